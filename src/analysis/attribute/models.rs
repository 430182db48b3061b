//! Models: one name for the spellings of one price row, and logged against repriced cost.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::priced::Amounts;
use super::sums::{Overflow, fits};
use crate::usage::group::{CellKey, Grouping};
use crate::usage::money::Money;
use crate::usage::names;
use crate::usage::price::Prices;

/// Logged against repriced cost of a model, over the calls that have both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelCosts {
    /// Model.
    pub model: String,
    /// Rows that have both costs.
    pub rows: u64,
    /// As logged.
    pub logged_usd: Money,
    /// By the price list.
    pub repriced_usd: Money,
    /// Logged minus repriced.
    pub difference_usd: Money,
    /// Logged over repriced; none where the price list says nothing.
    pub ratio: Option<f64>,
}

/// The name under which a model is shown: without the date of its snapshot where both are the same row of the
/// price list.
pub fn shown(prices: &Prices<'_>, name: &str) -> String {
    let Some(short) = names::without_snapshot(name) else {
        return name.to_owned();
    };
    let row = |name: &str| prices.book(None, name).map(|book| book.id.clone());
    match (row(name), row(short)) {
        (Some(dated), Some(plain)) if dated == plain => short.to_owned(),
        _ => name.to_owned(),
    }
}

/// Both costs of each model, by its name's index.
#[derive(Default)]
pub struct Compared(HashMap<Option<u32>, (u64, Money, Money)>);

impl Compared {
    /// Adds a cell.
    pub fn add(&mut self, key: &CellKey, rows: u64, amounts: &Amounts) -> Result<(), Overflow> {
        if let (Some(logged), Some(repriced)) = (amounts.logged, amounts.repriced) {
            let sums = self.0.entry(key.class.model).or_default();
            add(sums, &(rows, logged, repriced))?;
        }
        Ok(())
    }

    /// By the names under which models are shown.
    pub fn by_name(
        &self,
        grouping: &Grouping,
        prices: &Prices<'_>,
    ) -> Result<Vec<ModelCosts>, Overflow> {
        let mut by_name: BTreeMap<String, (u64, Money, Money)> = BTreeMap::new();
        for (model, sums) in &self.0 {
            let name = model.map_or_else(String::new, |at| shown(prices, grouping.names.name(at)));
            add(by_name.entry(name).or_default(), sums)?;
        }
        let one = |(model, (rows, logged, repriced)): (String, (u64, Money, Money))| {
            Ok(ModelCosts {
                model,
                rows,
                logged_usd: logged,
                repriced_usd: repriced,
                difference_usd: fits(logged.minus(repriced))?,
                ratio: (repriced != Money::ZERO).then(|| logged.usd() / repriced.usd()),
            })
        };
        by_name.into_iter().map(one).collect()
    }
}

fn add(sums: &mut (u64, Money, Money), other: &(u64, Money, Money)) -> Result<(), Overflow> {
    sums.0 += other.0;
    sums.1 = fits(sums.1.plus(other.1))?;
    sums.2 = fits(sums.2.plus(other.2))?;
    Ok(())
}
