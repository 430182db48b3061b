//! A cell and what is added to it.

use super::super::money::Money;
use super::super::record::{TokenSums, Tokens};
use super::super::shape::Slot;

/// Where calls that cost the same per token are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellKey {
    /// Index of the group.
    pub group: u32,
    /// What they cost by.
    pub class: Class,
    /// Day in the plan's zone since 1970, where days are told apart.
    pub day: Option<i32>,
    /// Index of the class.
    pub class_at: u32,
}

/// What decides over the price of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class {
    /// Model by its name's index.
    pub model: Option<u32>,
    /// Provider by its name's index.
    pub provider: Option<u32>,
    /// Tier by its name's index; the standard one is none.
    pub tier: Option<u32>,
    /// Step, length and hour of the price list.
    pub slot: Slot,
    /// Whether it costs more for being bound to a region.
    pub regional: bool,
    /// Whether the calls carry a cost of their own.
    pub logged: bool,
}

/// Sums of calls that cost the same per token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Rows.
    pub rows: u64,
    /// Calls, as far as the rows tell.
    pub requests: u64,
    /// Rows that do not tell how many calls they sum.
    pub uncounted: u64,
    /// Calls among them that failed and were billed all the same.
    pub failed: u64,
    /// Tokens by bucket.
    pub tokens: TokenSums,
    /// Cost as logged.
    pub logged: Money,
}

impl Cell {
    /// Adds another cell; false where the amount goes beyond any magnitude.
    pub fn merge(&mut self, other: &Self) -> bool {
        self.rows += other.rows;
        self.requests = self.requests.saturating_add(other.requests);
        self.uncounted += other.uncounted;
        self.failed += other.failed;
        self.tokens.merge(&other.tokens);
        match self.logged.plus(other.logged) {
            Some(sum) => self.logged = sum,
            None => return false,
        }
        true
    }
}

/// A row as it is added to a cell.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Calls; none where the row does not tell.
    pub requests: Option<u64>,
    /// Whether it failed and was billed all the same.
    pub failed: bool,
    /// Tokens.
    pub tokens: Tokens,
    /// Cost as logged.
    pub logged: Option<Money>,
}
