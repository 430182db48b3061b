//! The four kinds of options.

use super::{CATEGORIES, StaffFile, nested, tables};
use crate::table;
use crate::table::{
    FileText, FilesOr, Key, Kind, Many, Nested, Num, Text, WordOr, choice, count, file, flag,
    number, share, text,
};

/// A price of tokens, with the magnitude guard of the catalog; 0 is allowed where the user says so.
const fn token_price(says: &'static str) -> Key {
    number("USD/Mtok", says)
        .between(0.0, 1000.0)
        .plausible_from(0.0005)
}

/// A rent of GPUs, with the magnitude guard.
const fn gpu_rent(says: &'static str) -> Key {
    number("USD/GPU-h", says)
        .between(0.0, 200.0)
        .plausible_from(0.01)
}

/// Declares an option: its own keys after those that every option has, and [`Common`] from them.
macro_rules! option_table {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $ty:ty = $key:expr),* $(,)? }) => {
        table! {
            $(#[$doc])*
            $name {
                name: Text = text("Name of the option; unique in the file.").required(),
                description: Text = text("A remark that the reports carry."),
                $($field: $ty = $key,)*
                token_ratio: Num = number("", "Tokens of this option's tokenizer over the scenario's for the same text.").positive().between(0.0, 10.0).or("1"),
                prompt_tokens_added: Num = number("tokens/request", "Tokens that this option's prompts need on top, such as few-shot examples.").or("0"),
                prompt_tokens_saved: Num = number("tokens/request", "Tokens that this option's prompts no longer need.").or("0"),
                prompt_change_cached_share: Num = share("Share of the added or saved prompt tokens that is read from a cache: a saved cached token is only worth its cached price.").or("the share of the prompt that is cached"),
                cached_input_share: Num = share("Share of the prompt that this option reads from its cache.").or("the workload's"),
                cache_write_share: Num = share("Share of the prompt that this option writes to its cache.").or("the workload's"),
                staff: Many<StaffFile> = tables(StaffFile::KEYS, "Who works for it."),
                staff_share: Num = share("Staff as a share of the running cost instead of a head count: staff = rest x s / (1 - s).").between(0.0, 0.99),
                error_rate: Num = share("Share of wrong answers.").or("[quality]"),
                review_share: Num = share("Share of the answers that a person reviews.").or("[quality]"),
                review_minutes: Num = number("min/request", "Working time of one review.").positive().or("[quality]"),
                caught_by_review: Num = share("Share of the errors in reviewed answers that are caught.").or("[quality]"),
                cost_per_error_usd: Num = number("USD", "What one uncaught wrong answer costs.").or("[quality]"),
                build_usd: Num = number("USD", "One-off effort to build or integrate it.").or("0"),
                maintenance_share_per_year: Num = share("Share of build_usd spent each year on upkeep.").or("0"),
                incidents_per_year: Num = number("per year", "Incidents that somebody must debug.").or("0"),
                hours_per_incident: Num = number("h", "Working time of one incident.").or("0"),
                incident_usd_per_hour: Num = number("USD/h", "Loaded cost of an hour of it.").or("120"),
                switching_usd: Num = number("USD", "One-off cost of moving to this option.").or("0"),
                migration: Nested<MigrationFile> = nested(MigrationFile::KEYS, "Being forced to move: a model retires, a framework is abandoned."),
                overhead_share: Num = number("", "Overhead on everything but staff, oversight and errors, such as 0.25 for storage, network and support.").between(0.0, 10.0).or("0"),
                costs: Many<CostFile> = tables(CostFile::KEYS, "Cost lines of your own."),
            }
        }

        impl $name {
            /// The keys that every option has.
            pub fn common(&self) -> Common<'_> {
                Common {
                    token_ratio: self.token_ratio.as_ref(),
                    prompt_tokens_added: self.prompt_tokens_added.as_ref(),
                    prompt_tokens_saved: self.prompt_tokens_saved.as_ref(),
                    prompt_change_cached_share: self.prompt_change_cached_share.as_ref(),
                    cached_input_share: self.cached_input_share.as_ref(),
                    cache_write_share: self.cache_write_share.as_ref(),
                    staff: self.staff.as_ref().map_or(&[], |many| &many.0),
                    staff_given: self.staff.is_some(),
                    staff_share: self.staff_share.as_ref(),
                    error_rate: self.error_rate.as_ref(),
                    review_share: self.review_share.as_ref(),
                    review_minutes: self.review_minutes.as_ref(),
                    caught_by_review: self.caught_by_review.as_ref(),
                    cost_per_error_usd: self.cost_per_error_usd.as_ref(),
                    build_usd: self.build_usd.as_ref(),
                    maintenance_share_per_year: self.maintenance_share_per_year.as_ref(),
                    incidents_per_year: self.incidents_per_year.as_ref(),
                    hours_per_incident: self.hours_per_incident.as_ref(),
                    incident_usd_per_hour: self.incident_usd_per_hour.as_ref(),
                    switching_usd: self.switching_usd.as_ref(),
                    migration: self.migration.as_ref().map(|nested| &nested.0),
                    overhead_share: self.overhead_share.as_ref(),
                    costs: self.costs.as_ref().map_or(&[], |many| &many.0),
                }
            }
        }
    };
}

