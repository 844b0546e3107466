//! The words for coded values, as templates read them from `/labels.json`. They come from the
//! domain's own labels, so that page and report never say different things.

use std::{collections::BTreeMap, fmt::Display};

use holdfast_domain::{
    custody::CustodyKind,
    event::Lane,
    evidence::{AcquisitionMethod, EvidenceKind, EvidenceStatus},
    incident::{Disposition, Severity},
    indicator::{Confidence, IndicatorKind},
    lifecycle::{Milestone, Status},
    marking::{Pap, Tlp},
    rsit::Category,
    technique,
    time::{Precision, TimeSource},
    vulnerability::VulnerabilityStatus,
};

type Labels = BTreeMap<String, &'static str>;

/// JSON: `{"severity": {"sev1": "SEV1 critical", …}, …}`.
pub(crate) fn json() -> Vec<u8> {
    let labels = BTreeMap::from([
        ("acquisition", words(AcquisitionMethod::ALL, AcquisitionMethod::label)),
        ("category", Category::all().map(|c| (c.to_string(), c.label())).collect()),
        ("confidence", words(Confidence::ALL, Confidence::label)),
        ("custody", words(CustodyKind::ALL, CustodyKind::label)),
        ("disposition", words(Disposition::ALL, Disposition::label)),
        ("evidence-kind", words(EvidenceKind::ALL, EvidenceKind::label)),
        ("evidence-status", words(EvidenceStatus::ALL, EvidenceStatus::label)),
        ("indicator", words(IndicatorKind::ALL, IndicatorKind::label)),
        ("lane", words(Lane::ALL, Lane::label)),
        ("milestone", words(Milestone::ALL, Milestone::label)),
        ("notice", BTreeMap::from([("attack".to_owned(), technique::COPYRIGHT)])),
        ("pap", words(Pap::ALL, Pap::label)),
        ("precision", words(Precision::ALL, Precision::label)),
        ("severity", words(Severity::ALL, Severity::label)),
        ("source", words(TimeSource::ALL, TimeSource::label)),
        ("status", words(Status::ALL, Status::label)),
        ("tlp", words(Tlp::ALL, Tlp::label)),
        ("vulnerability-status", words(VulnerabilityStatus::ALL, VulnerabilityStatus::label)),
    ]);
    serde_json::json!(labels).to_string().into_bytes()
}

fn words<T: Copy + Display>(all: &[T], label: impl Fn(T) -> &'static str) -> Labels {
    all.iter().map(|&value| (value.to_string(), label(value))).collect()
}
