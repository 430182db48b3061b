//! How each option's cash of each month, and its steady month, are spread over some of the samples.

use std::thread;

use super::histogram::Histogram;
use super::run::{Failed, Room};
use crate::analysis::draw::{Draws, RANDOMIZATIONS};
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Replay};

/// Relative width of the bins: 2^-8; each holds its quantile to a part of that.
const BITS: u32 = 8;

/// Most samples.
pub const MOST: u64 = 16_384;

/// The spread of every result of a computation over the first `each` samples of every randomization.
///
/// # Errors
/// Values for which it fails.
pub fn spread(
    draws: &Draws,
    replay: &Replay<'_, Vec<Problem>>,
    inputs: usize,
    each: usize,
    threads: usize,
) -> Result<Vec<Histogram>, Failed> {
    let threads = threads.clamp(1, RANDOMIZATIONS);
    let some = |of: usize| {
        let mut histograms = vec![Histogram::new(BITS); replay.results()];
        let mut room = Room::new(inputs, replay.results());
        for at in (of..RANDOMIZATIONS).step_by(threads) {
            for first in (0..each).step_by(BLOCK) {
                let samples = (each - first).min(BLOCK);
                draws.fill(at, first as u32, &mut room.shares, &mut room.values);
                replay.block(&room.values, samples, &mut room.costs, &mut room.work)?;
                for (histogram, column) in histograms.iter_mut().zip(&room.costs) {
                    histogram.add_all(&column[..samples]);
                }
            }
        }
        Ok(histograms)
    };
    let parts: Vec<Result<Vec<Histogram>, Failed>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|of| scope.spawn(move || some(of)))
            .collect();
        workers
            .into_iter()
            .map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_else(|| Ok(Vec::new()))?;
    for part in parts {
        let part = part?;
        all.iter_mut()
            .zip(&part)
            .for_each(|(sum, more)| sum.merge(more));
    }
    Ok(all)
}
