//! The shape of a scenario file: every key with its unit, limits, default and sentence.
//!
//! `docs/scenario.md` and the JSON Schema are made from these tables; there is no logic here.

mod budget;
mod options;
mod staff;

pub use budget::{BudgetFile, LimitFile, Limits, TenantFile, WarnFile};
mod choices;

pub use choices::{
    BatchChoiceFile, ChoicesFile, ComplexityFile, DataChoiceFile, OversightFile, PromptOrTuneFile,
};
pub use options::{
    ApiFile, Common, CostFile, FineTuneFile, HybridFile, MeasuredFile, MigrationFile, PartFile,
    ProvisionedFile, PurchaseFile, SelfHostFile, ThroughputFile, TrainOnFile,
};
pub use staff::{RoleFile, StaffFile};

use crate::date::Date;
use crate::table;
use crate::table::{
    Key, Kind, Many, Nested, Num, SizeNum, Text, choice, count, date, number, share, text,
};

/// Categories of cost lines, as a scenario may name them.
pub const CATEGORIES: &[&str] = &[
    "usage",
    "compute",
    "hardware",
    "power",
    "facility",
    "platform",
    "training",
    "data",
    "staff",
    "oversight",
    "errors",
    "migration",
];

const fn tables(keys: &'static [Key], says: &'static str) -> Key {
    Key::new(Kind::Tables(keys), says)
}

const fn nested(keys: &'static [Key], says: &'static str) -> Key {
    Key::new(Kind::Table(keys), says)
}

const fn size(says: &'static str) -> Key {
    let mut key = Key::new(Kind::Size, says);
    key.unit = "tokens/request";
    key
}

table! {
    /// A whole scenario file.
    ScenarioFile {
        schema: u32 = count("", "Version of this format.").between(1.0, 1.0).or("1"),
        extends: Text = text("A file with what this one does not say, relative to this one's folder: tables are filled key by key, options and features by their name."),
        name: Text = text("Title of the scenario, shown in every output.").or("the file's name"),
        description: Text = text("The question it answers, in a sentence."),
        currency: Text = text("ISO 4217 code that tables and Markdown are shown in; keys and JSON stay in USD.").or("USD"),
        currency_per_usd: Num = number("currency/USD", "Exchange rate; required with a currency other than USD.").positive(),
        start: Date = date("First month of the plan; prices are looked up at the dates of its months.").or("the catalog's date"),
        horizon_months: u32 = count("months", "Length of the plan; one-off costs are spread over it in a steady month.").between(1.0, 240.0).or("36"),
        discount_rate: Num = number("per year", "For NPV and discounted payback; a month is the twelfth root.").between(0.0, 1.0).or("0.08"),
        hours_per_month: Num = number("h/month", "Hours of a month in which machines run and are paid: 730 is the whole month, 176 is 8 hours on 22 days.").positive().between(0.0, 744.0).or("730"),
        days_per_month: Num = number("days/month", "Days with traffic in a month.").positive().between(0.0, 31.0).or("hours_per_month / 24 where that is a whole month (672 to 744 h), otherwise 365/12"),
        volume_range: Vec<Num> = Key::new(Kind::Numbers, "Volumes [requests/day] between which break-evens are searched: [low, high].").positive().or("[1, 1e9]"),
        workload: Nested<WorkloadFile> = nested(WorkloadFile::KEYS, "The demand: volume, token mix, traffic shape.").required(),
        quality: Nested<QualityFile> = nested(QualityFile::KEYS, "Human review and the cost of errors, for every option unless it says otherwise."),
        role: Many<RoleFile> = tables(RoleFile::KEYS, "Roles of your own, or your own cost of a catalog role."),
        api: Many<ApiFile> = tables(ApiFile::KEYS, "An option: a model bought per token or as provisioned throughput."),
        fine_tune: Many<FineTuneFile> = tables(FineTuneFile::KEYS, "An option: a tuned model, served by a provider or on own GPUs."),
        self_host: Many<SelfHostFile> = tables(SelfHostFile::KEYS, "An option: an open model on rented or bought GPUs."),
        hybrid: Many<HybridFile> = tables(HybridFile::KEYS, "An option: a mix of other options."),
        budget: Nested<BudgetFile> = nested(BudgetFile::KEYS, "Limits that `llmcost check` holds the plan against."),
        choices: Nested<ChoicesFile> = nested(ChoicesFile::KEYS, "Inputs of `llmcost choices` that no option has."),
        correlation: Many<CorrelationFile> = tables(CorrelationFile::KEYS, "Rank correlations between uncertain inputs; read and checked, used where risk is asked for."),
    }
}

