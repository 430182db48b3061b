//! Where everything stands: header, frame, axes, lines, labels. Texts never overlap each other, the frame's
//! edge or a marked point; `tests/charts.rs` holds that on random charts.

mod areas;
mod axes;
mod bars;
mod ends;
mod key;
mod lines;
mod notes;
mod sheet;
mod spots;
mod text;

use super::axis::Axis;
use super::description::{Chart, Picture};
use super::look::{Color, Look, Theme};
use super::scene::{ASCENT, Align, Frame, Measure, Point, Rect, Scene, Shape, Words};

/// A part of a page that is being filled with a chart.
pub(super) struct Page<'a> {
    chart: &'a Chart,
    theme: Theme,
    measure: &'a dyn Measure,
    /// The part of the page.
    area: Rect,
    sizes: Sizes,
    shapes: Vec<Shape>,
}

/// Sizes that follow from that of the page (px).
#[derive(Clone, Copy, Debug)]
struct Sizes {
    title: f64,
    text: f64,
    small: f64,
    /// Margin of the page.
    margin: f64,
    /// Width of lines.
    line: f64,
}

/// Texts of 16 px and lines of 2 px on a page of 1600 x 900; smaller pages stay legible.
fn sizes(look: &Look) -> Sizes {
    let factor = (f64::from(look.width) / 1600.0).min(f64::from(look.height) / 900.0);
    let text = (16.0 * factor).max(11.0);
    Sizes {
        title: 1.5 * text,
        text,
        small: (0.85 * text).max(10.0),
        margin: 1.1 * text,
        line: (2.0 * factor).max(2.0),
    }
}

/// Fills a page.
pub(super) fn page(picture: &Picture, look: &Look, measure: &dyn Measure) -> Scene {
    match picture {
        Picture::One(chart) => {
            let area = Rect {
                left: 0.0,
                top: 0.0,
                right: f64::from(look.width),
                bottom: f64::from(look.height),
            };
            let (shapes, frame) = filled(chart, area, sizes(look), look.theme, measure);
            Scene {
                width: area.right,
                height: area.bottom,
                kind: chart.kind,
                background: look.theme.background(),
                shapes,
                frames: vec![frame],
                title: format!("{}: {}", chart.title, chart.question),
                alt: chart.alt.clone(),
            }
        }
        Picture::Several(sheet) => sheet::page(sheet, look, measure),
    }
}

/// Fills a part of a page with a chart. Lines that end early are labeled there; where that finds no room for
/// a label, the part is filled again with it beside the frame.
fn filled(
    chart: &Chart,
    area: Rect,
    sizes: Sizes,
    theme: Theme,
    measure: &dyn Measure,
) -> (Vec<Shape>, Frame) {
    let mut beside: Vec<bool> = chart.lines.iter().map(ends::runs_through).collect();
    loop {
        let mut page = Page {
            chart,
            theme,
            measure,
            area,
            sizes,
            shapes: Vec::new(),
        };
        let (rect, unlabeled) = page.fill(&beside);
        if unlabeled.is_empty() {
            let frame = Frame {
                rect,
                x: chart.x.clone(),
                y: chart.y.clone(),
            };
            return (page.shapes, frame);
        }
        for line in unlabeled {
            beside[line] = true;
        }
    }
}

impl Page<'_> {
    /// Places everything; `beside` says which lines have their labels beside the frame. Returns the frame,
    /// and those of the other lines for whose labels there is no room.
    fn fill(&mut self, beside: &[bool]) -> (Rect, Vec<usize>) {
        let top = self.header();
        let bottom = self.footer();
        let column = ends::column(self, beside, bottom - top);
        let names = axes::names(self, bottom - top);
        let left = self.area.left + self.sizes.margin + names.width;
        let right = self.area.right - self.sizes.margin - column.width;
        let frame = Rect {
            left,
            top,
            right: bars::end(self, left, right, &names),
            bottom,
        };
        areas::draw(self, &frame);
        axes::draw(self, &frame, &names);
        bars::draw(self, &frame);
        areas::guides(self, &frame);
        let paths = lines::paths(self, &frame);
        notes::rules(self, &frame);
        let markers = lines::draw(self, &frame, &paths);
        ends::draw(self, &frame, &column, &paths);
        let mut spots = notes::spots(self, &frame, &paths, &markers);
        areas::dots(self, &frame, &mut spots);
        let unlabeled = notes::draw(self, &frame, &paths, beside, &mut spots);
        areas::labels(self, &frame, &mut spots);
        (frame, unlabeled)
    }

    fn words(&mut self, text: &str, at: Point, align: Align, font: (f64, bool), color: Color) {
        let words = Words::new(text, at, align, font, color, self.measure);
        self.shapes.push(Shape::Words(words));
    }

    /// Title, question, key and the title of the vertical axis; returns where the frame begins.
    fn header(&mut self) -> f64 {
        let Sizes {
            title,
            text,
            small,
            margin,
            ..
        } = self.sizes;
        let room = self.area.width() - 2.0 * margin;
        let left = self.area.left + margin;
        let mut y = self.area.top + margin;
        let shortened = text::shortened(&self.chart.title, (title, true), room, self.measure);
        let at = [left, y + ASCENT * title];
        self.words(&shortened, at, Align::Left, (title, true), self.theme.ink());
        y += 1.35 * title;
        let lines = text::wrapped(&self.chart.question, (text, false), room, 2, self.measure);
        for line in lines {
            let at = [left, y + ASCENT * text];
            self.words(&line, at, Align::Left, (text, false), self.theme.muted());
            y += 1.3 * text;
        }
        y = key::draw(self, [left, y + 0.3 * text], room) + 0.3 * text;
        let axis = &self.chart.y.title;
        if axis.is_empty() {
            return y + 0.4 * text;
        }
        let axis = text::shortened(axis, (small, false), room, self.measure);
        let at = [left, y + ASCENT * small];
        self.words(&axis, at, Align::Left, (small, false), self.theme.muted());
        y + 1.7 * small
    }

    /// Footer, title of the horizontal axis and room for its labels; returns where the frame ends.
    fn footer(&mut self) -> f64 {
        let small = self.sizes.small;
        let axis = if self.chart.x.title.is_empty() {
            1.6
        } else {
            2.9
        };
        if self.chart.footer.is_empty() {
            return self.area.bottom - 0.4 * self.sizes.margin - axis * small;
        }
        let end = foot(self.area, &self.sizes, &self.chart.footer, self.measure);
        let (y, words) = end;
        self.shapes.push(Shape::Words(Words {
            color: self.theme.muted(),
            ..words
        }));
        y - 1.1 * small - axis * small
    }
}

/// The footer of a page and its upper end.
fn foot(area: Rect, sizes: &Sizes, text: &str, measure: &dyn Measure) -> (f64, Words) {
    let Sizes { small, margin, .. } = *sizes;
    let tiny = 0.85 * small;
    let room = area.width() - 2.0 * margin;
    let y = area.bottom - 0.7 * margin - (1.0 - ASCENT) * tiny;
    let text = text::shortened(text, (tiny, false), room, measure);
    let at = [area.left + margin, y];
    let words = Words::new(&text, at, Align::Left, (tiny, false), [0; 3], measure);
    (y - ASCENT * tiny, words)
}

/// Where a point of the data stands in the frame.
fn at(x: &Axis, y: &Axis, frame: &Rect, point: Point) -> Point {
    [
        frame.left + x.share(point[0]) * frame.width(),
        frame.bottom - y.share(point[1]) * frame.height(),
    ]
}
