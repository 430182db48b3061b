//! Rows into a grouping, straight from their bytes. It means what `read/mapped` and `Ingest::count` mean (a test
//! holds them to the same answers) for rows that are right; of any other row it says that the general reader has
//! to read it and to tell what is wrong with it.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::super::cells::{Batch, Class};
use super::super::group::Grouping;
use super::super::key::{Dimension, Names, Part};
use super::super::money::Money;
use super::super::names;
use super::super::shape::{Shape, Slot};
use super::columns::{Block, Values};
use super::held::{Claim, Held, Waiting};
use super::plan::Plan;
use super::rows::{NOT_TOLD, ROWS};
use super::spots::{Key, Spots, Word};
use super::tokens::Columns;

/// What the texts of model, provider and tier stand for.
struct Combo {
    model: Part,
    provider: Part,
    tier: Part,
    /// Whether there is one kind of cache write.
    one_write: bool,
    shape: Arc<Shape>,
    classes: Vec<(Slot, bool, u32)>,
    /// The day (UTC) and class of the row before, where nothing but the day decides between classes.
    latest: Option<(i32, bool, u32)>,
}

/// Rows that were not counted, and those that were.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// Counted.
    pub counted: u64,
    /// Failed calls that were not billed.
    pub failed: u64,
    /// Outside of the times that are asked for.
    pub outside: u64,
    /// Copies of a call that was counted before.
    pub copies: u64,
}

/// Takes rows in.
pub struct Sink<'a> {
    plan: &'a Plan<'a>,
    spots: Spots<'a>,
    told: Told,
    values: Values,
    tokens: Columns,
    /// Texts as they stand in the rows.
    texts: Names,
    combos: Vec<Combo>,
    combo_index: HashMap<[u32; 3], u32, FixedState>,
    /// Combos that were met a short while ago.
    near: Vec<([u32; 3], u32)>,
    prompts: HashMap<[u32; 2], u32, FixedState>,
    /// Of each row of a batch its combo, whether it failed, and its key; and the rows that are added.
    combo_of: Vec<u32>,
    failed: Vec<bool>,
    keys: Vec<Key>,
    added: Vec<u32>,
    /// Rows of which it is not known yet whether they are copies; none where copies count.
    waiting: Option<Waiting>,
}

/// Combos that are known by one look.
const NEAR: usize = 256;

/// No combo: one with a text that is none.
const NO_COMBO: ([u32; 3], u32) = ([u32::MAX; 3], 0);

impl<'a> Sink<'a> {
    /// An empty one.
    pub fn new(plan: &'a Plan<'a>, grouping: Grouping) -> Self {
        Self {
            plan,
            spots: Spots::new(plan, grouping),
            told: Told::default(),
            values: Values::new(),
            tokens: Columns::new(plan),
            texts: Names::default(),
            combos: Vec::new(),
            combo_index: HashMap::default(),
            near: vec![NO_COMBO; NEAR],
            prompts: HashMap::default(),
            combo_of: Vec::with_capacity(ROWS),
            failed: Vec::with_capacity(ROWS),
            keys: Vec::with_capacity(ROWS),
            added: Vec::with_capacity(ROWS),
            waiting: plan.tells_copies().then(Waiting::default),
        }
    }

    /// The sums.
    pub fn end(self) -> (Grouping, Told) {
        (self.spots.grouping, self.told)
    }

    /// Takes rows; `left` is told the rows that the general reader has to read, of which nothing was counted.
    pub fn rows(&mut self, block: Block<'_>, left: impl FnMut(usize)) {
        let names = &mut self.spots.grouping.names;
        self.values.read(block, self.plan, &mut self.texts, names);
        self.count(left);
        let columns = &self.plan.holds.id;
        self.add_or_hold(|row, failed| block.id(columns, row, failed));
    }

    /// Takes rows that `fill` fills in: texts as they stand are indices of the first names, and names those of the
    /// second. What tells the attempt of a row is asked of `id`, with whether it failed.
    #[cfg(feature = "parquet")]
    pub fn filled(
        &mut self,
        fill: impl FnOnce(&mut Values, &mut Names, &mut Names),
        left: impl FnMut(usize),
        id: impl Fn(usize, bool) -> Option<Claim>,
    ) {
        let names = &mut self.spots.grouping.names;
        fill(&mut self.values, &mut self.texts, names);
        self.count(left);
        self.add_or_hold(id);
    }

