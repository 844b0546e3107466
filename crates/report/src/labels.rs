//! The words for coded values, as templates read them from `/labels.json`. They come from the
//! domain's own labels, so that page and report never say different things.

use std::{collections::BTreeMap, fmt::Display};

use holdfast_domain::{
    incident::{Disposition, Severity},
    lifecycle::{Milestone, Status},
    marking::{Pap, Tlp},
    rsit::Category,
    time::{Precision, TimeSource},
};

type Words = BTreeMap<String, &'static str>;

/// JSON: `{"severity": {"sev1": "SEV1 critical", …}, …}`.
pub(crate) fn json() -> Vec<u8> {
    let labels = BTreeMap::from([
        ("category", Category::all().map(|c| (c.to_string(), c.label())).collect()),
        ("disposition", words(Disposition::ALL, Disposition::label)),
        ("milestone", words(Milestone::ALL, Milestone::label)),
        ("pap", words(Pap::ALL, Pap::label)),
        ("precision", words(Precision::ALL, Precision::label)),
        ("severity", words(Severity::ALL, Severity::label)),
        ("source", words(TimeSource::ALL, TimeSource::label)),
        ("status", words(Status::ALL, Status::label)),
        ("tlp", words(Tlp::ALL, Tlp::label)),
    ]);
    serde_json::json!(labels).to_string().into_bytes()
}

fn words<T: Copy + Display>(all: &[T], label: impl Fn(T) -> &'static str) -> Words {
    all.iter().map(|&value| (value.to_string(), label(value))).collect()
}
