//! `forecast`: growth with its interval, and the dates of the break-evens.

use super::block::{Block, Cell, Grid, Row};
use super::format::{percent, significant, thousands, volume};
use crate::analysis::forecast::{Forecast, Growth, Threshold};

/// The report.
pub fn blocks(found: &Forecast) -> Vec<Block> {
    let mut blocks = vec![
        Block::Title(format!(
            "When does {} reach its break-evens?",
            found.scenario
        )),
        Block::Text(days(found)),
    ];
    if let Some(growth) = &found.growth {
        blocks.push(Block::Text(growing(growth)));
    }
    if let Some(test) = &found.backtest {
        blocks.push(Block::Text(format!(
            "The same forecast over {} past weeks: off by {} in the median (repeating the week before: {}); {} of the days inside their interval of 90 %.",
            test.weeks,
            percent(test.median_error),
            percent(test.median_error_last_week),
            percent(test.within_90)
        )));
    }
    blocks.push(if found.thresholds.is_empty() {
        Block::Text(
            "No options of the scenario cross at any volume: there is nothing to date.".into(),
        )
    } else {
        Block::List(found.thresholds.iter().map(sentence).collect())
    });
    blocks
}

fn days(found: &Forecast) -> String {
    let mut text = match &found.days {
        Some([first, last]) => format!("{} whole days, {first} to {last}", found.whole_days),
        None => "The log covers no whole day".to_owned(),
    };
    if found.empty_days > 0 {
        text.push_str(&format!(", {} of them without a call", found.empty_days));
    }
    if let Some(now) = found.requests_per_day {
        text.push_str(&format!("; a mean day has {} requests", thousands(now)));
    }
    text.push('.');
    text
}

fn growing(growth: &Growth) -> String {
    format!(
        "Growth {} a month, {} to {} with 90 %; by the median of all slopes {}.{}",
        signed(growth.per_month),
        signed(growth.low),
        signed(growth.high),
        signed(growth.median_slope_per_month),
        if growth.autocorrelation > 0.0 {
            format!(
                " Neighboring days are alike (autocorrelation {}), which widens it.",
                significant(growth.autocorrelation, 2)
            )
        } else {
            String::new()
        }
    )
}

fn signed(share: f64) -> String {
    let text = percent(share);
    if share > 0.0 {
        format!("+{text}")
    } else {
        text
    }
}

/// "own over luna from 412,000 requests a day: between 2027-02-03 and 2027-06-12, likeliest 2027-03-30".
fn sentence(threshold: &Threshold) -> String {
    let head = format!(
        "{} cheaper than {} for good from {} requests a day",
        threshold.option,
        threshold.against,
        volume(threshold.requests_per_day)
    );
    let when = match threshold.verdict {
        "reached" => "reached".to_owned(),
        "not-reached" => "not reached within ten years".to_owned(),
        "dated" => between(threshold),
        _ => format!(
            "cannot tell: {}",
            threshold.why.as_deref().unwrap_or("the log does not say")
        ),
    };
    format!("{head}: {when}")
}

fn between(threshold: &Threshold) -> String {
    let earliest = threshold.earliest.as_deref().unwrap_or_default();
    let middle = threshold
        .middle
        .as_ref()
        .map_or_else(String::new, |day| format!(", likeliest {day}"));
    match &threshold.latest {
        Some(latest) => format!("between {earliest} and {latest}{middle}"),
        None => format!("{earliest} at the earliest{middle}, perhaps not within ten years"),
    }
}

/// One row per threshold.
pub fn tidy(found: &Forecast) -> Grid {
    let mut grid = Grid::new([
        "scenario",
        "option",
        "against",
        "requests_per_day",
        "verdict",
        "earliest",
        "middle",
        "latest",
        "why",
    ]);
    for one in &found.thresholds {
        let text = |text: &Option<String>| Cell::label(text.clone().unwrap_or_default());
        grid.rows.push(Row {
            cells: vec![
                Cell::label(found.scenario.clone()),
                Cell::label(one.option.clone()),
                Cell::label(one.against.clone()),
                Cell::number(one.requests_per_day.to_string()),
                Cell::label(one.verdict),
                text(&one.earliest),
                text(&one.middle),
                text(&one.latest),
                text(&one.why),
            ],
            strong: false,
        });
    }
    grid
}
