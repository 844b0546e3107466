//! The months of a trend, which begin where the organisation is.

use chrono::{Datelike, NaiveDate, TimeDelta, TimeZone};

use super::Bucket;
use crate::Timestamp;

/// The last `n` months of a zone in order, the one that holds `now` included. An unknown zone is
/// read as UTC, as everywhere.
#[must_use]
pub fn months_back(zone: &str, now: Timestamp, n: u32) -> Vec<Bucket> {
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
fn month_beginning(month: i64) -> Option<NaiveDate> {
    let year = i32::try_from(month.div_euclid(12)).ok()?;
    let month = u32::try_from(month.rem_euclid(12) + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, 1)
}

/// The first instant of a month in a zone. Where the clocks skip midnight, it begins with the first
/// quarter of an hour that exists.
fn month_start(zone: chrono_tz::Tz, month: i64) -> Option<Timestamp> {
    let midnight = month_beginning(month)?.and_hms_opt(0, 0, 0)?;
    (0..96).find_map(|quarter| {
        let local = midnight + TimeDelta::minutes(15 * quarter);
        Some(Timestamp::from_micros(zone.from_local_datetime(&local).earliest()?.timestamp_micros()))
    })
}
