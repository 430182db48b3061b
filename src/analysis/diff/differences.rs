//! Every value that differs between two scenario files, with its path and cause.

use std::collections::BTreeSet;

use super::causes::{Cause, cause};
use super::trees::{KINDS, SPLIT, item, items, label, list, named, plain};
use crate::document::{Entry, Node, Value};

/// A value that differs between two files.
#[derive(Clone, Debug)]
pub struct Difference<'a> {
    /// Its path.
    pub path: String,
    /// What it is a cause of; `None` where it moves no cost.
    pub cause: Option<Cause>,
    /// The old value.
    pub old: Option<&'a Node>,
    /// The new value.
    pub new: Option<&'a Node>,
}

/// Every value that differs, options of only one file left out, in the order of the old file, then of
/// the new one.
pub fn differences<'a>(old: &'a Node, new: &'a Node) -> Vec<Difference<'a>> {
    let mut found = Vec::new();
    let frame = |entry: &&Entry| !KINDS.contains(&entry.key.as_str());
    for entry in old.entries().iter().filter(frame) {
        compare(
            (&entry.key, ""),
            Some(&entry.node),
            new.get(&entry.key),
            &entry.key,
            None,
            &mut found,
        );
    }
    for entry in new.entries().iter().filter(frame) {
        if old.get(&entry.key).is_none() {
            let key = (entry.key.as_str(), "");
            compare(key, None, Some(&entry.node), &entry.key, None, &mut found);
        }
    }
    for before in items(old) {
        let Some(after) = item(new, before.name) else {
            continue;
        };
        let path = join(before.kind, before.name);
        if before.kind == after.kind {
            inside(
                before.node,
                after.node,
                before.kind,
                &path,
                None,
                &mut found,
            );
        } else {
            found.push(Difference {
                path,
                cause: Some(Cause::Other),
                old: Some(before.node),
                new: Some(after.node),
            });
        }
    }
    found
}

fn join(path: &str, key: &str) -> String {
    if key.contains(['.', ' ', '"']) {
        format!("{path}.\"{key}\"")
    } else {
        format!("{path}.{key}")
    }
}

/// The keys of two tables, of one section; a cause that is given counts for all of them.
fn inside<'a>(
    old: &'a Node,
    new: &'a Node,
    section: &str,
    path: &str,
    whole: Option<Cause>,
    found: &mut Vec<Difference<'a>>,
) {
    for entry in old.entries() {
        let at = join(path, &entry.key);
        let key = (entry.key.as_str(), section);
        compare(
            key,
            Some(&entry.node),
            new.get(&entry.key),
            &at,
            whole,
            found,
        );
    }
    for entry in new.entries() {
        if old.get(&entry.key).is_none() {
            let at = join(path, &entry.key);
            let key = (entry.key.as_str(), section);
            compare(key, None, Some(&entry.node), &at, whole, found);
        }
    }
}

fn compare<'a>(
    (key, section): (&str, &str),
    old: Option<&'a Node>,
    new: Option<&'a Node>,
    path: &str,
    whole: Option<Cause>,
    found: &mut Vec<Difference<'a>>,
) {
    if old.map(plain) == new.map(plain) {
        return;
    }
    let own = whole.or_else(|| cause(section, key));
    if let (Some(old), Some(new)) = (old, new) {
        match (&old.value, &new.value) {
            (Value::Table(_), Value::Table(_)) => {
                let whole = if SPLIT.contains(&key) { whole } else { own };
                return inside(old, new, key, path, whole, found);
            }
            (Value::List(_), Value::List(_)) if labeled(old) && labeled(new) => {
                let whole = if key == "feature" { whole } else { own };
                return elements(old, new, (key, path), own, whole, found);
            }
            _ => {}
        }
    }
    found.push(Difference {
        path: path.to_owned(),
        cause: own,
        old,
        new,
    });
}

/// Whether every element has a name of its own.
fn labeled(node: &Node) -> bool {
    let labels: Vec<Option<&str>> = list(node).iter().map(label).collect();
    let unique: BTreeSet<Option<&str>> = labels.iter().copied().collect();
    unique.len() == labels.len() && labels.iter().all(Option::is_some)
}

fn elements<'a>(
    old: &'a Node,
    new: &'a Node,
    (key, path): (&str, &str),
    own: Option<Cause>,
    whole: Option<Cause>,
    found: &mut Vec<Difference<'a>>,
) {
    let one_sided = |node: &'a Node, is_old: bool| Difference {
        path: join(path, label(node).unwrap_or_default()),
        cause: own,
        old: is_old.then_some(node),
        new: (!is_old).then_some(node),
    };
    for node in list(old) {
        match named(new, node) {
            Some(other) => {
                let at = join(path, label(node).unwrap_or_default());
                inside(node, other, key, &at, whole, found);
            }
            None => found.push(one_sided(node, true)),
        }
    }
    for node in list(new).iter().filter(|node| named(old, node).is_none()) {
        found.push(one_sided(node, false));
    }
}
