//! `llmcost forecast`.

use anyhow::{Result, bail};
use clap::Args;

use super::args::Common;
use super::input::{self, Inputs};
use super::logs::{self, LogArgs, Wanted};
use super::{Exit, output};
use crate::analysis::forecast::forecast;
use crate::report;
use crate::usage::group::Plan;
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
    if logs.logs.is_empty() && logs.remote.remote.is_none() || scenario.is_empty() {
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
    let wanted = Wanted {
        plan,
        shapes: &NoShapes,
        prices: None,
        profile: false,
        bill: false,
    };
    let Some(usage) = logs::usage(&logs, wanted, common)? else {
        return Ok(Exit::Answered);
    };
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
