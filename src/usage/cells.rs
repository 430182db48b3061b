//! Sums of calls that cost the same per token, kept small: a cell takes a word for each number that is not
//! always nothing, and a sum that outgrows its word carries into a list on the side.

mod batch;
mod cell;
mod merge;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::money::Money;
use super::record::BUCKETS;
pub use batch::Batch;
pub use cell::{Cell, CellKey, Class, Entry};

/// Where a number of a cell stands among its words.
const ROWS: usize = 0;
const REQUESTS: usize = 1;
const UNCOUNTED: usize = 2;
const FAILED: usize = 3;
const LOGGED: usize = 4;
const LOGGED_HIGH: usize = 5;
const TOKENS: usize = 6;
const NUMBERS: usize = TOKENS + BUCKETS.len();

/// A number that no cell has yet.
const ABSENT: u8 = u8::MAX;

/// A day that is not told apart; no instant lies on it.
const NO_DAY: i32 = i32::MIN;

/// The key of a cell by the index of its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Place {
    group: u32,
    class: u32,
    day: i32,
}

/// All cells.
#[derive(Clone, Debug)]
pub struct Cells {
    classes: Vec<Class>,
    class_index: HashMap<Class, u32>,
    places: Vec<Place>,
    /// Cells by their place: all but those that never were anything else than the latest of their group.
    index: HashTable<u32>,
    /// Whether each cell is there.
    indexed: Vec<bool>,
    /// The cell of a group that was last added to.
    latest: Vec<u32>,
    words: Vec<u64>,
    /// Words of a cell.
    stride: usize,
    /// Where each number stands among the words of a cell.
    at: [u8; NUMBERS],
    /// Times that the sum of a bucket went beyond its word, by cell and bucket.
    carries: HashMap<(u32, usize), u64>,
}

impl Default for Cells {
    fn default() -> Self {
        let mut at = [ABSENT; NUMBERS];
        at[ROWS] = 0;
        Self {
            classes: Vec::new(),
            class_index: HashMap::new(),
            places: Vec::new(),
            index: HashTable::new(),
            indexed: Vec::new(),
            latest: Vec::new(),
            words: Vec::new(),
            stride: 1,
            at,
            carries: HashMap::new(),
        }
    }
}

fn hash(place: &Place) -> u64 {
    let whole = u64::from(place.group) << 32 | u64::from(place.class);
    FixedState::default().hash_one((whole, place.day))
}

impl Cells {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The index of a class.
    pub fn class(&mut self, class: Class) -> u32 {
        let next = self.classes.len() as u32;
        let at = *self.class_index.entry(class).or_insert(next);
        if at == next {
            self.classes.push(class);
        }
        at
    }

