//! Stories that are still being worked on.

use holdfast_domain::{incident::Severity, marking::Tlp};

use crate::demo::{
    cast::Who,
    story::{BLANK, Story},
};

pub(super) const STORIES: &[Story] = &[
    Story {
        title: "Mailbox rule forwards invoices to an outside address",
        summary: "A rule in the mailbox of accounts payable forwards every message with *invoice* in the subject.\n\n\
                  - Created from an address in a hosting range\n\
                  - Sign-in had passed MFA by a push that the user approved\n\n\
                  Next: revoke sessions, find what was forwarded.",
        severity: Severity::Sev2,
        category: "intrusions/unprivileged-account-compromise",
        assessed: "email | own-rule | none | proprietary-breach |  | Mail",
        detected_hours_ago: 2,
        began: "-2d3h minute",
        events: &[
            "A! -2d3h | T1621 | Sign-in log | Eleven push prompts in four minutes; the last is approved",
            "A! -2d2h58m | T1078.004 | Sign-in log | Signed in to the mailbox from 203.0.113.45",
            "A! -2d2h40m | T1564.008 T1114.003 | Mailbox audit log | Rule forwards messages with “invoice” outside",
            "A ? | T1114.002 | | Messages read before the rule was made; how many is not known yet",
        ],
        tasks: &[
            "analysis! - to-do due:+3h | Find what was forwarded",
            "containment! M doing+30m due:+1h | Revoke the sessions and delete the rule",
            "> N +50m | Sessions are revoked; the rule is kept until it is exported.",
            "analysis - to-do due:+20h | Ask the bank about changed payment details",
        ],
        indicators: &[
            "invoices[at]northwlnd-energy[.]example # receives the forwarded mail",
            "203.0.113.45 # signed in from here",
            "northwlnd-energy[.]example",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) axios/1.7.2",
        ],
        assets: &[
            "mailbox | Accounts payable | ap@northwind.example | Finance | high | confirmed",
            "account | J. Lindqvist | NORTHWIND\\jlindqvist | Finance | medium | suspected",
        ],
        ..BLANK
    },
    Story {
        title: "Unknown device asks for addresses in a substation's network",
        summary: "A device that is not in the inventory asked for an address in the maintenance network of substation \
                  14. The port is in a locked cabinet.",
        category: "intrusions/burglary",
        assessed: "| own-rule | none |  |  |",
        owner: Some(Who::Noah),
        detected_hours_ago: 5,
        began: "-3h minute",
        path: "triage+9m",
        events: &[
            "A! -3h | T1200 | Address server log | A device of an unknown maker asks for an address",
            "A -2h55m | T1046 | Firewall log | Eight connections to the gateway, refused",
            "A ? | T1078.001 | | Whether it signed in to the switch is being looked at",
            "R +25m | | Network | Port switched off",
        ],
        tasks: &[
            "analysis! N doing+30m due:+2h | Find out who was on site today",
            "> M +1h | Today's visitor list has one maintenance crew.",
            "analysis - to-do due:+6h | Send somebody to the cabinet",
            "containment N done+25m due+1h | Switch the port off",
        ],
        assets: &["network-device | sw-sub-14 | 192.0.2.34 | Grid operations | critical | suspected"],
        ..BLANK
    },
    Story {
        title: "EDR alert: credential dumping on a jump host",
        summary: "`lsass` memory read by an unsigned binary on **jump-02**. The host is isolated; two administrators \
                  were signed in.",
        severity: Severity::Sev1,
        category: "intrusions/privileged-account-compromise",
        assessed: "| own-rule |  |  |  |",
        tlp: Tlp::AmberStrict,
        owner: Some(Who::Linus),
        detected_hours_ago: 7,
        began: "-9h hour",
        path: "triage+6m investigating+31m containing+1h35m",
        handed_over: Some((Who::Hanna, "+5h")),
        events: &[
            "A! -9h hour | T1133 T1078.002 | VPN log | A supplier's account signs in outside its hours",
            "A! -3h20m | T1021.001 | Security event log | Remote desktop from the VPN pool to jump-02",
            "A -2h50m | T1018 T1087.002 | EDR | Lists hosts and administrators of the domain",
            "A! -4m | T1003.001 | EDR | Unsigned binary reads the memory of lsass",
            "A ? | T1550.002 | | Whether the hashes were used elsewhere is open",
            "R! +9m | | EDR | jump-02 isolated",
            "R +1h10m | | Directory | Supplier's account disabled, tickets of both administrators purged",
        ],
        tasks: &[
            "containment! L done+1h10m due+1h | Disable the account and purge Kerberos tickets",
            "analysis! HN doing+2h due:+4h | Look for use of the two administrators' credentials",
            "analysis M blocked+2h30m due:+2h | Get the supplier's remote access log | The supplier's duty desk answers at 08:00",
            "> M +3h | Called twice; a ticket is open on their side.",
            "eradication! H to-do due:+1d | Rotate every secret that was on jump-02",
            "containment - to-do due:-1h | Close remote desktop from the VPN pool",
        ],
        indicators: &["192.0.2.144 # VPN sign-in", "filename: C:\\Users\\Public\\dmp64.exe", "203.0.113.61"],
        assets: &[
            "server | jump-02 | jump-02.northwind.example | Platform team | critical | confirmed",
            "account | Supplier maintenance | NORTHWIND\\ext-turbine | Operations | high | confirmed",
            "account | Domain administrator 1 | NORTHWIND\\adm-berg | Platform team | critical | suspected",
        ],
        vulnerabilities: &[" | Supplier accounts without MFA |  | VPN gateway | open"],
        ..BLANK
    },
    Story {
        title: "Phishing kit hosted on a look-alike of the customer portal",
        summary: "Registered a day before, certificate issued two hours later. Four customers called. Takedown asked for \
                  at the registrar; the name is blocked at our resolvers.",
        category: "fraud/phishing",
        assessed: "web | customer | none |  |  | Customer portal",
        tlp: Tlp::Green,
        owner: Some(Who::Mina),
        on_hold: true,
        detected_hours_ago: 20,
        began: "-1d2h hour",
        path: "triage+12m investigating+40m containing+1h15m contained+4h20m",
        events: &[
            "A! -1d2h hour | T1583.001 | Registration data | Name registered",
            "A -1d minute | T1608.005 | Certificate transparency | Certificate issued",
            "A! -5h..-20m hour | T1566.002 T1598.003 | Customers | Mails with the link reach customers",
            "A ? | T1078 | | Passwords entered by customers",
            "R! +1h20m | | Resolvers | Name blocked; banner on the portal",
        ],
        tasks: &[
            "containment! M done+1h20m due+2h | Block the name at resolvers and proxy",
            "containment MN blocked+5h due:+6h | Have the site taken down | Registrar asks for a form in its own format",
            "> N +6h | Form sent, number 88-20417.",
            "recovery N doing+8h due:+1d | Reset passwords of customers who called",
            "review - to-do due:+6d | Decide about registering near names",
        ],
        indicators: &[
            "hxxps://login[.]northwlnd-energy[.]example/session # the page that took passwords",
            "northwlnd-energy[.]example",
            "203.0.113.45",
        ],
        assets: &["application | Customer portal | portal.northwind.example | Digital | high | not-compromised"],
        ..BLANK
    },
    Story {
        title: "Employee copied design files before leaving",
        summary: "Human resources reports a resignation; data loss prevention shows 3.1 GB written to a personal drive \
                  on two evenings. Legal is involved. Keep to the team.",
        severity: Severity::Sev2,
        category: "information-content-security/data-leak",
        assessed: "improper-usage | own-staff | none | proprietary-breach |  |",
        tlp: Tlp::Red,
        owner: Some(Who::Linus),
        restricted: true,
        team: &[Who::Hanna],
        detected_hours_ago: 52,
        began: "-6d day",
        lost: "-6d day",
        path: "triage+45m investigating+3h",
        events: &[
            "A! -6d hour | T1039 T1213.002 | File server audit | 2,140 drawings opened in one evening",
            "A! -6d minute | T1052.001 | Data loss prevention | 1.4 GB written to a removable drive",
            "A! -5d minute | T1052.001 T1025 | Data loss prevention | 1.7 GB written to the same drive",
            "A ? | T1567.002 | | Upload to a private cloud store, as a colleague remembers it",
            "R! +4h30m | | Human resources | Talk with the employee; devices handed in",
        ],
        tasks: &[
            "containment! L done+5h due+6h | Take devices into custody",
            "analysis H doing+6h due:+1d | Image the laptop and list what was copied",
            "analysis! L blocked+1d due:+2d | Agree with legal what may be read | Works council meets later this week",
            "> H +1d2h | The list of file names needs no further consent.",
        ],
        assets: &[
            "workstation | wks-2214 | wks-2214.northwind.example | Engineering | medium | confirmed",
            "data-store | Turbine drawings | \\\\fs-eng-01\\drawings | Engineering | critical | confirmed",
        ],
        ..BLANK
    },
    Story {
        title: "Ransomware note on a branch office file server",
        summary: "Files on **fs-log-02** carry a new ending. Backups of the night before are \
                  intact.\n\nThe way in was remote desktop with a service account's password; its rights reached one \
                  share only.",
        severity: Severity::Sev1,
        category: "malicious-code/infected-system",
        assessed: "| own-staff | medium |  | supplemented | Branch file server",
        owner: Some(Who::Linus),
        detected_hours_ago: 76,
        began: "-2d5h minute",
        lost: "-9h hour",
        path: "triage+9m investigating+22m containing+48m contained+2h20m eradicated+15h recovering+17h",
        contacts: &[
            "portal | Reporting desk | National CSIRT | Early warning filed: file encryption in one branch office, no \
             customer service affected. Reference 2231.",
            "phone | Claims desk | Cyber insurer | Notified. They ask for the invoice of the forensics team before it \
             is commissioned.",
        ],
        related: Some((
            "Ransomware at the turbine workshop by remote desktop",
            "The note has the same wording and the same address",
        )),
        events: &[
            "A! -2d5h | T1110.001 | Firewall log | 3,900 tries on remote desktop from 198.51.100.77",
            "A! -2d1h | T1078.002 T1021.001 | Security event log | svc-backup signs in by remote desktop",
            "A -1d20h hour | T1018 T1046 | NetFlow | Scan of the branch's network",
            "A! -1d2h | T1136.001 T1547.001 | Security event log | Local account and a run key are made",
            "A -10h hour | T1560.001 T1074.001 | File system | Archives in C:\\ProgramData\\upd",
            "A! -9h..-7h hour | T1041 | NetFlow | 2.3 GB to 198.51.100.77",
            "A -1h10m | T1490 | Security event log | Shadow copies deleted",
            "A! -50m..+12m | T1486 | File system | 41,000 files encrypted",
            "R! +20m | | Switch | Server taken off the network",
            "R! +17h | | Backup | Restore of the share begins",
        ],
        tasks: &[
            "containment! M done+40m due+1h | Isolate the server and block the address",
            "analysis! N done+7h due+8h | Find the way in",
            "> M +5h | svc-backup had remote desktop since the move of the branch.",
            "analysis! L doing+1d due:-4h | Name what was in the 2.3 GB",
            "eradication NM done+15h due+1d | Rebuild the server from the image",
            "recovery! H doing+18h due:+10h | Restore the share and have the branch check samples",
            "analysis! L done+3h due+1d | Tell the data protection officer",
            "recovery - dropped+1d | Negotiate with the group | Backups are intact; nothing is needed from them",
            "review! - to-do due:+5d | Hold the review",
        ],
        indicators: &[
            "198.51.100.77 # command and control",
            "hxxp://198.51.100[.]77:8443/gate[.]php",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 # the encryptor",
            "filename: C:\\ProgramData\\upd\\svchost32.exe",
            "mutex: Global\\7f1c-lock",
            "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\upd",
        ],
        assets: &[
            "server | fs-log-02 | fs-log-02.northwind.example | Logistics IT | critical | confirmed",
            "network-device | Branch firewall | fw-br3.northwind.example | Network team | critical | suspected",
            "workstation | wks-1187 | 192.0.2.87 | Logistics IT | low | not-compromised",
        ],
        vulnerabilities: &[
            " | Remote desktop open to the internet | 8.1 | Branch firewall | fixed",
            " | Backup share writable for every domain user |  | fs-log-02 | open",
        ],
        ..BLANK
    },
    Story {
        title: "Several alerts for one scanner against the web shop",
        summary: "An unknown scanner tries known paths. Nobody has taken it yet.",
        severity: Severity::Sev5,
        category: "information-gathering/scanner",
        tlp: Tlp::Clear,
        detected_hours_ago: 30,
        began: "-1h hour",
        events: &[
            "A -1h..-10m hour | T1595.002 T1595.003 | Web log | 4,100 requests for known paths, all answered 404",
        ],
        tasks: &["analysis - to-do due:-2h | Look whether any answer was not 404"],
        indicators: &["198.51.100.200"],
        ..BLANK
    },
];
