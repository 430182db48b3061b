//! The direction of the modules: each imports only from those to its left in [`ORDER`].
//!
//! The uses are read from the text of `src/`: `crate::x` and `super::` chains, also in groups.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate; a module knows only those before it.
const ORDER: [&str; 16] = [
    "real",
    "units",
    "diagnostic",
    "document",
    "input",
    "date",
    "warning",
    "curve",
    "table",
    "catalog",
    "scenario",
    "usage",
    "cost",
    "analysis",
    "report",
    "cli",
];

/// The equations of capacity stand alone: nothing of the crate is needed to use them.
const ALONE: [&str; 2] = ["cost", "capacity"];

#[test]
fn a_module_imports_only_from_modules_before_it() {
    let broken: Vec<String> = sources()
        .iter()
        .flat_map(|(path, text)| violations(&path.display().to_string(), &module_of(path), text))
        .collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_crate_lists_its_modules_in_layer_order() {
    let text = fs::read_to_string(root().join("lib.rs")).expect("src/lib.rs");
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(listed, ORDER);
}

#[test]
fn every_source_file_is_read() {
    let files = sources();
    for module in ORDER {
        let has = files
            .iter()
            .any(|(path, _)| module_of(path).first() == Some(&module.to_owned()));
        assert!(has, "no file of `{module}` was found");
    }
    assert!(
        files
            .iter()
            .any(|(path, _)| module_of(path).starts_with(&ALONE.map(String::from)))
    );
}

#[test]
fn an_import_from_the_right_is_named_with_its_line() {
    let text = "//! See [`crate::cli`].\nuse crate::units::USD;\nuse crate::cost::Line;\n";
    assert_eq!(
        violations("src/curve.rs", &path("curve"), text),
        ["src/curve.rs:3: `curve` imports `cost`, which comes after it"]
    );
}

#[test]
fn groups_and_chains_of_super_are_followed_to_the_crate() {
    let group = "use crate::{\n    units::USD,\n    report::{Block, Grid},\n};\n";
    assert_eq!(violations("f", &path("catalog"), group).len(), 1);
    let chain = "fn f() {\n    super::super::analysis::compare();\n}\n";
    assert_eq!(
        violations("f", &path("cost.line"), chain),
        ["f:2: `cost` imports `analysis`, which comes after it"]
    );
    assert_eq!(
        violations("f", &path("cost.line"), "use super::load::Load;\n").len(),
        0
    );
    let inline = "mod tests {\n    use super::super::cli;\n}\nuse super::units;\n";
    assert_eq!(violations("f", &path("report"), inline).len(), 1);
}

#[test]
fn the_equations_of_capacity_import_nothing_of_the_crate() {
    let inside = "use super::replica::Replica;\nuse std::fmt;\n";
    assert_eq!(
        violations("f", &path("cost.capacity.load"), inside).len(),
        0
    );
    for outside in ["use crate::units::USD;\n", "use super::super::mix::Mix;\n"] {
        assert_eq!(
            violations("f", &path("cost.capacity.load"), outside).len(),
            1,
            "{outside}"
        );
    }
}

#[test]
fn a_module_that_has_no_place_in_the_order_is_named() {
    let found = violations("f", &path("cli"), "use crate::extras::x;\n");
    assert_eq!(
        found,
        ["f:1: `extras` has no place in the order of tests/layering.rs"]
    );
}

fn path(dotted: &str) -> Vec<String> {
    dotted.split('.').map(str::to_owned).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file of the library with its text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of src").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                files.push((path, text));
            }
        }
    }
    files.sort();
    files
}

/// `src/cost/capacity/load.rs` is `cost`, `capacity`, `load`; `main.rs` and `lib.rs` are the crate.
fn module_of(path: &Path) -> Vec<String> {
    let inner = path
        .strip_prefix(root())
        .expect("a path in src")
        .with_extension("");
    let names: Vec<String> = inner
        .iter()
        .map(|part| part.to_str().expect("a name").to_owned())
        .collect();
    if names == ["main"] || names == ["lib"] {
        Vec::new()
    } else {
        names
    }
}

/// The text with comments blanked, so that lines keep their numbers.
fn code(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
        .collect()
}

/// Every import of a file that breaks the order.
fn violations(file: &str, module: &[String], text: &str) -> Vec<String> {
    let mut list = Vec::new();
    let mut inline: Vec<String> = Vec::new();
    let text = code(text);
    let mut offset = 0;
    for (at, line) in text.lines().enumerate() {
        if let Some(name) = line
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(" {"))
        {
            inline.push(name.to_owned());
        } else if line == "}" {
            inline.pop();
        }
        let here: Vec<String> = module.iter().chain(&inline).cloned().collect();
        for target in uses(line, &text[offset..], &here) {
            if let Some(why) = broken(module, &target) {
                list.push(format!("{file}:{}: {why}", at + 1));
            }
        }
        offset += line.len() + 1;
    }
    list
}

/// Absolute paths (as far as they matter) of what a line names; groups may run over the lines after.
fn uses(line: &str, rest: &str, here: &[String]) -> Vec<Vec<String>> {
    let mut targets = Vec::new();
    let mut at = 0;
    while let Some((base, after)) = next_use(line, at, here) {
        for name in names(&rest[after..]) {
            targets.push(base.iter().cloned().chain([name]).collect());
        }
        at = after;
    }
    targets
}

/// The next `crate::` or chain of `super::` in a line: the module it leads to, and where it ends.
fn next_use(line: &str, from: usize, here: &[String]) -> Option<(Vec<String>, usize)> {
    let found = ["crate::", "super::"].map(|word| line[from..].find(word).map(|at| from + at));
    let start = found.into_iter().flatten().min()?;
    if line[start..].starts_with("crate::") {
        return Some((Vec::new(), start + "crate::".len()));
    }
    let mut end = start;
    let mut depth = here.len();
    while line[end..].starts_with("super::") {
        end += "super::".len();
        depth = depth.saturating_sub(1);
    }
    Some((here[..depth].to_vec(), end))
}

/// The first names after a path: one, or those of a group in braces.
fn names(rest: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        let text = text.trim_start();
        text.chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '*'))
            .collect()
    };
    let Some(group) = rest.strip_prefix('{') else {
        return vec![word(rest)];
    };
    let (mut list, mut depth, mut start) = (Vec::new(), 1, 0);
    for (at, c) in group.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 || (depth == 1 && c == ',') {
            list.push(word(&group[start..at]));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    list.retain(|name| !name.is_empty());
    list
}

/// Why an import breaks the order, if it does.
fn broken(module: &[String], target: &[String]) -> Option<String> {
    let (top, wanted) = (module.first()?, target.first()?);
    let alone = ALONE.map(String::from);
    if module.starts_with(&alone) && !target.starts_with(&alone) {
        return Some(format!(
            "`{}` imports `{}`",
            module.join("::"),
            target.join("::")
        ));
    }
    let place = |name: &String| ORDER.iter().position(|known| known == name);
    let Some(its) = place(wanted) else {
        return Some(format!(
            "`{wanted}` has no place in the order of tests/layering.rs"
        ));
    };
    match place(top) {
        Some(own) if its <= own => None,
        Some(_) => Some(format!("`{top}` imports `{wanted}`, which comes after it")),
        None => Some(format!(
            "`{top}` has no place in the order of tests/layering.rs"
        )),
    }
}
