//! What cannot be drawn or written: a clear message, the code of wrong input, and no file left behind.

use std::fs;
use std::path::Path;

use super::command::folder;
use super::drawn::{root, two_apis};
use super::ran::ran;

/// The message of a run that must fail, after which the folder holds what it held.
fn refused(folder: &Path, arguments: &[&str], stdin: &str) -> String {
    let names = || {
        let entries = fs::read_dir(folder).expect("the folder");
        let names = entries.map(|entry| entry.expect("a file").file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    let before = names();
    let output = ran(folder, arguments, stdin.as_bytes());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    assert_eq!(names(), before);
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn kinds_of_ranges_need_a_range() {
    let folder = folder("no_ranges");
    for (kind, word) in [("tornado", "a tornado"), ("risk", "a picture of risk")] {
        let arguments = ["chart", "-", "-q", "--kind", kind, "-o", "a.png"];
        let error = refused(&folder, &arguments, &two_apis(1.0, 3.0));
        let begin = format!(
            "error: {word} needs inputs that are ranges, and every input of this scenario is a number\nhint: write what you are not sure of as an interval, such as "
        );
        assert!(error.starts_with(&begin), "{error}");
        assert_eq!(error.lines().count(), 2, "{error}");
    }
}

#[test]
fn ranges_without_a_price_are_named_where_they_are_all_that_is_drawn() {
    let folder = folder("unpriced");
    let scenario = root().join("scenarios/article-1m.toml");
    let scenario = scenario.to_str().expect("a path");
    let limit = "self_host.\"own, people counted\".max_tpot_ms={ dist = \"uniform\", min = 0.01, max = 60 }";
    let asked = |kind| ["chart", scenario, "-q", "--set", limit, kind, "-o", "a.svg"];
    let error = refused(&folder, &asked("--kind=risk"), "");
    assert!(
        error.contains("cannot be priced where self_host.\"own, people counted\".max_tpot_ms = "),
        "{error}"
    );
    // A dashboard has other things to show, and says what it lacks.
    let output = ran(&folder, &asked("--kind=dashboard"), b"");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let svg = fs::read_to_string(folder.join("a.svg")).expect("a picture");
    assert!(svg.contains("ranges left out: they hold values that have no price"));
}

#[test]
fn an_attribution_that_is_none_is_refused_with_the_command_that_makes_one() {
    let folder = folder("no_attribution");
    let hint = "\nhint: llmcost attribute LOG... --by tenant,day -o usage.json, then llmcost chart usage.json --kind attribution\n";
    for (stdin, words) in [
        ("", "error: `-` is no attribution: not JSON: "),
        (
            "{\"schema\": \"llmcost/att",
            "error: `-` is no attribution: not JSON: ",
        ),
        (
            "[1, 2]",
            "error: `-` is no attribution: its schema is `none`",
        ),
        (
            "{\"schema\": \"llmcost/compare/1\"}",
            "error: `-` is no attribution: its schema is `llmcost/compare/1`",
        ),
        (
            "{\"schema\": \"llmcost/attribute/1\"}",
            "error: `-` is no attribution: it has no `groups`",
        ),
        (
            "{\"schema\": \"llmcost/attribute/1\", \"groups\": []}",
            "error: `-` is no attribution: it has no groups",
        ),
    ] {
        let arguments = ["chart", "-", "--kind=attribution", "-o", "a.png"];
        let error = refused(&folder, &arguments, stdin);
        assert!(error.starts_with(words) && error.ends_with(hint), "{error}");
    }
    let absent = ["chart", "usage.json", "--kind=attribution", "-o", "a.png"];
    let error = refused(&folder, &absent, "");
    assert!(
        error.starts_with("error: cannot read `usage.json`: "),
        "{error}"
    );
    let error = refused(&folder, &["chart", "--kind=attribution", "-o", "a.png"], "");
    assert!(
        error.starts_with("error: the JSON of an attribution is missing\nhint: "),
        "{error}"
    );
}

#[test]
fn a_path_that_cannot_be_written_keeps_what_is_there() {
    let folder = folder("unwritable");
    fs::create_dir(folder.join("taken.png")).expect("a folder");
    let scenario = root().join("scenarios/article-100k.toml");
    let scenario = scenario.to_str().expect("a path");
    for path in ["taken.png", "nowhere/a.svg"] {
        let error = refused(&folder, &["chart", scenario, "-q", "-o", path], "");
        assert!(
            error.starts_with(&format!("error: cannot write `{path}`")),
            "{error}"
        );
    }
    // A picture that is refused leaves the older one alone.
    fs::write(folder.join("old.png"), "older").expect("a folder");
    refused(
        &folder,
        &["chart", scenario, "--size=1x1", "-o", "old.png"],
        "",
    );
    refused(&folder, &["chart", "-", "-o", "old.png"], "no scenario");
    assert_eq!(fs::read(folder.join("old.png")).expect("a file"), b"older");
}

#[test]
fn an_attribution_is_drawn_from_a_file_or_from_the_command_that_makes_it() {
    let folder = folder("attribution");
    let log = root().join("examples/logs/litellm.jsonl");
    let log = log.to_str().expect("a path");
    let made = ran(
        &folder,
        &["attribute", log, "--by=tenant,day", "-q", "--format=json"],
        b"",
    );
    let made = String::from_utf8(made.stdout).expect("text");
    let example = root().join("examples/logs/usage.json");
    assert_eq!(
        made,
        fs::read_to_string(&example).expect("an example"),
        "llmcost attribute examples/logs/litellm.jsonl --by tenant,day -q -o examples/logs/usage.json"
    );
    let example = example.to_str().expect("a path");
    for (file, from) in [("a.svg", "-"), ("b.svg", example)] {
        let arguments = ["chart", from, "--kind=attribution", "-o", file];
        let output = ran(&folder, &arguments, made.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let read = |file: &str| fs::read_to_string(folder.join(file)).expect("a picture");
    assert_eq!(read("a.svg"), read("b.svg"));
    assert!(read("a.svg").contains("\nacme"), "{}", read("a.svg"));
}
