//! Results of `vllm bench serve` and, under the same names, of SGLang's `bench_serving`.

use super::result::Results;
use super::{Measured, in_flight};

/// Reads the point of a result.
pub fn point(result: &mut Results<'_>) -> Option<Measured> {
    let output_rate = result.number("output_throughput");
    let completed = result.number("completed");
    let outputs = result.number("total_output_tokens");
    let inputs = result.maybe("total_input_tokens");
    let completed = completed?;
    let output_tokens = outputs? / completed;
    let concurrency = result
        .maybe("max_concurrency")
        .or_else(|| mean(result, output_tokens));
    let concurrency = concurrency.or_else(|| result.number("max_concurrency"));
    Some(Measured {
        place: super::start(result.node),
        concurrency: concurrency?,
        output_tokens_per_second: output_rate?,
        input_tokens: inputs.map(|tokens| tokens / completed),
        output_tokens: Some(output_tokens),
        tpot_ms: result.maybe("mean_tpot_ms"),
        ttft_ms: result.maybe("mean_ttft_ms"),
        gpus: result.maybe("tensor_parallel_size"),
    })
}

/// Mean requests in flight where the benchmark did not limit them.
fn mean(result: &Results<'_>, output_tokens: f64) -> Option<f64> {
    let rate = result.maybe("request_throughput")?;
    let whole = result
        .maybe("mean_e2el_ms")
        .or_else(|| result.maybe("mean_e2e_latency_ms"));
    let summed = || {
        let each = result.maybe("mean_tpot_ms")?;
        Some(result.maybe("mean_ttft_ms")? + each * (output_tokens - 1.0))
    };
    Some(in_flight(rate, whole.or_else(summed)? / 1e3))
}
