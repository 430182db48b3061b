//! Pixels with smooth edges: what plotters' backends draw with ragged ones.

use std::convert::Infallible;
use std::ops::Range;

use ab_glyph_rasterizer::{Rasterizer, point};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, rasterizer, text_anchor::HPos,
};

use super::{FONT_SIZE, Letters};
use crate::report::chart::look::Color;
use crate::report::chart::scene::{ASCENT, Measure};

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Some rows of a picture in memory, addressed in parts of a pixel.
pub struct Canvas<'a> {
    width: u32,
    /// The first row, and how many there are.
    top: u32,
    height: u32,
    /// Row by row, each behind the byte of PNG that says how it is filtered.
    rows: Vec<u8>,
    /// Parts of a pixel.
    steps: f64,
    letters: &'a Letters,
    ground: Color,
    /// The box of the path at hand: columns and rows.
    around: [Range<i32>; 2],
    /// How much of each pixel of the box the path covers, so that no pixel is covered twice; zero between paths.
    cover: Vec<f32>,
    /// The pixels that it covers: column and row.
    covered: Vec<[i32; 2]>,
}

impl<'a> Canvas<'a> {
    /// A ground of one color.
    pub fn new(
        width: u32,
        rows: Range<u32>,
        ground: Color,
        steps: f64,
        letters: &'a Letters,
    ) -> Self {
        let mut canvas = Self {
            width,
            top: 0,
            height: 0,
            rows: Vec::new(),
            steps,
            letters,
            ground,
            around: [0..0, 0..0],
            cover: Vec::new(),
            covered: Vec::new(),
        };
        canvas.turn_to(rows);
        canvas
    }

    /// Begins anew with other rows, in the same memory.
    pub fn turn_to(&mut self, rows: Range<u32>) {
        let mut row = vec![NO_FILTER];
        row.extend_from_slice(&self.ground.repeat(self.width as usize));
        self.rows.clear();
        for _ in rows.clone() {
            self.rows.extend_from_slice(&row);
        }
        self.top = rows.start;
        self.height = rows.end - rows.start;
    }

    /// The rows, as PNG packs them.
    pub fn rows(&self) -> &[u8] {
        &self.rows
    }

    /// A point, seen from the first row.
    fn point(&self, (x, y): BackendCoord) -> [f64; 2] {
        let y = f64::from(y) / self.steps - f64::from(self.top);
        [f64::from(x) / self.steps, y]
    }

    fn pixel(&self, x: i32, y: i32) -> Option<[usize; 2]> {
        let inside = x >= 0 && y >= 0 && (x as u32) < self.width && (y as u32) < self.height;
        inside.then_some([x as usize, y as usize])
    }

    fn blend(&mut self, [x, y]: [usize; 2], color: BackendColor, share: f64) {
        let share = (share * color.alpha).clamp(0.0, 1.0);
        let (red, green, blue) = color.rgb;
        let byte = y * (3 * self.width as usize + 1) + 1 + 3 * x;
        let pixel = &mut self.rows[byte..byte + 3];
        if share == 1.0 {
            pixel.copy_from_slice(&[red, green, blue]);
            return;
        }
        for (part, new) in pixel.iter_mut().zip([red, green, blue]) {
            let old = f64::from(*part);
            // Rounded: what is cut off is not negative.
            *part = (old + (f64::from(new) - old) * share + 0.5) as u8;
        }
    }

    /// Every pixel whose middle may be nearer to a box than `reach`.
    fn around(&self, a: [f64; 2], b: [f64; 2], reach: f64) -> [Range<i32>; 2] {
        let sizes = [self.width, self.height];
        [0, 1].map(|axis| {
            let low = (a[axis].min(b[axis]) - reach - 0.5).floor().max(0.0);
            let high = (a[axis].max(b[axis]) + reach + 0.5).ceil();
            low as i32..(high.min(f64::from(sizes[axis])) as i32)
        })
    }

    /// Covers what is nearer to a path than half its width, and blends it.
    fn draw_round(&mut self, points: &[[f64; 2]], half: f64, color: BackendColor) {
        let [low, high] = ends(points);
        self.around = self.around(low, high, half);
        let [columns, rows] = &self.around;
        if columns.is_empty() || rows.is_empty() {
            return;
        }
        let room = columns.len() * rows.len();
        if self.cover.len() < room {
            self.cover.resize(room, 0.0);
        }
        if let [point] = points {
            self.cover_line(*point, *point, half);
        }
        for pair in points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let parts = ((b[0] - a[0]).hypot(b[1] - a[1]) / PART).ceil().max(1.0);
            let at = |k: f64| [0, 1].map(|axis| a[axis] + (b[axis] - a[axis]) * k / parts);
            for k in 0..parts as u32 {
                self.cover_line(at(f64::from(k)), at(f64::from(k + 1)), half);
            }
        }
        self.settle(color);
    }

    /// The place of a pixel in the box of the path at hand.
    fn in_box(&self, [x, y]: [i32; 2]) -> usize {
        let [columns, rows] = &self.around;
        (y - rows.start) as usize * columns.len() + (x - columns.start) as usize
    }

    /// Covers what is nearer to a straight line than half its width.
    fn cover_line(&mut self, a: [f64; 2], b: [f64; 2], half: f64) {
        let [columns, rows] = self.around(a, b, half);
        for y in rows {
            for x in columns.clone() {
                let middle = [f64::from(x) + 0.5, f64::from(y) + 0.5];
                let share = (half + 0.5 - distance(middle, a, b)).clamp(0.0, 1.0) as f32;
                let at = self.in_box([x, y]);
                if share > self.cover[at] {
                    if self.cover[at] == 0.0 {
                        self.covered.push([x, y]);
                    }
                    self.cover[at] = share;
                }
            }
        }
    }

    /// Blends what is covered, and uncovers it.
    fn settle(&mut self, color: BackendColor) {
        let mut covered = std::mem::take(&mut self.covered);
        for pixel in covered.drain(..) {
            let at = self.in_box(pixel);
            let share = std::mem::take(&mut self.cover[at]);
            self.blend(pixel.map(|part| part as usize), color, f64::from(share));
        }
        self.covered = covered;
    }
}

