//! `catalog diff`: the scenarios' money first, then the figures that differ.

use super::block::{Block, Cell, Grid, Row};
use super::diff;
use super::format::{exact, percent, plural};
use crate::analysis::catalog_diff::{CatalogDiff, FigureChange};

/// The report.
pub fn blocks(result: &CatalogDiff) -> Vec<Block> {
    let mut blocks = vec![Block::Text(sentence(result))];
    for scenario in &result.scenarios {
        blocks.push(Block::Title(scenario.new.clone()));
        blocks.extend(diff::money_blocks(scenario));
    }
    let both = |figure: &&FigureChange| figure.old.is_some() && figure.new.is_some();
    let differing: Vec<&FigureChange> = result.figures.iter().filter(both).collect();
    if !differing.is_empty() {
        blocks.push(Block::Title("Figures that differ".into()));
        blocks.push(Block::Grid(grid(&differing)));
    }
    if result.one_sided > 0 {
        let count = result.one_sided;
        blocks.push(Block::Text(format!(
            "{count} figure{} of shared rows that only one of the two has: JSON and CSV list them.",
            plural(count)
        )));
    }
    blocks
}

fn sentence(result: &CatalogDiff) -> String {
    let new = match result.only_new {
        0 => String::new(),
        count => format!("; {count} row{} only in the new one", plural(count)),
    };
    format!(
        "{} against {}, prices of {}: {} of {} shared row{} differ{new}.",
        result.new,
        result.old,
        result.day,
        result.changed,
        result.shared,
        plural(result.shared)
    )
}

fn grid(figures: &[&FigureChange]) -> Grid {
    let mut grid = Grid::new(["row", "figure", "old", "new", "change"]);
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), exact);
    for figure in figures {
        let share = figure.share.map_or_else(String::new, |share| {
            let sign = if share > 0.0 { "+" } else { "" };
            format!("{sign}{}", percent(share))
        });
        grid.rows.push(Row {
            cells: vec![
                Cell::label(figure.id.clone()),
                Cell::label(figure.figure.clone()),
                Cell::number(number(figure.old)),
                Cell::number(number(figure.new)),
                Cell::number(share),
            ],
            strong: false,
        });
    }
    grid
}

/// One row per figure that differs, and per option of each scenario.
pub fn tidy(result: &CatalogDiff) -> Grid {
    let mut grid = Grid::new(["part", "of", "name", "old", "new"]);
    let number = |value: Option<f64>| {
        Cell::number(value.map_or_else(String::new, |value| value.to_string()))
    };
    let mut row = |texts: [&str; 3], old: Option<f64>, new: Option<f64>| {
        let cells = texts.map(Cell::label).into_iter();
        grid.rows.push(Row {
            cells: cells.chain([number(old), number(new)]).collect(),
            strong: false,
        });
    };
    for scenario in &result.scenarios {
        for option in &scenario.options {
            let texts = ["monthly_usd", scenario.new.as_str(), option.name.as_str()];
            row(texts, option.old_usd, option.new_usd);
        }
    }
    for figure in &result.figures {
        row(
            [figure.kind, &figure.id, &figure.figure],
            figure.old,
            figure.new,
        );
    }
    grid
}
