//! OpenTelemetry: spans of GenAI calls, with the attribute names of all generations of the conventions, of
//! OpenLLMetry, OpenInference and the Vercel AI SDK.
//!
//! Agent, workflow and tool spans repeat the sums of their calls and are not counted. The input includes the
//! cache since 1.40, and had either meaning before: an input that is less than its cached parts surely
//! excludes them, and a total that the span gives decides; else `--otel-input` says it.

use std::collections::BTreeSet;

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Record, Status, Tokens};
use super::super::semantics::{Counts, Part, Source};
use super::{End, Options, OtelInput, Reader, Row, tokens};

/// The reader.
pub struct Otlp {
    /// What the user says.
    pub options: Options,
    /// Operations that the conventions do not name, of spans with usage.
    pub unknown: BTreeSet<String>,
}

/// Operations of calls.
const CALLS: [&str; 4] = ["chat", "generate_content", "text_completion", "embeddings"];

/// Operations that repeat the sums of calls, or that no model takes part in.
const AROUND: [&str; 7] = [
    "create_agent",
    "invoke_agent",
    "invoke_workflow",
    "execute_tool",
    "retrieval",
    "plan",
    "handoff",
];

/// Operations that are not known and told.
const MOST_UNKNOWN: usize = 10;

const INPUT: &[&str] = &[
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.usage.prompt_tokens",
    "llm.token_count.prompt",
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
];
const OUTPUT: &[&str] = &[
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.usage.completion_tokens",
    "llm.token_count.completion",
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
];
const READ: &[&str] = &[
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cache_read_tokens",
    "gen_ai.usage.input_cached_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.details.cache_read_input_tokens",
    "llm.token_count.prompt_details.cache_read",
    "ai.usage.cachedInputTokens",
];
const WRITE: &[&str] = &[
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "gen_ai.usage.cache_write_tokens",
    "gen_ai.usage.details.cache_write_tokens",
    "gen_ai.usage.details.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
];
const REASONING: &[&str] = &[
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.details.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
    "ai.usage.reasoningTokens",
];
const TOTAL: &[&str] = &[
    "gen_ai.usage.total_tokens",
    "llm.usage.total_tokens",
    "llm.token_count.total",
    "ai.usage.totalTokens",
];
const COST: &[&str] = &[
    "gen_ai.usage.cost",
    "gen_ai.usage.cost_usd",
    "gen_ai.usage.cost.total",
    "gen_ai.usage.total_cost",
    "llm.cost.total",
    "llm.usage.total_cost",
];
const MODEL: &[&str] = &[
    "gen_ai.response.model",
    "ai.response.model",
    "gen_ai.request.model",
    "ai.model.id",
    "llm.model_name",
];
const PROVIDER: &[&str] = &[
    "gen_ai.provider.name",
    "gen_ai.system",
    "ai.model.provider",
    "llm.provider",
    "llm.system",
];
const TENANT: &[&str] = &[
    "tenant.id",
    "app.tenant.id",
    "tenant",
    "tenant_id",
    "traceloop.association.properties.tenant",
    "traceloop.association.properties.tenant_id",
    "traceloop.association.properties.customer_id",
    "ai.telemetry.metadata.tenant",
    "enduser.id",
    "user.id",
    "langfuse.user.id",
    "traceloop.association.properties.user_id",
];
const FEATURE: &[&str] = &[
    "app.feature",
    "feature",
    "traceloop.association.properties.feature",
    "ai.telemetry.metadata.feature",
    "traceloop.workflow.name",
    "traceloop.entity.name",
    "ai.telemetry.functionId",
];
const SESSION: &[&str] = &[
    "gen_ai.conversation.id",
    "session.id",
    "traceloop.association.properties.session_id",
    "langfuse.session.id",
];
const TIER: &[&str] = &[
    "gen_ai.openai.response.service_tier",
    "openai.response.service_tier",
    "gen_ai.response.service_tier",
];

/// What a span is by its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A call of a model.
    Call,
    /// Something that repeats calls.
    Around,
    /// It does not say.
    Unsaid,
}

