//! TOML text as a tree in which every value knows its place.
//!
//! Scenario and catalog files are read through this tree and not by `derive(Deserialize)`, because a
//! derived reader stops at the first problem of a file and we report all of them in one run.

mod edit;
mod json;
mod path;

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use edit::Edits;
pub use json::{parse_json, parse_json_lines};

use crate::diagnostic::{Place, Problem, Problems, Sources};
pub use path::{joined, label, segments};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value stands.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// The kinds of TOML values that the files use.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An integer or a float.
    Number(f64),
    /// A string.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A date or time, as written.
    Date(String),
    /// An array, also of tables.
    List(Vec<Node>),
    /// A table, in the order of the file.
    Table(Vec<Entry>),
    /// A text that named a JSON file, and what stands in the file.
    File(Arc<Attached>),
}

/// A file that a value names.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    /// Its path, as written.
    pub path: String,
    /// Its values: one, or one of each line.
    pub roots: Vec<Node>,
}

/// One `key = value` of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key without quotes.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// An empty table at a place.
    pub fn table(place: Place) -> Self {
        Self {
            place,
            value: Value::Table(Vec::new()),
        }
    }

    /// What the value is, in words, for "found ...".
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Number(number) => format!("the number {number}"),
            Value::Text(text) => format!("the text \"{}\"", shortened(text)),
            Value::Flag(flag) => format!("{flag}"),
            Value::Date(date) => format!("the date {date}"),
            Value::File(file) => format!("the file \"{}\"", shortened(&file.path)),
            Value::List(list) => format!("a list of {}", list.len()),
            Value::Table(entries) => {
                let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
                format!(
                    "a table {}",
                    shortened(&format!("{{ {} }}", keys.join(", ")))
                )
            }
        }
    }

    /// The entries of a table; none for any other value.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Table(entries) = &self.value {
            entries
        } else {
            &[]
        }
    }

    /// The value of a key of a table.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// The text of a text value.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value {
            Some(text)
        } else {
            None
        }
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain("...".chars()).collect()
}

/// Reads a TOML text that is registered in the sources; every syntax error becomes a problem, and
/// what could be read is returned all the same.
pub fn parse(text: &str, source: u16, problems: &mut Problems) -> Node {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let problem = Problem::new(place(source, &span), syntax_message(error.message()));
        problems.push(match syntax_hint(text, &span) {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
    }
    let span = table.span();
    Node {
        place: place(source, &span),
        value: Value::Table(entries(table.get_ref(), source)),
    }
}

/// A text without the byte order mark that some editors put before it.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads one value as it may stand after `=`; a text that is no TOML value is taken as a string.
pub fn parse_value(text: &str, source: u16, offset: usize) -> Node {
    let mut node = match DeValue::parse(text) {
        Ok(value) => convert(&value, source),
        Err(_) => Node {
            place: place(source, &(0..text.len())),
            value: Value::Text(text.to_owned()),
        },
    };
    shift(&mut node, offset as u32);
    node
}

/// Moves the places of a value, and of all in it, behind what stands before it.
fn shift(node: &mut Node, offset: u32) {
    node.place.start += offset;
    node.place.end += offset;
    match &mut node.value {
        Value::List(list) => list.iter_mut().for_each(|item| shift(item, offset)),
        Value::Table(entries) => {
            for entry in entries {
                entry.place.start += offset;
                entry.place.end += offset;
                shift(&mut entry.node, offset);
            }
        }
        _ => {}
    }
}

/// What is often meant by a text that is not TOML.
fn syntax_hint(text: &str, span: &std::ops::Range<usize>) -> Option<&'static str> {
    let (before, after) = (text.get(..span.start)?, text.get(span.start..)?);
    let line = after.lines().next().unwrap_or_default();
    let digit_before = before.ends_with(|c: char| c.is_ascii_digit());
    if span.start == 0 && line.starts_with('{') {
        return Some("this looks like JSON; a scenario is TOML, `llmcost init` writes one");
    }
    if digit_before && line.starts_with(',') {
        return Some("thousands are separated by underscores: 1_000");
    }
    line.trim_end()
        .strip_suffix('%')
        .and_then(|number| number.trim().parse::<f64>().ok())
        .map(|_| "a share is a number from 0 to 1: 20 % is 0.2")
}

fn syntax_message(message: &str) -> String {
    let line = message.lines().next().unwrap_or("not valid TOML");
    format!("not valid TOML: {line}")
}

fn place(source: u16, span: &std::ops::Range<usize>) -> Place {
    Place {
        source,
        start: span.start as u32,
        end: span.end as u32,
    }
}

fn entries(table: &DeTable<'_>, source: u16) -> Vec<Entry> {
    let mut list: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            place: place(source, &key.span()),
            node: convert(value, source),
        })
        .collect();
    list.sort_by_key(|entry| entry.place);
    list
}

