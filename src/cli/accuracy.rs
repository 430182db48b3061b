//! `llmcost catalog accuracy`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use super::args::Common;
use super::chart::target;
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::accuracy::{Accuracy, of_catalog, of_table};
use crate::cost::measured::{cases, csv};
use crate::report;
use crate::report::chart::accuracy::{Origin, describe};
use crate::report::chart::{Digest, Look, Picture, render};
use crate::report::format::plural;
use crate::warning::Warning;

/// `catalog accuracy`.
#[derive(Args, Debug)]
pub struct AccuracyArgs {
    /// A table of measurements (CSV) instead of the catalog's: columns model, gpu, precision, engine,
    /// n_gpus, tp, isl, osl, output_tok_per_s, and as they are there concurrency, tpot_ms, scenario,
    /// note, source, date.
    #[arg(long, value_name = "FILE")]
    pub measurements: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// A file that is no table of measurements, or no row that can be estimated.
pub fn run(args: &AccuracyArgs, inputs: &Inputs, common: &Common) -> Result<Exit> {
    let target = target::of_picture(common)?;
    let (result, digest) = match &args.measurements {
        None => (of_catalog(cases(&inputs.catalog)), None),
        Some(path) => of_file(&path.display().to_string(), inputs)?,
    };
    let warnings = left_out(&result);
    if let Some((path, medium)) = target {
        let look = Look::default();
        let origin = match digest {
            Some(digest) => Origin::Table(digest),
            None => Origin::Catalog(inputs.catalog.as_of()),
        };
        let chart = describe(&result, origin, &look);
        let bytes = render(&chart.into(), &look, medium)?;
        return output::put_bytes(&path, &bytes, &warnings, common);
    }
    let blocks = || report::accuracy::blocks(&result);
    let tidy = || report::accuracy::tidy(&result);
    output::write(&result, &blocks, &tidy, &warnings, common)
}

/// The picture of the catalog's measurements.
pub fn of_catalog_drawn(inputs: &Inputs, look: &Look) -> Picture {
    let result = of_catalog(cases(&inputs.catalog));
    describe(&result, Origin::Catalog(inputs.catalog.as_of()), look).into()
}

fn of_file(name: &str, inputs: &Inputs) -> Result<(Accuracy, Option<Digest>)> {
    let text = input::read(name)?;
    let table = csv::read(&text, &inputs.catalog);
    let table = table.map_err(|why| {
        anyhow::anyhow!("{name}:{}: {}\nhint: {}", why.line, why.message, why.hint)
    })?;
    let first = table.left_out.first().cloned();
    let result = of_table(name, table);
    if result.overall.n > 0 {
        return Ok((result, Some(Digest::of([&text[..]]))));
    }
    match first {
        Some(row) => bail!(
            "no row of `{name}` can be estimated\n{name}:{}: {}: {}",
            row.line,
            row.reason,
            row.found
        ),
        None => bail!("`{name}` has no rows\nhint: a table of measurements has one per line"),
    }
}

/// What was not used is said, and with the place of the first row of each kind.
fn left_out(result: &Accuracy) -> Vec<Warning> {
    let rows: usize = result.left_out.iter().map(|reason| reason.rows).sum();
    if rows == 0 {
        return Vec::new();
    }
    let reasons: Vec<String> = result
        .left_out
        .iter()
        .map(|it| {
            let place = format!("{}:{}", result.measurements, it.first_line);
            format!("{} {} (first {place}: {})", it.rows, it.reason, it.found)
        })
        .collect();
    let message = format!(
        "{rows} row{} left out: {}",
        plural(rows),
        reasons.join("; ")
    );
    let hint = "the errors are of the other rows";
    vec![Warning::new("measurements-left-out", message, hint)]
}
