//! One broken file for each message of the readers, with the whole message beside it.
//!
//! `UPDATE=1 cargo test --test errors` rewrites the messages; read the difference before you keep it.
//! A `NAME.args` beside a file holds further arguments, one a line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use llmcost::warning::Warning;

#[path = "errors/literals.rs"]
mod literals;

/// A scenario that is right, for what is wrong elsewhere.
const RIGHT: &str = include_str!("misuse/one.toml");

/// Messages that are put together elsewhere: the call, and a text that every such message begins with.
const PUT_TOGETHER: &[(&str, &str)] = &[("syntax_message(error.message())", "not valid TOML: ")];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

fn files(folder: &Path, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = entries
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// Runs `llmcost compare` in a folder, so that messages name files without their folder; in the folder of
/// another command that one.
fn compare(folder: &Path, arguments: &[String]) -> Output {
    let name = if folder.ends_with("simulate") {
        "simulate"
    } else {
        "compare"
    };
    command(folder, name, arguments)
}

/// Runs a command in a folder, with a scenario that is right as its standard input.
fn command(folder: &Path, name: &str, arguments: &[String]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
    command.current_dir(folder).arg(name).args(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A run that ends before it reads its input closes the pipe, which is none of our business.
    let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), RIGHT.as_bytes());
    child.wait_with_output().unwrap()
}

/// What is wrong with a run of a broken file; nothing where it fails as it must.
fn check(folder: &Path, name: &str, arguments: &[String]) -> Option<String> {
    refused(folder, name, &compare(folder, arguments))
}

/// What is wrong with the output of a run that must fail.
fn refused(folder: &Path, name: &str, output: &Output) -> Option<String> {
    let printed = String::from_utf8(output.stderr.clone()).unwrap();
    let golden = folder.join(format!("{name}.stderr"));
    if output.status.code() != Some(2) {
        return Some(format!(
            "{name}: ends with {}, not 2\n{printed}",
            output.status
        ));
    }
    if !output.stdout.is_empty() {
        return Some(format!("{name}: writes to stdout"));
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&golden, &printed).unwrap();
        return None;
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    (printed != expected).then(|| format!("{name}: expected\n{expected}\nbut it prints\n{printed}"))
}

