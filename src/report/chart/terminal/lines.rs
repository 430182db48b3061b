//! Lines over two axes, with their names at their ends.

use super::grid::{Cell, Grid};
use super::{Terminal, colored, cut, framed, letter, margin, notes, put_marks};
use crate::report::chart::description::Chart;

/// Draws lines, measured points, rules and marks.
pub fn draw(chart: &Chart, terminal: Terminal) -> String {
    let names = chart.lines.iter().map(|line| line.name.chars().count() + 2);
    let notes_wide = chart.lines.iter().map(|line| line.note.chars().count() + 2);
    let most = terminal.width / 3;
    let column = names.chain(notes_wide).max().unwrap_or(0).min(most);
    let columns = terminal.width.saturating_sub(margin(&chart.y) + column + 1);
    let mut grid = Grid::new(columns.max(10), terminal.height.max(6));
    rules(chart, &mut grid, terminal);
    for (k, _) in chart.lines.iter().enumerate() {
        trace(chart, k, &mut grid, terminal);
    }
    for (k, _) in chart.lines.iter().enumerate() {
        letters(chart, k, &mut grid);
    }
    for (k, series) in chart.dots.iter().enumerate() {
        for [x, y] in &series.points {
            let at = [chart.x.share(*x), chart.y.share(*y)];
            grid.put(at, Cell::of(letter(k), k));
        }
    }
    put_marks(chart, &mut grid, terminal);
    rule_labels(chart, &mut grid);
    let right = at_right(chart, grid.rows(), column, terminal);
    let mut text = framed(chart, &grid, &right, terminal);
    text.push_str(&unplaced(chart, terminal));
    text.push_str(&notes(&chart.marks, terminal));
    text
}

fn rules(chart: &Chart, grid: &mut Grid, terminal: Terminal) {
    let sign = if terminal.unicode { '┊' } else { ':' };
    for rule in &chart.rules {
        for row in 0..grid.rows() {
            let y = 1.0 - row as f64 / (grid.rows() as f64 - 1.0);
            grid.put([chart.x.share(rule.x), y], Cell::sign(sign));
        }
    }
}

/// The first line of a rule's label, in the highest row where it is free.
fn rule_labels(chart: &Chart, grid: &mut Grid) {
    for rule in &chart.rules {
        let Some(text) = rule.label.first() else {
            continue;
        };
        let length = text.chars().count();
        let at = (chart.x.share(rule.x) * (grid.columns() as f64 - 1.0)).round() as usize;
        let right = at + 2;
        let left = (at).checked_sub(length + 1);
        for row in 0..grid.rows() {
            if right + length <= grid.columns() && grid.is_free(right, row, length) {
                grid.write(right, row, text);
                break;
            }
            if let Some(left) = left.filter(|left| grid.is_free(*left, row, length)) {
                grid.write(left, row, text);
                break;
            }
        }
    }
}

fn trace(chart: &Chart, k: usize, grid: &mut Grid, terminal: Terminal) {
    let place = |point: &[f64; 2]| [chart.x.share(point[0]), chart.y.share(point[1])];
    for pair in chart.lines[k].points.windows(2) {
        let (a, b) = (place(&pair[0]), place(&pair[1]));
        if terminal.unicode {
            grid.line([a, b], k);
            continue;
        }
        let steps = (2.0 * grid.columns() as f64 * (b[0] - a[0]).abs())
            .max(2.0 * grid.rows() as f64 * (b[1] - a[1]).abs())
            .ceil()
            .max(1.0);
        for step in 0..=steps as u32 {
            let share = f64::from(step) / steps;
            let at = [0, 1].map(|axis| a[axis] + share * (b[axis] - a[axis]));
            grid.put(at, Cell::of('.', k));
        }
    }
}

/// A line's letter on it, here and there, each line at places of its own.
fn letters(chart: &Chart, k: usize, grid: &mut Grid) {
    let line = &chart.lines[k];
    let apart = 14.0 / grid.columns() as f64;
    let shift = apart * (k as f64 + 0.5) / chart.lines.len() as f64;
    let mut next = shift;
    for pair in line.points.windows(2) {
        let [a, b] = [&pair[0], &pair[1]].map(|p| [chart.x.share(p[0]), chart.y.share(p[1])]);
        while next <= b[0] {
            if next >= a[0] && b[0] > a[0] {
                let share = (next - a[0]) / (b[0] - a[0]);
                grid.put([next, a[1] + share * (b[1] - a[1])], Cell::of(letter(k), k));
            }
            next += apart;
        }
    }
}

/// Where a line ends, counted in rows; none for a line without points.
fn end_row(chart: &Chart, k: usize, rows: usize) -> Option<f64> {
    let [_, y] = chart.lines[k].points.last()?;
    Some((1.0 - chart.y.share(*y)) * (rows as f64 - 1.0))
}

/// Names of lines, each in the free row that is nearest to the line's end.
fn at_right(chart: &Chart, rows: usize, column: usize, terminal: Terminal) -> Vec<String> {
    let mut texts = vec![String::new(); rows];
    let mut ends: Vec<(usize, f64)> = (0..chart.lines.len())
        .filter_map(|k| Some((k, end_row(chart, k, rows)?)))
        .collect();
    ends.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut taken = vec![false; rows];
    for (k, end) in ends {
        let line = &chart.lines[k];
        let free = (0..rows).filter(|row| !taken[*row]);
        let nearest = free.min_by(|a, b| {
            let away = |row: usize| (row as f64 - end).abs();
            away(*a).total_cmp(&away(*b))
        });
        let Some(row) = nearest else {
            return texts;
        };
        taken[row] = true;
        let name = cut(&format!("{} {}", letter(k), line.name), column);
        texts[row] = colored(&name, k, terminal);
        let note = line.ends.as_ref().unwrap_or(&line.note);
        if !note.is_empty() && row + 1 < rows && !taken[row + 1] && chart.lines.len() * 2 <= rows {
            taken[row + 1] = true;
            texts[row + 1] = cut(&format!("  {note}"), column);
        }
    }
    texts
}

/// Names of lines for which there is no row, or that have no points.
fn unplaced(chart: &Chart, terminal: Terminal) -> String {
    let rows = terminal.height.max(6);
    let placed = |k: &usize| end_row(chart, *k, rows).is_some();
    let beyond = (0..chart.lines.len()).filter(placed).skip(rows);
    let empty = (0..chart.lines.len()).filter(|k| !placed(k));
    let names = beyond.chain(empty);
    let names: Vec<String> = names
        .map(|k| format!("{} {}\n", letter(k), chart.lines[k].name))
        .collect();
    names.concat()
}
