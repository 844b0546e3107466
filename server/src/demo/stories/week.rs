//! Stories of the last weeks.

use holdfast_domain::{
    incident::{Disposition, Severity},
    marking::Tlp,
};

use crate::demo::{
    cast::Who,
    story::{BLANK, Story},
};

pub(super) const STORIES: &[Story] = &[
    Story {
        title: "Volumetric DDoS against the outage map",
        summary: "Peak 41 Gbit/s for 50 minutes during the storm. The scrubbing centre took over after 14 minutes.",
        category: "availability/ddos",
        assessed: "attrition | own-rule | medium | none | supplemented | Outage map",
        tlp: Tlp::Clear,
        owner: Some(Who::Mina),
        detected_hours_ago: 130,
        began: "-4m minute",
        path: "triage+3m investigating+8m containing+11m contained+25m eradicated+64m recovering+66m recovered+80m",
        events: &[
            "A! -4m..+46m | T1498.002 | Flow monitor | Reflection by open resolvers, 41 Gbit/s at most",
            "A +6m..+20m | T1499.002 | Web log | Requests for the most expensive query of the map",
            "A ? | T1591 | | How the origin's address was found",
            "R! +14m | | Provider | Traffic goes through the scrubbing centre",
        ],
        tasks: &[
            "containment! M done+14m due+15m | Switch to the scrubbing centre",
            "recovery! N done+80m | Watch the map for a day",
            "review M doing+1d due:+2d | Hide the origin's address",
            "review - to-do due:-1d | Write the note for operations",
        ],
        indicators: &["192.0.2.53 # one of the resolvers"],
        assets: &["application | Outage map | map.northwind.example | Digital | high | not-compromised"],
        ..BLANK
    },
    Story {
        title: "Password spraying against the partner VPN",
        summary: "9,400 tries on 611 accounts from one network in six hours; one account without MFA answered. It was \
                  disabled at once.",
        category: "intrusion-attempts/brute-force",
        assessed: "attrition | own-rule | none | none | regular | Partner VPN",
        owner: Some(Who::Noah),
        detected_hours_ago: 200,
        began: "-6h minute",
        path: "triage+15m investigating+30m containing+42m contained+58m eradicated+2h recovering+2h10m recovered+3h \
               resolved+5h",
        disposition: Disposition::TruePositive,
        root_cause: "One partner account was exempt from MFA since a migration and had not been reviewed.",
        events: &[
            "A! -6h..-5m | T1110.003 | VPN log | 9,400 tries on 611 accounts",
            "A! -31m | T1078.002 T1133 | VPN log | One account without MFA answers",
            "A -29m | T1046 | Firewall log | Eleven connections inside, all refused",
            "R! +42m | | Directory | Account disabled, network blocked",
        ],
        tasks: &[
            "containment! N done+42m due+1h | Disable the account",
            "eradication! M done+2h due+4h | End the exemptions from MFA",
            "review! L to-do due:+1d | Review with the partner",
            "> L +2d | Partner asks for next week.",
        ],
        indicators: &["203.0.113.128 # one of forty addresses", "203.0.113.131"],
        assets: &[
            "network-device | VPN gateway | vpn1.northwind.example | Network team | critical | not-compromised",
            "account | Partner 0417 | NORTHWIND\\p0417 | Partner desk | low | recovered",
        ],
        vulnerabilities: &[" | Account exempt from MFA |  | VPN gateway | fixed"],
        ..BLANK
    },
    Story {
        title: "Staff consented to a look-alike document app",
        summary: "A mail offers a shared document; the link asks for consent to an app that reads mail. Nine people \
                  consented, no password was lost.",
        severity: Severity::Sev2,
        category: "fraud/masquerade",
        assessed: "email | own-staff | none | privacy-breach | regular | Mail",
        owner: Some(Who::Hanna),
        detected_hours_ago: 268,
        began: "-1d3h minute",
        lost: "-22h hour",
        path: "triage+22m investigating+50m containing+65m contained+95m eradicated+5h",
        events: &[
            "A! -1d3h | T1566.002 | Mail gateway log | 214 mails with a link to a consent page",
            "A! -1d2h..-2h hour | T1528 T1204.001 | Cloud audit log | Nine people consent to the app",
            "A! -22h..-1h hour | T1550.001 T1114.002 | Cloud audit log | The app reads mail of four of them",
            "A ? | T1087.003 | | The address book was read, too, going by later mails",
            "R! +65m | | Cloud directory | App blocked, all its grants revoked",
            "R +5h | | Cloud directory | Consent by users switched off",
        ],
        tasks: &[
            "containment! H done+65m due+2h | Revoke all grants of the app",
            "analysis! M done+4h due+8h | List which mail was read",
            "> N +3h | Audit shows 1,912 messages in four mailboxes.",
            "analysis! N done+1d due+2d | Tell the four people",
            "eradication H done+5h | Allow apps by approval only",
            "recovery M doing+6h due:+1d | Watch sign-ins of the nine for two weeks",
            "review! L to-do due:+3d | Hold the review",
        ],
        indicators: &["docs-northwlnd[.]example", "203.0.113.88", "share[at]docs-northwlnd[.]example"],
        assets: &[
            "mailbox | J. Lindqvist | j.lindqvist@northwind.example | Finance | medium | recovered",
            "cloud-resource | Mail tenant | northwind.example | Workplace | critical | not-compromised",
        ],
        vulnerabilities: &[" | Users could consent to any app |  | Cloud directory | fixed"],
        ..BLANK
    },
    Story {
        title: "Customer reports a second copy of the portal page",
        summary: "The same kit as last time, on the same name. Merged into the first report.",
        severity: Severity::Sev4,
        category: "fraud/phishing",
        assessed: "web | customer | none | none | regular | Customer portal",
        tlp: Tlp::Green,
        owner: Some(Who::Noah),
        detected_hours_ago: 16,
        path: "triage+20m merged+55m",
        disposition: Disposition::Duplicate,
        root_cause: "The same page as in the first report.",
        merged_into: "Phishing kit hosted on a look-alike of the customer portal",
        events: &["A -1h hour | T1598.003 | Customer | Mail with the same link"],
        ..BLANK
    },
    Story {
        title: "Beaconing from an engineering workstation",
        summary: "Regular connections every 61 s to a name registered nine days ago. A cracked licence tool brought a \
                  loader with it; no second stage was seen.",
        severity: Severity::Sev2,
        category: "malicious-code/c2-server",
        assessed: "improper-usage | own-rule | none |  | supplemented |",
        owner: Some(Who::Linus),
        detected_hours_ago: 410,
        began: "-4d2h minute",
        path: "triage+20m investigating+50m containing+65m contained+90m eradicated+6h40m recovering+7h recovered+25h \
               resolved+48h closed+5d",
        disposition: Disposition::TruePositive,
        root_cause: "Local administrator rights allowed software from outside the catalogue.",
        events: &[
            "A! -4d2h | T1204.002 T1036.005 | EDR | A licence tool from outside the catalogue is started",
            "A! -4d1h50m | T1547.001 T1053.005 | EDR | A task starts a loader at sign-in",
            "A! -4d1h..+1h | T1071.001 T1573.002 | Proxy log | Connection every 61 s to 203.0.113.61",
            "A ? | T1105 | | A second stage was offered, going by the size of one answer",
            "R! +65m | | EDR | Workstation isolated",
            "R +6h40m | | Workplace | Workstation rebuilt",
        ],
        tasks: &[
            "containment! N done+65m due+4h | Isolate the workstation",
            "analysis! M done+5h due+8h | Look for the same name in all proxy logs",
            "> M +4h | One more host asked for it; the answer was blocked.",
            "eradication N done+6h40m due+1d | Rebuild the workstation",
            "review! L done+46h due+3d | Decide about local administrator rights",
            "review - dropped+2d | Ask for the source of the tool | The employee deleted it and told openly where it was from",
        ],
        indicators: &[
            "203.0.113.61",
            "cdn-licence[.]example",
            "filename: C:\\Users\\Public\\lic-gen.exe",
            "5f4dcc3b5aa765d61d8327deb882cf99",
        ],
        assets: &["workstation | wks-eng-09 | wks-eng-09.northwind.example | Engineering | high | recovered"],
        vulnerabilities: &[" | Local administrator rights for engineers |  | Engineering workstations | mitigated"],
        ..BLANK
    },
    Story {
        title: "Scanner noise reported as an intrusion",
        summary: "Alerts for exploitation of a mail gateway we do not run.",
        severity: Severity::Sev5,
        category: "information-gathering/scanner",
        assessed: "web | own-rule | none | none | regular |",
        tlp: Tlp::Clear,
        owner: Some(Who::Mina),
        detected_hours_ago: 470,
        path: "triage+25m rejected+20h",
        disposition: Disposition::FalsePositive,
        root_cause: "The rule matched on the address alone; the product is not in use here.",
        ..BLANK
    },
    Story {
        title: "Expired certificate stopped the meter gateway",
        summary: "The renewal had run, the reload had not. 1,800 meters could not deliver for three hours.",
        severity: Severity::Sev4,
        category: "availability/outage",
        assessed: "other | own-rule | medium | none | regular | Meter gateway",
        tlp: Tlp::Green,
        owner: Some(Who::Noah),
        detected_hours_ago: 530,
        began: "-40m minute",
        path: "triage+30m investigating+60m containing+2h contained+3h eradicated+3h10m recovering+3h20m recovered+5h",
        events: &[
            "R! -40m | | Monitoring | Meters are refused",
            "R! +3h | | Operations | Service reloaded",
            "R +5h | | Operations | Backlog delivered",
        ],
        tasks: &[
            "recovery! N done+3h due+4h | Reload the service",
            "review! M done+40h due+3d | Watch the certificate in use, not the file",
            "review! N to-do due:-3d | Look for other services of this kind",
        ],
        assets: &["server | Meter gateway | mgw-01.northwind.example | Metering | critical | not-compromised"],
        ..BLANK
    },
];
