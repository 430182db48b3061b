//! Everything that is told of a log, for tests that read one log in different ways and compare the answers.

use std::sync::LazyLock;

use llmcost::analysis::attribute::{CostMode, Query, attribute};
use llmcost::catalog::Catalog;
use llmcost::usage::group::Plan;
use llmcost::usage::ingest::{Ingest, Rules};
use llmcost::usage::key::Dimension;
use llmcost::usage::map::Map;
use llmcost::usage::price::Prices;
use llmcost::usage::read::Options;
use llmcost::usage::semantics::Source;
use llmcost::usage::time::Zone;

/// How a log is read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The source, told: a log is read in blocks once it is known, and short ones end before.
    pub from: Option<Source>,
    pub by: Vec<Dimension>,
    pub zone: &'static str,
    pub rules: Rules,
    pub map: &'static str,
    pub keys: Vec<String>,
    pub times: u64,
    pub daily: usize,
}

impl Reading {
    /// Rows of this source.
    pub fn of(source: Source) -> Self {
        Self {
            from: Some(source),
            by: vec![Dimension::Tenant, Dimension::Model, Dimension::Day],
            zone: "UTC",
            rules: Rules::default(),
            map: "",
            keys: Vec::new(),
            times: 1 << 20,
            daily: 1 << 20,
        }
    }
}

/// The answer and its warnings, or why there is none; in blocks of so many bytes or rows, on so many threads. With
/// several files what is known of the first must not leak into the second.
pub fn told(files: [&[u8]; 2], reading: &Reading, threads: usize, block: usize) -> String {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);
    let prices = Prices::new(&CATALOG, None);
    let plan = Plan {
        by: reading.by.clone(),
        zone: Zone::parse(reading.zone).unwrap(),
        daily: true,
    };
    let options = Options {
        map: Map::parse(reading.map).unwrap(),
        tenant_keys: reading.keys.clone(),
        aliases: [("mine".to_owned(), "gpt-5-mini".to_owned())].into(),
        ..Options::default()
    };
    let ingest = Ingest::new(plan, reading.from, options, reading.rules.clone(), &prices);
    let ingest = ingest.holding(reading.times, reading.daily);
    let mut ingest = ingest.with_threads(threads, block, 0);
    for file in files {
        if let Err(why) = ingest.file("log", file) {
            return why;
        }
    }
    let usage = match ingest.finish() {
        Ok(usage) => usage,
        Err(why) => return why,
    };
    let query = Query {
        by: reading.by.clone(),
        cost: CostMode::Both,
        top: None,
        trend_days: None,
        spike: 4.4,
        limits: None,
        redact: None,
    };
    match attribute(&usage, &prices, &query) {
        Ok(result) => serde_json::to_string_pretty(&result).unwrap(),
        Err(why) => why,
    }
}

/// Compares two answers; shows the first lines that differ, and how the first one was found.
#[track_caller]
pub fn equal(found: &str, expected: &str, how: &str) {
    let mut lines = found.lines().zip(expected.lines());
    let other = lines.find(|(found, expected)| found != expected);
    assert_eq!(other, None, "{how}");
    assert_eq!(found.len(), expected.len(), "{how}");
}

/// Names that readers know, and one that they do not.
pub const NAMES: &[&str] = &[
    "timestamp",
    "time",
    "tenant",
    "customer",
    "feature",
    "model",
    "provider",
    "tier",
    "prompt_name",
    "prompt_version",
    "session",
    "input_tokens",
    "prompt_tokens",
    "input_uncached",
    "cached_tokens",
    "cache_write",
    "cache_write_5m",
    "cache_write_1h",
    "output_tokens",
    "output_visible",
    "reasoning",
    "cost",
    "latency_ms",
    "latency_s",
    "ttft_ms",
    "status",
    "failed",
    "requests",
    "request_id",
    "other",
];
