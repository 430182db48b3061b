//! Letters: their widths and their outlines.

use std::cell::RefCell;
use std::collections::HashMap;

use ab_glyph::{Font, FontRef, PxScale, point};

use crate::report::chart::scene::Measure;

/// The font, embedded, so that nothing has to be installed.
#[derive(Clone)]
pub struct Letters {
    regular: Option<FontRef<'static>>,
    bold: Option<FontRef<'static>>,
    /// Distance from a letter's left end to that of the one before it, over the size: the tables of the
    /// font are slow to search, and pages measure the same letters again and again.
    steps: RefCell<HashMap<Pair, f32>>,
}

/// A letter, the one before it, and whether they are bold.
type Pair = (Option<char>, char, bool);

impl Letters {
    /// Reads the tables of the embedded fonts.
    pub fn new() -> Self {
        let read = |bytes| FontRef::try_from_slice(bytes).ok();
        Self {
            regular: read(dejavu::sans::regular()),
            bold: read(dejavu::sans::bold()),
            steps: RefCell::default(),
        }
    }

    fn font(&self, bold: bool) -> Option<&FontRef<'static>> {
        if bold { &self.bold } else { &self.regular }.as_ref()
    }

    /// How far a letter moves the next one, closer to the letter before it where the font says so; over
    /// the size of the text.
    fn step(&self, font: &FontRef<'_>, before: Option<char>, letter: char, bold: bool) -> f32 {
        let mut steps = self.steps.borrow_mut();
        *steps.entry((before, letter, bold)).or_insert_with(|| {
            let id = font.glyph_id(letter);
            let kern = before.map_or(0.0, |b| font.kern_unscaled(font.glyph_id(b), id));
            (kern + font.h_advance_unscaled(id)) / em(font)
        })
    }

    /// Each letter with its distance from the text's left end (px), and the distance of the right end.
    fn spread(&self, text: &str, size: f64, bold: bool, mut each: impl FnMut(char, f32)) -> f64 {
        let Some(font) = self.font(bold) else {
            return 0.0;
        };
        let mut right = 0.0;
        let mut before = None;
        for letter in text.chars() {
            let advance = self.step(font, None, letter, bold);
            right += self.step(font, before, letter, bold) * size as f32;
            each(letter, right - advance * size as f32);
            before = Some(letter);
        }
        f64::from(right)
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
        let Some(font) = self.font(bold) else {
            return;
        };
        // `ab_glyph` scales the height of a font (ascent and descent); sizes are those of its em.
        let scale = PxScale::from(size as f32 * font.height_unscaled() / em(font));
        self.spread(text, size, bold, |letter, x| {
            let place = point(left as f32 + x, baseline as f32);
            let glyph = font.glyph_id(letter).with_scale_and_position(scale, place);
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

/// Units of a font that make its em.
fn em(font: &FontRef<'_>) -> f32 {
    font.units_per_em().unwrap_or(2048.0)
}

impl Measure for Letters {
    fn width(&self, text: &str, size: f64, bold: bool) -> f64 {
        self.spread(text, size, bold, |_, _| ())
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
