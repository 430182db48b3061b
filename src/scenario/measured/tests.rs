use super::*;
use crate::document::parse_json_lines;

fn points(text: &str) -> Result<Vec<Measured>, Vec<String>> {
    let mut problems = Problems::default();
    let roots = parse_json_lines(text, 0).unwrap();
    let points = roots
        .iter()
        .flat_map(|root| of_root(root, &mut problems))
        .collect();
    let list = problems.sorted();
    if list.is_empty() {
        Ok(points)
    } else {
        Err(list.into_iter().map(|problem| problem.message).collect())
    }
}

const VLLM: &str = r#"{ "model_id": "m", "request_rate": "inf", "max_concurrency": 64, "completed": 100,
    "total_input_tokens": 102400, "total_output_tokens": 25600, "request_throughput": 8.0,
    "output_throughput": 2048.0, "mean_ttft_ms": 120.0, "mean_tpot_ms": 30.0 }"#;

#[test]
fn a_result_of_vllm_is_a_point_with_means_over_its_requests() {
    let point = points(VLLM).unwrap().remove(0);
    assert_eq!(
        (point.concurrency, point.output_tokens_per_second),
        (64.0, 2_048.0)
    );
    assert_eq!(
        (point.input_tokens, point.output_tokens),
        (Some(1_024.0), Some(256.0))
    );
    assert_eq!(
        (point.tpot_ms, point.ttft_ms, point.gpus),
        (Some(30.0), Some(120.0), None)
    );
}

#[test]
fn results_on_several_lines_are_several_points() {
    let line = VLLM.replace('\n', " ");
    assert_eq!(points(&format!("{line}\n{line}\n")).unwrap().len(), 2);
}

#[test]
fn without_a_limit_the_requests_in_flight_follow_from_rate_and_time() {
    // 8/s x (120 + 30 x 255) ms = 62.16.
    let open = VLLM.replace("\"max_concurrency\": 64", "\"max_concurrency\": null");
    let point = points(&open).unwrap().remove(0);
    assert!((point.concurrency - 62.16).abs() < 1e-9);
}

#[test]
fn every_benchmark_of_guidellm_is_a_point() {
    let one = |rate: f64, users: f64| {
        let mean = |value: f64| format!(r#"{{ "successful": {{ "mean": {value} }} }}"#);
        format!(
            r#"{{ "metrics": {{ "output_tokens_per_second": {}, "request_concurrency": {},
            "prompt_token_count": {}, "output_token_count": {}, "time_to_first_token_ms": {},
            "inter_token_latency_ms": {} }}, "requests": {{ "successful": [{{ "prompt": "secret" }}] }} }}"#,
            mean(rate),
            mean(users),
            mean(1_000.0),
            mean(250.0),
            mean(80.0),
            mean(20.0)
        )
    };
    let text = format!(
        r#"{{ "benchmarks": [{}, {}] }}"#,
        one(900.0, 16.0),
        one(2_000.0, 48.0)
    );
    let found = points(&text).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].concurrency, 48.0);
    assert_eq!(found[1].output_tokens_per_second, 2_000.0);
    assert_eq!(found[0].tpot_ms, Some(20.0));
}

#[test]
fn a_run_of_aiperf_is_a_point_with_its_units() {
    let text = r#"{ "schema_version": "1.5", "output_token_throughput": { "unit": "tokens/sec", "avg": 500.0 },
        "request_throughput": { "unit": "requests/sec", "avg": 2.0 },
        "request_latency": { "unit": "ms", "avg": 4000.0 },
        "input_sequence_length": { "unit": "tokens", "avg": 900.0 },
        "output_sequence_length": { "unit": "tokens", "avg": 250.0 },
        "time_to_first_token": { "unit": "s", "avg": 0.2 },
        "inter_token_latency": { "unit": "ms", "avg": 15.0 },
        "input_config": { "phases": [{ "name": "profiling", "concurrency": 10 }] } }"#;
    let point = points(text).unwrap().remove(0);
    assert_eq!(
        (point.concurrency, point.output_tokens_per_second),
        (10.0, 500.0)
    );
    assert_eq!((point.ttft_ms, point.tpot_ms), (Some(200.0), Some(15.0)));
    // Without a configured concurrency: 2/s x 4 s.
    let open = text.replace("\"concurrency\": 10", "\"rate\": 2");
    assert!((points(&open).unwrap()[0].concurrency - 8.0).abs() < 1e-9);
    let wrong = text.replace("tokens/sec", "tokens/min");
    assert_eq!(
        points(&wrong).unwrap_err(),
        ["`output_token_throughput` is in a unit that is not known"]
    );
}

#[test]
fn blocks_of_genai_perf_stand_under_records() {
    let text = r#"{ "records": { "output_token_throughput": { "unit": "tokens/sec", "avg": 700.0 } },
        "input_config": { "perf_analyzer": { "stimulus": { "concurrency": 32 } } } }"#;
    let point = points(text).unwrap().remove(0);
    assert_eq!(
        (point.concurrency, point.output_tokens_per_second),
        (32.0, 700.0)
    );
}

#[test]
fn what_is_missing_or_empty_is_named() {
    assert_eq!(
        points(r#"{ "latency": 3 }"#).unwrap_err(),
        ["these are no results of a benchmark that is known"]
    );
    let none = VLLM.replace("\"completed\": 100", "\"completed\": 0");
    assert_eq!(
        points(&none).unwrap_err(),
        ["`completed` is no positive number"]
    );
    let torn = VLLM.replace("\"completed\": 100,", "");
    assert_eq!(
        points(&torn).unwrap_err(),
        ["these results have no `completed`"]
    );
}
