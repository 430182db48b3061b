//! `llmcost chart`.

pub mod target;

use anyhow::{Result, anyhow, bail};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::accuracy::of_catalog_drawn;
use super::args::Common;
use super::input::{self, Inputs};
use super::{Exit, output};
use crate::analysis::choices::QUESTIONS;
use crate::analysis::compare::{self, Comparison, compare};
use crate::analysis::sweep;
use crate::cost::{Month, OptionModel};
use crate::diagnostic::{Place, Problem};
use crate::report::chart::attribution::{self, Spending};
use crate::report::chart::description::MOST_LINES;
use crate::report::chart::kinds::{CELLS, DRAWS, Missing};
use crate::report::chart::{
    Ask, Digest, Kind, Look, Picture, Subject, Theme, curve_picture, picture, render, terminal,
};
use crate::scenario::Loaded;
use crate::warning::Warning;

/// `chart`.
#[derive(Args, Debug)]
pub struct ChartArgs {
    /// Scenario file, or - for standard input; of attribution the JSON of `llmcost attribute`; of accuracy none is
    /// needed.
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// What to draw; without -o as text on the terminal.
    #[arg(long, value_enum, default_value = "curves")]
    pub kind: ChartKind,
    /// Width and height of the layout in pixels.
    #[arg(long, value_name = "WxH", default_value = "1600x900")]
    pub size: String,
    /// Pixels of the file per pixel of the layout: 2 for print and dense screens.
    #[arg(long, value_name = "FACTOR", default_value = "1")]
    pub scale: String,
    /// Colors.
    #[arg(long, value_enum, default_value = "light")]
    pub theme: ChartTheme,
    /// Linear axes from zero instead of logarithmic ones.
    #[arg(long)]
    pub linear: bool,
    /// Of a map: the input along the horizontal axis, such as workload.requests_per_day=1e3..1e7:log.
    #[arg(long, value_name = "PATH=FROM..TO[:log][,N]")]
    pub x: Option<String>,
    /// Of a map: the input along the vertical axis.
    #[arg(long, value_name = "PATH=FROM..TO[:log][,N]")]
    pub y: Option<String>,
    /// Of choice: which one.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(QUESTIONS.map(|question| question.name)))]
    pub only: Option<String>,
    /// Print what the picture shows in words, for those who cannot see it.
    #[arg(long)]
    pub alt: bool,
    /// On the terminal: plain letters only.
    #[arg(long)]
    pub ascii: bool,
}

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChartKind {
    /// Monthly cost against volume, one line per option.
    Curves,
    /// Monthly cost of each option by category, in stacked bars.
    Breakdown,
    /// Share of staff in the cost, against volume.
    Staff,
    /// Cost so far over the months of the plan, with payback and the month of switching.
    Cumulative,
    /// The cheapest option over two inputs (--x, --y).
    Map,
    /// How far each input that is a range moves the answer.
    Tornado,
    /// The curves behind the six choices of `llmcost choices`, or behind one of them (--only).
    Choice,
    /// How costs are distributed where inputs are ranges, and which option is the cheapest how often.
    Risk,
    /// All of these but the choices on one page.
    Dashboard,
    /// Who spends what, by day where that is known.
    Attribution,
    /// How far estimated throughput is from the measurements of the catalog.
    Accuracy,
}

impl ChartKind {
    /// The kind of a scenario's picture; none for what is not about a scenario.
    fn of_scenario(self) -> Option<Kind> {
        Some(match self {
            Self::Curves => Kind::Curves,
            Self::Breakdown => Kind::Breakdown,
            Self::Staff => Kind::Staff,
            Self::Cumulative => Kind::Cumulative,
            Self::Map => Kind::Map,
            Self::Tornado => Kind::Tornado,
            Self::Choice => Kind::Choice,
            Self::Risk => Kind::Risk,
            Self::Dashboard => Kind::Dashboard,
            Self::Attribution | Self::Accuracy => return None,
        })
    }
}

/// Colors of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChartTheme {
    /// For documents.
    Light,
    /// For slides with a dark ground.
    Dark,
    /// Black and grays, with dashes and patterns.
    Print,
}

