//! `llmcost attribute`.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};

use super::args::{Common, Format};
use super::input::{self, Inputs};
use super::logs::{self, LogArgs, Wanted};
use super::{Exit, output};
use crate::analysis::attribute::{
    Attribution, BUDGET_DIMENSIONS, CHARGE_DIMENSIONS, CostMode, Limit, Per, Query, Redaction,
    Told, charges, told,
};
use crate::diagnostic::Problems;
use crate::document;
use crate::report::{self, Block};
use crate::scenario::file::{BudgetFile, Limits as FileLimits};
use crate::table::{Num, Table, Text};
use crate::usage::group::{Class, Plan};
use crate::usage::ingest::Usage;
use crate::usage::key::{DIMENSIONS, Dimension};
use crate::usage::price::Prices;
use crate::warning::Warning;

/// `attribute`.
#[derive(Args, Debug)]
pub struct AttributeArgs {
    /// What to read.
    #[command(flatten)]
    pub logs: LogArgs,
    /// Dimensions of the rows: tenant, feature, prompt, model, provider, tier, session, status, source,
    /// hour, day, week, month.
    #[arg(
        long,
        value_name = "NAMES",
        default_value = "tenant",
        value_delimiter = ','
    )]
    pub by: Vec<String>,
    /// Which cost counts.
    #[arg(long, value_enum, default_value = "auto")]
    pub cost: Cost,
    /// Tell this many groups, the rest in one row.
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Compare the last N days with the N days before.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    pub trend: Option<u32>,
    /// Flag days that cost more than so many times the tenant's median day; 4.4 is +340 %.
    #[arg(long, value_name = "TIMES", default_value = "4.4")]
    pub spike: f64,
    /// Hold months, years and requests against the limits of [budget] in this file: exit with 1 where one is not kept.
    #[arg(long, value_name = "SCENARIO")]
    pub budget: Option<String>,
    /// Hide names of tenants, features, prompts and sessions behind hashes.
    #[arg(long)]
    pub redact: bool,
    /// Hashes that only those who know this text can make.
    #[arg(long, value_name = "TEXT", requires = "redact")]
    pub redact_key: Option<String>,
    /// Write FOCUS 1.2 charges as CSV: per day, tenant, feature, model and kind of token.
    #[arg(long, conflicts_with_all = ["by", "top", "budget"])]
    pub focus: bool,
}

/// Which cost counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cost {
    /// As logged where the rows have a cost, else by the price list.
    Auto,
    /// As logged.
    Logged,
    /// By the price list.
    Repriced,
    /// By the price list, with the logged cost beside it.
    Both,
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &AttributeArgs, common: &Common) -> Result<Exit> {
    let by = dimensions(&args.by)?;
    let own = logs::with_prices(&args.logs, common);
    let mut inputs = Inputs::new(&own)?;
    let limits = match &args.budget {
        Some(path) => Some(limits(path, &mut inputs)?),
        None => None,
    };
    let prices = Prices::new(&inputs.catalog, inputs.settings.prices_as_of);
    let Some(usage) = read(args, common, &prices, planned(args, &by))? else {
        return Ok(Exit::Answered);
    };
    let redact = args.redact.then(|| Redaction {
        key: args.redact_key.clone().unwrap_or_default(),
    });
    let query = Query {
        by,
        cost: mode(args.cost),
        top: args.top,
        trend_days: args.trend,
        spike: args.spike,
        limits,
        redact,
    };
    let mut result = told(&usage, &prices, &query).map_err(|why| anyhow!(why))?;
    let is_priced = |class: &Class| match query.cost {
        CostMode::Logged => false,
        CostMode::Auto => !class.logged,
        CostMode::Repriced | CostMode::Both => true,
    };
    result
        .warnings
        .extend(prices.older(&usage.grouping, is_priced));
    let limits = query.limits.as_deref().unwrap_or_default();
    result
        .warnings
        .extend(without_calls(limits, &usage, args.redact));
    if args.focus {
        return focus(&usage, &prices, &query, &result.warnings, common);
    }
    let exit = write(&result, common)?;
    Ok(match result.budget.as_ref().map(|budget| budget.verdict) {
        Some("fail") => Exit::Failed,
        Some("nothing-compared") => Exit::Wrong,
        _ => exit,
    })
}

fn write(result: &Attribution<Told<'_>>, common: &Common) -> Result<Exit> {
    match output::format(common)? {
        Format::Csv => output::stream(&result.warnings, common, &|out| {
            report::attribute::write_csv(result, out)
        }),
        Format::Json => output::write_json(result, &result.warnings, common),
        _ => {
            let blocks = report::attribute::blocks(result).map_err(|why| anyhow!(why))?;
            output::write_blocks(blocks, &result.warnings, common)
        }
    }
}

fn mode(cost: Cost) -> CostMode {
    match cost {
        Cost::Auto => CostMode::Auto,
        Cost::Logged => CostMode::Logged,
        Cost::Repriced => CostMode::Repriced,
        Cost::Both => CostMode::Both,
    }
}

