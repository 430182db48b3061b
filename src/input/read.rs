//! Reading what may stand for a number: intervals and named distributions, with their problems.

use super::{Input, Z95};
use crate::diagnostic::Problem;
use crate::document::{Node, Value};

pub(super) fn not_a_number(node: &Node) -> Problem {
    Problem::new(node.place, "not a number")
        .found(node.describe())
        .expected("a number, an interval \"low to high\", or { dist = \"...\", ... }")
}

/// `"2.0 to 3.5"`: lognormal through both ends as P5 and P95, or normal where an end is not positive.
pub(super) fn interval(node: &Node, text: &str) -> Result<Input, Problem> {
    let parts = text
        .split_once(" to ")
        .map(|(low, high)| (number(low), number(high)));
    let Some((Some(low), Some(high))) = parts else {
        let problem = not_a_number(node);
        return Err(if number(text).is_some() {
            problem.hint("write the number without quotes")
        } else {
            problem
        });
    };
    if low >= high {
        return Err(Problem::new(
            node.place,
            "the interval's low end is not below its high end",
        )
        .found(format!("{low} to {high}"))
        .expected("P5 to P95, the smaller number first"));
    }
    Ok(if low > 0.0 {
        let (low, high) = (low.ln(), high.ln());
        Input::Lognormal {
            mu: f64::midpoint(low, high),
            sigma: (high - low) / (2.0 * Z95),
        }
    } else {
        Input::Normal {
            mean: f64::midpoint(low, high),
            sd: (high - low) / (2.0 * Z95),
        }
    })
}

fn number(text: &str) -> Option<f64> {
    let plain: String = text.trim().chars().filter(|c| *c != '_').collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The distributions and the parameters each of them takes.
pub const SHAPES: &[(&str, &[&str])] = &[
    ("normal", &["mean", "sd"]),
    ("lognormal", &["median", "sigma"]),
    ("uniform", &["min", "max"]),
    ("triangular", &["min", "mode", "max"]),
    ("pert", &["min", "mode", "max"]),
    ("beta", &["alpha", "beta"]),
    ("discrete", &["values", "weights"]),
];

pub(super) fn named(node: &Node) -> Result<Input, Problem> {
    let Some(dist) = node.get("dist") else {
        return Err(not_a_number(node));
    };
    let Some((name, keys)) = SHAPES.iter().find(|(name, _)| dist.text() == Some(*name)) else {
        return Err(Problem::new(dist.place, "unknown distribution")
            .found(dist.describe())
            .suggest(
                dist.text().unwrap_or_default(),
                SHAPES.iter().map(|(name, _)| *name),
            ));
    };
    if let Some(stray) = node.entries().iter().find(|entry| {
        entry.key != "dist" && !keys.contains(&entry.key.as_str()) && !optional(name, &entry.key)
    }) {
        return Err(
            Problem::new(stray.place, format!("unknown field `{}`", stray.key))
                .suggest(&stray.key, keys.iter().copied()),
        );
    }
    if *name == "discrete" {
        return listed(node);
    }
    let mut values = [0.0; 3];
    for (slot, key) in values.iter_mut().zip(*keys) {
        *slot = parameter(node, key)?;
    }
    checked(node, name, values)
}

fn optional(name: &str, key: &str) -> bool {
    name == "beta" && matches!(key, "min" | "max")
}

fn parameter(node: &Node, key: &str) -> Result<f64, Problem> {
    match node.get(key).map(|value| (&value.value, value)) {
        Some((Value::Number(number), _)) if number.is_finite() => Ok(*number),
        Some((_, value)) => Err(Problem::new(
            value.place,
            format!("`{key}` is not a finite number"),
        )
        .found(value.describe())),
        None => Err(
            Problem::new(node.place, format!("the distribution lacks `{key}`"))
                .found(node.describe()),
        ),
    }
}

fn checked(node: &Node, name: &str, [a, b, c]: [f64; 3]) -> Result<Input, Problem> {
    let wrong = |expected: &str| {
        Err(Problem::new(
            node.place,
            format!("parameters that are no {name} distribution"),
        )
        .found(
            node.entries()
                .iter()
                .map(parameter_text)
                .collect::<Vec<_>>()
                .join(", "),
        )
        .expected(expected))
    };
    match name {
        "normal" if b > 0.0 => Ok(Input::Normal { mean: a, sd: b }),
        "normal" => wrong("sd above 0"),
        "lognormal" if a > 0.0 && b > 0.0 => Ok(Input::Lognormal {
            mu: a.ln(),
            sigma: b,
        }),
        "lognormal" => wrong("median and sigma above 0"),
        "uniform" if a < b => Ok(Input::Uniform { min: a, max: b }),
        "uniform" => wrong("min below max"),
        "triangular" if a <= b && b <= c && a < c => Ok(Input::Triangular {
            min: a,
            mode: b,
            max: c,
        }),
        "pert" if a <= b && b <= c && a < c => Ok(pert(a, b, c)),
        "beta" => beta(node, a, b),
        _ => wrong("min <= mode <= max, and min below max"),
    }
}

fn parameter_text(entry: &crate::document::Entry) -> String {
    match &entry.node.value {
        Value::Number(number) => format!("{} = {number}", entry.key),
        Value::Text(text) => format!("{} = \"{text}\"", entry.key),
        _ => format!("{} = {}", entry.key, entry.node.describe()),
    }
}

fn pert(min: f64, mode: f64, max: f64) -> Input {
    let alpha = 1.0 + 4.0 * (mode - min) / (max - min);
    Input::Beta {
        alpha,
        beta: 6.0 - alpha,
        min,
        max,
    }
}

fn beta(node: &Node, alpha: f64, beta: f64) -> Result<Input, Problem> {
    let end = |key, default| {
        if node.get(key).is_some() {
            parameter(node, key)
        } else {
            Ok(default)
        }
    };
    let (min, max) = (end("min", 0.0)?, end("max", 1.0)?);
    if alpha > 0.0 && beta > 0.0 && min < max {
        return Ok(Input::Beta {
            alpha,
            beta,
            min,
            max,
        });
    }
    Err(
        Problem::new(node.place, "parameters that are no beta distribution")
            .found(
                node.entries()
                    .iter()
                    .map(parameter_text)
                    .collect::<Vec<_>>()
                    .join(", "),
            )
            .expected("alpha and beta above 0, min below max"),
    )
}

fn listed(node: &Node) -> Result<Input, Problem> {
    let list = |key: &str| -> Option<Vec<f64>> {
        let Some(Value::List(list)) = node.get(key).map(|node| &node.value) else {
            return None;
        };
        list.iter()
            .map(|item| match item.value {
                Value::Number(number) if number.is_finite() => Some(number),
                _ => None,
            })
            .collect()
    };
    let values = list("values").unwrap_or_default();
    let weights = if node.get("weights").is_none() {
        vec![1.0; values.len()]
    } else {
        list("weights").unwrap_or_default()
    };
    let sum: f64 = weights.iter().sum();
    let right = !values.is_empty() && values.len() == weights.len();
    if !right || weights.iter().any(|weight| *weight < 0.0) || sum <= 0.0 {
        return Err(Problem::new(
            node.place,
            "values and weights that are no discrete distribution",
        )
        .found(node.describe())
        .expected("values = [..] and as many weights = [..], none negative, not all zero"));
    }
    let mut pairs: Vec<(f64, f64)> = values.into_iter().zip(weights).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Input::Discrete(pairs))
}
