//! Values of a result file, with what is wrong with them. No text of the file is ever shown.

use crate::diagnostic::{Place, Problem, Problems};
use crate::document::{Node, Value};

/// An object of a result file.
pub struct Results<'a> {
    /// The object.
    pub node: &'a Node,
    /// Where problems go.
    pub problems: &'a mut Problems,
}

impl<'a> Results<'a> {
    /// The same over an object inside.
    pub fn within<'b>(&'b mut self, node: &'b Node) -> Results<'b>
    where
        'a: 'b,
    {
        Results {
            node,
            problems: self.problems,
        }
    }

    /// A number above zero that has to be there; keys inside one another are joined by dots.
    pub fn number(&mut self, path: &str) -> Option<f64> {
        if find(self.node, path).is_none() {
            self.problems.push(
                Problem::new(start(self.node), format!("these results have no `{path}`"))
                    .expected("the whole result file of a finished benchmark"),
            );
            return None;
        }
        let node = find(self.node, path)?;
        match node.value {
            Value::Number(number) if number.is_finite() && number > 0.0 => Some(number),
            _ => {
                let problem = Problem::new(node.place, format!("`{path}` is no positive number"))
                    .found(kind(&node.value))
                    .expected("a benchmark in which requests succeeded");
                self.problems.push(problem);
                None
            }
        }
    }

    /// A number above zero, if there is one.
    pub fn maybe(&self, path: &str) -> Option<f64> {
        match find(self.node, path)?.value {
            Value::Number(number) if number.is_finite() && number > 0.0 => Some(number),
            _ => None,
        }
    }
}

/// The value at a path of keys.
pub fn find<'a>(node: &'a Node, path: &str) -> Option<&'a Node> {
    path.split('.').try_fold(node, |node, key| node.get(key))
}

/// The place where an object begins.
pub fn start(node: &Node) -> Place {
    Place {
        end: node.place.start + 1,
        ..node.place
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(_) | Value::Date(_) => "a text".to_owned(),
        Value::Flag(_) => "true or false".to_owned(),
        Value::List(_) => "a list".to_owned(),
        Value::Table(_) | Value::File(_) => "an object".to_owned(),
    }
}
