//! Files, assignments, axes and names that are wrong.

use std::io::Write;
use std::process::Stdio;

use super::{ONE, command, folder, refused, run, stderr};

#[test]
fn a_missing_file_is_named() {
    refused(
        &folder("missing"),
        &["compare", "nowhere.toml"],
        &["error: cannot read `nowhere.toml`"],
    );
}

#[test]
fn a_folder_without_a_scenario_is_named() {
    let folder = folder("folder");
    std::fs::create_dir_all(folder.join("empty/.hidden")).unwrap();
    std::fs::write(folder.join("empty/.hidden/one.toml"), ONE).unwrap();
    refused(
        &folder,
        &["compare", "empty"],
        &["error: no scenario (*.toml) in the folder `empty`"],
    );
    refused(&folder, &["breakeven", "."], &["error: cannot read `.`"]);
}

#[test]
fn a_file_that_is_no_text_is_named_with_the_byte() {
    let folder = folder("bytes");
    std::fs::write(folder.join("image.toml"), b"name = \"\xff\xd8\xff\"\n").unwrap();
    refused(
        &folder,
        &["compare", "image.toml"],
        &["`image.toml` is not UTF-8 text", "byte 8"],
    );
}

#[test]
fn all_files_that_are_wrong_are_reported_in_one_run() {
    let folder = folder("several");
    std::fs::write(folder.join("share.toml"), format!("{ONE}discount = 3\n")).unwrap();
    std::fs::write(
        folder.join("model.toml"),
        ONE.replace("luna\"\n", "lunar\"\n"),
    )
    .unwrap();
    let words = [
        "share.toml:9:12: error",
        "model.toml:8:9: error",
        "cannot read `nowhere.toml`",
    ];
    let files = [
        "compare",
        "share.toml",
        "one.toml",
        "model.toml",
        "nowhere.toml",
    ];
    refused(&folder, &files, &words);
}

