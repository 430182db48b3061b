//! What comes of blocks, taken up in the order of the log whichever of them is done first.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, Sender};

use super::super::record::Id;
use super::held::Claim;

/// What came of a block.
pub struct Done {
    /// Its number.
    pub at: u64,
    /// The block, where rows of it are left.
    pub bytes: Vec<u8>,
    /// Rows that the general reader has to read.
    pub left: Vec<(usize, usize)>,
    /// Ends of lines in it.
    pub lines: u64,
    /// Claims of its rows, and who waits for the places of copies among them.
    pub claims: Option<(Vec<Claim>, Sender<Vec<u32>>)>,
}

/// What is asked of the general reader, in the order of the log.
pub trait Rest {
    /// Reads rows with so many lines before them.
    ///
    /// # Errors
    /// What is wrong, where the first such row ends the run.
    fn read(&mut self, lines: u64, rows: &[u8]) -> io::Result<()>;

    /// Whether a call was counted before; from now on it was.
    fn is_copy(&mut self, id: Id) -> bool;
}

/// Why there are no sums.
pub fn ended_early() -> io::Error {
    io::Error::other("a thread that read it has ended early")
}

/// Hands out what the general reader has to read, and tells each block its copies.
///
/// # Errors
/// What the general reader returns, and a thread that has ended early.
pub fn in_order(done: Receiver<Vec<Done>>, lines: &mut u64, rest: &mut dyn Rest) -> io::Result<()> {
    let (mut waiting, mut next) = (BTreeMap::new(), 0);
    for some in done {
        if some.is_empty() {
            return Err(ended_early());
        }
        waiting.extend(some.into_iter().map(|one| (one.at, one)));
        while let Some(done) = waiting.remove(&next) {
            next += 1;
            let (mut before, mut place) = (0, *lines);
            let (claims, reply) = done.claims.unzip();
            let mut claims = Claims::of(claims.as_deref().unwrap_or_default());
            for (begin, end) in &done.left {
                claims.settle(*begin, rest);
                let between = &done.bytes[before..*begin];
                place += memchr::memchr_iter(b'\n', between).count() as u64;
                before = *begin;
                rest.read(place, &done.bytes[*begin..*end])?;
            }
            claims.settle(usize::MAX, rest);
            if let Some(reply) = reply {
                // Nobody waits for it where a thread has ended early.
                let _ = reply.send(claims.copies);
            }
            *lines += done.lines;
        }
    }
    Ok(())
}

/// The claims of a block, in their order.
struct Claims<'a> {
    all: &'a [Claim],
    next: usize,
    /// Places of copies among them.
    copies: Vec<u32>,
}

impl<'a> Claims<'a> {
    fn of(all: &'a [Claim]) -> Self {
        Self {
            all,
            next: 0,
            copies: Vec::new(),
        }
    }

    /// Tells which claims of rows before a place of the block are copies.
    fn settle(&mut self, before: usize, rest: &mut dyn Rest) {
        while let Some((_, id)) = self
            .all
            .get(self.next)
            .filter(|(at, _)| (*at as usize) < before)
        {
            if rest.is_copy(*id) {
                self.copies.push(self.next as u32);
            }
            self.next += 1;
        }
    }
}
