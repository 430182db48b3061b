//! The messages that the source can give, read off the source: a message without a broken file is a
//! message that nobody has looked at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A message as the source writes it: `format!` holes are left out, the texts between them are kept.
#[derive(Debug)]
pub struct Message {
    /// Where it stands.
    pub place: String,
    /// Texts in their order; the first begins the message and the last ends it.
    pub texts: Vec<String>,
}

impl Message {
    fn new(place: String, template: &str) -> Self {
        let mut texts = vec![String::new()];
        let mut hole = false;
        for c in template.chars() {
            match (c, hole) {
                ('{', _) => hole = true,
                ('}', _) => {
                    hole = false;
                    texts.push(String::new());
                }
                (c, false) => texts.last_mut().unwrap().push(c),
                _ => {}
            }
        }
        Self { place, texts }
    }

    /// Whether a message that was printed is this one.
    pub fn is(&self, printed: &str) -> bool {
        let (first, rest) = self.texts.split_first().unwrap();
        let Some(mut left) = printed.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return left.is_empty();
        };
        for text in middle {
            let Some((_, after)) = left.split_once(text.as_str()) else {
                return false;
            };
            left = after;
        }
        left.ends_with(last.as_str())
    }

    /// As it is shown where no file has it.
    pub fn shown(&self) -> String {
        format!("{}: {}", self.place, self.texts.join("..."))
    }
}

/// Helpers whose last text completes a message, with the file that has them and the rest of the message:
/// what an unknown id was meant to be, a wrong kind of value, parts that do not add up.
const HELPERS: &[(&str, &str, &str, &str)] = &[
    ("row::<", ".rs", "unknown ", " `{}`"),
    ("unknown::<", ".rs", "unknown ", " `{}`"),
    ("wrong(", "src/table.rs", "expected ", ""),
    ("check_sum(", ".rs", "the shares of ", " do not add up to 1"),
];

/// Every message of the source, and the calls whose text cannot be read off.
pub fn messages(root: &Path) -> (Vec<Message>, Vec<String>) {
    let (mut messages, mut opaque) = (Vec::new(), Vec::new());
    for path in sources(&root.join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = without_tests_and_comments(&text);
        let place = path.strip_prefix(root).unwrap().display().to_string();
        for at in calls(&code, "Problem::new(") {
            let argument = arguments(&code[at..])[1].clone();
            match template(&code[..at], &argument) {
                Some(template) => messages.push(Message::new(place.clone(), &template)),
                None => opaque.push(format!("{place}: {argument}")),
            }
        }
        for (helper, file, before, after) in HELPERS {
            if !place.ends_with(file) {
                continue;
            }
            for at in calls(&code, helper) {
                let call = &code[at..];
                let open = call.find('(').map_or(0, |open| open + 1);
                let start = if helper.ends_with('(') { 0 } else { open };
                let last = arguments(&call[start..])
                    .iter()
                    .rev()
                    .find_map(|a| literal(a));
                if let Some(text) = last {
                    let template = format!("{before}{text}{after}");
                    messages.push(Message::new(place.clone(), &template));
                }
            }
        }
    }
    (messages, opaque)
}

/// The codes of all warnings that the source can give, each once.
pub fn warning_codes(root: &Path) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for path in sources(&root.join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = without_tests_and_comments(&text);
        for at in calls(&code, "Warning::new(") {
            let first = &arguments(&code[at..])[0];
            codes.insert(literal(first).unwrap_or_else(|| panic!("{first} is no code")));
        }
    }
    codes
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut list = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            list.push(path);
        }
    }
    list.sort();
    list
}

fn without_tests_and_comments(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Offsets behind each `name` that is a call and not a declaration.
fn calls(code: &str, name: &str) -> Vec<usize> {
    let found = code.match_indices(name).filter(|(at, _)| {
        let before = code[..*at].chars().next_back().unwrap_or(' ');
        let declared = code[..*at].ends_with("fn ");
        !declared && !before.is_alphanumeric() && before != '_'
    });
    found.map(|(at, name)| at + name.len()).collect()
}

/// The arguments of a call, from behind its opening parenthesis.
fn arguments(code: &str) -> Vec<String> {
    let mut list = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted && depth == 0 => break,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                list.push(String::new());
                continue;
            }
            _ => {}
        }
        list.last_mut().unwrap().push(c);
    }
    list.iter()
        .map(|argument| argument.trim().to_owned())
        .filter(|a| !a.is_empty())
        .collect()
}

/// The text of an argument: a literal, a `format!`, or a variable that was set to one of these.
fn template(before: &str, argument: &str) -> Option<String> {
    let plain = argument.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !plain {
        let inner = argument.strip_prefix("format!(").unwrap_or(argument);
        return literal(inner);
    }
    let declared = format!("let {argument} = ");
    let (_, value) = before.rsplit_once(&declared)?;
    literal(value.strip_prefix("format!(").unwrap_or(value))
}

/// The string literal that a piece of code begins with.
fn literal(code: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = code.trim_start().strip_prefix('"')?.chars();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => text.push(chars.next()?),
            c => text.push(c),
        }
    }
}
