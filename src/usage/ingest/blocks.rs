//! Large tables: the first rows tell the source and what is wrong with the columns, the others are read in
//! blocks (`usage/fast`), and rows that are not plain are read here in their order.

use std::io::{self, BufReader, Cursor, Read};

use super::super::fast::{self, Cut, Cutter, Plan, Records, Sink, Sums, Table};
use super::super::open;
use super::super::semantics::Source;
use super::super::split::columns;
use super::{File, Ingest};

/// Bytes that the general reader reads first.
const FIRST: usize = 64 * 1024;

impl Ingest<'_> {
    /// Reads tables of at least `large` bytes in blocks of about `block` bytes on so many threads; on none of them
    /// where there are none. The answer is the same.
    #[must_use]
    pub fn with_threads(mut self, threads: usize, block: usize, large: usize) -> Self {
        (self.threads, self.block, self.large) = (threads, block, large.min(open::HEAD));
        self
    }

    /// Groups with other bounds of memory: times held one by one, and cells beyond which days are not told apart.
    #[must_use]
    pub fn holding(mut self, times: u64, daily: usize) -> Self {
        self.usage.grouping = self.usage.grouping.holding(times, daily);
        self
    }

    /// Reads a table that is large enough for it.
    pub(super) fn in_blocks(
        &mut self,
        file: &mut File<'_>,
        delimiter: u8,
        bytes: &mut dyn Read,
    ) -> io::Result<()> {
        let mut cutter = Cutter::new(Records::Columns(delimiter), bytes);
        let mut first = Vec::new();
        let cut = cutter.next(&mut first, FIRST.min(self.block))?;
        let heads = columns::heads(delimiter, &first);
        let (Cut::Block, Some((heads, late))) = (cut, heads) else {
            let (kept, bytes) = cutter.rest();
            let mut all = BufReader::new(Cursor::new(first).chain(Cursor::new(kept)).chain(bytes));
            return columns::rows(delimiter, &mut all, &mut |line, value| {
                self.value(file, line, value).map_err(io::Error::other)
            });
        };
        columns::rows(delimiter, &mut &first[..], &mut |line, value| {
            self.value(file, line, value).map_err(io::Error::other)
        })?;
        let source = file.source;
        let mut lines = memchr::memchr_iter(b'\n', &first).count() as u64;
        let mut rest = |ingest: &mut Self, lines: u64, bytes: &mut dyn io::BufRead| {
            columns::more(
                delimiter,
                &heads,
                lines + late,
                bytes,
                &mut |line, value| ingest.value(file, line, value).map_err(io::Error::other),
            )
        };
        let (options, rules) = (self.options.clone(), self.rules.clone());
        let (grouped, shapes) = (self.usage.grouping.plan.clone(), self.shapes);
        let plan =
            source.and_then(|source| Plan::new(source, &heads, &options, &rules, &grouped, shapes));
        let mut long = Vec::new();
        if let Some(plan) = plan.filter(|_| self.profile.is_none()) {
            let worker = |_| {
                Table::new(
                    &plan,
                    Sink::new(&plan, self.usage.grouping.like()),
                    delimiter,
                )
            };
            let workers: Vec<Table<'_>> = (0..self.threads).map(worker).collect();
            let block = self.block;
            let (sums, left) = fast::run(
                workers,
                &mut cutter,
                block,
                &mut lines,
                &mut |lines, mut bytes| rest(self, lines, &mut bytes),
            )?;
            self.take(plan.source, sums);
            let Some(left) = left else { return Ok(()) };
            long = left;
        }
        let (kept, bytes) = cutter.rest();
        let left = Cursor::new(long).chain(Cursor::new(kept)).chain(bytes);
        rest(self, lines, &mut BufReader::with_capacity(FIRST, left))
    }

    /// Takes the sums of blocks in.
    fn take(&mut self, source: Source, sums: Sums) {
        for (mut grouping, told) in sums {
            // The smaller one is moved.
            if grouping.keys.len() > self.usage.grouping.keys.len() {
                std::mem::swap(&mut grouping, &mut self.usage.grouping);
            }
            self.usage.grouping.merge(&grouping);
            self.usage.dropped.failed += told.failed;
            self.usage.dropped.outside += told.outside;
            if told.counted > 0 {
                *self.usage.sources.entry(source).or_default() += told.counted;
            }
        }
    }
}