fn check_all(folder: &Path, arguments: impl Fn(&str) -> Vec<String>) {
    let wrong: Vec<String> = files(folder, "toml")
        .iter()
        .filter_map(|name| check(folder, name, &arguments(name)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of the files:\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_broken_scenario_is_refused_with_its_whole_message() {
    let folder = folder("errors");
    assert!(files(&folder, "toml").len() >= 55);
    check_all(&folder, |name| {
        let more = std::fs::read_to_string(folder.join(format!("{name}.args"))).unwrap_or_default();
        let mut list = vec![format!("{name}.toml")];
        list.extend(more.lines().map(str::to_owned));
        list
    });
}

#[test]
fn every_scenario_that_cannot_be_drawn_is_refused_with_its_whole_message() {
    check_all(&folder("errors/simulate"), |name| {
        vec![format!("{name}.toml")]
    });
}

#[test]
fn every_broken_catalog_is_refused_with_its_whole_message() {
    let folder = folder("errors/catalog");
    check_all(&folder, |name| {
        ["-", "--catalog", &format!("{name}.toml")]
            .map(str::to_owned)
            .into()
    });
}

#[test]
fn every_goal_that_is_none_is_refused_with_its_whole_message() {
    let folder = folder("errors/targets");
    let names = files(&folder, "target");
    assert!(names.len() >= 8);
    let wrong: Vec<String> = names
        .iter()
        .filter_map(|name| {
            let goal = std::fs::read_to_string(folder.join(format!("{name}.target"))).unwrap();
            let goal = goal.trim_end_matches('\n');
            let arguments = ["-", "--target", goal, "--by", "api.luna.discount"];
            let output = command(&folder, "solve", &arguments.map(str::to_owned));
            refused(&folder, name, &output)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_scenario_beside_the_broken_catalogs_is_right() {
    let output = compare(&folder("errors"), &["-".to_owned()]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_message_belongs_to_a_file() {
    for folder in ["errors", "errors/catalog", "errors/simulate"].map(folder) {
        let with_file: BTreeSet<String> = files(&folder, "toml").into_iter().collect();
        let with_message: BTreeSet<String> = files(&folder, "stderr").into_iter().collect();
        assert_eq!(with_file, with_message);
        assert!(
            files(&folder, "args")
                .iter()
                .all(|name| with_file.contains(name))
        );
    }
}

/// The texts behind `error: ` of all files.
fn printed() -> Vec<String> {
    let mut list = Vec::new();
    for folder in [
        "errors",
        "errors/catalog",
        "errors/targets",
        "errors/simulate",
    ]
    .map(folder)
    {
        for name in files(&folder, "stderr") {
            let text = std::fs::read_to_string(folder.join(format!("{name}.stderr"))).unwrap();
            let facts = text.lines().filter_map(|line| line.split_once(": error: "));
            list.extend(facts.map(|(_, fact)| fact.to_owned()));
        }
    }
    list
}

#[test]
fn every_message_of_the_source_has_a_broken_file() {
    let (messages, opaque) = literals::messages(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(
        messages.len() > 50,
        "the scan of the source finds {} messages",
        messages.len()
    );
    let printed = printed();
    let mut missing: Vec<String> = messages
        .iter()
        .filter(|message| !printed.iter().any(|line| message.is(line)))
        .map(literals::Message::shown)
        .collect();
    missing.extend(opaque.into_iter().filter(|call| {
        let known = PUT_TOGETHER.iter().find(|(code, _)| call.ends_with(code));
        known.is_none_or(|(_, begin)| !printed.iter().any(|line| line.starts_with(begin)))
    }));
    assert!(
        missing.is_empty(),
        "without a broken file:\n{}",
        missing.join("\n")
    );
}

#[test]
fn every_reason_why_a_model_does_not_run_has_a_broken_file() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cost/capacity/misfit.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let reasons = [
        "do not fit {gpus} x",
        "the KV cache of one request of",
        "time per output token {}",
        "time to first token {}",
    ];
    // A variant added to the list there must be added to the one above.
    let variants = source.matches("Self::").count();
    assert_eq!(variants, reasons.len(), "misfit.rs has {variants} reasons");
    let printed = printed();
    for reason in reasons {
        assert!(source.contains(reason), "`{reason}` is no longer a reason");
        let text = reason.split(['{', '}']).next().unwrap();
        assert!(
            printed.iter().any(|line| line.contains(text)),
            "no broken file: {reason}"
        );
    }
}

/// `file:line:column` of every problem of a message.
fn places(text: &str) -> Vec<(usize, usize)> {
    let heads = text.lines().filter_map(|line| line.split_once(": error: "));
    heads
        .map(|(place, _)| {
            let numbers: Vec<usize> = place
                .rsplit(':')
                .take(2)
                .map(|number| number.parse().unwrap())
                .collect();
            (numbers[1], numbers[0])
        })
        .collect()
}

#[test]
fn many_faults_are_reported_in_one_run_and_in_the_order_of_the_file() {
    let text = std::fs::read_to_string(folder("errors").join("many_faults.stderr")).unwrap();
    let places = places(&text);
    assert!(places.len() >= 15, "{places:?}");
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn no_message_holds_a_control_character_or_a_folder() {
    for folder in ["errors", "errors/catalog", "errors/simulate"].map(folder) {
        for name in files(&folder, "stderr") {
            let text = std::fs::read_to_string(folder.join(format!("{name}.stderr"))).unwrap();
            let control = text.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(control, None, "{name}");
            assert!(
                !text.contains("panicked") && !text.contains("/tests/"),
                "{name}"
            );
        }
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_examples_of_the_reference_are_messages_that_are_given() {
    let page = read("docs/errors.md");
    let examples: Vec<&str> = page
        .split("```text\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(examples.len() >= 10, "{} examples", examples.len());
    let mut given = String::new();
    for folder in ["errors", "errors/catalog", "errors/simulate"].map(folder) {
        for name in files(&folder, "stderr") {
            given += &std::fs::read_to_string(folder.join(format!("{name}.stderr"))).unwrap();
        }
    }
    for example in examples {
        assert!(given.contains(example), "no broken file gives\n{example}");
    }
}

#[test]
fn the_reference_explains_every_warning_and_which_are_strict() {
    let codes = literals::warning_codes(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(codes.len() >= 10, "{codes:?}");
    let page = read("docs/errors.md");
    for code in &codes {
        let warning = Warning::new(code.clone().leak(), "", "");
        let strict = if warning.is_strict() {
            " (*strict*)"
        } else {
            ""
        };
        let row = format!("| `{code}`{strict} | ");
        assert!(page.contains(&row), "docs/errors.md has no row {row}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, codes.len(), "rows of warnings that are never given");
}

#[test]
fn a_message_of_the_source_is_found_by_the_texts_around_its_holes() {
    let message = |template: &str| {
        let code = format!("fn f() {{ Problem::new(place, format!({template})) }}");
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("literals");
        std::fs::create_dir_all(root.join("src")).unwrap();
        std::fs::write(root.join("src/lib.rs"), code).unwrap();
        let (mut messages, opaque) = literals::messages(&root);
        assert!(opaque.is_empty());
        messages.remove(0)
    };
    let unknown = message("\"unknown field `{}` of {name}\", entry.key");
    assert!(unknown.is("unknown field `gpu_type` of own"));
    assert!(!unknown.is("unknown word `gpu_type` of own"));
    assert!(!unknown.is("unknown field `gpu_type`"));
}
