//! The figures that a goal may name, of one option in one scenario.

use super::super::crossings::crossings;
use super::super::plan::Plan;
use super::target::{Figure, Side};
use crate::cost::{self, Category, Month, OptionModel};
use crate::curve::Curve;
use crate::diagnostic::Problem;
use crate::scenario::Scenario;

/// The value of a side.
///
/// # Errors
/// The options that cannot be priced.
pub fn of_side(scenario: &Scenario, side: Side) -> Result<f64, Vec<Problem>> {
    match side {
        Side::Number(value) => Ok(value),
        Side::Figure { option, figure } => of_option(scenario, option, figure),
    }
}

fn model(scenario: &Scenario, option: usize) -> Result<OptionModel, Vec<Problem>> {
    cost::model(&Month::of(scenario, 0), option).map_err(|problem| vec![problem])
}

/// Cost of a steady month over the volume.
///
/// # Errors
/// Why the option cannot be priced.
pub fn curve(scenario: &Scenario, option: usize) -> Result<Curve, Vec<Problem>> {
    model(scenario, option).map(|model| model.total())
}

fn of_option(scenario: &Scenario, option: usize, figure: Figure) -> Result<f64, Vec<Problem>> {
    if matches!(figure, Figure::Npv | Figure::Cumulated) {
        let plan = Plan::of_some(scenario, &[option])?;
        let flows = plan.flows(option, 0, plan.months(), |_| true);
        let value = match figure {
            Figure::Npv => flows.present(plan.monthly_rate),
            _ => flows.total(),
        };
        return Ok(value.get());
    }
    if let Figure::BreakEven(against) = figure {
        return break_even(scenario, option, against);
    }
    let model = model(scenario, option)?;
    let volume = cost::volume(scenario).map_err(|problem| vec![problem])?;
    let monthly = model.total().at(volume);
    let requests = cost::billed_requests(scenario, volume);
    Ok(match figure {
        Figure::PerRequest => monthly / requests,
        Figure::PerMtok => {
            let tokens = cost::scenario_tokens(&scenario.workload).get();
            monthly / (requests * tokens / 1e6)
        }
        Figure::StaffShare => model.of_category(Category::Staff).at(volume) / monthly,
        _ => monthly,
    })
}

/// The volume from which an option stays cheaper than another up to the end of the range; endless where it
/// does not.
fn break_even(scenario: &Scenario, option: usize, against: usize) -> Result<f64, Vec<Problem>> {
    let (low, mut high) = scenario.volume_range;
    let (own, other) = (model(scenario, option)?, model(scenario, against)?);
    for most in [own.max_volume, other.max_volume].into_iter().flatten() {
        high = high.min(most.get());
    }
    let found = crossings(&own.total(), &other.total(), low.min(high), high);
    Ok(match (found.list.last(), found.first_at_start) {
        (Some(last), _) if last.first_after => last.volume,
        (None, Some(true)) => low,
        _ => f64::INFINITY,
    })
}
