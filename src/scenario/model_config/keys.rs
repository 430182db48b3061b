//! Values of a configuration, with what is wrong with them.

use crate::diagnostic::{Problem, Problems};
use crate::document::{Node, Value};

/// The object that holds the language model, and the whole file around it.
pub struct Keys<'a> {
    /// The language model's part.
    pub node: &'a Node,
    /// The file.
    pub root: &'a Node,
    /// Where problems go.
    pub problems: &'a mut Problems,
}

impl Keys<'_> {
    /// A whole number above zero that has to be there, under one of several names.
    pub fn whole(&mut self, names: &[&str]) -> Option<f64> {
        if !self.has(names) {
            let name = names.first().copied().unwrap_or_default();
            self.problems.push(
                Problem::new(
                    super::start(self.node),
                    format!("this configuration has no `{name}`"),
                )
                .expected("a config.json with every key of its architecture"),
            );
            return None;
        }
        self.maybe(names)
    }

    /// A whole number above zero, if it is there.
    pub fn maybe(&mut self, names: &[&str]) -> Option<f64> {
        self.number(names).filter(|number| *number > 0.0)
    }

    /// A whole number, zero included, if it is there.
    pub fn number(&mut self, names: &[&str]) -> Option<f64> {
        const MOST: f64 = 1e9;
        let (name, node) = names
            .iter()
            .find_map(|name| self.node.get(name).map(|node| (*name, node)))?;
        match node.value {
            Value::Number(number) if number.fract() == 0.0 && (0.0..=MOST).contains(&number) => {
                Some(number)
            }
            _ => {
                self.problems.push(
                    Problem::new(node.place, format!("`{name}` is no count"))
                        .found(node.describe())
                        .expected("a whole number from 0 to 1e9"),
                );
                None
            }
        }
    }

    /// A flag, of the language part or of the file around it.
    pub fn flag(&self, name: &str) -> Option<bool> {
        let node = self.node.get(name).or_else(|| self.root.get(name))?;
        match node.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// A list, if it is there.
    pub fn list(&self, name: &str) -> Option<&[Node]> {
        match &self.node.get(name)?.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Whether one of several names is there.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.node.get(name).is_some())
    }

    /// A number that another one does not allow.
    pub fn contradiction(&mut self, name: &str, found: f64, other: &str, most: f64) {
        let place = self.node.get(name).map_or(self.node.place, |it| it.place);
        self.problems.push(
            Problem::new(place, format!("`{name}` contradicts `{other}`"))
                .found(found.to_string())
                .expected(format!("at most {most}")),
        );
    }
}
