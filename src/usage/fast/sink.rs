//! Rows into a grouping, straight from their bytes. It means what `read/mapped` and `Ingest::count` mean (a test
//! holds them to the same answers) for rows that are right; of any other row it says that the general reader has
//! to read it and to tell what is wrong with it.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::super::cells::{Class, Entry};
use super::super::group::Grouping;
use super::super::key::{Dimension, Names, Part};
use super::super::money::Money;
use super::super::names;
use super::super::read::mapped;
use super::super::record::Tokens;
use super::super::shape::{Shape, Slot};
use super::super::time::Instant;
use super::columns::{Block, Values};
use super::plan::Plan;
use super::rows::{NO_COUNT, NOT_TOLD};
use super::spots::{Key, Spots, Waiting, Word};

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
}

/// Takes rows in.
pub struct Sink<'a> {
    plan: &'a Plan<'a>,
    spots: Spots<'a>,
    told: Told,
    values: Values,
    /// Texts as they stand in the rows.
    texts: Names,
    combos: Vec<Combo>,
    combo_index: HashMap<[u32; 3], u32, FixedState>,
    /// Combos that were met a short while ago.
    near: Vec<([u32; 3], u32)>,
    prompts: HashMap<[u32; 2], u32, FixedState>,
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
            texts: Names::default(),
            combos: Vec::new(),
            combo_index: HashMap::default(),
            near: vec![NO_COMBO; NEAR],
            prompts: HashMap::default(),
        }
    }

    /// The sums.
    pub fn end(self) -> (Grouping, Told) {
        (self.spots.grouping, self.told)
    }

    /// Takes rows; `left` is told the rows that the general reader has to read, of which nothing was counted.
    pub fn rows(&mut self, block: Block<'_>, mut left: impl FnMut(usize)) {
        let names = &mut self.spots.grouping.names;
        self.values.read(block, self.plan, &mut self.texts, names);
        for row in 0..block.rows.len() {
            if self.values.bad[row] || self.row(row).is_none() {
                left(row);
            }
        }
        self.spots.settle();
    }

    /// Counts a row; none where the general reader has to read it.
    #[inline]
    fn row(&mut self, row: usize) -> Option<()> {
        let (plan, values) = (self.plan, &self.values);
        let at = values.at[row];
        let logged = values.logged(row);
        let failed = values.is_failed(row);
        let requests = match values.requests.get(row) {
            Some(count) if *count != NO_COUNT => *count,
            _ => 1,
        };
        let combo = self.combo(row);
        let tokens = self.tokens(row, self.combos[combo].one_write)?;
        if plan.is_outside(at) {
            self.told.outside += 1;
            return Some(());
        }
        let class = self.class(combo, row, &tokens, requests, logged.is_some());
        let key = self.key(row, class, failed, at);
        let billed = || tokens.total() > 0 || logged.is_some_and(|usd| usd != Money::ZERO);
        if failed && !plan.rules.keep_failed && !billed() {
            self.told.failed += 1;
            self.spots.fail(&key);
            return Some(());
        }
        self.told.counted += 1;
        let entry = Entry {
            requests: Some(requests),
            failed,
            tokens,
            logged,
        };
        let latency = self.values.latency[row];
        self.spots.add(Waiting {
            key,
            entry,
            latency,
            at,
        });
        Some(())
    }

    #[inline]
    fn key(&mut self, row: usize, class: u32, failed: bool, at: Option<Instant>) -> Key {
        let mut key = Key::new(class);
        for word in &self.plan.words {
            let part = match word {
                Word::Tenant => self.values.names[0].at(row),
                Word::Feature => self.values.names[1].at(row),
                Word::Session => self.values.names[2].at(row),
                Word::Prompt => self.prompt(row),
                Word::Failed => u32::from(failed),
                Word::Moment(by) => match at {
                    None => NOT_TOLD,
                    Some(_) if *by == Dimension::Day && self.plan.zone.is_none() => {
                        self.values.days[row] as u32
                    }
                    Some(at) => self.plan.moment(*by, at),
                },
            };
            self.spots.push_word(&mut key, part);
        }
        key
    }

    #[inline]
    fn tokens(&self, row: usize, one_write: bool) -> Option<Tokens> {
        let counts = &self.values.counts;
        let mut counts = mapped::counts(&self.plan.semantics, |what| {
            let count = counts[what as usize].get(row).copied();
            count.filter(|count| *count != NO_COUNT)
        });
        if one_write {
            counts.one_kind_of_write();
        }
        self.plan.semantics.split(&counts)
    }

    /// The index of what model, provider and tier stand for.
    #[inline]
    fn combo(&mut self, row: usize) -> usize {
        let [model, provider, tier, ..] = &self.values.plain;
        let key = [model.at(row), provider.at(row), tier.at(row)];
        let place = key[0]
            .wrapping_add(key[1].wrapping_mul(31))
            .wrapping_add(key[2].wrapping_mul(61));
        let near = self.near[place as usize % NEAR];
        if near.0 == key {
            return near.1 as usize;
        }
        let known = self.combo_index.get(&key).copied();
        let combo = known.unwrap_or_else(|| self.new_combo(key));
        self.near[place as usize % NEAR] = (key, combo);
        combo as usize
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
    fn class(
        &mut self,
        combo: usize,
        row: usize,
        tokens: &Tokens,
        requests: u64,
        logged: bool,
    ) -> u32 {
        let combo = &mut self.combos[combo];
        let at = self.values.at[row];
        let day = at.map_or(i32::MAX, |_| self.values.days[row]);
        match combo.latest {
            Some((of, with, class)) if (of, with) == (day, logged) => return class,
            _ => {}
        }
        let length = tokens.prompt() / u128::from(requests.max(1));
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
