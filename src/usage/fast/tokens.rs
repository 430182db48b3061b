//! Tokens of rows by bucket, column by column.

use super::super::read::mapped::{self, COUNTS, Count};
use super::super::record::{Bucket, Tokens};
use super::plan::Plan;
use super::rows::{NO_COUNT, ROWS};

/// Counts by kind, as rows hold them.
pub type Counted = [Vec<u64>; COUNTS.len()];

/// Disjoint tokens: a column for each bucket that rows may have tokens in.
pub struct Columns {
    /// Buckets with the tokens of each row.
    pub of: Vec<(Bucket, Vec<u64>)>,
    /// Whether the columns hold no more than a whole and one part of it, of input and of output.
    is_plain: bool,
}

impl Columns {
    /// Columns for rows of a plan.
    pub fn new(plan: &Plan<'_>) -> Self {
        let buckets = plan.buckets.iter();
        let held = |count: Count| !plan.holds.counts[count as usize].is_empty();
        let apart = [
            Count::InputUncached,
            Count::CacheWrite,
            Count::CacheWrite5m,
            Count::CacheWrite1h,
            Count::OutputVisible,
        ];
        Self {
            of: buckets
                .map(|bucket| (*bucket, Vec::with_capacity(ROWS)))
                .collect(),
            is_plain: held(Count::Input) && held(Count::Output) && !apart.into_iter().any(held),
        }
    }

    /// Reads the tokens of so many rows; `bad` are those whose counts do not mean what the plan says. `one_write` tells
    /// of which rows the provider has one kind of cache write.
    pub fn read(
        &mut self,
        plan: &Plan<'_>,
        counted: &Counted,
        bad: &mut [bool],
        one_write: impl Fn(usize) -> bool,
    ) {
        if !self.is_plain || !self.read_plain(plan, counted) {
            self.read_rows(plan, counted, bad, one_write);
        }
    }

    /// Subtracts parts from wholes; false where rows lack a whole, or where it is less than its part.
    fn read_plain(&mut self, plan: &Plan<'_>, counted: &Counted) -> bool {
        let (cached, thought) = (plan.semantics.cache_read, plan.semantics.reasoning);
        let part = |count: Count| &counted[count as usize][..];
        let inside = |count: Count, inside: bool| if inside { part(count) } else { &[] };
        self.of.iter_mut().all(|(bucket, column)| match bucket {
            Bucket::InputUncached => {
                let within = inside(Count::CacheRead, cached.is_inside());
                less(part(Count::Input), within, column)
            }
            Bucket::OutputVisible => {
                let within = inside(Count::Reasoning, thought.is_inside());
                less(part(Count::Output), within, column)
            }
            Bucket::CacheRead => told(part(Count::CacheRead), column),
            _ => told(part(Count::Reasoning), column),
        })
    }

    /// Reads row by row.
    fn read_rows(
        &mut self,
        plan: &Plan<'_>,
        counted: &Counted,
        bad: &mut [bool],
        one_write: impl Fn(usize) -> bool,
    ) {
        self.of.iter_mut().for_each(|(_, column)| column.clear());
        for (row, bad) in bad.iter_mut().enumerate() {
            let tokens = tokens(plan, counted, row, one_write(row));
            *bad |= tokens.is_none();
            let tokens = tokens.unwrap_or_default();
            for (bucket, column) in &mut self.of {
                column.push(tokens.get(*bucket));
            }
        }
    }

    /// The tokens of a row.
    pub fn row(&self, row: usize) -> Tokens {
        let columns = self.of.iter();
        columns.fold(Tokens::default(), |tokens, (bucket, column)| {
            tokens.with(*bucket, column[row])
        })
    }
}

fn tokens(plan: &Plan<'_>, counted: &Counted, row: usize, one_write: bool) -> Option<Tokens> {
    let mut counts = mapped::counts(&plan.semantics, |what| {
        let count = counted[what as usize].get(row).copied();
        count.filter(|count| *count != NO_COUNT)
    });
    if one_write {
        counts.one_kind_of_write();
    }
    plan.semantics.split(&counts)
}

/// Counts; none is nothing.
fn told(counts: &[u64], into: &mut Vec<u64>) -> bool {
    into.clear();
    let told = |count: &u64| if *count == NO_COUNT { 0 } else { *count };
    into.extend(counts.iter().map(told));
    true
}

/// What is left of wholes without the part within them; false where that is not as plain.
fn less(wholes: &[u64], parts: &[u64], into: &mut Vec<u64>) -> bool {
    into.clear();
    if parts.is_empty() {
        into.extend_from_slice(wholes);
        return !wholes.contains(&NO_COUNT);
    }
    let mut plain = true;
    into.extend(wholes.iter().zip(parts).map(|(whole, part)| {
        let part = if *part == NO_COUNT { 0 } else { *part };
        plain &= *whole != NO_COUNT && part <= *whole;
        whole.wrapping_sub(part)
    }));
    plain
}
