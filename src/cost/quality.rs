//! Lines that every option can carry: review, errors, forced moves, the user's own (`docs/model.md` 6).

use super::line::{Category, Line};
use super::load::Load;
use super::mix::scenario_tokens;
use super::{Month, OptionModel};
use crate::curve::{Cause, Curve};
use crate::scenario::{Common, Cost, CostBasis};
use crate::units::{
    GPUS, HOURS_PER_MONTH, MINUTES_PER_REQUEST, ONE, PER_YEAR, TOKENS_PER_REQUEST, USD,
    USD_PER_GPU_HOUR, USD_PER_GPU_MONTH, USD_PER_HOUR, USD_PER_MONTH, USD_PER_MTOK,
    USD_PER_REQUEST, USD_PER_YEAR,
};

const SECTION: &str = "6";

/// Review, errors and forced moves.
pub fn lines(option: &Common, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    review(option, load, month, out);
    errors(option, load, month, out);
    if let Some(migration) = &option.migration {
        let line = Line::begin("forced migration, expected", Category::Migration, SECTION)
            .by("probability", &migration.probability_per_year, PER_YEAR)
            .by("weeks", &migration.weeks, ONE)
            .by("rate per week", &migration.usd_per_week, USD);
        out.lines.push(line.monthly());
    }
    if option.switching_usd.value > 0.0 {
        let line = Line::begin("moving to this option", Category::Migration, SECTION).by(
            "effort",
            &option.switching_usd,
            USD,
        );
        out.lines
            .push(line.once(f64::from(month.scenario.horizon_months)));
    }
}

fn review(option: &Common, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    let quality = &option.quality;
    if quality.review_share.value <= 0.0 {
        return;
    }
    let billed = 1.0 + month.scenario.workload.retry_share.value;
    let minutes = quality.review_share.value * billed * quality.review_minutes.value;
    let need = load
        .mean
        .times(minutes / 60.0 / quality.reviewer_hours_per_day.value);
    let people = need.rounded_up(Cause::Staff);
    out.reviewers = Some(if quality.whole_reviewers {
        people.clone()
    } else {
        need
    });
    let line = if quality.whole_reviewers {
        let hours = quality.reviewer_hours_per_day.value * month.scenario.days_per_month.value;
        Line::begin("reviewers", Category::Oversight, SECTION)
            .by_curve("people", &people, ONE)
            .by_number("paid hours of each", hours, HOURS_PER_MONTH)
            .by("rate", &quality.reviewer_usd_per_hour, USD_PER_HOUR)
    } else {
        Line::begin("human review", Category::Oversight, SECTION)
            .by_requests(load, month)
            .by("reviewed", &quality.review_share, ONE)
            .by("working time", &quality.review_minutes, MINUTES_PER_REQUEST)
            .by("rate", &quality.reviewer_usd_per_hour, USD_PER_HOUR)
    };
    out.lines.push(line.monthly());
}

/// N x error rate x (1 - reviewed x caught) x cost of an error.
fn errors(option: &Common, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    let quality = &option.quality;
    if quality.error_rate.value * quality.cost_per_error_usd.value <= 0.0 {
        return;
    }
    let uncaught = 1.0 - quality.review_share.value * quality.caught_by_review.value;
    let line = Line::begin("wrong answers", Category::Errors, SECTION)
        .by_requests(load, month)
        .by("error rate", &quality.error_rate, ONE)
        .by_number_unless_one("not caught by review", uncaught)
        .by(
            "cost of an error",
            &quality.cost_per_error_usd,
            USD_PER_REQUEST,
        );
    out.lines.push(line.monthly());
}

/// The user's own lines that are amounts.
pub fn amounts(option: &Common, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    for cost in &option.costs {
        if let Some(line) = amount(cost, load, month, out) {
            out.lines.push(line);
        }
    }
}

fn begin(cost: &Cost) -> super::line::Build {
    let category = Category::named(&cost.category).unwrap_or(Category::Platform);
    Line::begin(cost.label.clone(), category, SECTION)
        .by_number_unless_one("times", f64::from(cost.count))
}

fn amount(cost: &Cost, load: &Load, month: &Month<'_>, out: &OptionModel) -> Option<Line> {
    let scenario = month.scenario;
    let line = begin(cost);
    let per_request = |line: super::line::Build| line.by_requests(load, month);
    let line = match &cost.basis {
        CostBasis::Month => line.by("amount", &cost.amount, USD_PER_MONTH),
        CostBasis::Year => line.by("amount", &cost.amount, USD_PER_YEAR),
        CostBasis::Hour => line.by("amount", &cost.amount, USD_PER_HOUR).by(
            "hours",
            &scenario.hours_per_month,
            HOURS_PER_MONTH,
        ),
        CostBasis::Once => {
            return Some(
                line.by("amount", &cost.amount, USD)
                    .once(f64::from(scenario.horizon_months)),
            );
        }
        CostBasis::Request => per_request(line).by("amount", &cost.amount, USD_PER_REQUEST),
        CostBasis::Mtok => per_request(line)
            .by_number(
                "tokens",
                scenario_tokens(&scenario.workload),
                TOKENS_PER_REQUEST,
            )
            .by("amount", &cost.amount, USD_PER_MTOK),
        CostBasis::GpuMonth => {
            line.by_curve("GPUs", &out.gpus, GPUS)
                .by("amount", &cost.amount, USD_PER_GPU_MONTH)
        }
        CostBasis::GpuHour => line
            .by_curve("GPUs", &out.gpus, GPUS)
            .by("amount", &cost.amount, USD_PER_GPU_HOUR)
            .by("hours", &scenario.hours_per_month, HOURS_PER_MONTH),
        CostBasis::ShareOf(_) => return None,
    };
    Some(line.monthly())
}

/// The user's own lines that are shares of other lines, then the overhead on everything but staff,
/// oversight and errors.
pub fn shares(option: &Common, out: &mut OptionModel) {
    let base = out.lines.len();
    for cost in &option.costs {
        if let CostBasis::ShareOf(of) = &cost.basis {
            let category = Category::named(of);
            let sum = out.sum(&out.lines[..base], |line| {
                category.is_none_or(|category| line.category == category)
            });
            let line = begin(cost)
                .by_curve(format!("lines of {of}"), &sum, USD_PER_MONTH)
                .by("share", &cost.amount, ONE);
            out.lines.push(line.monthly());
        }
    }
    if option.overhead_share.value > 0.0 {
        let apart = [Category::Staff, Category::Oversight, Category::Errors];
        let sum = out.sum(&out.lines, |line| !apart.contains(&line.category));
        let line = Line::begin("overhead", Category::Platform, SECTION)
            .by_curve("cost without staff, review and errors", &sum, USD_PER_MONTH)
            .by("overhead", &option.overhead_share, ONE);
        out.lines.push(line.monthly());
    }
}

impl OptionModel {
    /// Sum of some lines.
    pub fn sum(&self, lines: &[Line], which: impl Fn(&Line) -> bool) -> Curve {
        let mut sum = Curve::default();
        for line in lines.iter().filter(|line| which(line)) {
            sum.add(&line.amount, 1.0);
        }
        sum
    }
}
