//! `llmcost catalog import`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use super::super::args::Common;
use super::super::input::{self, Inputs};
use super::super::{Exit, output};
use crate::catalog::import::{Format, import};
use crate::date::Date;
use crate::report;
use crate::report::table;

/// `catalog import`.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// Format of the file.
    #[arg(value_enum)]
    pub of: Published,
    /// The file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Day for which its prices hold, such as 2026-11-23.
    #[arg(long, value_name = "DATE")]
    pub as_of: String,
    /// Write what became of every entry to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Published formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Published {
    /// litellm's model_prices_and_context_window.json.
    Litellm,
    /// The data of genai-prices: a list of providers.
    GenaiPrices,
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read, or that is of another format.
pub fn run(args: &ImportArgs, common: &Common) -> Result<Exit> {
    let unused = [
        "--format",
        "--option",
        "--set",
        "--strict",
        "--locked",
        "--no-lock",
        "--prices-as-of",
    ];
    input::refuse(common, "catalog import", &unused)?;
    let as_of = Date::parse(&args.as_of).with_context(|| {
        format!(
            "--as-of: `{}` is not a date (expected YYYY-MM-DD)",
            args.as_of
        )
    })?;
    let inputs = Inputs::new(common)?;
    let path = args.file.display().to_string();
    let text = input::read(&path)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let format = match args.of {
        Published::Litellm => Format::Litellm,
        Published::GenaiPrices => Format::GenaiPrices,
    };
    let made = match import(format, &name, &text, as_of, &inputs.catalog) {
        Ok(made) => made,
        Err(why) => bail!(
            "`{path}` is no price file of {}: {why}\nhint: {}",
            report::import::format(format),
            report::import::expected(format)
        ),
    };
    if !common.quiet {
        let style = table::Style {
            width: 100,
            color: false,
        };
        eprint!("{}", table::render(&report::import::blocks(&made), style));
    }
    if made.accepted == 0 {
        bail!("no entry of `{path}` became a row");
    }
    if let Some(path) = &args.report {
        let json = serde_json::to_string_pretty(&made).context("cannot write JSON")? + "\n";
        output::replace(path, json.as_bytes())?;
    }
    output::put(&made.text, common)?;
    Ok(Exit::Answered)
}
