//! One picture of a choice: its lines, what is marked on them, and the axes that suit them.

use super::super::axis::{Axis, Scale, span};
use super::super::description::{Area, Chart, Guide, GuideStyle, Line, Mark, Paint, Rule};
use super::super::frame::ticks_along;
use super::super::look::Look;
use super::notes::Notes;
use crate::analysis::choices::{Choice, Series};
use crate::report::format::{money, percent_plain, significant, volume};
use crate::scenario::{Currency, Scenario};

/// What a picture of a choice is like.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    /// Name of the choice and of the picture.
    pub of: (&'static str, &'static str),
    /// What it asks.
    pub question: &'static str,
    /// What runs along x.
    pub along: Along,
    /// Whether both axes are logarithmic.
    pub logarithmic: bool,
    /// What is drawn of the curves.
    pub drawn: Drawn,
}

/// What runs along the horizontal axis.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Along {
    Volume,
    Months,
    Share,
    Money,
}

/// What is drawn of the curves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawn {
    /// The curves themselves.
    Values,
    /// How far each is below its first value.
    Saved,
    /// How far the second is below the first.
    Lead,
}

/// The pictures, of each choice the most telling first.
const PANELS: [Panel; 11] = [
    Panel {
        of: ("build-or-buy", "volume"),
        question: "from which volume is building cheaper for good?",
        along: Along::Volume,
        logarithmic: true,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("complexity", "months"),
        question: "from which month has the complex variant paid for itself?",
        along: Along::Months,
        logarithmic: false,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("data", "noise"),
        question: "from which label noise does cleaning pay?",
        along: Along::Share,
        logarithmic: false,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("data", "split"),
        question: "how is the budget spent best?",
        along: Along::Money,
        logarithmic: false,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("batch", "share"),
        question: "how much of the traffic should wait?",
        along: Along::Share,
        logarithmic: false,
        drawn: Drawn::Saved,
    },
    Panel {
        of: ("batch", "loss"),
        question: "up to which loss by waiting does it pay?",
        along: Along::Money,
        logarithmic: false,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("prompt-or-tune", "requests"),
        question: "from which volume does tuning pay?",
        along: Along::Volume,
        logarithmic: false,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("prompt-or-tune", "months"),
        question: "after how many months has tuning paid for itself?",
        along: Along::Months,
        logarithmic: false,
        drawn: Drawn::Lead,
    },
    Panel {
        of: ("oversight", "error-price"),
        question: "from which cost of an error do reviews pay?",
        along: Along::Money,
        logarithmic: true,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("oversight", "reviewed"),
        question: "how much should be reviewed?",
        along: Along::Share,
        logarithmic: true,
        drawn: Drawn::Values,
    },
    Panel {
        of: ("oversight", "cascade"),
        question: "how much should go on to the larger model?",
        along: Along::Share,
        logarithmic: false,
        drawn: Drawn::Values,
    },
];

/// The pictures of a choice, as large as a part of a page.
pub fn of(choice: &Choice, scenario: &Scenario, currency: &Currency, look: &Look) -> Vec<Chart> {
    let panels = PANELS.iter().filter(|panel| panel.of.0 == choice.name);
    panels
        .filter_map(|panel| chart(panel, choice, scenario, currency, look))
        .collect()
}

fn chart(
    panel: &Panel,
    choice: &Choice,
    scenario: &Scenario,
    currency: &Currency,
    look: &Look,
) -> Option<Chart> {
    let series: Vec<&Series> = choice
        .series
        .iter()
        .filter(|series| series.plot == panel.of.1)
        .collect();
    let first = series.first()?;
    let lines = lines(panel, &series, choice, currency);
    let notes = Notes {
        panel,
        choice,
        scenario,
        currency,
        lines: &lines,
    };
    let (marks, rules) = (notes.marks(), notes.rules());
    let x = x_axis(panel, first, &lines, currency, look)?;
    let level = notes.level();
    let y = y_axis(panel, first, &lines, level, currency, look);
    let mut chart = Chart::empty("choice", x, y);
    chart.areas.extend(notes.band().map(|([from, to], label)| {
        let (from, to) = (from.max(chart.x.low), to.min(chart.x.high));
        let (low, high) = (chart.y.low, chart.y.high);
        Area {
            points: vec![[from, low], [to, low], [to, high], [from, high]],
            paint: Paint::Band,
            label,
        }
    }));
    chart.guides.extend(level.map(|level| Guide {
        points: vec![[chart.x.low, level], [chart.x.high, level]],
        label: notes.level_name().to_owned(),
        style: GuideStyle::Dashed,
    }));
    let (x_low, x_high) = (chart.x.low, chart.x.high);
    let inside = |x: f64| (x_low..=x_high).contains(&x);
    chart.marks = marks
        .into_iter()
        .filter(|mark| inside(mark.at[0]))
        .collect();
    chart.rules = rules.into_iter().filter(|rule| inside(rule.x)).collect();
    chart.alt = alt(panel, &chart, &lines, currency);
    chart.lines = lines;
    chart.question = panel.question.to_owned();
    Some(chart)
}

