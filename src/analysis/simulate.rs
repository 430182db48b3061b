//! What do the options cost if the inputs are not known exactly, and what is it worth to know them?
//! (`docs/model.md` section 9)

mod breaks;
mod distribution;
mod histogram;
mod months;
mod outcome;
mod result;
mod run;
mod tally;

pub use distribution::Distribution;
pub use histogram::Histogram;
pub use result::{
    AxisPoint, BreakEvens, InputResult, MonthOutcome, OptionOutcome, PairOutcome, Quantiles,
    SHARES, Simulation,
};
pub use run::{Failed, Watch};

use super::draw::{Ask, Draws, RANDOMIZATIONS, part_of};
use super::plan::Plan;
use super::uncertain::Uncertainty;
use super::{choices, compare};
use crate::cost::{Month, demand};
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Real, Replay};
use crate::scenario::Scenario;
use crate::warning::Warning;
use breaks::{Breaks, EACH};
use outcome::Found;
use run::Runner;
use tally::Tally;

/// Seed where nothing else is asked for.
pub const SEED: u64 = 1;

/// Why there is no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// Something is wrong with the scenario.
    Problems(Vec<Problem>),
    /// It cannot be priced at some values of its inputs: their paths and values, and why.
    Failed(Vec<(String, f64)>, Vec<Problem>),
    /// The precision is not reached: the one that was, the samples drawn, and about how many it would take.
    Imprecise(f64, u64, f64),
}

impl From<Vec<Problem>> for Unanswered {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

/// Samples that a search for a precision begins with.
const FIRST: u64 = 4_096;

/// How much is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// All that an answer has.
    Whole,
    /// What a picture shows: without the months one by one, the break-evens and the six choices.
    Pictured,
}

/// Draws the uncertain inputs of a scenario, for a picture: the costs of the options over the plan and in a steady
/// month, and which is the cheapest along the volume. Months, break-evens and choices are left out.
///
/// # Errors
/// What is wrong with the scenario, or with some of its cases.
pub fn pictured(uncertain: &Uncertainty<'_>, ask: &Ask) -> Result<Simulation, Unanswered> {
    found(uncertain, (ask, None), Depth::Pictured, &mut |_| true)
}

/// Draws the uncertain inputs of a scenario and prices its options in every case. With a precision, the greatest
/// standard error of a quantile of a present value over the quantile, samples are doubled until it is reached.
///
/// # Errors
/// What is wrong with the scenario, or with some of its cases; a precision that is not reached.
pub fn simulate(
    uncertain: &Uncertainty<'_>,
    ask: &Ask,
    precision: Option<f64>,
    watch: Watch<'_>,
) -> Result<Simulation, Unanswered> {
    let mut result = found(uncertain, (ask, precision), Depth::Whole, watch)?;
    if result.complete && !uncertain.at_medians().choices.is_empty() {
        add_choices(uncertain, ask, &mut result)?;
    }
    Ok(result)
}

/// The answer but for the six choices.
fn found(
    uncertain: &Uncertainty<'_>,
    (ask, precision): (&Ask, Option<f64>),
    depth: Depth,
    watch: Watch<'_>,
) -> Result<Simulation, Unanswered> {
    let scenario = uncertain.at_medians();
    let correlations = &scenario.correlations;
    let (draws, warnings) = Draws::new(&uncertain.inputs, correlations, ask.method, ask.seed)?;
    let failed = |failed: Failed| {
        let paths = uncertain.inputs.iter().map(|input| input.path.clone());
        Unanswered::Failed(paths.zip(failed.at).collect(), failed.error)
    };
    let (medians, limits) = (uncertain.medians(), uncertain.limits());
    let values = Replay::new(
        |inputs| present_values(&uncertain.scenario(inputs)?, &uncertain.options),
        &medians,
        &limits,
    )
    .map_err(failed)?;
    let runner = Runner {
        draws: &draws,
        replay: &values,
        inputs: uncertain.inputs.len(),
        threads: ask.threads,
    };
    let mut tallies = vec![Tally::new(uncertain.inputs.len(), values.results()); RANDOMIZATIONS];
    let complete = sampled(&runner, &mut tallies, (ask, precision), watch, &failed)?;
    let drawn: u64 = tallies.iter().map(|tally| tally.count).sum();
    let each = part_of(drawn.min(months::MOST), 0).max(1) as usize;
    let months = Replay::new(
        |inputs| by_month(&uncertain.scenario(inputs)?, &uncertain.options, depth),
        &medians,
        &limits,
    )
    .map_err(failed)?;
    let each = fitting(each, months.results());
    let inputs = uncertain.inputs.len();
    let spread = months::spread(&draws, &months, inputs, each, ask.threads).map_err(failed)?;
    let volume = demand(scenario).map_err(|problem| vec![problem])?.get();
    let axis = axis(scenario, volume);
    let pairs = depth == Depth::Whole;
    let breaks = Breaks::new(uncertain, &axis, pairs).map_err(failed)?;
    let cases = breaks
        .cases(&draws, each.min(EACH), ask.threads)
        .map_err(failed)?;
    let found = Found {
        uncertain,
        scenario,
        tallies: &tallies,
        spread: &spread,
        cases: &cases,
        axis: &axis,
        volume,
        months_samples: (each * RANDOMIZATIONS) as u64,
    };
    Ok(found.simulation(ask, complete, all_warnings(scenario, warnings)))
}

