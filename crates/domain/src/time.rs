//! Instants, and how exactly one is known. Times are microseconds since 1970 in UTC; the zone and
//! the text a person typed are kept beside them, never instead of them.

use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

#[cfg(feature = "server")]
pub use zone::{day_in_zone, field_in_zone, from_local, in_zone, is_zone, offsets, rfc3339_in_zone};

use crate::refusal::UnknownText;

#[cfg(feature = "server")]
mod zone;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "server", derive(sqlx::Type), sqlx(transparent))]
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

#[cfg(feature = "server")]
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

#[cfg(feature = "server")]
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

/// Whether a name is an IANA time zone. A parameter of rules, since only the server carries the table
/// of zones.
pub type IsZone = fn(&str) -> bool;

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

    #[test]
    fn a_time_is_written_and_read_back_unchanged() {
        for text in ["2026-11-24T08:55:00Z", "1970-01-01T00:00:00Z", "2026-11-24T08:55:00.123456Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert_eq!("2026-11-24T09:55:00+01:00".parse::<Timestamp>().unwrap().to_string(), "2026-11-24T08:55:00Z");
        assert!("1969-12-31T23:59:59Z".parse::<Timestamp>().is_err());
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[test]
    fn durations_are_said_in_two_units() {
        assert_eq!(duration_words(45 * SECOND), "45 s");
        assert_eq!(duration_words(3 * 3600 * SECOND + 120 * SECOND), "3 h 2 min");
        assert_eq!(duration_words(90_000 * SECOND), "1 d 1 h");
    }
}
