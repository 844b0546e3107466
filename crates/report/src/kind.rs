//! The kinds of report that ship with the product, and what a renderer can be asked for. The text of
//! the templates belongs to the worker, `crates/typeset`.

use serde::{Deserialize, Serialize};

/// A kind of report that ships with the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportKind {
    /// One page for executives; data is [`crate::IncidentSummary`].
    IncidentSummary,
    /// Two to four pages for executives; data is [`crate::Executive`].
    Executive,
    /// The whole story, and what is to be done about it; data is [`crate::PostIncidentReview`].
    PostIncidentReview,
    /// What was measured over a period; data is [`crate::Metrics`].
    Metrics,
    /// What was held by whom, and how that is checked; data is [`crate::EvidenceLogReport`].
    EvidenceLog,
    /// The sheet that travels with an item; data is [`crate::CustodyForm`].
    CustodyForm,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::IncidentSummary,
        Self::Executive,
        Self::PostIncidentReview,
        Self::Metrics,
        Self::EvidenceLog,
        Self::CustodyForm,
    ];

    /// The name of its folder under `templates/`, and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IncidentSummary => "incident-summary",
            Self::Executive => "executive",
            Self::PostIncidentReview => "post-incident-review",
            Self::Metrics => "metrics",
            Self::EvidenceLog => "evidence-log",
            Self::CustodyForm => "custody-form",
        }
    }

    /// An example of its data, as JSON of its data type.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::IncidentSummary => {
                include_str!("../../../templates/incident-summary/example.json")
            }
            Self::Executive => include_str!("../../../templates/executive/example.json"),
            Self::PostIncidentReview => include_str!("../../../templates/post-incident-review/example.json"),
            Self::Metrics => include_str!("../../../templates/metrics/example.json"),
            Self::EvidenceLog => include_str!("../../../templates/evidence-log/example.json"),
            Self::CustodyForm => include_str!("../../../templates/custody-form/example.json"),
        }
    }
}

/// What to compile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// One of ours.
    Kind(ReportKind),
    /// Typst source that somebody wrote, held to be hostile. It may import `/common/*.typ` and
    /// read `/data.json`; it finds nothing else.
    Source(String),
}

/// Asserts that a kind's example is what its type writes, and that an unknown field is refused.
#[cfg(test)]
pub(crate) fn is_written_as<T: Serialize + serde::de::DeserializeOwned>(kind: ReportKind) {
    let example = kind.example();
    let read: T = serde_json::from_str(example).unwrap_or_else(|error| panic!("{}: {error}", kind.as_str()));
    let written = serde_json::to_string_pretty(&read).unwrap_or_default();
    assert_eq!(written, example.trim());
    let unknown = example.replacen("\"title\"", "\"titel\": \"x\", \"title\"", 1);
    assert!(serde_json::from_str::<T>(&unknown).is_err(), "{} takes an unknown field", kind.as_str());
}
