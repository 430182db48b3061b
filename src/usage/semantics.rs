//! What the rows of each source mean, in one table: readers convert by it and the documentation prints it.

mod counts;
mod page;

use super::record::{Bucket, Tokens};
pub use counts::Counts;
pub use page::page;

/// A source of usage rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Any CSV with a column map.
    Csv,
    /// Any JSON lines with a column map.
    Jsonl,
    /// LiteLLM proxy, table `LiteLLM_SpendLogs`.
    Litellm,
    /// LiteLLM's `StandardLoggingPayload`.
    LitellmStandard,
    /// Langfuse observations.
    Langfuse,
    /// OpenTelemetry spans as OTLP JSON.
    Otlp,
    /// OpenAI chat and Responses bodies.
    Openai,
    /// Output of the OpenAI Batch API.
    OpenaiBatch,
    /// OpenAI Usage API.
    OpenaiUsage,
    /// OpenAI usage dashboard, CSV.
    OpenaiDashboard,
    /// OpenAI Costs API.
    OpenaiCosts,
    /// Anthropic message bodies and stream events.
    Anthropic,
    /// Anthropic usage report.
    AnthropicUsage,
    /// Anthropic cost report.
    AnthropicCost,
    /// Anthropic console, usage CSV.
    AnthropicConsole,
    /// Gemini and Vertex bodies.
    Gemini,
    /// Bedrock model invocation log.
    Bedrock,
    /// Azure API Management, `ApiManagementGatewayLlmLog`.
    Apim,
    /// DeepSeek console export, CSV.
    Deepseek,
    /// OpenRouter activity CSV.
    Openrouter,
    /// Helicone requests.
    Helicone,
    /// FOCUS 1.2 charges.
    Focus,
    /// Claude Code session files.
    ClaudeCode,
    /// Codex session files.
    Codex,
    /// Azure LLM inference traces.
    AzureTrace,
    /// BurstGPT traces.
    Burstgpt,
    /// Mooncake traces.
    Mooncake,
    /// Scrapes of vLLM's `/metrics`.
    Vllm,
    /// Any table in Parquet or on an engine, with a column map.
    Table,
}

/// Whether a part is counted inside another number of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Inside: it has to be subtracted.
    Inside,
    /// Outside: it stands beside.
    Outside,
    /// The user says which (`--map cache=outside`, `--otel-input`); this is the default.
    Told(Inside),
    /// The source does not give it.
    NotGiven,
}

impl Part {
    /// Whether it has to be subtracted, where the user does not say otherwise.
    pub fn is_inside(self) -> bool {
        matches!(self, In | Told(Yes))
    }
}

/// The default of [`Part::Told`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Inside.
    Yes,
    /// Outside.
    No,
}

/// What a cost in the rows is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logged {
    /// None.
    No,
    /// US dollars as the tool behind the log computed them.
    Computed,
    /// US dollars as they are charged.
    Charged,
    /// US cents as they are charged.
    ChargedCents,
}

/// What the rows of a source mean.
#[derive(Clone, Copy, Debug)]
pub struct Semantics {
    /// The source.
    pub source: Source,
    /// Its name after `--from`.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Cache reads in the input count.
    pub cache_read: Part,
    /// Cache writes in the input count.
    pub cache_write: Part,
    /// Reasoning in the output count.
    pub reasoning: Part,
    /// Cost.
    pub logged: Logged,
    /// How instants are written, and the zone where none is written.
    pub time: &'static str,
    /// What tells copies of a call apart from calls.
    pub dedupe: &'static str,
    /// Rows that nothing was paid for, or that repeat others.
    pub not_billable: &'static str,
}

use Inside::Yes;
use Logged::{Charged, ChargedCents, Computed, No};
use Part::{Inside as In, NotGiven, Outside as Out, Told};

macro_rules! table {
    ($($source:ident $name:literal $title:literal: $read:expr, $write:expr, $reasoning:expr; $logged:expr; $time:literal; $dedupe:literal; $not:literal;)*) => {
        /// Every source.
        pub const TABLE: &[Semantics] = &[$(Semantics {
            source: Source::$source,
            name: $name,
            title: $title,
            cache_read: $read,
            cache_write: $write,
            reasoning: $reasoning,
            logged: $logged,
            time: $time,
            dedupe: $dedupe,
            not_billable: $not,
        },)*];
    };
}

