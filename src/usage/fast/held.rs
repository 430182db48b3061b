//! Rows that wait until it is known which of them are copies of a call that was counted before. Who came first is told in
//! the order of the log, while threads are at blocks of their own.

use std::collections::VecDeque;

use super::super::cells::Batch;
use super::super::money::Money;
use super::super::record::{Bucket, Id};
use super::super::time::Instant;
use super::near::Key;

/// What tells a call, and where its row begins in the block.
pub type Claim = (u32, Id);

/// Rows of a batch with all that is added to sums; each column has a value for every row.
pub struct Held {
    /// Keys of sums.
    pub keys: Vec<Key>,
    /// The rows that are added.
    pub rows: Vec<u32>,
    /// Those that have a claim, by their place among them.
    pub claims: Vec<u32>,
    /// Calls; empty where each row is one.
    pub requests: Vec<u64>,
    /// Whether the call failed.
    pub failed: Vec<bool>,
    /// Tokens by bucket.
    pub tokens: Vec<(Bucket, Vec<u64>)>,
    /// Cost as logged; empty where no row has one.
    pub logged: Vec<Option<Money>>,
    /// Times to the whole answer.
    pub latency: Vec<Option<u32>>,
    /// When.
    pub at: Vec<Option<Instant>>,
}

impl Held {
    /// What its rows add.
    pub fn batch(&self) -> Batch<'_> {
        Batch {
            rows: &self.rows,
            requests: &self.requests,
            failed: &self.failed,
            tokens: &self.tokens,
            logged: &self.logged,
        }
    }

    /// Removes the copies among its rows: `is_copy` is asked for each claim in turn. How many there were.
    fn remove(&mut self, mut is_copy: impl FnMut() -> bool) -> u64 {
        let mut copies = self.claims.iter().filter(|_| is_copy()).peekable();
        let (mut place, before) = (0, self.rows.len());
        self.rows.retain(|_| {
            let copied = copies.next_if_eq(&&place).is_some();
            place += 1;
            !copied
        });
        (before - self.rows.len()) as u64
    }
}

/// Batches of the block at hand, and of those whose copies are not told yet.
#[derive(Default)]
pub struct Waiting {
    claims: Vec<Claim>,
    batches: Vec<Held>,
    blocks: VecDeque<Vec<Held>>,
}

impl Waiting {
    /// Takes in a batch of the block at hand, with the claims of its rows.
    pub fn hold(&mut self, batch: Held, claims: impl Iterator<Item = Claim>) {
        self.batches.push(batch);
        self.claims.extend(claims);
    }

    /// Ends the block at hand; the claims of its rows.
    pub fn end_block(&mut self) -> Vec<Claim> {
        self.blocks.push_back(std::mem::take(&mut self.batches));
        std::mem::take(&mut self.claims)
    }

    /// The batches of the first block that waits, without the claims of these places among all of its claims; and how many
    /// those were.
    pub fn settled(&mut self, copies: &[u32]) -> (Vec<Held>, u64) {
        let mut block = self.blocks.pop_front().unwrap_or_default();
        let (mut copies, mut claim) = (copies.iter().peekable(), 0);
        let mut is_copy = || {
            claim += 1;
            copies.next_if_eq(&&(claim - 1)).is_some()
        };
        let removed = block.iter_mut().map(|batch| batch.remove(&mut is_copy));
        let removed = removed.sum();
        (block, removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(rows: &[u32], claims: &[u32]) -> Held {
        Held {
            keys: Vec::new(),
            rows: rows.to_vec(),
            claims: claims.to_vec(),
            requests: Vec::new(),
            failed: Vec::new(),
            tokens: Vec::new(),
            logged: Vec::new(),
            latency: Vec::new(),
            at: Vec::new(),
        }
    }

    #[test]
    fn copies_are_counted_through_the_claims_of_all_batches_of_a_block() {
        let mut waiting = Waiting::default();
        // Rows 0, 2 and 3 are added, of which the second has no claim.
        waiting.hold(held(&[0, 2, 3], &[0, 2]), [(0, 7), (30, 8)].into_iter());
        waiting.hold(held(&[1, 4], &[0, 1]), [(50, 9), (70, 7)].into_iter());
        assert_eq!(waiting.end_block(), [(0, 7), (30, 8), (50, 9), (70, 7)]);
        waiting.hold(held(&[5], &[0]), [(0, 8)].into_iter());
        assert_eq!(waiting.end_block(), [(0, 8)]);
        let mut rows = |copies: &[u32]| {
            let (block, removed) = waiting.settled(copies);
            let rows: Vec<Vec<u32>> = block.into_iter().map(|batch| batch.rows).collect();
            (rows, removed)
        };
        assert_eq!(rows(&[1, 3]), (vec![vec![0, 2], vec![1]], 2));
        assert_eq!(rows(&[0]), (vec![vec![]], 1));
        assert_eq!(rows(&[]), (vec![], 0));
    }
}
