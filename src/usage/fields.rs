//! The fields of a row, read with tolerance: numbers may be text, objects may be JSON in text, keys may be
//! missing. What is there and wrong is remembered, and the row is then refused.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use serde_json::Value;

use super::money::Money;
use super::time::Instant;

/// What went wrong in a row.
#[derive(Debug, Default)]
pub struct Trouble {
    problem: RefCell<Option<String>>,
    mismatch: Cell<bool>,
    backwards: Cell<bool>,
}

impl Trouble {
    /// The first problem.
    pub fn problem(&self) -> Option<String> {
        self.problem.borrow().clone()
    }

    /// Whether the parts of the row do not add up to the total that it gives.
    pub fn mismatch(&self) -> bool {
        self.mismatch.get()
    }

    /// Whether the row ends before it begins.
    pub fn backwards(&self) -> bool {
        self.backwards.get()
    }

    fn add(&self, problem: impl FnOnce() -> String) {
        let mut first = self.problem.borrow_mut();
        if first.is_none() {
            *first = Some(problem());
        }
    }
}

/// A row, or an object within it.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    value: Cow<'a, Value>,
    trouble: &'a Trouble,
}

impl<'a> Fields<'a> {
    /// The fields of a row.
    pub fn new(value: &'a Value, trouble: &'a Trouble) -> Self {
        Self {
            value: Cow::Borrowed(value),
            trouble,
        }
    }

    /// The value behind it.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The fields of another value of the same row.
    pub fn of<'b>(&self, value: &'b Value) -> Fields<'b>
    where
        'a: 'b,
    {
        Fields::new(value, self.trouble)
    }

    /// Remembers what is wrong with the row.
    pub fn wrong(&self, problem: impl Into<String>) {
        self.trouble.add(|| problem.into());
    }

    /// Whether something is wrong with the row: it will be refused, so that nothing of it may be kept.
    pub fn is_wrong(&self) -> bool {
        self.trouble.problem.borrow().is_some()
    }

    /// Compares the parts with a total that the row gives.
    pub fn check_total(&self, parts: u128, total: Option<u64>) {
        if total.is_some_and(|total| total > 0 && u128::from(total) != parts) {
            self.trouble.mismatch.set(true);
        }
    }

    /// Milliseconds between two instants of the row; none where the clock went backwards, which is remembered.
    pub fn between(&self, from: Option<Instant>, to: Option<Instant>) -> Option<f64> {
        let nanos = from?.nanos_until(to?)?;
        if nanos < 0 {
            self.trouble.backwards.set(true);
            return None;
        }
        Some(nanos as f64 / 1e6)
    }

    /// What stands under a key, or a path of keys with dots; null counts as missing.
    fn find(&self, path: &str) -> Option<&Value> {
        let value = match self.value.get(path) {
            Some(value) => Some(value),
            None => path
                .split('.')
                .try_fold(&*self.value, |value, key| value.get(key)),
        };
        value.filter(|value| !value.is_null())
    }

    /// The object or list under a key, also where it is written as JSON in text; empty where it is missing.
    pub fn at(&self, path: &str) -> Fields<'_> {
        let value = match self.find(path) {
            Some(Value::String(text)) if text.trim_start().starts_with(['{', '[']) => {
                let parsed = serde_json::from_str(text);
                if parsed.is_err() {
                    self.wrong(format!("`{path}` is not valid JSON"));
                }
                Cow::Owned(parsed.unwrap_or_default())
            }
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(Value::Null),
        };
        Fields {
            value,
            trouble: self.trouble,
        }
    }

    /// Whether a key is there and is not null.
    pub fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// Whether a key is there, be it null.
    pub fn knows(&self, path: &str) -> bool {
        self.value.get(path).is_some() || self.has(path)
    }

    /// Whether this is an object with at least one key.
    pub fn is_object(&self) -> bool {
        self.value.as_object().is_some_and(|map| !map.is_empty())
    }

    /// The elements of a list.
    pub fn each(&self) -> impl Iterator<Item = Fields<'_>> {
        let list = self.value.as_array().map_or(&[][..], Vec::as_slice);
        list.iter().map(|value| Fields::new(value, self.trouble))
    }

    /// Keys and values of an object.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        let entries = self.value.as_object().into_iter().flatten();
        entries.map(|(key, value)| (key.as_str(), value))
    }

    /// A text that is not empty; numbers and truth values as they are written.
    pub fn text(&self, path: &str) -> Option<String> {
        text_of(self.find(path)?)
    }

    /// The row itself, where it is a text, number or truth value.
    pub fn own_text(&self) -> Option<String> {
        text_of(&self.value)
    }

    /// The first of several keys that has a text.
    pub fn first(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| self.text(path))
    }

    /// A count; `None` where it is missing. A negative or broken one makes the row wrong.
    pub fn count(&self, path: &str) -> Option<u64> {
        let text = self.text(path)?;
        let count = whole(&text);
        if count.is_none() {
            let why = if text.starts_with('-') {
                "negative"
            } else {
                "not a count"
            };
            self.wrong(format!("`{path}` is {why}: {}", shown(&text)));
        }
        count
    }

    /// The first of several keys that has a count.
    pub fn first_count(&self, paths: &[&str]) -> Option<u64> {
        paths.iter().find_map(|path| self.count(path))
    }

    /// An amount.
    pub fn money(&self, path: &str) -> Option<Money> {
        let text = self.text(path)?;
        let amount = Money::parse(&text);
        if amount.is_none() {
            self.wrong(format!("`{path}` is not an amount: {}", shown(&text)));
        }
        amount
    }

    /// A number of any kind.
    pub fn number(&self, path: &str) -> Option<f64> {
        let text = self.text(path)?;
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            self.wrong(format!("`{path}` is not a number: {}", shown(&text)));
        }
        number
    }

    /// An instant.
    pub fn time(&self, path: &str) -> Option<Instant> {
        let text = self.text(path)?;
        let at = Instant::parse(&text);
        if at.is_none() {
            self.wrong(format!("`{path}` is not a time: {}", shown(&text)));
        }
        at
    }

    /// A truth value: true, "True", 1.
    pub fn flag(&self, path: &str) -> bool {
        let text = self.text(path).unwrap_or_default();
        matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "1" | "t" | "yes"
        )
    }
}

