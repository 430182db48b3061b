//! `--kind risk`: how the costs of the options are distributed where inputs are ranges, and which option is
//! the cheapest how often.

use super::axis::{Axis, Scale, span};
use super::description::{
    Area, Chart, Digest, Guide, GuideStyle, Key, Line, Paint, Rule, Sample, Sheet, Side, Tag,
};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::analysis::simulate::{Distribution, OptionOutcome, Quantiles, Simulation};
use crate::report::format::{percent, percent_plain, short, sign, thousands, volume};
use crate::report::verdict;
use crate::scenario::Currency;

/// Describes a simulation: the present values, the costs of a steady month, and, of several options, in what
/// share of the cases each is the cheapest along the volume.
pub fn describe(
    comparison: &Comparison,
    simulation: &Simulation,
    linear: bool,
    digest: Digest,
    look: &Look,
) -> Sheet {
    let part = Look {
        width: look.width / 2,
        height: look.height / 2,
        ..look.clone()
    };
    let currency = verdict::currency(comparison);
    let figures = [present(simulation), steady(simulation)];
    let mut charts: Vec<Chart> = figures
        .iter()
        .map(|figure| distributions(figure, simulation, &currency, linear, &part))
        .collect();
    if simulation.options.len() > 1 && simulation.volume_axis.len() > 1 {
        charts.push(cheapest(simulation, look));
    }
    let alt: Vec<&str> = charts.iter().map(|chart| &chart.alt[..]).collect();
    Sheet {
        kind: "risk",
        title: comparison.scenario.name.clone(),
        question: question(simulation),
        alt: format!("{} {}", drawn(simulation), alt.join(" ")),
        charts,
        columns: 2,
        footer: format!(
            "{} draws, seed {} · {}",
            thousands(simulation.samples as f64),
            simulation.seed,
            footer(comparison, digest)
        ),
    }
}

fn question(simulation: &Simulation) -> String {
    let count = simulation.inputs.len();
    let knowing = match count {
        1 => "where one input is known only as a range".to_owned(),
        _ => format!("where {count} inputs are known only as ranges"),
    };
    match &simulation.options[..] {
        [only] => format!("What may {} cost, {knowing}?", only.name),
        _ => format!("What may each option cost, and which one is the safe choice, {knowing}?"),
    }
}

fn drawn(simulation: &Simulation) -> String {
    format!(
        "{} draws of the inputs that are ranges.",
        thousands(simulation.samples as f64)
    )
}

/// A figure whose distributions are drawn.
struct Figure {
    title: String,
    unit: &'static str,
    quantiles: fn(&OptionOutcome) -> &Quantiles,
    distribution: fn(&OptionOutcome) -> &Distribution,
    /// What is said of an option beside its quantiles.
    note: fn(&OptionOutcome) -> String,
}

fn present(simulation: &Simulation) -> Figure {
    Figure {
        title: format!("Present value of {} months", simulation.horizon_months),
        unit: "",
        quantiles: |option| &option.npv_usd,
        distribution: |option| &option.npv_distribution,
        note: |option| format!("cheapest in {}", percent(option.probability_cheapest)),
    }
}

fn steady(simulation: &Simulation) -> Figure {
    let now = volume(simulation.requests_per_day);
    Figure {
        title: format!("Cost of a steady month at {now} requests a day"),
        unit: " a month",
        quantiles: |option| &option.monthly_usd,
        distribution: |option| &option.monthly_distribution,
        note: |_| String::new(),
    }
}

/// Whether a range moves the cost of an option by more than rounding does.
pub fn moves(simulation: &Simulation) -> bool {
    let wide = |distribution: &Distribution| {
        let [low, high] = distribution.middle();
        high - low > 1e-9 * low.abs().max(high.abs())
    };
    let mut options = simulation.options.iter();
    options.any(|option| wide(&option.npv_distribution) || wide(&option.monthly_distribution))
}

/// Options whose costs are so many times those of others are compared on a logarithmic axis.
const FAR_APART: f64 = 20.0;

