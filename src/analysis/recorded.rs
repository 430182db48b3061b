//! The cost curves of the first month at any draw of the uncertain inputs: recorded once with their numbers,
//! drawn anew with others. What simulation and charts take apart over the volume.

use super::compare;
use super::uncertain::Uncertainty;
use crate::cost::{Month, OptionModel};
use crate::curve::Curve;
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Column, Failure, Real, Snapshot, Work, record};
use crate::scenario::Scenario;

/// Values of the inputs for which a scenario cannot be priced.
pub type Failed = Failure<Vec<Problem>>;

/// Costs of a month over the volume, and the highest volume that each option serves.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Cost of each option (USD/month) over the volume (requests/day).
    pub totals: Vec<Curve>,
    /// The highest volume that each serves (requests/day), where there is one.
    pub most: Vec<Option<f64>>,
}

impl Drawn {
    fn of(models: &[OptionModel]) -> Self {
        Self {
            totals: models.iter().map(OptionModel::total).collect(),
            most: models.iter().map(|m| m.max_volume.map(Real::get)).collect(),
        }
    }

    /// Cost of an option at a volume (USD/month); none where it does not serve that much.
    pub fn cost(&self, option: usize, volume: f64) -> Option<f64> {
        let served = self.most[option].is_none_or(|most| volume <= most * (1.0 + 1e-9));
        served.then(|| self.totals[option].plain(volume))
    }

    /// The cheapest option at a volume; none where nothing serves it.
    pub fn cheapest(&self, volume: f64) -> Option<usize> {
        let costs = (0..self.totals.len()).filter_map(|at| Some((at, self.cost(at, volume)?)));
        costs.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    }
}

/// Some options in the first month.
fn chosen(scenario: &Scenario, options: &[usize]) -> Result<Vec<OptionModel>, Vec<Problem>> {
    let models = compare::models(&Month::of(scenario, 0))?;
    Ok(options.iter().map(|at| models[*at].clone()).collect())
}

/// The curves of a scenario, recorded.
pub struct Recorded<'a> {
    uncertain: &'a Uncertainty<'a>,
    curves: Drawn,
    snapshot: Snapshot,
    /// Volumes between which break-evens are searched (requests/day).
    pub range: (f64, f64),
}

impl<'a> Recorded<'a> {
    /// Records the curves at the medians.
    ///
    /// # Errors
    /// What is wrong with the scenario there.
    pub fn new(uncertain: &'a Uncertainty<'a>) -> Result<Self, Failed> {
        let medians = uncertain.medians();
        let models = |inputs: &[Real]| -> Result<(Scenario, Vec<OptionModel>), Vec<Problem>> {
            let scenario = uncertain.scenario(inputs)?;
            let models = chosen(&scenario, &uncertain.options)?;
            Ok((scenario, models))
        };
        let (found, mut tape) = record(|| models(&crate::real::inputs(&medians)));
        let (scenario, models) = found.map_err(|error| Failure { at: medians, error })?;
        let curves = Drawn::of(&models);
        let mut numbers: Vec<Real> = models.iter().filter_map(|model| model.max_volume).collect();
        numbers.extend(curves.totals.iter().flat_map(Curve::numbers));
        Ok(Self {
            uncertain,
            snapshot: Snapshot::new(&mut tape, &numbers, &uncertain.limits()),
            curves,
            range: scenario.volume_range,
        })
    }

    /// The curves of the first `samples` of a block of values, one after the other.
    ///
    /// # Errors
    /// Values for which the scenario cannot be priced.
    pub fn each<T>(
        &self,
        values: &[Column],
        samples: usize,
        work: &mut Work,
        mut see: impl FnMut(&Drawn) -> T,
    ) -> Result<Vec<T>, Failed> {
        let mut numbers = vec![[0.0; BLOCK]; self.snapshot.results()];
        let missed = self.snapshot.block(values, &mut numbers, work);
        let mut one = |sample: usize| {
            let curves = if missed.contains(&sample) {
                self.anew(values, sample)?
            } else {
                self.drawn(&numbers, sample)
            };
            Ok(see(&curves))
        };
        (0..samples).map(&mut one).collect()
    }

    /// The curves with the numbers of a sample.
    fn drawn(&self, numbers: &[Column], sample: usize) -> Drawn {
        let mut numbers = numbers.iter().map(|column| column[sample]);
        let most = &self.curves.most;
        Drawn {
            most: most
                .iter()
                .map(|most| most.and_then(|_| numbers.next()))
                .collect(),
            totals: self
                .curves
                .totals
                .iter()
                .map(|curve| curve.with(&mut numbers))
                .collect(),
        }
    }

    /// The curves of a sample that takes other turns than the record.
    fn anew(&self, values: &[Column], sample: usize) -> Result<Drawn, Failed> {
        let at: Vec<f64> = values.iter().map(|column| column[sample]).collect();
        let plain: Vec<Real> = at.iter().map(|value| Real::constant(*value)).collect();
        let models = self
            .uncertain
            .scenario(&plain)
            .and_then(|scenario| chosen(&scenario, &self.uncertain.options));
        let models = models.map_err(|error| Failure { at, error })?;
        Ok(Drawn::of(&models))
    }
}
