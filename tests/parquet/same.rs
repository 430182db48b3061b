//! Everything that is told of a log, read in different ways.

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

use crate::made::{Column, Form, file, lines};

/// How a log is read.
#[derive(Clone, Debug)]
pub struct Reading {
    pub from: Option<Source>,
    pub by: Vec<Dimension>,
    pub zone: &'static str,
    pub rules: Rules,
    pub map: &'static str,
    pub keys: Vec<String>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            from: Some(Source::Jsonl),
            by: vec![Dimension::Tenant, Dimension::Model, Dimension::Day],
            zone: "UTC",
            rules: Rules {
                keep_duplicates: true,
                ..Rules::default()
            },
            map: "",
            keys: Vec::new(),
        }
    }
}

/// The answer and its warnings, or why there is none; in blocks of so many bytes or rows, on so many threads.
pub fn told(bytes: &[u8], reading: &Reading, threads: usize, block: usize) -> String {
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
    let mut ingest = ingest.with_threads(threads, block, 0);
    // Two files: what is known of the first must not leak into the second.
    for _ in 0..2 {
        if let Err(why) = ingest.file("log", bytes) {
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

/// Compares two answers; shows the first lines that differ.
#[track_caller]
pub fn equal(found: &str, expected: &str) {
    let mut lines = found.lines().zip(expected.lines());
    let other = lines.find(|(found, expected)| found != expected);
    assert_eq!(other, None);
    assert_eq!(found.len(), expected.len());
}

/// Compares the table with its lines of JSON; gives what is told of them.
#[track_caller]
pub fn same(columns: &[Column], form: &Form, reading: &Reading) -> String {
    let expected = told(&lines(columns), reading, 0, 0);
    let bytes = file(columns, form);
    for (threads, block) in [(0, 0), (1, 7), (3, 64), (2, 1 << 19)] {
        let found = told(&bytes, reading, threads, block);
        if found != expected {
            eprintln!("{threads} threads, {block} rows, {form:?}");
        }
        equal(&found, &expected);
    }
    expected
}
