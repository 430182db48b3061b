//! The paths of a file's values, as `--set` takes them: tables by key, elements of arrays by their name or
//! role.
//!
//! A file is resolved again and again, and few of its paths are asked for: they are kept in parts and put
//! together when they are.

use crate::diagnostic::Place;
use crate::document::{self, Node, Value};

/// Every value of a file, in order.
#[derive(Debug, Default)]
pub struct Paths<'a> {
    list: Vec<Step<'a>>,
}

/// A value, and the way to it from the one that holds it.
#[derive(Debug)]
struct Step<'a> {
    place: Place,
    /// Number of what holds it, in the list; none at the top of the file.
    from: Option<usize>,
    way: Way<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Way<'a> {
    /// By a key or a name.
    Key(&'a str),
    /// By its number.
    Item(usize),
}

/// Keys by which a path finds an element of an array.
const LABELS: [&str; 5] = ["name", "role", "label", "option", "purchase"];

impl<'a> Paths<'a> {
    /// The paths of a file.
    pub fn of(root: &'a Node) -> Self {
        let mut paths = Self::default();
        paths.collect(root, None);
        paths
    }

    fn add(&mut self, place: Place, from: Option<usize>, way: Way<'a>) -> usize {
        self.list.push(Step { place, from, way });
        self.list.len() - 1
    }

    fn collect(&mut self, node: &'a Node, from: Option<usize>) {
        match &node.value {
            Value::Table(entries) => {
                for entry in entries {
                    let way = Way::Key(&entry.key);
                    let own = self.add(entry.node.place, from, way);
                    self.collect(&entry.node, Some(own));
                }
            }
            Value::List(list) => {
                for (at, item) in list.iter().enumerate() {
                    let text = |key: &&str| item.get(key).and_then(Node::text);
                    if matches!(item.value, Value::Number(_)) {
                        self.add(item.place, from, Way::Item(at));
                    } else if let Some(name) = LABELS.iter().find_map(text) {
                        let own = self.add(item.place, from, Way::Key(name));
                        self.collect(item, Some(own));
                    }
                }
            }
            _ => {}
        }
    }

    fn path(&self, step: &Step<'_>) -> String {
        let before = step
            .from
            .map_or_else(String::new, |from| self.path(&self.list[from]));
        match step.way {
            Way::Key(key) => document::joined(&before, key),
            Way::Item(at) => format!("{before}[{at}]"),
        }
    }

    /// The path of the first value at a place.
    pub fn at(&self, place: Place) -> Option<String> {
        let step = self.list.iter().find(|step| step.place == place);
        step.map(|step| self.path(step))
    }

    /// Whether there is a value with a path.
    pub fn has(&self, path: &str) -> bool {
        let ends = |step: &&Step<'_>| match step.way {
            Way::Key(key) => path
                .trim_end_matches('"')
                .ends_with(key.trim_end_matches('"')),
            Way::Item(_) => path.ends_with(']'),
        };
        let mut candidates = self.list.iter().filter(ends);
        candidates.any(|step| self.path(step) == path)
    }

    /// All paths.
    pub fn all(&self) -> impl Iterator<Item = String> {
        self.list.iter().map(|step| self.path(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Problems;

    const TEXT: &str = r#"discount_rate = 1
[workload]
hourly = [1, 2]
[[self_host]]
name = "a b"
x.y = 3
[[self_host.staff]]
role = "ml"
fte = 1
[[api]]
model = 4
"#;

    #[test]
    fn elements_are_found_by_their_names_and_numbers_by_their_place() {
        let root = document::parse(TEXT, 0, &mut Problems::default());
        let paths = Paths::of(&root);
        let all: Vec<String> = paths.all().collect();
        let expected = [
            "discount_rate",
            "workload",
            "workload.hourly",
            "workload.hourly[0]",
            "workload.hourly[1]",
            "self_host",
            "self_host.\"a b\"",
            "self_host.\"a b\".name",
            "self_host.\"a b\".x",
            "self_host.\"a b\".x.y",
            "self_host.\"a b\".staff",
            "self_host.\"a b\".staff.ml",
            "self_host.\"a b\".staff.ml.role",
            "self_host.\"a b\".staff.ml.fte",
            // An element without a name has no path.
            "api",
        ];
        assert_eq!(all, expected);
        assert!(expected.iter().all(|path| paths.has(path)));
        assert!(
            [
                "",
                "workload.x",
                "hourly",
                "y",
                "api.model",
                "self_host.a b"
            ]
            .iter()
            .all(|path| !paths.has(path))
        );
    }

    #[test]
    fn a_place_has_the_path_of_its_first_value() {
        let root = document::parse(TEXT, 0, &mut Problems::default());
        let paths = Paths::of(&root);
        let rate = root.get("discount_rate").expect("a rate").place;
        assert_eq!(paths.at(rate).as_deref(), Some("discount_rate"));
        let nowhere = Place {
            start: 9_999,
            ..rate
        };
        assert_eq!(paths.at(nowhere), None);
    }
}
