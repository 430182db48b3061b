//! A scene becomes a file. The only place that knows how pictures are drawn: SVG by plotters' own backend,
//! PNG on a [`canvas`] with smooth edges that plotters' styles are drawn on in the same way.

mod canvas;
mod letters;
mod strips;

use anyhow::{Result, anyhow};
use plotters::prelude::{Color as _, FontStyle, RGBColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::DrawingBackend;

pub use letters::Letters;
pub use strips::png;

use super::axis::{Axis, Scale};
use super::look::Color;
use super::scene::{ASCENT, Align, Point, Scene, Shape, Words};

/// Backends count in whole steps: this many of them to a pixel.
const STEPS: f64 = 8.0;

/// Font of the texts, and what stands in for it where it is not installed; all of them are narrower.
const FAMILY: &str = "DejaVu Sans, Verdana, Geneva, sans-serif";

/// plotters' size of a font over the size of its letters (`plotters-svg` divides by it).
const FONT_SIZE: f64 = 1.24;

/// A scene as SVG, with title and description.
///
/// # Errors
/// What the backend reports.
pub fn svg(scene: &Scene, scale: f64) -> Result<String> {
    let steps = |length: f64| (length * STEPS).round() as u32;
    let (width, height) = (steps(scene.width), steps(scene.height));
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (width, height));
        let style = ShapeStyle::from(rgb(scene.background)).filled();
        let corner = (width as i32, height as i32);
        drawn(backend.draw_rect((0, 0), corner, &style, true))?;
        paint(scene, &mut backend, STEPS)?;
        drawn(backend.present())?;
    }
    // plotters counts in whole units, so the view box holds finer ones than the page has pixels.
    let body = text
        .split_once('>')
        .map(|(_, body)| body)
        .ok_or_else(|| anyhow!("the SVG has no beginning"))?;
    let pixels = |length: f64| (length * scale).round();
    let id = format!("llmcost-{}", scene.kind);
    Ok(format!(
        "<svg class=\"llmcost-chart {id}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{}>\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>{body}",
        pixels(scene.width),
        pixels(scene.height),
        frame_data(scene),
        escaped(&scene.title),
        escaped(&scene.alt)
    ))
}

/// Where the axes of a picture's only chart stand, in units of the view box, as attributes: what a page that
/// shows the picture needs to draw something at places of its axes.
fn frame_data(scene: &Scene) -> String {
    let [frame] = &scene.frames[..] else {
        return String::new();
    };
    let rect = [
        frame.rect.left,
        frame.rect.top,
        frame.rect.right,
        frame.rect.bottom,
    ];
    let rect = rect
        .map(|side| (side * STEPS).round().to_string())
        .join(" ");
    let axis = |axis: &Axis| {
        let scale = match axis.scale {
            Scale::Log => "log",
            Scale::Linear => "linear",
            Scale::Names => "names",
        };
        format!("{scale} {} {}", axis.low, axis.high)
    };
    format!(
        " data-frame=\"{rect}\" data-x=\"{}\" data-y=\"{}\"",
        axis(&frame.x),
        axis(&frame.y)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn drawn<T, E: std::fmt::Display>(result: std::result::Result<T, E>) -> Result<T> {
    result.map_err(|error| anyhow!("cannot draw: {error}"))
}

fn rgb([red, green, blue]: Color) -> RGBColor {
    RGBColor(red, green, blue)
}

/// Draws every shape, `unit` steps to a pixel of the layout.
fn paint<B: DrawingBackend>(scene: &Scene, backend: &mut B, unit: f64) -> Result<()> {
    let step = |point: &Point| {
        (
            (point[0] * unit).round() as i32,
            (point[1] * unit).round() as i32,
        )
    };
    let length = |pixels: f64| (pixels * unit).round().max(1.0) as u32;
    for shape in &scene.shapes {
        drawn(match shape {
            Shape::Path {
                points,
                color,
                width,
            } => backend.draw_path(
                points.iter().map(step),
                &ShapeStyle::from(rgb(*color)).stroke_width(length(*width)),
            ),
            Shape::Area {
                points,
                color,
                opacity,
            } => backend.fill_polygon(
                points.iter().map(step),
                &ShapeStyle::from(rgb(*color).mix(*opacity)).filled(),
            ),
            Shape::Disk {
                center,
                radius,
                color,
            } => backend.draw_circle(
                step(center),
                length(*radius),
                &ShapeStyle::from(rgb(*color)).filled(),
                true,
            ),
            Shape::Words(words) => {
                // The backends hang texts with their top; a baseline is what they are laid out on.
                let top = [words.at[0], words.at[1] - ASCENT * words.size];
                backend.draw_text(&words.text, &style(words, unit), step(&top))
            }
        })?;
    }
    Ok(())
}

fn style(words: &Words, unit: f64) -> TextStyle<'static> {
    let horizontal = match words.align {
        Align::Left => HPos::Left,
        Align::Middle => HPos::Center,
        Align::Right => HPos::Right,
    };
    let size = words.size * unit * FONT_SIZE;
    let style = TextStyle::from((FAMILY, size));
    let font = if words.bold {
        style.font.style(FontStyle::Bold)
    } else {
        style.font
    };
    TextStyle {
        font,
        color: rgb(words.color).to_backend_color(),
        pos: Pos::new(horizontal, VPos::Top),
    }
}
