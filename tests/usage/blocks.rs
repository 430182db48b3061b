//! Large tables are read in blocks on several threads: the answer is that of reading row by row, whatever stands
//! in the rows, wherever blocks are cut, and however many threads there are.

use std::fmt::Write;

use llmcost::usage::ingest::Rules;
use llmcost::usage::key::Dimension;
use llmcost::usage::semantics::Source;
use llmcost::usage::time::Instant;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::told::{NAMES, Reading, equal, told};

#[track_caller]
pub fn same(text: &[u8], reading: &Reading) -> String {
    let files = [text, &text[..text.len() / 2]];
    let slowly = told(files, reading, 0, 0);
    for (threads, block) in [(1, 64), (2, 1), (3, 400), (2, 1 << 16)] {
        let quickly = told(files, reading, threads, block);
        let how = format!("{threads} threads, blocks of {block} bytes");
        equal(&quickly, &slowly, &how);
    }
    slowly
}

const HEADS: &str = "timestamp,tenant,feature,model,input_tokens,cached_tokens,output_tokens,latency_ms,status,cost";

/// A log of plain rows, with a name in quotes here and there.
fn plain(rows: u32) -> String {
    let mut text = format!("{HEADS}\n");
    for n in 0..rows {
        let tenant = ["acme", "\"Acme, Inc.\"", "\"two\nlines\"", "müller"][n as usize % 4];
        let model = ["gpt-5-mini", "claude-haiku-4-5", "mine"][n as usize % 3];
        let (day, input) = (1 + n % 9, 100 + n * 7 % 900);
        let status = if n % 10 == 0 { 500 } else { 200 };
        let cost = if n % 5 == 0 { "0.00125" } else { "" };
        let _ = writeln!(
            text,
            "2026-10-0{day}T07:12:12.460Z,{tenant},chat,{model},{input},{},{},{},{status},{cost}",
            input / 2,
            n % 77,
            n % 1000,
        );
    }
    text
}

#[test]
fn blocks_add_up_to_the_log() {
    let answer = same(plain(500).as_bytes(), &Reading::of(Source::Csv));
    assert!(answer.contains("\"two\\nlines\""), "{answer}");
}

#[test]
fn a_wrong_row_is_told_with_its_line_and_the_first_one_ends_a_strict_run() {
    let mut rows: Vec<String> = plain(300)
        .replace("two\nlines", "2")
        .lines()
        .map(str::to_owned)
        .collect();
    rows[120] = "torn,row".to_owned();
    rows[140] = "2026-10-01,a,b,gpt-5-mini,x,,1,2,200,".to_owned();
    rows[200] = "2026-10-01,a,b,gpt-5-mini,5,7,1,2,200,".to_owned();
    let text = rows.join("\n");
    let answer = same(text.as_bytes(), &Reading::of(Source::Csv));
    for wanted in [
        "log:121: 2 columns, where the first line names 10",
        "log:141: `input_tokens` is not a count: `x`",
        "log:201: input 5 is less than the parts that it should contain (7)",
    ] {
        assert!(answer.contains(wanted), "{answer}");
    }
    let mut strict = Reading::of(Source::Csv);
    strict.rules.strict = true;
    assert!(same(text.as_bytes(), &strict).starts_with("log:121: "));
}

#[test]
fn the_first_of_several_copies_counts_wherever_blocks_are_cut() {
    let mut log = format!("request_id,{HEADS}\n");
    for n in 0..1000 {
        // Quotes in quotes are for the general reader.
        let tenant = ["acme", "\"the \"\"other\"\"\""][usize::from([31, 42].contains(&(n % 50)))];
        let mut row = |id: u32, input: &str, output: &str, status: u32| {
            let rest = format!("{tenant},chat,gpt-5-mini,{input},0,{output},{n},{status},");
            let _ = writeln!(log, "r{id},2026-10-01T07:12:12.460Z,{rest}");
        };
        match n % 50 {
            // Neither a row that is wrong nor a failure that was not billed hides the next one of its name.
            7 => row(n + 1, "x", "1", 200),
            11 => row(n + 1, "", "", 500),
            // One that was billed is an attempt of its own.
            13 => row(n + 1, "5", "", 500),
            21..=29 => row(n - 20, &n.to_string(), "9", 200),
            31 => row(n + 1, &n.to_string(), "9", 200),
            42 => row(n - 1, &n.to_string(), "9", 200),
            _ => row(n, &n.to_string(), "7", 200),
        }
    }
    let mut reading = Reading::of(Source::Csv);
    let answer = same(log.as_bytes(), &reading);
    // Of each fifty rows one is wrong and one failed; ten are copies, since nothing else has the name of the 27th. The first
    // half, which is read again, has copies alone.
    assert!(answer.contains("\"csv\": 760\n"), "{answer}");
    reading.rules.keep_duplicates = true;
    assert!(same(log.as_bytes(), &reading).contains("\"duplicate\": 0,"));
}