/// A text that is not empty; numbers and truth values as they are written.
pub(super) fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// `12`, `3.0`, `1e3`, as a whole number that is not negative.
pub fn whole(text: &str) -> Option<u64> {
    if let Ok(count) = text.parse() {
        return Some(count);
    }
    let number: f64 = text.parse().ok()?;
    // Beyond 2^53 a float does not tell neighbors apart.
    (number >= 0.0 && number.fract() == 0.0 && number <= 9_007_199_254_740_992.0)
        .then_some(number as u64)
}

/// A value for a message: short, on one line.
pub fn shown(text: &str) -> String {
    let short: String = text
        .chars()
        .take(40)
        .flat_map(char::escape_default)
        .collect();
    let dots = if text.chars().count() > 40 { "..." } else { "" };
    format!("`{short}{dots}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_may_be_text_and_objects_may_be_json_in_text() {
        let value = json!({"a": "12", "b": 3.0, "c": "{\"d\": {\"e\": 7}}", "f": null, "g": ""});
        let trouble = Trouble::default();
        let row = Fields::new(&value, &trouble);
        assert_eq!(row.count("a"), Some(12));
        assert_eq!(row.count("b"), Some(3));
        assert_eq!(row.at("c").count("d.e"), Some(7));
        assert_eq!(
            (row.count("f"), row.text("g"), row.count("h")),
            (None, None, None)
        );
        assert_eq!(trouble.problem(), None);
    }

    #[test]
    fn what_is_there_and_wrong_is_remembered() {
        for (value, expected) in [
            (json!({"n": -1}), "`n` is negative: `-1`"),
            (
                json!({"n": "18446744073709551616"}),
                "`n` is not a count: `18446744073709551616`",
            ),
            (
                json!({"n": "x\u{1b}[31m"}),
                "`n` is not a count: `x\\u{1b}[31m`",
            ),
            (json!({"n": 1.5}), "`n` is not a count: `1.5`"),
        ] {
            let trouble = Trouble::default();
            assert_eq!(Fields::new(&value, &trouble).count("n"), None);
            assert_eq!(trouble.problem().as_deref(), Some(expected));
        }
    }
}
