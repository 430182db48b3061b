//! `llmcost choices`.

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::args::Common;
use super::input::Inputs;
use super::{Exit, output};
use crate::analysis::choices::{QUESTIONS, choices};
use crate::report;

/// `choices`.
#[derive(Args, Debug)]
pub struct ChoicesArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// One choice in depth.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(QUESTIONS.map(|question| question.name)))]
    pub only: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &ChoicesArgs, common: &Common) -> Result<Exit> {
    if !common.options.is_empty() {
        bail!("`llmcost choices` has no use for --option: each choice names its options itself");
    }
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    let varied = inputs.varied(&loaded);
    let mut result =
        choices(&varied, args.only.as_deref()).map_err(|problems| inputs.rejected(&problems))?;
    let currency = &loaded.scenario.currency;
    report::choices::say(&mut result, currency);
    let blocks = || report::choices::blocks(&result, currency, args.only.is_some());
    let tidy = || report::choices::tidy(&result);
    output::write(&result, &blocks, &tidy, &result.warnings, common)
}
