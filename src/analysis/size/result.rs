//! The plain result of sizing: every format is rendered from it.

use serde::Serialize;

use super::super::compare::{Memory, OptionResult};

/// The answer of `llmcost size`.
#[derive(Clone, Debug, Serialize)]
pub struct Sizing {
    /// `llmcost/size/1`.
    pub schema: &'static str,
    /// Title of the scenario.
    pub scenario: String,
    /// Volume [requests/day].
    pub requests_per_day: f64,
    /// Each own stack.
    pub options: Vec<Sized>,
    /// Day for which the embedded catalog was compiled.
    pub catalog: String,
}

/// One own stack on every hardware.
#[derive(Clone, Debug, Serialize)]
pub struct Sized {
    /// Its name.
    pub name: String,
    /// Its model.
    pub model: String,
    /// Limit of the time to first token (ms).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ttft_ms: Option<f64>,
    /// Limit of the time per output token (ms).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tpot_ms: Option<f64>,
    /// As the scenario has it now, where that can be priced.
    pub present: Option<Row>,
    /// How many ways serve; the rows may be fewer where only the first are asked for.
    pub ways: usize,
    /// What serves, the cheapest first.
    pub rows: Vec<Row>,
    /// GPUs that serve in no way.
    pub gpus_out: Vec<String>,
    /// What does not serve, and why.
    pub failures: Vec<Failure>,
    /// Cost against speed per user, from the fastest to the cheapest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pareto: Option<Vec<ParetoPoint>>,
}

/// A way to serve.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Place in the order of cost, from 1; 0 of the present one.
    pub rank: usize,
    /// GPU.
    pub gpu: String,
    /// Precision of the weights.
    pub precision: String,
    /// GPUs in a replica.
    pub gpus_per_replica: f64,
    /// Replicas in the busiest hour, spares included.
    pub replicas: f64,
    /// GPUs in the busiest hour.
    pub gpus: f64,
    /// GPUs if the rate is off by its 80 % band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus_range: Option<[f64; 2]>,
    /// Mean load over bought capacity.
    pub utilization: f64,
    /// Cost of the option, staff included [USD/month].
    pub monthly_usd: f64,
    /// The same per million tokens of the workload (USD).
    pub usd_per_mtok: f64,
    /// The same per million tokens if the fleet were full (USD).
    pub usd_per_mtok_at_full_load: f64,
    /// Requests in flight in a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<f64>,
    /// Time per output token (ms), rough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpot_ms: Option<f64>,
    /// Time to first token (ms), rough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft_ms: Option<f64>,
    /// What keeps the batch from being larger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limited_by: Option<String>,
    /// Memory of a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// Where the throughput comes from.
    pub basis: &'static str,
    /// Factor within which 80 % of such figures lie of what is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_80: Option<f64>,
}

impl Row {
    /// What tells rows of the same cost apart.
    pub(super) fn key(&self) -> (&str, &str, u32) {
        (&self.gpu, &self.precision, self.gpus_per_replica as u32)
    }
}

/// A way that does not serve.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// GPU.
    pub gpu: String,
    /// Precision of the weights; none where the GPU itself is out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<String>,
    /// GPUs in a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus_per_replica: Option<u32>,
    /// Why.
    pub why: String,
}

/// A point of cost against speed.
#[derive(Clone, Debug, Serialize)]
pub struct ParetoPoint {
    /// GPU.
    pub gpu: String,
    /// Precision of the weights.
    pub precision: String,
    /// GPUs in a replica.
    pub gpus_per_replica: f64,
    /// GPUs in the busiest hour.
    pub gpus: f64,
    /// Requests in flight in a replica.
    pub batch: f64,
    /// Output tokens a second that one user sees: 1 over the time per output token.
    pub tokens_per_second_per_user: f64,
    /// Cost of the option, staff included [USD/month].
    pub monthly_usd: f64,
    /// The same per million tokens of the workload (USD).
    pub usd_per_mtok: f64,
}

impl ParetoPoint {
    /// The point of a row that was estimated.
    pub(super) fn of(row: &Row) -> Option<Self> {
        Some(Self {
            gpu: row.gpu.clone(),
            precision: row.precision.clone(),
            gpus_per_replica: row.gpus_per_replica,
            gpus: row.gpus,
            batch: row.batch?,
            tokens_per_second_per_user: 1e3 / row.tpot_ms?,
            monthly_usd: row.monthly_usd,
            usd_per_mtok: row.usd_per_mtok,
        })
    }
}

/// The row of a priced option that runs on GPUs.
pub(super) fn row(option: &OptionResult) -> Option<Row> {
    let own = option.capacity.as_ref()?;
    Some(Row {
        rank: 0,
        gpu: own.gpu.clone(),
        precision: own.precision.clone(),
        gpus_per_replica: own.gpus_per_replica,
        replicas: own.replicas,
        gpus: own.gpus,
        gpus_range: None,
        utilization: own.utilization,
        monthly_usd: option.monthly_usd,
        usd_per_mtok: option.usd_per_mtok,
        usd_per_mtok_at_full_load: own.usd_per_mtok_at_full_load,
        batch: own.batch,
        tpot_ms: own.tpot_ms,
        ttft_ms: own.ttft_ms,
        limited_by: own.limited_by.clone(),
        memory: own.memory,
        basis: own.basis,
        band_80: own.band_80,
    })
}
