//! How an option is supplied, with every input it needs: valid by construction.

use std::sync::Arc;

use super::{Given, Measured, PriceBook};
use crate::catalog::rows::{GpuRow, MeasuredRow, ModelRow};
use crate::diagnostic::Place;
use crate::real::Real;

/// What every option has.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct Common {
    pub token_ratio: Given,
    pub prompt_tokens_added: Given,
    pub prompt_tokens_saved: Given,
    pub prompt_change_cached_share: Option<Given>,
    pub cached_input_share: Option<Given>,
    pub cache_write_share: Option<Given>,
    pub staff: Vec<Staff>,
    pub staff_given: bool,
    pub staff_share: Option<Given>,
    pub quality: Quality,
    pub build_usd: Given,
    pub maintenance_share_per_year: Given,
    pub incidents_per_year: Given,
    pub hours_per_incident: Given,
    pub incident_usd_per_hour: Given,
    pub switching_usd: Given,
    pub migration: Option<Migration>,
    pub overhead_share: Given,
    pub costs: Vec<Cost>,
}

/// Review and errors of an option.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct Quality {
    pub review_share: Given,
    pub review_minutes: Given,
    pub reviewer_usd_per_hour: Given,
    pub reviewer_hours_per_day: Given,
    pub whole_reviewers: bool,
    pub error_rate: Given,
    pub caught_by_review: Given,
    pub cost_per_error_usd: Given,
}

/// One staff entry.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Role.
    pub role: String,
    /// Loaded cost of a person and year.
    pub usd_per_year: Given,
    /// Full-time equivalents, in each step if there are steps.
    pub fte: Given,
    /// How it grows.
    pub growth: StaffGrowth,
    /// Never fewer than this.
    pub minimum_fte: Given,
    /// People of the rota.
    pub on_call_people: Given,
    /// Share of their cost that is charged.
    pub on_call_share: Given,
    /// People hired for it.
    pub new_hires: Given,
    /// Cost of hiring one.
    pub hiring_usd: Given,
    /// Months paid before a new person is productive.
    pub ramp_up_months: Given,
    /// Months after the option begins in which they come.
    pub after_months: u32,
}

/// How a head count grows.
#[derive(Clone, Debug, PartialEq)]
pub enum StaffGrowth {
    /// Not at all.
    Fixed,
    /// A step for every started so many GPUs.
    PerGpus(Given),
    /// A number of steps for every started so many models.
    PerModels {
        /// Models in a step.
        size: Given,
        /// Models served.
        models: Given,
    },
}

/// A forced move.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct Migration {
    pub probability_per_year: Given,
    pub weeks: Given,
    pub usd_per_week: Given,
}

/// A cost line of the user's own.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Name of the line.
    pub label: String,
    /// Category, as the file names it.
    pub category: String,
    /// Amount.
    pub amount: Given,
    /// What the amount is per.
    pub basis: CostBasis,
    /// How many times it is paid.
    pub count: u32,
}

/// What the amount of a user's line is per.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // named like the keys
pub enum CostBasis {
    Month,
    Year,
    Hour,
    Once,
    Request,
    Mtok,
    GpuMonth,
    GpuHour,
    ShareOf(String),
}

/// A model bought per token.
#[derive(Clone, Debug)]
pub struct Api {
    /// Model, as shown.
    pub model: String,
    /// Service tier of real-time requests.
    pub tier: String,
    /// Prices.
    pub prices: PriceBook,
    /// Fee per request.
    pub usd_per_request: Given,
    /// Negotiated discount.
    pub discount: Given,
    /// Regional multiplier.
    pub region_multiplier: Given,
    /// Committed spend per month.
    pub committed: Given,
    /// Trend after the last known step, per year.
    pub trend: Given,
    /// Share of traffic in peak-price hours, if given.
    pub peak_window_share: Option<Given>,
    /// Units instead of tokens.
    pub provisioned: Option<Provisioned>,
}

