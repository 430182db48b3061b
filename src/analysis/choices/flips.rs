//! Which inputs change an answer, and at which value (`docs/model.md` section 10).
//!
//! Each number of the tables that a choice stands on is moved alone, up and down in growing steps within
//! its limits; where the answer changes between two steps the value is closed in by halving.

use super::super::vary::Varied;
use super::result::{Choice, Flip};
use super::{Depth, choice};
use crate::diagnostic::Place;
use crate::document::{Node, Value};
use crate::input::Input;
use crate::scenario::file::key_at;

/// Steps away from the present value, as factors.
const FACTORS: [f64; 9] = [1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0];
/// Halvings that close a change in: to some millionths, where four digits are shown.
const HALVINGS: u32 = 20;
/// Flips that are kept of a choice, the nearest ones.
const KEPT: usize = 6;

/// Fills in the inputs that flip a choice, the nearest first, and what to measure.
pub fn find(varied: &Varied<'_>, choice: &mut Choice) {
    let mut flips: Vec<Flip> = Vec::new();
    for (path, place, present) in inputs(varied.tree, choice.name) {
        let search = Search {
            varied,
            name: choice.name,
            now: choice.answer,
            path: &path,
            place,
            present,
        };
        let found = [search.side(false), search.side(true)];
        flips.extend(found.into_iter().flatten().min_by(nearest));
    }
    flips.sort_by(|a, b| nearest(a, b).then_with(|| a.input.cmp(&b.input)));
    flips.truncate(KEPT);
    choice.measure = flips.first().map(|flip| flip.input.clone());
    choice.flips_at = flips;
}

fn nearest(a: &Flip, b: &Flip) -> std::cmp::Ordering {
    distance(a).total_cmp(&distance(b))
}

/// How far a flip is away, as the logarithm of a factor.
fn distance(flip: &Flip) -> f64 {
    (flip.value / flip.present).ln().abs()
}

struct Search<'a> {
    varied: &'a Varied<'a>,
    name: &'static str,
    now: &'static str,
    path: &'a str,
    place: Place,
    present: f64,
}

impl Search<'_> {
    /// The answer with the input at a value; none where the scenario is not valid there.
    fn answer(&self, value: f64) -> Option<&'static str> {
        let scenario = self.varied.with(self.path, self.place, value).ok()?;
        let answer = choice(&scenario, self.name, Depth::Answer).ok()?.answer;
        (!answer.is_empty()).then_some(answer)
    }

    /// The nearest change above or below the present value.
    fn side(&self, up: bool) -> Option<Flip> {
        let (least, most) = key_at(self.path)?.limits;
        let mut last = self.present;
        for factor in FACTORS {
            let value = if up {
                (self.present * factor).min(most)
            } else {
                (self.present / factor).max(least)
            };
            if value == last {
                return None;
            }
            match self.answer(value) {
                Some(other) if other != self.now => return Some(self.close_in(last, value, other)),
                Some(_) => last = value,
                None => return None,
            }
        }
        None
    }

    fn close_in(&self, mut same: f64, mut other: f64, becomes: &'static str) -> Flip {
        let mut becomes = becomes;
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(same, other);
            match self.answer(middle) {
                Some(answer) if answer == self.now => same = middle,
                Some(answer) => (other, becomes) = (middle, answer),
                None => break,
            }
        }
        Flip {
            input: self.path.to_owned(),
            present: self.present,
            value: other,
            becomes,
        }
    }
}

/// Tables and keys that a choice stands on.
fn tables(name: &str) -> &'static [&'static str] {
    match name {
        "complexity" => &["choices.complexity"],
        "data" => &["choices.data"],
        "batch" => &[
            "choices.batch",
            "workload.peak_to_mean",
            "workload.requests_per_day",
        ],
        "prompt-or-tune" => &["choices.prompt_or_tune", "workload", "api", "fine_tune"],
        "oversight" => &["choices.oversight", "quality", "api", "self_host"],
        _ => &["workload", "api", "fine_tune", "self_host"],
    }
}

/// The numbers above zero of these tables with their paths and present values.
fn inputs(tree: &Node, name: &str) -> Vec<(String, Place, f64)> {
    let mut out = Vec::new();
    collect(tree, "", &mut out);
    out.retain(|(path, _, value)| {
        let inside = tables(name).iter().any(|table| {
            path.strip_prefix(table)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        inside && *value > 0.0 && key_at(path).is_some()
    });
    out
}

fn collect(node: &Node, path: &str, out: &mut Vec<(String, Place, f64)>) {
    let mut problems = crate::diagnostic::Problems::default();
    match &node.value {
        Value::Table(entries) => {
            for entry in entries {
                let at = join(path, &entry.key);
                let plain = matches!(
                    entry.node.value,
                    Value::Number(_) | Value::Text(_) | Value::Table(_)
                );
                match Input::read(&entry.node, &mut problems).filter(|_| plain) {
                    Some(input) => out.push((at, entry.node.place, input.median())),
                    None => collect(&entry.node, &at, out),
                }
            }
        }
        Value::List(list) => {
            for item in list {
                let label = ["name", "role", "label"]
                    .iter()
                    .find_map(|key| item.get(key).and_then(Node::text));
                if let Some(label) = label {
                    collect(item, &join(path, label), out);
                }
            }
        }
        _ => {}
    }
}

fn join(path: &str, key: &str) -> String {
    let key = if key.contains(['.', ' ', '"', ',']) {
        format!("\"{key}\"")
    } else {
        key.to_owned()
    };
    if path.is_empty() {
        key
    } else {
        format!("{path}.{key}")
    }
}
