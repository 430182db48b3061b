//! A few rows of each source, written by us, with what their format is known to get wrong. They run always.

use llmcost::analysis::attribute::{Attribution, CostMode};
use llmcost::catalog::Catalog;
use llmcost::usage::key::Dimension;
use llmcost::usage::read::{Options, OtelInput};
use llmcost::usage::record::Bucket::{
    AudioInput, CacheRead, CacheWrite1h, CacheWrite5m, CacheWriteUnknown, InputUncached,
    OutputVisible, Reasoning,
};
use llmcost::usage::record::{BUCKETS, Bucket};
use llmcost::usage::semantics::Source;

use super::shared::{read, read_with};

/// Reads a text without prices of its own.
pub fn sums(text: &str) -> Attribution {
    read(
        text,
        &[Dimension::Tenant],
        CostMode::Auto,
        &Catalog::embedded(),
    )
}

/// The buckets of a result that are not empty.
pub fn tokens(result: &Attribution) -> Vec<(Bucket, u128)> {
    let all = BUCKETS
        .iter()
        .map(|(bucket, _)| (*bucket, result.total.tokens.get(*bucket)));
    all.filter(|(_, tokens)| *tokens > 0).collect()
}

#[track_caller]
pub fn check(
    text: &str,
    source: Source,
    requests: Option<u64>,
    expected: &[(Bucket, u128)],
) -> Attribution {
    let result = sums(text);
    let sources: Vec<&str> = result.sources.keys().copied().collect();
    assert_eq!(sources, [source.name()], "{:?}", result.dropped);
    assert_eq!(result.total.requests, requests);
    assert_eq!(tokens(&result), expected);
    assert_eq!(
        (result.dropped.torn, result.dropped.rejected),
        (0, 0),
        "{:?}",
        result.warnings
    );
    result
}

#[track_caller]
pub fn costs(result: &Attribution, usd: &str) {
    assert_eq!(result.total.cost_usd.to_string(), usd);
}

#[track_caller]
pub fn tenants(result: &Attribution, expected: &[&str]) {
    let mut names: Vec<String> = result
        .groups
        .iter()
        .map(|entry| entry.key.as_ref().unwrap().0[0].1.clone().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, expected);
}

#[test]
fn litellm_counts_copies_and_cache_hits_out_and_finds_the_cost_of_a_stream() {
    let text = r#"[
      {"request_id":"a","litellm_call_id":"1","startTime":"2026-11-01T00:00:00Z","spend":0.5,"prompt_tokens":"100",
       "completion_tokens":20,"team_id":"team-acme","model":"openai/gpt-5-mini","metadata":"{\"usage_object\":{\"prompt_tokens_details\":{\"cached_tokens\":40},\"completion_tokens_details\":{\"reasoning_tokens\":5}}}"},
      {"request_id":"b","litellm_call_id":"1","startTime":"2026-11-01T00:00:00Z","spend":0.5,"prompt_tokens":100},
      {"request_id":"c_cache_hit1","litellm_call_id":"2","startTime":"2026-11-01T00:00:00Z","spend":0,"prompt_tokens":9},
      {"request_id":"d","litellm_call_id":"3","startTime":"2026-11-01T00:00:00Z","spend":0,"prompt_tokens":7,"team_id":"b",
       "metadata":{"cost_breakdown":{"total_cost":0.25}}},
      {"request_id":"e","litellm_call_id":"4","startTime":"2026-11-01T00:00:00Z","spend":0,"status":"failure"},
      {"request_id":"f","litellm_call_id":"5","startTime":"2026-11-01T00:00:00Z","spend":0.125,"status":"failure","completion_tokens":3}
    ]"#;
    let expected = [
        (InputUncached, 67),
        (CacheRead, 40),
        (OutputVisible, 18),
        (Reasoning, 5),
    ];
    let result = check(text, Source::Litellm, Some(3), &expected);
    // 0.5 + 0.25 of the breakdown + 0.125 of an interrupted stream that was billed.
    costs(&result, "0.875");
    tenants(&result, &["acme", "b"]);
    let dropped = result.dropped;
    assert_eq!(
        (dropped.duplicate, dropped.cache_hit, dropped.failed),
        (1, 1, 1)
    );
    // Two of four attempts failed.
    assert_eq!(result.total.error_rate, Some(0.5));
}

