//! Bars: a row for each name, a letter for each filling.

use super::grid::{Cell, Grid};
use super::{Terminal, colored, cut, letter};
use crate::report::chart::axis::{Axis, Scale};
use crate::report::chart::description::{Chart, Paint, Sample};

/// Bars along their values, whichever way they stand on a page.
struct Lying<'a> {
    names: &'a Axis,
    values: &'a Axis,
    upright: bool,
}

/// Draws bars with their names, texts and key.
pub fn draw(chart: &Chart, terminal: Terminal) -> String {
    let upright = chart.x.scale == Scale::Names;
    let (names, values) = if upright {
        (&chart.x, &chart.y)
    } else {
        (&chart.y, &chart.x)
    };
    let lying = Lying {
        names,
        values,
        upright,
    };
    let most = terminal.width / 4;
    let widths = names.ticks.iter().map(|tick| tick.label.chars().count());
    let left = widths.max().unwrap_or(0).min(most);
    let tags = chart.tags.iter().map(|tag| tag.text.chars().count() + 2);
    let right = tags.max().unwrap_or(0).min(terminal.width / 3);
    let columns = terminal.width.saturating_sub(left + right + 2).max(10);
    let mut text = String::new();
    // Rows are counted from below where bars lie, and read from the left where they stand.
    let order: Vec<usize> = if upright {
        (0..names.ticks.len()).collect()
    } else {
        (0..names.ticks.len()).rev().collect()
    };
    let edge = if terminal.unicode { '│' } else { '|' };
    for k in order {
        let name = cut(&names.ticks[k].label, left);
        let drawn = row(chart, &lying, k, columns, terminal);
        let tag = chart.tags.iter().find(|tag| on_row(&lying, tag.at, k));
        let tag = cut(tag.map_or("", |tag| &tag.text), right.saturating_sub(1));
        let pad = left - name.chars().count();
        text.push_str(&format!("{}{name} {edge}{drawn} {tag}\n", " ".repeat(pad)));
    }
    let ends = [&values.low, &values.high].map(|end| crate::report::format::short(*end));
    let axis = format!("{} to {}, {}", ends[0], ends[1], values.title);
    let room = terminal.width.saturating_sub(left + 2);
    text.push_str(&format!("{}  {}\n", " ".repeat(left), cut(&axis, room)));
    text.push_str(&key(chart, terminal));
    text
}

fn on_row(lying: &Lying<'_>, at: [f64; 2], k: usize) -> bool {
    let place = at[usize::from(!lying.upright)];
    (place - lying.names.ticks[k].value).abs() < 0.45
}

fn row(chart: &Chart, lying: &Lying<'_>, k: usize, columns: usize, terminal: Terminal) -> String {
    let mut grid = Grid::new(columns, 1);
    let along = usize::from(lying.upright);
    for bar in &chart.bars {
        let middle = [0, 1].map(|axis| f64::midpoint(bar.corners[0][axis], bar.corners[1][axis]));
        if !on_row(lying, middle, k) {
            continue;
        }
        let ends = bar.corners.map(|corner| {
            let share = lying.values.share(corner[along]).clamp(0.0, 1.0);
            (share * columns as f64).round() as usize
        });
        let Paint::Fill(fill) = bar.paint else {
            continue;
        };
        let sign = if terminal.color && terminal.unicode {
            '█'
        } else {
            letter(fill)
        };
        for column in ends[0].min(ends[1])..ends[0].max(ends[1]) {
            grid.set(column, 0, Cell::of(sign, fill));
        }
    }
    grid.row(0, terminal)
}

/// What letters mean.
pub fn key(chart: &Chart, terminal: Terminal) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for entry in &chart.key {
        let (Sample::Paint(Paint::Fill(k) | Paint::Region(k)) | Sample::Dot(k) | Sample::Line(k)) =
            entry.sample
        else {
            continue;
        };
        let plain = cut(&format!("{} {}", letter(k), entry.text), terminal.width);
        let length = plain.chars().count() + 2;
        let text = format!("{}  ", colored(&plain, k, terminal));
        match lines.last_mut() {
            Some((used, line)) if *used + length <= terminal.width => {
                *used += length;
                line.push_str(&text);
            }
            _ => lines.push((length, text)),
        }
    }
    lines
        .into_iter()
        .map(|(_, line)| format!("{line}\n"))
        .collect()
}
