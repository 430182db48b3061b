//! Bars: their segments, the texts on them and beside them.

use super::axes::Names;
use super::text::shortened;
use super::{Page, at};
use crate::report::chart::description::{Bar, Paint, Side, Tag};
use crate::report::chart::fill::{contrast, text_on};
use crate::report::chart::look::Color;
use crate::report::chart::scene::{ASCENT, Align, Point, Rect, Shape};

/// Gap between a bar and the text beside it, over the size of the text.
const GAP: f64 = 0.5;

/// Where a frame ends at the right so that the texts beside bars stay on the page.
pub fn end(page: &Page<'_>, left: f64, right: f64, _: &Names) -> f64 {
    let limit = page.area.right - 0.7 * page.sizes.margin;
    let chart = page.chart;
    let ends = chart
        .tags
        .iter()
        .filter(|tag| tag.side == Side::Right)
        .map(|tag| {
            let share = chart.x.share(tag.at[0]).max(1e-6);
            left + (limit - left - reach(page, tag)) / share
        });
    // Labels on very long texts leave a third of the room to the bars.
    let least = left + (right - left) / 3.0;
    ends.fold(right, f64::min).max(least)
}

/// Width of a text beside a bar with its gaps.
fn reach(page: &Page<'_>, tag: &Tag) -> f64 {
    let size = page.sizes.small;
    let note = match tag.spilled {
        Some(bar) => spilled(tag, &page.chart.bars[bar]),
        None => tag.note.clone(),
    };
    let widths = [(&tag.text, true), (&note, false)]
        .map(|(text, bold)| page.measure.width(text, size, bold));
    let wide = if stacked(page) {
        widths[0].max(widths[1])
    } else {
        widths[0] + GAP * size + widths[1]
    };
    wide + 2.0 * GAP * size
}

/// The note with the text of a bar before it.
fn spilled(tag: &Tag, bar: &Bar) -> String {
    if tag.note.is_empty() {
        bar.label.clone()
    } else {
        format!("{}, {}", bar.label, tag.note)
    }
}

/// Whether rows are high enough for the second text below the first.
fn stacked(page: &Page<'_>) -> bool {
    let rows = page.chart.y.high - page.chart.y.low;
    let height = 0.6 * page.area.height();
    height / rows.max(1.0) > 3.0 * page.sizes.small
}

/// Draws the bars and the texts beside them.
pub fn draw(page: &mut Page<'_>, frame: &Rect) {
    let chart = page.chart;
    let fits: Vec<bool> = chart
        .bars
        .iter()
        .map(|bar| segment(page, frame, bar))
        .collect();
    for tag in &chart.tags {
        let note = match tag.spilled {
            Some(bar) if !fits[bar] => spilled(tag, &chart.bars[bar]),
            _ => tag.note.clone(),
        };
        beside(page, frame, tag, &note);
    }
}

/// Draws a bar; whether its text fits on it.
fn segment(page: &mut Page<'_>, frame: &Rect, bar: &Bar) -> bool {
    let chart = page.chart;
    let [a, b] = bar
        .corners
        .map(|corner| at(&chart.x, &chart.y, frame, corner));
    let rect = Rect {
        left: a[0].min(b[0]),
        top: a[1].min(b[1]),
        right: a[0].max(b[0]),
        bottom: a[1].max(b[1]),
    };
    let color = fill(page, &rect.corners(), bar.paint);
    // Segments are apart from the next one, even where colors are alike.
    let told = contrast(color, page.theme.background()) > 1.25;
    if told && rect.width() > 3.0 && rect.height() > 3.0 {
        let edge = vec![[rect.right, rect.top], [rect.right, rect.bottom]];
        page.shapes.push(Shape::Path {
            points: edge,
            color: page.theme.background(),
            width: 1.0,
        });
    }
    label(page, &rect, &bar.label, color)
}

/// The text on a bar, if it fits; whether it does.
fn label(page: &mut Page<'_>, rect: &Rect, text: &str, ground: Color) -> bool {
    let size = page.sizes.small;
    let width = page.measure.width(text, size, false);
    if text.is_empty() || width + size > rect.width() || 1.25 * size > rect.height() {
        return false;
    }
    let middle = [
        f64::midpoint(rect.left, rect.right),
        f64::midpoint(rect.top, rect.bottom),
    ];
    // Patterns do not run through the text; what hides them stays on the bar.
    let behind = Rect {
        left: middle[0] - width / 2.0 - 0.2 * size,
        top: (middle[1] - 0.75 * size).max(rect.top),
        right: middle[0] + width / 2.0 + 0.2 * size,
        bottom: (middle[1] + 0.75 * size).min(rect.bottom),
    };
    page.shapes.push(Shape::Area {
        points: behind.corners(),
        color: ground,
        opacity: 1.0,
    });
    let baseline = middle[1] + (ASCENT - 0.38) * size;
    page.words(
        text,
        [middle[0], baseline],
        Align::Middle,
        (size, false),
        text_on(ground),
    );
    true
}

