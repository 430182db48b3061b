//! `llmcost catalog lock`.

use anyhow::Result;
use clap::Args;

use super::super::args::Common;
use super::super::input::{self, Inputs};
use super::super::{Exit, output};
use crate::analysis::compare::models;
use crate::cost::Month;
use crate::report::format::plural;

/// `catalog lock`.
#[derive(Args, Debug)]
pub struct LockArgs {
    /// Scenario files, folders or patterns.
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// Wrong input: what cannot be priced cannot be locked.
pub fn run(args: &LockArgs, common: &Common) -> Result<Exit> {
    let unused = [
        "--format",
        "--option",
        "--set",
        "--strict",
        "--locked",
        "--no-lock",
        "--prices-as-of",
    ];
    input::refuse(common, "catalog lock", &unused)?;
    let mut inputs = Inputs::traced(common)?;
    let mut rejected = Vec::new();
    let files = input::files(&args.scenarios)?;
    for path in &files {
        let priced = inputs.scenario(path).and_then(|loaded| {
            models(&Month::of(&loaded.scenario, 0)).map_err(|problems| inputs.rejected(&problems))
        });
        rejected.extend(priced.err());
    }
    input::all_or_nothing(rejected)?;
    let text = inputs.catalog.locked_text();
    let rows = inputs.catalog.trace().used.len();
    if !common.quiet {
        eprintln!(
            "note: {rows} row{} for {} scenario{}, catalog of {}",
            plural(rows),
            files.len(),
            plural(files.len()),
            inputs.catalog.as_of()
        );
    }
    output::put(&text, common)?;
    Ok(Exit::Answered)
}
