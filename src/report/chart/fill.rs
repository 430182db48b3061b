//! How areas and bars are filled: colors, and patterns where colors repeat, are absent or turn gray in print.

use super::description::Paint;
use super::look::palette::{BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, YELLOW};
use super::look::{Color, Theme};

/// A filling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// Its color.
    pub color: Color,
    /// How much of the ground it hides: 1 all of it.
    pub opacity: f64,
    /// Lines on it.
    pub pattern: Pattern,
    /// Their color.
    pub lines: Color,
}

/// Lines on a filling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// None.
    Plain,
    /// Rising to the right.
    Rising,
    /// Falling to the right.
    Falling,
    /// Both.
    Crossed,
    /// Upright.
    Upright,
    /// Level.
    Level,
}

impl Pattern {
    /// Directions of its lines [degrees above the horizontal].
    pub fn angles(self) -> &'static [f64] {
        match self {
            Self::Plain => &[],
            Self::Rising => &[45.0],
            Self::Falling => &[135.0],
            Self::Crossed => &[45.0, 135.0],
            Self::Upright => &[90.0],
            Self::Level => &[0.0],
        }
    }
}

use Pattern::{Crossed, Falling, Level, Plain, Rising, Upright};

/// Colors with patterns where their grays are close to those of a plain one.
const ON_SCREEN: [(Color, Pattern); 12] = [
    (BLUE, Plain),
    (ORANGE, Plain),
    (GREEN, Rising),
    (SKY, Falling),
    (YELLOW, Plain),
    (PURPLE, Level),
    (VERMILLION, Crossed),
    ([150, 155, 162], Upright),
    (BLUE, Rising),
    (VERMILLION, Falling),
    (YELLOW, Crossed),
    (BLUE, Level),
];

/// Grays with patterns.
const IN_PRINT: [(Color, Pattern); 12] = [
    ([70, 70, 70], Plain),
    ([205, 205, 205], Plain),
    ([255, 255, 255], Rising),
    ([235, 235, 235], Falling),
    ([140, 140, 140], Plain),
    ([255, 255, 255], Level),
    ([255, 255, 255], Crossed),
    ([225, 225, 225], Upright),
    ([150, 150, 150], Rising),
    ([185, 185, 185], Falling),
    ([180, 180, 180], Crossed),
    ([170, 170, 170], Level),
];

impl Theme {
    /// What a paint looks like.
    pub fn fill(self, paint: Paint) -> Fill {
        let plain = |color: Color, opacity: f64| Fill {
            color,
            opacity,
            pattern: Plain,
            lines: color,
        };
        match paint {
            Paint::Range(k) => plain(self.stroke(k).color, self.pick([0.15, 0.22, 0.12])),
            Paint::Band => plain(self.muted(), self.pick([0.13, 0.20, 0.15])),
            Paint::Region(k) => self.region(k),
            Paint::Fill(k) => self.solid(k),
        }
    }

    /// One of three values, for light, dark and print.
    fn pick<T: Copy>(self, values: [T; 3]) -> T {
        values[self as usize]
    }

    fn solid(self, k: usize) -> Fill {
        let (color, pattern) = match self {
            Self::Light | Self::Dark => ON_SCREEN[k % 12],
            Self::Print => IN_PRINT[k % 12],
        };
        let lines = match self {
            // On strong colors faint lines are enough, and texts stay legible.
            Self::Light | Self::Dark => mixed(color, [255, 255, 255], 0.45),
            Self::Print => [90, 90, 90],
        };
        Fill {
            color,
            opacity: 1.0,
            pattern,
            lines,
        }
    }

    /// The color of a line, mixed with the ground so that texts on it are legible; a pattern from the
    /// eighth on, and in print from the first.
    fn region(self, k: usize) -> Fill {
        let patterns = [Plain, Rising, Falling, Level, Crossed, Upright];
        let stroke = self.stroke(k).color;
        let (color, pattern) = match self {
            Self::Light | Self::Dark => (
                mixed(stroke, self.background(), self.pick([0.62, 0.65, 0.0])),
                patterns[k / 7 % 6],
            ),
            Self::Print => (
                [[255, 255, 255], [214, 214, 214]][k / 6 % 2],
                patterns[k % 6],
            ),
        };
        Fill {
            color,
            opacity: 1.0,
            pattern,
            lines: mixed(color, self.ink(), 0.35),
        }
    }
}

/// A color with a share of another.
pub fn mixed(color: Color, other: Color, share: f64) -> Color {
    [0, 1, 2].map(|part| {
        let (a, b) = (f64::from(color[part]), f64::from(other[part]));
        (a + (b - a) * share).round() as u8
    })
}

/// Relative luminance of WCAG 2.
pub fn luminance(color: Color) -> f64 {
    let linear = |part: u8| {
        let share = f64::from(part) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    let [red, green, blue] = color.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Contrast of WCAG 2: from 1 (none) to 21 (black on white).
pub fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Black or white, whichever stands out more from a color.
pub fn text_on(color: Color) -> Color {
    let [black, white] = [[20, 22, 25], [255, 255, 255]];
    if contrast(black, color) >= contrast(white, color) {
        black
    } else {
        white
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::description::MOST_LINES;

    const THEMES: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::Print];

    #[test]
    fn no_two_fillings_look_the_same_even_without_color() {
        for theme in THEMES {
            for paint in [Paint::Fill, Paint::Region] {
                let fills: Vec<Fill> = (0..MOST_LINES).map(|k| theme.fill(paint(k))).collect();
                for (k, one) in fills.iter().enumerate() {
                    for other in &fills[k + 1..] {
                        assert!(
                            one.pattern != other.pattern
                                || contrast(one.color, other.color) > 1.3
                                // Neighboring regions of one gray are named and have a border between them.
                                || (paint(0) == Paint::Region(0) && one.color != other.color),
                            "{theme:?}: {one:?} and {other:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn texts_are_legible_on_every_filling() {
        for theme in THEMES {
            for k in 0..MOST_LINES {
                let solid = theme.fill(Paint::Fill(k)).color;
                assert!(contrast(text_on(solid), solid) > 4.5, "{theme:?} {k}");
                let region = theme.fill(Paint::Region(k)).color;
                assert!(contrast(theme.ink(), region) > 4.5, "{theme:?} {k}");
            }
        }
    }

    #[test]
    fn contrast_runs_from_one_to_twenty_one() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([9; 3], [9; 3]) - 1.0).abs() < 1e-12);
    }
}
