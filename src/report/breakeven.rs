//! Break-evens in sentences, and as rows.

use super::block::{Block, Cell, Grid, Row};
use super::format::{exact, money, plural, significant, volume};
use crate::analysis::breakeven::{BreakEven, Reason, Verdict};
use crate::analysis::over::{Over, OverPair};
use crate::scenario::Currency;

/// Crossings of a pair that are listed before the rest is summed up.
const LISTED: usize = 4;

/// One sentence per pair.
pub fn sentences(pairs: &[BreakEven], currency: &Currency) -> Vec<String> {
    pairs.iter().map(|pair| sentence(pair, currency)).collect()
}

fn sentence(pair: &BreakEven, currency: &Currency) -> String {
    let head = format!("{} / {}", pair.a, pair.b);
    if pair.verdict != Verdict::Crosses {
        return format!("{head}: {}{}", no_crossing(pair, currency), unless(pair));
    }
    let listed: Vec<String> = pair
        .crossings
        .iter()
        .take(LISTED)
        .map(|c| {
            format!(
                "{} cheaper from {}{} ({})",
                c.cheaper_after,
                volume(c.requests_per_day),
                ranged(c.range.map(|range| range.map(Some))),
                c.cause
            )
        })
        .collect();
    let more = pair.crossings.len().saturating_sub(LISTED);
    let mut text = format!("{head}: {}", listed.join(", "));
    if more > 0 {
        text.push_str(&format!(", and {more} more crossing{}", plural(more)));
    }
    if let Some(from) = &pair.cheaper_from
        && pair.crossings.len() > 1
    {
        text.push_str(&format!(
            "; {} stays cheaper from {}{}",
            from.option,
            volume(from.requests_per_day),
            ranged(from.range)
        ));
    }
    if pair.limited_by.is_some() {
        text.push_str(&format!("; searched up to {}", top(pair)));
    }
    text
}

/// ` [310,000 to 600,000]`: where it lies if own stacks are as much slower or faster as 80 % of their
/// estimates are.
fn ranged(range: Option<[Option<f64>; 2]>) -> String {
    match range {
        Some([Some(low), Some(high)]) if volume(low) != volume(high) => {
            format!(" [{} to {}]", volume(low), volume(high))
        }
        Some([Some(low), None]) => format!(" [{} to never]", volume(low)),
        _ => String::new(),
    }
}

/// What the band of an estimate leaves of a pair that does not cross.
fn unless(pair: &BreakEven) -> String {
    let range = pair.cheaper_from.as_ref().and_then(|from| from.range);
    match range {
        Some([_, None]) => {
            "; with its rate at an end of its band the other one can be cheaper in the end".into()
        }
        Some([_, Some(high)]) if high > pair.range[0] * (1.0 + 1e-9) => {
            format!(
                "; with its rate at an end of its band only from {}",
                volume(high)
            )
        }
        _ => String::new(),
    }
}

fn no_crossing(pair: &BreakEven, currency: &Currency) -> String {
    let range = format!("from {} to {}", volume(pair.range[0]), top(pair));
    let Some(reason) = &pair.reason else {
        return format!("no crossing {range}");
    };
    if reason.dearer.is_empty() {
        return format!("the same cost everywhere {range}");
    }
    let why = why(reason, pair, currency);
    if pair.verdict == Verdict::Never {
        format!("{} is never cheaper {range}: {why}", reason.dearer)
    } else {
        format!(
            "{} is always cheaper {range}: {}: {why}",
            pair.b, reason.dearer
        )
    }
}

/// The high end of the search, and why it ends there.
pub fn top(pair: &BreakEven) -> String {
    let high = volume(pair.range[1]);
    match &pair.limited_by {
        Some(option) => {
            format!("{high} requests a day, where the fixed hardware of {option} is full")
        }
        None => format!("{high} requests a day"),
    }
}

