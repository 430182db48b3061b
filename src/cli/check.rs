//! `llmcost check`.

pub mod accept;
mod baseline;
mod flags;
mod reports;

use anyhow::{Result, anyhow, bail};

use super::args::Common;
use super::input::{self, Inputs};
use super::many::{self, Read};
use super::{Exit, output};
use crate::analysis::check::{
    Demands, Gate, Outcome, ScenarioCheck, Tenants, Unread, Verdict, check,
};
use crate::warning::Warning;
pub use flags::{AtArg, CheckArgs};

/// Runs the command.
///
/// # Errors
/// Wrong flags, a baseline that cannot be used, or a report that cannot be written.
pub fn run(args: &CheckArgs, common: &Common) -> Result<Exit> {
    if !common.options.is_empty() {
        bail!(
            "`llmcost check` has no use for --option\nhint: --choose NAME says which option the plan is"
        );
    }
    let reports = reports::wanted(args, common)?;
    let mut inputs = Inputs::new(common)?;
    let mut demands = args.demands(&mut inputs)?;
    if let Some(path) = &args.baseline.baseline {
        baseline::read(path, &mut demands)?;
    }
    if let Some(path) = &args.usage {
        let name = path.display().to_string();
        let text = input::read(&name)?;
        demands.tenants = Some(Tenants::parse(&name, &text).map_err(|why| anyhow!("{why}"))?);
    }
    let gate = gate(&args.scenarios, &inputs, &demands)?;
    named_somewhere(&gate.scenarios)?;
    baseline::knows_some(&demands, &gate.scenarios)?;
    let warnings = merged(&gate);
    reports::write(&gate, &reports, &warnings, common)?;
    let saved = match &args.baseline.save_baseline {
        Some(path) => baseline::save(path, &gate)?,
        None => false,
    };
    Ok(match gate.verdict {
        Verdict::Pass | Verdict::Warn => output::exit(&warnings, common),
        Verdict::Fail => Exit::Failed,
        // Without a limit to hold it against, taking a baseline down is all that was asked for.
        Verdict::NothingCompared if saved && only_saving(&gate) => output::exit(&warnings, common),
        Verdict::NothingCompared => Exit::Wrong,
    })
}

/// Whether no limit was asked for but those that the new baseline is for.
fn only_saving(gate: &Gate) -> bool {
    let mut checks = gate.scenarios.iter().flat_map(|plan| &plan.checks);
    gate.unread.is_empty() && checks.all(|check| check.outcome == Outcome::NotApplicable)
}

/// Checks every file; problems are shown on stderr and stay in the result.
///
/// # Errors
/// A pattern or folder without a file.
pub fn gate(scenarios: &[String], inputs: &Inputs, demands: &Demands) -> Result<Gate> {
    let files = input::files(scenarios)?;
    let reads = inputs.each(&files, &|file, loaded, sources| {
        check(inputs.varied(loaded), file, sources, demands)
    });
    let (reads, bases) = many::without_bases(reads);
    let refused = reads.iter().filter_map(|read| read.answer.as_ref().err());
    if let Some(error) = many::rejected(refused) {
        super::report(&error);
    }
    let (plans, unread) = sorted(reads);
    Ok(Gate::new(plans, unread, bases))
}

fn sorted(reads: Vec<Read<ScenarioCheck>>) -> (Vec<ScenarioCheck>, Vec<Unread>) {
    let (mut plans, mut unread) = (Vec::new(), Vec::new());
    for read in reads {
        match read.answer {
            Ok(plan) => plans.push(plan),
            Err(refused) => unread.push(Unread {
                file: read.file,
                problems: refused.problems,
            }),
        }
    }
    (plans, unread)
}

/// A flag about an option or feature that no scenario has is a slip, not a limit that is kept.
fn named_somewhere(plans: &[ScenarioCheck]) -> Result<()> {
    let all = || plans.iter().flat_map(|plan| &plan.checks);
    for check in all() {
        let (Some(flag), Some(of)) = (&check.flag, &check.of) else {
            continue;
        };
        let mut same = all().filter(|other| other.rule == check.rule && other.of == check.of);
        if same.all(|other| other.outcome == Outcome::NotApplicable) {
            let kind = check.rule.split('.').next().unwrap_or_default();
            bail!(
                "{flag}: no scenario has {} named `{of}`",
                match kind {
                    "option" => "an option",
                    _ => "a feature",
                }
            );
        }
    }
    Ok(())
}

/// Warnings of all scenarios, each once.
fn merged(gate: &Gate) -> Vec<Warning> {
    let mut list: Vec<Warning> = Vec::new();
    for warning in gate.scenarios.iter().flat_map(|plan| &plan.warnings) {
        if !list.contains(warning) {
            list.push(warning.clone());
        }
    }
    list
}
