//! Rows as entries of an answer.

use super::entry::{Entry, Latency, entry};
use super::priced::Pricer;
use super::rows::Rows;
use super::sums::{Overflow, Sums};
use crate::usage::latency::Tally;

/// What is known of everything before it is shown.
#[derive(Clone, Copy)]
pub struct Total<'a> {
    /// Its sums.
    pub sums: &'a Sums,
    /// Its times, where they are so many that they were counted.
    pub tally: Option<&'a Tally>,
}

/// Makes entries of rows.
pub struct Show<'a> {
    /// The rows.
    pub rows: &'a Rows<'a>,
    /// Their prices.
    pub pricer: Pricer<'a>,
    /// Everything.
    pub whole: Total<'a>,
}

impl Show<'_> {
    /// Some rows as one.
    pub fn entry(&mut self, rows: &[u32]) -> Result<Entry, Overflow> {
        let sums = self.rows.sums(rows, &mut self.pricer)?;
        Ok(entry(&sums, self.rows.latency(rows), self.whole.sums.cost))
    }

    /// All rows but some as one: `others`, whose sums and times follow from the whole where those are fewer.
    pub fn all_but(&mut self, some: &[u32], others: &[u32]) -> Result<Entry, Overflow> {
        if some.len() > others.len() {
            return self.entry(others);
        }
        let part = self.rows.sums(some, &mut self.pricer)?;
        let sums = match self.whole.sums.without(&part) {
            Some(sums) => sums,
            None => self.rows.sums(others, &mut self.pricer)?,
        };
        let latency = self.latency_without(some, others);
        Ok(entry(&sums, latency, self.whole.sums.cost))
    }

    /// The times of all rows but some, which are those of the others.
    pub fn latency_without(&self, some: &[u32], others: &[u32]) -> Option<Latency> {
        let tally = self.whole.tally;
        let counted = tally.and_then(|tally| self.rows.latency_without(some, tally));
        counted.or_else(|| self.rows.latency(others))
    }

    /// Each row for itself.
    pub fn each(&mut self, rows: &[u32], names: &[&'static str]) -> Result<Vec<Entry>, Overflow> {
        let rows = rows.iter();
        rows.map(|row| Ok(self.entry(&[*row])?.named(names, self.rows.key(*row))))
            .collect()
    }
}
