//! `llmcost catalog`.

mod diff;
mod import;
mod lock;

use anyhow::{Result, bail};
pub use diff::{CatalogDiffArgs, two_catalogs};
pub use import::ImportArgs;
pub use lock::LockArgs;

use super::args::{CatalogAction, CatalogArgs, Common};
use super::input::{self, Inputs};
use super::{Exit, accuracy, output};
use crate::analysis::facts::{self, Origin};
use crate::catalog::{KINDS, STALE_DAYS};
use crate::diagnostic::did_you_mean;
use crate::report;
use crate::report::format::plural;
use crate::warning::Warning;

/// Runs the command.
///
/// # Errors
/// An id that no row has, or a filter that no row passes.
pub fn run(args: &CatalogArgs, common: &Common) -> Result<Exit> {
    match &args.action {
        CatalogAction::Lock(args) => return lock::run(args, common),
        CatalogAction::Diff(args) => return diff::run(args, common),
        CatalogAction::Import(args) => return import::run(args, common),
        CatalogAction::List { .. } | CatalogAction::Show { .. } | CatalogAction::Accuracy(_) => {}
    }
    input::refuse(common, "catalog", &["--set", "--option", "--locked"])?;
    let inputs = Inputs::new(common)?;
    match &args.action {
        CatalogAction::List { kind, filter } => {
            list(&inputs, kind.as_deref(), filter.as_deref(), common)
        }
        CatalogAction::Show { ids } => show(&inputs, ids, common),
        CatalogAction::Accuracy(args) => accuracy::run(args, &inputs, common),
        _ => Ok(Exit::Answered),
    }
}

fn list(
    inputs: &Inputs,
    kind: Option<&str>,
    filter: Option<&str>,
    common: &Common,
) -> Result<Exit> {
    let day = inputs
        .settings
        .prices_as_of
        .unwrap_or(inputs.catalog.as_of());
    let kinds: Vec<&str> = KINDS
        .iter()
        .copied()
        .filter(|known| kind.is_none_or(|kind| kind == *known))
        .collect();
    let result = facts::list(&inputs.catalog, &kinds, filter, day);
    if result.rows == 0 {
        let within = kind.map_or_else(String::new, |kind| format!(" of kind {kind}"));
        let filter = filter.unwrap_or_default();
        bail!("no row{within} mentions `{filter}`\nhint: try a shorter text, or no --filter");
    }
    let rows = result.kinds.iter().flat_map(|list| &list.rows);
    let warnings = stale(
        rows.map(|row| (&row.id, &row.origin)),
        &result.as_of,
        common,
    );
    let blocks = || report::facts::list_blocks(&result);
    let tidy = || report::facts::list_tidy(&result);
    output::write(&result, &blocks, &tidy, &warnings, common)
}

fn show(inputs: &Inputs, ids: &[String], common: &Common) -> Result<Exit> {
    let day = inputs
        .settings
        .prices_as_of
        .unwrap_or(inputs.catalog.as_of());
    let result = match facts::show(&inputs.catalog, ids, day) {
        Ok(result) => result,
        Err(unknown) => return unknown_ids(inputs, &unknown),
    };
    let origins = result.rows.iter().flat_map(|row| {
        let prices = row.prices.iter().map(|price| &price.origin);
        std::iter::once(&row.origin)
            .chain(prices)
            .map(|origin| (&row.id, origin))
    });
    let warnings = stale(origins, &result.as_of, common);
    let blocks = || report::facts::show_blocks(&result);
    let tidy = || report::facts::show_tidy(&result);
    output::write(&result, &blocks, &tidy, &warnings, common)
}

/// With `--strict` old rows are a warning, which ends the run with 3; without it they are only marked.
fn stale<'a>(
    rows: impl Iterator<Item = (&'a String, &'a Origin)>,
    day: &str,
    common: &Common,
) -> Vec<Warning> {
    if !common.strict {
        return Vec::new();
    }
    let mut old: Vec<String> = rows
        .filter(|(_, origin)| origin.stale)
        .map(|(id, origin)| format!("{id} ({})", origin.as_of))
        .collect();
    old.dedup();
    if old.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "{} row{} more than {STALE_DAYS} days older than {day}: {}",
        old.len(),
        plural(old.len()),
        old.join(", ")
    );
    let hint = "check them at the source, and put newer ones into --catalog FILE";
    vec![Warning::new("stale-catalog", message, hint)]
}

fn unknown_ids(inputs: &Inputs, unknown: &[String]) -> Result<Exit> {
    let names = inputs.catalog.all_names();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let lines = unknown.iter().map(|id| {
        let hint = match did_you_mean(id, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`llmcost catalog list` shows all ids".to_owned(),
        };
        format!("the catalog has no row `{id}`\nhint: {hint}")
    });
    bail!("{}", lines.collect::<Vec<_>>().join("\nerror: "))
}
