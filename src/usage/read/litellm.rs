//! LiteLLM: the table `LiteLLM_SpendLogs` and the payload of its logging callbacks.
//!
//! Source: schema.prisma and `StandardLoggingPayload` of litellm 1.109.1. The counts include the cache for every
//! provider. A cache hit of the proxy keeps its tokens and costs nothing; a stream may log a spend of 0
//! although the breakdown has the cost (BerriAI/litellm#40100).

use super::super::fields::Fields;
use super::super::money::Money;
use super::super::names;
use super::super::record::{Id, Record, Status};
use super::super::semantics::{Counts, Source};
use super::{Options, Reader, Row, tokens};

/// The reader.
pub struct Litellm {
    /// Spend logs or payloads.
    pub source: Source,
    /// What the user says.
    pub options: Options,
}

impl Reader for Litellm {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        if row.has("api_requests")
            || (row.has("users") && row.has("models") && !row.has("request_id"))
        {
            row.wrong("a sum over a day, not a call: export with summarize=false");
            return Row::Foreign;
        }
        let own = ["spend", "call_type", "response_cost", "litellm_call_id"];
        if !own.iter().any(|key| row.knows(key)) {
            return Row::Foreign;
        }
        if !row.has("request_id") && !row.has("id") && !row.has("litellm_call_id") {
            return Row::Foreign;
        }
        let metadata = row.at("metadata");
        let model = row
            .first(&["model", "model_group"])
            .map(|name| names::model(&name));
        let provider = row
            .text("custom_llm_provider")
            .map(|name| name.to_ascii_lowercase());
        let counts = counts(row, &metadata, provider.as_deref(), model.as_deref());
        let Some(tokens) = tokens(self.source.semantics(), &counts, row) else {
            return Row::Foreign;
        };
        row.check_total(tokens.total(), row.count("total_tokens"));
        let status = status(row, &metadata);
        let cache_hit = row.flag("cache_hit")
            || row
                .text("request_id")
                .is_some_and(|id| id.contains("_cache_hit"));
        let (feature, prompt) = self.purpose(row, &metadata);
        let start = row.time("startTime");
        let (end, first) = (row.time("endTime"), row.time("completionStartTime"));
        Record {
            at: start,
            tenant: self.options.tenant(row).or_else(|| tenant(row, &metadata)),
            feature,
            prompt,
            model,
            provider,
            tier: names::tier(metadata.text("usage_object.service_tier")),
            session: row.first(&["session_id", "trace_id"]),
            tokens,
            status,
            latency_ms: row
                .number("request_duration_ms")
                .or_else(|| row.between(start, end)),
            ttft_ms: row.between(start, first.filter(|first| Some(*first) != end)),
            logged: logged(row, &metadata, tokens.total() > 0, cache_hit),
            id: identity(row, &metadata, status),
            cache_hit,
            ..Record::call()
        }
        .into()
    }
}

impl Litellm {
    /// Feature and prompt: what the caller wrote into the metadata, else one tag per dimension.
    fn purpose(&self, row: &Fields<'_>, metadata: &Fields<'_>) -> (Option<String>, Option<String>) {
        let tags = row.at("request_tags");
        let tag = |key| names::tag(tags.each().filter_map(|tag| tag.own_text()), key);
        let notes = metadata.at("spend_logs_metadata");
        let feature = self.options.feature(row).or_else(|| notes.text("feature"));
        let prompt = names::prompt(notes.text("prompt"), notes.text("prompt_version"));
        (
            feature.or_else(|| tag("feature")),
            prompt.or_else(|| tag("prompt")),
        )
    }
}

/// The call that a row is a copy of. An attempt that was billed before the one that answered is a call of its own, and
/// so is one that failed.
fn identity(row: &Fields<'_>, metadata: &Fields<'_>, status: Status) -> Option<Id> {
    let id = row.first(&["litellm_call_id", "request_id", "id"])?;
    let attempt = metadata.text("billed_retry_attempt").unwrap_or_default();
    Some(names::attempt(&[&id, &attempt], status == Status::Failed))
}

fn counts(
    row: &Fields<'_>,
    metadata: &Fields<'_>,
    provider: Option<&str>,
    model: Option<&str>,
) -> Counts {
    let usage = metadata.at("usage_object");
    let more = metadata.at("additional_usage_values");
    let most = |paths: &[&str]| {
        let all = [&usage, &more]
            .into_iter()
            .flat_map(|of| paths.iter().map(|path| of.count(path)));
        all.flatten().max()
    };
    let whole = |path| row.count(path).or_else(|| usage.count(path)).unwrap_or(0);
    let mut counts = Counts {
        input: whole("prompt_tokens"),
        output: whole("completion_tokens"),
        cache_read: most(&[
            "prompt_tokens_details.cached_tokens",
            "cache_read_input_tokens",
        ])
        .unwrap_or(0),
        reasoning: most(&["completion_tokens_details.reasoning_tokens"]).unwrap_or(0),
        audio_input: most(&["prompt_tokens_details.audio_tokens"]).unwrap_or(0),
        audio_output: most(&["completion_tokens_details.audio_tokens"]).unwrap_or(0),
        ..Counts::default()
    };
    let written = most(&[
        "prompt_tokens_details.cache_creation_tokens",
        "prompt_tokens_details.cache_write_tokens",
        "cache_creation_input_tokens",
    ]);
    let time = |minutes: &str| {
        most(&[
            &format!("prompt_tokens_details.cache_creation_token_details.{minutes}"),
            &format!("cache_creation_token_details.{minutes}"),
            &format!("cache_creation.{minutes}"),
        ])
    };
    let five = time("ephemeral_5m_input_tokens");
    counts.write(written, five, time("ephemeral_1h_input_tokens"));
    if names::has_one_cache_write(provider, model) {
        counts.one_kind_of_write();
    }
    counts
}

fn status(row: &Fields<'_>, metadata: &Fields<'_>) -> Status {
    let text = row.text("status").or_else(|| metadata.text("status"));
    match text.as_deref() {
        Some("failure" | "failed" | "error") => Status::Failed,
        _ => Status::Success,
    }
}

/// The team of the key; of rows without a team the end user.
fn tenant(row: &Fields<'_>, metadata: &Fields<'_>) -> Option<String> {
    let team = metadata
        .text("user_api_key_team_alias")
        .or_else(|| row.first(&["team_alias", "team_id"]))
        .or_else(|| metadata.text("user_api_key_team_id"));
    team.or_else(|| row.text("end_user"))
        .map(|name| names::tenant(&name))
}

/// The spend; where it is 0 although tokens were used, that of the breakdown, else none.
fn logged(row: &Fields<'_>, metadata: &Fields<'_>, used: bool, cache_hit: bool) -> Option<Money> {
    let spend = row.money("spend").or_else(|| row.money("response_cost"));
    if cache_hit {
        return Some(Money::ZERO);
    }
    if used && spend.is_none_or(|spend| spend == Money::ZERO) {
        let parts = [
            metadata.money("cost_breakdown.total_cost"),
            row.money("cost_breakdown.total_cost"),
        ];
        return parts
            .into_iter()
            .flatten()
            .find(|cost| *cost != Money::ZERO);
    }
    spend
}
