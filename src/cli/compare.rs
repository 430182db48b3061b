//! `llmcost compare`.

use anyhow::Result;
use serde::Serialize;

use super::args::{Common, CompareArgs};
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::compare::{Comparison, compare};
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
        match one(&path, common, &mut inputs) {
            Ok(result) => results.push(result),
            Err(error) => rejected.push(error),
        }
    }
    input::all_or_nothing(rejected)?;
    let warnings: Vec<Warning> = merged(&results);
    let tidy = || report::compare::tidy(&results);
    if let [result] = &results[..] {
        let blocks = || report::compare::blocks(result);
        return output::write(result, &blocks, &tidy, &warnings, common);
    }
    let all = Comparisons {
        schema: "llmcost/comparisons/1",
        comparisons: &results,
    };
    let blocks = || {
        let mut blocks: Vec<_> = results.iter().flat_map(report::compare::blocks).collect();
        blocks.extend(report::compare::summary(&results));
        blocks
    };
    output::write(&all, &blocks, &tidy, &warnings, common)
}

fn one(path: &str, common: &Common, inputs: &mut Inputs) -> Result<Comparison> {
    let loaded = inputs.scenario(path)?;
    input::check_options(common, &loaded.scenario)?;
    let mut result = compare(&loaded.scenario).map_err(|problems| inputs.rejected(&problems))?;
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
