//! Whole tables, written in any way.

use arrow::array::{
    Date32Array, DictionaryArray, Int32Array, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::Int32Type;
use llmcost::date::Date;
use llmcost::usage::key::Dimension;
use llmcost::usage::semantics::Source;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterVersion;

use crate::made::{Column, Form, csv, file, lines};
use crate::same::same;
use crate::told::{Reading, equal, told};
use crate::types::{ROWS, arc, at, json, plain, rows, tenant, written};

#[test]
fn what_is_missing_in_one_column_is_looked_for_in_the_next() {
    let first = |row: usize| (!row.is_multiple_of(3)).then(|| tenant(row));
    let second = |row: usize| (!row.is_multiple_of(2)).then_some("second");
    let columns = [
        plain(),
        vec![
            Column::new("tenant", arc(StringArray::from(rows(first))), json(first)),
            Column::new(
                "customer",
                arc(StringArray::from(rows(second))),
                json(second),
            ),
            Column::new(
                "time",
                arc(Date32Array::from(rows(|row| {
                    (!row.is_multiple_of(4)).then_some(20_000)
                }))),
                json(|row| (!row.is_multiple_of(4)).then(|| Date::of_unix_day(20_000).to_string())),
            ),
            Column::new(
                "created_at",
                arc(TimestampMillisecondArray::from(rows(|row| {
                    (row.is_multiple_of(8)).then(|| at(row))
                }))),
                json(|row| (row.is_multiple_of(8)).then(|| written(row, 0))),
            ),
        ],
    ]
    .concat();
    let reading = Reading {
        by: vec![Dimension::Tenant, Dimension::Month, Dimension::Status],
        ..Reading::of(Source::Jsonl)
    };
    let answer = same(&columns, &Form::default(), &reading);
    assert!(answer.contains("\"second\""), "{answer}");
}

#[test]
fn the_first_of_several_copies_counts_whatever_its_name_is() {
    // Of ten rows the fifth is wrong, and does not hide the sixth, whose name it has; the last has that of the seventh.
    let name = |row: usize| match row % 10 {
        4 => row + 1,
        9 => row - 3,
        _ => row,
    };
    let cached = |row: usize| if row % 10 == 4 { "x" } else { "7" };
    let text = |row: usize| format!("r{}", name(row));
    let texts: Vec<String> = rows(text);
    let dictionary: DictionaryArray<Int32Type> = texts.iter().map(String::as_str).collect();
    let names = [
        (arc(StringArray::from(texts.clone())), json(text)),
        (arc(dictionary), json(text)),
        (
            arc(Int32Array::from(rows(|row| name(row) as i32))),
            json(name),
        ),
    ];
    for (array, cells) in names {
        let own = vec![
            Column::new("request_id", array, cells),
            Column::new(
                "cached_tokens",
                arc(StringArray::from(rows(cached))),
                json(cached),
            ),
        ];
        let columns = [plain(), own].concat();
        let (form, reading) = (Form::default(), Reading::of(Source::Jsonl));
        let answer = same(&columns, &form, &reading);
        let counted = ROWS * 8 / 10;
        assert!(
            answer.contains(&format!("\"jsonl\": {counted}\n")),
            "{answer}"
        );
    }
}

#[test]
fn a_file_means_the_same_however_it_is_written() {
    let columns = [
        plain(),
        vec![Column::new(
            "tenant",
            arc(StringArray::from(rows(tenant))),
            json(tenant),
        )],
    ]
    .concat();
    let level = "levels that there are";
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::LZ4_RAW,
        Compression::LZ4,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::try_new(1).expect(level)),
        Compression::ZSTD(ZstdLevel::try_new(1).expect(level)),
    ] {
        for (version, dictionary, most) in [
            (WriterVersion::PARQUET_1_0, true, 1 << 20),
            (WriterVersion::PARQUET_2_0, true, 8),
            (WriterVersion::PARQUET_2_0, false, 0),
        ] {
            let form = Form {
                dictionary,
                most,
                codec,
                version,
                ..Form::default()
            };
            same(&columns, &form, &Reading::of(Source::Jsonl));
        }
    }
}

#[test]
fn a_table_of_parquet_is_told_as_the_same_csv() {
    let columns = [
        plain(),
        vec![
            Column::new(
                "timestamp",
                arc(TimestampMicrosecondArray::from(rows(|row| at(row) * 1_000))),
                json(|row| written(row, 0)),
            ),
            Column::new("tenant", arc(StringArray::from(rows(tenant))), json(tenant)),
            Column::new(
                "latency_ms",
                arc(Int32Array::from(rows(|row| {
                    (!row.is_multiple_of(9)).then_some(row as i32)
                }))),
                json(|row| (!row.is_multiple_of(9)).then_some(row)),
            ),
        ],
    ]
    .concat();
    let reading = Reading {
        from: Some(Source::Csv),
        ..Reading::of(Source::Jsonl)
    };
    let expected = told([&csv(&columns); 2], &reading, 2, 1 << 19);
    let bytes = file(&columns, &Form::default());
    equal(
        &told([&bytes; 2], &reading, 2, 1 << 19),
        &expected,
        "Parquet",
    );
    // Without being told what it is, it is a table; lines of JSON are found to be lines of JSON.
    let told_by_itself = Reading {
        from: None,
        ..reading
    };
    let found = told([&bytes; 2], &told_by_itself, 2, 1 << 19);
    assert!(found.contains("\"table\""), "{found}");
    let expected = told([&lines(&columns); 2], &told_by_itself, 2, 1 << 19);
    equal(
        &found.replace("\"table\"", "\"jsonl\""),
        &expected,
        "Parquet",
    );
}
