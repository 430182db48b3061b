//! What a workload looks like, asked of an engine: sums per feature, sizes by class, calls by minute.

use std::collections::BTreeMap;

use super::super::ingest::Usage;
use super::super::names;
use super::super::profile::{self, Clock, Profile, Sizes};
use super::super::read::Options;
use super::super::record::{Bucket, is_output};
use super::super::time::Instant;
use super::keys;
use super::load::Field;
use super::query::{Fate, Query};

/// How many calls there are, and when the first and the last came (µs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    rows: u64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Known {
    /// Something to show queries by.
    pub fn example() -> Self {
        Self {
            rows: 1,
            first: Some(0),
            last: Some(0),
        }
    }

    /// Takes the answer to [`span`].
    ///
    /// # Errors
    /// Another answer.
    pub fn take(&mut self, row: &[Field]) -> Result<(), String> {
        let [rows, first, last] = row else {
            return Err(other());
        };
        self.rows = number(rows).unwrap_or(0) as u64;
        self.first = number(first).map(|micros| micros as i64);
        self.last = number(last).map(|micros| micros as i64);
        Ok(())
    }

    /// Seconds that calls are counted by: one by one where the log is short.
    fn unit(&self) -> i64 {
        let most = profile::MOST_SECONDS as i64;
        let span = self.last.unwrap_or(0) - self.first.unwrap_or(0);
        if span / 1_000_000 < most || self.rows < most as u64 {
            1
        } else {
            60
        }
    }
}

fn other() -> String {
    "the engine answered something else than was asked".into()
}

fn number(field: &Field) -> Option<i128> {
    match field {
        Field::Number(number) => Some(*number),
        _ => None,
    }
}

fn text(field: &Field) -> Option<&str> {
    match field {
        Field::Text(text) => Some(text),
        _ => None,
    }
}

/// Which rows a profile is of.
fn calls(query: &Query<'_>, select: &str) -> String {
    let most = Fate::FAILED;
    format!(
        "{}\nSELECT {select}\nFROM calls\nWHERE becomes <= {most}",
        query.calls()
    )
}

/// The query for [`Known`].
pub fn span(query: &Query<'_>) -> String {
    let time = &query.call.time;
    calls(query, &format!("count(*), min({time}), max({time})"))
}

/// Classes of sizes, as `usage::profile` has them: 2,048 to each doubling from 4,096 on.
fn class(size: &str) -> String {
    let doubling = format!("CAST(floor(log2({size} + 0.5D)) AS INT)");
    let first = format!("shiftleft(CAST(1 AS BIGINT), {doubling})");
    format!(
        "CASE WHEN {size} < 4096 THEN {size} ELSE 4096 + ({doubling} - 12) * 2048 \
         + shiftright({size} - {first}, {doubling} - 11) END"
    )
}

/// Sums per feature, sizes of prompts, sizes of answers, calls by hour of the week and by minute.
pub fn queries(query: &Query<'_>, known: &Known) -> [String; 4] {
    let call = &query.call;
    let feature = match call.feature.as_str() {
        "NULL" => "CAST(NULL AS STRING)",
        feature => feature,
    };
    let or_null = |sql: &str| match sql {
        "NULL" => "CAST(NULL AS STRING)".to_owned(),
        sql => sql.to_owned(),
    };
    let of = |wanted: &[Bucket]| call.tokens(|bucket| wanted.contains(&bucket));
    let sum = |sql: &str| format!("sum(CAST({sql} AS DECIMAL(28, 0)))");
    let requests = &call.requests;
    let used = call.tokens(|_| true);
    let unread = match &call.cache_hit {
        Some(hit) => format!("({} OR {hit})", call.failed),
        None => call.failed.clone(),
    };
    let parts = format!(
        "{feature} AS f, {} AS m, {} AS p, {} AS t, {} AS x, {}, {}, {}, {}, {}, \
         sum(CASE WHEN {requests} = 1 THEN 0 ELSE 1 END), count(*), \
         sum(CASE WHEN {used} > 0 OR coalesce(logged, 0) <> 0 THEN {requests} ELSE 0 END)",
        or_null(&call.model),
        or_null(&call.provider),
        or_null(&call.tier),
        call.failed,
        sum(requests),
        sum(&of(&[Bucket::Reasoning])),
        sum(&of(&[Bucket::CacheRead])),
        sum(&of(&[Bucket::CacheWrite5m, Bucket::CacheWriteUnknown])),
        sum(&of(&[Bucket::CacheWrite1h])),
    );
    let parts = grouped(&calls(query, &parts), "1, 2, 3, 4, 5");
    let sizes = |size: &str| {
        let size = format!("CAST({size} AS BIGINT)");
        let select = format!("{feature}, {}, count(*), {}", class(&size), sum(&size));
        grouped(
            &format!(
                "{} AND {requests} = 1 AND NOT ({unread} AND {used} = 0)",
                calls(query, &select)
            ),
            "1, 2",
        )
    };
    let time = &call.time;
    let local = query.local();
    let unit = known.unit() * 1_000_000;
    let bins = format!(
        "({time} - ({})) DIV {unit}, pmod({}, 7) * 24 + {}, {}",
        known.first.unwrap_or(0),
        keys::day(local),
        keys::hour(local),
        sum(requests)
    );
    let bins = format!("{} AND {time} IS NOT NULL", calls(query, &bins));
    [
        parts,
        sizes(&call.tokens(|bucket| !is_output(bucket))),
        sizes(&of(&[Bucket::OutputVisible])),
        grouped(&bins, "1, 2"),
    ]
}

