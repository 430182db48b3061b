//! What serves, and what it is asked to serve.

use super::{Compute, Constants, ModelShape, Precision};

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
    /// A replica that splits every layer over all its GPUs, with the fitted constants and an
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
            constants: Constants::FITTED,
        }
    }

    /// Bytes per second the whole replica reads from memory in practice: `g BW e_bw`, less for each
    /// doubling of the GPUs that split a layer.
    #[must_use]
    pub fn reached_bandwidth(&self) -> f64 {
        let shards = f64::from(self.tensor_parallel).log2();
        let share = self.constants.e_bw * power(self.constants.shard, shards);
        f64::from(self.gpus) * self.gpu.bandwidth_bytes_per_s * share
    }

    /// FLOP per second the whole replica reaches in an arithmetic: `g F16 (F/F16)^gain e_f`.
    #[must_use]
    pub fn reached_flops(&self, compute: Compute) -> f64 {
        let bf16 = self.gpu.bf16_flops;
        let gain = power(self.gpu.flops(compute) / bf16, self.constants.gain);
        f64::from(self.gpus) * bf16 * gain * self.constants.e_f
    }

    /// The same for weights of the experts, which may have to be unpacked.
    #[must_use]
    pub fn reached_expert_flops(&self) -> f64 {
        let reached = self.reached_flops(self.precision.compute);
        if self.precision.unpacks_experts() {
            reached * self.constants.unpack
        } else {
            reached
        }
    }

    /// Times each element of the KV cache is held: once, or in every shard beyond the number of heads
    /// that can be split (latent attention has one).
    #[must_use]
    pub fn cache_copies(&self) -> f64 {
        if !self.constants.detailed() || self.model.kv_heads <= 0.0 {
            return 1.0;
        }
        (f64::from(self.tensor_parallel) / self.model.kv_heads).max(1.0)
    }

    /// GPUs or groups of GPUs that hold different layers.
    #[must_use]
    pub fn pipeline_stages(&self) -> u32 {
        (self.gpus / (self.tensor_parallel * self.data_parallel).max(1)).max(1)
    }
}

/// `base^exponent`; exact where nothing changes, as in the published set.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 1.0 {
        base
    } else if base == 1.0 || exponent == 0.0 {
        1.0
    } else {
        base.powf(exponent)
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
    fn narrow_arithmetic_gains_less_than_its_peak_and_shards_read_less() {
        // peak twice that of BF16: 2^0.5; two shards keep 0.9; 100e12 x 1.41421356 x 0.5 and
        // 2 x 1e12 x 0.8 x 0.9
        let constants = Constants {
            gain: 0.5,
            shard: 0.9,
            ..worked::CONSTANTS
        };
        let one = Replica {
            constants,
            ..worked::replica(&worked::DENSE, 1)
        };
        close(one.reached_flops(Compute::Fp8), 70.710_678_118_654_75e12);
        close(one.reached_bandwidth(), 0.8e12);
        let pair = Replica {
            constants,
            ..worked::replica(&worked::DENSE, 2)
        };
        close(pair.reached_bandwidth(), 1.44e12);
    }

    #[test]
    fn half_of_the_output_is_in_the_context_on_average() {
        close(Shape::new(1_000.0, 500.0).mean_context(), 1_250.0);
        close(Shape::new(1_000.0, 500.0).full_context(), 1_500.0);
    }
}
