//! The arithmetic of lines: each factor with its unit and where it comes from.

use super::block::{Block, Cell, Grid, Row};
use super::format::{exact, money, plain, significant, thousands};
use crate::analysis::explain::{ExplainedLine, ExplainedOption, Explanation};
use crate::scenario::Currency;

/// The report; options without a line that was asked for are left out.
pub fn blocks(explanation: &Explanation, currency: &Currency) -> Vec<Block> {
    let mut blocks = vec![Block::Title(format!(
        "{}, at {} requests a day",
        explanation.scenario,
        thousands(explanation.requests_per_day)
    ))];
    for option in explanation
        .options
        .iter()
        .filter(|option| !option.lines.is_empty())
    {
        let total = money(option.monthly_usd, currency);
        blocks.push(Block::Title(format!("{}: {total} a month", option.name)));
        if !option.workings.is_empty() {
            blocks.push(workings(option));
        }
        for line in &option.lines {
            blocks.push(Block::Text(heading(line)));
            blocks.push(factors(line));
        }
    }
    blocks
}

fn workings(option: &ExplainedOption) -> Block {
    let items = option.workings.iter().map(|working| {
        format!(
            "{}: {} {} ({})",
            working.name,
            exact(working.value),
            working.unit,
            working.how
        )
        .replace("  ", " ")
    });
    Block::List(items.collect())
}

fn heading(line: &ExplainedLine) -> String {
    format!(
        "{} [{}, {}] = {} USD/month, docs/model.md section {}",
        line.label,
        line.category,
        line.behaviour,
        plain(line.monthly_usd),
        line.section
    )
}

fn factors(line: &ExplainedLine) -> Block {
    let mut grid = Grid::new(["", "value", "unit", "factor", "from"]);
    for (at, factor) in line.factors.iter().enumerate() {
        let sign = if at == 0 { "=" } else { "x" };
        let mut cells = vec![
            Cell::label(format!("  {sign}")),
            Cell::number(exact(factor.value)),
        ];
        cells.extend([factor.unit, &factor.name, &factor.from].map(Cell::label));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    }
    if (line.scale - 1.0).abs() > 1e-12 {
        let mut cells = vec![Cell::label("  x"), Cell::number(significant(line.scale, 6))];
        cells.extend(["", "between these units", "computed"].map(Cell::label));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    }
    Block::Grid(grid)
}

/// One row per factor.
pub fn tidy(explanation: &Explanation) -> Grid {
    let mut grid = Grid::new([
        "option",
        "category",
        "line",
        "monthly_usd",
        "factor",
        "value",
        "unit",
        "from",
    ]);
    for option in &explanation.options {
        for line in &option.lines {
            for factor in &line.factors {
                let mut cells = [option.name.as_str(), line.category, &line.label]
                    .map(Cell::label)
                    .to_vec();
                cells.push(Cell::number(line.monthly_usd.to_string()));
                cells.push(Cell::label(factor.name.clone()));
                cells.push(Cell::number(factor.value.to_string()));
                cells.extend([factor.unit, &factor.from].map(Cell::label));
                grid.rows.push(Row {
                    cells,
                    strong: false,
                });
            }
        }
    }
    grid
}
