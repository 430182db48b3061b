//! Areas behind everything else, lines to read others against, and measured points.

use super::spots::{Demand, Spots};
use super::{Page, at, bars, lines};
use crate::report::chart::axis::Scale;
use crate::report::chart::description::{Area, Guide, GuideStyle, Paint};
use crate::report::chart::fill::contrast;
use crate::report::chart::scene::{ASCENT, Align, Point, Rect, Shape, inside};

/// Draws the areas; ranges with thin edges, which hold where grays and other ranges hide their ground.
pub fn draw(page: &mut Page<'_>, frame: &Rect) {
    let chart = page.chart;
    let placed: Vec<Vec<Point>> = chart
        .areas
        .iter()
        .map(|area| placed(page, frame, &area.points))
        .collect();
    for (area, points) in chart.areas.iter().zip(&placed) {
        let fill = page.theme.fill(area.paint).color;
        let hardly_seen = contrast(fill, page.theme.background()) < 1.25;
        let color = match area.paint {
            Paint::Range(k) => page.theme.stroke(k).color,
            // What stands alone in its row needs an outline; regions of a map have borders.
            Paint::Region(_) if hardly_seen && chart.y.scale == Scale::Names => page.theme.muted(),
            _ => fill,
        };
        bars::ground(page, points, area.paint);
        // Regions touch: an edge in their own color leaves no gap of half-covered pixels between them.
        let width = match area.paint {
            Paint::Region(_) => 1.2,
            Paint::Range(_) => 0.6,
            Paint::Fill(_) | Paint::Band => continue,
        };
        let mut points = points.clone();
        points.extend(points.first().copied());
        page.shapes.push(Shape::Path {
            points,
            color,
            width,
        });
    }
    for (area, points) in chart.areas.iter().zip(&placed) {
        bars::pattern(page, points, area.paint);
    }
}

fn placed(page: &Page<'_>, frame: &Rect, points: &[[f64; 2]]) -> Vec<Point> {
    let chart = page.chart;
    let inside = |[x, y]: Point| {
        [
            x.clamp(frame.left, frame.right),
            y.clamp(frame.top, frame.bottom),
        ]
    };
    points
        .iter()
        .map(|point| inside(at(&chart.x, &chart.y, frame, *point)))
        .collect()
}

/// Draws the guides; dashes leave out the texts that stand in their way.
pub fn guides(page: &mut Page<'_>, frame: &Rect) {
    let chart = page.chart;
    let begin = page.shapes.len();
    for each in &chart.guides {
        let points = placed(page, frame, &each.points);
        guide(page, &points, each.style);
    }
    let guides = page.shapes.split_off(begin);
    let words = page.shapes.iter().filter_map(|shape| match shape {
        Shape::Words(words) => Some(words.rect),
        _ => None,
    });
    let words: Vec<Rect> = words.collect();
    let dash = |shape: &Shape| match shape {
        Shape::Path { points, .. } => match points[..] {
            [a, b] if a[0] == b[0] && (a[1] - b[1]).abs() <= DASHES[0] => Some([a, b]),
            _ => None,
        },
        _ => None,
    };
    let free = guides.into_iter().filter(|shape| {
        dash(shape).is_none_or(|[[x, from], [_, to]]| {
            let line = Rect {
                left: x - 0.5,
                right: x + 0.5,
                top: from.min(to),
                bottom: from.max(to),
            };
            !words.iter().any(|rect| rect.overlaps(&line))
        })
    });
    page.shapes.extend(free);
}

/// Lengths of dashes and of what is between them (px).
const DASHES: [f64; 2] = [5.0, 4.0];

