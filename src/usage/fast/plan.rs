//! What every block of a table is read by: which columns hold what, and which rows count.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ingest::Rules;
use super::super::key::Dimension;
use super::super::map::Map;
use super::super::read::Options;
use super::super::read::mapped::{COUNTS, Count, Mapped, NEEDED};
use super::super::record::Bucket;
use super::super::semantics::{Semantics, Source};
use super::super::shape::Shapes;
use super::super::time::{Instant, Zone};
use super::flat::Value;
use super::spots::{Word, words};

/// Columns by their place among those that are read, in the order in which they are looked at.
pub type Columns = Vec<usize>;

/// Which columns hold what.
#[derive(Debug)]
pub struct Holds {
    pub time: Columns,
    pub tenant: Columns,
    pub feature: Columns,
    pub session: Columns,
    pub prompt: Columns,
    pub prompt_version: Columns,
    pub model: Columns,
    pub provider: Columns,
    pub tier: Columns,
    pub counts: [Columns; COUNTS.len()],
    pub cost: Columns,
    pub latency_ms: Columns,
    pub latency_s: Columns,
    pub ttft_ms: Columns,
    pub status: Columns,
    pub failed: Columns,
    pub id: Columns,
    pub requests: Columns,
}

/// What blocks are read by.
pub struct Plan<'a> {
    /// Source of the rows.
    pub source: Source,
    /// What its counts mean.
    pub semantics: Semantics,
    /// Unit of a clock that begins at zero (s).
    pub clock: Option<f64>,
    /// Which columns hold what.
    pub holds: Holds,
    /// How many columns there are.
    pub width: usize,
    /// The place of each column among those that are read; of the others the one behind them.
    pub slots: Vec<usize>,
    /// Columns that are read.
    pub read: usize,
    /// Whether each column holds tokens or cost, so that a row is one of a log.
    pub needed: Vec<bool>,
    /// Whether each column is read as text.
    textual: Vec<bool>,
    /// All names that are read, if a row has them.
    known: BTreeSet<String>,
    /// Buckets that rows may have tokens in.
    pub buckets: Vec<Bucket>,
    /// What is grouped by.
    pub by: &'a [Dimension],
    /// Parts of keys that do not follow from what rows are priced by.
    pub words: Vec<Word>,
    /// Where each dimension finds its part among them.
    pub places: Vec<Option<usize>>,
    /// Zone of days; none where it is UTC.
    pub zone: Option<&'a Zone>,
    /// Which rows count.
    pub rules: &'a Rules,
    /// Models by other names.
    pub aliases: &'a BTreeMap<String, String>,
    /// Shapes of price lists.
    pub shapes: &'a dyn Shapes,
}

/// Sources whose rows are read here.
pub fn is_plain(source: Source) -> bool {
    use Source as S;
    matches!(
        source,
        S::Csv | S::Jsonl | S::Table | S::AzureTrace | S::Burstgpt | S::Mooncake
    )
}

impl<'a> Plan<'a> {
    /// A plan for columns of these names; none where the general reader has something to say about them.
    pub fn new(
        source: Source,
        heads: &[String],
        options: &'a Options,
        rules: &'a Rules,
        grouping: &'a super::super::group::Plan,
        shapes: &'a dyn Shapes,
    ) -> Option<Self> {
        let mapped = Mapped::new(source, options);
        let (map, semantics, clock) = mapped.terms();
        let known = |name: &str| heads.iter().any(|head| head == name);
        let is_there = |(_, column): (&str, &str)| known(column);
        let needed = |field: &&str| map.names(field).iter().any(|name| known(name));
        let is_needed = |head: &str| NEEDED.iter().any(|field| map.names(field).contains(&head));
        if !is_plain(source) || !map.columns().all(is_there) || !NEEDED.iter().any(needed) {
            return None;
        }
        let mut holds = Holds::new(map, heads, options);
        if rules.keep_duplicates {
            holds.id.clear();
        }
        let (words, places) = words(&grouping.by, grouping.daily);
        let textual = holds.textual(heads.len());
        let columns = holds.narrow(&words);
        let slot = |column| columns.binary_search(&column).unwrap_or(columns.len());
        Some(Self {
            source,
            semantics,
            clock,
            width: heads.len(),
            slots: (0..heads.len()).map(slot).collect(),
            read: columns.len(),
            buckets: holds.buckets(),
            needed: heads.iter().map(|head| is_needed(head)).collect(),
            textual,
            known: known_names(map, options),
            holds,
            by: &grouping.by,
            words,
            places,
            zone: Some(&grouping.zone).filter(|zone| !zone.is_utc()),
            rules,
            aliases: &options.aliases,
            shapes,
        })
    }

    /// Whether rows may be copies of a call that was counted before, and do not count then.
    pub fn tells_copies(&self) -> bool {
        !self.holds.id.is_empty()
    }

    /// Whether a key of a row is read, be it that no row had it when the plan was made.
    pub fn knows(&self, key: &[u8]) -> bool {
        std::str::from_utf8(key).is_ok_and(|key| self.known.contains(key))
    }

    /// Whether a value of a column reads from its text as it does from JSON: not so a fraction that is asked for as
    /// text, since the parser of JSON writes it in its own way.
    #[inline]
    pub fn takes(&self, column: usize, value: Value) -> bool {
        value != Value::Fraction || !self.textual[column]
    }

