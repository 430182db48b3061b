//! What form a file has, and its errors with its name.

use std::io;

use super::super::semantics::Source;
use super::super::split::{self, Layout};

/// What to do about a text that is to be a table of Parquet.
pub const NO_TABLE: &str =
    "--from table is for Parquet and for --remote\nhint: text is csv or jsonl";

/// An error of reading with its file; one of a row has its own place.
pub fn in_file(name: &str, error: &io::Error) -> String {
    let text = error.to_string();
    if text.starts_with(&format!("{name}:")) {
        text
    } else {
        format!("{name}: {text}")
    }
}

/// The layout by the head; what is told to be JSON is not taken for a table.
pub fn layout(from: Option<Source>, head: &[u8]) -> Layout {
    match (split::layout(head), from) {
        (Layout::Columns(_), Some(source)) if !source.may_be_a_table() => Layout::Lines,
        (layout, _) => layout,
    }
}

/// The source where rows do not tell it.
pub fn generic(layout: Layout) -> Source {
    match layout {
        Layout::Columns(_) => Source::Csv,
        _ => Source::Jsonl,
    }
}
