//! The plain result of an attribution: every format is rendered from it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Query;
use super::budget::Budget;
use super::entry::{Entry, entry};
use super::kinds::Kinds;
use super::models::ModelCosts;
use super::priced::{CostMode, Pricer};
use super::redact::Redaction;
use super::rows::Rows;
use super::show::{Show, Total};
use super::sums::Overflow;
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
    /// The same by what they tell, where there are several dimensions; those beyond `--top` in one row.
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
    (rows, kinds): (Rows<'a>, Kinds),
    costs: &[Money],
    whole: Total<'_>,
    prices: &'a Prices<'a>,
    query: &Query,
    grouping: &'a Grouping,
) -> Result<Attribution<Told<'a>>, Overflow> {
    let names: Vec<&'static str> = query.by.iter().map(|by| by.name()).collect();
    let Kinds {
        all,
        mut groups,
        partly,
        mut failed_only,
        untold,
        unlisted,
    } = kinds;
    let timed = query.by.first().is_some_and(|by| Dimension::is_time(*by));
    let cut = query.top.unwrap_or(groups.len()).min(groups.len());
    rows.sort(&mut groups, costs, timed, cut);
    rows.sort(&mut failed_only, costs, true, usize::MAX);
    let mut partly = if query.by.len() < 2 {
        Vec::new()
    } else {
        partly
    };
    let most = query.top.unwrap_or(partly.len()).min(partly.len());
    rows.sort(&mut partly, costs, false, most);
    let mut show = Show {
        rows: &rows,
        pricer: Pricer::new(grouping, prices, query.cost),
        whole,
    };
    let total = entry(whole.sums, show.latency_without(&[], &all), whole.sums.cost);
    let (told, others) = groups.split_at(cut);
    let rest: Vec<u32> = told.iter().chain(&unlisted).copied().collect();
    let others = match others.len() {
        0 => None,
        count => Some(Entry {
            groups: Some(count),
            ..show.all_but(&rest, others)?
        }),
    };
    let unattributed = show.entry(&untold)?;
    let (partly, rest) = partly.split_at(most);
    let mut partly = show.each(partly, &names)?;
    if !rest.is_empty() {
        let rest = Entry {
            groups: Some(rest.len()),
            ..show.entry(rest)?
        };
        partly.push(rest.named(&names, vec![None; names.len()]));
    }
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
        total,
        others,
        unattributed,
        partly,
        failed_only,
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
