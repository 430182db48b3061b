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

/// The numbers of the curves in the samples of a block.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Each number in all samples.
    pub columns: Vec<Column>,
    /// How many samples count.
    pub samples: usize,
    /// The samples for which the numbers do not hold, in order, with their own curves.
    pub others: Vec<(usize, Drawn)>,
}

impl Numbers {
    fn other(&self, sample: usize) -> Option<&Drawn> {
        let at = self.others.binary_search_by_key(&sample, |other| other.0);
        at.ok().map(|at| &self.others[at].1)
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
    numbers: Vec<Real>,
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
            numbers,
            range: scenario.volume_range,
        })
    }

    /// The options' curves at the medians, with the record of their numbers.
    pub fn at_medians(&self) -> &Drawn {
        &self.curves
    }

    /// The numbers of all curves as they were recorded: first the highest volumes that there are, then those of
    /// each curve.
    pub fn numbers(&self) -> &[Real] {
        &self.numbers
    }

    /// These numbers in the first `samples` of a block of values, and the curves of each sample that takes other
    /// turns than the record.
    ///
    /// # Errors
    /// Values for which the scenario cannot be priced.
    pub fn block(
        &self,
        values: &[Column],
        samples: usize,
        work: &mut Work,
    ) -> Result<Numbers, Failed> {
        let mut columns = vec![[0.0; BLOCK]; self.snapshot.results()];
        let missed = self.snapshot.block(values, &mut columns, work);
        let missed = missed.into_iter().filter(|sample| *sample < samples);
        let others = missed.map(|sample| Ok((sample, self.anew(values, sample)?)));
        Ok(Numbers {
            others: others.collect::<Result<_, _>>()?,
            columns,
            samples,
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
        let numbers = self.block(values, samples, work)?;
        let one = |sample: usize| match numbers.other(sample) {
            Some(curves) => see(curves),
            None => see(&self.drawn(&numbers.columns, sample)),
        };
        Ok((0..samples).map(one).collect())
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
