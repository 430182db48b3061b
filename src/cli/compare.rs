//! `llmcost compare`.

use anyhow::Result;
use serde::Serialize;

use super::args::{Common, CompareArgs};
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::compare::{Comparison, compare};
use crate::analysis::time::{default_base, over_time};
use crate::report;
use crate::warning::Warning;

/// Several scenarios side by side.
#[derive(Serialize)]
struct Comparisons<'a> {
    schema: &'static str,
    comparisons: &'a [Comparison],
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &CompareArgs, common: &Common) -> Result<Exit> {
    let mut inputs = Inputs::new(common)?;
    let mut results = Vec::new();
    let mut rejected = Vec::new();
    for path in input::files(&args.scenarios)? {
        match one(&path, args, common, &mut inputs) {
            Ok(result) => results.push(result),
            Err(error) => rejected.push(error),
        }
    }
    input::all_or_nothing(rejected)?;
    let warnings: Vec<Warning> = merged(&results);
    let tidy = || {
        if args.over_time {
            report::time::tidy(&results)
        } else {
            report::compare::tidy(&results)
        }
    };
    let whole = |result: &Comparison| {
        if args.over_time {
            report::time::blocks(result)
        } else {
            report::compare::blocks(result)
        }
    };
    if let [result] = &results[..] {
        return output::write(result, &|| whole(result), &tidy, &warnings, common);
    }
    let all = Comparisons {
        schema: "llmcost/comparisons/1",
        comparisons: &results,
    };
    let blocks = || {
        let mut blocks: Vec<_> = results.iter().flat_map(whole).collect();
        blocks.extend(report::compare::summary(&results));
        blocks
    };
    output::write(&all, &blocks, &tidy, &warnings, common)
}

fn one(path: &str, args: &CompareArgs, common: &Common, inputs: &mut Inputs) -> Result<Comparison> {
    let loaded = inputs.scenario(path)?;
    let scenario = &loaded.scenario;
    input::check_options(common, scenario)?;
    let mut result = compare(scenario).map_err(|problems| inputs.rejected(&problems))?;
    if args.over_time {
        let base = match &args.base {
            Some(name) => input::option_named("--base", name, scenario)?,
            None => default_base(&result),
        };
        let plan = over_time(scenario, base).map_err(|problems| inputs.rejected(&problems))?;
        result.over_time = Some(plan);
    }
    if !common.options.is_empty() {
        result.keep(|name| input::shown(common, name));
    }
    Ok(result)
}

fn merged(results: &[Comparison]) -> Vec<Warning> {
    let mut list: Vec<Warning> = Vec::new();
    for warning in results.iter().flat_map(|result| &result.warnings) {
        if !list.contains(warning) {
            list.push(warning.clone());
        }
    }
    list
}
