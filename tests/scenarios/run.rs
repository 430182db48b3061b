//! The shipped files, and a scenario run through the library.

use std::path::{Path, PathBuf};

use llmcost::analysis::compare::{Comparison, OptionResult, compare};
use llmcost::catalog::Catalog;
use llmcost::diagnostic::{Problem, Sources};
use llmcost::scenario::{Scenario, Settings, load};

/// A shipped file: its name without folder and ending, and its text.
pub struct Shipped {
    pub name: String,
    pub text: String,
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files of a folder with an ending, in order; none where there is no such folder.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    paths.sort();
    paths
}

/// Every file of `scenarios/`.
pub fn shipped() -> Vec<Shipped> {
    let files = files(&root().join("scenarios"), "toml");
    assert!(files.len() >= 12, "{} scenarios", files.len());
    let read = |path: PathBuf| Shipped {
        name: path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned(),
        text: std::fs::read_to_string(&path).expect("a readable file"),
    };
    files.into_iter().map(read).collect()
}

/// Reads a scenario; a problem fails the test with its text.
pub fn loaded(name: &str, text: &str) -> Scenario {
    let mut sources = Sources::default();
    let catalog = Catalog::embedded();
    let file = format!("scenarios/{name}.toml");
    let loaded = load(&file, text, &Settings::default(), &catalog, &mut sources)
        .unwrap_or_else(|problems| panic!("{}", rendered(&problems, &sources)));
    loaded.scenario
}

/// Compares the options of a scenario; a problem fails the test with its text.
pub fn compared(name: &str, text: &str) -> Comparison {
    compare(&loaded(name, text))
        .unwrap_or_else(|problems| panic!("{}", rendered(&problems, &Sources::default())))
}

fn rendered(problems: &[Problem], sources: &Sources) -> String {
    problems
        .iter()
        .map(|problem| problem.render(sources))
        .collect()
}

/// An option by its name.
pub fn option<'a>(result: &'a Comparison, name: &str) -> &'a OptionResult {
    let found = result.options.iter().find(|option| option.name == name);
    found.unwrap_or_else(|| panic!("no option {name}"))
}

/// The codes of a result's warnings, each once, in order.
pub fn warned(result: &Comparison) -> Vec<&str> {
    let mut codes: Vec<&str> = result.warnings.iter().map(|warning| warning.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
