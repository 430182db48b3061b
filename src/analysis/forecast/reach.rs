//! When does a growing volume reach a threshold: a range of dates, "not reached" or "cannot tell"
//! (`docs/forecast.md`).

use super::growth::Trend;

/// The answer for one threshold.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach {
    /// The volume is there already, with the probability of the interval.
    Now,
    /// Days from the last day of the log.
    Within {
        /// The upper end of the interval is there.
        earliest: f64,
        /// The middle is there; none within the days looked at.
        middle: Option<f64>,
        /// The lower end is there; none within the days looked at.
        latest: Option<f64>,
    },
    /// Not even the upper end of the interval is there within the days looked at.
    Not,
    /// Growth may as well be none, and why that leaves it open.
    CannotTell(String),
}

/// Days looked at, a year each of 365.25: no trend of a log holds longer.
pub const MOST_DAYS: f64 = 10.0 * 365.25;

/// When a trend reaches a threshold.
pub fn reach(trend: &Trend, threshold: f64, probability: f64) -> Reach {
    let low = |days: f64| trend.band_after(days, probability).0;
    let high = |days: f64| trend.band_after(days, probability).1;
    if low(0.0) >= threshold {
        return Reach::Now;
    }
    let Some(earliest) = first(&high, threshold) else {
        return Reach::Not;
    };
    let [least, _, most] = trend.factor_over(30.0, probability);
    if least <= 1.0 && most >= 1.0 {
        return Reach::CannotTell(format!(
            "growth over 30 days lies between x{least:.2} and x{most:.2}, so it may as well be none"
        ));
    }
    Reach::Within {
        earliest,
        middle: first(&|days| trend.mean_after(days), threshold),
        latest: first(&low, threshold),
    }
}

/// The first day at which a curve is at a threshold; none within the days looked at. A band may fall
/// before it rises, so days are tried one after the other and the last step is halved.
fn first(curve: &impl Fn(f64) -> f64, threshold: f64) -> Option<f64> {
    if curve(0.0) >= threshold {
        return Some(0.0);
    }
    let mut before = 0.0;
    let mut day = 1.0;
    while day <= MOST_DAYS {
        if curve(day) >= threshold {
            let (mut low, mut high) = (before, day);
            for _ in 0..50 {
                let middle = f64::midpoint(low, high);
                if curve(middle) >= threshold {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return Some(high);
        }
        before = day;
        day += 1.0;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::growth::Daily;
    use super::*;

    fn trend(total: impl Fn(i32) -> f64) -> Trend {
        let series: Vec<Daily> = (0..56)
            .map(|day| Daily {
                day,
                total: total(day),
            })
            .collect();
        Trend::fit(&series).unwrap()
    }

    #[test]
    fn a_doubling_in_70_days_is_reached_after_70_days() {
        // 1 % a day: ln 2/ln 1.01 = 69.66 days.
        let Reach::Within {
            earliest,
            middle,
            latest,
        } = reach(
            &trend(|day| 100.0 * 1.01f64.powi(day)),
            200.0 * 1.01f64.powi(55),
            0.9,
        )
        else {
            panic!("a date")
        };
        let expected = 2f64.ln() / 1.01f64.ln();
        assert!((middle.unwrap() - expected).abs() < 1e-6);
        assert!((earliest - expected).abs() < 1e-3 && (latest.unwrap() - expected).abs() < 1e-3);
    }

    #[test]
    fn what_shrinks_never_gets_there() {
        let falling = trend(|day| 100.0 * 0.99f64.powi(day));
        assert_eq!(reach(&falling, 200.0, 0.9), Reach::Not);
    }

    #[test]
    fn what_is_there_is_there_now() {
        let flat = trend(|_| 100.0);
        assert_eq!(reach(&flat, 50.0, 0.9), Reach::Now);
    }

    #[test]
    fn noise_without_growth_cannot_tell() {
        let noisy = trend(|day| 100.0 * (1.0 + 0.4 * f64::from((day * 37) % 11) / 11.0));
        assert!(matches!(reach(&noisy, 300.0, 0.95), Reach::CannotTell(_)));
    }

    #[test]
    fn the_range_holds_its_middle() {
        let growing = trend(|day| {
            100.0 * 1.02f64.powi(day) * (1.0 + 0.2 * f64::from((day * 37) % 11) / 11.0)
        });
        let Reach::Within {
            earliest,
            middle: Some(middle),
            latest: Some(latest),
        } = reach(&growing, 2_000.0, 0.9)
        else {
            panic!("a range")
        };
        assert!(earliest < middle && middle < latest);
    }
}
