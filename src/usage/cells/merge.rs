//! Sums of parts of a log made one, on several threads: each takes some of the cells that are added to.

use std::panic::resume_unwind;
use std::thread;

use super::{ABSENT, Cells, LOGGED, NUMBERS, REQUESTS, TOKENS, UNCOUNTED};

/// Where numbers of a cell stand among its words: in the part that is added, and in the whole.
type Numbers = Vec<(usize, usize, usize)>;

impl Cells {
    /// Adds the cells of another part of the log, each to the cell of the same place in `cells`; false where an amount goes
    /// beyond any magnitude.
    pub fn merge(&mut self, other: &Self, cells: &[u32], threads: usize) -> bool {
        let rare = [REQUESTS, UNCOUNTED, LOGGED];
        let plain = |cells: &Self| rare.iter().all(|number| cells.at[*number] == ABSENT);
        if !plain(self) || !plain(other) || !other.carries.is_empty() {
            let cells = cells.iter().enumerate();
            return cells.fold(true, |fits, (at, cell)| {
                fits & self.add_sums(*cell as usize, &other.cell(at))
            });
        }
        let met = (0..NUMBERS).filter(|number| other.at[*number] != ABSENT);
        let numbers: Numbers = met
            .map(|number| (number, other.at[number] as usize, self.place(number)))
            .collect();
        let (stride, numbers) = (self.stride, &numbers);
        let part = self.len().div_ceil(threads.max(1)).max(1);
        let parts = self.words.chunks_mut(part * stride).enumerate();
        let carried: Vec<(u32, usize)> = thread::scope(|scope| {
            let add = |(at, words)| {
                let part = Part {
                    first: at * part,
                    words,
                    stride,
                };
                scope.spawn(move || part.add(other, cells, numbers))
            };
            let parts: Vec<_> = parts.map(add).collect();
            let carried = parts.into_iter().map(|part| match part.join() {
                Ok(carried) => carried,
                Err(panic) => resume_unwind(panic),
            });
            carried.flatten().collect()
        });
        for (cell, number) in carried {
            self.carry(cell as usize, number - TOKENS, 1);
        }
        true
    }
}

/// Cells that stand one after another.
struct Part<'a> {
    first: usize,
    words: &'a mut [u64],
    stride: usize,
}

impl Part<'_> {
    /// Adds those of the other cells that belong here; gives the cells and numbers that went beyond their word, which only
    /// those of tokens can.
    fn add(self, other: &Cells, cells: &[u32], numbers: &Numbers) -> Vec<(u32, usize)> {
        let mut carried = Vec::new();
        for (cell, words) in cells.iter().zip(other.words.chunks_exact(other.stride)) {
            let at = (*cell as usize)
                .wrapping_sub(self.first)
                .wrapping_mul(self.stride);
            let Some(sums) = self.words.get_mut(at..at.wrapping_add(self.stride)) else {
                continue;
            };
            for (number, from, to) in numbers {
                let (sum, over) = sums[*to].overflowing_add(words[*from]);
                sums[*to] = sum;
                if over {
                    carried.push((*cell, *number));
                }
            }
        }
        carried
    }
}
