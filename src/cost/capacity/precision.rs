//! Bytes per weight and per cache element, and the arithmetic they run in.

const BF16_BYTES: f64 = 2.0;
const FP8_BYTES: f64 = 1.0;
/// Half a byte and its share of the scales (one byte per block of sixteen).
const FOUR_BIT_BYTES: f64 = 0.5625;

/// The arithmetic a GPU multiplies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compute {
    /// 16-bit floating point.
    Bf16,
    /// 8-bit floating point.
    Fp8,
    /// 4-bit floating point.
    Fp4,
}

/// The name a checkpoint's precision goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrecisionName {
    /// 16-bit weights (`bf16`, `fp16`).
    Bf16,
    /// 8-bit floating point.
    Fp8,
    /// 4-bit floating point with scales (`fp4`, `nvfp4`).
    Fp4,
    /// 4-bit integers with scales: only weights are small, the arithmetic is BF16 on every GPU.
    Int4,
    /// 4-bit floating point as gpt-oss is published.
    Mxfp4,
}

/// Bytes per element, and the arithmetic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// `b_r`: bytes per weight outside the experts.
    pub rest_bytes: f64,
    /// `b_e`: bytes per expert weight.
    pub expert_bytes: f64,
    /// `b_k`: bytes per element of the KV cache.
    pub kv_bytes: f64,
    /// The arithmetic, which picks the GPU's peak.
    pub compute: Compute,
}

impl Precision {
    /// The usual deployment of a named precision.
    ///
    /// Four-bit mixtures keep attention in BF16. A GPU computes in the precision of the weights where
    /// it has units for it, else in BF16; the cache is FP8 where the arithmetic is FP8 or FP4, else
    /// BF16.
    #[must_use]
    pub fn named(
        name: PrecisionName,
        model_is_moe: bool,
        gpu_has_fp8: bool,
        gpu_has_fp4: bool,
    ) -> Self {
        let weight_bytes = weight_bytes(name);
        let compute = compute(name, gpu_has_fp8, gpu_has_fp4);
        let four_bit = weight_bytes < FP8_BYTES;
        Self {
            rest_bytes: if four_bit && model_is_moe {
                BF16_BYTES
            } else {
                weight_bytes
            },
            expert_bytes: weight_bytes,
            kv_bytes: if compute == Compute::Bf16 {
                BF16_BYTES
            } else {
                FP8_BYTES
            },
            compute,
        }
    }

    /// Whether expert weights are four bits wide and the arithmetic is BF16, so that each has to be
    /// unpacked before it is multiplied.
    #[must_use]
    pub fn unpacks_experts(self) -> bool {
        self.expert_bytes < FP8_BYTES && self.compute == Compute::Bf16
    }

    /// The same with everything outside the experts in BF16, as gpt-oss always has it.
    #[must_use]
    pub fn with_bf16_rest(self) -> Self {
        Self {
            rest_bytes: BF16_BYTES,
            ..self
        }
    }

    /// The same with `kv_bytes` bytes per element of the KV cache.
    ///
    /// Several engines leave the cache in BF16 unless told otherwise, whatever the weights are.
    #[must_use]
    pub fn with_kv_bytes(self, kv_bytes: f64) -> Self {
        Self { kv_bytes, ..self }
    }
}

fn weight_bytes(name: PrecisionName) -> f64 {
    match name {
        PrecisionName::Bf16 => BF16_BYTES,
        PrecisionName::Fp8 => FP8_BYTES,
        PrecisionName::Fp4 | PrecisionName::Int4 | PrecisionName::Mxfp4 => FOUR_BIT_BYTES,
    }
}

fn compute(name: PrecisionName, gpu_has_fp8: bool, gpu_has_fp4: bool) -> Compute {
    match name {
        PrecisionName::Fp8 if gpu_has_fp8 => Compute::Fp8,
        PrecisionName::Fp4 | PrecisionName::Mxfp4 if gpu_has_fp4 => Compute::Fp4,
        _ => Compute::Bf16,
    }
}

#[cfg(test)]
mod tests {
    use super::super::worked::close;
    use super::*;

    #[test]
    fn a_four_bit_mixture_keeps_attention_in_bf16_and_a_dense_model_does_not() {
        let mixture = Precision::named(PrecisionName::Fp4, true, true, true);
        let dense = Precision::named(PrecisionName::Fp4, false, true, true);
        close(mixture.rest_bytes, 2.0);
        close(mixture.expert_bytes, 0.5625);
        close(dense.rest_bytes, 0.5625);
        assert_eq!(dense.compute, Compute::Fp4);
    }

    #[test]
    fn four_bit_weights_compute_in_bf16_where_there_are_no_fp4_units() {
        for name in [
            PrecisionName::Fp4,
            PrecisionName::Int4,
            PrecisionName::Mxfp4,
        ] {
            let hopper = Precision::named(name, true, true, false);
            assert_eq!(hopper.compute, Compute::Bf16);
            assert!(hopper.unpacks_experts());
            close(hopper.kv_bytes, 2.0);
        }
    }

    #[test]
    fn four_bit_integers_gain_nothing_from_fp4_units() {
        let blackwell = Precision::named(PrecisionName::Int4, true, true, true);
        assert_eq!(blackwell.compute, Compute::Bf16);
    }

    #[test]
    fn fp8_weights_without_fp8_units_are_small_but_not_faster_to_multiply() {
        let ampere = Precision::named(PrecisionName::Fp8, false, false, false);
        close(ampere.rest_bytes, 1.0);
        assert_eq!(ampere.compute, Compute::Bf16);
    }

    #[test]
    fn parts_of_a_precision_can_be_set_apart() {
        let fp8 = Precision::named(PrecisionName::Fp8, true, true, false);
        close(fp8.with_bf16_rest().rest_bytes, 2.0);
        close(fp8.with_kv_bytes(2.0).kv_bytes, 2.0);
        close(fp8.with_bf16_rest().expert_bytes, 1.0);
    }
}
