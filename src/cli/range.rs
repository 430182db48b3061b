//! The values between which an input is searched: asked for, or around its present one.

use anyhow::{Result, bail};

use crate::analysis::scan::Grid;
use crate::analysis::sweep::number;
use crate::analysis::vary::present;
use crate::document::Node;
use crate::scenario::file::key_at;
use crate::table::Kind;

/// How far a search goes from the present value where nothing else is asked for.
const FACTOR: f64 = 100.0;

/// A number after a flag.
///
/// # Errors
/// What is no number.
pub fn end(text: Option<&str>, flag: &str) -> Result<Option<f64>> {
    let Some(text) = text else { return Ok(None) };
    match number(text) {
        Some(value) => Ok(Some(value)),
        None => bail!("{flag}: `{text}` is not a number"),
    }
}

/// Both ends in order, and not below the least value of an input.
///
/// # Errors
/// A range that holds nothing.
pub fn ordered(low: f64, high: f64, least: f64) -> Result<(f64, f64)> {
    if low >= high || low < least {
        bail!(
            "the range {low} to {high} is empty\nhint: --from must be at least {least} and below --to"
        );
    }
    Ok((low, high))
}

/// The values to search, and the present one, where it stands in the file as a number or a range.
///
/// Ends that were not asked for lie a hundredfold from the present value and stay inside the limits of the
/// key, such as 0 to 1 for a share.
///
/// # Errors
/// An empty range, or none where there is no present value to search around.
pub fn search(
    path: &str,
    tree: &Node,
    from: Option<f64>,
    to: Option<f64>,
) -> Result<(Grid, Option<f64>)> {
    let key = key_at(path);
    let (least, most) = key.map_or((0.0, f64::INFINITY), |key| key.limits);
    let now = present(tree, path);
    let (low, high) = match (from, to, now.filter(|value| *value != 0.0)) {
        (Some(low), Some(high), _) => (low, high),
        (from, to, Some(now)) if now > 0.0 => (
            from.unwrap_or_else(|| (now / FACTOR).max(least)),
            to.unwrap_or_else(|| (now * FACTOR).min(most)),
        ),
        (from, to, _) if least.is_finite() && most.is_finite() => {
            (from.unwrap_or(least), to.unwrap_or(most))
        }
        _ => bail!("`{path}` has no value in the file to search around\nhint: say --from and --to"),
    };
    let (low, high) = ordered(low, high, least.min(0.0))?;
    let whole = key.is_some_and(|key| matches!(key.kind, Kind::Count));
    Ok((Grid { low, high, whole }, now))
}
