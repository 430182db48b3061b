//! `baseline`: the plans of a baseline, and who accepted what.

use crate::analysis::check::{Accepted, Baseline};
use crate::report::block::{Block, Cell, Grid, Row};
use crate::report::format::{money, plural};
use crate::scenario::Currency;

/// An acceptance, as it was just written.
pub fn accepted(accepted: &Accepted) -> Vec<Block> {
    let mut blocks = vec![Block::Title(format!(
        "Accepted by {} on {}: {}",
        accepted.by, accepted.date, accepted.reason
    ))];
    if accepted.changes.is_empty() {
        blocks.push(Block::Text(
            "No plan costs anything else than before.".into(),
        ));
    } else {
        blocks.push(Block::Grid(changes(std::slice::from_ref(accepted))));
    }
    blocks
}

/// One row for each change of these acceptances.
pub fn changes(list: &[Accepted]) -> Grid {
    let mut grid = Grid::new([
        "scenario",
        "from a month",
        "to a month",
        "date",
        "by",
        "reason",
    ]);
    for one in list {
        for change in &one.changes {
            let from = change.from_usd.map_or_else(|| "new".to_owned(), usd);
            grid.rows.push(Row {
                cells: vec![
                    Cell::label(&change.scenario),
                    Cell::number(from),
                    Cell::number(usd(change.to_usd)),
                    Cell::label(&one.date),
                    Cell::label(&one.by),
                    Cell::label(&one.reason),
                ],
                strong: false,
            });
        }
    }
    grid
}

/// A whole baseline; its amounts are in US dollars, whatever a scenario's tables show.
pub fn blocks(baseline: &Baseline) -> Vec<Block> {
    let (plans, times) = (baseline.scenarios.len(), baseline.accepted.len());
    let mut blocks = vec![
        Block::Title(format!(
            "Baseline of {plans} scenario{}, {times} acceptance{}",
            plural(plans),
            plural(times)
        )),
        Block::Grid(tidy(baseline)),
    ];
    if times > 0 {
        blocks.push(Block::Title("Accepted".into()));
        blocks.push(Block::Grid(changes(&baseline.accepted)));
    }
    blocks
}

/// One row for each plan.
pub fn tidy(baseline: &Baseline) -> Grid {
    let mut grid = Grid::new(["scenario", "file", "plan", "monthly_usd", "usd_per_request"]);
    for plan in &baseline.scenarios {
        let chosen = plan.chosen_option();
        let of = |figure: Option<f64>| figure.map_or_else(String::new, |usd| usd.to_string());
        grid.rows.push(Row {
            cells: vec![
                Cell::label(&plan.name),
                Cell::label(&plan.file),
                Cell::label(&plan.chosen),
                Cell::number(of(chosen.map(|option| option.monthly_usd))),
                Cell::number(of(chosen.map(|option| option.usd_per_request))),
            ],
            strong: false,
        });
    }
    grid
}

fn usd(amount: f64) -> String {
    let dollars = Currency {
        code: "USD".into(),
        per_usd: 1.0,
    };
    money(amount, &dollars)
}
