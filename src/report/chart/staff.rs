//! `--kind staff`: which share of the cost is staff, against volume, with the band of the source article.

use super::axis::{Axis, Scale};
use super::breakdown::band_text;
use super::description::{Area, Chart, Digest, Line, Paint, Rule};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::{Comparison, STAFF_BAND};
use crate::analysis::shares::Shares;
use crate::report::format::{percent, volume};

/// Describes the staff shares of a comparison's options.
pub fn describe(comparison: &Comparison, shares: &Shares, digest: Digest, look: &Look) -> Chart {
    let window = &shares.window;
    let scale = if window.logarithmic {
        Scale::Log
    } else {
        Scale::Linear
    };
    let x = Axis::new(
        "volume [requests a day]".into(),
        scale,
        [window.low, window.high],
        ticks_along(look.width, 110),
    );
    let y = Axis::of_shares(
        "staff, of the monthly cost".into(),
        [0.0, 1.0],
        ticks_along(look.height, 75),
    );
    let (low, high) = STAFF_BAND;
    let band = Area {
        points: vec![
            [window.low, low],
            [window.high, low],
            [window.high, high],
            [window.low, high],
        ],
        paint: Paint::Band,
        label: format!(
            "{} of an own stack's cost, as the source article has it",
            band_text()
        ),
    };
    let chart = Chart {
        areas: vec![band],
        lines: lines(comparison, shares),
        rules: now(comparison, shares).into_iter().collect(),
        ..Chart::empty("staff", x, y)
    };
    chart.said(
        &comparison.scenario.name,
        "Which share of the cost is staff, and how does it fall with the volume?".into(),
        footer(comparison, digest),
        alt(comparison, shares),
    )
}

fn lines(comparison: &Comparison, shares: &Shares) -> Vec<Line> {
    let now = comparison.scenario.requests_per_day;
    let lines = shares.lines.iter().map(|line| {
        let option = comparison.options.iter().find(|o| o.name == line.option);
        let served = line.full_at.is_none_or(|most| now <= most * (1.0 + 1e-9));
        let full = line.full_at.filter(|most| *most < shares.window.high);
        Line {
            name: line.option.clone(),
            note: match option {
                Some(option) if served => format!("now {}", percent(option.staff_share)),
                _ => String::new(),
            },
            points: line.points.clone(),
            ends: full.map(|most| format!("full at {} a day", volume(most))),
        }
    });
    lines.collect()
}

fn now(comparison: &Comparison, shares: &Shares) -> Option<Rule> {
    let x = comparison.scenario.requests_per_day;
    (shares.window.low..=shares.window.high)
        .contains(&x)
        .then(|| Rule {
            x,
            label: vec![format!("now: {} a day", volume(x))],
        })
}

fn alt(comparison: &Comparison, shares: &Shares) -> String {
    let window = &shares.window;
    let now: Vec<String> = comparison
        .options
        .iter()
        .map(|option| format!("{} {}", option.name, percent(option.staff_share)))
        .collect();
    let ends = shares.lines.iter().filter_map(|line| {
        let ([first, ..], [.., last]) = (&line.points[..], &line.points[..]) else {
            return None;
        };
        Some(format!(
            "{} from {} at {} to {} at {} requests a day",
            line.option,
            percent(first[1]),
            volume(first[0]),
            percent(last[1]),
            volume(last[0])
        ))
    });
    let ends: Vec<String> = ends.collect();
    format!(
        "Share of staff in the monthly cost against volume from {} to {} requests a day, with the band of {}. At {} requests a day: {}. Over the volume: {}.",
        volume(window.low),
        volume(window.high),
        band_text(),
        volume(comparison.scenario.requests_per_day),
        now.join(", "),
        ends.join("; ")
    )
}
