//! `llmcost report`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::args::Common;
use super::chart::{ChartTheme, Charted};
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::compare::{Comparison, compare};
use crate::analysis::explain::explain;
use crate::analysis::time::{default_base, over_time};
use crate::report::chart::{Ask, Digest, Kind, Look, Medium, render};
use crate::report::document::{self, Document, Figure};
use crate::scenario::Loaded;

/// `report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Colors of the pictures.
    #[arg(long, value_enum, default_value = "light")]
    pub theme: ChartTheme,
}

/// Pictures of a report, those first that say most; kinds that the scenario has not what it takes for are
/// left out.
const PICTURES: [(Kind, &str); 5] = [
    (Kind::Curves, "Cost against volume"),
    (Kind::Breakdown, "What a month is paid for"),
    (Kind::Staff, "Share of staff"),
    (Kind::Cumulative, "Cost over the plan"),
    (Kind::Map, "The cheapest option over two inputs"),
];

/// Width and height of a picture (px).
const SIZE: (u32, u32) = (1_200, 675);

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kindof {
    Html,
    Markdown,
}

/// Runs the command.
///
/// # Errors
/// A file that is no report; wrong input.
pub fn run(args: &ReportArgs, common: &Common) -> Result<Exit> {
    let (path, kind) = target(common)?;
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    input::check_options(common, &loaded.scenario)?;
    let comparison = answer(&loaded, &inputs, common)?;
    let mut explanation = explain(&loaded.scenario, &inputs.sources, None)
        .map_err(|problems| inputs.rejected(&problems))?;
    explanation
        .options
        .retain(|option| input::shown(common, &option.name));
    let digest = Digest::of(inputs.sources.texts());
    let charted = Charted::new(&loaded, &comparison, digest)
        .map_err(|problems| inputs.rejected(&problems))?;
    let drawn = pictures(args, &charted, &inputs, (&path, kind))?;
    let report = Document {
        scenario: &loaded.scenario,
        comparison: &comparison,
        models: &charted
            .models()
            .iter()
            .filter(|(name, _)| input::shown(common, name))
            .cloned()
            .collect::<Vec<_>>(),
        explanation: &explanation,
        footer: document::footer(&comparison, &digest.to_string()),
        pictures: drawn.iter().map(Drawn::figure).collect(),
    };
    let text = match kind {
        Kindof::Html => document::html_file(&report).context("cannot write JSON")?,
        Kindof::Markdown => document::markdown_file(&report),
    };
    for picture in &drawn {
        if let Some((file, bytes)) = &picture.file {
            output::replace(file, bytes)?;
        }
    }
    output::put_bytes(&path, text.as_bytes(), &comparison.warnings, common)
}

/// The file and what it is to be.
fn target(common: &Common) -> Result<(PathBuf, Kindof)> {
    const HINT: &str =
        "hint: say -o report.html, or -o report.md for Markdown with its pictures beside it";
    if common.format.is_some() {
        bail!("a report has no --format: the ending of -o decides\n{HINT}");
    }
    let Some(path) = &common.output else {
        bail!("a report goes into a file\n{HINT}");
    };
    let ending = path.extension().and_then(|ending| ending.to_str());
    let kind = match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Kindof::Html,
        Some("md" | "markdown") => Kindof::Markdown,
        _ => bail!("the ending of `{}` names no report\n{HINT}", path.display()),
    };
    Ok((path.clone(), kind))
}

/// The comparison, with the plan month by month.
fn answer(loaded: &Loaded, inputs: &Inputs, common: &Common) -> Result<Comparison> {
    let scenario = &loaded.scenario;
    let mut comparison = compare(scenario).map_err(|problems| inputs.rejected(&problems))?;
    if scenario.options.len() > 1 {
        let base = default_base(&comparison);
        let plan = over_time(scenario, base).map_err(|problems| inputs.rejected(&problems))?;
        comparison.over_time = Some(plan);
    }
    if !common.options.is_empty() {
        comparison.keep(|name| input::shown(common, name));
    }
    Ok(comparison)
}

/// A picture, and the file that it goes into where it stands beside the report.
struct Drawn {
    kind: &'static str,
    title: &'static str,
    alt: String,
    content: String,
    file: Option<(PathBuf, Vec<u8>)>,
}

impl Drawn {
    fn figure(&self) -> Figure {
        Figure {
            kind: self.kind,
            title: self.title,
            content: self.content.clone(),
            alt: self.alt.clone(),
        }
    }
}

fn pictures(
    args: &ReportArgs,
    charted: &Charted<'_>,
    inputs: &Inputs,
    (path, of): (&Path, Kindof),
) -> Result<Vec<Drawn>> {
    let look = Look {
        width: SIZE.0,
        height: SIZE.1,
        scale: 1.0,
        theme: args.theme.into(),
    };
    let mut list = Vec::new();
    for (kind, title) in PICTURES {
        // A kind that needs what the scenario does not have is no error of the report.
        let Some(picture) = charted.if_any(kind, inputs, &Ask::default(), &look)? else {
            continue;
        };
        let alt = picture.alt().to_owned();
        let drawn = match of {
            Kindof::Html => Drawn {
                kind: kind.name(),
                title,
                alt,
                content: String::from_utf8(render(&picture, &look, Medium::Svg)?)
                    .context("a picture is text")?,
                file: None,
            },
            Kindof::Markdown => {
                let name = beside(path, kind.name());
                Drawn {
                    kind: kind.name(),
                    title,
                    alt,
                    content: name.clone(),
                    file: Some((
                        path.with_file_name(name),
                        render(&picture, &look, Medium::Png)?,
                    )),
                }
            }
        };
        list.push(drawn);
    }
    Ok(list)
}

/// `plan.md` has its pictures in `plan-curves.png`.
fn beside(path: &Path, kind: &str) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    format!("{}-{kind}.png", stem.replace(' ', "_"))
}
