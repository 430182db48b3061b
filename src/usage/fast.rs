//! Large tables in blocks, on all cores: rows that are right go straight from their bytes into sums, and the
//! others are handed to the general reader in the order of the log. What is wrong with a row, what a table means
//! and which source it is, is known to the general reader alone.

#[cfg(feature = "parquet")]
mod arrays;
mod border;
mod columns;
mod csv;
mod cut;
mod flat;
mod held;
mod in_order;
mod jsonl;
mod marks;
mod near;
mod numbers;
#[cfg(feature = "parquet")]
pub mod pieces;
mod plan;
mod rows;
mod sink;
mod spots;
#[cfg(test)]
mod tests;
mod texts;
mod tokens;

use std::io;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};

pub use border::Records;
pub use csv::Table;
pub use cut::{Cut, Cutter};
use held::Claim;
#[cfg(feature = "parquet")]
pub use in_order::Claims;
pub use in_order::Rest;
use in_order::{Done, Early, Open, ended_early, in_order};
pub use jsonl::Lines;
pub use plan::Plan;
pub use sink::{Sink, Told};

use super::group::Grouping;

/// Bytes of a block: with what is found in it, it stays within the caches of a core.
pub const BLOCK: usize = 512 * 1024;

/// Threads beyond which groups would be held too many times over.
const MOST_THREADS: usize = 8;

/// Blocks of which nothing is left that wait until they are told: each time another thread has to wake up.
const MOST_WAITING: usize = 16;

/// Blocks of a thread that wait until their copies are told.
const MOST_OPEN: usize = 2;

/// Threads for the machine at hand.
pub fn threads() -> usize {
    thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS)
}

/// What is left of a block.
#[derive(Debug)]
pub struct Blocked {
    /// Rows that the general reader has to read.
    rows: Vec<(usize, usize)>,
    /// Ends of lines in the whole block.
    lines: u64,
    /// What tells calls of the other rows, where copies do not count: they wait until those are told.
    claims: Option<Vec<Claim>>,
}

impl Blocked {
    /// Nothing yet of a block of so many lines.
    fn of(lines: u64) -> Self {
        Self {
            rows: Vec::new(),
            lines,
            claims: None,
        }
    }

    /// Adds a row by its begin and end.
    fn add(&mut self, begin: usize, end: usize) {
        self.rows.push((begin, end));
    }

    /// The rows in the order of the log, those that stand together as one.
    fn in_order(&mut self) -> Vec<(usize, usize)> {
        self.rows.sort_unstable();
        self.rows.dedup_by(|next, last| {
            let joins = last.1 == next.0;
            if joins {
                last.1 = next.1;
            }
            joins
        });
        std::mem::take(&mut self.rows)
    }
}

/// Whether bytes are text as the general reader takes it: UTF-8 without NUL.
fn is_text(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok()
}

/// The keys of flat objects on lines, in the order in which they are met.
pub fn keys(lines: &[u8]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for line in lines.split(|byte| *byte == b'\n') {
        flat::object(line, |key, _, _| {
            let key = String::from_utf8_lossy(key);
            if !keys.iter().any(|known| *known == key) {
                keys.push(key.into_owned());
            }
            true
        });
    }
    keys
}

/// Reads blocks.
pub trait Work: Send {
    /// Reads a block of whole records; gives those that the general reader has to read.
    fn block(&mut self, bytes: &[u8]) -> Blocked;

    /// Counts the rows of the first block that waits for it, without those whose claims are copies.
    fn settle(&mut self, copies: &[u32]);

    /// The sums.
    fn end(self) -> (Grouping, Told);
}

/// The sums of each worker.
pub type Sums = Vec<(Grouping, Told)>;

/// Reads a log in blocks of about `size` bytes, with one thread for each of the workers; gives the sums, and the bytes of a record
/// that does not end within any bound, with the number of lines before it. Each thread reads its blocks itself, one at
/// a time, so that they are in the caches of its core.
///
/// # Errors
/// Bytes that cannot be read, and what `rest` returns.
pub fn run<W: Work>(
    workers: Vec<W>,
    cutter: &mut Cutter<'_>,
    size: usize,
    lines: &mut u64,
    rest: &mut dyn Rest,
) -> io::Result<(Sums, Option<Vec<u8>>)> {
    let (sender, done) = mpsc::sync_channel(2 * workers.len());
    let feed = Mutex::new(Feed {
        cutter,
        size,
        next: 0,
        end: None,
    });
    let (sums, read) = thread::scope(|scope| {
        let start = |worker: W| {
            let (sender, feed) = (sender.clone(), &feed);
            scope.spawn(move || work(worker, feed, &sender))
        };
        let threads: Vec<_> = workers.into_iter().map(start).collect();
        // So that waiting for a block ends where no thread is left to send one.
        drop(sender);
        let read = in_order(done, lines, rest);
        if read.is_err() {
            locked(&feed).end.get_or_insert(Ok(None));
        }
        let ended: Vec<_> = threads.into_iter().map(ScopedJoinHandle::join).collect();
        let ended = ended
            .into_iter()
            .map(|sums| sums.map_err(|_| ended_early()));
        (ended.collect::<io::Result<Sums>>(), read)
    });
    read?;
    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((sums?, feed.end.unwrap_or(Ok(None))?))
}

/// Where blocks come from.
struct Feed<'c, 'a> {
    cutter: &'c mut Cutter<'a>,
    size: usize,
    next: u64,
    /// Whether there are no more of them: a record that does not end, or what is wrong.
    end: Option<io::Result<Option<Vec<u8>>>>,
}

impl Feed<'_, '_> {
    /// Reads the next block; its number.
    fn next(&mut self, block: &mut Vec<u8>) -> Option<u64> {
        if self.end.is_some() {
            return None;
        }
        self.end = match self.cutter.next(block, self.size) {
            Ok(Cut::Block) => {
                self.next += 1;
                return Some(self.next - 1);
            }
            Ok(Cut::End) => Some(Ok(None)),
            Ok(Cut::TooLong) => Some(Ok(Some(std::mem::take(block)))),
            Err(error) => Some(Err(error)),
        };
        None
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work<W: Work>(
    mut worker: W,
    feed: &Mutex<Feed<'_, '_>>,
    sender: &SyncSender<Vec<Done>>,
) -> (Grouping, Told) {
    // Nobody waits for it where reading has ended already.
    let _early = Early(|| sender.send(Vec::new()).unwrap_or_default());
    let (mut block, mut waiting) = (Vec::new(), Vec::new());
    let mut open = Open::default();
    loop {
        let next = locked(feed).next(&mut block);
        let Some(at) = next else {
            if !waiting.is_empty() {
                // Nobody waits for it where reading has ended early.
                let _ = sender.send(waiting);
            }
            open.settle(0, |copies| worker.settle(copies));
            return worker.end();
        };
        let mut blocked = worker.block(&block);
        let lines = blocked.lines;
        let left = blocked.in_order();
        let bytes = if left.is_empty() {
            Vec::new()
        } else {
            std::mem::take(&mut block)
        };
        let tells = !left.is_empty() || blocked.claims.is_some() || waiting.len() >= MOST_WAITING;
        let claims = open.claims(blocked.claims);
        waiting.push(Done {
            at,
            bytes,
            left,
            lines,
            claims,
        });
        if tells && sender.send(std::mem::take(&mut waiting)).is_err() {
            return worker.end();
        }
        if !open.settle(MOST_OPEN, |copies| worker.settle(copies)) {
            return worker.end();
        }
    }
}
