//! Changes of a TOML text by the places of its values: what is not changed stays as it was, to the byte.

use super::Entry;
use crate::diagnostic::Place;

/// Replacements of ranges of a text.
#[derive(Clone, Debug, Default)]
pub struct Edits(Vec<(usize, usize, String)>);

impl Edits {
    /// Puts a value in the place of another.
    pub fn replace(&mut self, place: Place, value: String) {
        self.0
            .push((place.start as usize, place.end as usize, value));
    }

    /// Turns the lines of an entry into comments; `None` where it shares them with others.
    pub fn comment(&mut self, text: &str, entry: &Entry) -> Option<()> {
        let (start, end) = lines(text, entry)?;
        let mut at = start;
        for line in text[start..end].split_inclusive('\n') {
            self.0.push((at, at, "# ".to_owned()));
            at += line.len();
        }
        Some(())
    }

    /// Adds a line after those of an entry; `None` where it shares them with others.
    pub fn line_after(&mut self, text: &str, entry: &Entry, line: &str) -> Option<()> {
        let (start, end) = lines(text, entry)?;
        let indent: String = text[start..]
            .chars()
            .take_while(|c| *c == ' ' || *c == '\t')
            .collect();
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let begin = if text[..end].ends_with('\n') {
            ""
        } else {
            ending
        };
        self.0
            .push((end, end, format!("{begin}{indent}{line}{ending}")));
        Some(())
    }

    /// The text with all of them; of those at one place the later one comes first.
    #[must_use]
    pub fn apply(mut self, text: &str) -> String {
        self.0.reverse();
        self.0.sort_by_key(|(start, _, _)| *start);
        let (mut out, mut at) = (String::new(), 0);
        for (start, end, value) in self.0 {
            out.push_str(&text[at.min(start)..start]);
            out.push_str(&value);
            at = end;
        }
        out.push_str(&text[at..]);
        out
    }
}

/// The whole lines of an entry; `None` where something else stands on them but a comment.
fn lines(text: &str, entry: &Entry) -> Option<(usize, usize)> {
    let (key, end) = (entry.place.start as usize, entry.node.place.end as usize);
    let start = text[..key].rfind('\n').map_or(0, |at| at + 1);
    let stop = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let before = text[start..key].trim();
    let after = text[end..stop].trim();
    (before.is_empty() && (after.is_empty() || after.starts_with('#'))).then_some((start, stop))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::diagnostic::Problems;

    const TEXT: &str =
        "# mine\n[[self_host]]\nname = \"own\"  # the one\n  gpu = \"a\"\nmeasured = [\n  1,\n]\n";

    fn entries(text: &str) -> Vec<Entry> {
        let tree = parse(text, 0, &mut Problems::default());
        let super::super::Value::List(list) = &tree.get("self_host").unwrap().value else {
            panic!("a list")
        };
        list[0].entries().to_vec()
    }

    #[test]
    fn values_change_and_everything_else_stays() {
        let own = entries(TEXT);
        let mut edits = Edits::default();
        edits.comment(TEXT, &own[2]).unwrap();
        edits.line_after(TEXT, &own[1], "x = 1").unwrap();
        edits.line_after(TEXT, &own[1], "y = 2").unwrap();
        edits.replace(own[1].node.place, "\"b\"".to_owned());
        assert_eq!(
            edits.apply(TEXT),
            "# mine\n[[self_host]]\nname = \"own\"  # the one\n  gpu = \"b\"\n  y = 2\n  x = 1\n\
             # measured = [\n#   1,\n# ]\n"
        );
    }

    #[test]
    fn entries_that_share_a_line_are_left_alone() {
        let text = "self_host = [{ name = \"own\", gpu = \"a\" }]\n";
        let own = entries(text);
        let mut edits = Edits::default();
        assert_eq!(edits.comment(text, &own[1]), None);
        assert_eq!(edits.line_after(text, &own[1], "x = 1"), None);
        edits.replace(own[1].node.place, "\"b\"".to_owned());
        assert!(edits.apply(text).contains("gpu = \"b\""));
    }
}
