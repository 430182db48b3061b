//! Results of AIPerf, and of GenAI-Perf before it: blocks of statistics with their unit.

use super::result::{Results, find, start};
use super::{Measured, in_flight};
use crate::diagnostic::Problem;
use crate::document::{Node, Value};

/// The object that holds the blocks.
pub fn metrics(root: &Node) -> Option<&Node> {
    let holds = |node: &&Node| find(node, "output_token_throughput.avg").is_some();
    Some(root)
        .filter(holds)
        .or_else(|| root.get("records").filter(holds))
}

/// Reads the point of a run.
pub fn point(root: &Node, result: &mut Results<'_>) -> Option<Measured> {
    let rate = throughput(result);
    let output_tokens = ["output_sequence_length.avg", "output_token_count.avg"]
        .iter()
        .find_map(|path| result.maybe(path));
    let stated = root.get("input_config").and_then(concurrency);
    let concurrency = stated.or_else(|| mean(result));
    let concurrency = concurrency.or_else(|| result.number("request_throughput.avg"));
    Some(Measured {
        place: start(root),
        concurrency: concurrency?,
        output_tokens_per_second: rate?,
        input_tokens: result.maybe("input_sequence_length.avg"),
        output_tokens,
        tpot_ms: milliseconds(result, "inter_token_latency"),
        ttft_ms: milliseconds(result, "time_to_first_token"),
        gpus: None,
    })
}

fn throughput(result: &mut Results<'_>) -> Option<f64> {
    let unit = find(result.node, "output_token_throughput.unit");
    if let Some(node) = unit
        && !matches!(node.text(), Some("tokens/sec" | "tokens/s" | "tok/s"))
    {
        let message = "`output_token_throughput` is in a unit that is not known";
        let problem = Problem::new(node.place, message).expected("tokens/sec");
        result.problems.push(problem);
        return None;
    }
    result.number("output_token_throughput.avg")
}

/// The mean of a time in milliseconds; none where its unit is not known.
fn milliseconds(result: &Results<'_>, metric: &str) -> Option<f64> {
    let unit = find(result.node, &format!("{metric}.unit")).and_then(Node::text);
    let scale = match unit {
        Some("ms") | None => 1.0,
        Some("s" | "sec") => 1e3,
        Some("us") => 1e-3,
        Some("ns") => 1e-6,
        Some(_) => return None,
    };
    Some(result.maybe(&format!("{metric}.avg"))? * scale)
}

/// Mean requests in flight where no concurrency was configured.
fn mean(result: &Results<'_>) -> Option<f64> {
    let seconds = milliseconds(result, "request_latency")? / 1e3;
    Some(in_flight(result.maybe("request_throughput.avg")?, seconds))
}

/// The first `concurrency` of the configuration that is a number; its place differs by version.
fn concurrency(node: &Node) -> Option<f64> {
    if let Some(Value::Number(number)) = node.get("concurrency").map(|it| &it.value)
        && *number > 0.0
    {
        return Some(*number);
    }
    match &node.value {
        Value::Table(entries) => entries.iter().find_map(|entry| concurrency(&entry.node)),
        Value::List(items) => items.iter().find_map(concurrency),
        _ => None,
    }
}
