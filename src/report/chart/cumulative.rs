//! `--kind cumulative`: what each option has cost so far, month by month, with payback, the month of switching
//! and the steps of prices.

use super::axis::{Axis, Scale, Tick};
use super::description::{Chart, Digest, Line, Mark, Rule};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::analysis::time::{Event, EventKind, OptionTime, OverTime, PaybackVerdict, Switch};
use crate::report::format::{money, months, short};
use crate::report::verdict;
use crate::scenario::Currency;

/// Describes the cumulated costs of a plan.
pub fn describe(comparison: &Comparison, time: &OverTime, digest: Digest, look: &Look) -> Chart {
    let currency = verdict::currency(comparison);
    let lines: Vec<Line> = time
        .options
        .iter()
        .map(|option| line(option, time, &currency))
        .collect();
    let (start, _) = comparison.scenario.start.split_at(7);
    let x = month_axis(
        format!("months after {start}"),
        time.months,
        ticks_along(look.width, 90),
    );
    let costs = lines.iter().flat_map(|line| &line.points).map(|p| p[1]);
    let y = Axis::new(
        format!("cost so far [{}]", currency.code),
        Scale::Linear,
        ends(costs),
        ticks_along(look.height, 75),
    );
    let chart = Chart {
        marks: marks(time, &lines),
        rules: switch(time, &currency).into_iter().collect(),
        lines,
        ..Chart::empty("cumulative", x, y)
    };
    chart.said(
        &comparison.scenario.name,
        "What has each option cost so far, and from when does another one pay?".into(),
        footer(comparison, digest),
        alt(time, &currency),
    )
}

/// An axis of months: every month, quarter, half-year or year has a tick, as there is room.
fn month_axis(title: String, months: u32, most: usize) -> Axis {
    let steps = [1, 2, 3, 6, 12, 24, 60, 120];
    let step = steps.into_iter().find(|step| months / step <= most as u32);
    let step = step.unwrap_or(240);
    let ticks = (0..=months / step).map(|k| Tick {
        value: f64::from(k * step),
        label: (k * step).to_string(),
    });
    Axis {
        title,
        scale: Scale::Linear,
        low: 0.0,
        high: f64::from(months.max(1)),
        ticks: ticks.collect(),
    }
}

/// From zero, or from below it where money comes back.
fn ends(costs: impl Iterator<Item = f64>) -> [f64; 2] {
    let (low, high) = costs.fold((0.0_f64, 0.0_f64), |(low, high), cost| {
        (low.min(cost), high.max(cost))
    });
    let room = if high > low { 0.06 * (high - low) } else { 1.0 };
    [if low < 0.0 { low - room } else { 0.0 }, high + room]
}

/// From nothing at the start: what is paid once or for hardware is paid as its month begins, the rest over
/// the month, and what hardware is still worth comes back at the very end.
fn line(option: &OptionTime, time: &OverTime, currency: &Currency) -> Line {
    let mut points = vec![[0.0, 0.0]];
    let mut so_far = 0.0;
    for month in &option.months {
        let begin = f64::from(month.index);
        let at_once = month.once_usd + month.hardware_usd;
        if at_once != 0.0 {
            points.push([begin, so_far + at_once]);
        }
        if month.value_left_usd != 0.0 {
            points.push([begin + 1.0, month.cumulated_usd + month.value_left_usd]);
        }
        so_far = month.cumulated_usd;
        points.push([begin + 1.0, so_far]);
    }
    for point in &mut points {
        point[1] *= currency.per_usd;
    }
    let mut note = format!("in all {}", money(option.cumulated_usd, currency));
    if option.name == time.base && time.options.len() > 1 {
        note.push_str(", base");
    }
    Line {
        name: option.name.clone(),
        note,
        points,
        ends: None,
    }
}

/// The point of an option's line after so many months.
fn on(lines: &[Line], option: &str, after: f64) -> Option<[f64; 2]> {
    let line = lines.iter().find(|line| line.name == option)?;
    let pair = line
        .points
        .windows(2)
        .rfind(|pair| pair[0][0] <= after && after <= pair[1][0] && pair[0][0] < pair[1][0])?;
    let share = (after - pair[0][0]) / (pair[1][0] - pair[0][0]);
    Some([after, pair[0][1] + share * (pair[1][1] - pair[0][1])])
}

