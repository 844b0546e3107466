//! What the response is measured by (standards §4): how long things took, how old the backlog is,
//! which targets were met. Incidents that are not over yet count as such (censored), what is left
//! out is counted by reason, and few values are printed instead of summed up. Reads no clock: the
//! present is a parameter. Durations are in microseconds of wall-clock time.

mod backlog;
mod case;
mod kind;
#[cfg(feature = "server")]
mod months;
#[cfg(feature = "server")]
pub mod period;
mod reopen;
mod summary;
mod survival;
mod target;
mod target_history;
mod times;
mod trend;

pub use backlog::{AGE_BINS, AgeBin, Backlog, backlog};
pub use case::{CaseRow, Exclusion, Observation, exclusion, observe};
pub use kind::{MetricKind, Unit};
#[cfg(feature = "server")]
pub use months::months_back;
pub use reopen::{Closure, REOPEN_WINDOW, ReopenRate, reopen_rate};
pub use summary::{Method, Quantile, SUMMED_UP_MIN, SingleValue, Summary, summarise};
pub use survival::{SurvivalStep, survival};
pub use target::{Attainment, Ratio, TARGET_FIELDS, Target, TargetClock, Targets, attainment, wilson};
pub use target_history::{TargetHistory, TargetSet, TargetsPart};
pub use times::{MEASURED, Times};
pub use trend::{Bucket, CLAIM_MIN, TrendPoint, cohort, trend, undated};

use crate::time::SECOND;

/// Microseconds in an hour.
pub const HOUR: i64 = 3_600 * SECOND;
/// Microseconds in a day of 24 hours.
pub const DAY: i64 = 24 * HOUR;

#[cfg(test)]
#[path = "metric_rule_tests.rs"]
mod rule_tests;
#[cfg(test)]
#[path = "metric_tests.rs"]
mod tests;
