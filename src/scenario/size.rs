//! How requests differ in size, and how a day's traffic is spread over its hours.

use std::sync::Arc;

use statrs::distribution::{ContinuousCDF, Normal};

use super::Given;
use crate::real::{self, Real};

/// Tokens per request: a lognormal distribution over the requests, or one size for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// Mean over the requests (tokens).
    pub mean: Given,
    /// Standard deviation of the logarithm; 0 where all requests are alike.
    pub sigma: Real,
}

/// Largest p95 over mean that a lognormal distribution can have: exp(1.645^2 / 2).
pub const MAX_P95_RATIO: f64 = 3.868_12;

impl Size {
    /// Sigma from p95 over mean: ln ratio = 1.645 s - s^2/2; the smaller root. `None` outside 1..3.868.
    pub fn sigma_of_p95(ratio: impl Into<Real>) -> Option<Real> {
        const Z: f64 = 1.644_853_626_951_472_2;
        let ratio = ratio.into();
        let inner = Z * Z - 2.0 * ratio.ln();
        (ratio >= 1.0 && inner >= 0.0).then(|| Z - inner.sqrt())
    }

    /// Sigma from the coefficient of variation: s^2 = ln(1 + cv^2).
    pub fn sigma_of_cv(cv: impl Into<Real>) -> Real {
        real::apply("sigma of cv", cv.into(), |cv| (cv * cv).ln_1p().sqrt())
    }

    /// Share of the requests larger than a threshold, and share of all tokens that lies in them, when
    /// the mean is shifted to `mean` (an option with shorter prompts).
    pub fn share_above(&self, threshold: f64, mean: Real) -> (Real, Real) {
        if self.sigma == 0.0 || mean <= 0.0 {
            let above = Real::from(u32::from(mean > threshold));
            return (above, above);
        }
        let mu = mean.ln() - self.sigma * self.sigma / 2.0;
        let z = (mu - threshold.ln()) / self.sigma;
        let normal = |z: Real| real::apply("normal cdf", z, |z| Normal::standard().cdf(z));
        (normal(z), normal(z + self.sigma))
    }
}

/// Traffic of the 24 hours of a day over the mean hour.
#[derive(Clone, Debug, PartialEq)]
pub struct DayShape {
    /// Weights with mean 1.
    pub weights: [Real; 24],
    /// Busiest hour over mean hour.
    pub peak: Given,
    /// Whether the scenario gave the hours (UTC); otherwise only the peak is known.
    pub given: bool,
}

impl DayShape {
    /// A smooth day with one peak: weight ~ exp(k cos t), with k such that max/mean is `peak`.
    pub fn with_peak(peak: Given) -> Self {
        let name = || "day with one peak".to_owned();
        let solve: real::Function = Arc::new(|given, out| out.copy_from_slice(&one_peak(given[0])));
        let mut weights = [Real::ONE; 24];
        weights.copy_from_slice(&real::answer(name, &[peak.value], 24, solve));
        Self {
            weights,
            peak,
            given: false,
        }
    }

    /// The hours as given; `None` where they are not 24 or all zero.
    pub fn of(list: &[Real], from: super::Origin) -> Option<Self> {
        let mut weights: [Real; 24] = list.try_into().ok()?;
        let mean = weights.iter().sum::<Real>() / 24.0;
        if mean <= 0.0 {
            return None;
        }
        for weight in &mut weights {
            *weight /= mean;
        }
        let peak = weights.iter().copied().fold(Real::ZERO, Real::max);
        Some(Self {
            weights,
            peak: Given { value: peak, from },
            given: true,
        })
    }

    /// Share of the traffic inside hours of the day [h, UTC], on all or only on working days.
    pub fn share_within(&self, hours: &[(f64, f64)], working_days: bool) -> Real {
        let weight = |hour: f64| {
            if self.given {
                self.weights[hour as usize % 24]
            } else {
                Real::ONE
            }
        };
        let mut sum = Real::ZERO;
        for hour in 0..24u32 {
            let hour = f64::from(hour);
            for (from, to) in hours {
                sum += weight(hour) * ((hour + 1.0).min(*to) - hour.max(*from)).max(0.0);
            }
        }
        sum / 24.0 * if working_days { 5.0 / 7.0 } else { 1.0 }
    }
}

/// The weights of a day whose busiest hour is `peak` times its mean hour. Simulations ask for thousands of
/// them, so that the search takes the steps of Newton, and halves only where those leave the bracket.
fn one_peak(peak: f64) -> [f64; 24] {
    if peak <= 1.0 {
        return [1.0; 24];
    }
    let cosines = cosines();
    let (mut low, mut high) = (0.0, STEEPEST);
    // Of a smooth day, max/mean rises as 1 + k at first and as the root of 2 pi k later.
    let mut k = (peak - 1.0).max(peak * peak / std::f64::consts::TAU);
    for _ in 0..MOST_STEPS {
        if !(low < k && k < high) {
            k = f64::midpoint(low, high);
        }
        let (found, slope) = busiest(k, &cosines);
        if found < peak {
            low = k;
        } else {
            high = k;
        }
        let step = (peak - found) / slope;
        k += step;
        if step.abs() <= 4.0 * f64::EPSILON * k || high - low <= f64::EPSILON * high {
            break;
        }
    }
    day(k.clamp(low, high), &cosines)
}