#[test]
fn a_failed_attempt_does_not_hide_the_one_that_succeeded() {
    let text = r#"{"request_id":"a","litellm_call_id":"1","startTime":"2026-11-01T00:00:00Z","spend":0,"status":"failure"}
{"request_id":"a","litellm_call_id":"1","startTime":"2026-11-01T00:00:01Z","spend":0.5,"prompt_tokens":3}"#;
    let result = check(text, Source::Litellm, Some(1), &[(InputUncached, 3)]);
    assert_eq!((result.dropped.duplicate, result.dropped.failed), (0, 1));
}

#[test]
fn a_clock_that_went_backwards_gives_no_latency_and_is_told() {
    let text = r#"{"request_id":"a","startTime":"2026-11-01T00:00:05Z","endTime":"2026-11-01T00:00:00Z","spend":0.5,"prompt_tokens":3}"#;
    let result = check(text, Source::Litellm, Some(1), &[(InputUncached, 3)]);
    assert_eq!(result.total.latency_ms, None);
    assert_eq!(result.warnings[0].code, "clock-backwards");
}

#[test]
fn langfuse_buckets_are_disjoint_and_spans_do_not_count() {
    let text = r#"{"data":[
      {"id":"a","traceId":"t","type":"GENERATION","startTime":"2026-11-01T00:00:00Z","userId":"acme","model":"claude-x",
       "usageDetails":{"input":10,"cache_read_input_tokens":20,"cache_creation_input_tokens":5,"output":7,"output_reasoning_tokens":3,"total":45},
       "costDetails":{"total":0.001}},
      {"id":"b","traceId":"t","type":"SPAN","startTime":"2026-11-01T00:00:00Z","usageDetails":{"input":99}},
      {"id":"c","traceId":"t","type":"EMBEDDING","startTime":"2026-11-01T00:00:00Z","userId":"acme","usageDetails":{"input":4},"totalCost":"0.0005"}]}"#;
    let expected = [
        (InputUncached, 14),
        (CacheRead, 20),
        (CacheWriteUnknown, 5),
        (OutputVisible, 7),
        (Reasoning, 3),
    ];
    let result = check(text, Source::Langfuse, Some(2), &expected);
    costs(&result, "0.0015");
    assert_eq!(result.dropped.not_billable, 1);
}

#[test]
fn a_langfuse_input_that_includes_its_cache_is_not_counted_twice_and_is_told() {
    let text = r#"{"id":"a","traceId":"t","type":"GENERATION","startTime":"2026-11-01T00:00:00Z","usageDetails":{"input":100,"input_cached_tokens":80,"output":10,"total":110}}"#;
    let expected = [(InputUncached, 20), (CacheRead, 80), (OutputVisible, 10)];
    let result = check(text, Source::Langfuse, Some(1), &expected);
    assert!(
        result
            .warnings
            .iter()
            .any(|warning| warning.code == "total-mismatch")
    );
}

#[test]
fn a_span_without_a_total_is_read_as_the_user_says() {
    let span = |input: u64| {
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"t","spanId":"s","attributes":[
              {{"key":"gen_ai.operation.name","value":{{"stringValue":"chat"}}}},
              {{"key":"gen_ai.usage.input_tokens","value":{{"intValue":"{input}"}}}},
              {{"key":"gen_ai.usage.cache_read.input_tokens","value":{{"intValue":30}}}},
              {{"key":"user.id","value":{{"stringValue":"acme"}}}}]}}]}}]}}]}}"#
        )
        .replace('\n', "")
    };
    let input = |text: &str, otel_input| {
        let options = Options {
            otel_input,
            ..Options::default()
        };
        let catalog = Catalog::embedded();
        let result = read_with(
            text,
            &[Dimension::Tenant],
            CostMode::Auto,
            &catalog,
            None,
            &options,
        );
        result.total.tokens.get(InputUncached)
    };
    assert_eq!(input(&span(100), OtelInput::Auto), 70);
    assert_eq!(input(&span(100), OtelInput::Exclusive), 100);
    // Less than its cache: it can only exclude it.
    assert_eq!(input(&span(10), OtelInput::Auto), 10);
}