/// How sure the six choices are, in the first of the same draws.
fn add_choices(
    uncertain: &Uncertainty<'_>,
    ask: &Ask,
    result: &mut Simulation,
) -> Result<(), Vec<Problem>> {
    let ask = Ask {
        samples: ask.samples.min(choices::SAMPLES),
        ..*ask
    };
    result.choices = choices::drawn(uncertain, &ask)?;
    result.choices_samples = (!result.choices.is_empty()).then_some(ask.samples);
    Ok(())
}

/// What to know: of the scenario, without the word that medians are used, and of the draws.
fn all_warnings(scenario: &Scenario, more: Vec<Warning>) -> Vec<Warning> {
    let of_scenario = scenario.warnings.iter();
    let kept = of_scenario.filter(|warning| warning.code != "medians-used");
    kept.cloned().chain(more).collect()
}

/// Draws the samples that are asked for, or as many as the precision takes; whether none is missing.
fn sampled(
    runner: &Runner<'_>,
    tallies: &mut [Tally],
    (ask, precision): (&Ask, Option<f64>),
    watch: Watch<'_>,
    failed: &dyn Fn(Failed) -> Unanswered,
) -> Result<bool, Unanswered> {
    // Without a range all samples are one.
    let most = if runner.inputs == 0 { 1 } else { ask.samples };
    let Some(wanted) = precision.filter(|_| runner.inputs > 0) else {
        return runner.run(tallies, most, watch).map_err(failed);
    };
    let mut samples = FIRST.min(most);
    loop {
        if !runner.run(tallies, samples, watch).map_err(failed)? {
            return Ok(false);
        }
        let reached = outcome::precision(tallies);
        if reached <= wanted {
            return Ok(true);
        }
        // Random points need as many times more samples as the square of the error over the wanted one.
        let needed = samples as f64 * (reached / wanted).powi(2);
        let hopeless = samples >= 16 * FIRST && needed > 1e3 * most as f64;
        if samples >= most || hopeless {
            return Err(Unanswered::Imprecise(reached, samples, needed));
        }
        samples = (2 * samples).min(most);
    }
}

/// Present value of each option over the whole plan (USD).
///
/// # Errors
/// The options that cannot be priced.
pub fn present_values(scenario: &Scenario, options: &[usize]) -> Result<Vec<Real>, Vec<Problem>> {
    let plan = Plan::of(scenario)?;
    let present = |option: &usize| {
        let flows = plan.flows(*option, 0, plan.months(), |_| true);
        flows.present(plan.monthly_rate)
    };
    Ok(options.iter().map(present).collect())
}

/// Of each option: its steady month as `compare` has it, then, where they are wanted, the cash of each month of
/// the plan (USD).
fn by_month(
    scenario: &Scenario,
    options: &[usize],
    depth: Depth,
) -> Result<Vec<Real>, Vec<Problem>> {
    let plan = match depth {
        Depth::Whole => Some(Plan::of(scenario)?),
        Depth::Pictured => None,
    };
    let volume = demand(scenario).map_err(|problem| vec![problem])?;
    let models = compare::models(&Month::of(scenario, 0))?;
    let mut list = Vec::new();
    for option in options.iter().copied() {
        let lines = models[option]
            .lines
            .iter()
            .map(|line| line.amount.at(volume));
        list.push(lines.fold(Real::ZERO, |sum, line| sum + line));
        if let Some(plan) = &plan {
            let flows = plan.flows(option, 0, plan.months(), |_| true);
            let months = flows.start.iter().zip(&flows.end);
            list.extend(months.map(|(start, end)| *start + *end));
        }
    }
    Ok(list)
}

/// Samples of each randomization that leave room: a histogram takes some thousand bins.
fn fitting(each: usize, results: usize) -> usize {
    const FIGURES: usize = 4_000;
    if results > FIGURES {
        each.min(BLOCK)
    } else {
        each
    }
}

/// Points of the volume axis: from a thirtieth to thirty times the volume, within what is searched.
fn axis(scenario: &Scenario, volume: f64) -> Vec<f64> {
    let (low, high) = scenario.volume_range;
    let points = (-10..=10).map(|step| volume * 2f64.powf(f64::from(step) / 2.0));
    points
        .filter(|volume| (low..=high).contains(volume))
        .collect()
}

#[cfg(test)]
mod tests;
