//! Rows of Azure API Management, DeepSeek and Prometheus, and parents that count their children once more.

use llmcost::usage::record::Bucket::{CacheRead, InputUncached, OutputVisible};
use llmcost::usage::semantics::Source;
use serde_json::json;

use super::samples::{check, costs, sums, tenants, tokens};
use super::{answer, scratch};

#[test]
fn rows_of_api_management_count_once_per_request_and_parts_of_messages_not_at_all() {
    let head = "TimeGenerated,CorrelationId,RequestId,SequenceNumber,ModelName,DeploymentName,PromptTokens,CompletionTokens,TotalTokens\n";
    // The first request stands in three rows, two of them with its tokens.
    let rows = "2026-11-01T07:00:00.1234567Z,c1,r1,0,gpt-5-mini,chat-prod,100,20,120\n\
        2026-11-01T07:00:00.1234567Z,c1,r1,1,gpt-5-mini,chat-prod,100,20,120\n\
        2026-11-01T07:00:00.1234567Z,c1,r1,2,,chat-prod,,,\n\
        2026-11-01T07:00:01Z,c2,r2,0,,gpt-5-mini,7,3,10\n";
    let expected = [(InputUncached, 107), (OutputVisible, 23)];
    let result = check(&format!("{head}{rows}"), Source::Apim, Some(2), &expected);
    assert_eq!(result.dropped.duplicate, 1);
    assert!(result.unpriced.is_empty(), "{:?}", result.unpriced);
    let portal = format!("{head}{rows}").replace("TimeGenerated", "TimeGenerated [UTC]");
    check(&portal, Source::Apim, Some(2), &expected);
    let json = r#"[{"TimeGenerated":"2026-11-01T07:00:00Z","CorrelationId":"c","DeploymentName":"gpt-5-mini","PromptTokens":"7","CompletionTokens":3,"TotalTokens":11}]"#;
    let result = check(
        json,
        Source::Apim,
        Some(1),
        &[(InputUncached, 7), (OutputVisible, 3)],
    );
    assert!(
        result
            .warnings
            .iter()
            .any(|warning| warning.code == "total-mismatch")
    );
}

const AMOUNT: &str = "\u{feff}user_id,start_time_iso,end_time_iso,model,api_key_name,api_key,type,price,amount\r\n\
    u,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,deepseek-chat,acme,sk-1,input_cache_hit_tokens,0.1,3000000\r\n\
    u,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,deepseek-chat,acme,sk-1,input_cache_miss_tokens,1,1000000\r\n\
    u,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,deepseek-chat,acme,sk-1,output_tokens,2,500000\r\n\
    u,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,deepseek-chat,acme,sk-1,request_count,0,42\r\n";
const COST: &str = "\u{feff}user_id,start_time_iso,end_time_iso,model,wallet_type,cost,currency\r\n\
    u,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,deepseek-chat,NORMAL,0.75,USD\r\n\
    u,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,deepseek-chat,GRANTED,0.5,USD\r\n";

#[test]
fn deepseek_tells_kinds_of_tokens_and_calls_in_rows_of_their_own() {
    let expected = [
        (InputUncached, 1_000_000),
        (CacheRead, 3_000_000),
        (OutputVisible, 500_000),
    ];
    let result = check(AMOUNT, Source::Deepseek, Some(42), &expected);
    tenants(&result, &["acme"]);
    let unknown = AMOUNT.replace("output_tokens", "image_tokens");
    let told = sums(&unknown).warnings;
    assert!(
        told[0]
            .message
            .contains("log:4: unknown type `image_tokens`"),
        "{told:?}"
    );
    let negative = sums(&AMOUNT.replace(",500000", ",-500000"));
    assert_eq!(negative.dropped.rejected, 1);
}

#[test]
fn what_deepseek_charged_counts_alone_and_not_once_more_beside_its_tokens() {
    let charged = check(COST, Source::Deepseek, None, &[]);
    costs(&charged, "1.25");
    let yuan = sums(&COST.replace("GRANTED,0.5,USD", "GRANTED,3.5,CNY"));
    assert!(
        yuan.warnings[0]
            .message
            .contains("log:3: the currency is CNY, not USD")
    );
    costs(&yuan, "0.75");
    let folder = scratch("deepseek");
    std::fs::write(folder.join("amount-2026-11.csv"), AMOUNT).unwrap();
    std::fs::write(folder.join("cost-2026-11.csv"), COST).unwrap();
    let both = answer(&[&folder.display().to_string()], b"");
    let alone = answer(
        &[&folder.join("amount-2026-11.csv").display().to_string()],
        b"",
    );
    assert_eq!(both["total"], alone["total"]);
    assert_eq!(both["dropped"]["not_billable"], 2);
}

/// A series of a counter: labels beside the model, and values from 2026-11-01 on, one an hour.
fn series(counter: &str, labels: &str, values: &[u64]) -> String {
    let list: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(hour, value)| format!("[{},\"{value}\"]", 1_793_491_200 + hour * 3_600))
        .collect();
    format!(
        r#"{{"metric":{{"__name__":"vllm:{counter}","model_name":"m"{labels}}},"values":[{}]}}"#,
        list.join(",")
    )
}

