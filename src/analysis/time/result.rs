//! The plain result of a plan over time.

use serde::Serialize;

use super::irr::Irr;
use crate::cost::Category;

/// What `compare --over-time` adds to a comparison.
#[derive(Clone, Debug, Serialize)]
pub struct OverTime {
    /// Months of the plan.
    pub months: u32,
    /// The option that the others are held against.
    pub base: String,
    /// Discount rate per year.
    pub discount_rate: f64,
    /// Least cumulated cost.
    pub cheapest: String,
    /// Least present value.
    pub cheapest_by_npv: String,
    /// Each option in the order of the file.
    pub options: Vec<OptionTime>,
    /// Moving from the base option to each other one.
    pub switches: Vec<Switch>,
    /// What changes inside the plan, by month.
    pub events: Vec<Event>,
}

/// One option over the plan.
#[derive(Clone, Debug, Serialize)]
pub struct OptionTime {
    /// Its name.
    pub name: String,
    /// Sum of all months (USD): cash, less the value that is left at the end.
    pub cumulated_usd: f64,
    /// Present value of the same at the start of the plan (USD).
    pub npv_usd: f64,
    /// Staff over everything, of the whole plan.
    pub staff_share: f64,
    /// Value of bought hardware that is left at the end (USD); part of the last month.
    pub value_left_usd: f64,
    /// Payback against the base option; absent for the base itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payback: Option<PaybackTime>,
    /// Internal rate of return of what it takes more than the base option; absent for the base itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub irr: Option<Irr>,
    /// Every month.
    pub months: Vec<MonthResult>,
}

/// One month of an option: cash, never a write-off.
#[derive(Clone, Debug, Serialize)]
pub struct MonthResult {
    /// Months since the start.
    pub index: u32,
    /// `YYYY-MM`.
    pub month: String,
    /// Volume.
    pub requests_per_day: f64,
    /// GPUs in the busiest hour; absent without own ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus: Option<f64>,
    /// Paid every month (USD).
    pub running_usd: f64,
    /// Paid once or every so many months (USD).
    pub once_usd: f64,
    /// Hardware bought, less what comes back for what is replaced (USD).
    pub hardware_usd: f64,
    /// Value of the hardware that is left, in the last month (USD).
    pub value_left_usd: f64,
    /// running + once + hardware - value left (USD).
    pub total_usd: f64,
    /// Staff of the month (USD).
    pub staff_usd: f64,
    /// Sum of the totals so far (USD).
    pub cumulated_usd: f64,
    /// The same as present values (USD).
    pub cumulated_npv_usd: f64,
    /// Every line that is paid in this month.
    pub lines: Vec<MonthLine>,
}

/// One line of a month.
#[derive(Clone, Debug, Serialize)]
pub struct MonthLine {
    /// Its name.
    pub label: String,
    /// What it is for.
    pub category: Category,
    /// Paid in this month (USD).
    pub usd: f64,
}

/// Payback of an option against the base option.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PaybackTime {
    /// Whether there is something to earn back, and whether the plan earns it.
    pub verdict: PaybackVerdict,
    /// Months until what it took more has been saved again; absent: not within the plan.
    pub simple_months: Option<f64>,
    /// The same with discounted amounts.
    pub discounted_months: Option<f64>,
    /// Most that it had taken more than the base option at any time (USD).
    pub deepest_usd: f64,
    /// Whether it later takes more again than it had saved, such as when hardware is replaced.
    pub falls_back: bool,
}

/// Outcome of a payback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaybackVerdict {
    /// It never takes more than the base option.
    NothingToEarnBack,
    /// Earned back within the plan.
    EarnedBack,
    /// Not within the plan.
    NotWithinThePlan,
}

/// Moving from the base option to another one.
#[derive(Clone, Debug, Serialize)]
pub struct Switch {
    /// The option that is moved to.
    pub to: String,
    /// With everything that moving takes once.
    pub with_switching_cost: Leaving,
    /// As if nothing were paid once but for hardware.
    pub without_switching_cost: Leaving,
    /// By present value, switching cost included.
    pub by_npv: Leaving,
    /// Total of the plan for each month of moving: 0, 1, ... and last for never moving (USD).
    pub totals_usd: Vec<f64>,
}

/// When to leave the base option.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Leaving {
    /// Months after the start from which moving gives the least total; absent: never.
    pub month: Option<u32>,
    /// That month as `YYYY-MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Least total of the plan (USD).
    pub total_usd: f64,
    /// What is saved beside never moving (USD).
    pub saving_usd: f64,
    /// What moving at the very start costs more than moving in the best month (USD).
    pub now_costs_usd: f64,
    /// What waiting three months more than the best month costs (USD); absent where never is best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarter_later_costs_usd: Option<f64>,
}

/// A change inside the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Months since the start.
    pub index: u32,
    /// `YYYY-MM`.
    pub month: String,
    /// The option.
    pub option: String,
    /// What changes.
    pub what: EventKind,
    /// In words: `input tokens: standard price 2.0 -> 1.5 USD/Mtok`.
    pub text: String,
    /// Value before it, where it is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Value from it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
}

/// Kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A dated price begins.
    Price,
    /// A model is withdrawn; its last price goes on.
    Retirement,
    /// Hardware is bought after the first month.
    Hardware,
    /// People come after the first month.
    Staff,
    /// Fixed hardware is full.
    Capacity,
}

/// Name of the option with the least figure.
pub(super) fn least(options: &[OptionTime], figure: impl Fn(&OptionTime) -> f64) -> String {
    let least = options
        .iter()
        .min_by(|a, b| figure(a).total_cmp(&figure(b)));
    least.map_or_else(String::new, |option| option.name.clone())
}

impl OverTime {
    /// Keeps some options, by name, and what is said about them.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.options.retain(|option| wanted(&option.name));
        self.switches.retain(|switch| wanted(&switch.to));
        self.events.retain(|event| wanted(&event.option));
        self.cheapest = least(&self.options, |option| option.cumulated_usd);
        self.cheapest_by_npv = least(&self.options, |option| option.npv_usd);
    }
}
