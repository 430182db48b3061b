//! Axes: grid, ticks and their texts.

use super::Page;
use crate::report::chart::axis::{Axis, Tick};
use crate::report::chart::scene::{ASCENT, Align, Rect, Shape, Words};

/// Room that the texts of the vertical axis take.
pub fn width_of_labels(page: &Page<'_>) -> f64 {
    let small = page.sizes.small;
    let widths = page
        .chart
        .y
        .ticks
        .iter()
        .map(|tick| page.measure.width(&tick.label, small, false));
    widths.fold(0.0, f64::max) + 0.8 * small
}

/// Draws both axes.
pub fn draw(page: &mut Page<'_>, frame: &Rect) {
    let (x, y) = (&page.chart.x, &page.chart.y);
    let across = |tick: &Tick| frame.left + x.share(tick.value) * frame.width();
    let up = |tick: &Tick| frame.bottom - y.share(tick.value) * frame.height();
    for tick in labeled(y) {
        let ends = [[frame.left, up(tick)], [frame.right, up(tick)]];
        rule(page, ends, page.theme.grid());
    }
    for tick in labeled(x) {
        let ends = [[across(tick), frame.top], [across(tick), frame.bottom]];
        rule(page, ends, page.theme.grid());
    }
    let muted = page.theme.muted();
    let length = |tick: &Tick| if tick.label.is_empty() { 0.25 } else { 0.45 } * page.sizes.small;
    let marks = x.ticks.iter().map(|tick| {
        let at = across(tick);
        [[at, frame.bottom], [at, frame.bottom + length(tick)]]
    });
    let marks: Vec<_> = marks
        .chain(y.ticks.iter().map(|tick| {
            let at = up(tick);
            [[frame.left - length(tick), at], [frame.left, at]]
        }))
        .chain([
            [[frame.left, frame.bottom], [frame.right, frame.bottom]],
            [[frame.left, frame.top], [frame.left, frame.bottom]],
        ])
        .collect();
    for ends in marks {
        rule(page, ends, muted);
    }
    texts(page, frame);
}

fn labeled(axis: &Axis) -> impl Iterator<Item = &Tick> {
    axis.ticks.iter().filter(|tick| !tick.label.is_empty())
}

fn rule(page: &mut Page<'_>, ends: [[f64; 2]; 2], color: crate::report::chart::look::Color) {
    // On the middle of a pixel a line of one pixel is sharp.
    let sharp = |length: f64| length.floor() + 0.5;
    page.shapes.push(Shape::Path {
        points: ends.map(|point| point.map(sharp)).to_vec(),
        color,
        width: 1.0,
    });
}

/// The texts of ticks, as far as they do not meet, and the title of the horizontal axis.
fn texts(page: &mut Page<'_>, frame: &Rect) {
    let small = page.sizes.small;
    let ink = page.theme.ink();
    let (x, y) = (&page.chart.x, &page.chart.y);
    let below = frame.bottom + 0.65 * small + ASCENT * small;
    let page_end = page.width - page.sizes.margin / 3.0;
    let words =
        |text: &str, at, align| Words::new(text, at, align, (small, false), ink, page.measure);
    let along = labeled(x).map(|tick| {
        let at = frame.left + x.share(tick.value) * frame.width();
        words(&tick.label, [at, below], Align::Middle)
    });
    let upward = labeled(y).map(|tick| {
        let at = frame.bottom - y.share(tick.value) * frame.height();
        words(
            &tick.label,
            [frame.left - 0.65 * small, at + 0.36 * small],
            Align::Right,
        )
    });
    let mut placed: Vec<Words> = Vec::new();
    for words in along.chain(upward) {
        let apart = words.rect.grown(0.15 * small);
        if placed.iter().all(|other| !other.rect.overlaps(&apart)) && words.rect.right <= page_end {
            placed.push(words);
        }
    }
    let title = words(&x.title, [frame.right, below + 1.45 * small], Align::Right);
    page.shapes.extend(placed.into_iter().map(Shape::Words));
    page.shapes.push(Shape::Words(Words {
        color: page.theme.muted(),
        ..title
    }));
}
