//! Tables of keys, declared once: from one declaration come the struct that mirrors the TOML table,
//! its reader, the reference in `docs/`, and the JSON Schema for editors.
//!
//! This is the first of the two steps of reading a file: shape (keys, types, limits). What the values
//! mean together is decided by [`crate::scenario`] and [`crate::catalog`].

mod fields;

use crate::diagnostic::{Place, Problem, Problems};
use crate::document::{Node, Value};
use fields::wrong;
pub use fields::{
    FileText, FilesOr, Many, Nested, Num, SIZE_KEYS, SizeNum, Text, WordOr, rounded, short,
};

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
    /// The path of a JSON file.
    File,
    /// The path of a JSON file, several of them, or tables of these keys.
    FilesOrTables(&'static [Key]),
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
        let (least, most) = self.limits;
        let (low, high) = (limit(least), limit(most));
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" [{}]", self.unit)
        };
        match (self.above, least, most) {
            (true, 0.0, f64::INFINITY) => format!("more than 0{unit}"),
            (true, _, _) => format!("more than {low}, at most {high}{unit}"),
            (false, _, f64::INFINITY) => format!("at least {low}{unit}"),
            (false, 0.0, 1.0) => "a share from 0 to 1".to_owned(),
            (false, _, _) if least == most => format!("{low}{unit}"),
            (false, _, _) => format!("{low} to {high}{unit}"),
        }
    }

    fn admits(&self, value: f64) -> bool {
        let (low, high) = self.limits;
        let above = !self.above || value >= low + SMALLEST;
        value >= low && value <= high && above && value.abs() <= GREATEST
    }
}

/// Least amount by which a number is above a limit that it must exceed: what is divided by it stays a
/// number.
pub const SMALLEST: f64 = 1e-9;
/// Greatest number of any kind: products of several stay numbers.
pub const GREATEST: f64 = 1e18;

/// A limit as text: `1e12` and not twelve zeros.
fn limit(value: f64) -> String {
    if value.abs() >= 1e9 {
        format!("{value:e}")
    } else {
        value.to_string()
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

/// The path of a JSON file.
pub const fn file(says: &'static str) -> Key {
    Key::new(Kind::File, says)
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

/// The keys of a nested table of a list of keys; none where there is no such table.
pub fn keys_at(keys: &'static [Key], name: &str) -> &'static [Key] {
    match keys.iter().find(|key| key.name == name).map(|key| key.kind) {
        Some(
            Kind::Table(keys)
            | Kind::Tables(keys)
            | Kind::ChoiceOrTables(_, keys)
            | Kind::FilesOrTables(keys),
        ) => keys,
        _ => &[],
    }
}
