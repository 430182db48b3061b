//! `llmcost breakeven`.

use anyhow::{Result, bail};
use serde::Serialize;

use super::args::{BreakevenArgs, Common};
use super::input::{self, Inputs};
use super::{Exit, output, range};
use crate::analysis::breakeven::BreakEven;
use crate::analysis::compare::compare;
use crate::analysis::over::{Over, over};
use crate::report;
use crate::report::Block;
use crate::scenario::Loaded;

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
    let from = range::end(args.from.as_deref(), "--from")?;
    let to = range::end(args.to.as_deref(), "--to")?;
    if args.over == VOLUME {
        let (low, high) = loaded.scenario.volume_range;
        let (low, high) = range::ordered(from.unwrap_or(low), to.unwrap_or(high), 0.0)?;
        loaded.scenario.volume_range = (low, high);
        return volumes(&loaded, common, &inputs);
    }
    let place = inputs.argument("--over", &args.over);
    let varied = inputs.varied(&loaded);
    inputs.check_path(&varied, &args.over, place)?;
    let (grid, present) = range::search(&args.over, &loaded.tree, from, to)?;
    let mut result: Over =
        over(&varied, &args.over, place, &grid).map_err(|problems| inputs.rejected(&problems))?;
    result.present = present;
    result
        .pairs
        .retain(|pair| input::shown(common, &pair.a) && input::shown(common, &pair.b));
    let blocks = || report::breakeven::over_blocks(&result);
    let tidy = || report::breakeven::over_tidy(&result);
    let warnings = &loaded.scenario.warnings;
    output::write(&result, &blocks, &tidy, warnings, common)
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