    /// Tells what is done with the rows whose values are read.
    fn count(&mut self, left: impl FnMut(usize)) {
        self.find_combos();
        let (combos, combo_of) = (&self.combos, &self.combo_of);
        let one_write = |row: usize| combos[combo_of[row] as usize].one_write;
        let (values, tokens) = (&mut self.values, &mut self.tokens);
        tokens.read(self.plan, &values.counts, &mut values.bad, one_write);
        self.find_keys();
        self.choose(left);
    }

    /// Adds the rows that are added, or holds them until their copies are told.
    fn add_or_hold(&mut self, id: impl Fn(usize, bool) -> Option<Claim>) {
        if self.waiting.is_some() {
            self.hold(id);
        } else {
            self.add();
        }
    }

    fn add(&mut self) {
        let values = &self.values;
        let batch = Batch {
            rows: &self.added,
            requests: &values.requests,
            failed: &self.failed,
            tokens: &self.tokens.of,
            logged: &values.logged,
        };
        self.told.counted += self.added.len() as u64;
        self.spots
            .add(&self.keys, batch, &values.latency, &values.at);
    }

    fn hold(&mut self, id: impl Fn(usize, bool) -> Option<Claim>) {
        let mut claims = Vec::new();
        let mut places = Vec::new();
        for (place, row) in (0..).zip(&self.added) {
            let row = *row as usize;
            // A failure that was not billed does not hide the attempt that succeeded.
            let may_hide = !self.failed[row] || self.is_billed(row);
            if let Some(claim) = may_hide.then(|| id(row, self.failed[row])).flatten() {
                claims.push(claim);
                places.push(place);
            }
        }
        let values = &mut self.values;
        let tokens = self.tokens.of.iter_mut();
        let held = Held {
            keys: take(&mut self.keys),
            rows: take(&mut self.added),
            claims: places,
            requests: take(&mut values.requests),
            failed: take(&mut self.failed),
            tokens: tokens.map(|(b, column)| (*b, take(column))).collect(),
            logged: take(&mut values.logged),
            latency: take(&mut values.latency),
            at: take(&mut values.at),
        };
        if let Some(waiting) = &mut self.waiting {
            waiting.hold(held, claims.into_iter());
        }
    }

    /// Ends a block; the claims of its rows, where it has to be told which of them are copies.
    pub fn end_block(&mut self) -> Option<Vec<Claim>> {
        self.waiting.as_mut().map(Waiting::end_block)
    }

    /// Adds the rows of the first block that waits, without the copies among its claims.
    pub fn settle(&mut self, copies: &[u32]) {
        let settled = self.waiting.as_mut().map(|waiting| waiting.settled(copies));
        let (batches, removed) = settled.unwrap_or_default();
        self.told.copies += removed;
        for held in batches {
            self.told.counted += held.rows.len() as u64;
            self.spots
                .add(&held.keys, held.batch(), &held.latency, &held.at);
        }
    }

    fn find_combos(&mut self) {
        self.combo_of.clear();
        for row in 0..self.values.bad.len() {
            let combo = self.combo(row);
            self.combo_of.push(combo);
        }
    }

    /// The keys of all rows, be they bad.
    fn find_keys(&mut self) {
        let rows = self.values.bad.len();
        self.failed.clear();
        self.failed
            .extend((0..rows).map(|row| self.values.is_failed(row)));
        self.keys.clear();
        for row in 0..rows {
            let class = self.class(row);
            self.keys.push([class, 0, 0, 0]);
        }
        let plan = self.plan;
        for (place, word) in plan.words.iter().enumerate() {
            let (keys, values) = (&mut self.keys, &self.values);
            match word {
                Word::Tenant => self.spots.set_word(keys, place, values.names[0].rows(rows)),
                Word::Feature => self.spots.set_word(keys, place, values.names[1].rows(rows)),
                Word::Session => self.spots.set_word(keys, place, values.names[2].rows(rows)),
                Word::Prompt => {
                    let prompts: Vec<u32> = (0..rows).map(|row| self.prompt(row)).collect();
                    self.spots
                        .set_word(&mut self.keys, place, prompts.into_iter());
                }
                Word::Failed => {
                    let failed = self.failed.iter().map(|failed| u32::from(*failed));
                    self.spots.set_word(keys, place, failed);
                }
                Word::Moment(by) => {
                    let direct = *by == Dimension::Day && plan.zone.is_none();
                    let moments = values
                        .at
                        .iter()
                        .zip(&values.days)
                        .map(|(at, day)| match at {
                            None => NOT_TOLD,
                            Some(_) if direct => *day as u32,
                            Some(at) => plan.moment(*by, *at),
                        });
                    self.spots.set_word(keys, place, moments);
                }
            }
        }
    }

