//! Columns of every type.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    FixedSizeBinaryArray, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array,
    Int64Array, LargeStringArray, StringArray, StringViewArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt8Array,
    UInt16Array, UInt32Array, UInt64Array,
};
use arrow::datatypes::Int32Type;
use serde_json::{Value, json};

use crate::made::{Column, Form};
use crate::same::same;
use crate::told::Reading;
use llmcost::usage::semantics::Source;

/// Rows of the tables here.
pub const ROWS: usize = 300;

/// 2026-10-01T07:12:12.460Z in milliseconds.
const BEGIN: i64 = 1_790_838_732_460;

pub fn rows<T>(cell: impl Fn(usize) -> T) -> Vec<T> {
    (0..ROWS).map(cell).collect()
}

pub fn json<T: Into<Value>>(cell: impl Fn(usize) -> T) -> Vec<Value> {
    rows(|row| cell(row).into())
}

pub fn arc(array: impl arrow::array::Array + 'static) -> ArrayRef {
    Arc::new(array)
}

/// A minute later in each row; every ninth begins a new day.
pub fn at(row: usize) -> i64 {
    let row = row as i64;
    BEGIN + row * 60_000 + row / 9 * 86_400_000
}

pub fn written(row: usize, nanos: i64) -> String {
    llmcost::usage::time::Instant(at(row) * 1_000_000 + nanos).to_string()
}

pub fn tenant(row: usize) -> &'static str {
    ["acme", "Müller & Söhne", " globex ", ""][row % 4]
}

/// The columns that every table here has.
pub fn plain() -> Vec<Column> {
    let input = |row: usize| 100 + row as i64 * 7 % 900;
    vec![
        Column::new(
            "model",
            arc(StringArray::from(rows(|row| {
                ["gpt-5-mini", "mine"][row % 2]
            }))),
            json(|row| ["gpt-5-mini", "mine"][row % 2]),
        ),
        Column::new(
            "input_tokens",
            arc(Int64Array::from(rows(input))),
            json(input),
        ),
        Column::new(
            "output_tokens",
            arc(Int64Array::from(rows(input))),
            json(input),
        ),
    ]
}

#[track_caller]
fn with(column: Column) -> String {
    let columns = [plain(), vec![column]].concat();
    same(&columns, &Form::default(), &Reading::of(Source::Jsonl))
}

#[test]
fn times_of_every_unit_with_and_without_zone_are_read_to_the_nanosecond() {
    let millis = json(|row| written(row, 0));
    let of =
        |array: ArrayRef, cells: &[Value]| with(Column::new("timestamp", array, cells.to_vec()));
    let ms = TimestampMillisecondArray::from(rows(at));
    let expected = of(arc(ms.clone()), &millis);
    assert!(expected.contains("2026-10-01T07:12:12.46Z"), "{expected}");
    assert_eq!(
        of(arc(ms.with_timezone("Europe/Berlin")), &millis),
        expected
    );
    let us = TimestampMicrosecondArray::from(rows(|row| at(row) * 1_000));
    assert_eq!(of(arc(us.with_timezone("UTC")), &millis), expected);
    let ns = TimestampNanosecondArray::from(rows(|row| at(row) * 1_000_000 + 123));
    of(arc(ns), &json(|row| written(row, 123)));
    let seconds = TimestampSecondArray::from(rows(|row| at(row) / 1_000));
    of(arc(seconds), &json(|row| written(row, -460_000_000)));
    let dates = Date32Array::from(rows(|row| (at(row) / 86_400_000) as i32));
    of(arc(dates), &json(|row| written(row, 0)[..10].to_owned()));
    of(arc(Int64Array::from(rows(at))), &json(at));
    of(
        arc(Float64Array::from(rows(|row| at(row) as f64 / 1e3))),
        &json(|row| at(row) as f64 / 1e3),
    );
    of(arc(StringArray::from(rows(|row| written(row, 0)))), &millis);
}

#[test]
fn a_time_that_is_none_of_this_age_makes_its_row_wrong() {
    let far = |row: usize| {
        if row % 50 == 3 {
            i64::MAX / 4
        } else {
            at(row) * 1_000
        }
    };
    let cells = json(|row| match row % 50 {
        3 => format!("{} microseconds since 1970", i64::MAX / 4),
        _ => written(row, 0),
    });
    let answer = with(Column::new(
        "timestamp",
        arc(TimestampMicrosecondArray::from(rows(far))),
        cells,
    ));
    assert!(
        answer.contains("log:4: `timestamp` is not a time: "),
        "{answer}"
    );
}

#[test]
fn counts_are_whole_numbers_of_any_width_and_whatever_else_is_one() {
    let small = |row: usize| row % 100;
    let read =
        |array: ArrayRef, cells: Vec<Value>| with(Column::new("cached_tokens", array, cells));
    let expected = read(
        arc(Int64Array::from(rows(|row| small(row) as i64))),
        json(small),
    );
    for array in [
        arc(Int8Array::from(rows(|row| small(row) as i8))),
        arc(Int16Array::from(rows(|row| small(row) as i16))),
        arc(Int32Array::from(rows(|row| small(row) as i32))),
        arc(UInt8Array::from(rows(|row| small(row) as u8))),
        arc(UInt16Array::from(rows(|row| small(row) as u16))),
        arc(UInt32Array::from(rows(|row| small(row) as u32))),
        arc(UInt64Array::from(rows(|row| small(row) as u64))),
    ] {
        assert_eq!(read(array, json(small)), expected);
    }
    let doubles = Float64Array::from(rows(|row| small(row) as f64));
    assert_eq!(read(arc(doubles), json(|row| small(row) as f64)), expected);
    let decimals = Decimal128Array::from(rows(|row| small(row) as i128 * 100))
        .with_precision_and_scale(18, 2)
        .unwrap();
    assert_eq!(
        read(arc(decimals), json(|row| format!("{}.00", small(row)))),
        expected
    );
    assert_eq!(
        read(
            arc(StringArray::from(rows(|row| small(row).to_string()))),
            json(|row| small(row).to_string())
        ),
        expected
    );
}

