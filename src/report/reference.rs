//! The reference of every key of scenario and catalog files, as Markdown; made from their [`Key`]s.

use crate::catalog::CatalogFile;
use crate::scenario::file::ScenarioFile;
use crate::table::{Key, Kind, SIZE_KEYS, keys_at};

/// What is written by hand before the tables.
const INTRODUCTION: &str = include_str!("reference_intro.md");

/// Tables whose entries are options.
const OPTIONS: [&str; 4] = ["api", "fine_tune", "self_host", "hybrid"];

/// `docs/scenario.md`.
pub fn scenario() -> String {
    let mut pages = Pages::default();
    let root = ScenarioFile::KEYS;
    pages.section("Top of the file", "Before the first table.", root.iter());
    for key in root.iter().filter(|key| !OPTIONS.contains(&key.name)) {
        pages.nested("", key, &[]);
    }
    let common = common_keys(root);
    pages.section(
        "Every option",
        "Keys of each `[[api]]`, `[[fine_tune]]`, `[[self_host]]` and `[[hybrid]]`.",
        common.iter().copied(),
    );
    for key in &common {
        pages.nested("OPTION.", key, &[]);
    }
    for key in root.iter().filter(|key| OPTIONS.contains(&key.name)) {
        let names: Vec<&str> = common.iter().map(|key| key.name).collect();
        pages.nested("", key, &names);
    }
    format!("{INTRODUCTION}{}", pages.text)
}

/// Reference of catalog files.
pub fn catalog() -> String {
    let mut pages = Pages {
        dotted: true,
        ..Pages::default()
    };
    for key in CatalogFile::KEYS {
        pages.nested("", key, &[]);
    }
    let about = "Facts of your own for `--catalog FILE`; a row beats the built-in one of its id everywhere.";
    format!("# The catalog file\n\n{about}\n{}", pages.text)
}

/// Keys that all options have, in their order.
fn common_keys(root: &'static [Key]) -> Vec<&'static Key> {
    let (first, others) = (keys_at(root, OPTIONS[0]), &OPTIONS[1..]);
    let in_all = |key: &&Key| {
        others.iter().all(|name| {
            keys_at(root, name)
                .iter()
                .any(|other| other.name == key.name && other.says == key.says)
        })
    };
    first.iter().filter(in_all).collect()
}

/// Sections as they come.
#[derive(Default)]
struct Pages {
    text: String,
    /// Whether every table inside another is named by its path: `[[api.price]]`.
    dotted: bool,
}

impl Pages {
    /// The tables of a key and those inside them, without keys that are explained elsewhere.
    fn nested(&mut self, path: &str, key: &Key, explained: &[&str]) {
        let (Kind::Table(keys)
        | Kind::Tables(keys)
        | Kind::ChoiceOrTables(_, keys)
        | Kind::FilesOrTables(keys)) = key.kind
        else {
            return;
        };
        let own = || keys.iter().filter(|key| !explained.contains(&key.name));
        self.section(&self.heading(path, key), key.says, own());
        for inner in own() {
            self.nested(&format!("{path}{}.", key.name), inner, &[]);
        }
    }

    /// `[workload]`, `[[workload.feature]]`, `throughput = { ... }` of an option.
    fn heading(&self, path: &str, key: &Key) -> String {
        let many = !matches!(key.kind, Kind::Table(_));
        let name = key.name;
        let owner = path.split('.').next().unwrap_or_default();
        let inline = !self.dotted && (owner == "OPTION" || OPTIONS.contains(&owner));
        match (inline, many) {
            (true, true) => format!("`{name} = [{{ ... }}]` of {}", owner_text(owner)),
            (true, false) => format!("`{name} = {{ ... }}` of {}", owner_text(owner)),
            (false, true) => format!("`[[{path}{name}]]`"),
            (false, false) => format!("`[{path}{name}]`"),
        }
    }

    fn section<'a>(&mut self, title: &str, says: &str, keys: impl Iterator<Item = &'a Key>) {
        self.text.push_str(&format!("\n## {title}\n\n{says}\n\n"));
        self.text.push_str(
            "| key | type | unit | default | limits | what it is |\n|---|---|---|---|---|---|\n",
        );
        for key in keys {
            self.text.push_str(&row(key));
        }
    }
}

fn owner_text(owner: &str) -> String {
    if owner == "OPTION" {
        "an option".to_owned()
    } else {
        format!("`[[{owner}]]`")
    }
}

fn row(key: &Key) -> String {
    let default = match (key.required, key.default) {
        (true, _) => "required",
        (false, "") => "-",
        (false, default) => default,
    };
    let unit = if key.unit.is_empty() { "-" } else { key.unit };
    let cells = [
        format!("`{}`", key.name),
        kind(key.kind),
        unit.into(),
        default.into(),
        limits(key),
        key.says.into(),
    ];
    format!(
        "| {} |\n",
        cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
    )
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Number => "number".into(),
        Kind::Count => "whole number".into(),
        Kind::Text => "text".into(),
        Kind::Date => "date".into(),
        Kind::Flag => "`true` or `false`".into(),
        Kind::Choice(list) => words(list),
        Kind::Size => {
            let [mean, p95, cv] = [0, 1, 2].map(|at| SIZE_KEYS[at].name);
            format!("number, `{{ {mean}, {p95} }}` or `{{ {mean}, {cv} }}`")
        }
        Kind::Numbers => "list of numbers".into(),
        Kind::ChoiceOrTables(list, _) => format!("{}, or list of tables", words(list)),
        Kind::Table(_) => "table".into(),
        Kind::Tables(_) => "list of tables".into(),
        Kind::Texts => "list of texts".into(),
        Kind::File => "path".into(),
        Kind::FilesOrTables(_) => "list of tables, path, or list of paths".into(),
    }
}

fn words(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What numbers are allowed; the unit has a column of its own.
fn limits(key: &Key) -> String {
    match key.kind {
        Kind::Number | Kind::Count | Kind::Size | Kind::Numbers => numbers(key),
        _ => "-".into(),
    }
}

fn numbers(key: &Key) -> String {
    let allowed = |limits| {
        Key {
            unit: "",
            limits,
            ..*key
        }
        .expected()
    };
    let (low, high) = key.limits;
    match (key.plausible > 0.0 && key.plausible > low, key.above) {
        (false, _) => allowed((low, high)),
        (true, true) => Key {
            above: false,
            unit: "",
            limits: (key.plausible, high),
            ..*key
        }
        .expected(),
        (true, false) => format!("{low}, or {}", allowed((key.plausible, high))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key of a table and of the tables inside it.
    fn all(keys: &'static [Key], found: &mut Vec<&'static Key>) {
        for key in keys {
            found.push(key);
            all(keys_at(keys, key.name), found);
        }
    }

    #[test]
    fn every_key_has_its_row() {
        for (text, keys) in [
            (scenario(), ScenarioFile::KEYS),
            (catalog(), CatalogFile::KEYS),
        ] {
            let mut found = Vec::new();
            all(keys, &mut found);
            assert!(found.len() > 100, "the walk found {} keys", found.len());
            // The root of a catalog has only tables, which have sections instead of rows.
            let missing = found
                .iter()
                .filter(|key| !text.contains(&row(key)) && !text.contains(key.says));
            assert_eq!(
                missing.map(|key| key.name).collect::<Vec<_>>(),
                Vec::<&str>::new()
            );
        }
    }

    #[test]
    fn keys_of_every_option_are_explained_once() {
        let text = scenario();
        assert_eq!(text.matches("| `overhead_share` |").count(), 1);
        assert_eq!(text.matches("| `spare_replicas` |").count(), 1);
    }
}
