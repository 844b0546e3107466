//! RFC 3339 text of an instant, in UTC with milliseconds, as ledger entries carry it. Only the
//! years 1970 to 9999 exist here, each instant has exactly one spelling, and no clock is read.

const MS_PER_DAY: i64 = 86_400_000;
/// The first millisecond of the year 10000.
const END_MS: i64 = 253_402_300_800_000;
/// What every text is like, a digit for each 0.
const FORM: &[u8; LENGTH] = b"0000-00-00T00:00:00.000Z";
/// Bytes in every text.
pub(crate) const LENGTH: usize = 24;

/// `2026-11-24T09:30:00.000Z` for microseconds since 1970, cut to the millisecond. `None` outside
/// the years 1970 to 9999.
pub(crate) fn format(at_us: i64) -> Option<String> {
    let at_ms = at_us.div_euclid(1000);
    if !(0..END_MS).contains(&at_ms) {
        return None;
    }
    let (year, month, day) = civil(at_ms / MS_PER_DAY);
    let ms = at_ms % MS_PER_DAY;
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let ms = ms % 1000;
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"))
}

/// Microseconds since 1970 of a text that [`format`] could have written; anything else is `None`.
pub(crate) fn parse(text: &[u8]) -> Option<i64> {
    let text: &[u8; LENGTH] = text.try_into().ok()?;
    let is_like = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    if !text.iter().zip(FORM).all(is_like) {
        return None;
    }
    let number =
        |from: usize, to: usize| text[from..to].iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let date = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    let days = days(date.0, date.1, date.2);
    // A day that does not exist is another one when it is counted back.
    if hour > 23 || minute > 59 || second > 59 || civil(days) != date {
        return None;
    }
    let at_ms = days * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + number(20, 23);
    (0..END_MS).contains(&at_ms).then_some(at_ms * 1000)
}

/// Date of a day counted from 1970-01-01 in the proleptic Gregorian calendar. Years start in March
/// here, so that the leap day is the last one.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil`]; any numbers of the digits' width are safe.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants_are_written_and_read_back() {
        for (at_us, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
            (1_790_000_000_000_000, "2026-09-21T14:13:20.000Z"),
            (1_709_210_096_789_000, "2024-02-29T12:34:56.789Z"),
            (4_107_542_399_999_000, "2100-02-28T23:59:59.999Z"),
            (253_402_300_799_999_000, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(format(at_us).as_deref(), Some(text));
            assert_eq!(parse(text.as_bytes()), Some(at_us));
        }
        assert_eq!(format(1_999), Some("1970-01-01T00:00:00.001Z".to_owned()));
    }

    #[test]
    fn every_day_of_eight_centuries_is_the_day_after_the_one_before() {
        let mut before = civil(-1);
        for day in 0..292_194 {
            let date = civil(day);
            assert_eq!(days(date.0, date.1, date.2), day);
            assert!(date > before && (date.2 == before.2 + 1 || date.2 == 1));
            before = date;
        }
    }

    #[test]
    fn no_second_spelling_is_read() {
        for text in [
            "",
            "2026-09-21",
            "2026-09-21T14:13:20Z",
            "2026-09-21T14:13:20.000+00:00",
            "2026-09-21t14:13:20.000z",
            "2026-09-21 14:13:20.000Z",
            "2026-02-30T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T00:00:60.000Z",
            "2026-00-01T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "2026-09-21T14:13:20.000Z ",
            "+026-09-21T14:13:20.000Z",
            "２026-09-21T14:13:20.000Z",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(format(-1), None);
        assert_eq!(format(i64::MAX), None);
        assert_eq!(format(i64::MIN), None);
    }
}