#[test]
fn a_log_that_is_taken_for_a_scenario_does_not_flood_the_terminal() {
    let folder = folder("log");
    let line = "{\"model\": \"m\", \"usage\": {\"input_tokens\": 900}}\n";
    std::fs::write(folder.join("usage.toml"), line.repeat(5_000)).unwrap();
    let output = run(&folder, &["compare", "usage.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let lines = stderr(&output).lines().count();
    assert!(lines < 500, "{lines} lines");
}

#[test]
fn an_assignment_through_a_path_without_end_is_refused() {
    let path = vec!["a"; 60_000].join(".");
    refused(
        &folder("deep"),
        &["compare", "one.toml", "--set", &format!("{path}=1")],
        &["--set:1:1"],
    );
}

#[test]
fn an_assignment_points_into_the_assignment() {
    let folder = folder("set");
    let arguments = ["compare", "one.toml", "--set", "workload.batch_share=2"];
    refused(
        &folder,
        &arguments,
        &["--set:1:22: error: `batch_share` is out of range"],
    );
}

#[test]
fn an_axis_that_is_none_is_refused_with_its_shape() {
    let folder = folder("vary");
    let shape = "expected PATH=FROM..TO[:log][,N]";
    let volume = "workload.requests_per_day";
    for (axis, word) in [
        (volume.to_owned(), shape),
        (format!("{volume}=5"), shape),
        (format!("{volume}=1..many"), shape),
        (format!("{volume}=1..2,few"), shape),
        (format!("{volume}=9..1"), "FROM must be below TO"),
        (format!("{volume}=1..9,1"), "N must be from 2 to 100,000"),
        (
            format!("{volume}=1..9,100001"),
            "N must be from 2 to 100,000",
        ),
        (
            format!("{volume}=0..9:log"),
            "a logarithmic axis begins above 0",
        ),
        (format!("{volume}=1..inf"), shape),
    ] {
        refused(
            &folder,
            &["sweep", "one.toml", "--vary", &axis],
            &["error: --vary: ", word],
        );
    }
}

#[test]
fn an_axis_over_an_unknown_or_exceeded_input_points_to_its_path() {
    let folder = folder("vary_path");
    let arguments = [
        "sweep",
        "one.toml",
        "--vary",
        "workload.request_per_day=1..9,3",
    ];
    let words = [
        "--vary:1:1: error: unknown field `request_per_day`",
        "`requests_per_day`?",
    ];
    refused(&folder, &arguments, &words);
    let arguments = ["sweep", "one.toml", "--vary", "workload.batch_share=0..3,4"];
    refused(
        &folder,
        &arguments,
        &["--vary:1:1: error: `batch_share` is out of range"],
    );
    let arguments = ["sweep", "one.toml", "--vary", "api.lunar.discount=0..1,3"];
    refused(
        &folder,
        &arguments,
        &["nothing named `lunar`", "did you mean `luna`?"],
    );
}

#[test]
fn a_break_even_needs_two_options_and_a_range() {
    let folder = folder("over");
    refused(&folder, &["breakeven", "one.toml"], &["needs two options"]);
    let over = |more: &[&'static str]| {
        let mut list = vec!["breakeven", "guessed.toml", "--over", "api.luna.build_usd"];
        list.extend(more);
        list
    };
    refused(&folder, &over(&[]), &["--from and --to"]);
    refused(
        &folder,
        &over(&["--from", "low", "--to", "1"]),
        &["--from: `low` is not a number"],
    );
    refused(
        &folder,
        &over(&["--from", "1", "--to", "0"]),
        &["the range 1 to 0 is empty"],
    );
    let share = [
        "breakeven",
        "guessed.toml",
        "--over",
        "workload.batch_share",
    ];
    refused(
        &folder,
        &[&share[..], &["--from", "0", "--to", "3"]].concat(),
        &["--over:1:1", "out of range"],
    );
}

#[test]
fn a_break_even_over_an_input_that_does_not_exist_is_refused() {
    let folder = folder("over_path");
    let range = ["--from", "1", "--to", "9"];
    for path in ["workload.nothing", "api.lunar.discount", "workload..x"] {
        let mut arguments = vec!["breakeven", "guessed.toml", "--over", path];
        arguments.extend(range);
        refused(&folder, &arguments, &["--over:1:1: error: "]);
    }
}

#[test]
fn an_unknown_option_is_refused_with_the_near_one() {
    let arguments = ["compare", "one.toml", "--option", "lunar"];
    refused(
        &folder("option"),
        &arguments,
        &["no option is named `lunar`", "did you mean `luna`?"],
    );
}

#[test]
fn a_date_that_is_none_is_refused() {
    for date in ["tomorrow", "2027-13", "2027-02-30", ""] {
        let arguments = ["compare", "one.toml", "--prices-as-of", date];
        refused(&folder("date"), &arguments, &["--prices-as-of", "YYYY-MM"]);
    }
}

#[test]
fn standard_input_is_read_once() {
    refused(
        &folder("stdin"),
        &["compare", "-", "-"],
        &["standard input can be read only once"],
    );
}

#[test]
fn a_pattern_that_matches_nothing_is_refused() {
    let folder = folder("pattern");
    refused(
        &folder,
        &["compare", "plans/*.toml"],
        &["no file matches `plans/*.toml`"],
    );
    refused(&folder, &["compare", "["], &["`[` is not a pattern"]);
    let output = run(&folder, &["compare", "*.toml", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn wrong_usage_is_refused() {
    let folder = folder("usage");
    refused(&folder, &[], &["Usage: llmcost"]);
    refused(&folder, &["compare"], &["<SCENARIO>"]);
    refused(
        &folder,
        &["comare", "one.toml"],
        &["unrecognized subcommand 'comare'"],
    );
    refused(
        &folder,
        &["compare", "one.toml", "--format", "xml"],
        &["'xml'", "markdown"],
    );
    refused(
        &folder,
        &["explain", "one.toml", "no such line"],
        &["no line is named `no such line`"],
    );
}

#[test]
fn a_missing_catalog_is_named() {
    let arguments = ["compare", "one.toml", "--catalog", "own.toml"];
    refused(&folder("catalog"), &arguments, &["cannot read `own.toml`"]);
}

#[test]
fn a_scenario_is_read_from_standard_input_and_named_so() {
    let folder = folder("named");
    let mut child = command(&folder, &["compare", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = ONE.replace("1_000", "-1");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).starts_with("standard input:2:20: error: "),
        "{}",
        stderr(&output)
    );
}
