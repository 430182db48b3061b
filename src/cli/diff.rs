//! `llmcost diff`.

use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::Value;

use super::args::Common;
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::compare::compare;
use crate::analysis::diff::{self, Diff, Side, Snapshot};
use crate::catalog::Catalog;
use crate::report;
use crate::scenario::Loaded;
use crate::warning::Warning;

/// `diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// Scenario, result of compare --format json, baseline of check, or catalog.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The same, changed; --set changes this one.
    #[arg(value_name = "NEW")]
    pub new: String,
    /// The present value of the whole plan too, with its causes.
    #[arg(long)]
    pub npv: bool,
    /// An option that has another name now.
    #[arg(long = "rename", value_name = "OLD=NEW")]
    pub renames: Vec<String>,
}

/// A scenario with its answer.
pub struct Plan {
    loaded: Loaded,
    snapshot: Snapshot,
    warnings: Vec<Warning>,
    catalog: Arc<Catalog>,
}

impl Plan {
    /// Reads and prices a scenario.
    ///
    /// # Errors
    /// Wrong input.
    pub fn read(path: &str, inputs: &mut Inputs) -> Result<Self> {
        let text = input::read(path)?;
        Self::of(path, &text, inputs)
    }

    fn of(path: &str, text: &str, inputs: &mut Inputs) -> Result<Self> {
        let loaded = inputs.scenario_text(path, text)?;
        let result = compare(&loaded.scenario).map_err(|problems| inputs.rejected(&problems))?;
        let value = serde_json::to_value(&result)?;
        Ok(Self {
            loaded,
            snapshot: Snapshot::read(&value).map_err(anyhow::Error::msg)?,
            warnings: result.warnings,
            catalog: Arc::clone(&inputs.catalog),
        })
    }

    fn side<'a>(&'a self, inputs: &'a Inputs) -> Side<'a> {
        Side {
            tree: &self.loaded.tree,
            settings: &inputs.settings,
            catalog: &self.catalog,
        }
    }

    /// The difference to a newer one; of the present value too where it is asked for.
    pub fn against(
        &self,
        new: &Self,
        names: &[(String, String)],
        catalogs_differ: bool,
        over_time: bool,
        inputs: &Inputs,
    ) -> Diff {
        diff::scenarios(
            (&self.side(inputs), &self.snapshot),
            (&new.side(inputs), &new.snapshot),
            names,
            catalogs_differ,
            over_time,
            &inputs.sources,
        )
    }
}

/// What a file holds.
enum Read {
    Scenario(Box<Plan>),
    Result(Snapshot),
}

impl Read {
    fn snapshot(&self) -> &Snapshot {
        match self {
            Self::Scenario(plan) => &plan.snapshot,
            Self::Result(snapshot) => snapshot,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &DiffArgs, common: &Common) -> Result<Exit> {
    if args.old == "-" && args.new == "-" {
        bail!("standard input can be read only once");
    }
    if let Some(result) = super::catalog::two_catalogs(&args.old, &args.new, common) {
        return result;
    }
    let mut inputs = Inputs::new(common)?;
    let assignments = std::mem::take(&mut inputs.settings.assignments);
    let mut old = read(&args.old, None, &mut inputs);
    inputs.settings.assignments = assignments;
    let name = old.as_ref().ok().map(|old| old.snapshot().name.clone());
    let new = read(&args.new, name.as_deref(), &mut inputs);
    if let (Err(_), Ok(new)) = (&old, &new) {
        // A baseline of many plans is read for the one of the new side.
        let assignments = std::mem::take(&mut inputs.settings.assignments);
        old = read(&args.old, Some(&new.snapshot().name), &mut inputs);
        inputs.settings.assignments = assignments;
    }
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let errors = [old.err(), new.err()].into_iter().flatten().collect();
            input::all_or_nothing(errors)?;
            return Ok(Exit::Wrong);
        }
    };
    let names = renames(&args.renames, old.snapshot(), new.snapshot())?;
    let mut diff = between(&old, &new, &names, args.npv, &inputs)?;
    keep(&mut diff, common)?;
    let warnings = match &new {
        Read::Scenario(plan) => plan.warnings.clone(),
        Read::Result(_) => Vec::new(),
    };
    let blocks = || report::diff::blocks(&diff);
    let tidy = || report::diff::tidy(&diff);
    output::write(&diff, &blocks, &tidy, &warnings, common)
}

