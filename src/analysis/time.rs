//! What does each option cost over the whole plan, month by month, and when should one move?
//! (`docs/model.md` section 8)

mod events;
mod irr;
mod months;
mod payback;
mod result;
mod switch;

use super::compare::Comparison;
use super::plan::{Flows, Plan};
use crate::diagnostic::Problem;
use crate::scenario::{OptionKind, Scenario};
pub use irr::{Irr, IrrVerdict, internal_rate};
pub use result::{
    Event, EventKind, Leaving, MonthLine, MonthResult, OptionTime, OverTime, PaybackTime,
    PaybackVerdict, Switch,
};
pub use switch::leaving;

/// Prices every option in every month of the plan and holds each against a base option.
///
/// # Errors
/// The options that cannot be priced in some month.
pub fn over_time(scenario: &Scenario, base: usize) -> Result<OverTime, Vec<Problem>> {
    let plan = Plan::of(scenario)?;
    let names: Vec<&str> = scenario
        .options
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    let flows: Vec<Flows> = (0..names.len())
        .map(|at| plan.flows(at, 0, plan.months(), |_| true))
        .collect();
    let options: Vec<OptionTime> = (0..names.len())
        .map(|at| {
            let mut option = months::option(&plan, at, names[at]);
            if at != base {
                let (of_base, own) = (&flows[base], &flows[at]);
                option.payback = Some(payback::payback(of_base, own, plan.monthly_rate.get()));
                option.irr = Some(internal_rate(&irr::savings(of_base, own)));
            }
            option
        })
        .collect();
    let switches = (0..names.len())
        .filter(|at| *at != base)
        .map(|at| switch::switch(&plan, base, at, names[at]))
        .collect();
    Ok(OverTime {
        months: scenario.horizon_months,
        base: names[base].to_owned(),
        discount_rate: scenario.discount_rate.value.get(),
        cheapest: result::least(&options, |option| option.cumulated_usd),
        cheapest_by_npv: result::least(&options, |option| option.npv_usd),
        switches,
        events: events::events(scenario, &plan),
        options,
    })
}

/// The base case where none is asked for: the API that is cheapest in a steady month, else the cheapest option.
pub fn default_base(result: &Comparison) -> usize {
    let least = |wanted: &dyn Fn(OptionKind) -> bool| {
        let list = result.options.iter().enumerate();
        list.filter(|(_, option)| wanted(option.kind))
            .min_by(|(_, a), (_, b)| a.monthly_usd.total_cmp(&b.monthly_usd))
            .map(|(at, _)| at)
    };
    least(&|kind| kind == OptionKind::Api)
        .or_else(|| least(&|_| true))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests;
