//! Memory of a fine-tune: whether it fits its GPUs, and what fills them.

use std::fmt;

use super::{TrainingMethod, TrainingRun};

/// Bytes per trained parameter: weights and gradients in BF16, and in FP32 the two moments of Adam and
/// a copy of the weights (Rajbhandari et al., ZeRO, 2020: 2 + 2 + 12).
const WEIGHT_BYTES: f64 = 2.0;
const GRADIENT_BYTES: f64 = 2.0;
const OPTIMIZER_BYTES: f64 = 12.0;
/// Bytes per frozen weight of `QLoRA`: four bits with their scales, quantized twice (Dettmers et al.,
/// 2023: 0.5 + 0.127/8).
const PACKED_BYTES: f64 = 0.515_875;
/// Trained share of the parameters with adapters of rank 16 on every linear layer; 0.4 to 0.6 % for
/// models of 7 to 70 B.
const ADAPTER_SHARE: f64 = 0.005;
/// Bytes per element of the hidden state that one layer holds while it is worked on, with fused
/// attention (Korthikanti et al., 2022: 34 s b h).
const LAYER_BYTES: f64 = 34.0;
/// Bytes per logit: BF16, and FP32 for the loss.
const LOGIT_BYTES: f64 = 6.0;
/// Share of the memory that tensors may take; the rest is the runtime's and fragmentation.
const TENSOR_SHARE: f64 = 0.92;

/// What a training run needs beside its [`TrainingRun`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainedModel {
    /// All parameters, experts that are not active among them.
    pub total_params: f64,
    /// `L`: layers.
    pub layers: f64,
    /// `V`: tokens in the vocabulary.
    pub vocab: f64,
}

/// Bytes per GPU, everything but activations split evenly over the GPUs (ZeRO-3, FSDP), activations
/// recomputed, one sequence at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingMemory {
    /// Weights, frozen ones among them.
    pub weights_bytes: f64,
    /// Gradients of what is trained.
    pub gradients_bytes: f64,
    /// States of the optimizer for what is trained.
    pub optimizer_bytes: f64,
    /// Activations of one sequence.
    pub activations_bytes: f64,
    /// What tensors may take.
    pub usable_bytes: f64,
    /// GPUs of the run.
    pub gpus: u32,
}

impl TrainingMemory {
    /// Bytes per GPU in all.
    #[must_use]
    pub fn needed_bytes(&self) -> f64 {
        self.weights_bytes + self.gradients_bytes + self.optimizer_bytes + self.activations_bytes
    }

    /// Whether they fit.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.needed_bytes() <= self.usable_bytes
    }
}

impl fmt::Display for TrainingMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gb = |bytes: f64| format!("{:.1} GB", bytes / 1e9);
        write!(
            f,
            "weights {}, gradients {}, optimizer states {} and activations {} on each of {} GPU{} are {}, of which {} can be held",
            gb(self.weights_bytes),
            gb(self.gradients_bytes),
            gb(self.optimizer_bytes),
            gb(self.activations_bytes),
            self.gpus,
            if self.gpus == 1 { "" } else { "s" },
            gb(self.needed_bytes()),
            gb(self.usable_bytes)
        )
    }
}

/// Memory of a run on `gpus` GPUs of `memory_bytes` each.
#[must_use]
pub fn training_memory(
    run: &TrainingRun,
    model: &TrainedModel,
    gpus: u32,
    memory_bytes: f64,
) -> TrainingMemory {
    let each = f64::from(gpus.max(1));
    let trained = match run.method {
        TrainingMethod::Full => model.total_params,
        TrainingMethod::Lora | TrainingMethod::Qlora => ADAPTER_SHARE * model.total_params,
    };
    let frozen = match run.method {
        TrainingMethod::Full => 0.0,
        TrainingMethod::Lora => WEIGHT_BYTES * model.total_params,
        TrainingMethod::Qlora => PACKED_BYTES * model.total_params,
    };
    // a sequence leaves its input of every layer, and fills one layer and the logits
    let per_token = run.hidden * (2.0 * model.layers + LAYER_BYTES) + LOGIT_BYTES * model.vocab;
    TrainingMemory {
        weights_bytes: (frozen + WEIGHT_BYTES * trained) / each,
        gradients_bytes: GRADIENT_BYTES * trained / each,
        optimizer_bytes: OPTIMIZER_BYTES * trained / each,
        activations_bytes: run.sequence_tokens * per_token,
        usable_bytes: TENSOR_SHARE * memory_bytes,
        gpus,
    }
}

/// The fewest of 1, 2, 4 ... 1,024 GPUs on which a run fits; `None` where not even one sequence does.
#[must_use]
pub fn fewest_training_gpus(
    run: &TrainingRun,
    model: &TrainedModel,
    memory_bytes: f64,
) -> Option<u32> {
    (0..=10)
        .map(|power| 1_u32 << power)
        .find(|gpus| training_memory(run, model, *gpus, memory_bytes).fits())
}

#[cfg(test)]
mod tests {
    use super::super::worked::close;
    use super::*;

    const RUN: TrainingRun = TrainingRun {
        method: TrainingMethod::Full,
        tokens: 1e6,
        epochs: 1.0,
        active_params: 8e9,
        hidden: 4_000.0,
        sequence_tokens: 1_000.0,
        peak_flops: 1e15,
        mfu: 0.5,
        up: 1.0,
    };
    const MODEL: TrainedModel = TrainedModel {
        total_params: 8e9,
        layers: 33.0,
        vocab: 100_000.0,
    };

    #[test]
    fn full_training_holds_sixteen_bytes_a_parameter() {
        // 8e9 x (2 + 2 + 12) / 2; activations 1,000 x (4,000 x (66 + 34) + 600,000) = 1e9
        let found = training_memory(&RUN, &MODEL, 2, 80e9);
        close(found.weights_bytes, 8e9);
        close(found.gradients_bytes, 8e9);
        close(found.optimizer_bytes, 48e9);
        close(found.activations_bytes, 1e9);
        close(found.needed_bytes(), 65e9);
        // 0.92 x 80e9 = 73.6e9
        assert!(found.fits());
        assert!(!training_memory(&RUN, &MODEL, 1, 80e9).fits());
    }

    #[test]
    fn adapters_train_little_and_freeze_the_rest() {
        // 16e9 frozen; 4e7 trained: 8e7 + 8e7 + 4.8e8
        let method = TrainingMethod::Lora;
        let found = training_memory(&TrainingRun { method, ..RUN }, &MODEL, 1, 80e9);
        close(found.weights_bytes, 16.08e9);
        close(found.gradients_bytes, 0.08e9);
        close(found.optimizer_bytes, 0.48e9);
        let method = TrainingMethod::Qlora;
        let packed = training_memory(&TrainingRun { method, ..RUN }, &MODEL, 1, 80e9);
        // 8e9 x 0.515875 + 8e7
        close(packed.weights_bytes, 4.207e9);
    }

    #[test]
    fn the_fewest_gpus_fit_and_half_of_them_do_not() {
        assert_eq!(fewest_training_gpus(&RUN, &MODEL, 80e9), Some(2));
        assert_eq!(fewest_training_gpus(&RUN, &MODEL, 0.5e9), None);
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_parts() {
        let text = training_memory(&RUN, &MODEL, 1, 80e9).to_string();
        assert_eq!(
            text,
            "weights 16.0 GB, gradients 16.0 GB, optimizer states 96.0 GB and activations 1.0 GB on each of 1 GPU are 129.0 GB, of which 73.6 GB can be held"
        );
    }
}
