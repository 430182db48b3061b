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

/// One to eight digits between two places, as a number: all of them at once.
#[inline]
pub fn short(bytes: &[u8], (begin, end): (u32, u32)) -> Option<u64> {
    let (begin, length) = (begin as usize, end.wrapping_sub(begin));
    if length.wrapping_sub(1) >= 8 {
        return None;
    }
    let Some(eight) = bytes.get(begin..begin + 8) else {
        return digits(bytes.get(begin..end as usize)?);
    };
    let zeros = u64::from_le_bytes([b'0'; 8]);
    let eight = u64::from_le_bytes(eight.try_into().ok()?);
    // Digits stand in the upper bytes, and below them nothing.
    let all = (eight ^ zeros) << (64 - 8 * length);
    let beyond = (all.wrapping_add(0x7676_7676_7676_7676) | all) & 0x8080_8080_8080_8080;
    if beyond != 0 {
        return None;
    }
    // Pairs of digits, of pairs, and of those.
    let pairs = all.wrapping_mul(1 + (10 << 8)) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(1 + (100 << 16)) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(1 + (10_000 << 32)) >> 32)
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
        None => number(text).and_then(latency::parts),
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

    /// An instant between two places with its day in UTC, where it is written as `2026-11-01T07:12:12.460Z`.
    #[inline]
    pub fn fixed(&mut self, bytes: &[u8], (begin, end): (u32, u32)) -> Option<(Instant, i32)> {
        let text: &[u8; 24] = bytes.get(begin as usize..end as usize)?.try_into().ok()?;
        let (date, clock) = text.split_first_chunk::<10>()?;
        let [b'T' | b' ', clock @ .., b'Z'] = clock else {
            return None;
        };
        let (clock, part) = clock.split_first_chunk::<8>()?;
        // `07:12:12` with zeros for what it is made of.
        let clock = u64::from_le_bytes(*clock) ^ u64::from_le_bytes(*b"00:00:00");
        let part = u32::from_le_bytes(*part.first_chunk()?) ^ u32::from_le_bytes(*b".000");
        let beyond = clock.wrapping_add(0x7676_7f76_767f_7676) | clock;
        let beyond_part = part.wrapping_add(0x7676_767f) | part;
        if beyond & 0x8080_8080_8080_8080 != 0 || beyond_part & 0x8080_8080 != 0 {
            return None;
        }
        let digit = |at: u32| (clock >> (8 * at) & 0xff) as i64;
        let (hours, minutes) = (digit(0) * 10 + digit(1), digit(3) * 10 + digit(4));
        let seconds = digit(6) * 10 + digit(7);
        if hours >= 24 || minutes >= 60 || seconds > 60 {
            return None;
        }
        let digit = |at: u32| i64::from(part >> (8 * at) & 0xff);
        let millis = digit(1) * 100 + digit(2) * 10 + digit(3);
        if *date != self.date {
            let day = Date::parse(std::str::from_utf8(date).ok()?)?;
            (self.date, self.day) = (*date, i64::from(day.unix_day()));
        }
        let clock = hours * 3_600 + minutes * 60 + seconds;
        let at = Instant::of_seconds(self.day * DAY + clock, millis * 1_000_000)?;
        // Sixty seconds may lie on the next day.
        let day = if clock < DAY {
            self.day as i32
        } else {
            at.utc_day()
        };
        Some((at, day))
    }

    /// `2026-11-01T07:12:12.460Z`, `2026-11-01 07:12:12`.
    fn plain(&mut self, text: &[u8]) -> Option<Instant> {
        let (date, clock) = text.split_first_chunk::<10>()?;
        let (clock, rest) = clock.split_first_chunk::<9>()?;
        let [b'T' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *clock else {
            return None;
        };
        let two = |tens: u8, ones: u8| {
            let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
            (tens < 10 && ones < 10).then(|| u64::from(tens * 10 + ones))
        };
        let hours = two(h1, h2).filter(|hours| *hours < 24)?;
        let minutes = two(m1, m2).filter(|minutes| *minutes < 60)?;
        let seconds = two(s1, s2).filter(|seconds| *seconds <= 60)?;
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
            assert_eq!(
                milliseconds(bytes),
                float.and_then(latency::parts),
                "{text}"
            );
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
            "2026-11-01T23:59:60.999Z",
            "2026-11-01T07;12:12.460Z",
            "2026-11-01T07:12:12,460Z",
            "2026-11-01T07:12:12.4x0Z",
            "2026-11-01T07:60:12.460Z",
            "2026-11-01T24:00:12.460Z",
            "2026-11-01T07:12:61.460Z",
            "2026-02-30T07:12:12.460Z",
            "2026-11-01_07:12:12.460Z",
            "2026-11-01T07:12:12.460z",
            "2262-04-12T00:00:00.000Z",
        ] {
            let parsed = Instant::parse(text);
            assert_eq!(clock.instant(text.as_bytes()), parsed, "{text}");
            if let Some((at, day)) = clock.fixed(text.as_bytes(), (0, text.len() as u32)) {
                assert_eq!((Some(at), day), (parsed, at.utc_day()), "{text}");
            }
        }
    }
}
