//! Which input moves the answer, and at which value would it turn? (`docs/model.md` section 8)

mod elasticity;
mod flips;
mod indices;
mod inputs;
mod points;
mod ranks;
mod result;
mod swings;
mod tornado;

use super::draw;
use super::plan::Plan;
use super::uncertain::Uncertainty;
use super::vary::Varied;
use crate::cost::{Month, demand};
use crate::diagnostic::Problem;
use crate::real::{Failure, Real, Replay};
use crate::scenario::Scenario;
pub use indices::{Estimate, Indices, RANDOMIZATIONS, indices};
pub use inputs::{NumberInput, Numbers};
pub use result::{
    Elasticity, FigureResult, Flip, FlipScan, InputEffect, RangeResult, Sensitivity, Verdict,
};
pub use swings::{Swing, Swings, swings};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Which figure decides what the best option is.
    pub verdict: Verdict,
    /// How far from its present value an input is moved to find where the verdict flips, as a factor.
    pub within: f64,
    /// Cases of the variance shares and rank correlations.
    pub samples: u64,
    /// Seed of the draws.
    pub seed: u64,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// Something is wrong with the scenario.
    Problems(Vec<Problem>),
    /// It cannot be priced at some values of its ranges: their paths and values, and why.
    Failed(Vec<(String, f64)>, Vec<Problem>),
}

impl From<Vec<Problem>> for Unanswered {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

/// Monthly cost and present value of every option, in this order.
fn figures(scenario: &Scenario) -> Result<Vec<Real>, Vec<Problem>> {
    let mut list = monthly(scenario)?;
    let plan = Plan::of(scenario)?;
    for option in 0..scenario.options.len() {
        let flows = plan.flows(option, 0, plan.months(), |_| true);
        list.push(flows.present(plan.monthly_rate));
    }
    Ok(list)
}

/// The cost of a steady month of each option.
fn monthly(scenario: &Scenario) -> Result<Vec<Real>, Vec<Problem>> {
    let models = super::compare::models(&Month::of(scenario, 0))?;
    let volume = demand(scenario).map_err(|problem| vec![problem])?;
    Ok(models
        .iter()
        .map(|model| model.total().at(volume))
        .collect())
}

/// Moves every input of a scenario: the ranges between their 10 % and 90 % values and all at once, and each
/// number as far as it takes to make another option the best one.
///
/// # Errors
/// What is wrong with the scenario, or with it at some values of its ranges.
pub fn sensitivity(
    varied: &Varied<'_>,
    ask: &Ask,
    watch: &mut dyn FnMut(),
) -> Result<Sensitivity, Unanswered> {
    let scenario = varied.scenario;
    let names: Vec<&str> = scenario
        .options
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    let now: Vec<f64> = figures(scenario)?.iter().map(|real| real.get()).collect();
    let uncertain = Uncertainty::of(*varied)?;
    let medians = uncertain.medians();
    let failed = |failure: Failure<Vec<Problem>>| {
        let paths = uncertain.inputs.iter().map(|input| input.path.clone());
        Unanswered::Failed(paths.zip(failure.at).collect(), failure.error)
    };
    let replay = Replay::new(
        |values| figures(&uncertain.scenario(values)?),
        &medians,
        &uncertain.limits(),
    )
    .map_err(failed)?;
    let ranked = tornado::Ranked::of(&now, ask.verdict);
    let figures = tornado::figures(&names, &now, &ranked);
    let mut results = tornado::swings(&uncertain, &replay, &figures, &now).map_err(failed)?;
    let mut warnings = scenario.warnings.clone();
    let copula = draw::copula(&uncertain.inputs, &scenario.correlations, &mut warnings);
    if !uncertain.inputs.is_empty() {
        let how = (ask, copula.as_ref());
        indices::add(&uncertain, &replay, &figures, how, &mut results, watch).map_err(failed)?;
    }
    let numbers = Numbers::of(varied.tree);
    let elasticities = elasticity::all(varied, &numbers, &names, watch);
    let flips = flips::all(varied, &numbers, &names, ask, watch)?;
    Ok(Sensitivity {
        schema: "llmcost/sensitivity/1",
        scenario: scenario.name.clone(),
        verdict_by: ask.verdict,
        options: names.iter().map(|name| (*name).to_owned()).collect(),
        best: names[ranked.best].to_owned(),
        next: ranked.next.map(|at| names[at].to_owned()),
        ranges: tornado::ranges(&uncertain),
        samples: (!uncertain.inputs.is_empty()).then_some(ask.samples),
        seed: ask.seed,
        figures: results,
        elasticities,
        flips,
        warnings,
    })
}

#[cfg(test)]
mod tests;
