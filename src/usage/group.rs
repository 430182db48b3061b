//! Grouping: records become sums per key and price cell; nothing here knows a price.
//!
//! A cell holds the calls of a group that cost the same per token: one model, provider and tier, one step of
//! the price list, one class of prompt length, one part of the day. Sums are whole numbers, so groupings of
//! parts of a log can be merged in any order (`merge`), on threads or elsewhere.

mod merge;

use std::collections::HashMap;
use std::sync::Arc;

use super::cells::Cells;
pub use super::cells::{Cell, CellKey, Class, Entry};
use super::key::{Dimension, Keys, Names, Part};
use super::latency::{self, Latencies};
use super::record::{Record, Status};
use super::semantics::Source;
use super::shape::{Shape, Shapes};
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

/// Sums per key and price cell.
#[derive(Debug)]
pub struct Grouping {
    /// What was asked.
    pub plan: Plan,
    /// Names behind the indices.
    pub names: Names,
    /// Keys of the groups, in the order in which they were met.
    pub keys: Keys,
    /// Sums.
    pub cells: Cells,
    /// Times to the whole answer, by group.
    pub latencies: Latencies,
    /// First and last instant.
    pub span: Option<(Instant, Instant)>,
    /// Rows without an instant.
    pub undated: u64,
    /// Whether a sum went beyond any magnitude: totals are then no longer right, and no result may be given.
    pub overflown: bool,
    /// Failed calls that were not billed, by group; they are not among the requests.
    failed: Vec<u64>,
    /// Whether cells still tell days apart.
    daily: bool,
    most_daily: usize,
    shapes: HashMap<(Option<u32>, Option<u32>), Arc<Shape>>,
}

impl Grouping {
    /// An empty grouping.
    pub fn new(plan: Plan) -> Self {
        Self {
            names: Names::default(),
            keys: Keys::of(plan.by.len()),
            cells: Cells::default(),
            latencies: Latencies::default(),
            span: None,
            undated: 0,
            overflown: false,
            failed: Vec::new(),
            daily: plan.daily,
            most_daily: MOST_DAILY,
            shapes: HashMap::new(),
            plan,
        }
    }

    /// An empty grouping by the same plan and with the same bounds.
    #[must_use]
    pub fn like(&self) -> Self {
        Self {
            latencies: self.latencies.like(),
            most_daily: self.most_daily,
            ..Self::new(self.plan.clone())
        }
    }

    /// The same with other bounds: times held one by one, and cells beyond which days are not told apart.
    #[must_use]
    pub fn holding(mut self, times: u64, daily: usize) -> Self {
        self.latencies = Latencies::holding(times);
        self.most_daily = daily;
        self
    }

    /// How many groups there are.
    pub fn groups(&self) -> u32 {
        self.keys.len() as u32
    }

    /// Failed calls of a group that were not billed and are not among the requests.
    pub fn failed(&self, group: u32) -> u64 {
        self.failed.get(group as usize).copied().unwrap_or(0)
    }

    /// Adds a record.
    pub fn add(&mut self, record: &Record, source: Source, shapes: &dyn Shapes) {
        let local = record.at.map(|at| self.plan.zone.day_and_hour(at));
        let group = self.group(record, source, local);
        let class = self.class(record, shapes);
        let entry = Entry {
            requests: record.requests,
            failed: record.status == Status::Failed,
            tokens: record.tokens,
            logged: record.logged,
        };
        if let Some(time) = record.latency_ms.and_then(latency::parts) {
            self.latencies.add(group, time);
        }
        let day = local.map(|(day, _)| day).filter(|_| self.daily);
        self.overflown |= !self.cells.add(group, class, day, &entry);
        self.bound_days();
        self.see(record.at);
    }

    /// The cell of a group, class and day.
    pub fn cell(&mut self, group: u32, class: u32, day: Option<i32>) -> usize {
        self.cells.at(group, class, day.filter(|_| self.daily))
    }

    /// Takes the time of a row into the span of the log.
    pub fn see(&mut self, at: Option<Instant>) {
        match at {
            None => self.undated += 1,
            Some(at) => self.span = joined(self.span, Some((at, at))),
        }
    }

