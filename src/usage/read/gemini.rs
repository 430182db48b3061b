//! Gemini and Vertex: thoughts stand outside the candidates, the cached part inside the prompt.
//!
//! Source: `GenerateContentResponseUsageMetadata` of google-genai 3.4.0.

use serde_json::Value;

use super::super::fields::Fields;
use super::super::names;
use super::super::record::Record;
use super::super::semantics::Counts;

/// Counts of a body; what else it tells goes into the record.
pub fn read(body: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    let id = body.first(&["responseId", "response_id"]);
    record.id = id.map(|id| names::id(&[&id]));
    record.model = body.first(&["modelVersion", "model_version", "model"]);
    record.provider.get_or_insert_with(|| "google".into());
    if record.at.is_none() {
        let time = ["createTime", "create_time"]
            .into_iter()
            .find(|key| body.has(key));
        record.at = time.and_then(|key| body.time(key));
    }
    let key = if body.has("usageMetadata") {
        "usageMetadata"
    } else {
        "usage_metadata"
    };
    let usage = body.at(key);
    if !usage.is_object() {
        return None;
    }
    let traffic = usage.first(&["trafficType", "traffic_type"]);
    record.tier = record.tier.take().or_else(|| names::tier(traffic));
    Some(counts(&usage))
}

fn counts(usage: &Fields<'_>) -> Counts {
    let count = |camel: &str, snake: &str| usage.first_count(&[camel, snake]).unwrap_or(0);
    let prompt = count("promptTokenCount", "prompt_token_count");
    let tools = count("toolUsePromptTokenCount", "tool_use_prompt_token_count");
    let thoughts = count("thoughtsTokenCount", "thoughts_token_count");
    let candidates = count("candidatesTokenCount", "candidates_token_count");
    let total = usage.first_count(&["totalTokenCount", "total_token_count"]);
    let input = prompt.saturating_add(tools);
    let outside = u128::from(input) + u128::from(candidates) + u128::from(thoughts);
    // Until April 2025 some answers counted the thoughts inside the candidates: the total tells.
    let inside = thoughts > 0
        && candidates >= thoughts
        && total.is_some_and(|total| u128::from(total) + u128::from(thoughts) == outside);
    if !inside {
        usage.check_total(outside, total);
    }
    let of = |side: [&str; 2], kind: &str| {
        side.iter()
            .map(|key| modality(&usage.at(key), kind))
            .fold(0, u64::saturating_add)
    };
    let cached = of(["cacheTokensDetails", "cache_tokens_details"], "AUDIO");
    let output = ["candidatesTokensDetails", "candidates_tokens_details"];
    Counts {
        input,
        output: if inside {
            candidates - thoughts
        } else {
            candidates
        },
        cache_read: count("cachedContentTokenCount", "cached_content_token_count"),
        reasoning: thoughts,
        audio_input: of(["promptTokensDetails", "prompt_tokens_details"], "AUDIO")
            .saturating_sub(cached),
        audio_output: of(output, "AUDIO"),
        image_output: of(output, "IMAGE"),
        ..Counts::default()
    }
}

/// Tokens of one modality in a list of details.
fn modality(details: &Fields<'_>, wanted: &str) -> u64 {
    let of_kind = details
        .each()
        .filter(|part| part.text("modality").as_deref() == Some(wanted));
    of_kind
        .filter_map(|part| part.first_count(&["tokenCount", "token_count"]))
        .fold(0, u64::saturating_add)
}

/// Whether a body is a chunk of a stream that goes on: no candidate has finished.
pub fn is_part(body: &Value) -> bool {
    let candidates = body.get("candidates").and_then(Value::as_array);
    candidates.is_some_and(|list| {
        let ends = |c: &Value| {
            c.get("finishReason")
                .or_else(|| c.get("finish_reason"))
                .is_some_and(|r| !r.is_null())
        };
        !list.is_empty() && !list.iter().any(ends)
    })
}