/// Throughput bought in units.
#[derive(Clone, Debug)]
pub struct Provisioned {
    /// Fixed number of units.
    pub units: Option<Given>,
    /// Price of a unit.
    pub price: Given,
    /// Whether that price is per month (else per hour).
    pub monthly: bool,
    /// Input tokens a minute that a unit carries.
    pub tokens_per_minute: Given,
    /// Input tokens that an output token counts as.
    pub output_weight: Given,
    /// Input tokens that a cached token counts as.
    pub cached_weight: Given,
    /// Least that is sold.
    pub minimum: Given,
    /// Sold in multiples of.
    pub step: Given,
    /// Load that a unit is planned for.
    pub utilization: Given,
}

/// A tuned model.
#[derive(Clone, Debug)]
pub struct FineTune {
    /// How it is served.
    pub serving: Serving,
    /// Cost of one run.
    pub run: TrainingRun,
    /// Successful runs of a (re)training.
    pub runs_per_retrain: Given,
    /// Failed runs per successful one.
    pub failed_run_share: Given,
    /// Evaluation of a (re)training.
    pub evaluation_usd: Given,
    /// Months between retrainings.
    pub retrain_every_months: Option<Given>,
    /// Examples that are labeled.
    pub examples: Given,
    /// Labeling of one.
    pub usd_per_example: Given,
    /// Cleaning.
    pub cleaning_hours: Given,
    /// Its rate.
    pub cleaning_usd_per_hour: Given,
    /// Share of the data cost in each retraining.
    pub relabel_share: Given,
}

/// How a tuned model is served.
#[derive(Clone, Debug)]
pub enum Serving {
    /// By a provider.
    Hosted {
        /// Prices of the tuned model's tokens.
        api: Box<Api>,
        /// Deployments billed.
        deployments: Given,
        /// Hosting of one.
        hosting_usd_per_hour: Given,
    },
    /// On the GPUs of a self-hosted option, by index.
    Own(usize),
}

/// What one training run costs.
#[derive(Clone, Debug)]
pub struct TrainingRun {
    /// Tokens of one epoch (Mtok) and epochs.
    pub mtok: Given,
    /// Passes over the data.
    pub epochs: Given,
    /// Price per million tokens.
    pub usd_per_mtok: Option<Given>,
    /// Hours and price per hour, where billed so.
    pub hours: Option<(Given, Given)>,
    /// Grader tokens and prices: input, output.
    pub grader: [(Given, Given); 2],
    /// Own GPUs.
    pub gpus: Option<TrainOn>,
}

/// Training on rented GPUs.
#[derive(Clone, Debug)]
pub struct TrainOn {
    /// GPU.
    pub gpu: GpuRow,
    /// Parameters in the trained path.
    pub parameters: Given,
    /// Width of the model, where known (for the attention term).
    pub hidden: Option<f64>,
    /// `full`, `lora` or `qlora`.
    pub method: String,
    /// GPUs of a run, where their memory is to be checked.
    pub gpus: Option<u32>,
    /// All parameters, layers and vocabulary of a model of the catalog.
    pub size: Option<[f64; 3]>,
    /// Place of the table.
    pub place: Place,
    /// Model FLOP utilization; `None` takes the published one.
    pub mfu: Option<Given>,
    /// Rent.
    pub usd_per_gpu_hour: Given,
    /// Mean length of an example (tokens).
    pub sequence: Real,
}

/// Key under which the error of an estimated throughput is named among the uncertain inputs.
pub const THROUGHPUT_ERROR: &str = "throughput_error";