table! {
    Csv "csv" "any CSV, by --map": Told(Yes), Told(Yes), Told(Yes); Computed; "any; no zone is UTC"; "the column mapped to id"; "-";
    Jsonl "jsonl" "any JSON lines, by --map": Told(Yes), Told(Yes), Told(Yes); Computed; "any; no zone is UTC"; "the key mapped to id"; "-";
    Litellm "litellm" "LiteLLM SpendLogs: JSON, JSONL, psql CSV": In, In, In; Computed; "ISO; no zone is UTC"; "litellm_call_id, else request_id"; "cache_hit, failures without spend";
    LitellmStandard "litellm-standard" "LiteLLM StandardLoggingPayload": In, In, In; Computed; "epoch seconds"; "litellm_call_id, else id"; "cache_hit, failures without spend";
    Langfuse "langfuse" "Langfuse observations: CSV, JSONL, JSON": Out, Out, Out; Computed; "ISO UTC, in CSV in quotes"; "id"; "types other than GENERATION and EMBEDDING";
    Otlp "otlp" "OpenTelemetry GenAI spans, OTLP JSON": Told(Yes), Told(Yes), In; Computed; "Unix nanoseconds"; "traceId + spanId"; "agent, workflow and tool spans";
    Openai "openai" "OpenAI bodies: chat, Responses, embeddings": In, In, In; No; "created, created_at: epoch seconds"; "id; of stream chunks the last"; "errors";
    OpenaiBatch "openai-batch" "OpenAI Batch API output": In, In, In; No; "body.created: epoch seconds"; "id"; "errors; the rest costs the batch price";
    OpenaiUsage "openai-usage" "OpenAI Usage API": In, In, In; No; "epoch seconds, UTC buckets"; "none: rows are sums"; "-";
    OpenaiDashboard "openai-dashboard" "OpenAI usage dashboard, CSV": In, In, In; No; "epoch seconds, UTC buckets"; "none: rows are sums"; "-";
    OpenaiCosts "openai-costs" "OpenAI Costs API": NotGiven, NotGiven, NotGiven; Charged; "epoch seconds, UTC days"; "none: rows are sums"; "-";
    Anthropic "anthropic" "Anthropic bodies and stream events": Out, Out, In; No; "the envelope's"; "id; of stream events the last"; "errors";
    AnthropicUsage "anthropic-usage" "Anthropic usage report": Out, Out, In; No; "RFC 3339 UTC buckets"; "none: rows are sums"; "-";
    AnthropicCost "anthropic-cost" "Anthropic cost report": NotGiven, NotGiven, NotGiven; ChargedCents; "UTC days"; "none: rows are sums"; "-";
    AnthropicConsole "anthropic-console" "Anthropic console, usage CSV": Out, Out, In; No; "UTC days"; "none: rows are sums"; "-";
    Gemini "gemini" "Gemini and Vertex bodies": In, NotGiven, Out; No; "the envelope's, createTime"; "responseId; of stream chunks the last"; "errors";
    Bedrock "bedrock" "Bedrock model invocation log": Out, Out, In; No; "ISO UTC"; "requestId"; "errorCode";
    Apim "apim" "Azure API Management, ApiManagementGatewayLlmLog: CSV, JSON": NotGiven, NotGiven, NotGiven; No; "TimeGenerated, UTC"; "RequestId, else CorrelationId"; "rows without tokens: parts of long messages";
    Deepseek "deepseek" "DeepSeek console export, CSV": Out, NotGiven, In; Charged; "UTC periods"; "none: rows are sums"; "charges of tokens that are counted";
    Openrouter "openrouter" "OpenRouter activity CSV": In, NotGiven, In; Charged; "no zone is UTC"; "generation_id"; "-";
    Helicone "helicone" "Helicone requests: JSON, JSONL": Out, Out, In; Computed; "ISO UTC"; "request_id"; "cache_reference_id, failures";
    Focus "focus" "FOCUS 1.2 charges, CSV": Out, Out, In; Charged; "UTC periods"; "none: rows are sums"; "ChargeCategory other than Usage";
    ClaudeCode "claude-code" "Claude Code session files": Out, Out, In; Computed; "ISO UTC"; "message.id (+ requestId); the largest wins"; "<synthetic>, API errors";
    Codex "codex" "Codex session files": In, NotGiven, In; No; "ISO UTC"; "running totals: their growth counts"; "-";
    AzureTrace "azure-trace" "Azure LLM inference trace, CSV": NotGiven, NotGiven, NotGiven; No; "no zone is UTC"; "none"; "-";
    Burstgpt "burstgpt" "BurstGPT trace, CSV": NotGiven, NotGiven, NotGiven; No; "seconds of the trace"; "none"; "-";
    Mooncake "mooncake" "Mooncake trace, JSONL": NotGiven, NotGiven, NotGiven; No; "milliseconds of the trace"; "none"; "-";
    Vllm "vllm" "vLLM /metrics, two or more scrapes; Prometheus query_range": In, NotGiven, NotGiven; No; "none; of Prometheus epoch seconds"; "growth of counters; a fall is a restart"; "-";
    Table "table" "any table in Parquet, or on an engine (--remote), by --map": Told(Yes), Told(Yes), Told(Yes); Computed; "any; no zone is UTC"; "the column mapped to id"; "-";
}

impl Source {
    /// What its rows mean.
    pub fn semantics(self) -> &'static Semantics {
        // The table has one row per source (a test holds it to that).
        &TABLE[self as usize]
    }

    /// Its name after `--from`.
    pub fn name(self) -> &'static str {
        self.semantics().name
    }

    /// Whether its rows may come as CSV.
    pub fn may_be_a_table(self) -> bool {
        use Source as S;
        matches!(
            self,
            S::Csv
                | S::Litellm
                | S::Langfuse
                | S::OpenaiDashboard
                | S::AnthropicConsole
                | S::Apim
                | S::Deepseek
                | S::Openrouter
                | S::Focus
                | S::AzureTrace
                | S::Burstgpt
        )
    }

    /// The source of a name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.source)
    }
}

