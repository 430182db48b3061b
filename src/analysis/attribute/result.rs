//! The plain result of an attribution: every format is rendered from it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::Query;
use super::budget::Budget;
use super::models::ModelCosts;
use super::priced::{CostMode, Pricer};
use super::redact::Redaction;
use super::rows::Rows;
use super::show::{Show, Total};
use super::sums::{Overflow, Sums};
use super::told::{Entries, Told};
pub use super::trend::Trend;
use crate::usage::group::Grouping;
use crate::usage::ingest::Dropped;
use crate::usage::key::Dimension;
use crate::usage::money::Money;
use crate::usage::price::Prices;
use crate::usage::record::TokenSums;
use crate::warning::Warning;

/// The answer of `llmcost attribute`.
#[derive(Clone, Debug, Serialize)]
pub struct Attribution<G = Vec<Entry>> {
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
    /// Rows by key, held or made when they are asked for.
    pub groups: G,
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

impl<G> Attribution<G> {
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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

impl Entry {
    /// The same under a key of these dimensions.
    #[must_use]
    pub fn named(mut self, names: &[&'static str], key: Vec<Option<String>>) -> Self {
        self.key = Some(EntryKey(names.iter().copied().zip(key).collect()));
        self
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Quantiles of times, with linear interpolation (ms).
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
    /// Most that a quantile is off, as a share of it; absent where quantiles are exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_error: Option<f64>,
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

/// Shows rows and their sums.
pub fn build<'a>(
    rows: Rows<'a>,
    costs: &[Money],
    whole: Total<'_>,
    prices: &'a Prices<'a>,
    query: &Query,
    grouping: &'a Grouping,
) -> Result<Attribution<Told<'a>>, Overflow> {
    let names: Vec<&'static str> = query.by.iter().map(|by| by.name()).collect();
    let all: Vec<u32> = (0..rows.len()).collect();
    let calls = |row: &&u32| rows.has_calls(**row);
    let (mut groups, rest): (Vec<u32>, Vec<u32>) = all
        .iter()
        .filter(calls)
        .partition(|row| rows.is_told(**row));
    let mut failed_only: Vec<u32> = all.iter().filter(|row| !calls(row)).copied().collect();
    let untold: Vec<u32> = all
        .iter()
        .filter(|row| !rows.is_told(**row))
        .copied()
        .collect();
    let timed = query.by.first().is_some_and(|by| Dimension::is_time(*by));
    let cut = query.top.unwrap_or(groups.len()).min(groups.len());
    rows.sort(&mut groups, costs, timed, cut);
    rows.sort(&mut failed_only, costs, true, usize::MAX);
    let mut partly = if query.by.len() < 2 { Vec::new() } else { rest };
    rows.sort(&mut partly, costs, false, usize::MAX);
    let mut show = Show {
        rows: &rows,
        pricer: Pricer::new(grouping, prices, query.cost),
        whole,
    };
    let total = entry(whole.sums, show.latency_without(&[], &all), whole.sums.cost);
    let (told, others) = groups.split_at(cut);
    // No row twice: one that does not tell every dimension may have no calls that count either.
    let unlisted = all
        .iter()
        .filter(|row| !rows.has_calls(**row) || !rows.is_told(**row));
    let rest: Vec<u32> = told.iter().chain(unlisted).copied().collect();
    let others = match others.len() {
        0 => None,
        count => Some(Entry {
            groups: Some(count),
            ..show.all_but(&rest, others)?
        }),
    };
    let unattributed = show.entry(&untold)?;
    let partly = show.each(&partly, &names)?;
    let failed_only = show.each(&failed_only, &names)?;
    groups.truncate(cut);
    let told = Told {
        names: names.clone(),
        list: groups,
        whole: whole.sums.cost,
        mode: query.cost,
        rows,
        grouping,
        prices,
    };
    Ok(Attribution {
        others,
        unattributed,
        partly,
        failed_only,
        total,
        ..Attribution::of(told, names, query.cost)
    })
}

impl<G> Attribution<G> {
    /// An answer of these groups alone.
    fn of(groups: G, by: Vec<&'static str>, cost: CostMode) -> Self {
        Self {
            schema: "llmcost/attribute/1",
            by,
            cost,
            period: None,
            sources: BTreeMap::new(),
            total: Entry::default(),
            groups,
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

impl Attribution<Told<'_>> {
    /// The same with all groups held.
    ///
    /// # Errors
    /// An amount beyond any magnitude.
    pub fn held(self) -> Result<Attribution, Overflow> {
        let groups = self.groups.entries().collect::<Result<_, _>>()?;
        Ok(Attribution {
            period: self.period,
            sources: self.sources,
            total: self.total,
            others: self.others,
            unattributed: self.unattributed,
            partly: self.partly,
            failed_only: self.failed_only,
            unpriced: self.unpriced,
            dropped: self.dropped,
            models: self.models,
            trend: self.trend,
            budget: self.budget,
            spikes: self.spikes,
            warnings: self.warnings,
            ..Attribution::of(groups, self.by, self.cost)
        })
    }
}

/// Share of the whole cost; unknown where nothing of the cost is known.
fn share(entry: &Entry, whole: Money) -> Option<f64> {
    let known = entry.cost_usd != Money::ZERO || entry.unpriced_requests == 0;
    (whole != Money::ZERO && known).then(|| entry.cost_usd.usd() / whole.usd())
}

/// An entry of sums and times.
pub fn entry(sums: &Sums, latency: Option<Latency>, whole: Money) -> Entry {
    let counted = sums.uncounted == 0 || sums.requests > 0;
    let failed = sums.billed_failures + sums.unbilled_failures;
    let attempts = sums.requests.saturating_add(sums.unbilled_failures);
    let usd = sums.cost.usd();
    // A cost per call is known where every row tells its calls and has its price.
    let whole_cost = sums.uncounted == 0 && sums.unpriced_requests == 0;
    let per = |calls: u64| (whole_cost && calls > 0).then(|| usd / calls as f64);
    let change =
        (sums.previous != Money::ZERO).then(|| sums.last.usd() / sums.previous.usd() - 1.0);
    let entry = Entry {
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
        share: None,
        usd_per_request: per(sums.requests),
        usd_per_success: per(sums.requests.saturating_sub(sums.billed_failures)),
        error_rate: (sums.uncounted == 0 && attempts > 0).then(|| failed as f64 / attempts as f64),
        latency_ms: latency,
        trend: (sums.last != Money::ZERO || sums.previous != Money::ZERO).then_some(Change {
            usd: sums.last,
            previous_usd: sums.previous,
            relative: change,
        }),
    };
    Entry {
        share: share(&entry, whole),
        ..entry
    }
}
