//! What README and docs show is what the tool says: every console block is run, every scenario loads.

use std::fs;
use std::path::{Path, PathBuf};

use llmcost::analysis::compare::compare;
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Scenario, Settings, load};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).expect("the docs");
    let mut pages: Vec<PathBuf> = docs
        .map(|file| file.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(name: &str, body: &str) -> Scenario {
    let mut sources = Sources::default();
    let settings = Settings::default();
    match load(name, body, &settings, &Catalog::embedded(), &mut sources) {
        Ok(loaded) => loaded.scenario,
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(|p| p.render(&sources)).collect();
            panic!("{}", told.join("\n"))
        }
    }
}

/// The fenced blocks of a page that begin with these words after the fence.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .map(|block| format!("{block}\n"))
        .collect()
}

#[test]
fn every_console_block_gives_what_it_shows() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
    cases.case("README.md").case("docs/*.md");
}

#[test]
fn the_readme_asks_and_answers_four_questions() {
    let asked = blocks(&text(&root().join("README.md")), "console");
    assert!(asked.len() >= 4, "{} console blocks", asked.len());
    for block in asked {
        assert!(block.starts_with("$ llmcost "), "{block}");
        assert!(
            block.lines().count() > 2,
            "a command without its answer: {block}"
        );
    }
}

#[test]
fn every_whole_scenario_in_the_readme_can_be_compared() {
    let readme = text(&root().join("README.md"));
    let whole: Vec<String> = blocks(&readme, "toml")
        .into_iter()
        .filter(|block| block.contains("[workload]"))
        .collect();
    assert!(!whole.is_empty());
    for block in whole {
        let result = compare(&read("README.md", &block)).expect("options that can be priced");
        assert!(result.options.len() >= 2);
    }
}

#[test]
fn the_checks_run_the_tests_by_the_command_of_the_readme() {
    let install = text(&root().join("README.md"));
    let install = install
        .split("## Install")
        .nth(1)
        .expect("a section on installing");
    let commands = blocks(install, "sh");
    let lines: Vec<&str> = commands[0].lines().collect();
    assert_eq!(lines.len(), 2, "one command runs, one tests: {lines:?}");
    assert!(lines[0].starts_with("cargo run ") && lines[0].contains(" compare scenarios/"));
    let command = lines[1].split(" #").next().expect("a command").trim();
    assert!(command.starts_with("cargo test"));
    let checks = text(&root().join(".ci/run"));
    assert!(
        checks.contains(&format!("step \"tests\" {command}\n")),
        "{command}"
    );
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    for page in pages() {
        let body = text(&page);
        for link in body
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let target = page.parent().expect("a folder").join(file);
            assert!(target.exists(), "{}: {link}", page.display());
        }
    }
}
