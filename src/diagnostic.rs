//! One problem in one file: where it is, what was found, what was expected, and a hint.
//!
//! Readers push [`Problem`]s and go on, so that one run reports all of them.

use std::fmt::Write as _;
use std::sync::Arc;

/// A place in one of the texts of [`Sources`], as byte offsets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the text.
    pub source: u16,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// The texts that places point into: files, and `--set` assignments.
///
/// Texts are shared between clones: every scenario of a run is read beside a copy of what all of them have.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: Vec<(String, Arc<str>)>,
    /// Indexes of texts of which no line is ever shown.
    private: Vec<u16>,
}

impl Sources {
    /// Adds a text under the name that messages show; returns its index.
    pub fn add(&mut self, name: &str, text: &str) -> u16 {
        self.texts.push((name.to_owned(), Arc::from(text)));
        (self.texts.len() - 1) as u16
    }

    /// Adds a text of which messages name places but never show a line: it may hold prompts.
    pub fn add_private(&mut self, name: &str, text: &str) -> u16 {
        let source = self.add(name, text);
        self.private.push(source);
        source
    }

    /// The texts, in the order in which they were read.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|(_, text)| &**text)
    }

    /// Names of the texts, in the order in which they were read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|(name, _)| name.as_str())
    }

    /// Name of the text of a place.
    pub fn name(&self, place: Place) -> &str {
        let text = self.texts.get(usize::from(place.source));
        text.map_or("", |(name, _)| name)
    }

    /// `file:line:column` of a place; the column counts characters from 1.
    pub fn locate(&self, place: Place) -> String {
        let Some((name, text)) = self.texts.get(usize::from(place.source)) else {
            return String::new();
        };
        let (line, column, _) = position(text, place.start as usize);
        format!("{name}:{line}:{column}")
    }

    fn excerpt(&self, place: Place) -> Option<String> {
        let (_, text) = self.texts.get(usize::from(place.source))?;
        if self.private.contains(&place.source) {
            return None;
        }
        let (line, column, content) = position(text, place.start as usize);
        if content.trim().is_empty() {
            return None;
        }
        // Of a long line the part around the place is shown.
        let skipped = if column > EXCERPT * 3 / 4 {
            column - EXCERPT / 4
        } else {
            0
        };
        let shown: String = content
            .chars()
            .skip(skipped)
            .take(EXCERPT)
            .map(printable)
            .collect();
        let column = column - skipped;
        let end = (place.end as usize).clamp(place.start as usize, text.len());
        let marked = text.get(place.start as usize..end).map_or(1, |part| {
            part.lines().next().unwrap_or_default().chars().count()
        });
        let room = shown.chars().count().saturating_sub(column - 1).max(1);
        let width = line.to_string().len();
        let carets = "^".repeat(marked.clamp(1, room));
        Some(format!(
            " {line} | {shown}\n {:width$} | {:indent$}{carets}\n",
            "",
            "",
            indent = column - 1
        ))
    }
}

/// Longest part of a line that is shown.
const EXCERPT: usize = 160;

fn printable(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// Control characters of names and values as `\u{1b}`: a message stays on its line and never colors.
pub fn escaped(text: &str) -> String {
    let one = |c: char| {
        if c.is_control() {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(one).collect()
}

/// Line and column (from 1) of a byte offset, and the text of that line.
fn position(text: &str, offset: usize) -> (usize, usize, &str) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let content = text[start..].lines().next().unwrap_or_default();
    (line, before[start..].chars().count() + 1, content)
}

/// One problem; every part but the message may be absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What is wrong, in one line.
    pub message: String,
    /// The value that was found.
    pub found: Option<String>,
    /// What would have been right.
    pub expected: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether it may only follow from another problem of the same table: something is missing that
    /// was there, but wrong.
    pub follows: bool,
}

impl Problem {
    /// A problem at a place.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            found: None,
            expected: None,
            hint: None,
            follows: false,
        }
    }

    /// Adds the value that was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Adds what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks a problem that is not worth telling where its table has another one.
    #[must_use]
    pub fn unless_another(mut self) -> Self {
        self.follows = true;
        self
    }

    /// Adds the nearest of the known names as a hint, or all of them where they are few.
    #[must_use]
    pub fn suggest<'a>(self, found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match did_you_mean(found, &known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None if !known.is_empty() && known.len() <= 12 => {
                self.hint(format!("known here: {}", known.join(", ")))
            }
            None => self,
        }
    }

    /// The whole message: place, fact, excerpt, then found, expected and hint on lines of their own.
    pub fn render(&self, sources: &Sources) -> String {
        let mut text = format!(
            "{}: error: {}\n",
            sources.locate(self.place),
            escaped(&self.message)
        );
        text.push_str(&sources.excerpt(self.place).unwrap_or_default());
        for (label, part) in [
            ("found", &self.found),
            ("expected", &self.expected),
            ("hint", &self.hint),
        ] {
            if let Some(part) = part {
                let _ = writeln!(text, "   {label}: {}", escaped(part));
            }
        }
        text
    }
}

/// All problems of one run.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The problems in the order of their places, each once.
    pub fn sorted(mut self) -> Vec<Problem> {
        self.list
            .sort_by(|a, b| (a.place, &a.message).cmp(&(b.place, &b.message)));
        self.list.dedup();
        self.list
    }
}

/// The known name nearest to what was found, if it is near enough to be a slip.
///
/// Near means: a Damerau-Levenshtein distance of at most a third of its length to the name or to its
/// part after the last `/`, or one name that contains the other; case and punctuation are ignored.
pub fn did_you_mean<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    let wanted = plain(found);
    let scored = known.iter().map(|name| {
        let candidate = plain(name);
        let tail = plain(name.rsplit('/').next().unwrap_or(name));
        let distance = strsim::damerau_levenshtein(&wanted, &candidate)
            .min(strsim::damerau_levenshtein(&wanted, &tail));
        let within =
            wanted.len() >= 4 && (candidate.contains(&wanted) || wanted.contains(&candidate));
        (
            if within { distance.min(2) } else { distance },
            distance,
            *name,
        )
    });
    let (score, _, name) = scored.min()?;
    let letters = wanted.chars().count();
    (score <= (letters / 3).max(1) && score < letters).then_some(name)
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_line_and_column_and_marks_the_place() {
        let mut sources = Sources::default();
        let source = sources.add("s.toml", "a = 1\n  gpus_type = 2\n");
        let place = Place {
            source,
            start: 8,
            end: 17,
        };
        let text = Problem::new(place, "unknown field `gpus_type`")
            .suggest("gpus_type", ["gpu_type", "name"])
            .render(&sources);
        assert_eq!(
            text,
            "s.toml:2:3: error: unknown field `gpus_type`\n 2 |   gpus_type = 2\n   |   ^^^^^^^^^\n   \
             hint: did you mean `gpu_type`?\n"
        );
    }

    #[test]
    fn a_place_past_the_end_does_not_panic() {
        let mut sources = Sources::default();
        let source = sources.add("s.toml", "é");
        let problem = Problem::new(
            Place {
                source,
                start: 1,
                end: 99,
            },
            "torn",
        );
        assert!(
            problem
                .render(&sources)
                .starts_with("s.toml:1:1: error: torn")
        );
    }

    #[test]
    fn a_far_name_is_not_suggested() {
        assert_eq!(
            did_you_mean("gpt-6-lunar", &["openai/gpt-6-luna", "x"]),
            Some("openai/gpt-6-luna")
        );
        assert_eq!(did_you_mean("zebra", &["gpu", "name"]), None);
        assert_eq!(did_you_mean("x", &["y", "b200/2"]), None);
    }
}