/// Own GPUs.
#[derive(Clone, Debug)]
pub struct SelfHost {
    /// Open model, where the catalog knows it.
    pub model: Option<ModelRow>,
    /// GPU, where the catalog knows it.
    pub gpu: Option<GpuRow>,
    /// GPU as shown.
    pub gpu_name: String,
    /// Precision of the weights.
    pub precision: String,
    /// Whether the scenario chose it.
    pub gpus_per_replica: Option<Given>,
    /// Requests in flight, at most.
    pub max_sequences: Given,
    /// Engine, where it is named.
    pub engine: Option<String>,
    /// Own engine over the estimate.
    pub engine_factor: Given,
    /// Share of the throughput left for each further node of a replica.
    pub node_efficiency: Given,
    /// What replicas will do over what is stated or estimated.
    pub throughput_error: Given,
    /// Whether latency limits hold on the `mean` or at the `p99`.
    pub latency_percentile: String,
    /// The user's own measurement.
    pub throughput: Option<Throughput>,
    /// The user's measurements at other loads or lengths, in the order of their concurrency.
    pub measured: Vec<Measured>,
    /// The catalog's measurements of the model on the GPU under the engine, in any precision; each with
    /// whether it stands in the user's own catalog.
    pub published: Arc<[(MeasuredRow, bool)]>,
    /// Limit of the time to first token (ms).
    pub max_ttft_ms: Option<Given>,
    /// Limit of the time per output token (ms).
    pub max_tpot_ms: Option<Given>,
    /// Load planned for.
    pub target_utilization: Given,
    /// Fixed replicas.
    pub replicas: Option<Given>,
    /// Fixed GPUs.
    pub gpus: Option<Given>,
    /// Never fewer replicas.
    pub min_replicas: Given,
    /// Replicas on top.
    pub spare_replicas: Given,
    /// GPUs of a node.
    pub gpus_per_node: Given,
    /// Whether whole units are bought.
    pub whole_units: bool,
    /// Whether replicas follow the day.
    pub autoscale: bool,
    /// Scale-up delay (min).
    pub scale_up_minutes: Given,
    /// Hours of use in a month, where they are not the scenario's.
    pub hours_per_month: Option<Given>,
    /// Rented parts and their share of the GPUs.
    pub rents: Vec<Rent>,
    /// Bought part.
    pub purchase: Option<Purchase>,
    /// Trend of the rent per year.
    pub rent_trend: Given,
    /// Licenses.
    pub software_usd_per_gpu_year: Given,
    /// Storage.
    pub storage_usd_per_gpu_month: Given,
    /// Network.
    pub network_usd_per_month: Given,
    /// Gateway and the like.
    pub platform_usd_per_month: Given,
    /// Running cost of the whole installation per hour.
    pub opex_usd_per_hour: Option<Given>,
}

/// A measured throughput of one replica.
#[derive(Clone, Debug, PartialEq)]
pub enum Throughput {
    /// Output tokens a second.
    OutputTokens(Given),
    /// Input and output tokens a second.
    TotalTokens(Given),
    /// Requests a second.
    Requests(Given),
}

/// A rented part of the GPUs.
#[derive(Clone, Debug)]
pub struct Rent {
    /// `on-demand`, `reserved-1y`, ...
    pub tier: String,
    /// Share of the GPUs.
    pub share: Given,
    /// Price.
    pub usd_per_gpu_hour: Given,
    /// GPU time lost to interruptions.
    pub interruption: Option<Given>,
}

/// A bought part of the GPUs.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // one field per key of docs/scenario.md, of the same name
pub struct Purchase {
    pub share: Given,
    pub capex_usd: Option<Given>,
    pub usd_per_gpu: Given,
    pub server_usd_per_gpu: Given,
    pub life_years: Given,
    pub residual_share: Given,
    pub cost_of_capital: Given,
    pub spare_share: Given,
    pub maintenance_share: Given,
    pub watts_per_gpu: Given,
    pub load_factor: Given,
    pub pue: Given,
    pub usd_per_kwh: Given,
    pub facility_usd_per_kw_month: Given,
    pub facility_usd_per_month: Given,
}

/// A mix of other options, by index.
#[derive(Clone, Debug)]
pub enum Hybrid {
    /// By share of the traffic.
    Shares(Vec<(usize, Given)>),
    /// A base sized for a rate; hours above it overflow.
    Overflow {
        /// Serves the base.
        base: usize,
        /// Takes the rest.
        overflow: usize,
        /// Rate of the base [requests/day].
        rate: Given,
    },
}
