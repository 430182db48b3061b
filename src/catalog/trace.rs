//! What is asked of a catalog: the rows that a lock has to keep, and those that one lacks.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::store::Store;
use super::{AS_OF, Asked, Catalog, Lock, Row, guard, lock};
use crate::date::Date;

/// What was asked of a catalog since it began to take note.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Rows that were given out.
    pub used: BTreeSet<Asked>,
    /// Ids that were not known.
    pub absent: BTreeSet<Asked>,
}

impl Catalog {
    /// This catalog, taking note of every row that is asked for.
    #[must_use]
    pub fn traced(mut self) -> Self {
        self.trace = Some(Mutex::default());
        self
    }

    /// What was asked for, if it is taken note of.
    pub fn trace(&self) -> Trace {
        let trace = self.trace.as_ref();
        trace.map_or_else(Trace::default, |trace| guard(trace).clone())
    }

    /// The lock, if one stands in the place of the embedded rows.
    pub fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }

    /// Day for which it was compiled.
    pub fn as_of(&self) -> Date {
        self.lock.as_ref().map_or(AS_OF, |lock| lock.as_of)
    }

    /// Rows that this thread asked for, and that the embedded catalog has but not the lock; each is told
    /// once.
    pub fn take_missing(&self) -> Vec<Asked> {
        let missing = guard(&self.missing).remove(&std::thread::current().id());
        missing.into_iter().flatten().collect()
    }

    fn miss(&self, asked: Asked) {
        let thread = std::thread::current().id();
        guard(&self.missing)
            .entry(thread)
            .or_default()
            .insert(asked);
    }

    /// Takes note of an id that was asked for, and whether a lock should have it.
    pub(super) fn note(&self, kind: &'static str, asked: &str, found: Option<&str>) {
        if let Some(trace) = &self.trace {
            let mut trace = guard(trace);
            match found {
                Some(id) => trace.used.insert((kind, id.to_owned())),
                None => trace.absent.insert((kind, asked.to_owned())),
            };
        }
        let Some(lock) = self.lock.as_ref().filter(|_| found.is_none()) else {
            return;
        };
        if !lock.is_absent(kind, asked) && Store::Embedded.find(kind, asked).is_some() {
            self.miss((kind, asked.to_owned()));
        }
    }

    /// The same for all rows of a kind that pass a filter.
    pub(super) fn note_all<R: Row>(&self, found: &[(R, bool)], filter: impl Fn(&str) -> bool) {
        for (row, _) in found.iter().filter(|_| self.trace.is_some()) {
            self.note(R::KIND, row.id(), Some(row.id()));
        }
        let Some(lock) = self.lock.as_ref().filter(|_| found.is_empty()) else {
            return;
        };
        for block in Store::Embedded
            .blocks(R::KIND)
            .filter(|block| filter(block))
        {
            if !lock.covers(block) {
                self.miss((R::KIND, lock::id_of(block).to_owned()));
            }
        }
    }

    pub(super) fn is_own(&self, kind: &str, id: &str) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.is_own(kind, id))
    }
}
