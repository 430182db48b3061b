//! Streams and kinds of tokens that the same source writes in several ways, with the numbers worked by hand.

use llmcost::analysis::attribute::CostMode;
use llmcost::catalog::Catalog;
use llmcost::usage::key::Dimension;
use llmcost::usage::record::Bucket::{
    AudioInput, AudioOutput, CacheRead, CacheWrite1h, CacheWrite5m, ImageOutput, InputUncached,
    OutputVisible, Reasoning,
};
use llmcost::usage::semantics::Source;
use serde_json::{Value, json};

use super::answer;
use super::samples::{check, costs, tenants};
use super::shared::read;

/// Lines of JSON.
fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// A call of Claude on Bedrock, with what its model answered.
fn bedrock(operation: &str, answer: &Value) -> String {
    let row = json!({"schemaType": "ModelInvocationLog", "timestamp": "2026-11-01T00:00:00Z", "requestId": "r",
        "operation": operation, "modelId": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "input": {"inputTokenCount": 10, "cacheReadInputTokenCount": 1_000, "cacheWriteInputTokenCount": 300},
        "output": {"outputBodyJson": answer, "outputTokenCount": 50}});
    row.to_string()
}

#[test]
fn bedrock_streams_tell_how_long_a_cache_write_lasts_in_their_events() {
    let expected = [
        (InputUncached, 10),
        (CacheRead, 1_000),
        (CacheWrite5m, 100),
        (CacheWrite1h, 200),
        (OutputVisible, 50),
    ];
    let usage = json!({"input_tokens": 10, "cache_read_input_tokens": 1_000, "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200}, "output_tokens": 1});
    let events = json!([{"type": "message_start", "message": {"usage": usage}}, {"type": "content_block_delta"},
        {"type": "message_delta", "usage": {"output_tokens": 50}}]);
    let text = bedrock("InvokeModelWithResponseStream", &events);
    // 10 at 3, 1,000 at 0.3, 100 at 3.75, 200 at 6 and 50 at 15 USD/Mtok.
    costs(
        &check(&text, Source::Bedrock, Some(1), &expected),
        "0.002655",
    );
    let usage = json!({"inputTokens": 10, "outputTokens": 50, "cacheReadInputTokens": 1_000,
        "cacheWriteInputTokens": 300, "totalTokens": 1_360,
        "cacheDetails": [{"ttl": "5m", "inputTokens": 100}, {"ttl": "1h", "inputTokens": 200}]});
    let events = json!([{"messageStart": {}}, {"metadata": {"usage": usage, "metrics": {"latencyMs": 900}}}]);
    let result = check(
        &bedrock("ConverseStream", &events),
        Source::Bedrock,
        Some(1),
        &expected,
    );
    assert_eq!(result.total.latency_ms.unwrap().p50, 900.0);
}

#[test]
fn langfuse_counts_audio_and_images_apart_whose_price_is_another() {
    let row = json!({"id": "o", "traceId": "t", "type": "GENERATION", "startTime": "2026-11-01T00:00:00Z", "model": "m",
        "usageDetails": {"input": 10, "input_audio_tokens": 90, "input_cached_tokens": 7, "output": 5,
            "output_audio_tokens": 45, "output_modality_IMAGE": 30, "output_reasoning_tokens": 3, "total": 190},
        "tags": ["tenant:acme"]});
    let expected = [
        (InputUncached, 10),
        (CacheRead, 7),
        (OutputVisible, 5),
        (Reasoning, 3),
        (AudioInput, 90),
        (AudioOutput, 45),
        (ImageOutput, 30),
    ];
    let result = check(&row.to_string(), Source::Langfuse, Some(1), &expected);
    tenants(&result, &["acme"]);
    assert_eq!(result.unpriced.len(), 1);
}

#[test]
fn of_a_stream_of_responses_the_last_event_counts_in_one_row_and_in_many() {
    let response = |usage: &Value| json!({"id": "r", "object": "response", "created_at": 1_793_517_132, "model": "gpt-5-mini", "usage": usage});
    let usage = json!({"input_tokens": 1_000, "input_tokens_details": {"cached_tokens": 400},
        "output_tokens": 500, "output_tokens_details": {"reasoning_tokens": 300}, "total_tokens": 1_500});
    let events = [
        json!({"type": "response.created", "response": response(&Value::Null)}),
        json!({"type": "response.output_text.delta", "delta": "x"}),
        json!({"type": "response.completed", "response": response(&usage)}),
    ];
    let expected = [
        (InputUncached, 600),
        (CacheRead, 400),
        (OutputVisible, 200),
        (Reasoning, 300),
    ];
    check(&lines(&events), Source::Openai, Some(1), &expected);
    let row = json!({"ts": "2026-11-01T00:00:00Z", "tenant": "acme", "events": events});
    let result = check(&row.to_string(), Source::Openai, Some(1), &expected);
    tenants(&result, &["acme"]);
    // A stream that never tells its usage is no call that was free.
    let result = read(
        &lines(&events[..2]),
        &[Dimension::Tenant],
        CostMode::Auto,
        &Catalog::embedded(),
    );
    assert_eq!(
        (result.total.requests, result.dropped.rejected),
        (Some(0), 1)
    );
}

#[test]
fn of_a_stream_of_gemini_without_identities_the_last_chunk_counts() {
    let chunk = |output: u64, prompt: u64, ends: bool| {
        let mut candidate = json!({"index": 0});
        if ends {
            candidate["finishReason"] = json!("STOP");
        }
        json!({"modelVersion": "gemini-2.5-flash", "candidates": [candidate], "usageMetadata": {
            "promptTokenCount": prompt, "candidatesTokenCount": output, "totalTokenCount": prompt + output}})
    };
    let stream = [
        chunk(1, 100, false),
        chunk(5, 100, false),
        chunk(9, 100, true),
    ];
    let expected = [(InputUncached, 100), (OutputVisible, 9)];
    check(&lines(&stream), Source::Gemini, Some(1), &expected);
    check(
        &json!(stream).to_string(),
        Source::Gemini,
        Some(1),
        &expected,
    );
    // Two whole answers are two calls, and of a stream that was cut off counts what it had told.
    let rows = [
        chunk(9, 100, true),
        chunk(9, 100, true),
        chunk(4, 30, false),
        chunk(6, 50, true),
    ];
    let expected = [(InputUncached, 280), (OutputVisible, 28)];
    check(&lines(&rows), Source::Gemini, Some(4), &expected);
}

#[test]
fn a_cache_hit_that_is_kept_is_a_request_that_no_price_list_makes_cost_anything() {
    let call = json!({"request_id": "a", "call_type": "acompletion", "startTime": "2026-11-01T00:00:00Z", "spend": 0.5,
        "prompt_tokens": 1_000, "completion_tokens": 100, "model": "gpt-5-mini"});
    let mut hit = call.clone();
    (hit["request_id"], hit["cache_hit"], hit["spend"]) =
        (json!("b_cache_hit1"), json!("True"), json!(0));
    let text = lines(&[call, hit]).into_bytes();
    for (mode, usd) in [("logged", 0.5), ("repriced", 0.00045), ("auto", 0.5)] {
        let result = answer(&["-", "--keep", "cache-hits", "--cost", mode], &text);
        let total = &result["total"];
        // 1,000 at 0.25 and 100 at 2 USD/Mtok, once.
        assert_eq!(
            (&total["requests"], &total["cost_usd"]),
            (&json!(2), &json!(usd)),
            "{mode}"
        );
        assert_eq!(total["tokens"]["input_uncached"], 1_000);
    }
    let row = |id: &str, reference: &str| {
        json!({"request_id": id, "request_created_at": "2026-11-01T00:00:00Z", "response_status": 200, "response_model":
            "gpt-5-mini", "prompt_tokens": 1_000, "completion_tokens": 100, "costUSD": 0, "cache_reference_id": reference})
    };
    let nobody = "00000000-0000-0000-0000-000000000000";
    let text = lines(&[row("a", nobody), row("b", "9a")]).into_bytes();
    let result = answer(&["-", "--keep", "cache-hits"], &text);
    assert_eq!(result["total"]["cost_usd"], json!(0.00045));
}

#[test]
fn a_correction_of_a_bill_takes_back_cost_and_no_tokens() {
    let heads = "ChargeCategory,ChargeClass,ChargePeriodStart,EffectiveCost,ConsumedQuantity,ConsumedUnit,SkuMeter,x_Model\n";
    let text = format!(
        "{heads}Usage,,2026-11-01,1.5,2.5,1000 Tokens,input,m\nUsage,Correction,2026-11-01,-0.5,-1,1000 Tokens,input,m\n"
    );
    let result = check(&text, Source::Focus, None, &[(InputUncached, 2_500)]);
    costs(&result, "1");
    let wrong = text.replace("Correction", "");
    let result = read(
        &wrong,
        &[Dimension::Tenant],
        CostMode::Auto,
        &Catalog::embedded(),
    );
    assert_eq!(result.dropped.rejected, 1);
}

#[test]
fn one_scrape_of_counters_is_no_usage() {
    let scrape = b"vllm:prompt_tokens_total{engine=\"0\",model_name=\"m\"} 5\n";
    let output = super::attribute(&["-"], scrape);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("one scrape of /metrics"), "{told}");
}

#[test]
fn each_attempt_that_was_billed_counts_once() {
    let attempt = |id: &str, status: &str, spend: f64, billed: Value| {
        json!({"request_id": id, "litellm_call_id": "L", "call_type": "acompletion", "startTime": "2026-11-01T00:00:00Z",
            "model": "m", "prompt_tokens": 10, "status": status, "spend": spend, "team_id": "a",
            "metadata": {"billed_retry_attempt": billed}})
    };
    let rows = [
        attempt("a", "failure", 0.25, Value::Null),
        attempt("b", "success", 1.0, Value::Null),
        attempt("c", "success", 1.0, Value::Null),
        attempt("d", "success", 4.0, json!(1)),
    ];
    // 0.25 of a stream that was cut off, 1 of the answer, 4 of an attempt before it; `c` is a copy of `b`.
    let result = check(
        &lines(&rows),
        Source::Litellm,
        Some(3),
        &[(InputUncached, 30)],
    );
    costs(&result, "5.25");
    assert_eq!(result.dropped.duplicate, 1);
}
