//! Times as people read and type them: in an IANA zone. Only the server carries the table of zones.

use chrono::{NaiveDate, NaiveDateTime, Offset as _, SecondsFormat, TimeZone};

use super::Timestamp;

/// Reads what a date-time field sends (`2026-11-24T08:55`, seconds optional) in the zone named.
/// A local time that a clock change skips or repeats is refused or taken as the earlier one.
///
/// # Errors
/// The words for the field: an unreadable time, an unknown zone, or a time the zone skipped.
pub fn from_local(text: &str, zone: &str) -> Result<Timestamp, String> {
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
pub fn day_in_zone(day: &str, zone: &str) -> Result<(Timestamp, Timestamp), String> {
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
#[must_use]
pub fn in_zone(at: Timestamp, zone: &str) -> String {
    let zone = zone_named(zone).unwrap_or(chrono_tz::UTC);
    at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
}

/// The instant with the offset of a zone, as RFC 3339: `2026-11-24T09:55:00+01:00`.
#[must_use]
pub fn rfc3339_in_zone(at: Timestamp, zone: &str) -> String {
    let zone = zone_named(zone).unwrap_or(chrono_tz::UTC);
    at.utc().with_timezone(&zone).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The instant as a date-time field wants it, in a zone: `2026-11-24T09:55`.
#[must_use]
pub fn field_in_zone(at: Timestamp, zone: &str) -> String {
    let zone = zone_named(zone).unwrap_or(chrono_tz::UTC);
    at.utc().with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// Seconds between two looks at a zone's clocks: no zone changes them and back within so short a time.
const LOOK_S: i64 = 7 * 86_400;
/// The end of the table of changes.
const LAST_CHANGE_S: i64 = 4_102_444_800;

/// By how many minutes a zone's clocks are ahead of UTC: from the one instant on, and from each change on until the
/// other. With it, times are printed without the table of zones, each with the offset of its own day.
#[must_use]
pub fn offsets(zone: &str, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, i32)> {
    let zone = zone_named(zone).unwrap_or(chrono_tz::UTC);
    let ahead = |second: i64| {
        let instant = Timestamp::from_seconds(second).utc().naive_utc();
        zone.offset_from_utc_datetime(&instant).fix().local_minus_utc() / 60
    };
    let (mut at, last) = (from.seconds(), to.seconds().min(LAST_CHANGE_S));
    let mut found = vec![(Timestamp::from_seconds(at), ahead(at))];
    while at < last {
        let (mut low, mut high) = (at, (at + LOOK_S).min(last));
        if ahead(low) != ahead(high) {
            while high - low > 1 {
                let middle = i64::midpoint(low, high);
                if ahead(middle) == ahead(at) { low = middle } else { high = middle }
            }
            found.push((Timestamp::from_seconds(high), ahead(high)));
        }
        at = high;
    }
    found
}

/// Whether the name is an IANA zone we know.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    zone_named(name).is_ok()
}

fn zone_named(name: &str) -> Result<chrono_tz::Tz, String> {
    name.parse().map_err(|_| format!("“{name}” is not a time zone such as Europe/Berlin."))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

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
    fn each_day_has_the_offset_of_its_own_day() {
        let said = |zone, from: &str, to: &str| {
            let found = offsets(zone, from.parse().unwrap(), to.parse().unwrap());
            found.into_iter().map(|(at, minutes)| format!("{at} {minutes}")).collect::<Vec<_>>()
        };
        let year = ["2026-01-15T11:00:00Z 60", "2026-03-29T01:00:00Z 120", "2026-10-25T01:00:00Z 60"];
        assert_eq!(said("Europe/Berlin", "2026-01-15T11:00:00Z", "2026-12-01T00:00:00Z"), year);
        assert_eq!(said("Europe/Berlin", "2026-07-01T10:00:00Z", "2026-07-01T10:00:00Z"), ["2026-07-01T10:00:00Z 120"]);
        assert_eq!(
            said("America/St_Johns", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"),
            ["2026-11-24T00:00:00Z -210"]
        );
        assert_eq!(said("Asia/Kolkata", "2020-01-01T00:00:00Z", "9999-12-31T00:00:00Z"), ["2020-01-01T00:00:00Z 330"]);
        assert_eq!(said("Mars/Olympus", "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"), ["2020-01-01T00:00:00Z 0"]);
    }

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
}
