//! Usage objects from public issues, each with the value that a tool got wrong.

use llmcost::analysis::attribute::{Attribution, CostMode};
use llmcost::catalog::Catalog;
use llmcost::usage::key::Dimension;
use llmcost::usage::record::{BUCKETS, Bucket};
use serde_json::{Value, json};

use super::collection;
use super::shared::{overlay, read};

/// A row of the kind of log that the case is from.
fn rows(kind: &str, usage: &Value) -> Vec<Value> {
    match kind {
        "anthropic.messages" => vec![body("message", usage)],
        "anthropic.messages stream" => {
            let start = json!({"type": "message_start", "message": {"id": "m", "model": "case", "type": "message",
                "usage": {"input_tokens": usage["input_tokens"], "cache_read_input_tokens": 0,
                    "cache_creation_input_tokens": usage["cache_creation_input_tokens"], "output_tokens": 1}}});
            let delta = json!({"type": "message_delta", "usage": {"input_tokens": 0, "output_tokens": usage["output_tokens"]}});
            vec![json!({"ts": "2026-11-01", "events": [start, delta]})]
        }
        "openai.chat" | "openai.chat via OpenRouter" => {
            vec![json!({"id": "c", "object": "chat.completion", "model": "case", "usage": usage})]
        }
        "litellm usage_object" => vec![
            json!({"request_id": "r", "startTime": "2026-11-01T00:00:00Z", "spend": 0,
            "model": "case", "custom_llm_provider": "anthropic", "metadata": {"usage_object": usage}}),
        ],
        "otel" => {
            let attributes: Vec<Value> = usage
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, tokens)| json!({"key": key, "value": {"intValue": tokens.to_string()}}))
                .chain([json!({"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}})])
                .collect();
            let span = json!({"traceId": "t", "spanId": "s", "attributes": attributes});
            vec![json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})]
        }
        "codex token_count" => {
            let info = json!({"last_token_usage": usage, "total_token_usage": usage});
            vec![json!({"type": "event_msg", "payload": {"type": "token_count", "info": info}})]
        }
        "gemini usageMetadata" => vec![json!({"modelVersion": "case", "usageMetadata": usage})],
        "claude code jsonl" => {
            let line = |copy: &Value| {
                json!({"type": "assistant", "sessionId": "s", "requestId": copy["requestId"], "message":
                    {"id": copy["message.id"], "model": "case", "usage": {"output_tokens": copy["output_tokens"]}}})
            };
            usage.as_array().unwrap().iter().map(line).collect()
        }
        _ => Vec::new(),
    }
}

fn body(kind: &str, usage: &Value) -> Value {
    json!({"id": "b", "type": kind, "model": "case", "usage": usage})
}

fn result(rows: &[Value], catalog: &Catalog) -> Attribution {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    read(
        &lines.join("\n"),
        &[Dimension::Model],
        CostMode::Auto,
        catalog,
    )
}

/// Prices of a case as a catalog.
fn catalog(prices: &Value) -> Catalog {
    if prices.is_null() {
        return Catalog::embedded();
    }
    let provenance = "source = \"test\"\nas_of = \"2026-11-23\"\nconfidence = \"seen\"\n";
    let mut text = format!(
        "[[api]]\nid = \"case\"\n{provenance}[[api.price]]\ntier = \"standard\"\n{provenance}"
    );
    for (key, name) in [
        ("input_uncached", "input"),
        ("output_total", "output"),
        ("cache_read", "cache_read"),
        ("cache_write_5m", "cache_write_5m"),
    ] {
        if let Some(usd) = prices[key].as_str() {
            text += &format!("{name}_usd_per_mtok = {usd}\n");
        }
    }
    overlay(&text)
}

/// The value of a result under the name that a case uses.
fn value(result: &Attribution, name: &str) -> u128 {
    let tokens = &result.total.tokens;
    match name {
        "input_total" => tokens.input(),
        "output_total" => tokens.output(),
        "total" => tokens.input() + tokens.output(),
        // A write whose time the record does not tell stays apart; the case takes it for the short one.
        "cache_write_5m" => {
            tokens.get(Bucket::CacheWrite5m) + tokens.get(Bucket::CacheWriteUnknown)
        }
        name => {
            let known = BUCKETS.iter().find(|(_, known)| *known == name);
            tokens.get(known.unwrap_or_else(|| panic!("{name}")).0)
        }
    }
}

#[test]
fn every_case_from_a_public_issue_comes_out_right() {
    let Some(logs) = collection() else { return };
    let text = std::fs::read_to_string(logs.join("synthetic/regression_cases.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for case in all["cases"].as_array().unwrap() {
        let rows = rows(case["kind"].as_str().unwrap(), &case["raw_usage"]);
        if rows.is_empty() {
            continue;
        }
        let result = result(&rows, &catalog(&case["usd_per_mtok"]));
        let source = case["source"].as_str().unwrap();
        for (name, tokens) in case["disjoint_buckets"].as_object().unwrap() {
            assert_eq!(
                value(&result, name),
                u128::from(tokens.as_u64().unwrap()),
                "{source} {name}"
            );
        }
        for (name, right) in case["correct"].as_object().unwrap() {
            match right.as_str() {
                Some(usd) => assert_eq!(result.total.cost_usd.to_string(), usd, "{source}"),
                None => assert_eq!(
                    value(&result, name),
                    u128::from(right.as_u64().unwrap()),
                    "{source} {name}"
                ),
            }
        }
        checked += 1;
    }
    // The two others are rules: one tag per dimension, and what a counter counts.
    assert_eq!(checked, all["cases"].as_array().unwrap().len() - 2);
}

#[test]
fn a_request_with_many_tags_counts_once() {
    let row = json!({"request_id": "r", "startTime": "2026-11-01T00:00:00Z", "spend": 0.5, "model": "m",
        "prompt_tokens": 10, "request_tags": ["feature:a", "feature:b", "env:prod", "team:x"]});
    let result = read(
        &row.to_string(),
        &[Dimension::Feature],
        CostMode::Auto,
        &Catalog::embedded(),
    );
    assert_eq!((result.total.requests, result.groups.len()), (Some(1), 1));
    assert_eq!(result.groups[0].cost_usd, result.total.cost_usd);
}

#[test]
fn the_usage_of_an_answer_with_parallel_samples_counts_its_prompt_once() {
    let usage = json!({"prompt_tokens": 311, "completion_tokens": 8, "total_tokens": 319});
    let row = json!({"id": "c", "object": "chat.completion", "model": "m", "usage": usage});
    let result = read(
        &row.to_string(),
        &[Dimension::Model],
        CostMode::Auto,
        &Catalog::embedded(),
    );
    assert_eq!(result.total.tokens.input(), 311);
}