/// Keys that every option has, borrowed from any kind of option.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the sentences are in the tables above
pub struct Common<'a> {
    pub token_ratio: Option<&'a Num>,
    pub prompt_tokens_added: Option<&'a Num>,
    pub prompt_tokens_saved: Option<&'a Num>,
    pub prompt_change_cached_share: Option<&'a Num>,
    pub cached_input_share: Option<&'a Num>,
    pub cache_write_share: Option<&'a Num>,
    pub staff: &'a [StaffFile],
    pub staff_given: bool,
    pub staff_share: Option<&'a Num>,
    pub error_rate: Option<&'a Num>,
    pub review_share: Option<&'a Num>,
    pub review_minutes: Option<&'a Num>,
    pub caught_by_review: Option<&'a Num>,
    pub cost_per_error_usd: Option<&'a Num>,
    pub build_usd: Option<&'a Num>,
    pub maintenance_share_per_year: Option<&'a Num>,
    pub incidents_per_year: Option<&'a Num>,
    pub hours_per_incident: Option<&'a Num>,
    pub incident_usd_per_hour: Option<&'a Num>,
    pub switching_usd: Option<&'a Num>,
    pub migration: Option<&'a MigrationFile>,
    pub overhead_share: Option<&'a Num>,
    pub costs: &'a [CostFile],
}

option_table! {
    /// `[[api]]`.
    ApiFile {
        model: Text = text("Catalog id of the model, such as openai/gpt-6-luna; any name where input and output prices are given."),
        tier: Text = choice(&["standard", "flex", "priority", "fast"], "Service tier of the real-time requests.").or("standard"),
        input_usd_per_mtok: Num = token_price("Price of uncached input, instead of the catalog's."),
        output_usd_per_mtok: Num = token_price("Price of output and reasoning."),
        cache_read_usd_per_mtok: Num = token_price("Price of cached input.").or("the input price"),
        cache_write_usd_per_mtok: Num = token_price("Price of input written to a cache.").or("the input price"),
        batch_input_usd_per_mtok: Num = token_price("Price of input in batches."),
        batch_output_usd_per_mtok: Num = token_price("Price of output in batches."),
        usd_per_request: Num = number("USD/request", "Fee per billed request.").or("0"),
        discount: Num = share("Negotiated discount on all tokens.").or("0"),
        region_multiplier: Num = number("", "Regional or residency multiplier on all tokens.").positive().between(0.0, 10.0).or("1"),
        committed_usd_per_month: Num = number("USD/month", "Spend that is paid whether used or not.").or("0"),
        price_change_per_year: Num = number("per year", "Price trend after the last known step.").between(-0.99, 10.0).or("0"),
        peak_window_share: Num = share("Share of the traffic inside the provider's peak-price hours.").or("from the day's shape"),
        provisioned: Nested<ProvisionedFile> = nested(ProvisionedFile::KEYS, "Buy throughput in units instead of tokens."),
    }
}

