//! How requests differ in size, and how a day's traffic is spread over its hours.

use statrs::distribution::{ContinuousCDF, Normal};

use super::Given;

/// Tokens per request: a lognormal distribution over the requests, or one size for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// Mean over the requests (tokens).
    pub mean: Given,
    /// Standard deviation of the logarithm; 0 where all requests are alike.
    pub sigma: f64,
}

/// Largest p95 over mean that a lognormal distribution can have: exp(1.645^2 / 2).
pub const MAX_P95_RATIO: f64 = 3.868_12;

impl Size {
    /// Sigma from p95 over mean: ln ratio = 1.645 s - s^2/2; the smaller root. `None` outside 1..3.868.
    pub fn sigma_of_p95(ratio: f64) -> Option<f64> {
        const Z: f64 = 1.644_853_626_951_472_2;
        let inner = Z * Z - 2.0 * ratio.ln();
        (ratio >= 1.0 && inner >= 0.0).then(|| Z - inner.sqrt())
    }

    /// Sigma from the coefficient of variation: s^2 = ln(1 + cv^2).
    pub fn sigma_of_cv(cv: f64) -> f64 {
        (cv * cv).ln_1p().sqrt()
    }

    /// Share of the requests larger than a threshold, and share of all tokens that lies in them, when
    /// the mean is shifted to `mean` (an option with shorter prompts).
    pub fn share_above(&self, threshold: f64, mean: f64) -> (f64, f64) {
        if self.sigma == 0.0 || mean <= 0.0 {
            let above = f64::from(u8::from(mean > threshold));
            return (above, above);
        }
        let mu = mean.ln() - self.sigma * self.sigma / 2.0;
        let z = (mu - threshold.ln()) / self.sigma;
        let normal = Normal::standard();
        (normal.cdf(z), normal.cdf(z + self.sigma))
    }
}

/// Traffic of the 24 hours of a day over the mean hour.
#[derive(Clone, Debug, PartialEq)]
pub struct DayShape {
    /// Weights with mean 1.
    pub weights: [f64; 24],
    /// Busiest hour over mean hour.
    pub peak: Given,
    /// Whether the scenario gave the hours (UTC); otherwise only the peak is known.
    pub given: bool,
}

impl DayShape {
    /// A smooth day with one peak: weight ~ exp(k cos t), with k such that max/mean is `peak`.
    pub fn with_peak(peak: Given) -> Self {
        let (mut low, mut high) = (0.0, 400.0);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if day(middle)[12] < peak.value {
                low = middle;
            } else {
                high = middle;
            }
        }
        let weights = if peak.value <= 1.0 {
            [1.0; 24]
        } else {
            day(high)
        };
        Self {
            weights,
            peak,
            given: false,
        }
    }

    /// The hours as given; `None` where they are not 24 or all zero.
    pub fn of(list: &[f64], from: super::Origin) -> Option<Self> {
        let mut weights: [f64; 24] = list.try_into().ok()?;
        let mean = weights.iter().sum::<f64>() / 24.0;
        if mean <= 0.0 {
            return None;
        }
        for weight in &mut weights {
            *weight /= mean;
        }
        let peak = weights.iter().copied().fold(0.0, f64::max);
        Some(Self {
            weights,
            peak: Given { value: peak, from },
            given: true,
        })
    }

    /// Share of the traffic inside hours of the day [h, UTC], on all or only on working days.
    pub fn share_within(&self, hours: &[(f64, f64)], working_days: bool) -> f64 {
        let weight = |hour: f64| {
            if self.given {
                self.weights[hour as usize % 24]
            } else {
                1.0
            }
        };
        let mut sum = 0.0;
        for hour in 0..24u32 {
            let hour = f64::from(hour);
            for (from, to) in hours {
                sum += weight(hour) * ((hour + 1.0).min(*to) - hour.max(*from)).max(0.0);
            }
        }
        sum / 24.0 * if working_days { 5.0 / 7.0 } else { 1.0 }
    }
}

fn day(k: f64) -> [f64; 24] {
    let mut weights = [0.0; 24];
    for (hour, weight) in weights.iter_mut().enumerate() {
        let angle = (hour as f64 - 12.0) / 24.0 * std::f64::consts::TAU;
        *weight = (k * (angle.cos() - 1.0)).exp();
    }
    let mean = weights.iter().sum::<f64>() / 24.0;
    weights.map(|weight| weight / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_has_the_peak_that_was_asked_for() {
        for peak in [1.0, 1.5, 3.0, 12.0] {
            let shape = DayShape::with_peak(Given::default(peak));
            let highest = shape.weights.iter().copied().fold(0.0, f64::max);
            assert!((highest - peak).abs() < 1e-9, "{peak}");
            assert!((shape.weights.iter().sum::<f64>() - 24.0).abs() < 1e-9);
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
            sigma: 1.0,
        };
        let (requests, tokens) = size.share_above(100.0, 100.0);
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
