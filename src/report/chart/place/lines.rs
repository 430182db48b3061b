//! Lines of the data: their points on the page, dashes and markers.

use super::{Page, at};
use crate::report::chart::look::{Marker, Stroke};
use crate::report::chart::scene::{Point, Rect, Shape};

/// The points of each line on the page, without those that cannot be seen.
pub fn paths(page: &Page<'_>, frame: &Rect) -> Vec<Vec<Point>> {
    let chart = page.chart;
    let place = |point: &[f64; 2]| at(&chart.x, &chart.y, frame, *point);
    chart
        .lines
        .iter()
        .map(|line| thinned(line.points.iter().map(place)))
        .collect()
}

/// So far may a drawn line be from its points (px).
const TOLERANCE: f64 = 0.1;

/// Leaves out points that lie on the straight line between those kept.
fn thinned(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let points: Vec<Point> = points.collect();
    let mut kept: Vec<Point> = Vec::new();
    let mut from = 0;
    while from < points.len() {
        kept.push(points[from]);
        let mut to = from + 1;
        // A stretch of 64 points is looked through at most, which bounds the work.
        while to + 1 < points.len().min(from + 64) && straight(&points[from..=to + 1]) {
            to += 1;
        }
        from = to;
    }
    kept
}

fn straight(points: &[Point]) -> bool {
    let [first, inner @ .., last] = points else {
        return true;
    };
    let (dx, dy) = (last[0] - first[0], last[1] - first[1]);
    let length = dx.hypot(dy);
    inner.iter().all(|point| {
        let (px, py) = (point[0] - first[0], point[1] - first[1]);
        let along = if length > 0.0 {
            (px * dx + py * dy) / length
        } else {
            0.0
        };
        let across = if length > 0.0 {
            (px * dy - py * dx).abs() / length
        } else {
            px.hypot(py)
        };
        across <= TOLERANCE && (-TOLERANCE..=length + TOLERANCE).contains(&along)
    })
}

/// The bar at the end of a line reaches so far to both sides, over the size of the text.
pub const CAP: f64 = 0.45;

/// Draws the lines, then the markers on them; returns where those are.
pub fn draw(page: &mut Page<'_>, frame: &Rect, paths: &[Vec<Point>]) -> Vec<Point> {
    for (k, path) in paths.iter().enumerate() {
        stroke(page, path, &page.theme.stroke(k));
    }
    let placed = markers(page, frame, paths);
    caps(page, paths);
    placed
}

/// Markers of each line, apart from those of the others and from marked points.
fn markers(page: &mut Page<'_>, frame: &Rect, paths: &[Vec<Point>]) -> Vec<Point> {
    let spacing = 11.0 * page.sizes.text;
    let chart = page.chart;
    let marked: Vec<Point> = chart
        .marks
        .iter()
        .map(|mark| at(&chart.x, &chart.y, frame, mark.at))
        .collect();
    let reach = 0.8 * page.sizes.text;
    let free = |[x, y]: &Point| {
        *x < frame.right - reach
            && marked
                .iter()
                .all(|mark| (mark[0] - x).hypot(mark[1] - y) > reach)
    };
    let mut placed = Vec::new();
    for (k, path) in paths.iter().enumerate() {
        let begin = frame.left + spacing * (k as f64 + 0.5) / paths.len() as f64;
        let count = (frame.width() / spacing).ceil() as u32;
        let mut places: Vec<Point> = (0..count)
            .map(|j| begin + spacing * f64::from(j))
            .filter_map(|x| on(path, x))
            .filter(free)
            .collect();
        if let (true, [first, .., last]) = (places.is_empty(), &path[..]) {
            places.extend(on(path, f64::midpoint(first[0], last[0])));
        }
        for place in places {
            marker(page, place, &page.theme.stroke(k));
            placed.push(place);
        }
    }
    placed
}

/// A bar where a line ends before the axis does.
fn caps(page: &mut Page<'_>, paths: &[Vec<Point>]) {
    let reach = CAP * page.sizes.text;
    for (k, (line, path)) in page.chart.lines.iter().zip(paths).enumerate() {
        if let (Some(_), Some([x, y])) = (&line.ends, path.last()) {
            page.shapes.push(Shape::Path {
                points: vec![[*x, y - reach], [*x, y + reach]],
                color: page.theme.stroke(k).color,
                width: 1.5 * page.sizes.line,
            });
        }
    }
}

/// Draws a path with the dashes of a stroke.
pub fn stroke(page: &mut Page<'_>, path: &[Point], stroke: &Stroke) {
    let width = page.sizes.line;
    let parts = if stroke.dashes.is_empty() {
        vec![path.to_vec()]
    } else {
        let lengths: Vec<f64> = stroke.dashes.iter().map(|dash| dash * width).collect();
        dashed(path, &lengths)
    };
    for points in parts.into_iter().filter(|points| points.len() > 1) {
        page.shapes.push(Shape::Path {
            points,
            color: stroke.color,
            width,
        });
    }
}

