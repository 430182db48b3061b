//! Pieces of a file in Parquet, on all cores; rows that are not plain are handed out in the order of the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use arrow::array::RecordBatch;

use super::super::parquet::{Columns, Piece, Table};
use super::Sums;
use super::arrays::Filler;
use super::plan::Plan;
use super::rows::ROWS;
use super::sink::Sink;

/// Rows of a batch at most: its columns stay within the caches of a core.
const BATCH: usize = 4096;

/// Rows of a piece that the general reader has to read.
type Left = Vec<Range<usize>>;

/// What is done with a piece once it is read: the rows that are left of it.
pub type Rest<'a> = &'a mut dyn FnMut(&Piece, &[Range<usize>]) -> Result<(), String>;

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
            .filter(|column| plan.is_textual(*column))
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
        let early = || "a thread that read it has ended early".to_owned();
        let (sender, done) = mpsc::channel();
        thread::scope(|scope| {
            let start = |mut sink: Sink<'a>| {
                let sender = sender.clone();
                scope.spawn(move || {
                    let mut filler = Filler::new(self.plan);
                    while let Some((at, piece)) = self.take() {
                        let left = self.piece(piece, &mut filler, &mut sink);
                        if sender.send((at, left)).is_err() {
                            break;
                        }
                    }
                    sink.end()
                })
            };
            let threads: Vec<_> = sinks.into_iter().map(start).collect();
            // So that waiting for a piece ends where no thread is left to send one.
            drop(sender);
            let read = self.in_order(&done, rest);
            self.stopped.store(read.is_err(), Ordering::Relaxed);
            let sums = threads
                .into_iter()
                .map(|thread| thread.join().map_err(|_| early()));
            let sums: Result<Vec<_>, String> = sums.collect();
            read.and(sums)
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
    fn in_order(
        &self,
        done: &Receiver<(usize, Result<Left, String>)>,
        rest: Rest<'_>,
    ) -> Result<(), String> {
        let mut waiting = BTreeMap::new();
        for (next, piece) in self.all.iter().enumerate() {
            let left = loop {
                if let Some(left) = waiting.remove(&next) {
                    break left;
                }
                let (at, left) = done
                    .recv()
                    .map_err(|_| "a thread that read it has ended early".to_owned())?;
                waiting.insert(at, left);
            };
            rest(piece, &left?)?;
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
            count(&batch, first, filler, sink, &mut left);
            first += batch.num_rows();
        }
        Ok(left)
    }
}

/// Counts the rows of a batch; those that are not plain are left.
fn count(
    batch: &RecordBatch,
    first: usize,
    filler: &mut Filler<'_>,
    sink: &mut Sink<'_>,
    left: &mut Left,
) {
    for begin in (0..batch.num_rows()).step_by(ROWS) {
        let rows = ROWS.min(batch.num_rows() - begin);
        let part = batch.slice(begin, rows);
        sink.filled(
            |values, texts, names| filler.fill(part.columns(), rows, values, texts, names),
            |row| add(left, first + begin + row),
        );
    }
}

fn add(left: &mut Left, row: usize) {
    match left.last_mut() {
        Some(last) if last.end == row => last.end += 1,
        _ => left.push(row..row + 1),
    }
}
