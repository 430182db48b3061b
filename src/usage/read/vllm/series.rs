//! Answers of Prometheus (`query_range`, `query`): a counter at many instants. Each series counts by itself, from its
//! first value; where it falls the engine was started anew. One that appears later than the range begins is of an
//! engine that was started then, and counts from zero.

use std::collections::BTreeMap;

use super::super::super::fields::{Fields, whole};
use super::super::super::names;
use super::super::super::record::Record;
use super::super::super::semantics::{Counts, Source};
use super::super::super::time::Instant;
use super::super::Row;
use super::{COUNTERS, counts};

/// Values of a series by instant; overlapping answers give the same ones again.
type Values = BTreeMap<Instant, u64>;

/// What Prometheus answered.
#[derive(Default)]
pub struct Ranges {
    /// By labels: name, model, and values.
    series: BTreeMap<String, (String, String, Values)>,
    /// First instant that any answer has of a counter.
    begins: BTreeMap<String, Instant>,
}

impl Ranges {
    /// Takes a series.
    pub fn row(&mut self, row: &Fields<'_>) -> Row {
        let metric = row.at("metric");
        let Some(name) = metric.text("__name__") else {
            row.wrong(
                "the series has no `__name__`: ask for the counter itself, such as query=vllm:prompt_tokens_total, without rate() or sum()",
            );
            return Row::Foreign;
        };
        let counter = name.strip_suffix("_total").unwrap_or(&name).to_owned();
        if !COUNTERS.contains(&counter.as_str()) {
            return Row::Other;
        }
        let Some(values) = values(row) else {
            row.wrong("the value of a counter is no count");
            return Row::Foreign;
        };
        if let Some(first) = values.keys().next() {
            let begin = self.begins.entry(counter.clone()).or_insert(*first);
            *begin = (*begin).min(*first);
        }
        let labels: Vec<String> = metric
            .entries()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let model = metric.text("model_name").unwrap_or_default();
        let known = self.series.entry(labels.join(","));
        known
            .or_insert_with(|| (counter, model, Values::new()))
            .2
            .extend(values);
        Row::Part
    }

    /// Whether nothing was taken.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// Whether every series has one value alone.
    pub fn is_single(&self) -> bool {
        self.series.values().all(|(_, _, values)| values.len() < 2)
    }

    /// What grew, per model and interval; an interval is dated by its beginning.
    pub fn records(&self) -> Vec<Record> {
        let mut growth: BTreeMap<(&str, Instant), BTreeMap<String, u64>> = BTreeMap::new();
        for (counter, model, values) in self.series.values() {
            let mut add = |at: Instant, more: u64| {
                let sums = growth.entry((model, at)).or_default();
                let sum = sums.entry(counter.clone()).or_default();
                *sum = sum.saturating_add(more);
            };
            let late = |at: &Instant| self.begins.get(counter).is_some_and(|begin| begin < at);
            let mut before: Option<(Instant, u64)> = None;
            for (at, value) in values {
                match before {
                    None if late(at) => add(*at, *value),
                    None => {}
                    Some((from, was)) if *value >= was => add(from, value - was),
                    Some((from, _)) => add(from, *value),
                }
                before = Some((*at, *value));
            }
        }
        let grown = growth
            .iter()
            .filter(|(_, series)| series.values().any(|more| *more > 0));
        grown
            .filter_map(|((model, at), series)| record(model, *at, series))
            .collect()
    }
}

fn record(model: &str, at: Instant, series: &BTreeMap<String, u64>) -> Option<Record> {
    let (counts, requests): (Counts, u64) = counts(series);
    // Counters are not read at one instant: hits may be ahead of the prompts that they belong to.
    let counts = Counts {
        cache_read: counts.cache_read.min(counts.input),
        ..counts
    };
    Some(Record {
        at: Some(at),
        model: Some(names::model(model)).filter(|name| !name.is_empty()),
        provider: Some("vllm".into()),
        tokens: Source::Vllm.semantics().tokens(&counts).ok()?,
        requests: Some(requests),
        prompt_length: Some(0),
        ..Record::default()
    })
}

/// `[[1793517132.5, "100"], ...]`, or one such pair of an instant query; none where a value is no count.
fn values(row: &Fields<'_>) -> Option<Values> {
    let pair = |pair: &Fields<'_>| {
        let mut both = pair.each();
        let at = Instant::parse(&both.next()?.own_text()?)?;
        Some((at, whole(&both.next()?.own_text()?)?))
    };
    if row.has("values") {
        row.at("values").each().map(|one| pair(&one)).collect()
    } else {
        Some([pair(&row.at("value"))?].into())
    }
}
