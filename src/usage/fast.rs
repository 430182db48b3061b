//! Large tables in blocks, on all cores: rows that are right go straight from their bytes into sums, and the
//! others are handed to the general reader in the order of the log. What is wrong with a row, what a table means
//! and which source it is, is known to the general reader alone.

mod border;
mod columns;
mod csv;
mod cut;
mod flat;
mod jsonl;
mod marks;
mod numbers;
mod plan;
mod rows;
mod sink;
mod spots;
mod texts;
mod tokens;

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

pub use border::Records;
pub use csv::Table;
pub use cut::{Cut, Cutter};
pub use jsonl::Lines;
pub use plan::Plan;
pub use sink::{Sink, Told};

use super::group::Grouping;

/// Bytes of a block: with what is found in it, it stays within the caches of a core.
pub const BLOCK: usize = 512 * 1024;

/// Threads beyond which groups would be held too many times over.
const MOST_THREADS: usize = 8;

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
}

impl Blocked {
    /// Nothing yet of a block of so many lines.
    fn of(lines: u64) -> Self {
        let rows = Vec::new();
        Self { rows, lines }
    }

    /// Adds a row by its begin and end.
    fn add(&mut self, begin: usize, end: usize) {
        self.rows.push((begin, end));
    }

    /// The rows in the order of the log, those that stand together as one.
    fn in_order(mut self) -> Vec<(usize, usize)> {
        self.rows.sort_unstable();
        self.rows.dedup_by(|next, last| {
            let joins = last.1 == next.0;
            if joins {
                last.1 = next.1;
            }
            joins
        });
        self.rows
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

    /// The sums.
    fn end(self) -> (Grouping, Told);
}

/// The sums of each worker.
pub type Sums = Vec<(Grouping, Told)>;

/// A block and what came of it.
struct Done {
    at: u64,
    bytes: Vec<u8>,
    blocked: Vec<(usize, usize)>,
    lines: u64,
}

/// Rows that the general reader has to read, with the number of lines before them.
pub type Rest<'a> = &'a mut dyn FnMut(u64, &[u8]) -> io::Result<()>;

/// Reads a log in blocks of about `size` bytes, with one thread for each of the workers; gives the sums, and the bytes of a record
/// that does not end within any bound, with the number of lines before it.
///
/// # Errors
/// Bytes that cannot be read, and what `rest` returns.
pub fn run<W: Work>(
    workers: Vec<W>,
    cutter: &mut Cutter<'_>,
    size: usize,
    lines: &mut u64,
    rest: Rest<'_>,
) -> io::Result<(Sums, Option<Vec<u8>>)> {
    let most = 2 * workers.len() + 1;
    let (jobs, queue) = mpsc::sync_channel(most);
    let (sender, done) = mpsc::channel();
    let queue = Mutex::new(queue);
    thread::scope(|scope| {
        let start = |worker: W| {
            let sender = sender.clone();
            let queue = &queue;
            scope.spawn(move || work(worker, queue, &sender))
        };
        let threads: Vec<_> = workers.into_iter().map(start).collect();
        // So that waiting for a block ends where no thread is left to send one.
        drop(sender);
        let mut order = InOrder {
            done: &done,
            waiting: BTreeMap::new(),
            next: 0,
            lines,
            rest,
            unused: vec![Vec::new(); most],
        };
        let read = feed(cutter, size, &jobs, &mut order);
        drop(jobs);
        let read = read.and_then(|(sent, long)| {
            while order.next < sent {
                order.wait()?;
            }
            Ok(long)
        });
        let ended = threads.into_iter().map(|thread| {
            let ended = thread.join();
            ended.map_err(|_| io::Error::other("a thread that read it has ended early"))
        });
        let sums: io::Result<Vec<_>> = ended.collect();
        Ok((sums?, read?))
    })
}

/// Cuts blocks off and hands them out; how many, and a record that does not end.
fn feed(
    cutter: &mut Cutter<'_>,
    size: usize,
    jobs: &mpsc::SyncSender<(u64, Vec<u8>)>,
    order: &mut InOrder<'_>,
) -> io::Result<(u64, Option<Vec<u8>>)> {
    for at in 0.. {
        let mut bytes = loop {
            match order.unused.pop() {
                Some(bytes) => break bytes,
                None => order.wait()?,
            }
        };
        match cutter.next(&mut bytes, size)? {
            Cut::Block => {}
            Cut::End => return Ok((at, None)),
            Cut::TooLong => return Ok((at, Some(bytes))),
        }
        if jobs.send((at, bytes)).is_err() {
            return Err(io::Error::other("no thread is left to read it"));
        }
    }
    Ok((0, None))
}

fn work<W: Work>(
    mut worker: W,
    queue: &Mutex<Receiver<(u64, Vec<u8>)>>,
    sender: &Sender<Done>,
) -> (Grouping, Told) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((at, bytes)) = job else {
            return worker.end();
        };
        let blocked = worker.block(&bytes);
        let lines = blocked.lines;
        let done = Done {
            at,
            bytes,
            blocked: blocked.in_order(),
            lines,
        };
        if sender.send(done).is_err() {
            return worker.end();
        }
    }
}

/// Blocks in the order of the log, whichever is read first.
struct InOrder<'a> {
    done: &'a Receiver<Done>,
    waiting: BTreeMap<u64, Done>,
    next: u64,
    lines: &'a mut u64,
    rest: Rest<'a>,
    /// Memory for further blocks.
    unused: Vec<Vec<u8>>,
}

impl InOrder<'_> {
    /// Waits for a block, and hands out what the general reader has to read as far as all before it is read.
    fn wait(&mut self) -> io::Result<()> {
        let lost = |_| io::Error::other("a thread that read it has ended early");
        let done = self.done.recv().map_err(lost)?;
        self.waiting.insert(done.at, done);
        while let Some(done) = self.waiting.remove(&self.next) {
            self.next += 1;
            let (mut before, mut lines) = (0, *self.lines);
            for (begin, end) in &done.blocked {
                let between = &done.bytes[before..*begin];
                lines += memchr::memchr_iter(b'\n', between).count() as u64;
                before = *begin;
                (self.rest)(lines, &done.bytes[*begin..*end])?;
            }
            *self.lines += done.lines;
            self.unused.push(done.bytes);
        }
        Ok(())
    }
}