    /// Tells apart what is added, what is counted as failed alone, what is not asked for, and what is left.
    fn choose(&mut self, mut left: impl FnMut(usize)) {
        self.added.clear();
        for row in 0..self.values.bad.len() {
            if self.values.bad[row] {
                left(row);
            } else if self.plan.is_outside(self.values.at[row]) {
                self.told.outside += 1;
            } else if self.failed[row] && !self.plan.rules.keep_failed && !self.is_billed(row) {
                self.told.failed += 1;
                self.spots.fail(self.keys[row]);
            } else {
                self.added.push(row as u32);
            }
        }
    }

    fn is_billed(&self, row: usize) -> bool {
        let logged = self.values.logged(row);
        self.tokens.row(row).total() > 0 || logged.is_some_and(|usd| usd != Money::ZERO)
    }

    /// The index of what model, provider and tier stand for.
    #[inline]
    fn combo(&mut self, row: usize) -> u32 {
        let [model, provider, tier, ..] = &self.values.plain;
        let key = [model.at(row), provider.at(row), tier.at(row)];
        let place = key[0]
            .wrapping_add(key[1].wrapping_mul(31))
            .wrapping_add(key[2].wrapping_mul(61));
        let near = self.near[place as usize % NEAR];
        if near.0 == key {
            return near.1;
        }
        let known = self.combo_index.get(&key).copied();
        let combo = known.unwrap_or_else(|| self.new_combo(key));
        self.near[place as usize % NEAR] = (key, combo);
        combo
    }

    fn new_combo(&mut self, key: [u32; 3]) -> u32 {
        let text = |at: u32| (at != NOT_TOLD).then(|| self.texts.name(at).to_owned());
        let [model, provider, tier] = key.map(text);
        let model = model.map(|model| names::model(&model));
        let one_write = names::has_one_cache_write(provider.as_deref(), model.as_deref());
        let model = model.map(|model| self.plan.aliases.get(&model).cloned().unwrap_or(model));
        let grouping = &mut self.spots.grouping;
        let mut name = |text: Option<String>| text.map(|text| grouping.names.index(&text));
        let (model, provider, tier) = (name(model), name(provider), name(names::tier(tier)));
        let combo = self.combos.len() as u32;
        self.combos.push(Combo {
            model,
            provider,
            tier,
            one_write,
            shape: grouping.shape(provider, model, self.plan.shapes),
            classes: Vec::new(),
            latest: None,
        });
        self.combo_index.insert(key, combo);
        combo
    }

    #[inline]
    fn class(&mut self, row: usize) -> u32 {
        let values = &self.values;
        let combo = &mut self.combos[self.combo_of[row] as usize];
        let (at, logged) = (values.at[row], values.logged(row).is_some());
        let day = at.map_or(i32::MAX, |_| values.days[row]);
        match combo.latest {
            Some((of, with, class)) if (of, with) == (day, logged) => return class,
            _ => {}
        }
        let requests = values.requests.get(row).map_or(1, |calls| *calls);
        let length = self.tokens.row(row).prompt() / u128::from(requests.max(1));
        let slot = combo.shape.slot(at, length);
        let is = |(s, l, _): &&(Slot, bool, u32)| (*s, *l) == (slot, logged);
        let known = combo.classes.iter().find(is).map(|(_, _, class)| *class);
        let class = known.unwrap_or_else(|| {
            let class = self.spots.grouping.cells.class(Class {
                model: combo.model,
                provider: combo.provider,
                tier: combo.tier,
                slot,
                regional: false,
                logged,
            });
            combo.classes.push((slot, logged, class));
            class
        });
        if combo.shape.is_by_day() {
            combo.latest = Some((day, logged, class));
        }
        class
    }

    fn prompt(&mut self, row: usize) -> u32 {
        let [.., name, version] = &self.values.plain;
        let key = [name.at(row), version.at(row)];
        if let Some(known) = self.prompts.get(&key) {
            return *known;
        }
        let text = |at: u32| (at != NOT_TOLD).then(|| self.texts.name(at).to_owned());
        let [name, version] = key.map(text);
        let prompt = names::prompt(name, version);
        let names = &mut self.spots.grouping.names;
        let part = prompt.map_or(NOT_TOLD, |prompt| names.index(&prompt));
        self.prompts.insert(key, part);
        part
    }
}
