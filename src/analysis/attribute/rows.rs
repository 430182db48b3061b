//! Rows of an answer: which groups and cells make each of them, by name, and their sums one row at a time, so
//! that half a million rows need not all be held with everything that is known of them.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::entry::Latency;
use super::priced::Pricer;
use super::sums::{Overflow, Sums, fits};
use super::trend::Trend;
use super::{Query, models};
use crate::usage::group::Grouping;
use crate::usage::key::{Dimension, Keys};
use crate::usage::latency::{Quantiles, RELATIVE_ERROR, Tally};
use crate::usage::money::Money;
use crate::usage::price::Prices;

/// Shares of calls whose times are told.
const SHARES: [f64; 3] = [0.5, 0.95, 0.99];

/// Indices sorted into rows: those of a row lie side by side.
#[derive(Default)]
struct Sorted {
    begins: Vec<u32>,
    list: Vec<u32>,
}

impl Sorted {
    /// The row of each index is given in their order.
    fn by(rows: usize, row_of: impl Iterator<Item = u32> + Clone) -> Self {
        let mut begins = vec![0; rows + 1];
        let mut count = 0;
        for row in row_of.clone() {
            begins[row as usize + 1] += 1;
            count += 1;
        }
        for row in 0..rows {
            begins[row + 1] += begins[row];
        }
        let (mut next, mut list) = (begins.clone(), vec![0; count]);
        for (at, row) in row_of.enumerate() {
            list[next[row as usize] as usize] = at as u32;
            next[row as usize] += 1;
        }
        Self { begins, list }
    }

    fn of(&self, row: u32) -> &[u32] {
        let row = row as usize;
        &self.list[self.begins[row] as usize..self.begins[row + 1] as usize]
    }
}

/// Rows by name.
pub struct Rows<'a> {
    grouping: &'a Grouping,
    /// The texts of each dimension in their order; the parts of a key are their places here, from 1 on.
    texts: Vec<Vec<String>>,
    keys: Keys,
    row_of: Vec<u32>,
    /// Whether each group is a row, in the same order.
    apart: bool,
    groups: Sorted,
    cells: Sorted,
    window: Option<Trend>,
}

impl<'a> Rows<'a> {
    /// The rows that a query asks for.
    pub fn new(
        grouping: &'a Grouping,
        prices: &Prices<'_>,
        query: &Query,
        window: Option<Trend>,
    ) -> Self {
        let named: Vec<Named> = query
            .by
            .iter()
            .map(|by| Named::new(grouping, prices, query, *by))
            .collect();
        let (groups, dimensions) = (0..grouping.groups(), query.by.len());
        let parts = |group: u32| named.iter().map(move |n| n.place(grouping, group));
        // Where nothing that is told apart becomes the same, each group is a row.
        let same = query.by == grouping.plan.by && !query.by.is_empty();
        let apart = same && named.iter().all(Named::tells_apart);
        let (keys, row_of): (Keys, Vec<u32>) = if apart {
            let keys = Keys::listed(dimensions, groups.clone().flat_map(parts));
            (keys, groups.collect())
        } else {
            let mut keys = Keys::of(dimensions);
            let row_of = groups.map(|group| keys.index(parts(group))).collect();
            (keys, row_of)
        };
        let cells = (0..grouping.cells.len()).map(|at| row_of[grouping.cells.group(at) as usize]);
        Self {
            grouping,
            groups: Sorted::by(keys.len(), row_of.iter().copied()),
            cells: Sorted::by(keys.len(), cells),
            texts: named.into_iter().map(|named| named.texts).collect(),
            keys,
            row_of,
            apart,
            window,
        }
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        self.keys.len() as u32
    }

    /// The cost of each row, from that of each group.
    ///
    /// # Errors
    /// An amount beyond any magnitude.
    pub fn costs(&self, of_groups: Vec<Money>) -> Result<Vec<Money>, Overflow> {
        if self.apart {
            return Ok(of_groups);
        }
        let mut costs = vec![Money::ZERO; self.keys.len()];
        for (row, cost) in self.row_of.iter().zip(of_groups) {
            let sum = &mut costs[*row as usize];
            *sum = fits(sum.plus(cost))?;
        }
        Ok(costs)
    }

    /// Whether every dimension is told.
    pub fn is_told(&self, row: u32) -> bool {
        (0..self.texts.len()).all(|place| self.keys.part(row as usize, place).is_some())
    }

    /// Whether any row of the log was counted.
    pub fn has_calls(&self, row: u32) -> bool {
        !self.cells.of(row).is_empty()
    }

    /// Its key as texts.
    pub fn key(&self, row: u32) -> Vec<Option<String>> {
        let text = |(place, texts): (usize, &Vec<String>)| {
            let at = self.keys.part(row as usize, place)?;
            Some(texts[at as usize].clone())
        };
        self.texts.iter().enumerate().map(text).collect()
    }

