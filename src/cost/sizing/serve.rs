//! What a replica does, as one function of plain numbers: equations (1) to (10) at the size, batch and
//! speed that memory, limits, measurements and the sizes of requests allow.

use super::super::capacity::{
    self, Estimate, GpuPeaks, Limit, Limits, Misfit, ModelShape, NODE_GPUS, Precision, Replica,
    Shape, WORTHWHILE, estimate, kv_bytes_per_sequence, time_per_output_token, time_to_first_token,
    usable_bytes, weights_held,
};
use super::asked::Asked;
use super::basis::Basis;
use super::calibrate::Ratios;
use super::known::Known;
use super::published::Published;
use super::{Figures, rows, spread};
use crate::scenario::{Measured, SelfHost};

/// What an estimate rests on beside the numbers of the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    model: ModelShape,
    gpu: GpuPeaks,
    precision: Precision,
    measured: Vec<Measured>,
    /// What is published of it, where the user measured nothing.
    pub published: Option<Published>,
}

impl Stack {
    /// What an option runs, with what was measured of it; none without a model and a GPU.
    pub fn of(own: &SelfHost) -> Option<Self> {
        let (model, gpu) = (own.model.as_ref()?, own.gpu.as_ref()?);
        let (model, gpu) = (rows::model_shape(model), rows::gpu_peaks(gpu));
        let published = || Published::new(&own.published, &own.precision, &model, &gpu);
        Some(Self {
            model,
            gpu,
            precision: rows::precision(&own.precision, &model, &gpu),
            measured: own.measured.clone(),
            published: own.measured.is_empty().then(published).flatten(),
        })
    }

    fn replica(&self, gpus: u32) -> Replica<'_> {
        Replica {
            tensor_parallel: gpus.min(NODE_GPUS),
            ..Replica::new(&self.model, &self.gpu, self.precision, gpus)
        }
    }
}

/// Why a stack does not serve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// The model does not fit, or not within the limits.
    Misfit(Misfit),
    /// A measurement cannot be right.
    Contradiction(Contradiction),
}

impl From<Misfit> for Why {
    fn from(misfit: Misfit) -> Self {
        Self::Misfit(misfit)
    }
}

/// A measurement above what the GPUs can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contradiction {
    /// Which point.
    pub point: usize,
    /// Output tokens a second that it states.
    pub measured: f64,
    /// Output tokens a second at the peaks of the data sheet.
    pub bound: f64,
    /// Its requests in flight.
    pub concurrency: f64,
    /// GPUs it was measured on.
    pub gpus: u32,
}

/// How many numbers describe what is served.
pub const SERVED: usize = 3;

/// What a replica does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Served {
    /// Requests a second.
    pub requests_per_second: f64,
    /// GPUs in it.
    pub gpus: u32,
    /// What the rate stands on.
    pub basis: Basis,
    /// What stands behind it.
    pub figures: Figures,
}

impl Served {
    /// Index of whether it serves, 1 or 0, among the numbers.
    pub const SERVES: usize = 0;
    /// Index of the rate among the numbers.
    pub const RATE: usize = 1;
    /// Index of the GPUs among the numbers.
    pub const GPUS: usize = 2;

    /// The numbers that costs depend on: whether it serves, the rate, the GPUs.
    pub fn numbers(&self) -> [f64; SERVED] {
        [1.0, self.requests_per_second, f64::from(self.gpus)]
    }

    fn per_gpu(&self) -> f64 {
        self.requests_per_second / f64::from(self.gpus)
    }
}

/// What a replica does for what is asked, at the stated number of GPUs or at the one that pays.
///
/// # Errors
/// Why it does not serve.
pub fn serve(stack: &Stack, asked: &Asked) -> Result<Served, Why> {
    if asked.gpus.is_finite() {
        return at_size(stack, asked, asked.gpus.max(1.0) as u32);
    }
    economical(|gpus| at_size(stack, asked, gpus))
}

