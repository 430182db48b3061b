//! Where the sums of rows stand. The places of some hundred rows are looked up in one go, and then their numbers are
//! added column by column, so that no row waits for the memory of the one before. Places that were met a short while
//! ago are known by one look.

use super::super::cells::Batch;
use super::super::group::Grouping;
use super::super::key::{DIMENSIONS, Dimension, Keys, Part};
use super::super::record::Status;
use super::super::time::Instant;
pub use super::near::Key;
use super::near::{self, Found, Near, Spot, WORDS};
use super::plan::Plan;
use super::rows::NOT_TOLD;

/// Words that there can be: the class, a part of each dimension, the day.
const MOST: usize = DIMENSIONS.len() + 2;

/// A part of a key that does not follow from what a row is priced by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Who is to pay.
    Tenant,
    /// What it was for.
    Feature,
    /// Conversation.
    Session,
    /// Prompt.
    Prompt,
    /// Whether the call failed.
    Failed,
    /// A time of the key, or the day where cells are told apart by it.
    Moment(Dimension),
}

/// The words of what is grouped by, and where each dimension finds its part among them.
pub fn words(by: &[Dimension], daily: bool) -> (Vec<Word>, Vec<Option<usize>>) {
    let mut words = Vec::new();
    let places = by.iter().map(|by| {
        let word = match by {
            Dimension::Tenant => Word::Tenant,
            Dimension::Feature => Word::Feature,
            Dimension::Session => Word::Session,
            Dimension::Prompt => Word::Prompt,
            Dimension::Status => Word::Failed,
            Dimension::Model | Dimension::Provider | Dimension::Tier | Dimension::Source => {
                return None;
            }
            Dimension::Hour | Dimension::Day | Dimension::Week | Dimension::Month => {
                Word::Moment(*by)
            }
        };
        words.push(word);
        Some(words.len() - 1)
    });
    let places = places.collect();
    if daily && !by.contains(&Dimension::Day) {
        words.push(Word::Moment(Dimension::Day));
    }
    (words, places)
}

/// Sums and the places in them.
pub struct Spots<'a> {
    plan: &'a Plan<'a>,
    /// Sums.
    pub grouping: Grouping,
    /// Those of each row that is added.
    found: Found,
    near: Near<u64>,
    /// The same for keys that have no room in one word.
    wide: Near<u128>,
    /// Words for which a key has no room, all of them as one.
    more: Keys,
    /// The words of the key that is looked at.
    words: [u32; MOST],
    /// Names of success, failure, source and the standard tier.
    fixed: [u32; 4],
}

impl<'a> Spots<'a> {
    /// No rows yet.
    pub fn new(plan: &'a Plan<'a>, mut grouping: Grouping) -> Self {
        let fixed = [
            Status::Success.name(),
            Status::Failed.name(),
            plan.source.name(),
            "standard",
        ];
        let fixed = fixed.map(|name| grouping.names.index(name));
        Self {
            plan,
            grouping,
            found: Found::default(),
            near: Near::new(),
            wide: Near::new(),
            more: Keys::of(2),
            words: [0; MOST],
            fixed,
        }
    }

    /// Sets a word of each key: the one after the class and so many others.
    pub fn set_word(&mut self, keys: &mut [Key], place: usize, words: impl Iterator<Item = u32>) {
        if place + 1 < WORDS {
            for (key, word) in keys.iter_mut().zip(words) {
                key[place + 1] = word;
            }
            return;
        }
        // The last word becomes the index of a pair: of the words before and this one.
        for (key, word) in keys.iter_mut().zip(words) {
            let last = &mut key[WORDS - 1];
            *last = self.more.index([Some(*last), Some(word)]);
        }
    }

    /// Takes a key apart into its words, as many as there are.
    fn take_apart(&mut self, key: Key) {
        let words = &mut self.words;
        words[..WORDS].copy_from_slice(&key);
        for place in (WORDS..=self.plan.words.len()).rev() {
            let pair = words[WORDS - 1] as usize;
            let part = |of| self.more.part(pair, of).unwrap_or(NOT_TOLD);
            (words[WORDS - 1], words[place]) = (part(0), part(1));
        }
    }

    /// Counts a failed call that was not billed.
    pub fn fail(&mut self, key: Key) {
        self.take_apart(key);
        let group = self.group();
        self.grouping.fail(group, 1);
    }

    /// Adds rows to their sums.
    pub fn add(
        &mut self,
        keys: &[Key],
        batch: Batch<'_>,
        latency: &[Option<u32>],
        at: &[Option<Instant>],
    ) {
        self.find(keys, batch.rows);
        let grouping = &mut self.grouping;
        grouping.overflown |= !grouping.cells.add_rows(&self.found.cells, batch);
        for (row, group) in batch.rows.iter().zip(&self.found.groups) {
            if let Some(time) = latency[*row as usize] {
                grouping.latencies.add(*group, time);
            }
        }
        batch
            .rows
            .iter()
            .for_each(|row| grouping.see(at[*row as usize]));
        if grouping.bound_days() {
            // Cells have other places now.
            self.near.clear();
            self.wide.clear();
        }
    }

    /// Finds the places of rows: those that are near first, and then the others, unless one before has the same.
    fn find(&mut self, keys: &[Key], rows: &[u32]) {
        let is_narrow = near::are_narrow(keys);
        if is_narrow {
            self.near.find(keys, rows, &mut self.found);
        } else {
            self.wide.find(keys, rows, &mut self.found);
        }
        for far in 0..self.found.far.len() {
            let at = self.found.far[far] as usize;
            let key = keys[rows[at] as usize];
            let known = if is_narrow {
                self.near.get(key)
            } else {
                self.wide.get(key)
            };
            let spot = known.unwrap_or_else(|| {
                let spot = self.far_spot(key);
                if is_narrow {
                    self.near.insert(key, spot);
                } else {
                    self.wide.insert(key, spot);
                }
                spot
            });
            (self.found.groups[at], self.found.cells[at]) = (spot.group, spot.cell);
        }
    }

    #[cold]
    #[inline(never)]
    fn far_spot(&mut self, key: Key) -> Spot {
        self.take_apart(key);
        let group = self.group();
        let words = &self.words;
        let is_day = |word: &Word| *word == Word::Moment(Dimension::Day);
        let place = self.plan.words.iter().position(is_day);
        let day = place.map(|at| words[at + 1]).filter(|day| *day != NOT_TOLD);
        let day = day.map(|day| day as i32);
        let cell = self.grouping.cell(group, words[0], day) as u32;
        Spot { group, cell }
    }

    /// The group of the key that was taken apart.
    fn group(&mut self) -> u32 {
        let words = &self.words;
        let class = self.grouping.cells.class_at(words[0]);
        let [success, failed, source, standard] = self.fixed;
        let plan = self.plan;
        let parts = plan.by.iter().zip(&plan.places).map(|(by, place)| -> Part {
            let Some(at) = place else {
                return match by {
                    Dimension::Model => class.model,
                    Dimension::Provider => class.provider,
                    Dimension::Tier => Some(class.tier.unwrap_or(standard)),
                    _ => Some(source),
                };
            };
            match words[at + 1] {
                0 if *by == Dimension::Status => Some(success),
                _ if *by == Dimension::Status => Some(failed),
                word => Some(word).filter(|word| *word != NOT_TOLD),
            }
        });
        self.grouping.keys.index(parts)
    }
}