/// Dimensions that the grouping has to tell apart: those of the rows, of limits, of charges.
fn planned(args: &AttributeArgs, by: &[Dimension]) -> Vec<Dimension> {
    let mut all = by.to_vec();
    if args.budget.is_some() {
        all.extend(BUDGET_DIMENSIONS);
    }
    if args.focus {
        all.extend(CHARGE_DIMENSIONS);
    }
    let mut unique: Vec<Dimension> = Vec::new();
    for dimension in all {
        if !unique.contains(&dimension) {
            unique.push(dimension);
        }
    }
    unique
}

fn read(
    args: &AttributeArgs,
    common: &Common,
    prices: &Prices<'_>,
    by: Vec<Dimension>,
) -> Result<Option<Usage>> {
    let plan = Plan {
        by,
        zone: logs::zone(&args.logs)?,
        daily: true,
    };
    let wanted = Wanted {
        plan,
        shapes: prices,
        prices: Some(prices),
        profile: false,
        bill: false,
    };
    logs::usage(&args.logs, wanted, common)
}

/// Limits of `[budget]`; the rest of the file does not matter here.
fn limits(path: &str, inputs: &mut Inputs) -> Result<Vec<Limit>> {
    let text = input::read(path)?;
    let source = inputs.sources.add(path, &text);
    let mut problems = Problems::default();
    let tree = document::parse(document::without_mark(&text), source, &mut problems);
    let budget = tree
        .get("budget")
        .map(|node| BudgetFile::read(node, &mut problems));
    if !problems.is_empty() {
        return Err(inputs.rejected(&problems.sorted()));
    }
    let Some(budget) = budget else {
        bail!("`{path}` has no [budget]\nhint: [budget] monthly_usd = 1_000");
    };
    let mut limits = held(&budget.limits(), false);
    if let Some(warn) = &budget.warn {
        limits.extend(held(&warn.0.limits(), true));
    }
    if limits.is_empty() {
        bail!(
            "the [budget] of `{path}` has neither monthly_usd, yearly_usd nor usd_per_request, in all or for a tenant or feature"
        );
    }
    Ok(limits)
}

/// Limits on names that the log does not have: they are kept whatever is spent.
fn without_calls(limits: &[Limit], usage: &Usage, hidden: bool) -> Option<Warning> {
    let grouping = &usage.grouping;
    let unknown = |name: &&str| grouping.names.find(name.as_bytes()).is_none();
    let names: BTreeSet<&str> = limits
        .iter()
        .filter_map(|limit| limit.name.as_deref())
        .filter(unknown)
        .collect();
    let told: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = if hidden {
        format!(
            "the log has no calls of {} name(s) with a limit",
            names.len()
        )
    } else {
        format!(
            "the log has no calls of {}, which has a limit",
            told.join(", ")
        )
    };
    let hint = "write the name in [budget] as the log has it";
    (!names.is_empty()).then(|| Warning::new("budget-unused", message, hint))
}

/// The limits of one level that a log can be held against.
fn held(told: &FileLimits<'_>, warns: bool) -> Vec<Limit> {
    let mut limits = Vec::new();
    let mut add = |of, name: Option<&Option<Text>>, amounts: [Option<&Num>; 3]| {
        for (per, num) in [Per::Month, Per::Year, Per::Request]
            .into_iter()
            .zip(amounts)
        {
            limits.extend(num.map(|num| Limit {
                of,
                name: name.and_then(|name| Some(name.as_ref()?.value.clone())),
                per,
                usd: num.input.median(),
                warns,
            }));
        }
    };
    let [monthly, yearly, request, ..] = told.chosen;
    add("total", None, [monthly, yearly, request]);
    for one in told.tenants {
        let amounts = [&one.monthly_usd, &one.yearly_usd, &one.usd_per_request];
        add("tenant", Some(&one.name), amounts.map(Option::as_ref));
    }
    for one in told.features {
        let amounts = [&one.monthly_usd, &one.yearly_usd, &one.usd_per_request];
        add("feature", Some(&one.name), amounts.map(Option::as_ref));
    }
    limits
}

/// Writes charges; names are hidden where that is asked for.
fn focus(
    usage: &Usage,
    prices: &Prices<'_>,
    query: &Query,
    warnings: &[Warning],
    common: &Common,
) -> Result<Exit> {
    let charges = charges(&usage.grouping, prices, query).map_err(|why| anyhow!(why))?;
    let tidy = || report::charges::table(&charges);
    let blocks = || vec![Block::Grid(tidy())];
    let csv = Common {
        format: Some(common.format.unwrap_or(Format::Csv)),
        ..common.clone()
    };
    if csv.format == Some(Format::Json) {
        bail!("--focus writes CSV\nhint: leave --format out");
    }
    output::write(&(), &blocks, &tidy, warnings, &csv)
}

fn dimensions(names: &[String]) -> Result<Vec<Dimension>> {
    let mut by = Vec::new();
    for name in names {
        let name = name.trim();
        let known: Vec<&str> = DIMENSIONS.iter().map(|(name, _)| *name).collect();
        let Some(dimension) = Dimension::named(name) else {
            bail!(
                "--by: no dimension is named `{name}`\nhint: known: {}",
                known.join(", ")
            );
        };
        if by.contains(&dimension) {
            bail!("--by: `{name}` stands twice");
        }
        by.push(dimension);
    }
    Ok(by)
}