/// A hill for each option, as high as its row, the lowest median on top.
fn distributions(
    figure: &Figure,
    simulation: &Simulation,
    currency: &Currency,
    linear: bool,
    look: &Look,
) -> Chart {
    let mut rows: Vec<(usize, &OptionOutcome)> = simulation.options.iter().enumerate().collect();
    let median = |option: &OptionOutcome| (figure.quantiles)(option).p50;
    // Rows are counted from below.
    rows.sort_by(|a, b| median(b.1).total_cmp(&median(a.1)));
    let axis = amounts(figure, &rows, currency, linear, look);
    let names = rows.iter().map(|(_, option)| &option.name[..]);
    let mut chart = Chart::empty("risk", axis, Axis::of_names(String::new(), names));
    for (row, (k, option)) in rows.iter().enumerate() {
        hill(&mut chart, row as f64, *k, figure, option, currency);
    }
    chart.key = key();
    let said = rows.iter().rev().map(|(_, option)| {
        let range = range((figure.quantiles)(option), currency);
        match (figure.note)(option) {
            note if simulation.options.len() < 2 || note.is_empty() => {
                format!("{} {range}", option.name)
            }
            note => format!("{} {range}, {note} of the cases", option.name),
        }
    });
    let said: Vec<String> = said.collect();
    let alt = format!("{}: {}.", figure.title, said.join("; "));
    chart.said(&figure.title, String::new(), String::new(), alt)
}

fn amounts(
    figure: &Figure,
    rows: &[(usize, &OptionOutcome)],
    currency: &Currency,
    linear: bool,
    look: &Look,
) -> Axis {
    let ends = rows
        .iter()
        .flat_map(|(_, option)| (figure.distribution)(option).middle());
    let ends: Vec<f64> = ends.map(|usd| usd * currency.per_usd).collect();
    let least = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let far_apart = least > 0.0 && most > FAR_APART * least;
    let scale = if far_apart && !linear {
        Scale::Log
    } else {
        Scale::Linear
    };
    let [low, high] = span(scale, ends.into_iter());
    Axis::new(
        format!("{}{}", currency.code, figure.unit),
        scale,
        [low.min(least), high],
        ticks_along(look.width, 130),
    )
}

/// Bins of a hill.
const BINS: u32 = 40;
/// Where a hill stands in its row.
const BASE: f64 = 0.26;
/// How high it is.
const HEIGHT: f64 = 0.6;
/// Where the bracket stands below it.
const BRACKET: f64 = 0.15;

fn hill(
    chart: &mut Chart,
    row: f64,
    k: usize,
    figure: &Figure,
    option: &OptionOutcome,
    currency: &Currency,
) {
    let quantiles = (figure.quantiles)(option);
    let distribution = (figure.distribution)(option);
    let base = row + BASE;
    let points = outline(distribution, &chart.x, currency.per_usd);
    let points = points.iter().map(|[x, y]| [*x, base + HEIGHT * y]);
    chart.areas.push(Area {
        points: points.collect(),
        paint: Paint::Region(k),
        label: String::new(),
    });
    let shown = |usd: f64| usd * currency.per_usd;
    let mut guide = |points: [[f64; 2]; 2], style| {
        chart.guides.push(Guide {
            points: points.to_vec(),
            label: String::new(),
            style,
        });
    };
    let median = shown(quantiles.p50);
    guide(
        [[median, base], [median, base + HEIGHT]],
        GuideStyle::Border,
    );
    let below = row + BRACKET;
    let ends = [quantiles.p10, quantiles.p90].map(|usd| [shown(usd), below]);
    guide(ends, GuideStyle::Bracket);
    let end = distribution.middle()[1].max(quantiles.p90);
    chart.tags.push(Tag {
        at: [shown(end), row + 0.5],
        side: Side::Right,
        text: range(quantiles, currency),
        note: (figure.note)(option),
        spilled: None,
    });
}

