//! Equations (1) to (7): what a replica reads, holds, and how long it takes.

use super::step::Step;
use super::{Compute, Replica, Shape};

/// Share of the link an all-reduce reaches.
const LINK_SHARE: f64 = 0.5;
/// Bytes per element of the state of linear attention.
pub(super) const STATE_BYTES: f64 = 2.0;
/// Bytes per element that go to an expert on another GPU (one, in FP8) and come back (two).
const EXCHANGE_BYTES: f64 = 3.0;

/// (1) `W(B) = N_rest b_r + N_exp b_e E (1 - (1 - k/E)^B)`: bytes of weights read per step with
/// `batch` requests in flight. The more tokens, the more experts are touched; attention copied over
/// data-parallel ranks is read by each.
#[must_use]
pub fn weights_read(replica: &Replica, batch: f64) -> f64 {
    let model = replica.model;
    let rest = rest_bytes(replica);
    if !model.is_moe() {
        return rest;
    }
    let untouched = (1.0 - model.experts_per_token / model.experts).powf(batch);
    rest + model.all_expert_params() * replica.precision.expert_bytes * (1.0 - untouched)
}

/// `held = N_rest b_r + N_exp E b_e + 2 V d`: bytes of weights in memory, the embedding table among
/// them in BF16.
#[must_use]
pub fn weights_held(replica: &Replica) -> f64 {
    let model = replica.model;
    rest_bytes(replica)
        + model.all_expert_params() * replica.precision.expert_bytes
        + 2.0 * model.vocab * model.hidden
}

pub(super) fn rest_bytes(replica: &Replica) -> f64 {
    let copies = f64::from(replica.data_parallel);
    replica.model.rest_params * replica.precision.rest_bytes * copies
}

/// Bytes that weights and KV cache may take: `0.92 g (Mem - 3e9)` as published; else a share of the
/// memory less the runtime's own.
#[must_use]
pub fn usable_bytes(replica: &Replica) -> f64 {
    let (constants, memory) = (&replica.constants, replica.gpu.memory_bytes);
    let per_gpu = if constants.detailed() {
        constants.memory_share * memory - constants.runtime_bytes
    } else {
        constants.memory_share * (memory - constants.runtime_bytes)
    };
    f64::from(replica.gpus) * per_gpu
}

/// Bytes of KV cache one request takes at its end: `(I + O) kv b_k`, and what windows and states hold.
#[must_use]
pub fn kv_bytes_per_sequence(replica: &Replica, shape: &Shape) -> f64 {
    cache_bytes(replica, shape.full_context())
}

/// Bytes of cache and state of one request with so much context.
pub(super) fn cache_bytes(replica: &Replica, context: f64) -> f64 {
    let (model, bytes) = (replica.model, replica.precision.kv_bytes);
    let full = context * model.kv_elements_per_token * bytes;
    if !replica.constants.detailed() {
        return full;
    }
    let windows = model.window_elements(context) * bytes;
    (full + windows) * replica.cache_copies() + STATE_BYTES * model.state_elements
}

/// (2) `B_max = (usable - held) / ((I + O) kv b_k)`: requests that fit in memory at once, not yet
/// whole nor capped by the engine. Below 1 the model does not fit; below 0 not even its weights.
#[must_use]
pub fn max_batch(replica: &Replica, shape: &Shape) -> f64 {
    (usable_bytes(replica) - weights_held(replica)) / kv_bytes_per_sequence(replica, shape)
}

/// (3) `c = 4 L (tp - 1)/tp x 2 d / (0.5 link)`: seconds of tensor-parallel communication per token.
/// Several tensor-parallel groups in one replica work side by side, so `c` is shared among the
/// `g/tp` of them.
#[must_use]
pub fn comm_seconds_per_token(replica: &Replica) -> f64 {
    let tp = f64::from(replica.tensor_parallel);
    let groups = f64::from(replica.gpus) / tp;
    let bytes = 4.0 * replica.model.layers * (tp - 1.0) / tp * 2.0 * replica.model.hidden;
    bytes / (LINK_SHARE * replica.gpu.link_bytes_per_s) / groups
}

/// Seconds per token of sending it to experts on other GPUs and back, where attention is
/// data-parallel: `3 L min(k, g - 1) d / (share link g)`.
#[must_use]
pub fn exchange_seconds_per_token(replica: &Replica) -> f64 {
    let model = replica.model;
    if replica.data_parallel <= 1 || !model.is_moe() {
        return 0.0;
    }
    let gpus = f64::from(replica.gpus);
    let others = model.experts_per_token.min(gpus - 1.0);
    let bytes = EXCHANGE_BYTES * model.layers * others * model.hidden;
    bytes / (replica.constants.exchange * replica.gpu.link_bytes_per_s * gpus)
}

