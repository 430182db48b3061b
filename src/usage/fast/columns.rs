//! What columns hold, as numbers: indices of texts, counts, times.

use super::super::key::Names;
use super::super::latency;
use super::super::money::Money;
use super::super::names;
use super::super::read::is_failure;
use super::super::read::mapped::COUNTS;
use super::super::time::Instant;
use super::held::Claim;
use super::numbers::{self, Clock};
use super::plan::{Columns, Plan};
use super::rows::{ABSENT, NO_COUNT, NOT_TOLD, ROWS, Rows};
use super::texts::Texts;

/// Indices of texts, row by row, and the texts that are known.
pub struct Ids {
    /// Row by row; empty where no column holds it.
    pub of: Vec<u32>,
    known: Texts,
}

impl Ids {
    fn new() -> Self {
        Self {
            of: Vec::with_capacity(ROWS),
            known: Texts::default(),
        }
    }

    /// The index of a row.
    #[inline]
    pub fn at(&self, row: usize) -> u32 {
        self.of.get(row).copied().unwrap_or(NOT_TOLD)
    }

    /// The indices of so many rows.
    pub fn rows(&self, count: usize) -> impl Iterator<Item = u32> + '_ {
        let rest = std::iter::repeat_n(NOT_TOLD, count - self.of.len());
        self.of.iter().copied().chain(rest)
    }

    fn read(&mut self, block: Block<'_>, columns: &Columns, bad: &mut [bool], names: &mut Names) {
        self.of.clear();
        if columns.is_empty() {
            return;
        }
        self.of.resize(block.rows.len(), NOT_TOLD);
        for column in columns {
            let column = block.rows.column(block.bytes, *column);
            let index = |text: &[u8]| index(names, text);
            column.index::<false>(&mut self.of, bad, &mut self.known, index);
        }
    }
}

pub(super) fn index(names: &mut Names, text: &[u8]) -> Option<u32> {
    let known = names.find(text);
    known.or_else(|| Some(names.index(std::str::from_utf8(text).ok()?)))
}

/// Rows of a block.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    /// The block.
    pub bytes: &'a [u8],
    /// Some of its rows.
    pub rows: &'a Rows,
}

impl<'a> Block<'a> {
    /// The first of some columns that a row has.
    fn there(self, columns: &Columns, row: usize) -> Option<&'a [u8]> {
        let mut columns = columns.iter().map(|at| self.rows.column(self.bytes, *at));
        columns.find(|column| column.has(row))?.text(row)
    }

    /// What tells the attempt of a row, by the first text of some columns.
    pub fn id(self, columns: &Columns, row: usize, failed: bool) -> Option<Claim> {
        let text = std::str::from_utf8(self.first(columns, row)?).ok()?;
        Some((
            self.rows.range(row).0 as u32,
            names::attempt(&[text], failed),
        ))
    }

    /// The first text of some columns.
    fn first(self, columns: &Columns, row: usize) -> Option<&'a [u8]> {
        let mut columns = columns.iter().map(|at| self.rows.column(self.bytes, *at));
        columns.find_map(|column| column.text(row))
    }
}

/// What the rows of a batch hold.
pub struct Values {
    /// Texts as they stand: model, provider, tier, prompt and its version.
    pub plain: [Ids; 5],
    /// Names of tenant, feature and session.
    pub names: [Ids; 3],
    /// Whether the status tells of a failure.
    pub failures: Ids,
    /// Counts by kind; empty where no column holds it.
    pub counts: [Vec<u64>; COUNTS.len()],
    /// Calls.
    pub requests: Vec<u64>,
    /// When.
    pub at: Vec<Option<Instant>>,
    /// Days of that in UTC.
    pub days: Vec<i32>,
    /// Times to the whole answer (tenths of a millisecond).
    pub latency: Vec<Option<u32>>,
    /// Cost as logged; empty where no column holds it.
    pub logged: Vec<Option<Money>>,
    /// Whether a flag tells of a failure.
    pub flagged: Vec<bool>,
    /// Rows that the general reader has to read.
    pub bad: Vec<bool>,
    clock: Clock,
}

impl Values {
    /// No rows.
    pub fn new() -> Self {
        Self {
            plain: std::array::from_fn(|_| Ids::new()),
            names: std::array::from_fn(|_| Ids::new()),
            failures: Ids::new(),
            counts: std::array::from_fn(|_| Vec::with_capacity(ROWS)),
            requests: Vec::with_capacity(ROWS),
            at: Vec::with_capacity(ROWS),
            days: Vec::with_capacity(ROWS),
            latency: Vec::with_capacity(ROWS),
            logged: Vec::new(),
            flagged: Vec::new(),
            bad: Vec::with_capacity(ROWS),
            clock: Clock::default(),
        }
    }

    /// Reads rows: texts as they stand are indices of `texts`, names those of `names`.
    pub fn read(
        &mut self,
        block: Block<'_>,
        plan: &Plan<'_>,
        texts: &mut Names,
        names: &mut Names,
    ) {
        let holds = &plan.holds;
        self.bad.clear();
        self.bad.resize(block.rows.len(), false);
        let plain = [
            &holds.model,
            &holds.provider,
            &holds.tier,
            &holds.prompt,
            &holds.prompt_version,
        ];
        for (ids, columns) in self.plain.iter_mut().zip(plain) {
            ids.read(block, columns, &mut self.bad, texts);
        }
        let named = [&holds.tenant, &holds.feature, &holds.session];
        for (ids, columns) in self.names.iter_mut().zip(named) {
            ids.read(block, columns, &mut self.bad, names);
        }
        for (counts, columns) in self.counts.iter_mut().zip(&holds.counts) {
            read_counts(block, columns, counts, &mut self.bad);
        }
        read_counts(block, &holds.requests, &mut self.requests, &mut self.bad);
        self.take_untold_for_calls();
        self.times(block, plan);
        self.latencies(block, plan);
        self.amounts(block, plan);
        self.failed(block, plan);
    }

