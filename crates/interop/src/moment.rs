//! Times of others: read as exactly as their text supports, never more so; the text is kept.

use holdfast_domain::{
    Timestamp,
    lifecycle::Stated,
    time::{Precision, TimeSource},
};

use crate::words;

/// Longest text that can be a time, in characters.
const TEXT_CHARS_MAX: usize = 64;

/// A time as a file gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedTime {
    /// The text in the file, shortened where it is longer than any time.
    pub text: String,
    /// What it says.
    pub meaning: Meaning,
}

/// What the text of a time says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An instant.
    Known {
        /// The instant.
        at: Timestamp,
        /// How exactly the text gives it. Zeros at its end are not counted as knowledge: `12:00:00` is
        /// to the hour, `00:00:00` to the day.
        precision: Precision,
        /// Whether the text names a zone; without one it was read as UTC.
        zoned: bool,
    },
    /// A time of day whose date is that of a clock at its beginning, January 1970 or the years before:
    /// the date is not known.
    NoDate,
    /// No time that can be read.
    Unreadable,
}

impl ImportedTime {
    /// Reads ISO 8601: a date, with a time of day, seconds, fraction and zone where they are given.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self { meaning: meaning(text.trim()), text: words::line(text, TEXT_CHARS_MAX) }
    }

    /// The instant, when it is known.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        match self.meaning {
            Meaning::Known { at, .. } => Some(at),
            Meaning::NoDate | Meaning::Unreadable => None,
        }
    }

    /// As a time of an event, when it is known and has come by `now`.
    #[must_use]
    pub fn stated(&self, now: Timestamp) -> Option<Stated> {
        let Meaning::Known { at, precision, zoned } = self.meaning else { return None };
        let zone = (zoned && self.text.ends_with(['Z', 'z'])).then(|| "UTC".to_owned());
        let stated = Stated { at, precision, source: TimeSource::User, zone, original: Some(self.text.clone()) };
        (!is_future(at, now)).then_some(stated)
    }

    /// What a reader must know about it, as a sentence that begins with `name`; `None` when the instant
    /// says it all.
    #[must_use]
    pub fn remark(&self, name: &str, now: Timestamp) -> Option<String> {
        let text = words::plain(&self.text, TEXT_CHARS_MAX);
        Some(match self.meaning {
            Meaning::Known { at, .. } if is_future(at, now) => {
                format!("{name} (as imported): {text}; lies in the future.")
            }
            Meaning::Known { zoned: false, .. } => format!("{name} (as imported): {text}; no zone given, read as UTC."),
            Meaning::Known { .. } => return None,
            Meaning::NoDate => format!("{name} (as imported): {text}; a time of day, the date is not known."),
            Meaning::Unreadable => format!("{name} (as imported): {text}; not a time that can be read."),
        })
    }
}

/// Whether the instant has not come yet, with the same grace for clocks as the domain gives.
pub(crate) fn is_future(at: Timestamp, now: Timestamp) -> bool {
    at > now.plus_seconds(120)
}

fn meaning(text: &str) -> Meaning {
    if text.len() > TEXT_CHARS_MAX || !text.is_ascii() {
        return Meaning::Unreadable;
    }
    known(text).unwrap_or(Meaning::Unreadable)
}

fn known(text: &str) -> Option<Meaning> {
    let (date, rest) = text.split_at_checked(10)?;
    let year: u16 = date.get(..4)?.parse().ok()?;
    let time = rest.strip_prefix(['T', 't', ' ']);
    if time.is_none() && !rest.is_empty() {
        return None;
    }
    let (clock, zone) = split_zone(time.unwrap_or("00:00"))?;
    let clock = whole_clock(clock)?;
    // Its date is checked with a year that can be kept.
    let kept = if year < 1971 { format!("2000{}", date.get(4..)?) } else { date.to_owned() };
    let at: Timestamp = format!("{kept}T{clock}{}", zone.as_deref().unwrap_or("Z")).parse().ok()?;
    if year < 1971 {
        return Some(Meaning::NoDate);
    }
    Some(Meaning::Known { at, precision: precision(&clock), zoned: zone.is_some() })
}

