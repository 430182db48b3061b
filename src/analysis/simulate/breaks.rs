//! At which volumes the options cross in each case, exactly, and which is the cheapest along the volume.
//!
//! The cost curves of the first month are recorded with their numbers. For each of some samples they are
//! drawn and taken apart as `compare` does it: no crossing is lost between the points of a grid.

use std::thread;

use crate::analysis::breakeven::searched;
use crate::analysis::compare;
use crate::analysis::crossings::crossings;
use crate::analysis::draw::{Draws, RANDOMIZATIONS};
use crate::analysis::uncertain::Uncertainty;
use crate::cost::{Month, OptionModel};
use crate::curve::Curve;
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Column, Failure, Real, Snapshot, Work, record};
use crate::scenario::Scenario;

use super::run::Failed;

/// Samples of each randomization whose curves are taken apart.
pub const EACH: usize = 32;

/// What one sample gives.
#[derive(Clone, Debug)]
pub struct Case {
    /// Of each pair of options: every crossing, and whether the first is the cheaper one after it.
    pub crossings: Vec<Vec<(f64, bool)>>,
    /// The cheapest option at each volume of the axis; none where nothing serves it.
    pub cheapest: Vec<Option<usize>>,
}

/// Costs of a month over the volume, and the highest volume that each option serves.
#[derive(Clone, Debug)]
struct Curves {
    totals: Vec<Curve>,
    most: Vec<Option<f64>>,
}

impl Curves {
    fn of(models: &[OptionModel]) -> Self {
        Self {
            totals: models.iter().map(OptionModel::total).collect(),
            most: models.iter().map(|m| m.max_volume.map(Real::get)).collect(),
        }
    }

    /// The pairs taken apart, and the cheapest along an axis.
    fn case(&self, range: (f64, f64), axis: &[f64]) -> Case {
        let mut list = Vec::new();
        for a in 0..self.totals.len() {
            for b in a + 1..self.totals.len() {
                let (low, high, _) = searched(range, [self.most[a], self.most[b]]);
                let found = crossings(&self.totals[a], &self.totals[b], low, high);
                let found = found.list.iter().map(|c| (c.volume, c.first_after));
                list.push(found.collect());
            }
        }
        Case {
            crossings: list,
            cheapest: axis.iter().map(|volume| self.cheapest(*volume)).collect(),
        }
    }

    fn cheapest(&self, volume: f64) -> Option<usize> {
        let serves = |at: &usize| self.most[*at].is_none_or(|most| volume <= most * (1.0 + 1e-9));
        let costs = (0..self.totals.len())
            .filter(serves)
            .map(|at| (at, self.totals[at].at(volume)));
        costs.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    }
}

/// Some options in the first month.
fn chosen(scenario: &Scenario, options: &[usize]) -> Result<Vec<OptionModel>, Vec<Problem>> {
    let models = compare::models(&Month::of(scenario, 0))?;
    Ok(options.iter().map(|at| models[*at].clone()).collect())
}

/// The curves of a scenario, recorded.
pub struct Breaks<'a> {
    uncertain: &'a Uncertainty<'a>,
    curves: Curves,
    snapshot: Snapshot,
    range: (f64, f64),
    axis: &'a [f64],
}

impl<'a> Breaks<'a> {
    /// Records the curves at the medians.
    ///
    /// # Errors
    /// What is wrong with the scenario there.
    pub fn new(uncertain: &'a Uncertainty<'a>, axis: &'a [f64]) -> Result<Self, Failed> {
        let medians = uncertain.medians();
        let models = |inputs: &[Real]| -> Result<(Scenario, Vec<OptionModel>), Vec<Problem>> {
            let scenario = uncertain.scenario(inputs)?;
            let models = chosen(&scenario, &uncertain.options)?;
            Ok((scenario, models))
        };
        let (found, mut tape) = record(|| models(&crate::real::inputs(&medians)));
        let (scenario, models) = found.map_err(|error| Failure { at: medians, error })?;
        let curves = Curves::of(&models);
        let mut numbers: Vec<Real> = models.iter().filter_map(|model| model.max_volume).collect();
        numbers.extend(curves.totals.iter().flat_map(Curve::numbers));
        Ok(Self {
            uncertain,
            snapshot: Snapshot::new(&mut tape, &numbers, &uncertain.limits()),
            curves,
            range: scenario.volume_range,
            axis,
        })
    }

    /// The first samples of every randomization, in order.
    ///
    /// # Errors
    /// Values for which the scenario cannot be priced.
    pub fn cases(&self, draws: &Draws, each: usize, threads: usize) -> Result<Vec<Case>, Failed> {
        let threads = threads.clamp(1, RANDOMIZATIONS);
        let some = |of: usize| {
            let mut room = Work::default();
            let blocks = (of..RANDOMIZATIONS).step_by(threads);
            blocks
                .map(|at| Ok((at, self.block(draws, at, each, &mut room)?)))
                .collect::<Result<Vec<(usize, Vec<Case>)>, Failed>>()
        };
        let parts: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|of| scope.spawn(move || some(of)))
                .collect();
            let joined = workers.into_iter().map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            joined.collect()
        });
        let parts: Result<Vec<_>, Failed> = parts.into_iter().collect();
        let mut blocks: Vec<(usize, Vec<Case>)> = parts?.into_iter().flatten().collect();
        blocks.sort_by_key(|(at, _)| *at);
        Ok(blocks.into_iter().flat_map(|(_, cases)| cases).collect())
    }

    fn block(
        &self,
        draws: &Draws,
        at: usize,
        each: usize,
        work: &mut Work,
    ) -> Result<Vec<Case>, Failed> {
        let inputs = self.uncertain.inputs.len();
        let mut shares = vec![[0.0; BLOCK]; inputs];
        let mut values = vec![[0.0; BLOCK]; inputs];
        let mut numbers = vec![[0.0; BLOCK]; self.snapshot.results()];
        draws.fill(at, 0, &mut shares, &mut values);
        let missed = self.snapshot.block(&values, &mut numbers, work);
        let case = |sample: usize| {
            let curves = if missed.contains(&sample) {
                self.anew(&values, sample)?
            } else {
                self.drawn(&numbers, sample)
            };
            Ok(curves.case(self.range, self.axis))
        };
        (0..each).map(case).collect()
    }

    /// The curves with the numbers of a sample.
    fn drawn(&self, numbers: &[Column], sample: usize) -> Curves {
        let mut numbers = numbers.iter().map(|column| column[sample]);
        let most = &self.curves.most;
        Curves {
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
    fn anew(&self, values: &[Column], sample: usize) -> Result<Curves, Failed> {
        let at: Vec<f64> = values.iter().map(|column| column[sample]).collect();
        let plain: Vec<Real> = at.iter().map(|value| Real::constant(*value)).collect();
        let models = self
            .uncertain
            .scenario(&plain)
            .and_then(|scenario| chosen(&scenario, &self.uncertain.options));
        let models = models.map_err(|error| Failure { at, error })?;
        Ok(Curves::of(&models))
    }
}
