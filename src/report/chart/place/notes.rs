//! Notes in the frame: the present volume, break-evens, lines that end early.

use super::ends::runs_through;
use super::lines::{CAP, RADIUS};
use super::spots::{Demand, Spot, Spots};
use super::text::wrapped;
use super::{Page, at};
use crate::report::chart::description::{Mark, Paint, Rule};
use crate::report::chart::look::Color;
use crate::report::chart::scene::{ASCENT, Align, Point, Rect, Shape};

/// Height of a line of text over its size.
const PITCH: f64 = 1.25;

/// Lines of a label: text and whether it is bold.
type Label = Vec<(String, bool)>;

/// Draws the rules at places of the horizontal axis, under the lines.
pub fn rules(page: &mut Page<'_>, frame: &Rect) {
    for rule in &page.chart.rules {
        let x = upright(page, frame, rule);
        let dash = 0.5 * page.sizes.text;
        let mut y = frame.top;
        while y < frame.bottom {
            page.shapes.push(Shape::Path {
                points: vec![[x, y], [x, (y + dash).min(frame.bottom)]],
                color: page.theme.muted(),
                width: 1.0,
            });
            y += 2.0 * dash;
        }
    }
}

/// Where a rule stands.
fn upright(page: &Page<'_>, frame: &Rect, rule: &Rule) -> f64 {
    (frame.left + page.chart.x.share(rule.x) * frame.width()).floor() + 0.5
}

/// What lines, their markers and ends leave free of the frame.
pub fn spots(page: &Page<'_>, frame: &Rect, paths: &[Vec<Point>], markers: &[Point]) -> Spots {
    let mut spots = Spots::new(*frame);
    let uprights = page.chart.rules.iter().map(|rule| {
        let x = upright(page, frame, rule);
        vec![[x, frame.top], [x, frame.bottom]]
    });
    let cap = CAP * page.sizes.text;
    let caps = early_ends(page, paths)
        .into_iter()
        .map(|[x, y]| vec![[x, y - cap], [x, y + cap]]);
    let radius = 1.3 * RADIUS * page.sizes.line;
    let crosses = markers.iter().flat_map(|[x, y]| {
        [
            vec![[x - radius, *y], [x + radius, *y]],
            vec![[*x, y - radius], [*x, y + radius]],
        ]
    });
    let guides = super::areas::guide_paths(page, frame);
    let others: Vec<Vec<Point>> = uprights.chain(guides).chain(caps).chain(crosses).collect();
    spots.take_lines(paths.iter().chain(&others).map(|path| &path[..]));
    spots
}

/// Draws the notes over the lines: marked points first, then labels, the most important first.
/// Returns the lines for whose labels there is no room, but for those labeled `beside` the frame.
pub fn draw(
    page: &mut Page<'_>,
    frame: &Rect,
    paths: &[Vec<Point>],
    beside: &[bool],
    spots: &mut Spots,
) -> Vec<usize> {
    let marks = points(page, frame, spots);
    for rule in &page.chart.rules {
        rule_label(page, frame, rule, spots);
    }
    let unlabeled = line_labels(page, paths, beside, spots);
    mark_labels(page, &marks, spots);
    unlabeled
}

/// Where lines end before the axis does.
fn early_ends(page: &Page<'_>, paths: &[Vec<Point>]) -> Vec<Point> {
    let lines = page.chart.lines.iter().zip(paths);
    lines
        .filter(|(line, _)| !runs_through(line))
        .filter_map(|(_, path)| path.last().copied())
        .collect()
}

