//! Baselines in and out.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};

use super::super::output;
use crate::analysis::check::{Baseline, Demands, Gate, ScenarioCheck};
use crate::report::format::plural;

/// Reads a baseline from a file; `None` where there is no such file.
///
/// # Errors
/// A file that cannot be read or is no baseline.
pub fn from_file(path: &Path) -> Result<Option<Baseline>> {
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{name}`")),
    };
    let baseline = Baseline::parse(&name, &text);
    baseline.map(Some).map_err(|why| anyhow!("{why}"))
}

/// Reads the baseline that increases are counted from; a missing one leaves them unmeasured.
///
/// # Errors
/// A file that cannot be read or is no baseline.
pub fn read(path: &Path, demands: &mut Demands) -> Result<()> {
    demands.baseline = from_file(path)?;
    if demands.baseline.is_none() {
        demands.no_baseline = Some(format!("there is no baseline `{}`", path.display()));
    }
    Ok(())
}

/// A baseline that knows none of the scenarios is that of others.
///
/// # Errors
/// What it knows instead.
pub fn knows_some(demands: &Demands, plans: &[ScenarioCheck]) -> Result<()> {
    let Some(baseline) = &demands.baseline else {
        return Ok(());
    };
    let known = |plan: &ScenarioCheck| baseline.find(&plan.name, &plan.file).is_some();
    if plans.is_empty() || demands.allow_missing_baseline || plans.iter().any(known) {
        return Ok(());
    }
    let shown = |names: Vec<&str>| -> String {
        let more = names.len().saturating_sub(5);
        let list = names.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        if more > 0 {
            format!("{list} and {more} more")
        } else {
            list
        }
    };
    let has = shown(
        baseline
            .scenarios
            .iter()
            .map(|plan| plan.name.as_str())
            .collect(),
    );
    let wanted = shown(plans.iter().map(|plan| plan.name.as_str()).collect());
    bail!(
        "the baseline is that of other scenarios\n   found: {has}\n   expected: {wanted}\n\
         hint: take a new one down with --save-baseline, or add to it with `llmcost baseline accept`"
    )
}

/// Writes what the scenarios cost now; acceptances of the file so far stay in it.
///
/// # Errors
/// A scenario that has no cost, or a file that cannot be written.
pub fn save(path: &Path, gate: &Gate) -> Result<bool> {
    if !gate.unread.is_empty() {
        eprintln_quietly("no baseline was saved: a scenario could not be read");
        return Ok(false);
    }
    let before = from_file(path)?.map_or_else(Vec::new, |old| old.accepted);
    let baseline = Baseline::of(&gate.scenarios, before)
        .map_err(|why| anyhow!("no baseline was saved: {why}"))?;
    write(path, &baseline)?;
    let count = baseline.scenarios.len();
    eprintln_quietly(&format!(
        "saved {count} scenario{} to {}",
        plural(count),
        path.display()
    ));
    Ok(true)
}

/// Writes a baseline as a whole or not at all.
///
/// # Errors
/// A file that cannot be written.
pub fn write(path: &Path, baseline: &Baseline) -> Result<()> {
    let text = baseline.text().context("cannot write JSON")?;
    output::replace(path, text.as_bytes())
}

/// A line on stderr; a closed one is no failure.
pub fn eprintln_quietly(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}
