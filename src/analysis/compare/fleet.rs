//! An own fleet at the volume that is asked for.

use super::result::{CapacityResult, Memory, PublishedResult};
use super::{ScenarioFacts, per};
use crate::cost::Capacity;
use crate::real::Real;

/// What a fleet does and could do in a month that costs so much.
pub fn capacity(
    own: &Capacity,
    facts: &ScenarioFacts,
    volume: f64,
    monthly_usd: f64,
) -> CapacityResult {
    let utilization = own.utilization(volume);
    let replicas = own.fleet.replicas.at(volume);
    let tokens = per(facts.mtok_per_month, facts.requests_per_month);
    let serving = own.fleet.serving.at(volume);
    let requests = serving * own.rate.requests_per_second.get() * own.hours_per_month * 3600.0;
    let figures = own.rate.figures;
    CapacityResult {
        gpu: own.gpu.clone(),
        precision: own.precision.clone(),
        gpus: own.fleet.gpus.at(volume),
        gpus_range: None,
        gpus_per_replica: own.rate.gpus.get(),
        replicas,
        utilization,
        target_utilization: own.target_utilization,
        basis: own.rate.basis.name(),
        band_80: own.rate.basis.band_80(),
        bands: own.rate.basis.bands(),
        requests_per_second_per_replica: own.rate.requests_per_second.get(),
        capacity_mtok_per_month: requests * tokens,
        usd_per_mtok_at_full_load: per(monthly_usd, requests * tokens),
        batch: figures.map(|it| it.batch),
        limited_by: figures.map(|it| it.limit.to_string()),
        memory: figures.map(|it| Memory {
            weights_gb: it.weights_bytes / 1e9,
            kv_cache_gb: it.cache_bytes / 1e9,
            usable_gb: it.usable_bytes / 1e9,
        }),
        tensor_parallel: figures.map(|it| it.tensor_parallel),
        nodes: figures.map(|it| it.nodes),
        measured_ratio: figures.map(|it| it.measured_ratio).filter(|it| *it != 1.0),
        published: own.rate.published.as_ref().map(PublishedResult::from),
        tpot_ms: figures.map(|it| it.tpot_s * 1e3),
        ttft_ms: figures.map(|it| it.ttft_s * 1e3),
        max_requests_per_day: own.fleet.max_volume.map(Real::get),
    }
}
