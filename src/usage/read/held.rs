//! Calls that are written in several rows, each more complete than the one before: the most complete one counts.

use std::collections::HashMap;

use super::super::record::{Id, Record};

/// Calls by identity, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Held {
    index: HashMap<Id, usize>,
    records: Vec<Option<Record>>,
}

impl Held {
    /// Keeps a record unless a more complete one of the same call is kept; the call began with the first of
    /// its rows.
    pub fn keep(&mut self, id: Id, record: Record) {
        let Some(at) = self.index.get(&id) else {
            self.index.insert(id, self.records.len());
            self.records.push(Some(record));
            return;
        };
        let place = &mut self.records[*at];
        let Some(kept) = place else {
            // The whole call was told already.
            return;
        };
        let began = kept.at.min(record.at).or(kept.at).or(record.at);
        if record.tokens.total() >= kept.tokens.total() {
            *kept = record;
        }
        kept.at = began;
    }

    /// Keeps a record that has no identity.
    pub fn add(&mut self, record: Record) {
        self.records.push(Some(record));
    }

    /// Whether any row of a call was kept.
    pub fn has(&self, id: Id) -> bool {
        self.index.contains_key(&id)
    }

    /// The call is told as a whole: its parts are forgotten.
    pub fn forget(&mut self, id: Id) {
        if let Some(at) = self.index.get(&id) {
            self.records[*at] = None;
        }
    }

    /// What was kept.
    pub fn take(&mut self) -> Vec<Record> {
        self.index.clear();
        std::mem::take(&mut self.records)
            .into_iter()
            .flatten()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::record::{Bucket, Tokens};
    use super::*;

    #[test]
    fn of_growing_copies_the_largest_counts_once() {
        let output = |tokens| Record {
            tokens: Tokens::default().with(Bucket::OutputVisible, tokens),
            ..Record::call()
        };
        let mut held = Held::default();
        for (id, tokens) in [(1, 9), (2, 5), (1, 159), (1, 20)] {
            held.keep(id, output(tokens));
        }
        let totals: Vec<u128> = held.take().iter().map(|r| r.tokens.total()).collect();
        assert_eq!(totals, [159, 5]);
        held.keep(1, output(9));
        held.forget(1);
        assert_eq!(held.take(), []);
    }
}
