//! Results of GuideLLM: a file holds a benchmark for each rate or concurrency of a sweep.

use super::Measured;
use super::result::{Results, find};
use crate::document::{Node, Value};

/// The benchmarks of a file.
pub fn benchmarks(root: &Node) -> Option<&[Node]> {
    match &root.get("benchmarks")?.value {
        Value::List(list) if list.iter().any(|it| it.get("metrics").is_some()) => Some(list),
        _ => None,
    }
}

/// Reads the point of a benchmark; every figure is of its successful requests.
pub fn point(result: &mut Results<'_>) -> Option<Measured> {
    let of = |metric: &str| format!("metrics.{metric}.successful.mean");
    let rate = result.number(&of("output_tokens_per_second"));
    let concurrency = result.number(&of("request_concurrency"));
    let each = ["time_per_output_token_ms", "inter_token_latency_ms"];
    Some(Measured {
        place: super::start(find(result.node, "metrics").unwrap_or(result.node)),
        concurrency: concurrency?,
        output_tokens_per_second: rate?,
        input_tokens: result.maybe(&of("prompt_token_count")),
        output_tokens: result.maybe(&of("output_token_count")),
        tpot_ms: each.iter().find_map(|metric| result.maybe(&of(metric))),
        ttft_ms: result.maybe(&of("time_to_first_token_ms")),
        gpus: None,
    })
}
