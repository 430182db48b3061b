//! From the bytes of logs to a grouping: which source it is, which rows count, and what was wrong.

mod blocks;
mod form;
#[cfg(not(feature = "parquet"))]
mod not_stored;
#[cfg(feature = "parquet")]
mod stored;
mod told;

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read};

use foldhash::fast::FixedState;
use serde_json::Value;

use crate::diagnostic::escaped;

use super::detect;
use super::expand;
use super::fast;
use super::fields::{Fields, Trouble};
use super::group::{Grouping, Plan};
use super::latency;
use super::money::Money;
use super::open;
use super::parquet;
use super::profile::Profile;
use super::read::{self, Options, Reader, Row};
use super::record::{Id, Record, Status, Tokens};
use super::semantics::Source;
use super::shape::Shapes;
use super::split::{self, Broken, Layout};
use form::{NO_TABLE, generic, in_file, layout};
pub use told::{Complaint, Dropped, Notes, Rules, Usage};

/// Different complaints that are kept word for word.
const MOST_COMPLAINTS: usize = 20;

/// Rows that are looked at to tell the source.
const LOOKS: usize = 50;

/// Reads logs.
pub struct Ingest<'a> {
    from: Option<Source>,
    options: Options,
    rules: Rules,
    shapes: &'a dyn Shapes,
    readers: BTreeMap<Source, Box<dyn Reader>>,
    /// Calls that were counted, by what tells them.
    seen: BTreeMap<Source, HashSet<Id, FixedState>>,
    profile: Option<Profile>,
    usage: Usage,
    /// Whether reports have their last pages.
    pages: BTreeMap<Source, bool>,
    /// Threads that read large tables, and bytes of their blocks.
    threads: usize,
    block: usize,
    /// Bytes from which on a table is large.
    large: usize,
}

/// One file while it is read.
struct File<'f> {
    name: &'f str,
    source: Option<Source>,
    layout: Layout,
    /// The source where rows do not tell it.
    generic: Source,
    /// Rows before the source is known.
    waiting: Vec<(u64, Result<Value, Broken>)>,
}

impl<'a> Ingest<'a> {
    /// A run over logs; `from` forces the source.
    pub fn new(
        plan: Plan,
        from: Option<Source>,
        options: Options,
        rules: Rules,
        shapes: &'a dyn Shapes,
    ) -> Self {
        Self {
            from,
            options,
            rules,
            shapes,
            readers: BTreeMap::new(),
            seen: BTreeMap::new(),
            profile: None,
            usage: Usage::of(Grouping::new(plan)),
            pages: BTreeMap::new(),
            threads: fast::threads(),
            block: fast::BLOCK,
            large: open::HEAD,
        }
    }

    /// Also takes down what the workload looks like; hours and days are those of the plan's zone.
    #[must_use]
    pub fn with_profile(mut self) -> Self {
        self.profile = Some(Profile::new(self.usage.grouping.plan.zone.clone()));
        self
    }

    /// Reads one log.
    ///
    /// # Errors
    /// Bytes that cannot be read; with strict rules the first row that is wrong; a log of no known source
    /// whose columns cannot be told.
    pub fn file(&mut self, name: &str, bytes: impl Read + Send) -> Result<(), String> {
        let mut opened = open::open(bytes).map_err(|error| format!("{name}: {error}"))?;
        if parquet::is_parquet(&opened.head) {
            return self.streamed(name, &mut opened.bytes);
        }
        if self.from == Some(Source::Table) {
            return Err(format!("{name}: {NO_TABLE}"));
        }
        let layout = layout(self.from, &opened.head);
        let mut file = File {
            name,
            source: self.from,
            layout,
            generic: generic(layout),
            waiting: Vec::new(),
        };
        self.usage.files += 1;
        if let Some(source) = file.source {
            self.reader(source).file(name);
        }
        let is_large = self.threads > 0 && opened.head.len() >= self.large;
        let walked = match file.layout {
            Layout::Columns(delimiter) if is_large => {
                let records = fast::Records::Columns(delimiter);
                self.in_blocks(&mut file, records, &mut opened.bytes)
            }
            Layout::Lines if is_large => {
                self.in_blocks(&mut file, fast::Records::Lines, &mut opened.bytes)
            }
            layout => split::walk(layout, &mut *opened.bytes, &mut |line, value| {
                self.value(&mut file, line, value).map_err(io::Error::other)
            }),
        };
        walked.map_err(|error| in_file(name, &error))?;
        self.settle(&mut file)
    }

