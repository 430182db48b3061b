//! What no engine can exceed.

use super::{Compute, Replica, Shape, weights_read};

/// Output tokens per second at the peaks of the data sheet with `batch` requests in flight and no
/// prompt to work on: a step reads the weights and the cache or multiplies, whichever takes longer, and
/// nothing else takes time. A measurement above it is wrong, or decodes several tokens in a step
/// (speculative decoding).
#[must_use]
pub fn throughput_bound(replica: &Replica, shape: &Shape, batch: f64) -> f64 {
    let (model, gpu) = (replica.model, replica.gpu);
    let gpus = f64::from(replica.gpus);
    let cache =
        batch * shape.mean_context() * model.kv_elements_per_token * replica.precision.kv_bytes;
    // each expert a token is routed to is read at least once, however tokens share them
    let routed = model.experts_per_token * model.expert_params * replica.precision.expert_bytes;
    let weights =
        weights_read(replica, batch).min(model.rest_params * replica.precision.rest_bytes + routed);
    let reading = (weights + cache) / (gpus * gpu.bandwidth_bytes_per_s);
    let peak = gpu
        .flops(replica.precision.compute)
        .max(gpu.flops(Compute::Bf16));
    let computing = 2.0 * model.active_params() * batch / (gpus * peak);
    batch / reading.max(computing)
}

#[cfg(test)]
mod tests {
    use super::super::worked::{DENSE, MIXTURE, SHAPE, close, replica};
    use super::super::{Constants, Replica};
    use super::super::{decode_step_seconds, requests_per_second};
    use super::*;

    #[test]
    fn a_step_takes_at_least_its_reading_at_the_peak() {
        // (2e9 + 2.5e8)/1e12 = 2.25 ms for ten tokens
        close(
            throughput_bound(&replica(&DENSE, 1), &SHAPE, 10.0),
            10.0 / 2.25e-3,
        );
        // the experts of one token alone: 2e9 + 2 x 1e8 x 2 = 2.4e9, and the cache 2.5e8
        close(
            throughput_bound(&replica(&MIXTURE, 1), &SHAPE, 10.0),
            10.0 / 2.65e-3,
        );
    }

    #[test]
    fn a_step_takes_at_least_its_arithmetic_at_the_peak() {
        // 2e9 x 10,000/1e14 = 0.2 s for 10,000 tokens; reading 2 ms + 30 ms at a context of 1.5
        close(
            throughput_bound(&replica(&DENSE, 1), &Shape::new(1.0, 1.0), 10_000.0),
            10_000.0 / 0.2,
        );
    }

    #[test]
    fn no_estimate_exceeds_it() {
        for constants in [Constants::PUBLISHED, Constants::FITTED] {
            for model in [&DENSE, &MIXTURE] {
                for (gpus, batch) in [(1, 1.0), (2, 30.0), (8, 300.0)] {
                    let one = Replica {
                        constants,
                        ..replica(model, gpus)
                    };
                    let bound = throughput_bound(&one, &SHAPE, batch);
                    let rate = requests_per_second(&one, &SHAPE, batch);
                    assert!(SHAPE.output_tokens * rate < bound);
                    assert!(batch / decode_step_seconds(&one, &SHAPE, batch) < bound);
                }
            }
        }
    }
}
