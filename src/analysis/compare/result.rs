//! The plain result of a comparison: every format is rendered from it.

use serde::Serialize;

use super::super::breakeven::BreakEven;
use super::super::payback::Payback;
use super::super::time::OverTime;
use crate::cost::{Bands, Behaviour, Category, Nearest};
use crate::scenario::OptionKind;
use crate::warning::Warning;

/// The answer of `llmcost compare`.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// `llmcost/compare/1`.
    pub schema: &'static str,
    /// What was asked.
    pub scenario: ScenarioFacts,
    /// Each option in the order of the file.
    pub options: Vec<OptionResult>,
    /// Name of the cheapest option in a steady month.
    pub cheapest: String,
    /// Every pair of options over the volume.
    pub break_even: Vec<BreakEven>,
    /// Every option that pays cash up front, against each that pays less of it.
    pub payback: Vec<Payback>,
    /// The plan month by month, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_time: Option<OverTime>,
    /// What to know.
    pub warnings: Vec<Warning>,
    /// The facts used.
    pub catalog: CatalogFacts,
}

/// The plan's frame.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioFacts {
    /// Title.
    pub name: String,
    /// The question it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Volume of the first month.
    pub requests_per_day: f64,
    /// Billed requests of the month, retries included.
    pub requests_per_month: f64,
    /// Input and output tokens of the month (Mtok).
    pub mtok_per_month: f64,
    /// Hours of use in a month.
    pub hours_per_month: f64,
    /// Days with traffic in a month.
    pub days_per_month: f64,
    /// Currency of the tables; JSON stays in US dollars.
    pub currency: String,
    /// Its units per US dollar.
    pub currency_per_usd: f64,
    /// First day of the plan.
    pub start: String,
    /// One date for all prices, where it was asked for; otherwise they are those of each month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices_as_of: Option<String>,
    /// Months of the plan.
    pub horizon_months: u32,
    /// Discount rate per year.
    pub discount_rate: f64,
}

/// The catalog's date and the rows that were used.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogFacts {
    /// Day for which the embedded catalog was compiled.
    pub as_of: String,
    /// Rows used: id, source, date and confidence.
    pub facts: Vec<String>,
}

/// One option in a steady month.
#[derive(Clone, Debug, Serialize)]
pub struct OptionResult {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OptionKind,
    /// Total of the month (USD).
    pub monthly_usd: f64,
    /// Total per billed request (USD).
    pub usd_per_request: f64,
    /// Total per million input and output tokens of the scenario (USD).
    pub usd_per_mtok: f64,
    /// Total per hour of use (USD).
    pub usd_per_hour: f64,
    /// Twelve such months (USD).
    pub yearly_usd: f64,
    /// Staff over total.
    pub staff_share: f64,
    /// Staff of the month (USD).
    pub staff_usd: f64,
    /// Full-time equivalents, on-call shares included; absent with a staff share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fte: Option<f64>,
    /// Where the staff share lies to the 70-80 % band, for self-hosting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_band: Option<StaffBand>,
    /// Cash paid at the start (USD).
    pub upfront_usd: f64,
    /// What the next request costs at this volume, steps apart (USD).
    pub marginal_usd_per_request: f64,
    /// Every line.
    pub lines: Vec<LineResult>,
    /// The own fleet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacityResult>,
    /// Units of provisioned throughput.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned: Option<UnitsResult>,
    /// Training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fine_tune: Option<FineTuneResult>,
    /// Whole reviewers that the review takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewers: Option<f64>,
    /// Whether it keeps the scenario's budget; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within_budget: Option<bool>,
}

/// Where a staff share lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffBand {
    /// Under 70 %.
    Below,
    /// 70 to 80 %.
    Inside,
    /// Over 80 %.
    Above,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct LineResult {
    /// Its name.
    pub label: String,
    /// What it is for.
    pub category: Category,
    /// The feature whose own it is; absent where features share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// How it moves with the volume.
    pub behaviour: Behaviour,
    /// Amount of a steady month (USD).
    pub monthly_usd: f64,
    /// Cash paid for it at the start (USD).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upfront_usd: Option<f64>,
}

