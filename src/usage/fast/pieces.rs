//! Pieces of a file in Parquet, on all cores; rows that are not plain are handed out in the order of the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use arrow::array::RecordBatch;

use super::super::parquet::{Columns, Piece, Table};
use super::Sums;
use super::arrays::{Filler, id};
use super::in_order::{Claims, Early, Open, ended_early};
use super::plan::Plan;
use super::rows::ROWS;
use super::sink::Sink;

/// Rows of a batch at most: its columns stay within the caches of a core.
const BATCH: usize = 4096;

/// Rows of a piece that the general reader has to read.
type Left = Vec<Range<usize>>;

/// What is done with a piece once it is read: the rows that are left of it, and the claims of the others.
pub type Rest<'a> = &'a mut dyn FnMut(&Piece, &[Range<usize>], &mut Claims) -> Result<(), String>;

/// What came of a piece; none where a thread has ended early.
type Done = Option<(usize, Result<Left, String>, Claims)>;

/// Pieces of a thread that wait until their copies are told.
const MOST_OPEN: usize = 1;

/// Pieces that are read by the same plan.
pub struct Pieces<'a> {
    table: &'a Table,
    plan: &'a Plan<'a>,
    columns: Columns,
    all: Vec<Piece>,
    /// Rows of a batch.
    batch: usize,
    next: AtomicUsize,
    stopped: AtomicBool,
}

impl<'a> Pieces<'a> {
    /// Pieces of a table in batches of so many rows, if fewer than usual.
    ///
    /// # Errors
    /// Columns that cannot be read.
    pub fn new(
        table: &'a Table,
        plan: &'a Plan<'a>,
        pieces: Vec<Piece>,
        batch: usize,
    ) -> Result<Self, String> {
        let all = 0..table.heads().len();
        let read: Vec<usize> = all
            .filter(|column| plan.slots[*column] < plan.read)
            .collect();
        let texts: Vec<usize> = read
            .iter()
            .copied()
            .filter(|column| plan.repeats(*column))
            .collect();
        Ok(Self {
            table,
            plan,
            columns: table.columns(&read, &texts)?,
            all: pieces,
            batch: batch.clamp(1, BATCH),
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        })
    }

    /// Reads all of them, with one thread for each of the sinks.
    ///
    /// # Errors
    /// A file that cannot be read, and what `rest` returns.
    pub fn run(&self, sinks: Vec<Sink<'a>>, rest: Rest<'_>) -> Result<Sums, String> {
        let (sender, done) = mpsc::channel();
        thread::scope(|scope| {
            let start = |mut sink: Sink<'a>| {
                let sender = sender.clone();
                scope.spawn(move || {
                    // Nobody waits for it where reading has ended already.
                    let _early = Early(|| sender.send(None).unwrap_or_default());
                    let (mut filler, mut open) = (Filler::new(self.plan), Open::default());
                    while let Some((at, piece)) = self.take() {
                        let left = self.piece(piece, &mut filler, &mut sink);
                        let claims = open.claims(sink.end_block());
                        if sender.send(Some((at, left, claims))).is_err() {
                            break;
                        }
                        if !open.settle(MOST_OPEN, |copies| sink.settle(copies)) {
                            break;
                        }
                    }
                    open.settle(0, |copies| sink.settle(copies));
                    sink.end()
                })
            };
            let threads: Vec<_> = sinks.into_iter().map(start).collect();
            // So that waiting for a piece ends where no thread is left to send one.
            drop(sender);
            let read = self.in_order(done, rest);
            self.stopped.store(read.is_err(), Ordering::Relaxed);
            let sums = threads
                .into_iter()
                .map(|thread| thread.join().map_err(|_| ended_early().to_string()));
            let sums: Vec<_> = sums.collect();
            read.and(sums.into_iter().collect())
        })
    }

    /// The next piece, unless an error has ended the run.
    fn take(&self) -> Option<(usize, &Piece)> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        Some((at, self.all.get(at)?))
    }

    /// Hands out what is left of the pieces in their order, whichever is read first.
    fn in_order(&self, done: Receiver<Done>, rest: Rest<'_>) -> Result<(), String> {
        // With it go the claims that are left where this ends early, so that no thread waits for them.
        let mut done = done.into_iter();
        let mut waiting = BTreeMap::new();
        for (next, piece) in self.all.iter().enumerate() {
            let (left, mut claims) = loop {
                if let Some(done) = waiting.remove(&next) {
                    break done;
                }
                let told = done.next().flatten();
                let (at, left, claims) = told.ok_or_else(|| ended_early().to_string())?;
                waiting.insert(at, (left, claims));
            };
            rest(piece, &left?, &mut claims)?;
        }
        Ok(())
    }

    fn piece(
        &self,
        piece: &Piece,
        filler: &mut Filler<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<Left, String> {
        let mut left = Left::new();
        let mut first = piece.rows.start;
        for batch in self.table.batches(&self.columns, piece, self.batch)? {
            let batch = batch?;
            count(self.plan, &batch, first, filler, sink, &mut left);
            first += batch.num_rows();
        }
        Ok(left)
    }
}

/// Counts the rows of a batch; those that are not plain are left.
fn count(
    plan: &Plan<'_>,
    batch: &RecordBatch,
    first: usize,
    filler: &mut Filler<'_>,
    sink: &mut Sink<'_>,
    left: &mut Left,
) {
    for begin in (0..batch.num_rows()).step_by(ROWS) {
        let rows = ROWS.min(batch.num_rows() - begin);
        let columns = &plan.holds.id;
        let part = batch.slice(begin, rows);
        sink.filled(
            |values, texts, names| filler.fill(part.columns(), rows, values, texts, names),
            |row| add(left, first + begin + row),
            |row, failed| {
                let id = id(part.columns(), columns, row, failed)?;
                Some(((first + begin + row) as u32, id))
            },
        );
    }
}

fn add(left: &mut Left, row: usize) {
    match left.last_mut() {
        Some(last) if last.end == row => last.end += 1,
        _ => left.push(row..row + 1),
    }
}
