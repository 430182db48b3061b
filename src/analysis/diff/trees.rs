//! Two scenario files side by side as trees: what differs, and files that take some causes from the new
//! one and the rest from the old one.

use std::collections::BTreeSet;

use super::causes::{Cause, IDLE, cause};
use crate::document::{Entry, Node, Value};

/// Kinds of options, as their tables are named.
pub const KINDS: [&str; 4] = ["api", "fine_tune", "self_host", "hybrid"];

/// Tables whose keys change one by one; all others change as a whole.
pub const SPLIT: [&str; 3] = ["workload", "quality", "provisioned"];

/// Whether a cause is taken from the new file.
pub type Take<'a> = &'a dyn Fn(Cause) -> bool;

/// An option of a file.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Table: `api`, `fine_tune`, `self_host`, `hybrid`.
    pub kind: &'static str,
    /// Its name.
    pub name: &'a str,
    /// Its table.
    pub node: &'a Node,
}

/// The options of a file.
pub fn items(tree: &Node) -> Vec<Item<'_>> {
    let of_kind = |kind: &'static str| {
        let nodes = tree.get(kind).map_or(&[][..], list).iter();
        nodes.filter_map(move |node| {
            let name = node.get("name").and_then(Node::text)?;
            Some(Item { kind, name, node })
        })
    };
    KINDS.into_iter().flat_map(of_kind).collect()
}

/// An option, by its name.
pub fn item<'a>(tree: &'a Node, name: &str) -> Option<Item<'a>> {
    items(tree).into_iter().find(|item| item.name == name)
}

/// The elements of a list; none for any other value.
pub fn list(node: &Node) -> &[Node] {
    if let Value::List(list) = &node.value {
        list
    } else {
        &[]
    }
}

/// A value as JSON, without places: for comparing and for showing.
pub fn plain(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Number(number) => serde_json::Number::from_f64(*number)
            .map_or_else(|| number.to_string().into(), Into::into),
        Value::Text(text) | Value::Date(text) => text.clone().into(),
        Value::Flag(flag) => (*flag).into(),
        Value::File(file) => {
            let content: serde_json::Value = file.roots.iter().map(plain).collect();
            format!("{} #{:08x}", file.path, digest(&content.to_string())).into()
        }
        Value::List(list) => list.iter().map(plain).collect(),
        Value::Table(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), plain(&entry.node)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

/// A short name of a text (FNV-1a): a file of another content is another file, and none of it is shown.
fn digest(text: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(0x811c_9dc5, step)
}

/// Names that an option, or the workload, refers to.
fn references(node: &Node) -> Vec<&str> {
    let keys = ["served_by", "base", "overflow", "at_capacity_of"];
    let direct = keys
        .iter()
        .filter_map(|key| node.get(key).and_then(Node::text));
    let parts = node.get("parts").map_or(&[][..], list).iter();
    direct
        .chain(parts.filter_map(|part| part.get("option").and_then(Node::text)))
        .collect()
}

/// An option with all options that its cost depends on.
pub fn closure(trees: &[&Node], name: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::from([name.to_owned()]);
    let workloads = trees.iter().filter_map(|tree| tree.get("workload"));
    let mut open: Vec<String> = workloads
        .flat_map(references)
        .map(str::to_owned)
        .chain([name.to_owned()])
        .collect();
    while let Some(next) = open.pop() {
        names.insert(next.clone());
        for found in trees.iter().filter_map(|tree| item(tree, &next)) {
            let more = references(found.node).into_iter();
            open.extend(
                more.filter(|name| !names.contains(*name))
                    .map(str::to_owned),
            );
        }
    }
    names
}

/// A file with these options alone, without what moves no cost.
pub fn only(tree: &Node, names: &BTreeSet<String>) -> Node {
    mixed(tree, tree, names, &|_| true)
}

/// A file with these options that takes some causes from the new file and the rest from the old one.
pub fn mixed(old: &Node, new: &Node, names: &BTreeSet<String>, take: Take<'_>) -> Node {
    let frame = |tree: &Node| {
        let kept = |entry: &&Entry| {
            let key = entry.key.as_str();
            !IDLE.contains(&key) && !KINDS.contains(&key)
        };
        let entries = tree.entries().iter().filter(kept).cloned().collect();
        Node {
            place: tree.place,
            value: Value::Table(entries),
        }
    };
    let mut whole = tables(&frame(old), &frame(new), "", take);
    let chosen: Vec<(&str, Node)> = names
        .iter()
        .filter_map(|name| option(item(old, name), item(new, name), take))
        .collect();
    let Value::Table(entries) = &mut whole.value else {
        return whole;
    };
    for kind in KINDS {
        let of_kind = chosen.iter().filter(|(of, _)| *of == kind);
        let nodes: Vec<Node> = of_kind.map(|(_, node)| node.clone()).collect();
        if !nodes.is_empty() {
            entries.push(Entry {
                key: kind.to_owned(),
                place: new.place,
                node: Node {
                    place: new.place,
                    value: Value::List(nodes),
                },
            });
        }
    }
    whole
}

/// An option that both files have under its causes; one that became another kind is another as a whole.
fn option<'a>(
    old: Option<Item<'a>>,
    new: Option<Item<'a>>,
    take: Take<'_>,
) -> Option<(&'a str, Node)> {
    match (old, new) {
        (Some(old), Some(new)) if old.kind == new.kind => {
            Some((new.kind, tables(old.node, new.node, new.kind, take)))
        }
        (Some(old), Some(new)) => {
            let chosen = if take(Cause::Other) { new } else { old };
            Some((chosen.kind, chosen.node.clone()))
        }
        (found, None) | (None, found) => found.map(|item| (item.kind, item.node.clone())),
    }
}

