//! The batch that memory, the engine and latency limits allow.

use std::fmt;

use super::step::Work;
use super::{Replica, Shape, max_batch};

/// Latency a workload asks for; `None` asks for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// The most seconds per output token.
    pub max_tpot_s: Option<f64>,
    /// The most seconds to the first token.
    pub max_ttft_s: Option<f64>,
}

/// What keeps the batch from being larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The KV cache fills the memory.
    Memory,
    /// The engine runs no more sequences at once.
    MaxSequences,
    /// The limit on the time per output token.
    TimePerOutputToken,
    /// The limit on the time to the first token.
    TimeToFirstToken,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::MaxSequences => "the engine's maximum of sequences",
            Self::TimePerOutputToken => "the limit on time per output token",
            Self::TimeToFirstToken => "the limit on time to first token",
        })
    }
}

/// `B*` of (10): the largest whole number of requests in flight, at least 1, within memory, the
/// engine's maximum and both limits; `None` where one request is too many.
///
/// Both times rise with the batch, so an interval is halved.
#[must_use]
pub fn batch_for_limits(
    replica: &Replica,
    shape: &Shape,
    max_tpot_s: Option<f64>,
    max_ttft_s: Option<f64>,
) -> Option<f64> {
    let limits = Limits {
        max_tpot_s,
        max_ttft_s,
    };
    let work = Work::of(replica, shape);
    largest(&work, limits, most_sequences(replica, shape))
}

/// The largest whole batch up to `most` that keeps the limits.
pub(super) fn largest(work: &Work, limits: Limits, most: f64) -> Option<f64> {
    if most < 1.0 || broken(work, limits, 1.0).is_some() {
        return None;
    }
    if broken(work, limits, most).is_none() {
        return Some(most);
    }
    let (mut kept, mut over) = (1.0, most);
    while over - kept > 1.0 {
        let middle = f64::midpoint(kept, over).floor();
        if broken(work, limits, middle).is_none() {
            kept = middle;
        } else {
            over = middle;
        }
    }
    Some(kept)
}

/// The limit that `batch` requests in flight break, if any.
pub(super) fn broken(work: &Work, limits: Limits, batch: f64) -> Option<Limit> {
    let over = |limit: Option<f64>, found: fn(&Work, f64) -> f64| {
        limit.is_some_and(|limit| found(work, batch) > limit)
    };
    if over(limits.max_tpot_s, Work::time_per_output_token) {
        Some(Limit::TimePerOutputToken)
    } else if over(limits.max_ttft_s, Work::time_to_first_token) {
        Some(Limit::TimeToFirstToken)
    } else {
        None
    }
}

/// What keeps the batch from being larger than `batch`, the largest allowed.
pub(super) fn limit_at(
    replica: &Replica,
    shape: &Shape,
    work: &Work,
    limits: Limits,
    batch: f64,
) -> Limit {
    if batch < most_sequences(replica, shape) {
        broken(work, limits, batch + 1.0).unwrap_or(Limit::Memory)
    } else if max_batch(replica, shape) < f64::from(replica.max_sequences) {
        Limit::Memory
    } else {
        Limit::MaxSequences
    }
}

/// Whole requests that fit in memory and engine at once.
pub(super) fn most_sequences(replica: &Replica, shape: &Shape) -> f64 {
    max_batch(replica, shape)
        .min(f64::from(replica.max_sequences.max(1)))
        .floor()
}

#[cfg(test)]
mod tests {
    use super::super::worked::{DENSE, GPU, MIXTURE, SHAPE, replica};
    use super::super::{GpuPeaks, estimate};
    use super::*;

    #[test]
    fn the_batch_found_keeps_the_limits_and_one_more_breaks_them() {
        for model in [&DENSE, &MIXTURE] {
            for ms in 4..12 {
                let limits = Limits {
                    max_tpot_s: Some(f64::from(ms) * 1e-3),
                    max_ttft_s: Some(0.1),
                };
                let pair = replica(model, 2);
                let batch = estimate(&pair, &SHAPE, limits).unwrap().batch;
                let work = Work::of(&pair, &SHAPE);
                assert_eq!(broken(&work, limits, batch), None);
                assert!(
                    broken(&work, limits, batch + 1.0).is_some()
                        || batch + 1.0 > max_batch(&pair, &SHAPE)
                );
            }
        }
    }

    #[test]
    fn where_one_request_is_too_many_there_is_no_batch() {
        // 0.92 x (5e9 - 3e9) = 1.84e9 for 2.1e9; t_dec(1) = 3.04125 ms
        let small = GpuPeaks {
            memory_bytes: 5e9,
            ..GPU
        };
        let tight = Replica {
            gpu: &small,
            ..replica(&DENSE, 1)
        };
        assert_eq!(batch_for_limits(&tight, &SHAPE, None, None), None);
        assert_eq!(
            batch_for_limits(&replica(&DENSE, 1), &SHAPE, Some(3e-3), None),
            None
        );
        assert_eq!(
            batch_for_limits(&replica(&DENSE, 1), &SHAPE, Some(3.05e-3), None),
            Some(1.0)
        );
    }

    #[test]
    fn without_limits_the_batch_is_what_fits_rounded_down() {
        // B_max = 144.67
        assert_eq!(
            batch_for_limits(&replica(&DENSE, 1), &SHAPE, None, None),
            Some(144.0)
        );
    }
}
