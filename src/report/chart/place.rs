//! Where everything stands: header, frame, axes, lines, labels. Texts never overlap each other, the frame's
//! edge or a marked point; `tests/charts.rs` holds that on random charts.

mod axes;
mod ends;
mod lines;
mod notes;
mod spots;
mod text;

use super::axis::Axis;
use super::description::Chart;
use super::look::{Color, Look, Theme};
use super::scene::{ASCENT, Align, Measure, Point, Rect, Scene, Shape, Words};

/// A page that is being filled.
pub(super) struct Page<'a> {
    chart: &'a Chart,
    theme: Theme,
    measure: &'a dyn Measure,
    width: f64,
    height: f64,
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

/// Fills a page. Lines that end early are labeled there; where that finds no room for a label, the page is
/// filled again with it beside the frame.
pub(super) fn page(chart: &Chart, look: &Look, measure: &dyn Measure) -> Scene {
    let mut beside: Vec<bool> = chart.lines.iter().map(ends::runs_through).collect();
    loop {
        let mut page = Page {
            chart,
            theme: look.theme,
            measure,
            width: f64::from(look.width),
            height: f64::from(look.height),
            sizes: sizes(look),
            shapes: Vec::new(),
        };
        let unlabeled = page.fill(&beside);
        if unlabeled.is_empty() {
            return Scene {
                width: page.width,
                height: page.height,
                background: page.theme.background(),
                shapes: page.shapes,
                title: format!("{}: {}", chart.title, chart.question),
                alt: chart.alt.clone(),
            };
        }
        for line in unlabeled {
            beside[line] = true;
        }
    }
}

impl Page<'_> {
    /// Places everything; `beside` says which lines have their labels beside the frame. Returns those of
    /// the others for whose labels there is no room.
    fn fill(&mut self, beside: &[bool]) -> Vec<usize> {
        let top = self.header();
        let bottom = self.footer();
        let column = ends::column(self, beside, bottom - top);
        let frame = Rect {
            left: self.sizes.margin + axes::width_of_labels(self),
            top,
            right: self.width - self.sizes.margin - column.width,
            bottom,
        };
        axes::draw(self, &frame);
        let paths = lines::paths(self, &frame);
        notes::rule(self, &frame);
        let markers = lines::draw(self, &frame, &paths);
        ends::draw(self, &frame, &column, &paths);
        let spots = notes::spots(self, &frame, &paths, &markers);
        notes::draw(self, &frame, &paths, beside, spots)
    }

    fn words(&mut self, text: &str, at: Point, align: Align, font: (f64, bool), color: Color) {
        let words = Words::new(text, at, align, font, color, self.measure);
        self.shapes.push(Shape::Words(words));
    }

    /// Title, question and the title of the vertical axis; returns where the frame begins.
    fn header(&mut self) -> f64 {
        let Sizes {
            title,
            text,
            small,
            margin,
            ..
        } = self.sizes;
        let room = self.width - 2.0 * margin;
        let mut y = margin;
        let shortened = text::shortened(&self.chart.title, (title, true), room, self.measure);
        let ink = self.theme.ink();
        self.words(
            &shortened,
            [margin, y + ASCENT * title],
            Align::Left,
            (title, true),
            ink,
        );
        y += 1.35 * title;
        let lines = text::wrapped(&self.chart.question, (text, false), room, 2, self.measure);
        for line in lines {
            let at = [margin, y + ASCENT * text];
            self.words(&line, at, Align::Left, (text, false), self.theme.muted());
            y += 1.3 * text;
        }
        y += 0.6 * text;
        let at = [margin, y + ASCENT * small];
        let axis = &self.chart.y.title;
        self.words(axis, at, Align::Left, (small, false), self.theme.muted());
        y + 1.7 * small
    }

    /// Footer, title of the horizontal axis and room for its labels; returns where the frame ends.
    fn footer(&mut self) -> f64 {
        let Sizes { small, margin, .. } = self.sizes;
        let tiny = 0.85 * small;
        let room = self.width - 2.0 * margin;
        let y = self.height - 0.7 * margin - (1.0 - ASCENT) * tiny;
        let text = text::shortened(&self.chart.footer, (tiny, false), room, self.measure);
        self.words(
            &text,
            [margin, y],
            Align::Left,
            (tiny, false),
            self.theme.muted(),
        );
        y - ASCENT * tiny - 1.1 * small - 2.9 * small
    }
}

/// Where a point of the data stands in the frame.
fn at(x: &Axis, y: &Axis, frame: &Rect, point: Point) -> Point {
    [
        frame.left + x.share(point[0]) * frame.width(),
        frame.bottom - y.share(point[1]) * frame.height(),
    ]
}
