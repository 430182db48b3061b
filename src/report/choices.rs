//! `choices`: a card for each of the six, or one of them in depth.

mod sentences;

use super::block::{Block, Cell, Grid, Row};
use super::format::{count, money, percent, significant, thousands, volume};
use crate::analysis::choices::{Choice, Choices, Figure, Flip, Written};
use crate::scenario::Currency;

/// Writes each verdict into the result, so that every format says the same.
pub fn say(result: &mut Choices, currency: &Currency) {
    for choice in &mut result.choices {
        choice.verdict = sentences::verdict(choice, currency);
    }
}

/// The cards, or one choice in depth.
pub fn blocks(result: &Choices, currency: &Currency, in_depth: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Title(result.scenario.clone())];
    for (at, choice) in result.choices.iter().enumerate() {
        let number = if in_depth {
            String::new()
        } else {
            format!("{}. ", at + 1)
        };
        blocks.push(Block::Title(format!("{number}{}", choice.title)));
        blocks.push(Block::Text(choice.verdict.clone()));
        if choice.answer.is_empty() {
            continue;
        }
        if in_depth {
            blocks.push(Block::Grid(figures(choice, currency)));
            if !choice.flips_at.is_empty() {
                blocks.push(Block::Title("What would flip it".into()));
                blocks.push(Block::Grid(flips(choice)));
            }
            blocks.push(Block::List(choice.notes.clone()));
        } else if let Some(flip) = choice.flips_at.first() {
            blocks.push(Block::Text(nearest_flip(flip)));
        }
    }
    blocks
}

/// "Measure workload.output_tokens first: at 412 instead of 250 it would be fine-tune."
fn nearest_flip(flip: &Flip) -> String {
    format!(
        "Measure {} first: at {} instead of {} the answer is {}.",
        flip.input,
        near(flip.value),
        near(flip.present),
        flip.becomes
    )
}

/// A number with four digits that matter: what a flip is known to.
fn near(number: f64) -> String {
    if number.abs() >= 1e4 {
        thousands(number)
    } else {
        significant(number, 4)
    }
}

/// A figure as text.
pub fn figure_text(figure: &Figure, currency: &Currency) -> String {
    let Some(value) = figure.value else {
        return "none".into();
    };
    match figure.unit {
        Written::Usd => money(value, currency),
        Written::UsdPerMonth => format!("{} a month", money(value, currency)),
        Written::Share => percent(value),
        Written::PerDay => format!("{} a day", volume(value)),
        Written::Of(what) => format!("{} {what}", count(value)),
    }
}

fn figures(choice: &Choice, currency: &Currency) -> Grid {
    let mut grid = Grid::new(["figure", "value"]);
    for figure in &choice.figures {
        grid.row(figure.label.clone(), [figure_text(figure, currency)]);
    }
    grid
}

fn flips(choice: &Choice) -> Grid {
    let mut grid = Grid::new(["input", "now", "flips at", "to"]);
    for flip in &choice.flips_at {
        grid.rows.push(Row {
            cells: vec![
                Cell::label(flip.input.clone()),
                Cell::number(near(flip.present)),
                Cell::number(near(flip.value)),
                Cell::label(flip.becomes),
            ],
            strong: false,
        });
    }
    grid
}

/// One row per figure, in US dollars and plain numbers.
pub fn tidy(result: &Choices) -> Grid {
    let mut grid = Grid::new(["scenario", "choice", "answer", "figure", "value"]);
    for choice in &result.choices {
        let row = |figure: &str, value: String| {
            let mut cells = [result.scenario.as_str(), choice.name, choice.answer, figure]
                .map(Cell::label)
                .to_vec();
            cells.push(Cell::number(value));
            Row {
                cells,
                strong: false,
            }
        };
        if choice.answer.is_empty() {
            grid.rows.push(row("", String::new()));
        }
        for figure in &choice.figures {
            let value = figure
                .value
                .map_or_else(String::new, |value| value.to_string());
            grid.rows.push(row(figure.key, value));
        }
    }
    grid
}