    /// Ends the run.
    ///
    /// # Errors
    /// A sum beyond any magnitude: no total of it would be right.
    pub fn finish(mut self) -> Result<Usage, String> {
        for (source, mut reader) in std::mem::take(&mut self.readers) {
            let end = reader.end();
            self.usage.dropped.duplicate += end.replaced;
            self.usage.dropped.not_billable += end.repeated;
            self.usage.nested += end.nested;
            self.usage.notes.one_sided.extend(end.lacking);
            self.usage.notes.untimed |= end.untimed;
            self.usage.notes.operations.extend(end.operations);
            for why in &end.complaints {
                self.reject(source.name(), 0, why)?;
            }
            for record in end.records {
                self.call(source, &record);
            }
        }
        if self.usage.grouping.overflown {
            return Err("the amounts of these logs add up beyond any magnitude".into());
        }
        self.usage.profile = self.profile;
        let is_cut = self.rules.since.is_some() || self.rules.until.is_some();
        self.usage.notes.untimed &= is_cut;
        let unfinished = self.pages.into_iter().filter(|(_, is_whole)| !is_whole);
        self.usage.notes.unfinished = unfinished.map(|(source, _)| source).collect();
        Ok(self.usage)
    }

    fn reader(&mut self, source: Source) -> &mut Box<dyn Reader> {
        let options = &self.options;
        self.readers
            .entry(source)
            .or_insert_with(|| read::reader(source, options))
    }

    fn value(
        &mut self,
        file: &mut File<'_>,
        line: u64,
        value: Result<Value, Broken>,
    ) -> Result<(), String> {
        let mut rows = Vec::new();
        let is_last = value.as_ref().ok().and_then(expand::is_last_page);
        match value {
            Ok(value) => expand::rows(value, &mut |row| rows.push(Ok(row))),
            Err(broken) => rows.push(Err(broken)),
        }
        rows.into_iter()
            .try_for_each(|row| self.row(file, line, row))?;
        if let (Some(is_last), Some(source)) = (is_last, file.source) {
            *self.pages.entry(source).or_default() |= is_last;
        }
        Ok(())
    }

    fn row(
        &mut self,
        file: &mut File<'_>,
        line: u64,
        row: Result<Value, Broken>,
    ) -> Result<(), String> {
        if let Some(source) = file.source {
            return self.told(source, file.name, line, row);
        }
        let source = row.as_ref().ok().and_then(detect::source);
        file.waiting.push((line, row));
        if source.is_some() || file.waiting.len() >= LOOKS {
            file.source = source.or(Some(file.generic));
            self.settle(file)?;
        }
        Ok(())
    }

    /// Reads the rows that waited for their source to be known.
    fn settle(&mut self, file: &mut File<'_>) -> Result<(), String> {
        if file.waiting.is_empty() {
            return Ok(());
        }
        let source = *file.source.get_or_insert(file.generic);
        self.reader(source).file(file.name);
        for (line, row) in std::mem::take(&mut file.waiting) {
            self.told(source, file.name, line, row)?;
        }
        Ok(())
    }

    /// A row of a known source, or what is wrong with it.
    fn told(
        &mut self,
        source: Source,
        name: &str,
        line: u64,
        row: Result<Value, Broken>,
    ) -> Result<(), String> {
        match row {
            Ok(row) => self.read(source, name, line, &row),
            Err(Broken::Torn(why)) => {
                self.usage.dropped.torn += 1;
                self.complain(name, line, &why)
            }
            Err(Broken::Wrong(why)) => self.reject(name, line, &why),
        }
    }

