//! Tables drawn at random: names that readers know, cells of every type that is drawn for them, plain ones and
//! others.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use llmcost::usage::key::Dimension;
use llmcost::usage::semantics::Source;
use llmcost::usage::time::Instant;
use parquet::basic::Compression;
use parquet::file::properties::WriterVersion;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use crate::made::{Column, Form};
use crate::same::same;
use crate::told::{NAMES, Reading};

const TEXTS: &[&str] = &[
    "",
    " ",
    "acme",
    " acme ",
    "Acme, Inc.",
    "12",
    "007",
    "12.0",
    "1e3",
    "-1",
    "0.25",
    "2026-10-01",
    "2026-10-01 07:12:12",
    "2026-10-31T23:59:60Z",
    "2026-10-01T01:30:00.123456789+02:00",
    "2026-10-01T01:30:00.123Z",
    "1793517132",
    "gpt-5-mini",
    "mine",
    "anthropic/claude-4.5-haiku",
    "batch",
    "500",
    "error",
    "true",
    "é",
    "\u{a0}x",
    "\0",
    "NaN",
    "{\"a\":1}",
    "a name that is longer than any text that is held in words",
];

const NUMBERS: &[i64] = &[
    0,
    1,
    2,
    7,
    12,
    200,
    399,
    400,
    500,
    -1,
    1_793_517_132,
    i64::MAX,
    i64::MIN,
];

const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    12.0,
    0.25,
    1.5,
    -3.0,
    500.0,
    1e16,
    3.2e-5,
    1_793_517_132.46,
    f64::NAN,
    f64::INFINITY,
];

/// The begin of the days that times are drawn from (microseconds).
const DAYS: i64 = 1_790_812_800_000_000;

fn json<T: Into<Value>>(cells: impl Iterator<Item = Option<T>>) -> Vec<Value> {
    cells
        .map(|cell| cell.map_or(Value::Null, Into::into))
        .collect()
}

/// A cell is a number from which its type takes what it needs; none is missing.
fn column(name: &'static str, kind: u8, cells: &[Option<u32>]) -> Column {
    let of = |all: usize| {
        cells
            .iter()
            .map(move |cell| cell.map(|cell| cell as usize % all))
    };
    let (array, cells): (ArrayRef, _) = match kind {
        0 => {
            let cells = of(TEXTS.len()).map(|at| at.map(|at| TEXTS[at]));
            (
                Arc::new(cells.clone().collect::<StringArray>()),
                json(cells),
            )
        }
        1 => {
            let cells = of(NUMBERS.len()).map(|at| at.map(|at| NUMBERS[at]));
            (Arc::new(cells.clone().collect::<Int64Array>()), json(cells))
        }
        2 => {
            let cells = of(500).map(|at| at.map(|at| at as i32));
            (Arc::new(cells.clone().collect::<Int32Array>()), json(cells))
        }
        3 => {
            let cells = of(NUMBERS.len()).map(|at| at.map(|at| NUMBERS[at] as u64));
            (
                Arc::new(cells.clone().collect::<UInt64Array>()),
                json(cells),
            )
        }
        4 => {
            let cells = of(FLOATS.len()).map(|at| at.map(|at| FLOATS[at]));
            // JSON has no word for what is no number; a text says the same.
            let value = |n: f64| {
                serde_json::Number::from_f64(n).map_or_else(|| n.to_string().into(), Value::Number)
            };
            let written = cells.clone().map(|cell| cell.map(value));
            (Arc::new(cells.collect::<Float64Array>()), json(written))
        }
        5 => {
            let cells = of(2).map(|at| at.map(|at| at == 1));
            (
                Arc::new(cells.clone().collect::<BooleanArray>()),
                json(cells),
            )
        }
        _ => {
            let cells = cells
                .iter()
                .map(|cell| cell.map(|cell| DAYS + i64::from(cell) * 77_777));
            let written = cells
                .clone()
                .map(|cell| cell.map(|us| Instant(us * 1_000).to_string()));
            (
                Arc::new(cells.collect::<TimestampMicrosecondArray>()),
                json(written),
            )
        }
    };
    Column::new(name, array, cells)
}

/// Most columns have the type that they mostly have.
fn kind(name: &'static str) -> impl Strategy<Value = u8> {
    let usual = match name {
        "timestamp" | "time" => 6,
        "cost" | "latency_s" => 4,
        "failed" => 5,
        "tenant" | "customer" | "feature" | "model" | "provider" | "tier" | "session"
        | "prompt_name" | "prompt_version" | "other" => 0,
        _ => 2,
    };
    prop_oneof![3 => Just(usual), 1 => 0..7_u8]
}

fn columns() -> impl Strategy<Value = Vec<Column>> {
    let names = proptest::sample::subsequence(NAMES, 1..14).prop_shuffle();
    (names, 66..200_usize).prop_flat_map(|(names, rows)| {
        let one = move |name: &'static str| {
            let cell = proptest::option::weighted(0.8, any::<u32>());
            let cells = proptest::collection::vec(cell, rows);
            (kind(name), cells).prop_map(move |(kind, cells)| column(name, kind, &cells))
        };
        names.into_iter().map(one).collect::<Vec<_>>()
    })
}

fn form() -> impl Strategy<Value = Form> {
    let codecs = select(vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::LZ4_RAW,
    ]);
    let versions = select(vec![WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0]);
    (
        1..300_usize,
        1..90_usize,
        any::<bool>(),
        select(vec![4, 40, 1 << 20]),
        codecs,
        versions,
    )
        .prop_map(|(group, page, dictionary, most, codec, version)| Form {
            group,
            page,
            dictionary,
            most,
            codec,
            version,
        })
}

fn reading() -> impl Strategy<Value = Reading> {
    use Dimension as D;
    let by = proptest::sample::subsequence(
        vec![
            D::Tenant,
            D::Feature,
            D::Prompt,
            D::Model,
            D::Provider,
            D::Tier,
            D::Session,
            D::Status,
            D::Hour,
            D::Day,
            D::Week,
            D::Month,
        ],
        0..5,
    );
    let zone = select(vec!["UTC", "Europe/Berlin"]);
    let map = select(vec![
        "",
        "input=prompt_tokens,tenant=customer",
        "tenant=status,cache=outside",
    ]);
    (by, zone, map, any::<[bool; 3]>()).prop_map(|(by, zone, map, [failed, since, strict])| {
        let mut reading = Reading {
            by,
            zone,
            map,
            ..Reading::of(Source::Jsonl)
        };
        reading.rules.keep_failed = failed;
        reading.rules.strict = strict && since;
        reading.rules.since = since.then(|| Instant::parse("2026-10-01T12:00:00Z").unwrap());
        reading
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 40, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_table_means_what_its_lines_of_json_mean(columns in columns(), form in form(), reading in reading()) {
        same(&columns, &form, &reading);
    }
}
