//! A surface of measured over estimated throughput around measured points, and how near they are.

use std::fmt;

use super::super::measured::{Place, Surface};
use super::basis::{Basis, Whose};

/// A workload within this factor of a point, in input, output and requests in flight each, counts as
/// measured there, if it runs on as many GPUs.
const NEAR: f64 = 2.0;
/// Lengths beyond this factor of every point are none that the points say something about: so far the
/// catalog's points were left out and found again.
const FAR: f64 = 32.0;

/// Ratios of measured to estimated throughput around points, and what they say of other places.
#[derive(Clone, PartialEq)]
pub struct Around {
    places: Vec<Place>,
    surface: Surface,
    mean: f64,
    whose: Whose,
}

/// The points with their ratios: what tells one surface from another.
impl fmt::Debug for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratios: Vec<f64> = self.places.iter().map(|at| self.ratio(*at)).collect();
        write!(f, "{:?} {:?} {:?}", self.whose, self.places, ratios)
    }
}

impl Around {
    /// Around points with their ratios; far from them the ratio goes to `mean`.
    pub fn new(points: &[(Place, f64)], mean: f64, whose: Whose) -> Self {
        let over: Vec<(Place, f64)> = points.iter().map(|(at, it)| (*at, it / mean)).collect();
        Self {
            places: points.iter().map(|(place, _)| *place).collect(),
            surface: Surface::new(&over),
            mean,
            whose,
        }
    }

    /// How many points there are.
    pub fn points(&self) -> usize {
        self.places.len()
    }

    /// Whose points they are.
    pub fn whose(&self) -> Whose {
        self.whose
    }

    /// Measured over estimated throughput at a place.
    pub fn ratio(&self, place: Place) -> f64 {
        self.mean * self.surface.value_at(place)
    }

    /// Whether the points say something of requests of these lengths.
    pub fn reaches(&self, input: f64, output: f64) -> bool {
        let within = |a: f64, b: f64| apart(a, b) <= FAR.ln();
        let reached = |at: &Place| within(at[0], input) && within(at[1], output);
        self.places.iter().any(reached)
    }

    /// The point nearest to a place, of those on as many GPUs if there are any.
    pub fn nearest(&self, place: Place) -> usize {
        let rank = |at: &Place| (apart(at[3], place[3]) > 1e-9, distance(at, &place));
        let order = |a: &usize, b: &usize| {
            let (a, b) = (rank(&self.places[*a]), rank(&self.places[*b]));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        };
        (0..self.places.len()).min_by(order).unwrap_or(0)
    }

    /// Where a point stands.
    pub fn place(&self, at: usize) -> Place {
        self.places[at]
    }

    /// What a rate at a place stands on.
    pub fn basis(&self, place: Place) -> Basis {
        let nearest = self.places[self.nearest(place)];
        let same_gpus = apart(nearest[3], place[3]) <= 1e-9;
        if same_gpus && distance(&nearest, &place) <= NEAR.ln() {
            Basis::Measured(self.whose)
        } else {
            Basis::Calibrated(self.whose)
        }
    }
}

/// The logarithm of the factor between two numbers.
fn apart(a: f64, b: f64) -> f64 {
    (a.max(1e-9) / b.max(1e-9)).ln().abs()
}