table! {
    /// `provisioned = { ... }` of an API.
    ProvisionedFile {
        id: Text = text("Catalog id of the units, such as azure/gpt-4.1.").or("the model's"),
        units: Num = number("units", "Units bought; hours above what they carry overflow to pay-as-you-go.").positive().or("sized for the busiest hour"),
        usd_per_unit_hour: Num = number("USD/h each", "Price of a unit by the hour.").between(0.0, 100_000.0),
        usd_per_unit_month: Num = number("USD/month each", "Price of a unit by the month."),
        scope: Text = choice(&["global", "data-zone", "regional"], "Which catalog price.").or("global"),
        term: Text = choice(&["hour", "month", "year"], "Which catalog price.").or("hour"),
        tokens_per_minute_per_unit: Num = number("tokens/min", "Input tokens a minute that a unit carries.").positive(),
        output_weight: Num = number("", "Input tokens that one output token counts as.").or("the catalog's"),
        cached_weight: Num = number("", "Input tokens that one cached token counts as.").between(0.0, 1.0).or("1"),
        minimum_units: Num = number("units", "Least that is sold.").or("the catalog's, or 1"),
        unit_step: Num = number("units", "Units are sold in multiples of this.").positive().or("the catalog's, or 1"),
        utilization: Num = share("Load that a unit is planned for.").positive().or("1"),
    }
}

option_table! {
    /// `[[fine_tune]]`.
    FineTuneFile {
        model: Text = text("Catalog id of a tunable model, such as azure/gpt-4.1-mini; any name where prices are given."),
        variant: Text = choice(&["standard", "global", "developer", "data-zone"], "Which training price of the catalog.").or("the catalog's first"),
        examples: Num = number("examples", "Training examples."),
        tokens_per_example: Num = number("tokens", "Mean length of an example."),
        training_mtok: Num = number("Mtok", "Training tokens of one epoch, instead of examples x tokens_per_example."),
        epochs: Num = number("", "Passes over the data in a run.").positive().or("3"),
        training_usd_per_mtok: Num = token_price("Price of training tokens, instead of the catalog's."),
        training_hours: Num = number("h", "Hours of a run where training is billed by the hour."),
        training_usd_per_hour: Num = number("USD/h", "Price of such an hour, instead of the catalog's."),
        grader_input_mtok: Num = number("Mtok", "Input tokens of a grader model in a run (reinforcement fine-tuning).").or("0"),
        grader_input_usd_per_mtok: Num = token_price("Their price."),
        grader_output_mtok: Num = number("Mtok", "Output tokens of a grader model in a run.").or("0"),
        grader_output_usd_per_mtok: Num = token_price("Their price."),
        train_on: Nested<TrainOnFile> = nested(TrainOnFile::KEYS, "Train on rented GPUs instead of a provider's training service."),
        runs_per_retrain: Num = number("runs", "Successful runs that a (re)training takes.").positive().or("1"),
        failed_run_share: Num = number("", "Failed runs per successful one.").between(0.0, 100.0).or("0"),
        evaluation_usd: Num = number("USD", "Evaluation of each (re)training.").or("0"),
        retrain_every_months: Num = number("months", "Training is repeated after so many months.").positive().or("once"),
        usd_per_example: Num = number("USD each", "Labeling of one example.").or("0"),
        cleaning_hours: Num = number("h", "Data cleaning before the first training.").or("0"),
        cleaning_usd_per_hour: Num = number("USD/h", "Loaded cost of such an hour.").or("80"),
        relabel_share: Num = share("Share of the data cost that each retraining takes again.").or("0"),
        deployments: Num = number("", "Deployments of the tuned model that are billed for hosting.").or("1"),
        hosting_usd_per_hour: Num = number("USD/h each", "Hosting of a deployment.").or("the catalog's, or 0"),
        input_usd_per_mtok: Num = token_price("Price of uncached input of the tuned model."),
        output_usd_per_mtok: Num = token_price("Price of its output."),
        cache_read_usd_per_mtok: Num = token_price("Price of its cached input.").or("the input price"),
        batch_input_usd_per_mtok: Num = token_price("Price of its input in batches."),
        batch_output_usd_per_mtok: Num = token_price("Price of its output in batches."),
        discount: Num = share("Negotiated discount on all tokens.").or("0"),
        region_multiplier: Num = number("", "Regional multiplier on all tokens.").positive().between(0.0, 10.0).or("1"),
        price_change_per_year: Num = number("per year", "Price trend after the last known step.").between(-0.99, 10.0).or("0"),
        served_by: Text = text("Name of a [[self_host]] option whose GPUs serve the tuned model, instead of a provider."),
    }
}