fn matrix(list: &[String]) -> String {
    let list = list.join(",\n");
    format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{list}]}}}}"#)
}

#[test]
fn a_range_of_prometheus_counts_the_growth_of_each_series() {
    // 100 to 160, a restart to 30, then 50: 60 + 30 + 20 = 110; hits 10 + 5 + 5 = 20; answers 9; calls 4 + 2.
    let text = matrix(&[
        series(
            "prompt_tokens_total",
            r#","engine":"0""#,
            &[100, 160, 30, 50],
        ),
        series(
            "prefix_cache_hits_total",
            r#","engine":"0""#,
            &[0, 10, 5, 10],
        ),
        series(
            "generation_tokens_total",
            r#","engine":"0""#,
            &[1, 4, 5, 10],
        ),
        series(
            "request_success_total",
            r#","finished_reason":"stop""#,
            &[0, 2, 3, 4],
        ),
        series(
            "request_success_total",
            r#","finished_reason":"length""#,
            &[7, 8, 8, 9],
        ),
        series("num_requests_running", "", &[3, 3, 3, 3]),
    ]);
    let expected = [(InputUncached, 90), (CacheRead, 20), (OutputVisible, 9)];
    check(&text, Source::Vllm, Some(6), &expected);
}

#[test]
fn ranges_may_overlap_come_apart_and_are_dated_by_the_beginning_of_each_interval() {
    let folder = scratch("prometheus");
    let write =
        |name: &str, list: &[String]| std::fs::write(folder.join(name), matrix(list)).unwrap();
    // Twenty-six hours, one token a second: 24 hours of the first day and one of the second.
    let hours: Vec<u64> = (0..26).map(|hour| 5_000 + hour * 3_600).collect();
    write("a.json", &[series("prompt_tokens_total", "", &hours)]);
    write("b.json", &[series("prompt_tokens_total", "", &hours[..9])]);
    write(
        "c.json",
        &[series("generation_tokens_total", "", &[1_000, 1_007])],
    );
    let result = answer(&[&folder.display().to_string(), "--by", "day"], b"");
    let days: Vec<_> = result["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                &row["key"]["day"],
                &row["tokens"]["input_uncached"],
                &row["tokens"]["output_visible"],
            )
        })
        .collect();
    assert_eq!(
        days,
        [
            (&json!("2026-11-01"), &json!(24 * 3_600), &json!(7)),
            (&json!("2026-11-02"), &json!(3_600), &json!(0)),
        ]
    );
}

#[test]
fn an_engine_that_starts_within_a_range_counts_from_zero() {
    let old = series(
        "generation_tokens_total",
        r#","engine":"0""#,
        &[1_000, 1_000, 1_000],
    );
    let new = series("generation_tokens_total", r#","engine":"1""#, &[0, 5, 8])
        .replace("[1793491200,\"0\"],", "");
    let result = check(
        &matrix(&[old, new]),
        Source::Vllm,
        Some(0),
        &[(OutputVisible, 8)],
    );
    assert_eq!(tokens(&result), [(OutputVisible, 8)]);
}

#[test]
fn an_answer_of_prometheus_without_names_counts_or_a_second_value_says_so() {
    let told = |text: &str| sums(text).warnings[0].message.clone();
    let whole = series("prompt_tokens_total", "", &[1, 2]);
    let nameless = matrix(&[whole.replace(r#""__name__":"vllm:prompt_tokens_total","#, "")]);
    assert!(told(&nameless).contains("the series has no `__name__`: ask for the counter itself"));
    let rate = matrix(&[whole.replace("\"2\"", "\"0.25\"")]);
    assert!(told(&rate).contains("the value of a counter is no count"));
    let single = r#"{"data":{"resultType":"vector","result":[{"metric":{"__name__":"vllm:prompt_tokens_total"},"value":[1793491200,"5"]}]}}"#;
    assert!(told(single).contains("one scrape"));
}

#[test]
fn a_langfuse_generation_with_usage_below_another_with_usage_is_told() {
    let row = |id: &str, parent: &str, kind: &str, tokens: u64| {
        format!(
            r#"{{"id":"{id}","traceId":"t","parentObservationId":{parent},"type":"{kind}","startTime":"2026-11-01T00:00:00Z","usageDetails":{{"input":{tokens}}}}}"#
        )
    };
    let nested = [
        row("a", "null", "GENERATION", 9),
        row("b", "\"a\"", "GENERATION", 5),
        row("b", "\"a\"", "GENERATION", 5),
    ];
    let result = check(
        &nested.join("\n"),
        Source::Langfuse,
        Some(2),
        &[(InputUncached, 14)],
    );
    let told = &result.warnings[0];
    assert_eq!(told.code, "nested-usage");
    assert!(
        told.message
            .starts_with("1 call(s) with usage are children"),
        "{told:?}"
    );
    // A span is no call, and a parent without usage counts nothing.
    for parent in [
        row("a", "null", "SPAN", 9),
        row("a", "null", "GENERATION", 0),
    ] {
        let text = [row("b", "\"a\"", "GENERATION", 5), parent].join("\n");
        assert!(
            sums(&text)
                .warnings
                .iter()
                .all(|warning| warning.code != "nested-usage")
        );
    }
}