table! {
    /// `[workload]`.
    WorkloadFile {
        requests_per_day: Num = number("requests/day", "Volume of the first month, retries not counted.").between(0.0, 1e12),
        mtok_per_month: Num = number("Mtok/month", "Volume as input plus output tokens of the first month, instead of requests_per_day."),
        at_capacity_of: Text = text("Volume equal to what this self-hosted option can serve at full load, instead of requests_per_day; it needs a fixed number of replicas or GPUs."),
        growth_per_month: Num = number("per month", "Growth of the volume, compounded.").between(-1.0, 10.0).or("0"),
        growth_cap_requests_per_day: Num = number("requests/day", "Volume at which growth saturates.").positive(),
        requests_per_day_by_month: Vec<Num> = {
            let mut key = Key::new(Kind::Numbers, "Volume of each month instead of a growth rate; the last one goes on.");
            key.unit = "requests/day";
            key.between(0.0, 1e12)
        },
        peak_to_mean: Num = number("", "Busiest hour over mean hour of the day.").between(1.0, 24.0).or("2.0, or 1.0 with at_capacity_of"),
        day_shape: Vec<Num> = Key::new(Kind::Numbers, "24 weights, one per hour (UTC) from midnight; its largest over its mean replaces peak_to_mean."),
        peak_inside_hour: Num = number("", "Busiest moment over the mean of its hour, on top of peak_to_mean, for what cannot wait. A public conversation trace has 1.77 over 10 s, 1.53 over 60 s and 1.35 over 300 s.").between(1.0, 10.0).or("1"),
        batch_share: Num = share("Share of the requests that may wait up to 24 h.").or("0"),
        retry_share: Num = number("", "Extra billed requests over useful ones.").between(0.0, 10.0).or("0"),
        input_tokens: SizeNum = size("Whole prompt, cached part included."),
        output_tokens: SizeNum = size("Visible output."),
        reasoning_tokens: Num = number("tokens/request", "Hidden reasoning, billed as output.").or("0"),
        cached_input_share: Num = share("Share of the prompt that is read from a prompt cache.").or("0"),
        cache_write_share: Num = share("Share of the prompt that is written to a cache.").or("0"),
        cache_ttl: Text = choice(&["5m", "1h"], "How long a written cache entry lives, which sets its price.").or("5m"),
        feature: Many<FeatureFile> = tables(FeatureFile::KEYS, "Parts of the traffic with a share and mix of their own; what a part does not say it takes from the workload."),
    }
}

table! {
    /// `[[workload.feature]]`.
    FeatureFile {
        name: Text = text("Name of the part; its usage lines are kept apart.").required(),
        share: Num = share("Share of the requests; what all parts leave over keeps the workload's own mix.").required(),
        input_tokens: SizeNum = size("Whole prompt.").or("the workload's"),
        output_tokens: SizeNum = size("Visible output.").or("the workload's"),
        reasoning_tokens: Num = number("tokens/request", "Hidden reasoning.").or("the workload's"),
        cached_input_share: Num = share("Share of the prompt read from a cache.").or("the workload's"),
        cache_write_share: Num = share("Share of the prompt written to a cache.").or("the workload's"),
        batch_share: Num = share("Share of the requests that may wait.").or("the workload's"),
    }
}

table! {
    /// `[quality]`.
    QualityFile {
        review_share: Num = share("Share of the answers that a person reviews.").or("0"),
        review_minutes: Num = number("min/request", "Working time of one review.").positive().or("3"),
        reviewer_usd_per_hour: Num = number("USD/h", "Loaded cost of a reviewer's hour.").or("45"),
        reviewer_hours_per_day: Num = number("h/day", "Working hours of a reviewer on a day with traffic, for the head count.").positive().between(0.0, 24.0).or("8"),
        whole_reviewers: bool = crate::table::flag("Pay whole reviewers for their hours instead of minutes of review.").or("false"),
        error_rate: Num = share("Share of wrong answers.").or("0"),
        caught_by_review: Num = share("Share of the errors in reviewed answers that the reviewer catches.").or("1"),
        cost_per_error_usd: Num = number("USD", "What one uncaught wrong answer costs.").or("0"),
    }
}

table! {
    /// `[[correlation]]`.
    CorrelationFile {
        inputs: Vec<Text> = Key::new(Kind::Texts, "Two paths of inputs.").required(),
        rank: Num = number("", "Rank correlation.").between(-1.0, 1.0).required(),
    }
}

/// The key that a dotted path of a scenario names: `workload.peak_to_mean`, `self_host.NAME.pue`.
pub fn key_at(path: &str) -> Option<&'static Key> {
    let segments = crate::document::segments(path)?;
    let last = segments.last()?;
    let mut keys = ScenarioFile::KEYS;
    for segment in &segments[..segments.len() - 1] {
        let nested = table::keys_at(keys, segment);
        // A segment that is no key is the name of an element of the table array before it.
        if !nested.is_empty() {
            keys = nested;
        }
    }
    keys.iter().find(|key| key.name == last)
}
