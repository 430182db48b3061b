//! Throughput of one replica: the scenario's own measurement, else the capacity estimate
//! (`docs/model.md` section 5.2).

use super::capacity::{
    self, GpuPeaks, Limits, ModelShape, Precision, PrecisionName, Replica, Shape, Sizing,
};
use super::mix::Mix;
use crate::catalog::rows::{GpuRow, ModelRow};
use crate::scenario::{Given, SelfHost, Throughput};
use crate::table::Num;

/// Where a throughput comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Measured by the user.
    Scenario,
    /// Estimated from the model's shape and the GPU's data sheet.
    Estimated,
}

impl Basis {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Estimated => "estimated",
        }
    }

    /// 80 % of such estimates lie within this factor of what is measured (`capacity.md` section 3).
    pub fn band_80(self) -> Option<f64> {
        match self {
            Self::Scenario => None,
            Self::Estimated => Some(1.43),
        }
    }
}

/// What one replica does at full load.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Requests a second.
    pub requests_per_second: f64,
    /// GPUs in it.
    pub gpus: f64,
    /// Where the rate comes from.
    pub basis: Basis,
    /// Requests in flight, time per output token (s), time to first token (s), where estimated.
    pub latency: Option<(f64, f64, f64)>,
}

impl Rate {
    /// How sure the rate is, in words.
    pub fn band_text(&self) -> Option<String> {
        self.basis
            .band_80()
            .map(|band| format!("80 % of such estimates are within x/{band} of a measurement"))
    }
}

/// Throughput of a replica for a mix of requests.
///
/// # Errors
/// Why the model does not run on these GPUs, in words.
pub fn rate(own: &SelfHost, mix: &Mix) -> Result<Rate, String> {
    if let Some(throughput) = &own.throughput {
        return Ok(measured(own, throughput, mix));
    }
    let (Some(model), Some(gpu)) = (&own.model, &own.gpu) else {
        return Err("the capacity cannot be estimated without a model and a GPU".into());
    };
    let (model, peaks) = (model_shape(model), gpu_peaks(gpu));
    let name = precision_name(&own.precision);
    let has = |flops: Option<f64>| flops.is_some();
    let mut precision = Precision::named(
        name,
        model.is_moe(),
        has(peaks.fp8_flops),
        has(peaks.fp4_flops),
    );
    if name == PrecisionName::Mxfp4 {
        precision = precision.with_bf16_rest();
    }
    let replica = Replica {
        max_sequences: own.max_sequences.value as u32,
        ..Replica::new(&model, &peaks, precision, 1)
    };
    let shape = Shape {
        cached_input_share: if mix.prompt > 0.0 {
            mix.read / mix.prompt
        } else {
            0.0
        },
        ..Shape::new(mix.prompt, mix.output().max(1.0))
    };
    let seconds = |given: &Option<Given>| given.as_ref().map(|given| given.value / 1e3);
    let limits = Limits {
        max_tpot_s: seconds(&own.max_tpot_ms),
        max_ttft_s: seconds(&own.max_ttft_ms),
    };
    let sizing = sized(own, &replica, &shape, limits).map_err(|misfit| misfit.to_string())?;
    let estimate = sizing.estimate;
    Ok(Rate {
        requests_per_second: estimate.requests_per_second * own.engine_factor.value,
        gpus: f64::from(sizing.gpus),
        basis: Basis::Estimated,
        latency: Some((estimate.batch, estimate.tpot_s, estimate.ttft_s)),
    })
}

fn sized(
    own: &SelfHost,
    replica: &Replica<'_>,
    shape: &Shape,
    limits: Limits,
) -> Result<Sizing, capacity::Misfit> {
    let fixed = own
        .gpus_per_replica
        .as_ref()
        .map(|given| given.value as u32);
    let Some(gpus) = fixed else {
        return capacity::economical_size(replica, shape, limits);
    };
    let tensor_parallel = gpus.clamp(1, capacity::NODE_GPUS);
    let replica = Replica {
        gpus: gpus.max(1),
        tensor_parallel,
        ..*replica
    };
    let estimate = capacity::estimate(&replica, shape, limits)?;
    Ok(Sizing {
        gpus: replica.gpus,
        tensor_parallel,
        nodes: gpus.div_ceil(capacity::NODE_GPUS),
        estimate,
    })
}

fn measured(own: &SelfHost, throughput: &Throughput, mix: &Mix) -> Rate {
    let requests_per_second = match throughput {
        Throughput::OutputTokens(rate) => rate.value / mix.output().max(f64::MIN_POSITIVE),
        Throughput::TotalTokens(rate) => rate.value / (mix.prompt + mix.output()),
        Throughput::Requests(rate) => rate.value,
    };
    // A fixed number of GPUs without replicas of its own is one replica.
    let whole = own.gpus.as_ref().map_or(1.0, |gpus| gpus.value);
    let gpus = own
        .gpus_per_replica
        .as_ref()
        .map_or(whole, |gpus| gpus.value);
    Rate {
        requests_per_second,
        gpus,
        basis: Basis::Scenario,
        latency: None,
    }
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
    let kv_elements_per_token = match value(row.kv_lora_rank.as_ref()) {
        // MLA caches one compressed vector per layer instead of keys and values of each head.
        Some(rank) => attention * (rank + number(&row.rope_dim)),
        None => 2.0 * attention * number(&row.kv_heads) * number(&row.head_dim),
    };
    ModelShape {
        layers,
        hidden: number(&row.hidden),
        vocab: number(&row.vocab),
        rest_params: number(&row.rest_params),
        expert_params: number(&row.expert_params),
        experts: number(&row.experts),
        experts_per_token: number(&row.experts_per_token),
        kv_elements_per_token,
        attention_width: attention * number(&row.heads) * number(&row.head_dim),
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
