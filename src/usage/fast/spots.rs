//! Where the sums of rows stand. The places of some hundred rows are looked up in one go, and then their numbers are
//! added column by column, so that no row waits for the memory of the one before. Places that were met a short while
//! ago are known by one look.

use super::super::cells::Batch;
use super::super::group::Grouping;
use super::super::key::{DIMENSIONS, Dimension, Keys, Part};
use super::super::record::Status;
use super::super::time::Instant;
use super::plan::Plan;
use super::rows::{NOT_TOLD, ROWS};

/// Words of a key.
const WORDS: usize = 4;

/// Words that there can be: the class, a part of each dimension, the day.
const MOST: usize = DIMENSIONS.len() + 2;

/// Places that are known by one look: two to this power.
const POWER: u32 = 14;

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

/// The class of a row and its words; those for which there is no room stand together for one.
pub type Key = [u32; WORDS];

#[inline]
fn number(key: Key) -> u128 {
    let [a, b, c, d] = key.map(u128::from);
    a | b << 32 | c << 64 | d << 96
}

/// Where a key is looked for first.
#[inline]
fn near_place(number: u128) -> usize {
    let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ ((number >> 64) as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb) >> (64 - POWER)) as usize
}

/// The group and the cell of a key.
#[derive(Clone, Copy, Debug)]
struct Spot {
    key: u128,
    group: u32,
    cell: u32,
}

/// No spot: no class has this index.
const NO_SPOT: Spot = Spot {
    key: u128::MAX,
    group: 0,
    cell: 0,
};

/// Two spots of the same place, in one line of the caches.
#[repr(align(64))]
#[derive(Clone, Copy, Debug)]
struct Near([Spot; 2]);

/// Sums and the places in them.
pub struct Spots<'a> {
    plan: &'a Plan<'a>,
    /// Sums.
    pub grouping: Grouping,
    /// Group and cell of each row that is added.
    groups: Vec<u32>,
    cells: Vec<u32>,
    /// Those among them whose place is not near.
    far: Vec<u32>,
    near: Vec<Near>,
    /// Words for which a key has no room, all of them as one.
    more: Keys,
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
            groups: Vec::with_capacity(ROWS),
            cells: Vec::with_capacity(ROWS),
            far: Vec::with_capacity(ROWS),
            near: vec![Near([NO_SPOT; 2]); 1 << POWER],
            more: Keys::of(2),
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

    /// The words of a key, as many as there are.
    fn words(&self, key: Key) -> [u32; MOST] {
        let mut words = [0; MOST];
        words[..WORDS].copy_from_slice(&key);
        for place in (WORDS..=self.plan.words.len()).rev() {
            let pair = words[WORDS - 1] as usize;
            let part = |of| self.more.part(pair, of).unwrap_or(NOT_TOLD);
            (words[WORDS - 1], words[place]) = (part(0), part(1));
        }
        words
    }

    /// Counts a failed call that was not billed.
    pub fn fail(&mut self, key: Key) {
        let group = self.group(key);
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
        grouping.overflown |= !grouping.cells.add_rows(&self.cells, batch);
        for (row, group) in batch.rows.iter().zip(&self.groups) {
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
            self.near.fill(Near([NO_SPOT; 2]));
        }
    }

    /// Finds the places of rows. Those that are near are taken without a jump, so that the memory of many is on its way
    /// at once.
    fn find(&mut self, keys: &[Key], rows: &[u32]) {
        self.groups.clear();
        self.cells.clear();
        self.far.clear();
        for (at, row) in rows.iter().enumerate() {
            let number = number(keys[*row as usize]);
            let near = &self.near[near_place(number)].0;
            let [first, second] = [near[0].key == number, near[1].key == number];
            let spot = &near[usize::from(second)];
            self.groups.push(spot.group);
            self.cells.push(spot.cell);
            if !(first | second) {
                self.far.push(at as u32);
            }
        }
        for far in 0..self.far.len() {
            let at = self.far[far] as usize;
            let spot = self.spot(keys[rows[at] as usize]);
            (self.groups[at], self.cells[at]) = (spot.group, spot.cell);
        }
    }

    /// The place of a row that was not near, unless one before it has the same.
    fn spot(&mut self, key: Key) -> Spot {
        let number = number(key);
        let place = near_place(number);
        let near = &self.near[place].0;
        if let Some(spot) = near.iter().find(|spot| spot.key == number) {
            return *spot;
        }
        let spot = self.far_spot(key, number);
        let near = &mut self.near[place].0;
        *near = [spot, near[0]];
        spot
    }

    #[cold]
    #[inline(never)]
    fn far_spot(&mut self, key: Key, number: u128) -> Spot {
        let group = self.group(key);
        let words = self.words(key);
        let is_day = |word: &Word| *word == Word::Moment(Dimension::Day);
        let place = self.plan.words.iter().position(is_day);
        let day = place.map(|at| words[at + 1]).filter(|day| *day != NOT_TOLD);
        let day = day.map(|day| day as i32);
        let cell = self.grouping.cell(group, words[0], day) as u32;
        Spot {
            key: number,
            group,
            cell,
        }
    }

    /// The group of a key.
    fn group(&mut self, key: Key) -> u32 {
        let words = self.words(key);
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