table! {
    /// `train_on = { ... }`.
    TrainOnFile {
        gpu: Text = text("Catalog id of the GPU.").required(),
        model: Text = text("Catalog id of the open model that is trained, for its parameters."),
        parameters: Num = number("", "Parameters in the trained path, instead of a model.").positive(),
        method: Text = choice(&["full", "lora", "qlora"], "What is trained.").or("lora"),
        gpus: u32 = count("GPUs", "GPUs of a run, whose memory is then checked; the hours of GPUs do not depend on it.").positive(),
        mfu: Num = share("Model FLOP utilization.").positive().or("0.41 full and 0.36 LoRA and QLoRA on 80 GB, 1.06 times as much with each 80 GB more; 1.32 times on GPUs without FP8"),
        usd_per_gpu_hour: Num = gpu_rent("Price, instead of the catalog's."),
        provider: Text = text("Provider whose catalog price counts.").or("the median of all"),
    }
}

option_table! {
    /// `[[self_host]]`.
    SelfHostFile {
        model: Text = text("Catalog id of the open model; optional where throughput is given."),
        model_config: FileText = file("A Hugging Face config.json with the model's shape, instead of `model`; the path is relative to this file."),
        gpu: Text = text("Catalog id of the GPU; optional where throughput and prices are given."),
        precision: Text = choice(&["bf16", "fp8", "fp4", "int4", "mxfp4"], "Precision of the weights.").or("that of the published weights"),
        gpus_per_replica: Num = number("GPUs", "GPUs that serve one copy of the model.").positive().or("the fewest within a node that reach 80 % of the best throughput per GPU and meet the limits"),
        max_sequences: Num = number("requests", "Requests in flight in a replica, at most.").positive().or("256"),
        engine: Text = choice(ENGINES, "Serving engine; the catalog's measurements of it correct the estimate, and else engine_factor does."),
        engine_factor: Num = number("", "Throughput of your engine over the estimate's.").positive().between(0.0, 10.0).or("the engine's: 1 for vllm, 1.01 for sglang, 1.2 for tensorrt-llm; else 1"),
        node_efficiency: Num = share("Share of a replica's throughput that is left for each node beyond its first, beside the pipeline of the estimate: for a network known to be slow.").positive().or("1"),
        throughput_error: Num = number("", "What a replica will do over what is stated or estimated; 0.8 asks what holds if it does a fifth less.").positive().between(0.0, 20.0).or("1; where risk is asked for, the band of the estimate's basis"),
        throughput: Nested<ThroughputFile> = nested(ThroughputFile::KEYS, "Your own measurement of one replica; it wins over any estimate."),
        measured: FilesOr<MeasuredFile> = Key::new(Kind::FilesOrTables(MeasuredFile::KEYS), "Your own measurements at other loads or lengths: one calibrates the estimate, several are interpolated. Points, or result files of `vllm bench serve`, GuideLLM or AIPerf."),
        max_ttft_ms: Num = number("ms", "Limit of the time to first token.").positive(),
        max_tpot_ms: Num = number("ms", "Limit of the time per output token.").positive(),
        latency_percentile: Text = choice(&["mean", "p99"], "Whether the latency limits hold on the mean, or for 99 of 100 requests; with p99 replicas are planned for no more than the share of the offline rate that MLPerf servers keep.").or("mean"),
        target_utilization: Num = share("Load that a replica is planned for in the busiest hour.").positive().or("0.8, or 0.65 with max_tpot_ms under 50; with p99 at most 0.91, 0.96, 0.75 or 0.61 (8B, 70B, 405B, mixtures of experts), under 50 ms 0.85, 0.59, 0.46 or 0.39"),
        replicas: Num = number("replicas", "Fixed number of replicas whatever the volume.").positive(),
        gpus: Num = number("GPUs", "Fixed number of GPUs whatever the volume.").positive(),
        min_replicas: Num = number("replicas", "Never fewer than this.").or("1"),
        spare_replicas: Num = number("replicas", "Replicas on top for failures (N+1).").or("0"),
        gpus_per_node: Num = number("GPUs", "GPUs are bought in whole nodes of this size.").positive().or("1"),
        whole_units: bool = flag("Buy whole replicas and nodes; false makes capacity equal to demand.").or("true"),
        autoscale: bool = flag("Replicas follow the day's shape between min_replicas and the peak.").or("false"),
        scale_up_minutes: Num = number("min", "Time that a new replica is paid before it serves, at each hourly rise.").between(0.0, 60.0).or("10"),
        hours_per_month: Num = number("h/month", "Hours in which these machines run and are paid, such as nights only; the traffic must fit into them.").positive().between(0.0, 744.0).or("the scenario's"),
        purchase: WordOr<PurchaseFile> = Key::new(Kind::ChoiceOrTables(PURCHASES, PurchaseFile::KEYS), "How the GPUs are paid, or a mix of ways with shares.").or("on-demand"),
        provider: Text = text("Provider whose catalog price counts.").or("the median of all"),
        region: Text = text("Region whose catalog price counts."),
        usd_per_gpu_hour: Num = gpu_rent("Rent, instead of the catalog's."),
        spot_interruption_overhead: Num = share("Extra GPU time lost to interruptions, on spot.").or("0.1"),
        gpu_price_change_per_year: Num = number("per year", "Trend of the rent.").between(-0.99, 10.0).or("0"),
        capex_usd: Num = number("USD", "Price of all the hardware whatever the volume, when bought.").positive(),
        usd_per_gpu: Num = number("USD/GPU", "Purchase price of a GPU, instead of the catalog's.").positive(),
        server_usd_per_gpu: Num = number("USD/GPU", "Server, network and rack per GPU.").or("0"),
        life_years: Num = number("years", "Life over which bought hardware is written off.").positive().between(0.0, 20.0).or("4"),
        residual_share: Num = share("Share of the purchase price that is left at the end of its life.").or("0"),
        cost_of_capital: Num = number("per year", "Interest on bought hardware; above 0 the capital recovery factor replaces the straight line.").between(0.0, 1.0).or("0"),
        hardware_spare_share: Num = share("Bought spares, as a share of the hardware.").or("0"),
        maintenance_share_of_hardware: Num = share("Yearly maintenance contract, as a share of the purchase price.").or("0"),
        watts_per_gpu: Num = number("W/GPU", "Power of the server per GPU.").plausible_from(10.0).or("the catalog's server power, or 1.5 times the GPU's TDP"),
        load_factor: Num = share("Mean power over that power.").or("0.8"),
        pue: Num = number("", "Power usage effectiveness of the room.").between(1.0, 5.0).or("the catalog's average"),
        usd_per_kwh: Num = number("USD/kWh", "Price of electricity.").between(0.0, 5.0).or("the catalog's us-commercial"),
        electricity: Text = text("Catalog id of an electricity price.").or("us-commercial"),
        facility_usd_per_kw_month: Num = number("USD/kW-month", "Colocation per kilowatt.").or("0"),
        facility_usd_per_month: Num = number("USD/month", "Colocation or racks, fixed.").or("0"),
        opex_usd_per_hour: Num = number("USD/h", "Running cost of the whole installation per hour (power, cooling, colocation), instead of the lines above."),
        software_usd_per_gpu_year: Num = number("USD/GPU-year", "Licenses per GPU.").or("0"),
        storage_usd_per_gpu_month: Num = number("USD/GPU-month", "Storage per GPU.").or("0"),
        network_usd_per_month: Num = number("USD/month", "Network and egress, fixed.").or("0"),
        platform_usd_per_month: Num = number("USD/month", "Gateway, observability, registry.").or("0"),
    }
}