/// Draws one guide through points of the page.
pub fn guide(page: &mut Page<'_>, points: &[Point], style: GuideStyle) {
    let (muted, ink) = (page.theme.muted(), page.theme.ink());
    let mut path = |points: Vec<Point>, width: f64| {
        let color = if style == GuideStyle::Border {
            ink
        } else {
            muted
        };
        page.shapes.push(Shape::Path {
            points,
            color,
            width,
        });
    };
    match style {
        GuideStyle::Thin => path(points.to_vec(), 1.0),
        GuideStyle::Border => path(points.to_vec(), 1.6),
        GuideStyle::Dashed => {
            for dash in lines::dashed(points, &DASHES) {
                path(dash, 1.0);
            }
        }
        GuideStyle::Bracket => {
            path(points.to_vec(), 1.4);
            let ends = [points.first(), points.last()];
            for [x, y] in ends.into_iter().flatten() {
                path(vec![[*x, y - 3.5], [*x, y + 3.5]], 1.4);
            }
        }
    }
}

/// What guides take of the frame.
pub fn guide_paths(page: &Page<'_>, frame: &Rect) -> Vec<Vec<Point>> {
    let guides = page.chart.guides.iter();
    guides
        .map(|guide| placed(page, frame, &guide.points))
        .collect()
}

/// More points than this are drawn smaller.
const MANY: usize = 100;

/// Draws measured points, which labels then avoid.
pub fn dots(page: &mut Page<'_>, frame: &Rect, spots: &mut Spots) {
    let chart = page.chart;
    let count: usize = chart.dots.iter().map(|series| series.points.len()).sum();
    let smaller = if count > MANY { 0.65 } else { 1.0 };
    let r = smaller * lines::RADIUS * page.sizes.line;
    for (k, series) in chart.dots.iter().enumerate() {
        let stroke = page.theme.stroke(k);
        for point in &series.points {
            let center = at(&chart.x, &chart.y, frame, *point);
            lines::marker_of(page, center, &stroke, r);
            spots.take(Rect {
                left: center[0] - r,
                top: center[1] - r,
                right: center[0] + r,
                bottom: center[1] + r,
            });
        }
    }
}

/// Names of areas and guides, where there is room.
pub fn labels(page: &mut Page<'_>, frame: &Rect, spots: &mut Spots) {
    let chart = page.chart;
    for area in chart.areas.iter().filter(|area| !area.label.is_empty()) {
        area_label(page, frame, area, spots);
    }
    for guide in chart.guides.iter().filter(|guide| !guide.label.is_empty()) {
        guide_label(page, frame, guide, spots);
    }
}

/// Places along a side of the frame that are tried for the name of an area.
const TRIES: u32 = 24;

/// The name of an area: inside it, on no line, as near to its middle as can be; else not at all.
fn area_label(page: &mut Page<'_>, frame: &Rect, area: &Area, spots: &mut Spots) {
    let points = placed(page, frame, &area.points);
    let is_region = matches!(area.paint, Paint::Region(_));
    let font = if is_region {
        (page.sizes.text, true)
    } else {
        (page.sizes.small, false)
    };
    let width = page.measure.width(&area.label, font.0, font.1) + 0.6 * font.0;
    let height = 1.5 * font.0;
    let middle = if is_region {
        centroid(&points)
    } else {
        [frame.left, f64::midpoint(low(&points), high(&points))]
    };
    let step = |k: u32, from: f64, to: f64| from + (to - from) * f64::from(k) / f64::from(TRIES);
    let grid = (0..=TRIES).flat_map(|i| (0..=TRIES).map(move |j| (i, j)));
    let (top, bottom) = (low(&points) + height / 2.0, high(&points) - height / 2.0);
    let mut boxes: Vec<(f64, Rect)> = grid
        .map(|(i, j)| {
            [
                step(i, frame.left, frame.right),
                step(j, top, bottom.max(top)),
            ]
        })
        .map(|center| {
            let away = (center[0] - middle[0]).hypot(center[1] - middle[1]);
            (away, around(center, width, height))
        })
        .collect();
    // From the middle outwards: whether a box lies inside is dear to know, and few are looked at.
    boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let free = |rect: &Rect| spots.spot(*rect).is_some_and(|spot| spot.covers == 0);
    let mut boxes = boxes.into_iter().map(|(_, rect)| rect);
    let best = boxes.find(|rect| free(rect) && holds(&points, rect));
    if let Some(rect) = best {
        let baseline = f64::midpoint(rect.top, rect.bottom) + (ASCENT - 0.38) * font.0;
        let center = f64::midpoint(rect.left, rect.right);
        page.words(
            &area.label,
            [center, baseline],
            Align::Middle,
            font,
            page.theme.ink(),
        );
        spots.take(rect.grown(0.3 * font.0));
    }
}

