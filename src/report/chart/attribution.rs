//! `--kind attribution`: who spends what, from the result of `llmcost attribute --format json`: stacks over
//! days where a day is one of its dimensions, else a bar for each group.

use serde_json::Value;

use super::axis::{Axis, Scale};
use super::description::{Bar, Chart, Digest, Key, Paint, Sample, Side, Tag};
use super::frame::ticks_along;
use super::look::Look;
use crate::date::Date;
use crate::report::format::{money, percent, short};
use crate::scenario::Currency;

/// What was spent, by key.
#[derive(Clone, Debug, PartialEq)]
pub struct Spending {
    /// Dimensions of the keys.
    pub by: Vec<String>,
    /// Key (a text per dimension, none where it is not told) and cost (USD).
    pub rows: Vec<(Vec<Option<String>>, f64)>,
    /// First and last call.
    pub period: Option<(String, String)>,
    /// Whether some tokens had no price, so that costs are too low.
    pub unpriced: bool,
}

/// Dimensions that are times.
const TIMES: [&str; 4] = ["day", "hour", "week", "month"];
/// Series of a stack, the last of which is all others.
const MOST_SERIES: usize = 10;
/// Bars of groups, the last of which is all others.
const MOST_BARS: usize = 20;
/// Days of a stack, at most: ten years.
const MOST_DAYS: usize = 3_660;
/// The name of what does not tell its key.
const UNATTRIBUTED: &str = "unattributed";

impl Spending {
    /// Reads the JSON of `llmcost attribute`.
    ///
    /// # Errors
    /// What it is instead, in words.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let json: Value =
            serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
        let schema = json["schema"].as_str().unwrap_or("none");
        if schema != "llmcost/attribute/1" {
            return Err(format!(
                "its schema is `{schema}`, not `llmcost/attribute/1`"
            ));
        }
        let groups = json["groups"].as_array().ok_or("it has no `groups`")?;
        let by: Vec<String> = match json["by"].as_array() {
            Some(list) => list
                .iter()
                .filter_map(|by| by.as_str().map(str::to_owned))
                .collect(),
            None => keys_of(groups),
        };
        let mut rows = Vec::new();
        for group in groups
            .iter()
            .chain(json["partly"].as_array().into_iter().flatten())
        {
            let key = by
                .iter()
                .map(|by| group["key"][by].as_str().map(str::to_owned));
            rows.push((key.collect(), cost(group)?));
        }
        let told: f64 = rows.iter().map(|(_, usd)| usd).sum();
        // What is in no row: groups beyond `--top`, and what is unattributed.
        if let Some(others) = json.get("others").filter(|others| others.is_object()) {
            rows.push((vec![Some("others".into()); by.len()], cost(others)?));
        }
        if json["partly"].as_array().is_none_or(Vec::is_empty) && json["unattributed"].is_object() {
            let usd = cost(&json["unattributed"])?;
            if usd > 0.0 {
                rows.push((vec![None; by.len()], usd));
            }
        }
        if rows.is_empty() || !told.is_finite() {
            return Err("it has no groups".into());
        }
        let text = |key: &str| json["period"][key].as_str().map(str::to_owned);
        Ok(Self {
            by,
            rows,
            period: text("from").zip(text("to")),
            unpriced: json["unpriced"]
                .as_array()
                .is_some_and(|list| !list.is_empty()),
        })
    }

    /// Which dimension is a time, if one is.
    fn time(&self) -> Option<usize> {
        self.by.iter().position(|by| TIMES.contains(&&by[..]))
    }

    fn total(&self) -> f64 {
        self.rows.iter().map(|(_, usd)| usd).sum()
    }

    /// Sums by the dimensions that are no time, the largest first; the last of too many is all others.
    fn series(&self, most: usize) -> Vec<(String, f64)> {
        let mut series: Vec<(String, f64)> = Vec::new();
        for (key, usd) in &self.rows {
            let name = self.name(key);
            match series.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += usd,
                None => series.push((name, *usd)),
            }
        }
        series.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        if series.len() > most {
            let rest: Vec<(String, f64)> = series.drain(most - 1..).collect();
            let sum = rest.iter().map(|(_, usd)| usd).sum();
            series.push((format!("{} others", rest.len()), sum));
        }
        series
    }

    /// The name of a row's series: its key without the time.
    fn name(&self, key: &[Option<String>]) -> String {
        let time = self.time();
        let parts = (0..key.len()).filter(|at| Some(*at) != time);
        let parts: Vec<&str> = parts
            .map(|at| key[at].as_deref().unwrap_or(UNATTRIBUTED))
            .collect();
        match &parts[..] {
            [] => "all".into(),
            parts if parts.iter().all(|part| *part == UNATTRIBUTED) => UNATTRIBUTED.into(),
            parts => parts.join(" / "),
        }
    }
}

