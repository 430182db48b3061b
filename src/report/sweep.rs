//! Sweeps as a grid: one row per value, one column per option.

use super::block::{Block, Cell, Grid, Row};
use super::format::{amount, exact};
use crate::analysis::sweep::Sweep;
use crate::scenario::Currency;

/// The report.
pub fn blocks(sweep: &Sweep, currency: &Currency) -> Vec<Block> {
    let mut grid = Grid::new(
        [sweep.over.clone()]
            .into_iter()
            .chain(sweep.options.iter().cloned())
            .chain(["cheapest".to_owned()]),
    );
    for row in &sweep.rows {
        let mut cells = vec![Cell::number(exact(row.value))];
        cells.extend(
            row.monthly_usd
                .iter()
                .map(|usd| Cell::number(amount(*usd, currency))),
        );
        cells.push(Cell::label(row.cheapest.clone()));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    }
    vec![
        Block::Title(format!("{} a month over {}", currency.code, sweep.over)),
        Block::Grid(grid),
    ]
}

/// One row per value, amounts in US dollars with all their digits.
pub fn tidy(sweep: &Sweep) -> Grid {
    let heads = [sweep.over.clone(), "requests_per_day".to_owned()]
        .into_iter()
        .chain(
            sweep
                .options
                .iter()
                .map(|name| format!("{name} monthly_usd")),
        )
        .chain(
            sweep
                .options
                .iter()
                .map(|name| format!("{name} staff_share")),
        )
        .chain(["cheapest".to_owned()]);
    let mut grid = Grid::new(heads);
    for row in &sweep.rows {
        let numbers = [row.value, row.requests_per_day]
            .into_iter()
            .chain(row.monthly_usd.iter().copied())
            .chain(row.staff_share.iter().copied());
        let mut cells: Vec<Cell> = numbers
            .map(|number| Cell::number(number.to_string()))
            .collect();
        cells.push(Cell::label(row.cheapest.clone()));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    }
    grid
}
