//! The numbers of a scenario that an estimate depends on, once as they are recorded and once as plain
//! numbers.

use super::super::mix::Mix;
use super::spread;
use crate::real::Real;
use crate::scenario::{Given, SelfHost, Workload};

/// How many numbers there are.
pub const ASKED: usize = 11;

/// What a replica is asked to do, in tokens, requests and seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Mean prompt.
    pub prompt: f64,
    /// Mean output, reasoning included; at least 1.
    pub output: f64,
    /// Share of the prompt that is read from a cache.
    pub cached_share: f64,
    /// Squared coefficient of variation of the prompts.
    pub prompt_spread: f64,
    /// The same of the outputs.
    pub output_spread: f64,
    /// Requests in flight at most.
    pub max_sequences: f64,
    /// Most seconds per output token; infinite without a limit.
    pub max_tpot_s: f64,
    /// Most seconds to the first token; infinite without a limit.
    pub max_ttft_s: f64,
    /// GPUs of a replica; infinite where it is to be chosen.
    pub gpus: f64,
    /// Throughput of the engine over the estimate's.
    pub engine_factor: f64,
    /// Share of the throughput that is left for each further node of a replica.
    pub node_efficiency: f64,
}

impl Asked {
    /// The numbers as they are recorded.
    pub fn of(own: &SelfHost, mix: &Mix, workload: &Workload) -> [Real; ASKED] {
        let cached = if mix.prompt > 0.0 {
            mix.read / mix.prompt
        } else {
            Real::ZERO
        };
        let or_none = |given: &Option<Given>, scale: f64| {
            given
                .as_ref()
                .map_or(Real::constant(f64::INFINITY), |given| given.value / scale)
        };
        let (prompt_spread, output_spread) = spread::of(workload);
        [
            mix.prompt,
            mix.output().max(1.0),
            cached,
            prompt_spread,
            output_spread,
            own.max_sequences.value,
            or_none(&own.max_tpot_ms, 1e3),
            or_none(&own.max_ttft_ms, 1e3),
            or_none(&own.gpus_per_replica, 1.0),
            own.engine_factor.value,
            own.node_efficiency.value,
        ]
    }
}

impl From<&[f64]> for Asked {
    fn from(numbers: &[f64]) -> Self {
        Self {
            prompt: numbers[0],
            output: numbers[1],
            cached_share: numbers[2],
            prompt_spread: numbers[3],
            output_spread: numbers[4],
            max_sequences: numbers[5],
            max_tpot_s: numbers[6],
            max_ttft_s: numbers[7],
            gpus: numbers[8],
            engine_factor: numbers[9],
            node_efficiency: numbers[10],
        }
    }
}
