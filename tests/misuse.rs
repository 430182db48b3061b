//! The command line in wrong hands: what is refused with exit code 2, what is only warned of, and what
//! never happens to a file.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const ONE: &str = "\
[workload]
requests_per_day = 1_000
input_tokens = 500
output_tokens = 100

[[api]]
name = \"luna\"
model = \"openai/gpt-6-luna\"
";

/// An option whose price is an estimate: a reserved GPU of which the catalog knows no reserved price.
const GUESSED: &str = "
[[self_host]]
name = \"own\"
model = \"llama-3.1-8b\"
gpu = \"l40s\"
purchase = \"reserved-3y\"
";

/// A folder of its own for a test, empty, with `one.toml` and `guessed.toml` in it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("misuse")
        .join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("one.toml"), ONE).unwrap();
    std::fs::write(folder.join("guessed.toml"), format!("{ONE}{GUESSED}")).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs a command line that is wrong: exit code 2, nothing on stdout, and these words on stderr.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str], words: &[&str]) {
    let output = run(folder, arguments);
    let printed = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{printed}");
    assert!(output.stdout.is_empty(), "{arguments:?} writes to stdout");
    for word in words {
        assert!(printed.contains(word), "`{word}` is not in\n{printed}");
    }
    assert!(
        !printed.contains("panicked") && !printed.contains("backtrace"),
        "{printed}"
    );
}

#[test]
fn a_missing_file_is_named() {
    refused(
        &folder("missing"),
        &["compare", "nowhere.toml"],
        &["error: cannot read `nowhere.toml`"],
    );
}

