//! Attribution as rows for spreadsheets.

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::block::{Cell, Row};
use super::super::csv;
use crate::analysis::attribute::{Attribution, Entries, Entry};
use crate::usage::record::BUCKETS;

/// Writes one row per group, amounts with all their digits; the kinds of rows are told apart by `row`. They are made one
/// after another, so that half a million of them are never held.
///
/// # Errors
/// What cannot be written, and amounts beyond any magnitude.
pub fn write_csv<G: Entries>(result: &Attribution<G>, out: impl Write) -> io::Result<()> {
    let keys = result.by.len();
    let row = |kind: &'static str| {
        move |entry: &Entry| -> io::Result<Cow<'static, Row>> {
            Ok(Cow::Owned(tidy_row(kind, entry, keys)))
        }
    };
    let groups = result.groups.entries();
    let groups = groups.map(|entry| row("group")(&entry.map_err(io::Error::other)?));
    let unattributed = match &result.partly[..] {
        [] => std::slice::from_ref(&result.unattributed),
        partly => partly,
    };
    let rows = groups
        .chain(result.others.iter().map(row("others")))
        .chain(unattributed.iter().map(row("unattributed")))
        .chain([row("total")(&result.total)]);
    csv::write(out, &heads(result), rows)
}

fn heads<G>(result: &Attribution<G>) -> Vec<String> {
    let heads = ["row"].into_iter().chain(result.by.iter().copied());
    let heads = heads
        .chain(["requests", "failed"])
        .chain(BUCKETS.iter().map(|(_, name)| *name));
    let heads = heads.chain([
        "cost_usd",
        "logged_cost_usd",
        "repriced_cost_usd",
        "unpriced_requests",
        "share",
        "usd_per_request",
        "usd_per_success",
        "error_rate",
        "latency_ms_p50",
        "latency_ms_p95",
        "latency_ms_p99",
        "usd_last_period",
        "usd_previous_period",
    ]);
    heads.map(str::to_owned).collect()
}

fn tidy_row(kind: &str, entry: &Entry, keys: usize) -> Row {
    let mut labels: Vec<String> = entry
        .key
        .iter()
        .flat_map(|key| &key.0)
        .map(|(_, value)| value.clone().unwrap_or_default())
        .collect();
    labels.resize(keys, String::new());
    let or = |number: Option<String>| number.unwrap_or_default();
    let float = |number: Option<f64>| or(number.map(|number| number.to_string()));
    let mut numbers = vec![
        or(entry.requests.map(|c| c.to_string())),
        entry.failed.to_string(),
    ];
    numbers.extend(
        BUCKETS
            .iter()
            .map(|(bucket, _)| entry.tokens.get(*bucket).to_string()),
    );
    numbers.extend([
        entry.cost_usd.to_string(),
        or(entry.logged_cost_usd.map(|usd| usd.to_string())),
        or(entry.repriced_cost_usd.map(|usd| usd.to_string())),
        entry.unpriced_requests.to_string(),
        float(entry.share),
        float(entry.usd_per_request),
        float(entry.usd_per_success),
        float(entry.error_rate),
    ]);
    let times = entry.latency_ms;
    numbers.extend([
        float(times.map(|t| t.p50)),
        float(times.map(|t| t.p95)),
        float(times.map(|t| t.p99)),
        or(entry.trend.map(|t| t.usd.to_string())),
        or(entry.trend.map(|t| t.previous_usd.to_string())),
    ]);
    let mut cells = vec![Cell::label(kind)];
    cells.extend(labels.into_iter().map(Cell::label));
    cells.extend(numbers.into_iter().map(Cell::number));
    Row {
        cells,
        strong: false,
    }
}
