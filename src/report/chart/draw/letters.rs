//! Letters: their widths and their outlines.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use crate::report::chart::scene::Measure;

/// The font, embedded, so that nothing has to be installed.
pub struct Letters {
    regular: Option<FontRef<'static>>,
    bold: Option<FontRef<'static>>,
}

impl Letters {
    /// Reads the tables of the embedded fonts.
    pub fn new() -> Self {
        let read = |bytes| FontRef::try_from_slice(bytes).ok();
        Self {
            regular: read(dejavu::sans::regular()),
            bold: read(dejavu::sans::bold()),
        }
    }

    fn font(&self, bold: bool) -> Option<&FontRef<'static>> {
        if bold { &self.bold } else { &self.regular }.as_ref()
    }

    /// Each letter with its distance from the text's left end [px], and the distance of the right end.
    fn spread(
        &self,
        text: &str,
        size: f64,
        bold: bool,
        mut each: impl FnMut(&FontRef<'_>, ab_glyph::Glyph),
    ) -> f64 {
        let Some(font) = self.font(bold) else {
            return 0.0;
        };
        let scale = scale(font, size);
        let scaled = font.as_scaled(scale);
        let mut x = 0.0;
        let mut before = None;
        for letter in text.chars() {
            let id = font.glyph_id(letter);
            if let Some(before) = before {
                x += scaled.kern(before, id);
            }
            each(font, id.with_scale_and_position(scale, point(x, 0.0)));
            x += scaled.h_advance(id);
            before = Some(id);
        }
        f64::from(x)
    }

    /// Covers a text: for every pixel that a letter touches, how much of it, with the text's left end on
    /// the baseline at a point.
    pub fn cover(
        &self,
        text: &str,
        (size, bold): (f64, bool),
        [left, baseline]: [f64; 2],
        mut pixel: impl FnMut(i32, i32, f32),
    ) {
        self.spread(text, size, bold, |font, mut glyph| {
            glyph.position.x += left as f32;
            glyph.position.y = baseline as f32;
            if let Some(outline) = font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|x, y, share| {
                    pixel(
                        corner.x as i32 + x as i32,
                        corner.y as i32 + y as i32,
                        share,
                    );
                });
            }
        });
    }
}

/// `ab_glyph` scales the height of a font (ascent and descent); sizes are those of its em.
fn scale(font: &FontRef<'_>, size: f64) -> PxScale {
    let em = font.units_per_em().unwrap_or(2048.0);
    PxScale::from(size as f32 * font.height_unscaled() / em)
}

impl Measure for Letters {
    fn width(&self, text: &str, size: f64, bold: bool) -> f64 {
        self.spread(text, size, bold, |_, _| {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // DejaVu Sans: an em has 2,048 units, a digit is 1,303 of them wide, bold 1,425.
        let letters = Letters::new();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-3;
        assert!(close(letters.width("00", 20.48, false), 26.06));
        assert!(close(letters.width("00", 20.48, true), 28.50));
        assert!(close(letters.width("", 20.0, false), 0.0));
    }
}
