//! Pictures: a result becomes a [`Chart`] (what is shown), which is placed on a page as a [`Scene`] (what
//! stands where), which is drawn as PNG or SVG. Only `draw` knows how pixels and tags are made.

pub mod accuracy;
pub mod attribution;
pub mod axis;
pub mod breakdown;
pub mod choice;
pub mod cumulative;
pub mod curves;
pub mod description;
pub mod fill;
pub mod kinds;
pub mod look;
pub mod map;
pub mod risk;
pub mod scene;
pub mod staff;
pub mod terminal;
pub mod tornado;

mod draw;
mod frame;
mod place;

pub use axis::{Axis, Scale, Tick};
pub use description::{Chart, Digest, Line, Mark, Picture, Rule, Sheet};
pub use kinds::{Ask, Kind, Subject, curve_picture, picture, svg};
pub use look::{Look, Theme};
pub use scene::{Scene, Shape, Words};

/// How a picture is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Pixels.
    Png,
    /// Shapes and text.
    Svg,
}

/// Puts a picture on a page.
pub fn scene(picture: &Picture, look: &Look) -> Scene {
    place::page(picture, look, &draw::Letters::new())
}

/// A picture, as the bytes of a file.
///
/// # Errors
/// What the encoder or the drawing library reports.
pub fn render(picture: &Picture, look: &Look, medium: Medium) -> anyhow::Result<Vec<u8>> {
    let letters = draw::Letters::new();
    let scene = place::page(picture, look, &letters);
    match medium {
        Medium::Png => draw::png(&scene, look.scale, &letters),
        Medium::Svg => draw::svg(&scene, look.scale).map(String::into_bytes),
    }
}
