//! The values of a row with their units, and where they come from.

use super::{Figure, Given, Origin};
use crate::catalog::STALE_DAYS;
use crate::date::Date;
use crate::document::{Node, Value};
use crate::table::Key;

/// Keys that are no figures: the name of a row, where it comes from, and its prices.
const FRAME: &[&str] = &[
    "id",
    "aliases",
    "source",
    "as_of",
    "confidence",
    "note",
    "price",
];

/// The keys that a table has, in the order of their declaration, without its frame.
pub(super) fn figures(node: &Node, keys: &'static [Key]) -> Vec<Figure> {
    let figure = |key: &'static Key| {
        let value = given(node.get(key.name)?);
        Some(Figure {
            key: key.name,
            value,
            unit: key.unit,
            says: key.says,
        })
    };
    keys.iter()
        .filter(|key| !FRAME.contains(&key.name))
        .filter_map(figure)
        .collect()
}

fn given(node: &Node) -> Given {
    match &node.value {
        Value::Number(number) => Given::Number(*number),
        _ => Given::Text(inline(node)),
    }
}

/// A value as it may stand in a file, without the quotes of a lone text.
pub(super) fn inline(node: &Node) -> String {
    let quoted = |node: &Node| match &node.value {
        Value::Text(text) => format!("\"{text}\""),
        _ => inline(node),
    };
    match &node.value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) | Value::Date(text) => text.clone(),
        Value::Flag(flag) => flag.to_string(),
        Value::File(file) => file.path.clone(),
        Value::List(list) => format!(
            "[{}]",
            list.iter().map(quoted).collect::<Vec<_>>().join(", ")
        ),
        Value::Table(entries) => {
            let parts = entries
                .iter()
                .map(|entry| format!("{} = {}", entry.key, quoted(&entry.node)));
            format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
        }
    }
}

pub(super) fn origin(node: &Node, day: Date) -> Origin {
    let text = |key: &str| node.get(key).map(inline);
    let as_of = text("as_of").unwrap_or_default();
    let stale = Date::parse(&as_of).is_some_and(|as_of| day.days_since(as_of) > STALE_DAYS);
    Origin {
        source: text("source").unwrap_or_default(),
        as_of,
        confidence: text("confidence").unwrap_or_default(),
        stale,
        note: text("note"),
    }
}
