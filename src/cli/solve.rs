//! `llmcost solve`.

use anyhow::Result;
use clap::Args;

use super::args::Common;
use super::input::{self, Inputs};
use super::{Exit, output, range};
use crate::analysis::solve::{Question, Target, solve};
use crate::report;

/// `solve`.
#[derive(Args, Debug)]
pub struct SolveArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// The goal: two figures or a figure and a number with =, <= or >= between them, such as
    /// "own = luna", "own monthly <= 20000", "own npv <= luna", "own vs luna break-even <= 300000".
    #[arg(long, value_name = "GOAL")]
    pub target: String,
    /// The input that is moved: table, name and key.
    #[arg(long, value_name = "PATH")]
    pub by: String,
    /// Least value; without it a hundredth of the present one.
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Greatest value; without it a hundred times the present one.
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub to: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &SolveArgs, common: &Common) -> Result<Exit> {
    input::refuse(common, "solve", &["--option"])?;
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    let goal = inputs.argument("--target", &args.target);
    let place = inputs.argument("--by", &args.by);
    let options: Vec<&str> = loaded
        .scenario
        .options
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    let target = Target::parse(&args.target, goal.source, &options)
        .map_err(|problem| inputs.rejected(&[problem]))?;
    let varied = inputs.varied(&loaded);
    inputs.check_path(&varied, &args.by, place)?;
    let from = range::end(args.from.as_deref(), "--from")?;
    let to = range::end(args.to.as_deref(), "--to")?;
    let (grid, present) = range::search(&args.by, &loaded.tree, from, to)?;
    let question = Question {
        target: &target,
        text: &args.target,
        by: &args.by,
        place,
        present,
        grid,
    };
    let result = solve(&varied, &question).map_err(|problems| inputs.rejected(&problems))?;
    let blocks = || report::solve::blocks(&result, &loaded.scenario.currency);
    let tidy = || report::solve::tidy(&result);
    let warnings = &loaded.scenario.warnings;
    output::write(&result, &blocks, &tidy, warnings, common)
}
