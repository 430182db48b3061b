//! The gate: does a plan keep its limits? The verdict is computed here, once; reports only show it.
//!
//! What was not measured is never green: a limit that cannot be held against anything is
//! [`Outcome::CannotTell`], and a scenario without a limit compares nothing (`docs/gate.md`).

mod baseline;
mod measure;
mod result;
mod risk;
mod tenants;

use super::compare;
use super::vary::Varied;
use crate::diagnostic::{Problem, Sources};
use crate::scenario::{At, Level, Limit, Rule, Whose};
pub use baseline::{Accepted, Baseline, BaselineOption, BaselineScenario, Change, recorded};
use measure::Plan;
pub use result::{Check, Finding, FindingLevel, Gate, Outcome, ScenarioCheck, Unread, Verdict};
use risk::Risk;
pub use tenants::{Tenant, Tenants};

/// What a run adds to the limits of its scenarios.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// Limits of flags; they hold beside those of the files, so that neither loosens the other.
    pub limits: Vec<Limit>,
    /// Name of the chosen option, instead of the files'.
    pub chosen: Option<String>,
    /// Which value of an uncertain cost counts, instead of the files'.
    pub at: Option<At>,
    /// Increases below this are ignored [USD/month], instead of the files'.
    pub ignore_below_usd: Option<f64>,
    /// What increases are counted from.
    pub baseline: Option<Baseline>,
    /// Why there is no baseline, where one was asked for.
    pub no_baseline: Option<String>,
    /// Who used how much.
    pub tenants: Option<Tenants>,
    /// Whether a missing baseline only warns.
    pub allow_missing_baseline: bool,
    /// Whether this run takes down a new baseline.
    pub saving: bool,
}

/// Holds a scenario against its limits.
///
/// # Errors
/// The options that cannot be priced, or ranges that cannot be drawn.
pub fn check(
    varied: Varied<'_>,
    file: &str,
    sources: &Sources,
    demands: &Demands,
) -> Result<ScenarioCheck, Vec<Problem>> {
    let scenario = varied.scenario;
    let (options, warnings) = compare::options(scenario)?;
    let cheapest = compare::cheapest(&options);
    let wanted = demands.chosen.as_ref().or(scenario.budget.chosen.as_ref());
    let chosen = wanted.unwrap_or(&cheapest).clone();
    let at = demands.at.or(scenario.budget.at).unwrap_or_default();
    let risk = match at {
        At::Median => None,
        At::P90 => Risk::of(varied)?,
    };
    let plan = Plan {
        scenario,
        file,
        options: &options,
        chosen: options.iter().find(|option| option.name == chosen),
        at,
        risk,
        demands,
    };
    let limits = scenario.budget.limits.iter().chain(&demands.limits);
    let checks: Vec<Check> = limits.map(|limit| held(limit, &plan, sources)).collect();
    let amount = plan.chosen.and_then(|option| plan.of_option(option).ok());
    Ok(ScenarioCheck {
        name: scenario.name.clone(),
        file: file.to_owned(),
        start: scenario.start.to_string(),
        verdict: Verdict::of(&checks),
        chosen: chosen.clone(),
        cheapest,
        at,
        monthly_usd: amount.map(|amount| amount.monthly_usd),
        usd_per_request: amount.and_then(|amount| amount.usd_per_request),
        baseline_usd: plan.baseline().ok().map(|option| option.monthly_usd),
        options: recordable(&plan),
        currency: scenario.currency.code.clone(),
        currency_per_usd: scenario.currency.per_usd,
        checks,
        warnings,
    })
}

/// Every option whose cost is known, as a baseline records it.
fn recordable(plan: &Plan<'_>) -> Vec<BaselineOption> {
    let known = plan.options.iter().filter_map(|option| {
        let amount = plan.of_option(option).ok()?;
        let usd_per_request = amount.usd_per_request.unwrap_or_default();
        Some(BaselineOption::of(
            &option.name,
            (amount.monthly_usd, usd_per_request),
        ))
    });
    known.collect()
}

/// One limit held against the plan.
fn held(limit: &Limit, plan: &Plan<'_>, sources: &Sources) -> Check {
    let measured = plan.measure(&limit.rule);
    let (outcome, actual, why) = match measured {
        Ok(actual) if limit.rule.keeps(actual, limit.value) => kept(limit, actual, plan),
        Ok(actual) => broken(limit, actual, plan),
        Err(why) => (why.outcome(), None, Some(why.text().to_owned())),
    };
    let (place, flag) = placed(limit, plan, sources);
    Check {
        rule: limit.rule.name(),
        of: match &limit.rule {
            Rule::Cost(Whose::Chosen, _) => None,
            Rule::Cost(whose, _) => whose.name().map(str::to_owned),
            _ => None,
        },
        level: limit.level,
        outcome,
        limit: limit.value,
        actual,
        unit: limit.rule.unit(),
        why,
        place,
        flag,
    }
}

/// A limit that is kept, unless what nobody is named for would break it.
fn kept(limit: &Limit, actual: f64, plan: &Plan<'_>) -> (Outcome, Option<f64>, Option<String>) {
    match plan.most(&limit.rule, actual) {
        Some((most, why)) if !limit.rule.keeps(most, limit.value) => {
            (Outcome::CannotTell, None, Some(why))
        }
        _ => (Outcome::Pass, Some(actual), plan.note(&limit.rule)),
    }
}

/// A limit that is broken: by how much it matters.
fn broken(limit: &Limit, actual: f64, plan: &Plan<'_>) -> (Outcome, Option<f64>, Option<String>) {
    let floor = plan.floor_usd();
    if limit.rule.of_baseline() && plan.increase_usd().is_ok_and(|usd| usd < floor) {
        let why = "the increase is below the floor of what counts".to_owned();
        return (Outcome::Ignored, Some(actual), Some(why));
    }
    let outcome = match limit.level {
        Level::Deny => Outcome::Fail,
        Level::Warn => Outcome::Warn,
    };
    (outcome, Some(actual), plan.note(&limit.rule))
}

/// Where a limit stands in the scenario's files; a flag's stands where the option does that breaks it.
fn placed(limit: &Limit, plan: &Plan<'_>, sources: &Sources) -> (String, Option<String>) {
    let name = sources.name(limit.place);
    if !name.starts_with("--") {
        return (sources.locate(limit.place), None);
    }
    let named = match &limit.rule {
        Rule::Cost(Whose::Option(name), _) => Some(name.as_str()),
        _ => plan.chosen.map(|option| option.name.as_str()),
    };
    let specs = &plan.scenario.options;
    let spec = specs.iter().find(|spec| Some(spec.name.as_str()) == named);
    let place = spec.or(specs.first()).map(|spec| spec.place);
    let text = place.map_or_else(String::new, |place| sources.locate(place));
    (text, Some(name.to_owned()))
}
