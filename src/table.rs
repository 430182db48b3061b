//! Tables of keys, declared once: from one declaration come the struct that mirrors the TOML table,
//! its reader, the reference in `docs/`, and the JSON Schema for editors.
//!
//! This is the first of the two steps of reading a file: shape (keys, types, limits). What the values
//! mean together is decided by [`crate::scenario`] and [`crate::catalog`].

use crate::diagnostic::{Place, Problem, Problems};
use crate::document::{Node, Value};
use crate::input::Input;

/// What a key may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A number or a distribution.
    Number,
    /// A whole number.
    Count,
    /// A string.
    Text,
    /// A date, `"2027-01"` or `"2027-01-31"`.
    Date,
    /// `true` or `false`.
    Flag,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// How requests differ: a number, or `{ mean, p95 }` or `{ mean, cv }`.
    Size,
    /// A list of numbers.
    Numbers,
    /// One of a few words, or tables of these keys (a mix).
    ChoiceOrTables(&'static [&'static str], &'static [Key]),
    /// A table of these keys.
    Table(&'static [Key]),
    /// Tables of these keys.
    Tables(&'static [Key]),
    /// A list of strings.
    Texts,
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written in the file.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Unit of a number; empty for a share or a text.
    pub unit: &'static str,
    /// What holds where the key is absent; empty where it is simply off.
    pub default: &'static str,
    /// Whether the file is wrong without it.
    pub required: bool,
    /// Least and greatest allowed number.
    pub limits: (f64, f64),
    /// Whether the least number itself is excluded.
    pub above: bool,
    /// Least plausible number above zero: smaller ones are in another unit.
    pub plausible: f64,
    /// One sentence for the reference.
    pub says: &'static str,
}

impl Key {
    /// A key of a kind; numbers may not be negative unless [`Key::between`] says so.
    pub const fn new(kind: Kind, says: &'static str) -> Self {
        Self {
            name: "",
            kind,
            unit: "",
            default: "",
            required: false,
            limits: (0.0, f64::INFINITY),
            above: false,
            plausible: 0.0,
            says,
        }
    }

    /// Sets the name; the table macro does it.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Sets the default, as the reference prints it.
    #[must_use]
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    /// The file is wrong without this key.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Limits, both included.
    #[must_use]
    pub const fn between(mut self, low: f64, high: f64) -> Self {
        self.limits = (low, high);
        self
    }

    /// More than zero.
    #[must_use]
    pub const fn positive(mut self) -> Self {
        self.above = true;
        self
    }

    /// The magnitude guard: a number between zero and this is in another unit.
    #[must_use]
    pub const fn plausible_from(mut self, least: f64) -> Self {
        self.plausible = least;
        self
    }

    /// What is allowed, in words.
    pub fn expected(&self) -> String {
        let (low, high) = self.limits;
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" [{}]", self.unit)
        };
        match (self.above, low, high) {
            (true, 0.0, f64::INFINITY) => format!("more than 0{unit}"),
            (true, _, _) => format!("more than {low}, at most {high}{unit}"),
            (false, _, f64::INFINITY) => format!("at least {low}{unit}"),
            (false, 0.0, 1.0) => "a share from 0 to 1".to_owned(),
            (false, _, _) => format!("{low} to {high}{unit}"),
        }
    }

    fn admits(&self, value: f64) -> bool {
        let (low, high) = self.limits;
        value >= low && value <= high && !(self.above && value == low)
    }
}

/// A number with a unit.
pub const fn number(unit: &'static str, says: &'static str) -> Key {
    let mut key = Key::new(Kind::Number, says);
    key.unit = unit;
    key
}

/// A share from 0 to 1.
pub const fn share(says: &'static str) -> Key {
    number("", says).between(0.0, 1.0)
}

/// A whole number.
pub const fn count(unit: &'static str, says: &'static str) -> Key {
    let mut key = Key::new(Kind::Count, says);
    key.unit = unit;
    key
}

/// A text.
pub const fn text(says: &'static str) -> Key {
    Key::new(Kind::Text, says)
}

/// A flag.
pub const fn flag(says: &'static str) -> Key {
    Key::new(Kind::Flag, says)
}

/// A date.
pub const fn date(says: &'static str) -> Key {
    Key::new(Kind::Date, says)
}

/// One of a few words.
pub const fn choice(words: &'static [&'static str], says: &'static str) -> Key {
    Key::new(Kind::Choice(words), says)
}

/// A number (or distribution) that stood in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Num {
    /// The value.
    pub input: Input,
    /// Where it stands.
    pub place: Place,
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

/// One word, or a mix given as tables.
#[derive(Clone, Debug, PartialEq)]
pub enum WordOr<T> {
    /// One of the words of the key.
    Word(Text),
    /// Tables.
    Tables(Vec<T>),
}

/// A table that was read: a struct made by the `table!` macro.
pub trait Table: Sized {
    /// Reads it; what is wrong becomes a problem and leaves its field empty.
    fn read(node: &Node, problems: &mut Problems) -> Self;
}

