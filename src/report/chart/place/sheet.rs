//! Several charts on one page, in rows under one title.

use super::text::{shortened, wrapped};
use super::{Sizes, filled, foot, sizes};
use crate::report::chart::description::Sheet;
use crate::report::chart::look::Look;
use crate::report::chart::scene::{ASCENT, Align, Measure, Rect, Scene, Shape, Words};

/// Below this width a chart of a sheet is not legible (px).
const LEAST_WIDTH: f64 = 320.0;

/// Fills a page with a sheet.
pub fn page(sheet: &Sheet, look: &Look, measure: &dyn Measure) -> Scene {
    let whole = sizes(look);
    let page = Rect {
        left: 0.0,
        top: 0.0,
        right: f64::from(look.width),
        bottom: f64::from(look.height),
    };
    let mut shapes = Vec::new();
    let top = header(sheet, look, &whole, measure, &mut shapes);
    let (bottom, words) = foot(page, &whole, &sheet.footer, measure);
    let muted = look.theme.muted();
    shapes.push(Shape::Words(Words {
        color: muted,
        ..words
    }));
    let area = Rect {
        top,
        bottom: bottom - 0.3 * whole.text,
        left: 0.3 * whole.margin,
        right: page.right - 0.3 * whole.margin,
    };
    let mut frames = Vec::new();
    let parts = parts(area, sheet.charts.len(), sheet.columns);
    let sizes = smaller(&whole);
    for (chart, part) in sheet.charts.iter().zip(parts) {
        let (drawn, frame) = filled(chart, part, sizes, look.theme, measure);
        shapes.extend(drawn);
        frames.push(frame);
    }
    Scene {
        width: page.right,
        height: page.bottom,
        kind: sheet.kind,
        background: look.theme.background(),
        shapes,
        frames,
        title: format!("{}: {}", sheet.title, sheet.question),
        alt: sheet.alt.clone(),
    }
}

/// Sizes of the charts on a page of such sizes.
fn smaller(whole: &Sizes) -> Sizes {
    let text = (0.84 * whole.text).max(10.0);
    Sizes {
        title: 1.15 * text,
        text,
        small: (0.87 * text).max(9.0),
        margin: 0.9 * text,
        line: (0.85 * whole.line).max(1.6),
    }
}

/// Title and question; returns where the charts begin.
fn header(
    sheet: &Sheet,
    look: &Look,
    sizes: &Sizes,
    measure: &dyn Measure,
    shapes: &mut Vec<Shape>,
) -> f64 {
    let Sizes {
        title,
        text,
        margin,
        ..
    } = *sizes;
    let room = f64::from(look.width) - 2.0 * margin;
    let mut y = margin;
    let mut put = |line: &str, y: f64, font: (f64, bool), color| {
        let at = [margin, y + ASCENT * font.0];
        let words = Words::new(line, at, Align::Left, font, color, measure);
        shapes.push(Shape::Words(words));
    };
    let line = shortened(&sheet.title, (title, true), room, measure);
    put(&line, y, (title, true), look.theme.ink());
    y += 1.35 * title;
    for line in wrapped(&sheet.question, (text, false), room, 2, measure) {
        put(&line, y, (text, false), look.theme.muted());
        y += 1.3 * text;
    }
    y + 0.2 * text
}

/// Parts of an area for so many charts, row by row; the charts of a last row that is not full share it.
fn parts(area: Rect, count: usize, most: usize) -> Vec<Rect> {
    let fit = (area.width() / LEAST_WIDTH).floor().max(1.0) as usize;
    let columns = most.min(fit).max(1);
    let rows = count.div_ceil(columns).max(1);
    let height = area.height() / rows as f64;
    (0..count)
        .map(|at| {
            let (row, column) = (at / columns, at % columns);
            let in_row = columns.min(count - row * columns);
            let width = area.width() / in_row as f64;
            let left = area.left + width * column as f64;
            let top = area.top + height * row as f64;
            Rect {
                left,
                top,
                right: left + width,
                bottom: top + height,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_area_and_do_not_overlap() {
        let area = Rect {
            left: 10.0,
            top: 20.0,
            right: 1210.0,
            bottom: 920.0,
        };
        let five = parts(area, 5, 3);
        // Three of 400 px, then two of 600; two rows of 450.
        let sizes: Vec<(f64, f64)> = five.iter().map(|p| (p.width(), p.height())).collect();
        assert_eq!(sizes[..3], [(400.0, 450.0); 3]);
        assert_eq!(sizes[3..], [(600.0, 450.0); 2]);
        for (k, one) in five.iter().enumerate() {
            assert!(area.holds(one));
            assert!(five[k + 1..].iter().all(|other| !one.overlaps(other)));
        }
        // A narrow page has one column.
        let narrow = parts(
            Rect {
                right: 500.0,
                ..area
            },
            2,
            3,
        );
        assert_eq!((narrow[0].width(), narrow[0].height()), (490.0, 450.0));
    }
}