fn low(points: &[Point]) -> f64 {
    points.iter().map(|p| p[1]).fold(f64::INFINITY, f64::min)
}

fn high(points: &[Point]) -> f64 {
    points
        .iter()
        .map(|p| p[1])
        .fold(f64::NEG_INFINITY, f64::max)
}

fn around([x, y]: Point, width: f64, height: f64) -> Rect {
    Rect {
        left: x - width / 2.0,
        top: y - height / 2.0,
        right: x + width / 2.0,
        bottom: y + height / 2.0,
    }
}

/// Center of mass of a polygon (shoelace formula).
fn centroid(points: &[Point]) -> Point {
    let (mut area, mut sum) = (0.0, [0.0, 0.0]);
    for (at, a) in points.iter().enumerate() {
        let b = points[(at + 1) % points.len()];
        let cross = a[0] * b[1] - b[0] * a[1];
        area += cross;
        sum = [0, 1].map(|axis| sum[axis] + (a[axis] + b[axis]) * cross);
    }
    if area.abs() < 1e-9 {
        return points.first().copied().unwrap_or([0.0, 0.0]);
    }
    sum.map(|part| part / (3.0 * area))
}

/// Whether a box lies in a polygon: a raster of its points does.
fn holds(corners: &[Point], rect: &Rect) -> bool {
    let spread = |k: u32, from: f64, to: f64| from + (to - from) * f64::from(k) / 6.0;
    (0..=6).all(|i| {
        (0..=2).all(|j| {
            let x = spread(i, rect.left, rect.right);
            let y = spread(3 * j, rect.top, rect.bottom);
            inside([x, y], corners)
        })
    })
}

/// The name of a guide, beside one of its points: the last ones first.
fn guide_label(page: &mut Page<'_>, frame: &Rect, guide: &Guide, spots: &mut Spots) {
    let small = page.sizes.small;
    let points = placed(page, frame, &guide.points);
    let [.., a, b] = &points[..] else {
        return;
    };
    let size = [
        page.measure.width(&guide.label, small, false) + 0.4 * small,
        1.3 * small,
    ];
    let demand = Demand {
        reach: 1.6 * small,
        bare: true,
    };
    for share in [0.97, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3] {
        let point = [0, 1].map(|axis| a[axis] + share * (b[axis] - a[axis]));
        if let Some(spot) = spots.around(point, size, 0.5 * small, demand) {
            let rect = spot.rect;
            let baseline = f64::midpoint(rect.top, rect.bottom) + (ASCENT - 0.38) * small;
            let left = [rect.left + 0.2 * small, baseline];
            page.words(
                &guide.label,
                left,
                Align::Left,
                (small, false),
                page.theme.muted(),
            );
            spots.take(rect.grown(0.2 * small));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_center_of_a_triangle_is_the_mean_of_its_corners() {
        let center = centroid(&[[0.0, 0.0], [6.0, 0.0], [0.0, 3.0]]);
        assert!((center[0] - 2.0).abs() < 1e-12 && (center[1] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_box_that_sticks_out_of_a_polygon_is_not_held() {
        let triangle = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]];
        let rect = |size: f64| around([2.5, 2.5], size, size);
        assert!(holds(&triangle, &rect(2.0)));
        assert!(!holds(&triangle, &rect(6.0)));
    }
}
