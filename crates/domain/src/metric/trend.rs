//! A metric over months. Incidents belong to the month in which they were detected, in the time
//! zone of the organisation (standards §4.3, rules 1 and 5).

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use super::{CaseRow, MetricKind, Summary, observe, summarise};
use crate::{Timestamp, lifecycle::Milestone};

/// From how many incidents in a bucket on it may be claimed that something changed.
pub const CLAIM_MIN: u32 = 10;

/// A stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its first instant.
    pub from: Timestamp,
    /// The instant at which it is over.
    pub to: Timestamp,
    /// What it is called, such as `Nov 2026`.
    pub label: String,
}

impl Bucket {
    /// Whether the instant lies in it.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether it is not over yet.
    #[must_use]
    pub fn is_running(&self, now: Timestamp) -> bool {
        now < self.to
    }
}

/// One bucket of a trend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendPoint {
    /// When.
    pub bucket: Bucket,
    /// The durations of the incidents detected then.
    pub summary: Summary,
    /// Whether there are enough of them to claim a trend.
    pub claim: bool,
}

/// The incidents that were detected in a bucket.
pub fn cohort<'a, C: Borrow<CaseRow>>(cases: &'a [C], bucket: &Bucket) -> impl Iterator<Item = &'a CaseRow> {
    let detected = |case: &&CaseRow| case.time(Milestone::Detect).is_some_and(|at| bucket.contains(at));
    cases.iter().map(Borrow::borrow).filter(detected)
}

/// How many incidents belong to no bucket at all, because the time of detection is missing.
#[must_use]
pub fn undated<C: Borrow<CaseRow>>(cases: &[C]) -> u32 {
    super::summary::count(
        cases.iter().map(Borrow::borrow).filter(|case| case.time(Milestone::Detect).is_none()).count(),
    )
}

/// A metric for each bucket. The latest buckets hold many that are still open; that is what the
/// estimate is for.
#[must_use]
pub fn trend<C: Borrow<CaseRow>>(kind: MetricKind, cases: &[C], buckets: &[Bucket], now: Timestamp) -> Vec<TrendPoint> {
    buckets
        .iter()
        .map(|bucket| {
            let observations: Vec<_> = cohort(cases, bucket).map(|case| observe(kind, case, now)).collect();
            let summary = summarise(&observations);
            TrendPoint { bucket: bucket.clone(), claim: summary.n >= CLAIM_MIN, summary }
        })
        .collect()
}