impl Reader for Otlp {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.has("spanId") && !row.has("span") {
            return Row::Foreign;
        }
        let (span, resource) = (row.at("span"), row.at("resource"));
        let used = [INPUT, OUTPUT]
            .iter()
            .any(|keys| span.first(keys).is_some());
        match kind(&span) {
            Kind::Around => {
                let operation = span.text("gen_ai.operation.name").filter(|_| used);
                self.note(operation);
                return Row::NotBillable;
            }
            Kind::Unsaid if !used => return Row::Other,
            _ => {}
        }
        let told = |keys: &[&str]| span.first(keys).or_else(|| resource.first(keys));
        let model = span.first(MODEL).map(|name| names::model(&name));
        let provider = span.first(PROVIDER);
        let Some(tokens) = self.usage(&span, row, provider.as_deref(), model.as_deref()) else {
            return Row::Foreign;
        };
        let start = row.time("startTimeUnixNano");
        let ids = [row.text("traceId"), row.text("spanId")].map(Option::unwrap_or_default);
        let cost = COST
            .iter()
            .find(|key| span.has(key))
            .and_then(|key| span.money(key));
        Record {
            at: start,
            tenant: self
                .options
                .tenant(&span)
                .or_else(|| self.options.tenant(&resource))
                .or_else(|| told(TENANT)),
            feature: self
                .options
                .feature(&span)
                .or_else(|| told(FEATURE))
                .or_else(|| resource.text("service.name")),
            prompt: prompt(&span),
            model,
            provider: provider.map(|name| provider_name(&name)),
            tier: names::tier(span.first(TIER)),
            session: told(SESSION),
            tokens,
            status: status(row, &span),
            latency_ms: row.between(start, row.time("endTimeUnixNano")),
            ttft_ms: span.number("ai.response.msToFirstChunk"),
            logged: cost,
            id: Some(names::id(&[&ids[0], &ids[1]])),
            ..Record::call()
        }
        .into()
    }

    fn end(&mut self) -> End {
        End {
            operations: std::mem::take(&mut self.unknown).into_iter().collect(),
            ..End::default()
        }
    }
}

fn kind(span: &Fields<'_>) -> Kind {
    if let Some(operation) = span.text("gen_ai.operation.name") {
        let call = CALLS.contains(&operation.as_str());
        return if call { Kind::Call } else { Kind::Around };
    }
    if let Some(kind) = span.text("openinference.span.kind") {
        let call = ["LLM", "EMBEDDING"].contains(&kind.to_ascii_uppercase().as_str());
        return if call { Kind::Call } else { Kind::Around };
    }
    if let Some(operation) = span.text("ai.operationId") {
        // `ai.generateText` is around `ai.generateText.doGenerate`.
        return if operation.contains(".do") {
            Kind::Call
        } else {
            Kind::Around
        };
    }
    match span.text("traceloop.span.kind").as_deref() {
        Some("workflow" | "task" | "agent" | "tool") => Kind::Around,
        _ if span.has("llm.request.type") => Kind::Call,
        _ => Kind::Unsaid,
    }
}

/// `openai.chat` of the Vercel AI SDK is `openai`.
fn provider_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((maker, "chat" | "responses" | "messages" | "completion")) => maker.to_owned(),
        _ => name.to_owned(),
    }
}

fn prompt(span: &Fields<'_>) -> Option<String> {
    let pairs = [
        ("gen_ai.prompt.name", "gen_ai.prompt.version"),
        ("traceloop.prompt.key", "traceloop.prompt.version"),
        ("app.prompt", "app.prompt.version"),
        (
            "langfuse.observation.prompt.name",
            "langfuse.observation.prompt.version",
        ),
    ];
    pairs
        .iter()
        .find_map(|(name, version)| names::prompt(span.text(name), span.text(version)))
}

/// Status code 2 is an error; so is a span that names the type of one.
fn status(row: &Fields<'_>, span: &Fields<'_>) -> Status {
    let code = row.at("status").text("code");
    let failed = matches!(code.as_deref(), Some("2" | "STATUS_CODE_ERROR"));
    if failed || span.has("error.type") {
        Status::Failed
    } else {
        Status::Success
    }
}

impl Otlp {
    /// Notes an operation that is not known.
    fn note(&mut self, operation: Option<String>) {
        let unknown = operation.filter(|name| !AROUND.contains(&name.as_str()));
        if self.unknown.len() < MOST_UNKNOWN {
            self.unknown.extend(unknown);
        }
    }

    fn usage(
        &self,
        span: &Fields<'_>,
        row: &Fields<'_>,
        provider: Option<&str>,
        model: Option<&str>,
    ) -> Option<Tokens> {
        let count = |keys: &[&str]| span.first_count(keys).unwrap_or(0);
        let mut counts = Counts {
            input: count(INPUT),
            output: count(OUTPUT),
            cache_read: count(READ),
            reasoning: count(REASONING),
            ..Counts::default()
        };
        counts.write(span.first_count(WRITE), None, None);
        if names::has_one_cache_write(provider, model) {
            counts.one_kind_of_write();
        }
        let total = span.first_count(TOTAL);
        let mut semantics = Source::Otlp
            .semantics()
            .told(self.is_inside(&counts, total));
        if counts.reasoning > counts.output {
            semantics.reasoning = Part::Outside;
        }
        let tokens = tokens(&semantics, &counts, row)?;
        row.check_total(tokens.total(), total);
        Some(tokens)
    }

    fn is_inside(&self, counts: &Counts, total: Option<u64>) -> bool {
        let cached = [
            counts.cache_read,
            counts.write_5m,
            counts.write_1h,
            counts.write_unknown,
        ];
        let cached: u128 = cached.iter().map(|part| u128::from(*part)).sum();
        let whole = u128::from(counts.input) + u128::from(counts.output);
        match self.options.otel_input {
            OtelInput::Inclusive => true,
            OtelInput::Exclusive => false,
            OtelInput::Auto if u128::from(counts.input) < cached => false,
            OtelInput::Auto => {
                cached == 0 || total.is_none_or(|total| u128::from(total) != whole + cached)
            }
        }
    }
}
