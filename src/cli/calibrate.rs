//! `llmcost calibrate`.

use anyhow::{Result, anyhow};
use clap::Args;

use super::args::{Common, Format};
use super::input::Inputs;
use super::logs::{self, LogArgs, Wanted};
use super::{Exit, output};
use crate::analysis::calibrate::calibrate;
use crate::report;
use crate::usage::group::Plan;
use crate::usage::ingest::Usage;
use crate::usage::price::Prices;

/// `calibrate`.
#[derive(Args, Debug)]
pub struct CalibrateArgs {
    /// What to read.
    #[command(flatten)]
    pub logs: LogArgs,
    /// Title of the scenario.
    #[arg(long, value_name = "TITLE", default_value = "calibrated workload")]
    pub name: String,
}

/// Runs the command.
///
/// # Errors
/// Wrong input, or logs that hold no requests of a known size and time.
pub fn run(args: &CalibrateArgs, common: &Common) -> Result<Exit> {
    let inputs = Inputs::new(&logs::with_prices(&args.logs, common))?;
    let prices = Prices::new(&inputs.catalog, inputs.settings.prices_as_of);
    let Some(usage) = profiled(&args.logs, &prices, common)? else {
        return Ok(Exit::Answered);
    };
    let found = calibrate(&usage, &prices).map_err(|why| anyhow!(why))?;
    let warnings = usage.warnings(false);
    if is_scenario(common) {
        let text = report::calibrate::scenario(&found, &args.name);
        return output::put_text(&text, &warnings, common);
    }
    let blocks = || report::calibrate::blocks(&found, &args.name);
    let tidy = || report::calibrate::tidy(&found);
    output::write(&found, &blocks, &tidy, &warnings, common)
}

/// Whether a scenario file is asked for: on a terminal, and for files that end in `.toml`.
fn is_scenario(common: &Common) -> bool {
    let toml = common
        .output
        .as_ref()
        .is_none_or(|path| path.extension().is_none_or(|ending| ending == "toml"));
    match common.format {
        None => toml,
        Some(format) => format == Format::Table,
    }
}

/// Reads logs by day, with what the workload looks like.
fn profiled(args: &LogArgs, prices: &Prices<'_>, common: &Common) -> Result<Option<Usage>> {
    let plan = Plan {
        by: Vec::new(),
        zone: logs::zone(args)?,
        daily: true,
    };
    let wanted = Wanted {
        plan,
        shapes: prices,
        prices: Some(prices),
        profile: true,
        bill: false,
    };
    logs::usage(args, wanted, common)
}
