//! What comes of blocks, taken up in the order of the log whichever of them is done first.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

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
    /// Claims of its rows.
    pub claims: Claims,
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

/// Does something where its thread has ended early: it tells the one that takes blocks up, or the others would wait for
/// the blocks of that thread.
pub struct Early<F: Fn()>(pub F);

impl<F: Fn()> Drop for Early<F> {
    fn drop(&mut self) {
        if thread::panicking() {
            (self.0)();
        }
    }
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
            let mut claims = done.claims;
            for (begin, end) in &done.left {
                claims.settle(*begin, &mut |id| rest.is_copy(id));
                let between = &done.bytes[before..*begin];
                place += memchr::memchr_iter(b'\n', between).count() as u64;
                before = *begin;
                rest.read(place, &done.bytes[*begin..*end])?;
            }
            claims.end(&mut |id| rest.is_copy(id));
            *lines += done.lines;
        }
    }
    Ok(())
}

/// The claims of a block, in their order, until it is told which of them are copies.
#[derive(Default)]
pub struct Claims {
    all: Vec<Claim>,
    /// Who waits for it.
    reply: Option<Sender<Vec<u32>>>,
    next: usize,
    /// Places of copies among them.
    copies: Vec<u32>,
}

impl Claims {
    /// Tells which claims of rows before a place of the block are copies.
    pub fn settle(&mut self, before: usize, is_copy: &mut dyn FnMut(Id) -> bool) {
        while let Some((at, id)) = self.all.get(self.next)
            && (*at as usize) < before
        {
            if is_copy(*id) {
                self.copies.push(self.next as u32);
            }
            self.next += 1;
        }
    }

    /// Tells it of those that are left, and the thread that waits for it.
    pub fn end(&mut self, is_copy: &mut dyn FnMut(Id) -> bool) {
        self.settle(usize::MAX, is_copy);
        if let Some(reply) = self.reply.take() {
            // Nobody waits for it where a thread has ended early.
            let _ = reply.send(std::mem::take(&mut self.copies));
        }
    }
}

/// Blocks of a thread whose copies are not told yet.
#[derive(Default)]
pub struct Open(VecDeque<Receiver<Vec<u32>>>);

impl Open {
    /// Claims of a block that is open from now on, if there are any.
    pub fn claims(&mut self, claims: Option<Vec<Claim>>) -> Claims {
        let reply = claims.is_some().then(|| {
            let (reply, copies) = mpsc::channel();
            self.0.push_back(copies);
            reply
        });
        Claims {
            all: claims.unwrap_or_default(),
            reply,
            ..Claims::default()
        }
    }

    /// Waits until no more than so many are open, and settles the others; false where reading has ended early.
    pub fn settle(&mut self, most: usize, mut settle: impl FnMut(&[u32])) -> bool {
        while self.0.len() > most {
            let told = self.0.pop_front().and_then(|copies| copies.recv().ok());
            let Some(copies) = told else {
                return false;
            };
            settle(&copies);
        }
        true
    }
}