/// Serving engines whose throughput is known.
pub const ENGINES: &[&str] = &["vllm", "sglang", "tensorrt-llm"];

/// Ways to pay for GPUs.
pub const PURCHASES: &[&str] = &["on-demand", "reserved-1y", "reserved-3y", "spot", "buy"];

table! {
    /// An entry of `purchase = [...]`.
    PurchaseFile {
        purchase: Text = choice(PURCHASES, "How this part is paid.").required(),
        share: Num = share("Share of the GPUs; all shares add up to 1.").required(),
        usd_per_gpu_hour: Num = gpu_rent("Rent of this part, instead of the catalog's."),
    }
}

table! {
    /// `throughput = { ... }` of one replica at full load; exactly one of the keys.
    ThroughputFile {
        output_tokens_per_second: Num = number("tokens/s", "Output tokens.").positive(),
        total_tokens_per_second: Num = number("tokens/s", "Input plus output tokens.").positive(),
        requests_per_second: Num = number("requests/s", "Requests.").positive(),
    }
}

table! {
    /// An entry of `measured = [...]`.
    MeasuredFile {
        concurrency: Num = number("requests", "Requests in flight.").positive().required(),
        output_tokens_per_second: Num = number("tokens/s", "Output tokens of all requests together.").positive().required(),
        input_tokens: Num = number("tokens/request", "Mean prompt of the measurement.").positive().or("the workload's"),
        output_tokens: Num = number("tokens/request", "Mean output of the measurement.").positive().or("the workload's"),
        tpot_ms: Num = number("ms", "Mean time per output token.").positive(),
        ttft_ms: Num = number("ms", "Mean time to first token.").positive(),
        gpus: Num = number("GPUs", "GPUs of the deployment that was measured.").positive().or("those of a replica"),
    }
}

