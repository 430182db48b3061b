//! What the engine sends back becomes the grouping that files become.

use std::collections::BTreeSet;

use super::super::group::{Cell, Class, Grouping};
use super::super::ingest::{Complaint, Usage};
use super::super::key::{Dimension, Part};
use super::super::latency::Latencies;
use super::super::names;
use super::super::read::Options;
use super::super::record::{BUCKETS, Bucket, Status};
use super::super::semantics::Source;
use super::super::shape::Shapes;
use super::super::time::Instant;
use super::query::{self, Fate, Out, Query, packing};

/// A value of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Null.
    Null,
    /// A whole number, or a truth value.
    Number(i128),
    /// Text.
    Text(String),
    /// Whole numbers.
    List(Vec<i64>),
}

/// Why the query has to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// With wide sums: a count is too large for narrow ones.
    Wide,
    /// With these models among those that have peak hours.
    Peaks(Vec<String>),
}

/// Takes the rows of an answer.
pub struct Loader<'a> {
    query: &'a Query<'a>,
    columns: Vec<Out>,
    source: Source,
    options: &'a Options,
    shapes: &'a dyn Shapes,
    usage: Usage,
    place: String,
    rows: u64,
    huge: bool,
    peaks: BTreeSet<String>,
}

/// A row of an answer under the names of its columns.
struct Row<'r> {
    columns: &'r [Out],
    fields: &'r [Field],
}

