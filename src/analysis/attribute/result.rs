//! The plain result of an attribution: every format is rendered from it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::budget::Budget;
use super::models::ModelCosts;
use super::priced::CostMode;
use super::redact::Redaction;
use super::sums::{Overflow, Sums};
pub use super::trend::Trend;
use super::{Query, RowKey};
use crate::usage::group::Grouping;
use crate::usage::ingest::Dropped;
use crate::usage::key::Dimension;
use crate::usage::money::Money;
use crate::usage::record::TokenSums;
use crate::warning::Warning;

/// The answer of `llmcost attribute`.
#[derive(Clone, Debug, Serialize)]
pub struct Attribution {
    /// `llmcost/attribute/1`.
    pub schema: &'static str,
    /// Dimensions of the rows.
    pub by: Vec<&'static str>,
    /// Which cost counts.
    pub cost: CostMode,
    /// First and last call.
    pub period: Option<Period>,
    /// Rows that were counted, by source.
    pub sources: BTreeMap<&'static str, u64>,
    /// Everything.
    pub total: Entry,
    /// Rows by key.
    pub groups: Vec<Entry>,
    /// Groups beyond `--top`, in one row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Entry>,
    /// Calls that do not tell every dimension.
    pub unattributed: Entry,
    /// The same by what they tell, where there are several dimensions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partly: Vec<Entry>,
    /// Groups of which every call failed without being billed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed_only: Vec<Entry>,
    /// Tokens without a price, by model.
    pub unpriced: Vec<Unpriced>,
    /// Rows that were not counted.
    pub dropped: Dropped,
    /// Logged against repriced cost.
    pub models: Vec<ModelCosts>,
    /// The periods of the trends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// Whether the limits are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// Days that cost far more than usual.
    pub spikes: Vec<Spike>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

impl Attribution {
    /// Hides the names of spikes and limits; keys of rows are hidden before they are sorted.
    pub fn hide(&mut self, redaction: &Redaction) {
        for spike in &mut self.spikes {
            spike.key = redaction.name(spike.of, &spike.key);
        }
        for finding in self
            .budget
            .iter_mut()
            .flat_map(|budget| &mut budget.findings)
        {
            let of = if finding.of == "feature" {
                Dimension::Feature
            } else {
                Dimension::Tenant
            };
            finding.name = finding.name.take().map(|name| redaction.name(of, &name));
        }
    }
}

/// First and last call (UTC).
#[derive(Clone, Debug, Serialize)]
pub struct Period {
    /// First.
    pub from: String,
    /// Last.
    pub to: String,
}

impl Period {
    /// Of what was read.
    pub fn of(grouping: &Grouping) -> Option<Self> {
        grouping.span.map(|(from, to)| Self {
            from: from.to_string(),
            to: to.to_string(),
        })
    }
}

/// The key of a row; a dimension that it does not tell is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryKey(pub Vec<(&'static str, Option<String>)>);

impl Serialize for EntryKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A row.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Entry {
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<EntryKey>,
    /// Groups in it, where it is several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<usize>,
    /// Rows of the log.
    pub rows: u64,
    /// Calls; null where no row tells how many it sums.
    pub requests: Option<u64>,
    /// Failed calls, billed or not.
    pub failed: u64,
    /// Tokens by bucket.
    pub tokens: TokenSums,
    /// Cost (USD), exact.
    pub cost_usd: Money,
    /// Cost as logged, of the rows that have one.
    pub logged_cost_usd: Option<Money>,
    /// Cost by the price list, of the rows that have a price.
    pub repriced_cost_usd: Option<Money>,
    /// Requests whose cost is not wholly known.
    #[serde(skip_serializing_if = "is_zero")]
    pub unpriced_requests: u64,
    /// Share of the whole cost.
    pub share: Option<f64>,
    /// Cost per call (USD).
    pub usd_per_request: Option<f64>,
    /// Cost per call that succeeded (USD).
    pub usd_per_success: Option<f64>,
    /// Failed calls over all attempts.
    pub error_rate: Option<f64>,
    /// Times to the whole answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<Latency>,
    /// Cost of the last period and change against the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<Change>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Exact quantiles of times, with linear interpolation (ms).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Calls that have a time.
    pub calls: usize,
    /// Median.
    pub p50: f64,
    /// 95 of 100 are not above.
    pub p95: f64,
    /// 99 of 100 are not above.
    pub p99: f64,
}

/// A cost against that of the period before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Last period.
    pub usd: Money,
    /// Period before.
    pub previous_usd: Money,
    /// Relative change; none where there was nothing before.
    #[serde(rename = "change")]
    pub relative: Option<f64>,
}

/// Tokens without a price.
#[derive(Clone, Debug, Serialize)]
pub struct Unpriced {
    /// Model; null where rows name none.
    pub model: Option<String>,
    /// Tier, where it is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Why.
    pub reason: &'static str,
    /// Rows.
    pub rows: u64,
    /// Calls.
    pub requests: u64,
    /// Tokens that no cost covers.
    pub tokens: TokenSums,
}

