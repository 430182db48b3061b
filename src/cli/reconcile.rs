//! `llmcost reconcile`.

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;

use super::args::Common;
use super::input::Inputs;
use super::logs::{self, LogArgs, Wanted};
use super::remote::RemoteArgs;
use super::{Exit, output};
use crate::analysis::reconcile::{Query, Tolerance, reconcile};
use crate::report;
use crate::usage::group::Plan;
use crate::usage::ingest::Usage;
use crate::usage::key::Dimension;
use crate::usage::money::Money;
use crate::usage::price::Prices;
use crate::usage::time::Zone;

/// `reconcile`.
#[derive(Args, Debug)]
#[command(
    override_usage = "llmcost reconcile [OPTIONS] <LOG>... <BILL>\n       llmcost reconcile [OPTIONS] <LOG>... --bill <BILL>"
)]
pub struct ReconcileArgs {
    /// What to read; without --bill the last file is the bill.
    #[command(flatten)]
    pub logs: LogArgs,
    /// The bill: a cost or usage report, a FOCUS file, an activity CSV, or a table of your own.
    #[arg(long, value_name = "BILL")]
    pub bill: Vec<String>,
    /// Source of the bill, where it cannot be told from it.
    #[arg(long, value_name = "SOURCE")]
    pub bill_from: Option<String>,
    /// Columns of a bill of your own: model=Model,time=Date,cost=Amount; or a TOML file of such pairs.
    #[arg(long, value_name = "FIELD=COLUMN,...")]
    pub bill_map: Option<String>,
    /// What rows are told apart by: model, day; without it whatever the bill tells.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = ["model", "day"])]
    pub by: Vec<String>,
    /// What may be left of a billed amount.
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "2%",
        allow_hyphen_values = true
    )]
    pub tolerance: String,
    /// What may be left in any case, in US dollars.
    #[arg(
        long,
        value_name = "USD",
        default_value = "0.01",
        allow_hyphen_values = true
    )]
    pub tolerance_usd: String,
    /// Show also the rows that agree, each by itself.
    #[arg(long)]
    pub all: bool,
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &ReconcileArgs, common: &Common) -> Result<Exit> {
    let (calls, bill) = split(args)?;
    let tolerance = tolerance(args)?;
    let own = logs::with_prices(&args.logs, common);
    let inputs = Inputs::new(&own)?;
    let prices = Prices::new(&inputs.catalog, inputs.settings.prices_as_of);
    let zone = logs::zone(&args.logs)?;
    let Some(log) = read(&calls, common, &prices, Dimension::Hour, zone)? else {
        return Ok(Exit::Answered);
    };
    let charged = read(&bill, common, &prices, Dimension::Day, Zone::utc()).context("the bill")?;
    let charged = charged.context("the bill is a file")?;
    let by = |name: &str| (!args.by.is_empty()).then(|| args.by.iter().any(|by| by == name));
    let query = Query {
        by_model: by("model"),
        by_day: by("day"),
        tolerance,
    };
    let mut result = reconcile(&log, &charged, &prices, &query).map_err(|why| anyhow!(why))?;
    let older = prices.older(&log.grouping, |_| true);
    result.warnings.extend(older);
    let blocks = || report::reconcile::blocks(&result, args.all);
    let tidy = || report::reconcile::tidy(&result);
    let exit = output::write(&result, &blocks, &tidy, &result.warnings, common)?;
    Ok(if result.agrees { exit } else { Exit::Failed })
}

/// The logs and the bill, each with its own source and map.
fn split(args: &ReconcileArgs) -> Result<(LogArgs, LogArgs)> {
    let mut calls = args.logs.clone();
    let mut bills = args.bill.clone();
    if bills.is_empty() {
        bills.extend(calls.logs.pop());
        if calls.logs.is_empty() && calls.remote.remote.is_none() || bills.is_empty() {
            bail!(
                "a log and a bill are needed\nhint: llmcost reconcile LOG BILL, or LOG... --bill BILL"
            );
        }
    }
    if calls.logs.iter().any(|log| log == "-") && bills.iter().any(|bill| bill == "-") {
        bail!("standard input is either a log or the bill");
    }
    let bill = LogArgs {
        logs: bills,
        from: args.bill_from.clone(),
        map: args.bill_map.clone(),
        remote: RemoteArgs {
            remote: None,
            ..args.logs.remote.clone()
        },
        ..args.logs.clone()
    };
    Ok((calls, bill))
}

fn read(
    args: &LogArgs,
    common: &Common,
    prices: &Prices<'_>,
    by: Dimension,
    zone: Zone,
) -> Result<Option<Usage>> {
    let plan = Plan {
        by: vec![by],
        zone,
        daily: false,
    };
    let wanted = Wanted {
        plan,
        shapes: prices,
        prices: Some(prices),
        profile: false,
        bill: by == Dimension::Day,
    };
    logs::usage(args, wanted, common)
}

fn tolerance(args: &ReconcileArgs) -> Result<Tolerance> {
    let text = args.tolerance.trim();
    let share = text
        .strip_suffix('%')
        .and_then(|number| number.trim().parse::<f64>().ok());
    let millionths = share.filter(|percent| (0.0..=100.0).contains(percent));
    let Some(percent) = millionths else {
        bail!(
            "--tolerance: `{text}` is no percentage from 0% to 100%\nhint: write it with its sign, such as 2%"
        );
    };
    let usd = Money::parse(&args.tolerance_usd).filter(|usd| *usd >= Money::ZERO);
    let Some(usd) = usd else {
        bail!(
            "--tolerance-usd: `{}` is no amount of US dollars",
            args.tolerance_usd
        );
    };
    Ok(Tolerance {
        millionths: (percent * 1e4).round() as u32,
        usd,
    })
}
