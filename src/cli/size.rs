//! `llmcost size`.

mod write;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::args::{Common, Format};
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::size::{Sizing, Wanted, size};
use crate::catalog::rows::GpuRow;
use crate::diagnostic::did_you_mean;
use crate::report;
use crate::report::size::Shown;

/// Precisions that a scenario knows.
const PRECISIONS: [&str; 5] = ["bf16", "fp8", "fp4", "int4", "mxfp4"];

/// `size`.
#[derive(Args, Debug)]
pub struct SizeArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Only this GPU of the catalog; may be given more than once.
    #[arg(long = "gpu", value_name = "ID")]
    pub gpus: Vec<String>,
    /// Only this precision; otherwise the scenario's, or that of the published weights and those below.
    #[arg(long = "precision", value_name = "NAME", value_parser = PossibleValuesParser::new(PRECISIONS))]
    pub precisions: Vec<String>,
    /// Ways that are shown; all of them in JSON and CSV unless it is said.
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// The front of cost against the speed that one user sees.
    #[arg(long)]
    pub pareto: bool,
    /// Write a way into the scenario, or into this copy of it; comments and layout stay.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[allow(clippy::option_option)] // clap's form of a flag with an optional value
    pub write: Option<Option<PathBuf>>,
    /// The way that --write writes.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "write")]
    pub row: usize,
}

/// Ways that a table shows.
const TOP: usize = 10;

/// Runs the command.
///
/// # Errors
/// Wrong input, no way to serve, or a scenario that cannot be written.
pub fn run(args: &SizeArgs, common: &Common) -> Result<Exit> {
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    input::check_options(common, &loaded.scenario)?;
    check_gpus(args, &inputs)?;
    let wanted = Wanted {
        gpus: args.gpus.clone(),
        precisions: args.precisions.clone(),
        pareto: args.pareto,
    };
    let varied = inputs.varied(&loaded);
    let mut result = size(&varied, &wanted, |name| input::shown(common, name))
        .map_err(|problems| inputs.rejected(&problems))?;
    if result.options.is_empty() {
        bail!(
            "no [[self_host]] option with a model to size\nhint: an own stack needs `model` or `model_config`"
        );
    }
    let chosen = chosen(args, &result)?;
    let shown = shown(args, common);
    if let Some(top) = args.top {
        result
            .options
            .iter_mut()
            .for_each(|it| it.rows.truncate(top));
    }
    let currency = &loaded.scenario.currency;
    let blocks = || report::size::blocks(&result, currency, shown);
    let tidy = || report::size::tidy(&result, shown);
    let exit = output::write(&result, &blocks, &tidy, &loaded.scenario.warnings, common)?;
    if let Some((option, row)) = chosen {
        write::back(args, common, &inputs, &option, &row)?;
    }
    nothing_serves(&result)?;
    Ok(exit)
}

fn shown(args: &SizeArgs, common: &Common) -> Shown {
    let people = matches!(output::format(common), Ok(Format::Table | Format::Markdown));
    let default = if people && !args.pareto {
        TOP
    } else {
        usize::MAX
    };
    Shown {
        top: args.top.unwrap_or(default),
    }
}

fn check_gpus(args: &SizeArgs, inputs: &Inputs) -> Result<()> {
    let known = inputs.catalog.names::<GpuRow>();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    for wanted in &args.gpus {
        if inputs.catalog.find::<GpuRow>(wanted).is_none() {
            let hint = match did_you_mean(wanted, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`llmcost catalog list gpu` shows the known ones".to_owned(),
            };
            bail!("--gpu: the catalog has no GPU `{wanted}`\nhint: {hint}");
        }
    }
    Ok(())
}

/// The option and row that are to be written.
fn chosen(
    args: &SizeArgs,
    result: &Sizing,
) -> Result<Option<(String, crate::analysis::size::Row)>> {
    if args.write.is_none() {
        return Ok(None);
    }
    let [option] = &result.options[..] else {
        let names: Vec<&str> = result.options.iter().map(|it| it.name.as_str()).collect();
        bail!(
            "--write writes one option, and there are {}\nhint: choose one with --option: {}",
            names.len(),
            names.join(", ")
        );
    };
    let count = option.rows.len();
    match args.row.checked_sub(1).and_then(|at| option.rows.get(at)) {
        Some(row) => Ok(Some((option.name.clone(), row.clone()))),
        None if count == 0 => bail!(
            "there is no way to serve `{}` that could be written",
            option.name
        ),
        None => bail!("--row: there is no row {} of {count}", args.row),
    }
}

/// An option that nothing serves is no answer; what was tried has been shown.
fn nothing_serves(result: &Sizing) -> Result<()> {
    let out: Vec<&str> = result
        .options
        .iter()
        .filter(|option| option.rows.is_empty())
        .map(|option| option.name.as_str())
        .collect();
    if out.is_empty() {
        return Ok(());
    }
    bail!(
        "no GPU serves `{}` within its limits\nhint: loosen max_tpot_ms or max_ttft_ms, or try a smaller --precision",
        out.join("`, `")
    )
}
