//! What a replica does at the largest batch it is allowed, or why it does not serve.

use super::batch::{largest, limit_at, most_sequences};
use super::step::Work;
use super::{
    Limit, Limits, Misfit, Replica, Shape, kv_bytes_per_sequence, max_batch, usable_bytes,
    weights_held,
};

/// What one replica does at its best allowed batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// `B*`: requests in flight, a whole number.
    pub batch: f64,
    /// `X(B*)`: requests per second.
    pub requests_per_second: f64,
    /// `O X(B*)`: output tokens per second.
    pub output_tokens_per_second: f64,
    /// Seconds per output token.
    pub tpot_s: f64,
    /// Seconds to the first token; rough.
    pub ttft_s: f64,
    /// Bytes the weights hold.
    pub memory_bytes_held: f64,
    /// Bytes the KV cache of `batch` requests takes at most.
    pub kv_cache_bytes: f64,
    /// What keeps the batch from being larger.
    pub limit: Limit,
}

/// The best a replica does for a workload within limits, or why it does not serve it.
///
/// # Errors
/// A [`Misfit`] where the weights or one request do not fit in memory, or a single request in flight
/// already breaks a limit.
pub fn estimate(replica: &Replica, shape: &Shape, limits: Limits) -> Result<Estimate, Misfit> {
    check_memory(replica, shape)?;
    let work = Work::of(replica, shape);
    check_latency(replica, &work, limits)?;
    let batch = largest(&work, limits, most_sequences(replica, shape)).unwrap_or(1.0);
    let requests_per_second = work.rate(batch);
    Ok(Estimate {
        batch,
        requests_per_second,
        output_tokens_per_second: shape.output_tokens * requests_per_second,
        tpot_s: work.time_per_output_token(batch),
        ttft_s: work.time_to_first_token(batch),
        memory_bytes_held: weights_held(replica),
        kv_cache_bytes: batch * kv_bytes_per_sequence(replica, shape),
        limit: limit_at(replica, shape, &work, limits, batch),
    })
}

/// Whether weights and the cache of one request fit.
///
/// # Errors
/// The [`Misfit`], with its bytes.
pub fn check_memory(replica: &Replica, shape: &Shape) -> Result<(), Misfit> {
    if max_batch(replica, shape) >= 1.0 {
        return Ok(());
    }
    let (gpus, gpu_bytes) = (replica.gpus, replica.gpu.memory_bytes);
    let (held_bytes, usable_bytes) = (weights_held(replica), usable_bytes(replica));
    if held_bytes >= usable_bytes {
        return Err(Misfit::Weights {
            held_bytes,
            usable_bytes,
            gpus,
            gpu_bytes,
        });
    }
    Err(Misfit::Cache {
        sequence_bytes: kv_bytes_per_sequence(replica, shape),
        left_bytes: usable_bytes - held_bytes,
        context_tokens: shape.full_context(),
        gpus,
        gpu_bytes,
    })
}