fn beside(page: &mut Page<'_>, frame: &Rect, tag: &Tag, note: &str) {
    let chart = page.chart;
    let size = page.sizes.small;
    let [x, y] = at(&chart.x, &chart.y, frame, tag.at);
    let limit = page.area.right - page.sizes.margin / 3.0;
    let gap = GAP * size;
    let (ink, muted) = (page.theme.ink(), page.theme.muted());
    let bold = page.measure.width(&tag.text, size, true);
    match tag.side {
        Side::Above => {
            let up = [x, y - 0.35 * size];
            page.words(&tag.text, up, Align::Middle, (size, true), ink);
        }
        Side::Left => {
            let end = [x - gap, y + 0.36 * size];
            page.words(&tag.text, end, Align::Right, (size, false), ink);
        }
        Side::Right => {
            let fits = |text: &str, from: f64, bold: bool| {
                shortened(text, (size, bold), limit - from, page.measure)
            };
            let under = stacked(page) && !note.is_empty() && !tag.text.is_empty();
            let shift = if under { -0.6 * size } else { 0.0 };
            let text = fits(&tag.text, x + gap, true);
            let from = if under || tag.text.is_empty() {
                x + gap
            } else {
                x + 2.0 * gap + bold
            };
            let note = fits(note, from, false);
            let first = [x + gap, y + 0.36 * size + shift];
            page.words(&text, first, Align::Left, (size, true), ink);
            let fits_behind = under || from < limit - size;
            if !note.is_empty() && fits_behind {
                let down = if under { 1.2 * size } else { 0.0 };
                let second = [from, first[1] + down];
                let color = if tag.text.is_empty() { ink } else { muted };
                page.words(&note, second, Align::Left, (size, false), color);
            }
        }
    }
}

/// Fills a polygon with its pattern; returns its color.
pub fn fill(page: &mut Page<'_>, points: &[Point], paint: Paint) -> Color {
    ground(page, points, paint);
    pattern(page, points, paint);
    edge(page, points, paint);
    page.theme.fill(paint).color
}

/// An edge around a filling that is hardly told from the ground, such as white with a pattern.
fn edge(page: &mut Page<'_>, points: &[Point], paint: Paint) {
    let fill = page.theme.fill(paint);
    if contrast(fill.color, page.theme.background()) > 1.25 {
        return;
    }
    let mut points = points.to_vec();
    points.extend(points.first().copied());
    page.shapes.push(Shape::Path {
        points,
        color: page.theme.muted(),
        width: 1.0,
    });
}

/// Fills a polygon with its color alone.
pub fn ground(page: &mut Page<'_>, points: &[Point], paint: Paint) {
    let fill = page.theme.fill(paint);
    page.shapes.push(Shape::Area {
        points: points.to_vec(),
        color: fill.color,
        opacity: fill.opacity,
    });
}

/// The pattern on a polygon.
pub fn pattern(page: &mut Page<'_>, points: &[Point], paint: Paint) {
    let fill = page.theme.fill(paint);
    let spacing = 0.5 * page.sizes.text;
    for angle in fill.pattern.angles() {
        for ends in hatched(points, *angle, spacing) {
            page.shapes.push(Shape::Path {
                points: ends.to_vec(),
                color: fill.lines,
                width: 1.0,
            });
        }
    }
}

/// Parallel lines inside a polygon. They lie on one raster for the whole page, so that neighbors with one
/// pattern look like one.
fn hatched(points: &[Point], angle: f64, spacing: f64) -> Vec<[Point; 2]> {
    let (sin, cos) = angle.to_radians().sin_cos();
    // Along and across the lines; the page counts downwards.
    let turned = |[x, y]: Point| [x * cos - y * sin, x * sin + y * cos];
    let back = |[u, v]: Point| [u * cos + v * sin, v * cos - u * sin];
    let corners: Vec<Point> = points.iter().map(|point| turned(*point)).collect();
    let across = || corners.iter().map(|corner| corner[1]);
    let low = across().fold(f64::INFINITY, f64::min);
    let high = across().fold(f64::NEG_INFINITY, f64::max);
    let first = (low / spacing).ceil() as i64;
    let last = (high / spacing).floor() as i64;
    let mut lines = Vec::new();
    for k in first..=last {
        // A hair off, so that no line runs through a corner.
        let v = k as f64 * spacing + 1e-6;
        let mut cuts: Vec<f64> = Vec::new();
        for (at, a) in corners.iter().enumerate() {
            let b = corners[(at + 1) % corners.len()];
            if (a[1] > v) != (b[1] > v) {
                cuts.push(a[0] + (v - a[1]) / (b[1] - a[1]) * (b[0] - a[0]));
            }
        }
        cuts.sort_by(f64::total_cmp);
        let pairs = cuts.chunks_exact(2).filter(|pair| pair[1] - pair[0] > 0.5);
        lines.extend(pairs.map(|pair| [back([pair[0], v]), back([pair[1], v])]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_inside_and_on_its_raster() {
        let square = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
        // Level lines 4 px apart in a square of 10: at 4 and 8, and at 0 just inside.
        let level = hatched(&square, 0.0, 4.0);
        let heights: Vec<f64> = level.iter().map(|line| line[0][1].round()).collect();
        assert_eq!(heights, [0.0, 4.0, 8.0]);
        for angle in [0.0, 45.0, 90.0, 135.0] {
            for line in hatched(&square, angle, 3.0) {
                let inside = |p: &Point| p.iter().all(|c| (-1e-6..=10.0 + 1e-6).contains(c));
                assert!(line.iter().all(inside), "{angle}: {line:?}");
            }
        }
    }

    #[test]
    fn hatching_leaves_the_notch_of_a_polygon_out() {
        // A square with a notch from above: upright lines through the notch begin below it.
        let notched = [
            [0.0, 0.0],
            [4.0, 0.0],
            [4.0, 6.0],
            [6.0, 6.0],
            [6.0, 0.0],
            [10.0, 0.0],
            [10.0, 10.0],
            [0.0, 10.0],
        ];
        let lines = hatched(&notched, 90.0, 5.0);
        let middle = lines.iter().find(|line| (line[0][0] - 5.0).abs() < 0.1);
        let tops = middle.map(|line| line[0][1].min(line[1][1]));
        assert_eq!(tops.map(f64::round), Some(6.0));
    }
}
