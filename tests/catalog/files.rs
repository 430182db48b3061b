//! The catalog files of the source tree, parsed whole.

use std::fs;
use std::path::{Path, PathBuf};

use llmcost::catalog::rows::{ApiPriceRow, ApiRow};
use llmcost::catalog::{CatalogFile, Row};
use llmcost::diagnostic::{Problems, Sources};
use llmcost::document;
use llmcost::table::{Num, Table, Text};

/// Every catalog file of the source tree with its text.
pub fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog");
    let mut folders = vec![root];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)
            .expect("a folder of the catalog")
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "toml") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| {
        (
            path.display().to_string(),
            fs::read_to_string(&path).expect("a catalog file"),
        )
    };
    paths.into_iter().map(read).collect()
}

/// The files, parsed whole, and every problem of them.
pub fn parsed() -> (Vec<CatalogFile>, Vec<String>) {
    let mut list = Vec::new();
    let mut wrong = Vec::new();
    for (name, text) in files() {
        let (mut sources, mut problems) = (Sources::default(), Problems::default());
        let node = document::parse(&text, sources.add(&name, &text), &mut problems);
        list.push(CatalogFile::read(&node, &mut problems));
        wrong.extend(
            problems
                .sorted()
                .iter()
                .map(|problem| problem.render(&sources)),
        );
    }
    (list, wrong)
}

/// The rows of a kind, from the files parsed whole.
pub fn all<R: Row>() -> Vec<R> {
    parsed()
        .0
        .iter()
        .flat_map(|file| R::list(file).to_vec())
        .collect()
}

pub fn text(field: Option<&Text>) -> &str {
    field.map_or("", |text| &text.value)
}

pub fn value(num: Option<&Num>) -> Option<f64> {
    num.map(|num| num.input.median())
}

pub fn prices(row: &ApiRow) -> &[ApiPriceRow] {
    row.price.as_ref().map_or(&[], |many| &many.0)
}

pub fn provider(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

/// Fails with every line that a rule found.
pub fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
