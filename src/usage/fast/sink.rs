//! Rows into a grouping, straight from their bytes. It means what `read/mapped` and `Ingest::count` mean (a test
//! holds them to the same answers) for rows that are right; of any other row it says that it is not plain, and
//! the general reader has to read it and to tell what is wrong with it.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::super::cells::{Class, Entry};
use super::super::group::Grouping;
use super::super::key::{Dimension, Names, Part};
use super::super::money::Money;
use super::super::names;
use super::super::read::{is_failure, mapped};
use super::super::record::Tokens;
use super::super::shape::{Shape, Slot};
use super::super::time::Instant;
use super::numbers::{self, Clock};
use super::plan::{Columns, Plan};

/// A row that the general reader has to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPlain;

/// The cells of a row: where each begins and ends in the bytes of its block.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// The block.
    pub bytes: &'a [u8],
    /// Cells by column.
    pub cells: &'a [(u32, u32)],
}

/// A cell that a row does not have.
pub const ABSENT: (u32, u32) = (1, 0);

impl<'a> Row<'a> {
    fn has(self, column: usize) -> bool {
        self.cells[column] != ABSENT
    }

    /// The text of a cell, trimmed; none where it is empty.
    #[inline]
    fn text(self, column: usize) -> Option<&'a [u8]> {
        let (begin, end) = self.cells[column];
        let text = self.bytes.get(begin as usize..end as usize)?;
        let (first, last) = (text.first()?, text.last()?);
        if first.is_ascii_graphic() && last.is_ascii_graphic() {
            return Some(text);
        }
        let text = std::str::from_utf8(text).ok()?.trim().as_bytes();
        (!text.is_empty()).then_some(text)
    }

    fn first(self, columns: &Columns) -> Option<&'a [u8]> {
        columns.iter().find_map(|column| self.text(*column))
    }

    /// The text of the first column that the row has, be it empty.
    fn of_first(self, columns: &Columns) -> Option<&'a [u8]> {
        self.text(*columns.iter().find(|column| self.has(**column))?)
    }
}