/// Where two lines meet, and whether the first is the lower one after it.
fn meetings(a: &Line, b: &Line, months: u32) -> Vec<(f64, bool)> {
    let mut found = Vec::new();
    let mut side = 0.0;
    for month in 0..months {
        let begin = f64::from(month);
        let gap = |share: f64| Some(value(a, begin + share)? - value(b, begin + share)?);
        // Between the jumps at both ends of a month its lines are straight.
        let (Some(early), Some(late)) = (gap(0.25), gap(0.75)) else {
            continue;
        };
        let (first, last) = (1.5 * early - 0.5 * late, 1.5 * late - 0.5 * early);
        let meeting = begin + first / (first - last);
        // What is equal but for rounding is no side.
        let least = 1e-9 * first.abs().max(last.abs());
        for (gap, at) in [(first, begin), (last, meeting)] {
            if gap.abs() <= least {
                continue;
            }
            if side * gap < 0.0 {
                found.push((at, gap < 0.0));
            }
            side = gap;
        }
    }
    found
}

/// A line's value inside a month.
fn value(line: &Line, at: f64) -> Option<f64> {
    on(std::slice::from_ref(line), &line.name, at).map(|point| point[1])
}

/// Where options meet, but for the paybacks that are marked already.
fn meeting_marks(time: &OverTime, lines: &[Line], marks: &[Mark]) -> Vec<Mark> {
    let mut list = Vec::new();
    for (k, a) in lines.iter().enumerate() {
        for b in &lines[k + 1..] {
            for (after, first_lower) in meetings(a, b, time.months) {
                let (low, high) = if first_lower { (a, b) } else { (b, a) };
                let paid_back = marks.iter().any(|mark| (mark.at[0] - after).abs() < 1e-6);
                let at = on(lines, &low.name, after).filter(|_| !paid_back);
                list.extend(at.map(|at| Mark {
                    at,
                    decides: false,
                    label: vec![
                        format!("after {}", months(after)),
                        format!("{} has cost less than {}", low.name, high.name),
                    ],
                }));
            }
        }
    }
    list
}

/// Paybacks first, then what changes inside the plan, then where other options meet.
fn marks(time: &OverTime, lines: &[Line]) -> Vec<Mark> {
    let paid_back = time.options.iter().filter_map(|option| {
        let payback = option.payback.as_ref()?;
        let after = payback.simple_months?;
        (payback.verdict == PaybackVerdict::EarnedBack).then_some(())?;
        Some(Mark {
            at: on(lines, &option.name, after)?,
            decides: true,
            label: vec![
                format!("payback after {}", months(after)),
                format!("{} against {}", option.name, time.base),
            ],
        })
    });
    let mut marks: Vec<Mark> = paid_back.collect();
    marks.extend(event_marks(time, lines));
    let meetings = meeting_marks(time, lines, &marks);
    marks.extend(meetings);
    marks
}

/// One mark for what changes for an option in a month, steps of prices first.
fn event_marks(time: &OverTime, lines: &[Line]) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut seen: Vec<(u32, &str)> = Vec::new();
    let prices = |event: &&Event| event.what == EventKind::Price;
    let others = time.events.iter().filter(|event| !prices(event));
    for event in time.events.iter().filter(prices).chain(others) {
        let place = (event.index, &event.option[..]);
        if seen.contains(&place) {
            continue;
        }
        seen.push(place);
        let together = time
            .events
            .iter()
            .filter(|other| (other.index, &other.option[..]) == place);
        let together: Vec<&Event> = together.collect();
        if let Some(at) = on(lines, &event.option, f64::from(event.index)) {
            marks.push(Mark {
                at,
                decides: false,
                label: vec![event.month.clone(), said(&together)],
            });
        }
    }
    marks
}

/// What changes for an option in a month.
fn said(events: &[&Event]) -> String {
    let [first, others @ ..] = events else {
        return String::new();
    };
    let prices = events.iter().filter(|event| event.what == EventKind::Price);
    let prices: Vec<(f64, f64)> = prices
        .filter_map(|event| Some((event.from?, event.to?)))
        .collect();
    if prices.len() == events.len() && !prices.is_empty() {
        // One sentence where all prices move alike, else the first of them.
        let ratio = |(from, to): &(f64, f64)| to / from;
        let same = prices
            .iter()
            .all(|price| (ratio(price) / ratio(&prices[0]) - 1.0).abs() < 1e-6);
        let (from, to) = prices[0];
        if same && from > 0.0 && prices.len() > 1 {
            return format!("{}: prices x {}", first.option, short(to / from));
        }
    }
    let kind = match first.what {
        EventKind::Price => "price step",
        EventKind::Retirement => "model withdrawn",
        EventKind::Hardware => "hardware bought",
        EventKind::Staff => "people come",
        EventKind::Capacity => "hardware full",
    };
    let more = match others.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}: {kind}{more}", first.option)
}

