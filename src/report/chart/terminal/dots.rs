//! Measured points with the lines to read them against.

use super::bars::key;
use super::grid::{Cell, Grid};
use super::{Terminal, framed, letter, margin};
use crate::report::chart::description::{Chart, GuideStyle};

/// Whether a chart is one of measured points alone.
pub fn has_some(chart: &Chart) -> bool {
    !chart.dots.is_empty() && chart.lines.is_empty()
}

/// Draws points over their guides, then the key.
pub fn draw(chart: &Chart, terminal: Terminal) -> String {
    let columns = terminal.width.saturating_sub(margin(&chart.y) + 2).max(10);
    let mut grid = Grid::new(columns, terminal.height.max(6));
    let place = |point: &[f64; 2]| [chart.x.share(point[0]), chart.y.share(point[1])];
    for guide in &chart.guides {
        let sign = match (guide.style, terminal.unicode) {
            (GuideStyle::Border, true) => '•',
            (GuideStyle::Border, false) => '=',
            (_, true) => '·',
            (_, false) => '.',
        };
        for pair in guide.points.windows(2) {
            let [a, b] = [&pair[0], &pair[1]].map(place);
            for step in 0..=2 * columns {
                let share = step as f64 / (2.0 * columns as f64);
                let at = [0, 1].map(|axis| a[axis] + share * (b[axis] - a[axis]));
                grid.put(at, Cell::sign(sign));
            }
        }
    }
    for (k, series) in chart.dots.iter().enumerate() {
        for point in &series.points {
            grid.put(place(point), Cell::of(letter(k), k));
        }
    }
    let mut text = framed(chart, &grid, &[], terminal);
    text.push_str(&key(chart, terminal));
    text
}