/// The greatest factor between two places in input, output and requests in flight, as a logarithm.
fn distance(a: &Place, b: &Place) -> f64 {
    (0..3).map(|at| apart(a[at], b[at])).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::super::super::measured::{Case, cases};
    use super::super::basis::PUBLISHED;
    use super::super::published::usable;
    use super::*;
    use crate::catalog::Catalog;

    fn same(a: &Case, b: &Case) -> bool {
        let (a, b) = (&a.deployment, &b.deployment);
        a.model_id == b.model_id
            && a.gpu_id == b.gpu_id
            && a.precision_name == b.precision_name
            && a.engine == b.engine
    }

    /// Every point of the catalog that a scenario can ask for, with its ratio and what `others` of the
    /// catalog say there.
    fn left_out(others: impl Fn(&Case, &Case) -> bool) -> Vec<(f64, f64, Basis)> {
        let list = cases(&Catalog::embedded());
        let points: Vec<(&Case, Place, f64)> = list
            .iter()
            .filter_map(|case| usable(case).map(|(place, ratio)| (case, place, ratio)))
            .collect();
        let found = points
            .iter()
            .enumerate()
            .filter_map(|(at, (case, place, ratio))| {
                let rest: Vec<(Place, f64)> = points
                    .iter()
                    .enumerate()
                    .filter(|(other, (it, ..))| *other != at && others(case, it))
                    .map(|(_, (_, place, ratio))| (*place, *ratio))
                    .collect();
                let around =
                    (!rest.is_empty()).then(|| Around::new(&rest, 1.0, Whose::Published))?;
                around
                    .reaches(place[0], place[1])
                    .then(|| (*ratio, around.ratio(*place), around.basis(*place)))
            });
        found.collect()
    }

    /// The factors within which shares of what was found lie of what was measured.
    fn factors(found: &[(f64, f64, Basis)]) -> [f64; 4] {
        let mut logs: Vec<f64> = found.iter().map(|it| (it.1 / it.0).ln().abs()).collect();
        logs.sort_by(f64::total_cmp);
        [0.5, 0.68, 0.8, 0.9].map(|share: f64| {
            let at = share * (logs.len() - 1) as f64;
            let (low, high) = (logs[at.floor() as usize], logs[at.ceil() as usize]);
            (low + (high - low) * at.fract()).exp()
        })
    }

    fn plain(found: &[(f64, f64, Basis)]) -> Vec<(f64, f64, Basis)> {
        found.iter().map(|it| (it.0, 1.0, it.2)).collect()
    }

    #[test]
    fn the_band_of_published_points_is_that_of_points_left_out() {
        let found = left_out(same);
        let near: Vec<_> = found
            .iter()
            .filter(|it| matches!(it.2, Basis::Measured(_)))
            .copied()
            .collect();
        let far: Vec<_> = found
            .iter()
            .filter(|it| matches!(it.2, Basis::Calibrated(_)))
            .copied()
            .collect();
        for (name, list) in [("all", &found), ("near", &near), ("far", &far)] {
            let estimates = factors(&plain(list));
            println!(
                "{name}: {} points {:.3?}, estimates {estimates:.3?}",
                list.len(),
                factors(list)
            );
        }
        let band = [PUBLISHED.p50, PUBLISHED.p68, PUBLISHED.p80, PUBLISHED.p90];
        let computed = factors(&found);
        for (stated, computed) in band.iter().zip(computed) {
            assert!((stated - computed).abs() <= 0.005, "{stated} {computed}");
        }
        // They say more than the estimate, near and far.
        for list in [&near, &far] {
            assert!(list.len() > 50);
            assert!(factors(list)[0] < factors(&plain(list))[0]);
        }
        assert!(factors(&found)[2] < factors(&plain(&found))[2]);
    }

    #[test]
    fn points_of_another_engine_say_less_than_the_estimate() {
        let found = left_out(|a, b| {
            let engine = b.deployment.engine;
            let mut b = b.clone();
            b.deployment.engine = a.deployment.engine;
            same(a, &b) && engine != a.deployment.engine
        });
        println!("{:.3?} {:.3?}", factors(&found), factors(&plain(&found)));
        assert!(found.len() > 50);
        assert!(factors(&found)[0] > factors(&plain(&found))[0]);
    }

    #[test]
    fn points_of_other_versions_say_about_as_much_as_the_estimate() {
        let found = left_out(|a, b| same(a, b) && a.engine_version != b.engine_version);
        println!(
            "{} {:.3?} {:.3?}",
            found.len(),
            factors(&found),
            factors(&plain(&found))
        );
        let (others, estimate) = (factors(&found)[0], factors(&plain(&found))[0]);
        assert!((others / estimate).ln().abs() < 0.03, "{others} {estimate}");
    }

    #[test]
    fn a_place_is_measured_within_a_factor_of_two_and_on_as_many_gpus() {
        let around = Around::new(&[([1_000.0, 500.0, 16.0, 2.0], 1.2)], 1.0, Whose::Published);
        let basis = |input, load, gpus| around.basis([input, 500.0, load, gpus]);
        assert_eq!(basis(2_000.0, 8.0, 2.0), Basis::Measured(Whose::Published));
        assert_eq!(
            basis(2_100.0, 16.0, 2.0),
            Basis::Calibrated(Whose::Published)
        );
        assert_eq!(
            basis(1_000.0, 33.0, 2.0),
            Basis::Calibrated(Whose::Published)
        );
        assert_eq!(
            basis(1_000.0, 16.0, 4.0),
            Basis::Calibrated(Whose::Published)
        );
        assert!(around.reaches(32_000.0, 16.0));
        assert!(!around.reaches(33_000.0, 500.0));
        // ln 1.2 x 0.045 / 0.048 at the point itself (surface.rs)
        let ratio = around.ratio([1_000.0, 500.0, 16.0, 2.0]);
        assert!((ratio - 1.2_f64.powf(0.9375)).abs() < 1e-12);
    }
}
