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

/// The last `n` months of a zone in order, the one that holds `now` included. An unknown zone is
/// read as UTC, as everywhere.
#[cfg(feature = "zones")]
#[must_use]
pub fn months_back(zone: &str, now: Timestamp, n: u32) -> Vec<Bucket> {
    use chrono::Datelike;
    let zone = zone.parse().unwrap_or(chrono_tz::UTC);
    let today = now.utc().with_timezone(&zone).date_naive();
    let month = i64::from(today.year()) * 12 + i64::from(today.month0());
    (0..i64::from(n))
        .rev()
        .filter_map(|back| {
            let (from, to) = (month - back, month - back + 1);
            let label = month_beginning(from)?.format("%b %Y").to_string();
            Some(Bucket { from: month_start(zone, from)?, to: month_start(zone, to)?, label })
        })
        .collect()
}

/// The first day of a month, which is counted from the year 0.
#[cfg(feature = "zones")]
fn month_beginning(month: i64) -> Option<chrono::NaiveDate> {
    let year = i32::try_from(month.div_euclid(12)).ok()?;
    let month = u32::try_from(month.rem_euclid(12) + 1).ok()?;
    chrono::NaiveDate::from_ymd_opt(year, month, 1)
}

/// The first instant of a month in a zone. Where the clocks skip midnight, it begins with the first
/// quarter of an hour that exists.
#[cfg(feature = "zones")]
fn month_start(zone: chrono_tz::Tz, month: i64) -> Option<Timestamp> {
    use chrono::{TimeDelta, TimeZone};
    let midnight = month_beginning(month)?.and_hms_opt(0, 0, 0)?;
    (0..96).find_map(|quarter| {
        let local = midnight + TimeDelta::minutes(15 * quarter);
        Some(Timestamp::from_micros(zone.from_local_datetime(&local).earliest()?.timestamp_micros()))
    })
}