fn keys_of(groups: &[Value]) -> Vec<String> {
    let first = groups.first().and_then(|group| group["key"].as_object());
    first.map_or_else(Vec::new, |key| key.keys().cloned().collect())
}

fn cost(entry: &Value) -> Result<f64, String> {
    match &entry["cost_usd"] {
        Value::Number(number) => number
            .as_f64()
            .ok_or_else(|| format!("`{number}` is no cost")),
        Value::String(text) => text.parse().map_err(|_| format!("`{text}` is no cost")),
        Value::Null => Ok(0.0),
        other => Err(format!("`{other}` is no cost")),
    }
}

/// Describes what was spent.
pub fn describe(spending: &Spending, digest: Digest, look: &Look) -> Chart {
    let chart = match spending.time() {
        Some(time) => over_time(spending, time, look),
        None => by_group(spending, look),
    };
    let by: Vec<&str> = spending.by.iter().map(String::as_str).collect();
    let period = spending
        .period
        .as_ref()
        .map_or_else(String::new, |(from, to)| {
            let day = |text: &str| text.chars().take(10).collect::<String>();
            format!(" from {} to {}", day(from), day(to))
        });
    let mut question = format!("Who spends what{period}?");
    if spending.unpriced {
        question.push_str(" Some tokens had no price: costs are higher than shown.");
    }
    let footer = format!(
        "usage{period} · attribution {digest} · llmcost {}",
        env!("CARGO_PKG_VERSION")
    );
    let alt = alt(spending, &question);
    chart.said(
        &format!("usage by {}", by.join(" and ")),
        question,
        footer,
        alt,
    )
}

fn usd() -> Currency {
    Currency {
        code: "USD".into(),
        per_usd: 1.0,
    }
}

/// Times in order; days without calls stand between the others.
fn times(spending: &Spending, time: usize) -> Vec<String> {
    let told = spending
        .rows
        .iter()
        .filter_map(|(key, _)| key[time].clone());
    let mut times: Vec<String> = told.collect();
    times.sort();
    times.dedup();
    let ends = times.first().cloned().zip(times.last().cloned());
    match ends {
        Some((first, last)) if spending.by[time] == "day" => days(&first, &last).unwrap_or(times),
        _ => times,
    }
}

/// Every day from one to another; none where they are no days, or too many for a picture.
fn days(first: &str, last: &str) -> Option<Vec<String>> {
    let (begin, end) = (Date::parse(first)?, Date::parse(last)?);
    let count = end.days_since(begin);
    let month = begin.month_text();
    let day: i64 = first.get(8..10)?.parse().ok()?;
    let start = Date::parse(&format!("{month}-01"))?;
    let mut days = Vec::new();
    for months in 0.. {
        let first = start.first_of_month_after(months);
        let length = start.first_of_month_after(months + 1).days_since(first);
        let name = first.month_text();
        days.extend((1..=length).map(|day| format!("{name}-{day:02}")));
        if days.len() as i64 >= day + count || days.len() > MOST_DAYS {
            break;
        }
    }
    let wanted = day - 1..day + count;
    let inside = (0..).zip(days).filter(|(at, _)| wanted.contains(at));
    (count >= 0 && count < MOST_DAYS as i64).then(|| inside.map(|(_, day)| day).collect())
}

fn over_time(spending: &Spending, time: usize, look: &Look) -> Chart {
    let times = times(spending, time);
    let series = spending.series(MOST_SERIES);
    let mut sums = vec![vec![0.0; series.len()]; times.len()];
    for (key, usd) in &spending.rows {
        let name = spending.name(key);
        let of = series.iter().position(|(known, _)| *known == name);
        let at = key[time]
            .as_ref()
            .and_then(|time| times.iter().position(|known| known == time));
        if let Some(at) = at {
            sums[at][of.unwrap_or(series.len() - 1)] += usd;
        }
    }
    let most = sums
        .iter()
        .map(|parts| parts.iter().sum::<f64>())
        .fold(0.0, f64::max);
    let x = Axis::of_names(String::new(), times.iter().map(String::as_str));
    let high = if most > 0.0 { 1.05 * most } else { 1.0 };
    let y = Axis::new(
        format!("cost [USD per {}]", spending.by[time]),
        Scale::Linear,
        [0.0, high],
        ticks_along(look.height, 75),
    );
    let mut chart = Chart::empty("attribution", x, y);
    for (at, parts) in sums.iter().enumerate() {
        let mut from = 0.0;
        for (k, usd) in parts.iter().enumerate().filter(|(_, usd)| **usd > 0.0) {
            let left = at as f64;
            chart.bars.push(Bar {
                corners: [[left + 0.08, from], [left + 0.92, from + usd]],
                paint: Paint::Fill(k),
                label: String::new(),
            });
            from += usd;
        }
    }
    chart.key = series
        .iter()
        .enumerate()
        .map(|(k, (name, sum))| Key {
            sample: Sample::Paint(Paint::Fill(k)),
            text: if sums.iter().all(|parts| parts[k] == 0.0) {
                format!("{name} ${} (at no {})", short(*sum), spending.by[time])
            } else {
                format!("{name} ${}", short(*sum))
            },
        })
        .collect();
    chart
}

