//! Bedrock: the model invocation log.
//!
//! The counts of Claude exclude the cache; models of other makers may include it (bifrost#6942): the total
//! tells. The time of a cache write stands only in the answer's `cacheDetails` or `cache_creation`.

use serde_json::Value;

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Record, Status, Tokens};
use super::super::semantics::{Counts, Source};
use super::{Options, Reader, Row, anthropic, tokens};

/// The reader.
pub struct Bedrock {
    /// What the user says.
    pub options: Options,
}

impl Reader for Bedrock {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        let Some(model) = row.text("modelId") else {
            return Row::Foreign;
        };
        let body = row.at("output.outputBodyJson");
        let streamed = streamed(body.value());
        let answer = streamed.as_ref().map_or(body.clone(), |body| row.of(body));
        let Some(tokens) = usage(row, &answer) else {
            return Row::Foreign;
        };
        let metadata = row.at("requestMetadata");
        let told = |names: &[&str]| {
            let found = |name: &str| {
                metadata
                    .entries()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
            };
            names.iter().find_map(|name| metadata.text(found(name)?.0))
        };
        let role = row.text("identity.arn").and_then(|arn| role(&arn));
        let version = told(&["prompt_version"]);
        Record {
            at: row.time("timestamp"),
            tenant: self
                .options
                .tenant(row)
                .or_else(|| told(&["tenant", "tenant_id", "customer", "customer_id", "team"]))
                .or(role),
            feature: self
                .options
                .feature(row)
                .or_else(|| told(&["feature", "use_case"])),
            prompt: names::prompt(told(&["prompt", "prompt_name"]), version),
            model: Some(names::model(&model)),
            provider: Some("bedrock".into()),
            tier: names::tier(row.text("serviceTier")),
            session: told(&["session", "session_id"]),
            tokens,
            status: if row.has("errorCode") {
                Status::Failed
            } else {
                Status::Success
            },
            latency_ms: answer.number("metrics.latencyMs"),
            id: row.text("requestId").map(|id| names::id(&[&id])),
            ..Record::call()
        }
        .into()
    }
}

/// What the events of a stream tell together, where the log has them in place of an answer: those of the model, or
/// of Converse, whose last one has the usage.
fn streamed(body: &Value) -> Option<Value> {
    let events = body.as_array()?;
    let last = events
        .iter()
        .rev()
        .filter_map(|event| event.get("metadata"));
    if let Some(metadata) = last.into_iter().find(|told| told.get("usage").is_some()) {
        return Some(metadata.clone());
    }
    let mut stream = anthropic::Stream::default();
    for event in events {
        stream.event(event);
    }
    Some(stream.body())
}

/// The role of `arn:aws:sts::1:assumed-role/svc-acme/session`, without `svc-`; never the session, which may be
/// a mail address.
fn role(arn: &str) -> Option<String> {
    let mut parts = arn.split('/');
    parts.next().filter(|head| head.ends_with("role"))?;
    let role = parts.next()?;
    Some(role.strip_prefix("svc-").unwrap_or(role).to_owned())
}

fn usage(row: &Fields<'_>, answer: &Fields<'_>) -> Option<Tokens> {
    let usage = answer.at("usage");
    let count = |side: &str, keys: [&str; 2]| {
        row.count(side)
            .or_else(|| usage.first_count(&keys))
            .unwrap_or(0)
    };
    let mut counts = Counts {
        input: count("input.inputTokenCount", ["inputTokens", "input_tokens"]),
        output: count("output.outputTokenCount", ["outputTokens", "output_tokens"]),
        cache_read: count(
            "input.cacheReadInputTokenCount",
            ["cacheReadInputTokens", "cache_read_input_tokens"],
        ),
        ..Counts::default()
    };
    let written = count(
        "input.cacheWriteInputTokenCount",
        ["cacheWriteInputTokens", "cache_creation_input_tokens"],
    );
    let details = usage.at("cacheDetails");
    let lasting = |ttl: &str| {
        let of_time = details
            .each()
            .filter(|part| part.text("ttl").as_deref() == Some(ttl));
        of_time
            .filter_map(|part| part.count("inputTokens"))
            .fold(0, u64::saturating_add)
    };
    let by_body = anthropic::counts(&usage);
    let (five, hour) = (
        lasting("5m").max(by_body.write_5m),
        lasting("1h").max(by_body.write_1h),
    );
    counts.write(Some(written), Some(five), Some(hour));
    let total = usage.count("totalTokens");
    let whole = u128::from(counts.input) + u128::from(counts.output);
    let cached = u128::from(counts.cache_read) + u128::from(written);
    let inside = cached > 0 && total.is_some_and(|total| u128::from(total) == whole);
    if !inside {
        row.check_total(whole + cached, total);
    }
    tokens(&Source::Bedrock.semantics().told(inside), &counts, row)
}
