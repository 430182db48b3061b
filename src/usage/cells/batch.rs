//! Rows that are added some hundred at a time, column by column: what all of them add to one number of their cells
//! is added in one loop with nothing to decide in it.

use super::super::money::Money;
use super::super::record::Bucket;
use super::{ABSENT, Cells, FAILED, REQUESTS, ROWS, TOKENS};

/// What rows add to their cells; each column has a number for every row.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// The rows that are added.
    pub rows: &'a [u32],
    /// Calls; empty where each row is one.
    pub requests: &'a [u64],
    /// Whether the call failed and was billed all the same.
    pub failed: &'a [bool],
    /// Tokens by bucket; there are none in other buckets.
    pub tokens: &'a [(Bucket, Vec<u64>)],
    /// Cost as logged; empty where no row has one.
    pub logged: &'a [Option<Money>],
}

impl Batch<'_> {
    fn any(self, is: impl Fn(usize) -> bool) -> bool {
        self.rows.iter().any(|row| is(*row as usize))
    }
}

impl Cells {
    /// Adds rows, each to the cell of the same place; false where an amount goes beyond any magnitude.
    pub fn add_rows(&mut self, cells: &[u32], batch: Batch<'_>) -> bool {
        self.make_room(batch);
        self.add_column(cells, batch.rows, ROWS, |_| 1);
        let requests = |row: usize| batch.requests.get(row).copied().unwrap_or(1);
        if self.at[REQUESTS] != ABSENT {
            for (cell, row) in cells.iter().zip(batch.rows) {
                let sum = self.number(*cell as usize, REQUESTS);
                *sum = sum.saturating_add(requests(*row as usize));
            }
        }
        if self.at[FAILED] != ABSENT {
            self.add_column(cells, batch.rows, FAILED, |row| {
                u64::from(batch.failed[row])
            });
        }
        for (bucket, tokens) in batch.tokens {
            let number = TOKENS + *bucket as usize;
            if self.at[number] != ABSENT {
                self.add_column(cells, batch.rows, number, |row| tokens[row]);
            }
        }
        let mut fits = true;
        if !batch.logged.is_empty() {
            for (cell, row) in cells.iter().zip(batch.rows) {
                if let Some(usd) = batch.logged[*row as usize] {
                    fits &= self.add_logged(*cell as usize, usd);
                }
            }
        }
        fits
    }

    /// Gives cells the numbers that some row has and no row before had.
    fn make_room(&mut self, batch: Batch<'_>) {
        if !batch.requests.is_empty() && batch.any(|row| batch.requests[row] != 1) {
            self.place(REQUESTS);
        }
        if self.at[FAILED] == ABSENT && batch.any(|row| batch.failed[row]) {
            self.place(FAILED);
        }
        for (bucket, tokens) in batch.tokens {
            let number = TOKENS + *bucket as usize;
            if self.at[number] == ABSENT && batch.any(|row| tokens[row] > 0) {
                self.place(number);
            }
        }
    }

    /// Adds a number of each row to its cell; no sums but those of tokens can go beyond their word.
    #[inline]
    fn add_column(
        &mut self,
        cells: &[u32],
        rows: &[u32],
        number: usize,
        of: impl Fn(usize) -> u64,
    ) {
        let (place, stride) = (self.at[number] as usize, self.stride);
        for (cell, row) in cells.iter().zip(rows) {
            let sum = &mut self.words[*cell as usize * stride + place];
            let (low, carried) = sum.overflowing_add(of(*row as usize));
            *sum = low;
            if carried {
                self.carry(*cell as usize, number - TOKENS, 1);
            }
        }
    }
}
