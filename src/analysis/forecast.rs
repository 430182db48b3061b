//! At the present growth, when is a break-even reached: a range, "not reached", or "cannot tell"
//! (`docs/forecast.md`).

pub mod backtest;
pub mod growth;
pub mod reach;

use serde::Serialize;

use super::calibrate::{DAYS_FOR_GROWTH, daily, whole_days};
use super::compare::compare;
use crate::date::Date;
use crate::diagnostic::Problem;
use crate::scenario::Scenario;
use crate::usage::ingest::{Dropped, Usage};
use crate::warning::Warning;
use backtest::{Backtest, backtest};
use growth::{Daily, Trend, theil_sen};
use reach::{Reach, reach};

/// Days of a month in growth rates: 365.25/12.
const MONTH_DAYS: f64 = 30.4375;
/// Probability of the intervals.
const INTERVAL: f64 = 0.90;

/// The answer of `llmcost forecast`.
#[derive(Clone, Debug, Serialize)]
pub struct Forecast {
    /// `llmcost/forecast/1`.
    pub schema: &'static str,
    /// Title of the scenario.
    pub scenario: String,
    /// First and last of the days that the log covers wholly; absent where it covers none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<[String; 2]>,
    /// How many they are.
    pub whole_days: usize,
    /// Days among them without any call, which no trend can use.
    pub empty_days: usize,
    /// Requests of a mean day at the end of the log, from the trend; without one the mean of the days.
    pub requests_per_day: Option<f64>,
    /// The trend; absent where the log is too short for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
    /// How well the same forecast would have done before; absent with less than five whole weeks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backtest: Option<Backtest>,
    /// Each volume at which options of the scenario cross, above the present one or at it.
    pub thresholds: Vec<Threshold>,
    /// Rows that were not counted.
    pub dropped: Dropped,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// Growth with its interval of 90 %.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Growth {
    /// Growth per month: 0.05 is 5 %.
    pub per_month: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The same from the median of all slopes (Theil and Sen), which single days cannot move.
    pub median_slope_per_month: f64,
    /// Autocorrelation of neighboring days that the interval is widened for.
    pub autocorrelation: f64,
    /// Monday to Sunday over the mean day; absent with less than four weeks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<f64>,
}

/// A volume at which two options cross, and when it is reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// The option that is cheaper from there on.
    pub option: String,
    /// The option that is cheaper before.
    pub against: String,
    /// The volume [requests/day].
    pub requests_per_day: f64,
    /// `reached`, `dated`, `not-reached` or `cannot-tell`.
    pub verdict: &'static str,
    /// The day at which the upper end of the interval is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// The day at which the middle is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle: Option<String>,
    /// The day at which the lower end is there; absent where it is not within ten years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<String>,
    /// Why it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Dates the break-evens of a scenario by the growth of a log.
///
/// # Errors
/// The options that cannot be priced.
pub fn forecast(usage: &Usage, scenario: &Scenario) -> Result<Forecast, Vec<Problem>> {
    let comparison = compare(scenario)?;
    let grouping = &usage.grouping;
    let days = grouping.span.map_or_else(Vec::new, |(first, last)| {
        whole_days(&daily(grouping), first, last, &grouping.plan.zone)
    });
    let series: Vec<Daily> = days
        .iter()
        .filter(|(_, total)| *total > 0.0)
        .map(|(day, total)| Daily {
            day: *day,
            total: *total,
        })
        .collect();
    let trend = Some(&series)
        .filter(|_| days.len() >= DAYS_FOR_GROWTH)
        .and_then(|series| Trend::fit(series));
    let mean = series.iter().map(|daily| daily.total).sum::<f64>() / days.len().max(1) as f64;
    let present = trend
        .as_ref()
        .map(|trend| trend.mean_after(0.0))
        .or((mean > 0.0).then_some(mean));
    let ends = days.first().zip(days.last());
    let mut result = Forecast {
        schema: "llmcost/forecast/1",
        scenario: scenario.name.clone(),
        days: ends.map(|(first, last)| [first.0, last.0].map(|day| date(day).to_string())),
        whole_days: days.len(),
        empty_days: days.len() - series.len(),
        requests_per_day: present,
        growth: trend.as_ref().map(|trend| growth(trend, &series)),
        backtest: backtest(&series),
        thresholds: Vec::new(),
        dropped: usage.dropped,
        warnings: Vec::new(),
    };
    for pair in &comparison.break_even {
        if let Some(from) = &pair.cheaper_from {
            let against = if from.option == pair.a {
                &pair.b
            } else {
                &pair.a
            };
            if pair.crossings.is_empty() {
                continue;
            }
            result.thresholds.push(dated(
                &from.option,
                against,
                from.requests_per_day,
                trend.as_ref(),
                (days.len(), present),
            ));
        }
    }
    result
        .thresholds
        .sort_by(|a, b| a.requests_per_day.total_cmp(&b.requests_per_day));
    Ok(result)
}

fn growth(trend: &Trend, series: &[Daily]) -> Growth {
    let [low, per_month, high] = trend.factor_over(MONTH_DAYS, INTERVAL).map(|x| x - 1.0);
    let slope = theil_sen(series).unwrap_or(trend.rate);
    let known = trend.weekday.iter().any(|effect| *effect != 0.0);
    Growth {
        per_month,
        low,
        high,
        median_slope_per_month: (slope * MONTH_DAYS).exp() - 1.0,
        autocorrelation: trend.autocorrelation,
        // The trend's week begins on Thursday: Monday is its fifth day.
        weekdays: if known {
            (0..7)
                .map(|day| trend.weekday[(day + 4) % 7].exp())
                .collect()
        } else {
            Vec::new()
        },
    }
}

/// When a threshold is reached, and as what it is told.
fn dated(
    option: &str,
    against: &str,
    volume: f64,
    trend: Option<&Trend>,
    (days, present): (usize, Option<f64>),
) -> Threshold {
    let mut threshold = Threshold {
        option: option.to_owned(),
        against: against.to_owned(),
        requests_per_day: volume,
        verdict: "cannot-tell",
        earliest: None,
        middle: None,
        latest: None,
        why: None,
    };
    let Some(trend) = trend else {
        threshold.why = Some(format!(
            "the log has {days} whole days, and growth takes at least {DAYS_FOR_GROWTH}{}",
            present.map_or_else(String::new, |now| format!(
                "; a mean day has {now:.0} requests"
            ))
        ));
        return threshold;
    };
    let day = |days: f64| date(trend.origin.saturating_add(days.ceil() as i32)).to_string();
    match reach(trend, volume, INTERVAL) {
        Reach::Now => threshold.verdict = "reached",
        Reach::Not => threshold.verdict = "not-reached",
        Reach::CannotTell(why) => threshold.why = Some(why),
        Reach::Within {
            earliest,
            middle,
            latest,
        } => {
            threshold.verdict = "dated";
            threshold.earliest = Some(day(earliest));
            threshold.middle = middle.map(day);
            threshold.latest = latest.map(day);
        }
    }
    threshold
}

fn date(day: i32) -> Date {
    Date::of_unix_day(day)
}
