//! What every chart of a scenario says around its frame: question, footer, currency.

use super::description::Digest;
use crate::analysis::compare::Comparison;

/// Narrower pages have no room for a sentence in the key (px).
pub const SENTENCE: u32 = 700;

/// How many labeled ticks an axis has room for; the plot takes some 0.7 of the page.
pub fn ticks_along(pixels: u32, each: u32) -> usize {
    (pixels * 7 / 10 / each).clamp(3, 12) as usize
}

/// Where a picture comes from.
pub fn footer(comparison: &Comparison, digest: Digest) -> String {
    let day = match &comparison.scenario.prices_as_of {
        Some(day) => day,
        None => &comparison.scenario.start,
    };
    format!(
        "prices at {day} · catalog of {} · scenario {digest} · llmcost {}",
        comparison.catalog.as_of,
        env!("CARGO_PKG_VERSION")
    )
}
