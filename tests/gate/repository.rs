//! A base commit and a change: what the gate says of it, in every format.
//!
//! `UPDATE=1 cargo test --test gate` rewrites the snapshots; read the difference before you keep it.

use std::path::Path;

use super::{Repository, stderr, stdout};

/// The change of each case: a text of the plan and what replaces it, and the exit code.
const CASES: [(&str, &str, &str, i32); 5] = [
    // 31,000 x 30 x 200 / 1e6 = 186 dollars: 3.3 % more than 180.
    ("green", "30_000", "31_000", 0),
    // 33,000 x 30 x 200 / 1e6 = 198 dollars: above 190, below 220, 10 % more.
    ("warn", "30_000", "33_000", 0),
    // 40,000 x 30 x 200 / 1e6 = 240 dollars: above 220, a third more.
    ("deny", "30_000", "40_000", 1),
    ("broken", "input_tokens = 1_000", "input_token = 1_000", 2),
    (
        "unpriced",
        "input_usd_per_mtok = 0.10\noutput_usd_per_mtok = 0.50",
        "model = \"nobody/none\"",
        2,
    ),
];

const FORMATS: [(&str, &str); 7] = [
    ("table", "txt"),
    ("json", "json"),
    ("csv", "csv"),
    ("markdown", "md"),
    ("junit", "xml"),
    ("sarif", "sarif"),
    ("github", "github"),
];

/// What is wrong with an output beside its snapshot.
fn differs(name: &str, printed: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/gate/snapshots")
        .join(name);
    // The version of the program is no part of what is compared.
    let printed = printed.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &printed).unwrap();
        return None;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    (kept != printed).then(|| format!("{name}: kept\n{kept}\nbut it prints\n{printed}"))
}

/// Every format of a case, with its exit code, against the snapshots.
fn compared(repository: &Repository, case: &str, code: i32, more: &[&str]) {
    let mut wrong = Vec::new();
    for (format, ending) in FORMATS {
        let output = repository.run(&[&["check", "plan.toml", "--format", format], more].concat());
        assert_eq!(
            output.status.code(),
            Some(code),
            "{case} {format}: {}",
            stderr(&output)
        );
        wrong.extend(differs(&format!("{case}.{ending}"), &stdout(&output)));
        if format == "table" {
            wrong.extend(differs(&format!("{case}.stderr"), &stderr(&output)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_change_is_judged_the_same_in_every_format() {
    for (case, from, to, code) in CASES {
        let repository = Repository::new(case);
        repository.change(from, to);
        compared(&repository, case, code, &["--baseline", "baseline.json"]);
    }
}

#[test]
fn without_a_baseline_the_gate_is_not_green() {
    let repository = Repository::new("no_baseline");
    compared(&repository, "no_baseline", 2, &["--baseline", "lost.json"]);
}

#[test]
fn the_base_commit_itself_passes() {
    let repository = Repository::new("base_commit");
    let output = repository.check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("PASS: "), "{}", stdout(&output));
}

#[test]
fn strict_asks_about_the_warnings_of_what_passes() {
    let repository = Repository::new("strict");
    // A reserved price that nobody publishes is an estimate.
    let guessed = "[[self_host]]\nname = \"own\"\nmodel = \"llama-3.1-8b\"\ngpu = \"l40s\"\npurchase = \"reserved-3y\"\n\n[budget]\n";
    repository.change("[budget]\n", guessed);
    assert_eq!(repository.check(&[]).status.code(), Some(0));
    assert_eq!(repository.check(&["--strict"]).status.code(), Some(3));
    let deny = repository.check(&["--strict", "--max-monthly", "100"]);
    assert_eq!(deny.status.code(), Some(1));
}
