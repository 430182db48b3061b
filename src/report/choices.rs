//! `choices`: a card for each of the six, or one of them in depth.

mod drawn;
mod sentences;
mod spread;

use super::block::{Block, Cell, Grid, Row};
use super::format::{count, money, percent, significant, thousands, volume};
pub use drawn::{drawn, drawn_rows};
pub use spread::known_to;

use crate::analysis::choices::{Choice, Choices, Figure, Flip, Written};
use crate::scenario::Currency;

/// Writes each verdict into the result, so that every format says the same.
pub fn say(result: &mut Choices, currency: &Currency) {
    for choice in &mut result.choices {
        choice.verdict = sentences::verdict(choice, currency);
    }
}

/// The cards, or one choice in depth; `file` is what the scenario was read from.
pub fn blocks(result: &Choices, currency: &Currency, in_depth: bool, file: &str) -> Vec<Block> {
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
        let spread = spread::grid(choice, currency).map(Block::Grid);
        if in_depth {
            blocks.push(Block::Grid(figures(choice, currency)));
            if let Some(spread) = spread {
                blocks.extend([Block::Title("How sure it is".into()), spread]);
            }
            if !choice.flips_at.is_empty() {
                blocks.push(Block::Title("What would flip it".into()));
                blocks.push(Block::Grid(flips(choice)));
            }
            blocks.push(Block::List(choice.notes.clone()));
        } else {
            blocks.extend(spread);
            let flip = choice.flips_at.first();
            blocks.extend(flip.map(|flip| Block::Text(nearest_flip(flip))));
        }
        if !choice.series.is_empty() {
            blocks.push(Block::Drawing(drawing(file, choice)));
        }
    }
    blocks.extend(spread::drawn(result).map(Block::Text));
    blocks
}

/// The command that draws a choice.
fn drawing(file: &str, choice: &Choice) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-:\\".contains(c);
    let file = if file.chars().all(plain) {
        file.to_owned()
    } else {
        format!("'{}'", file.replace('\'', "'\\''"))
    };
    format!(
        "llmcost chart {file} --kind choice --only {}\n",
        choice.name
    )
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
        Written::Of(what) if value.abs() >= 1e4 => format!("{} {what}", thousands(value.round())),
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

/// One row per figure, in US dollars and plain numbers; where inputs are ranges with its spread, and with
/// the share of the draws that have the same answer.
pub fn tidy(result: &Choices) -> Grid {
    let mut heads = vec!["scenario", "choice", "answer", "figure", "value"];
    if result.samples.is_some() {
        heads.extend(["p5", "p50", "p95", "exists", "probability_same"]);
    }
    let mut grid = Grid::new(heads);
    for choice in &result.choices {
        if choice.answer.is_empty() {
            grid.rows.push(tidy_row(result, choice, "", None));
        }
        for figure in &choice.figures {
            grid.rows
                .push(tidy_row(result, choice, figure.key, figure.value));
        }
    }
    grid
}

fn tidy_row(result: &Choices, choice: &Choice, key: &str, value: Option<f64>) -> Row {
    let mut cells = [result.scenario.as_str(), choice.name, choice.answer, key]
        .map(Cell::label)
        .to_vec();
    let mut number = |value: Option<f64>| {
        let text = value.map_or_else(String::new, |value| value.to_string());
        cells.push(Cell::number(text));
    };
    number(value);
    if result.samples.is_some() {
        let sure = choice.sure.as_ref();
        let range = sure.and_then(|sure| sure.figures.iter().find(|range| range.key == key));
        number(range.map(|range| range.p5));
        number(range.map(|range| range.p50));
        number(range.map(|range| range.p95));
        number(range.map(|range| range.exists));
        number(sure.map(|sure| sure.probability_same));
    }
    Row {
        cells,
        strong: false,
    }
}
