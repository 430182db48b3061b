//! `docs/scenario.md`: it is what the program prints, and its examples do what they say.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md")
}

fn text() -> String {
    std::fs::read_to_string(page()).expect("docs/scenario.md")
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let text = text();
    let fence = format!("```{language}\n");
    let parts = text
        .split(&fence)
        .skip(1)
        .map(|part| part.split("```").next().unwrap_or_default());
    parts.map(str::to_owned).collect()
}

fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a directory");
    path
}

fn compared(arguments: &[&Path]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(["compare", "--format", "json", "--quiet"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn monthly(result: &Value, option: &str) -> f64 {
    let options = result["options"].as_array().unwrap();
    let found = options.iter().find(|known| known["name"] == option);
    found.unwrap_or_else(|| panic!("no option {option}"))["monthly_usd"]
        .as_f64()
        .unwrap()
}

/// Set `UPDATE_DOCS=1` to write the page anew.
#[test]
fn the_page_is_what_the_program_prints() {
    let printed = llmcost::report::reference::scenario();
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(page(), &printed).unwrap();
    }
    assert!(
        text() == printed,
        "docs/scenario.md is old; UPDATE_DOCS=1 cargo test --test reference"
    );
}

#[test]
fn the_command_prints_the_page() {
    let output = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(["schema", "--format", "markdown"])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        llmcost::report::reference::scenario()
    );
}

#[test]
fn every_example_costs_what_its_comment_says() {
    let directory = scratch("reference-examples");
    let (mut said, examples) = (0, blocks("toml"));
    for (at, example) in examples.iter().enumerate() {
        let file = directory.join(format!("{at}.toml"));
        std::fs::write(&file, example).unwrap();
        let result = compared(&[&file]);
        for line in example
            .lines()
            .filter_map(|line| line.strip_prefix("# gives: "))
        {
            let (option, rest) = line.split_once(" = ").expect("option = amount");
            let amount: f64 = rest.split(' ').next().unwrap().parse().expect("an amount");
            let found = monthly(&result, option);
            assert!(
                (found - amount).abs() < 1e-6 * amount,
                "{line}: it gives {found}"
            );
            said += 1;
        }
    }
    assert!(
        examples.len() >= 8 && said >= 9,
        "{} examples, {said} amounts",
        examples.len()
    );
}

#[test]
fn the_catalog_example_changes_the_first_example() {
    let directory = scratch("reference-catalog");
    let [scenario, catalog] = ["s.toml", "catalog.toml"].map(|name| directory.join(name));
    std::fs::write(&scenario, &blocks("toml")[0]).unwrap();
    std::fs::write(&catalog, &blocks("toml catalog")[0]).unwrap();
    let plain = compared(&[&scenario]);
    let own = compared(&[&scenario, Path::new("--catalog"), &catalog]);
    // 250,000 x 365/12 requests of 1,200 tokens at 0.08 and 250 at 0.40 USD/Mtok.
    let expected = 250_000.0 * 365.0 / 12.0 * (1_200.0 * 0.08 + 250.0 * 0.40) / 1e6;
    assert!((monthly(&own, "luna") - expected).abs() < 1e-6 * expected);
    assert_ne!(monthly(&plain, "luna"), monthly(&own, "luna"));
}

#[cfg(unix)]
#[test]
fn every_command_of_the_page_runs() {
    let bin = Path::new(env!("CARGO_BIN_EXE_llmcost")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let scripts = blocks("sh");
    for (at, script) in scripts.iter().enumerate() {
        let output = Command::new("sh")
            .args(["-e", "-c", script])
            .current_dir(scratch(&format!("reference-commands-{at}")))
            .env("PATH", format!("{}:{path}", bin.display()))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{script}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(scripts.len() >= 2);
}