#[test]
fn agent_spans_repeat_their_calls_and_batches_come_twice() {
    let span = |id: &str, operation: &str| {
        format!(
            r#"{{"traceId":"t","spanId":"{id}","attributes":[{{"key":"gen_ai.operation.name","value":{{"stringValue":"{operation}"}}}},{{"key":"gen_ai.usage.prompt_tokens","value":{{"intValue":"5"}}}}]}}"#
        )
    };
    let batch = format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"tenant.id","value":{{"stringValue":"acme"}}}}]}},"scopeSpans":[{{"spans":[{},{}]}}]}}]}}"#,
        span("1", "chat"),
        span("2", "invoke_agent")
    );
    let result = check(
        &format!("{batch}\n{batch}\n"),
        Source::Otlp,
        Some(1),
        &[(InputUncached, 5)],
    );
    assert_eq!(
        (result.dropped.duplicate, result.dropped.not_billable),
        (1, 2)
    );
    tenants(&result, &["acme"]);
}

#[test]
fn bodies_of_three_providers_in_one_log_are_each_read_by_their_own_rules() {
    let text = r#"{"ts":"2026-11-01T00:00:00Z","tenant":"a","response":{"id":"1","object":"chat.completion","model":"gpt-5-mini","usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":60,"audio_tokens":5},"completion_tokens_details":{"reasoning_tokens":20}}}}
{"ts":"2026-11-01T00:00:00Z","tenant":"a","response":{"id":"2","type":"message","model":"claude-x","usage":{"input_tokens":10,"cache_read_input_tokens":60,"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_1h_input_tokens":4,"ephemeral_5m_input_tokens":3},"output_tokens":8}}}
{"ts":"2026-11-01T00:00:00Z","tenant":"b","response":{"responseId":"3","modelVersion":"gemini-x","usageMetadata":{"promptTokenCount":30,"cachedContentTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":9,"totalTokenCount":44}}}
{"ts":"2026-11-01T00:00:00Z","tenant":"b","http_status":429,"response":{"error":{"code":429}}}
"#;
    // Input 100 - 60 - 5, 10, and 30 - 10; output 50 - 20, 8, 5.
    let expected = [
        (InputUncached, 35 + 10 + 20),
        (CacheRead, 60 + 60 + 10),
        (CacheWrite5m, 3),
        (CacheWrite1h, 4),
        (OutputVisible, 30 + 8 + 5),
        (Reasoning, 20 + 9),
        (AudioInput, 5),
    ];
    let result = check(text, Source::Openai, Some(3), &expected);
    assert_eq!(result.dropped.failed, 1);
    tenants(&result, &["a", "b"]);
}

#[test]
fn of_the_chunks_of_a_stream_the_last_usage_counts() {
    let chunk = |tokens: u64| {
        format!(
            r#"{{"id":"c","object":"chat.completion.chunk","model":"m","usage":{{"prompt_tokens":10,"completion_tokens":{tokens}}}}}"#
        )
    };
    let nothing = r#"{"id":"c","object":"chat.completion.chunk","model":"m","usage":null}"#;
    let text = [nothing.to_owned(), chunk(1), chunk(2), chunk(3)].join("\n");
    check(
        &text,
        Source::Openai,
        Some(1),
        &[(InputUncached, 10), (OutputVisible, 3)],
    );
    let gemini = r#"{"responseId":"g","candidates":[{"index":0}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":1}}
{"responseId":"g","candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":6}}"#;
    check(
        gemini,
        Source::Gemini,
        Some(1),
        &[(InputUncached, 4), (OutputVisible, 6)],
    );
}

#[test]
fn events_of_a_message_replace_and_nothing_does_not_replace_something() {
    let text = r#"{"type":"message_start","message":{"id":"m","type":"message","model":"claude-x","usage":{"input_tokens":50,"cache_read_input_tokens":9,"output_tokens":1}}}
{"type":"content_block_delta","delta":{"text":"x"}}
{"type":"message_delta","usage":{"input_tokens":0,"cache_read_input_tokens":null,"output_tokens":12}}
{"type":"message_stop"}
"#;
    let expected = [(InputUncached, 50), (CacheRead, 9), (OutputVisible, 12)];
    check(text, Source::Anthropic, Some(1), &expected);
}