/// The time of day, and the zone as RFC 3339 writes it where one is given.
fn split_zone(time: &str) -> Option<(&str, Option<String>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, Some("Z".into())));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, None)) };
    let (clock, zone) = time.split_at_checked(at)?;
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "00"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    Some((clock, Some(format!("{}{hours}:{minutes}", zone.get(..1)?))))
}

/// The time of day with its seconds.
fn whole_clock(clock: &str) -> Option<String> {
    let colons = clock.matches(':').count();
    match (clock.len(), colons) {
        (5, 1) => Some(format!("{clock}:00")),
        (8.., 2) => Some(clock.to_owned()),
        _ => None,
    }
}

/// How exactly a time of day such as `12:05:00.000` is given, its zeros not counted.
fn precision(clock: &str) -> Precision {
    let part = |range: std::ops::Range<usize>| clock.get(range).is_some_and(|part| part.bytes().any(|b| b != b'0'));
    let rest = clock.get(6..).is_some_and(|rest| rest.bytes().any(|b| b != b'0' && b != b'.'));
    match (part(0..2), part(3..5), rest) {
        (_, _, true) => Precision::Exact,
        (_, true, false) => Precision::Minute,
        (true, false, false) => Precision::Hour,
        (false, false, false) => Precision::Day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> (String, Precision, bool) {
        match ImportedTime::read(text).meaning {
            Meaning::Known { at, precision, zoned } => (at.to_string(), precision, zoned),
            other => (format!("{other:?}"), Precision::Estimated, false),
        }
    }

    #[test]
    fn a_time_is_as_exact_as_its_text() {
        for (text, at, precision, zoned) in [
            ("2024-01-05", "2024-01-05T00:00:00Z", Precision::Day, false),
            ("2024-01-05T00:00:00.000Z", "2024-01-05T00:00:00Z", Precision::Day, true),
            ("2024-01-05T12:00:00.000Z", "2024-01-05T12:00:00Z", Precision::Hour, true),
            ("2024-01-05T12:05Z", "2024-01-05T12:05:00Z", Precision::Minute, true),
            ("2024-01-05 12:05:07.25", "2024-01-05T12:05:07.250Z", Precision::Exact, false),
            ("2024-01-05T02:00:00+05:30", "2024-01-04T20:30:00Z", Precision::Hour, true),
            ("2024-01-05t02:00:00-0500", "2024-01-05T07:00:00Z", Precision::Hour, true),
            ("2024-01-05T02:00:00+02", "2024-01-05T00:00:00Z", Precision::Hour, true),
        ] {
            assert_eq!(known(text), (at.to_owned(), precision, zoned), "{text}");
        }
    }

    #[test]
    fn a_date_of_1970_is_no_date_and_nonsense_is_no_time() {
        for text in ["1970-01-01T12:05:00.000Z", "1970-01-02T00:14:00.000Z", "0001-01-01T00:00:00", "1970-06-01"] {
            assert_eq!(ImportedTime::read(text).meaning, Meaning::NoDate, "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2024-13-01",
            "2024-02-30T00:00:00Z",
            "2024-01-05T25:00",
            "2024-01-05T12",
            "1970-01-40",
            "2024-01-05T12:00:00+9",
            "2024-01-05T12:00:00+99:99",
            "20240105",
            "2024-01-05T12:00Zz",
            "２０２４-01-05",
            "2024-01-05T12:00:00.00000000000000000000000000000000000000000000000000000Z",
            "+999999-01-01T00:00:00Z",
        ] {
            assert_eq!(ImportedTime::read(text).meaning, Meaning::Unreadable, "{text}");
        }
    }

    #[test]
    fn what_lies_ahead_is_no_time_of_an_event_but_is_told() {
        let now = Timestamp::from_seconds(1_700_000_000);
        let ahead = ImportedTime::read("2099-01-01T00:00:00Z");
        assert_eq!(ahead.stated(now), None);
        assert!(ahead.remark("Time", now).is_some_and(|words| words.contains("2099") && words.contains("future")));
        let known = ImportedTime::read("2020-01-01T10:00:00Z");
        assert!(known.remark("Time", now).is_none() && known.stated(now).is_some_and(|s| s.zone.is_some()));
    }
}