#[test]
fn counts_that_are_none_make_their_rows_wrong() {
    let odd = |row: usize| match row % 100 {
        70 => -5,
        n => n as i64,
    };
    let answer = with(Column::new(
        "cached_tokens",
        arc(Int64Array::from(rows(odd))),
        json(odd),
    ));
    assert!(
        answer.contains("log:71: `cached_tokens` is negative: `-5`"),
        "{answer}"
    );
    let large = |row: usize| {
        if row % 100 == 80 {
            u64::MAX
        } else {
            row as u64 % 100
        }
    };
    let answer = with(Column::new(
        "cached_tokens",
        arc(UInt64Array::from(rows(large))),
        json(large),
    ));
    assert!(answer.contains("log:81: input "), "{answer}");
    let half = |row: usize| if row % 100 == 90 { 1.5 } else { 2.0 };
    let answer = with(Column::new(
        "cached_tokens",
        arc(Float64Array::from(rows(half))),
        json(half),
    ));
    assert!(
        answer.contains("log:91: `cached_tokens` is not a count: `1.5`"),
        "{answer}"
    );
}

#[test]
fn names_are_texts_of_any_kind_and_whatever_else_is_written() {
    let read = |array: ArrayRef, cells: Vec<Value>| with(Column::new("tenant", array, cells));
    let expected = read(arc(StringArray::from(rows(tenant))), json(tenant));
    assert!(expected.contains("\"globex\""), "{expected}");
    let dictionary: DictionaryArray<Int32Type> = rows(tenant).into_iter().collect();
    for array in [
        arc(LargeStringArray::from(rows(tenant))),
        arc(StringViewArray::from(rows(tenant))),
        arc(BinaryArray::from(rows(|row| tenant(row).as_bytes()))),
        arc(dictionary),
    ] {
        assert_eq!(read(array, json(tenant)), expected);
    }
    read(
        arc(Int32Array::from(rows(|row| row as i32 % 5 - 2))),
        json(|row| row as i32 % 5 - 2),
    );
    read(
        arc(BooleanArray::from(rows(|row| row % 3 == 0))),
        json(|row| row % 3 == 0),
    );
    read(
        arc(Float32Array::from(rows(|row| row as f32 % 3.0 + 0.1))),
        json(|row| ["0.1", "1.1", "2.1"][row % 3].parse::<f64>().unwrap()),
    );
    let ids = rows(|row| [(row % 3) as u8, 0xff, 0x80]);
    let ids = FixedSizeBinaryArray::try_from_iter(ids.iter()).unwrap();
    read(arc(ids), json(|row| format!("{:02x}ff80", row % 3)));
}

#[test]
fn times_and_costs_and_states_are_read_from_any_type() {
    let cost = |row: usize| (row % 7) as f64 * 0.000_125;
    let answer = with(Column::new(
        "cost",
        arc(Float64Array::from(rows(cost))),
        json(cost),
    ));
    // Twice 42 x 21 + 15 parts of 0.000125.
    assert!(answer.contains("\"logged_cost_usd\": 0.22425"), "{answer}");
    let decimals = Decimal128Array::from(rows(|row| (row % 7) as i128 * 125))
        .with_precision_and_scale(20, 6)
        .unwrap();
    with(Column::new(
        "cost",
        arc(decimals),
        json(|row| format!("0.{:06}", row % 7 * 125)),
    ));
    let ms = |row: usize| row as f64 * 1.25;
    with(Column::new(
        "latency_ms",
        arc(Float64Array::from(rows(ms))),
        json(ms),
    ));
    with(Column::new(
        "latency_s",
        arc(Float64Array::from(rows(ms))),
        json(ms),
    ));
    with(Column::new(
        "latency_ms",
        arc(Int32Array::from(rows(|row| row as i32))),
        json(|row| row),
    ));
    let nan = |row: usize| if row == 200 { f64::NAN } else { 1.0 };
    let cells = json(|row| if row == 200 { json!("NaN") } else { json!(1.0) });
    let answer = with(Column::new(
        "ttft_ms",
        arc(Float64Array::from(rows(nan))),
        cells,
    ));
    assert!(
        answer.contains("log:201: `ttft_ms` is not a number: `NaN`"),
        "{answer}"
    );
    let code = |row: usize| [200, 429, 500, 399, -1][row % 5];
    with(Column::new(
        "status",
        arc(Int32Array::from(rows(code))),
        json(code),
    ));
    let word = |row: usize| ["success", "Error", "timeout", "500"][row % 4];
    with(Column::new(
        "status",
        arc(StringArray::from(rows(word))),
        json(word),
    ));
    with(Column::new(
        "failed",
        arc(BooleanArray::from(rows(|row| row % 9 == 0))),
        json(|row| row % 9 == 0),
    ));
}
