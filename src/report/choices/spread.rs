//! How the main figures of the choices are spread over the draws.

use super::super::block::Grid;
use super::super::format::{amount, count, percent, plural, thousands, volume};
use super::sentences::chance;
use crate::analysis::choices::{Choice, Choices, Written};
use crate::scenario::Currency;

/// What the draws were, where there were any.
pub fn drawn(result: &Choices) -> Option<String> {
    let (samples, inputs) = (result.samples?, result.uncertain_inputs?);
    Some(format!(
        "Figures are those of the medians; shares and quantiles are of {} draw{} of {inputs} uncertain input{} (seed {}), shares known to {}.",
        thousands(samples as f64),
        plural(samples as usize),
        plural(inputs),
        result.seed?,
        known_to(samples)
    ))
}

/// The standard error of a share of one half, the greatest there is.
pub fn known_to(samples: u64) -> String {
    format!("± {} or better", percent(0.5 / (samples as f64).sqrt()))
}

/// The spread of the main figures; none where nothing was drawn or nothing moves.
pub fn grid(choice: &Choice, currency: &Currency) -> Option<Grid> {
    let sure = choice.sure.as_ref().filter(|sure| sure.moved)?;
    let mut grid = Grid::new(["over the draws", "P5", "P50", "P95"]);
    for range in &sure.figures {
        let unit = choice.figures.iter().find(|f| f.key == range.key)?.unit;
        let mut label = label(range.key, unit, currency);
        if range.exists < 1.0 {
            label.push_str(&format!(", in {}", chance(range.exists)));
        }
        let of = |value| plain(value, unit, currency);
        grid.row(label, [range.p5, range.p50, range.p95].map(of));
    }
    Some(grid)
}

/// What a figure is in every draw, with its unit: another option may be the cheapest there than at the
/// medians.
fn label(key: &str, unit: Written, currency: &Currency) -> String {
    let money = &currency.code;
    let words = match key {
        "buy_usd_per_month" => "the cheapest bought",
        "build_usd_per_month" => "the cheapest own",
        "build_pays_from_per_day" => "building pays from",
        "net_value_usd" => "net value",
        "break_even_gain_points" => "gain that just pays",
        "turns_in_month" => "it turns in month",
        "of_cleaning_per_1000_usd" => "$1,000 of cleaning adds",
        "of_collecting_per_1000_usd" => "$1,000 of collecting adds",
        "break_even_noise" => "cleaning pays from noise of",
        "best_collecting_usd" => "of the budget on collecting",
        "best_share" => "should wait",
        "saved_usd_per_month" => "saved",
        "break_even_usd_per_waiting_request" => "loss up to which waiting pays",
        "prompting_usd" => "prompting over the plan",
        "tuning_usd" => "tuning over the plan",
        "break_even_requests_per_day" => "tuning pays from",
        "payback_months" => "it has paid for itself after",
        "review_nothing_usd_per_month" => "nothing reviewed",
        "review_all_usd_per_month" => "everything reviewed",
        "best_review_usd_per_month" => "reviewed by confidence",
        "best_review_share" => "best share to review",
        "automation_stops_at_usd" => "automation stops paying at",
        "reviewers" => "reviewers",
        _ => key,
    };
    match unit {
        Written::Usd => format!("{words} [{money}]"),
        Written::UsdPerMonth => format!("{words} [{money}/month]"),
        Written::PerDay => format!("{words} [a day]"),
        Written::Of("months") if key == "turns_in_month" => words.to_owned(),
        Written::Of("effective examples") => format!("{words} [examples]"),
        Written::Of("people") | Written::Share => words.to_owned(),
        Written::Of(things) => format!("{words} [{things}]"),
    }
}

/// A figure as a number without its unit.
fn plain(value: f64, unit: Written, currency: &Currency) -> String {
    match unit {
        Written::Usd | Written::UsdPerMonth => amount(value, currency),
        Written::Share => percent(value),
        Written::PerDay => volume(value),
        Written::Of(_) => count(value),
    }
}
