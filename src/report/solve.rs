//! `solve`: the values that reach a goal, or why none does.

use super::block::{Block, Cell, Grid, Row};
use super::format::{exact, money, percent, plain, significant};
use crate::analysis::solve::{Relation, Sides, Solution, SolveVerdict, Solved};
use crate::scenario::Currency;

/// The report.
pub fn blocks(solved: &Solved, currency: &Currency) -> Vec<Block> {
    let now = format!(
        "Now {}: {}, so it {}.",
        match solved.present {
            Some(value) => format!("{} is {}", solved.by, exact(value)),
            None => format!("{} is not set", solved.by),
        },
        sides(solved, solved.now, currency),
        if solved.holds_now {
            "holds"
        } else {
            "does not hold"
        },
    );
    let mut blocks = vec![
        Block::Title(format!("{} by {}", solved.target, solved.by)),
        Block::Text(now),
        Block::Text(outcome(solved, currency)),
    ];
    if !solved.solutions.is_empty() {
        let items = solved.solutions.iter().map(|one| solution(solved, one));
        blocks.push(Block::List(items.collect()));
    }
    if !solved.unsearched.is_empty() {
        let parts = solved
            .unsearched
            .iter()
            .map(|[from, to]| stretch(*from, *to));
        blocks.push(Block::Text(format!(
            "The scenario has no such figures {}: nothing is said of these values.",
            parts.collect::<Vec<_>>().join(" and ")
        )));
    }
    blocks
}

fn stretch(from: f64, to: f64) -> String {
    match (from.is_finite(), to.is_finite()) {
        (true, true) => format!("between {} and {}", exact(from), exact(to)),
        (true, false) => format!("above {}", exact(from)),
        _ => format!("below {}", exact(to)),
    }
}

/// A figure in its unit.
fn figure(value: f64, unit: &str, currency: &Currency) -> String {
    match unit {
        _ if !value.is_finite() => "endless".into(),
        "" => percent(value),
        "requests/day" => plain(value),
        _ => money(value, currency),
    }
}

fn sides(solved: &Solved, sides: Sides, currency: &Currency) -> String {
    format!(
        "{} against {}{}",
        figure(sides.left, solved.unit, currency),
        figure(sides.right, solved.unit, currency),
        match solved.unit {
            "USD/month" => " a month",
            "USD/request" => " a request",
            "USD/Mtok" => " a million tokens",
            "requests/day" => " requests a day",
            _ => "",
        }
    )
}

fn outcome(solved: &Solved, currency: &Currency) -> String {
    let [low, high] = solved.range.map(exact);
    match solved.verdict {
        SolveVerdict::Always => format!("Every value in {low} to {high} reaches it."),
        SolveVerdict::Never => {
            let mut text = format!("No value in {low} to {high} reaches it.");
            if let Some(near) = solved.nearest {
                let at = Sides {
                    left: near.left,
                    right: near.right,
                };
                text += &format!(
                    " Nearest at {}: {}.",
                    exact(near.value),
                    sides(solved, at, currency)
                );
            }
            text
        }
        SolveVerdict::JumpsPast => format!(
            "No value in {low} to {high} makes both sides equal: one jumps past the other, in whole units."
        ),
        SolveVerdict::Solved if solved.relation == Relation::Equal => {
            format!("Searched {low} to {high}; both sides meet at:")
        }
        SolveVerdict::Solved => {
            let parts: Vec<String> = solved
                .holds_in
                .iter()
                .map(
                    |[from, to]| match (*from == solved.range[0], *to == solved.range[1]) {
                        (true, _) => format!("up to {}", exact(*to)),
                        (_, true) => format!("from {}", exact(*from)),
                        _ => format!("from {} to {}", exact(*from), exact(*to)),
                    },
                )
                .collect();
            format!(
                "It holds {}; searched {low} to {high}.",
                parts.join(", and ")
            )
        }
    }
}

fn solution(solved: &Solved, one: &Solution) -> String {
    let mut text = format!("{} = {}", solved.by, exact(one.value));
    if let Some(factor) = one.factor {
        text += &format!(" ({} times the present value)", significant(factor, 3));
    }
    let side = if one.left_smaller_above {
        "smaller"
    } else {
        "larger"
    };
    text += &format!(": above it the left side is the {side} one");
    if one.kind == "jump" {
        text += ", by a jump";
    }
    text
}

/// One row per solution.
pub fn tidy(solved: &Solved) -> Grid {
    let mut grid = Grid::new([
        "target",
        "verdict",
        &solved.by,
        "kind",
        "left_smaller_above",
    ]);
    let verdict = match solved.verdict {
        SolveVerdict::Solved => "solved",
        SolveVerdict::JumpsPast => "jumps-past",
        SolveVerdict::Always => "always",
        SolveVerdict::Never => "never",
    };
    let mut add = |value: String, kind: &str, above: &str| {
        let mut cells = [solved.target.as_str(), verdict].map(Cell::label).to_vec();
        cells.push(Cell::number(value));
        cells.extend([kind, above].map(Cell::label));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    };
    for one in &solved.solutions {
        let above = one.left_smaller_above.to_string();
        add(one.value.to_string(), one.kind, &above);
    }
    if solved.solutions.is_empty() {
        add(String::new(), "", "");
    }
    grid
}
