//! Throughput of one replica: the scenario's own measurement, else the capacity estimate
//! (`docs/model.md` section 5.2).

use std::sync::Arc;

use super::capacity::{
    self, GpuPeaks, Limits, ModelShape, Precision, PrecisionName, Replica, Shape, Sizing,
};
use super::mix::Mix;
use crate::catalog::rows::{GpuRow, ModelRow};
use crate::real::{Function, Real, answer};
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

    /// 80 % of such estimates lie within this factor of what is measured (`docs/capacity.md`).
    pub fn band_80(self) -> Option<f64> {
        match self {
            Self::Scenario => None,
            Self::Estimated => Some(1.27),
        }
    }
}

/// What one replica does at full load.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Requests a second.
    pub requests_per_second: Real,
    /// GPUs in it.
    pub gpus: Real,
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
    estimated(
        own,
        mix,
        Hardware {
            model,
            peaks,
            precision,
        },
    )
}

/// What an estimate rests on beside the numbers of the scenario.
#[derive(Clone, Copy, Debug)]
struct Hardware {
    model: ModelShape,
    peaks: GpuPeaks,
    precision: Precision,
}

/// The numbers of the scenario that an estimate depends on; a limit or size that is absent is infinite.
const ASKED: usize = 7;

/// The estimate, as one step of the record: it is made anew for each sample.
fn estimated(own: &SelfHost, mix: &Mix, on: Hardware) -> Result<Rate, String> {
    let cached = if mix.prompt > 0.0 {
        mix.read / mix.prompt
    } else {
        Real::ZERO
    };
    let or_none = |given: &Option<Given>, scale: f64| {
        given
            .as_ref()
            .map_or(Real::constant(f64::INFINITY), |given| given.value / scale)
    };
    let asked: [Real; ASKED] = [
        mix.prompt,
        mix.output().max(1.0),
        cached,
        own.max_sequences.value,
        or_none(&own.max_tpot_ms, 1e3),
        or_none(&own.max_ttft_ms, 1e3),
        or_none(&own.gpus_per_replica, 1.0),
    ];
    let run: Function = Arc::new(move |asked, out| {
        let sizing = sized(&on, asked);
        out.copy_from_slice(&sizing.map_or([0.0; 6], |sizing| {
            let estimate = sizing.estimate;
            let rate = estimate.requests_per_second;
            let gpus = f64::from(sizing.gpus);
            [
                1.0,
                rate,
                gpus,
                estimate.batch,
                estimate.tpot_s,
                estimate.ttft_s,
            ]
        }));
    });
    let found = answer(|| format!("capacity {on:?}"), &asked, 6, run);
    if found[0] == 0.0 {
        let misfit = sized(&on, &asked.map(Real::get)).err();
        return Err(misfit.map_or_else(String::new, |misfit| misfit.to_string()));
    }
    Ok(Rate {
        requests_per_second: found[1] * own.engine_factor.value,
        gpus: found[2],
        basis: Basis::Estimated,
        latency: Some((found[3].get(), found[4].get(), found[5].get())),
    })
}

fn sized(on: &Hardware, asked: &[f64]) -> Result<Sizing, capacity::Misfit> {
    let limit = |seconds: f64| seconds.is_finite().then_some(seconds);
    let limits = Limits {
        max_tpot_s: limit(asked[4]),
        max_ttft_s: limit(asked[5]),
    };
    let shape = Shape {
        cached_input_share: asked[2],
        ..Shape::new(asked[0], asked[1])
    };
    let replica = Replica {
        max_sequences: asked[3] as u32,
        ..Replica::new(&on.model, &on.peaks, on.precision, 1)
    };
    if asked[6].is_infinite() {
        return capacity::economical_size(&replica, &shape, limits);
    }
    let gpus = asked[6] as u32;
    let tensor_parallel = gpus.clamp(1, capacity::NODE_GPUS);
    let replica = Replica {
        gpus: gpus.max(1),
        tensor_parallel,
        ..replica
    };
    let estimate = capacity::estimate(&replica, &shape, limits)?;
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
    let whole = own.gpus.as_ref().map_or(Real::ONE, |gpus| gpus.value);
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
