//! Who spends what: sums of a usage log per key, priced, with what is not attributed and not priced beside
//! them. Groups, the rest of them and what is unattributed add up to the total to the last digit.

mod budget;
mod charges;
pub(super) mod models;
mod priced;
mod redact;
mod result;
pub(super) mod sums;
mod trend;

use std::collections::BTreeMap;

pub use budget::{Budget, DIMENSIONS as BUDGET_DIMENSIONS, Finding, Limit, Per};
pub use charges::{Charge, ChargeKey, DIMENSIONS as CHARGE_DIMENSIONS, charges};
pub use models::ModelCosts;
pub use priced::CostMode;
pub use redact::Redaction;
pub use result::{Attribution, Entry, Latency, Period, Spike, Trend, Unpriced};

use crate::usage::group::{CellKey, Grouping};
use crate::usage::ingest::Usage;
use crate::usage::key::Dimension;
use crate::usage::price::Prices;
use crate::warning::Warning;
use priced::{Amounts, Pricer};
use sums::{Overflow, Sums};

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

/// Key of a row: a text per dimension.
type RowKey = Vec<Option<String>>;

/// Sums of a key, by name.
struct Table {
    rows: BTreeMap<RowKey, Sums>,
}

/// Answers a query from what was read.
///
/// # Errors
/// Sums beyond any magnitude: no total of them would be right.
pub fn attribute(usage: &Usage, prices: &Prices<'_>, query: &Query) -> Result<Attribution, String> {
    let grouping = &usage.grouping;
    let mut pricer = Pricer::new(grouping, prices, query.cost);
    let cells = priced_cells(grouping, &mut pricer)?;
    let days = trend::days(grouping);
    let window = trend::window(
        days,
        query.trend_days,
        query.by.iter().any(|by| by.is_time()),
    );
    let table = table(grouping, prices, query, &cells, window)?;
    let mut total = Sums::default();
    for sums in table.rows.values() {
        total.merge(sums)?;
    }
    let mut result = result::build(table.rows, &total, query)?;
    result.budget = match &query.limits {
        Some(limits) => Some(budget::check(grouping, &cells, limits)?),
        None => None,
    };
    result.period = Period::of(grouping);
    result.trend = window;
    result.models = models::compare(grouping, prices, &cells)?;
    result.unpriced = pricer.unpriced();
    result.spikes = trend::spikes(grouping, &cells, query)?;
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

/// Cells with their amounts, in an order that does not depend on hashing.
fn priced_cells(
    grouping: &Grouping,
    pricer: &mut Pricer<'_>,
) -> Result<Vec<(CellKey, Amounts)>, Overflow> {
    let mut keys: Vec<&CellKey> = grouping.cells.keys().collect();
    keys.sort_unstable();
    let priced = keys
        .into_iter()
        .map(|key| Ok((*key, pricer.cell(key, &grouping.cells[key])?)));
    priced.collect()
}

fn table(
    grouping: &Grouping,
    prices: &Prices<'_>,
    query: &Query,
    cells: &[(CellKey, Amounts)],
    window: Option<Trend>,
) -> Result<Table, Overflow> {
    let mut rows: BTreeMap<RowKey, Sums> = BTreeMap::new();
    let keys: Vec<RowKey> = (0..grouping.groups.len())
        .map(|at| row_key(grouping, prices, query, at))
        .collect();
    for (group, key) in grouping.groups.iter().zip(&keys) {
        let sums = rows.entry(key.clone()).or_default();
        sums.unbilled_failures += group.failed;
        sums.latencies.merge(&group.latencies);
    }
    for (key, amounts) in cells {
        let sums = rows.entry(keys[key.group as usize].clone()).or_default();
        sums.add(&grouping.cells[key], amounts)?;
        if let (Some(window), Some(day)) = (window, key.day) {
            sums.add_to_trend(window, day, amounts.cost)?;
        }
    }
    Ok(Table { rows })
}

/// The names of a group in the dimensions that are asked for.
fn row_key(grouping: &Grouping, prices: &Prices<'_>, query: &Query, at: usize) -> RowKey {
    let group = &grouping.groups[at];
    query
        .by
        .iter()
        .map(|dimension| {
            let place = grouping
                .plan
                .by
                .iter()
                .position(|known| known == dimension)?;
            let text = dimension.text(group.key[place], &grouping.names)?;
            let text = match dimension {
                Dimension::Model => models::shown(prices, &text),
                _ => text,
            };
            Some(match &query.redact {
                Some(redaction) => redaction.name(*dimension, &text),
                None => text,
            })
        })
        .collect()
}

fn warnings(
    usage: &Usage,
    result: &Attribution,
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

fn unpriced(result: &Attribution) -> Option<Warning> {
    let names = result
        .unpriced
        .iter()
        .map(|u| u.model.as_deref().unwrap_or("no model"));
    let names: Vec<&str> = names.collect();
    let message = format!("no price for all tokens of: {}", names.join(", "));
    let hint = "put the model into a file of your own: --prices FILE (`llmcost schema catalog` describes it)";
    (!names.is_empty()).then(|| Warning::new("unpriced", message, hint))
}
