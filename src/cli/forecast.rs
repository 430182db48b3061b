//! `llmcost forecast`.

use anyhow::{Result, anyhow, bail};
use clap::Args;

use super::args::Common;
use super::input::{self, Inputs};
use super::logs::{self, LogArgs};
use super::{Exit, output};
use crate::analysis::forecast::forecast;
use crate::report;
use crate::usage::group::Plan;
use crate::usage::ingest::Ingest;
use crate::usage::shape::NoShapes;

/// `forecast`.
#[derive(Args, Debug)]
pub struct ForecastArgs {
    /// What to read; the last of the names is the scenario.
    #[command(flatten)]
    pub logs: LogArgs,
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &ForecastArgs, common: &Common) -> Result<Exit> {
    let mut logs = args.logs.clone();
    let scenario = logs.logs.pop().unwrap_or_default();
    if logs.logs.is_empty() {
        bail!("a forecast needs logs and a scenario\nhint: llmcost forecast LOG... SCENARIO.toml");
    }
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&scenario)?;
    input::check_options(common, &loaded.scenario)?;
    let plan = Plan {
        by: Vec::new(),
        zone: logs::zone(&logs)?,
        daily: true,
    };
    let (from, options) = (logs::source(&logs)?, logs::options(&logs)?);
    let rules = logs::rules(&logs, common)?;
    let mut ingest = Ingest::new(plan, from, options, rules, &NoShapes);
    logs::read(&logs, &mut ingest, common)?;
    let usage = ingest.finish().map_err(|why| anyhow!(why))?;
    if usage.rows() == 0 {
        bail!("{}", logs::nothing(&usage));
    }
    let mut result =
        forecast(&usage, &loaded.scenario).map_err(|problems| inputs.rejected(&problems))?;
    result
        .thresholds
        .retain(|one| input::shown(common, &one.option) && input::shown(common, &one.against));
    result.warnings = usage.warnings(false);
    result
        .warnings
        .extend(loaded.scenario.warnings.iter().cloned());
    let blocks = || report::forecast::blocks(&result);
    let tidy = || report::forecast::tidy(&result);
    output::write(&result, &blocks, &tidy, &result.warnings, common)
}