/// Something that is read of a text, or that there is no text; `NotPlain` where it cannot be read.
fn read<T>(
    text: Option<&[u8]>,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<Option<T>, NotPlain> {
    text.map(|text| read(text).ok_or(NotPlain)).transpose()
}

/// What the texts of model, provider and tier stand for.
struct Combo {
    model: Part,
    provider: Part,
    tier: Part,
    tier_name: u32,
    /// Whether there is one kind of cache write.
    one_write: bool,
    shape: Arc<Shape>,
    classes: Vec<(Slot, bool, u32)>,
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
    /// Sums.
    pub grouping: Grouping,
    /// How many rows.
    pub told: Told,
    clock: Clock,
    /// Texts as they stand in the rows.
    texts: Names,
    combos: Vec<Combo>,
    combo_index: HashMap<[Part; 3], usize, FixedState>,
    prompts: HashMap<[Part; 2], Part, FixedState>,
    failures: HashMap<u32, bool, FixedState>,
    /// Names of success, failure and source.
    fixed: [u32; 3],
}

impl<'a> Sink<'a> {
    /// An empty one.
    pub fn new(plan: &'a Plan<'a>, mut grouping: Grouping) -> Self {
        use super::super::record::Status;
        let fixed = [
            Status::Success.name(),
            Status::Failed.name(),
            plan.source.name(),
        ];
        let fixed = fixed.map(|name| grouping.names.index(name));
        Self {
            plan,
            grouping,
            told: Told::default(),
            clock: Clock::default(),
            texts: Names::default(),
            combos: Vec::new(),
            combo_index: HashMap::default(),
            prompts: HashMap::default(),
            failures: HashMap::default(),
            fixed,
        }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// A row that the general reader has to read; nothing of it was counted.
    pub fn row(&mut self, row: Row<'_>) -> Result<(), NotPlain> {
        let plan = self.plan;
        let holds = &plan.holds;
        let at = self.instant(row)?;
        let combo = self.combo(row)?;
        let tokens = self.tokens(row, self.combos[combo].one_write)?;
        let requests = read(row.first(&holds.requests), numbers::count)?.unwrap_or(1);
        let logged = read(row.of_first(&holds.cost), numbers::money)?;
        let latency = latency(row, plan)?;
        read(row.of_first(&holds.ttft_ms), numbers::number)?;
        let failed = self.failed(row)?;
        let rules = plan.rules;
        let outside = at.is_some_and(|at| {
            rules.since.is_some_and(|since| at < since)
                || rules.until.is_some_and(|until| at >= until)
        });
        if outside {
            self.told.outside += 1;
            return Ok(());
        }
        let local = at.map(|at| match plan.zone {
            Some(zone) => zone.day_and_hour(at),
            None => (at.utc_day(), at.utc_minute() / 60),
        });
        let billed = tokens.total() > 0 || logged.is_some_and(|usd| usd != Money::ZERO);
        let group = self.group(row, combo, failed, local)?;
        if failed && !billed && !rules.keep_failed {
            self.told.failed += 1;
            self.grouping.fail(group, 1);
            return Ok(());
        }
        self.told.counted += 1;
        let length = tokens.prompt() / u128::from(requests.max(1));
        let class = self.class(combo, at, length, logged.is_some());
        let entry = Entry {
            requests: Some(requests),
            failed,
            tokens,
            logged,
        };
        self.grouping
            .enter(group, class, at, local, latency, &entry);
        Ok(())
    }

    fn instant(&mut self, row: Row<'_>) -> Result<Option<Instant>, NotPlain> {
        let text = row.of_first(&self.plan.holds.time);
        match self.plan.clock {
            Some(unit) => {
                let number = read(text, numbers::number)?;
                Ok(number.and_then(|n| Instant::of_seconds(0, (n * unit * 1e9) as i64)))
            }
            None => read(text, |text| self.clock.instant(text)),
        }
    }

    fn tokens(&self, row: Row<'_>, one_write: bool) -> Result<Tokens, NotPlain> {
        let mut wrong = false;
        let semantics = &self.plan.semantics;
        let mut counts = mapped::counts(semantics, |what| {
            let columns = &self.plan.holds.counts[what as usize];
            let text = row.first(columns)?;
            let count = numbers::count(text);
            wrong |= count.is_none();
            count
        });
        if wrong {
            return Err(NotPlain);
        }
        if one_write {
            counts.one_kind_of_write();
        }
        semantics.tokens(&counts).map_err(|_| NotPlain)
    }

    fn text(&mut self, text: Option<&[u8]>) -> Result<Part, NotPlain> {
        text.map(|text| index(&mut self.texts, text)).transpose()
    }

    /// The index of what model, provider and tier stand for.
    fn combo(&mut self, row: Row<'_>) -> Result<usize, NotPlain> {
        let holds = &self.plan.holds;
        let key = [
            self.text(row.first(&holds.model))?,
            self.text(row.first(&holds.provider))?,
            self.text(row.first(&holds.tier))?,
        ];
        if let Some(at) = self.combo_index.get(&key) {
            return Ok(*at);
        }
        let [model, provider, tier] = key.map(|part| part.map(|at| self.texts.name(at).to_owned()));
        let model = model.map(|model| names::model(&model));
        let one_write = names::has_one_cache_write(provider.as_deref(), model.as_deref());
        let model = model.map(|model| self.plan.aliases.get(&model).cloned().unwrap_or(model));
        let names = &mut self.grouping.names;
        let mut name = |text: Option<String>| text.map(|text| names.index(&text));
        let (model, provider, tier) = (name(model), name(provider), name(names::tier(tier)));
        let tier_name = tier.unwrap_or_else(|| names.index("standard"));
        self.combos.push(Combo {
            model,
            provider,
            tier,
            tier_name,
            one_write,
            shape: self.grouping.shape(provider, model, self.plan.shapes),
            classes: Vec::new(),
        });
        self.combo_index.insert(key, self.combos.len() - 1);
        Ok(self.combos.len() - 1)
    }

    fn class(&mut self, combo: usize, at: Option<Instant>, length: u128, logged: bool) -> u32 {
        let combo = &mut self.combos[combo];
        let slot = combo.shape.slot(at, length);
        let known = combo
            .classes
            .iter()
            .find(|(s, l, _)| (*s, *l) == (slot, logged));
        if let Some((_, _, class)) = known {
            return *class;
        }
        let class = self.grouping.cells.class(Class {
            model: combo.model,
            provider: combo.provider,
            tier: combo.tier,
            slot,
            regional: false,
            logged,
        });
        combo.classes.push((slot, logged, class));
        class
    }

    fn failed(&mut self, row: Row<'_>) -> Result<bool, NotPlain> {
        let plan = self.plan;
        let flags = plan.holds.failed.iter();
        let flagged = flags.filter_map(|column| row.text(*column)).any(is_true);
        let Some(status) = self.text(row.first(&plan.holds.status))? else {
            return Ok(flagged);
        };
        let texts = &self.texts;
        let failures = self.failures.entry(status);
        Ok(flagged | *failures.or_insert_with(|| is_failure(texts.name(status))))
    }

    fn group(
        &mut self,
        row: Row<'_>,
        combo: usize,
        failed: bool,
        local: Option<(i32, u32)>,
    ) -> Result<u32, NotPlain> {
        let plan = self.plan;
        let mut key: [Part; 13] = [None; 13];
        for (part, by) in key.iter_mut().zip(plan.by) {
            *part = match by {
                Dimension::Tenant => self.name(row.first(&plan.holds.tenant))?,
                Dimension::Feature => self.name(row.first(&plan.holds.feature))?,
                Dimension::Session => self.name(row.first(&plan.holds.session))?,
                Dimension::Prompt => self.prompt(row)?,
                Dimension::Model => self.combos[combo].model,
                Dimension::Provider => self.combos[combo].provider,
                Dimension::Tier => Some(self.combos[combo].tier_name),
                Dimension::Status => Some(self.fixed[usize::from(failed)]),
                Dimension::Source => Some(self.fixed[2]),
                _ => local.map(|(day, hour)| by.moment(day, hour)),
            };
        }
        Ok(self
            .grouping
            .keys
            .index(key.into_iter().take(plan.by.len())))
    }

    fn name(&mut self, text: Option<&[u8]>) -> Result<Part, NotPlain> {
        text.map(|text| index(&mut self.grouping.names, text))
            .transpose()
    }

    fn prompt(&mut self, row: Row<'_>) -> Result<Part, NotPlain> {
        let holds = &self.plan.holds;
        let key = [
            self.text(row.first(&holds.prompt))?,
            self.text(row.first(&holds.prompt_version))?,
        ];
        if let Some(known) = self.prompts.get(&key) {
            return Ok(*known);
        }
        let [name, version] = key.map(|part| part.map(|at| self.texts.name(at).to_owned()));
        let prompt = names::prompt(name, version);
        let part = prompt.map(|prompt| self.grouping.names.index(&prompt));
        self.prompts.insert(key, part);
        Ok(part)
    }
}

/// The time to the whole answer (tenths of a millisecond).
fn latency(row: Row<'_>, plan: &Plan<'_>) -> Result<Option<u32>, NotPlain> {
    let holds = &plan.holds;
    let ms = read(row.of_first(&holds.latency_ms), numbers::milliseconds)?;
    if ms.is_some() {
        return Ok(ms);
    }
    let text = row.first(&holds.latency_s);
    let text = text.and_then(|text| std::str::from_utf8(text).ok());
    let seconds = text.and_then(|text| text.parse::<f64>().ok());
    Ok(seconds.map(|seconds| super::super::latency::parts(seconds * 1e3)))
}

fn index(names: &mut Names, text: &[u8]) -> Result<u32, NotPlain> {
    if let Some(at) = names.find(text) {
        return Ok(at);
    }
    let text = std::str::from_utf8(text).map_err(|_| NotPlain)?;
    Ok(names.index(text))
}

/// A truth value, as `Fields::flag` reads it.
fn is_true(text: &[u8]) -> bool {
    let words: [&[u8]; 4] = [b"true", b"1", b"t", b"yes"];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}