/// How often each stretch of a distribution occurs, over the one that occurs most: a polygon on zero.
fn outline(distribution: &Distribution, axis: &Axis, per_usd: f64) -> Vec<[f64; 2]> {
    let [low, high] = distribution.middle();
    let ends = [low, high].map(|usd| axis.share(usd * per_usd));
    let along = |k: u32| axis.value(ends[0] + (ends[1] - ends[0]) * f64::from(k) / f64::from(BINS));
    let up_to = |k: u32| match k {
        // What rounding may move.
        0 => distribution.up_to(low.next_down()),
        BINS => distribution.up_to(high),
        k => distribution.up_to(along(k) / per_usd),
    };
    let counts: Vec<f64> = (0..BINS).map(|k| up_to(k + 1) - up_to(k)).collect();
    let most = counts.iter().copied().fold(0.0, f64::max);
    let mut points = vec![[low * per_usd, 0.0]];
    for (k, count) in (0..).zip(&counts) {
        let middle = f64::midpoint(along(k), along(k + 1));
        points.push([middle, if most > 0.0 { count / most } else { 1.0 }]);
    }
    points.push([high * per_usd, 0.0]);
    points
}

/// `$24k to $31k`, or one amount where no range moves it.
fn range(quantiles: &Quantiles, currency: &Currency) -> String {
    let shown = |usd: f64| {
        let amount = usd * currency.per_usd;
        let minus = if amount < 0.0 { "-" } else { "" };
        format!("{minus}{}{}", sign(currency), short(amount.abs()))
    };
    let (low, high) = (shown(quantiles.p10), shown(quantiles.p90));
    if low == high {
        low
    } else {
        format!("{low} to {high}")
    }
}

fn key() -> Vec<Key> {
    vec![
        Key {
            sample: Sample::Guide(GuideStyle::Bracket),
            text: "P10 to P90".into(),
        },
        Key {
            sample: Sample::Guide(GuideStyle::Border),
            text: "median".into(),
        },
    ]
}

/// In what share of the cases each option costs the least, along the volume.
fn cheapest(simulation: &Simulation, look: &Look) -> Chart {
    let points = &simulation.volume_axis;
    let volumes = || points.iter().map(|point| point.requests_per_day);
    let low = volumes().fold(f64::INFINITY, f64::min);
    let high = volumes().fold(0.0, f64::max);
    let now = simulation.requests_per_day;
    let x = Axis::new(
        "volume [requests a day]".into(),
        Scale::Log,
        [low, high],
        ticks_along(look.width, 110),
    );
    let y = Axis::of_shares(
        "cheapest in this share of the cases".into(),
        [0.0, 1.0],
        ticks_along(look.height / 2, 75),
    );
    let at_now = points
        .iter()
        .find(|point| (point.requests_per_day / now - 1.0).abs() < 1e-9);
    let lines = simulation
        .options
        .iter()
        .enumerate()
        .map(|(k, option)| Line {
            name: option.name.clone(),
            note: at_now.map_or_else(String::new, |point| {
                format!("now {}", percent(point.probability_cheapest[k]))
            }),
            points: points
                .iter()
                .map(|point| [point.requests_per_day, point.probability_cheapest[k]])
                .collect(),
            ends: None,
        });
    let rule = Rule {
        x: now,
        label: vec![format!("now: {} a day", volume(now))],
    };
    let title = "Which option is the cheapest in the first month, by volume?";
    Chart {
        lines: lines.collect(),
        rules: at_now.map(|_| rule).into_iter().collect(),
        ..Chart::empty("risk", x, y)
    }
    .said(title, String::new(), String::new(), along(simulation))
}

/// The shares at both ends and the present volume, in words.
fn along(simulation: &Simulation) -> String {
    let points = &simulation.volume_axis;
    let now = simulation.requests_per_day;
    let is_now = |volume: f64| (volume / now - 1.0).abs() < 1e-9;
    let inner = points.iter().filter(|point| is_now(point.requests_per_day));
    let told = points.first().into_iter().chain(inner).chain(points.last());
    let told = told.map(|point| {
        let shares = simulation.options.iter().zip(&point.probability_cheapest);
        let shares =
            shares.map(|(option, share)| format!("{} {}", option.name, percent_plain(*share)));
        let shares: Vec<String> = shares.collect();
        format!(
            "at {} requests a day {}",
            volume(point.requests_per_day),
            shares.join(", ")
        )
    });
    let told: Vec<String> = told.collect();
    format!(
        "Share of the cases in which each is the cheapest in the first month: {}.",
        told.join("; ")
    )
}
