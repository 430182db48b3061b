//! `compare --over-time`: what each quarter or year costs, what it comes to, and when to move.

use super::block::{Block, Cell, Grid, Row};
use super::compare::opening;
use super::format::{amount, money, months, percent, plural, volume};
use super::verdict;
use crate::analysis::compare::Comparison;
use crate::analysis::time::{
    Event, EventKind, Irr, IrrVerdict, Leaving, MonthResult, OptionTime, OverTime, PaybackTime,
    PaybackVerdict, Switch,
};
use crate::scenario::Currency;

/// The report of one scenario.
pub fn blocks(result: &Comparison) -> Vec<Block> {
    let mut blocks = opening(result);
    let Some(plan) = &result.over_time else {
        return blocks;
    };
    let currency = verdict::currency(result);
    blocks.push(Block::Grid(grid(plan, &currency)));
    blocks.push(Block::Text(sentence(plan, &currency)));
    if !plan.switches.is_empty() {
        blocks.push(Block::Title(format!(
            "When to move away from {}",
            plan.base
        )));
        let items = plan.switches.iter().map(|one| switch(one, &currency));
        blocks.push(Block::List(items.collect()));
    }
    if !plan.events.is_empty() {
        blocks.push(Block::Title("What changes inside the plan".into()));
        blocks.push(Block::List(events(&plan.events, &currency)));
    }
    blocks
}

/// Months of a row: quarters up to three years, years beyond.
fn step(plan: &OverTime) -> usize {
    match plan.months {
        0..=12 => 1,
        13..=36 => 3,
        _ => 12,
    }
}

fn grid(plan: &OverTime, currency: &Currency) -> Grid {
    let step = step(plan);
    let head = match step {
        1 => "month",
        3 => "quarter from",
        _ => "year from",
    };
    let mut grid = Grid::new(
        [
            format!("{} paid, {head}", currency.code),
            "requests a day".to_owned(),
        ]
        .into_iter()
        .chain(plan.options.iter().map(|option| option.name.clone())),
    );
    let Some(first) = plan.options.first() else {
        return grid;
    };
    for from in (0..first.months.len()).step_by(step) {
        let to = (from + step).min(first.months.len());
        let paid = plan.options.iter().map(|option| {
            let usd = option.months[from..to].iter().map(|month| month.total_usd);
            amount(usd.sum(), currency)
        });
        let month = &first.months[from];
        let volume = volume(month.requests_per_day);
        grid.row(month.month.clone(), std::iter::once(volume).chain(paid));
    }
    figures(&mut grid, plan, currency);
    grid
}

fn figures(grid: &mut Grid, plan: &OverTime, currency: &Currency) {
    let each = |f: &dyn Fn(&OptionTime) -> String| -> Vec<String> {
        let options = plan.options.iter().map(f);
        std::iter::once(String::new()).chain(options).collect()
    };
    grid.strong(
        format!("all {} months", plan.months),
        each(&|o| amount(o.cumulated_usd, currency)),
    );
    mark(grid, plan, &plan.cheapest);
    grid.strong(
        format!("present value, {}", percent(plan.discount_rate)),
        each(&|o| amount(o.npv_usd, currency)),
    );
    mark(grid, plan, &plan.cheapest_by_npv);
    grid.row("staff share", each(&|o| percent(o.staff_share)));
    if plan.options.iter().any(|o| o.value_left_usd != 0.0) {
        grid.row(
            "value left at the end",
            each(&|o| match o.value_left_usd {
                0.0 => String::new(),
                usd => amount(usd, currency),
            }),
        );
    }
    if plan.options.len() > 1 {
        let of = |figure: &dyn Fn(&PaybackTime) -> String| {
            each(&|o| o.payback.as_ref().map_or_else(|| "base".into(), figure))
        };
        grid.row("payback", of(&|p| payback(p, p.simple_months)));
        grid.row(
            "payback, discounted",
            of(&|p| payback(p, p.discounted_months)),
        );
        grid.row(
            "IRR a year",
            each(&|o| o.irr.as_ref().map_or_else(String::new, irr)),
        );
    }
}

fn mark(grid: &mut Grid, plan: &OverTime, best: &str) {
    let at = plan.options.iter().position(|option| option.name == best);
    if let (Some(at), Some(row)) = (at, grid.rows.last_mut())
        && let Some(cell) = row.cells.get_mut(at + 2)
    {
        cell.best = true;
    }
}

fn payback(payback: &PaybackTime, when: Option<f64>) -> String {
    match (payback.verdict, when) {
        (PaybackVerdict::NothingToEarnBack, _) => "at once".into(),
        (_, Some(when)) => months(when),
        (_, None) => "not in plan".into(),
    }
}

/// A rate above which no return is worth its digits.
const ABSURD: f64 = 10.0;

fn irr(irr: &Irr) -> String {
    match (irr.verdict, &irr.per_year[..]) {
        (IrrVerdict::One, [rate]) if *rate > ABSURD => "over 1000 %".into(),
        (IrrVerdict::One, [rate]) => percent(*rate),
        (IrrVerdict::Several, many) => format!("{} rates", many.len()),
        _ => "none".into(),
    }
}

