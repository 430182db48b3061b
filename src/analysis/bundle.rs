//! The cost of an option over the volume in many draws at once: the cost curve is recorded as a function of
//! its numbers and the volume, so that each of its steps is one run over a block of draws.

use std::collections::HashMap;

use super::recorded::{Drawn, Numbers, Recorded};
use crate::real::{BLOCK, Column, Real, Snapshot, Work, input, record};

/// The curves of one option.
pub struct Bundle<'a> {
    option: usize,
    cost: Snapshot,
    blocks: Vec<Block<'a>>,
    work: Work,
}

/// Its curves in the draws of a block.
struct Block<'a> {
    /// The numbers of the curve, and behind them the volume.
    inputs: Vec<Column>,
    /// The highest volume that is served.
    most: Option<Column>,
    samples: usize,
    others: &'a [(usize, Drawn)],
}

impl<'a> Bundle<'a> {
    /// The curves of an option in some blocks of draws.
    pub fn new(option: usize, recorded: &Recorded<'_>, blocks: &'a [Numbers]) -> Self {
        let curves = recorded.at_medians();
        let mut places = HashMap::new();
        for (at, number) in recorded.numbers().iter().enumerate() {
            if let Some(node) = number.node() {
                places.entry(node).or_insert(at);
            }
        }
        // Where each input of the new record stands among the numbers: one that occurs twice is one input.
        let mut inputs: Vec<usize> = Vec::new();
        let (cost, mut tape) = record(|| {
            let mut number = |number: Real| match number.node().and_then(|node| places.get(&node)) {
                Some(place) => {
                    let known = inputs.iter().position(|known| known == place);
                    let at = known.unwrap_or(inputs.len());
                    if known.is_none() {
                        inputs.push(*place);
                    }
                    input(1 + at as u32, number.get())
                }
                None => Real::constant(number.get()),
            };
            let curve = curves.totals[option].map(&mut number);
            curve.at(input(0, 1.0))
        });
        let limits = vec![(f64::NEG_INFINITY, f64::INFINITY); 1 + inputs.len()];
        // The highest volumes stand first, of those options that have one.
        let most = curves.most[option].is_some().then(|| {
            let before = curves.most[..option].iter();
            before.filter(|most| most.is_some()).count()
        });
        let block = |numbers: &'a Numbers| {
            let columns = inputs.iter().map(|place| numbers.columns[*place]);
            Block {
                inputs: std::iter::once([0.0; BLOCK]).chain(columns).collect(),
                most: most.map(|at| numbers.columns[at]),
                samples: numbers.samples,
                others: &numbers.others,
            }
        };
        Self {
            option,
            cost: Snapshot::new(&mut tape, &[cost], &limits),
            blocks: blocks.iter().map(block).collect(),
            work: Work::default(),
        }
    }

    /// Adds the cost of each draw at a volume (USD/month) to a list, in order; infinite where the option does not
    /// serve that much.
    pub fn costs(&mut self, volume: f64, list: &mut Vec<f64>) {
        let mut out = [[0.0; BLOCK]];
        for block in &mut self.blocks {
            block.inputs[0] = [volume; BLOCK];
            // A curve takes no turns: its maxima, minima and steps are steps of the record.
            self.cost.block(&block.inputs, &mut out, &mut self.work);
            let [costs] = &mut out;
            if let Some(most) = &block.most {
                for (cost, most) in costs.iter_mut().zip(most) {
                    if volume > most * (1.0 + 1e-9) {
                        *cost = f64::INFINITY;
                    }
                }
            }
            for (sample, drawn) in block.others {
                costs[*sample] = drawn.cost(self.option, volume).unwrap_or(f64::INFINITY);
            }
            list.extend_from_slice(&costs[..block.samples]);
        }
    }
}
