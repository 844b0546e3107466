//! What was found in the incidents of the demo. Addresses are of the ranges kept for documentation.

use holdfast_actions::{Ctx, Error, Result, asset, indicator, vulnerability};
use holdfast_domain::{
    Actor, Refusal,
    asset::{AssetFields, AssetKind, Compromise, Criticality},
    incident::Incident,
    indicator::{Confidence, IndicatorFields, IndicatorKind},
    vulnerability::{VulnerabilityFields, VulnerabilityStatus},
};

/// What was found in the incident with this title.
struct Found {
    title: &'static str,
    /// One per line, as people paste them.
    indicators: &'static str,
    assets: &'static [(AssetKind, &'static str, &'static str, &'static str, Criticality, Compromise)],
    vulnerabilities: &'static [(&'static str, &'static str, &'static str, &'static str, VulnerabilityStatus)],
}

const FOUND: &[Found] = &[
    Found {
        title: "Mailbox rule forwards invoices to an outside address",
        indicators: "invoices[at]northwlnd-energy[.]example # receives the forwarded mail\n\
            203.0.113.45 # signed in from here\nnorthwlnd-energy[.]example\n\
            Mozilla/5.0 (Windows NT 10.0; Win64; x64) axios/1.7.2",
        assets: &[
            (
                AssetKind::Mailbox,
                "Accounts payable",
                "ap@northwind.example",
                "Finance",
                Criticality::High,
                Compromise::Confirmed,
            ),
            (
                AssetKind::Account,
                "J. Lindqvist",
                "NORTHWIND\\jlindqvist",
                "Finance",
                Criticality::Medium,
                Compromise::Recovered,
            ),
        ],
        vulnerabilities: &[],
    },
    Found {
        title: "Phishing kit hosted on a look-alike of the customer portal",
        indicators: "hxxps://login[.]northwlnd-energy[.]example/session # the page that took passwords\n\
            northwlnd-energy[.]example\n203.0.113.45",
        assets: &[(
            AssetKind::Account,
            "J. Lindqvist",
            "NORTHWIND\\jlindqvist",
            "Finance",
            Criticality::Medium,
            Compromise::Suspected,
        )],
        vulnerabilities: &[],
    },
    Found {
        title: "Ransomware note on a branch office file server",
        indicators: "198.51.100.77 # command and control\nhxxp://198.51.100[.]77:8443/gate[.]php\n\
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 # the encryptor\n\
            filename: C:\\ProgramData\\upd\\svchost32.exe\nmutex: Global\\7f1c-lock\n\
            HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\upd",
        assets: &[
            (
                AssetKind::Server,
                "fs-log-02",
                "fs-log-02.northwind.example",
                "Logistics IT",
                Criticality::Critical,
                Compromise::Confirmed,
            ),
            (
                AssetKind::NetworkDevice,
                "VPN gateway",
                "vpn1.northwind.example",
                "Network team",
                Criticality::Critical,
                Compromise::Suspected,
            ),
            (
                AssetKind::Workstation,
                "wks-1187",
                "10.20.11.87",
                "Logistics IT",
                Criticality::Low,
                Compromise::NotCompromised,
            ),
        ],
        vulnerabilities: &[
            ("CVE-2023-3519", "", "9.8", "VPN gateway", VulnerabilityStatus::Fixed),
            ("", "Backup share writable for every domain user", "", "fs-log-02", VulnerabilityStatus::Open),
        ],
    },
];

/// Adds what was found to the incidents that are there.
pub(super) async fn add(ctx: &Ctx, analyst: &Actor, incidents: &[Option<Incident>]) -> Result<()> {
    for incident in incidents.iter().flatten() {
        if let Some(found) = FOUND.iter().find(|found| found.title == incident.fields.title) {
            add_to(ctx, analyst, &incident.reference, found).await?;
        }
    }
    Ok(())
}

async fn add_to(ctx: &Ctx, analyst: &Actor, reference: &str, found: &Found) -> Result<()> {
    let base = IndicatorFields { confidence: Confidence::High, ..IndicatorFields::bare(IndicatorKind::Other, "") };
    match indicator::add_many(ctx, analyst, reference, found.indicators, &base).await {
        // A restricted one is not the analyst's.
        Err(Error::Refused(Refusal::NotFound(_))) => return Ok(()),
        other => other?,
    };
    for (kind, name, identifier, owner, criticality, compromise) in found.assets {
        let fields = AssetFields {
            identifier: (*identifier).into(),
            owner: (*owner).into(),
            criticality: *criticality,
            compromise: *compromise,
            ..AssetFields::bare(*kind, *name)
        };
        asset::add(ctx, analyst, reference, &fields).await?;
    }
    for (cve, title, score, affected, status) in found.vulnerabilities {
        let fields = VulnerabilityFields {
            cvss_score: (*score).into(),
            affected: (*affected).into(),
            status: *status,
            ..VulnerabilityFields::bare(*cve, *title)
        };
        vulnerability::add(ctx, analyst, reference, &fields).await?;
    }
    Ok(())
}
