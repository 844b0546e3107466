//! The data of the metrics report: how long detection and response took over a period, on how many
//! incidents each number rests, what was left out and why. Durations are whole seconds.

use holdfast_domain::{Timestamp, incident::Severity, rsit::Category};
use serde::{Deserialize, Serialize};

use crate::document::{Chart, LedgerState, ReportHead};

/// The data of [`crate::ReportKind::Metrics`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Its head.
    pub head: ReportHead,
    /// The period's beginning, which belongs to it.
    pub from: Timestamp,
    /// The period's end, which does not.
    pub to: Timestamp,
    /// Which incidents are counted, in words.
    pub cohort: String,
    /// The takeaways as plain text; a blank line begins a paragraph.
    pub summary: String,
    /// The durations.
    pub durations: Vec<DurationMetric>,
    /// The shares.
    pub shares: Vec<ShareMetric>,
    /// Incidents by severity, the gravest first.
    pub by_severity: Vec<SeverityCount>,
    /// Incidents by category, the most frequent first.
    pub by_category: Vec<CategoryCount>,
    /// The drawings.
    pub charts: Vec<Chart>,
    /// What is open at `as_of`, by age, the youngest first.
    pub backlog: Vec<AgeCount>,
    /// The promised times.
    pub sla: Vec<SlaCount>,
    /// What a reader must know of the data, one sentence each.
    pub data_quality: Vec<String>,
    /// The ledger at that instant.
    pub ledger: LedgerState,
}

/// A duration over the incidents of the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DurationMetric {
    /// Its name, such as `Time to contain`.
    pub name: String,
    /// From which time to which, and over which incidents.
    pub definition: String,
    /// How the median and the percentile were estimated.
    pub method: String,
    /// This period.
    pub now: DurationStats,
    /// The period before; `None` without one.
    pub previous: Option<DurationStats>,
    /// What it should be at most, at the median.
    pub target_s: Option<u64>,
    /// What was left out.
    pub excluded: Vec<Exclusion>,
}

/// What is known of a duration in one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DurationStats {
    /// How many incidents are counted, open ones among them.
    pub n: u32,
    /// How many of them are still open.
    pub n_open: u32,
    /// The median; `None` when it is not reached.
    pub median_s: Option<u64>,
    /// The 90th percentile; `None` when it is not reached.
    pub p90_s: Option<u64>,
    /// The mean of the completed ones.
    pub mean_s: Option<u64>,
    /// The values themselves, printed instead of percentiles when there are fewer than five.
    pub values_s: Vec<u64>,
}

/// Incidents that are not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Why.
    pub reason: String,
    /// How many.
    pub n: u32,
}

/// A share of a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareMetric {
    /// Its name, such as `False-positive ratio`.
    pub name: String,
    /// What is divided by what.
    pub definition: String,
    /// The part.
    pub part: u32,
    /// The whole.
    pub whole: u32,
    /// Part and whole of the period before; `None` without one.
    pub previous: Option<(u32, u32)>,
}

/// Incidents of one severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityCount {
    /// Which.
    pub severity: Severity,
    /// Detected in the period.
    pub detected: u32,
    /// Closed in the period.
    pub closed: u32,
    /// Open at its end.
    pub open: u32,
    /// Detected in the period before; `None` without one.
    pub previous: Option<u32>,
}

/// Incidents of one category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryCount {
    /// Which.
    pub category: Category,
    /// Detected in the period.
    pub detected: u32,
    /// Detected in the period before; `None` without one.
    pub previous: Option<u32>,
}

/// Open incidents of one age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeCount {
    /// The age in words, such as `3 to 7 days`.
    pub age: String,
    /// How many.
    pub n: u32,
}

/// How often a promised time was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaCount {
    /// What was promised, such as `Acknowledge within 15 min`.
    pub clock: String,
    /// For which severity.
    pub severity: Severity,
    /// Kept.
    pub met: u32,
    /// Not kept.
    pub breached: u32,
    /// Not due yet.
    pub pending: u32,
}

impl Metrics {
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
        crate::kind::is_written_as::<Metrics>(crate::ReportKind::Metrics);
    }
}
