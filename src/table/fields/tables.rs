//! Tables within tables, and files in their place.

use std::sync::Arc;

use super::{Text, wrong};
use crate::diagnostic::{Place, Problems};
use crate::document::{Attached, Node, Value};
use crate::table::{Field, Key, Table};

/// One word, or a mix given as tables.
#[derive(Clone, Debug, PartialEq)]
pub enum WordOr<T> {
    /// One of the words of the key.
    Word(Text),
    /// Tables.
    Tables(Vec<T>),
}

/// The path of a JSON file, with what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct FileText {
    /// The file.
    pub file: Arc<Attached>,
    /// Where its path stands.
    pub place: Place,
}

/// Files, or tables.
#[derive(Clone, Debug, PartialEq)]
pub enum FilesOr<T> {
    /// Paths.
    Files(Vec<FileText>),
    /// Tables.
    Tables(Vec<T>),
}

/// A single nested table: `throughput = { ... }` or `[workload]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nested<T>(pub T);

impl<T: Table> Field for Nested<T> {
    fn read(node: &Node, _key: &Key, problems: &mut Problems) -> Option<Self> {
        Some(Self(T::read(node, problems)))
    }
}

/// Several nested tables: `[[api]]` or `staff = [{ ... }]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Many<T>(pub Vec<T>);

impl<T: Table> Field for Many<T> {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        let Value::List(list) = &node.value else {
            problems.push(
                wrong(node, "a list of tables")
                    .hint(format!("write [[{0}]], or {0} = [{{ ... }}]", key.name)),
            );
            return None;
        };
        Some(Self(
            list.iter().map(|item| T::read(item, problems)).collect(),
        ))
    }
}

impl<T: Table> Field for WordOr<T> {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        if matches!(node.value, Value::Text(_)) {
            return Text::read(node, key, problems).map(Self::Word);
        }
        let many = Many::read(node, key, problems)?;
        if many.0.is_empty() {
            problems.push(wrong(node, "a word, or at least one table"));
            return None;
        }
        Some(Self::Tables(many.0))
    }
}

impl Field for FileText {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        let file = match &node.value {
            Value::File(file) => Arc::clone(file),
            // A path whose file has not been looked at.
            Value::Text(_) => Arc::new(Attached {
                path: Text::read(node, key, problems)?.value,
                roots: Vec::new(),
            }),
            _ => {
                problems.push(wrong(node, "a path in quotes"));
                return None;
            }
        };
        let place = node.place;
        Some(Self { file, place })
    }
}

impl<T: Table> Field for FilesOr<T> {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        let is_file = |node: &Node| matches!(node.value, Value::File(_) | Value::Text(_));
        match &node.value {
            Value::List(list) if list.iter().any(is_file) => list
                .iter()
                .map(|item| FileText::read(item, key, problems))
                .collect::<Option<_>>()
                .map(Self::Files),
            Value::List(list) if !list.is_empty() => {
                let tables = list.iter().map(|item| T::read(item, problems));
                Some(Self::Tables(tables.collect()))
            }
            _ if is_file(node) => {
                FileText::read(node, key, problems).map(|file| Self::Files(vec![file]))
            }
            _ => {
                problems.push(wrong(node, "a path, or a list of paths or tables"));
                None
            }
        }
    }
}