fn grouped(sql: &str, by: &str) -> String {
    format!("{sql}\nGROUP BY {by}")
}

/// Takes the answers.
pub struct Profiled<'a> {
    options: &'a Options,
    known: Known,
    zone: super::super::time::Zone,
    parts: BTreeMap<Option<String>, profile::Part>,
    models: BTreeMap<(Option<String>, String), u64>,
    rows: u64,
    bins: BTreeMap<i64, u64>,
    week: Vec<u64>,
}

impl<'a> Profiled<'a> {
    /// Takes the answers to the queries of a query.
    pub fn new(query: &Query<'_>, options: &'a Options, known: Known) -> Self {
        Self {
            options,
            known,
            zone: query.plan.zone.clone(),
            parts: BTreeMap::new(),
            models: BTreeMap::new(),
            rows: 0,
            bins: BTreeMap::new(),
            week: vec![0; 168],
        }
    }

    /// Takes a row of the answer to the query at a place in [`queries`].
    ///
    /// # Errors
    /// Another answer.
    pub fn take(&mut self, at: usize, row: &[Field]) -> Result<(), String> {
        let taken = match at {
            0 => self.part(row),
            1 | 2 => self.sizes(at == 1, row),
            _ => self.bin(row),
        };
        taken.ok_or_else(other)
    }

    fn part(&mut self, row: &[Field]) -> Option<()> {
        let [feature, model, provider, tier, failed, sums @ ..] = row else {
            return None;
        };
        let sums: Vec<u128> = sums
            .iter()
            .map(|field| u128::try_from(number(field).unwrap_or(0)).unwrap_or(0))
            .collect();
        let [calls, reasoning, read, written, long, summed, rows, billed] = sums.as_slice() else {
            return None;
        };
        let calls = u64::try_from(*calls).unwrap_or(u64::MAX);
        self.rows += *rows as u64;
        let part = self
            .parts
            .entry(text(feature).map(str::to_owned))
            .or_default();
        if number(failed)? == 1 {
            part.failed += calls;
            part.billed_failures += u64::try_from(*billed).unwrap_or(u64::MAX);
        } else {
            part.answered += calls;
        }
        let tier = names::tier(text(tier).map(str::to_owned));
        if tier.as_deref() == Some("batch") {
            part.batch += calls;
        }
        part.reasoning += reasoning;
        part.read += read;
        part.written += written;
        part.written_long += long;
        part.summed += *summed as u64;
        if let Some(model) = text(model).map(names::model) {
            let model = self.options.aliases.get(&model).cloned().unwrap_or(model);
            let key = (text(provider).map(str::to_owned), model);
            *self.models.entry(key).or_default() += calls;
        }
        Some(())
    }

    fn sizes(&mut self, prompt: bool, row: &[Field]) -> Option<()> {
        let [feature, class, count, sum] = row else {
            return None;
        };
        let part = self
            .parts
            .entry(text(feature).map(str::to_owned))
            .or_default();
        let sizes: &mut Sizes = if prompt {
            &mut part.prompt
        } else {
            &mut part.visible
        };
        let sum = u128::try_from(number(sum)?).ok()?;
        sizes.add_class(number(class)? as u64, number(count)? as u64, sum);
        Some(())
    }

    fn bin(&mut self, row: &[Field]) -> Option<()> {
        let [bin, hour, calls] = row else {
            return None;
        };
        let calls = u64::try_from(number(calls)?).unwrap_or(u64::MAX);
        *self.bins.entry(number(bin)? as i64).or_default() += calls;
        *self.week.get_mut(number(hour)? as usize)? += calls;
        Some(())
    }

    /// The profile.
    ///
    /// # Errors
    /// Answers that do not belong together.
    pub fn end(self, usage: &Usage) -> Result<Profile, String> {
        let told = usage.rows() + usage.dropped.failed;
        if self.rows != told || self.known.rows != told {
            return Err(format!(
                "the table changed while it was read: {told} calls first, {} then\nhint: --until leaves out what is still being written",
                self.rows
            ));
        }
        let mut profile = Profile::new(self.zone);
        let mut parts: Vec<_> = self.parts.into_iter().collect();
        // Beyond so many features the smallest fall into one.
        parts.sort_by_key(|(name, part)| {
            std::cmp::Reverse((part.answered + part.failed, name.clone()))
        });
        for (at, (name, part)) in parts.into_iter().enumerate() {
            profile.all.merge(&part);
            let name = name.filter(|_| at < profile::MOST_FEATURES);
            profile.features.entry(name).or_default().merge(&part);
        }
        profile.models = self.models;
        let nanos = |micros: i64| Instant(micros.saturating_mul(1_000));
        if let (Some(first), Some(last)) = (self.known.first, self.known.last) {
            let span = (nanos(first), nanos(last));
            profile.clock = Clock::of(span, self.known.unit() == 1, self.bins, self.week);
        }
        Ok(profile)
    }
}