fn check_latency(replica: &Replica, work: &Work, limits: Limits) -> Result<(), Misfit> {
    let gpus = replica.gpus;
    if let Some(limit_s) = limits.max_tpot_s {
        let alone_s = work.time_per_output_token(1.0);
        if alone_s > limit_s {
            return Err(Misfit::TimePerOutputToken {
                alone_s,
                limit_s,
                gpus,
            });
        }
    }
    if let Some(limit_s) = limits.max_ttft_s {
        let alone_s = work.time_to_first_token(1.0);
        if alone_s > limit_s {
            return Err(Misfit::TimeToFirstToken {
                alone_s,
                limit_s,
                gpus,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::worked::{DENSE, GPU, SHAPE, close, replica};
    use super::super::{GpuPeaks, HOST_SECONDS};
    use super::*;

    // On one GPU, t_dec(B) = 3.0 + 0.04125 B ms and t_pre = 40.4 ms, so tpot(B) = 2.9192 + 0.12205 B ms.

    #[test]
    fn without_limits_memory_or_the_engine_sets_the_batch() {
        // B_max = 144.67
        let one = replica(&DENSE, 1);
        let found = estimate(&one, &SHAPE, Limits::default()).unwrap();
        assert_eq!(found.limit, Limit::Memory);
        close(found.kv_cache_bytes, 144.0 * 3e7);
        let narrow = Replica {
            max_sequences: 64,
            ..one
        };
        let found = estimate(&narrow, &SHAPE, Limits::default()).unwrap();
        assert_eq!(found.limit, Limit::MaxSequences);
        close(found.batch, 64.0);
    }

    #[test]
    fn a_limit_on_time_per_token_sets_the_batch() {
        // 4.2 ms: (4.2 - 2.9192)/0.12205 = 10.49 -> 10
        let limits = Limits {
            max_tpot_s: Some(4.2e-3),
            max_ttft_s: None,
        };
        let found = estimate(&replica(&DENSE, 1), &SHAPE, limits).unwrap();
        close(found.batch, 10.0);
        close(found.tpot_s, 4.1397e-3);
        close(found.requests_per_second, 1.0 / 0.211_025);
        close(found.output_tokens_per_second, 500.0 / 0.211_025);
        close(found.memory_bytes_held, 2.1e9);
        assert_eq!(found.limit, Limit::TimePerOutputToken);
    }

    #[test]
    fn a_limit_on_the_first_token_sets_the_batch() {
        // at load X(B): t_pre/(1 - rho) = t_pre (1 + B t_pre/(O t_dec)); at 10: 81.672 ms in all,
        // at 11: 30 + 1.7269 + 40.4 (1 + 444.4/1726.9) = 82.524 ms
        let limits = Limits {
            max_tpot_s: None,
            max_ttft_s: Some(82e-3),
        };
        let found = estimate(&replica(&DENSE, 1), &SHAPE, limits).unwrap();
        close(found.batch, 10.0);
        close(
            found.ttft_s,
            HOST_SECONDS + 1.70625e-3 + 0.0404 * 0.211_025 / 0.170_625,
        );
        assert_eq!(found.limit, Limit::TimeToFirstToken);
    }

    #[test]
    fn weights_larger_than_the_memory_are_a_misfit() {
        // 0.92 x (5e9 - 3e9) = 1.84e9 for 2.1e9
        let small = GpuPeaks {
            memory_bytes: 5e9,
            ..GPU
        };
        let tight = Replica {
            gpu: &small,
            ..replica(&DENSE, 1)
        };
        let misfit = estimate(&tight, &SHAPE, Limits::default()).unwrap_err();
        assert!(
            matches!(misfit, Misfit::Weights { gpus: 1, .. }),
            "{misfit}"
        );
    }

    #[test]
    fn a_request_larger_than_what_the_weights_leave_is_a_misfit() {
        // 4.34e9 left; 300,000 tokens x 20,000 bytes = 6e9
        let long = Shape::new(299_000.0, 1_000.0);
        let misfit = estimate(&replica(&DENSE, 1), &long, Limits::default()).unwrap_err();
        let Misfit::Cache {
            sequence_bytes,
            left_bytes,
            ..
        } = misfit
        else {
            panic!("{misfit}")
        };
        close(sequence_bytes, 6e9);
        close(left_bytes, 4.34e9);
    }

    #[test]
    fn a_limit_that_one_request_breaks_is_a_misfit() {
        // t_dec(1) = 3.04125 ms
        let one = replica(&DENSE, 1);
        let tpot = Limits {
            max_tpot_s: Some(3e-3),
            max_ttft_s: None,
        };
        let Misfit::TimePerOutputToken { alone_s, .. } = estimate(&one, &SHAPE, tpot).unwrap_err()
        else {
            panic!("another misfit")
        };
        close(alone_s, 3.04125e-3);
        let ttft = Limits {
            max_tpot_s: None,
            max_ttft_s: Some(0.05),
        };
        let misfit = estimate(&one, &SHAPE, ttft).unwrap_err();
        assert!(
            matches!(misfit, Misfit::TimeToFirstToken { .. }),
            "{misfit}"
        );
    }
}
