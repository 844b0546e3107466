//! The exhibits. Their bytes are text and numbers made up here; nothing in them could do harm.

use holdfast_domain::evidence::{AcquisitionMethod as M, EvidenceKind as K};

use super::{
    cast::Who,
    evidence::{BLANK, Exhibit},
};

const RANSOM: &str = "Ransomware note on a branch office file server";
const INSIDER: &str = "Employee copied design files before leaving";
const BEACON: &str = "Beaconing from an engineering workstation";
const TRANSFER: &str = "Web shell on the managed file-transfer appliance";
const CONSENT: &str = "Staff consented to a look-alike document app";
const WIPER: &str = "Disk wiper on three dispatch workstations";

const PROXY_LOG: &str = "#Fields: date time c-ip cs-method cs-uri sc-status cs-bytes\n\
    2026-01-01 03:12:07 198.51.100.23 POST /reply.aspx 200 1893\n\
    2026-01-01 03:12:11 198.51.100.23 GET /reply2.aspx 200 412\n\
    2026-01-01 03:14:52 198.51.100.23 GET /reply2.aspx 200 88120331\n\
    2026-01-01 03:31:40 198.51.100.23 GET /reply2.aspx 200 40277190\n";

const CONSENT_MAIL: &str = "From: \"Document Service\" <share@docs-northwlnd.example>\n\
    To: j.lindqvist@northwind.example\nSubject: A document was shared with you\n\
    Received: from mail.docs-northwlnd.example ([203.0.113.88])\n\n\
    Open the document: https://consent.docs-northwlnd.example/authorize?scope=Mail.Read\n";

