//! Who spends what: sums of a usage log per key, priced, with what is not attributed and not priced beside
//! them. Groups, the rest of them and what is unattributed add up to the total to the last digit.

mod budget;
mod charges;
mod entry;
mod kinds;
pub(super) mod models;
mod priced;
mod redact;
mod result;
mod rows;
mod show;
pub(super) mod sums;
mod told;
mod trend;

use std::panic::resume_unwind;
use std::thread;

pub use budget::{Budget, DIMENSIONS as BUDGET_DIMENSIONS, Finding, Limit, Per};
pub use charges::{Charge, ChargeKey, DIMENSIONS as CHARGE_DIMENSIONS, charges};
pub use entry::{Entry, Latency};
pub use models::ModelCosts;
pub use priced::CostMode;
pub use redact::Redaction;
pub use result::{Attribution, Period, Spike, Trend, Unpriced};
pub use told::{Entries, Told};

use crate::usage::group::Grouping;
use crate::usage::ingest::Usage;
use crate::usage::key::Dimension;
use crate::usage::money::Money;
use crate::usage::price::Prices;
use crate::warning::Warning;
use budget::Spending;
use kinds::Kinds;
use models::Compared;
use priced::Pricer;
use rows::Rows;
use show::Total;
use sums::{Overflow, Sums, fits};
use trend::Days;

/// What is asked of a log.
#[derive(Clone, Debug)]
pub struct Query {
    /// Dimensions of the rows; those of the grouping, or some of them.
    pub by: Vec<Dimension>,
    /// Which cost counts.
    pub cost: CostMode,
    /// Most groups that are told; the others are one row.
    pub top: Option<usize>,
    /// Days of the last period and of the one before it; as many as the log allows when absent.
    pub trend_days: Option<u32>,
    /// A day that costs more than so many medians of its tenant's days is a spike.
    pub spike: f64,
    /// Limits to hold months, years and requests against.
    pub limits: Option<Vec<Limit>>,
    /// Whether names are hidden.
    pub redact: Option<Redaction>,
}

/// Answers a query from what was read.
///
/// # Errors
/// Sums beyond any magnitude: no total of them would be right.
pub fn attribute(usage: &Usage, prices: &Prices<'_>, query: &Query) -> Result<Attribution, String> {
    told(usage, prices, query)?.held()
}

/// The same, with groups that are made when they are asked for.
///
/// # Errors
/// Sums beyond any magnitude: no total of them would be right.
pub fn told<'a>(
    usage: &'a Usage,
    prices: &'a Prices<'a>,
    query: &Query,
) -> Result<Attribution<Told<'a>>, String> {
    let grouping = &usage.grouping;
    let timed = query.by.iter().any(|by| by.is_time());
    let window = trend::window(trend::days(grouping), query.trend_days, timed);
    let mut pricer = Pricer::new(grouping, prices, query.cost);
    let limited = query.limits.is_some();
    let (rows, whole) = thread::scope(|scope| {
        let whole = scope.spawn(|| Whole::of(grouping, &mut pricer, limited, window));
        let rows = Rows::new(grouping, prices, query, window);
        let kinds = Kinds::of(&rows);
        let whole = whole.join().unwrap_or_else(|panic| resume_unwind(panic));
        ((rows, kinds), whole)
    });
    let mut whole = whole?;
    let costs = rows.0.costs(std::mem::take(&mut whole.costs))?;
    let total = Total {
        sums: &whole.total,
        tally: grouping.latencies.whole(),
    };
    let (result, spikes) = thread::scope(|scope| {
        let spikes = scope.spawn(|| whole.days.spikes(grouping, query));
        let result = result::build(rows, &costs, total, prices, query, grouping);
        let spikes = spikes.join().unwrap_or_else(|panic| resume_unwind(panic));
        (result, spikes)
    });
    let mut result = result?;
    result.budget = match (&query.limits, &whole.spending) {
        (Some(limits), Some(spending)) => Some(spending.check(grouping, limits)),
        _ => None,
    };
    result.period = Period::of(grouping);
    result.trend = window;
    result.models = whole.models.by_name(grouping, prices)?;
    result.unpriced = pricer.unpriced();
    result.spikes = spikes;
    result.dropped = usage.dropped;
    result.sources = usage
        .sources
        .iter()
        .map(|(s, rows)| (s.name(), *rows))
        .collect();
    result.warnings = warnings(usage, &result, &pricer, query.redact.is_some());
    if let Some(redaction) = &query.redact {
        result.hide(redaction);
    }
    Ok(result)
}

/// What one pass over all cells tells.
struct Whole {
    /// Cost of each group.
    costs: Vec<Money>,
    total: Sums,
    spending: Option<Spending>,
    models: Compared,
    days: Days,
}

impl Whole {
    fn of(
        grouping: &Grouping,
        pricer: &mut Pricer<'_>,
        limited: bool,
        window: Option<Trend>,
    ) -> Result<Self, Overflow> {
        let mut whole = Self {
            costs: vec![Money::ZERO; grouping.groups() as usize],
            total: Sums::default(),
            spending: limited.then(|| Spending::new(grouping)),
            models: Compared::default(),
            days: Days::new(grouping),
        };
        for at in 0..grouping.cells.len() {
            let (key, cell) = (grouping.cells.key(at), grouping.cells.cell(at));
            let amounts = pricer.cell(&key, &cell)?;
            let cost = &mut whole.costs[key.group as usize];
            *cost = fits(cost.plus(amounts.cost))?;
            if let Some(spending) = &mut whole.spending {
                spending.add(grouping, (&key, &cell), &amounts)?;
            }
            whole.models.add(&key, cell.rows, &amounts)?;
            whole.days.add(grouping, &key, &amounts)?;
            whole.total.add(&cell, &amounts)?;
            if let (Some(window), Some(day)) = (window, key.day) {
                whole.total.add_to_trend(window, day, amounts.cost)?;
            }
        }
        let failed = (0..grouping.groups()).map(|group| grouping.failed(group));
        whole.total.unbilled_failures = failed.sum();
        Ok(whole)
    }
}

fn warnings<G>(
    usage: &Usage,
    result: &Attribution<G>,
    pricer: &Pricer<'_>,
    hidden: bool,
) -> Vec<Warning> {
    let mut list = usage.warnings(hidden);
    list.extend(unpriced(result));
    list.extend(pricer.warnings());
    if result.unattributed.rows > 0 {
        let message = format!(
            "{} row(s) do not tell every dimension that was asked for",
            result.unattributed.rows
        );
        let hint = "--tenant-key and --feature-key name the keys that hold them";
        list.push(Warning::new("unattributed", message, hint));
    }
    list
}

fn unpriced<G>(result: &Attribution<G>) -> Option<Warning> {
    let names = result
        .unpriced
        .iter()
        .map(|u| u.model.as_deref().unwrap_or("no model"));
    let mut names: Vec<&str> = names.collect();
    // A model may lack prices for several reasons, which stand side by side.
    names.dedup();
    let message = format!("no price for all tokens of: {}", names.join(", "));
    let hint = "put the model into a file of your own: --prices FILE (`llmcost schema catalog` describes it)";
    (!names.is_empty()).then(|| Warning::new("unpriced", message, hint))
}
