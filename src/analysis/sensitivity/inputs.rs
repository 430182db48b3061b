//! The numbers of a scenario file that can be moved.

use crate::diagnostic::Problems;
use crate::document::{self, Node, Value};
use crate::input::Input;
use crate::scenario::file::key_at;
use crate::table::Kind;

/// A number of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberInput {
    /// Its path.
    pub path: String,
    /// What the file says of it.
    pub input: Input,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
    /// Least and greatest value that its key allows.
    pub limits: (f64, f64),
}

/// All numbers of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// Those that can be moved, in the order of the file.
    pub list: Vec<NumberInput>,
    /// Paths that name more than one number, such as two staff entries of one role.
    pub ambiguous: Vec<String>,
}

/// Tables and keys that no cost depends on.
const APART: [&str; 4] = ["schema", "budget", "correlation", "currency_per_usd"];

impl Numbers {
    /// The numbers of a tree.
    pub fn of(tree: &Node) -> Self {
        let mut numbers = Self::default();
        for entry in tree.entries() {
            if !APART.contains(&entry.key.as_str()) {
                numbers.collect(&entry.node, &document::joined("", &entry.key));
            }
        }
        numbers
    }

    fn collect(&mut self, node: &Node, path: &str) {
        if self.number(node, path) {
            return;
        }
        match &node.value {
            Value::Table(entries) => {
                for entry in entries {
                    self.collect(&entry.node, &document::joined(path, &entry.key));
                }
            }
            Value::List(list) => {
                for item in list {
                    if let Some(name) = document::label(item) {
                        self.collect(item, &document::joined(path, name));
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds a node that is a number or a range, and says whether it is one.
    fn number(&mut self, node: &Node, path: &str) -> bool {
        let key = key_at(path);
        let kind = key.map(|key| key.kind);
        let whole = matches!(kind, Some(Kind::Count));
        // Parts of a size (`input_tokens.mean`) have no key of their own in the table around them.
        let of_size = || {
            let above = path.rsplit_once('.').and_then(|(above, _)| key_at(above));
            above.is_some_and(|key| matches!(key.kind, Kind::Size))
        };
        let distribution = node.get("dist").is_some();
        let is_size = matches!(kind, Some(Kind::Size))
            && (distribution || !matches!(node.value, Value::Table(_)));
        let known = whole || is_size || matches!(kind, Some(Kind::Number)) || of_size();
        if !known {
            return false;
        }
        let mut problems = Problems::default();
        let Some(input) = Input::read(node, &mut problems) else {
            return false;
        };
        if self.list.iter().any(|known| known.path == path) {
            self.ambiguous.push(path.to_owned());
            return true;
        }
        self.list.push(NumberInput {
            path: path.to_owned(),
            input,
            whole,
            limits: key.map_or((0.0, f64::INFINITY), |key| key.limits),
        });
        true
    }
}