/// The exhibits, in the order of their stories.
pub(super) const EXHIBITS: &[Exhibit] = &[
    Exhibit {
        story: RANSOM,
        collected: "+40m",
        kind: K::Memory,
        title: "Memory of fs-log-02 before it was switched off",
        description: "A stub of 256 KiB stands for the image of 64 GiB.",
        text: "EMiL stub\n",
        filler: 262_144,
        filename: "fs-log-02.lime",
        source: ["fs-log-02", "physical memory", "Logistics IT"],
        personal: true,
        method: M::Memory,
        tool: ["AVML", "0.14"],
        witness: "Noah Adeyemi",
        write_blocker: "None: the system was running",
        custody: &[
            "+10m M verified",
            "+30m M offered | to=N | reason=Analysis of the encryptor in memory | method=Electronic, evidence share",
            "+50m N refused | reason=On duty for the jump host; take Hanna",
            "+1h10m M offered | to=H | reason=Analysis of the encryptor in memory | method=Electronic, evidence share",
            "+1h25m H accepted",
            "+6h H analysed | tool=Volatility 3, 2.8 | reason=Injected thread in the print spooler; key schedule not found",
            "+1d H verified",
            "+1d2h T accessed",
        ],
        ..BLANK
    },
    Exhibit {
        story: RANSOM,
        collected: "+1h10m",
        by: Who::Noah,
        kind: K::MalwareSample,
        title: "The encryptor, svchost32.exe",
        description: "Leaves this server inside an encrypted ZIP only.",
        text: "Stands for a sample; these bytes do nothing.\n",
        filler: 90_112,
        filename: "svchost32.exe",
        source: ["fs-log-02", "C:\\ProgramData\\upd\\svchost32.exe", "Logistics IT"],
        malicious: true,
        method: M::Logical,
        tool: ["KAPE", "1.3"],
        custody: &[
            "+20m N verified",
            "+2h N analysed | tool=FLOSS 3.1 | reason=Strings, imports; command and control in clear",
            "+3h N downloaded",
            "+2d N offered | to=L | reason=Hand to the joint analysis centre | method=Electronic, evidence share",
        ],
        ..BLANK
    },
    Exhibit {
        story: RANSOM,
        collected: "+2h",
        title: "Security event log of fs-log-02",
        text: "EventID 4624 type 10 from 198.51.100.77 user svc-backup\nEventID 7045 service upd installed\n",
        filename: "Security.evtx.txt",
        source: ["fs-log-02", "C:\\Windows\\System32\\winevt\\Logs\\Security.evtx", "Logistics IT"],
        personal: true,
        tool: ["wevtutil", "10.0"],
        custody: &["+5m M verified"],
        ..BLANK
    },
    Exhibit {
        story: INSIDER,
        collected: "+5h",
        by: Who::Linus,
        kind: K::Physical,
        title: "Laptop of the employee",
        device: ["Fjord", "Book 14 G3", "FB3-77A0192", "Scratch on the lid, sticker of a sailing club"],
        source: ["wks-2214", "", "Engineering"],
        personal: true,
        method: M::PhysicalSeizure,
        authority: "Works agreement 12, instruction of legal",
        witness: "Head of human resources",
        location: "Safe 2, shelf B",
        custody: &[
            "+10m L sealed | seal_no=NW-004711 | witness=Head of human resources",
            "+30m L hold_placed | matter_no=LEG-2026-031 | reason=Claim under preparation",
            "+3h L unsealed | reason=Imaging of the disk",
            "+3h5m H checked_out | reason=Imaging in the laboratory",
            "+9h H checked_in",
            "+9h15m L sealed | seal_no=NW-004712 | witness=Hanna Vogel",
            "+20h L moved | location=Safe 1, shelf A",
        ],
        ..BLANK
    },
    Exhibit {
        story: INSIDER,
        collected: "+6h",
        by: Who::Linus,
        kind: K::Mobile,
        title: "Company telephone of the employee",
        device: ["Halvor", "P9", "HP9-0031-7743", "Cracked corner, bottom left"],
        source: ["", "", "Engineering"],
        personal: true,
        method: M::PhysicalSeizure,
        authority: "Works agreement 12, instruction of legal",
        witness: "Head of human resources",
        location: "Safe 2, shelf B",
        custody: &[
            "+10m L sealed | seal_no=NW-004713",
            "+22h L unsealed | reason=Legal found no claim on it",
            "+23h L returned | recipient=The employee, against receipt | method=In person, at the front desk",
        ],
        ..BLANK
    },
    Exhibit {
        story: INSIDER,
        collected: "+8h",
        by: Who::Hanna,
        title: "Export of data loss prevention, two evenings",
        text: "19:41 wks-2214 copy 1.4 GB to removable E:\n20:16 wks-2214 copy 1.7 GB to removable E:\n",
        filename: "dlp-export.csv",
        source: ["dlp-01", "", "Security"],
        personal: true,
        custody: &["+5m H hold_placed | matter_no=LEG-2026-031", "+1h H verified"],
        ..BLANK
    },
    Exhibit {
        story: BEACON,
        collected: "+1h30m",
        by: Who::Noah,
        kind: K::Pcap,
        title: "Capture of the beacon, two hours",
        text: "pcap stub: every 61 s, 203.0.113.61:443, 312 bytes out, 118 bytes in\n",
        filler: 32_768,
        filename: "beacon.pcap",
        source: ["span port of sw-eng-2", "", "Network team"],
        method: M::LiveImage,
        tool: ["tcpdump", "4.99"],
        custody: &[
            "+10m N verified",
            "+1h N offered | to=M | reason=Comparison with other segments | method=Electronic, evidence share",
            "+2h M accepted",
            "+4h M analysed | tool=Zeek 7.0 | reason=Interval and certificate",
        ],
        ..BLANK
    },
    Exhibit {
        story: BEACON,
        collected: "+3h",
        by: Who::Noah,
        kind: K::Disk,
        title: "Disk image of wks-eng-09",
        text: "E01 stub\n",
        filler: 131_072,
        filename: "wks-eng-09.E01",
        source: ["wks-eng-09", "/dev/nvme0n1", "Engineering"],
        personal: true,
        method: M::DeadImage,
        tool: ["Guymager", "0.8.13"],
        write_blocker: "WB-3, checked the same morning",
        witness: "Mina Sato",
        location: "Safe 2, disk 14",
        custody: &[
            "+10m N sealed | seal_no=NW-004688 | witness=Mina Sato",
            "+5h N unsealed | reason=Analysis",
            "+5h10m M checked_out | reason=Timeline of the file system",
            "+1d2h M checked_in",
            "+1d3h N sealed | seal_no=NW-004689",
            "+6d N disposal_requested | reason=Case closed, period of the policy over | method=Overwritten, NIST purge",
            "+7d L disposed | witness=Mina Sato",
        ],
        ..BLANK
    },
    Exhibit {
        story: TRANSFER,
        collected: "+50m",
        title: "Web log of the appliance, four days",
        text: PROXY_LOG,
        filename: "u_ex.log",
        source: ["mft-01", "C:\\inetpub\\logs\\W3SVC2", "Integration team"],
        personal: true,
        custody: &[
            "+10m M verified",
            "+3h L hold_placed | matter_no=DPA-17 | reason=Notification to the data protection authority",
            "+2d L disclosed | recipient=State police, cybercrime unit | legal_basis=Request of the prosecutor",
            "+40d H hold_released | matter_no=DPA-17 | reason=Authority closed the procedure",
            "+41d T accessed",
            "+41d30m T downloaded",
        ],
        ..BLANK
    },
    Exhibit {
        story: TRANSFER,
        collected: "+2h",
        by: Who::Noah,
        kind: K::CloudSnapshot,
        title: "Snapshot of the appliance before rebuilding",
        text: "snapshot stub\n",
        filler: 65_536,
        filename: "mft-01.vmdk",
        source: ["mft-01", "datastore2", "Integration team"],
        personal: true,
        method: M::DeadImage,
        tool: ["Hypervisor snapshot", "8.0"],
        custody: &[
            "+20m N offered | to=H | reason=Shift change | method=Electronic, evidence share",
            "+40m H accepted",
            "+1d H analysed | tool=Plaso 20240826 | reason=Web shell written 03:12 by the service account",
            "+60d H verified",
        ],
        ..BLANK
    },
    Exhibit {
        story: TRANSFER,
        collected: "+2h20m",
        by: Who::Noah,
        kind: K::MalwareSample,
        title: "The web shell",
        text: "Stands for a web shell; this text does nothing.\n",
        filler: 2_048,
        filename: "reply2.aspx",
        source: ["mft-01", "C:\\app\\wwwroot\\reply2.aspx", "Integration team"],
        malicious: true,
        method: M::Logical,
        copy_of: "EV-0002",
        custody: &[
            "+1h N verified",
            "+50d N disposal_requested | reason=Known sample, kept elsewhere | method=Deleted",
            "+51d H disposed | witness=Noah Adeyemi",
        ],
        ..BLANK
    },
    Exhibit {
        story: CONSENT,
        collected: "+1h",
        kind: K::Email,
        title: "The mail with the link to the app",
        text: CONSENT_MAIL,
        filename: "shared-document.eml",
        source: ["mail gateway", "quarantine", "J. Lindqvist"],
        personal: true,
        method: M::Logical,
        custody: &["+10m M verified", "+2d T accessed"],
        ..BLANK
    },
    Exhibit {
        story: WIPER,
        collected: "+4h",
        by: Who::Mina,
        kind: K::Physical,
        title: "Solid state disk of wks-disp-02",
        device: ["Corvid", "S870", "CV-S870-55120", "Label torn, slot 1"],
        source: ["wks-disp-02", "", "Dispatch"],
        method: M::PhysicalSeizure,
        location: "Safe 2, shelf C",
        custody: &[
            "+10m M sealed | seal_no=NW-004602",
            "+1d M offered | to=H | reason=Data recovery | method=Courier, tracking 20-1187-44",
            "+2d H accepted",
            "+2d1h H unsealed | reason=Data recovery",
            "+3d H moved | location=Laboratory, cabinet 3",
            "+9d H sealed | seal_no=NW-004611",
        ],
        ..BLANK
    },
];
