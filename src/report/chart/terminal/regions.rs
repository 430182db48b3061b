//! Maps: every letter of the plot is that of the region it lies in.

use super::bars::key;
use super::grid::{Cell, Grid};
use super::{Terminal, framed, letter, margin, notes, put_marks};
use crate::report::chart::description::{Area, Chart, Paint};
use crate::report::chart::scene::inside;

/// Whether a chart is a map.
pub fn has_some(chart: &Chart) -> bool {
    let is_region = |area: &Area| matches!(area.paint, Paint::Region(_));
    chart.areas.iter().any(is_region)
}

/// Draws a map with its key.
pub fn draw(chart: &Chart, terminal: Terminal) -> String {
    let columns = terminal.width.saturating_sub(margin(&chart.y) + 2).max(10);
    let mut grid = Grid::new(columns, terminal.height.max(6));
    for row in 0..grid.rows() {
        for column in 0..columns {
            let at = [
                (column as f64 + 0.5) / columns as f64,
                1.0 - (row as f64 + 0.5) / grid.rows() as f64,
            ];
            if let Some(k) = region(chart, at) {
                grid.set(column, row, Cell::of(letter(k), k));
            }
        }
    }
    put_marks(chart, &mut grid, terminal);
    let mut text = framed(chart, &grid, &[], terminal);
    text.push_str(&key(chart, terminal));
    text.push_str(&notes(&chart.marks, terminal));
    text
}

/// The region at shares of both axes.
fn region(chart: &Chart, [x, y]: [f64; 2]) -> Option<usize> {
    let point = [chart.x.value(x), chart.y.value(y)];
    chart.areas.iter().find_map(|area| match area.paint {
        Paint::Region(k) if inside(point, &area.points) => Some(k),
        _ => None,
    })
}
