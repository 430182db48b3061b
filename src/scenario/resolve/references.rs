//! What names options, features and inputs without being one: budgets and correlations.

use super::super::file::{BudgetFile, LimitFile, ScenarioFile};
use super::super::{Budget, Feature, OptionSpec};
use super::context::Context;
use super::options;
use crate::diagnostic::Problem;
use crate::document;
use crate::table::{Many, Num};

/// The limits of `[budget]`, each for an option or a feature that exists.
pub fn budget(
    file: &BudgetFile,
    options: &[OptionSpec],
    features: &[Feature],
    cx: &mut Context<'_>,
) -> Budget {
    let value = |num: &Option<Num>| num.as_ref().map(|num| num.input.median());
    let mut budget = Budget {
        monthly_usd: value(&file.monthly_usd),
        yearly_usd: value(&file.yearly_usd),
        usd_per_request: value(&file.usd_per_request),
        options: Vec::new(),
    };
    for limit in limits(file.option.as_ref()) {
        let Some(name) = &limit.name else { continue };
        match options.iter().position(|option| option.name == name.value) {
            Some(at) => budget
                .options
                .extend(value(&limit.monthly_usd).map(|usd| (at, usd))),
            None => cx.problem(options::no_option(name, options)),
        }
    }
    let known: Vec<&str> = features
        .iter()
        .filter_map(|part| part.name.as_deref())
        .collect();
    for name in limits(file.feature.as_ref())
        .iter()
        .filter_map(|limit| limit.name.as_ref())
    {
        if !known.contains(&name.value.as_str()) {
            let message = format!("no feature is named `{}`", name.value);
            let problem =
                Problem::new(name.place, message).suggest(&name.value, known.iter().copied());
            cx.problem(problem.expected("the name of a [[workload.feature]]"));
        }
    }
    budget
}

fn limits(many: Option<&Many<LimitFile>>) -> &[LimitFile] {
    many.map_or(&[], |many| &many.0)
}

/// Correlations are used where risk is asked for; their paths are checked wherever they stand.
pub fn check_correlations(file: &ScenarioFile, cx: &mut Context<'_>) {
    if file.correlation.is_none() {
        return;
    }
    let paths = cx.paths();
    let known: Vec<&str> = paths.iter().map(|(_, path)| path.as_str()).collect();
    for correlation in file.correlation.iter().flat_map(|many| &many.0) {
        let Some(inputs) = &correlation.inputs else {
            continue;
        };
        if inputs.len() != 2 {
            cx.problem(
                Problem::new(correlation.place, "a correlation is between two inputs")
                    .found(format!("{} inputs", inputs.len())),
            );
        }
        for input in inputs {
            if known_path(&input.value, &known) {
                continue;
            }
            let beside = keys_beside(&input.value);
            let candidates = beside
                .iter()
                .map(String::as_str)
                .chain(known.iter().copied());
            let problem = Problem::new(input.place, "no such input in this file")
                .found(format!("\"{}\"", input.value))
                .expected("table, name and key joined by dots: self_host.own.usd_per_gpu_hour")
                .suggest(&input.value, candidates);
            cx.problem(problem);
        }
    }
}

/// The paths that differ from one in their last key alone.
fn keys_beside(path: &str) -> Vec<String> {
    let Some((parent, _)) = path.rsplit_once('.') else {
        return Vec::new();
    };
    let kind = parent.split('.').next().unwrap_or_default();
    let keys = crate::table::keys_at(ScenarioFile::KEYS, kind);
    keys.iter()
        .map(|key| format!("{parent}.{}", key.name))
        .collect()
}

/// Whether a path names a key of the file, or a key that an option of the file could have.
fn known_path(path: &str, known: &[&str]) -> bool {
    if known.contains(&path) {
        return true;
    }
    let Some(segments) = document::segments(path) else {
        return false;
    };
    let (kind, key) = match &segments[..] {
        [kind, name, key] if known.contains(&format!("{kind}.{name}").as_str()) => (kind, key),
        [kind, key] => (kind, key),
        _ => return false,
    };
    crate::table::keys_at(ScenarioFile::KEYS, kind)
        .iter()
        .any(|known| known.name == *key)
}