/// Draws break-evens; of those that would cover each other, the most important, and no more than are read
/// one by one.
fn points<'a>(page: &mut Page<'a>, frame: &Rect, spots: &mut Spots) -> Vec<(&'a Mark, Point)> {
    let chart = page.chart;
    let many = chart.marks.iter().filter(|mark| mark.decides).count() > 8;
    let factor = |mark: &Mark| if mark.decides && !many { 2.9 } else { 2.2 };
    let radius = |mark: &Mark| factor(mark) * page.sizes.line;
    let most = (page.area.width() / 60.0) as usize;
    let mut seen: Vec<(&Mark, Point)> = Vec::new();
    for mark in &chart.marks {
        let point = at(&chart.x, &chart.y, frame, mark.at);
        let apart =
            |other: &Point| (other[0] - point[0]).hypot(other[1] - point[1]) > 2.2 * radius(mark);
        if seen.len() < most && seen.iter().all(|(_, other)| apart(other)) {
            seen.push((mark, point));
        }
    }
    let (ink, ground) = (page.theme.ink(), page.theme.background());
    for (mark, center) in seen.iter().rev() {
        let radius = radius(mark);
        spots.take_point(*center, 1.3 * radius);
        let mut disk = |radius: f64, color: Color| {
            page.shapes.push(Shape::Disk {
                center: *center,
                radius,
                color,
            });
        };
        disk(1.3 * radius, ground);
        disk(radius, ink);
        if !mark.decides {
            disk(0.6 * radius, ground);
        }
    }
    seen
}

/// The label of a rule, beside it, as high as nothing is in the way.
fn rule_label(page: &mut Page<'_>, frame: &Rect, rule: &Rule, spots: &mut Spots) {
    let x = upright(page, frame, rule);
    let bold = |(at, text): (usize, &String)| (text.clone(), at == 0);
    let whole: Label = rule.label.iter().enumerate().map(bold).collect();
    let gap = 0.5 * page.sizes.text;
    for label in [whole.clone(), whole[..1].to_vec()] {
        let label = fitted(page, frame, label);
        let [width, height] = size(page, &label);
        let steps = ((frame.height() - height) / 6.0).max(0.0) as u32;
        let tops = (0..=steps).map(|k| frame.top + 2.0 + 6.0 * f64::from(k));
        let boxes = tops.flat_map(|top| {
            [x + gap, x - gap - width].map(|left| Rect {
                left,
                top,
                right: left + width,
                bottom: top + height,
            })
        });
        let best = boxes
            .filter_map(|rect| spots.spot(rect))
            .enumerate()
            .min_by_key(|(at, spot)| spot.covers * 20 + *at as u32);
        if let Some((_, spot)) = best {
            let flushed = if spot.rect.left > x {
                Align::Left
            } else {
                Align::Right
            };
            write(page, &label, &spot, flushed);
            spots.take(spot.rect.grown(0.3 * page.sizes.text));
            return;
        }
    }
}

/// Labels of lines that end before the axis does, at their ends; returns the lines that get none.
fn line_labels(
    page: &mut Page<'_>,
    paths: &[Vec<Point>],
    beside: &[bool],
    spots: &mut Spots,
) -> Vec<usize> {
    let near = 0.7 * page.sizes.text;
    let chart = page.chart;
    let mut unlabeled = Vec::new();
    for (at, line) in chart
        .lines
        .iter()
        .enumerate()
        .filter(|(at, _)| !beside[*at])
    {
        let label: Label = vec![
            (line.name.clone(), true),
            (line.ends.clone().unwrap_or_default(), false),
        ];
        let label = fitted(page, &spots.frame(), label);
        let end = paths[at].last().copied();
        let spot = end.and_then(|end| spots.around(end, size(page, &label), near, Demand::ANY));
        match (end, spot) {
            (Some(end), Some(spot)) => noted(page, end, &label, &spot, spots),
            _ => unlabeled.push(at),
        }
    }
    unlabeled
}

