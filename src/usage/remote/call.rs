//! What a row of a table means as a call, in the terms of the engine: the counterpart of `usage::record`.

use super::super::read::Options;
use super::super::record::Bucket;
use super::super::semantics::{Semantics, Source};
use super::schema::{Column, Schema};
use super::sql::{self, Steps};
use super::value::{Read, Width};
use super::{langfuse, litellm, mapped};

/// Which rows are asked for, and how they are read.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Source of the rows.
    pub source: Source,
    /// Columns of the table.
    pub schema: &'a Schema,
    /// What the user says about the source.
    pub options: &'a Options,
    /// How counts are summed.
    pub width: Width,
}

/// Counts as the source has them; `0` where it has none.
#[derive(Clone, Debug)]
pub struct Counts {
    /// The whole input, or what the source calls so.
    pub input: String,
    /// Read from the cache.
    pub cache_read: String,
    /// Written to the cache for five minutes.
    pub write_5m: String,
    /// Written for an hour.
    pub write_1h: String,
    /// Written for a time that is not told.
    pub write_unknown: String,
    /// The whole output, or what the source calls so.
    pub output: String,
    /// Hidden reasoning.
    pub reasoning: String,
    /// Audio within the input.
    pub audio_input: String,
    /// Audio within the output.
    pub audio_output: String,
    /// Images within the input.
    pub image_input: String,
    /// Images within the output.
    pub image_output: String,
}

impl Default for Counts {
    fn default() -> Self {
        let zero = || "0".to_owned();
        Self {
            input: zero(),
            cache_read: zero(),
            write_5m: zero(),
            write_1h: zero(),
            write_unknown: zero(),
            output: zero(),
            reasoning: zero(),
            audio_input: zero(),
            audio_output: zero(),
            image_input: zero(),
            image_output: zero(),
        }
    }
}

/// A sum without its zeros.
pub fn plus(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| *part != "0").collect();
    match parts.as_slice() {
        [] => "0".into(),
        [one] => (*one).to_owned(),
        many => format!("({})", many.join(" + ")),
    }
}

/// A difference, where there is something to subtract.
fn minus(whole: &str, parts: &str) -> String {
    if parts == "0" {
        whole.to_owned()
    } else {
        format!("({whole} - {parts})")
    }
}

impl Counts {
    /// Splits writes to the cache: the parts with a known time, and the rest of the whole.
    pub fn write(&mut self, whole: Option<String>, five: Option<String>, hour: Option<String>) {
        let or_zero = |part: Option<String>| {
            part.map_or_else(|| "0".to_owned(), |sql| format!("coalesce({sql}, 0)"))
        };
        (self.write_5m, self.write_1h) = (or_zero(five), or_zero(hour));
        let split = plus(&[&self.write_5m, &self.write_1h]);
        self.write_unknown = match or_zero(whole) {
            whole if whole == "0" || split == "0" => whole,
            whole => format!("greatest({whole} - {split}, 0)"),
        };
    }

    /// Writes of all times.
    pub fn written(&self) -> String {
        plus(&[&self.write_5m, &self.write_1h, &self.write_unknown])
    }
}

/// A problem of a row with what shows it.
pub type Wrong = (String, String);

/// What a row means.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it is read by.
    pub steps: Steps,
    /// Instant (µs).
    pub time: String,
    /// The column whose bounds the engine can look at before it reads rows.
    pub dated: Option<Column>,
    /// Who is to pay.
    pub tenant: String,
    /// What it was for.
    pub feature: String,
    /// Name of the prompt.
    pub prompt: String,
    /// Its version.
    pub prompt_version: String,
    /// Model as the table writes it.
    pub model: String,
    /// Who served it.
    pub provider: String,
    /// Service tier as the table writes it.
    pub tier: String,
    /// Conversation.
    pub session: String,
    /// Disjoint buckets that are not always empty.
    pub buckets: Vec<(Bucket, String)>,
    /// Calls in the row.
    pub requests: String,
    /// Whether it failed.
    pub failed: String,
    /// Time to the whole answer (tenths of a millisecond).
    pub latency: String,
    /// Cost as logged (1e-18 USD).
    pub logged: String,
    /// Identity; none where the source has none.
    pub id: Option<String>,
    /// Whether a proxy's own cache answered.
    pub cache_hit: Option<String>,
    /// Whether it is no call.
    pub not_billable: Option<String>,
    /// Whether it ends before it begins.
    pub backwards: Option<String>,
    /// Whether its parts do not add up to its own total.
    pub mismatched: Option<String>,
    /// What may be wrong with it.
    pub wrong: Vec<Wrong>,
    /// Whether a count is too large for narrow sums.
    pub huge: Vec<String>,
}

/// Sources whose tables can be read on an engine.
pub const SOURCES: [Source; 9] = [
    Source::Table,
    Source::Csv,
    Source::Jsonl,
    Source::Litellm,
    Source::LitellmStandard,
    Source::Langfuse,
    Source::AzureTrace,
    Source::Burstgpt,
    Source::Mooncake,
];

impl Call {
    /// A call of nothing.
    pub(super) fn empty() -> Self {
        let null = || "NULL".to_owned();
        Self {
            steps: Steps::default(),
            time: null(),
            dated: None,
            tenant: null(),
            feature: null(),
            prompt: null(),
            prompt_version: null(),
            model: null(),
            provider: null(),
            tier: null(),
            session: null(),
            buckets: Vec::new(),
            requests: "1".into(),
            failed: "false".into(),
            latency: null(),
            logged: null(),
            id: None,
            cache_hit: None,
            not_billable: None,
            backwards: None,
            mismatched: None,
            wrong: Vec::new(),
            huge: Vec::new(),
        }
    }

