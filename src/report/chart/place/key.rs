//! The key: what colors and strokes mean, above the frame, for what has no room for a label of its own.

use super::text::shortened;
use super::{Page, areas, bars, lines};
use crate::report::chart::description::Sample;
use crate::report::chart::look::Stroke;
use crate::report::chart::scene::{ASCENT, Align, Point, Rect};

/// Height of a row over the size of its text.
const PITCH: f64 = 1.5;

/// Draws the key from a point downwards, wrapped at so many pixels; returns where it ends.
pub fn draw(page: &mut Page<'_>, [left, top]: Point, room: f64) -> f64 {
    let size = page.sizes.small;
    let chart = page.chart;
    let mut at = [left, top];
    for (k, entry) in chart.key.iter().enumerate() {
        let sample = width(page, entry.sample);
        let text = shortened(&entry.text, (size, false), room - sample, page.measure);
        let whole = sample + page.measure.width(&text, size, false);
        if k > 0 && at[0] + whole > left + room {
            at = [left, at[1] + PITCH * size];
        }
        let box_of_sample = Rect {
            left: at[0],
            top: at[1] + 0.2 * size,
            right: at[0] + sample - 0.5 * size,
            bottom: at[1] + 1.1 * size,
        };
        draw_sample(page, entry.sample, &box_of_sample);
        let begin = [at[0] + sample, at[1] + 0.25 * size + ASCENT * size];
        page.words(&text, begin, Align::Left, (size, false), page.theme.ink());
        at[0] += whole + 1.4 * size;
    }
    if chart.key.is_empty() {
        top
    } else {
        at[1] + PITCH * size + 0.3 * size
    }
}

/// Room for a sample and the gap behind it.
fn width(page: &Page<'_>, sample: Sample) -> f64 {
    let size = page.sizes.small;
    match sample {
        Sample::Paint(_) => 1.9 * size,
        Sample::Dot(_) => 1.4 * size,
        Sample::Line(_) | Sample::Guide(_) => 2.9 * size,
    }
}

fn draw_sample(page: &mut Page<'_>, sample: Sample, rect: &Rect) {
    let middle = f64::midpoint(rect.top, rect.bottom);
    let across = [[rect.left, middle], [rect.right, middle]];
    let center = [f64::midpoint(rect.left, rect.right), middle];
    match sample {
        Sample::Paint(paint) => {
            bars::fill(page, &rect.corners(), paint);
        }
        Sample::Dot(k) => lines::marker(page, center, &page.theme.stroke(k)),
        Sample::Line(k) => {
            let stroke: Stroke = page.theme.stroke(k);
            lines::stroke(page, &across, &stroke);
            lines::marker(page, center, &stroke);
        }
        Sample::Guide(style) => areas::guide(page, &across, style),
    }
}
