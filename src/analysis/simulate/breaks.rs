//! At which volumes the options cross in each case, exactly, and which is the cheapest along the volume.
//!
//! For each of some samples the cost curves of the first month are drawn and taken apart as `compare` does it:
//! no crossing is lost between the points of a grid.

use std::thread;

use crate::analysis::breakeven::searched;
use crate::analysis::bundle::Bundle;
use crate::analysis::crossings::crossings;
use crate::analysis::draw::{Draws, RANDOMIZATIONS};
use crate::analysis::parallel;
use crate::analysis::recorded::{Drawn, Failed, Numbers, Recorded};
use crate::analysis::uncertain::Uncertainty;
use crate::real::{BLOCK, Work};

/// Samples of each randomization whose curves are taken apart.
pub const EACH: usize = 32;

/// What one sample gives.
#[derive(Clone, Debug)]
pub struct Case {
    /// Those of each pair of options. Empty where pairs are not looked at.
    pub crossings: Crossed,
    /// Those along the axis.
    pub cheapest: Winners,
}

/// Of each pair of options: every crossing, and whether the first is the cheaper one after it.
type Crossed = Vec<Vec<(f64, bool)>>;
/// Of each case, or along the axis: the cheapest option; none where nothing serves.
type Winners = Vec<Option<usize>>;

/// The pairs taken apart.
fn pairs(drawn: &Drawn, range: (f64, f64)) -> Crossed {
    let mut list = Vec::new();
    for a in 0..drawn.totals.len() {
        for b in a + 1..drawn.totals.len() {
            let (low, high, _) = searched(range, [drawn.most[a], drawn.most[b]]);
            let found = crossings(&drawn.totals[a], &drawn.totals[b], low, high);
            let found = found.list.iter().map(|c| (c.volume, c.first_after));
            list.push(found.collect());
        }
    }
    list
}

/// The curves of a scenario, recorded, and the volumes that are looked at.
pub struct Breaks<'a> {
    curves: Recorded<'a>,
    inputs: usize,
    axis: &'a [f64],
    pairs: bool,
}

impl<'a> Breaks<'a> {
    /// Records the curves at the medians, to look at an axis and, where that is wanted, at the pairs.
    ///
    /// # Errors
    /// What is wrong with the scenario there.
    pub fn new(
        uncertain: &'a Uncertainty<'a>,
        axis: &'a [f64],
        pairs: bool,
    ) -> Result<Self, Failed> {
        Ok(Self {
            curves: Recorded::new(uncertain)?,
            inputs: uncertain.inputs.len(),
            axis,
            pairs,
        })
    }

    /// The first samples of every randomization, in order.
    ///
    /// # Errors
    /// Values for which the scenario cannot be priced.
    pub fn cases(&self, draws: &Draws, each: usize, threads: usize) -> Result<Vec<Case>, Failed> {
        let threads = threads.clamp(1, RANDOMIZATIONS);
        let mut crossings = if self.pairs {
            self.crossed(draws, each, threads)?.into_iter()
        } else {
            Vec::new().into_iter()
        };
        let cheapest = self.cheapest(draws, each, threads)?;
        let case = |cheapest| Case {
            crossings: crossings.next().unwrap_or_default(),
            cheapest,
        };
        Ok(cheapest.into_iter().map(case).collect())
    }

