//! Rows of the catalog as the equations take them.

use super::super::capacity::{GpuPeaks, ModelShape, Precision, PrecisionName};
use crate::catalog::rows::{GpuRow, ModelRow};
use crate::table::Num;

/// Bytes and arithmetic of a named precision on a GPU.
pub fn precision(name: &str, model: &ModelShape, gpu: &GpuPeaks) -> Precision {
    let name = precision_name(name);
    let (fp8, fp4) = (gpu.fp8_flops.is_some(), gpu.fp4_flops.is_some());
    let precision = Precision::named(name, model.is_moe(), fp8, fp4);
    if name == PrecisionName::Mxfp4 {
        return precision.with_bf16_rest();
    }
    precision
}

fn precision_name(name: &str) -> PrecisionName {
    match name {
        "fp8" => PrecisionName::Fp8,
        "fp4" => PrecisionName::Fp4,
        "int4" => PrecisionName::Int4,
        "mxfp4" => PrecisionName::Mxfp4,
        _ => PrecisionName::Bf16,
    }
}

fn value(num: Option<&Num>) -> Option<f64> {
    num.map(|num| num.input.median())
}

/// The shape of a catalog model (`docs/model.md` section 5.2).
pub fn model_shape(row: &ModelRow) -> ModelShape {
    let number = |num: &Option<Num>| value(num.as_ref()).unwrap_or(0.0);
    let layers = number(&row.layers);
    let attention = value(row.attention_layers.as_ref()).unwrap_or(layers);
    let heads = number(&row.heads);
    let cached = 2.0 * number(&row.kv_heads) * number(&row.head_dim);
    let attention_width = attention * heads * number(&row.head_dim);
    // MLA caches one compressed vector per layer instead of keys and values of each head, and decodes
    // in its space.
    let latent = value(row.kv_lora_rank.as_ref()).map(|rank| (rank, number(&row.rope_dim)));
    let (per_layer, decode_width, kv_heads) = match latent {
        Some((rank, rope)) => {
            let width = attention * heads * (2.0 * rank + rope) / 2.0;
            (rank + rope, width, 1.0)
        }
        None => (cached, attention_width, number(&row.kv_heads)),
    };
    let window_tokens = number(&row.window_tokens);
    ModelShape {
        layers,
        hidden: number(&row.hidden),
        vocab: number(&row.vocab),
        rest_params: number(&row.rest_params),
        expert_params: number(&row.expert_params),
        experts: number(&row.experts),
        experts_per_token: number(&row.experts_per_token),
        kv_elements_per_token: attention * per_layer,
        attention_width,
        decode_width,
        kv_heads,
        window_kv_per_token: if window_tokens > 0.0 {
            (layers - attention) * cached
        } else {
            0.0
        },
        window_tokens,
        state_elements: number(&row.state_elements),
    }
}

/// The peaks of a catalog GPU; memory counts as marketed, the constants were fitted with that.
pub fn gpu_peaks(row: &GpuRow) -> GpuPeaks {
    let number = |num: &Option<Num>, scale: f64| value(num.as_ref()).map(|x| x * scale);
    GpuPeaks {
        memory_bytes: number(&row.memory_gb, 1e9).unwrap_or(0.0),
        bandwidth_bytes_per_s: number(&row.bandwidth_gb_per_s, 1e9).unwrap_or(0.0),
        bf16_flops: number(&row.bf16_tflops, 1e12).unwrap_or(0.0),
        fp8_flops: number(&row.fp8_tflops, 1e12),
        fp4_flops: number(&row.fp4_tflops, 1e12),
        // PCIe 4.0 x16, where the data sheet names no faster link.
        link_bytes_per_s: number(&row.link_gb_per_s, 1e9).unwrap_or(32e9),
    }
}
