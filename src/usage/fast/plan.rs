//! What every block of a table is read by: which columns hold what, and which rows count.

use std::collections::BTreeMap;

use super::super::ingest::Rules;
use super::super::key::Dimension;
use super::super::map::Map;
use super::super::read::Options;
use super::super::read::mapped::{COUNTS, Mapped, NEEDED};
use super::super::semantics::{Semantics, Source};
use super::super::shape::Shapes;
use super::super::time::Zone;

/// Columns in the order in which they are looked at.
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
    /// What is grouped by.
    pub by: &'a [Dimension],
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
        S::Csv | S::Jsonl | S::AzureTrace | S::Burstgpt | S::Mooncake
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
        if !is_plain(source) || !map.columns().all(is_there) || !NEEDED.iter().any(needed) {
            return None;
        }
        let holds = Holds::new(map, heads, options);
        // Copies of calls are told by who came first.
        (holds.id.is_empty() || rules.keep_duplicates).then_some(Self {
            source,
            semantics,
            clock,
            holds,
            width: heads.len(),
            by: &grouping.by,
            zone: Some(&grouping.zone).filter(|zone| !zone.is_utc()),
            rules,
            aliases: &options.aliases,
            shapes,
        })
    }
}

impl Holds {
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
}
