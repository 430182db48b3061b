//! Large tables: the first rows tell the source and what is wrong with the columns, the others are read in
//! blocks (`usage/fast`), and rows that are not plain are read here in their order.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::super::fast::{self, Cut, Cutter, Lines, Plan, Records, Sink, Sums, Table, Told};
use super::super::open;
use super::super::record::Id;
use super::super::semantics::Source;
use super::super::split::{self, columns};
use super::{File, Ingest};

/// Bytes that the general reader reads first.
const FIRST: usize = 64 * 1024;

/// What the first records tell of the others.
struct Form {
    records: Records,
    heads: Vec<String>,
    /// How many lines the places of rows lie behind.
    late: u64,
}

impl Form {
    fn of(records: Records, first: &[u8]) -> Option<Self> {
        let (heads, late) = match records {
            Records::Columns(delimiter) => columns::heads(delimiter, first)?,
            Records::Lines => (fast::keys(first), 0),
        };
        Some(Self {
            records,
            heads,
            late,
        })
    }

    /// Whether records of a source in this form are read in blocks.
    fn is_read_as(&self, source: Source) -> bool {
        match self.records {
            Records::Columns(_) => true,
            Records::Lines => source == Source::Jsonl,
        }
    }
}

impl Ingest<'_> {
    /// Reads tables and lines of at least `large` bytes in blocks of about `block` bytes, those of Parquet in as many rows,
    /// on so many threads; all of them row by row where there are none. The answer is the same.
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

    /// Reads a log that is large enough for it: a table, or lines.
    pub(super) fn in_blocks(
        &mut self,
        file: &mut File<'_>,
        records: Records,
        bytes: &mut (dyn Read + Send),
    ) -> io::Result<()> {
        let mut cutter = Cutter::new(records, bytes);
        let mut first = Vec::new();
        let cut = cutter.next(&mut first, FIRST.min(self.block))?;
        let form = if cut == Cut::Block {
            Form::of(records, &first)
        } else {
            None
        };
        let Some(form) = form else {
            let (kept, bytes) = cutter.rest();
            let mut all = BufReader::new(Cursor::new(first).chain(Cursor::new(kept)).chain(bytes));
            return split::walk(file.layout, &mut all, &mut |line, value| {
                self.value(file, line, value).map_err(io::Error::other)
            });
        };
        split::walk(file.layout, &mut &first[..], &mut |line, value| {
            self.value(file, line, value).map_err(io::Error::other)
        })?;
        let mut lines = memchr::memchr_iter(b'\n', &first).count() as u64;
        let long = self.plain_blocks(file, &form, &mut cutter, &mut lines)?;
        let Some(long) = long else { return Ok(()) };
        let (kept, bytes) = cutter.rest();
        let left = Cursor::new(long).chain(Cursor::new(kept)).chain(bytes);
        let mut left = BufReader::with_capacity(FIRST, left);
        self.rest(file, &form, lines, &mut left)
    }

    /// Reads what can be read in blocks; what is left for the general reader, if anything: the begin of a record that
    /// does not end, or nothing of all that the stream still holds.
    fn plain_blocks(
        &mut self,
        file: &mut File<'_>,
        form: &Form,
        cutter: &mut Cutter<'_>,
        lines: &mut u64,
    ) -> io::Result<Option<Vec<u8>>> {
        let (options, rules) = (self.options.clone(), self.rules.clone());
        let (grouped, shapes) = (self.usage.grouping.plan.clone(), self.shapes);
        let source = file.source.filter(|source| form.is_read_as(*source));
        let heads = &form.heads;
        let plan =
            source.and_then(|source| Plan::new(source, heads, &options, &rules, &grouped, shapes));
        let Some(plan) = plan.filter(|_| self.profile.is_none()) else {
            return Ok(Some(Vec::new()));
        };
        let (block, threads) = (self.block, 0..self.threads);
        let sink = |_| Sink::new(&plan, self.usage.grouping.like());
        let sinks: Vec<Sink<'_>> = threads.map(sink).collect();
        let source = plan.source;
        let mut rest = InOrder {
            ingest: self,
            file,
            form,
            source,
        };
        let (sums, long) = match form.records {
            Records::Columns(delimiter) => {
                let worker = |sink| Table::new(&plan, sink, delimiter);
                let workers = sinks.into_iter().map(worker).collect();
                fast::run(workers, cutter, block, lines, &mut rest)?
            }
            Records::Lines => {
                let worker = |sink| Lines::new(&plan, heads, sink);
                let workers = sinks.into_iter().map(worker).collect();
                fast::run(workers, cutter, block, lines, &mut rest)?
            }
        };
        let is_read = |told: &Told| told.counted + told.failed + told.outside + told.copies > 0;
        if sums.iter().any(|(_, told)| is_read(told)) {
            self.reader(source).heads(&form.heads);
        }
        self.take(source, sums);
        Ok(long)
    }

    /// Reads further records as the general reader does, after so many lines.
    fn rest(
        &mut self,
        file: &mut File<'_>,
        form: &Form,
        lines: u64,
        bytes: &mut dyn BufRead,
    ) -> io::Result<()> {
        let mut visit = |line, value| self.value(file, line, value).map_err(io::Error::other);
        match form.records {
            Records::Columns(delimiter) => {
                columns::more(delimiter, &form.heads, lines + form.late, bytes, &mut visit)
            }
            Records::Lines => split::more_lines(lines, bytes, &mut visit),
        }
    }

    /// Takes the sums of blocks in.
    pub(super) fn take(&mut self, source: Source, sums: Sums) {
        for (mut grouping, told) in sums {
            // The smaller one is moved.
            if grouping.keys.len() > self.usage.grouping.keys.len() {
                std::mem::swap(&mut grouping, &mut self.usage.grouping);
            }
            self.usage.grouping.merge(grouping);
            self.usage.dropped.failed += told.failed;
            self.usage.dropped.outside += told.outside;
            self.usage.dropped.duplicate += told.copies;
            if told.counted > 0 {
                *self.usage.sources.entry(source).or_default() += told.counted;
            }
        }
    }
}

/// What blocks ask for in the order of the log.
struct InOrder<'r, 'i, 'f> {
    ingest: &'r mut Ingest<'i>,
    file: &'r mut File<'f>,
    form: &'r Form,
    source: Source,
}

impl fast::Rest for InOrder<'_, '_, '_> {
    fn read(&mut self, lines: u64, mut rows: &[u8]) -> io::Result<()> {
        self.ingest.rest(self.file, self.form, lines, &mut rows)
    }

    fn is_copy(&mut self, id: Id) -> bool {
        self.ingest.is_copy(self.source, id)
    }
}
