//! Where a picture goes, and how large it is.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::ChartArgs;
use crate::analysis::sweep::number;
use crate::cli::args::Common;
use crate::report::chart::{Kind, Look, Medium};

/// The file of a picture and what is drawn into it; none for the terminal.
///
/// # Errors
/// An ending that names no picture.
pub fn target(common: &Common) -> Result<Option<(PathBuf, Medium)>> {
    const HINT: &str = "hint: say -o FILE.png or -o FILE.svg";
    if common.format.is_some() {
        bail!("a chart has no --format: the ending of -o decides\n{HINT}");
    }
    let Some(path) = &common.output else {
        return Ok(None);
    };
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    let medium = match ending.to_ascii_lowercase().as_str() {
        "png" => Medium::Png,
        "svg" => Medium::Svg,
        "" => bail!(
            "`{}` has no ending that names a picture\n{HINT}",
            shown(path)
        ),
        other => bail!(
            "`.{other}` is no picture that can be drawn (`{}`)\n{HINT}",
            shown(path)
        ),
    };
    Ok(Some((path.clone(), medium)))
}

/// The file of a picture that stands beside other formats; none where the ending names none.
///
/// # Errors
/// A format as well.
pub fn of_picture(common: &Common) -> Result<Option<(PathBuf, Medium)>> {
    let ending = common.output.as_ref().and_then(|path| path.extension());
    let ending = ending
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "png" | "svg" => target(common),
        _ => Ok(None),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Above this a picture does not fit into memory together with others [Mpx].
const MOST_MEGAPIXELS: f64 = 64.0;

/// Size and colors that were asked for.
///
/// # Errors
/// A size that is not one, or on which nothing would be legible.
pub fn look(args: &ChartArgs, kind: Option<Kind>) -> Result<Look> {
    let sides = args.size.split_once(['x', 'X', '×']);
    let sides = sides.and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)));
    let Some((width, height)) = sides else {
        bail!(
            "--size: `{}` is no size\nhint: width x height in pixels, such as 1600x900",
            args.size
        );
    };
    let Some(scale) = number(&args.scale).filter(|scale| (0.5..=8.0).contains(scale)) else {
        bail!(
            "--scale: `{}` is no factor between 0.5 and 8\nhint: 2 doubles the pixels of --size in both directions",
            args.scale
        );
    };
    let megapixels = f64::from(width) * f64::from(height) * scale * scale / 1e6;
    let least = match kind {
        // Three pictures of one choice take less than one of each.
        Some(Kind::Choice) if args.only.is_some() => (600, 450),
        Some(kind) => kind.least_size(),
        None => (400, 300),
    };
    if width < least.0 || height < least.1 {
        bail!(
            "--size: {width}x{height} is too small to be legible
hint: at least {}x{}",
            least.0,
            least.1
        );
    }
    if megapixels > MOST_MEGAPIXELS {
        bail!(
            "--size: {width}x{height} at a scale of {scale} has {megapixels:.0} megapixels\nhint: at most {MOST_MEGAPIXELS:.0}; an SVG is sharp at any size"
        );
    }
    Ok(Look {
        width,
        height,
        scale,
        theme: args.theme.into(),
    })
}
