//! How a chart looks: size, colors, dashes and the shapes of markers.

/// A color: red, green, blue.
pub type Color = [u8; 3];

/// Size and colors of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Width that texts and strokes are laid out for (px).
    pub width: u32,
    /// Height (px).
    pub height: u32,
    /// Pixels of the file per pixel of the layout.
    pub scale: f64,
    /// Colors.
    pub theme: Theme,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: 1600,
            height: 900,
            scale: 1.0,
            theme: Theme::Light,
        }
    }
}

/// Colors of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// For documents on screens.
    Light,
    /// For slides with a dark ground.
    Dark,
    /// Black and grays, lines told apart by dashes and markers.
    Print,
}

/// How one line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its color.
    pub color: Color,
    /// Lengths of dashes and gaps (widths); empty for an unbroken line.
    pub dashes: &'static [f64],
    /// Its marker.
    pub marker: Marker,
    /// Whether the marker is filled.
    pub filled: bool,
}

/// Shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A disk.
    Circle,
    /// A square.
    Square,
    /// A triangle that points up.
    Up,
    /// A square on its tip.
    Diamond,
    /// A triangle that points down.
    Down,
}

const MARKERS: [Marker; 5] = [
    Marker::Circle,
    Marker::Square,
    Marker::Up,
    Marker::Diamond,
    Marker::Down,
];

const DASHES: [&[f64]; 4] = [&[], &[6.0, 3.0], &[1.5, 2.5], &[8.0, 2.5, 1.5, 2.5]];

/// Okabe and Ito, "Color Universal Design" (2008): colors that are told apart with any kind of color vision.
pub(super) mod palette {
    use super::Color;

    pub const BLUE: Color = [0, 114, 178];
    pub const VERMILLION: Color = [213, 94, 0];
    pub const GREEN: Color = [0, 158, 115];
    pub const PURPLE: Color = [204, 121, 167];
    pub const ORANGE: Color = [230, 159, 0];
    pub const SKY: Color = [86, 180, 233];
    pub const YELLOW: Color = [240, 228, 66];
    pub const BLACK: Color = [0, 0, 0];
}

use palette::{BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, YELLOW};

/// Yellow is left out on white, where it is too faint.
const ON_LIGHT: [Color; 7] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK];
/// Blue and black are left out on a dark ground.
const ON_DARK: [Color; 7] = [
    SKY,
    ORANGE,
    GREEN,
    YELLOW,
    PURPLE,
    VERMILLION,
    [235, 235, 235],
];
const GRAYS: [Color; 3] = [BLACK, [96, 96, 96], [150, 150, 150]];

impl Theme {
    /// The ground.
    pub fn background(self) -> Color {
        match self {
            Self::Light | Self::Print => [255, 255, 255],
            Self::Dark => [22, 25, 31],
        }
    }

    /// Text that is read first.
    pub fn ink(self) -> Color {
        match self {
            Self::Light => [33, 37, 41],
            Self::Dark => [238, 240, 243],
            Self::Print => BLACK,
        }
    }

    /// Text that is read last.
    pub fn muted(self) -> Color {
        match self {
            Self::Light => [94, 101, 110],
            Self::Dark => [168, 175, 185],
            Self::Print => [70, 70, 70],
        }
    }

    /// Lines of the grid.
    pub fn grid(self) -> Color {
        match self {
            Self::Light => [228, 231, 235],
            Self::Dark => [50, 55, 64],
            Self::Print => [222, 222, 222],
        }
    }

    /// How the k-th line is drawn: colors first, then dashes with the same colors; in print, dashes first.
    pub fn stroke(self, k: usize) -> Stroke {
        let (color, dashes) = match self {
            Self::Light => (ON_LIGHT[k % 7], DASHES[k / 7 % 4]),
            Self::Dark => (ON_DARK[k % 7], DASHES[k / 7 % 4]),
            Self::Print => (GRAYS[k / 4 % 3], DASHES[k % 4]),
        };
        Stroke {
            color,
            dashes,
            marker: MARKERS[k % 5],
            filled: (k / 5).is_multiple_of(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::description::MOST_LINES;
    use crate::report::chart::fill::contrast;

    const THEMES: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::Print];

    #[test]
    fn no_two_lines_of_a_chart_look_the_same_even_without_color() {
        for theme in THEMES {
            let strokes: Vec<Stroke> = (0..MOST_LINES).map(|k| theme.stroke(k)).collect();
            for (k, one) in strokes.iter().enumerate() {
                for other in &strokes[k + 1..] {
                    let shape = |s: &Stroke| (s.dashes, s.marker, s.filled);
                    assert!(
                        shape(one) != shape(other) || contrast(one.color, other.color) > 1.5,
                        "{theme:?}: {one:?} and {other:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn texts_and_lines_stand_out_from_the_ground() {
        for theme in THEMES {
            let ground = theme.background();
            assert!(contrast(theme.ink(), ground) > 7.0, "{theme:?}");
            assert!(contrast(theme.muted(), ground) > 4.5, "{theme:?}");
            for k in 0..MOST_LINES {
                let color = theme.stroke(k).color;
                assert!(contrast(color, ground) > 2.0, "{theme:?} {color:?}");
            }
        }
    }
}
