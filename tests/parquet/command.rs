//! The command over files in Parquet.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray};
use parquet::basic::Compression;
use parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData};
use serde_json::Value;

use crate::made::{Column, Form, csv, file};
use crate::ran::ran;

const ROWS: i64 = 120;

/// 2026-10-01T00:00:00Z in microseconds.
const BEGIN: i64 = 1_790_812_800_000_000;

fn column(name: &str, array: ArrayRef, cell: impl Fn(i64) -> Value) -> Column {
    Column::new(name, array, (0..ROWS).map(cell).collect())
}

fn text(name: &str, cell: impl Fn(i64) -> String) -> Column {
    let array = StringArray::from_iter_values((0..ROWS).map(&cell));
    column(name, Arc::new(array), |row| cell(row).into())
}

fn count(name: &str, cell: impl Fn(i64) -> i64) -> Column {
    let array = Int64Array::from_iter_values((0..ROWS).map(&cell));
    column(name, Arc::new(array), |row| cell(row).into())
}

fn days(name: &str) -> Column {
    let us = |row: i64| BEGIN + row / 24 * 86_400_000_000;
    let array = TimestampMicrosecondArray::from_iter_values((0..ROWS).map(us));
    let written = |row| {
        llmcost::usage::time::Instant(us(row) * 1_000)
            .to_string()
            .into()
    };
    column(name, Arc::new(array), written)
}

fn calls() -> Vec<Column> {
    vec![
        days("timestamp"),
        text("tenant", |row| format!("tenant-{}", row % 3)),
        text("model", |_| "gpt-5-mini".into()),
        count("input_tokens", |row| 1_000_000 + row),
        count("output_tokens", |_| 0),
    ]
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("parquet")
        .join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

#[track_caller]
fn answer(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let output = ran(folder, arguments, input);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).expect("text")
}

#[track_caller]
fn refused(bytes: &[u8], expected: &str) {
    let place = folder("refused");
    fs::write(place.join("usage.parquet"), bytes).expect("a file");
    let output = ran(&place, &["attribute", "usage.parquet"], b"");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(output.stdout.is_empty());
    assert_eq!(complaint.trim_end(), expected);
}

#[test]
fn files_are_found_in_folders_and_by_patterns_and_on_standard_input() {
    let place = folder("found");
    let bytes = file(&calls(), &Form::default());
    fs::create_dir(place.join("logs")).expect("a folder");
    fs::write(place.join("logs/usage.parquet"), &bytes).expect("a file");
    fs::write(place.join("usage.csv"), csv(&calls())).expect("a file");
    let attribute = |log: &str, input: &[u8]| {
        answer(
            &place,
            &[
                "attribute",
                log,
                "--from",
                "csv",
                "--by",
                "tenant,day",
                "--format",
                "json",
            ],
            input,
        )
    };
    let expected = attribute("usage.csv", b"");
    assert!(expected.contains("\"rows\": 120"), "{expected}");
    for log in ["logs", "logs/*.parquet", "logs/usage.parquet"] {
        assert_eq!(attribute(log, b""), expected);
    }
    assert_eq!(attribute("-", &bytes), expected);
}

#[test]
fn a_scenario_is_calibrated_from_parquet_as_from_csv() {
    let place = folder("commands");
    fs::write(
        place.join("usage.parquet"),
        file(&calls(), &Form::default()),
    )
    .expect("a file");
    fs::write(place.join("usage.csv"), csv(&calls())).expect("a file");
    let calibrated = |log: &str| answer(&place, &["calibrate", log, "--from", "csv"], b"");
    let expected = calibrated("usage.csv");
    assert_eq!(
        calibrated("usage.parquet").replace("usage.parquet", "usage.csv"),
        expected
    );
}

#[test]
fn a_bill_of_focus_is_reconciled_from_parquet_as_from_csv() {
    let place = folder("bill");
    let parts = |row: i64| i128::from(250_000 + row);
    let cost = Decimal128Array::from_iter_values((0..ROWS).map(parts));
    let cost = cost.with_precision_and_scale(18, 6).expect("digits");
    let bill = [
        text("ChargeCategory", |_| "Usage".into()),
        days("ChargePeriodStart"),
        text("BillingCurrency", |_| "USD".into()),
        text("ConsumedUnit", |_| "Tokens".into()),
        count("ConsumedQuantity", |row| 1_000_000 + row),
        text("SkuMeter", |_| "input".into()),
        text("x_Model", |_| "gpt-5-mini".into()),
        column("EffectiveCost", Arc::new(cost), |row| {
            format!("0.{}", parts(row)).into()
        }),
    ];
    fs::write(
        place.join("usage.parquet"),
        file(&calls(), &Form::default()),
    )
    .expect("a file");
    fs::write(place.join("bill.parquet"), file(&bill, &Form::default())).expect("a file");
    fs::write(place.join("bill.csv"), csv(&bill)).expect("a file");
    let reconciled = |bill: &str| {
        let arguments = [
            "reconcile",
            "usage.parquet",
            bill,
            "--all",
            "--format",
            "json",
        ];
        answer(&place, &arguments, b"")
    };
    let expected = reconciled("bill.csv");
    assert!(expected.contains("\"agrees\": true"), "{expected}");
    assert_eq!(reconciled("bill.parquet"), expected);
}

