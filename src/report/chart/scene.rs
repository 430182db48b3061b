//! What stands where on a page, in pixels of the layout.

use super::axis::Axis;
use super::look::Color;

/// A page with shapes, drawn in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Width (px).
    pub width: f64,
    /// Height (px).
    pub height: f64,
    /// What kind of picture it is, as on the command line.
    pub kind: &'static str,
    /// The ground.
    pub background: Color,
    /// What is drawn on it.
    pub shapes: Vec<Shape>,
    /// The frame of each chart, for whoever adds something at places of its axes.
    pub frames: Vec<Frame>,
    /// Title, for those who cannot see it.
    pub title: String,
    /// What it shows, for them.
    pub alt: String,
}

/// Where a chart's axes stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// What lies between the axes.
    pub rect: Rect,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
}

/// A place on a page.
pub type Point = [f64; 2];

/// One thing on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line through points.
    Path {
        /// The points.
        points: Vec<Point>,
        /// Its color.
        color: Color,
        /// Its width (px).
        width: f64,
    },
    /// A filled area between points.
    Area {
        /// The points.
        points: Vec<Point>,
        /// Its color.
        color: Color,
        /// How much of the ground it hides: 1 all of it.
        opacity: f64,
    },
    /// A disk.
    Disk {
        /// Its center.
        center: Point,
        /// Its radius (px).
        radius: f64,
        /// Its color.
        color: Color,
    },
    /// A line of text.
    Words(Words),
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// The text.
    pub text: String,
    /// Where it is anchored: its left end, middle or right end, on the baseline.
    pub at: Point,
    /// Which of them.
    pub align: Align,
    /// Size of the letters (px).
    pub size: f64,
    /// Whether it is bold.
    pub bold: bool,
    /// Its color.
    pub color: Color,
    /// The box that it fills.
    pub rect: Rect,
}

/// Which point of a text is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Its left end.
    Left,
    /// Its middle.
    Middle,
    /// Its right end.
    Right,
}

/// A box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left end.
    pub left: f64,
    /// Upper end.
    pub top: f64,
    /// Right end.
    pub right: f64,
    /// Lower end.
    pub bottom: f64,
}

/// Whether a point lies in a polygon (even-odd rule).
pub fn inside(p: Point, corners: &[Point]) -> bool {
    let mut inside = false;
    for (at, a) in corners.iter().enumerate() {
        let b = corners[(at + 1) % corners.len()];
        let crosses = (a[1] > p[1]) != (b[1] > p[1]);
        if crosses && p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) {
            inside = !inside;
        }
    }
    inside
}

/// How wide texts are.
pub trait Measure {
    /// Width of a line of text (px).
    fn width(&self, text: &str, size: f64, bold: bool) -> f64;
}

/// Height of a text above its baseline and depth below it, over its size: `DejaVu Sans`.
pub const ASCENT: f64 = 0.76;
/// Depth below the baseline.
pub const DESCENT: f64 = 0.24;

impl Scene {
    /// Every text.
    pub fn words(&self) -> impl Iterator<Item = &Words> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Words(words) => Some(words),
            _ => None,
        })
    }
}

impl Words {
    /// A text and the box that it fills.
    pub fn new(
        text: &str,
        at: Point,
        align: Align,
        (size, bold): (f64, bool),
        color: Color,
        measure: &dyn Measure,
    ) -> Self {
        let width = measure.width(text, size, bold);
        let left = match align {
            Align::Left => at[0],
            Align::Middle => at[0] - width / 2.0,
            Align::Right => at[0] - width,
        };
        Self {
            text: text.to_owned(),
            at,
            align,
            size,
            bold,
            color,
            rect: Rect {
                left,
                top: at[1] - ASCENT * size,
                right: left + width,
                bottom: at[1] + DESCENT * size,
            },
        }
    }
}

impl Rect {
    /// Its corners, in order.
    pub fn corners(&self) -> Vec<Point> {
        vec![
            [self.left, self.top],
            [self.right, self.top],
            [self.right, self.bottom],
            [self.left, self.bottom],
        ]
    }

    /// Whether two boxes share an area.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether another box lies in it.
    pub fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }

    /// The box, larger by so much on every side.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    /// The point of the box that is nearest to another.
    pub fn nearest(&self, point: Point) -> Point {
        [
            point[0].clamp(self.left, self.right),
            point[1].clamp(self.top, self.bottom),
        ]
    }

    /// Width.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
}
