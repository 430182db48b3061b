//! `llmcost baseline`.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};

use super::super::args::Common;
use super::super::input::{self, Inputs};
use super::super::{Exit, output};
use super::{AtArg, baseline, gate};
use crate::analysis::check::{Accepted, Baseline, Demands};
use crate::date::Date;
use crate::report::check as report;

/// `baseline`.
#[derive(Args, Debug)]
pub struct BaselineArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: BaselineAction,
}

/// `baseline accept` and `baseline show`.
#[derive(Debug, Subcommand)]
pub enum BaselineAction {
    /// Take down what scenarios cost now, and keep who accepted it, when and why.
    Accept(AcceptArgs),
    /// The plans of a baseline, and who accepted what.
    Show {
        /// The baseline.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// `baseline accept`.
#[derive(Args, Debug)]
pub struct AcceptArgs {
    /// The baseline.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Scenario files, folders, or patterns; other plans of the baseline stay as they are.
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    /// Why it may cost that.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who accepts it; without it GITHUB_ACTOR, GITLAB_USER_LOGIN, USER or USERNAME.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// When; without it today (UTC). No other command looks at the clock.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// The option that the plan stands for; without it the file's, or the cheapest.
    #[arg(long, value_name = "NAME")]
    pub choose: Option<String>,
    /// Which value of uncertain costs counts.
    #[arg(long, value_enum, value_name = "VALUE")]
    pub at: Option<AtArg>,
}

/// Runs the command.
///
/// # Errors
/// Wrong input, or a baseline that cannot be read or written.
pub fn run(args: &BaselineArgs, common: &Common) -> Result<Exit> {
    match &args.action {
        BaselineAction::Accept(args) => accept(args, common),
        BaselineAction::Show { file } => {
            let flags = [
                "--set",
                "--option",
                "--catalog",
                "--prices-as-of",
                "--strict",
            ];
            input::refuse(common, "baseline show", &flags)?;
            show(&existing(file)?, common)
        }
    }
}

fn existing(file: &Path) -> Result<Baseline> {
    baseline::from_file(file)?.ok_or_else(|| {
        let name = file.display();
        anyhow!("there is no baseline `{name}`\nhint: `llmcost check SCENARIO... --save-baseline {name}` takes one down")
    })
}

fn accept(args: &AcceptArgs, common: &Common) -> Result<Exit> {
    input::refuse(common, "baseline accept", &["--option"])?;
    if args.reason.trim().is_empty() {
        bail!("--reason is empty\nhint: say why the plans may cost that; it is kept in the file");
    }
    let (by, date) = (who(args.by.as_deref())?, when(args.date.as_deref())?);
    let mut kept = existing(&args.file)?;
    let inputs = Inputs::new(common)?;
    let demands = Demands {
        chosen: args.choose.clone(),
        at: args.at.map(AtArg::at),
        saving: true,
        ..Demands::default()
    };
    let gate = gate(&args.scenarios, &inputs, &demands)?;
    if !gate.unread.is_empty() {
        bail!(
            "`{}` stays as it is: a scenario could not be read",
            args.file.display()
        );
    }
    let reason = args.reason.trim().to_owned();
    let accepted = kept
        .accept(&gate.scenarios, by, date, reason)
        .map_err(|why| anyhow!("{why}"))?
        .clone();
    baseline::write(&args.file, &kept)?;
    told(&accepted, common)
}

fn told(accepted: &Accepted, common: &Common) -> Result<Exit> {
    let blocks = || report::baseline::accepted(accepted);
    let tidy = || report::baseline::changes(std::slice::from_ref(accepted));
    output::write(accepted, &blocks, &tidy, &[], common)
}

fn show(kept: &Baseline, common: &Common) -> Result<Exit> {
    let blocks = || report::baseline::blocks(kept);
    let tidy = || report::baseline::tidy(kept);
    output::write(kept, &blocks, &tidy, &[], common)
}

/// The variables that name who runs a command, the surest first.
const WHO: [&str; 4] = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "USERNAME"];

fn who(by: Option<&str>) -> Result<String> {
    let given = by.map(str::to_owned);
    let known = WHO.iter().filter_map(|name| std::env::var(name).ok());
    let names = given
        .into_iter()
        .chain(known)
        .map(|name| name.trim().to_owned());
    match names.into_iter().find(|name| !name.is_empty()) {
        Some(name) => Ok(name),
        None => bail!("nobody is named who accepts it\nhint: say --by NAME"),
    }
}

fn when(date: Option<&str>) -> Result<String> {
    if let Some(text) = date {
        let date = Date::parse(text)
            .with_context(|| format!("--date: `{text}` is not a date (expected YYYY-MM-DD)"))?;
        return Ok(date.to_string());
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = since
        .context("the clock stands before 1970\nhint: say --date")?
        .as_secs()
        / 86_400;
    Ok(Date::after_1970(days as i64).to_string())
}