/// Labels of break-evens, as many as fit without covering a line; the first even if it covers some.
fn mark_labels(page: &mut Page<'_>, marks: &[(&Mark, Point)], spots: &mut Spots) {
    let most = match page.area.width() {
        width if width >= 1200.0 => 5,
        width if width >= 700.0 => 3,
        _ => 2,
    };
    let mut labeled = 0;
    for (mark, point) in marks {
        let bold = |(at, text): (usize, &String)| (text.clone(), at == 0);
        let label: Label = mark.label.iter().enumerate().map(bold).collect();
        let label = fitted(page, &spots.frame(), label);
        let reach = if mark.decides { 12.0 } else { 10.0 } * page.sizes.text;
        let demand = if labeled == 0 && mark.decides {
            Demand::ANY
        } else {
            Demand { reach, bare: true }
        };
        let near = 0.8 * page.sizes.text;
        if let Some(spot) = spots.around(*point, size(page, &label), near, demand) {
            noted(page, *point, &label, &spot, spots);
            labeled += 1;
        }
        if labeled == most {
            break;
        }
    }
}

/// A label with a leader to its point, where it stands off.
fn noted(page: &mut Page<'_>, point: Point, label: &Label, spot: &Spot, spots: &mut Spots) {
    let near = spot.rect.nearest(point);
    let away = (near[0] - point[0]).hypot(near[1] - point[1]);
    let mut leader = Vec::new();
    if away > 1.4 * page.sizes.text {
        let begin = 0.5 * page.sizes.text / away;
        let on_way =
            |share: f64| [0, 1].map(|axis| point[axis] + share * (near[axis] - point[axis]));
        leader = vec![on_way(begin), near];
        page.shapes.push(Shape::Path {
            points: leader.clone(),
            color: page.theme.muted(),
            width: 1.0,
        });
    }
    let flushed = match spot.rect {
        rect if rect.left >= point[0] => Align::Left,
        rect if rect.right <= point[0] => Align::Right,
        _ => Align::Middle,
    };
    write(page, label, spot, flushed);
    spots.take_lines([&leader[..]]);
    spots.take(spot.rect.grown(0.3 * page.sizes.text));
}

/// Rows of a line of a label that is wider than half the frame.
const ROWS: usize = 2;

/// A label whose lines are no wider than half the frame.
fn fitted(page: &Page<'_>, frame: &Rect, label: Label) -> Label {
    let room = 0.5 * frame.width();
    label
        .into_iter()
        .flat_map(|(text, bold)| {
            let font = (page.sizes.small, bold);
            let rows = wrapped(&text, font, room, ROWS, page.measure);
            rows.into_iter().map(move |row| (row, bold))
        })
        .collect()
}

fn size(page: &Page<'_>, label: &Label) -> [f64; 2] {
    let small = page.sizes.small;
    let widths = label
        .iter()
        .map(|(text, bold)| page.measure.width(text, small, *bold));
    let padding = 0.3 * small;
    [
        widths.fold(0.0, f64::max) + 2.0 * padding,
        PITCH * small * label.len() as f64 + padding,
    ]
}

/// How much of the bands behind it a label hides: they go on below it.
const HIDES: f64 = 0.75;

/// Writes a label on the ground, so that the grid does not run through it.
fn write(page: &mut Page<'_>, label: &Label, spot: &Spot, align: Align) {
    let rect = spot.rect;
    let small = page.sizes.small;
    let mut areas = page.chart.areas.iter();
    let on_bands = areas.any(|area| matches!(area.paint, Paint::Range(_)));
    page.shapes.push(Shape::Area {
        points: rect.corners(),
        color: page.theme.background(),
        opacity: if on_bands { HIDES } else { 1.0 },
    });
    let padding = 0.3 * small;
    let x = match align {
        Align::Left => rect.left + padding,
        Align::Middle => f64::midpoint(rect.left, rect.right),
        Align::Right => rect.right - padding,
    };
    let mut y = rect.top + 0.5 * padding + 0.12 * small;
    for (text, bold) in label {
        let at = [x, y + ASCENT * small];
        page.words(text, at, align, (small, *bold), page.theme.ink());
        y += PITCH * small;
    }
}
