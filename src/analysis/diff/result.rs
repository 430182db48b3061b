//! The plain result of a difference: every format is rendered from it.

use serde::Serialize;
use serde_json::Value;

use super::bridge::{Bridge, Bridged};
use super::causes::Cause;
use super::chains::{Nano, usd};

/// The answer of `llmcost diff`.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// `llmcost/diff/1`.
    pub schema: &'static str,
    /// `scenarios`, where causes are known, or `results`, where only lines are.
    pub of: &'static str,
    /// Name of the old scenario.
    pub old: String,
    /// Name of the new one.
    pub new: String,
    /// Currency of the tables; JSON stays in US dollars.
    pub currency: String,
    /// Its units per US dollar.
    pub currency_per_usd: f64,
    /// What became of the cheapest option.
    pub verdict: Verdict,
    /// Each option: those of the new side in their order, then those that are gone.
    pub options: Vec<OptionDiff>,
    /// Every input that differs.
    pub inputs: Vec<InputChange>,
    /// Catalog facts of only one side, or of another date.
    pub facts: Vec<FactChange>,
    /// Every pair of options that both sides have.
    pub break_even: Vec<BreakEvenChange>,
    /// What this difference cannot tell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cannot_tell: Vec<String>,
}

/// What became of the cheapest option.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Cheapest option of the old side, under the name that it has now.
    pub cheapest_old: String,
    /// Cheapest option of the new side.
    pub cheapest_new: String,
    /// Its cost on the old side [USD/month].
    pub old_usd: f64,
    /// The cost of the cheapest option of the new side [USD/month].
    pub new_usd: f64,
    /// The difference [USD/month].
    pub delta_usd: f64,
}

/// What became of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It costs the same.
    Same,
    /// It costs more or less.
    Changed,
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
}

/// One option.
#[derive(Clone, Debug, Serialize)]
pub struct OptionDiff {
    /// Its name.
    pub name: String,
    /// Its name on the old side, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// Its kind.
    pub kind: String,
    /// What became of it.
    pub status: Status,
    /// Its cost on the old side [USD/month].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_usd: Option<f64>,
    /// Its cost on the new side [USD/month].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_usd: Option<f64>,
    /// The difference [USD/month], where both sides have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_usd: Option<f64>,
    /// The same in units of 1e-9 USD, in which causes and lines add up exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_nano_usd: Option<Nano>,
    /// The difference over the old cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_share: Option<f64>,
    /// What each cause makes of it; absent where there are no inputs to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<Bridge>,
    /// The present value of its cost over the plan, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npv: Option<NpvDiff>,
    /// Every line that differs.
    pub lines: Vec<LineChange>,
}

/// The present value of an option's cost over the whole plan.
#[derive(Clone, Debug, Serialize)]
pub struct NpvDiff {
    /// On the old side (USD).
    pub old_usd: f64,
    /// On the new side (USD).
    pub new_usd: f64,
    /// The difference (USD).
    pub delta_usd: f64,
    /// The same in units of 1e-9 USD.
    pub delta_nano_usd: Nano,
    /// What each cause makes of it (USD).
    pub bridge: Bridge,
}

impl NpvDiff {
    /// From a bridged difference.
    pub fn of(found: Bridged) -> Self {
        let delta = found.new - found.old;
        Self {
            old_usd: usd(found.old),
            new_usd: usd(found.new),
            delta_usd: usd(delta),
            delta_nano_usd: delta,
            bridge: found.bridge,
        }
    }
}

/// A line that differs.
#[derive(Clone, Debug, Serialize)]
pub struct LineChange {
    /// What it is for.
    pub category: String,
    /// Its name.
    pub label: String,
    /// Its amount on the old side [USD/month]; 0 where it is new.
    pub old_usd: f64,
    /// Its amount on the new side [USD/month]; 0 where it is gone.
    pub new_usd: f64,
    /// The difference [USD/month].
    pub delta_usd: f64,
}

/// An input that differs.
#[derive(Clone, Debug, Serialize)]
pub struct InputChange {
    /// Its path, as `--set` takes it.
    pub path: String,
    /// What it is a cause of; absent where it moves no cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The old value; absent where it was not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The new value; absent where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// Where the old value stands: `file:line:column`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_place: Option<String>,
    /// Where the new value stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_place: Option<String>,
}

/// A catalog fact that only one side has in this form.
#[derive(Clone, Debug, Serialize)]
pub struct FactChange {
    /// `old` or `new`.
    pub side: &'static str,
    /// Id, source, date and confidence.
    pub fact: String,
}

/// The break-evens of a pair of options, before and after.
#[derive(Clone, Debug, Serialize)]
pub struct BreakEvenChange {
    /// First option.
    pub a: String,
    /// Second option.
    pub b: String,
    /// Whether anything is different.
    pub changed: bool,
    /// Crossings of the old side.
    pub old: Crossings,
    /// Crossings of the new side.
    pub new: Crossings,
}

/// The crossings of a pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossings {
    /// `crosses`, or whether b is `never` or `always` the cheaper one.
    pub verdict: String,
    /// Every crossing.
    pub crossings: Vec<Crossing>,
}

/// One crossing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// Volume [requests/day].
    pub requests_per_day: f64,
    /// The option that is cheaper after it.
    pub cheaper_after: String,
}