    /// The crossings of every case.
    fn crossed(&self, draws: &Draws, each: usize, threads: usize) -> Result<Vec<Crossed>, Failed> {
        let some = |of: usize| {
            let mut room = Work::default();
            let blocks = (of..RANDOMIZATIONS).step_by(threads);
            blocks
                .map(|at| Ok((at, self.block(draws, at, each, &mut room)?)))
                .collect::<Result<Vec<(usize, Vec<Crossed>)>, Failed>>()
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
        let mut blocks: Vec<(usize, Vec<Crossed>)> = parts?.into_iter().flatten().collect();
        blocks.sort_by_key(|(at, _)| *at);
        Ok(blocks.into_iter().flat_map(|(_, cases)| cases).collect())
    }

    /// The cheapest option at each volume of the axis, in every case.
    fn cheapest(&self, draws: &Draws, each: usize, threads: usize) -> Result<Vec<Winners>, Failed> {
        let blocks = self.packed(draws, each)?;
        let cases: usize = blocks.iter().map(|block| block.samples).sum();
        let parts: Vec<&[f64]> = self
            .axis
            .chunks(self.axis.len().div_ceil(threads).max(1))
            .collect();
        let rows = parallel::each(&parts, 1, |volumes| self.rows(&blocks, volumes, cases));
        let rows: Vec<Winners> = rows.into_iter().flatten().collect();
        let of = |case: usize| rows.iter().map(|row| row[case]).collect();
        Ok((0..cases).map(of).collect())
    }

    /// The numbers of all cases, in as few blocks as hold them.
    fn packed(&self, draws: &Draws, each: usize) -> Result<Vec<Numbers>, Failed> {
        if each == 0 {
            return Ok(Vec::new());
        }
        let mut work = Work::default();
        let mut shares = vec![[0.0; BLOCK]; self.inputs];
        let mut some = vec![[0.0; BLOCK]; self.inputs];
        let randomizations: Vec<usize> = (0..RANDOMIZATIONS).collect();
        let blocks = randomizations.chunks(BLOCK / each).map(|together| {
            let mut values = vec![[0.0; BLOCK]; self.inputs];
            for (at, randomization) in together.iter().enumerate() {
                draws.fill(*randomization, 0, &mut shares, &mut some);
                for (to, from) in values.iter_mut().zip(&some) {
                    // What no case fills holds the values of one, which can be priced.
                    let end = if at == 0 { BLOCK } else { (at + 1) * each };
                    to[at * each..end].copy_from_slice(&from[..end - at * each]);
                }
            }
            self.curves.block(&values, together.len() * each, &mut work)
        });
        blocks.collect()
    }

    /// The cheapest option in every case, at each of some volumes.
    fn rows(&self, blocks: &[Numbers], volumes: &[f64], cases: usize) -> Vec<Winners> {
        let options = 0..self.curves.at_medians().totals.len();
        let bundles = options.map(|option| Bundle::new(option, &self.curves, blocks));
        let mut bundles: Vec<Bundle<'_>> = bundles.collect();
        let mut costs = Vec::with_capacity(cases);
        let mut row = |volume: &f64| {
            let mut best: Vec<(Option<usize>, f64)> = vec![(None, f64::INFINITY); cases];
            for (option, bundle) in bundles.iter_mut().enumerate() {
                costs.clear();
                bundle.costs(*volume, &mut costs);
                for (best, cost) in best.iter_mut().zip(&costs) {
                    if beats(*cost, best.1) {
                        *best = (Some(option), *cost);
                    }
                }
            }
            best.into_iter().map(|(option, _)| option).collect()
        };
        volumes.iter().map(&mut row).collect()
    }

    fn block(
        &self,
        draws: &Draws,
        at: usize,
        each: usize,
        work: &mut Work,
    ) -> Result<Vec<Crossed>, Failed> {
        let mut shares = vec![[0.0; BLOCK]; self.inputs];
        let mut values = vec![[0.0; BLOCK]; self.inputs];
        draws.fill(at, 0, &mut shares, &mut values);
        let range = self.curves.range;
        self.curves
            .each(&values, each, work, |drawn| pairs(drawn, range))
    }
}

/// What must be between two costs for one to be the lower one: what options share costs the same but for rounding.
const ALIKE: f64 = 1e-12;

/// Whether a cost is below the least of the ones before.
fn beats(cost: f64, least: f64) -> bool {
    cost < least && (least == f64::INFINITY || least - cost > ALIKE * least.abs())
}
