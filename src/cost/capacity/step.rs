//! Equation (4), with what does not depend on the batch worked out once: a search over batches asks for
//! many steps of one replica.

use super::equations::{STATE_BYTES, cache_bytes, linear_seconds, rest_bytes};
use super::{
    Compute, Replica, Shape, comm_seconds_per_token, exchange_seconds_per_token, prefill_seconds,
};

/// (4) `t_dec(B)`: reading weights and cache, computing, and the fixed costs per layer, all-reduce and
/// sequence. As published the longer of reading and computing counts; else they add up, a pipeline takes
/// its share longer, and attention computes too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Seconds to read what every step reads.
    rest: f64,
    /// Seconds to read all experts, and the share of them that one token leaves alone.
    experts: f64,
    untouched: f64,
    /// Seconds to read the cache of one sequence.
    cache: f64,
    /// Seconds to compute one sequence.
    computing: f64,
    /// Seconds of layers and all-reduces.
    fixed: f64,
    /// Seconds of the host and the links per sequence.
    per_sequence: f64,
    /// Times a pipeline takes longer.
    pipeline: f64,
    /// Whether reading and computing add up.
    adds_up: bool,
}

impl Step {
    /// The steps of a replica for requests of a shape.
    pub(super) fn of(replica: &Replica, shape: &Shape) -> Self {
        let (model, constants) = (replica.model, &replica.constants);
        let context = shape.mean_context();
        let mut read = cache_bytes(replica, context);
        let mut computing = linear_seconds(replica);
        if constants.detailed() {
            // a state is written as well
            read += STATE_BYTES * model.state_elements;
            let attention = 4.0 * model.decode_width * context;
            computing += attention / replica.reached_flops(Compute::Bf16);
        }
        let (experts, untouched, routing) = if model.is_moe() {
            let bytes = model.all_expert_params() * replica.precision.expert_bytes;
            let left = 1.0 - model.experts_per_token / model.experts;
            (bytes, left, constants.tau_experts)
        } else {
            (0.0, 0.0, 0.0)
        };
        let bandwidth = replica.reached_bandwidth();
        let sent = comm_seconds_per_token(replica) + exchange_seconds_per_token(replica);
        Self {
            rest: rest_bytes(replica) / bandwidth,
            experts: experts / bandwidth,
            untouched,
            cache: read / bandwidth,
            computing,
            fixed: model.layers * (constants.tau + routing) + all_reduce_seconds(replica),
            per_sequence: sent + constants.delta,
            pipeline: if replica.pipeline_stages() > 1 {
                constants.pipeline
            } else {
                1.0
            },
            adds_up: constants.detailed(),
        }
    }

    /// Seconds of a step with so many requests in flight.
    pub(super) fn seconds(&self, batch: f64) -> f64 {
        let experts = if self.experts > 0.0 {
            self.experts * (1.0 - self.untouched.powf(batch))
        } else {
            0.0
        };
        let reading = self.rest + experts + batch * self.cache;
        let computing = batch * self.computing;
        let kernels = if self.adds_up {
            reading + computing
        } else {
            reading.max(computing)
        };
        self.pipeline * (kernels + self.fixed + batch * self.per_sequence)
    }
}

/// Steps and prefill of a replica for requests of a shape: (6), (7) and (9) at many batches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Work {
    step: Step,
    prefill: f64,
    output: f64,
}

impl Work {
    pub(super) fn of(replica: &Replica, shape: &Shape) -> Self {
        Self {
            step: Step::of(replica, shape),
            prefill: prefill_seconds(replica, shape),
            output: shape.output_tokens,
        }
    }

    /// (6): requests per second.
    pub(super) fn rate(&self, batch: f64) -> f64 {
        1.0 / (self.output * self.step.seconds(batch) / batch + self.prefill)
    }

    /// (7): seconds per output token.
    pub(super) fn time_per_output_token(&self, batch: f64) -> f64 {
        self.step.seconds(batch) + self.prefill * (batch - 1.0) / self.output
    }

    /// (9) at the load that keeps `batch` requests in flight: seconds to the first token.
    pub(super) fn time_to_first_token(&self, batch: f64) -> f64 {
        let step = self.step.seconds(batch);
        let rate = 1.0 / (self.output * step / batch + self.prefill);
        super::load::first_token(step, self.prefill, rate)
    }
}

