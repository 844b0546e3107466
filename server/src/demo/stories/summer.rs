//! Stories of the sixth to eighth month before now.

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
        title: "Web shell on the managed file-transfer appliance",
        summary: "A flaw nobody knew of let somebody write a page into the appliance and fetch files through it. The \
                  maker's notice came 19 hours later.\n\n128 MB of meter exchange files left; no passwords.",
        severity: Severity::Sev1,
        category: "intrusions/application-compromise",
        assessed: "web | authority | low | proprietary-breach | extended | File transfer",
        tlp: Tlp::AmberStrict,
        owner: Some(Who::Linus),
        detected_hours_ago: 140 * 24,
        began: "-19h minute",
        lost: "-18h57m minute",
        path: "triage+7m investigating+24m containing+50m contained+95m eradicated+2d recovering+3d recovered+6d \
               resolved+11d closed+18d",
        handed_over: Some((Who::Hanna, "+9h")),
        disposition: Disposition::TruePositive,
        root_cause: "A flaw without a patch in the appliance's page for sign-in; the appliance was open to everybody.",
        events: &[
            "A ? | T1595.002 | Web log | Single requests to the page, weeks before",
            "A! -19h | T1190 | Web log | Request that the flaw lets through, from 198.51.100.23",
            "A! -18h59m | T1505.003 | File system | reply2.aspx is written",
            "A! -18h57m..-18h20m | T1005 T1041 | Web log | 128 MB fetched through it",
            "A -18h | T1070.004 | File system | Session rows deleted",
            "R! +50m | | Firewall | Appliance taken off the internet",
            "R! +2d | | Integration | Appliance rebuilt with the maker's patch",
            "R +1d | | Data protection | Authority told, within 72 hours",
        ],
        tasks: &[
            "containment! M done+50m due+1h | Take the appliance off the internet",
            "analysis! N done+1d due+1d | Say which files left",
            "> N +20h | 1,204 files of eleven partners; list is in the evidence store.",
            "analysis! L done+1d due+3d | Tell the data protection authority",
            "analysis! H done+2d due+3d | Tell the partners",
            "eradication! M done+2d due+3d | Rebuild with the patch",
            "recovery N done+6d due+7d | Exchange again, partner by partner",
            "review! H done+10d due+14d | Put the appliance behind the gateway with addresses of partners",
        ],
        indicators: &[
            "198.51.100.23",
            "filename: reply2.aspx",
            "hxxps://mft[.]northwind[.]example/reply2[.]aspx",
            "4b8f0c62d1a97e35f0c48a2b6d913e57c8a04f1b29d65e73a1f8c02d4e6b9705",
        ],
        assets: &[
            "server | mft-01 | mft-01.northwind.example | Integration team | critical | recovered",
            "data-store | Meter exchange files | mft-01:/exchange | Integration team | high | confirmed",
        ],
        vulnerabilities: &["CVE-2023-34362 | Database commands through the sign-in page | 9.8 | mft-01 | fixed"],
        ..BLANK
    },
    Story {
        title: "Defaced page of the visitor centre",
        summary: "The visitor centre's site at an outside host showed a slogan for two hours.",
        severity: Severity::Sev4,
        category: "intrusions/application-compromise",
        assessed: "web | public | low | integrity-loss | regular | Visitor centre page",
        tlp: Tlp::Clear,
        owner: Some(Who::Mina),
        detected_hours_ago: 153 * 24,
        began: "-2h minute",
        path: "triage+1h investigating+2h containing+2h10m contained+2h20m eradicated+1d recovering+25h recovered+26h \
               resolved+4d closed+6d",
        disposition: Disposition::TruePositive,
        root_cause: "An extension of the site had not been updated for a year.",
        events: &[
            "A! -2h | T1190 | Web log | Request to an old extension",
            "A! -1h55m | T1491.002 | Web log | Front page replaced",
            "A -1h50m | T1505.003 | File system | A second page for coming back",
            "R! +2h10m | | Host | Site taken off",
        ],
        tasks: &[
            "containment! M done+2h10m due+4h | Have the site taken off",
            "review M done+3d due+7d | Give the site to the team that runs the others",
        ],
        indicators: &["203.0.113.211"],
        assets: &["application | Visitor centre | visit.northwind.example | Communications | low | recovered"],
        ..BLANK
    },
    Story {
        title: "Sign-in from two countries at once",
        summary: "The second country was the exit of a new mobile provider.",
        severity: Severity::Sev5,
        category: "intrusions/unprivileged-account-compromise",
        assessed: "impersonation | own-rule | none | none | regular |",
        owner: Some(Who::Noah),
        detected_hours_ago: 160 * 24,
        path: "triage+50m rejected+4h",
        disposition: Disposition::FalsePositive,
        root_cause: "The list of networks by country was a year old.",
        tasks: &["analysis N done+2h due+4h | Call the person"],
        ..BLANK
    },
    Story {
        title: "Callback mail: invoice by telephone",
        summary: "31 people got a mail with an invoice and a number to call. Two called, none installed anything.",
        severity: Severity::Sev4,
        category: "fraud/phishing",
        assessed: "email | own-staff | none | none | regular |",
        tlp: Tlp::Green,
        owner: Some(Who::Noah),
        detected_hours_ago: 168 * 24,
        began: "-4h minute",
        path: "triage+40m investigating+90m containing+2h contained+3h eradicated+4h resolved+2d closed+4d",
        disposition: Disposition::TruePositive,
        root_cause: "Mails without links or files pass the gateway; people were awake.",
        events: &[
            "A! -4h | T1566.004 | Mail gateway log | 31 mails with a telephone number",
            "A -2h hour | T1219 | Employee | The voice asks to install a tool; the employee declines",
            "R! +2h | | Mail gateway | Mails withdrawn",
        ],
        tasks: &[
            "containment! N done+2h due+4h | Withdraw the mails",
            "review N done+40h due+7d | Thank the two who told",
        ],
        indicators: &["invoice[at]helpdesk-billing[.]example"],
        assets: &["person | Two employees |  | Customer care | low | not-compromised"],
        ..BLANK
    },
    Story {
        title: "Disk wiper on three dispatch workstations",
        summary: "Three workstations of dispatch did not start: the beginning of their disks was \
                  overwritten. Dispatch went on by telephone and paper; field crews were not delayed.",
        severity: Severity::Sev1,
        category: "availability/sabotage",
        assessed: "unknown | own-staff | medium | integrity-loss | extended | Dispatch",
        tlp: Tlp::AmberStrict,
        owner: Some(Who::Hanna),
        detected_hours_ago: 181 * 24,
        began: "-3d4h hour",
        path: "triage+5m investigating+18m containing+25m contained+3h10m eradicated+2d recovering+2d2h recovered+4d \
               resolved+9d closed+14d",
        disposition: Disposition::TruePositive,
        root_cause: "A group policy could be edited by an account of the print service.",
        events: &[
            "A ? | T1566.001 | | How the print service's account was got",
            "A! -3d4h hour | T1078.002 | Security event log | The account signs in to a domain controller",
            "A! -1h | T1484.001 | Directory log | A policy with a task is linked to dispatch",
            "A! -20m | T1053.005 T1072 | Task log | The task copies a program to three workstations",
            "A! -6m..+2m | T1561.002 T1485 | Disk | Beginning of the disks overwritten",
            "A +1m | T1529 | Security event log | Workstations restart",
            "R! +25m | | Directory | Policy unlinked, remaining workstations switched off",
            "R! +4d | | Dispatch | Dispatch back on rebuilt workstations",
        ],
        tasks: &[
            "containment! H done+25m due+15m | Unlink the policy",
            "containment! M done+3h due+2h | Check every other policy",
            "analysis! N done+2d due+3d | Find out what the account did",
            "> N +1d | It wrote nothing else; it read every policy.",
            "recovery! M done+4d due+4d | Rebuild and give back",
            "eradication! L done+2d due+2d | Take rights to policies from service accounts",
            "review! H done+8d due+14d | Review with operations",
        ],
        indicators: &["filename: C:\\Windows\\Temp\\cln.exe", "mutex: Global\\cln-once", "192.0.2.66"],
        assets: &[
            "workstation | wks-disp-01 | wks-disp-01.northwind.example | Dispatch | high | recovered",
            "workstation | wks-disp-02 | wks-disp-02.northwind.example | Dispatch | high | confirmed",
            "workstation | wks-disp-03 | wks-disp-03.northwind.example | Dispatch | high | recovered",
            "account | Print service | NORTHWIND\\svc-print | Workplace | high | recovered",
        ],
        vulnerabilities: &[" | Service account may edit group policies |  | Directory | fixed"],
        ..BLANK
    },
    Story {
        title: "Old resolver answers everybody",
        summary: "The national centre told us that a resolver of ours can be used for reflection.",
        severity: Severity::Sev5,
        category: "vulnerable/ddos-amplifier",
        assessed: "other | authority | none | none | regular |",
        tlp: Tlp::Clear,
        owner: Some(Who::Mina),
        detected_hours_ago: 196 * 24,
        began: "-30d day",
        path: "triage+1d investigating+2d containing+2d2h contained+2d3h eradicated+4d resolved+5d closed+8d",
        disposition: Disposition::SecurityRisk,
        root_cause: "Left over from a move.",
        events: &[
            "A -30d..0 day | T1498.002 | National centre | Used now and then",
            "R! +2d2h | | Network | Resolver off",
        ],
        tasks: &["containment! M done+2d2h due+3d | Switch the resolver off"],
        ..BLANK
    },
];