fn sentence(plan: &OverTime, currency: &Currency) -> String {
    let by = |name: &str| plan.options.iter().find(|option| option.name == name);
    let (Some(total), Some(worth)) = (by(&plan.cheapest), by(&plan.cheapest_by_npv)) else {
        return String::new();
    };
    let mut text = format!(
        "{} costs least over {} months: {}",
        total.name,
        plan.months,
        money(total.cumulated_usd, currency)
    );
    if total.name == worth.name {
        text += &format!(
            ", worth {} today at {} a year.",
            money(worth.npv_usd, currency),
            percent(plan.discount_rate)
        );
    } else {
        text += &format!(
            "; by present value it is {} with {}.",
            worth.name,
            money(worth.npv_usd, currency)
        );
    }
    if let Some(best) = moving(plan, total.cumulated_usd) {
        text += &format!(
            " {} at first and {} from {} costs less than either: {}.",
            plan.base,
            best.to,
            best.with_switching_cost.date.as_deref().unwrap_or_default(),
            money(best.with_switching_cost.total_usd, currency)
        );
    }
    let falls = plan
        .options
        .iter()
        .filter(|o| o.payback.is_some_and(|payback| payback.falls_back));
    for option in falls {
        text += &format!(
            " {} earns back what it takes more, and later takes more again.",
            option.name
        );
    }
    text
}

/// The move that costs less than any option all the time.
fn moving(plan: &OverTime, least: f64) -> Option<&Switch> {
    let total = |switch: &&Switch| switch.with_switching_cost.total_usd;
    let best = plan
        .switches
        .iter()
        .min_by(|a, b| total(a).total_cmp(&total(b)))?;
    let later = best
        .with_switching_cost
        .month
        .is_some_and(|month| month > 0);
    (later && total(&best) < least).then_some(best)
}

fn switch(switch: &Switch, currency: &Currency) -> String {
    let with = &switch.with_switching_cost;
    let mut text = format!("to {}: {}", switch.to, leaving(with, currency));
    let free = &switch.without_switching_cost;
    if free.month != with.month {
        text += &match &free.date {
            Some(date) => format!("; if moving cost nothing, from {date}"),
            None => "; if moving cost nothing, never".to_owned(),
        };
    }
    let npv = &switch.by_npv;
    if npv.month != with.month {
        text += &match &npv.date {
            Some(date) => format!("; by present value from {date}"),
            None => "; by present value never".to_owned(),
        };
    }
    text
}

fn leaving(leaving: &Leaving, currency: &Currency) -> String {
    let Some(date) = &leaving.date else {
        return format!(
            "never within the plan; moving at once costs {} more",
            money(leaving.now_costs_usd, currency)
        );
    };
    let saving = money(leaving.saving_usd, currency);
    let mut text = match leaving.month {
        Some(0) => format!("at once ({date}), which saves {saving} over the plan"),
        Some(month) => format!(
            "from {date} (after {month} month{}), which saves {saving} over the plan, {} of it beside moving at once",
            plural(month as usize),
            money(leaving.now_costs_usd, currency)
        ),
        None => String::new(),
    };
    if let Some(later) = leaving.quarter_later_costs_usd {
        text += &format!("; a quarter later costs {} more", money(later, currency));
    }
    text
}

/// Changes that are told; of more, JSON has all.
const TOLD: usize = 12;

fn events(events: &[Event], currency: &Currency) -> Vec<String> {
    let told = |event: &Event| {
        let head = format!("{}: {}: {}", event.month, event.option, event.text);
        match (event.what, event.to) {
            (EventKind::Hardware, Some(usd)) => format!("{head}, {}", money(usd, currency)),
            (EventKind::Staff, Some(usd)) => format!("{head}, {} a month", money(usd, currency)),
            _ => head,
        }
    };
    let mut items: Vec<String> = events.iter().take(TOLD).map(told).collect();
    let more = events.len().saturating_sub(TOLD);
    if more > 0 {
        items.push(format!("{more} more: JSON has all of them"));
    }
    items
}

/// One row per line of each option and month, and its total, in US dollars.
pub fn tidy(results: &[Comparison]) -> Grid {
    let mut grid = Grid::new([
        "scenario",
        "option",
        "month",
        "index",
        "requests_per_day",
        "category",
        "line",
        "paid_usd",
        "cumulated_usd",
        "cumulated_npv_usd",
    ]);
    for result in results {
        let options = result.over_time.iter().flat_map(|plan| &plan.options);
        for option in options {
            for month in &option.months {
                rows(&mut grid, &result.scenario.name, &option.name, month);
            }
        }
    }
    grid
}

fn rows(grid: &mut Grid, scenario: &str, option: &str, month: &MonthResult) {
    let begin = |category: &str, line: &str, usd: f64| {
        vec![
            Cell::label(scenario),
            Cell::label(option),
            Cell::label(month.month.clone()),
            Cell::number(month.index.to_string()),
            Cell::number(month.requests_per_day.to_string()),
            Cell::label(category),
            Cell::label(line),
            Cell::number(usd.to_string()),
        ]
    };
    for line in &month.lines {
        let mut cells = begin(line.category.name(), &line.label, line.usd);
        cells.extend([Cell::number(""), Cell::number("")]);
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    }
    let mut cells = begin("total", "total", month.total_usd);
    cells.extend(
        [month.cumulated_usd, month.cumulated_npv_usd].map(|usd| Cell::number(usd.to_string())),
    );
    grid.rows.push(Row {
        cells,
        strong: true,
    });
}
