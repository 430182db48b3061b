//! `llmcost sweep`.

use anyhow::{Result, anyhow};

use super::args::{Common, SweepArgs};
use super::input::{self, Inputs};
use super::progress::Progress;
use super::{Exit, output};
use crate::analysis::sweep::{Axis, sweep};
use crate::report;

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &SweepArgs, common: &Common) -> Result<Exit> {
    let axis = Axis::parse(&args.vary).map_err(|why| anyhow!("--vary: {why}"))?;
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    input::check_options(common, &loaded.scenario)?;
    let place = inputs.argument("--vary", &axis.path);
    let varied = inputs.varied(&loaded);
    let mut progress = Progress::new("values", axis.points, common.quiet);
    let mut result = sweep(&varied, &axis, place, &mut |done| progress.at(done))
        .map_err(|problems| inputs.rejected(&problems))?;
    if !common.options.is_empty() {
        result.keep(|name| input::shown(common, name));
    }
    let blocks = || report::sweep::blocks(&result, &loaded.scenario.currency);
    let tidy = || report::sweep::tidy(&result);
    let warnings = &loaded.scenario.warnings;
    output::write(&result, &blocks, &tidy, warnings, common)
}
