//! The data of the post-incident review: the whole story with its sources, why it could happen, how
//! the response went, and what is to be done about it. Roles stand for people, so that nobody is
//! blamed.

use holdfast_domain::{
    Timestamp,
    event::Lane,
    evidence::EvidenceStatus,
    indicator::{Confidence, IndicatorKind},
    time::Precision,
    vulnerability::VulnerabilityStatus,
};
use serde::{Deserialize, Serialize};

use crate::document::{CaseFacts, Chart, LedgerState, MilestonePoint, ReportHead, SignOff};

/// The data of [`crate::ReportKind::PostIncidentReview`]. Texts are plain; a blank line begins a
/// paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostIncidentReview {
    /// Its head.
    pub head: ReportHead,
    /// Where the incident stands.
    pub case: CaseFacts,
    /// What happened, in short.
    pub summary: String,
    /// What it did to the business.
    pub business_impact: String,
    /// How it was detected, by what, and what should have seen it before.
    pub detection: String,
    /// Every event that reports tell, by time.
    pub timeline: Vec<TimelineRow>,
    /// A drawing of them.
    pub timeline_figure: Option<Chart>,
    /// The times of the response that are known.
    pub milestones: Vec<MilestonePoint>,
    /// Why it happened, apart from what triggered it.
    pub root_cause: String,
    /// What made it possible, likelier or worse.
    pub contributing_factors: String,
    /// The techniques that were seen, in the order of an attack.
    pub techniques: Vec<TechniqueUse>,
    /// How long each phase of the response took.
    pub response: Vec<Measure>,
    /// What went well.
    pub went_well: String,
    /// What went wrong.
    pub went_wrong: String,
    /// Where we were lucky.
    pub lucky: String,
    /// The evidence, without where it lies.
    pub evidence: Vec<EvidenceRow>,
    /// What else was measured of this case.
    pub metrics: Vec<Figure>,
    /// What is to be done. Those to detect better are printed by themselves.
    pub recommendations: Vec<RecommendationLine>,
    /// What was learned.
    pub lessons: String,
    /// Who signs it.
    pub sign_off: Vec<SignOff>,
    /// What was seen of the attacker.
    pub indicators: Vec<IndicatorRow>,
    /// How many more there are.
    #[serde(default)]
    pub indicators_more: u32,
    /// What the attacker used or could have used.
    pub vulnerabilities: Vec<VulnerabilityRow>,
    /// How many more there are.
    #[serde(default)]
    pub vulnerabilities_more: u32,
    /// The ledger at that instant.
    pub ledger: LedgerState,
}

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineRow {
    /// When; `None` when that is not known.
    pub at: Option<Timestamp>,
    /// When it ended, where it lasted.
    pub end: Option<Timestamp>,
    /// How exactly the time is known.
    pub precision: Precision,
    /// Whose doing it was.
    pub lane: Lane,
    /// One line that says what happened.
    pub title: String,
    /// What shows it: a log, a person, an exhibit.
    pub source: String,
}

/// A technique that an event shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TechniqueUse {
    /// The tactic's name; empty where it is not said.
    pub tactic: String,
    /// Such as `T1059.001`.
    pub id: String,
    /// The technique's name.
    pub name: String,
    /// The event that shows it.
    pub event: String,
}

/// How long a phase took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What was timed, such as `Detection to containment`.
    pub name: String,
    /// How long it took; `None` when that is not known or it is not over.
    pub seconds: Option<u64>,
    /// How long it should take.
    pub target_seconds: Option<u64>,
    /// What is to be said of it.
    pub note: String,
}

/// A number of this case, as it is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What it counts.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// What it should be; empty without a target.
    pub target: String,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRow {
    /// Such as `EV-0001`.
    pub label: String,
    /// One line that names it.
    pub title: String,
    /// The SHA-256 of its file, in hex; things have none.
    pub sha256: Option<String>,
    /// Who holds it.
    pub holder: Option<String>,
    /// Whether it is still here.
    pub status: EvidenceStatus,
}

/// What a recommendation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecommendationKind {
    /// That it does not happen again.
    Prevent,
    /// That it is seen sooner.
    Detect,
    /// That it does less harm.
    Mitigate,
    /// That the work goes better.
    Process,
}

/// Something to be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendationLine {
    /// What.
    pub text: String,
    /// What for.
    pub kind: RecommendationKind,
    /// Who does it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Timestamp>,
    /// How urgent it is, in words.
    pub priority: String,
    /// Its number where work is tracked; empty where it has none.
    pub tracker: String,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// Something seen of the attacker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorRow {
    /// What kind of thing it is.
    pub kind: IndicatorKind,
    /// The value, defanged: see [`IndicatorKind::shown`].
    pub value: String,
    /// How sure it is that this is the attacker's.
    pub confidence: Confidence,
    /// What it is.
    pub description: String,
}

/// A vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VulnerabilityRow {
    /// Its CVE number; empty where it has none.
    pub cve: String,
    /// One line that says what is wrong.
    pub title: String,
    /// CVSS base score; empty where it is not known.
    pub cvss_score: String,
    /// What has it.
    pub affected: String,
    /// What became of it.
    pub status: VulnerabilityStatus,
}

impl PostIncidentReview {
    /// The bytes to render and to attach, the same for the same report.
    ///
    /// # Errors
    /// When serde refuses a value, which none of these types does.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_this_type_and_nothing_else() {
        crate::kind::is_written_as::<PostIncidentReview>(crate::ReportKind::PostIncidentReview);
    }
}