/// The corners of the box around some points.
fn ends(points: &[[f64; 2]]) -> [[f64; 2]; 2] {
    let bound = |pick: fn(f64, f64) -> f64| {
        let of = |axis: usize| points.iter().map(|p| p[axis]).reduce(pick);
        [of(0).unwrap_or(0.0), of(1).unwrap_or(0.0)]
    };
    [bound(f64::min), bound(f64::max)]
}

/// Flat areas repeat as they are: filters would only hide that, and make files larger.
const NO_FILTER: u8 = 0;

/// Distance of a point from a straight line between two others.
fn distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 {
        (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let off = [p[0] - a[0] - along * dx, p[1] - a[1] - along * dy];
    (off[0] * off[0] + off[1] * off[1]).sqrt()
}

/// A long line is covered in parts of so many pixels, whose boxes are small.
const PART: f64 = 12.0;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let steps = |pixels: u32| (f64::from(pixels) * self.steps) as u32;
        (steps(self.width), steps(self.top + self.height))
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Drawn {
        let [x, y] = self.point(at);
        if let Some(at) = self.pixel(x.floor() as i32, y.floor() as i32) {
            self.blend(at, color, 1.0);
        }
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<[f64; 2]> = path.into_iter().map(|at| self.point(at)).collect();
        let half = f64::from(style.stroke_width()) / self.steps / 2.0;
        self.draw_round(&points, half, style.color());
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let corners = [a, (b.0, a.1), b, (a.0, b.1)];
        if fill {
            return self.fill_polygon(corners, style);
        }
        self.draw_path(corners.into_iter().chain([a]), style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if !fill {
            return rasterizer::draw_circle(self, center, radius, style, fill);
        }
        let (at, reach) = (self.point(center), f64::from(radius) / self.steps);
        // A disk is a very short line with round ends.
        self.draw_round(&[at], reach, style.color());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let corners: Vec<[f64; 2]> = corners.into_iter().map(|at| self.point(at)).collect();
        let [low, high] = ends(&corners);
        let [columns, rows] = self.around(low, high, 0.0);
        if columns.is_empty() || rows.is_empty() {
            return Ok(());
        }
        // Seen from the box; what sticks out at its sides is pressed to them. What is above or below is left
        // out by the rasterizer.
        let inside = |[x, y]: [f64; 2]| {
            let x = x.clamp(f64::from(columns.start), f64::from(columns.end));
            point(
                (x - f64::from(columns.start)) as f32,
                (y - f64::from(rows.start)) as f32,
            )
        };
        let mut areas = Rasterizer::new(columns.len(), rows.len());
        for (at, corner) in corners.iter().enumerate() {
            let next = corners[(at + 1) % corners.len()];
            areas.draw_line(inside(*corner), inside(next));
        }
        areas.for_each_pixel_2d(|x, y, share| {
            // Sums of parts miss zero and one by a hair.
            if share > 1e-3
                && let Some(at) = self.pixel(columns.start + x as i32, rows.start + y as i32)
            {
                self.blend(at, style.color(), f64::from(share));
            }
        });
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let size = style.size() / FONT_SIZE / self.steps;
        let bold = matches!(style.style(), FontStyle::Bold);
        let [x, top] = self.point(at);
        if top > f64::from(self.height) + size || top < -2.0 * size {
            return Ok(());
        }
        let letters = self.letters;
        let left = match style.anchor().h_pos {
            HPos::Left => x,
            HPos::Center => x - letters.width(text, size, bold) / 2.0,
            HPos::Right => x - letters.width(text, size, bold),
        };
        let color = style.color();
        // Letters stand on whole pixels: their feet are sharp.
        let row = f64::from(self.top);
        let baseline = (row + top + ASCENT * size).round() - row;
        letters.cover(text, (size, bold), [left, baseline], |x, y, share| {
            if let Some(at) = self.pixel(x, y) {
                self.blend(at, color, f64::from(share));
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
