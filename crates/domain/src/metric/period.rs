//! The stretch of time that is looked at, in whole months of the organisation's zone, and the one of
//! the same length before it.

use serde::{Deserialize, Serialize};

use super::{Bucket, months_back};
use crate::{Timestamp, time::from_local};

/// Offered stretches: the word in an address, the words on the page, how many months, and how many
/// months before the present one it ends.
pub const OFFERED: &[(&str, &str, u32, u32)] = &[
    ("this-month", "This month", 1, 0),
    ("last-month", "Last month", 1, 1),
    ("3-months", "Last 3 months", 3, 0),
    ("6-months", "Last 6 months", 6, 0),
    ("12-months", "Last 12 months", 12, 0),
];

/// The word of the stretch that is shown unless another is asked for.
pub const USUAL: &str = "3-months";

/// A stretch of whole months with the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The word it was asked for by: one of [`OFFERED`], or a month such as `2026-10`.
    pub word: String,
    /// What is looked at.
    pub current: Bucket,
    /// The same number of months before it.
    pub previous: Bucket,
}

impl Period {
    /// Reads the word. `None` when it is neither offered nor a month.
    #[must_use]
    pub fn read(word: &str, zone: &str, now: Timestamp) -> Option<Self> {
        let (months, ago, at) = match OFFERED.iter().find(|(known, ..)| *known == word) {
            Some((_, _, months, ago)) => (*months, *ago, now),
            None => (1, 0, month(word, zone)?),
        };
        let all = months_back(zone, at, 2 * months + ago);
        let (first, rest) = all.split_at_checked(usize::try_from(months).ok()?)?;
        let second = rest.get(..usize::try_from(months).ok()?)?;
        Some(Self { word: word.to_owned(), current: whole(second)?, previous: whole(first)? })
    }
}

/// An instant in the month that is written `2026-10`.
fn month(word: &str, zone: &str) -> Option<Timestamp> {
    let (year, month) = word.split_once('-')?;
    let digits = |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    from_local(&format!("{word}-15T12:00"), zone).ok()
}

fn whole(months: &[Bucket]) -> Option<Bucket> {
    let (first, last) = (months.first()?, months.last()?);
    let label = if months.len() == 1 { first.label.clone() } else { format!("{} to {}", first.label, last.label) };
    Some(Bucket { from: first.from, to: last.to, label })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn period(word: &str) -> Option<Period> {
        Period::read(word, "UTC", "2026-11-26T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn periods_are_whole_months_with_as_many_before_them() {
        let year = period("12-months").unwrap();
        assert_eq!(year.current.label, "Dec 2025 to Nov 2026");
        assert_eq!(year.previous.to, year.current.from);
        let last = period("last-month").unwrap();
        assert_eq!((last.current.label.as_str(), last.previous.label.as_str()), ("Oct 2026", "Sep 2026"));
        let march = period("2026-03").unwrap();
        assert_eq!(march.current.from.to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(march.previous.label, "Feb 2026");
    }

    #[test]
    fn what_is_no_period_is_none() {
        for word in ["0000-01", "0001-01", "9999-12"] {
            // Far away, but where it is a month it is a whole one behind another.
            assert!(period(word).is_none_or(|found| found.previous.to == found.current.from), "{word}");
        }
        for word in ["", "yesterday", "2026-13", "2026-1", "26-01", "2026-10-01", "０００１-01"] {
            assert_eq!(period(word), None, "{word}");
        }
    }
}