#[test]
fn a_folder_is_no_scenario() {
    refused(
        &folder("folder"),
        &["compare", "."],
        &["error: cannot read `.`"],
    );
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
        let mut list = vec![
            "breakeven",
            "guessed.toml",
            "--over",
            "workload.batch_share",
        ];
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
    refused(
        &folder,
        &over(&["--from", "0", "--to", "3"]),
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
fn an_ending_that_names_no_format_is_refused_and_no_file_appears() {
    let folder = folder("ending");
    refused(
        &folder,
        &["compare", "one.toml", "-o", "plan.pdf"],
        &["`plan.pdf` names no format"],
    );
    assert!(!folder.join("plan.pdf").exists());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_output_in_a_folder_that_does_not_exist_is_refused() {
    let folder = folder("nowhere");
    let before = names(&folder);
    refused(
        &folder,
        &["compare", "one.toml", "-o", "gone/plan.json"],
        &["cannot write `gone/plan.json`"],
    );
    assert_eq!(names(&folder), before);
}

#[test]
fn an_output_that_is_a_folder_is_refused_and_left_alone() {
    let folder = folder("output_folder");
    std::fs::create_dir(folder.join("plan.json")).unwrap();
    let before = names(&folder);
    refused(
        &folder,
        &["compare", "one.toml", "-o", "plan.json"],
        &["cannot write `plan.json`"],
    );
    assert_eq!(names(&folder), before);
}

#[test]
fn a_wrong_scenario_leaves_the_old_output_as_it_was() {
    let folder = folder("old");
    std::fs::write(folder.join("plan.json"), "old").unwrap();
    let before = names(&folder);
    refused(
        &folder,
        &["compare", "one.toml", "--set", "x=1", "-o", "plan.json"],
        &["unknown field"],
    );
    assert_eq!(
        std::fs::read_to_string(folder.join("plan.json")).unwrap(),
        "old"
    );
    assert_eq!(names(&folder), before);
}

#[cfg(unix)]
#[test]
fn an_output_that_cannot_be_written_keeps_its_old_content() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("read_only");
    let inner = folder.join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("plan.json"), "old").unwrap();
    let allow = |mode| {
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(0o555);
    if std::fs::write(inner.join("probe"), "").is_ok() {
        eprintln!("left out: this user may write into a read-only folder");
        allow(0o755);
        return;
    }
    refused(
        &folder,
        &["compare", "one.toml", "-o", "inner/plan.json"],
        &["cannot write `inner/plan.json`"],
    );
    assert_eq!(
        std::fs::read_to_string(inner.join("plan.json")).unwrap(),
        "old"
    );
    allow(0o755);
    assert_eq!(names(&inner), ["plan.json"]);
}

#[test]
fn an_output_is_replaced_as_a_whole() {
    let folder = folder("replace");
    std::fs::write(folder.join("plan.json"), "x".repeat(1 << 20)).unwrap();
    let output = run(&folder, &["compare", "one.toml", "-o", "plan.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = std::fs::read_to_string(folder.join("plan.json")).unwrap();
    assert!(text.starts_with('{') && text.ends_with("}\n"), "{text}");
    assert_eq!(names(&folder), ["guessed.toml", "one.toml", "plan.json"]);
}

#[test]
fn a_closed_pipe_is_success() {
    let folder = folder("pipe");
    let volumes = "workload.requests_per_day=1..1e6,3000";
    let arguments = [
        "sweep", "one.toml", "--vary", volumes, "--format", "csv", "--quiet",
    ];
    let mut child = command(&folder, &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    // The rest is far more than a pipe holds, so the writer finds the pipe closed.
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}

#[test]
fn help_into_a_closed_pipe_is_success() {
    let folder = folder("help");
    let mut child = command(&folder, &["--help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
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

#[test]
fn warnings_alone_are_no_failure() {
    let output = run(&folder("warnings"), &["compare", "guessed.toml"]);
    assert_eq!(output.status.code(), Some(0));
    let printed = stderr(&output);
    assert!(
        printed.contains("warning: ") && printed.contains("[derived-rent]"),
        "{printed}"
    );
    assert!(printed.contains("  hint: "), "{printed}");
}

#[test]
fn the_price_of_a_node_for_one_gpu_is_warned_of() {
    let folder = folder("node");
    let price = |usd: &str| format!("self_host.own.usd_per_gpu_hour={usd}");
    let node = run(&folder, &["compare", "guessed.toml", "--set", &price("60")]);
    assert_eq!(node.status.code(), Some(0));
    assert!(
        stderr(&node).contains("[unlikely-price]"),
        "{}",
        stderr(&node)
    );
    let one = run(
        &folder,
        &["compare", "guessed.toml", "--set", &price("2.5")],
    );
    assert!(
        !stderr(&one).contains("[unlikely-price]"),
        "{}",
        stderr(&one)
    );
}

#[test]
fn strict_turns_a_guess_into_exit_code_3_after_the_whole_answer() {
    let folder = folder("strict");
    let plain = run(&folder, &["compare", "guessed.toml"]);
    let strict = run(&folder, &["compare", "guessed.toml", "--strict"]);
    assert_eq!(strict.status.code(), Some(3), "{}", stderr(&strict));
    assert_eq!(strict.stdout, plain.stdout);
    assert_eq!(strict.stderr, plain.stderr);
}

#[test]
fn strict_is_content_with_what_is_known() {
    let output = run(&folder("content"), &["compare", "one.toml", "--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn quiet_silences_warnings_but_neither_strict_nor_errors() {
    let folder = folder("quiet");
    let quiet = run(&folder, &["compare", "guessed.toml", "--quiet"]);
    assert_eq!(
        (quiet.status.code(), stderr(&quiet).as_str()),
        (Some(0), "")
    );
    let strict = run(&folder, &["compare", "guessed.toml", "--quiet", "--strict"]);
    assert_eq!(
        (strict.status.code(), stderr(&strict).as_str()),
        (Some(3), "")
    );
    refused(
        &folder,
        &["compare", "nowhere.toml", "--quiet"],
        &["cannot read"],
    );
}

#[test]
fn messages_have_no_color_where_nobody_asks_for_it() {
    let folder = folder("color");
    let plain = run(&folder, &["compare", "guessed.toml"]);
    assert!(!plain.stderr.contains(&0x1b) && !plain.stdout.contains(&0x1b));
    let colored = run(&folder, &["compare", "guessed.toml", "--color", "always"]);
    assert!(colored.stderr.contains(&0x1b));
}
