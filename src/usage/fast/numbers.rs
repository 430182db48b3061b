//! Numbers and instants of the forms that nearly every row has; any other form is left to the general readers.

use super::super::fields::whole;
use super::super::latency;
use super::super::money::Money;
use super::super::time::Instant;
use crate::date::Date;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Digits alone, as a number; at most eighteen, so that nothing can overflow.
fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0, |number: u64, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u64::from(digit))
    })
}

fn general<T>(text: &[u8], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    read(std::str::from_utf8(text).ok()?)
}

/// A count, as `Fields::count` reads it.
pub fn count(text: &[u8]) -> Option<u64> {
    digits(text).or_else(|| general(text, whole))
}

/// A number, as `Fields::number` reads it.
pub fn number(text: &[u8]) -> Option<f64> {
    match digits(text).filter(|_| text.len() <= 15) {
        Some(number) => Some(number as f64),
        None => general(text, |text| {
            text.parse::<f64>().ok().filter(|n| n.is_finite())
        }),
    }
}

/// Milliseconds, as they are kept.
pub fn milliseconds(text: &[u8]) -> Option<u32> {
    match digits(text).filter(|_| text.len() <= 8) {
        Some(ms) => Some(ms as u32 * 10),
        None => number(text).map(latency::parts),
    }
}

/// An amount, as `Fields::money` reads it.
pub fn money(text: &[u8]) -> Option<Money> {
    plain_money(text).or_else(|| general(text, Money::parse))
}

/// `0.0272928`: at most nine digits before and eighteen after the point.
fn plain_money(text: &[u8]) -> Option<Money> {
    let point = memchr::memchr(b'.', text)?;
    let (whole, part) = (&text[..point], &text[point + 1..]);
    if whole.len() > 9 {
        return None;
    }
    let (whole, places) = (digits(whole)?, part.len() as u32);
    let part = digits(part)? * 10_u64.pow(18 - places);
    Some(Money::of_parts(whole, part))
}

/// Instants; the day of the one before is kept, since rows of one day mostly stand together.
#[derive(Default)]
pub struct Clock {
    date: [u8; 10],
    day: i64,
}

impl Clock {
    /// An instant, as [`Instant::parse`] reads it.
    pub fn instant(&mut self, text: &[u8]) -> Option<Instant> {
        self.plain(text).or_else(|| general(text, Instant::parse))
    }

    /// `2026-11-01T07:12:12.460Z`, `2026-11-01 07:12:12`.
    fn plain(&mut self, text: &[u8]) -> Option<Instant> {
        let (date, clock) = text.split_first_chunk::<10>()?;
        let (clock, rest) = clock.split_first_chunk::<9>()?;
        let [b'T' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *clock else {
            return None;
        };
        let hours = digits(&[h1, h2]).filter(|hours| *hours < 24)?;
        let minutes = digits(&[m1, m2]).filter(|minutes| *minutes < 60)?;
        let seconds = digits(&[s1, s2]).filter(|seconds| *seconds <= 60)?;
        let nanos = fraction(rest.strip_suffix(b"Z").unwrap_or(rest))?;
        if *date != self.date {
            let day = Date::parse(std::str::from_utf8(date).ok()?)?;
            (self.date, self.day) = (*date, i64::from(day.unix_day()));
        }
        let clock = (hours * 3_600 + minutes * 60 + seconds) as i64;
        Instant::of_seconds(self.day * DAY + clock, nanos)
    }
}

/// `.460` in nanoseconds; nothing is none.
fn fraction(text: &[u8]) -> Option<i64> {
    let Some((point, part)) = text.split_first() else {
        return Some(0);
    };
    if *point != b'.' || part.len() > 9 {
        return None;
    }
    digits(part).map(|number| number as i64 * 10_i64.pow(9 - part.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_as_the_general_readers_do() {
        for text in [
            "0",
            "7",
            "007",
            "12.0",
            "1e3",
            "-1",
            "x",
            "18446744073709551615",
            "18446744073709551616",
            "9007199254740993",
            "0.5",
            "+5",
            "",
            "1.2.3",
            "NaN",
            "inf",
            "123456789012345678",
        ] {
            let bytes = text.as_bytes();
            assert_eq!(count(bytes), whole(text), "{text}");
            let float = text.parse::<f64>().ok().filter(|n| n.is_finite());
            assert_eq!(number(bytes), float, "{text}");
            assert_eq!(milliseconds(bytes), float.map(latency::parts), "{text}");
        }
    }

    #[test]
    fn every_amount_reads_as_the_general_reader_does() {
        for text in [
            "0.0272928",
            "0",
            "12",
            "-0.5",
            "3.2e-05",
            "999999999.999999999999999999",
            "1000000000.5",
            "0.0000000000000000005",
            ".5",
            "5.",
            "1,5",
            "",
            "0.123456789012345678",
            "1000000000.0",
        ] {
            assert_eq!(money(text.as_bytes()), Money::parse(text), "{text}");
        }
    }

    #[test]
    fn every_instant_reads_as_the_general_reader_does() {
        let mut clock = Clock::default();
        for text in [
            "2026-11-01T07:12:12.460Z",
            "2026-11-01 07:12:12",
            "2026-11-01T07:12:12Z",
            "2026-11-01",
            "2026-11-01T24:00:00Z",
            "2026-11-01T23:59:60Z",
            "2026-13-01T00:00:00Z",
            "2026-11-02T00:00:00.Z",
            "2026-11-02T00:00:00.1234567891",
            "2026-11-01T09:12:12+02:00",
            "2262-04-12T00:00:00Z",
            "1677-01-01T00:00:00Z",
            "1793517132460",
            "2026-11-01T07:12",
            "",
            "2026-11-01T07:12:12ZZ",
            "2026-11-01t07:12:12z",
            "2026-11-01T0x:12:12Z",
        ] {
            let parsed = Instant::parse(text);
            assert_eq!(clock.instant(text.as_bytes()), parsed, "{text}");
        }
    }
}