/// The lines in the currency of the scenario.
fn lines(panel: &Panel, series: &[&Series], choice: &Choice, currency: &Currency) -> Vec<Line> {
    let is_money = |text: &str| text.contains("(USD");
    let line = |name: &str, series: &Series, value: &dyn Fn(usize) -> f64| {
        let factor = |text: &str| {
            if is_money(text) {
                currency.per_usd
            } else {
                1.0
            }
        };
        let [along, up] = [factor(series.x), factor(series.y)];
        let points = series.points.iter().enumerate();
        let from = first_shown(panel, choice);
        Line {
            name: name.to_owned(),
            note: String::new(),
            points: points
                .filter(|(_, point)| point[0] >= from)
                .map(|(at, point)| [point[0] * along, value(at) * up])
                .collect(),
            ends: None,
        }
    };
    match (panel.drawn, series) {
        (Drawn::Lead, [first, second, ..]) => vec![line("saved by tuning", first, &|at| {
            first.points[at][1] - second.points[at][1]
        })],
        (Drawn::Saved, _) => series
            .iter()
            .map(|series| {
                line(&series.label, series, &|at| {
                    series.points[0][1] - series.points[at][1]
                })
            })
            .collect(),
        _ => series
            .iter()
            .map(|series| line(&series.label, series, &|at| series.points[at][1]))
            .collect(),
    }
}

/// Shares below this are not seen: a logarithmic axis has no zero, and begins well below the best share.
fn first_shown(panel: &Panel, choice: &Choice) -> f64 {
    if panel.along != Along::Share || !panel.logarithmic {
        return f64::NEG_INFINITY;
    }
    let best = choice.figure("best_review_share").unwrap_or(0.0);
    (best / 30.0).clamp(1e-5, 1e-2)
}

fn x_axis(
    panel: &Panel,
    series: &Series,
    lines: &[Line],
    currency: &Currency,
    look: &Look,
) -> Option<Axis> {
    let xs = || {
        lines
            .iter()
            .flat_map(|line| &line.points)
            .map(|point| point[0])
    };
    let (low, high) = xs().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    if low >= high {
        return None;
    }
    let title = title(series.x, currency);
    let most = ticks_along(look.width, 110);
    let scale = if panel.logarithmic {
        Scale::Log
    } else {
        Scale::Linear
    };
    let mut axis = Axis::new(title, scale, [low, high], most);
    if panel.along == Along::Share {
        for tick in axis.ticks.iter_mut().filter(|tick| !tick.label.is_empty()) {
            tick.label = percent_plain(tick.value);
        }
    }
    Some(axis)
}

fn y_axis(
    panel: &Panel,
    series: &Series,
    lines: &[Line],
    level: Option<f64>,
    currency: &Currency,
    look: &Look,
) -> Axis {
    let ys = lines
        .iter()
        .flat_map(|line| &line.points)
        .map(|point| point[1]);
    let ys: Vec<f64> = ys.chain(level).collect();
    let title = match panel.drawn {
        Drawn::Values => title(series.y, currency),
        Drawn::Saved => format!("saved by waiting [{}/month]", currency.code),
        Drawn::Lead => format!("saved by tuning so far [{}]", currency.code),
    };
    let most = ticks_along(look.height, 75);
    if panel.logarithmic {
        return Axis::new(title, Scale::Log, span(Scale::Log, ys.into_iter()), most);
    }
    Axis::new(title, Scale::Linear, ends(&ys), most)
}

/// From zero, or around the values where they lie close together or on both sides of it.
fn ends(values: &[f64]) -> [f64; 2] {
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
    if low >= 0.0 && low < 0.5 * high {
        return [0.0, 1.06 * high];
    }
    let room = if high > low {
        0.08 * (high - low)
    } else {
        high.abs().max(1.0)
    };
    [low - room, high + room]
}

/// The title of an axis: units in brackets, in the currency of the scenario.
fn title(text: &str, currency: &Currency) -> String {
    match text.split_once(" (") {
        Some((what, unit)) => {
            let unit = unit.trim_end_matches(')').replace("USD", &currency.code);
            format!("{what} [{unit}]")
        }
        None => text.to_owned(),
    }
}

/// A value along x in words.
pub(super) fn along(panel: &Panel, x: f64, currency: &Currency) -> String {
    match panel.along {
        Along::Volume => format!("{} a day", volume(x)),
        Along::Months => format!("{} months", significant(x, 3)),
        Along::Share => percent_plain(x),
        // It is in the currency of the scenario already.
        Along::Money => money(x / currency.per_usd, currency),
    }
}

fn alt(panel: &Panel, chart: &Chart, lines: &[Line], currency: &Currency) -> String {
    let mut text = format!(
        "{} over {}, from {} to {}.",
        chart.y.title,
        chart.x.title,
        along(panel, chart.x.low, currency),
        along(panel, chart.x.high, currency)
    );
    let told = lines.iter().filter_map(|line| {
        let ([first, ..], [.., last]) = (&line.points[..], &line.points[..]) else {
            return None;
        };
        let [from, to] = [first[1], last[1]].map(crate::report::format::short);
        Some(format!("{} from {from} to {to}", line.name))
    });
    let told: Vec<String> = told.collect();
    text.push_str(&format!(" {}.", told.join("; ")));
    for Mark { label, .. } in &chart.marks {
        text.push_str(&format!(" Marked: {}.", label.join(", ")));
    }
    for Rule { label, .. } in &chart.rules {
        text.push_str(&format!(" {}.", label.join(", ")));
    }
    text
}
