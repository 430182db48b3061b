//! The user's own measurements of a deployment: points in the scenario, or the result files that
//! benchmarks write, told apart by what they hold.
//!
//! | file | written by |
//! |---|---|
//! | `vllm` | `vllm bench serve --save-result`, also with `--append-result` (a result on each line), and SGLang's `bench_serving` |
//! | `guidellm` | GuideLLM (`benchmarks.json`: every benchmark of it is a point) |
//! | `aiperf` | AIPerf (`profile_export_aiperf.json`) and GenAI-Perf before it |

mod aiperf;
mod guidellm;
mod result;
mod vllm;

use super::file::MeasuredFile;
use crate::diagnostic::{Place, Problem, Problems};
use crate::document::Node;
use crate::table::{FileText, FilesOr, Num};
use result::{Results, start};

/// What one run measured of one deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Where it stands.
    pub place: Place,
    /// Requests in flight.
    pub concurrency: f64,
    /// Output tokens a second of all requests together.
    pub output_tokens_per_second: f64,
    /// Mean prompt (tokens); as the workload's where it is not given.
    pub input_tokens: Option<f64>,
    /// Mean output (tokens); as the workload's where it is not given.
    pub output_tokens: Option<f64>,
    /// Mean time per output token (ms).
    pub tpot_ms: Option<f64>,
    /// Mean time to first token (ms).
    pub ttft_ms: Option<f64>,
    /// GPUs of the deployment; those of a replica where it is not given.
    pub gpus: Option<f64>,
}

/// Reads the points of a scenario, in the order of their concurrency.
pub fn read(given: &FilesOr<MeasuredFile>, problems: &mut Problems) -> Vec<Measured> {
    let mut points: Vec<Measured> = match given {
        FilesOr::Tables(tables) => tables.iter().filter_map(stated).collect(),
        FilesOr::Files(files) => files
            .iter()
            .flat_map(|file| of_file(file, problems))
            .collect(),
    };
    points.sort_by(|a, b| a.concurrency.total_cmp(&b.concurrency));
    points
}

/// A point of the scenario itself; what is missing has been told of.
fn stated(table: &MeasuredFile) -> Option<Measured> {
    let value = |num: &Option<Num>| num.as_ref().map(|num| num.input.median());
    Some(Measured {
        place: table.place,
        concurrency: value(&table.concurrency)?,
        output_tokens_per_second: value(&table.output_tokens_per_second)?,
        input_tokens: value(&table.input_tokens),
        output_tokens: value(&table.output_tokens),
        tpot_ms: value(&table.tpot_ms),
        ttft_ms: value(&table.ttft_ms),
        gpus: value(&table.gpus),
    })
}

fn of_file(file: &FileText, problems: &mut Problems) -> Vec<Measured> {
    let roots = file.file.roots.iter();
    roots.flat_map(|root| of_root(root, problems)).collect()
}

fn of_root(root: &Node, problems: &mut Problems) -> Vec<Measured> {
    let mut result = Results {
        node: root,
        problems,
    };
    if let Some(list) = guidellm::benchmarks(root) {
        let points = list.iter();
        return points
            .filter_map(|node| guidellm::point(&mut result.within(node)))
            .collect();
    }
    if root.get("output_throughput").is_some() {
        return vllm::point(&mut result).into_iter().collect();
    }
    if let Some(metrics) = aiperf::metrics(root) {
        return aiperf::point(root, &mut result.within(metrics))
            .into_iter()
            .collect();
    }
    result.problems.push(
        Problem::new(
            start(root),
            "these are no results of a benchmark that is known",
        )
        .expected("JSON of `vllm bench serve`, GuideLLM, or AIPerf (profile_export_aiperf.json)"),
    );
    Vec::new()
}

/// Requests in flight by Little's law: their rate times the time each of them takes.
fn in_flight(requests_per_second: f64, seconds: f64) -> f64 {
    requests_per_second * seconds
}

#[cfg(test)]
mod tests;
