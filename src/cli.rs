//! The command line: load, analyze, render, write. Only this layer prints or names paths.

mod accuracy;
mod args;
mod attribute;
mod breakeven;
mod calibrate;
mod catalog;
mod chart;
mod check;
mod choices;
mod compare;
mod completions;
mod diff;
mod explain;
mod forecast;
mod init;
mod input;
mod locks;
mod logs;
mod man;
mod many;
mod output;
mod progress;
mod range;
mod reconcile;
mod remote;
mod report;
mod schema;
mod sensitivity;
mod simulate;
mod size;
mod solve;
mod sweep;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

pub use args::{Cli, Command};

/// How a run ends; the codes are a contract (`docs/errors.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: answered.
    Answered,
    /// 1: a gate failed.
    Failed,
    /// 2: wrong input, wrong usage, or nothing to compare.
    Wrong,
    /// 3: with `--strict`, something was unpriced, stale or guessed.
    Strict,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Answered => 0,
            Exit::Failed => 1,
            Exit::Wrong => 2,
            Exit::Strict => 3,
        })
    }
}

/// Runs a command line.
///
/// # Errors
/// What kept the command from its answer, to be shown by [`report`].
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<Exit> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, and a closed pipe is no failure of theirs.
            let _ = error.print();
            return Ok(if error.use_stderr() {
                Exit::Wrong
            } else {
                Exit::Answered
            });
        }
    };
    let common = &cli.common;
    match &cli.command {
        Command::Compare(args) => compare::run(args, common),
        Command::Breakeven(args) => breakeven::run(args, common),
        Command::Sensitivity(args) => sensitivity::run(args, common),
        Command::Solve(args) => solve::run(args, common),
        Command::Sweep(args) => sweep::run(args, common),
        Command::Size(args) => size::run(args, common),
        Command::Diff(args) => diff::run(args, common),
        Command::Simulate(args) => simulate::run(args, common),
        Command::Explain(args) => explain::run(args, common),
        Command::Choices(args) => choices::run(args, common),
        Command::Report(args) => report::run(args, common),
        Command::Chart(args) => chart::run(args, common),
        Command::Check(args) => check::run(args, common),
        Command::Baseline(args) => check::accept::run(args, common),
        Command::Calibrate(args) => calibrate::run(args, common),
        Command::Forecast(args) => forecast::run(args, common),
        Command::Attribute(args) => attribute::run(args, common),
        Command::Reconcile(args) => reconcile::run(args, common),
        Command::Catalog(args) => catalog::run(args, common),
        Command::Init(args) => init::run(args, common),
        Command::Schema(args) => schema::run(args, common),
        Command::Completions(args) => completions::run(args, common),
        Command::Man(args) => man::run(args, common),
    }
}

/// Shows an error on stderr: problems of files as they are, anything else after `error: `.
pub fn report(error: &anyhow::Error) {
    use std::io::Write;
    let text = match error.downcast_ref::<input::Rejected>() {
        Some(rejected) => rejected.to_string(),
        None => format!("error: {error:#}\n"),
    };
    let _ = std::io::stderr().write_all(text.as_bytes());
}
