//! Throughput of one replica: the scenario's own measurement, else the capacity estimate
//! (`docs/model.md` section 5.2), and how many replicas the load takes (5.1).

use super::Month;
use super::capacity::{
    self, GpuPeaks, Limits, ModelShape, Precision, PrecisionName, Replica, Shape, Sizing,
};
use super::load::Load;
use super::mix::{Mix, batch_share};
use crate::catalog::rows::{GpuRow, ModelRow};
use crate::curve::{Cause, Curve};
use crate::scenario::{Given, Origin, SelfHost, Throughput};
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

/// Replicas and GPUs over the volume.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Replicas, spares included, in the busiest hour.
    pub replicas: Curve,
    /// Replicas without the spares.
    pub serving: Curve,
    /// GPUs owned or rented in the busiest hour.
    pub gpus: Curve,
    /// GPUs paid on the mean hour of the day (fewer with autoscaling).
    pub paid_gpus: Curve,
    /// Of these, what flexible rents are charged for: all, or with autoscaling what the hours take
    /// beyond the GPUs that are bought or reserved.
    pub flexible_gpus: Curve,
    /// Highest volume that fixed replicas serve [requests/day].
    pub max_volume: Option<f64>,
}

/// Hours in which the machines run and are paid.
pub fn hours<'a>(own: &'a SelfHost, month: &Month<'a>) -> &'a Given {
    own.hours_per_month
        .as_ref()
        .unwrap_or(&month.scenario.hours_per_month)
}

/// Billed requests a second of the hours of use, per request a day.
pub fn per_second(own: &SelfHost, month: &Month<'_>) -> f64 {
    let billed = 1.0 + month.scenario.workload.retry_share.value;
    month.scenario.days_per_month.value * billed / (hours(own, month).value * 3600.0)
}

/// How many replicas the load takes: the busiest hour of real-time traffic, or the mean of all traffic
/// with batch work in the trough, whichever is more.
pub fn fleet(own: &SelfHost, rate: &Rate, load: &Load, month: &Month<'_>) -> Fleet {
    let batch = batch_share(&month.scenario.workload);
    let planned = rate.requests_per_second * own.target_utilization.value;
    let per_replica = per_second(own, month) / planned;
    if let Some(replicas) = fixed_replicas(own, rate) {
        return fixed(own, replicas, rate, load, batch, month);
    }
    let need = load
        .peak
        .times(1.0 - batch)
        .max(&load.mean)
        .times(per_replica);
    let replicas = replicas(own, &need);
    let gpus = nodes(own, &replicas.times(rate.gpus));
    let committed = gpus.times(committed_share(own));
    let flexible_gpus = if own.autoscale {
        follow_the_day(own, rate, load, batch, per_replica, &committed)
    } else {
        gpus.minus(&committed)
    };
    let paid_gpus = committed.plus(&flexible_gpus);
    Fleet {
        serving: replicas.minus(&Curve::constant(own.spare_replicas.value)),
        replicas,
        gpus,
        paid_gpus,
        flexible_gpus,
        max_volume: None,
    }
}

/// Share of the GPUs that is paid whatever the hour: bought or reserved.
pub fn committed_share(own: &SelfHost) -> f64 {
    let reserved = own
        .rents
        .iter()
        .filter(|rent| rent.tier.starts_with("reserved"));
    let bought = own.purchase.as_ref().map_or(0.0, |part| part.share.value);
    bought + reserved.map(|rent| rent.share.value).sum::<f64>()
}

fn fixed_replicas(own: &SelfHost, rate: &Rate) -> Option<f64> {
    let of_gpus = || {
        own.gpus
            .as_ref()
            .map(|gpus| (gpus.value / rate.gpus).max(0.0))
    };
    own.replicas
        .as_ref()
        .map(|replicas| replicas.value)
        .or_else(of_gpus)
}