option_table! {
    /// `[[hybrid]]`.
    HybridFile {
        parts: Many<PartFile> = tables(PartFile::KEYS, "Options and the share of the traffic that each takes; the shares add up to 1."),
        base: Text = text("Option that serves the base load, with `overflow` and `base_requests_per_day` instead of parts."),
        overflow: Text = text("Option that takes what exceeds the base load."),
        base_requests_per_day: Num = number("requests/day", "Rate that the base is sized for; hours above it overflow.").positive(),
    }
}

table! {
    /// An entry of `parts = [...]`.
    PartFile {
        option: Text = text("Name of another option.").required(),
        share: Num = share("Share of the traffic.").required(),
    }
}

table! {
    /// `migration = { ... }`.
    MigrationFile {
        probability_per_year: Num = share("Chance in a year that a move is forced.").required(),
        weeks: Num = number("weeks", "Working weeks of a move.").required(),
        usd_per_week: Num = number("USD", "Loaded cost of a week of it.").or("5_000"),
    }
}

table! {
    /// An entry of `costs = [...]`: a line of your own; exactly one amount.
    CostFile {
        label: Text = text("Name of the line.").required(),
        category: Text = choice(CATEGORIES, "Category it is grouped under.").or("platform"),
        usd_per_month: Num = number("USD/month", "A fixed amount."),
        usd_per_year: Num = number("USD/year", "A fixed amount."),
        usd_per_hour: Num = number("USD/h", "Per hour of the month."),
        usd_once: Num = number("USD", "A one-off amount."),
        usd_per_request: Num = number("USD/request", "Per request."),
        usd_per_mtok: Num = number("USD/Mtok", "Per million input and output tokens."),
        usd_per_gpu_month: Num = number("USD/GPU-month", "Per GPU (self-hosted options)."),
        usd_per_gpu_hour: Num = number("USD/GPU-h", "Per GPU and hour (self-hosted options)."),
        share: Num = number("", "A share of the lines of a category, named by `of`.").between(0.0, 10.0),
        of: Text = choice(OF, "Category that `share` is taken of.").or("all"),
        count: u32 = count("", "How many times the amount is paid.").or("1"),
    }
}

/// What a percentage line may be taken of.
const OF: &[&str] = &[
    "all", "usage", "compute", "hardware", "power", "facility", "platform", "training", "data",
    "staff",
];
