//! Rows as text in the form of catalog files: the head at the start of a line, `id` as the next line.

use crate::document::{Entry, Node, Value};

/// A row of a kind.
pub fn row(kind: &str, node: &Node) -> String {
    let mut out = String::new();
    table(kind, node, &mut out);
    out
}

fn table(head: &str, node: &Node, out: &mut String) {
    out.push_str(&format!("[[{head}]]\n"));
    let (tables, keys): (Vec<&Entry>, Vec<&Entry>) = node
        .entries()
        .iter()
        .partition(|entry| is_tables(&entry.node));
    let (ids, others): (Vec<&Entry>, Vec<&Entry>) =
        keys.into_iter().partition(|entry| entry.key == "id");
    for entry in ids.into_iter().chain(others) {
        out.push_str(&format!("{} = {}\n", entry.key, value(&entry.node)));
    }
    for entry in tables {
        if let Value::List(list) = &entry.node.value {
            for part in list {
                out.push('\n');
                table(&format!("{head}.{}", entry.key), part, out);
            }
        }
    }
}

fn is_tables(node: &Node) -> bool {
    let Value::List(list) = &node.value else {
        return false;
    };
    !list.is_empty()
        && list
            .iter()
            .all(|part| matches!(part.value, Value::Table(_)))
}

/// A value on one line.
fn value(node: &Node) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match &node.value {
        Value::Number(number) => format!("{number}"),
        Value::Text(value) | Value::Date(value) => text(value),
        Value::Flag(flag) => format!("{flag}"),
        Value::File(file) => text(&file.path),
        Value::List(list) => format!("[{}]", joined(list.iter().map(value).collect())),
        Value::Table(entries) => {
            let parts = entries
                .iter()
                .map(|e| format!("{} = {}", e.key, value(&e.node)));
            format!("{{ {} }}", joined(parts.collect()))
        }
    }
}

/// A text in quotes.
pub fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
