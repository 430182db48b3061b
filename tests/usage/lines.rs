//! Lines of JSON are read in blocks like tables: the answer is that of reading line by line.

use llmcost::usage::key::Dimension;
use llmcost::usage::semantics::Source;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::blocks::{damaged, reading, same};
use super::told::{NAMES, Reading};

fn lines() -> Reading {
    Reading {
        from: Some(Source::Jsonl),
        ..Reading::of(Source::Csv)
    }
}

/// Rows with the same keys, among them one in quotes with a comma and one without a cost.
fn plain(rows: u32) -> String {
    let row = |n: u32| {
        let tenant = ["acme", "Acme, Inc.", "müller"][n as usize % 3];
        let cost = ["", ",\"cost\":0.00125", ",\"cost\":null"][n as usize % 3];
        format!(
            "{{\"timestamp\":\"2026-10-0{}T07:12:12.460Z\",\"tenant\":\"{tenant}\",\"model\":\"gpt-5-mini\",\
             \"input_tokens\":{},\"cached_tokens\": {},\"output_tokens\":7,\"latency_ms\":{},\"status\":200{cost}}}\n",
            1 + n % 9,
            100 + n * 7 % 900,
            n % 77,
            n % 1000,
        )
    };
    (0..rows).map(row).collect()
}

#[test]
fn lines_in_blocks_add_up_to_the_log() {
    let answer = same(plain(500).as_bytes(), &lines());
    assert!(answer.contains("\"tenant\": \"Acme, Inc.\""), "{answer}");
    let ends = plain(500).replace('\n', "\r\n");
    assert_eq!(same(ends.as_bytes(), &lines()), answer);
}

#[test]
fn a_wrong_line_is_told_with_its_number() {
    let mut rows: Vec<String> = plain(300).lines().map(str::to_owned).collect();
    rows[120] = "{\"tenant\":\"torn".to_owned();
    rows[140] = rows[140].replace("\"input_tokens\":", "\"input_tokens\":-");
    rows[150] = String::new();
    rows[200] = "{\"tenant\":\"acme\"}".to_owned();
    let answer = same(rows.join("\n").as_bytes(), &lines());
    for wanted in [
        "log:121: not valid JSON",
        "log:141: `input_tokens` is negative",
        "log:201: not a row of",
    ] {
        assert!(answer.contains(wanted), "{answer}");
    }
}

#[test]
fn a_key_that_comes_late_counts() {
    let mut text = plain(300);
    text.push_str("{\"feature\":\"late\",\"input_tokens\":5,\"output_tokens\":1}\n");
    let by_feature = Reading {
        by: vec![Dimension::Feature],
        ..lines()
    };
    let answer = same(text.as_bytes(), &by_feature);
    assert!(answer.contains("\"feature\": \"late\""), "{answer}");
}

/// Values of all kinds, as they stand in JSON.
fn value() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "7",
        "0",
        "12",
        "-1",
        "007",
        "1e3",
        "12.0",
        "0.50",
        "0.25",
        "0.0000123",
        "1234567890123456789",
        "99999999999999999999",
        "123456789.123456789",
        "null",
        "true",
        "false",
        "nul",
        "\"\"",
        "\" \"",
        "\"acme\"",
        "\" acme \"",
        "\"Acme, Inc.\"",
        "\"say \\\"hi\\\"\"",
        "\"a\\u00e9\"",
        "\"é\"",
        "\"a\tb\"",
        "\"}\"",
        "\"12\"",
        "\"1.5\"",
        "\"2026-10-01\"",
        "\"2026-10-01T07:12:12.460Z\"",
        "\"2026-10-31T23:59:60.000Z\"",
        "1793517132",
        "\"gpt-5-mini\"",
        "\"anthropic/claude-4.5-haiku\"",
        "\"batch\"",
        "500",
        "\"error\"",
        "{\"a\":1}",
        "[1]",
        "[]",
    ];
    proptest::sample::select(FIXED).prop_map(str::to_owned)
}

/// Lines whose keys are mostly those of the line before.
fn log() -> impl Strategy<Value = Vec<u8>> {
    // A path that looks like a key makes a row one for the general reader.
    let known = [NAMES, &["nested.key"]].concat();
    let names = proptest::collection::vec(proptest::sample::select(known), 1..9);
    let fixed = prop_oneof![
        Just("\"input_tokens\":7,"),
        Just("\"input_tokens\": null,"),
        Just("")
    ];
    let row = (
        names.clone(),
        proptest::collection::vec(value(), 9),
        0..8_u8,
    );
    let space = proptest::sample::select(&["", "", " ", "\t"][..]);
    let end = proptest::sample::select(&["\n", "\n", "\r\n", "\n\n"][..]);
    let rows = proptest::collection::vec(row, 0..40);
    (names, fixed, rows, space, end, any::<u8>()).prop_map(
        |(usual, fixed, rows, space, end, byte)| {
            let mut text = String::new();
            for (own, values, odd) in rows {
                let names = if odd == 0 { own } else { usual.clone() };
                let pairs = names.iter().zip(&values);
                let pairs: Vec<String> = pairs
                    .map(|(name, value)| format!("\"{name}\":{space}{value}"))
                    .collect();
                text += &format!("{{{fixed}{}}}{end}", pairs.join(&format!(",{space}")));
            }
            damaged(text, byte)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(20_261_127),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_lines_read_the_same_in_blocks(text in log(), reading in reading()) {
        let from = Some(Source::Jsonl);
        same(&text, &Reading { from, ..reading });
    }
}