#[test]
fn old_answers_of_gemini_with_thoughts_inside_are_known_by_their_total() {
    let text = r#"{"responseId":"g","modelVersion":"m","usageMetadata":{"prompt_token_count":10,"candidates_token_count":50,"thoughts_token_count":30,"total_token_count":60}}"#
        .replace("usageMetadata", "usage_metadata");
    check(
        &text,
        Source::Gemini,
        Some(1),
        &[(InputUncached, 10), (OutputVisible, 20), (Reasoning, 30)],
    );
}

#[test]
fn the_output_of_a_batch_costs_half() {
    let text = r#"{"id":"b1","custom_id":"acme|chat|p@1|0","response":{"status_code":200,"body":{"id":"x","object":"chat.completion","created":1793517132,"model":"unlisted-model","usage":{"prompt_tokens":1000000,"completion_tokens":0}}},"error":null}
{"id":"b2","custom_id":"acme|chat|p@1|1","response":null,"error":{"code":"batch_expired"}}"#;
    let catalog = super::shared::overlay(
        "[[api]]\nid = \"unlisted-model\"\nsource = \"t\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n[[api.price]]\ntier = \"standard\"\n\
         input_usd_per_mtok = 3.125\nsource = \"t\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n",
    );
    let result = read(text, &[Dimension::Tenant], CostMode::Auto, &catalog);
    // Half of 3.125 USD/Mtok, as no batch price is listed.
    costs(&result, "1.5625");
    assert!(
        result
            .warnings
            .iter()
            .any(|warning| warning.code == "batch-price-halved")
    );
    tenants(&result, &["acme"]);
    assert_eq!(result.dropped.failed, 1);
}

#[test]
fn bedrock_excludes_the_cache_unless_its_total_says_otherwise() {
    let row = |id: &str, total: u64| {
        format!(
            r#"{{"timestamp":"2026-11-01T00:00:00Z","requestId":"{id}","schemaType":"ModelInvocationLog","modelId":"us.anthropic.claude-haiku-4-5-20251001-v1:0","identity":{{"arn":"arn:aws:sts::1:assumed-role/svc-acme/mail@x.y"}},"input":{{"inputTokenCount":100,"cacheReadInputTokenCount":40}},"output":{{"outputTokenCount":10,"outputBodyJson":{{"usage":{{"totalTokens":{total}}}}}}}}}"#
        )
    };
    let expected = [
        (InputUncached, 100 + 60),
        (CacheRead, 80),
        (OutputVisible, 20),
    ];
    let text = format!("{}\n{}\n", row("a", 150), row("b", 110));
    let result = check(&text, Source::Bedrock, Some(2), &expected);
    tenants(&result, &["acme"]);
}

#[test]
fn openrouter_charges_the_fee_and_the_part_of_ones_own_key() {
    let text = "\u{feff}generation_id,created_at,cost_total,byok_usage_inference,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,user\r\n\
        g1,2026-11-01 00:00:00.5,0.0105,0.02,100,20,5,30,anthropic/claude-4.5-haiku-20251001,acme\r\n";
    let expected = [
        (InputUncached, 70),
        (CacheRead, 30),
        (OutputVisible, 15),
        (Reasoning, 5),
    ];
    let result = check(text, Source::Openrouter, Some(1), &expected);
    costs(&result, "0.0305");
}

#[test]
fn helicone_excludes_the_cache_and_its_own_cache_is_free() {
    let text = r#"{"request_id":"1","request_created_at":"2026-11-01T00:00:00Z","response_status":200,"request_user_id":"acme","model":"gpt-5-mini","prompt_tokens":10,"prompt_cache_read_tokens":30,"completion_tokens":4,"cost":0.25}
{"request_id":"2","request_created_at":"2026-11-01T00:00:00Z","response_status":200,"prompt_tokens":10,"cache_reference_id":"5e2f8e0c-0000-4000-8000-000000000001"}
{"request_id":"3","request_created_at":"2026-11-01T00:00:00Z","response_status":-3,"prompt_tokens":null}"#;
    let expected = [(InputUncached, 10), (CacheRead, 30), (OutputVisible, 4)];
    let result = check(text, Source::Helicone, Some(1), &expected);
    costs(&result, "0.25");
    assert_eq!((result.dropped.cache_hit, result.dropped.failed), (1, 1));
}
