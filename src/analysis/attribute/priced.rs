//! The cost of cells: as logged, by the price list, or the better known of the two.

use std::collections::BTreeMap;

use serde::Serialize;

use super::result::Unpriced;
use super::sums::{Overflow, fits};
use crate::usage::group::{Cell, CellKey, Grouping};
use crate::usage::money::{Money, TokenPrices};
use crate::usage::price::{Priced, Prices};
use crate::usage::record::TokenSums;
use crate::warning::Warning;

/// Which cost counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CostMode {
    /// As logged where the row has a cost, else by the price list.
    Auto,
    /// As logged.
    Logged,
    /// By the price list.
    Repriced,
    /// By the price list, with the logged cost beside it.
    Both,
}

/// The cost of a cell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amounts {
    /// By the mode.
    pub cost: Money,
    /// As logged, where the rows have a cost.
    pub logged: Option<Money>,
    /// By the price list, where there is a price.
    pub repriced: Option<Money>,
    /// Whether the cost leaves tokens out, for want of a price.
    pub incomplete: bool,
    /// Whether the whole cost is unknown.
    pub unknown: bool,
}

/// What lacks a price: model, tier where it is the reason, and why.
type Lack = (Option<String>, Option<String>, &'static str);

/// Prices cells of a grouping.
pub struct Pricer<'a> {
    grouping: &'a Grouping,
    prices: &'a Prices<'a>,
    mode: CostMode,
    /// By the index of a class.
    known: Vec<Option<Result<usize, &'static str>>>,
    found: Vec<Priced>,
    lacking: BTreeMap<Lack, (u64, u64, TokenSums)>,
    halved: BTreeMap<String, u64>,
}

/// Why there is no price.
const NO_MODEL: &str = "the row names no model";
const NO_ROW: &str = "the catalog has no such model";
const NO_TIER: &str = "the catalog has no price of this tier";
const NO_BUCKET: &str = "the catalog has no price for this kind of token";
const NO_LOG: &str = "the row has no logged cost";
const NO_TOKENS: &str = "the row has a cost and no tokens";

impl<'a> Pricer<'a> {
    /// Prices the cells of a grouping by a mode.
    pub fn new(grouping: &'a Grouping, prices: &'a Prices<'a>, mode: CostMode) -> Self {
        Self {
            grouping,
            prices,
            mode,
            known: vec![None; grouping.cells.classes()],
            found: Vec::new(),
            lacking: BTreeMap::new(),
            halved: BTreeMap::new(),
        }
    }

    /// The amounts of a cell.
    pub fn cell(&mut self, key: &CellKey, cell: &Cell) -> Result<Amounts, Overflow> {
        let logged = key.class.logged.then_some(cell.logged);
        let by_list = self.by_list(key, cell)?;
        let mut amounts = Amounts {
            logged,
            repriced: by_list.ok().map(|(cost, _)| cost),
            ..Amounts::default()
        };
        let logs = match self.mode {
            CostMode::Logged => true,
            CostMode::Auto => logged.is_some(),
            CostMode::Repriced | CostMode::Both => false,
        };
        if logs {
            amounts.cost = logged.unwrap_or_default();
            amounts.unknown = logged.is_none() && !cell.tokens.is_zero();
            if amounts.unknown {
                self.lack(key, cell, cell.tokens, NO_LOG);
            }
        } else {
            match by_list {
                Ok((cost, incomplete)) => {
                    (amounts.cost, amounts.incomplete) = (cost, incomplete);
                    if let Some(prices) = self.token_prices(key).filter(|_| incomplete) {
                        let left_out = prices.unpriced(&cell.tokens);
                        self.lack(key, cell, left_out, NO_BUCKET);
                    }
                }
                Err(why) => {
                    amounts.unknown = true;
                    self.lack(key, cell, cell.tokens, why);
                }
            }
        }
        Ok(amounts)
    }

    /// The cost by the price list and whether it leaves tokens out, or why there is none.
    fn by_list(
        &mut self,
        key: &CellKey,
        cell: &Cell,
    ) -> Result<Result<(Money, bool), &'static str>, Overflow> {
        if cell.tokens.is_zero() {
            let nothing = !key.class.logged || cell.logged == Money::ZERO;
            return Ok(if nothing {
                Ok((Money::ZERO, false))
            } else {
                Err(NO_TOKENS)
            });
        }
        let found = self.known[key.class_at as usize].unwrap_or_else(|| {
            let found = self.look_up(key).map(|priced| {
                self.found.push(priced);
                self.found.len() - 1
            });
            self.known[key.class_at as usize] = Some(found);
            found
        });
        let priced = match found {
            Ok(at) => &self.found[at],
            Err(why) => return Ok(Err(why)),
        };
        if priced.half && !(self.mode == CostMode::Auto && key.class.logged) {
            let model = self.model(key).unwrap_or_default();
            *self.halved.entry(model).or_default() += cell.rows;
        }
        match priced.prices.cost(&cell.tokens) {
            Some(cost) => Ok(Ok(cost)),
            None => fits(None).map(|_| Err(NO_ROW)),
        }
    }

    /// The prices by which a cell was priced, where there are any.
    pub fn token_prices(&self, key: &CellKey) -> Option<TokenPrices> {
        let found = self.known[key.class_at as usize]?.ok()?;
        Some(self.found[found].prices)
    }

    fn look_up(&self, key: &CellKey) -> Result<Priced, &'static str> {
        let names = &self.grouping.names;
        let model = key.class.model.map(|at| names.name(at)).ok_or(NO_MODEL)?;
        let provider = key.class.provider.map(|at| names.name(at));
        let book = self.prices.book(provider, model).ok_or(NO_ROW)?;
        let tier = key.class.tier.map_or("standard", |at| names.name(at));
        self.prices
            .price(&book, tier, key.class.slot, key.class.regional)
            .ok_or(NO_TIER)
    }

    fn model(&self, key: &CellKey) -> Option<String> {
        key.class
            .model
            .map(|at| self.grouping.names.name(at).to_owned())
    }

    fn lack(&mut self, key: &CellKey, cell: &Cell, tokens: TokenSums, why: &'static str) {
        let tier = key.class.tier.filter(|_| why == NO_TIER);
        let tier = tier.map(|at| self.grouping.names.name(at).to_owned());
        let lack = self
            .lacking
            .entry((self.model(key), tier, why))
            .or_default();
        lack.0 += cell.rows;
        lack.1 += cell.requests;
        lack.2.merge(&tokens);
    }

    /// What lacks a price, by model.
    pub fn unpriced(&self) -> Vec<Unpriced> {
        let one = |(key, value): (&Lack, &(u64, u64, TokenSums))| Unpriced {
            model: key.0.clone(),
            tier: key.1.clone(),
            reason: key.2,
            rows: value.0,
            requests: value.1,
            tokens: value.2,
        };
        self.lacking.iter().map(one).collect()
    }

    /// What was assumed for want of a price.
    pub fn warnings(&self) -> Vec<Warning> {
        if self.halved.is_empty() {
            return Vec::new();
        }
        let names: Vec<&str> = self.halved.keys().map(String::as_str).collect();
        let message = format!(
            "no batch price is listed for {}: half of the standard price was taken",
            names.join(", ")
        );
        let hint = "list it with tier = \"batch\" in a file of your own: --prices FILE";
        vec![Warning::new("batch-price-halved", message, hint)]
    }
}
