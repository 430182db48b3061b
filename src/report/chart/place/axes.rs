//! Axes: grid, ticks and their texts.

use super::Page;
use super::text::{shortened, wrapped};
use crate::report::chart::axis::{Axis, Scale, Tick};
use crate::report::chart::scene::{ASCENT, Align, Rect, Shape, Words};

/// The texts of the vertical axis.
pub struct Names {
    /// Room that they take.
    pub width: f64,
    /// Size of their letters.
    size: f64,
    /// The lines of each tick's text.
    texts: Vec<Vec<String>>,
}

/// Height of a line of text over its size.
const PITCH: f64 = 1.2;

/// Chooses texts beside a frame of so many pixels: numbers as they are, names wrapped and, where rows are
/// low, smaller.
pub fn names(page: &Page<'_>, height: f64) -> Names {
    let axis = &page.chart.y;
    let m = page.measure;
    let (size, texts) = if axis.scale == Scale::Names {
        wrapped_names(page, height / axis.ticks.len().max(1) as f64)
    } else {
        let texts = axis.ticks.iter().map(|tick| vec![tick.label.clone()]);
        (page.sizes.small, texts.collect::<Vec<_>>())
    };
    let widths = texts
        .iter()
        .flatten()
        .map(|text| m.width(text, size, false));
    Names {
        width: widths.fold(0.0, f64::max) + 0.8 * page.sizes.small,
        size,
        texts,
    }
}

/// Names in rows of so many pixels. Where the usual letters leave room for fewer lines than a name takes, smaller
/// ones are tried, as far as they are legible: names that begin alike are told apart by their ends.
fn wrapped_names(page: &Page<'_>, row: f64) -> (f64, Vec<Vec<String>>) {
    let usual = page.sizes.text.min(row / PITCH);
    let most = ((row / (PITCH * usual)) as usize).clamp(1, MOST_LINES);
    let room = 0.24 * page.area.width();
    let at = |size: f64, most: usize| -> Vec<Vec<String>> {
        let ticks = page.chart.y.ticks.iter();
        let lines = |text: &str| wrapped(text, (size, false), room, most, page.measure);
        ticks.map(|tick| lines(&tick.label)).collect()
    };
    let cut = |texts: &[Vec<String>]| {
        let lines = texts.iter().flatten();
        lines.filter(|line| line.ends_with('…')).count()
    };
    let mut best = (usual, at(usual, most));
    for lines in most + 1..=MOST_LINES {
        let size = row / (PITCH * lines as f64);
        let texts = at(size, lines);
        if size >= LEGIBLE && cut(&texts) < cut(&best.1) {
            best = (size, texts);
        }
    }
    best
}

/// Most lines of a name.
const MOST_LINES: usize = 4;

/// The smallest letters that names are written in (px).
const LEGIBLE: f64 = 9.0;

/// Draws both axes.
pub fn draw(page: &mut Page<'_>, frame: &Rect, names: &Names) {
    let (x, y) = (&page.chart.x, &page.chart.y);
    let across = |tick: &Tick| frame.left + x.share(tick.value) * frame.width();
    let up = |tick: &Tick| frame.bottom - y.share(tick.value) * frame.height();
    let numbers = |axis: &Axis| axis.scale != Scale::Names;
    for tick in labeled(y).filter(|_| numbers(y)) {
        let ends = [[frame.left, up(tick)], [frame.right, up(tick)]];
        rule(page, ends, page.theme.grid());
    }
    for tick in labeled(x).filter(|_| numbers(x)) {
        let ends = [[across(tick), frame.top], [across(tick), frame.bottom]];
        rule(page, ends, page.theme.grid());
    }
    let muted = page.theme.muted();
    let length = |tick: &Tick| if tick.label.is_empty() { 0.25 } else { 0.45 } * page.sizes.small;
    let along = x.ticks.iter().filter(|_| numbers(x)).map(|tick| {
        let at = across(tick);
        [[at, frame.bottom], [at, frame.bottom + length(tick)]]
    });
    let upward = y.ticks.iter().filter(|_| numbers(y)).map(|tick| {
        let at = up(tick);
        [[frame.left - length(tick), at], [frame.left, at]]
    });
    let sides = [
        [[frame.left, frame.bottom], [frame.right, frame.bottom]],
        [[frame.left, frame.top], [frame.left, frame.bottom]],
    ];
    let marks: Vec<_> = along.chain(upward).chain(sides).collect();
    for ends in marks {
        rule(page, ends, muted);
    }
    texts(page, frame, names);
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
fn texts(page: &mut Page<'_>, frame: &Rect, names: &Names) {
    let small = page.sizes.small;
    let ink = page.theme.ink();
    let (x, y) = (&page.chart.x, &page.chart.y);
    let below = frame.bottom + 0.65 * small + ASCENT * small;
    let page_end = page.area.right - page.sizes.margin / 3.0;
    let words =
        |text: &str, at, align, size| Words::new(text, at, align, (size, false), ink, page.measure);
    let along = labeled(x).map(|tick| {
        let at = frame.left + x.share(tick.value) * frame.width();
        words(&tick.label, [at, below], Align::Middle, small)
    });
    let upward = y.ticks.iter().zip(&names.texts).flat_map(|(tick, texts)| {
        let middle = frame.bottom - y.share(tick.value) * frame.height();
        let first = middle - PITCH * names.size * (texts.len() as f64 - 1.0) / 2.0;
        texts.iter().enumerate().map(move |(row, text)| {
            let at = first + PITCH * names.size * row as f64 + 0.36 * names.size;
            words(
                text,
                [frame.left - 0.65 * small, at],
                Align::Right,
                names.size,
            )
        })
    });
    let mut placed: Vec<Words> = Vec::new();
    for words in along.chain(upward).filter(|words| !words.text.is_empty()) {
        // Lines of one name may stand closer than numbers.
        let gap = if words.size == small {
            0.15 * small
        } else {
            0.0
        };
        let apart = words.rect.grown(gap);
        if placed.iter().all(|other| !other.rect.overlaps(&apart)) && words.rect.right <= page_end {
            placed.push(words);
        }
    }
    page.shapes.extend(placed.into_iter().map(Shape::Words));
    if !x.title.is_empty() {
        let room = frame.right - page.area.left - page.sizes.margin;
        let title = shortened(&x.title, (small, false), room, page.measure);
        let at = [frame.right, below + 1.45 * small];
        page.words(&title, at, Align::Right, (small, false), page.theme.muted());
    }
}
