//! `llmcost compare`.

use anyhow::Result;
use serde::Serialize;

use super::args::{Common, CompareArgs};
use super::chart::Charted;
use super::input::{self, Inputs};
use super::{Exit, many, output};
use crate::analysis::compare::{Comparison, compare};
use crate::analysis::time::{default_base, over_time};
use crate::diagnostic::{Problem, Sources};
use crate::report;
use crate::report::Block;
use crate::report::chart::{Digest, Look, Picture, Theme, terminal};
use crate::scenario::{Loaded, Scenario};
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
    if args.plot {
        output::needs_text("--plot", common)?;
    }
    let (results, plots): (Vec<_>, Vec<_>) = results(args, common)?.into_iter().unzip();
    let warnings: Vec<Warning> = merged(&results);
    let tidy = || {
        if args.over_time {
            report::time::tidy(&results)
        } else {
            report::compare::tidy(&results)
        }
    };
    let whole = |at: usize| {
        let mut blocks = if args.over_time {
            report::time::blocks(&results[at])
        } else {
            report::compare::blocks(&results[at])
        };
        blocks.extend(plots[at].clone().map(Block::Drawing));
        blocks
    };
    if let [result] = &results[..] {
        return output::write(result, &|| whole(0), &tidy, &warnings, common);
    }
    let all = Comparisons {
        schema: "llmcost/comparisons/1",
        comparisons: &results,
    };
    let blocks = || {
        let mut blocks: Vec<_> = (0..results.len()).flat_map(whole).collect();
        blocks.extend(report::compare::summary(&results));
        blocks
    };
    output::write(&all, &blocks, &tidy, &warnings, common)
}

/// A comparison, and its plot where that is asked for.
type Compared = (Comparison, Option<String>);

/// Compares every file; what is wrong with any of them is told in one run.
fn results(args: &CompareArgs, common: &Common) -> Result<Vec<Compared>> {
    let inputs = Inputs::new(common)?;
    let files = input::files(&args.scenarios)?;
    let reads = inputs.each(
        &files,
        &|_, loaded, sources| match base(args, common, &loaded.scenario) {
            Ok(base) => {
                let result = one(args, common, &loaded.scenario, base)?;
                let plot = args.plot.then(|| plot(&inputs, loaded, &result, sources));
                let plot = plot
                    .transpose()?
                    .map(|picture| terminal::draw(&picture, output::terminal(common, args.ascii)));
                Ok(Ok((result, plot)))
            }
            Err(error) => Ok(Err(error)),
        },
    );
    let (reads, _) = many::without_bases(reads);
    let refused = reads.iter().filter_map(|read| read.answer.as_ref().err());
    let mut rejected: Vec<anyhow::Error> = many::rejected(refused).into_iter().collect();
    let mut results = Vec::new();
    for answer in reads.into_iter().filter_map(|read| read.answer.ok()) {
        match answer {
            Ok(result) => results.push(result),
            Err(error) => rejected.push(error),
        }
    }
    input::all_or_nothing(rejected)?;
    Ok(results)
}

/// The option of `--base`, once the names after the flags are known to exist.
fn base(args: &CompareArgs, common: &Common, scenario: &Scenario) -> Result<Option<usize>> {
    input::check_options(common, scenario)?;
    let named = args.base.as_ref().filter(|_| args.over_time);
    let at = named.map(|name| input::option_named("--base", name, scenario));
    at.transpose()
}

fn one(
    args: &CompareArgs,
    common: &Common,
    scenario: &Scenario,
    base: Option<usize>,
) -> Result<Comparison, Vec<Problem>> {
    let mut result = compare(scenario)?;
    if args.over_time {
        let base = base.unwrap_or_else(|| default_base(&result));
        result.over_time = Some(over_time(scenario, base)?);
    }
    if !common.options.is_empty() {
        result.keep(|name| input::shown(common, name));
    }
    Ok(result)
}

/// The page that the plot of a terminal is laid out for: ticks as for a small picture.
const PLOT: Look = Look {
    width: 800,
    height: 450,
    scale: 1.0,
    theme: Theme::Light,
};

/// The cost curves of an answer.
fn plot(
    inputs: &Inputs,
    loaded: &Loaded,
    result: &Comparison,
    sources: &Sources,
) -> Result<Picture, Vec<Problem>> {
    let charted = Charted::new(loaded, result, Digest::of(sources.texts()))?;
    Ok(charted.curves(inputs, &PLOT))
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
