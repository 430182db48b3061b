//! The plain result of a sensitivity analysis.

use serde::Serialize;

use super::indices::Estimate;
use crate::warning::Warning;

/// Which figure decides what the best option is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Cost of a steady month.
    Monthly,
    /// Present value of the plan.
    Npv,
}

/// The answer of `llmcost sensitivity`.
#[derive(Clone, Debug, Serialize)]
pub struct Sensitivity {
    /// `llmcost/sensitivity/1`.
    pub schema: &'static str,
    /// Title of the scenario.
    pub scenario: String,
    /// The figure by which options are ranked.
    pub verdict_by: Verdict,
    /// Names of the options.
    pub options: Vec<String>,
    /// The best option, ranges at their medians.
    pub best: String,
    /// The next one; absent where there is but one option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Every input that is a range.
    pub ranges: Vec<RangeResult>,
    /// Cases behind variance shares and rank correlations; absent without ranges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// Seed of their draws.
    pub seed: u64,
    /// What the ranges do to each figure: the difference that decides first.
    pub figures: Vec<FigureResult>,
    /// What a percent more of each input does to the options, largest first.
    pub elasticities: Vec<Elasticity>,
    /// Values of single inputs that make another option the best one.
    pub flips: FlipScan,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// An input that is a range.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RangeResult {
    /// Its path.
    pub path: String,
    /// Value that a tenth of the cases stay below.
    pub p10: f64,
    /// Median.
    pub p50: f64,
    /// Value that nine tenths of the cases stay below.
    pub p90: f64,
}

/// A figure and what moves it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureResult {
    /// `own - luna, a month`, `own, a month`, `own, present value`.
    pub figure: String,
    /// `USD/month` or `USD`.
    pub unit: &'static str,
    /// At the medians.
    pub at_medians: f64,
    /// Each range, the widest swing first.
    pub inputs: Vec<InputEffect>,
}

/// What one range does to one figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputEffect {
    /// Path of the input.
    pub path: String,
    /// The figure with this input at its 10 % value, the others at their medians.
    pub at_p10: f64,
    /// The same at its 90 % value.
    pub at_p90: f64,
    /// Rank correlation of input and figure (Spearman), all ranges drawn at once with their correlations.
    pub rank_correlation: Estimate,
    /// Share of the figure's variance that goes if this input alone becomes known (first-order Sobol index).
    pub first_order: Estimate,
    /// Share that stays if all others become known (total Sobol index).
    pub total: Estimate,
}

/// What a percent more of an input does, in percent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Elasticity {
    /// Path of the input.
    pub path: String,
    /// Its present value.
    pub present: f64,
    /// Percent of the monthly cost of each option, in the order of the file; absent where it costs nothing.
    pub monthly: Vec<Option<f64>>,
    /// Percent of its present value.
    pub npv: Vec<Option<f64>>,
}

/// The search for values that flip the verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FlipScan {
    /// How far each input was moved, as a factor to either side.
    pub within: f64,
    /// Inputs that were moved.
    pub searched: usize,
    /// Numbers of the file that cannot be moved this way.
    pub left_out: Vec<String>,
    /// Inputs that flip the verdict, the one that has to move least first.
    pub list: Vec<Flip>,
}

/// A value of one input from which another option is the best one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// Path of the input.
    pub path: String,
    /// Its present value.
    pub present: f64,
    /// The value at which the verdict flips, all else at its present value.
    pub value: f64,
    /// Its factor to the present value; absent where that is 0 or of another sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// The option that is best beyond it.
    pub becomes: String,
    /// For a range: share of its cases that lie beyond the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}
