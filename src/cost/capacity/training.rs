//! GPU-hours of a fine-tune.

use super::{Compute, GpuPeaks};

/// `QLoRA` takes this many times the hours of `LoRA`: it unpacks its four-bit weights at every use.
pub const QLORA_OVER_LORA: f64 = 1.28;

/// `up`: share of the hours paid that is training; the rest is restarts and evaluation. The middle
/// of 0.9 to 0.95.
pub const UP_SHARE: f64 = 0.925;

/// Share of the peak that full training reaches on a GPU with FP8 units, memory apart.
const MFU: f64 = 0.389;
/// Times as much with each 80 GB of memory.
const MFU_PER_80_GB: f64 = 1.06;
/// Times as much on GPUs without FP8 units.
const BEFORE_FP8: f64 = 1.323;
/// Share of it that adapters reach.
const ADAPTERS_OVER_FULL: f64 = 0.885;
/// Speed of training in FP4 over FP8: the layers that stay wider hold it back.
const FP4_OVER_FP8: f64 = 1.397;

/// `F`: the peak that training in an arithmetic counts with, in FLOP per second.
#[must_use]
pub fn training_peak_flops(gpu: &GpuPeaks, compute: Compute) -> f64 {
    match compute {
        Compute::Fp4 => FP4_OVER_FP8 * gpu.flops(Compute::Fp8),
        other => gpu.flops(other),
    }
}

/// What is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingMethod {
    /// All weights.
    Full,
    /// Low-rank adapters on frozen weights.
    Lora,
    /// Low-rank adapters on frozen four-bit weights.
    Qlora,
}

impl TrainingMethod {
    /// FLOP per parameter and token: 6, or 4 where the frozen weights need no gradient.
    #[must_use]
    pub fn flop_per_param_token(self) -> f64 {
        match self {
            Self::Full => 6.0,
            Self::Lora | Self::Qlora => 4.0,
        }
    }

    /// Measured share of the peak reached (MFU), of the BF16 or FP8 peak used: fitted on 209 published
    /// runs, 2026-11 (`tests/training.rs`). More memory spares recomputing activations; GPUs without
    /// FP8 units (A100) reach more of a lower peak; adapters reach less than full training.
    #[must_use]
    pub fn published_mfu(self, gpu: &GpuPeaks) -> f64 {
        let memory = MFU_PER_80_GB.powf(gpu.memory_bytes / 80e9);
        let before = if gpu.fp8_flops.is_none() {
            BEFORE_FP8
        } else {
            1.0
        };
        let full = MFU * memory * before;
        match self {
            Self::Full => full,
            Self::Lora | Self::Qlora => ADAPTERS_OVER_FULL * full,
        }
    }

    fn slowdown(self) -> f64 {
        match self {
            Self::Full | Self::Lora => 1.0,
            Self::Qlora => QLORA_OVER_LORA,
        }
    }
}

/// One fine-tune.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingRun {
    /// What is trained.
    pub method: TrainingMethod,
    /// `D`: training tokens of one epoch.
    pub tokens: f64,
    /// Times the data is passed through.
    pub epochs: f64,
    /// `N_act`: parameters one token passes through.
    pub active_params: f64,
    /// `d`: width of the hidden state, in elements.
    pub hidden: f64,
    /// `s`: tokens per training sequence.
    pub sequence_tokens: f64,
    /// `F`: dense FLOP per second of one GPU in the arithmetic used (BF16 or FP8).
    pub peak_flops: f64,
    /// Share of that peak reached, 0 to 1; see [`TrainingMethod::published_mfu`].
    pub mfu: f64,
    /// Share of the hours paid that is training, 0 to 1; see [`UP_SHARE`].
    pub up: f64,
}

/// `epochs x D x k x N_act x (1 + s/(6 d)) / (MFU x F x 3600 x up)`: GPU-hours of a fine-tune.
///
/// Held out, the median error is 8.8 %, the 90th percentile 30 %, for sequences up to 8k and models
/// over 2 B.
#[must_use]
pub fn training_gpu_hours(run: &TrainingRun) -> f64 {
    let attention = 1.0 + run.sequence_tokens / (6.0 * run.hidden);
    let flop =
        run.epochs * run.tokens * run.method.flop_per_param_token() * run.active_params * attention;
    let flop_per_hour = run.mfu * run.peak_flops * 3_600.0 * run.up;
    run.method.slowdown() * flop / flop_per_hour
}

#[cfg(test)]
mod tests {
    use super::super::worked::{GPU, close};
    use super::*;

    const RUN: TrainingRun = TrainingRun {
        method: TrainingMethod::Full,
        tokens: 1e6,
        epochs: 3.0,
        active_params: 8e9,
        hidden: 4_096.0,
        sequence_tokens: 4_096.0,
        peak_flops: 1e15,
        mfu: 0.5,
        up: 0.9,
    };

    #[test]
    fn full_training_takes_six_flop_per_parameter_and_token() {
        // 3 x 1e6 x 6 x 8e9 x (1 + 1/6) = 1.68e17; per hour 0.5 x 1e15 x 3,600 x 0.9 = 1.62e18
        close(training_gpu_hours(&RUN), 1.68e17 / 1.62e18);
    }

    #[test]
    fn adapters_take_four_and_packed_weights_take_longer() {
        let full = training_gpu_hours(&RUN);
        let hours = |method| training_gpu_hours(&TrainingRun { method, ..RUN });
        close(hours(TrainingMethod::Lora), full * 4.0 / 6.0);
        close(hours(TrainingMethod::Qlora), full * 4.0 / 6.0 * 1.28);
    }

    #[test]
    fn the_share_of_the_peak_depends_on_method_and_generation() {
        // 0.389 x 1.06^(10/80) = 0.391844 on 10 GB
        let full = 0.389 * 1.06_f64.powf(0.125);
        close(TrainingMethod::Full.published_mfu(&GPU), full);
        close(TrainingMethod::Qlora.published_mfu(&GPU), 0.885 * full);
        let before = GpuPeaks {
            fp8_flops: None,
            ..GPU
        };
        close(TrainingMethod::Full.published_mfu(&before), 1.323 * full);
        // FP4 falls back to FP8: 1.397 x 200e12
        close(training_peak_flops(&GPU, Compute::Fp4), 279.4e12);
        close(training_peak_flops(&GPU, Compute::Bf16), 100e12);
    }
}