/// Cuts a path into dashes; `lengths` are those of dash, gap, dash, ... in turn.
pub fn dashed(path: &[Point], lengths: &[f64]) -> Vec<Vec<Point>> {
    let mut dashes: Vec<Vec<Point>> = path.first().map(|first| vec![*first]).into_iter().collect();
    let (mut turn, mut left) = (0, lengths[0]);
    for pair in path.windows(2) {
        let (mut a, b) = (pair[0], pair[1]);
        loop {
            let length = (b[0] - a[0]).hypot(b[1] - a[1]);
            let is_dash = turn % 2 == 0;
            if length <= left {
                left -= length;
                if let (true, Some(dash)) = (is_dash, dashes.last_mut()) {
                    dash.push(b);
                }
                break;
            }
            a = [0, 1].map(|axis| a[axis] + (b[axis] - a[axis]) * left / length);
            match dashes.last_mut() {
                Some(dash) if is_dash => dash.push(a),
                _ => dashes.push(vec![a]),
            }
            turn = (turn + 1) % lengths.len();
            left = lengths[turn];
        }
    }
    dashes
}

/// The point of a path at a horizontal place.
fn on(path: &[Point], x: f64) -> Option<Point> {
    let pair = path
        .windows(2)
        .find(|pair| pair[0][0] <= x && x < pair[1][0])?;
    let share = (x - pair[0][0]) / (pair[1][0] - pair[0][0]);
    Some([x, pair[0][1] + share * (pair[1][1] - pair[0][1])])
}

/// Size of markers over the width of lines.
pub const RADIUS: f64 = 2.2;

/// Draws a marker.
pub fn marker(page: &mut Page<'_>, at: Point, stroke: &Stroke) {
    marker_of(page, at, stroke, RADIUS * page.sizes.line);
}

/// Draws a marker of some radius (px).
pub fn marker_of(page: &mut Page<'_>, [x, y]: Point, stroke: &Stroke, r: f64) {
    let corners: &[[f64; 2]] = match stroke.marker {
        Marker::Circle => &[],
        Marker::Square => &[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
        Marker::Up => &[[0.0, -1.15], [1.1, 0.85], [-1.1, 0.85]],
        Marker::Down => &[[0.0, 1.15], [1.1, -0.85], [-1.1, -0.85]],
        Marker::Diamond => &[[0.0, -1.3], [1.3, 0.0], [0.0, 1.3], [-1.3, 0.0]],
    };
    let shape = |scale: f64| -> Vec<Point> {
        let moved = corners.iter().map(|c| [x + scale * c[0], y + scale * c[1]]);
        moved.collect()
    };
    let mut put = |scale: f64, color| {
        page.shapes.push(if corners.is_empty() {
            Shape::Disk {
                center: [x, y],
                radius: scale,
                color,
            }
        } else {
            Shape::Area {
                points: shape(scale),
                color,
                opacity: 1.0,
            }
        });
    };
    put(1.25 * r, stroke.color);
    if !stroke.filled {
        put(0.65 * r, page.theme.background());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_straight_line_are_left_out_and_corners_kept() {
        let straight = (0..100).map(|k| [f64::from(k), 2.0 * f64::from(k)]);
        let kept = thinned(straight);
        assert!(kept.len() <= 4, "{kept:?}");
        assert_eq!((kept[0], kept[kept.len() - 1]), ([0.0, 0.0], [99.0, 198.0]));
        let stairs = [[0.0, 0.0], [5.0, 0.0], [5.0, 9.0], [8.0, 9.0]];
        assert_eq!(thinned(stairs.into_iter()), stairs);
    }

    #[test]
    fn dashes_and_gaps_follow_each_other_around_corners() {
        // 12 px with dashes of 4 and gaps of 2: 0-4 and 6-10; the corner at 8 lies in the second dash, and
        // the last gap ends with the path.
        let path = [[0.0, 0.0], [8.0, 0.0], [8.0, 4.0]];
        let dashes = dashed(&path, &[4.0, 2.0]);
        assert_eq!(
            dashes,
            [
                vec![[0.0, 0.0], [4.0, 0.0]],
                vec![[6.0, 0.0], [8.0, 0.0], [8.0, 2.0]],
            ]
        );
    }

    #[test]
    fn a_point_on_a_step_is_the_one_after_it() {
        let path = [[0.0, 0.0], [5.0, 0.0], [5.0, 9.0], [8.0, 9.0]];
        assert_eq!(
            (on(&path, 5.0), on(&path, 2.0), on(&path, 8.5)),
            (Some([5.0, 9.0]), Some([2.0, 0.0]), None)
        );
    }
}
