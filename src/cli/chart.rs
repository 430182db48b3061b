//! `llmcost chart`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::args::{ChartArgs, ChartKind, ChartTheme, Common};
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::compare::{self, Comparison, compare};
use crate::analysis::curves::{View, curves};
use crate::analysis::sweep::number;
use crate::cost::{Month, OptionModel};
use crate::report::chart::description::MOST_LINES;
use crate::report::chart::{Digest, Look, Medium, Theme, curves as picture, render};
use crate::scenario::Scenario;

/// Runs the command.
///
/// # Errors
/// A file, size or kind that cannot be drawn; wrong input.
pub fn run(args: &ChartArgs, common: &Common) -> Result<Exit> {
    let (path, medium) = target(common)?;
    let look = look(args)?;
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    let scenario = &loaded.scenario;
    input::check_options(common, scenario)?;
    let mut comparison = compare(scenario).map_err(|problems| inputs.rejected(&problems))?;
    if !common.options.is_empty() {
        comparison.keep(|name| input::shown(common, name));
    }
    few_enough(&comparison)?;
    let models = models(scenario, &inputs)?;
    let digest = Digest::of(inputs.sources.texts());
    let chart = match args.kind {
        ChartKind::Curves => {
            let curves = curves(&comparison, &models, view(args, &look, scenario));
            picture::describe(&comparison, &curves, digest, &look)
        }
    };
    let bytes = render(&chart, &look, medium)?;
    output::put_bytes(&path, &bytes, &comparison.warnings, common)
}

fn view(args: &ChartArgs, look: &Look, scenario: &Scenario) -> View {
    View {
        searched: scenario.volume_range,
        logarithmic: !args.linear,
        columns: (f64::from(look.width) * look.scale).ceil() as u32,
    }
}

fn models(scenario: &Scenario, inputs: &Inputs) -> Result<Vec<(String, OptionModel)>> {
    let models =
        compare::models(&Month::of(scenario, 0)).map_err(|problems| inputs.rejected(&problems))?;
    let names = scenario.options.iter().map(|spec| spec.name.clone());
    Ok(names.zip(models).collect())
}

fn target(common: &Common) -> Result<(PathBuf, Medium)> {
    const HINT: &str = "hint: say -o FILE.png or -o FILE.svg";
    if common.format.is_some() {
        bail!("a chart has no --format: the ending of -o decides\n{HINT}");
    }
    let Some(path) = &common.output else {
        bail!("a chart needs a file to go to\n{HINT}");
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
    Ok((path.clone(), medium))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Below this nothing is legible (px).
const LEAST: (u32, u32) = (400, 300);
/// Above this a picture does not fit into memory together with others [Mpx].
const MOST_MEGAPIXELS: f64 = 64.0;

fn look(args: &ChartArgs) -> Result<Look> {
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
    if width < LEAST.0 || height < LEAST.1 {
        bail!(
            "--size: {width}x{height} is too small to be legible\nhint: at least {}x{}",
            LEAST.0,
            LEAST.1
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
        theme: match args.theme {
            ChartTheme::Light => Theme::Light,
            ChartTheme::Dark => Theme::Dark,
            ChartTheme::Print => Theme::Print,
        },
    })
}

fn few_enough(comparison: &Comparison) -> Result<()> {
    let count = comparison.options.len();
    if count > MOST_LINES {
        bail!(
            "{count} options are more than a chart can tell apart ({MOST_LINES})\nhint: choose some with --option NAME"
        );
    }
    Ok(())
}
