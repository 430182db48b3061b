//! Between measured points of one deployment: the logarithm of measured over estimated throughput is
//! interpolated, because it changes far less with load and lengths than the throughput itself.
//!
//! Ordinary regression by a Gaussian process (kriging): the covariance of two points falls
//! exponentially with their distance, over the logarithms of input, output, requests in flight and
//! GPUs. Far from every point the ratio goes back to 1 and the band to that of the estimate.

/// Variance of the logarithm of measured over estimated: half of the estimates lie within 1.115.
const VARIANCE: f64 = 0.045;
/// Variance of one measurement repeated (another version of the engine, another day).
const NOISE: f64 = 0.003;
/// Distance over which the covariance falls to 1/e.
const RANGE: f64 = 6.0;
/// How much a doubling counts, in units of `ln 2`: input, output, requests in flight, GPUs. A
/// deployment on other GPUs says less than one at another load.
const WEIGHTS: [f64; 4] = [0.7, 0.7, 1.0, 2.0];

/// Where a point stands: input tokens, output tokens, requests in flight, GPUs.
pub type Place = [f64; 4];

/// The ratio of measured to estimated throughput around measured points.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    places: Vec<Place>,
    /// Lower triangle of the Cholesky factor of the covariance, row by row.
    factor: Vec<Vec<f64>>,
    /// Covariance inverse times the logarithms of the ratios.
    weights: Vec<f64>,
}

/// A ratio and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Measured over estimated throughput.
    pub value: f64,
    /// Standard deviation of its logarithm.
    pub sigma: f64,
}

impl Ratio {
    /// The factor within which 80 % of what is measured there lies (1.2816 standard deviations).
    #[must_use]
    pub fn band_80(&self) -> f64 {
        (1.281_551_565_544_600_4 * self.sigma).exp()
    }
}

impl Surface {
    /// Around points with their ratios of measured to estimated throughput.
    #[must_use]
    pub fn new(points: &[(Place, f64)]) -> Self {
        let places: Vec<Place> = points.iter().map(|(place, _)| logs(*place)).collect();
        let factor = cholesky(&places);
        let logs: Vec<f64> = points.iter().map(|(_, ratio)| ratio.ln()).collect();
        let weights = backward(&factor, &forward(&factor, &logs));
        Self {
            places,
            factor,
            weights,
        }
    }

    /// The ratio at a place alone, without how sure it is.
    #[must_use]
    pub fn value_at(&self, place: Place) -> f64 {
        let place = logs(place);
        let points = self.places.iter().zip(&self.weights);
        let log: f64 = points
            .map(|(known, weight)| weight * covariance(known, &place))
            .sum();
        log.exp()
    }

    /// The ratio at a place; 1 with the estimate's own band where nothing is near.
    #[must_use]
    pub fn at(&self, place: Place) -> Ratio {
        let near: Vec<f64> = self
            .places
            .iter()
            .map(|known| covariance(known, &logs(place)))
            .collect();
        let solved = forward(&self.factor, &near);
        let explained: f64 = solved.iter().map(|x| x * x).sum();
        Ratio {
            value: self.value_at(place),
            sigma: (VARIANCE - explained + NOISE).max(NOISE).sqrt(),
        }
    }
}

fn logs(place: Place) -> Place {
    place.map(|x| x.max(1e-9).ln())
}

fn covariance(a: &Place, b: &Place) -> f64 {
    let squares: f64 = a
        .iter()
        .zip(b)
        .zip(WEIGHTS)
        .map(|((a, b), weight)| (weight * (a - b)).powi(2))
        .sum();
    VARIANCE * (-squares.sqrt() / RANGE).exp()
}

fn cholesky(places: &[Place]) -> Vec<Vec<f64>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(places.len());
    for (i, place) in places.iter().enumerate() {
        let mut row = Vec::with_capacity(i + 1);
        for j in 0..=i {
            let other: &[f64] = if j < i { &factor[j] } else { &row };
            let dot: f64 = row.iter().zip(other).take(j).map(|(a, b)| a * b).sum();
            let value = covariance(place, &places[j]) - dot;
            row.push(if j < i {
                value / factor[j][j]
            } else {
                (value + NOISE).sqrt()
            });
        }
        factor.push(row);
    }
    factor
}

/// Solves `L x = b`.
fn forward(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = Vec::with_capacity(b.len());
    for (row, value) in factor.iter().zip(b) {
        let dot: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
        x.push((value - dot) / row[x.len()]);
    }
    x
}

/// Solves `L' x = b`.
fn backward(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for i in (0..x.len()).rev() {
        x[i] /= factor[i][i];
        for j in 0..i {
            x[j] -= factor[i][j] * x[i];
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place = [1_000.0, 500.0, 16.0, 4.0];

    #[test]
    fn one_point_counts_by_its_share_of_the_variance() {
        // at the point: 0.045/(0.045 + 0.003) = 0.9375 of ln 1.2; variance 0.045 - 0.045^2/0.048 +
        // 0.003 = 0.0058125
        let found = Surface::new(&[(HERE, 1.2)]).at(HERE);
        assert!((found.value - 1.2_f64.powf(0.9375)).abs() < 1e-12);
        assert!((found.sigma - 0.005_812_5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_band_widens_with_distance_up_to_the_estimates_own() {
        let surface = Surface::new(&[(HERE, 1.2)]);
        let sigmas: Vec<f64> = [16.0, 32.0, 128.0, 4_096.0]
            .iter()
            .map(|load| surface.at([1_000.0, 500.0, *load, 4.0]).sigma)
            .collect();
        assert!(sigmas.is_sorted_by(|a, b| a < b), "{sigmas:?}");
        let far = surface.at([1e9, 1e9, 1e9, 1e9]);
        assert!((far.value - 1.0).abs() < 1e-3);
        assert!((far.sigma - 0.048_f64.sqrt()).abs() < 1e-4);
    }

    #[test]
    fn between_two_points_the_ratio_lies_between_theirs() {
        let surface = Surface::new(&[
            ([1_000.0, 500.0, 8.0, 4.0], 1.1),
            ([1_000.0, 500.0, 32.0, 4.0], 1.3),
        ]);
        let ratio = surface.at(HERE).value;
        assert!((1.1..1.3).contains(&ratio), "{ratio}");
    }

    #[test]
    fn the_solution_solves_the_system() {
        // weights of the surface times the covariance matrix are the logarithms of the ratios
        let points = [
            ([1_000.0, 500.0, 8.0, 4.0], 1.1),
            ([4_000.0, 500.0, 32.0, 4.0], 0.8),
            ([1_000.0, 100.0, 64.0, 8.0], 1.5),
        ];
        let surface = Surface::new(&points);
        for (i, (_, ratio)) in points.iter().enumerate() {
            let row: f64 = (0..3)
                .map(|j| {
                    let noise = if i == j { NOISE } else { 0.0 };
                    let cov = covariance(&surface.places[i], &surface.places[j]) + noise;
                    cov * surface.weights[j]
                })
                .sum();
            assert!((row - ratio.ln()).abs() < 1e-12);
        }
    }

    #[test]
    fn without_points_it_is_the_estimate() {
        let found = Surface::new(&[]).at(HERE);
        assert_eq!(found.value, 1.0);
        assert!((found.sigma - 0.048_f64.sqrt()).abs() < 1e-12);
    }
}
