//! Instants, and how exactly one is known. Times are microseconds since 1970 in UTC; the zone and
//! the text a person typed are kept beside them, never instead of them.

use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::refusal::UnknownText;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
pub struct Timestamp(i64);

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;

impl Timestamp {
    /// From microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since 1970.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * SECOND)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// Later by that many seconds (earlier when negative), held at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }

    /// Microseconds from `earlier` to `self`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// What a person or a script tells of, if it is between the years 1970 and 9999: only such a time is
    /// written so that others can read it.
    const fn kept(micros: i64) -> Option<Self> {
        if micros >= 0 && micros <= 253_402_300_799 * SECOND { Some(Self(micros)) } else { None }
    }

    /// As a calendar date and time in UTC; out-of-range values become 1970.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with as many fraction digits as are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl FromStr for Timestamp {
    type Err = UnknownText;
    /// Reads RFC 3339 with any offset, between the years 1970 and 9999.
    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| UnknownText)?;
        Self::kept(instant.timestamp_micros()).ok_or(UnknownText)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("not an RFC 3339 time such as 2026-11-24T08:55:00Z"))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, schema::Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339, UTC"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Timestamp {}

/// Where the time is read: a parameter. The server passes its clock, tests pass a fixed one.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

text_enum! {
    /// How exactly a time is known (standards §4.1).
    Precision {
        Exact = "exact", "Exact";
        Minute = "minute", "To the minute";
        Hour = "hour", "To the hour";
        Day = "day", "To the day";
        Estimated = "estimated", "Estimated";
    }
}

text_enum! {
    /// Where a time comes from (standards §4.1).
    TimeSource {
        Evidence = "evidence", "Evidence";
        Alert = "alert", "Alert";
        User = "user", "Person";
        System = "system", "System";
    }
}

/// Reads what a date-time field sends (`2026-11-24T08:55`, seconds optional) in the zone named.
/// A local time that a clock change skips or repeats is refused or taken as the earlier one.
///
/// # Errors
/// The words for the field: an unreadable time, an unknown zone, or a time the zone skipped.
#[cfg(feature = "zones")]
pub fn from_local(text: &str, zone: &str) -> Result<Timestamp, String> {
    use chrono::{NaiveDateTime, TimeZone};
    let zone = zone_named(zone)?;
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .ok_or("Write the date and time as 2026-11-24 08:55.")?;
    let instant = zone
        .from_local_datetime(&local)
        .earliest()
        .ok_or("The clocks in that zone skipped this time. Choose another.")?;
    Timestamp::kept(instant.timestamp_micros()).ok_or("Only times of the years 1970 to 9999 can be kept.".into())
}

/// When a day (`2026-11-24`) begins in a zone, and when the next does.
///
/// # Errors
/// The words for the field: an unreadable day, an unknown zone, or a year that cannot be kept.
#[cfg(feature = "zones")]
pub fn day_in_zone(day: &str, zone: &str) -> Result<(Timestamp, Timestamp), String> {
    use chrono::{NaiveDate, TimeZone};
    let zone = zone_named(zone)?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| "Write the day as 2026-11-24.")?;
    // Where clocks skip midnight, the day begins an hour later.
    let begins = |day: NaiveDate| {
        let at = |hour| day.and_hms_opt(hour, 0, 0).and_then(|local| zone.from_local_datetime(&local).earliest());
        at(0).or_else(|| at(1)).and_then(|instant| Timestamp::kept(instant.timestamp_micros()))
    };
    let next = day.succ_opt().and_then(begins);
    begins(day).zip(next).ok_or("Only days of the years 1970 to 9999 can be kept.".into())
}

/// The instant as shown in a zone: `2026-11-24 09:55 CET`.
#[cfg(feature = "zones")]
#[must_use]
pub fn in_zone(at: Timestamp, zone: &str) -> String {
    let zone = zone_named(zone).unwrap_or(chrono_tz::UTC);
    at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
}

