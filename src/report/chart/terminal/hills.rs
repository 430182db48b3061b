//! Distributions: a row for each name, its letter from P10 to P90, a dot where it may reach beyond.

use super::grid::{Cell, Grid};
use super::{Terminal, cut, letter};
use crate::report::chart::axis::Scale;
use crate::report::chart::description::{Area, Chart, GuideStyle, Paint};
use crate::report::format::short;

/// Whether a chart is one of distributions in rows.
pub fn has_some(chart: &Chart) -> bool {
    chart.y.scale == Scale::Names && !chart.areas.is_empty()
}

/// Draws distributions with their names and texts.
pub fn draw(chart: &Chart, terminal: Terminal) -> String {
    let most = terminal.width / 4;
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let names = &chart.y.ticks;
    let left = widest(&mut names.iter().map(|tick| tick.label.chars().count())).min(most);
    let right = widest(&mut chart.tags.iter().map(|tag| tag.text.chars().count()));
    let columns = terminal.width.saturating_sub(left + right + 3).max(10);
    let edge = if terminal.unicode { '│' } else { '|' };
    let indent = " ".repeat(left);
    let mut text = String::new();
    // Rows are counted from below.
    for (row, tick) in names.iter().enumerate().rev() {
        let name = cut(&tick.label, left);
        let drawn = drawn(chart, row, columns, terminal);
        let tags = chart.tags.iter().filter(|tag| in_row(tag.at[1], row));
        let tag = tags.map(|tag| &tag.text[..]).next().unwrap_or_default();
        text.push_str(&format!("{name:>left$} {edge}{drawn} {tag}\n"));
        let notes = chart.tags.iter().filter(|tag| in_row(tag.at[1], row));
        for note in notes.map(|tag| &tag.note).filter(|note| !note.is_empty()) {
            let note = cut(note, columns.saturating_sub(2));
            text.push_str(&format!("{indent} {edge}  {note}\n"));
        }
    }
    let ends = [chart.x.low, chart.x.high].map(short);
    let scale = match chart.x.scale {
        Scale::Log => ", logarithmic",
        Scale::Linear | Scale::Names => "",
    };
    let title = format!("{} to {} {}{scale}", ends[0], ends[1], chart.x.title);
    text.push_str(&format!("{indent}  {}\n", cut(&title, columns + right)));
    let median = if terminal.unicode { '┃' } else { '|' };
    let key = format!("letters P10 to P90, {median} median, dots 99 % of the cases");
    text.push_str(&format!("{indent}  {}\n", cut(&key, columns + right)));
    text
}

fn in_row(y: f64, row: usize) -> bool {
    y.floor() as usize == row
}

/// One row: what its area spans, then its bracket, then its median.
fn drawn(chart: &Chart, row: usize, columns: usize, terminal: Terminal) -> String {
    let mut grid = Grid::new(columns, 1);
    let column = |value: f64| {
        let share = chart.x.share(value).clamp(0.0, 1.0);
        (share * (columns as f64 - 1.0)).round() as usize
    };
    let span = |points: &[[f64; 2]]| {
        let at = || points.iter().map(|point| column(point[0]));
        at().min().unwrap_or(0)..=at().max().unwrap_or(0)
    };
    let of_row = |points: &[[f64; 2]]| points.first().is_some_and(|point| in_row(point[1], row));
    let areas = chart.areas.iter().filter(|area| of_row(&area.points));
    let mut color = 0;
    for Area { points, paint, .. } in areas {
        if let Paint::Region(k) = paint {
            color = *k;
        }
        let dot = if terminal.unicode { '·' } else { '.' };
        span(points).for_each(|at| grid.set(at, 0, Cell::of(dot, color)));
    }
    let guides = || chart.guides.iter().filter(|guide| of_row(&guide.points));
    for guide in guides().filter(|guide| guide.style == GuideStyle::Bracket) {
        let sign = letter(color);
        span(&guide.points).for_each(|at| grid.set(at, 0, Cell::of(sign, color)));
    }
    for guide in guides().filter(|guide| guide.style == GuideStyle::Border) {
        let sign = if terminal.unicode { '┃' } else { '|' };
        span(&guide.points).for_each(|at| grid.set(at, 0, Cell::of(sign, color)));
    }
    grid.row(0, terminal)
}
