//! Options that have another name now.

use std::collections::BTreeSet;

use super::trees::{KINDS, items, plain};
use crate::document::{Node, Value};

/// The old file with some options under the names that they have in the new one.
pub fn renamed(tree: &Node, names: &[(String, String)]) -> Node {
    let mut tree = tree.clone();
    if !names.is_empty() {
        rename(&mut tree, names, false);
    }
    tree
}

fn rename(node: &mut Node, names: &[(String, String)], of_option: bool) {
    const REFERENCES: [&str; 5] = ["served_by", "base", "overflow", "at_capacity_of", "option"];
    match &mut node.value {
        Value::Table(entries) => {
            for entry in entries {
                let key = entry.key.as_str();
                let refers = REFERENCES.contains(&key) || of_option && key == "name";
                if let (Value::Text(text), true) = (&mut entry.node.value, refers) {
                    if let Some((_, new)) = names.iter().find(|(old, _)| old == text) {
                        *text = new.clone();
                    }
                } else {
                    let options = KINDS.contains(&entry.key.as_str());
                    rename(&mut entry.node, names, options);
                }
            }
        }
        Value::List(list) => {
            for item in list {
                rename(item, names, of_option);
            }
        }
        _ => {}
    }
}

/// Options of only one side that differ in nothing but their name.
pub fn same_but_for_names(
    old: &Node,
    new: &Node,
    known: &[(String, String)],
) -> Vec<(String, String)> {
    let (before, after) = (items(old), items(new));
    let gone = before.iter().filter(|item| {
        let named = known.iter().any(|(old, _)| old == item.name);
        !named && !after.iter().any(|other| other.name == item.name)
    });
    let mut taken: BTreeSet<&str> = known.iter().map(|(_, new)| new.as_str()).collect();
    let mut pairs = Vec::new();
    for item in gone {
        let wanted = plain(item.node);
        let same = after.iter().find(|other| {
            let free = !taken.contains(other.name)
                && !before.iter().any(|item| item.name == other.name)
                && other.kind == item.kind;
            free && without_name(&wanted) == without_name(&plain(other.node))
        });
        if let Some(other) = same {
            taken.insert(other.name);
            pairs.push((item.name.to_owned(), other.name.to_owned()));
        }
    }
    pairs
}

fn without_name(value: &serde_json::Value) -> serde_json::Value {
    let mut value = value.clone();
    if let Some(table) = value.as_object_mut() {
        table.shift_remove("name");
        table.shift_remove("description");
    }
    value
}
