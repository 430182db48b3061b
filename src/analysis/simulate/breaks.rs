//! At which volumes the options cross in each case, exactly, and which is the cheapest along the volume.
//!
//! For each of some samples the cost curves of the first month are drawn and taken apart as `compare` does it:
//! no crossing is lost between the points of a grid.

use std::thread;

use crate::analysis::breakeven::searched;
use crate::analysis::crossings::crossings;
use crate::analysis::draw::{Draws, RANDOMIZATIONS};
use crate::analysis::recorded::{Drawn, Failed, Recorded};
use crate::analysis::uncertain::Uncertainty;
use crate::real::{BLOCK, Work};

/// Samples of each randomization whose curves are taken apart.
pub const EACH: usize = 32;

/// What one sample gives.
#[derive(Clone, Debug)]
pub struct Case {
    /// Of each pair of options: every crossing, and whether the first is the cheaper one after it. Empty where
    /// pairs are not looked at.
    pub crossings: Vec<Vec<(f64, bool)>>,
    /// The cheapest option at each volume of the axis; none where nothing serves it.
    pub cheapest: Vec<Option<usize>>,
}

/// The pairs taken apart.
fn pairs(drawn: &Drawn, range: (f64, f64)) -> Vec<Vec<(f64, bool)>> {
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
        let mut shares = vec![[0.0; BLOCK]; self.inputs];
        let mut values = vec![[0.0; BLOCK]; self.inputs];
        draws.fill(at, 0, &mut shares, &mut values);
        let seen = |drawn: &Drawn| self.case(drawn);
        self.curves.each(&values, each, work, seen)
    }

    fn case(&self, drawn: &Drawn) -> Case {
        let axis = self.axis.iter();
        Case {
            crossings: if self.pairs {
                pairs(drawn, self.curves.range)
            } else {
                Vec::new()
            },
            cheapest: axis.map(|volume| drawn.cheapest(*volume)).collect(),
        }
    }
}