    /// Whether a column is read as text.
    #[cfg(feature = "parquet")]
    pub fn is_textual(&self, column: usize) -> bool {
        self.textual[column]
    }

    /// Whether a time is not asked for.
    pub fn is_outside(&self, at: Option<Instant>) -> bool {
        at.is_some_and(|at| {
            self.rules.since.is_some_and(|since| at < since)
                || self.rules.until.is_some_and(|until| at >= until)
        })
    }

    /// The part of a key that is a time.
    pub fn moment(&self, by: Dimension, at: Instant) -> u32 {
        let (day, hour) = match self.zone {
            Some(zone) => zone.day_and_hour(at),
            None => (at.utc_day(), at.utc_minute() / 60),
        };
        by.moment(day, hour)
    }
}

/// All names of columns that are read: those of the map, and the first part of a path of keys.
fn known_names(map: &Map, options: &Options) -> BTreeSet<String> {
    let own = options.tenant_keys.iter().chain(&options.feature_keys);
    let own = own.map(String::as_str);
    let all = own.chain(map.all_names());
    let of = |name: &str| {
        [
            name.to_owned(),
            name.split('.').next().unwrap_or(name).to_owned(),
        ]
    };
    all.flat_map(of).collect()
}

impl Holds {
    /// Which of so many columns are read as text.
    fn textual(&self, width: usize) -> Vec<bool> {
        let lists = [
            &self.tenant,
            &self.feature,
            &self.session,
            &self.prompt,
            &self.prompt_version,
            &self.model,
            &self.provider,
            &self.tier,
            &self.status,
            &self.failed,
            &self.id,
        ];
        let mut textual = vec![false; width];
        lists
            .into_iter()
            .flatten()
            .for_each(|column| textual[*column] = true);
        textual
    }

    fn new(map: &Map, heads: &[String], options: &Options) -> Self {
        // Of columns with the same name the last one counts, as in a map.
        let at = |name: &str| heads.iter().rposition(|head| head == name);
        let of = |field: &str| -> Columns {
            map.names(field)
                .iter()
                .filter_map(|name| at(name))
                .collect()
        };
        let with = |keys: &[String], field: &str| -> Columns {
            let own = keys.iter().filter_map(|key| at(key));
            own.chain(of(field)).collect()
        };
        Self {
            time: of("time"),
            tenant: with(&options.tenant_keys, "tenant"),
            feature: with(&options.feature_keys, "feature"),
            session: of("session"),
            prompt: of("prompt"),
            prompt_version: of("prompt_version"),
            model: of("model"),
            provider: of("provider"),
            tier: of("tier"),
            counts: COUNTS.map(|(_, name)| of(name)),
            cost: of("cost"),
            latency_ms: of("latency_ms"),
            latency_s: of("latency_s"),
            ttft_ms: of("ttft_ms"),
            status: of("status"),
            failed: of("failed"),
            id: of("id"),
            requests: of("requests"),
        }
    }

    /// The columns that are read for these words, and from now on each by its place among them.
    fn narrow(&mut self, words: &[Word]) -> Vec<usize> {
        let names = [
            (Word::Tenant, &mut self.tenant),
            (Word::Feature, &mut self.feature),
            (Word::Session, &mut self.session),
            (Word::Prompt, &mut self.prompt),
            (Word::Prompt, &mut self.prompt_version),
        ];
        for (word, columns) in names {
            if !words.contains(&word) {
                columns.clear();
            }
        }
        let all: BTreeSet<usize> = self.lists().into_iter().flatten().map(|at| *at).collect();
        let all: Vec<usize> = all.into_iter().collect();
        for column in self.lists().into_iter().flatten() {
            *column = all.binary_search(column).unwrap_or(0);
        }
        all
    }

    /// Buckets that tokens may be in.
    fn buckets(&self) -> Vec<Bucket> {
        let held = |counts: &[Count]| counts.iter().any(|c| !self.counts[*c as usize].is_empty());
        let of = |(bucket, counts): (Bucket, &[Count])| held(counts).then_some(bucket);
        let all: [(Bucket, &[Count]); 7] = [
            (Bucket::InputUncached, &[Count::Input, Count::InputUncached]),
            (Bucket::CacheRead, &[Count::CacheRead]),
            (
                Bucket::CacheWrite5m,
                &[Count::CacheWrite, Count::CacheWrite5m],
            ),
            (Bucket::CacheWrite1h, &[Count::CacheWrite1h]),
            (Bucket::CacheWriteUnknown, &[Count::CacheWrite]),
            (
                Bucket::OutputVisible,
                &[Count::Output, Count::OutputVisible],
            ),
            (Bucket::Reasoning, &[Count::Reasoning]),
        ];
        all.into_iter().filter_map(of).collect()
    }

    fn lists(&mut self) -> Vec<&mut Columns> {
        let mut lists: Vec<&mut Columns> = self.counts.iter_mut().collect();
        lists.extend([
            &mut self.time,
            &mut self.tenant,
            &mut self.feature,
            &mut self.session,
            &mut self.prompt,
            &mut self.prompt_version,
            &mut self.model,
            &mut self.provider,
            &mut self.tier,
            &mut self.cost,
            &mut self.latency_ms,
            &mut self.latency_s,
            &mut self.ttft_ms,
            &mut self.status,
            &mut self.failed,
            &mut self.id,
            &mut self.requests,
        ]);
        lists
    }
}
