//! Why a replica cannot serve a workload.

use std::fmt;

/// The reason a replica does not serve a workload at all, with the numbers that show it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Misfit {
    /// The weights alone exceed the memory.
    Weights {
        /// Bytes of the weights.
        held_bytes: f64,
        /// Bytes that weights and KV cache may take.
        usable_bytes: f64,
        /// GPUs in the replica.
        gpus: u32,
        /// Bytes of memory of each.
        gpu_bytes: f64,
    },
    /// The weights fit, but not the KV cache of one request.
    Cache {
        /// Bytes of one request's KV cache.
        sequence_bytes: f64,
        /// Bytes the weights leave.
        left_bytes: f64,
        /// Tokens of one request, input and output.
        context_tokens: f64,
        /// GPUs in the replica.
        gpus: u32,
        /// Bytes of memory of each.
        gpu_bytes: f64,
    },
    /// A single request in flight is already slower per token than the limit.
    TimePerOutputToken {
        /// Seconds per output token of a single request.
        alone_s: f64,
        /// The limit in seconds.
        limit_s: f64,
        /// GPUs in the replica.
        gpus: u32,
    },
    /// A single request in flight already waits longer for its first token than the limit.
    TimeToFirstToken {
        /// Seconds to the first token of a single request.
        alone_s: f64,
        /// The limit in seconds.
        limit_s: f64,
        /// GPUs in the replica.
        gpus: u32,
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Weights {
                held_bytes,
                usable_bytes,
                gpus,
                gpu_bytes,
            } => write!(
                f,
                "weights of {} do not fit {gpus} x {}, of which {} is usable",
                Gigabytes(held_bytes),
                Gigabytes(gpu_bytes),
                Gigabytes(usable_bytes),
            ),
            Self::Cache {
                sequence_bytes,
                left_bytes,
                context_tokens,
                gpus,
                gpu_bytes,
            } => write!(
                f,
                "the KV cache of one request of {context_tokens:.0} tokens takes {}, \
                 but the weights leave {} of {gpus} x {}",
                Gigabytes(sequence_bytes),
                Gigabytes(left_bytes),
                Gigabytes(gpu_bytes),
            ),
            Self::TimePerOutputToken {
                alone_s,
                limit_s,
                gpus,
            } => {
                write!(f, "time per output token {}", over(alone_s, limit_s, gpus))
            }
            Self::TimeToFirstToken {
                alone_s,
                limit_s,
                gpus,
            } => {
                write!(f, "time to first token {}", over(alone_s, limit_s, gpus))
            }
        }
    }
}

impl std::error::Error for Misfit {}

fn over(alone_s: f64, limit_s: f64, gpus: u32) -> String {
    let plural = if gpus == 1 { "" } else { "s" };
    format!(
        "is {} on {gpus} GPU{plural} with a single request in flight, over the limit of {}",
        Milliseconds(alone_s),
        Milliseconds(limit_s),
    )
}

/// Bytes, shown in decimal gigabytes: whole from ten on, else with one decimal.
struct Gigabytes(f64);

impl fmt::Display for Gigabytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0 / 1e9;
        let decimals = usize::from(value < 9.95);
        write!(f, "{value:.decimals$} GB")
    }
}

/// Seconds, shown in milliseconds: whole from a hundred on, else with one decimal.
struct Milliseconds(f64);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0 * 1e3;
        let decimals = usize::from(value < 99.95);
        write!(f, "{value:.decimals$} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_that_do_not_fit_are_named_with_the_room_there_is() {
        let misfit = Misfit::Weights {
            held_bytes: 141.1e9,
            usable_bytes: 70.84e9,
            gpus: 1,
            gpu_bytes: 80e9,
        };
        assert_eq!(
            misfit.to_string(),
            "weights of 141 GB do not fit 1 x 80 GB, of which 71 GB is usable"
        );
    }

    #[test]
    fn a_cache_that_does_not_fit_is_named_with_its_tokens() {
        let misfit = Misfit::Cache {
            sequence_bytes: 42.9e9,
            left_bytes: 0.6e9,
            context_tokens: 131_072.0,
            gpus: 2,
            gpu_bytes: 80e9,
        };
        assert_eq!(
            misfit.to_string(),
            "the KV cache of one request of 131072 tokens takes 43 GB, \
             but the weights leave 0.6 GB of 2 x 80 GB"
        );
    }

    #[test]
    fn a_limit_no_request_can_keep_is_named_with_both_times() {
        let tpot = Misfit::TimePerOutputToken {
            alone_s: 0.0241,
            limit_s: 0.02,
            gpus: 1,
        };
        assert_eq!(
            tpot.to_string(),
            "time per output token is 24.1 ms on 1 GPU with a single request in flight, \
             over the limit of 20.0 ms"
        );
        let ttft = Misfit::TimeToFirstToken {
            alone_s: 1.234,
            limit_s: 0.5,
            gpus: 8,
        };
        assert_eq!(
            ttft.to_string(),
            "time to first token is 1234 ms on 8 GPUs with a single request in flight, \
             over the limit of 500 ms"
        );
    }
}