/// Why counts cannot be made disjoint.
const TOO_SMALL: &str = "is less than the parts that it should contain";

impl Semantics {
    /// Disjoint buckets of a row.
    ///
    /// # Errors
    /// A whole that is less than its parts: the row does not mean what the table says.
    pub fn tokens(&self, counts: &Counts) -> Result<Tokens, String> {
        self.split(counts).ok_or_else(|| {
            let (input, output) = self.parts(counts);
            let (what, whole, parts) = if u128::from(counts.input) < input {
                ("input", counts.input, input)
            } else {
                ("output", counts.output, output)
            };
            format!("{what} {whole} {TOO_SMALL} ({parts})")
        })
    }

    /// The same without a word about why there are none.
    #[inline]
    pub fn split(&self, counts: &Counts) -> Option<Tokens> {
        let inside = |part: Part, tokens: u64| if part.is_inside() { tokens } else { 0 };
        let input = counts
            .input
            .checked_sub(counts.audio_input)?
            .checked_sub(counts.image_input)?
            .checked_sub(inside(self.cache_read, counts.cache_read))?
            .checked_sub(inside(self.cache_write, counts.write_5m))?
            .checked_sub(inside(self.cache_write, counts.write_1h))?
            .checked_sub(inside(self.cache_write, counts.write_unknown))?;
        let output = counts
            .output
            .checked_sub(counts.audio_output)?
            .checked_sub(counts.image_output)?
            .checked_sub(inside(self.reasoning, counts.reasoning))?;
        let tokens = Tokens::default()
            .with(Bucket::InputUncached, input)
            .with(Bucket::OutputVisible, output)
            .with(Bucket::CacheRead, counts.cache_read)
            .with(Bucket::CacheWrite5m, counts.write_5m)
            .with(Bucket::CacheWrite1h, counts.write_1h)
            .with(Bucket::CacheWriteUnknown, counts.write_unknown)
            .with(Bucket::Reasoning, counts.reasoning)
            .with(Bucket::AudioInput, counts.audio_input)
            .with(Bucket::AudioOutput, counts.audio_output)
            .with(Bucket::ImageInput, counts.image_input)
            .with(Bucket::ImageOutput, counts.image_output);
        Some(tokens)
    }

    /// What of the input and of the output stands in buckets of its own.
    fn parts(&self, counts: &Counts) -> (u128, u128) {
        let inside =
            |part: Part, tokens: u64| u128::from(if part.is_inside() { tokens } else { 0 });
        let input = u128::from(counts.audio_input)
            + u128::from(counts.image_input)
            + inside(self.cache_read, counts.cache_read)
            + inside(self.cache_write, counts.write_5m)
            + inside(self.cache_write, counts.write_1h)
            + inside(self.cache_write, counts.write_unknown);
        let output = u128::from(counts.audio_output)
            + u128::from(counts.image_output)
            + inside(self.reasoning, counts.reasoning);
        (input, output)
    }

    /// The same source with the cache told to be inside or outside the input.
    #[must_use]
    pub fn told(mut self, inside: bool) -> Self {
        let part = if inside { In } else { Out };
        (self.cache_read, self.cache_write) = (part, part);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_row_per_source_in_the_order_of_the_sources() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.source as usize, at, "{}", row.name);
            assert_eq!(Source::named(row.name), Some(row.source));
        }
        assert_eq!(Source::Table as usize + 1, TABLE.len());
    }

    #[test]
    fn what_is_inside_is_subtracted_and_what_is_outside_is_not() {
        let counts = Counts {
            input: 100,
            cache_read: 30,
            write_5m: 20,
            output: 50,
            reasoning: 15,
            ..Counts::default()
        };
        let openai = Source::Openai.semantics().tokens(&counts).unwrap();
        assert_eq!(openai.get(Bucket::InputUncached), 50);
        assert_eq!(openai.get(Bucket::OutputVisible), 35);
        let langfuse = Source::Langfuse.semantics().tokens(&counts).unwrap();
        assert_eq!(langfuse.get(Bucket::InputUncached), 100);
        assert_eq!(langfuse.get(Bucket::OutputVisible), 50);
    }

    #[test]
    fn a_whole_that_is_less_than_its_parts_is_refused() {
        let counts = Counts {
            input: 10,
            cache_read: 30,
            ..Counts::default()
        };
        let why = Source::Openai.semantics().tokens(&counts).unwrap_err();
        assert_eq!(
            why,
            "input 10 is less than the parts that it should contain (30)"
        );
    }

    #[test]
    fn the_rest_of_a_write_has_no_known_time() {
        let mut counts = Counts::default();
        counts.write(Some(100), Some(30), None);
        assert_eq!(
            (counts.write_5m, counts.write_1h, counts.write_unknown),
            (30, 0, 70)
        );
        counts.write(None, Some(30), Some(5));
        assert_eq!(
            (counts.write_5m, counts.write_1h, counts.write_unknown),
            (30, 5, 0)
        );
    }
}
