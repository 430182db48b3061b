//! What becomes of answers, warnings and output files.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use super::{command, folder, refused, run, stderr};

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
