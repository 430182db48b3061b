//! What a key may hold, and how each is read: numbers, texts, sizes, lists, nested tables.

mod tables;

pub use tables::{FileText, FilesOr, Many, Nested, WordOr};

use super::{Field, GREATEST, Key, Kind, SMALLEST, check_keys, number};
use crate::diagnostic::{Place, Problem, Problems};
use crate::document::{Node, Value};
use crate::input::Input;

/// A number (or distribution) that stood in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Num {
    /// The value.
    pub input: Input,
    /// Where it stands.
    pub place: Place,
    /// Least and greatest number that its key allows.
    pub limits: (f64, f64),
}

/// A text that stood in a file: a name or a reference.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where it stands.
    pub place: Place,
}

/// How requests differ from each other (not how little we know: that is [`Input`]).
#[derive(Clone, Debug, PartialEq)]
pub struct SizeNum {
    /// Mean over the requests.
    pub mean: Num,
    /// 95th percentile over the requests.
    pub p95: Option<Num>,
    /// Coefficient of variation over the requests.
    pub cv: Option<Num>,
}

pub(super) fn wrong(node: &Node, expected: &str) -> Problem {
    Problem::new(node.place, format!("expected {expected}")).found(node.describe())
}

impl Field for Num {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        let input = Input::read(node, problems)?;
        let (low, high) = input.span();
        // A 90 % interval reaches anywhere in its tails; the ends that were written must be right.
        let ends = if matches!(input, Input::Normal { .. } | Input::Lognormal { .. }) {
            (input.quantile(0.05), input.quantile(0.95))
        } else {
            (low, high)
        };
        let ends = if input.is_uncertain() {
            (snapped(ends.0, key.limits.0), snapped(ends.1, key.limits.1))
        } else {
            ends
        };
        if ends.0 > 0.0 && ends.0 < key.plausible {
            problems.push(implausible(node, key, &input, ends));
            return None;
        }
        if key.admits(ends.0) && key.admits(ends.1) {
            let least = if key.above {
                key.limits.0 + SMALLEST
            } else {
                key.limits.0
            };
            return Some(Self {
                input,
                place: node.place,
                limits: (least, key.limits.1.min(GREATEST)),
            });
        }
        let expected = if ends.1.abs() > GREATEST && key.limits.1 > GREATEST {
            format!("no more than {GREATEST:e}")
        } else if key.above && ends.0 > 0.0 && ends.0 < SMALLEST {
            format!("at least {SMALLEST:e}")
        } else {
            key.expected()
        };
        let problem = Problem::new(node.place, format!("`{}` is out of range", key.name))
            .found(range_text(&input, ends))
            .expected(expected);
        problems.push(match likely_slip(key, input.median()) {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
        None
    }
}

/// The end of a range that lies at a limit but for rounding is that limit.
fn snapped(end: f64, limit: f64) -> f64 {
    if limit.is_finite() && (end - limit).abs() <= 1e-9 * limit.abs() {
        limit
    } else {
        end
    }
}

/// What a number that is too large was likely meant to be: a share in percent, the price of a node.
fn likely_slip(key: &Key, value: f64) -> Option<String> {
    let percent = key.limits == (0.0, 1.0) && (2.0..=100.0).contains(&value);
    if percent {
        return Some(format!("{value} % is {}", rounded(value / 100.0)));
    }
    let each = rounded(value / 8.0);
    (key.unit == "USD/GPU-h" && value > key.limits.1 && key.admits(each))
        .then(|| format!("the price of a node is divided by its GPUs: {value} / 8 = {each}"))
}

/// A figure that is too small for its unit: dollars per token, kilowatts, thousands of dollars.
fn implausible(node: &Node, key: &Key, input: &Input, ends: (f64, f64)) -> Problem {
    let message = format!("`{}` is implausibly small for its unit", key.name);
    let problem = Problem::new(node.place, message)
        .found(range_text(input, ends))
        .expected(format!("0, or at least {} [{}]", key.plausible, key.unit));
    if key.unit == "USD/Mtok" {
        let per_mtok = rounded(ends.0 * 1e6);
        return problem.hint(format!(
            "prices are per million tokens: {} per token is {per_mtok}",
            short(ends.0)
        ));
    }
    problem
}

/// A number without the noise of its last digits.
pub fn rounded(number: f64) -> f64 {
    format!("{number:.9e}").parse().unwrap_or(number)
}

/// A number without noise, and without a row of zeros.
pub fn short(number: f64) -> String {
    let number = rounded(number);
    let long = number != 0.0 && !(1e-6..1e15).contains(&number.abs());
    if long {
        format!("{number:e}")
    } else {
        number.to_string()
    }
}

fn range_text(input: &Input, (low, high): (f64, f64)) -> String {
    if input.is_uncertain() {
        format!("{} to {}", short(low), short(high))
    } else {
        short(low)
    }
}

impl Field for u32 {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        if let Value::Number(number) = node.value
            && number.fract() == 0.0
            && key.admits(number)
            && number <= f64::from(Self::MAX)
        {
            return Some(number as Self);
        }
        problems.push(
            Problem::new(
                node.place,
                format!("`{}` is not a whole number in range", key.name),
            )
            .found(node.describe())
            .expected(format!("a whole number, {}", key.expected())),
        );
        None
    }
}

