//! Groups that are told: each is made when it is asked for, so that half a million of them take no memory of their own.

use serde::ser::{Error, Serialize, SerializeSeq, Serializer};

use super::entry::{Entry, entry};
use super::priced::{CostMode, Pricer};
use super::rows::Rows;
use super::sums::Overflow;
use crate::usage::group::Grouping;
use crate::usage::money::Money;
use crate::usage::price::Prices;

/// Entries that can be gone through, be they held or not.
pub trait Entries {
    /// Each entry in its order, or why it cannot be told: an amount beyond any magnitude.
    fn entries(&self) -> Box<dyn Iterator<Item = Result<Entry, Overflow>> + '_>;
}

impl Entries for Vec<Entry> {
    fn entries(&self) -> Box<dyn Iterator<Item = Result<Entry, Overflow>> + '_> {
        Box::new(self.iter().cloned().map(Ok))
    }
}

/// Groups by their rows, in the order in which they are told.
pub struct Told<'a> {
    pub(super) names: Vec<&'static str>,
    pub(super) list: Vec<u32>,
    /// The cost of everything.
    pub(super) whole: Money,
    pub(super) mode: CostMode,
    pub(super) rows: Rows<'a>,
    pub(super) grouping: &'a Grouping,
    pub(super) prices: &'a Prices<'a>,
}

impl Entries for Told<'_> {
    fn entries(&self) -> Box<dyn Iterator<Item = Result<Entry, Overflow>> + '_> {
        let mut pricer = Pricer::new(self.grouping, self.prices, self.mode);
        Box::new(self.list.iter().map(move |row| {
            let sums = self.rows.sums(&[*row], &mut pricer)?;
            let one = entry(&sums, self.rows.latency(&[*row]), self.whole);
            Ok(one.named(&self.names, self.rows.key(*row)))
        }))
    }
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.list.len()))?;
        for entry in self.entries() {
            list.serialize_element(&entry.map_err(S::Error::custom)?)?;
        }
        list.end()
    }
}
