//! Tables of one's own, by a column map; and traces, whose columns are known.

use super::super::fields::Fields;
use super::super::map::Map;
use super::super::names;
use super::super::record::{Record, Status};
use super::super::semantics::{Counts, Part, Semantics, Source};
use super::super::time::Instant;
use super::{End, Options, Reader, Row};

/// The reader.
pub struct Mapped {
    map: Map,
    options: Options,
    semantics: Semantics,
    /// The unit of a trace's clock that begins at zero, in seconds.
    clock: Option<f64>,
    checked: bool,
    /// The table that is read.
    name: String,
    /// Whether it has tokens of prompts, tokens of answers, times.
    told: [bool; 3],
    is_read: bool,
    lacking: Vec<String>,
    untimed: bool,
}

/// Fields of which a row needs at least one.
pub const NEEDED: [&str; 5] = [
    "input",
    "input_uncached",
    "output",
    "output_visible",
    "cost",
];

impl Mapped {
    /// A reader for the user's map, or for the trace of a source.
    pub fn new(source: Source, options: &Options) -> Self {
        let known = |text: &str| Map::parse(text).unwrap_or_default();
        let (map, clock) = match source {
            Source::AzureTrace => (
                known("time=TIMESTAMP,input=ContextTokens,output=GeneratedTokens"),
                None,
            ),
            Source::Burstgpt => (
                known(
                    "time=Timestamp,model=Model,session=Session ID,input=Request tokens,output=Response tokens",
                ),
                Some(1.0),
            ),
            Source::Mooncake => (
                known("time=timestamp,input=input_length,output=output_length"),
                Some(1e-3),
            ),
            _ => (options.map.clone(), None),
        };
        let mut semantics = source.semantics().told(!map.cache_outside);
        semantics.reasoning = if map.reasoning_outside {
            Part::Outside
        } else {
            Part::Inside
        };
        Self {
            map,
            options: options.clone(),
            semantics,
            clock,
            checked: false,
            name: String::new(),
            told: [false; 3],
            is_read: false,
            lacking: Vec::new(),
            untimed: false,
        }
    }

    /// What it reads by: the map, what the counts mean, and the unit of a clock that begins at zero (s).
    pub fn terms(&self) -> (&Map, Semantics, Option<f64>) {
        (&self.map, self.semantics, self.clock)
    }

    /// Once: whether the columns that were named are there, and any that hold tokens or cost.
    fn check(&mut self, row: &Fields<'_>) -> bool {
        if self.checked {
            return true;
        }
        let missing = self.map.columns().find(|(_, column)| !row.knows(column));
        if let (Some((field, column)), Source::Csv | Source::Table) =
            (missing, self.semantics.source)
        {
            row.wrong(format!(
                "no column is named `{column}` ({field}); there are: {}",
                columns(row)
            ));
            return false;
        }
        if !self.counts_something(row) {
            row.wrong(format!(
                "no tokens or cost; --map input=NAME,output=NAME says where they are; there are: {}",
                columns(row)
            ));
            return false;
        }
        self.checked = true;
        true
    }

    /// Whether a row has any of the keys that hold tokens or cost, be they null.
    fn counts_something(&self, row: &Fields<'_>) -> bool {
        if !matches!(
            self.semantics.source,
            Source::Csv | Source::Jsonl | Source::Table
        ) {
            // The columns of a trace are known.
            return self.map.told("input").is_some_and(|name| row.knows(name));
        }
        let found = |field: &str| self.map.names(field).iter().any(|name| row.knows(name));
        NEEDED.iter().any(|field| found(field))
    }

    /// Notes what the rows tell.
    fn look(&mut self, is_there: impl Fn(&str) -> bool) {
        self.is_read = true;
        let kinds: [&[&str]; 3] = [
            &["input", "input_uncached"],
            &["output", "output_visible"],
            &["time"],
        ];
        for (told, fields) in self.told.iter_mut().zip(kinds) {
            let mut names = fields.iter().flat_map(|field| self.map.names(field));
            *told = *told || names.any(&is_there);
        }
    }

    /// A table ends: where it has one side of calls alone they seem to cost less than they did.
    fn close(&mut self) {
        let is_read = std::mem::take(&mut self.is_read);
        self.checked = false;
        let [prompts, answers, times] = std::mem::take(&mut self.told);
        self.untimed |= is_read && !times;
        let (side, field) = match (prompts, answers) {
            (true, false) => ("answers", "output"),
            (false, true) => ("prompts", "input"),
            _ => return,
        };
        let name = &self.name;
        self.lacking.push(format!(
            "{name}: no column is known to hold the tokens of {side}; --map {field}=NAME says where they are"
        ));
    }

    fn text(&self, row: &Fields<'_>, field: &str) -> Option<String> {
        row.first(&self.map.names(field))
    }

    fn count(&self, row: &Fields<'_>, field: &str) -> Option<u64> {
        row.first_count(&self.map.names(field))
    }

    fn time(&self, row: &Fields<'_>) -> Option<Instant> {
        let names = self.map.names("time");
        let name = names.iter().find(|name| row.has(name))?;
        match self.clock {
            // The clock of a trace begins at zero: its days are counted from 1970-01-01.
            Some(unit) => row
                .number(name)
                .and_then(|n| Instant::of_seconds(0, (n * unit * 1e9) as i64)),
            None => row.time(name),
        }
    }

