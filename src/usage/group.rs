//! Grouping: records become sums per key and price cell; nothing here knows a price.
//!
//! A cell holds the calls of a group that cost the same per token: one model, provider and tier, one step of
//! the price list, one class of prompt length, one part of the day. Sums are whole numbers, so groupings of
//! parts of a log can be merged in any order (`merge`), on threads or elsewhere.

use std::collections::HashMap;
use std::sync::Arc;

use super::key::{Dimension, Key, Names};
use super::latency::Latencies;
use super::money::Money;
use super::record::{Record, Status, TokenSums};
use super::semantics::Source;
use super::shape::{Shape, Shapes, Slot};
use super::time::{Instant, Zone};

/// What is grouped by.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Dimensions of the key.
    pub by: Vec<Dimension>,
    /// Zone of days, hours, weeks and months.
    pub zone: Zone,
    /// Whether cells are kept per day, for trends, spikes and growth.
    pub daily: bool,
}

/// Cells beyond which days are no longer told apart: memory grows with groups, not with days.
pub const MOST_DAILY: usize = 4_000_000;

/// Where calls that cost the same per token are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellKey {
    /// Index of the group.
    pub group: u32,
    /// Model by its name's index.
    pub model: Option<u32>,
    /// Provider by its name's index.
    pub provider: Option<u32>,
    /// Tier by its name's index; the standard one is none.
    pub tier: Option<u32>,
    /// Step, length and hour of the price list.
    pub slot: Slot,
    /// Whether it costs more for being bound to a region.
    pub regional: bool,
    /// Whether the calls carry a cost of their own.
    pub logged: bool,
    /// Day in the plan's zone since 1970, where days are told apart.
    pub day: Option<i32>,
}

/// Sums of calls that cost the same per token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Rows.
    pub rows: u64,
    /// Calls, as far as the rows tell.
    pub requests: u64,
    /// Rows that do not tell how many calls they sum.
    pub uncounted: u64,
    /// Calls among them that failed and were billed all the same.
    pub failed: u64,
    /// Tokens by bucket.
    pub tokens: TokenSums,
    /// Cost as logged.
    pub logged: Money,
}

impl Cell {
    fn add(&mut self, record: &Record) -> bool {
        self.rows += 1;
        self.requests = self.requests.saturating_add(record.requests.unwrap_or(0));
        self.uncounted += u64::from(record.requests.is_none());
        self.failed += u64::from(record.status == Status::Failed);
        self.tokens.add(&record.tokens);
        match self.logged.plus(record.logged.unwrap_or_default()) {
            Some(sum) => self.logged = sum,
            None => return false,
        }
        true
    }

    /// Adds another cell; false where the amount goes beyond any magnitude.
    pub fn merge(&mut self, other: &Self) -> bool {
        self.rows += other.rows;
        self.requests = self.requests.saturating_add(other.requests);
        self.uncounted += other.uncounted;
        self.failed += other.failed;
        self.tokens.merge(&other.tokens);
        match self.logged.plus(other.logged) {
            Some(sum) => self.logged = sum,
            None => return false,
        }
        true
    }
}

/// What a group has beside its cells.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Its key.
    pub key: Key,
    /// Failed calls that were not billed and are not among the requests.
    pub failed: u64,
    /// Times to the whole answer.
    pub latencies: Latencies,
}

/// Sums per key and price cell.
#[derive(Debug)]
pub struct Grouping {
    /// What was asked.
    pub plan: Plan,
    /// Names behind the indices.
    pub names: Names,
    /// Groups in the order in which they were met.
    pub groups: Vec<Group>,
    /// Sums.
    pub cells: HashMap<CellKey, Cell>,
    /// First and last instant.
    pub span: Option<(Instant, Instant)>,
    /// Rows without an instant.
    pub undated: u64,
    /// Whether a sum went beyond any magnitude: totals are then no longer right, and no result may be given.
    pub overflown: bool,
    index: HashMap<Key, u32>,
    shapes: HashMap<(Option<u32>, Option<u32>), Arc<Shape>>,
}

