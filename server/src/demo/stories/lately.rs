//! Stories of the second month before now and the weeks around it.

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
        title: "Public storage bucket with meter readings",
        summary: "A researcher wrote in: a bucket of the analytics project could be listed. 12 files of pseudonymous \
                  readings, three reads from outside in its logs.",
        severity: Severity::Sev2,
        category: "information-content-security/unauthorised-information-access",
        assessed: "web | public | none | privacy-breach | regular | Analytics storage",
        tlp: Tlp::AmberStrict,
        owner: Some(Who::Linus),
        detected_hours_ago: 640,
        began: "-19d day",
        lost: "-16d minute",
        path: "triage+35m investigating+60m containing+70m contained+82m eradicated+1h40m recovering+1h50m \
               recovered+3h20m resolved+4d20h closed+6d",
        disposition: Disposition::SecurityRisk,
        root_cause: "The project's template predates the policy that denies public access.",
        events: &[
            "A -19d day | T1580 | Storage log | First listing from outside",
            "A! -16d | T1619 T1530 | Storage log | Two files read from 192.0.2.90",
            "A! -3d | T1530 | Storage log | A third file read; the researcher says it was them",
            "R! +70m | | Cloud audit log | Public access denied for the bucket",
            "R +1h40m | | Cloud audit log | Public access denied for the whole organisation",
        ],
        tasks: &[
            "containment! M done+70m due+2h | Deny public access",
            "analysis! N done+1d due+2d | Say whose readings are in the three files",
            "> N +20h | 310 households, no names, no addresses.",
            "analysis! L done+2d due+3d | Decide with the data protection officer about telling people",
            "review L done+4d due+7d | Thank the researcher",
        ],
        indicators: &["192.0.2.90"],
        assets: &["cloud-resource | Readings bucket | nw-readings-export | Analytics | high | recovered"],
        vulnerabilities: &[" | Bucket could be listed by everybody |  | nw-readings-export | fixed"],
        ..BLANK
    },
    Story {
        title: "Caller talks the help desk into a new second factor",
        summary: "A caller who knew the personnel number had MFA of a finance manager reset. Single sign-on was used \
                  for 40 minutes; a payroll change was stopped.",
        severity: Severity::Sev2,
        category: "information-gathering/social-engineering",
        assessed: "impersonation | own-staff | none | privacy-breach | regular | Single sign-on; Finance system",
        owner: Some(Who::Hanna),
        detected_hours_ago: 690,
        began: "-50m minute",
        path: "triage+8m investigating+20m containing+26m contained+44m eradicated+3h recovering+3h10m recovered+8h \
               resolved+2d closed+5d",
        disposition: Disposition::TruePositive,
        root_cause: "The desk asked for facts that can be looked up, and did not call back.",
        events: &[
            "A ? | T1591 T1589.001 | | Personnel number and manager's name were known beforehand",
            "A! -50m | T1566.004 T1656 | Call recording | Call to the help desk from a hidden number",
            "A! -41m | T1556.006 T1098.005 | Directory log | New authenticator for the manager's account",
            "A! -38m | T1078.004 | Sign-in log | Sign-in through single sign-on from 198.51.100.61",
            "A! -15m | T1657 | Payroll | Bank details of two people changed, pending",
            "R! +26m | | Directory | Sessions revoked, account locked",
            "R! +44m | | Payroll | Changes withdrawn before the run",
        ],
        tasks: &[
            "containment! H done+26m due+30m | Lock the account and revoke sessions",
            "containment! M done+44m due+1h | Withdraw the payroll changes",
            "analysis! N done+6h due+8h | Look for the same caller on other days",
            "> N +5h | Two earlier calls from hidden numbers; both ended without a reset.",
            "review! H done+40h due+4d | Agree on a call back with the help desk",
        ],
        indicators: &["198.51.100.61", "sso-northwlnd[.]example"],
        assets: &[
            "account | Finance manager | NORTHWIND\\ecosta2 | Finance | high | recovered",
            "application | Payroll | payroll.northwind.example | Human resources | critical | not-compromised",
        ],
        vulnerabilities: &[" | Reset of MFA without a call back |  | Help desk process | fixed"],
        ..BLANK
    },
    Story {
        title: "Alert for a tool that the red team had announced",
        summary: "The alert was right; the test was announced to another mailbox.",
        severity: Severity::Sev4,
        category: "intrusion-attempts/exploit",
        assessed: "other | own-rule | none | none | regular |",
        owner: Some(Who::Noah),
        detected_hours_ago: 730,
        path: "triage+20m investigating+45m rejected+3h",
        disposition: Disposition::FalsePositive,
        root_cause: "Announced test; the announcement now goes to the duty mailbox.",
        events: &["A -10m | T1558.003 | EDR | Tickets of service accounts asked for"],
        tasks: &["analysis M done+2h due+4h | Ask the test team for their addresses"],
        ..BLANK
    },
    Story {
        title: "Miner on a build runner",
        summary: "A pull request from outside ran on a runner of our own and started a miner. The runner had no secrets.",
        severity: Severity::Sev4,
        category: "fraud/unauthorised-use-of-resources",
        assessed: "web | own-rule | low | none | regular | Build system",
        tlp: Tlp::Green,
        owner: Some(Who::Mina),
        detected_hours_ago: 800,
        began: "-9h minute",
        path: "triage+1h investigating+2h containing+2h20m contained+2h30m eradicated+4h recovering+4h10m recovered+5h \
               resolved+3d closed+6d",
        disposition: Disposition::TruePositive,
        root_cause: "Runners of our own took jobs of forks without approval.",
        events: &[
            "A! -9h | T1195.002 T1059.004 | Build log | A changed build script runs on runner-4",
            "A! -8h55m..+2h20m | T1496.001 | Monitoring | All processors busy",
            "A -8h50m | T1552.001 | Build log | Looks for secrets in the environment, finds none",
            "R! +2h20m | | Platform | Runner deleted",
        ],
        tasks: &[
            "containment! M done+2h20m due+4h | Delete the runner",
            "eradication! N done+4h due+1d | Ask for approval of jobs from forks",
            "review M done+60h due+7d | Move runners into a network of their own",
        ],
        indicators: &["pool[.]miner-example[.]example", "filename: /tmp/.x/kworkerd"],
        assets: &["cloud-resource | runner-4 | runner-4.build.northwind.example | Platform team | low | recovered"],
        ..BLANK
    },
    Story {
        title: "Exercise: supplier update channel compromised",
        summary: "Half-day exercise with operations and communications. Injects are in the exercise plan.",
        severity: Severity::Sev4,
        category: "test",
        owner: Some(Who::Linus),
        is_exercise: true,
        detected_hours_ago: 900,
        began: "-2h hour",
        path: "triage+5m investigating+20m containing+60m contained+1h40m eradicated+2h10m recovering+2h30m \
               recovered+3h10m resolved+4h closed+1d",
        disposition: Disposition::Test,
        root_cause: "undetermined",
        events: &[
            "A! -2h hour | T1195.002 | Inject 1 | The supplier's update carries something more",
            "A! -1h hour | T1071.004 | Inject 2 | Names are resolved that nobody knows",
            "R! +1h40m | | Inject 4 | Update server blocked",
        ],
        tasks: &[
            "containment! M done+90m due+2h | Decide about blocking the update server",
            "review! L done+4h due+7d | Write down what was learned",
            "> H +3h30m | Communications asked for a telephone list on paper.",
        ],
        ..BLANK
    },
    Story {
        title: "Service account key in a public repository",
        summary: "A contractor's repository held a key of the analytics project for six hours. It was used once, to \
                  list.",
        severity: Severity::Sev3,
        category: "vulnerable/information-disclosure",
        assessed: "other | public | none | proprietary-breach | regular | Analytics storage",
        owner: Some(Who::Noah),
        detected_hours_ago: 980,
        began: "-6h minute",
        path: "triage+25m investigating+50m containing+55m contained+1h5m eradicated+2h recovering+2h10m recovered+3h \
               resolved+2d closed+4d",
        disposition: Disposition::TruePositive,
        root_cause: "Keys that live long were handed out to contractors.",
        events: &[
            "A! -6h | T1552.001 | Repository | Key pushed with a notebook",
            "A! -4h40m | T1078.004 T1526 | Cloud audit log | Key used from 203.0.113.190 to list projects",
            "A -4h39m | T1619 | Cloud audit log | Listing of buckets refused",
            "R! +55m | | Cloud audit log | Key revoked",
        ],
        tasks: &[
            "containment! N done+55m due+1h | Revoke the key",
            "analysis! M done+5h due+1d | Read what the key did",
            "review! N done+40h due+7d | Give contractors keys that end within the hour",
        ],
        indicators: &["203.0.113.190"],
        assets: &["account | sa-notebook | sa-notebook@analytics | Analytics | medium | recovered"],
        ..BLANK
    },
    Story {
        title: "Lost laptop of a field engineer",
        summary: "Left on a train. The disk is encrypted; the device has not called home since. Certificates were \
                  revoked within the hour.",
        severity: Severity::Sev4,
        category: "information-content-security/data-loss",
        assessed: "loss-or-theft | own-staff | none | none | regular |",
        tlp: Tlp::Green,
        owner: Some(Who::Mina),
        detected_hours_ago: 1_100,
        path: "triage+18m investigating+35m containing+40m contained+55m eradicated+60m recovering+90m recovered+2d \
               resolved+3d closed+4d",
        disposition: Disposition::TruePositive,
        root_cause: "Loss, no sign of theft for the data.",
        events: &[
            "A -3h hour | | Engineer | Left on a train",
            "R! +40m | | Certificate authority | Certificates revoked",
        ],
        tasks: &[
            "containment! M done+40m due+1h | Revoke certificates",
            "recovery N done+1d due+2d | Replace the laptop",
        ],
        assets: &["workstation | wks-fld-31 | wks-fld-31.northwind.example | Field service | medium | unknown"],
        ..BLANK
    },
    Story {
        title: "Mail server relays unsolicited mail after a change",
        summary: "A rule for a scanner let everybody in its network relay. 22,000 mails left in an hour; we were on two \
                  block lists for a day.",
        severity: Severity::Sev3,
        category: "abusive-content/spam",
        assessed: "other | partner | low | none | regular | Mail",
        owner: Some(Who::Noah),
        detected_hours_ago: 1_230,
        began: "-70m minute",
        path: "triage+20m investigating+30m containing+35m contained+38m eradicated+1h recovering+2h recovered+26h \
               resolved+3d closed+5d",
        disposition: Disposition::TruePositive,
        root_cause: "The change named a network instead of one address.",
        events: &[
            "A! -70m..+35m | T1584 T1534 | Mail log | 22,000 mails from a guest device",
            "R! +35m | | Mail server | Rule taken back",
            "R +26h | | Block lists | Both lists removed us",
        ],
        tasks: &[
            "containment! N done+35m due+1h | Take the rule back",
            "recovery! M done+26h due+2d | Ask the lists for removal",
            "review N done+60h due+7d | Check changes of the mail server by a second person",
        ],
        assets: &["server | mx-01 | mx-01.northwind.example | Workplace | high | not-compromised"],
        ..BLANK
    },
    Story {
        title: "Payment details of a supplier changed by mail",
        summary: "A mail from the supplier's real mailbox asked for another account. Finance called the number it knew; \
                  nothing was paid.",
        severity: Severity::Sev3,
        category: "fraud/masquerade",
        assessed: "email | own-staff | none | none | regular |",
        owner: Some(Who::Hanna),
        detected_hours_ago: 1_330,
        began: "-2d hour",
        path: "triage+40m investigating+2h containing+2h30m contained+3h",
        on_hold: true,
        events: &[
            "A! -2d hour | T1586.002 | Supplier | The supplier's mailbox is used by somebody else",
            "A! -5h | T1566.003 T1657 | Mail gateway log | Mail asks to pay to another account",
            "R! +3h | | Finance | Supplier called back, payment stopped",
        ],
        tasks: &[
            "containment! H done+2h30m due+4h | Stop the payment",
            "analysis M done+5h due+1d | Look for other mails of this mailbox",
            "analysis! H blocked+5d due:-20d | Learn from the supplier how it happened | Their investigator reports at the end of the month",
            "> H +12d | Asked again; the report is with their lawyers.",
            "review! H to-do due:+9d | Keep the call back in the finance manual",
        ],
        indicators: &["billing[at]turbine-parts[.]example"],
        assets: &["person | Accounts payable clerk |  | Finance | medium | not-compromised"],
        ..BLANK
    },
    Story {
        title: "Known flaw tried against the wiki",
        summary: "Requests for a flaw that is listed as exploited; the wiki had been patched two days before.",
        severity: Severity::Sev5,
        category: "intrusion-attempts/ids-alert",
        assessed: "web | own-rule | none | none | regular | Wiki",
        tlp: Tlp::Green,
        owner: Some(Who::Noah),
        detected_hours_ago: 1_420,
        began: "-3h minute",
        path: "triage+2h investigating+5h containing+6h contained+6h10m resolved+2d closed+4d",
        disposition: Disposition::TruePositive,
        root_cause: "Public service; patched before the attempts.",
        events: &[
            "A! -3h..-2h | T1595.002 | Web log | 60 requests with an expression in the address",
            "A -2h | T1190 | Web log | Nothing was run, by the process log",
            "R! +6h | | Firewall | Network blocked",
        ],
        tasks: &["analysis! M done+5h due+1d | Read the process log of the wiki"],
        indicators: &["198.51.100.14"],
        assets: &["application | Wiki | wiki.northwind.example | Workplace | medium | not-compromised"],
        vulnerabilities: &["CVE-2022-26134 | Expressions in the address are run | 9.8 | Wiki | fixed"],
        ..BLANK
    },
    Story {
        title: "Same flaw tried against the wiki, second sensor",
        summary: "The other sensor saw the same requests.",
        severity: Severity::Sev5,
        category: "intrusion-attempts/ids-alert",
        assessed: "web | own-rule | none | none | regular | Wiki",
        tlp: Tlp::Green,
        owner: Some(Who::Mina),
        detected_hours_ago: 1_416,
        path: "triage+30m rejected+3h",
        disposition: Disposition::Duplicate,
        root_cause: "Seen by two sensors; worked on in the first report.",
        ..BLANK
    },
    Story {
        title: "Board member's mailbox read from abroad",
        summary: "Sign-ins from a country nobody travelled to. The password had been used elsewhere, MFA was postponed.",
        severity: Severity::Sev2,
        category: "intrusions/unprivileged-account-compromise",
        assessed: "impersonation | own-rule | none | proprietary-breach | regular | Mail",
        tlp: Tlp::Red,
        owner: Some(Who::Hanna),
        restricted: true,
        team: &[Who::Mina],
        detected_hours_ago: 1_510,
        began: "-12d minute",
        lost: "-11d hour",
        path: "triage+12m investigating+25m containing+40m contained+70m eradicated+4h recovering+5h recovered+1d \
               resolved+6d closed+9d",
        disposition: Disposition::TruePositive,
        root_cause: "MFA for the board had been postponed twice.",
        events: &[
            "A ? | T1110.004 | | The password is in a collection that is sold",
            "A! -12d | T1078.004 | Sign-in log | First sign-in from 192.0.2.201",
            "A! -11d..-1d hour | T1114.002 | Mailbox audit log | 640 messages read",
            "R! +40m | | Directory | Sessions revoked, MFA in force",
        ],
        tasks: &[
            "containment! H done+40m due+1h | Revoke sessions and turn MFA on",
            "analysis! M done+2d due+3d | List the messages that were read",
            "review! L done+5d due+7d | MFA for the whole board",
        ],
        indicators: &["192.0.2.201"],
        assets: &["mailbox | Board member | board2@northwind.example | Board | high | recovered"],
        ..BLANK
    },
    Story {
        title: "Remote support tool installed after a call",
        summary: "A caller claimed to be support and had a clerk install a tool. The clerk hung up and told us.",
        severity: Severity::Sev3,
        category: "malicious-code/malware-distribution",
        assessed: "impersonation | own-staff | none | none | regular |",
        owner: Some(Who::Mina),
        detected_hours_ago: 1_610,
        began: "-25m minute",
        path: "triage+10m investigating+25m containing+30m contained+34m eradicated+4h recovering+5h recovered+1d \
               resolved+2d closed+3d investigating+6d containing+6d2h contained+6d3h eradicated+6d8h recovering+6d9h \
               recovered+7d resolved+8d closed+10d",
        disposition: Disposition::TruePositive,
        root_cause: "Installers of support tools were not blocked; the second workstation was found in the review.",
        events: &[
            "A! -25m | T1566.004 T1219.002 | Clerk | Tool installed at the caller's word",
            "A! -20m..-8m | T1082 T1083 | EDR | Looks around on the workstation",
            "A! +5d20h | T1219.002 | EDR | The same tool on a second workstation",
            "R! +30m | | EDR | First workstation isolated",
            "R! +6d2h | | EDR | Second workstation isolated, installer blocked everywhere",
        ],
        tasks: &[
            "containment! M done+30m due+1h | Isolate the workstation",
            "analysis! N done+1d due+2d | Look for the tool elsewhere",
            "> N +6d1h | My search missed hosts that were off; it runs at start-up now.",
            "eradication N done+6d8h due+7d | Block the installer",
        ],
        indicators: &["quicksupport-help[.]example", "filename: support-client.exe"],
        assets: &[
            "workstation | wks-cc-11 | wks-cc-11.northwind.example | Customer care | low | recovered",
            "workstation | wks-cc-19 | wks-cc-19.northwind.example | Customer care | low | recovered",
        ],
        ..BLANK
    },
];
