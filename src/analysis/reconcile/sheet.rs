//! Log and bill side by side: the cells of both groupings per model and day.

use std::collections::{BTreeMap, BTreeSet};

use super::Query;
use super::price::{Part, Parts};
use crate::analysis::attribute::models;
use crate::usage::group::{Cell, CellKey, Grouping};
use crate::usage::ingest::Usage;
use crate::usage::money::Money;
use crate::usage::price::{self, Prices};
use crate::usage::read::is_charge;
use crate::usage::semantics::Source;

/// Model (by its key) and day since 1970; none where they are not told, or not told apart.
pub type RowKey = (Option<String>, Option<i32>);

/// A row before it is compared.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Calls of the log.
    pub log: Parts,
    /// Charges of the bill.
    pub bill: Parts,
}

/// Both sides.
#[derive(Debug, Default)]
pub struct Sheet {
    /// By model and day.
    pub lines: BTreeMap<RowKey, Line>,
    /// Calls of the log by model and hour since 1970.
    pub hours: BTreeMap<(Option<String>, i32), Parts>,
    /// Calls of the log that tell no time, by model.
    pub untimed: BTreeMap<Option<String>, Parts>,
    /// Names to show by key.
    pub names: BTreeMap<String, String>,
    /// Whether models are told apart.
    pub by_model: bool,
    /// Whether days are told apart.
    pub by_day: bool,
    /// Whether the bill has amounts; else its tokens are priced.
    pub amounts: bool,
    /// Calls of providers that the bill is not from.
    pub left_out: Parts,
    /// First and last day of the log.
    pub log_days: Option<(i32, i32)>,
    /// First and last day of the bill.
    pub bill_days: Option<(i32, i32)>,
}

/// What went beyond any magnitude.
const OVERFLOW: &str = "the amounts of these logs add up beyond any magnitude";

impl Sheet {
    /// Puts the groupings side by side.
    ///
    /// # Errors
    /// Sums beyond any magnitude.
    pub fn of(
        log: &Usage,
        bill: &Usage,
        prices: &Prices<'_>,
        query: &Query,
    ) -> Result<Self, String> {
        let (calls, charges) = (&log.grouping, &bill.grouping);
        let named = |key: CellKey| {
            let name = key.class.model.map(|at| charges.names.name(at));
            name.is_some_and(|name| !is_charge(name))
        };
        let dated = |key: CellKey| time(charges, &key).is_some();
        let mut sheet = Self {
            by_model: query.by_model.unwrap_or(charges.cells.keys().any(named)),
            by_day: query.by_day.unwrap_or(charges.cells.keys().any(dated)),
            amounts: charges
                .cells
                .iter()
                .any(|(_, cell)| cell.logged != Money::ZERO),
            ..Self::default()
        };
        let billed = providers(bill);
        let is_billed = |part: &Part| match (&billed, provider(part, prices)) {
            (Some(billed), Some(provider)) => billed.contains(&provider),
            _ => true,
        };
        let any = sorted(calls).any(|(_, part, _)| is_billed(&part));
        for (hour, part, cell) in sorted(calls) {
            if any && !is_billed(&part) {
                add(&mut sheet.left_out, part, &cell)?;
            } else {
                sheet.call(hour, part, &cell, prices)?;
            }
        }
        for (day, part, cell) in sorted(charges) {
            sheet.charge(day, part, &cell, prices)?;
        }
        Ok(sheet)
    }

    fn call(
        &mut self,
        hour: Option<i32>,
        part: Part,
        cell: &Cell,
        prices: &Prices<'_>,
    ) -> Result<(), String> {
        let model = self.model(&part, prices);
        let day = hour.map(|hour| hour.div_euclid(24));
        self.log_days = wider(self.log_days, day);
        let at_that_time = match hour {
            Some(hour) => self.hours.entry((model.clone(), hour)).or_default(),
            None => self.untimed.entry(model.clone()).or_default(),
        };
        add(at_that_time, part.clone(), cell)?;
        let key = (model, day.filter(|_| self.by_day));
        add(&mut self.lines.entry(key).or_default().log, part, cell)
    }