impl From<ChartTheme> for Theme {
    fn from(theme: ChartTheme) -> Self {
        match theme {
            ChartTheme::Light => Self::Light,
            ChartTheme::Dark => Self::Dark,
            ChartTheme::Print => Self::Print,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// A file, size or kind that cannot be drawn; wrong input.
pub fn run(args: &ChartArgs, common: &Common) -> Result<Exit> {
    let kind = args.kind.of_scenario();
    if args.only.is_some() && kind != Some(Kind::Choice) {
        bail!("--only names one of the six choices\nhint: say --kind choice");
    }
    let target = target::target(common)?;
    let look = target::look(args, kind)?;
    let (picture, warnings) = match kind {
        Some(kind) => of_scenario(args, kind, &look, common)?,
        None if args.kind == ChartKind::Accuracy => (accuracy(args, &look, common)?, Vec::new()),
        None => (spending(args, &look, common)?, Vec::new()),
    };
    if args.alt {
        output::print(&format!("{}\n", picture.alt()))?;
    }
    match target {
        Some((path, medium)) => {
            let bytes = render(&picture, &look, medium)?;
            output::put_bytes(&path, &bytes, &warnings, common)
        }
        None if args.alt => Ok(output::warned(&warnings, common)),
        None => {
            let text = terminal::draw(&picture, output::terminal(common, args.ascii));
            let exit = output::warned(&warnings, common);
            output::print(&text)?;
            Ok(exit)
        }
    }
}

/// The picture of a scenario, and the warnings of its answer.
fn of_scenario(
    args: &ChartArgs,
    kind: Kind,
    look: &Look,
    common: &Common,
) -> Result<(Picture, Vec<Warning>)> {
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(file(args)?)?;
    let scenario = &loaded.scenario;
    input::check_options(common, scenario)?;
    let mut comparison = compare(scenario).map_err(|problems| inputs.rejected(&problems))?;
    if !common.options.is_empty() {
        comparison.keep(|name| input::shown(common, name));
    }
    few_enough(&comparison)?;
    // Axes are read later and do not enter the digest.
    let digest = Digest::of(inputs.sources.texts());
    let charted = Charted::new(&loaded, &comparison, digest);
    let charted = charted.map_err(|problems| inputs.rejected(&problems))?;
    let seen = common.output.is_some() || args.alt;
    let ask = Ask {
        // Text has no bands.
        draws: if seen { DRAWS } else { 0 },
        ..ask(args, kind, &mut inputs)?
    };
    let picture = charted.described(kind, &inputs, &ask, look);
    let picture = picture.map_err(|why| said(why, &inputs))?;
    Ok((picture, comparison.warnings))
}

/// The file that a picture is made of.
fn file(args: &ChartArgs) -> Result<&str> {
    match (&args.scenario, args.kind) {
        (Some(file), _) => Ok(file),
        (None, ChartKind::Attribution) => bail!("the JSON of an attribution is missing\n{HINT}"),
        (None, _) => {
            bail!(
                "a scenario is missing\nhint: llmcost chart SCENARIO -o FILE.png; `llmcost init` writes one"
            )
        }
    }
}

fn no_axes(args: &ChartArgs) -> Result<()> {
    if args.x.is_some() || args.y.is_some() {
        bail!("--x and --y are the axes of a map\nhint: say --kind map");
    }
    Ok(())
}

/// The picture of the catalog's measurements, whatever scenario stands beside it.
fn accuracy(args: &ChartArgs, look: &Look, common: &Common) -> Result<Picture> {
    let useless = ["--set", "--option", "--prices-as-of"];
    input::refuse(common, "chart --kind accuracy", &useless)?;
    no_axes(args)?;
    Ok(of_catalog_drawn(&Inputs::new(common)?, look))
}

/// How the JSON of an attribution is made.
const HINT: &str = "hint: llmcost attribute LOG... --by tenant,day -o usage.json, then llmcost chart usage.json --kind attribution";

/// The picture of an attribution.
fn spending(args: &ChartArgs, look: &Look, common: &Common) -> Result<Picture> {
    let useless = ["--set", "--option", "--catalog", "--prices-as-of"];
    input::refuse(common, "chart --kind attribution", &useless)?;
    no_axes(args)?;
    let file = file(args)?;
    let text = input::read(file)?;
    let spending = Spending::from_json(&text);
    let spending = spending.map_err(|why| anyhow!("`{file}` is no attribution: {why}\n{HINT}"))?;
    Ok(attribution::describe(&spending, Digest::of([&text[..]]), look).into())
}

/// A scenario and its answer, ready to be drawn.
pub(super) struct Charted<'a> {
    loaded: &'a Loaded,
    comparison: &'a Comparison,
    models: Vec<(String, OptionModel)>,
    digest: Digest,
}

impl<'a> Charted<'a> {
    /// Prices the options of a scenario.
    pub fn new(
        loaded: &'a Loaded,
        comparison: &'a Comparison,
        digest: Digest,
    ) -> Result<Self, Vec<Problem>> {
        let scenario = &loaded.scenario;
        let models = compare::models(&Month::of(scenario, 0))?;
        let names = scenario.options.iter().map(|spec| spec.name.clone());
        Ok(Self {
            loaded,
            comparison,
            models: names.zip(models).collect(),
            digest,
        })
    }

    /// The options, by name, priced in the first month.
    pub fn models(&self) -> &[(String, OptionModel)] {
        &self.models
    }

    /// A picture of it; none where the scenario does not have what the kind takes.
    pub fn if_any(
        &self,
        kind: Kind,
        inputs: &Inputs,
        ask: &Ask,
        look: &Look,
    ) -> Result<Option<Picture>> {
        match self.described(kind, inputs, ask, look) {
            Ok(picture) => Ok(Some(picture)),
            Err(Missing::Need(..)) => Ok(None),
            Err(why) => Err(said(why, inputs)),
        }
    }

    /// A picture of it.
    pub fn described(
        &self,
        kind: Kind,
        inputs: &Inputs,
        ask: &Ask,
        look: &Look,
    ) -> Result<Picture, Missing> {
        picture(kind, &self.subject(inputs), ask, look)
    }

    /// Its picture of cost against volume, for a terminal.
    pub fn curves(&self, inputs: &Inputs, look: &Look) -> Picture {
        let ask = Ask {
            draws: 0,
            ..Ask::default()
        };
        curve_picture(&self.subject(inputs), &ask, look)
    }

    fn subject<'b>(&'b self, inputs: &'b Inputs) -> Subject<'b> {
        Subject {
            varied: inputs.varied(self.loaded),
            comparison: self.comparison,
            models: &self.models,
            digest: self.digest,
        }
    }
}

fn said(why: Missing, inputs: &Inputs) -> anyhow::Error {
    match why {
        Missing::Problems(problems) => inputs.rejected(&problems),
        Missing::Unpriced(at, problems) => inputs.unpriced(&at, &problems),
        Missing::Need(what, hint) => anyhow!("{what}\nhint: {hint}"),
    }
}

/// Axes that were asked for.
fn ask(args: &ChartArgs, kind: Kind, inputs: &mut Inputs) -> Result<Ask> {
    let mut axis = |flag: &str, text: &Option<String>| -> Result<Option<(sweep::Axis, Place)>> {
        let Some(text) = text else { return Ok(None) };
        if kind != Kind::Map {
            bail!("{flag} is an axis of a map\nhint: say --kind map");
        }
        let mut axis = sweep::Axis::parse(text).map_err(|why| anyhow!("{flag}: {why}"))?;
        if !text.contains(',') {
            axis.points = CELLS;
        }
        if axis.points > MOST_CELLS {
            bail!(
                "{flag}: {} values are more than a map can show ({MOST_CELLS})",
                axis.points
            );
        }
        let place = inputs.argument(flag, &axis.path);
        Ok(Some((axis, place)))
    };
    let axes = [axis("--x", &args.x)?, axis("--y", &args.y)?];
    if let [Some((x, _)), Some((y, _))] = &axes
        && x.path == y.path
    {
        bail!("--x and --y are the same input: `{}`", x.path);
    }
    Ok(Ask {
        linear: args.linear,
        axes,
        only: args.only.clone(),
        cells: CELLS,
        ..Ask::default()
    })
}

/// More values than a page has pixels are not seen.
const MOST_CELLS: usize = 2_000;

fn few_enough(comparison: &Comparison) -> Result<()> {
    let count = comparison.options.len();
    if count > MOST_LINES {
        bail!(
            "{count} options are more than a chart can tell apart ({MOST_LINES})\nhint: choose some with --option NAME"
        );
    }
    Ok(())
}
