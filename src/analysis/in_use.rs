//! The value of an input that the file does not state: the model takes one from the catalog, or a default.
//!
//! Nobody keeps a list of where each key ends up. Instead the values that the options are made of, and the
//! default of the key, are put in the input's place: the one that changes no option's cost is the one in use.
//! Where parts of an option use several values, or the catalog's is turned into another one on the way, none is.

use super::compare;
use super::vary::Varied;
use crate::cost::{self, Month, OptionModel};
use crate::curve::Curve;
use crate::diagnostic::Place;
use crate::real::Real;
use crate::scenario::Scenario;
use crate::scenario::file::key_at;

/// Relative difference below which costs are the same.
const SAME: f64 = 1e-12;
/// Changes of the input of which a cost has to show one, or the cost says nothing of its value.
const CHANGES: [f64; 3] = [1.01, 0.5, 2.0];
/// Times the present volume at which costs are compared: one step of a small fleet may hide what a large one shows.
const VOLUMES: [f64; 3] = [1.0, 70.0, 10_000.0];

/// The value of an input: the file's, or the one in use; none where there is no single one.
pub fn value_in_use(
    varied: &Varied<'_>,
    models: &[(String, OptionModel)],
    path: &str,
) -> Option<f64> {
    if let Some(stated) = varied.present(path) {
        return Some(stated);
    }
    let now = costs(varied.scenario)?;
    let at = |value: f64| costs(&varied.with(path, Place::default(), value).ok()?);
    let kept = |value: f64| at(value).is_some_and(|costs| same(&costs, &now));
    let default = key_at(path).map_or("", |key| key.default);
    if let Some(default) = default.parse().ok().filter(|default| kept(*default)) {
        return Some(default);
    }
    let told = |value: f64| {
        let mut changed = CHANGES.iter().filter_map(|change| at(change * value));
        changed.any(|costs| !same(&costs, &now))
    };
    let mut found = candidates(models, default)
        .into_iter()
        .filter(|value| kept(*value) && told(*value));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The constants that options are made of and the numbers of a default that depends on other keys (`0.8, or 0.65
/// with ...`), in order, each once.
fn candidates(models: &[(String, OptionModel)], default: &str) -> Vec<f64> {
    let lines = models.iter().flat_map(|(_, model)| &model.lines);
    let factors = lines.flat_map(|line| &line.factors);
    let constants = factors.filter_map(|factor| factor.value.as_constant());
    let mut list: Vec<f64> = constants.map(Real::get).collect();
    let numbers = default.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    list.extend(numbers.filter_map(|number| number.parse::<f64>().ok()));
    list.retain(|value| *value > 0.0);
    list.sort_by(f64::total_cmp);
    list.dedup();
    list
}

/// Costs of every option (USD/month); none where one cannot be priced.
fn costs(scenario: &Scenario) -> Option<Vec<f64>> {
    let models = compare::models(&Month::of(scenario, 0)).ok()?;
    let volume = cost::volume(scenario).ok()?;
    let totals = models.iter().map(OptionModel::total);
    let at = |total: Curve| VOLUMES.map(|times| total.plain(times * volume));
    Some(totals.flat_map(at).collect())
}

fn same(a: &[f64], b: &[f64]) -> bool {
    let mut pairs = a.iter().zip(b);
    pairs.all(|(a, b)| (a - b).abs() <= SAME * a.abs().max(b.abs()))
}
