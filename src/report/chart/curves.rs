//! `--kind curves`: monthly cost against volume, where the options cross, and the present volume.

use super::axis::{Axis, Scale, span};
use super::description::{Chart, Digest, Line, Mark, Rule};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::analysis::curves::{Change, CostLine, Curves};
use crate::report::format::{money, volume};
use crate::report::verdict;
use crate::scenario::Currency;

/// Describes the curves of a comparison.
pub fn describe(comparison: &Comparison, curves: &Curves, digest: Digest, look: &Look) -> Chart {
    let currency = verdict::currency(comparison);
    let scale = if curves.window.logarithmic {
        Scale::Log
    } else {
        Scale::Linear
    };
    let lines: Vec<Line> = curves
        .lines
        .iter()
        .map(|line| described(line, comparison, curves, &currency))
        .collect();
    let x = Axis::new(
        "volume [requests a day]".into(),
        scale,
        [curves.window.low, curves.window.high],
        ticks_along(look.width, 110),
    );
    let costs = lines.iter().flat_map(|line| line.points.iter());
    let y = Axis::new(
        format!("cost [{} a month]", currency.code),
        scale,
        span(scale, costs.map(|point| point[1])),
        ticks_along(look.height, 75),
    );
    Chart {
        marks: marks(comparison, curves, &currency),
        rules: now(comparison, curves, &currency).into_iter().collect(),
        lines,
        ..Chart::empty("curves", x, y)
    }
    .said(
        &comparison.scenario.name,
        question(comparison),
        footer(comparison, digest),
        alt(comparison, curves, &currency),
    )
}

/// What the scenario asks.
pub(super) fn question(comparison: &Comparison) -> String {
    let asked = comparison.scenario.description.clone();
    asked.unwrap_or_else(|| match &comparison.options[..] {
        [only] => format!("What does {} cost, at which volume?", only.name),
        _ => "Which option is cheapest, at which volume?".into(),
    })
}

fn described(
    line: &CostLine,
    comparison: &Comparison,
    curves: &Curves,
    currency: &Currency,
) -> Line {
    let now = comparison.scenario.requests_per_day;
    let option = comparison
        .options
        .iter()
        .find(|option| option.name == line.option);
    let served = line.full_at.is_none_or(|most| now <= most * (1.0 + 1e-9));
    let note = match option {
        Some(option) if served => format!("now {}", money(option.monthly_usd, currency)),
        _ => String::new(),
    };
    let full = line.full_at.filter(|most| *most < curves.window.high);
    Line {
        name: line.option.clone(),
        note,
        points: line
            .points
            .iter()
            .map(|[volume, usd]| [*volume, usd * currency.per_usd])
            .collect(),
        ends: full.map(|most| format!("full at {} a day", volume(most))),
    }
}

/// Break-evens, the most important first: where the cheapest option changes for good, then the other
/// changes of the cheapest, the nearest to the present volume first, then those of other pairs.
fn marks(comparison: &Comparison, curves: &Curves, currency: &Currency) -> Vec<Mark> {
    let now = comparison.scenario.requests_per_day.max(1e-9);
    let far = |change: &Change| (change.requests_per_day / now).ln().abs();
    let mut list: Vec<&Change> = curves.changes.iter().collect();
    list.sort_by(|a, b| {
        (!a.last, !a.overall)
            .cmp(&(!b.last, !b.overall))
            .then(far(a).total_cmp(&far(b)))
    });
    let mut marks: Vec<Mark> = Vec::new();
    for change in list {
        let at = [
            change.requests_per_day,
            change.monthly_usd * currency.per_usd,
        ];
        if marks.iter().all(|mark| mark.at != at) {
            marks.push(Mark {
                at,
                decides: change.overall,
                label: vec![
                    format!("{} a day", volume(change.requests_per_day)),
                    verb(change, curves),
                ],
            });
        }
    }
    marks
}

fn verb(change: &Change, curves: &Curves) -> String {
    let fills = |line: &&CostLine| line.option == change.to && line.full_at.is_some();
    let stays = change.last && !curves.lines.iter().any(|line| fills(&line));
    match (change.overall, stays) {
        (true, true) if curves.lines.len() == 2 => format!("{} stays cheaper", change.to),
        (true, true) => format!("{} stays cheapest", change.to),
        (true, false) if curves.lines.len() > 2 => format!("{} cheapest", change.to),
        (true, false) => format!("{} cheaper", change.to),
        (false, _) => format!("{} cheaper than {}", change.to, change.from),
    }
}

fn now(comparison: &Comparison, curves: &Curves, currency: &Currency) -> Option<Rule> {
    let x = comparison.scenario.requests_per_day;
    if x < curves.window.low || x > curves.window.high {
        return None;
    }
    let mut label = vec![format!("now: {} a day", volume(x))];
    if let [_, _, ..] = comparison.options[..] {
        let best = comparison
            .options
            .iter()
            .find(|option| option.name == comparison.cheapest);
        label.extend(best.map(|best| {
            format!(
                "{} cheapest: {}",
                best.name,
                money(best.monthly_usd, currency)
            )
        }));
    }
    Some(Rule { x, label })
}

fn alt(comparison: &Comparison, curves: &Curves, currency: &Currency) -> String {
    let window = &curves.window;
    let now = comparison.scenario.requests_per_day;
    let costs: Vec<String> = comparison
        .options
        .iter()
        .map(|option| format!("{} {}", option.name, money(option.monthly_usd, currency)))
        .collect();
    let mut text = format!(
        "Monthly cost in {} against volume from {} to {} requests a day, both axes {}. At {} requests a day: {}. {}",
        currency.code,
        volume(window.low),
        volume(window.high),
        if window.logarithmic {
            "logarithmic"
        } else {
            "linear"
        },
        volume(now),
        costs.join(", "),
        verdict::sentence(comparison)
    );
    for change in curves.changes.iter().filter(|change| change.overall) {
        text.push_str(&format!(
            " At {} requests a day {} becomes cheaper than {}, at {}.",
            volume(change.requests_per_day),
            change.to,
            change.from,
            money(change.monthly_usd, currency)
        ));
    }
    text
}
