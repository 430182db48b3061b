//! A computation that is run for many values of its inputs: recorded once, replayed for the rest.
//!
//! A record holds while its guards do. Values for which one fails are run anew, and what that records is
//! kept, so that every result is what the computation itself gives for its values.

use std::sync::{Arc, PoisonError, RwLock};

use super::block::{BLOCK, Column, Registers};
use super::program::Program;
use super::{Real, Tape, inputs, record};

/// Records that are kept; where values take more turns than this, the rest is computed one by one.
const MOST_RECORDS: usize = 256;

/// What is run: the results for values of the inputs.
type Run<'a, E> = Box<dyn Fn(&[Real]) -> Result<Vec<Real>, E> + Send + Sync + 'a>;

/// A computation with its records.
pub struct Replay<'a, E> {
    run: Run<'a, E>,
    limits: Vec<(f64, f64)>,
    results: usize,
    records: RwLock<Vec<Arc<Program>>>,
}

/// What one thread works with.
#[derive(Clone, Debug, Default)]
pub struct Work {
    registers: Registers,
    again: Vec<Column>,
}

/// One record alone, with the samples that it does not hold for told instead of run anew.
pub struct Snapshot {
    program: Program,
}

impl Snapshot {
    /// Makes the numbers of a record ready, for inputs within limits.
    pub fn new(tape: &mut Tape, numbers: &[Real], limits: &[(f64, f64)]) -> Self {
        Self {
            program: Program::new(tape, numbers, limits),
        }
    }

    /// How many numbers there are.
    pub fn results(&self) -> usize {
        self.program.results.len()
    }

    /// The numbers for a block of values, and the samples for which they do not hold.
    pub fn block(&self, inputs: &[Column], out: &mut [Column], work: &mut Work) -> Vec<usize> {
        work.registers.run(&self.program, inputs);
        for (column, register) in out.iter_mut().zip(&self.program.results) {
            column.copy_from_slice(work.registers.column(*register));
        }
        work.registers.missed(&self.program)
    }
}

/// Values of the inputs for which a computation fails.
#[derive(Clone, Debug)]
pub struct Failure<E> {
    /// The values.
    pub at: Vec<f64>,
    /// Why.
    pub error: E,
}

impl<'a, E> Replay<'a, E> {
    /// Records a computation at some values of its inputs, which lie within limits.
    ///
    /// # Errors
    /// What the computation fails with at these values.
    pub fn new(
        run: impl Fn(&[Real]) -> Result<Vec<Real>, E> + Send + Sync + 'a,
        at: &[f64],
        limits: &[(f64, f64)],
    ) -> Result<Self, Failure<E>> {
        let mut replay = Self {
            run: Box::new(run),
            limits: limits.to_vec(),
            results: 0,
            records: RwLock::new(Vec::new()),
        };
        replay.results = replay.anew(at)?.results.len();
        Ok(replay)
    }

    /// How many results there are.
    pub fn results(&self) -> usize {
        self.results
    }

    /// How many ways through the computation were recorded.
    pub fn ways(&self) -> usize {
        self.list().len()
    }

    fn list(&self) -> Vec<Arc<Program>> {
        self.records
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Runs the computation at some values and keeps its record.
    fn anew(&self, at: &[f64]) -> Result<Arc<Program>, Failure<E>> {
        let (results, mut tape) = record(|| (self.run)(&inputs(at)));
        let results = results.map_err(|error| Failure {
            at: at.to_vec(),
            error,
        })?;
        let program = Arc::new(Program::new(&mut tape, &results, &self.limits));
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        if records.len() < MOST_RECORDS {
            records.push(Arc::clone(&program));
        }
        Ok(program)
    }

    /// The results for a block of values: the first `samples` of each column.
    ///
    /// # Errors
    /// Values for which the computation fails.
    pub fn block(
        &self,
        inputs: &[Column],
        samples: usize,
        out: &mut [Column],
        work: &mut Work,
    ) -> Result<(), Failure<E>> {
        let programs = self.list();
        work.registers.run(&programs[0], inputs);
        for (column, register) in out.iter_mut().zip(&programs[0].results) {
            column.copy_from_slice(work.registers.column(*register));
        }
        if programs[0].checks.is_empty() {
            return Ok(());
        }
        let missed: Vec<usize> = work.registers.missed(&programs[0]);
        let missed = missed.into_iter().filter(|at| *at < samples).collect();
        self.others(&programs, missed, inputs, out, work)
    }

    /// The samples that the first record does not hold for.
    fn others(
        &self,
        programs: &[Arc<Program>],
        mut missed: Vec<usize>,
        inputs: &[Column],
        out: &mut [Column],
        work: &mut Work,
    ) -> Result<(), Failure<E>> {
        for program in &programs[1..] {
            missed = run_some(program, &missed, inputs, out, work);
        }
        while let Some(first) = missed.first().copied() {
            let at: Vec<f64> = inputs.iter().map(|column| column[first]).collect();
            let program = self.anew(&at)?;
            missed = run_some(&program, &missed, inputs, out, work);
            // Recorded for it, so it holds for it, whatever rounding says of its guards.
            missed.retain(|sample| *sample != first);
        }
        Ok(())
    }

    /// The results at one point.
    ///
    /// # Errors
    /// What the computation fails with there.
    pub fn at(&self, values: &[f64]) -> Result<Vec<f64>, Failure<E>> {
        let inputs: Vec<Column> = values.iter().map(|value| [*value; BLOCK]).collect();
        let mut out = vec![[0.0; BLOCK]; self.results];
        self.block(&inputs, 1, &mut out, &mut Work::default())?;
        Ok(out.iter().map(|column| column[0]).collect())
    }
}

/// Runs a program on some samples of a block; those that it does not hold for remain.
fn run_some(
    program: &Program,
    samples: &[usize],
    inputs: &[Column],
    out: &mut [Column],
    work: &mut Work,
) -> Vec<usize> {
    if samples.is_empty() {
        return Vec::new();
    }
    work.again.clear();
    for column in inputs {
        let mut some = [column[samples[0]]; BLOCK];
        for (to, from) in some.iter_mut().zip(samples) {
            *to = column[*from];
        }
        work.again.push(some);
    }
    work.registers.run(program, &work.again);
    let missed = work.registers.missed(program);
    for (at, sample) in samples.iter().enumerate() {
        for (column, register) in out.iter_mut().zip(&program.results) {
            column[*sample] = work.registers.column(*register)[at];
        }
    }
    let remaining = samples
        .iter()
        .enumerate()
        .filter(|(at, _)| missed.contains(at));
    remaining.map(|(_, sample)| *sample).collect()
}