/// The costs of both at the two ends; where nothing is fixed one ratio says it, and where the floors are
/// alike it is the cost per request that decides.
fn why(reason: &Reason, pair: &BreakEven, currency: &Currency) -> String {
    let [low, high] = pair.range;
    let proportional = |floor: f64, top: f64| (floor * high / low - top).abs() <= 0.01 * top;
    if reason.cheaper_at_high_usd > 0.0
        && proportional(reason.floor_usd, reason.dearer_at_high_usd)
        && proportional(reason.cheaper_floor_usd, reason.cheaper_at_high_usd)
    {
        let times = reason.dearer_at_high_usd / reason.cheaper_at_high_usd;
        return format!(
            "{} costs {} times as much at every volume",
            reason.dearer,
            significant(times, 3)
        );
    }
    let (floor, other) = (reason.floor_usd, reason.cheaper_floor_usd);
    let alike = (floor - other).abs() <= 0.01 * floor.abs();
    let low = if alike {
        format!("{} costs about the same at the low end", reason.dearer)
    } else {
        format!(
            "{} has a floor of {} a month (most of it {}) against {}",
            reason.dearer,
            money(floor, currency),
            reason.floor_line,
            money(other, currency)
        )
    };
    format!(
        "{low}, and costs {} against {} at {}",
        money(reason.dearer_at_high_usd, currency),
        money(reason.cheaper_at_high_usd, currency),
        volume(pair.range[1]),
    )
}

/// The report over any input.
pub fn over_blocks(over: &Over) -> Vec<Block> {
    let present = over
        .present
        .map_or_else(String::new, |value| format!("; now {}", exact(value)));
    let items = over.pairs.iter().map(over_sentence).collect();
    vec![
        Block::Title(format!("Break-even over {}{present}", over.over)),
        Block::List(items),
    ]
}

fn over_sentence(pair: &OverPair) -> String {
    let head = format!("{} / {}", pair.a, pair.b);
    let range = format!("{} to {}", exact(pair.range[0]), exact(pair.range[1]));
    match pair.verdict {
        "never" => format!("{head}: never: {} stays cheaper in {range}", pair.a),
        "always" => format!("{head}: always: {} stays cheaper in {range}", pair.b),
        _ => {
            let list: Vec<String> = pair
                .crossings
                .iter()
                .map(|c| {
                    format!(
                        "{} cheaper above {} ({})",
                        c.cheaper_after,
                        exact(c.value),
                        c.cause
                    )
                })
                .collect();
            format!("{head}: {}; searched {range}", list.join(", "))
        }
    }
}

/// One row per crossing over the volume.
pub fn tidy(pairs: &[BreakEven]) -> Grid {
    let mut grid = heads("requests_per_day");
    for pair in pairs {
        let verdict = match pair.verdict {
            Verdict::Crosses => "crosses",
            Verdict::Never => "never",
            Verdict::Always => "always",
        };
        let found = pair.crossings.iter().map(|crossing| {
            (
                crossing.requests_per_day,
                crossing.cheaper_after.as_str(),
                crossing.cause,
            )
        });
        rows(&mut grid, [&pair.a, &pair.b, verdict], found);
    }
    grid
}

/// One row per crossing over any input.
pub fn over_tidy(over: &Over) -> Grid {
    let mut grid = heads(&over.over);
    for pair in &over.pairs {
        let found = pair.crossings.iter().map(|crossing| {
            (
                crossing.value,
                crossing.cheaper_after.as_str(),
                crossing.cause,
            )
        });
        rows(&mut grid, [&pair.a, &pair.b, pair.verdict], found);
    }
    grid
}

fn heads(input: &str) -> Grid {
    Grid::new(["a", "b", "verdict", input, "cheaper_after", "cause"])
}

/// A pair's crossings: value, option that is cheaper after it, cause; one row without them if there are none.
fn rows<'a>(
    grid: &mut Grid,
    pair: [&str; 3],
    crossings: impl Iterator<Item = (f64, &'a str, &'a str)>,
) {
    let mut add = |value: String, after: &str, cause: &str| {
        let mut cells = pair.map(Cell::label).to_vec();
        cells.push(Cell::number(value));
        cells.extend([after, cause].map(Cell::label));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    };
    let mut none = true;
    for (value, after, cause) in crossings {
        none = false;
        add(value.to_string(), after, cause);
    }
    if none {
        add(String::new(), "", "");
    }
}