#[test]
fn a_strict_run_ends_at_the_first_row_that_is_wrong() {
    let place = folder("strict");
    let mut columns = calls();
    columns[4] = count("output_tokens", |row| if row > 80 { -row } else { 0 });
    fs::write(
        place.join("usage.parquet"),
        file(&columns, &Form::default()),
    )
    .expect("a file");
    let output = ran(&place, &["attribute", "usage.parquet", "--strict"], b"");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    let expected = "error: usage.parquet:82: `output_tokens` is negative: `-81`";
    assert_eq!(complaint.trim_end(), expected);
}

#[test]
fn a_file_that_is_not_whole_is_refused_with_what_to_do() {
    let bytes = file(&calls(), &Form::default());
    refused(
        &bytes[..100],
        &format!(
            "error: usage.parquet: ends with `{}` after 100 bytes, where a Parquet file ends with its footer and `PAR1`\n\
             hint: the file is damaged or not whole; write or copy it again",
            bytes[96..100].escape_ascii()
        ),
    );
    refused(
        b"PAR1",
        "error: usage.parquet: ends with `PAR1` after 4 bytes, where a Parquet file ends with its footer and `PAR1`\n\
         hint: the file is damaged or not whole; write or copy it again",
    );
}

#[test]
fn a_file_that_is_none_behind_its_name_is_refused_with_what_to_do() {
    refused(
        b"version https://git-lfs.github.com/spec/v1\n",
        "error: usage.parquet: begins with `vers`, where a Parquet file begins with `PAR1`\n\
         hint: is it a pointer of Git LFS, an error page, or a log of another kind? Rename it if it is a log",
    );
}

#[test]
fn an_encrypted_file_is_refused_with_what_to_do() {
    refused(
        b"PARE and what nobody can read PARE",
        "error: usage.parquet: is encrypted: it ends with `PARE`, not with `PAR1`\n\
         hint: write it without encryption",
    );
}

/// The file with another footer.
fn with_groups(change: impl Fn(&RowGroupMetaData) -> RowGroupMetaData) -> Vec<u8> {
    let bytes = file(&calls(), &Form::default());
    let footer = u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap()) as usize;
    let told = ParquetMetaDataReader::new().parse_and_finish(&bytes::Bytes::from(bytes.clone()));
    let told = told.expect("a footer");
    let groups = told.row_groups().iter().map(change).collect();
    let told = told.into_builder().set_row_groups(groups).build();
    let mut other = bytes[..bytes.len() - 8 - footer].to_vec();
    let writer = ParquetMetaDataWriter::new(&mut other, &told);
    writer.finish().expect("a footer");
    other
}

#[test]
fn a_codec_that_is_not_known_is_refused_with_what_to_do() {
    let bytes = with_groups(|group| {
        let columns = group.columns().iter().cloned().map(|column| {
            let column = column.into_builder().set_compression(Compression::LZO);
            column.build().expect("a column")
        });
        let group = group.clone().into_builder();
        let group = group.set_column_metadata(columns.collect());
        group.build().expect("a group")
    });
    refused(
        &bytes,
        "error: usage.parquet: row group 0, column `timestamp`: is packed with LZO; expected snappy, gzip, brotli, \
         lz4, zstd, or none\nhint: write the file again with one of these",
    );
}

#[test]
fn a_footer_that_tells_of_rows_that_are_not_there_is_refused() {
    let bytes = with_groups(|group| {
        let more = group.num_rows() + 5;
        let group = group.clone().into_builder().set_num_rows(more);
        group.build().expect("a group")
    });
    refused(
        &bytes,
        "error: usage.parquet: row group 0 is to have 105 rows, which its columns do not have\n\
         hint: the file is damaged or not whole; write or copy it again",
    );
}
