//! Sums of priced cells.

use super::priced::Amounts;
use super::result::Trend;
use crate::usage::group::Cell;
use crate::usage::money::Money;
use crate::usage::record::TokenSums;

/// Why there is no sum.
pub type Overflow = String;

/// A sum that fits, or why there is none.
///
/// # Errors
/// An amount beyond any magnitude.
pub fn fits(sum: Option<Money>) -> Result<Money, Overflow> {
    sum.ok_or_else(|| "the amounts of these logs add up beyond any magnitude".into())
}

/// Sums of a row.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Rows of the log.
    pub rows: u64,
    /// Calls, as far as the rows tell.
    pub requests: u64,
    /// Rows that do not tell how many calls they sum.
    pub uncounted: u64,
    /// Failed calls among the requests.
    pub billed_failures: u64,
    /// Failed calls beside the requests.
    pub unbilled_failures: u64,
    /// Tokens.
    pub tokens: TokenSums,
    /// Cost by the mode.
    pub cost: Money,
    /// Cost as logged, of rows that have one.
    pub logged: Option<Money>,
    /// Cost by the price list, of rows that have a price.
    pub repriced: Option<Money>,
    /// Cells with a cost as logged.
    pub logged_cells: u64,
    /// Cells with a cost by the price list.
    pub repriced_cells: u64,
    /// Requests without a whole price.
    pub unpriced_requests: u64,
    /// Cost of the last period and of the one before.
    pub last: Money,
    /// Cost of the period before.
    pub previous: Money,
}

impl Sums {
    /// Adds a cell.
    pub fn add(&mut self, cell: &Cell, amounts: &Amounts) -> Result<(), Overflow> {
        self.rows += cell.rows;
        self.requests = self.requests.saturating_add(cell.requests);
        self.uncounted += cell.uncounted;
        self.billed_failures += cell.failed;
        self.tokens.merge(&cell.tokens);
        self.cost = fits(self.cost.plus(amounts.cost))?;
        self.logged = both(self.logged, amounts.logged)?;
        self.repriced = both(self.repriced, amounts.repriced)?;
        self.logged_cells += u64::from(amounts.logged.is_some());
        self.repriced_cells += u64::from(amounts.repriced.is_some());
        if amounts.incomplete || amounts.unknown {
            self.unpriced_requests = self.unpriced_requests.saturating_add(cell.requests);
        }
        Ok(())
    }

    /// These sums without a part of them; none where that cannot be told from the sums.
    pub fn without(&self, part: &Self) -> Option<Self> {
        // A sum that went beyond its type has forgotten what it was.
        let known = |sum: u64| (sum < u64::MAX).then_some(sum);
        let less = |whole: Option<Money>, part: Option<Money>, cells: u64| match whole {
            Some(whole) if cells > 0 => whole.minus(part.unwrap_or_default()).map(Some),
            _ => Some(None),
        };
        let (logged_cells, repriced_cells) = (
            self.logged_cells - part.logged_cells,
            self.repriced_cells - part.repriced_cells,
        );
        Some(Self {
            rows: self.rows - part.rows,
            requests: known(self.requests)?.checked_sub(part.requests)?,
            uncounted: self.uncounted - part.uncounted,
            billed_failures: self.billed_failures - part.billed_failures,
            unbilled_failures: self.unbilled_failures - part.unbilled_failures,
            tokens: self.tokens.without(&part.tokens)?,
            cost: self.cost.minus(part.cost)?,
            logged: less(self.logged, part.logged, logged_cells)?,
            repriced: less(self.repriced, part.repriced, repriced_cells)?,
            logged_cells,
            repriced_cells,
            unpriced_requests: known(self.unpriced_requests)?
                .checked_sub(part.unpriced_requests)?,
            last: self.last.minus(part.last)?,
            previous: self.previous.minus(part.previous)?,
        })
    }

    /// Adds the cost of a day to the period that it lies in.
    pub fn add_to_trend(&mut self, window: Trend, day: i32, cost: Money) -> Result<(), Overflow> {
        if window.is_last(day) {
            self.last = fits(self.last.plus(cost))?;
        } else if window.is_previous(day) {
            self.previous = fits(self.previous.plus(cost))?;
        }
        Ok(())
    }
}

/// The sum of what is known; unknown where neither is.
fn both(a: Option<Money>, b: Option<Money>) -> Result<Option<Money>, Overflow> {
    match (a, b) {
        (Some(a), Some(b)) => fits(a.plus(b)).map(Some),
        (a, b) => Ok(a.or(b)),
    }
}