/// A day that cost far more than its tenant's days usually do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spike {
    /// What the key is.
    #[serde(skip)]
    pub of: Dimension,
    /// Whose day.
    pub key: String,
    /// The day.
    pub day: String,
    /// What it cost.
    pub usd: Money,
    /// Median cost of a day with calls.
    pub median_usd: f64,
    /// Cost over median.
    pub times: f64,
}

/// Shows sums as rows.
pub fn build(
    rows: BTreeMap<RowKey, Sums>,
    total: &Sums,
    query: &Query,
) -> Result<Attribution, Overflow> {
    let names: Vec<&'static str> = query.by.iter().map(|by| by.name()).collect();
    let whole = total.cost;
    let key = |row: RowKey| EntryKey(names.iter().copied().zip(row).collect());
    let (mut groups, mut partly, mut failed_only) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = Sums::default();
    for (row, sums) in rows {
        let told = row.iter().all(Option::is_some);
        let entry = Entry {
            key: Some(key(row)),
            ..entry(&sums, whole)
        };
        if sums.rows == 0 {
            failed_only.push(entry);
        } else if told {
            groups.push((entry, sums));
            continue;
        } else {
            partly.push(entry);
        }
        if !told {
            rest.merge(&sums)?;
        }
    }
    let timed = query.by.first().is_some_and(|by| Dimension::is_time(*by));
    if !timed {
        groups
            .sort_by(|(a, _), (b, _)| b.cost_usd.cmp(&a.cost_usd).then_with(|| a.key.cmp(&b.key)));
    }
    let cut = query.top.unwrap_or(groups.len()).min(groups.len());
    let others = others(&groups[cut..], whole)?;
    groups.truncate(cut);
    partly.sort_by(|a, b| b.cost_usd.cmp(&a.cost_usd).then_with(|| a.key.cmp(&b.key)));
    if query.by.len() < 2 {
        partly.clear();
    }
    Ok(Attribution {
        total: entry(total, whole),
        groups: groups.into_iter().map(|(entry, _)| entry).collect(),
        others,
        unattributed: entry(&rest, whole),
        partly,
        failed_only,
        ..Attribution::empty(names, query.cost)
    })
}

impl Attribution {
    /// An answer without rows.
    fn empty(by: Vec<&'static str>, cost: CostMode) -> Self {
        Self {
            schema: "llmcost/attribute/1",
            by,
            cost,
            period: None,
            sources: BTreeMap::new(),
            total: Entry::default(),
            groups: Vec::new(),
            others: None,
            unattributed: Entry::default(),
            partly: Vec::new(),
            failed_only: Vec::new(),
            unpriced: Vec::new(),
            dropped: Dropped::default(),
            models: Vec::new(),
            trend: None,
            budget: None,
            spikes: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

fn others(groups: &[(Entry, Sums)], whole: Money) -> Result<Option<Entry>, Overflow> {
    if groups.is_empty() {
        return Ok(None);
    }
    let mut rest = Sums::default();
    for (_, sums) in groups {
        rest.merge(sums)?;
    }
    Ok(Some(Entry {
        groups: Some(groups.len()),
        ..entry(&rest, whole)
    }))
}

fn entry(sums: &Sums, whole: Money) -> Entry {
    let counted = sums.uncounted == 0 || sums.requests > 0;
    let failed = sums.billed_failures + sums.unbilled_failures;
    let attempts = sums.requests.saturating_add(sums.unbilled_failures);
    let usd = sums.cost.usd();
    // A cost per call is known where every row tells its calls and has its price.
    let whole_cost = sums.uncounted == 0 && sums.unpriced_requests == 0;
    let known = sums.cost != Money::ZERO || sums.unpriced_requests == 0;
    let per = |calls: u64| (whole_cost && calls > 0).then(|| usd / calls as f64);
    let quantiles = sums.latencies.quantiles([0.5, 0.95, 0.99]);
    let change =
        (sums.previous != Money::ZERO).then(|| sums.last.usd() / sums.previous.usd() - 1.0);
    Entry {
        key: None,
        groups: None,
        rows: sums.rows,
        requests: counted.then_some(sums.requests),
        failed,
        tokens: sums.tokens,
        cost_usd: sums.cost,
        logged_cost_usd: sums.logged,
        repriced_cost_usd: sums.repriced,
        unpriced_requests: sums.unpriced_requests,
        share: (whole != Money::ZERO && known).then(|| usd / whole.usd()),
        usd_per_request: per(sums.requests),
        usd_per_success: per(sums.requests.saturating_sub(sums.billed_failures)),
        error_rate: (sums.uncounted == 0 && attempts > 0).then(|| failed as f64 / attempts as f64),
        latency_ms: quantiles.map(|[p50, p95, p99]| Latency {
            calls: sums.latencies.len(),
            p50,
            p95,
            p99,
        }),
        trend: (sums.last != Money::ZERO || sums.previous != Money::ZERO).then_some(Change {
            usd: sums.last,
            previous_usd: sums.previous,
            relative: change,
        }),
    }
}
