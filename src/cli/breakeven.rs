//! `llmcost breakeven`.

use anyhow::{Result, bail};
use serde::Serialize;

use super::args::{BreakevenArgs, Common};
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::breakeven::BreakEven;
use crate::analysis::compare::compare;
use crate::analysis::over::{Over, over};
use crate::analysis::sweep::number;
use crate::document::{self, Node, Value};
use crate::input::Input;
use crate::report;
use crate::report::Block;
use crate::scenario::Loaded;
use crate::scenario::file::key_at;

/// The volume's answer.
#[derive(Serialize)]
struct Volumes {
    schema: &'static str,
    over: &'static str,
    present: f64,
    pairs: Vec<BreakEven>,
}

const VOLUME: &str = "workload.requests_per_day";

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &BreakevenArgs, common: &Common) -> Result<Exit> {
    let mut inputs = Inputs::new(common)?;
    let mut loaded = inputs.scenario(&args.scenario)?;
    input::check_options(common, &loaded.scenario)?;
    if loaded.scenario.options.len() < 2 {
        bail!("a break-even needs two options, and this scenario has one");
    }
    let from = end(args.from.as_deref(), "--from")?;
    let to = end(args.to.as_deref(), "--to")?;
    if args.over == VOLUME {
        let (low, high) = loaded.scenario.volume_range;
        loaded.scenario.volume_range = ordered(from.unwrap_or(low), to.unwrap_or(high))?;
        return volumes(&loaded, common, &inputs);
    }
    let place = inputs.argument("--over", &args.over);
    let varied = inputs.varied(&loaded);
    if key_at(&args.over).is_none() {
        // Any value will do to have the path refused where it goes wrong.
        varied
            .totals(&args.over, place, 1.0)
            .map_err(|problems| inputs.rejected(&problems))?;
    }
    let present = present(&loaded.tree, &args.over);
    let (low, high) = match (from, to, present.filter(|value| *value != 0.0)) {
        (Some(low), Some(high), _) => (low, high),
        (from, to, Some(now)) => (from.unwrap_or(now / 100.0), to.unwrap_or(now * 100.0)),
        _ => bail!(
            "`{}` has no value in the file to search around\nhint: say --from and --to",
            args.over
        ),
    };
    let (low, high) = limited(&args.over, ordered(low, high)?, from, to);
    let mut result: Over = over(&varied, &args.over, place, [low, high])
        .map_err(|problems| inputs.rejected(&problems))?;
    result.present = present;
    result
        .pairs
        .retain(|pair| input::shown(common, &pair.a) && input::shown(common, &pair.b));
    let blocks = || report::breakeven::over_blocks(&result);
    let tidy = || report::breakeven::over_tidy(&result);
    let warnings = &loaded.scenario.warnings;
    output::write(&result, &blocks, &tidy, warnings, common)
}

fn end(text: Option<&str>, flag: &str) -> Result<Option<f64>> {
    let Some(text) = text else { return Ok(None) };
    match number(text) {
        Some(value) => Ok(Some(value)),
        None => bail!("{flag}: `{text}` is not a number"),
    }
}

fn ordered(low: f64, high: f64) -> Result<(f64, f64)> {
    if low >= high || low < 0.0 {
        bail!("the range {low} to {high} is empty\nhint: --from must be at least 0 and below --to");
    }
    Ok((low, high))
}

/// Ends that were not asked for stay inside the limits of the key, such as 0 to 1 for a share.
fn limited(path: &str, (low, high): (f64, f64), from: Option<f64>, to: Option<f64>) -> (f64, f64) {
    let Some(key) = key_at(path) else {
        return (low, high);
    };
    let (least, most) = key.limits;
    let low = if from.is_none() { low.max(least) } else { low };
    let high = if to.is_none() { high.min(most) } else { high };
    (low, high)
}

/// The present value of an input, where it stands in the file as a number or a range.
fn present(tree: &Node, path: &str) -> Option<f64> {
    let mut node = tree;
    for segment in document::segments(path)? {
        node = match &node.value {
            Value::Table(_) => node.get(&segment)?,
            Value::List(list) => list.iter().find(|item| {
                ["name", "role", "label"]
                    .iter()
                    .any(|key| item.get(key).and_then(Node::text) == Some(&segment))
            })?,
            _ => return None,
        };
    }
    let mut problems = crate::diagnostic::Problems::default();
    Input::read(node, &mut problems).map(|input| input.median())
}

fn volumes(loaded: &Loaded, common: &Common, inputs: &Inputs) -> Result<Exit> {
    let comparison = compare(&loaded.scenario).map_err(|problems| inputs.rejected(&problems))?;
    let mut pairs = comparison.break_even.clone();
    pairs.retain(|pair| input::shown(common, &pair.a) && input::shown(common, &pair.b));
    let present = comparison.scenario.requests_per_day;
    let result = Volumes {
        schema: "llmcost/breakeven/1",
        over: VOLUME,
        present,
        pairs,
    };
    let currency = report::verdict::currency(&comparison);
    let blocks = || {
        let title = format!(
            "Break-even over {VOLUME}; now {}",
            report::format::thousands(present)
        );
        let items = report::breakeven::sentences(&result.pairs, &currency);
        vec![Block::Title(title), Block::List(items)]
    };
    let tidy = || report::breakeven::tidy(&result.pairs);
    let warnings = &comparison.warnings;
    output::write(&result, &blocks, &tidy, warnings, common)
}