fn fixed(
    own: &SelfHost,
    replicas: f64,
    rate: &Rate,
    load: &Load,
    batch: f64,
    month: &Month<'_>,
) -> Fleet {
    let spares = own.spare_replicas.value;
    let gpus = match &own.gpus {
        Some(gpus) => Curve::constant(gpus.value),
        None => nodes(own, &Curve::constant((replicas + spares) * rate.gpus)),
    };
    // Planned load is a rule for sizing; what fixed hardware can serve is its full rate.
    let need = load.peak.times(1.0 - batch).max(&load.mean);
    let carried = replicas * rate.requests_per_second / per_second(own, month);
    let max_volume = highest_volume(&need, carried);
    Fleet {
        replicas: Curve::constant(replicas + spares),
        serving: Curve::constant(replicas),
        paid_gpus: gpus.clone(),
        flexible_gpus: gpus.times(1.0 - committed_share(own)),
        gpus,
        max_volume,
    }
}

/// The highest volume at which the need, which never falls, is carried; none where it always is.
fn highest_volume(need: &Curve, carried: f64) -> Option<f64> {
    const MOST: f64 = 1e15;
    if let Some(slope) = need.as_proportional() {
        return Some(carried / slope.max(f64::MIN_POSITIVE));
    }
    if need.at(MOST) <= carried {
        return None;
    }
    let (mut low, mut high) = (0.0, MOST);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if need.at(middle) <= carried {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}

fn replicas(own: &SelfHost, need: &Curve) -> Curve {
    let stated = own.min_replicas.from != Origin::Default;
    let spares = Curve::constant(own.spare_replicas.value);
    if !own.whole_units {
        let least = if stated { own.min_replicas.value } else { 0.0 };
        return need.max(&Curve::constant(least)).plus(&spares);
    }
    let least = Curve::constant(own.min_replicas.value);
    need.rounded_up(Cause::Replica).max(&least).plus(&spares)
}

fn nodes(own: &SelfHost, gpus: &Curve) -> Curve {
    let node = own.gpus_per_node.value;
    if node <= 1.0 || !own.whole_units {
        return gpus.clone();
    }
    gpus.times(1.0 / node).rounded_up(Cause::Node).times(node)
}

/// GPUs beyond the committed ones that are paid on the mean hour when replicas follow the day, with the
/// scale-up delay paid at each rise.
fn follow_the_day(
    own: &SelfHost,
    rate: &Rate,
    load: &Load,
    batch: f64,
    per_replica: f64,
    committed: &Curve,
) -> Curve {
    let beyond = |gpus: &Curve| match committed.as_constant() {
        Some(0.0) => gpus.clone(),
        _ => gpus.minus(committed).max(&Curve::constant(0.0)),
    };
    let hours: Vec<Curve> = levelled(load, batch)
        .iter()
        .map(|hour| replicas(own, &hour.times(per_replica)).times(rate.gpus))
        .map(|gpus| beyond(&nodes(own, &gpus)))
        .collect();
    let delay = own.scale_up_minutes.value / 60.0;
    let mut paid = Curve::default();
    for (at, hour) in hours.iter().enumerate() {
        let before = (at + 23) % 24;
        paid.add(hour, 1.0 / 24.0);
        // Replicas rise and fall with the load, so a rise in load is never a fall in replicas.
        if load.weights[at] > load.weights[before] {
            paid.add(hour, delay / 24.0);
            paid.add(&hours[before], -delay / 24.0);
        }
    }
    paid
}

/// The hours of real-time traffic, with batch work poured into the trough up to one level.
fn levelled(load: &Load, batch: f64) -> Vec<Curve> {
    let real: Vec<Curve> = load
        .hours
        .iter()
        .map(|hour| hour.times(1.0 - batch))
        .collect();
    if batch == 0.0 {
        return real;
    }
    let level = level(load, &real);
    real.iter().map(|hour| hour.max(&level)).collect()
}

/// The level L at which the hours, filled up to it, hold all traffic. Whatever hours stand out, L is at
/// most what they leave to the others, spread evenly; the busiest of each number give the least bound.
fn level(load: &Load, real: &[Curve]) -> Curve {
    let mut busiest: Vec<usize> = (0..real.len()).collect();
    busiest.sort_by(|a, b| load.weights[*b].total_cmp(&load.weights[*a]));
    let mut left = load.mean.times(24.0);
    let mut level = load.mean.clone();
    for (out, pair) in busiest.windows(2).enumerate() {
        left.add(&real[pair[0]], -1.0);
        // Hours alike stand out together.
        if load.weights[pair[0]] > load.weights[pair[1]] {
            level = level.min(&left.times(1.0 / (23 - out) as f64));
        }
    }
    level
}