/// Published points of the same model, GPU, precision and engine.
#[derive(Clone, Debug, Serialize)]
pub struct PublishedResult {
    /// How many there are.
    pub points: usize,
    /// The catalog's row of the nearest.
    pub nearest: String,
    /// Where that was published.
    pub source: String,
    /// Day for which the catalog has it.
    pub as_of: String,
    /// Version of its engine.
    pub engine_version: String,
    /// Its mean input (tokens).
    pub input_tokens: f64,
    /// Its mean output (tokens).
    pub output_tokens: f64,
    /// Its requests in flight.
    pub concurrency: f64,
    /// Its GPUs.
    pub gpus: f64,
}

impl From<&Nearest> for PublishedResult {
    fn from(found: &Nearest) -> Self {
        let [input_tokens, output_tokens, concurrency, gpus] = found.place;
        Self {
            points: found.points,
            nearest: found.fact.id.clone(),
            source: found.fact.source.clone(),
            as_of: found.fact.as_of.to_string(),
            engine_version: found.engine_version.clone(),
            input_tokens,
            output_tokens,
            concurrency,
            gpus,
        }
    }
}

/// An own fleet at this volume.
#[derive(Clone, Debug, Serialize)]
pub struct CapacityResult {
    /// GPU.
    pub gpu: String,
    /// Precision of the weights.
    pub precision: String,
    /// GPUs in the busiest hour.
    pub gpus: f64,
    /// GPUs if the rate is at the fast and at the slow end of its 80 % band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus_range: Option<[f64; 2]>,
    /// GPUs in one replica.
    pub gpus_per_replica: f64,
    /// Replicas in the busiest hour, spares included.
    pub replicas: f64,
    /// Mean load over bought capacity.
    pub utilization: f64,
    /// Load that replicas are planned for in the busiest hour.
    pub target_utilization: f64,
    /// Where the throughput comes from.
    pub basis: &'static str,
    /// Factor within which 80 % of such estimates lie of what is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_80: Option<f64>,
    /// Factors within which 50, 68, 80 and 90 % of such estimates lie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bands: Option<Bands>,
    /// Requests a second of one replica at full load.
    pub requests_per_second_per_replica: f64,
    /// Most that the fleet can serve in a month (Mtok).
    pub capacity_mtok_per_month: f64,
    /// Total cost per million tokens if the fleet were full (USD).
    pub usd_per_mtok_at_full_load: f64,
    /// Requests in flight in a replica, where estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<f64>,
    /// What keeps the batch from being larger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limited_by: Option<String>,
    /// Memory of a replica, where estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// GPUs that split each layer of a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor_parallel: Option<f64>,
    /// Nodes that a replica spans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<f64>,
    /// Measured over estimated throughput, where it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_ratio: Option<f64>,
    /// The published points that the rate stands on, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<PublishedResult>,
    /// Time per output token (ms), rough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpot_ms: Option<f64>,
    /// Time to first token (ms), rough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft_ms: Option<f64>,
    /// Highest volume that fixed hardware serves [requests/day].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_requests_per_day: Option<f64>,
}

/// Memory of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Memory {
    /// Weights (GB).
    pub weights_gb: f64,
    /// KV cache of the requests in flight (GB).
    pub kv_cache_gb: f64,
    /// What both may take (GB).
    pub usable_gb: f64,
}

/// Provisioned throughput at this volume.
#[derive(Clone, Debug, Serialize)]
pub struct UnitsResult {
    /// Units bought.
    pub units: f64,
    /// Price of one [USD/month].
    pub usd_per_unit_month: f64,
    /// Mean load over what the units carry.
    pub utilization: f64,
    /// Utilization from which a unit is cheaper than pay-as-you-go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_even_utilization: Option<f64>,
}

/// Training figures.
#[derive(Clone, Debug, Serialize)]
pub struct FineTuneResult {
    /// One run (USD).
    pub run_usd: f64,
    /// One (re)training with failed runs and evaluation (USD).
    pub training_usd: f64,
    /// GPU hours of a run on own GPUs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_hours: Option<f64>,
}