impl Row<'_> {
    fn field(&self, wanted: Out) -> Option<&Field> {
        let at = self.columns.iter().position(|out| *out == wanted)?;
        self.fields.get(at)
    }

    fn number(&self, wanted: Out) -> Option<i128> {
        match self.field(wanted)? {
            Field::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn count(&self, wanted: Out) -> u64 {
        let number = self.number(wanted).unwrap_or(0);
        u64::try_from(number).unwrap_or(if number < 0 { 0 } else { u64::MAX })
    }

    fn text(&self, wanted: Out) -> Option<&str> {
        match self.field(wanted)? {
            Field::Text(text) => Some(text),
            _ => None,
        }
    }

    fn instant(&self, wanted: Out) -> Option<Instant> {
        let micros = i64::try_from(self.number(wanted)?).ok()?;
        micros.checked_mul(1_000).map(Instant)
    }
}

/// Model, provider and tier by the names of the catalog, and whether there is one kind of cache write.
struct Named {
    model: Option<String>,
    provider: Option<String>,
    tier: Option<String>,
    one_write: bool,
}

impl<'a> Loader<'a> {
    /// Takes the rows of a query; `place` is what they are called in messages.
    pub fn new(
        query: &'a Query<'a>,
        source: Source,
        options: &'a Options,
        shapes: &'a dyn Shapes,
        place: &str,
    ) -> Self {
        let mut grouping = Grouping::new(query.plan.clone());
        if !query.exact_times {
            grouping.latencies = Latencies::in_doublings();
        }
        Self {
            columns: query.columns(),
            query,
            source,
            options,
            shapes,
            usage: Usage {
                files: 1,
                ..Usage::of(grouping)
            },
            place: place.to_owned(),
            rows: 0,
            huge: false,
            peaks: BTreeSet::new(),
        }
    }

    /// How many groups were taken.
    pub fn groups(&self) -> u64 {
        self.rows
    }

    /// Takes a row.
    ///
    /// # Errors
    /// More groups than were asked for; with strict rules a row that is wrong.
    pub fn row(&mut self, fields: &[Field]) -> Result<(), String> {
        self.rows += 1;
        if self.rows > self.query.most {
            return Err(format!(
                "more than {} groups\nhint: fewer dimensions, a shorter time (--since, --until), or --max-groups",
                self.query.most
            ));
        }
        if fields.len() != self.columns.len() {
            return Err(format!(
                "the engine answered with {} columns, where {} were asked for",
                fields.len(),
                self.columns.len()
            ));
        }
        let columns = std::mem::take(&mut self.columns);
        let row = Row {
            columns: &columns,
            fields,
        };
        let taken = self.take(&row);
        self.columns = columns;
        taken
    }

    fn take(&mut self, row: &Row<'_>) -> Result<(), String> {
        let rows = row.count(Out::Rows);
        self.huge |= row.count(Out::Huge) > 0;
        let fate = row.number(Out::Fate).map_or(-1, |fate| fate as i32);
        if (Fate::COUNTED..Fate::WRONG).contains(&fate) && fate != Fate::NOT_BILLABLE {
            self.usage.backwards += row.count(Out::Backwards);
            self.usage.mismatched.0 += row.count(Out::Mismatched);
        }
        let dropped = &mut self.usage.dropped;
        match fate {
            Fate::COUNTED => return self.counted(row),
            Fate::FAILED => {
                dropped.failed += rows;
                let named = self.named(row);
                let group = self.group(row, &named, true);
                self.usage.grouping.fail(group, rows);
            }
            Fate::OUTSIDE => dropped.outside += rows,
            Fate::CACHE_HIT => dropped.cache_hit += rows,
            Fate::NOT_BILLABLE => dropped.not_billable += rows,
            Fate::DUPLICATE => dropped.duplicate += rows,
            fate if fate >= Fate::WRONG => return self.wrong(fate, rows),
            _ => return Err("the engine did not say what became of the rows".into()),
        }
        Ok(())
    }

    fn wrong(&mut self, fate: i32, rows: u64) -> Result<(), String> {
        let message = self.query.why(fate).to_owned();
        if self.query.rules.strict {
            return Err(format!("{}: {message} ({rows} row(s))", self.place));
        }
        self.usage.dropped.rejected += rows;
        self.usage.complaints.push(Complaint {
            place: self.place.clone(),
            message,
            rows,
        });
        Ok(())
    }

    fn named(&self, row: &Row<'_>) -> Named {
        let model = row.text(Out::Model).map(names::model);
        let provider = row.text(Out::Provider).map(str::to_owned);
        let one_write = names::has_one_cache_write(provider.as_deref(), model.as_deref());
        let aliases = &self.options.aliases;
        Named {
            model: model.map(|model| aliases.get(&model).cloned().unwrap_or(model)),
            provider,
            tier: names::tier(row.text(Out::Tier).map(str::to_owned)),
            one_write,
        }
    }

    fn group(&mut self, row: &Row<'_>, named: &Named, unbilled: bool) -> u32 {
        let by = self.query.plan.by.clone();
        let day = row.number(Out::Day).map(|day| day as i32);
        let hour = row.count(Out::Hour) as u32;
        let failed = unbilled || row.count(Out::Status) > 0;
        let status = if failed {
            Status::Failed
        } else {
            Status::Success
        };
        let prompt = names::prompt(
            row.text(Out::Prompt).map(str::to_owned),
            row.text(Out::PromptVersion).map(str::to_owned),
        );
        let index = &mut self.usage.grouping.names;
        let parts: Vec<Part> = by
            .iter()
            .map(|dimension| {
                let text = match dimension {
                    Dimension::Tenant => row.text(Out::Tenant),
                    Dimension::Feature => row.text(Out::Feature),
                    Dimension::Prompt => prompt.as_deref(),
                    Dimension::Model => named.model.as_deref(),
                    Dimension::Provider => named.provider.as_deref(),
                    Dimension::Tier => Some(named.tier.as_deref().unwrap_or("standard")),
                    Dimension::Session => row.text(Out::Session),
                    Dimension::Status => Some(status.name()),
                    Dimension::Source => Some(self.source.name()),
                    _ => return day.map(|day| dimension.moment(day, hour)),
                };
                text.map(|text| index.index(text))
            })
            .collect();
        self.usage.grouping.keys.index(parts)
    }

    fn counted(&mut self, row: &Row<'_>) -> Result<(), String> {
        let named = self.named(row);
        let group = self.group(row, &named, false);
        let class = self.class(row, &named);
        let rows = row.count(Out::Rows);
        let of = |out, none| row.number(out).map_or(none, |_| row.count(out));
        let mut cell = Cell {
            rows,
            requests: of(Out::Requests, rows),
            failed: row.count(Out::Failed),
            ..Cell::default()
        };
        for (bucket, _) in BUCKETS {
            let tokens = row.number(Out::Tokens(bucket)).unwrap_or(0);
            let tokens = u128::try_from(tokens).map_err(|_| beyond())?;
            cell.tokens.set(bucket, tokens);
        }
        if named.one_write {
            let write = cell.tokens.get(Bucket::CacheWriteUnknown);
            cell.tokens.set(Bucket::CacheWriteUnknown, 0);
            let five = cell.tokens.get(Bucket::CacheWrite5m).saturating_add(write);
            cell.tokens.set(Bucket::CacheWrite5m, five);
        }
        if row.count(Out::HasCost) > 0 {
            cell.logged = query::money(row.number(Out::Cost).ok_or_else(beyond)?);
        }
        let span = row.instant(Out::First).zip(row.instant(Out::Last));
        let day = row.number(Out::Day).map(|day| day as i32);
        let grouping = &mut self.usage.grouping;
        grouping.enter_sums(group, class, day, &cell, span, row.count(Out::Undated));
        if let Some(Field::List(times)) = row.field(Out::Times) {
            let packing = packing(self.query.exact_times);
            for pair in times {
                let (bucket, count) = (pair / packing, pair % packing);
                let time = if self.query.exact_times {
                    bucket as u32
                } else {
                    Latencies::first_of_doubling(bucket as u32)
                };
                grouping.latencies.add_many(group, time, count as u64);
            }
        }
        *self.usage.sources.entry(self.source).or_default() += rows;
        Ok(())
    }

    /// The class of a group: an instant and a prompt that stand for it fall where all of its calls do.
    fn class(&mut self, row: &Row<'_>, named: &Named) -> u32 {
        let grouping = &mut self.usage.grouping;
        let mut name = |text: &Option<String>| text.as_ref().map(|text| grouping.names.index(text));
        let (model, provider, tier) =
            (name(&named.model), name(&named.provider), name(&named.tier));
        let shape = grouping.shape(provider, model, self.shapes);
        let day = row.number(Out::UtcDay).or(row.number(Out::Day));
        let part = row.number(Out::Part).map(|part| part as usize);
        if !shape.minutes.is_empty() && part.is_none() && day.is_some() {
            self.peaks.extend(row.text(Out::Model).map(str::to_owned));
        }
        let minute = self.query.bounds.minute(part.unwrap_or(0));
        let at = day
            .and_then(|day| Instant::of_seconds(day as i64 * 86_400 + i64::from(minute) * 60, 0));
        let prompt = self.query.bounds.prompt(row.count(Out::Length) as usize);
        grouping.cells.class(Class {
            model,
            provider,
            tier,
            slot: shape.slot(at, prompt),
            regional: false,
            logged: row.count(Out::HasCost) > 0,
        })
    }

    /// What was taken, or how the query has to be sent again.
    ///
    /// # Errors
    /// A sum beyond any magnitude.
    pub fn end(mut self) -> Result<Result<Usage, Again>, String> {
        if self.huge {
            return Ok(Err(Again::Wide));
        }
        if !self.peaks.is_empty() {
            return Ok(Err(Again::Peaks(self.peaks.into_iter().collect())));
        }
        if self.usage.grouping.overflown {
            return Err(beyond());
        }
        let complaints = &mut self.usage.complaints;
        complaints.sort_by(|a, b| (b.rows, &a.message).cmp(&(a.rows, &b.message)));
        Ok(Ok(self.usage))
    }
}

fn beyond() -> String {
    "the sums of these logs go beyond any magnitude".into()
}
