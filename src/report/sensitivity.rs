//! `sensitivity`: what moves the answer, by how much, and where it flips.

use super::block::{Block, Cell, Grid, Row};
use super::format::{amount, exact, money, percent, plural, significant};
use crate::analysis::sensitivity::{
    Elasticity, Estimate, FigureResult, Flip, InputEffect, Sensitivity, Verdict,
};
use crate::scenario::Currency;

/// The report, with so many rows of each kind.
pub fn blocks(result: &Sensitivity, top: usize, currency: &Currency) -> Vec<Block> {
    let mut blocks = vec![
        Block::Title(format!("{}: what moves the answer", result.scenario)),
        Block::Text(verdict(result, currency)),
    ];
    match result.figures.first() {
        Some(decides) if !decides.inputs.is_empty() => {
            blocks.push(Block::Title(format!("{} [{}]", decides.figure, decides.unit)));
            blocks.push(Block::Grid(tornado(decides, result, top, currency)));
            blocks.push(Block::Title("Who makes its variance".into()));
            blocks.push(Block::Grid(variance(decides, top)));
            blocks.push(Block::Text(told(result, decides)));
        }
        _ => blocks.push(Block::Text(
            "No input is a range, so nothing is known of how sure the answer is: write \"2.0 to 3.5\" for what \
             you know only roughly."
                .into(),
        )),
    }
    blocks.push(Block::Title("Values that flip the verdict".into()));
    blocks.extend(flips(result, top));
    if !result.elasticities.is_empty() {
        let of = match result.verdict_by {
            Verdict::Monthly => "monthly cost",
            Verdict::Npv => "present value",
        };
        blocks.push(Block::Title(format!(
            "Elasticity: percent of the {of} for a percent more of the input"
        )));
        blocks.push(Block::Grid(elasticities(result, top)));
    }
    blocks
}

fn verdict(result: &Sensitivity, currency: &Currency) -> String {
    let by = match result.verdict_by {
        Verdict::Monthly => "a month",
        Verdict::Npv => "as present value of the plan",
    };
    let mut text = format!("{} is cheapest", result.best);
    if let (Some(next), Some(decides)) = (&result.next, result.figures.first()) {
        let less = money(decides.at_medians, currency);
        text += &format!(": {less} {by} less than {next}");
    }
    if !result.ranges.is_empty() {
        text += ", every range at its median";
    }
    text + "."
}

/// Ranges that turn the difference over between their own 10 % and 90 % values.
fn turning(decides: &FigureResult) -> Vec<&str> {
    let turns = |effect: &&InputEffect| effect.at_p10 < 0.0 || effect.at_p90 < 0.0;
    let list = decides.inputs.iter().filter(turns);
    list.map(|effect| effect.path.as_str()).collect()
}

fn told(result: &Sensitivity, decides: &FigureResult) -> String {
    if result.next.is_none() {
        return String::new();
    }
    match &turning(decides)[..] {
        [] => "No range alone flips the verdict between its 10 % and its 90 % value.".into(),
        [one] => format!(
            "Between its 10 % and its 90 % value {one} alone flips the verdict: know it better first."
        ),
        [first, rest @ ..] => format!(
            "Between its 10 % and its 90 % value each of {} ranges alone flips the verdict; {first} has the widest \
             swing: know it better first.",
            rest.len() + 1
        ),
    }
}

fn tornado(decides: &FigureResult, result: &Sensitivity, top: usize, currency: &Currency) -> Grid {
    let mut grid = Grid::new(["input", "P10", "P90", "at P10", "at P90"]);
    for effect in decides.inputs.iter().take(top) {
        let range = result.ranges.iter().find(|range| range.path == effect.path);
        let (p10, p90) = range.map_or((0.0, 0.0), |range| (range.p10, range.p90));
        grid.row(
            label(&effect.path),
            [
                short(p10),
                short(p90),
                amount(effect.at_p10, currency),
                amount(effect.at_p90, currency),
            ],
        );
    }
    grid
}

/// A path without its table, which the name of an option or key goes without.
fn label(path: &str) -> String {
    let tables = ["workload.", "api.", "self_host.", "fine_tune.", "hybrid."];
    let rest = tables.iter().find_map(|table| path.strip_prefix(table));
    rest.unwrap_or(path).to_owned()
}

/// A value of an input with four digits.
fn short(value: f64) -> String {
    if value.abs() >= 1e4 {
        exact(value.round())
    } else {
        significant(value, 4)
    }
}