/// A field of a table.
pub trait Field: Sized {
    /// Reads the value of a key.
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self>;
}

/// Declares a table: `field: Type = key-expression`; each field becomes an `Option`.
#[macro_export]
macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $ty:ty = $key:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[allow(missing_docs)] // each field's sentence is in KEYS, from which the reference is made
        pub struct $name {
            pub place: $crate::diagnostic::Place,
            $(pub $field: Option<$ty>,)*
        }

        impl $name {
            /// The keys of the table.
            pub const KEYS: &'static [$crate::table::Key] =
                &[$($key.named(stringify!($field))),*];
        }

        impl $crate::table::Table for $name {
            fn read(
                node: &$crate::document::Node,
                problems: &mut $crate::diagnostic::Problems,
            ) -> Self {
                $crate::table::check_keys(node, Self::KEYS, problems);
                Self {
                    place: node.place,
                    $($field: $crate::table::field(node, Self::KEYS, stringify!($field), problems),)*
                }
            }
        }
    };
}

/// Reads one field by its key.
pub fn field<T: Field>(
    node: &Node,
    keys: &[Key],
    name: &str,
    problems: &mut Problems,
) -> Option<T> {
    let key = keys.iter().find(|key| key.name == name)?;
    T::read(node.get(name)?, key, problems)
}

/// Reports keys that the table does not have and required ones that are missing.
pub fn check_keys(node: &Node, keys: &[Key], problems: &mut Problems) {
    if !matches!(node.value, Value::Table(_)) {
        problems.push(wrong(node, "a table"));
        return;
    }
    for entry in node.entries() {
        if !keys.iter().any(|key| key.name == entry.key) {
            let message = format!("unknown field `{}`", entry.key);
            problems.push(
                Problem::new(entry.place, message)
                    .suggest(&entry.key, keys.iter().map(|key| key.name)),
            );
        }
    }
    for key in keys
        .iter()
        .filter(|key| key.required && node.get(key.name).is_none())
    {
        let place = Place {
            end: node.place.start,
            ..node.place
        };
        problems.push(
            Problem::new(place, format!("`{}` is missing", key.name))
                .expected(format!("{} = ...  # {}", key.name, key.says)),
        );
    }
}

fn wrong(node: &Node, expected: &str) -> Problem {
    Problem::new(node.place, format!("expected {expected}")).found(node.describe())
}

impl Field for Num {
    fn read(node: &Node, key: &Key, problems: &mut Problems) -> Option<Self> {
        let input = Input::read(node, problems)?;
        let (low, high) = input.span();
        // An interval that is normal reaches anywhere in its tails; its ends and median must be right.
        let ends = if matches!(input, Input::Normal { .. }) {
            (input.quantile(0.05), input.quantile(0.95))
        } else {
            (low, high)
        };
        if ends.0 > 0.0 && ends.0 < key.plausible {
            problems.push(implausible(node, key, &input, ends));
            return None;
        }
        if key.admits(ends.0) && key.admits(ends.1) {
            return Some(Self {
                input,
                place: node.place,
            });
        }
        problems.push(
            Problem::new(node.place, format!("`{}` is out of range", key.name))
                .found(range_text(&input, ends))
                .expected(key.expected()),
        );
        None
    }
}

/// A figure that is too small for its unit: dollars per token, kilowatts, thousands of dollars.
fn implausible(node: &Node, key: &Key, input: &Input, ends: (f64, f64)) -> Problem {
    let message = format!("`{}` is implausibly small for its unit", key.name);
    let problem = Problem::new(node.place, message)
        .found(range_text(input, ends))
        .expected(format!("0, or at least {} [{}]", key.plausible, key.unit));
    if key.unit == "USD/Mtok" {
        let per_mtok = crate::table::rounded(ends.0 * 1e6);
        return problem.hint(format!(
            "prices are per million tokens: {} per token is {per_mtok}",
            ends.0
        ));
    }
    problem
}

/// A number without the noise of its last digits.
pub fn rounded(number: f64) -> f64 {
    format!("{number:.9e}").parse().unwrap_or(number)
}

fn range_text(input: &Input, (low, high): (f64, f64)) -> String {
    if input.is_uncertain() {
        format!("{low:.4} to {high:.4}")
    } else {
        format!("{low}")
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
const SIZE_KEYS: &[Key] = &[
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
        list(node, problems)?
            .iter()
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
        Many::read(node, key, problems).map(|many| Self::Tables(many.0))
    }
}

/// The keys of a nested table of a list of keys; none where there is no such table.
pub fn keys_at(keys: &'static [Key], name: &str) -> &'static [Key] {
    match keys.iter().find(|key| key.name == name).map(|key| key.kind) {
        Some(Kind::Table(keys) | Kind::Tables(keys) | Kind::ChoiceOrTables(_, keys)) => keys,
        _ => &[],
    }
}