#[test]
fn bounds_of_memory_do_not_depend_on_threads() {
    let small = Reading {
        times: 100,
        daily: 10,
        by: vec![Dimension::Tenant],
        ..Reading::of(Source::Csv)
    };
    let answer = same(plain(600).as_bytes(), &small);
    assert!(answer.contains("\"relative_error\": 0.01"), "{answer}");
}

/// Pieces of rows, plain ones and others.
fn cell() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "",
        " ",
        "acme",
        " acme ",
        "\"Acme, Inc.\"",
        "\"say \"\"hi\"\"\"",
        "\"a\nb\"",
        "\"a\"b",
        "5\" pipe",
        "12",
        "007",
        "12.0",
        "1e3",
        "-1",
        "99999999999999999999",
        "0.25",
        "2026-10-01",
        "2026-10-01 07:12:12",
        "2026-10-31T23:59:60Z",
        "2026-10-01T01:30:00.123456789+02:00",
        "1793517132",
        "gpt-5-mini",
        "mine",
        "anthropic/claude-4.5-haiku",
        "batch",
        "priority",
        "500",
        "success",
        "error",
        "true",
        "0",
        "é",
        "\u{a0}x",
        "\0",
        "NaN",
        "\"",
        "\"\"",
        "3.2e-05",
        "1e10",
    ];
    prop_oneof![
        9 => proptest::sample::select(FIXED).prop_map(str::to_owned),
        1 => "[a-z\",\\n\\r 0-9]{0,6}",
    ]
}

/// A table with columns of its own: names that readers know, some of them twice.
fn table() -> impl Strategy<Value = Vec<u8>> {
    let heads = proptest::collection::vec(proptest::sample::select(NAMES), 1..12);
    let plain = prop_oneof![
        Just("7"),
        Just("2026-10-01T07:12:12Z"),
        Just("acme"),
        Just("0.5")
    ];
    let rows = proptest::collection::vec(proptest::collection::vec(cell(), 1..13), 0..40);
    let ends = proptest::sample::select(&["\n", "\r\n", "\r", "\n\n"][..]);
    (heads, rows, ends, any::<bool>(), plain, any::<u8>()).prop_map(
        |(heads, rows, end, fits, plain, byte)| {
            let mut text = heads.join(",") + end;
            for mut row in rows {
                if fits {
                    row.resize(heads.len(), plain.to_owned());
                }
                text += &(row.join(",") + end);
            }
            damaged(text, byte)
        },
    )
}

/// The bytes of a text; for some numbers one of them is no text any more.
pub fn damaged(text: String, number: u8) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    let at = bytes.len() * usize::from(number) / 20;
    if let Some(byte) = bytes.get_mut(at) {
        *byte = 0xff - number;
    }
    bytes
}

pub fn reading() -> impl Strategy<Value = Reading> {
    let by = proptest::sample::subsequence(llmcost::usage::key::DIMENSIONS.to_vec(), 0..8);
    let zone = proptest::sample::select(&["UTC", "+05:30", "Europe/Berlin"][..]);
    let map = proptest::sample::select(
        &[
            "",
            "cache=outside",
            "reasoning_in_output=outside",
            "tenant=feature,input=status",
        ][..],
    );
    let flags = any::<[bool; 4]>();
    (by, zone, map, flags).prop_map(|(by, zone, map, [copies, failed, since, strict])| Reading {
        by: by.into_iter().map(|(_, by)| by).collect(),
        zone,
        map,
        rules: Rules {
            keep_duplicates: copies,
            keep_failed: failed,
            since: Instant::parse("2026-10-01T03:00:00Z").filter(|_| since),
            strict,
            ..Rules::default()
        },
        ..Reading::of(Source::Csv)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(20_261_126),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_table_reads_the_same_in_blocks(text in table(), reading in reading()) {
        same(&text, &reading);
    }
}
