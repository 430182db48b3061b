//! Exact amounts: whole numbers of 1e-18 US dollars, so that sums do not depend on their order.

use std::fmt;

use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::record::{BUCKETS, TokenSums};

/// Decimals that are kept. A price of 0.0005 USD/Mtok is 5e-10 USD per token; logged amounts are binary
/// numbers of some seventeen digits.
const DECIMALS: i32 = 18;

/// Largest amount of one row: 1e9 USD. Ten billion such rows can be added.
const MOST: i128 = 1_000_000_000 * 10_i128.pow(DECIMALS as u32);

/// An amount of US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(i128);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads a decimal: `0.0272928`, `3.2e-05`, `-1`. Digits beyond the eighteenth are rounded half away
    /// from zero; `None` where it is no number or beyond a billion dollars.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.trim().split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text.trim(), 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all: Vec<u8> = whole.bytes().chain(part.bytes()).collect();
        if all.is_empty() || !all.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
        let amount = scaled(&all, point)?;
        (amount <= MOST).then_some(Self(if negative { -amount } else { amount }))
    }

    /// A price in USD per million tokens, as USD per token; `None` where it is no amount.
    pub fn per_token(usd_per_mtok: f64) -> Option<Self> {
        Self::parse(&format!("{usd_per_mtok}e-6"))
    }

    /// An amount of dollars that a scenario gives.
    pub fn of_usd(usd: f64) -> Option<Self> {
        Self::parse(&format!("{usd}"))
    }

    /// So many times this amount; `None` beyond any magnitude.
    pub fn times(self, count: u128) -> Option<Self> {
        // The price of a token and a count of them mostly fit into words, whose product always fits.
        if let (Ok(amount), Ok(count)) = (i64::try_from(self.0), i64::try_from(count)) {
            return Some(Self(i128::from(amount) * i128::from(count)));
        }
        let count = i128::try_from(count).ok()?;
        self.0.checked_mul(count).map(Self)
    }

    /// This amount times a ratio of small whole numbers, rounded down to 1e-18 USD.
    pub fn scaled(self, by: i128, over: i128) -> Option<Self> {
        self.0.checked_mul(by).map(|product| Self(product / over))
    }

    /// The sum; `None` beyond any magnitude.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` beyond any magnitude.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Whole dollars, of which there are less than a billion, and parts of 1e-18 dollars.
    pub fn of_parts(whole: u64, part: u64) -> Self {
        Self(i128::from(whole) * 10_i128.pow(DECIMALS as u32) + i128::from(part))
    }

    /// The lower and the upper half of its bits.
    pub fn words(self) -> [u64; 2] {
        [self.0 as u64, (self.0 >> 64) as u64]
    }

    /// The amount of two halves.
    pub fn of_words([low, high]: [u64; 2]) -> Self {
        Self((u128::from(high) << 64 | u128::from(low)) as i128)
    }

    /// As a number, for ratios and charts.
    pub fn usd(self) -> f64 {
        // A quotient of two numbers that a float holds exactly is rounded once, as the text would be.
        let tens = 100_000_000;
        let small = self.0 / tens;
        if self.0 % tens == 0 && small.unsigned_abs() < 1 << 53 {
            return small as f64 / 1e10;
        }
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

/// Digits with the decimal point after the `point`-th as a whole number of 1e-18.
fn scaled(digits: &[u8], point: i32) -> Option<i128> {
    let kept = point.checked_add(DECIMALS)?;
    let mut amount: i128 = 0;
    for at in 0..kept.clamp(0, 64) {
        let digit = digits.get(at as usize).map_or(0, |byte| byte - b'0');
        amount = amount.checked_mul(10)?.checked_add(i128::from(digit))?;
    }
    if kept > 64 && digits.iter().any(|digit| *digit != b'0') {
        return None;
    }
    let next = usize::try_from(kept).ok().and_then(|at| digits.get(at));
    Some(amount + i128::from(next.is_some_and(|digit| *digit >= b'5')))
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let digits = format!("{:019}", self.0.unsigned_abs());
        let (whole, part) = digits.split_at(digits.len() - DECIMALS as usize);
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{part}")
    }
}

/// As a JSON number with all its digits.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// Prices of one token of each bucket; `None` where no price is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenPrices(pub [Option<Money>; BUCKETS.len()]);

impl TokenPrices {
    /// The cost of tokens, and whether some of them have no price; `None` beyond any magnitude.
    pub fn cost(&self, tokens: &TokenSums) -> Option<(Money, bool)> {
        let (mut cost, mut lacks) = (Money::ZERO, false);
        for (bucket, _) in BUCKETS {
            let count = tokens.get(bucket);
            match self.0[bucket as usize] {
                _ if count == 0 => {}
                Some(price) => cost = cost.plus(price.times(count)?)?,
                None => lacks = true,
            }
        }
        Some((cost, lacks))
    }

    /// The tokens that have no price.
    pub fn unpriced(&self, tokens: &TokenSums) -> TokenSums {
        let mut unpriced = TokenSums::default();
        for (bucket, _) in BUCKETS {
            if self.0[bucket as usize].is_none() {
                unpriced.set(bucket, tokens.get(bucket));
            }
        }
        unpriced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        Money::parse(text).unwrap()
    }

    #[test]
    fn decimals_are_read_and_written_to_the_last_digit() {
        for text in [
            "0",
            "6.40324475",
            "-0.0000005",
            "123456789.000000000000000001",
        ] {
            assert_eq!(money(text).to_string(), text);
        }
        assert_eq!(money("3.2e-05").to_string(), "0.000032");
        assert_eq!(money("1E3").to_string(), "1000");
        assert_eq!(money(".5"), money("0.50"));
    }

    #[test]
    fn digits_beyond_the_eighteenth_are_rounded() {
        assert_eq!(
            money("0.0000000000000000005").to_string(),
            "0.000000000000000001"
        );
        assert_eq!(money("0.00000000000000000049").to_string(), "0");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "abc",
            "1,5",
            "1.2.3",
            "--1",
            "1e",
            "1e99",
            "NaN",
            "1000000001",
            ".",
        ] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_of_dollars_is_the_nearest_to_its_digits() {
        for text in [
            "0",
            "0.1",
            "-6.40324475",
            "900719.9254740993",
            "123456.789012345678",
            "0.0000000005",
        ] {
            assert_eq!(money(text).usd(), text.parse::<f64>().unwrap(), "{text}");
        }
    }

    #[test]
    fn ten_tenths_of_a_cent_are_a_cent_in_any_order() {
        let sum = (0..10).fold(Money::ZERO, |sum, _| sum.plus(money("0.001")).unwrap());
        assert_eq!(sum, money("0.01"));
    }

    #[test]
    fn a_price_per_million_tokens_is_exact_per_token() {
        // 3.125 USD/Mtok x 1,000,000 tokens = 3.125 USD.
        assert_eq!(
            Money::per_token(3.125).unwrap().times(1_000_000),
            Some(money("3.125"))
        );
        assert_eq!(
            Money::per_token(0.0005).unwrap().to_string(),
            "0.0000000005"
        );
    }

    #[test]
    fn a_cost_beyond_any_magnitude_is_none_and_not_wrong() {
        assert_eq!(money("1000000000").times(u128::MAX), None);
        assert_eq!(money("1000").times(1 << 100), None);
    }
}