    /// Adds sums of a group, class and day of the plan's zone that were made elsewhere, with their first and last
    /// instant and the rows among them that have none.
    pub fn enter_sums(
        &mut self,
        group: u32,
        class: u32,
        day: Option<i32>,
        sums: &Cell,
        span: Option<(Instant, Instant)>,
        undated: u64,
    ) {
        let cell = self.cell(group, class, day);
        self.overflown |= !self.cells.add_sums(cell, sums);
        self.bound_days();
        self.undated += undated;
        self.span = joined(self.span, span);
    }

    /// Tells days no longer apart once there are too many cells: all of them or none, so that it does not
    /// matter in which order rows came. True where they were told apart until now: cells have new places then.
    pub fn bound_days(&mut self) -> bool {
        let too_many = self.daily && self.cells.len() > self.most_daily;
        if too_many {
            self.end_days();
        }
        too_many
    }

    fn end_days(&mut self) {
        self.daily = false;
        self.overflown |= !self.cells.without_days();
    }

    /// Adds a failed call that was not billed: it counts for the error rate alone.
    pub fn add_failed(&mut self, record: &Record, source: Source) {
        let local = record.at.map(|at| self.plan.zone.day_and_hour(at));
        let group = self.group(record, source, local);
        self.fail(group, 1);
    }

    /// Counts failed calls of a group that were not billed.
    pub fn fail(&mut self, group: u32, calls: u64) {
        let at = group as usize;
        if at >= self.failed.len() {
            self.failed.resize(at + 1, 0);
        }
        self.failed[at] += calls;
    }

    fn group(&mut self, record: &Record, source: Source, local: Option<(i32, u32)>) -> u32 {
        let (names, by) = (&mut self.names, &self.plan.by);
        self.keys
            .index(by.iter().map(|d| d.part(record, source, local, names)))
    }

    fn class(&mut self, record: &Record, shapes: &dyn Shapes) -> u32 {
        let mut name = |text: &Option<String>| text.as_deref().map(|text| self.names.index(text));
        let (model, provider) = (name(&record.model), name(&record.provider));
        let tier = name(&record.tier);
        let shape = self.shape(provider, model, shapes);
        self.cells.class(Class {
            model,
            provider,
            tier,
            slot: shape.slot(record.at, record.length()),
            regional: record.regional,
            logged: record.logged.is_some(),
        })
    }

    /// The shape of the prices of a model at a provider.
    pub fn shape(&mut self, provider: Part, model: Part, shapes: &dyn Shapes) -> Arc<Shape> {
        let names = &self.names;
        let shape = self.shapes.entry((provider, model)).or_insert_with(|| {
            shapes.shape(
                provider.map(|at| names.name(at)),
                model.map_or("", |at| names.name(at)),
            )
        });
        Arc::clone(shape)
    }
}

/// From the first to the last instant of two spans.
fn joined(
    a: Option<(Instant, Instant)>,
    b: Option<(Instant, Instant)>,
) -> Option<(Instant, Instant)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
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
                let part = |place| grouping.keys.part(key.group as usize, place);
                let parts = grouping.plan.by.iter().enumerate();
                let names: Vec<String> = parts
                    .map(|(at, by)| by.text(part(at), &grouping.names).unwrap_or_default())
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
        parts.merge(grouping(&records[..2]));
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

    #[test]
    fn parts_with_so_many_groups_that_threads_look_them_up_merge_to_the_whole() {
        let tenants: Vec<String> = (0..36_000).map(|n| format!("t{n}")).collect();
        let at = |n: usize| format!("2026-11-{:02}T01:00:00Z", 1 + n % 2);
        // Each part knows tenants that the other does not, and both know most.
        let tenant = |n: usize| &tenants[(n * 7_919) % tenants.len()];
        let rows = |range: std::ops::Range<usize>| -> Vec<Record> {
            range
                .map(|n| record(tenant(n), &at(n), n as u64 % 97))
                .collect()
        };
        let whole = grouping(&rows(0..70_000));
        let mut parts = grouping(&rows(34_500..70_000));
        assert!(parts.groups() > 34_000);
        parts.merge(grouping(&rows(0..34_500)));
        assert!(sums(&whole) == sums(&parts));
        let quantiles = |grouping: &Grouping| {
            let all = grouping
                .latencies
                .quantiles(0..grouping.groups(), [0.5, 0.95]);
            all.map(|found| (found.calls, found.ms))
        };
        assert_eq!(quantiles(&whole), quantiles(&parts));
    }
}