    fn status(&self, row: &Fields<'_>) -> Status {
        let failed = self.map.names("failed").iter().any(|name| row.flag(name));
        let status = self.text(row, "status").unwrap_or_default();
        if failed || super::is_failure(&status) {
            Status::Failed
        } else {
            Status::Success
        }
    }
}

/// A count that a table of one's own may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The whole input.
    Input,
    /// Input that no cache had.
    InputUncached,
    /// Read from the cache.
    CacheRead,
    /// Written to the cache.
    CacheWrite,
    /// Written for five minutes.
    CacheWrite5m,
    /// Written for an hour.
    CacheWrite1h,
    /// The whole output.
    Output,
    /// Output that the caller sees.
    OutputVisible,
    /// Reasoning.
    Reasoning,
}

/// Counts with their names in a column map.
pub const COUNTS: [(Count, &str); 9] = [
    (Count::Input, "input"),
    (Count::InputUncached, "input_uncached"),
    (Count::CacheRead, "cache_read"),
    (Count::CacheWrite, "cache_write"),
    (Count::CacheWrite5m, "cache_write_5m"),
    (Count::CacheWrite1h, "cache_write_1h"),
    (Count::Output, "output"),
    (Count::OutputVisible, "output_visible"),
    (Count::Reasoning, "reasoning"),
];

impl Count {
    fn name(self) -> &'static str {
        COUNTS[self as usize].1
    }
}

/// Counts; a part that stands for itself (`input_uncached`, `output_visible`) is made a whole first.
#[inline]
pub fn counts(semantics: &Semantics, mut count: impl FnMut(Count) -> Option<u64>) -> Counts {
    let mut counts = Counts {
        cache_read: count(Count::CacheRead).unwrap_or(0),
        reasoning: count(Count::Reasoning).unwrap_or(0),
        ..Counts::default()
    };
    let (five, hour) = (count(Count::CacheWrite5m), count(Count::CacheWrite1h));
    counts.write(count(Count::CacheWrite), five, hour);
    let cached = counts
        .cache_read
        .saturating_add(counts.write_5m)
        .saturating_add(counts.write_1h)
        .saturating_add(counts.write_unknown);
    let inside = |part: Part, tokens: u64| if part == Part::Inside { tokens } else { 0 };
    counts.input = match (count(Count::Input), count(Count::InputUncached)) {
        (Some(whole), _) => whole,
        (None, rest) => rest
            .unwrap_or(0)
            .saturating_add(inside(semantics.cache_read, cached)),
    };
    counts.output = match (count(Count::Output), count(Count::OutputVisible)) {
        (Some(whole), _) => whole,
        (None, rest) => {
            let reasoning = inside(semantics.reasoning, counts.reasoning);
            rest.unwrap_or(0).saturating_add(reasoning)
        }
    };
    counts
}

impl Reader for Mapped {
    fn file(&mut self, name: &str) {
        self.close();
        name.clone_into(&mut self.name);
    }

    fn heads(&mut self, names: &[String]) {
        if self.clock.is_none() {
            self.look(|name| names.iter().any(|head| head == name));
        }
    }

    fn end(&mut self) -> End {
        self.close();
        End {
            lacking: std::mem::take(&mut self.lacking),
            untimed: std::mem::take(&mut self.untimed) && self.clock.is_none(),
            ..End::default()
        }
    }

    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.is_object() || !self.check(row) {
            return Row::Foreign;
        }
        if !self.counts_something(row) && self.status(row) == Status::Success {
            return Row::Foreign;
        }
        if self.clock.is_none() && self.told != [true; 3] {
            self.look(|name| row.knows(name));
        }
        let model = self.text(row, "model").map(|name| names::model(&name));
        let provider = self.text(row, "provider");
        let mut counts = counts(&self.semantics, |what| self.count(row, what.name()));
        if names::has_one_cache_write(provider.as_deref(), model.as_deref()) {
            counts.one_kind_of_write();
        }
        let Some(tokens) = super::tokens(&self.semantics, &counts, row) else {
            return Row::Foreign;
        };
        let seconds = self
            .text(row, "latency_s")
            .and_then(|text| text.parse::<f64>().ok());
        let milliseconds =
            |field| row.number(self.map.names(field).iter().find(|name| row.has(name))?);
        let requests = self.map.names("requests");
        let status = self.status(row);
        let id = self.text(row, "id");
        Record {
            at: self.time(row),
            tenant: self
                .options
                .tenant(row)
                .or_else(|| self.text(row, "tenant")),
            feature: self
                .options
                .feature(row)
                .or_else(|| self.text(row, "feature")),
            prompt: names::prompt(self.text(row, "prompt"), self.text(row, "prompt_version")),
            model,
            provider,
            tier: names::tier(self.text(row, "tier")),
            session: self.text(row, "session"),
            tokens,
            requests: Some(row.first_count(&requests).unwrap_or(1)),
            status,
            latency_ms: milliseconds("latency_ms").or(seconds.map(|s| s * 1e3)),
            ttft_ms: milliseconds("ttft_ms"),
            logged: self
                .map
                .names("cost")
                .iter()
                .find(|name| row.has(name))
                .and_then(|name| row.money(name)),
            id: id.map(|id| names::attempt(&[&id], status == Status::Failed)),
            ..Record::default()
        }
        .into()
    }
}

/// The names of columns. Where the first line is none of names they are cells, such as bodies of prompts: short.
fn columns(row: &Fields<'_>) -> String {
    let short = |(name, _): (&str, _)| match name.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name.to_owned(),
    };
    let names: Vec<String> = row.entries().map(short).take(40).collect();
    names.join(", ")
}