    fn read(&mut self, source: Source, name: &str, line: u64, row: &Value) -> Result<(), String> {
        let trouble = Trouble::default();
        let outcome = self.reader(source).row(&Fields::new(row, &trouble));
        if let Some(problem) = trouble.problem() {
            return self.reject(name, line, &problem);
        }
        if trouble.mismatch() {
            self.usage.mismatched.0 += 1;
            self.usage
                .mismatched
                .1
                .get_or_insert_with(|| format!("{name}:{line}"));
        }
        self.usage.backwards += u64::from(trouble.backwards());
        match outcome {
            Row::Call(record) => self.call(source, &record),
            Row::NotBillable => self.usage.dropped.not_billable += 1,
            Row::Part | Row::Other => {}
            Row::Foreign => {
                let like = detect::source(row).filter(|found| *found != source);
                let like =
                    like.map_or_else(String::new, |l| format!("; it looks like {}", l.name()));
                return self.reject(name, line, &format!("not a row of {}{like}", source.name()));
            }
        }
        Ok(())
    }

    /// Counts a call, under the model that an alias stands for. What a proxy's own cache answered was not bought:
    /// where it is kept it is a request without tokens, that no price list makes cost anything.
    fn call(&mut self, source: Source, record: &Record) {
        let alias = record
            .model
            .as_ref()
            .and_then(|model| self.options.aliases.get(model));
        if alias.is_none() && !record.cache_hit {
            return self.count(source, record);
        }
        let mut record = record.clone();
        record.model = alias.cloned().or(record.model);
        if record.cache_hit {
            (record.tokens, record.logged) = (Tokens::default(), Some(Money::ZERO));
        }
        self.count(source, &record);
    }

    /// Counts a call by the rules.
    fn count(&mut self, source: Source, record: &Record) {
        let outside = record.at.is_some_and(|at| {
            self.rules.since.is_some_and(|since| at < since)
                || self.rules.until.is_some_and(|until| at >= until)
        });
        if outside {
            self.usage.dropped.outside += 1;
            return;
        }
        // Tables are looked at as a whole: their rows need not all come here.
        let is_table = matches!(source, Source::Csv | Source::Jsonl | Source::Table);
        self.usage.notes.untimed |= record.at.is_none() && !is_table;
        if record.cache_hit && !self.rules.keep_cache_hits {
            self.usage.dropped.cache_hit += 1;
            return;
        }
        let unbilled = record.status == Status::Failed && !record.is_billed();
        let copy = record.id.is_some_and(|id| {
            // A failure that was not billed does not hide the attempt that succeeded.
            !unbilled && !self.rules.keep_duplicates && self.is_copy(source, id)
        });
        if copy {
            self.usage.dropped.duplicate += 1;
        } else if unbilled && !self.rules.keep_failed {
            self.usage.dropped.failed += 1;
            self.usage.grouping.add_failed(record, source);
            self.profile
                .iter_mut()
                .for_each(|profile| profile.add(record));
        } else {
            self.profile
                .iter_mut()
                .for_each(|profile| profile.add(record));
            let is_no_time = |ms| latency::parts(ms).is_none();
            self.usage.backwards += u64::from(record.latency_ms.is_some_and(is_no_time));
            self.usage.grouping.add(record, source, self.shapes);
            *self.usage.sources.entry(source).or_default() += 1;
        }
    }

    /// Whether a call of a source was counted before; from now on it was.
    fn is_copy(&mut self, source: Source, id: Id) -> bool {
        !self.seen.entry(source).or_default().insert(id)
    }

    fn reject(&mut self, name: &str, line: u64, why: &str) -> Result<(), String> {
        self.usage.dropped.rejected += 1;
        self.complain(name, line, why)
    }

    fn complain(&mut self, name: &str, line: u64, why: &str) -> Result<(), String> {
        let place = format!("{name}:{line}");
        let why = escaped(why);
        if self.rules.strict {
            return Err(format!("{place}: {why}"));
        }
        let complaints = &mut self.usage.complaints;
        if let Some(known) = complaints.iter_mut().find(|known| known.message == why) {
            known.rows += 1;
        } else if complaints.len() < MOST_COMPLAINTS {
            complaints.push(Complaint {
                place,
                message: why,
                rows: 1,
            });
        }
        Ok(())
    }
}