fn tables(old: &Node, new: &Node, section: &str, take: Take<'_>) -> Node {
    let takes = |key: &str| cause(section, key).is_none_or(take);
    let mut entries = Vec::new();
    for entry in old.entries() {
        match new.get(&entry.key) {
            Some(other) => entries.push(Entry {
                node: value(&entry.node, other, section, &entry.key, take),
                ..entry.clone()
            }),
            None if !takes(&entry.key) => entries.push(entry.clone()),
            None => {}
        }
    }
    let added = new.entries().iter();
    entries.extend(
        added
            .filter(|entry| old.get(&entry.key).is_none() && takes(&entry.key))
            .cloned(),
    );
    Node {
        place: new.place,
        value: Value::Table(entries),
    }
}

fn value(old: &Node, new: &Node, section: &str, key: &str, take: Take<'_>) -> Node {
    match (&old.value, &new.value) {
        (Value::Table(_), Value::Table(_)) if SPLIT.contains(&key) => tables(old, new, key, take),
        (Value::List(_), Value::List(_)) if key == "feature" => features(old, new, take),
        _ if cause(section, key).is_none_or(take) => new.clone(),
        _ => old.clone(),
    }
}

/// Parts of the traffic by their names; those that only one file has are part of the mix.
fn features(old: &Node, new: &Node, take: Take<'_>) -> Node {
    let mut nodes = Vec::new();
    for part in list(old) {
        match named(new, part) {
            Some(other) => nodes.push(tables(part, other, "feature", take)),
            None if !take(Cause::Mix) => nodes.push(part.clone()),
            None => {}
        }
    }
    let added = list(new).iter();
    nodes.extend(
        added
            .filter(|part| named(old, part).is_none() && take(Cause::Mix))
            .cloned(),
    );
    Node {
        place: new.place,
        value: Value::List(nodes),
    }
}

/// What an element of a list of tables is called.
pub fn label(node: &Node) -> Option<&str> {
    ["name", "role", "label", "option", "purchase"]
        .iter()
        .find_map(|key| node.get(key).and_then(Node::text))
}

/// The element of a list that is called like another.
pub fn named<'a>(of: &'a Node, like: &Node) -> Option<&'a Node> {
    let wanted = label(like)?;
    list(of).iter().find(|node| label(node) == Some(wanted))
}
