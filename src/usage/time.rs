//! Instants of logs: UTC with nanoseconds, from whatever a source writes; days of a time zone.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::date::Date;

/// Nanoseconds of a second.
const NANOS: i64 = 1_000_000_000;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// Reads what logs write: RFC 3339 with or without zone (without one it is UTC), a date alone, or a
    /// number since 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by its size.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches('"');
        if is_number(text) {
            return Self::of_number(text);
        }
        civil(text)
    }

    /// Seconds since 1970, to the nanosecond.
    pub fn of_seconds(seconds: i64, nanos: i64) -> Option<Self> {
        seconds.checked_mul(NANOS)?.checked_add(nanos).map(Self)
    }

    /// A number since 1970: `1793517132.46`, `1793517132460`.
    fn of_number(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let value: i64 = whole.parse().ok()?;
        // 1e11 s is the year 5138, and 1e11 ms is 1973.
        let unit = match value.unsigned_abs() {
            size if size < 100_000_000_000 => NANOS,
            size if size < 100_000_000_000_000 => 1_000_000,
            size if size < 100_000_000_000_000_000 => 1_000,
            _ => 1,
        };
        let sign = if text.starts_with('-') { -1 } else { 1 };
        value
            .checked_mul(unit)?
            .checked_add(sign * fraction(part, unit)?)
            .map(Self)
    }

    /// Nanoseconds to another instant.
    pub fn nanos_until(self, later: Self) -> Option<i64> {
        later.0.checked_sub(self.0)
    }

    /// Days since 1970 in UTC.
    pub fn utc_day(self) -> i32 {
        self.0.div_euclid(DAY * NANOS) as i32
    }

    /// Minute of the day in UTC.
    pub fn utc_minute(self) -> u32 {
        (self.0.rem_euclid(DAY * NANOS) / (60 * NANOS)) as u32
    }
}

/// Digits of a fraction of a unit in nanoseconds; further ones are cut.
fn fraction(digits: &str, unit: i64) -> Option<i64> {
    let (mut nanos, mut unit) = (0, unit);
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        unit /= 10;
        nanos += i64::from(byte - b'0') * unit;
    }
    Some(nanos)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `2026-11-01T07:12:12.460Z`, `2023-11-16 18:17:03.9799600`, `2026-11-01 07:12:12+00`, `2026-11-01`.
fn civil(text: &str) -> Option<Instant> {
    let date = text.get(..10)?;
    let day = i64::from(Date::parse(date)?.unix_day());
    let rest = &text[10..];
    if rest.is_empty() {
        return Instant::of_seconds(day.checked_mul(DAY)?, 0);
    }
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    let end = clock.find(['Z', 'z', '+', '-', ' ']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let (whole, part) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let mut parts = whole.split(':');
    let hours = two(parts.next()?, 23)?;
    let minutes = two(parts.next()?, 59)?;
    // A leap second counts as the second after it.
    let seconds = parts.next().map_or(Some(0), |part| two(part, 60))?;
    if parts.next().is_some() {
        return None;
    }
    let local = day * DAY + hours * 3_600 + minutes * 60 + seconds;
    Instant::of_seconds(local - offset(zone.trim())?, fraction(part, NANOS)?)
}

fn two(text: &str, most: i64) -> Option<i64> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = digits.then(|| text.parse().ok())??;
    (value <= most).then_some(value)
}

