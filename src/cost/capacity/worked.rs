//! A model, a GPU and a workload in round numbers, on which the tests are worked by hand.

use super::{Compute, Constants, Form, GpuPeaks, ModelShape, Precision, Replica, Shape};

pub(super) const DENSE: ModelShape = ModelShape {
    layers: 10.0,
    hidden: 1_000.0,
    vocab: 50_000.0,
    rest_params: 1e9,
    expert_params: 0.0,
    experts: 0.0,
    experts_per_token: 0.0,
    kv_elements_per_token: 10_000.0,
    attention_width: 10_000.0,
    decode_width: 10_000.0,
    kv_heads: 4.0,
    window_kv_per_token: 0.0,
    window_tokens: 0.0,
    state_elements: 0.0,
};

/// Round numbers in the published form.
pub(super) const CONSTANTS: Constants = Constants {
    e_bw: 0.8,
    e_f: 0.5,
    tau: 50e-6,
    a: 25e-6,
    delta: 10e-6,
    ..Constants::PUBLISHED
};

/// Round numbers for the terms beyond it.
pub(super) const DETAILED: Constants = Constants {
    form: Form::Detailed,
    tau_experts: 40e-6,
    exchange: 0.2,
    unpack: 0.25,
    pipeline: 1.5,
    ..CONSTANTS
};

pub(super) const MIXTURE: ModelShape = ModelShape {
    expert_params: 1e8,
    experts: 8.0,
    experts_per_token: 2.0,
    ..DENSE
};

pub(super) const GPU: GpuPeaks = GpuPeaks {
    memory_bytes: 10e9,
    bandwidth_bytes_per_s: 1e12,
    bf16_flops: 100e12,
    fp8_flops: Some(200e12),
    fp4_flops: None,
    link_bytes_per_s: 100e9,
};

pub(super) const SHAPE: Shape = Shape {
    input_tokens: 1_000.0,
    output_tokens: 500.0,
    cached_input_share: 0.0,
};

pub(super) fn replica(model: &ModelShape, gpus: u32) -> Replica<'_> {
    let precision = Precision {
        rest_bytes: 2.0,
        expert_bytes: 2.0,
        kv_bytes: 2.0,
        compute: Compute::Bf16,
    };
    Replica {
        constants: CONSTANTS,
        ..Replica::new(model, &GPU, precision, gpus)
    }
}

/// Asserts that two numbers agree to 1e-9 of the second.
#[track_caller]
pub(super) fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs(),
        "found {found}, expected {expected}"
    );
}