    /// Keys in the order in which the cells were met.
    pub fn keys(&self) -> impl Iterator<Item = CellKey> + '_ {
        (0..self.places.len()).map(|at| self.key(at))
    }

    /// The key of a cell.
    pub fn key(&self, at: usize) -> CellKey {
        let place = self.places[at];
        CellKey {
            group: place.group,
            class: self.classes[place.class as usize],
            day: (place.day != NO_DAY).then_some(place.day),
            class_at: place.class,
        }
    }

    /// Group, index of the class, and day of a cell.
    pub fn place_of(&self, at: usize) -> (u32, u32, Option<i32>) {
        let Place { group, class, day } = self.places[at];
        (group, class, (day != NO_DAY).then_some(day))
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// The group of a cell.
    pub fn group(&self, at: usize) -> u32 {
        self.places[at].group
    }

    /// Cells with their keys.
    pub fn iter(&self) -> impl Iterator<Item = (CellKey, Cell)> + '_ {
        (0..self.places.len()).map(|at| (self.key(at), self.cell(at)))
    }

    /// The sums of a cell.
    pub fn cell(&self, at: usize) -> Cell {
        let number = |number: usize| match self.at[number] {
            ABSENT => 0,
            place => self.words[at * self.stride + place as usize],
        };
        let rows = number(ROWS);
        let mut cell = Cell {
            rows,
            requests: if self.at[REQUESTS] == ABSENT {
                rows
            } else {
                number(REQUESTS)
            },
            uncounted: number(UNCOUNTED),
            failed: number(FAILED),
            logged: Money::of_words([number(LOGGED), number(LOGGED_HIGH)]),
            ..Cell::default()
        };
        for (bucket, _) in BUCKETS {
            let low = u128::from(number(TOKENS + bucket as usize));
            cell.tokens.set(bucket, low);
        }
        if !self.carries.is_empty() {
            for (bucket, _) in BUCKETS {
                let carries = self.carries.get(&(at as u32, bucket as usize));
                let high = u128::from(carries.copied().unwrap_or(0)) << 64;
                cell.tokens.set(bucket, high | cell.tokens.get(bucket));
            }
        }
        cell
    }

    /// The class of an index.
    pub fn class_at(&self, class: u32) -> Class {
        self.classes[class as usize]
    }

    /// The cell of a group, class and day.
    pub fn at(&mut self, group: u32, class: u32, day: Option<i32>) -> usize {
        let day = day.unwrap_or(NO_DAY);
        self.enter_place(Place { group, class, day })
    }

    /// The cell of a group, class and day, where there is one.
    pub fn find(&self, group: u32, class: u32, day: Option<i32>) -> Option<u32> {
        let day = day.unwrap_or(NO_DAY);
        let place = Place { group, class, day };
        let latest = *self.latest.get(group as usize)?;
        if self.places.get(latest as usize) == Some(&place) {
            return Some(latest);
        }
        self.known(&place)
    }

    fn enter_place(&mut self, place: Place) -> usize {
        let group = place.group as usize;
        if group >= self.latest.len() {
            self.latest.resize(group + 1, u32::MAX);
        }
        let latest = self.latest[group] as usize;
        if self.places.get(latest) == Some(&place) {
            return latest;
        }
        if latest < self.places.len() {
            self.enter(latest);
        }
        let found = self.known(&place).unwrap_or_else(|| {
            self.places.push(place);
            self.indexed.push(false);
            self.words.resize(self.words.len() + self.stride, 0);
            self.places.len() as u32 - 1
        });
        self.latest[group] = found;
        found as usize
    }

    /// The cell of a place, where it is in the index.
    fn known(&self, place: &Place) -> Option<u32> {
        if self.index.is_empty() {
            return None;
        }
        let is = |at: &u32| self.places[*at as usize] == *place;
        self.index.find(hash(place), is).copied()
    }

    /// Puts a cell into the index: from now on it is not the latest of its group.
    fn enter(&mut self, cell: usize) {
        if !std::mem::replace(&mut self.indexed[cell], true) {
            let places = &self.places;
            let hashed = |at: &u32| hash(&places[*at as usize]);
            let own = hash(&places[cell]);
            self.index.insert_unique(own, cell as u32, hashed);
        }
    }

    /// Where a number stands in the words of a cell; from now on every cell has it.
    fn place(&mut self, number: usize) -> usize {
        if self.at[number] == ABSENT {
            let old = self.stride;
            let mut words = Vec::with_capacity(self.words.len() / old * (old + 1));
            for cell in self.words.chunks_exact(old) {
                words.extend_from_slice(cell);
                // Up to here every row told of one call.
                words.push(if number == REQUESTS { cell[ROWS] } else { 0 });
            }
            (self.words, self.stride) = (words, old + 1);
            self.at[number] = old as u8;
        }
        self.at[number] as usize
    }

    fn number(&mut self, cell: usize, number: usize) -> &mut u64 {
        let place = self.place(number);
        &mut self.words[cell * self.stride + place]
    }

    /// Adds a row; false where the amount goes beyond any magnitude.
    pub fn add(&mut self, group: u32, class: u32, day: Option<i32>, entry: &Entry) -> bool {
        let cell = self.at(group, class, day);
        if entry.requests != Some(1) {
            self.place(REQUESTS);
        }
        *self.number(cell, ROWS) += 1;
        if self.at[REQUESTS] != ABSENT {
            let requests = self.number(cell, REQUESTS);
            *requests = requests.saturating_add(entry.requests.unwrap_or(0));
        }
        if entry.requests.is_none() {
            *self.number(cell, UNCOUNTED) += 1;
        }
        if entry.failed {
            *self.number(cell, FAILED) += 1;
        }
        for (bucket, _) in BUCKETS {
            let tokens = entry.tokens.get(bucket);
            if tokens > 0 {
                self.add_tokens(cell, bucket as usize, tokens);
            }
        }
        entry.logged.is_none_or(|usd| self.add_logged(cell, usd))
    }

    fn add_tokens(&mut self, cell: usize, bucket: usize, tokens: u64) {
        let sum = self.number(cell, TOKENS + bucket);
        let (low, over) = sum.overflowing_add(tokens);
        *sum = low;
        if over {
            self.carry(cell, bucket, 1);
        }
    }

    fn carry(&mut self, cell: usize, bucket: usize, times: u64) {
        let carries = self.carries.entry((cell as u32, bucket)).or_default();
        *carries = carries.saturating_add(times);
    }

    fn add_logged(&mut self, cell: usize, usd: Money) -> bool {
        self.place(LOGGED);
        self.place(LOGGED_HIGH);
        let before = [*self.number(cell, LOGGED), *self.number(cell, LOGGED_HIGH)];
        let Some(sum) = Money::of_words(before).plus(usd) else {
            return false;
        };
        let [low, high] = sum.words();
        *self.number(cell, LOGGED) = low;
        *self.number(cell, LOGGED_HIGH) = high;
        true
    }

    /// Adds sums that were made elsewhere, in other cells or by an engine; false where the amount goes beyond any magnitude.
    pub fn add_sums(&mut self, cell: usize, sums: &Cell) -> bool {
        if sums.requests != sums.rows {
            self.place(REQUESTS);
        }
        *self.number(cell, ROWS) += sums.rows;
        if self.at[REQUESTS] != ABSENT {
            let requests = self.number(cell, REQUESTS);
            *requests = requests.saturating_add(sums.requests);
        }
        for (number, sum) in [(UNCOUNTED, sums.uncounted), (FAILED, sums.failed)] {
            if sum > 0 {
                *self.number(cell, number) += sum;
            }
        }
        for (bucket, _) in BUCKETS {
            let tokens = sums.tokens.get(bucket);
            if tokens > 0 {
                self.add_tokens(cell, bucket as usize, tokens as u64);
            }
            let carried = (tokens >> 64) as u64;
            if carried > 0 {
                self.carry(cell, bucket as usize, carried);
            }
        }
        sums.logged == Money::ZERO || self.add_logged(cell, sums.logged)
    }

    /// The same sums with days no longer told apart; false where an amount goes beyond any magnitude.
    pub fn without_days(&mut self) -> bool {
        let old = std::mem::take(self);
        let mut fits = true;
        for (at, place) in old.places.iter().enumerate() {
            let class = self.class(old.classes[place.class as usize]);
            let cell = self.at(place.group, class, None);
            fits &= self.add_sums(cell, &old.cell(at));
        }
        fits
    }
}
