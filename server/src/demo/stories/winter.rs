//! The oldest stories.

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
        title: "Ransomware at the turbine workshop by remote desktop",
        summary: "A remote desktop opened for a supplier stayed open. Eleven workstations and a file server of the \
                  workshop were encrypted; production of blades stood for eight days.",
        severity: Severity::Sev1,
        category: "malicious-code/infected-system",
        assessed: "web | own-staff | medium | privacy-breach | supplemented | Workshop file server; Workshop planning",
        owner: Some(Who::Linus),
        detected_hours_ago: 277 * 24,
        began: "-9d hour",
        lost: "-2d hour",
        path: "triage+12m investigating+30m containing+50m contained+5h eradicated+4d recovering+4d2h recovered+8d \
               resolved+15d closed+24d",
        handed_over: Some((Who::Hanna, "+12h")),
        disposition: Disposition::TruePositive,
        root_cause: "A temporary rule for remote desktop had no end; the workshop's backups were on the same network.",
        events: &[
            "A! -9d hour | T1110.001 T1133 | Firewall log | Password of the workshop's administrator is found",
            "A! -8d hour | T1021.001 T1003.001 | Security event log | Remote desktop to the file server",
            "A -5d hour | T1562.001 | EDR | Protection switched off on the server",
            "A! -2d hour | T1560.001 T1567.002 | Proxy log | 38 GB to a file host",
            "A! -40m | T1490 T1489 | Security event log | Backups deleted, services stopped",
            "A! -20m..+30m | T1486 T1570 | File system | Twelve machines encrypted",
            "A ? | T1069.002 | | How they learned of the backups",
            "R! +50m | | Network | Workshop cut off",
            "R! +8d | | Workshop | Production back",
        ],
        tasks: &[
            "containment! M done+50m due+1h | Cut the workshop off",
            "analysis! N done+2d due+2d | Find the way in",
            "analysis! L done+2d due+3d | Tell the authority and the insurer",
            "eradication! H done+4d due+5d | Rebuild twelve machines",
            "recovery! H done+8d due+7d | Restore from the copy at the main site",
            "> H +5d | The copy is eleven days old; drawings since then come from mail.",
            "review! L done+14d due+20d | Backups apart; rules that end by themselves",
        ],
        indicators: &["198.51.100.231", "filename: C:\\PerfLogs\\enc.exe", "mutex: wsh-lock-3"],
        assets: &[
            "server | fs-wsh-01 | fs-wsh-01.northwind.example | Workshop | critical | recovered",
            "workstation | Eleven workstations | wks-wsh-01 to -11 | Workshop | high | recovered",
        ],
        vulnerabilities: &[" | Remote desktop open to the internet | 8.1 | Workshop firewall | fixed"],
        ..BLANK
    },
    Story {
        title: "Certificate with a weak key on the supplier portal",
        summary: "An audit found a key of 1024 bits on an old name of the portal.",
        severity: Severity::Sev5,
        category: "vulnerable/weak-crypto",
        assessed: "other | own-staff | none | none | regular | Supplier portal",
        tlp: Tlp::Clear,
        owner: Some(Who::Mina),
        detected_hours_ago: 289 * 24,
        path: "triage+1d investigating+2d containing+3d contained+3d1h eradicated+4d resolved+6d closed+10d",
        disposition: Disposition::SecurityRisk,
        root_cause: "The old name was not in the inventory.",
        tasks: &["containment! M done+3d due+5d | Take the old name off"],
        ..BLANK
    },
    Story {
        title: "Customer portal accounts tried with passwords of others",
        summary: "410,000 tries with passwords from elsewhere; 212 fitted. Those customers were told and reset.",
        severity: Severity::Sev2,
        category: "intrusion-attempts/brute-force",
        assessed: "attrition | own-rule | low | privacy-breach | regular | Customer portal",
        owner: Some(Who::Hanna),
        detected_hours_ago: 303 * 24,
        began: "-3d hour",
        lost: "-3d hour",
        path: "triage+30m investigating+60m containing+3h contained+7h eradicated+1d recovering+26h recovered+3d \
               resolved+6d closed+9d",
        disposition: Disposition::TruePositive,
        root_cause: "The portal counted tries by address only.",
        events: &[
            "A ? | T1589.001 | | The pairs are from breaches of others",
            "A! -3d..+3h hour | T1110.004 | Portal log | 410,000 tries from 3,000 addresses",
            "A! -3d..+2h hour | T1078 | Portal log | 212 accounts signed in to",
            "A -2d hour | T1213 | Portal log | Bills of 40 customers opened",
            "R! +3h | | Portal | Tries counted by account; a puzzle shown",
            "R! +1d | | Customer care | 212 customers told",
        ],
        tasks: &[
            "containment! M done+3h due+4h | Count tries by account",
            "analysis! N done+20h due+1d | List the accounts that were opened",
            "recovery! N done+1d due+2d | Reset and tell customers",
            "review! H done+5d due+10d | Offer a second factor",
        ],
        indicators: &["192.0.2.17", "user-agent: python-requests/2.31.0"],
        assets: &["application | Customer portal | portal.northwind.example | Digital | high | recovered"],
        ..BLANK
    },
    Story {
        title: "Threatening messages to a hydropower site",
        summary: "Six messages through the contact form. Police was told; guards were doubled for a week.",
        severity: Severity::Sev3,
        category: "abusive-content/harmful-speech",
        assessed: "web | own-staff | none | none | regular |",
        tlp: Tlp::AmberStrict,
        owner: Some(Who::Linus),
        detected_hours_ago: 318 * 24,
        path: "triage+20m investigating+60m containing+2h contained+4h eradicated+6d resolved+7d closed+12d",
        disposition: Disposition::ManagedExternally,
        root_cause: "undetermined",
        events: &["R! +4h | | Police | Police told", "R +6d | | Police | Sender found"],
        tasks: &["containment! L done+4h due+4h | Tell the police"],
        ..BLANK
    },
    Story {
        title: "Print server flaw used to become administrator",
        summary: "A trainee's account became administrator of a print server in a test of his own. Talked about, closed.",
        severity: Severity::Sev3,
        category: "intrusions/system-compromise",
        assessed: "improper-usage | own-rule | none | none | regular | Printing",
        owner: Some(Who::Noah),
        detected_hours_ago: 333 * 24,
        began: "-2h minute",
        path: "triage+30m investigating+2h containing+2h30m contained+3h eradicated+2d recovering+2d1h recovered+3d \
               resolved+6d closed+9d",
        disposition: Disposition::TruePositive,
        root_cause: "The print servers were left out of two months of patches.",
        events: &[
            "A! -2h | T1068 | Security event log | A driver is installed through the flaw",
            "A! -1h50m | T1136.001 | Security event log | A local administrator is made",
            "A -1h40m | T1082 | EDR | Looks around, stops",
            "R! +2h30m | | Workplace | Print server switched off",
        ],
        tasks: &[
            "containment! N done+2h30m due+4h | Switch the print server off",
            "eradication! M done+2d due+3d | Patch all print servers",
            "review! L done+5d due+10d | A place where trainees may try things",
        ],
        assets: &["server | prt-03 | prt-03.northwind.example | Workplace | medium | recovered"],
        vulnerabilities: &["CVE-2021-34527 | Drivers can be installed by everybody | 8.8 | prt-03 | fixed"],
        ..BLANK
    },
    Story {
        title: "Wrong route announced by a neighbour network",
        summary: "A neighbour announced our prefix for 25 minutes; the portal was slow from abroad.",
        severity: Severity::Sev4,
        category: "availability/misconfiguration",
        assessed: "other | partner | low | none | regular | Customer portal",
        tlp: Tlp::Clear,
        owner: Some(Who::Mina),
        detected_hours_ago: 346 * 24,
        began: "-3m minute",
        path: "triage+6m investigating+10m containing+15m contained+22m eradicated+30m recovering+31m recovered+40m \
               resolved+1d closed+3d",
        disposition: Disposition::TruePositive,
        root_cause: "The neighbour's filter; ours was right.",
        events: &[
            "A -3m..+22m | | Route monitor | Prefix seen with a wrong origin",
            "R! +22m | | Neighbour | Announcement ends",
        ],
        tasks: &["containment! M done+15m due+30m | Call the neighbour", "review N done+20h due+7d | Sign our routes"],
        ..BLANK
    },
    Story {
        title: "Invoice with a macro opened in customer care",
        summary: "The macro was stopped; the mail reached four people.",
        severity: Severity::Sev4,
        category: "malicious-code/malware-distribution",
        assessed: "email | own-rule | none | none | regular |",
        owner: Some(Who::Noah),
        detected_hours_ago: 357 * 24,
        began: "-35m minute",
        path: "triage+15m investigating+40m containing+45m contained+60m eradicated+2h resolved+1d closed+3d",
        disposition: Disposition::TruePositive,
        root_cause: "The sender was on the list of those who may send macros.",
        events: &[
            "A! -35m | T1566.001 | Mail gateway log | Mail with a sheet to four people",
            "A! -12m | T1204.002 | EDR | Sheet opened, macro stopped",
            "A ? | T1586.002 | | The sender's mailbox was probably used by somebody else",
            "R! +45m | | Mail gateway | Mails withdrawn, sender off the list",
        ],
        tasks: &[
            "containment! N done+45m due+1h | Withdraw the mails",
            "eradication M done+2h due+4h | Empty the list",
        ],
        indicators: &["billing[at]poles-and-wires[.]example", "filename: invoice_0417.xlsm"],
        assets: &["workstation | wks-cc-04 | wks-cc-04.northwind.example | Customer care | low | not-compromised"],
        ..BLANK
    },
];
