//! Readers: a row of a source becomes a [`Record`], by the rules of `semantics`.

mod anthropic;
mod apim;
mod bedrock;
mod bodies;
mod claude_code;
mod codex;
mod deepseek;
mod envelope;
mod focus;
mod gemini;
mod held;
mod helicone;
pub(super) mod langfuse;
mod litellm;
pub mod mapped;
mod openai;
mod openrouter;
mod otlp;
mod reports;
mod vllm;

use std::collections::{BTreeMap, BTreeSet};

pub use bodies::source as body_of;
pub use openai::CustomId;

use super::fields::Fields;
use super::map::Map;
use super::record::{Record, Tokens};
use super::semantics::{Counts, Semantics, Source};

/// What a row is.
#[derive(Debug)]
pub enum Row {
    /// A call, or a sum of calls.
    Call(Box<Record>),
    /// Something that nothing was paid for, or that repeats other rows.
    NotBillable,
    /// Part of a call that is told at the end.
    Part,
    /// Nothing about usage.
    Other,
    /// Not a row of this source.
    Foreign,
}

impl From<Record> for Row {
    fn from(record: Record) -> Self {
        Self::Call(Box::new(record))
    }
}

/// What the user says about the sources.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Keys that may hold the tenant, before the usual ones.
    pub tenant_keys: Vec<String>,
    /// Keys that may hold the feature, before the usual ones.
    pub feature_keys: Vec<String>,
    /// Columns of tables of one's own.
    pub map: Map,
    /// Whether spans count the cache inside their input.
    pub otel_input: OtelInput,
    /// What the ids of batches tell.
    pub custom_id: CustomId,
    /// Models by the names of deployments and profiles.
    pub aliases: BTreeMap<String, String>,
    /// Whether the rows are a bill: what it charges beside usage counts too, under names in parentheses
    /// ([`charge`]) in place of a model.
    pub bill: bool,
}

/// The name of a charge that is no usage of a model, in place of the model: `(tax)`.
pub fn charge(kind: &str) -> String {
    format!("({})", kind.trim().to_lowercase().replace('_', " "))
}

/// Whether the name of a model is that of a charge.
pub fn is_charge(model: &str) -> bool {
    model.starts_with('(') && model.ends_with(')')
}

impl Options {
    /// The tenant by the user's keys.
    pub fn tenant(&self, row: &Fields<'_>) -> Option<String> {
        self.tenant_keys.iter().find_map(|key| row.text(key))
    }

    /// The feature by the user's keys.
    pub fn feature(&self, row: &Fields<'_>) -> Option<String> {
        self.feature_keys.iter().find_map(|key| row.text(key))
    }
}

/// Whether spans count the cache inside their input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtelInput {
    /// As the conventions say, unless the numbers show otherwise.
    #[default]
    Auto,
    /// Inside.
    Inclusive,
    /// Outside.
    Exclusive,
}

/// What a reader has left at the end.
#[derive(Debug, Default)]
pub struct End {
    /// Calls that had to wait.
    pub records: Vec<Record>,
    /// Rows that they replace.
    pub replaced: u64,
    /// Rows that repeat what others count.
    pub repeated: u64,
    /// Calls with usage below another call with usage, which may count it once more.
    pub nested: u64,
    /// What is missing, once per call.
    pub complaints: Vec<String>,
    /// What tables have no column for, once per table.
    pub lacking: Vec<String>,
    /// Whether a table has no column of times.
    pub untimed: bool,
    /// Operations of spans with usage of which it is not known whether they are calls.
    pub operations: Vec<String>,
}

/// Reads the rows of one source.
pub trait Reader {
    /// A file begins.
    fn file(&mut self, _name: &str) {}

    /// Rows with these columns were read elsewhere.
    fn heads(&mut self, _names: &[String]) {}

    /// One row. What is wrong with it is told through the fields, and the row is then not used.
    fn row(&mut self, row: &Fields<'_>) -> Row;

    /// All files were read.
    fn end(&mut self) -> End {
        End::default()
    }
}

/// Disjoint buckets; where the counts contradict the table the row is wrong.
pub fn tokens(semantics: &Semantics, counts: &Counts, row: &Fields<'_>) -> Option<Tokens> {
    let tokens = semantics.tokens(counts);
    tokens.map_err(|why| row.wrong(why)).ok()
}

/// Statuses that tell of a failure, beside HTTP codes from 400 on.
pub const FAILURES: [&str; 8] = [
    "failed",
    "failure",
    "error",
    "errored",
    "timeout",
    "exception",
    "cancelled",
    "canceled",
];

/// Whether a status tells of a failure: a word, or an HTTP code from 400 on.
pub fn is_failure(status: &str) -> bool {
    let status = status.trim().to_ascii_lowercase();
    match status.parse::<i64>() {
        Ok(code) => !(0..400).contains(&code),
        Err(_) => FAILURES.contains(&status.as_str()),
    }
}

/// The reader of a source.
pub fn reader(source: Source, options: &Options) -> Box<dyn Reader> {
    use Source as S;
    let own = options.clone();
    match source {
        S::Litellm | S::LitellmStandard => Box::new(litellm::Litellm {
            source,
            options: own,
        }),
        S::Langfuse => Box::new(langfuse::Langfuse::new(options)),
        S::Otlp => Box::new(otlp::Otlp {
            options: own,
            unknown: BTreeSet::default(),
        }),
        S::Openai | S::Anthropic | S::Gemini => Box::new(bodies::Bodies::new(source, options)),
        S::OpenaiBatch => Box::new(openai::Batch { options: own }),
        S::Bedrock => Box::new(bedrock::Bedrock { options: own }),
        S::Apim => Box::new(apim::Apim { options: own }),
        S::Deepseek => Box::new(deepseek::Deepseek::new(options)),
        S::Openrouter => Box::new(openrouter::Openrouter { options: own }),
        S::Helicone => Box::new(helicone::Helicone { options: own }),
        S::Focus => Box::new(focus::Focus { options: own }),
        S::ClaudeCode => Box::new(claude_code::ClaudeCode::new(options)),
        S::Codex => Box::new(codex::Codex::new(options)),
        S::Vllm => Box::new(vllm::Vllm::default()),
        S::OpenaiUsage
        | S::OpenaiDashboard
        | S::OpenaiCosts
        | S::AnthropicUsage
        | S::AnthropicCost
        | S::AnthropicConsole => Box::new(reports::Report {
            source,
            options: own,
        }),
        S::Csv | S::Jsonl | S::Table | S::AzureTrace | S::Burstgpt | S::Mooncake => {
            Box::new(mapped::Mapped::new(source, options))
        }
    }
}
