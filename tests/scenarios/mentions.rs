//! Files that pages and comments speak of exist.

use std::path::{Path, PathBuf};

use super::run::{files, root, shipped};

/// Paths under `folder/` with an ending that a text mentions.
fn mentioned(text: &str, folder: &str, ending: &str) -> Vec<String> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "-_./*".contains(c);
    let words = text.split(|c: char| !is_path(c));
    let paths = words
        .map(|word| word.trim_end_matches('.'))
        .filter_map(|word| {
            let at = word.find(folder)?;
            // `tests/scenarios/` is another folder than `scenarios/`.
            let own = at == 0 || word[..at].chars().all(|c| c == '.' || c == '/');
            (own && word.ends_with(ending) && !word.contains('*')).then(|| word[at..].to_owned())
        });
    paths.collect()
}

fn pages() -> Vec<PathBuf> {
    let mut pages = files(&root().join("docs"), "md");
    pages.extend(files(root(), "md"));
    pages
}

#[test]
fn pages_mention_only_scenarios_and_examples_that_exist() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a readable page");
        let mut paths = mentioned(&text, "scenarios/", ".toml");
        paths.extend(mentioned(&text, "examples/", ".rs"));
        for path in paths {
            assert!(
                root().join(&path).exists(),
                "{} mentions {path}",
                page.display()
            );
        }
    }
}

#[test]
fn scenarios_mention_only_scenarios_that_exist() {
    for file in shipped() {
        let comments = file.text.lines().filter_map(|line| line.split_once('#'));
        for word in comments.flat_map(|(_, comment)| comment.split_whitespace()) {
            let word = word.trim_end_matches([',', '.', ':', ';']);
            if Path::new(word)
                .extension()
                .is_some_and(|ending| ending == "toml")
            {
                assert!(
                    root().join("scenarios").join(word).exists(),
                    "{}: {word}",
                    file.name
                );
            }
        }
    }
}

#[test]
fn mentions_are_found_in_running_text_and_links() {
    let text = "Run `llmcost compare scenarios/a-b.toml`, [this](../scenarios/c.toml) or scenarios/*.toml.";
    assert_eq!(
        mentioned(text, "scenarios/", ".toml"),
        ["scenarios/a-b.toml", "scenarios/c.toml"]
    );
    assert!(mentioned("tests/scenarios/full.toml", "scenarios/", ".toml").is_empty());
}