fn between(
    old: &Read,
    new: &Read,
    names: &[(String, String)],
    npv: bool,
    inputs: &Inputs,
) -> Result<Diff> {
    let (Read::Scenario(before), Read::Scenario(after)) = (old, new) else {
        if npv {
            bail!("--npv needs two scenarios: a result has no months");
        }
        return Ok(diff::results(old.snapshot(), new.snapshot(), names));
    };
    let digest = |plan: &Plan| plan.catalog.lock().map(|lock| lock.digest.clone());
    let differ = digest(before) != digest(after);
    Ok(before.against(after, names, differ, npv, inputs))
}

fn read(path: &str, other: Option<&str>, inputs: &mut Inputs) -> Result<Read> {
    let text = input::read(path)?;
    let is_json = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{');
    if is_json || path.to_ascii_lowercase().ends_with(".json") {
        return result(path, &text, other).map(Read::Result);
    }
    let plan = Plan::of(path, &text, inputs)?;
    Ok(Read::Scenario(Box::new(plan)))
}

/// A result of one scenario; of a baseline that of the scenario of the other side.
fn result(path: &str, text: &str, other: Option<&str>) -> Result<Snapshot> {
    let hint = "hint: `llmcost compare S.toml --format json -o F.json` writes one";
    let value: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            anyhow::anyhow!(
                "{path}:{}:{}: not valid JSON: {}\n{hint}",
                error.line(),
                error.column(),
                without_place(&error.to_string())
            )
        })?;
    match value["schema"].as_str() {
        Some("llmcost/compare/1") => {}
        Some("llmcost/baseline/1") => return baseline(path, &value, other),
        Some("llmcost/comparisons/1") => bail!(
            "`{path}` holds the results of several scenarios\n\
             hint: write the result of each scenario to a file of its own"
        ),
        Some(schema) => bail!(
            "`{path}` is no result of `llmcost compare`: its schema is `{schema}`, \
             expected `llmcost/compare/1`\n{hint}"
        ),
        None => bail!("`{path}` is no result of `llmcost compare`: it has no `schema`\n{hint}"),
    }
    Snapshot::read(&value).map_err(|why| {
        anyhow::anyhow!("`{path}` is no whole result of `llmcost compare`: {why}\n{hint}")
    })
}

/// The plan of a baseline that has the name of the other side, or its only one.
fn baseline(path: &str, value: &Value, other: Option<&str>) -> Result<Snapshot> {
    let plans = value["scenarios"].as_array().map_or(&[][..], Vec::as_slice);
    let name = |plan: &Value| plan["name"].as_str().unwrap_or_default().to_owned();
    let found = match plans {
        [one] => Some(one),
        _ => plans
            .iter()
            .find(|plan| other.is_some_and(|other| other == name(plan))),
    };
    let Some(plan) = found else {
        let names: Vec<String> = plans.iter().map(name).collect();
        bail!(
            "`{path}` has no plan of the name of the other side\nhint: it has: {}",
            names.join(", ")
        );
    };
    Snapshot::of_baseline(plan)
        .map_err(|why| anyhow::anyhow!("`{path}` is no whole baseline of `llmcost check`: {why}"))
}

fn without_place(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
}

/// The pairs of `--rename`, each of an option that is there.
fn renames(texts: &[String], old: &Snapshot, new: &Snapshot) -> Result<Vec<(String, String)>> {
    texts
        .iter()
        .map(|text| {
            let Some((from, to)) = text.split_once('=') else {
                bail!("--rename: `{text}` is no pair of names\nhint: --rename OLD=NEW");
            };
            for (side, name) in [(old, from), (new, to)] {
                if side.option(name).is_none() {
                    let known: Vec<&str> = side.options.iter().map(|o| o.name.as_str()).collect();
                    bail!(
                        "--rename: no option of `{}` is named `{name}`\nhint: known: {}",
                        side.name,
                        known.join(", ")
                    );
                }
            }
            Ok((from.to_owned(), to.to_owned()))
        })
        .collect()
}

/// Keeps the options after `--option`.
fn keep(diff: &mut Diff, common: &Common) -> Result<()> {
    let known: Vec<&str> = diff.options.iter().map(|o| o.name.as_str()).collect();
    if let Some(unknown) = common
        .options
        .iter()
        .find(|name| !known.contains(&name.as_str()))
    {
        bail!(
            "--option: no option is named `{unknown}`\nhint: known: {}",
            known.join(", ")
        );
    }
    diff.options.retain(|o| input::shown(common, &o.name));
    diff.break_even
        .retain(|pair| input::shown(common, &pair.a) && input::shown(common, &pair.b));
    Ok(())
}
