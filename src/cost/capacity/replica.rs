//! What serves, and what it is asked to serve.

use super::{Compute, ModelShape, Precision};

/// Datasheet peaks of one GPU. FLOP rates are dense (no sparsity).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GpuPeaks {
    /// Memory in bytes, as marketed (80e9 for an 80 GB card).
    pub memory_bytes: f64,
    /// `BW`: memory bandwidth in bytes per second.
    pub bandwidth_bytes_per_s: f64,
    /// `F16`: BF16 FLOP per second.
    pub bf16_flops: f64,
    /// FP8 FLOP per second; `None` without such units.
    pub fp8_flops: Option<f64>,
    /// FP4 FLOP per second; `None` without such units.
    pub fp4_flops: Option<f64>,
    /// One-way bytes per second from GPU to GPU inside a node.
    pub link_bytes_per_s: f64,
}

impl GpuPeaks {
    /// `F`: FLOP per second in an arithmetic, falling back to BF16 where units are missing.
    #[must_use]
    pub fn flops(&self, compute: Compute) -> f64 {
        match compute {
            Compute::Bf16 => None,
            Compute::Fp8 => self.fp8_flops,
            Compute::Fp4 => self.fp4_flops,
        }
        .unwrap_or(self.bf16_flops)
    }
}

/// The five fitted constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// Share of the memory bandwidth reached.
    pub e_bw: f64,
    /// Share of the dense FLOP peak reached.
    pub e_f: f64,
    /// Fixed seconds per layer and step.
    pub tau: f64,
    /// Seconds per all-reduce, two per layer, when there is more than one GPU.
    pub a: f64,
    /// Host seconds per sequence and step.
    pub delta: f64,
}

impl Constants {
    /// Fitted on half of some 4,100 published measurements, 2026-11. Over ten half splits: `e_bw`
    /// 0.69-0.84, `e_f` 0.51-0.58, `tau` 27-69 us, `a` 23-42 us, `delta` 12-20 us. Tables print them
    /// with two digits (0.79, 0.54, 57, 27 and 15 us); the third is what the published vectors of
    /// inputs and outputs were computed with.
    pub const PUBLISHED: Self = Self {
        e_bw: 0.787,
        e_f: 0.543,
        tau: 57.3e-6,
        a: 27.3e-6,
        delta: 14.9e-6,
    };
}

/// One copy of a model on its GPUs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replica<'a> {
    /// The model served.
    pub model: &'a ModelShape,
    /// Each of its GPUs.
    pub gpu: &'a GpuPeaks,
    /// Bytes and arithmetic.
    pub precision: Precision,
    /// `g`: GPUs in the replica, at least 1.
    pub gpus: u32,
    /// `tp`: GPUs that split each layer; divides `gpus`.
    pub tensor_parallel: u32,
    /// Copies of everything outside the experts, each serving its share of the requests (attention
    /// data-parallel, experts shared); 1 without. `gpus / (tensor_parallel x data_parallel)` groups
    /// of layers form a pipeline.
    pub data_parallel: u32,
    /// The most sequences the engine runs at once, over the whole replica; at least 1.
    pub max_sequences: u32,
    /// The fitted constants.
    pub constants: Constants,
}

impl<'a> Replica<'a> {
    /// A replica that splits every layer over all its GPUs, with the published constants and an
    /// engine that runs up to 1,024 sequences at once.
    #[must_use]
    pub fn new(model: &'a ModelShape, gpu: &'a GpuPeaks, precision: Precision, gpus: u32) -> Self {
        Self {
            model,
            gpu,
            precision,
            gpus,
            tensor_parallel: gpus,
            data_parallel: 1,
            max_sequences: 1_024,
            constants: Constants::PUBLISHED,
        }
    }

    /// Bytes per second the whole replica reads from memory in practice: `g BW e_bw`.
    #[must_use]
    pub fn reached_bandwidth(&self) -> f64 {
        f64::from(self.gpus) * self.gpu.bandwidth_bytes_per_s * self.constants.e_bw
    }

    /// FLOP per second the whole replica reaches in an arithmetic: `g F e_f`.
    #[must_use]
    pub fn reached_flops(&self, compute: Compute) -> f64 {
        f64::from(self.gpus) * self.gpu.flops(compute) * self.constants.e_f
    }
}

/// The mean request of a workload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// `I`: input tokens per request.
    pub input_tokens: f64,
    /// `O`: output tokens per request; more than 0.
    pub output_tokens: f64,
    /// Share of the input found in the prefix cache, 0 to 1: it skips its share of prefill but still
    /// takes KV memory.
    pub cached_input_share: f64,
}

impl Shape {
    /// A request without cached input.
    #[must_use]
    pub fn new(input_tokens: f64, output_tokens: f64) -> Self {
        Self {
            input_tokens,
            output_tokens,
            cached_input_share: 0.0,
        }
    }

    /// `S = I + O/2`: the mean context of a request while it is being answered, in tokens.
    #[must_use]
    pub fn mean_context(&self) -> f64 {
        self.input_tokens + self.output_tokens / 2.0
    }

    /// `I + O`: the context of a request at its end, in tokens.
    #[must_use]
    pub fn full_context(&self) -> f64 {
        self.input_tokens + self.output_tokens
    }
}

#[cfg(test)]
mod tests {
    use super::super::worked::{self, close};
    use super::*;

    #[test]
    fn a_gpu_without_units_for_a_precision_falls_back_to_bf16() {
        close(worked::GPU.flops(Compute::Fp8), 200e12);
        close(worked::GPU.flops(Compute::Fp4), 100e12);
    }

    #[test]
    fn a_replica_reaches_its_share_of_the_peaks_of_all_its_gpus() {
        // 2 x 1e12 x 0.8 and 2 x 100e12 x 0.5
        let pair = worked::replica(&worked::DENSE, 2);
        close(pair.reached_bandwidth(), 1.6e12);
        close(pair.reached_flops(Compute::Bf16), 100e12);
    }

    #[test]
    fn half_of_the_output_is_in_the_context_on_average() {
        close(Shape::new(1_000.0, 500.0).mean_context(), 1_250.0);
        close(Shape::new(1_000.0, 500.0).full_context(), 1_500.0);
    }
}