/// The fewest GPUs of one node whose throughput per GPU is at least [`WORTHWHILE`] of the best; beyond
/// a node the first that serve.
fn economical(size: impl Fn(u32) -> Result<Served, Why>) -> Result<Served, Why> {
    let within: Vec<Result<Served, Why>> = capacity::SIZES
        .iter()
        .filter(|gpus| **gpus <= NODE_GPUS)
        .map(|gpus| size(*gpus))
        .collect();
    let serving = || within.iter().filter_map(|it| it.as_ref().ok());
    let best = serving().map(Served::per_gpu).fold(0.0, f64::max);
    if let Some(found) = serving().find(|it| it.per_gpu() >= WORTHWHILE * best) {
        return Ok(*found);
    }
    let contradicted = |it: &&Result<Served, Why>| matches!(it, Err(Why::Contradiction(_)));
    if let Some(contradiction) = within.iter().find(contradicted) {
        return *contradiction;
    }
    let mut outcome = within[within.len() - 1];
    for gpus in capacity::SIZES.iter().filter(|gpus| **gpus > NODE_GPUS) {
        outcome = size(*gpus);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn at_size(stack: &Stack, asked: &Asked, gpus: u32) -> Result<Served, Why> {
    let shape = Shape {
        cached_input_share: asked.cached_share,
        ..Shape::new(asked.prompt, asked.output)
    };
    let replica = stack.replica(gpus);
    if !stack.measured.is_empty() {
        // What does not fit is told of before what was measured of it.
        estimate(&replica, &shape, Limits::default())?;
    }
    let known = known(stack, asked, &replica, &shape)?;
    let replica = Replica {
        max_sequences: sequences(&replica, &shape, asked),
        ..replica
    };
    let nodes = gpus.div_ceil(NODE_GPUS);
    let (mut engine, left) = scales(stack, asked, nodes);
    if known.is_published() {
        engine = 1.0;
    }
    let speed = |batch: f64| engine * left * known.at(batch);
    let best = at_best(&replica, &shape, asked, known.varies(), &speed)?;
    let speed = speed(best.batch);
    Ok(Served {
        requests_per_second: best.requests_per_second * speed,
        gpus,
        basis: known.basis(best.batch),
        figures: Figures {
            batch: best.batch,
            tpot_s: best.tpot_s / speed,
            ttft_s: best.ttft_s / speed,
            weights_bytes: best.memory_bytes_held,
            cache_bytes: best.kv_cache_bytes,
            usable_bytes: usable_bytes(&replica),
            tensor_parallel: f64::from(replica.tensor_parallel),
            nodes: f64::from(nodes),
            limit: limit(&best, asked),
            measured_ratio: known.at(best.batch),
            engine_factor: engine,
            node_share: left,
        },
    })
}

/// What engine and nodes scale a replica by. A measurement is of an engine, on nodes of its own.
fn scales(stack: &Stack, asked: &Asked, nodes: u32) -> (f64, f64) {
    let left = |nodes: u32| asked.node_efficiency.powi(nodes as i32 - 1);
    let Some(point) = stack.measured.first() else {
        return (asked.engine_factor, left(nodes));
    };
    let on = point
        .gpus
        .map(|gpus| (gpus.max(1.0) as u32).div_ceil(NODE_GPUS));
    (1.0, left(nodes) / left(on.unwrap_or(nodes)))
}

/// What keeps the batch from being larger: where requests differ in size, the memory holds fewer than
/// the engine would run.
fn limit(best: &Estimate, asked: &Asked) -> Limit {
    match best.limit {
        Limit::MaxSequences if best.batch < asked.max_sequences.floor() => Limit::Memory,
        other => other,
    }
}

/// The measured points over the estimate: own ones, each on the GPUs it was measured on; else published
/// ones.
fn known(stack: &Stack, asked: &Asked, replica: &Replica<'_>, shape: &Shape) -> Result<Known, Why> {
    let wanted = [
        shape.input_tokens,
        shape.output_tokens,
        f64::from(replica.gpus),
    ];
    if let Some(published) = &stack.published {
        let around = &published.around;
        return Ok(Known::published(around, wanted, asked.cached_share));
    }
    if stack.measured.is_empty() {
        return Ok(Known::Nothing);
    }
    let on = |point: &Measured| {
        let gpus = point.gpus.map(|gpus| gpus.max(1.0) as u32);
        gpus.map_or(*replica, |gpus| stack.replica(gpus))
    };
    let ratios = Ratios::new(&stack.measured, on, shape).map_err(Why::Contradiction)?;
    Ok(Known::own(ratios, wanted))
}

/// Requests in flight that the engine and, where requests differ, the memory allow.
fn sequences(replica: &Replica<'_>, shape: &Shape, asked: &Asked) -> u32 {
    let most = asked.max_sequences.max(1.0) as u32;
    if asked.prompt_spread == 0.0 && asked.output_spread == 0.0 {
        return most;
    }
    let per_token = kv_bytes_per_sequence(replica, shape) / shape.full_context();
    let tokens = (usable_bytes(replica) - weights_held(replica)) / per_token;
    let spreads = (asked.prompt_spread, asked.output_spread);
    let held = spread::batch(tokens, shape.input_tokens, shape.output_tokens, spreads);
    most.min(held.max(1.0) as u32)
}

/// The estimate at the largest batch that keeps the limits at the speed of that batch.
fn at_best(
    replica: &Replica<'_>,
    shape: &Shape,
    asked: &Asked,
    varies: bool,
    speed: &dyn Fn(f64) -> f64,
) -> Result<Estimate, Misfit> {
    let limits = |speed: f64| {
        let scaled = |limit: f64| limit.is_finite().then_some(limit * speed);
        Limits {
            max_tpot_s: scaled(asked.max_tpot_s),
            max_ttft_s: scaled(asked.max_ttft_s),
        }
    };
    let constant = speed(1.0);
    if !varies {
        return estimate(replica, shape, limits(constant)).map_err(|it| at_speed(it, constant));
    }
    let top = estimate(replica, shape, Limits::default())?;
    let keeps = |batch: f64| {
        let rate = capacity::requests_per_second(replica, shape, batch);
        time_per_output_token(replica, shape, batch) <= asked.max_tpot_s * speed(batch)
            && time_to_first_token(replica, shape, batch, rate) <= asked.max_ttft_s * speed(batch)
    };
    let batch = largest(top.batch as u32, |batch| keeps(f64::from(batch)));
    match batch {
        Some(batch) if f64::from(batch) == top.batch => Ok(top),
        Some(batch) => {
            let held = Replica {
                max_sequences: batch,
                ..*replica
            };
            let limit = if asked.max_tpot_s.is_finite() {
                Limit::TimePerOutputToken
            } else {
                Limit::TimeToFirstToken
            };
            let estimate = estimate(&held, shape, Limits::default())?;
            Ok(Estimate { limit, ..estimate })
        }
        None => estimate(replica, shape, limits(constant)).map_err(|it| at_speed(it, constant)),
    }
}

/// The largest number up to `most` that passes: by halves down to one that does, then up to the last before
/// one that does not. Where none of the halves does, every number is tried.
fn largest(most: u32, passes: impl Fn(u32) -> bool) -> Option<u32> {
    let (mut good, mut bad) = (most, most + 1);
    while good > 0 && !passes(good) {
        (good, bad) = (good / 2, good);
    }
    if good == 0 {
        return (1..=most).rev().find(|number| passes(*number));
    }
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if passes(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Some(good)
}

/// A misfit of latency in the seconds that pass, and not in those of an estimate at speed 1.
fn at_speed(misfit: Misfit, speed: f64) -> Misfit {
    match misfit {
        Misfit::TimePerOutputToken {
            alone_s,
            limit_s,
            gpus,
        } => Misfit::TimePerOutputToken {
            alone_s: alone_s / speed,
            limit_s: limit_s / speed,
            gpus,
        },
        Misfit::TimeToFirstToken {
            alone_s,
            limit_s,
            gpus,
        } => Misfit::TimeToFirstToken {
            alone_s: alone_s / speed,
            limit_s: limit_s / speed,
            gpus,
        },
        other => other,
    }
}