fn by_group(spending: &Spending, look: &Look) -> Chart {
    let mut series = spending.series(MOST_BARS);
    series.reverse();
    let most = series.iter().map(|(_, sum)| *sum).fold(0.0, f64::max);
    let x = Axis::new(
        "cost [USD]".into(),
        Scale::Linear,
        [0.0, if most > 0.0 { most } else { 1.0 }],
        ticks_along(look.width, 130),
    );
    let y = Axis::of_names(String::new(), series.iter().map(|(name, _)| &name[..]));
    let total = spending.total();
    let mut chart = Chart::empty("attribution", x, y);
    for (row, (name, sum)) in series.iter().enumerate() {
        let at = row as f64 + 0.5;
        chart.bars.push(Bar {
            corners: [[0.0, at - 0.32], [*sum, at + 0.32]],
            paint: Paint::Fill(if name == UNATTRIBUTED { 7 } else { 0 }),
            label: String::new(),
        });
        chart.tags.push(Tag {
            at: [*sum, at],
            side: Side::Right,
            text: money(*sum, &usd()),
            note: if total > 0.0 {
                percent(sum / total)
            } else {
                String::new()
            },
            spilled: None,
        });
    }
    chart
}

fn alt(spending: &Spending, question: &str) -> String {
    let total = spending.total();
    let series: Vec<String> = spending
        .series(MOST_BARS)
        .iter()
        .map(|(name, sum)| {
            let share = if total > 0.0 {
                percent(sum / total)
            } else {
                "none".into()
            };
            format!("{name} {} ({share})", money(*sum, &usd()))
        })
        .collect();
    format!(
        "{question} In all {}: {}.",
        money(total, &usd()),
        series.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"schema": "llmcost/attribute/1", "by": ["tenant", "day"],
        "groups": [
            {"key": {"tenant": "a", "day": "2026-11-01"}, "cost_usd": 2.0},
            {"key": {"tenant": "a", "day": "2026-11-03"}, "cost_usd": "1.5"},
            {"key": {"tenant": "b", "day": "2026-11-03"}, "cost_usd": 4}],
        "unattributed": {"cost_usd": 0.5}}"#;

    #[test]
    fn costs_are_summed_by_series_and_the_largest_is_first() {
        let spending = Spending::from_json(JSON).unwrap();
        let series = spending.series(9);
        let expected = [("b", 4.0), ("a", 3.5), (UNATTRIBUTED, 0.5)];
        assert_eq!(series, expected.map(|(name, sum)| (name.to_owned(), sum)));
        assert_eq!(spending.series(2)[1], ("2 others".to_owned(), 4.0));
    }

    #[test]
    fn days_without_calls_stand_between_the_others() {
        let spending = Spending::from_json(JSON).unwrap();
        assert_eq!(
            times(&spending, 1),
            ["2026-11-01", "2026-11-02", "2026-11-03"]
        );
    }

    #[test]
    fn days_run_over_the_ends_of_months() {
        let found = days("2026-02-27", "2026-03-02").unwrap();
        assert_eq!(
            found,
            ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]
        );
        assert_eq!(days("2026-02-27", "2046-03-02"), None);
        assert_eq!(days("week 1", "week 2"), None);
    }

    #[test]
    fn another_json_is_named() {
        let error = Spending::from_json(r#"{"schema": "llmcost/compare/1"}"#).unwrap_err();
        assert_eq!(
            error,
            "its schema is `llmcost/compare/1`, not `llmcost/attribute/1`"
        );
        assert!(
            Spending::from_json("{")
                .unwrap_err()
                .starts_with("not JSON: ")
        );
    }
}
