//! `llmcost explain`.

use anyhow::{Result, bail};

use super::args::{Common, ExplainArgs};
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::explain::explain;
use crate::report;

/// Runs the command.
///
/// # Errors
/// Wrong input, or a line that no option has.
pub fn run(args: &ExplainArgs, common: &Common) -> Result<Exit> {
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    input::check_options(common, &loaded.scenario)?;
    let mut result = explain(&loaded.scenario, &inputs.sources, args.line.as_deref())
        .map_err(|problems| inputs.rejected(&problems))?;
    result
        .options
        .retain(|option| input::shown(common, &option.name));
    if let (Some(line), true) = (
        &args.line,
        result.options.iter().all(|option| option.lines.is_empty()),
    ) {
        bail!(
            "no line is named `{line}`\nhint: `llmcost explain` without a name shows all of them"
        );
    }
    let blocks = || report::explain::blocks(&result, &loaded.scenario.currency);
    let tidy = || report::explain::tidy(&result);
    let warnings = &loaded.scenario.warnings;
    output::write(&result, &blocks, &tidy, warnings, common)
}
