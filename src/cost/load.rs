//! The load that an option sees: all of the traffic, a share of it, or what lies below or above a rate.

use crate::curve::Curve;
use crate::real::Real;

/// Load over the volume r of the whole scenario [requests/day].
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// Requests of a mean day.
    pub mean: Curve,
    /// Rate of each hour, as requests a day.
    pub hours: Vec<Curve>,
    /// Rate of the busiest hour.
    pub peak: Curve,
    /// The hours' weights in the whole traffic: the order in which they fill, whatever is cut off.
    pub weights: [Real; 24],
}

impl Load {
    /// All of the traffic, in hours of these weights (mean 1).
    pub fn whole(weights: &[Real; 24]) -> Self {
        let peak = weights.iter().copied().fold(Real::ONE, Real::max);
        Self {
            mean: Curve::volume(),
            hours: weights
                .iter()
                .map(|weight| Curve::linear(*weight))
                .collect(),
            peak: Curve::linear(peak),
            weights: *weights,
        }
    }

    /// A share of it.
    #[must_use]
    pub fn share(&self, share: impl Into<Real>) -> Self {
        let share = share.into();
        self.map(|curve| curve.times(share))
    }

    /// What a capacity of `rate` requests a day serves in each hour.
    #[must_use]
    pub fn below(&self, rate: impl Into<Real>) -> Self {
        let rate = rate.into();
        self.hourly(|curve| curve.min(&Curve::constant(rate)))
    }

    /// What exceeds that capacity in each hour.
    #[must_use]
    pub fn above(&self, rate: impl Into<Real>) -> Self {
        let rate = rate.into();
        self.hourly(|curve| {
            curve
                .plus(&Curve::constant(-rate))
                .max(&Curve::constant(0.0))
        })
    }

    fn map(&self, f: impl Fn(&Curve) -> Curve) -> Self {
        Self {
            mean: f(&self.mean),
            hours: self.hours.iter().map(&f).collect(),
            peak: f(&self.peak),
            weights: self.weights,
        }
    }

    /// Cuts each hour; the mean is then the mean of the hours.
    fn hourly(&self, f: impl Fn(&Curve) -> Curve) -> Self {
        let hours: Vec<Curve> = self.hours.iter().map(&f).collect();
        let mut mean = Curve::default();
        for hour in &hours {
            mean.add(hour, 1.0 / 24.0);
        }
        Self {
            mean,
            peak: f(&self.peak),
            weights: self.weights,
            hours,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_and_above_a_rate_add_up_to_the_whole() {
        let mut weights = [Real::constant(0.5); 24];
        weights[..12].fill(Real::constant(1.5));
        let load = Load::whole(&weights);
        // At 100 a day half of the hours run at 150, half at 50; a rate of 100 serves 100 and 50.
        assert!((load.below(100.0).mean.at(100.0) - 75.0).abs() < 1e-9);
        assert!((load.above(100.0).mean.at(100.0) - 25.0).abs() < 1e-9);
        assert_eq!(load.above(100.0).peak.at(100.0), 50.0);
    }
}
