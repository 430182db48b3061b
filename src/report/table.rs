//! Blocks as text for a terminal: wrapped to its width, wide grids split into several.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::block::{Block, Cell, Grid, Row};
use crate::diagnostic::escaped;

/// How text may look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether escape codes for color are allowed.
    pub color: bool,
}

/// Renders blocks.
pub fn render(blocks: &[Block], style: Style) -> String {
    let mut out = String::new();
    for (at, block) in blocks.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        match block {
            Block::Title(text) => out.push_str(&format!("{}\n", strong(text, style))),
            Block::Text(text) => out.push_str(&wrap(&printable(text), style.width, "", "")),
            Block::List(items) => {
                for item in items {
                    out.push_str(&wrap(&printable(item), style.width, "- ", "  "));
                }
            }
            Block::Grid(grid) => out.push_str(&grid_text(&on_lines(grid), style)),
            Block::Drawing(text) => out.push_str(text),
        }
    }
    out
}

fn strong(text: &str, style: Style) -> String {
    if style.color {
        format!("\x1b[1m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A text for a terminal: names come from files, and their control characters must not reach it.
pub fn printable(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escaped).collect();
    lines.join("\n")
}

/// Wraps a paragraph at spaces; a word that is longer than the line stays whole.
pub fn wrap(text: &str, width: usize, first: &str, rest: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split('\n') {
        let mut line = first.to_owned();
        let mut empty = true;
        for word in paragraph.split(' ') {
            if !empty && line.chars().count() + 1 + word.chars().count() > width {
                out.push_str(line.trim_end());
                out.push('\n');
                line = rest.to_owned();
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A grid whose cells stay on their lines.
fn on_lines(grid: &Grid) -> Grid {
    let cell = |cell: &Cell| Cell {
        text: escaped(&cell.text),
        ..cell.clone()
    };
    let rows = grid.rows.iter().map(|row| Row {
        cells: row.cells.iter().map(cell).collect(),
        ..row.clone()
    });
    Grid {
        heads: grid.heads.iter().map(|head| escaped(head)).collect(),
        rows: rows.collect(),
    }
}

/// Space between columns.
const GAP: usize = 2;

/// A grid; where it is wider than the terminal its columns are dealt out to several, each with the labels.
fn grid_text(grid: &Grid, style: Style) -> String {
    let widths: Vec<usize> = (0..grid.heads.len())
        .map(|at| column_width(grid, at))
        .collect();
    let total: usize = widths.iter().map(|width| width + GAP).sum();
    let label = widths.first().copied().unwrap_or(0);
    let last_wraps = grid
        .rows
        .iter()
        .any(|row| row.cells.last().is_some_and(|cell| cell.left));
    if total <= style.width + GAP || last_wraps || grid.heads.len() < 3 {
        return one_table(grid, style);
    }
    let mut out = String::new();
    let mut at = 1;
    while at < grid.heads.len() {
        let mut end = at + 1;
        let mut used = label + widths[at] + 2 * GAP;
        while end < grid.heads.len() && used + widths[end] + GAP <= style.width + GAP {
            used += widths[end] + GAP;
            end += 1;
        }
        if at > 1 {
            out.push('\n');
        }
        out.push_str(&one_table(&columns(grid, at..end), style));
        at = end;
    }
    out
}

fn column_width(grid: &Grid, at: usize) -> usize {
    let cells = grid.rows.iter().filter_map(|row| row.cells.get(at));
    let widest = cells
        .map(|cell| cell.text.chars().count())
        .max()
        .unwrap_or(0);
    widest.max(grid.heads[at].chars().count())
}

fn columns(grid: &Grid, range: std::ops::Range<usize>) -> Grid {
    let pick = |cells: &[Cell]| -> Vec<Cell> {
        let numbers = range.clone().filter_map(|at| cells.get(at).cloned());
        cells.first().cloned().into_iter().chain(numbers).collect()
    };
    let mut heads = vec![grid.heads[0].clone()];
    heads.extend(grid.heads[range.clone()].iter().cloned());
    // Lines that are empty in these columns are those of other options.
    let rows = grid.rows.iter().map(|row| Row {
        cells: pick(&row.cells),
        strong: row.strong,
    });
    let kept =
        rows.filter(|row| row.strong || row.cells[1..].iter().any(|cell| !cell.text.is_empty()));
    Grid {
        heads,
        rows: kept.collect(),
    }
}

fn one_table(grid: &Grid, style: Style) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
    let left: Vec<bool> = (0..grid.heads.len())
        .map(|at| {
            grid.rows
                .iter()
                .any(|row| row.cells.get(at).is_some_and(|cell| cell.left))
        })
        .collect();
    table.set_header(
        grid.heads
            .iter()
            .zip(&left)
            .map(|(head, left)| comfy_table::Cell::new(head).set_alignment(alignment(*left))),
    );
    for row in &grid.rows {
        table.add_row(
            row.cells
                .iter()
                .map(|cell| comfy_table::Cell::new(&cell.text).set_alignment(alignment(cell.left))),
        );
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        let last = at + 1 == grid.heads.len();
        column.set_padding((0, if last { 0 } else { GAP as u16 }));
    }
    let text = table.to_string();
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    paint(&lines, grid, style)
}

fn alignment(left: bool) -> CellAlignment {
    if left {
        CellAlignment::Left
    } else {
        CellAlignment::Right
    }
}

/// Bold heads and totals, where the rows are one line each.
fn paint(lines: &[String], grid: &Grid, style: Style) -> String {
    let one_line_each = lines.len() == grid.rows.len() + 1;
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        let bold = at == 0 || (one_line_each && grid.rows[at - 1].strong);
        out.push_str(&if bold {
            strong(line, style)
        } else {
            line.clone()
        });
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NARROW: Style = Style {
        width: 30,
        color: false,
    };

    #[test]
    fn a_wide_grid_is_split_and_repeats_its_labels() {
        let mut grid = Grid::new(["USD", "first option", "second option"]);
        grid.row("input", ["1".to_owned(), String::new()]);
        grid.strong("total", ["1".to_owned(), "2".to_owned()]);
        let text = render(&[Block::Grid(grid)], NARROW);
        assert_eq!(
            text,
            "USD    first option\ninput             1\ntotal             1\n\nUSD    second option\ntotal              2\n"
        );
    }

    #[test]
    fn names_cannot_color_the_terminal_or_break_a_line() {
        let mut grid = Grid::new(["tenant", "USD"]);
        grid.row("\u{1b}[31mred\nbreak", ["1".to_owned()]);
        let text = render(
            &[Block::Grid(grid), Block::Text("\u{7}bell".into())],
            NARROW,
        );
        let is_shown = |c: char| c == '\n' || !c.is_control();
        assert!(text.chars().all(is_shown), "{text:?}");
        let lines: Vec<&str> = text
            .lines()
            .map(|line| line.split("  ").next().unwrap())
            .collect();
        assert_eq!(
            lines,
            ["tenant", "\\u{1b}[31mred\\nbreak", "", "\\u{7}bell"]
        );
    }

    #[test]
    fn paragraphs_wrap_at_the_width() {
        let text = wrap("one two three four five six seven", 12, "- ", "  ");
        assert_eq!(text, "- one two\n  three four\n  five six\n  seven\n");
    }

    #[test]
    fn color_is_only_used_where_it_is_allowed() {
        let block = [Block::Title("title".into())];
        assert_eq!(render(&block, NARROW), "title\n");
        assert!(
            render(
                &block,
                Style {
                    color: true,
                    ..NARROW
                }
            )
            .contains("\x1b[1m")
        );
    }
}
