//! The log against the bill: what was billed beyond what the calls of the log cost by the price list, per model
//! and day, and which single cause would explain it. Rows add up to the total to the last digit.

mod causes;
mod fitted;
mod pattern;
mod price;
mod result;
mod sheet;
mod sides;

pub use causes::Cause;
pub use result::{CauseSum, Entry, LeftOut, Reconciliation, Verdict};

use crate::usage::ingest::Usage;
use crate::usage::money::Money;
use crate::usage::price::Prices;
use crate::warning::Warning;
use pattern::Patterns;
use result::entries;
use sheet::Sheet;
use sides::Basis;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Query {
    /// Whether models are told apart; none: where the bill names them.
    pub by_model: Option<bool>,
    /// Whether days are told apart; none: where the bill has them.
    pub by_day: Option<bool>,
    /// What may be left without being a difference.
    pub tolerance: Tolerance,
}

/// What may be left: the greater of a share of the billed amount and an amount.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// Millionths of the billed amount: 20,000 is 2 %.
    pub millionths: u32,
    /// Amount (USD).
    pub usd: Money,
}

impl Tolerance {
    /// The limit for a billed amount; none beyond any magnitude.
    pub fn of(&self, billed: Money) -> Option<Money> {
        let share = absolute(billed)?.scaled(i128::from(self.millionths), 1_000_000)?;
        Some(share.max(self.usd))
    }

    /// The share as a number.
    pub fn share(&self) -> f64 {
        f64::from(self.millionths) / 1e6
    }
}

/// An amount without its sign.
fn absolute(usd: Money) -> Option<Money> {
    if usd < Money::ZERO {
        Money::ZERO.minus(usd)
    } else {
        Some(usd)
    }
}

/// Holds a bill against a log. The log is grouped by the hour, the bill by the day.
///
/// # Errors
/// Sums beyond any magnitude: no total of them would be right.
pub fn reconcile(
    log: &Usage,
    bill: &Usage,
    prices: &Prices<'_>,
    query: &Query,
) -> Result<Reconciliation, String> {
    let sheet = Sheet::of(log, bill, prices, query)?;
    let basis = Basis { prices, query };
    let patterns = Patterns::of(&sheet, &basis)?;
    let mut result = entries(&sheet, &basis, &patterns)?;
    result.warnings = warnings(log, bill, &sheet, &result);
    Ok(result)
}

fn warnings(log: &Usage, bill: &Usage, sheet: &Sheet, result: &Reconciliation) -> Vec<Warning> {
    let mut list = log.warnings(false);
    list.extend(bill.warnings(false));
    if !result.total.unpriced.is_zero() {
        let names: Vec<&str> = result
            .models
            .iter()
            .filter(|entry| !entry.unpriced.is_zero())
            .map(|entry| entry.model.as_deref().unwrap_or("no model"))
            .collect();
        list.push(Warning::new(
            "unpriced",
            format!("no price for all tokens of: {}", names.join(", ")),
            "put the model into a file of your own: --prices FILE (`llmcost schema catalog` describes it)",
        ));
    }
    if !sheet.amounts {
        list.push(Warning::new(
            "bill-without-amounts",
            "the bill has no amounts: its tokens were priced by the price list",
            "what is compared is the tokens; a cost report compares what was charged",
        ));
    }
    list
}
