//! `llmcost diff`.

use anyhow::{Result, bail};
use clap::Args;
use serde_json::Value;

use super::args::Common;
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::compare::compare;
use crate::analysis::diff::{self, Diff, Side, Snapshot};
use crate::report;
use crate::scenario::Loaded;
use crate::warning::Warning;

/// `diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// Scenario, or result of compare --format json.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The same, changed; --set changes this one.
    #[arg(value_name = "NEW")]
    pub new: String,
    /// An option that has another name now.
    #[arg(long = "rename", value_name = "OLD=NEW")]
    pub renames: Vec<String>,
}

/// What a file holds.
enum Read {
    Scenario(Box<(Loaded, Snapshot, Vec<Warning>)>),
    Result(Snapshot),
}

impl Read {
    fn snapshot(&self) -> &Snapshot {
        match self {
            Self::Scenario(read) => &read.1,
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
    let mut inputs = Inputs::new(common)?;
    let assignments = std::mem::take(&mut inputs.settings.assignments);
    let old = read(&args.old, &mut inputs);
    inputs.settings.assignments = assignments;
    let new = read(&args.new, &mut inputs);
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let errors = [old.err(), new.err()].into_iter().flatten().collect();
            input::all_or_nothing(errors)?;
            return Ok(Exit::Wrong);
        }
    };
    let names = renames(&args.renames, old.snapshot(), new.snapshot())?;
    let mut diff = between(&old, &new, &names, &inputs);
    keep(&mut diff, common)?;
    let warnings = match &new {
        Read::Scenario(read) => read.2.clone(),
        Read::Result(_) => Vec::new(),
    };
    let blocks = || report::diff::blocks(&diff);
    let tidy = || report::diff::tidy(&diff);
    output::write(&diff, &blocks, &tidy, &warnings, common)
}

fn between(old: &Read, new: &Read, names: &[(String, String)], inputs: &Inputs) -> Diff {
    let (Read::Scenario(before), Read::Scenario(after)) = (old, new) else {
        return diff::results(old.snapshot(), new.snapshot(), names);
    };
    let side = |tree| Side {
        tree,
        settings: &inputs.settings,
        catalog: &inputs.catalog,
    };
    diff::scenarios(
        (&side(&before.0.tree), &before.1),
        (&side(&after.0.tree), &after.1),
        names,
        false,
        &inputs.sources,
    )
}

fn read(path: &str, inputs: &mut Inputs) -> Result<Read> {
    let text = input::read(path)?;
    let is_json = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{');
    if is_json || path.to_ascii_lowercase().ends_with(".json") {
        return result(path, &text).map(Read::Result);
    }
    let loaded = inputs.scenario_text(path, &text)?;
    let result = compare(&loaded.scenario).map_err(|problems| inputs.rejected(&problems))?;
    let warnings = result.warnings.clone();
    let value = serde_json::to_value(&result)?;
    let snapshot = Snapshot::read(&value).map_err(anyhow::Error::msg)?;
    Ok(Read::Scenario(Box::new((loaded, snapshot, warnings))))
}

/// A result of one scenario.
fn result(path: &str, text: &str) -> Result<Snapshot> {
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
