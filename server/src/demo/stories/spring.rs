//! Stories of the ninth and tenth month before now.

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
        title: "Help-desk portal session stolen by a browser extension",
        summary: "An extension changed hands and began to send session cookies. Two help-desk sessions were used.",
        severity: Severity::Sev2,
        category: "intrusions/privileged-account-compromise",
        assessed: "web | own-rule | none | privacy-breach | regular | Help-desk portal",
        owner: Some(Who::Linus),
        detected_hours_ago: 209 * 24,
        began: "-8d day",
        path: "triage+25m investigating+60m containing+2h contained+4h eradicated+1d recovering+26h recovered+2d \
               resolved+6d closed+9d",
        disposition: Disposition::TruePositive,
        root_cause: "Extensions were free to choose on help-desk workstations.",
        events: &[
            "A! -8d day | T1176.001 | Browser inventory | The extension updates itself",
            "A! -2d | T1539 T1550.004 | Portal log | A session goes on from 198.51.100.9",
            "A! -2d..-1h hour | T1213 | Portal log | 64 tickets read",
            "A ? | T1552.001 | | Whether passwords in tickets were used",
            "R! +2h | | Portal | All sessions ended",
            "R +1d | | Workplace | Extensions by list only",
        ],
        tasks: &[
            "containment! M done+2h due+2h | End all sessions",
            "analysis! N done+1d due+1d | Read the 64 tickets for secrets",
            "> M +20h | Three held a first password; all three were changed long ago.",
            "eradication! L done+1d due+2d | Extensions by list only",
            "review! L done+5d due+10d | Bind sessions to devices",
        ],
        indicators: &["198.51.100.9", "tab-helper[.]example"],
        assets: &["application | Help-desk portal | help.northwind.example | Workplace | high | recovered"],
        ..BLANK
    },
    Story {
        title: "Cleaner's badge opens the archive out of hours",
        summary: "A badge opened the archive before the building was open. Nothing is missing; a drawer was open.",
        severity: Severity::Sev4,
        category: "intrusions/burglary",
        assessed: "other | own-staff | none | none | regular |",
        owner: Some(Who::Hanna),
        detected_hours_ago: 222 * 24,
        began: "-9h minute",
        path: "triage+2h investigating+4h containing+5h contained+6h eradicated+1d resolved+5d closed+8d",
        disposition: Disposition::Suspicious,
        root_cause: "undetermined",
        events: &[
            "A! -9h | T1200 | Badge log | Badge opens the archive",
            "A ? | | Archive | A drawer is open",
            "R! +5h | | Building | Badge blocked",
        ],
        tasks: &[
            "containment! M done+5h due+6h | Block the badge",
            "analysis H done+3d due+4d | Talk with the company",
        ],
        assets: &["other | Archive, room 0.14 | | Facilities | medium | suspected"],
        ..BLANK
    },
    Story {
        title: "Known flaw in the VPN gateway used before the patch",
        summary: "The flaw was listed as exploited before the weekend; requests came the day before the patch. A session \
                  was read from the gateway's memory and used once.",
        severity: Severity::Sev1,
        category: "intrusions/system-compromise",
        assessed: "web | own-rule | low | none | supplemented | VPN",
        owner: Some(Who::Linus),
        detected_hours_ago: 236 * 24,
        began: "-1d6h minute",
        path: "triage+18m investigating+40m containing+65m contained+3h50m eradicated+20h recovering+21h recovered+40h \
               resolved+2d20h closed+12d",
        disposition: Disposition::TruePositive,
        root_cause: "Patches for the gateway waited for the weekly change window, whatever their urgency.",
        events: &[
            "A! -1d6h | T1190 T1212 | Gateway log | Requests that make the gateway answer from its memory",
            "A! -1d2h | T1539 T1133 | VPN log | A session goes on from 203.0.113.99",
            "A! -1d1h hour | T1046 T1018 | NetFlow | Scan of the office network",
            "A -1d hour | T1021.002 | Security event log | Tries shares, is refused",
            "R! +65m | | Gateway | All sessions ended",
            "R! +3h50m | | Gateway | Patch installed",
        ],
        tasks: &[
            "containment! M done+65m due+1h | End all sessions",
            "containment! N done+3h50m due+4h | Install the patch",
            "analysis! N done+1d due+2d | Follow the one session",
            "eradication! H done+20h due+3d | Change the gateway's certificates and keys",
            "review! L done+7d due+14d | A change window for what is being exploited",
        ],
        indicators: &["203.0.113.99", "198.51.100.180"],
        assets: &["network-device | VPN gateway | vpn1.northwind.example | Network team | critical | recovered"],
        vulnerabilities: &["CVE-2023-4966 | Sessions can be read from memory | 9.4 | VPN gateway | fixed"],
        ..BLANK
    },
    Story {
        title: "Mail archive ran out of space for a week",
        summary: "Journal mail was not kept for six days. Not an attack; kept here because the duty to keep is ours.",
        severity: Severity::Sev3,
        category: "information-content-security/data-loss",
        assessed: "other | own-staff | low | integrity-loss | not-recoverable | Mail archive",
        owner: Some(Who::Noah),
        detected_hours_ago: 250 * 24,
        began: "-6d day",
        path: "triage+3h investigating+6h containing+8h contained+9h eradicated+1d recovering+26h recovered+6d \
               resolved+12d closed+20d",
        disposition: Disposition::Other,
        root_cause: "The alarm for space went to a mailbox that was full itself.",
        events: &["R! -6d day | | Archive | First mail refused", "R! +9h | | Archive | Space added"],
        tasks: &[
            "containment! N done+9h due+8h | Add space",
            "recovery! M done+6d due+7d | Fetch what senders still have",
        ],
        assets: &["server | arc-01 | arc-01.northwind.example | Workplace | medium | not-compromised"],
        ..BLANK
    },
    Story {
        title: "Guest network sniffed in the lobby",
        summary: "A device in the lobby answered for the gateway of the guest network for an afternoon.",
        severity: Severity::Sev4,
        category: "information-gathering/sniffing",
        assessed: "impersonation | own-rule | none | none | regular | Guest network",
        tlp: Tlp::Green,
        owner: Some(Who::Mina),
        detected_hours_ago: 263 * 24,
        began: "-5h hour",
        path: "triage+25m investigating+50m containing+55m contained+70m eradicated+90m resolved+3d closed+5d",
        disposition: Disposition::TruePositive,
        root_cause: "Guests could reach each other in the guest network.",
        events: &[
            "A! -5h..+55m hour | T1557.002 T1040 | Access point | A device answers for the gateway",
            "R! +55m | | Network | Device blocked; guests kept apart",
        ],
        tasks: &[
            "containment! M done+55m due+2h | Block the device",
            "review N done+2d due+7d | Keep guests apart everywhere",
        ],
        ..BLANK
    },
    Story {
        title: "Data broker offers a list of our customers",
        summary: "The list was that of a competitor's breach with our name on it.",
        severity: Severity::Sev3,
        category: "information-content-security/data-leak",
        assessed: "unknown | public | none | none | regular |",
        tlp: Tlp::AmberStrict,
        owner: Some(Who::Hanna),
        detected_hours_ago: 270 * 24,
        path: "triage+20m investigating+2h rejected+1d",
        disposition: Disposition::Benign,
        root_cause: "None of 200 samples is a customer of ours.",
        tasks: &["analysis M done+20h due+1d | Compare 200 samples"],
        ..BLANK
    },
];
