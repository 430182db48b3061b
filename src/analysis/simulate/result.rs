//! The answer of `llmcost simulate`, as it serializes.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::distribution::Distribution;
use crate::analysis::choices::{Choice, Sure};
use crate::analysis::draw::Method;
use crate::scenario::OptionKind;
use crate::warning::Warning;

/// The answer of `llmcost simulate`.
#[derive(Clone, Debug, Serialize)]
pub struct Simulation {
    /// `llmcost/simulate/1`.
    pub schema: &'static str,
    /// Title of the scenario.
    pub scenario: String,
    /// Samples that were drawn.
    pub samples: u64,
    /// Whether these are all that were asked for: interrupted runs are not complete.
    pub complete: bool,
    /// Seed of the draws.
    pub seed: u64,
    /// How points were chosen.
    pub method: Method,
    /// Months of the plan that a present value covers.
    pub horizon_months: u32,
    /// Volume of the first month at the medians [requests/day].
    pub requests_per_day: f64,
    /// Currency of the tables; the figures here are US dollars.
    pub currency: String,
    /// Units of that currency per US dollar.
    pub currency_per_usd: f64,
    /// What was drawn.
    pub inputs: Vec<InputResult>,
    /// Each option in the order of the file.
    pub options: Vec<OptionOutcome>,
    /// The option with the least mean present value: the best choice without knowing more.
    pub best_on_average: String,
    /// The option that is the cheapest in most cases.
    pub most_often_cheapest: String,
    /// Which option is the cheapest along the volume, in the first month.
    pub volume_axis: Vec<AxisPoint>,
    /// Where the options cross, in the first month.
    pub break_even: BreakEvens,
    /// Samples of which months, steady months and the volume axis were made.
    pub months_samples: u64,
    /// Expected value of knowing every input before choosing (USD).
    pub evpi_usd: f64,
    /// Its standard error (USD).
    pub evpi_standard_error_usd: Option<f64>,
    /// Expected value of knowing one input before choosing, by its path (USD).
    pub evppi_usd: BTreeMap<String, f64>,
    /// Their standard errors (USD).
    pub evppi_standard_error_usd: BTreeMap<String, f64>,
    /// Samples of which they were made.
    pub evppi_samples: u64,
    /// The choices that the scenario answers, where it has a table of one: what is chosen at the medians,
    /// the share of the draws with that and every other answer, and the spread of the main figures.
    #[serde(serialize_with = "choices", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Samples of which they were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices_samples: Option<u64>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// An uncertain input.
#[derive(Clone, Debug, Serialize)]
pub struct InputResult {
    /// Its path.
    pub path: String,
    /// What is known of it.
    pub distribution: String,
    /// Its 5 % quantile.
    pub p5: f64,
    /// Its median.
    pub p50: f64,
    /// Its 95 % quantile.
    pub p95: f64,
}

/// An option.
#[derive(Clone, Debug, Serialize)]
pub struct OptionOutcome {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OptionKind,
    /// Present value of all it costs over the plan (USD).
    pub npv_usd: Quantiles,
    /// Standard errors of these (USD); absent for a single sample.
    pub npv_standard_error_usd: Option<Quantiles>,
    /// In what share of the cases its present value is the least.
    pub probability_cheapest: f64,
    /// The standard error of that.
    pub probability_cheapest_standard_error: Option<f64>,
    /// Mean of what choosing it now costs more than the choice that turns out to be the best (USD).
    pub regret_usd: f64,
    /// The standard error of that (USD).
    pub regret_standard_error_usd: Option<f64>,
    /// The same over the cases in which another one is the best (USD); absent where none is.
    pub regret_where_wrong_usd: Option<f64>,
    /// Cost of a steady month at the volume of the scenario, as `compare` has it (USD/month).
    pub monthly_usd: Quantiles,
    /// Cash of each month of the plan (USD).
    pub months: Vec<MonthOutcome>,
    /// How its present value is distributed (USD); for pictures.
    #[serde(skip)]
    pub npv_distribution: Distribution,
    /// How the cost of its steady month is (USD/month); for pictures.
    #[serde(skip)]
    pub monthly_distribution: Distribution,
}

/// A month of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct MonthOutcome {
    /// `YYYY-MM`.
    pub month: String,
    /// Cash paid in it (USD).
    pub cash_usd: Quantiles,
    /// Standard errors of these (USD).
    pub cash_standard_error_usd: Quantiles,
}

/// How a figure is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quantiles {
    /// Mean; absent where it is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// 5 % of the cases stay below it.
    pub p5: f64,
    /// 10 %.
    pub p10: f64,
    /// Half.
    pub p50: f64,
    /// 90 %.
    pub p90: f64,
    /// 95 %.
    pub p95: f64,
}

/// The shares of these quantiles.
pub const SHARES: [f64; 5] = [0.05, 0.1, 0.5, 0.9, 0.95];

impl Quantiles {
    /// From the values of [`SHARES`].
    pub fn of([p5, p10, p50, p90, p95]: [f64; 5], mean: Option<f64>) -> Self {
        Self {
            mean,
            p5,
            p10,
            p50,
            p90,
            p95,
        }
    }

    /// The values of [`SHARES`].
    pub fn list(&self) -> [f64; 5] {
        [self.p5, self.p10, self.p50, self.p90, self.p95]
    }
}

/// A volume, and who is the cheapest there.
#[derive(Clone, Debug, Serialize)]
pub struct AxisPoint {
    /// Volume [requests/day].
    pub requests_per_day: f64,
    /// In what share of the cases each option costs the least there, in the order of the options.
    pub probability_cheapest: Vec<f64>,
}

/// Where the options cross.
#[derive(Clone, Debug, Serialize)]
pub struct BreakEvens {
    /// Samples whose curves were taken apart.
    pub samples: u64,
    /// Every pair of options.
    pub pairs: Vec<PairOutcome>,
}

/// Two options over the volume.
#[derive(Clone, Debug, Serialize)]
pub struct PairOutcome {
    /// First option.
    pub a: String,
    /// Second option.
    pub b: String,
    /// Share of the cases in which they do not cross.
    pub probability_none: f64,
    /// Share of the cases in which they cross once.
    pub probability_one: f64,
    /// Share of the cases in which they cross several times.
    pub probability_several: f64,
    /// Standard error of the share without a crossing.
    pub probability_none_standard_error: f64,
    /// Of the cases with a crossing: the volume from which one option stays the cheaper one [requests/day].
    pub requests_per_day: Option<Quantiles>,
    /// The option that is cheaper from there on in most of these cases.
    pub cheaper_after: Option<String>,
    /// Share of these cases in which it is that one.
    pub probability_cheaper_after: Option<f64>,
}

/// Of a choice what the draws say.
fn choices<S: Serializer>(choices: &[Choice], out: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Drawn<'a> {
        name: &'static str,
        answer: &'static str,
        #[serde(flatten)]
        sure: &'a Sure,
    }
    out.collect_seq(choices.iter().filter_map(|choice| {
        Some(Drawn {
            name: choice.name,
            answer: choice.answer,
            sure: choice.sure.as_ref()?,
        })
    }))
}