    /// What the rows of a table mean.
    ///
    /// # Errors
    /// A source whose tables are not known; columns that are not there or hold something else.
    pub fn new(asked: &Asked<'_>) -> Result<Self, String> {
        match asked.source {
            Source::Litellm | Source::LitellmStandard => litellm::call(asked),
            Source::Langfuse => langfuse::call(asked),
            source if SOURCES.contains(&source) => mapped::call(asked),
            source => {
                let known: Vec<&str> = SOURCES.iter().map(|source| source.name()).collect();
                Err(format!(
                    "--remote does not know tables of {}\nhint: known: {}; or name the columns with --from table --map ...",
                    source.name(),
                    known.join(", ")
                ))
            }
        }
    }

    /// Notes a value of a field: what is wrong with it, and whether it is too large.
    pub(super) fn take(&mut self, what: &str, read: Read) -> String {
        if read.wrong != "false" {
            self.wrong.push((what.to_owned(), read.wrong));
        }
        if read.huge != "false" {
            self.huge.push(read.huge);
        }
        read.value
    }

    /// A count of columns; none where there are no columns.
    pub(super) fn counted(
        &mut self,
        what: &str,
        columns: &[Column],
        width: Width,
        of: fn(&[Column], Width, &mut Steps) -> Read,
    ) -> Option<String> {
        if columns.is_empty() {
            return None;
        }
        let read = of(columns, width, &mut self.steps);
        let value = self.take(&format!("`{what}` is negative or no count"), read);
        Some(self.steps.c.put(value))
    }

    /// Disjoint buckets by the table of semantics; a whole that is less than its parts is wrong.
    pub(super) fn count(&mut self, semantics: &Semantics, counts: &Counts) {
        let (mut input, mut output) = (
            vec![counts.audio_input.as_str(), &counts.image_input],
            vec![counts.audio_output.as_str(), &counts.image_output],
        );
        let written = counts.written();
        if semantics.cache_read.is_inside() {
            input.push(&counts.cache_read);
        }
        if semantics.cache_write.is_inside() {
            input.push(&written);
        }
        if semantics.reasoning.is_inside() {
            output.push(&counts.reasoning);
        }
        let mut rest = |what: &str, whole: &str, parts: String| {
            let rest = self.steps.d.put(minus(whole, &parts));
            if parts != "0" {
                let why = format!("{what} is less than the parts that it should contain");
                self.wrong.push((why, format!("{rest} < 0")));
            }
            rest
        };
        let input = rest("input", &counts.input, plus(&input));
        let output = rest("output", &counts.output, plus(&output));
        let all = [
            (Bucket::InputUncached, &input),
            (Bucket::CacheRead, &counts.cache_read),
            (Bucket::CacheWrite5m, &counts.write_5m),
            (Bucket::CacheWrite1h, &counts.write_1h),
            (Bucket::CacheWriteUnknown, &counts.write_unknown),
            (Bucket::OutputVisible, &output),
            (Bucket::Reasoning, &counts.reasoning),
            (Bucket::AudioInput, &counts.audio_input),
            (Bucket::AudioOutput, &counts.audio_output),
            (Bucket::ImageInput, &counts.image_input),
            (Bucket::ImageOutput, &counts.image_output),
        ];
        let told = all.into_iter().filter(|(_, sql)| *sql != "0");
        self.buckets = told.map(|(bucket, sql)| (bucket, sql.clone())).collect();
    }

    /// Tokens of the buckets that are wanted.
    pub fn tokens(&self, wanted: impl Fn(Bucket) -> bool) -> String {
        let parts: Vec<&str> = self
            .buckets
            .iter()
            .filter(|(bucket, _)| wanted(*bucket))
            .map(|(_, sql)| sql.as_str())
            .collect();
        plus(&parts)
    }

    /// Tells attempts of calls apart: one that failed and was billed all the same is not the one that succeeded.
    pub(super) fn attempt(&mut self, of: &[&str]) {
        let failed = format!("CASE WHEN {} THEN 'failed' ELSE '' END", self.failed);
        self.id = Some(format!("concat({}, '#', {failed})", of.join(", '#', ")));
    }

    /// Tenths of a millisecond of a time in milliseconds.
    pub(super) fn tenths(&mut self, ms: &str) -> String {
        if ms == "NULL" {
            return ms.to_owned();
        }
        let tenths = format!("floor(({ms}) * 10D + 0.5D)");
        let is_time = format!("{tenths} BETWEEN 0 AND 4294967295");
        let none = format!("NOT coalesce({is_time}, true)");
        self.backwards = Some(sql::any(
            &[self.backwards.take(), Some(none)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>(),
        ));
        self.steps.d.put(format!(
            "CASE WHEN {is_time} THEN CAST({tenths} AS BIGINT) END"
        ))
    }

    /// Whether anything of the row is wrong, as the number of what is wrong first.
    pub fn first_wrong(&self) -> String {
        let whens: Vec<String> = self
            .wrong
            .iter()
            .enumerate()
            .map(|(at, (_, sql))| format!("WHEN {sql} THEN {at}"))
            .collect();
        if whens.is_empty() {
            return "CAST(NULL AS INT)".into();
        }
        format!("CASE {} END", whens.join(" "))
    }

    /// Whether any count is too large for narrow sums.
    pub fn is_huge(&self) -> String {
        sql::any(&self.huge)
    }
}