/// Seconds of arithmetic per token, attention apart.
pub(super) fn linear_seconds(replica: &Replica) -> f64 {
    let model = replica.model;
    let rest = model.rest_params / replica.reached_flops(replica.precision.compute);
    if !model.is_moe() {
        return 2.0 * rest;
    }
    let experts = model.experts_per_token * model.expert_params;
    2.0 * (rest + experts / replica.reached_expert_flops())
}

/// (4) `t_dec(B)`: seconds of one decode step with `batch` requests in flight.
#[must_use]
pub fn decode_step_seconds(replica: &Replica, shape: &Shape, batch: f64) -> f64 {
    Step::of(replica, shape).seconds(batch)
}

/// (5) `t_pre = 2 N_act I/(g F e_f) + 2 qd I^2/(g F16 e_f) + c I`: seconds to prefill one prompt, of
/// which prefix-cached input skips its share.
#[must_use]
pub fn prefill_seconds(replica: &Replica, shape: &Shape) -> f64 {
    let (model, input) = (replica.model, shape.input_tokens);
    let attention =
        2.0 * model.attention_width * input * input / replica.reached_flops(Compute::Bf16);
    let sent = (comm_seconds_per_token(replica) + exchange_seconds_per_token(replica)) * input;
    (1.0 - shape.cached_input_share) * (linear_seconds(replica) * input + attention + sent)
}

/// (6) `X(B) = 1 / (O t_dec(B)/B + t_pre)`: requests per second of a replica that keeps `batch`
/// requests in flight. Prefill and decode share the GPU, so their times add.
#[must_use]
pub fn requests_per_second(replica: &Replica, shape: &Shape, batch: f64) -> f64 {
    let decoding = shape.output_tokens * decode_step_seconds(replica, shape, batch) / batch;
    1.0 / (decoding + prefill_seconds(replica, shape))
}

/// (7) `tpot(B) = t_dec(B) + t_pre (B - 1)/O`: seconds per output token, the prompts of the other
/// requests included.
#[must_use]
pub fn time_per_output_token(replica: &Replica, shape: &Shape, batch: f64) -> f64 {
    decode_step_seconds(replica, shape, batch)
        + prefill_seconds(replica, shape) * (batch - 1.0) / shape.output_tokens
}

#[cfg(test)]
mod tests {
    use super::super::ModelShape;
    use super::super::worked::{DENSE, DETAILED, MIXTURE, SHAPE, close, replica};
    use super::*;

    #[test]
    fn a_dense_model_reads_all_its_weights_at_every_batch() {
        // 1e9 x 2 bytes
        close(weights_read(&replica(&DENSE, 1), 1.0), 2e9);
        close(weights_read(&replica(&DENSE, 1), 100.0), 2e9);
    }

    #[test]
    fn a_mixture_reads_more_experts_as_the_batch_grows() {
        // experts 1.6e9 bytes; 1 - 0.75 = 0.25 of them at one request, 1 - 0.75^2 = 0.4375 at two
        close(weights_read(&replica(&MIXTURE, 1), 1.0), 2.4e9);
        close(weights_read(&replica(&MIXTURE, 1), 2.0), 2.7e9);
    }

    #[test]
    fn memory_that_weights_leave_is_shared_among_sequences() {
        // usable 0.92 x 7e9 = 6.44e9; held 2e9 + 2 x 50,000 x 1,000 = 2.1e9;
        // per sequence 1,500 x 10,000 x 2 = 3e7; 4.34e9 / 3e7 = 144.67
        close(max_batch(&replica(&DENSE, 1), &SHAPE), 4.34e9 / 3e7);
    }

    #[test]
    fn attention_copied_over_ranks_is_held_and_read_by_each() {
        // one copy more of 2e9: held 2.1e9 -> 4.1e9, plus 1.6e9 of experts
        let pair = Replica {
            tensor_parallel: 1,
            data_parallel: 2,
            ..replica(&MIXTURE, 2)
        };
        close(weights_held(&pair), 5.7e9);
        close(weights_read(&pair, 1.0), 4.4e9);
    }

