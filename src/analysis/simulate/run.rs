//! Running the samples: randomizations are shared out among threads, each in its own order, so that the
//! results do not depend on how many threads there are.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use super::tally::Tally;
use crate::analysis::draw::{Draws, RANDOMIZATIONS, part_of};
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Column, Replay, Work};

pub use crate::analysis::recorded::Failed;

/// What hears how many samples are done, and says whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(u64) -> bool;

/// Samples between two words to the watch.
const CHUNK: u64 = 4_096;

/// Samples of a randomization of which the parts are kept.
pub const PARTED: u64 = 8_192;

/// How a thread ends: where it met the first failure, by chunk and randomization.
type End = Result<(), ((u64, usize), Failed)>;

/// What the samples are made with.
#[derive(Clone, Copy)]
pub struct Runner<'a> {
    /// Draws of the inputs.
    pub draws: &'a Draws,
    /// The present value of each option.
    pub replay: &'a Replay<'a, Vec<Problem>>,
    /// Number of inputs.
    pub inputs: usize,
    /// Number of threads.
    pub threads: usize,
}

impl Runner<'_> {
    /// Brings the tallies of all randomizations to so many samples; whether that was finished.
    ///
    /// # Errors
    /// The first values for which the scenario cannot be priced.
    pub fn run(
        &self,
        tallies: &mut [Tally],
        samples: u64,
        watch: Watch<'_>,
    ) -> Result<bool, Failed> {
        let threads = self.threads.clamp(1, RANDOMIZATIONS);
        let stop = &AtomicBool::new(false);
        let mut shared: Vec<Vec<(usize, &mut Tally)>> = Vec::new();
        shared.resize_with(threads, Vec::new);
        for (at, tally) in tallies.iter_mut().enumerate() {
            shared[at % threads].push((at, tally));
        }
        thread::scope(|scope| {
            let (send, receive) = mpsc::channel();
            let workers: Vec<_> = shared
                .into_iter()
                .map(|mine| {
                    let send = send.clone();
                    scope.spawn(move || self.work(mine, samples, stop, &send))
                })
                .collect();
            drop(send);
            for done in receive {
                if !watch(done) {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            let ends = workers.into_iter().map(|worker| match worker.join() {
                Ok(end) => end,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            first_failure(ends.collect())
        })?;
        Ok(!stop.load(Ordering::Relaxed))
    }

    /// The samples of some randomizations, a chunk of each in turn.
    fn work(
        &self,
        mut mine: Vec<(usize, &mut Tally)>,
        samples: u64,
        stop: &AtomicBool,
        send: &mpsc::Sender<u64>,
    ) -> End {
        let mut room = Room::new(self.inputs, self.replay.results());
        loop {
            let (mut unfinished, mut done) = (false, 0);
            for (at, tally) in &mut mine {
                let target = part_of(samples, *at);
                let (begin, end) = (tally.count, target.min(tally.count + CHUNK));
                while tally.count < end {
                    self.block(*at, tally, end, &mut room)
                        .map_err(|failed| ((begin, *at), failed))?;
                }
                unfinished |= end < target;
                done += end - begin;
                if stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
            }
            // A word for each round: to wake who listens costs as much as some hundred samples.
            let heard = done == 0 || send.send(done).is_ok();
            if !unfinished || !heard {
                return Ok(());
            }
        }
    }

    fn block(&self, at: usize, tally: &mut Tally, end: u64, room: &mut Room) -> Result<(), Failed> {
        let first = tally.count;
        let samples = (end - first).min(BLOCK as u64) as usize;
        let Room {
            shares,
            values,
            costs,
            work,
        } = room;
        self.draws.fill(at, first as u32, shares, values);
        self.replay.block(values, samples, costs, work)?;
        tally.add(samples, shares, costs, first < PARTED);
        Ok(())
    }
}

/// What a thread works in.
pub struct Room {
    /// Share of the cases below each value.
    pub shares: Vec<Column>,
    /// Values of the inputs.
    pub values: Vec<Column>,
    /// Results.
    pub costs: Vec<Column>,
    /// Registers.
    pub work: Work,
}

impl Room {
    /// Room for so many inputs and results.
    pub fn new(inputs: usize, results: usize) -> Self {
        Self {
            shares: vec![[0.0; BLOCK]; inputs],
            values: vec![[0.0; BLOCK]; inputs],
            costs: vec![[0.0; BLOCK]; results],
            work: Work::default(),
        }
    }
}

/// The failure that comes first in the order of the samples, whatever thread met it.
fn first_failure(ends: Vec<End>) -> Result<(), Failed> {
    let failed = ends.into_iter().filter_map(Result::err);
    match failed.min_by_key(|(at, _)| *at) {
        Some((_, failed)) => Err(failed),
        None => Ok(()),
    }
}