impl Field for Text {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        let Some(text) = node.text() else {
            problems.push(wrong(node, "a text in quotes"));
            return None;
        };
        let words: &[&str] = match key.kind {
            Kind::Choice(words) | Kind::ChoiceOrTables(words, _) => words,
            _ => &[],
        };
        if !words.is_empty() && !words.contains(&text) {
            problems.push(
                Problem::new(
                    node.place,
                    format!("`{}` does not know this word", key.name),
                )
                .found(format!("\"{text}\""))
                .expected(format!("one of: {}", words.join(", ")))
                .suggest_near(text, words),
            );
            return None;
        }
        if text.trim().is_empty() {
            problems.push(wrong(node, "a text that is not empty"));
            return None;
        }
        Some(Self {
            value: text.to_owned(),
            place: node.place,
        })
    }
}

impl Problem {
    /// A hint only where a word is near (the list of words is already in `expected`).
    #[must_use]
    pub fn suggest_near(self, found: &str, words: &[&str]) -> Self {
        match crate::diagnostic::did_you_mean(found, words) {
            Some(near) => self.hint(format!("did you mean \"{near}\"?")),
            None => self,
        }
    }
}

impl Field for bool {
    fn read(node: &Node, _key: &Key, problems: &mut Problems) -> Option<Self> {
        if let Value::Flag(flag) = node.value {
            return Some(flag);
        }
        problems.push(wrong(node, "true or false"));
        None
    }
}

impl Field for crate::date::Date {
    fn read(node: &Node, _key: &Key, problems: &mut Problems) -> Option<Self> {
        let parsed = match &node.value {
            Value::Text(text) | Value::Date(text) => Self::parse(text),
            _ => None,
        };
        if parsed.is_none() {
            problems.push(
                Problem::new(node.place, "not a date")
                    .found(node.describe())
                    .expected("\"YYYY-MM\" or \"YYYY-MM-DD\""),
            );
        }
        parsed
    }
}

/// The keys of `{ mean, p95 }` and `{ mean, cv }`.
pub const SIZE_KEYS: &[Key] = &[
    number("tokens", "mean over the requests")
        .required()
        .named("mean"),
    number("tokens", "95th percentile over the requests").named("p95"),
    number("", "coefficient of variation over the requests").named("cv"),
];

impl Field for SizeNum {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        // A distribution says how little we know, a spread how requests differ; both have a mean.
        let spread = node.get("dist").is_none()
            && ["mean", "p95", "cv"]
                .iter()
                .any(|key| node.get(key).is_some());
        if !spread {
            let mean = Num::read(node, key, problems)?;
            return Some(Self {
                mean,
                p95: None,
                cv: None,
            });
        }
        check_keys(node, SIZE_KEYS, problems);
        let (p95, cv) = (node.get("p95"), node.get("cv"));
        if p95.is_some() && cv.is_some() {
            problems.push(Problem::new(node.place, "both p95 and cv").expected("one of the two"));
        }
        Some(Self {
            p95: p95.and_then(|node| Num::read(node, key, problems)),
            cv: cv.and_then(|node| Num::read(node, &SIZE_KEYS[2], problems)),
            mean: Num::read(node.get("mean")?, key, problems)?,
        })
    }
}

impl Field for Vec<Num> {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        let list = list(node, problems)?;
        if list.is_empty() {
            problems.push(wrong(node, "a list that is not empty"));
            return None;
        }
        list.iter()
            .map(|item| Num::read(item, key, problems))
            .collect()
    }
}

impl Field for Vec<Text> {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        list(node, problems)?
            .iter()
            .map(|item| Text::read(item, key, problems))
            .collect()
    }
}

fn list<'a>(node: &'a Node, problems: &mut Problems) -> Option<&'a [Node]> {
    if let Value::List(list) = &node.value {
        return Some(list);
    }
    problems.push(wrong(node, "a list"));
    None
}