    fn charge(
        &mut self,
        day: Option<i32>,
        part: Part,
        cell: &Cell,
        prices: &Prices<'_>,
    ) -> Result<(), String> {
        let model = self.model(&part, prices);
        self.bill_days = wider(self.bill_days, day);
        let key = (model, day.filter(|_| self.by_day));
        add(&mut self.lines.entry(key).or_default().bill, part, cell)
    }

    /// The key of a model: its row in the price list, else its name. Charges that are no usage stay apart.
    fn model(&mut self, part: &Part, prices: &Prices<'_>) -> Option<String> {
        let name = part.model.as_deref()?;
        if !self.by_model && !is_charge(name) {
            return None;
        }
        let book = prices.book(None, name);
        let key = book.map_or_else(|| name.to_lowercase(), |book| book.id.clone());
        let shown = models::shown(prices, name);
        // The first name that is met is shown: the calls come before the charges, in the order of names.
        self.names.entry(key.clone()).or_insert(shown);
        Some(key)
    }

    /// The name of a row's model.
    pub fn name(&self, key: &RowKey) -> Option<String> {
        key.0.as_ref().map(|key| self.names[key].clone())
    }

    /// All lines of each model as one.
    ///
    /// # Errors
    /// Sums beyond any magnitude.
    pub fn by_models(&self) -> Result<BTreeMap<RowKey, Line>, String> {
        let mut all: BTreeMap<RowKey, Line> = BTreeMap::new();
        for ((model, _), line) in &self.lines {
            let sum = all.entry((model.clone(), None)).or_default();
            merge(&mut sum.log, &line.log)?;
            merge(&mut sum.bill, &line.bill)?;
        }
        Ok(all)
    }
}

fn add(parts: &mut Parts, part: Part, cell: &Cell) -> Result<(), String> {
    let fits = parts.entry(part).or_default().merge(cell);
    if fits { Ok(()) } else { Err(OVERFLOW.into()) }
}

/// Adds parts to others.
pub fn merge(parts: &mut Parts, more: &Parts) -> Result<(), String> {
    more.iter()
        .try_for_each(|(part, cell)| add(parts, part.clone(), cell))
}

fn wider(span: Option<(i32, i32)>, day: Option<i32>) -> Option<(i32, i32)> {
    match (span, day) {
        (Some((first, last)), Some(day)) => Some((first.min(day), last.max(day))),
        (None, Some(day)) => Some((day, day)),
        (span, None) => span,
    }
}

/// The hour or day of a cell's group.
fn time(grouping: &Grouping, key: &CellKey) -> Option<i32> {
    let part = grouping.keys.part(key.group as usize, 0)?;
    Some(part as i32)
}

/// Cells with their times, in an order that does not depend on hashing.
fn sorted(grouping: &Grouping) -> impl Iterator<Item = (Option<i32>, Part, Cell)> {
    let name = |at: Option<u32>| at.map(|at| grouping.names.name(at).to_owned());
    let mut all: Vec<(Option<i32>, Part, Cell)> = grouping
        .cells
        .iter()
        .map(|(key, cell)| {
            let part = Part {
                model: name(key.class.model),
                provider: name(key.class.provider),
                tier: name(key.class.tier),
                slot: key.class.slot,
                regional: key.class.regional,
                logged: key.class.logged,
            };
            (time(grouping, &key), part, cell)
        })
        .collect();
    all.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    all.into_iter()
}

/// Providers of the bill by the catalog's names, where every usage row tells one; OpenRouter's name those behind it.
fn providers(bill: &Usage) -> Option<BTreeSet<String>> {
    if bill.sources.contains_key(&Source::Openrouter) {
        return None;
    }
    let names = &bill.grouping.names;
    let usage = bill.grouping.cells.keys().filter(|key| {
        key.class
            .model
            .is_none_or(|model| !is_charge(names.name(model)))
    });
    usage
        .map(|key| key.class.provider.map(|at| price::provider(names.name(at))))
        .collect()
}

/// Who served a call: as the log says, else whose row the price list has for the model.
fn provider(part: &Part, prices: &Prices<'_>) -> Option<String> {
    if let Some(name) = &part.provider {
        return Some(price::provider(name));
    }
    let book = prices.book(None, part.model.as_deref()?)?;
    book.id
        .split_once('/')
        .map(|(provider, _)| provider.to_owned())
}
