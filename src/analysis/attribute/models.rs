//! Models: one name for the spellings of one price row, and logged against repriced cost.

use std::collections::BTreeMap;

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

/// Compares both costs of each model.
pub fn compare(
    grouping: &Grouping,
    prices: &Prices<'_>,
    cells: &[(CellKey, Amounts)],
) -> Result<Vec<ModelCosts>, Overflow> {
    let mut by_model: BTreeMap<String, (u64, Money, Money)> = BTreeMap::new();
    for (key, amounts) in cells {
        let (Some(logged), Some(repriced)) = (amounts.logged, amounts.repriced) else {
            continue;
        };
        let name = key
            .model
            .map_or_else(String::new, |at| shown(prices, grouping.names.name(at)));
        let sums = by_model.entry(name).or_default();
        sums.0 += grouping.cells[key].rows;
        sums.1 = fits(sums.1.plus(logged))?;
        sums.2 = fits(sums.2.plus(repriced))?;
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
    by_model.into_iter().map(one).collect()
}
