//! All kinds on one page.

use std::thread;

use super::{Ask, Kind, Missing, Subject, cost_curves, picture};
use crate::report::chart::description::{Chart, Picture, Sheet};
use crate::report::chart::frame::footer;
use crate::report::chart::look::Look;

/// The parts of a dashboard and what they are called there; those that the scenario has what it takes for.
const PARTS: [(Kind, &str); 7] = [
    (Kind::Curves, "Cost against volume"),
    (Kind::Breakdown, "What a month is paid for"),
    (Kind::Staff, "Share of staff"),
    (Kind::Cumulative, "Cost so far"),
    (Kind::Risk, "What the plan may cost"),
    (Kind::Tornado, "What moves the answer"),
    (Kind::Map, "Cheapest over two inputs"),
];

/// Parts that a page has room for, and how many stand side by side.
const ROOM: (usize, usize) = (6, 3);

/// A map looks at a value every so many pixels of its part of the page: borders are drawn more finely than that,
/// and a region that lies between two values is hardly seen.
const CELL: u32 = 4;

/// What is left out where ranges hold values that the scenario cannot be priced at.
const NO_RANGES: &str =
    "ranges left out: they hold values that have no price (llmcost simulate says which)";

/// Describes all parts that the scenario has what it takes for.
///
/// # Errors
/// Problems of the scenario.
pub(super) fn sheet(of: &Subject<'_>, ask: &Ask, look: &Look) -> Result<Sheet, Missing> {
    let mut parts = Vec::new();
    let mut footer = footer(of.comparison, of.digest);
    for ((kind, title), found) in PARTS.into_iter().zip(pictures(of, ask, look)) {
        let Some(chart) = first(found, &mut footer)? else {
            continue;
        };
        let said = format!("{title}. {}", chart.alt);
        let chart = chart.said(title, String::new(), String::new(), String::new());
        parts.push((kind, said, chart));
    }
    // What a month is paid for says the share of staff, too.
    if parts.len() > ROOM.0 {
        parts.retain(|(kind, ..)| *kind != Kind::Staff);
    }
    let (said, charts): (Vec<String>, Vec<_>) = parts.into_iter().map(|(_, s, c)| (s, c)).unzip();
    Ok(Sheet {
        kind: "dashboard",
        title: of.comparison.scenario.name.clone(),
        question: cost_curves::question(of.comparison),
        charts,
        columns: ROOM.1,
        footer,
        alt: said.join(" "),
    })
}

/// All parts, each on a thread of its own.
fn pictures(of: &Subject<'_>, ask: &Ask, look: &Look) -> Vec<Result<Picture, Missing>> {
    let part = Look {
        width: look.width / 3,
        height: look.height / 2,
        ..look.clone()
    };
    let ask = Ask {
        cells: ask.cells.min((part.height / CELL) as usize),
        ..ask.clone()
    };
    let (ask, part) = (&ask, &part);
    thread::scope(|scope| {
        let parts = PARTS.map(|(kind, _)| scope.spawn(move || picture(kind, of, ask, part)));
        parts
            .into_iter()
            .map(|found| {
                found
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}

/// The chart of a part; none where it is left out, which the footer says where it is not plain.
fn first(found: Result<Picture, Missing>, footer: &mut String) -> Result<Option<Chart>, Missing> {
    match found {
        Ok(Picture::One(chart)) => Ok(Some(*chart)),
        // Of several charts the first one says most.
        Ok(Picture::Several(sheet)) => Ok(sheet.charts.into_iter().next()),
        Err(Missing::Need(..)) => Ok(None),
        Err(Missing::Unpriced(..)) => {
            if !footer.starts_with(NO_RANGES) {
                *footer = format!("{NO_RANGES} · {footer}");
            }
            Ok(None)
        }
        Err(problems) => Err(problems),
    }
}
