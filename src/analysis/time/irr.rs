//! The rate at which what an option takes more and what it saves are worth the same
//! (`docs/model.md` section 8).

use serde::Serialize;

use super::super::plan::Flows;

/// Internal rate of return.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Irr {
    /// Whether there is none, one, or several.
    pub verdict: IrrVerdict,
    /// Every rate per year, in order.
    pub per_year: Vec<f64>,
}

/// How many rates there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IrrVerdict {
    /// What is saved never changes its sign, or no rate makes both sides equal.
    None,
    /// One.
    One,
    /// Several: the savings change their sign more than once, so no rate means a return.
    Several,
}

/// The savings of an option against the base option, by the months after which they count: the start of
/// month m and the end of month m - 1 are one moment.
pub fn savings(base: &Flows, option: &Flows) -> Vec<f64> {
    let months = base.end.len();
    let mut list = vec![0.0; months + 1];
    for at in 0..months {
        list[at] += (base.start[at] - option.start[at]).get();
        list[at + 1] += (base.end[at] - option.end[at]).get();
    }
    list[months] += (option.left - base.left).get();
    list
}

/// Least and greatest rate per month that are searched: -90 % a year, and +900 % a month.
const RANGE: (f64, f64) = (-0.1746, 9.0);
/// Steps of the search; a saving that changes its sign once has one rate, whatever the steps.
const STEPS: u32 = 4_000;

/// Every rate at which the savings are worth nothing today.
pub fn internal_rate(savings: &[f64]) -> Irr {
    let size: f64 = savings.iter().map(|usd| usd.abs()).sum();
    let kept: Vec<f64> = savings
        .iter()
        .map(|usd| if usd.abs() <= 1e-12 * size { 0.0 } else { *usd })
        .collect();
    let monthly = if changes(&kept) == 0 {
        Vec::new()
    } else {
        roots(&kept)
    };
    Irr {
        verdict: match monthly.len() {
            0 => IrrVerdict::None,
            1 => IrrVerdict::One,
            _ => IrrVerdict::Several,
        },
        per_year: monthly
            .into_iter()
            .map(|rate| (1.0 + rate).powi(12) - 1.0)
            .collect(),
    }
}

/// How often the sign changes.
fn changes(savings: &[f64]) -> usize {
    let signs: Vec<bool> = savings
        .iter()
        .filter(|usd| **usd != 0.0)
        .map(|usd| *usd > 0.0)
        .collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Rates per month, by halving between steps of equal factors of 1 + rate.
fn roots(savings: &[f64]) -> Vec<f64> {
    let (low, high) = ((1.0 + RANGE.0).ln(), (1.0 + RANGE.1).ln());
    let rate = |step: u32| (low + (high - low) * f64::from(step) / f64::from(STEPS)).exp() - 1.0;
    let mut list = Vec::new();
    for step in 0..STEPS {
        let (mut a, mut b) = (rate(step), rate(step + 1));
        let left = worth(savings, a);
        if left == 0.0 || left.signum() == worth(savings, b).signum() {
            if left == 0.0 {
                list.push(a);
            }
            continue;
        }
        for _ in 0..100 {
            let middle = f64::midpoint(a, b);
            if worth(savings, middle).signum() == left.signum() {
                a = middle;
            } else {
                b = middle;
            }
        }
        list.push(f64::midpoint(a, b));
    }
    list
}

fn worth(savings: &[f64], rate: f64) -> f64 {
    let factor = 1.0 / (1.0 + rate);
    savings
        .iter()
        .rev()
        .fold(0.0, |sum, usd| sum * factor + usd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_that_brings_a_hundred_and_ten_after_a_year_returns_ten_percent() {
        let mut savings = vec![0.0; 13];
        savings[0] = -100.0;
        savings[12] = 110.0;
        let irr = internal_rate(&savings);
        assert_eq!(irr.verdict, IrrVerdict::One);
        assert!((irr.per_year[0] - 0.1).abs() < 1e-9);
    }

    #[test]
    fn an_annuity_returns_the_rate_that_it_was_made_with() {
        // 12 x 1,000 at 1 % a month are worth 11,255.0775 today: 1.01^12 - 1 = 12.6825 % a year.
        let mut savings = vec![1_000.0; 13];
        savings[0] = -11_255.077_473;
        let irr = internal_rate(&savings);
        assert!((irr.per_year[0] - 0.126_825_03).abs() < 1e-7);
    }

    #[test]
    fn savings_of_one_sign_have_no_rate() {
        assert_eq!(internal_rate(&[5.0, 6.0]).verdict, IrrVerdict::None);
        assert_eq!(internal_rate(&[-5.0, -6.0]).verdict, IrrVerdict::None);
        assert_eq!(internal_rate(&[0.0, 0.0]).verdict, IrrVerdict::None);
    }

    #[test]
    fn savings_that_change_their_sign_twice_may_have_two_rates_or_none() {
        // -100 + 230 x - 132 x^2 with x = 1/(1 + i): (1 + i) = 1.1 and 1.2 a month.
        let irr = internal_rate(&[-100.0, 230.0, -132.0]);
        assert_eq!(irr.verdict, IrrVerdict::Several);
        let expected = [1.1f64.powi(12) - 1.0, 1.2f64.powi(12) - 1.0];
        for (found, expected) in irr.per_year.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found}");
        }
        // 100 - 200 x + 150 x^2 has no root.
        let irr = internal_rate(&[100.0, -200.0, 150.0]);
        assert_eq!(irr.verdict, IrrVerdict::None);
    }
}
