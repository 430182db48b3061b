//! Dotted paths, as `--set` takes them: table, name and key.

use super::Node;

/// The name by which a path finds an element of an array.
pub fn label(node: &Node) -> Option<&str> {
    let keys = ["name", "role", "label"];
    keys.iter()
        .find_map(|key| node.get(key).and_then(Node::text))
}

/// A path and a segment more, in quotes where it has dots or spaces.
pub fn joined(path: &str, segment: &str) -> String {
    let quoted = segment.contains(['.', ' ', '"']);
    let mark = if quoted { "\"" } else { "" };
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{mark}{segment}{mark}")
}

/// Splits a dotted path; quoted segments may hold dots and spaces. `None` where it is torn, or deeper
/// than any file.
pub fn segments(path: &str) -> Option<Vec<String>> {
    const DEEPEST: usize = 16;
    let mut list = Vec::new();
    let mut rest = path;
    loop {
        let (segment, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if segment.trim().is_empty() {
            return None;
        }
        if list.len() == DEEPEST {
            return None;
        }
        list.push(segment.trim().to_owned());
        if after.is_empty() {
            return Some(list);
        }
        rest = after.strip_prefix('.')?;
    }
}