/// The steepest day that is searched: nearly all of it lies in one hour.
const STEEPEST: f64 = 400.0;

/// Halving alone would have found any day by then.
const MOST_STEPS: u32 = 64;

/// The cosines of half a day less one, from its busiest hour to the calmest, which the other half mirrors.
fn cosines() -> [f64; 13] {
    std::array::from_fn(|hour| (hour as f64 / 24.0 * std::f64::consts::TAU).cos() - 1.0)
}

/// How many hours of a day are so far from its busiest one.
fn twice(hour: usize) -> f64 {
    if hour.is_multiple_of(12) { 1.0 } else { 2.0 }
}

/// The busiest hour over the mean one, and how fast that grows with `k`.
fn busiest(k: f64, cosines: &[f64; 13]) -> (f64, f64) {
    let (mut sum, mut slope) = (0.0, 0.0);
    for (hour, cosine) in cosines.iter().enumerate() {
        let weight = twice(hour) * (k * cosine).exp();
        sum += weight;
        slope -= weight * cosine;
    }
    (24.0 / sum, 24.0 * slope / (sum * sum))
}

fn day(k: f64, cosines: &[f64; 13]) -> [f64; 24] {
    let half = cosines.map(|cosine| (k * cosine).exp());
    let sum: f64 = (0..13).map(|hour| twice(hour) * half[hour]).sum();
    std::array::from_fn(|hour| half[hour.abs_diff(12)] / sum * 24.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_has_the_peak_that_was_asked_for() {
        for peak in [1.0, 1.5, 3.0, 12.0] {
            let shape = DayShape::with_peak(Given::default(peak));
            let highest = shape.weights.map(Real::get).into_iter().fold(0.0, f64::max);
            assert!((highest - peak).abs() < 1e-9, "{peak}");
            assert!((shape.weights.iter().sum::<Real>().get() - 24.0).abs() < 1e-9);
        }
    }

    #[test]
    fn every_peak_is_found_to_the_last_digits() {
        // Nearly 24 is a day in one hour; hours of a day are alike on both sides of the busiest one.
        for step in 1..=460 {
            let peak = 1.0 + f64::from(step) / 20.0;
            let weights = one_peak(peak);
            let close = (weights[12] - peak).abs() <= 1e-13 * peak;
            assert!(close || peak > 23.9, "{peak}: {}", weights[12]);
            assert!((1..12).all(|hour| weights[12 - hour] == weights[12 + hour]));
            assert!(weights[0] < weights[6] && weights[6] < weights[12]);
        }
        for peak in [1.0 + 1e-12, 1.0 + 1e-6, 23.9, 24.0, 1e3] {
            let weights = one_peak(peak);
            let reached = (weights[12] - peak.min(24.0)).abs();
            assert!(
                reached < 0.01 && weights[12] <= 24.0,
                "{peak}: {}",
                weights[12]
            );
        }
    }

    #[test]
    fn p95_gives_back_the_sigma() {
        // sigma 0.5: p95/mean = exp(1.644854 x 0.5 - 0.125) = exp(0.697427) = 2.00858.
        let sigma = Size::sigma_of_p95(0.697_426_813_475_736_1_f64.exp()).unwrap();
        assert!((sigma - 0.5).abs() < 1e-9);
        assert_eq!(Size::sigma_of_p95(4.0), None);
        assert_eq!(Size::sigma_of_p95(0.9), None);
    }

    #[test]
    fn long_requests_hold_more_of_the_tokens_than_of_the_requests() {
        // mean 100, sigma 1: mu = ln 100 - 0.5. Above 100: z = -0.5, so 30.85 % of the requests and
        // Phi(0.5) = 69.15 % of the tokens.
        let size = Size {
            mean: Given::default(100.0),
            sigma: Real::ONE,
        };
        let (requests, tokens) = size.share_above(100.0, Real::from(100.0));
        assert!((requests - 0.308_537_5).abs() < 1e-6 && (tokens - 0.691_462_5).abs() < 1e-6);
    }

    #[test]
    fn seven_working_hours_of_a_flat_week_are_a_fifth() {
        // 7/24 x 5/7 = 5/24.
        let shape = DayShape::with_peak(Given::default(2.0));
        let share = shape.share_within(&[(1.0, 4.0), (6.0, 10.0)], true);
        assert!((share - 5.0 / 24.0).abs() < 1e-12);
    }
}
