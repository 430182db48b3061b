//! `--kind curves`: monthly cost against volume, where the options cross, and the present volume.

use super::axis::{Axis, Scale, span};
use super::description::{Area, Chart, Digest, Key, Line, Mark, Paint, Rule, Sample};
use super::frame::{SENTENCE, footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::analysis::curves::{Change, CostLine, Curves};
use crate::analysis::ranges::{Band, Spread};
use crate::report::format::{money, volume};
use crate::report::verdict;
use crate::scenario::Currency;

/// Describes the curves of a comparison, with their spread where there is one.
pub fn describe(
    comparison: &Comparison,
    curves: &Curves,
    spread: Option<&Spread>,
    digest: Digest,
    look: &Look,
) -> Chart {
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
    let areas = spread.map_or_else(Vec::new, |spread| bands(spread, curves, &currency));
    let in_areas = areas.iter().flat_map(|area| area.points.iter());
    let costs = lines.iter().flat_map(|line| line.points.iter());
    let y = Axis::new(
        format!("cost [{} a month]", currency.code),
        scale,
        span(scale, costs.chain(in_areas).map(|point| point[1])),
        ticks_along(look.height, 75),
    );
    Chart {
        marks: marks(comparison, curves, &currency),
        rules: now(comparison, curves, &currency).into_iter().collect(),
        key: spread
            .and_then(|spread| key(spread, &areas, look))
            .into_iter()
            .collect(),
        areas,
        lines,
        ..Chart::empty("curves", x, y)
    }
    .said(
        &comparison.scenario.name,
        question(comparison),
        footer(comparison, digest),
        alt(comparison, curves, &currency) + &spread_alt(spread, comparison, &currency),
    )
}

/// A band around each line whose option depends on a range: its lower edge, and back along the upper one.
fn bands(spread: &Spread, curves: &Curves, currency: &Currency) -> Vec<Area> {
    let of = |band: &Band| {
        let line = curves
            .lines
            .iter()
            .position(|line| line.option == band.option)?;
        let edge = |side: usize| {
            let points = band.points.iter();
            points.map(move |point| [point[0], point[side] * currency.per_usd])
        };
        Some(Area {
            points: edge(1).chain(edge(2).rev()).collect(),
            paint: Paint::Range(line),
            label: String::new(),
        })
    };
    spread.bands.iter().filter_map(of).collect()
}

fn key(spread: &Spread, areas: &[Area], look: &Look) -> Option<Key> {
    let first = areas.first()?;
    let band = format!("band: P10 to P90 of {} draws", spread.draws);
    Some(Key {
        sample: Sample::Paint(first.paint),
        text: if look.width < SENTENCE {
            band
        } else {
            format!("{band} of the inputs that are ranges; line: all at their medians")
        },
    })
}

/// The spread at the present volume, in words.
fn spread_alt(spread: Option<&Spread>, comparison: &Comparison, currency: &Currency) -> String {
    let Some(spread) = spread else {
        return String::new();
    };
    let now = comparison.scenario.requests_per_day;
    let bands = spread.bands.iter().filter_map(|band| {
        let [low, high] = band.at(now)?;
        let [low, high] = [low, high].map(|usd| money(usd, currency));
        Some(format!("{} {low} to {high}", band.option))
    });
    let bands: Vec<String> = bands.collect();
    if bands.is_empty() {
        return String::new();
    }
    format!(
        " At {} requests a day, P10 to P90 of {} draws of the inputs that are ranges: {}.",
        volume(now),
        spread.draws,
        bands.join(", ")
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