/// Seconds east of UTC: `Z`, nothing, `UTC`, `+02:00`, `+0200`, `-07`.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") || zone.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let sign = match zone.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (two(&digits, 23)?, 0),
        4 if digits.is_ascii() => (two(&digits[..2], 23)?, two(&digits[2..], 59)?),
        _ => return None,
    };
    Some(sign * (hours * 3_600 + minutes * 60))
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(NANOS);
        let date = Date::of_unix_day(seconds.div_euclid(DAY) as i32);
        let clock = seconds.rem_euclid(DAY);
        let (hours, minutes, seconds) = (clock / 3_600, clock / 60 % 60, clock % 60);
        write!(f, "{date}T{hours:02}:{minutes:02}:{seconds:02}")?;
        let nanos = self.0.rem_euclid(NANOS);
        if nanos > 0 {
            let digits = format!("{nanos:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// The zone whose days, hours, weeks and months results use.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// `UTC`, `+02:00`, `Europe/Berlin`.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(seconds) = offset(name) {
            let offset = Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
            return Some(Self(TimeZone::fixed(offset)));
        }
        jiff::tz::db().get(name).ok().map(Self)
    }

    /// Whether it is UTC.
    pub fn is_utc(&self) -> bool {
        self.0 == TimeZone::UTC
    }

    /// Seconds east of UTC, each with the second since 1970 from which it holds; changes from 1960 to 2100.
    pub fn offsets(&self) -> Vec<(i64, i32)> {
        let of = |text: &str| text.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let (from, to) = (of("1960-01-01T00:00:00Z"), of("2100-01-01T00:00:00Z"));
        let first = (i64::MIN, self.0.to_offset(from).seconds());
        let changes = self.0.following(from).take_while(|at| at.timestamp() < to);
        let changes = changes.map(|at| (at.timestamp().as_second(), at.offset().seconds()));
        let mut list: Vec<(i64, i32)> = std::iter::once(first).chain(changes).collect();
        list.dedup_by_key(|(_, seconds)| *seconds);
        list
    }

    /// Days since 1970 and the hour of the day in this zone.
    pub fn day_and_hour(&self, at: Instant) -> (i32, u32) {
        let east = match Timestamp::from_nanosecond(i128::from(at.0)) {
            Ok(_) if self.0 == TimeZone::UTC => 0,
            Ok(timestamp) => i64::from(self.0.to_offset(timestamp).seconds()),
            Err(_) => 0,
        };
        let local = at.0.div_euclid(NANOS) + east;
        let hour = local.rem_euclid(DAY) / 3_600;
        (local.div_euclid(DAY) as i32, hour as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Instant::parse(text).map_or_else(String::new, |at| at.to_string())
    }

    #[test]
    fn every_way_of_writing_an_instant_is_read() {
        for (text, expected) in [
            ("2026-11-01T07:12:12.460Z", "2026-11-01T07:12:12.46Z"),
            ("2026-11-01 07:12:12.460", "2026-11-01T07:12:12.46Z"),
            ("2023-11-16 18:17:03.9799600", "2023-11-16T18:17:03.97996Z"),
            (
                "2024-05-10 00:00:00.001163+00:00",
                "2024-05-10T00:00:00.001163Z",
            ),
            ("2024-05-10 00:00:00+00:00", "2024-05-10T00:00:00Z"),
            ("2026-11-01T09:12:12+02:00", "2026-11-01T07:12:12Z"),
            ("2026-11-01T00:12:12-0700", "2026-11-01T07:12:12Z"),
            ("\"2026-11-01T07:12:12Z\"", "2026-11-01T07:12:12Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("1793517132", "2026-11-01T07:12:12Z"),
            ("1793517132.46", "2026-11-01T07:12:12.46Z"),
            ("1793517132460", "2026-11-01T07:12:12.46Z"),
            ("1793517132460000000", "2026-11-01T07:12:12.46Z"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-11-01T25:00:00Z",
            "2026-11-01T07:12:12 CET",
            "2026-11-01X07:12:12",
            "99999999999999999999",
            "1.2.3",
            "2026-11-01T07:61:00Z",
            "é026-11-01",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_of_another_zone_begins_elsewhere() {
        let at = Instant::parse("2026-11-01T23:30:00Z").unwrap();
        let day = |zone: &str| Zone::parse(zone).unwrap().day_and_hour(at);
        let utc = at.utc_day();
        assert_eq!(day("UTC"), (utc, 23));
        assert_eq!(day("+02:00"), (utc + 1, 1));
        // Berlin is an hour ahead in November.
        assert_eq!(day("Europe/Berlin"), (utc + 1, 0));
        assert!(Zone::parse("Europe/Atlantis").is_none());
    }

    #[test]
    fn the_offsets_of_a_zone_change_where_its_clock_does() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let offsets = berlin.offsets();
        let east = |text: &str| {
            let second = Instant::parse(text).unwrap().0.div_euclid(NANOS);
            offsets.iter().rfind(|(from, _)| *from <= second).unwrap().1
        };
        // Summer ended at 01:00 UTC on 2026-10-25.
        assert_eq!(east("2026-10-25T00:59:59Z"), 7_200);
        assert_eq!(east("2026-10-25T01:00:00Z"), 3_600);
        assert_eq!(
            Zone::parse("+02:00").unwrap().offsets(),
            [(i64::MIN, 7_200)]
        );
    }
}
