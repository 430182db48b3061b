//! From a scenario and a kind to a picture: which analysis it takes, and which description.

mod dashboard;
mod uncertain;

use super::description::{Digest, Picture};
use super::look::Look;
use super::{
    Medium, breakdown, choice, cumulative, curves as cost_curves, map as maps, render, staff,
};
use crate::analysis::choices::{Depth, answers};
use crate::analysis::compare::Comparison;
use crate::analysis::curves::{Curves, View, curves};
use crate::analysis::in_use::value_in_use;
use crate::analysis::map::{self, axes};
use crate::analysis::ranges::{Unspread, spread};
use crate::analysis::shares::shares;
use crate::analysis::sweep;
use crate::analysis::time::{OverTime, default_base, over_time};
use crate::analysis::vary::Varied;
use crate::cost::OptionModel;
use crate::diagnostic::{Place, Problem};
use crate::scenario::Scenario;

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Monthly cost against volume.
    Curves,
    /// Monthly cost by category.
    Breakdown,
    /// Staff share against volume.
    Staff,
    /// Cumulated cost over the months of the plan.
    Cumulative,
    /// The cheapest option over two inputs.
    Map,
    /// How far each input that is a range moves the answer.
    Tornado,
    /// The curves behind the six choices.
    Choice,
    /// How costs are distributed where inputs are ranges, and what is the cheapest how often.
    Risk,
    /// The others on one page.
    Dashboard,
}

impl Kind {
    /// All, in the order of the command line.
    pub const ALL: [Self; 9] = [
        Self::Curves,
        Self::Breakdown,
        Self::Staff,
        Self::Cumulative,
        Self::Map,
        Self::Tornado,
        Self::Choice,
        Self::Risk,
        Self::Dashboard,
    ];

    /// The smallest page on which it is legible (px).
    pub fn least_size(self) -> (u32, u32) {
        match self {
            Self::Dashboard | Self::Choice | Self::Risk => (1_000, 600),
            _ => (400, 300),
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Curves => "curves",
            Self::Breakdown => "breakdown",
            Self::Staff => "staff",
            Self::Cumulative => "cumulative",
            Self::Map => "map",
            Self::Tornado => "tornado",
            Self::Choice => "choice",
            Self::Risk => "risk",
            Self::Dashboard => "dashboard",
        }
    }
}

/// What pictures are made of.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The scenario, whose inputs can be varied.
    pub varied: Varied<'a>,
    /// Its answer, for the options that are shown.
    pub comparison: &'a Comparison,
    /// The options, by name, priced in the first month.
    pub models: &'a [(String, OptionModel)],
    /// What it is traced by.
    pub digest: Digest,
}

impl Subject<'_> {
    /// Whether an option is one of those that are shown.
    fn shows(&self, name: &str) -> bool {
        let mut options = self.comparison.options.iter();
        options.any(|option| option.name == name)
    }
}

/// What is asked of a picture beside its kind.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Linear axes instead of logarithmic ones, where a kind has the choice.
    pub linear: bool,
    /// Axes of a map, and where each was given; without one it is chosen.
    pub axes: [Option<(sweep::Axis, Place)>; 2],
    /// The choice that is drawn; without one the most telling picture of each.
    pub only: Option<String>,
    /// How many values of each input a map that chooses its axes looks at.
    pub cells: usize,
    /// Draws behind the bands around cost curves; none without bands.
    pub draws: u64,
    /// Samples of a simulation.
    pub samples: u64,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            linear: false,
            axes: [None, None],
            only: None,
            cells: CELLS,
            draws: DRAWS,
            samples: SAMPLES,
        }
    }
}

/// Values of each input that a map looks at.
pub const CELLS: usize = 200;

/// Samples of a simulation that is drawn: as many as leave no doubt about what can be seen, where each may
/// take a pricing of its own.
pub const SAMPLES: u64 = 4_096;

/// Draws behind a band: a tenth of them lies beyond each edge.
pub const DRAWS: u64 = 256;