impl Grouping {
    /// An empty grouping.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            names: Names::default(),
            groups: Vec::new(),
            cells: HashMap::new(),
            span: None,
            undated: 0,
            overflown: false,
            index: HashMap::new(),
            shapes: HashMap::new(),
        }
    }

    /// Adds a record.
    pub fn add(&mut self, record: &Record, source: Source, shapes: &dyn Shapes) {
        let local = record.at.map(|at| self.plan.zone.day_and_hour(at));
        let group = self.group(record, source, local);
        if let Some(ms) = record.latency_ms {
            self.groups[group as usize].latencies.add(ms);
        }
        let key = self.cell(group, record, local.map(|(day, _)| day), shapes);
        let fits = self.cells.entry(key).or_default().add(record);
        self.overflown |= !fits;
        match record.at {
            None => self.undated += 1,
            Some(at) => {
                let (first, last) = self.span.unwrap_or((at, at));
                self.span = Some((first.min(at), last.max(at)));
            }
        }
    }

    /// Adds a failed call that was not billed: it counts for the error rate alone.
    pub fn add_failed(&mut self, record: &Record, source: Source) {
        let local = record.at.map(|at| self.plan.zone.day_and_hour(at));
        let group = self.group(record, source, local);
        self.groups[group as usize].failed += 1;
    }

    fn group(&mut self, record: &Record, source: Source, local: Option<(i32, u32)>) -> u32 {
        let by = &self.plan.by;
        let key: Key = by
            .iter()
            .map(|d| d.part(record, source, local, &mut self.names))
            .collect();
        if let Some(at) = self.index.get(&key) {
            return *at;
        }
        let at = self.groups.len() as u32;
        self.groups.push(Group {
            key: key.clone(),
            ..Group::default()
        });
        self.index.insert(key, at);
        at
    }

    fn cell(
        &mut self,
        group: u32,
        record: &Record,
        day: Option<i32>,
        shapes: &dyn Shapes,
    ) -> CellKey {
        let mut name = |text: &Option<String>| text.as_deref().map(|text| self.names.index(text));
        let (model, provider) = (name(&record.model), name(&record.provider));
        let tier = name(&record.tier);
        let shape = self.shapes.entry((provider, model)).or_insert_with(|| {
            shapes.shape(
                record.provider.as_deref(),
                record.model.as_deref().unwrap_or_default(),
            )
        });
        let daily = self.plan.daily && self.cells.len() < MOST_DAILY;
        CellKey {
            group,
            model,
            provider,
            tier,
            slot: shape.slot(record.at, record.length()),
            regional: record.regional,
            logged: record.logged.is_some(),
            day: day.filter(|_| daily),
        }
    }

    /// Adds a grouping of another part of the log, made by the same plan.
    pub fn merge(&mut self, other: &Self) {
        let renamed = |names: &mut Names, at: u32| names.index(other.names.name(at));
        let mut moved = Vec::with_capacity(other.groups.len());
        for group in &other.groups {
            let parts = group.key.iter().zip(&self.plan.by);
            let key: Key = parts
                .map(|(part, by)| match part {
                    Some(at) if by.is_name() => Some(renamed(&mut self.names, *at)),
                    part => *part,
                })
                .collect();
            let at = *self.index.entry(key.clone()).or_insert_with(|| {
                self.groups.push(Group {
                    key,
                    ..Group::default()
                });
                (self.groups.len() - 1) as u32
            });
            let mine = &mut self.groups[at as usize];
            mine.failed += group.failed;
            mine.latencies.merge(&group.latencies);
            moved.push(at);
        }
        for (key, cell) in &other.cells {
            let key = CellKey {
                group: moved[key.group as usize],
                model: key.model.map(|at| renamed(&mut self.names, at)),
                provider: key.provider.map(|at| renamed(&mut self.names, at)),
                tier: key.tier.map(|at| renamed(&mut self.names, at)),
                ..*key
            };
            self.overflown |= !self.cells.entry(key).or_default().merge(cell);
        }
        self.undated += other.undated;
        self.overflown |= other.overflown;
        self.span = match (self.span, other.span) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::{Bucket, Tokens};
    use super::super::shape::NoShapes;
    use super::*;

    fn record(tenant: &str, at: &str, input: u64) -> Record {
        Record {
            at: Instant::parse(at),
            tenant: Some(tenant.into()),
            model: Some("m".into()),
            tokens: Tokens::default().with(Bucket::InputUncached, input),
            latency_ms: Some(input as f64),
            ..Record::call()
        }
    }

    fn grouping(records: &[Record]) -> Grouping {
        let plan = Plan {
            by: vec![Dimension::Tenant, Dimension::Day],
            zone: Zone::utc(),
            daily: false,
        };
        let mut grouping = Grouping::new(plan);
        for record in records {
            grouping.add(record, Source::Jsonl, &NoShapes);
        }
        grouping
    }

    fn sums(grouping: &Grouping) -> Vec<(String, u64, u128)> {
        let mut list: Vec<_> = grouping
            .cells
            .iter()
            .map(|(key, cell)| {
                let group = &grouping.groups[key.group as usize].key;
                let parts = grouping.plan.by.iter().zip(group.iter());
                let names: Vec<String> = parts
                    .map(|(by, part)| by.text(*part, &grouping.names).unwrap_or_default())
                    .collect();
                (names.join(" "), cell.requests, cell.tokens.input())
            })
            .collect();
        list.sort();
        list
    }

    #[test]
    fn parts_of_a_log_merge_to_the_sums_of_the_whole() {
        let records = [
            record("a", "2026-11-01T01:00:00Z", 1),
            record("b", "2026-11-01T02:00:00Z", 2),
            record("a", "2026-11-02T03:00:00Z", 4),
            record("b", "2026-11-01T04:00:00Z", 8),
        ];
        let whole = grouping(&records);
        let mut parts = grouping(&records[2..]);
        parts.merge(&grouping(&records[..2]));
        assert_eq!(sums(&whole), sums(&parts));
        assert_eq!(
            sums(&whole),
            [
                ("a 2026-11-01".into(), 1, 1),
                ("a 2026-11-02".into(), 1, 4),
                ("b 2026-11-01".into(), 2, 10)
            ]
        );
        assert_eq!(whole.span, parts.span);
    }
}
