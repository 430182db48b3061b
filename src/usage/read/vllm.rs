//! vLLM: scrapes of `/metrics`, or what Prometheus kept of them ([`series`]). Counters grow; between two scrapes their growth counts. Where one of an engine's
//! counters fell the engine was started anew, and what its counters show since then counts.
//!
//! The prompt counter includes what the prefix cache had, and counts a prompt once for each of its parallel
//! samples (vllm-project/vllm#56361).

mod series;

use std::collections::BTreeMap;

use super::super::fields::{Fields, whole};
use super::super::names;
use super::super::record::Record;
use super::super::semantics::{Counts, Source};
use super::{End, Reader, Row};
use series::Ranges;

/// The reader.
#[derive(Default)]
pub struct Vllm {
    /// Values by engine (with its model), then by series.
    before: BTreeMap<Engine, BTreeMap<String, u64>>,
    now: BTreeMap<Engine, BTreeMap<String, u64>>,
    growth: BTreeMap<Engine, BTreeMap<String, u64>>,
    scrapes: usize,
    ranges: Ranges,
}

/// Model and engine.
type Engine = (String, String);

/// Names of the counters, without the suffix `_total` of newer versions.
const COUNTERS: [&str; 5] = [
    "vllm:prompt_tokens",
    "vllm:generation_tokens",
    "vllm:prefix_cache_hits",
    "vllm:gpu_prefix_cache_hits",
    "vllm:request_success",
];

impl Vllm {
    /// A scrape is whole: what grew since the one before counts.
    fn close(&mut self) {
        let now = std::mem::take(&mut self.now);
        if now.is_empty() {
            return;
        }
        self.scrapes += 1;
        for (engine, series) in now {
            let first = self.scrapes == 1;
            let before = self
                .before
                .insert(engine.clone(), series.clone())
                .unwrap_or_default();
            let fell = series
                .iter()
                .any(|(name, value)| before.get(name).is_some_and(|was| value < was));
            let sums = self.growth.entry(engine).or_default();
            for (name, value) in &series {
                let was = if fell {
                    0
                } else {
                    before.get(name).copied().unwrap_or(0)
                };
                if !first {
                    let sum = sums.entry(name.clone()).or_default();
                    *sum = sum.saturating_add(value - was);
                }
            }
        }
    }
}

/// Tokens and calls of counters.
fn counts(series: &BTreeMap<String, u64>) -> (Counts, u64) {
    let sum = |counters: &[&str]| {
        let of = |name: &str| counters.iter().any(|counter| name.starts_with(counter));
        let values = series
            .iter()
            .filter(|(name, _)| of(name))
            .map(|(_, value)| *value);
        values.fold(0, u64::saturating_add)
    };
    let counts = Counts {
        input: sum(&["vllm:prompt_tokens"]),
        cache_read: sum(&["vllm:prefix_cache_hits", "vllm:gpu_prefix_cache_hits"]),
        output: sum(&["vllm:generation_tokens"]),
        ..Counts::default()
    };
    (counts, sum(&["vllm:request_success"]))
}

/// What grew on an engine as one row.
fn record(engine: &Engine, series: &BTreeMap<String, u64>) -> Option<Record> {
    if series.is_empty() {
        // It was met in one scrape alone.
        return None;
    }
    let (counts, requests) = counts(series);
    Some(Record {
        model: Some(names::model(&engine.0)).filter(|name| !name.is_empty()),
        provider: Some("vllm".into()),
        tokens: Source::Vllm.semantics().tokens(&counts).ok()?,
        requests: Some(requests),
        prompt_length: Some(0),
        ..Record::default()
    })
}

impl Reader for Vllm {
    fn file(&mut self, _name: &str) {
        self.close();
    }

    fn row(&mut self, row: &Fields<'_>) -> Row {
        if row.has("metric") {
            return self.ranges.row(row);
        }
        let (Some(name), Some(series)) = (row.text("name"), row.text("series")) else {
            return Row::Foreign;
        };
        let counter = name.strip_suffix("_total").unwrap_or(&name);
        if !COUNTERS.contains(&counter) {
            return Row::Other;
        }
        let Some(value) = row.text("value").and_then(|text| whole(&text)) else {
            row.wrong("the value of a counter is no count");
            return Row::Foreign;
        };
        let label = |key: &str| row.text(&format!("label.{key}")).unwrap_or_default();
        let engine = (label("model_name"), label("engine"));
        if self
            .now
            .get(&engine)
            .is_some_and(|known| known.contains_key(&series))
        {
            self.close();
        }
        self.now.entry(engine).or_default().insert(series, value);
        Row::Part
    }

    fn end(&mut self) -> End {
        self.close();
        let mut records: Vec<Record> = self
            .growth
            .iter()
            .filter_map(|(engine, series)| record(engine, series))
            .collect();
        records.extend(self.ranges.records());
        let single = self.scrapes == 1 || (!self.ranges.is_empty() && self.ranges.is_single());
        End {
            records,
            complaints: single
                .then(|| {
                    "one scrape of /metrics: counters say nothing without a second one".to_owned()
                })
                .into_iter()
                .collect(),
            ..End::default()
        }
    }
}