fn variance(decides: &FigureResult, top: usize) -> Grid {
    let mut grid = Grid::new(["input", "alone", "in all", "rank corr."]);
    let mut sorted: Vec<&InputEffect> = decides.inputs.iter().collect();
    sorted.sort_by(|a, b| b.total.value.total_cmp(&a.total.value));
    for effect in sorted.into_iter().take(top) {
        let share = |of: Estimate| {
            let (value, error) = (100.0 * of.value.clamp(0.0, 1.0), 100.0 * of.standard_error);
            format!("{value:.0} ±{} %", significant(error.max(0.1), 1))
        };
        grid.row(
            label(&effect.path),
            [
                share(effect.first_order),
                share(effect.total),
                format!("{:.2}", effect.rank_correlation.value),
            ],
        );
    }
    grid
}

fn flips(result: &Sensitivity, top: usize) -> Vec<Block> {
    let scan = &result.flips;
    let moved = format!(
        "{} number{} of the file, each moved up to {} times up and down",
        scan.searched,
        plural(scan.searched),
        significant(scan.within, 3)
    );
    let mut text = if scan.list.is_empty() {
        format!("None: {} stays cheapest over all of {moved}.", result.best)
    } else {
        format!("Of {moved}, all else as it is:")
    };
    if !scan.left_out.is_empty() {
        text += &format!(" Not moved: {}.", scan.left_out.join(", "));
    }
    let mut blocks = vec![Block::Text(text)];
    if !scan.list.is_empty() {
        let mut items: Vec<String> = scan.list.iter().take(top).map(flip).collect();
        let more = scan.list.len().saturating_sub(top);
        if more > 0 {
            items.push(format!("{more} more: --top {}", scan.list.len()));
        }
        blocks.push(Block::List(items));
    }
    blocks
}

fn flip(flip: &Flip) -> String {
    let side = if flip.value > flip.present {
        "above"
    } else {
        "below"
    };
    let mut text = format!("{} {side} {}", flip.path, short(flip.value));
    match flip.factor {
        Some(factor) => {
            text += &format!(
                " ({} times {})",
                significant(factor, 3),
                short(flip.present)
            );
        }
        None => text += &format!(" (now {})", short(flip.present)),
    }
    text += &format!(": {} becomes cheapest", flip.becomes);
    if let Some(probability) = flip.probability {
        text += &format!(", in {} of the cases of this range", percent(probability));
    }
    text
}

fn elasticities(result: &Sensitivity, top: usize) -> Grid {
    let heads = std::iter::once("input".to_owned()).chain(result.options.clone());
    let mut grid = Grid::new(heads);
    let of = |one: &Elasticity| match result.verdict_by {
        Verdict::Monthly => one.monthly.clone(),
        Verdict::Npv => one.npv.clone(),
    };
    for one in result.elasticities.iter().take(top) {
        let cells = of(one).into_iter().map(|value| match value {
            Some(value) if value.abs() >= 5e-4 => format!("{value:.3}"),
            _ => String::new(),
        });
        grid.row(label(&one.path), cells);
    }
    grid
}

/// One row per figure, input and quantity.
pub fn tidy(result: &Sensitivity) -> Grid {
    let mut grid = Grid::new(["figure", "input", "quantity", "value", "standard_error"]);
    let mut add = |figure: &str, input: &str, quantity: &str, value: f64, error: Option<f64>| {
        let mut cells = [figure, input, quantity].map(Cell::label).to_vec();
        cells.push(Cell::number(value.to_string()));
        cells.push(Cell::number(
            error.map_or_else(String::new, |error| error.to_string()),
        ));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    };
    for range in &result.ranges {
        for (quantity, value) in [("p10", range.p10), ("p50", range.p50), ("p90", range.p90)] {
            add("input", &range.path, quantity, value, None);
        }
    }
    for figure in &result.figures {
        for effect in &figure.inputs {
            let (name, path) = (figure.figure.as_str(), effect.path.as_str());
            add(name, path, "at_p10", effect.at_p10, None);
            add(name, path, "at_p90", effect.at_p90, None);
            for (quantity, of) in [
                ("rank_correlation", effect.rank_correlation),
                ("first_order", effect.first_order),
                ("total", effect.total),
            ] {
                add(name, path, quantity, of.value, Some(of.standard_error));
            }
        }
    }
    for one in &result.elasticities {
        let values = [("monthly", &one.monthly), ("npv", &one.npv)];
        for (figure, list) in values {
            for (at, value) in list.iter().enumerate() {
                if let Some(value) = value {
                    let name = format!("{}, {figure}", result.options[at]);
                    add(&name, &one.path, "elasticity", *value, None);
                }
            }
        }
    }
    for flip in &result.flips.list {
        add(
            &flip.becomes,
            &flip.path,
            "becomes_cheapest_at",
            flip.value,
            None,
        );
    }
    grid
}
