//! Stories of the third to fifth month before now.

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
        title: "VPN account of a former contractor still in use",
        summary: "An account that should have ended in spring signed in without MFA and reached the document store.",
        severity: Severity::Sev2,
        category: "intrusions/unprivileged-account-compromise",
        assessed: "impersonation | own-rule | none | proprietary-breach | regular | VPN; Document store",
        owner: Some(Who::Linus),
        detected_hours_ago: 78 * 24,
        began: "-5d2h minute",
        lost: "-4d hour",
        path: "triage+14m investigating+40m containing+80m contained+2h eradicated+9h recovering+10h recovered+2d \
               resolved+5d closed+8d",
        handed_over: Some((Who::Hanna, "+10h")),
        disposition: Disposition::TruePositive,
        root_cause: "The account was outside the list that leaves the directory with a contract, and exempt from MFA.",
        events: &[
            "A ? | T1589.001 | | The password was in a collection from another service",
            "A! -5d2h | T1133 T1078.002 | VPN log | Sign-in outside the usual hours",
            "A -5d1h hour | T1018 T1069.002 | NetFlow | Reads the directory",
            "A! -4d..-3d hour | T1213.002 T1039 | Document store audit | 900 documents opened",
            "A! -3d hour | T1048.003 | Proxy log | 1.1 GB to 198.51.100.142",
            "R! +80m | | Directory | Account disabled, sessions ended",
        ],
        tasks: &[
            "containment! M done+80m due+1h | Disable the account",
            "analysis! N done+1d due+1d | List the documents",
            "eradication! H done+9h due+2d | Find every account exempt from MFA",
            "> H +8h | Fourteen more; eleven had no owner any more.",
            "review! L done+4d due+10d | Tie contractor accounts to the end of contracts",
            "analysis! L done+2d due+3d | Tell the owners of the documents",
        ],
        indicators: &["198.51.100.142", "203.0.113.17 # VPN sign-in"],
        assets: &[
            "account | Contractor 88 | NORTHWIND\\ext-0088 | Operations | medium | recovered",
            "data-store | Document store | docs.northwind.example | Workplace | high | confirmed",
        ],
        vulnerabilities: &[" | Account exempt from MFA |  | VPN gateway | fixed"],
        ..BLANK
    },
    Story {
        title: "Web shop takes coupons without checking",
        summary: "A change let a coupon be used again and again. 212 orders, reversed.",
        severity: Severity::Sev4,
        category: "information-content-security/unauthorised-information-modification",
        assessed: "web | own-staff | none | integrity-loss | regular | Web shop",
        owner: Some(Who::Noah),
        detected_hours_ago: 90 * 24,
        began: "-3d day",
        path: "triage+3h investigating+5h containing+6h contained+7h eradicated+1d recovering+26h recovered+4d \
               resolved+6d closed+8d",
        disposition: Disposition::TruePositive,
        root_cause: "The check was in the page, not in the server.",
        events: &[
            "A! -3d day | T1565.001 | Orders | First order with a used coupon",
            "R! +6h | | Digital | Coupons switched off",
        ],
        tasks: &[
            "containment! N done+6h due+8h | Switch coupons off",
            "recovery! M done+4d due+5d | Reverse the orders",
        ],
        assets: &["application | Web shop | shop.northwind.example | Digital | medium | recovered"],
        ..BLANK
    },
    Story {
        title: "Router of a substation answers to its first password",
        summary: "Found in a scan of our own; nobody else had signed in, by its log.",
        severity: Severity::Sev3,
        category: "vulnerable/vulnerable-system",
        assessed: "unknown | own-staff | none | none | regular |",
        owner: Some(Who::Mina),
        detected_hours_ago: 99 * 24,
        path: "triage+1h investigating+2h containing+4h contained+9h eradicated+2d resolved+6d closed+9d",
        disposition: Disposition::SecurityRisk,
        root_cause: "Replaced in a storm at night; the check list for a replacement did not ask for the password.",
        events: &["R! +9h | | Field service | Password changed on site"],
        tasks: &[
            "containment! M done+9h due+1d | Change the password",
            "review! H done+5d due+10d | Add it to the check list for replacements",
        ],
        assets: &["network-device | rt-sub-14 | 192.0.2.33 | Grid operations | critical | not-compromised"],
        vulnerabilities: &[" | Password as delivered | 9.1 | rt-sub-14 | fixed"],
        ..BLANK
    },
    Story {
        title: "Signed update of the meter tool calls an unknown server",
        summary: "The maker's build had been changed; their signed update asked a name of the attacker for orders. Ours \
                  asked, and was not chosen.",
        severity: Severity::Sev1,
        category: "malicious-code/malware-distribution",
        assessed: "other | own-rule | none | none | supplemented | Meter configuration",
        tlp: Tlp::AmberStrict,
        owner: Some(Who::Hanna),
        detected_hours_ago: 112 * 24,
        began: "-24d day",
        path: "triage+11m investigating+45m containing+2h contained+5h eradicated+3d recovering+4d recovered+9d \
               resolved+12d closed+16d",
        disposition: Disposition::TruePositive,
        root_cause: "The maker's build was changed. Our servers could reach any name on the internet.",
        events: &[
            "A ? | T1195.002 | Maker | The maker's build is changed; they do not know since when",
            "A! -24d day | T1195.002 T1553.002 | Update log | Update installed on two servers",
            "A! -12d hour | T1071.004 T1568.002 | DNS log | First question for a generated name",
            "A! -12d..-1h hour | T1036.005 T1027 | DNS log | A question every four hours; none is answered with an order",
            "R! +2h | | DNS | Name answered by ourselves",
            "R! +5h | | Firewall | Both servers cut off from the internet",
            "R +3d | | Metering | Servers rebuilt from the version before",
        ],
        tasks: &[
            "containment! M done+2h due+2h | Answer the name by ourselves",
            "containment! N done+5h due+6h | Cut the servers off",
            "analysis! N done+2d due+2d | Look for orders in the answers",
            "> N +30h | All answers are of the range that means wait.",
            "eradication! H done+3d due+4d | Rebuild both servers",
            "analysis! L done+1d due+3d | Tell the national centre",
            "review! H done+11d due+14d | Servers reach named hosts only",
            "recovery - dropped+5d | Change every meter key | The servers held no keys",
        ],
        indicators: &["avsvc-meter[.]example", "7k2m9q[.]avsvc-meter[.]example", "filename: MeterTool.Core.dll"],
        assets: &[
            "server | mtr-01 | mtr-01.northwind.example | Metering | critical | recovered",
            "server | mtr-02 | mtr-02.northwind.example | Metering | critical | recovered",
        ],
        vulnerabilities: &[" | Servers reach any name |  | Metering servers | mitigated"],
        ..BLANK
    },
    Story {
        title: "Exercise: loss of the control room's network",
        summary: "Table-top exercise with the control room.",
        severity: Severity::Sev3,
        category: "test",
        owner: Some(Who::Hanna),
        is_exercise: true,
        detected_hours_ago: 119 * 24,
        path: "triage+5m investigating+15m containing+40m contained+70m eradicated+90m recovering+100m recovered+3h \
               resolved+4h closed+2d",
        disposition: Disposition::Test,
        root_cause: "undetermined",
        tasks: &["review! H done+1d due+7d | Write down what was learned"],
        ..BLANK
    },
    Story {
        title: "Contractor's tablet infected by a USB stick",
        summary: "The kiosk for sticks caught it on the second stick; the first had been read on the tablet.",
        severity: Severity::Sev4,
        category: "malicious-code/infected-system",
        assessed: "media | own-rule | none | none | regular |",
        owner: Some(Who::Noah),
        detected_hours_ago: 127 * 24,
        began: "-1d hour",
        path: "triage+40m investigating+2h containing+2h10m contained+3h eradicated+1d recovering+25h recovered+2d \
               resolved+4d closed+6d",
        disposition: Disposition::TruePositive,
        root_cause: "The tablet took sticks that the kiosk had not seen.",
        events: &[
            "A! -1d hour | T1091 T1204.002 | EDR | A shortcut on the stick is opened",
            "A -23h hour | T1547.001 | EDR | A worm known for years settles in",
            "A ? | T1091 | | Where the stick had been before",
            "R! +2h10m | | Field service | Tablet handed in",
        ],
        tasks: &[
            "containment! N done+2h10m due+4h | Have the tablet handed in",
            "review M done+3d due+7d | Sticks only through the kiosk",
        ],
        indicators: &["filename: drive.lnk", "0cc175b9c0f1b6a831c399e269772661"],
        assets: &["workstation | tab-ext-07 | tab-ext-07 | Field service | medium | recovered"],
        ..BLANK
    },
];
