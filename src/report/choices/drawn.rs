//! What draws say of the six choices, for `simulate`.

use super::super::block::{Block, Cell, Row};
use super::super::format::{plural, thousands};
use super::sentences::chance;
use super::spread;
use crate::analysis::choices::{Choice, Sure};
use crate::scenario::Currency;

/// Each choice with the shares of its answers and the spread of its main figures.
pub fn drawn(choices: &[Choice], samples: u64, currency: &Currency) -> Vec<Block> {
    let mut blocks = vec![Block::Text(format!(
        "The six choices in the first {} sample{}, the answer at the medians first: shares are known to {}",
        thousands(samples as f64),
        plural(samples as usize),
        spread::known_to(samples)
    ))];
    for choice in choices {
        let Some(sure) = &choice.sure else { continue };
        blocks.push(Block::Text(format!(
            "{}: {}",
            choice.title,
            shares(choice.answer, sure)
        )));
        blocks.extend(spread::grid(choice, currency).map(Block::Grid));
    }
    blocks
}

/// "buy in 99 %; build in 0.8 %", the answer at the medians first.
fn shares(answer: &str, sure: &Sure) -> String {
    if sure.answered == 0 {
        return format!("{answer} at the medians, no answer in the draws");
    }
    let of = |answer: &str, share: f64| format!("{answer} in {}", chance(share));
    let mut list = vec![of(answer, sure.probability_same)];
    let others = sure.others.iter();
    list.extend(others.map(|other| of(other.answer, other.probability)));
    if sure.unanswered > 0 {
        list.push(format!(
            "no answer in {} sample{}",
            thousands(sure.unanswered as f64),
            plural(sure.unanswered as usize)
        ));
    }
    if !sure.moved {
        list.push("no range moves it".into());
    }
    list.join("; ")
}

/// The same as rows of a table with a mean and five quantiles, of which the draws give three.
pub fn drawn_rows(choices: &[Choice]) -> Vec<Row> {
    let mut rows = Vec::new();
    for choice in choices {
        let Some(sure) = &choice.sure else { continue };
        let mut add = |figure: String, numbers: [Option<f64>; 6]| {
            let mut cells = vec![
                Cell::label(format!("choices.{}", choice.name)),
                Cell::label(figure),
                Cell::label(""),
            ];
            cells.extend(numbers.map(|number| {
                Cell::number(number.map_or_else(String::new, |number| number.to_string()))
            }));
            rows.push(Row {
                cells,
                strong: false,
            });
        };
        let share = |share: f64| [Some(share), None, None, None, None, None];
        let same = (choice.answer, sure.probability_same);
        let others = sure.others.iter();
        let others = others.map(|other| (other.answer, other.probability));
        for (answer, probability) in [same].into_iter().chain(others) {
            add(format!("probability_{answer}"), share(probability));
        }
        add("flip_probability".into(), share(sure.flip_probability));
        for range in &sure.figures {
            let [p5, p50, p95] = [range.p5, range.p50, range.p95].map(Some);
            add(range.key.into(), [None, p5, None, p50, None, p95]);
            add(format!("{}_exists", range.key), share(range.exists));
        }
    }
    rows
}