/// Seconds of the all-reduces of a step, two per layer.
fn all_reduce_seconds(replica: &Replica) -> f64 {
    let constants = &replica.constants;
    let each = if !constants.detailed() {
        f64::from(u8::from(replica.gpus > 1))
    } else if replica.tensor_parallel > 1 {
        f64::from(replica.tensor_parallel).log2()
    } else {
        f64::from(u8::from(
            replica.data_parallel > 1 && replica.model.is_moe(),
        ))
    };
    2.0 * replica.model.layers * constants.a * each
}

#[cfg(test)]
mod tests {
    use super::super::time_to_first_token;
    use super::super::worked::{DENSE, DETAILED, MIXTURE, SHAPE, close, replica};
    use super::super::{
        ModelShape, decode_step_seconds, requests_per_second, time_per_output_token,
    };
    use super::*;

    fn detailed(model: &ModelShape, gpus: u32) -> Replica<'_> {
        Replica {
            constants: DETAILED,
            ..replica(model, gpus)
        }
    }

    #[test]
    fn a_step_reads_or_computes_and_pays_its_fixed_costs() {
        // cache 10 x 1,250 x 10,000 x 2 = 2.5e8; reading 2.25e9/8e11 = 2.8125 ms beats computing
        // 2e10/5e13 = 0.4 ms; layers 0.5 ms; sequences 10 x 10 us = 0.1 ms
        close(
            decode_step_seconds(&replica(&DENSE, 1), &SHAPE, 10.0),
            3.4125e-3,
        );
        // two GPUs: 1.40625 + 0.5 + all-reduces 2 x 10 x 25 us = 0.5 + 10 x 10.8 us = 0.108
        close(
            decode_step_seconds(&replica(&DENSE, 2), &SHAPE, 10.0),
            2.51425e-3,
        );
    }

    #[test]
    fn a_step_of_many_short_requests_is_bound_by_arithmetic() {
        // 1,000 requests of context 1.5: reading (2e9 + 3e7)/8e11 = 2.5 ms, computing 2e12/5e13 =
        // 40 ms; layers 0.5 ms; sequences 10 ms
        let short = Shape::new(1.0, 1.0);
        close(
            decode_step_seconds(&replica(&DENSE, 1), &short, 1_000.0),
            50.5e-3,
        );
    }

    #[test]
    fn in_detail_reading_and_computing_add_up_and_attention_computes() {
        // reading 2.8125 ms; 2 x 1e9 x 10/5e13 = 0.4 ms; attention 4 x 10,000 x 1,250 x 10/5e13 =
        // 0.01 ms; layers 0.5 ms; sequences 0.1 ms
        close(
            decode_step_seconds(&detailed(&DENSE, 1), &SHAPE, 10.0),
            3.8225e-3,
        );
        // four GPUs: reading 0.703125, computing 0.1025, all-reduces 2 x 10 x 25 us x 2 = 1 ms,
        // layers 0.5, sequences 10 x (4 x 10 x 3/4 x 2,000/5e10 = 1.2 us + 10 us) = 0.112 ms
        close(
            decode_step_seconds(&detailed(&DENSE, 4), &SHAPE, 10.0),
            2.417_625e-3,
        );
    }

    #[test]
    fn routed_experts_cost_a_layer_more() {
        // reading (2e9 + 1.6e9 x 0.25)/8e11 + 2.5e7/8e11 = 3.03125 ms; computing 2 x 1.2e9/5e13 =
        // 0.048 ms + 0.001 ms; layers 10 x 90 us; one sequence 10 us
        close(
            decode_step_seconds(&detailed(&MIXTURE, 1), &SHAPE, 1.0),
            3.990_25e-3,
        );
    }

    #[test]
    fn a_pipeline_takes_half_as_long_again() {
        // two stages of one GPU: reading 1.40625, computing 0.205, layers 0.5, sequences 0.1
        let stages = Replica {
            tensor_parallel: 1,
            ..detailed(&DENSE, 2)
        };
        close(
            decode_step_seconds(&stages, &SHAPE, 10.0),
            1.5 * 2.211_25e-3,
        );
    }

    #[test]
    fn many_batches_of_one_replica_are_the_equations_one_by_one() {
        for model in [&DENSE, &MIXTURE] {
            for one in [replica(model, 2), detailed(model, 2)] {
                let work = Work::of(&one, &SHAPE);
                for batch in [1.0, 7.0, 90.0] {
                    let rate = requests_per_second(&one, &SHAPE, batch);
                    close(work.rate(batch), rate);
                    close(
                        work.time_per_output_token(batch),
                        time_per_output_token(&one, &SHAPE, batch),
                    );
                    close(
                        work.time_to_first_token(batch),
                        time_to_first_token(&one, &SHAPE, batch, rate),
                    );
                }
            }
        }
    }
}