/// The instant with the offset of a zone, as RFC 3339: `2026-11-24T09:55:00+01:00`.
#[cfg(feature = "zones")]
#[must_use]
pub fn rfc3339_in_zone(at: Timestamp, zone: &str) -> String {
    let zone = zone_named(zone).unwrap_or(chrono_tz::UTC);
    at.utc().with_timezone(&zone).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The instant as a date-time field wants it, in a zone: `2026-11-24T09:55`.
#[cfg(feature = "zones")]
#[must_use]
pub fn field_in_zone(at: Timestamp, zone: &str) -> String {
    let zone = zone_named(zone).unwrap_or(chrono_tz::UTC);
    at.utc().with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// Whether the name is an IANA zone we know.
#[cfg(feature = "zones")]
#[must_use]
pub fn is_zone(name: &str) -> bool {
    zone_named(name).is_ok()
}

/// Every IANA zone name, for the person's choice.
#[cfg(feature = "zones")]
#[must_use]
pub fn zone_names() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect()
}

#[cfg(feature = "zones")]
fn zone_named(name: &str) -> Result<chrono_tz::Tz, String> {
    name.parse().map_err(|_| format!("“{name}” is not a time zone such as Europe/Berlin."))
}

/// A duration in words, the two largest units: `3 d 4 h`, `12 min`.
#[must_use]
pub fn duration_words(micros: i64) -> String {
    let seconds = micros.unsigned_abs() / SECOND.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3_600, seconds % 3_600 / 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, m) => format!("{m} min"),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, 0, _) => format!("{d} d"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[cfg(feature = "zones")]
    #[test]
    fn a_day_begins_at_midnight_or_where_clocks_skip_it_an_hour_later() {
        let day = |day, zone| day_in_zone(day, zone).map(|(from, to)| (from.to_string(), to.to_string()));
        let berlin = ("2026-10-24T22:00:00Z".to_owned(), "2026-10-25T23:00:00Z".to_owned());
        assert_eq!(day("2026-10-25", "Europe/Berlin").unwrap(), berlin);
        assert_eq!(day("2026-09-06", "America/Santiago").unwrap().0, "2026-09-06T04:00:00Z");
        for bad in ["", "2026-02-30", "24.11.2026", "1969-12-31"] {
            assert!(day(bad, "UTC").is_err(), "{bad}");
        }
        assert!(day("2026-11-24", "Nowhere/Town").is_err());
    }

    #[test]
    fn a_time_is_written_and_read_back_unchanged() {
        for text in ["2026-11-24T08:55:00Z", "1970-01-01T00:00:00Z", "2026-11-24T08:55:00.123456Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert_eq!("2026-11-24T09:55:00+01:00".parse::<Timestamp>().unwrap().to_string(), "2026-11-24T08:55:00Z");
        assert!("1969-12-31T23:59:59Z".parse::<Timestamp>().is_err());
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[cfg(feature = "zones")]
    #[test]
    fn local_times_follow_their_zone_and_skipped_ones_are_refused() {
        let at = from_local("2026-07-01T12:00", "Europe/Berlin").unwrap();
        assert_eq!(at.to_string(), "2026-07-01T10:00:00Z");
        assert_eq!(in_zone(at, "Europe/Berlin"), "2026-07-01 12:00 CEST");
        assert_eq!(field_in_zone(at, "Europe/Berlin"), "2026-07-01T12:00");
        assert!(from_local("2026-03-29T02:30", "Europe/Berlin").unwrap_err().contains("skipped"));
        assert!(from_local("2026-07-01T12:00", "Mars/Olympus").is_err());
        for outside in ["1969-12-31T23:59", "+10000-01-01T12:00", "+262142-12-31T23:59", "-0001-01-01T00:00"] {
            assert!(from_local(outside, "UTC").is_err(), "{outside}");
        }
    }

    #[test]
    fn durations_are_said_in_two_units() {
        assert_eq!(duration_words(45 * SECOND), "45 s");
        assert_eq!(duration_words(3 * 3600 * SECOND + 120 * SECOND), "3 h 2 min");
        assert_eq!(duration_words(90_000 * SECOND), "1 d 1 h");
    }
}