/// Why there is no picture.
#[derive(Clone, Debug)]
pub enum Missing {
    /// Problems of the scenario, or of a path that was asked for.
    Problems(Vec<Problem>),
    /// Ranges hold values for which the scenario has no price: their paths and values, and why.
    Unpriced(Vec<(String, f64)>, Vec<Problem>),
    /// What the kind needs, in words, and what to do about it.
    Need(String, &'static str),
}

impl From<Vec<Problem>> for Missing {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

/// Describes a picture.
///
/// # Errors
/// What the kind needs and the scenario does not have.
pub fn picture(kind: Kind, of: &Subject<'_>, ask: &Ask, look: &Look) -> Result<Picture, Missing> {
    let Subject {
        comparison, digest, ..
    } = *of;
    Ok(match kind {
        Kind::Curves => curve_picture(of, ask, look),
        Kind::Breakdown => breakdown::describe(comparison, digest, look).into(),
        Kind::Staff => {
            let shares = shares(&over_volume(of, ask, look), of.models);
            staff::describe(comparison, &shares, digest, look).into()
        }
        Kind::Cumulative => cumulative_picture(of, look)?,
        Kind::Map => map_picture(of, ask, look)?,
        Kind::Tornado => uncertain::tornado_picture(of, look)?,
        Kind::Risk => uncertain::risk_picture(of, ask, look)?.into(),
        Kind::Choice => choice_picture(of, ask, look)?,
        Kind::Dashboard => dashboard::sheet(of, ask, look)?.into(),
    })
}

fn choice_picture(of: &Subject<'_>, ask: &Ask, look: &Look) -> Result<Picture, Missing> {
    let scenario = of.varied.scenario;
    let found = answers(scenario, ask.only.as_deref(), Depth::Whole)?;
    match choice::describe(of.comparison, scenario, &found, of.digest, look) {
        Some(picture) => Ok(picture),
        None => Err(undrawn(scenario, ask.only.as_deref())?),
    }
}

/// Why there is no picture of a choice, and of which there is one.
fn undrawn(scenario: &Scenario, only: Option<&str>) -> Result<Missing, Vec<Problem>> {
    let Some(name) = only else {
        return Ok(Missing::Need(
            "the scenario answers none of the six choices".into(),
            "`llmcost choices` names the keys that would answer each",
        ));
    };
    let all = answers(scenario, None, Depth::Whole)?;
    let drawn = all.choices.iter().filter(|other| !other.series.is_empty());
    let drawn: Vec<&str> = drawn.map(|other| other.name).collect();
    let others = match &drawn[..] {
        [] => "none of the six choices".to_owned(),
        names => names.join(", "),
    };
    Ok(Missing::Need(
        format!("nothing can be drawn of `{name}`: the scenario answers {others}"),
        "`llmcost choices` names the keys that would answer it",
    ))
}

fn cumulative_picture(of: &Subject<'_>, look: &Look) -> Result<Picture, Missing> {
    let describe =
        |time: &OverTime| cumulative::describe(of.comparison, time, of.digest, look).into();
    if let Some(time) = &of.comparison.over_time {
        return Ok(describe(time));
    }
    let scenario = of.varied.scenario;
    let base = &of.comparison.options[default_base(of.comparison)].name;
    let at = scenario.options.iter().position(|spec| spec.name == *base);
    let mut time = over_time(scenario, at.unwrap_or(0))?;
    time.keep(|name| of.shows(name));
    Ok(describe(&time))
}

fn map_picture(of: &Subject<'_>, ask: &Ask, look: &Look) -> Result<Picture, Missing> {
    let window = over_volume(of, &Ask::default(), look).window;
    let volumes = [window.low, window.high];
    let axes = axes::chosen(&of.varied, &ask.axes, volumes, ask.cells).ok_or_else(|| {
        Missing::Need(
            "a map needs a second input, and the file gives none that could be chosen".into(),
            "say --y PATH=FROM..TO, such as --y workload.input_tokens=500..4_000",
        )
    })?;
    let now = of.comparison.scenario.requests_per_day;
    let present = |axis: &sweep::Axis| match &axis.path[..] {
        map::VOLUME => Some(now),
        path => value_in_use(&of.varied, of.models, path),
    };
    let [(x, of_x), (y, of_y)] = axes;
    let asked = map::MapAsk {
        present: [present(&x), present(&y)],
        places: [of_x, of_y],
        x,
        y,
    };
    let shown = |name: &str| {
        of.comparison
            .options
            .iter()
            .any(|option| option.name == name)
    };
    let map = map::map(&of.varied, &asked, shown)?;
    Ok(maps::describe(of.comparison, &map, of.digest, look).into())
}

/// A picture as SVG, to stand in a page: its ids and classes begin with `llmcost-`.
///
/// # Errors
/// What the kind needs and the scenario does not have.
pub fn svg(kind: Kind, of: &Subject<'_>, look: &Look) -> Result<String, Missing> {
    let picture = picture(kind, of, &Ask::default(), look)?;
    let drawn = render(&picture, look, Medium::Svg);
    let text = drawn.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    text.map_err(|error| Missing::Need(format!("{error:#}"), "this is a bug: report it"))
}

/// Cost against volume, which any scenario has what it takes for.
pub fn curve_picture(of: &Subject<'_>, ask: &Ask, look: &Look) -> Picture {
    let curves = over_volume(of, ask, look);
    let spread = match ask.draws {
        0 => Err(Unspread::NoRange),
        draws => spread(of.varied, &curves, draws),
    };
    let around = spread.as_ref().ok();
    let mut chart = cost_curves::describe(of.comparison, &curves, around, of.digest, look);
    if let Err(Unspread::Problems(_)) = spread {
        chart.footer = format!("{NO_BAND} · {}", chart.footer);
        chart.alt = format!("{} There is {NO_BAND}.", chart.alt);
    }
    chart.into()
}

/// A chart is worth drawing without its bands; `simulate` has the whole message.
const NO_BAND: &str =
    "no band: ranges hold values that have no price (llmcost simulate says which)";

fn over_volume(of: &Subject<'_>, ask: &Ask, look: &Look) -> Curves {
    let view = View {
        searched: of.varied.scenario.volume_range,
        logarithmic: !ask.linear,
        columns: (f64::from(look.width) * look.scale).ceil() as u32,
    };
    curves(of.comparison, of.models, view)
}