    /// The order of two keys.
    pub fn compare(&self, a: u32, b: u32) -> Ordering {
        let part = |row: u32, place| self.keys.part(row as usize, place);
        let places = (0..self.texts.len()).map(|place| part(a, place).cmp(&part(b, place)));
        places.fold(Ordering::Equal, Ordering::then)
    }

    /// The sums of some rows.
    ///
    /// # Errors
    /// An amount beyond any magnitude.
    pub fn sums(&self, rows: &[u32], pricer: &mut Pricer<'_>) -> Result<Sums, Overflow> {
        let mut sums = Sums::default();
        for row in rows {
            for group in self.groups.of(*row) {
                sums.unbilled_failures += self.grouping.failed(*group);
            }
            for at in self.cells.of(*row) {
                let (key, cell) = (
                    self.grouping.cells.key(*at as usize),
                    self.grouping.cells.cell(*at as usize),
                );
                let amounts = pricer.cell(&key, &cell)?;
                sums.add(&cell, &amounts)?;
                if let (Some(window), Some(day)) = (self.window, key.day) {
                    sums.add_to_trend(window, day, amounts.cost)?;
                }
            }
        }
        Ok(sums)
    }

    fn groups_of<'b>(&'b self, rows: &'b [u32]) -> impl Iterator<Item = u32> + Clone + 'b {
        rows.iter()
            .flat_map(|row| self.groups.of(*row).iter().copied())
    }

    /// The times of some rows.
    pub fn latency(&self, rows: &[u32]) -> Option<Latency> {
        let latencies = &self.grouping.latencies;
        let found = latencies.quantiles(self.groups_of(rows), SHARES)?;
        Some(self.shown(&found))
    }

    /// The times of all rows but some, where those of all are counted; none where they have to be gone through.
    pub fn latency_without(&self, rows: &[u32], all: &Tally) -> Option<Latency> {
        let latencies = &self.grouping.latencies;
        let mut left = all.clone();
        left.remove(&latencies.tally(self.groups_of(rows))?);
        let found = latencies.quantiles_of(&left, SHARES)?;
        Some(self.shown(&found))
    }

    fn shown(&self, found: &Quantiles<3>) -> Latency {
        let [p50, p95, p99] = found.ms;
        Latency {
            calls: found.calls as usize,
            p50,
            p95,
            p99,
            relative_error: (!self.grouping.latencies.is_exact()).then_some(RELATIVE_ERROR),
        }
    }

    /// Rows in the order in which they are told, the dearest first or by time: the first ones, as many as are told.
    /// The others follow in no order.
    pub fn sort(&self, rows: &mut [u32], cost: &[Money], by_key: bool, told: usize) {
        let order = |a: &u32, b: &u32| {
            let dearer = cost[*b as usize].cmp(&cost[*a as usize]);
            let by_cost = if by_key { Ordering::Equal } else { dearer };
            by_cost.then_with(|| self.compare(*a, *b))
        };
        if told < rows.len() {
            rows.select_nth_unstable_by(told, order);
        }
        let told = told.min(rows.len());
        rows[..told].sort_unstable_by(order);
    }
}

/// The texts of a dimension.
struct Named {
    place: Option<usize>,
    texts: Vec<String>,
    index: HashMap<u32, u32, FixedState>,
}

impl Named {
    fn new(grouping: &Grouping, prices: &Prices<'_>, query: &Query, by: Dimension) -> Self {
        let place = grouping.plan.by.iter().position(|known| *known == by);
        let parts: HashSet<u32, FixedState> = (0..grouping.keys.len())
            .filter_map(|group| grouping.keys.part(group, place?))
            .collect();
        let text = |part: u32| -> String {
            let text = by.text(Some(part), &grouping.names).unwrap_or_default();
            let text = match by {
                Dimension::Model => models::shown(prices, &text),
                _ => text,
            };
            match &query.redact {
                Some(redaction) => redaction.name(by, &text),
                None => text,
            }
        };
        let mut shown: Vec<(String, u32)> = parts.into_iter().map(|p| (text(p), p)).collect();
        shown.sort_unstable();
        let mut named = Self {
            place,
            texts: Vec::new(),
            index: HashMap::default(),
        };
        for (text, part) in shown {
            if named.texts.last() != Some(&text) {
                named.texts.push(text);
            }
            named.index.insert(part, named.texts.len() as u32 - 1);
        }
        named
    }

    /// Whether no two parts have the same text.
    fn tells_apart(&self) -> bool {
        self.texts.len() == self.index.len()
    }

    fn place(&self, grouping: &Grouping, group: u32) -> Option<u32> {
        let part = grouping.keys.part(group as usize, self.place?)?;
        Some(self.index[&part])
    }
}
