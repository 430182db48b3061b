//! One limit in a sentence: whose it is, what it comes to, what is allowed.

use super::currency;
use crate::analysis::check::{Check, Outcome, ScenarioCheck};
use crate::report::format::{money, significant, thousands};
use crate::scenario::{At, Currency};

/// `luna costs $26,300 a month, limit $25,000 a month`.
pub fn sentence(plan: &ScenarioCheck, check: &Check) -> String {
    let currency = currency(plan);
    let flag = check
        .flag
        .as_ref()
        .map_or_else(String::new, |flag| format!(" ({flag})"));
    let limit = figure(check.limit, check.unit, &currency);
    let Some(actual) = check.actual else {
        let why = check.why.as_deref().unwrap_or_default();
        return format!(
            "whether {} keeps the limit of {limit}{flag} cannot be told: {why}",
            subject(plan, check)
        );
    };
    let mut shown = figure(actual, check.unit, &currency);
    if shown == limit && check.outcome != Outcome::Pass {
        // A limit that is broken by less than a table shows.
        shown = exact(actual, check.unit, &currency);
    }
    let floor = match check.outcome {
        Outcome::Ignored => ", below the floor of what counts",
        _ => "",
    };
    let word = if check.rule.starts_with("min_") {
        "at least"
    } else {
        "limit"
    };
    format!(
        "{}, {word} {limit}{flag}{floor}",
        claim(plan, check, &shown)
    )
}

/// Who costs how much.
fn claim(plan: &ScenarioCheck, check: &Check, shown: &str) -> String {
    let chosen = &plan.chosen;
    let p90 = match plan.at {
        At::P90 if !matches!(check.rule.as_str(), "max_catalog_age_days") => " (P90)",
        _ => "",
    };
    match check.rule.as_str() {
        "max_increase_usd" | "max_increase_share" => {
            format!("{chosen} costs {shown} more than the baseline{p90}")
        }
        "max_over_cheapest_share" => {
            format!(
                "{chosen} costs {shown} more than {}, the cheapest",
                plan.cheapest
            )
        }
        "min_margin_usd" | "min_margin_share" => match shown.strip_prefix('-') {
            Some(dearer) => format!("{chosen} is {dearer} dearer than the next option"),
            None => format!("{chosen} is {shown} cheaper than the next option"),
        },
        "min_staff_share" | "max_staff_share" => format!("staff is {shown} of {chosen}"),
        "max_catalog_age_days" => {
            let row = check
                .why
                .as_ref()
                .map_or_else(String::new, |row| format!(" ({row})"));
            format!(
                "the oldest catalog row that is used{row} is {shown} older than the plan's start"
            )
        }
        _ => format!("{} costs {shown}{p90}", subject(plan, check)),
    }
}

/// Whose cost it is.
fn subject(plan: &ScenarioCheck, check: &Check) -> String {
    let table = check.rule.split_once('.').map(|(table, _)| table);
    match (table, &check.of) {
        (Some("feature"), Some(name)) => format!("feature {name} of {}", plan.chosen),
        (Some("tenant"), Some(name)) => format!("tenant {name} of {}", plan.chosen),
        (_, Some(name)) => name.clone(),
        _ => plan.chosen.clone(),
    }
}

/// A figure with its unit: `$25,000 a month`, `12.5 %`, `90 days`.
pub fn figure(value: f64, unit: &str, currency: &Currency) -> String {
    match unit {
        "" => format!("{} %", significant(value * 100.0, 4)),
        "days" => format!("{} days", thousands(value)),
        _ => format!("{}{}", money(value, currency), per(unit)),
    }
}

/// The same with every digit.
fn exact(value: f64, unit: &str, currency: &Currency) -> String {
    match unit {
        "" => format!("{} %", significant(value * 100.0, 9)),
        "days" => format!("{value} days"),
        _ => {
            let amount = significant(value * currency.per_usd, 12);
            format!("{} {amount}{}", currency.code, per(unit))
        }
    }
}

fn per(unit: &str) -> &'static str {
    match unit {
        "USD/month" => " a month",
        "USD/year" => " a year",
        "USD/request" => " a request",
        _ => "",
    }
}
