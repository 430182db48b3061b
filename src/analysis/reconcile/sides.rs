//! Both amounts of a row, and when they agree.

use super::causes::Cause;
use super::price::{Change, Parts, cost};
use super::sheet::Line;
use super::{Query, absolute};
use crate::analysis::attribute::sums::{Overflow, fits};
use crate::usage::money::Money;
use crate::usage::price::Prices;
use crate::usage::record::TokenSums;

/// What rows are compared by.
pub struct Basis<'a> {
    /// Price list.
    pub prices: &'a Prices<'a>,
    /// What is asked.
    pub query: &'a Query,
}

/// Both amounts of a row.
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    /// Of the log (USD).
    pub expected: Money,
    /// Of the bill (USD).
    pub billed: Money,
    /// Billed minus expected (USD).
    pub residual: Money,
    /// How much may be left (USD).
    pub limit: Money,
    /// Tokens of the log without a price.
    pub unpriced: TokenSums,
}

impl Basis<'_> {
    /// The amounts of a row.
    ///
    /// # Errors
    /// Amounts beyond any magnitude.
    pub fn sides(&self, line: &Line, amounts: bool) -> Result<Sides, Overflow> {
        let whole = |parts: &Parts| cost(parts, self.prices, Change::None);
        let log = whole(&line.log);
        let expected = fits(log.map(|cost| cost.usd))?;
        let billed = if amounts {
            fits(
                line.bill
                    .values()
                    .try_fold(Money::ZERO, |sum, cell| sum.plus(cell.logged)),
            )?
        } else {
            fits(whole(&line.bill).map(|cost| cost.usd))?
        };
        let unpriced = log.map(|cost| cost.unpriced).unwrap_or_default();
        self.compared(expected, billed, unpriced)
    }

    /// Two amounts as a row.
    ///
    /// # Errors
    /// Amounts beyond any magnitude.
    pub fn compared(
        &self,
        expected: Money,
        billed: Money,
        unpriced: TokenSums,
    ) -> Result<Sides, Overflow> {
        Ok(Sides {
            expected,
            billed,
            residual: fits(billed.minus(expected))?,
            limit: fits(self.query.tolerance.of(billed))?,
            unpriced,
        })
    }
}

impl Sides {
    /// Whether the difference is within the tolerance.
    pub fn agrees(&self) -> bool {
        self.unpriced.is_zero() && self.is_near(self.expected)
    }

    /// Whether an amount is what was billed, within the tolerance.
    pub fn is_near(&self, usd: Money) -> bool {
        let left = self.billed.minus(usd).and_then(absolute);
        left.is_some_and(|left| left <= self.limit)
    }

    /// A cause, where the cost that it supposes is what was billed: within the tolerance, and nearer by half.
    pub fn explained_by(
        &self,
        code: &'static str,
        what: impl Into<String>,
        supposed: Money,
    ) -> Option<Cause> {
        let effect = supposed.minus(self.expected)?;
        let left = self.billed.minus(supposed)?;
        let twice = absolute(left)?.times(2)?;
        let explains = self.is_near(supposed) && twice <= absolute(self.residual)?;
        explains.then(|| Cause::new(code, what, effect, left))
    }

    /// Calls of the mean cost that make up the difference.
    pub fn calls_for(&self, calls: u64) -> Option<f64> {
        let mean = self.expected.usd() / calls as f64;
        (calls > 0 && mean > 0.0).then(|| self.residual.usd().abs() / mean)
    }
}