    /// Where a row does not tell how many calls it is, it is one.
    pub fn take_untold_for_calls(&mut self) {
        let untold = self.requests.iter_mut().filter(|calls| **calls == NO_COUNT);
        untold.for_each(|calls| *calls = 1);
    }

    fn times(&mut self, block: Block<'_>, plan: &Plan<'_>) {
        self.at.clear();
        self.days.clear();
        let columns = &plan.holds.time;
        let fixed = match (columns[..].first(), plan.clock) {
            (Some(column), None) => block.rows.column(block.bytes, *column).cells(),
            _ => &[],
        };
        for row in 0..block.rows.len() {
            let cell = fixed.get(row).copied().unwrap_or(ABSENT);
            if let Some((at, day)) = self.clock.fixed(block.bytes, cell) {
                self.at.push(Some(at));
                self.days.push(day);
            } else {
                self.time(block, plan, row);
            }
        }
    }

    fn time(&mut self, block: Block<'_>, plan: &Plan<'_>, row: usize) {
        let text = block.there(&plan.holds.time, row);
        let at = text.and_then(|text| match plan.clock {
            Some(unit) => numbers::number(text)
                .and_then(|number| Instant::of_seconds(0, (number * unit * 1e9) as i64)),
            None => self.clock.instant(text),
        });
        self.bad[row] |= at.is_none() && text.is_some();
        self.at.push(at);
        self.days.push(at.map_or(0, Instant::utc_day));
    }

    fn latencies(&mut self, block: Block<'_>, plan: &Plan<'_>) {
        let holds = &plan.holds;
        self.latency.clear();
        self.latency.resize(block.rows.len(), None);
        if let [column] = holds.latency_ms[..] {
            let column = block.rows.column(block.bytes, column);
            column.milliseconds(&mut self.latency, &mut self.bad);
        } else {
            for row in 0..block.rows.len() {
                if let Some(text) = block.there(&holds.latency_ms, row) {
                    self.latency[row] = numbers::milliseconds(text);
                    self.bad[row] |= self.latency[row].is_none();
                }
            }
        }
        if !holds.latency_s.is_empty() {
            for row in 0..block.rows.len() {
                if self.latency[row].is_none() {
                    let text = block.first(&holds.latency_s, row);
                    self.latency[row] = seconds(text, &mut self.bad[row]);
                }
            }
        }
        if !holds.ttft_ms.is_empty() {
            for row in 0..block.rows.len() {
                let text = block.there(&holds.ttft_ms, row);
                self.bad[row] |= text.is_some_and(|text| numbers::number(text).is_none());
            }
        }
    }

    fn amounts(&mut self, block: Block<'_>, plan: &Plan<'_>) {
        self.logged.clear();
        if plan.holds.cost.is_empty() {
            return;
        }
        for row in 0..block.rows.len() {
            let text = block.there(&plan.holds.cost, row);
            let amount = text.map(numbers::money);
            self.bad[row] |= amount == Some(None);
            self.logged.push(amount.flatten());
        }
    }

    fn failed(&mut self, block: Block<'_>, plan: &Plan<'_>) {
        let holds = &plan.holds;
        let ids = &mut self.failures;
        ids.of.clear();
        if !holds.status.is_empty() {
            ids.of.resize(block.rows.len(), NOT_TOLD);
        }
        for column in &holds.status {
            let column = block.rows.column(block.bytes, *column);
            let failure =
                |text: &[u8]| Some(u32::from(is_failure(std::str::from_utf8(text).ok()?)));
            column.index::<true>(&mut ids.of, &mut self.bad, &mut ids.known, failure);
        }
        self.flagged.clear();
        if !holds.failed.is_empty() {
            let rows = 0..block.rows.len();
            let flag = |row| {
                let mut columns = holds.failed.iter();
                columns.any(|at| {
                    block
                        .rows
                        .column(block.bytes, *at)
                        .text(row)
                        .is_some_and(is_true)
                })
            };
            self.flagged.extend(rows.map(flag));
        }
    }

    /// Whether a row failed.
    #[inline]
    pub fn is_failed(&self, row: usize) -> bool {
        self.failures.at(row) == 1 || self.flagged.get(row) == Some(&true)
    }

    /// Cost of a row as logged.
    #[inline]
    pub fn logged(&self, row: usize) -> Option<Money> {
        self.logged.get(row).copied().flatten()
    }
}

fn read_counts(block: Block<'_>, columns: &Columns, counts: &mut Vec<u64>, bad: &mut [bool]) {
    counts.clear();
    if columns.is_empty() {
        return;
    }
    counts.resize(block.rows.len(), NO_COUNT);
    for column in columns {
        block.rows.column(block.bytes, *column).counts(counts, bad);
    }
}

/// Seconds as times are kept; what is no number of them tells nothing, and one that is no time is `bad`.
pub(super) fn seconds(text: Option<&[u8]>, bad: &mut bool) -> Option<u32> {
    let seconds = std::str::from_utf8(text?).ok()?.parse::<f64>().ok()?;
    let time = latency::parts(seconds * 1e3);
    *bad |= time.is_none();
    time
}

/// A truth value, as `Fields::flag` reads it.
pub(super) fn is_true(text: &[u8]) -> bool {
    let words: [&[u8]; 4] = [b"true", b"1", b"t", b"yes"];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}