    #[test]
    fn one_gpu_does_not_communicate_and_groups_share_what_they_send() {
        // tp 2: 4 x 10 x 1/2 x 2 x 1,000 = 40,000 bytes over 5e10 = 0.8 us
        close(comm_seconds_per_token(&replica(&DENSE, 1)), 0.0);
        close(comm_seconds_per_token(&replica(&DENSE, 2)), 0.8e-6);
        let pipeline = Replica {
            tensor_parallel: 2,
            ..replica(&DENSE, 4)
        };
        close(comm_seconds_per_token(&pipeline), 0.4e-6);
    }

    #[test]
    fn prefill_is_linear_and_quadratic_and_communicates() {
        // 2 x 1e9 x 1,000/5e13 = 40 ms; 2 x 10,000 x 1e6/5e13 = 0.4 ms; two GPUs: half and 0.8 ms
        close(prefill_seconds(&replica(&DENSE, 1), &SHAPE), 40.4e-3);
        close(prefill_seconds(&replica(&DENSE, 2), &SHAPE), 21.0e-3);
    }

    #[test]
    fn cached_input_skips_its_share_of_prefill_but_not_of_memory() {
        let cached = Shape {
            cached_input_share: 0.75,
            ..SHAPE
        };
        let one = replica(&DENSE, 1);
        close(prefill_seconds(&one, &cached), 10.1e-3);
        close(max_batch(&one, &cached), max_batch(&one, &SHAPE));
    }

    #[test]
    fn prefill_and_decode_add_up_in_rate_and_in_time_per_token() {
        // 500 x 3.4125 ms / 10 + 40.4 ms = 211.025 ms; 3.4125 + 40.4 x 9/500 = 4.1397 ms
        let one = replica(&DENSE, 1);
        close(requests_per_second(&one, &SHAPE, 10.0), 1.0 / 0.211_025);
        close(time_per_output_token(&one, &SHAPE, 10.0), 4.1397e-3);
    }
    fn detailed(model: &ModelShape, gpus: u32) -> Replica<'_> {
        Replica {
            constants: DETAILED,
            ..replica(model, gpus)
        }
    }

    #[test]
    fn experts_on_other_gpus_are_reached_over_the_link() {
        // 3 x 10 x min(2, 3) x 1,000 = 60,000 bytes over 0.2 x 1e11 x 4
        let ranks = Replica {
            tensor_parallel: 1,
            data_parallel: 4,
            ..detailed(&MIXTURE, 4)
        };
        close(exchange_seconds_per_token(&ranks), 0.75e-6);
        close(exchange_seconds_per_token(&detailed(&MIXTURE, 4)), 0.0);
    }

    #[test]
    fn a_cache_with_fewer_heads_than_shards_is_copied() {
        // 4 heads on 8 GPUs: every element twice; 1,500 x 10,000 x 2 x 2
        close(kv_bytes_per_sequence(&detailed(&DENSE, 4), &SHAPE), 3e7);
        close(kv_bytes_per_sequence(&detailed(&DENSE, 8), &SHAPE), 6e7);
    }

    #[test]
    fn windows_and_states_are_held_beside_the_cache() {
        // 3e7; 1,000 x 128 x 2 = 256,000; 2 x 5e6 = 1e7
        let hybrid = ModelShape {
            window_kv_per_token: 1_000.0,
            window_tokens: 128.0,
            state_elements: 5e6,
            ..DENSE
        };
        close(
            kv_bytes_per_sequence(&detailed(&hybrid, 1), &SHAPE),
            3e7 + 256_000.0 + 1e7,
        );
        // read and written: 2.5e7 + 256,000 + 2e7 bytes more than the weights, at 8e11; computing as
        // the dense model at one request
        let plain = decode_step_seconds(&detailed(&DENSE, 1), &SHAPE, 1.0);
        close(
            decode_step_seconds(&detailed(&hybrid, 1), &SHAPE, 1.0),
            plain + 20.256e6 / 8e11,
        );
    }

    #[test]
    fn four_bit_experts_without_units_for_them_are_unpacked() {
        // 2 x (1e9 + 2e8/0.25)/5e13 per token, on 1,000 tokens, and attention 0.4 ms
        let packed = Replica {
            precision: super::super::Precision {
                expert_bytes: 0.5625,
                ..replica(&MIXTURE, 1).precision
            },
            ..detailed(&MIXTURE, 1)
        };
        close(prefill_seconds(&packed, &SHAPE), 72.4e-3);
    }

    #[test]
    fn memory_of_the_detailed_form_is_a_share_less_the_runtime() {
        // 0.92 x 10e9 - 3e9
        close(usable_bytes(&detailed(&DENSE, 1)), 6.2e9);
    }
}
