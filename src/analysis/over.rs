//! At which value of any input do the options cross?
//!
//! Every pair of options is searched by [`super::scan`] (`docs/model.md` section 7).

use std::cell::RefCell;

use serde::Serialize;

use super::scan::{self, Grid};
use super::vary::Varied;
use crate::diagnostic::{Place, Problem};

/// The answer of `llmcost breakeven --over PATH`.
#[derive(Clone, Debug, Serialize)]
pub struct Over {
    /// `llmcost/breakeven/1`.
    pub schema: &'static str,
    /// The input.
    pub over: String,
    /// Its present value, where it is a number of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<f64>,
    /// Every pair of options.
    pub pairs: Vec<OverPair>,
}

/// Two options over an input.
#[derive(Clone, Debug, Serialize)]
pub struct OverPair {
    /// First option.
    pub a: String,
    /// Second option.
    pub b: String,
    /// Values searched.
    pub range: [f64; 2],
    /// `crosses`, or whether b is `never` or `always` the cheaper one.
    pub verdict: &'static str,
    /// Every change of the cheaper option.
    pub crossings: Vec<OverCrossing>,
}

/// One crossing.
#[derive(Clone, Debug, Serialize)]
pub struct OverCrossing {
    /// Value of the input.
    pub value: f64,
    /// The option that is cheaper above it.
    pub cheaper_after: String,
    /// `slope` where both cost the same, `jump` where one of them jumps past the other.
    pub cause: &'static str,
}

/// Finds every crossing of every pair over an input's range.
///
/// # Errors
/// What is wrong with the path, or with the scenario at one of the values.
pub fn over(
    varied: &Varied<'_>,
    path: &str,
    place: Place,
    grid: &Grid,
) -> Result<Over, Vec<Problem>> {
    let wrong: RefCell<Option<Vec<Problem>>> = RefCell::new(None);
    let costs = |value: f64| {
        if wrong.borrow().is_some() {
            return None;
        }
        match varied.totals(path, place, value) {
            Ok(totals) => Some(totals.monthly_usd),
            Err(problems) => {
                wrong.replace(Some(problems));
                None
            }
        }
    };
    let points = scan::points(grid, &costs);
    let names: Vec<&str> = varied
        .scenario
        .options
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    let mut pairs = Vec::new();
    for a in 0..names.len() {
        for b in a + 1..names.len() {
            let found = scan::changes(&points, [a, b], grid, &costs);
            pairs.push(pair([names[a], names[b]], [grid.low, grid.high], found));
        }
    }
    if let Some(problems) = wrong.into_inner() {
        return Err(problems);
    }
    Ok(Over {
        schema: "llmcost/breakeven/1",
        over: path.to_owned(),
        present: None,
        pairs,
    })
}

fn pair(
    [a, b]: [&str; 2],
    range: [f64; 2],
    (first, changes): (f64, Vec<scan::Change>),
) -> OverPair {
    let verdict = match (changes.is_empty(), first > 0.0) {
        (false, _) => "crosses",
        (true, true) => "always",
        (true, false) => "never",
    };
    let crossing = |change: scan::Change| OverCrossing {
        value: change.value,
        cheaper_after: if change.first_after { a } else { b }.to_owned(),
        cause: if change.jump { "jump" } else { "slope" },
    };
    OverPair {
        a: a.to_owned(),
        b: b.to_owned(),
        range,
        verdict,
        crossings: changes.into_iter().map(crossing).collect(),
    }
}