/// The best time to leave the base option, where leaving it pays.
fn switch(time: &OverTime, currency: &Currency) -> Option<Rule> {
    let best = best_switch(time)?;
    let leaving = &best.with_switching_cost;
    let month = leaving.month?;
    let when = match (month, &leaving.date) {
        (0, _) => "at the start".to_owned(),
        (_, Some(date)) => format!("in {date}"),
        (month, None) => format!("after {month} months"),
    };
    Some(Rule {
        x: f64::from(month),
        label: vec![
            format!("switch to {} {when}", best.to),
            format!(
                "saves {} beside staying with {}",
                money(leaving.saving_usd, currency),
                time.base
            ),
        ],
    })
}

/// The switch that saves most.
fn best_switch(time: &OverTime) -> Option<&Switch> {
    let saving = |switch: &&Switch| switch.with_switching_cost.saving_usd;
    let paying = time
        .switches
        .iter()
        .filter(|switch| switch.with_switching_cost.month.is_some() && saving(switch) > 0.0);
    paying.max_by(|a, b| saving(a).total_cmp(&saving(b)))
}

fn alt(time: &OverTime, currency: &Currency) -> String {
    let costs = time.options.iter();
    let costs: Vec<String> = costs
        .map(|option| format!("{} {}", option.name, money(option.cumulated_usd, currency)))
        .collect();
    let mut text = format!(
        "Cumulated cost of each option over {} months. After {} months: {}.",
        time.months,
        time.months,
        costs.join(", ")
    );
    for option in &time.options {
        if let Some(after) = option.payback.and_then(|payback| payback.simple_months) {
            text.push_str(&format!(
                " {} has paid back against {} after {}.",
                option.name,
                time.base,
                months(after)
            ));
        }
    }
    match switch(time, currency) {
        Some(rule) => text.push_str(&format!(
            " Best is to {}: it {}.",
            rule.label[0], rule.label[1]
        )),
        None if time.options.len() > 1 => {
            text.push_str(&format!(
                " Leaving {} never pays within the plan.",
                time.base
            ));
        }
        None => {}
    }
    for event in &time.events {
        text.push_str(&format!(
            " {}: {}, {}.",
            event.month, event.option, event.text
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_marked_by_the_year_where_they_are_many() {
        let labels = |months| {
            let axis = month_axis(String::new(), months, 10);
            axis.ticks
                .into_iter()
                .map(|tick| tick.label)
                .collect::<Vec<_>>()
        };
        assert_eq!(labels(6), ["0", "1", "2", "3", "4", "5", "6"]);
        assert_eq!(labels(36), ["0", "6", "12", "18", "24", "30", "36"]);
        assert_eq!(
            labels(60),
            [
                "0", "6", "12", "18", "24", "30", "36", "42", "48", "54", "60"
            ]
        );
    }

    fn straight(name: &str, points: &[[f64; 2]]) -> Line {
        Line {
            name: name.into(),
            note: String::new(),
            points: points.to_vec(),
            ends: None,
        }
    }

    #[test]
    fn lines_meet_between_months_and_at_jumps() {
        // 100 at once and 10 a month against 30 a month: equal after five months.
        let bought = straight("bought", &[[0.0, 0.0], [0.0, 100.0], [8.0, 180.0]]);
        let rented = straight("rented", &[[0.0, 0.0], [8.0, 240.0]]);
        let found = meetings(&bought, &rented, 8);
        assert_eq!(found.len(), 1);
        assert!((found[0].0 - 5.0).abs() < 1e-9 && found[0].1);
        // 15 a month, and 90 more at the start of the fourth month, which is then above 20 a month.
        let steps = [[0.0, 0.0], [3.0, 45.0], [3.0, 135.0], [8.0, 210.0]];
        let found = meetings(
            &straight("step", &steps),
            &straight("even", &[[0.0, 0.0], [8.0, 160.0]]),
            8,
        );
        assert_eq!(found, [(3.0, false)]);
    }

    #[test]
    fn money_that_comes_back_is_shown_below_zero() {
        assert_eq!(ends([0.0, 100.0].into_iter()), [0.0, 106.0]);
        let [low, high] = ends([-50.0, 50.0].into_iter());
        assert_eq!((low, high), (-56.0, 56.0));
    }
}