fn convert(value: &Spanned<DeValue<'_>>, source: u16) -> Node {
    let place = place(source, &value.span());
    let value = match value.get_ref() {
        DeValue::Integer(integer) => {
            Value::Number(integer_value(integer.as_str(), integer.radix()))
        }
        DeValue::Float(float) => Value::Number(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => {
            Value::List(list.iter().map(|item| convert(item, source)).collect())
        }
        DeValue::Table(table) => Value::Table(entries(table, source)),
    };
    Node { place, value }
}

/// Integers beyond 2^53 lose their last digits, which no quantity here has.
fn integer_value(digits: &str, radix: u32) -> f64 {
    match i64::from_str_radix(digits, radix) {
        Ok(number) => number as f64,
        Err(_) => digits.parse().unwrap_or(f64::INFINITY),
    }
}

/// One `--set PATH=VALUE`: puts the value into the tree, making tables that are missing.
///
/// An element of an array of tables is chosen by its `name` (options, features) or `role` (staff):
/// `self_host.own.usd_per_gpu_hour`. Names with spaces or dots are quoted: `api."gpt 4.1".discount`.
///
/// # Errors
/// A problem that points into the assignment where it is not `PATH=VALUE`, or names no element.
pub fn assign(root: &mut Node, assignment: &str, sources: &mut Sources) -> Result<(), Problem> {
    let source = sources.add("--set", assignment);
    let whole = place(source, &(0..assignment.len()));
    let Some((path, text)) = assignment.split_once('=') else {
        return Err(Problem::new(whole, "an assignment needs an equals sign")
            .found(format!("`{assignment}`"))
            .expected("PATH=VALUE, such as workload.requests_per_day=500_000"));
    };
    let value = parse_value(text.trim(), source, path.len() + 1 + leading_spaces(text));
    put(root, path.trim(), place(source, &(0..path.len())), value)
}

fn leading_spaces(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Puts a value at a path of the tree (see [`assign`]).
///
/// # Errors
/// The problem where a segment of the path names no element of an array, or passes through a value.
pub fn put(root: &mut Node, path: &str, place: Place, value: Node) -> Result<(), Problem> {
    let segments = segments(path).ok_or_else(|| {
        Problem::new(place, "not a path")
            .found(format!("`{}`", shortened(path)))
            .expected("table, name and key joined by dots: self_host.own.usd_per_gpu_hour")
    })?;
    let (parents, last) = segments.split_at(segments.len() - 1);
    let last = &last[0];
    let mut node = root;
    for segment in parents {
        node = step(node, segment, place)?;
    }
    let Value::Table(entries) = &mut node.value else {
        return Err(no_such(place, last, &[]));
    };
    match entries.iter_mut().find(|entry| entry.key == *last) {
        Some(entry) => entry.node = value,
        None => entries.push(Entry {
            key: last.clone(),
            place,
            node: value,
        }),
    }
    Ok(())
}

fn step<'a>(node: &'a mut Node, segment: &str, place: Place) -> Result<&'a mut Node, Problem> {
    match &mut node.value {
        Value::Table(entries) => {
            let at = entries
                .iter()
                .position(|entry| entry.key == segment)
                .unwrap_or_else(|| {
                    entries.push(Entry {
                        key: segment.to_owned(),
                        place,
                        node: Node::table(place),
                    });
                    entries.len() - 1
                });
            Ok(&mut entries[at].node)
        }
        Value::List(list) => {
            let named = |item| label(item).unwrap_or_default().to_owned();
            let labels: Vec<String> = list.iter().map(named).collect();
            let at = labels.iter().position(|label| label == segment);
            at.map(|at| &mut list[at])
                .ok_or_else(|| no_such(place, segment, &labels))
        }
        _ => Err(no_such(place, segment, &[])),
    }
}

fn no_such(place: Place, segment: &str, known: &[String]) -> Problem {
    Problem::new(place, format!("nothing named `{segment}` on this path"))
        .suggest(segment, known.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> (Node, Sources) {
        let mut sources = Sources::default();
        let source = sources.add("t.toml", text);
        let mut problems = Problems::default();
        let node = parse(text, source, &mut problems);
        assert!(problems.is_empty());
        (node, sources)
    }

    #[test]
    fn several_syntax_errors_are_reported_together() {
        let mut problems = Problems::default();
        parse("a = \nb = 1\nc = [1,\n", 0, &mut problems);
        assert!(problems.sorted().len() >= 2);
    }

    #[test]
    fn set_reaches_an_option_by_its_name() {
        let (mut root, mut sources) = tree("[[self_host]]\nname = \"own 2.0\"\nx = 1\n");
        assign(&mut root, "self_host.\"own 2.0\".x = 7", &mut sources).unwrap();
        let Value::List(list) = &root.get("self_host").unwrap().value else {
            panic!("a list")
        };
        assert_eq!(list[0].get("x").unwrap().value, Value::Number(7.0));
    }

    #[test]
    fn set_of_an_unknown_name_suggests_the_near_one() {
        let (mut root, mut sources) = tree("[[api]]\nname = \"luna\"\n");
        let problem = assign(&mut root, "api.lunar.x=7", &mut sources).unwrap_err();
        assert_eq!(problem.hint.as_deref(), Some("did you mean `luna`?"));
    }

    #[test]
    fn a_bare_word_after_set_is_a_text() {
        let (mut root, mut sources) = tree("");
        assign(&mut root, "name=own stack", &mut sources).unwrap();
        assert_eq!(root.get("name").unwrap().text(), Some("own stack"));
    }
}
