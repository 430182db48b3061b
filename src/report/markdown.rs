//! Blocks as Markdown, for a pull request or a planning document.

use super::block::{Block, Grid, Row};

/// Renders blocks.
pub fn render(blocks: &[Block]) -> String {
    let parts: Vec<String> = blocks.iter().map(block).collect();
    parts.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Title(text) => format!("## {}\n", escaped(text)),
        Block::Text(text) => format!("{}\n", escaped(text)),
        Block::List(items) => items
            .iter()
            .map(|item| format!("- {}\n", escaped(item)))
            .collect(),
        Block::Grid(grid) => table(grid),
        Block::Drawing(text) => format!("```text\n{text}```\n"),
    }
}

fn table(grid: &Grid) -> String {
    let mut out = line(grid.heads.iter().map(|head| escaped(head)));
    let first = grid
        .rows
        .iter()
        .find(|row| row.cells.len() == grid.heads.len());
    let rules = (0..grid.heads.len()).map(|at| {
        let left = first.is_none_or(|row| row.cells[at].left);
        if left {
            "---".to_owned()
        } else {
            "---:".to_owned()
        }
    });
    out.push_str(&line(rules));
    for row in &grid.rows {
        out.push_str(&line(cells(row, grid.heads.len())));
    }
    out
}

fn cells(row: &Row, columns: usize) -> impl Iterator<Item = String> + '_ {
    (0..columns).map(|at| {
        let text = row.cells.get(at).map_or("", |cell| cell.text.trim());
        match (row.strong, text.is_empty()) {
            (true, false) => format!("**{}**", escaped(text)),
            _ => escaped(text),
        }
    })
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// Names come from files and must not end a cell or begin a tag.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_the_table() {
        let mut grid = Grid::new(["USD", "a|b"]);
        grid.strong("total", ["1".to_owned()]);
        assert_eq!(
            table(&grid),
            "| USD | a\\|b |\n| --- | ---: |\n| **total** | **1** |\n"
        );
    }
}
