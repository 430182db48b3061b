//! At which volumes do the options cross? Every pair, exactly.

use serde::Serialize;

use super::crossings::{Crossings, crossings};
use crate::cost::OptionModel;
use crate::curve::{Cause, Curve};
use crate::real::Real;
use crate::scenario::Scenario;

/// Two options over the volume.
#[derive(Clone, Debug, Serialize)]
pub struct BreakEven {
    /// First option.
    pub a: String,
    /// Second option.
    pub b: String,
    /// Volumes searched [requests/day]; fixed hardware ends it where it is full.
    pub range: [f64; 2],
    /// The option whose fixed hardware is full at the high end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limited_by: Option<String>,
    /// Whether the options cross; else whether b is never or always the cheaper one.
    pub verdict: Verdict,
    /// Every change of the cheaper option.
    pub crossings: Vec<CrossingResult>,
    /// Volume from which one option stays cheaper for the rest of the range.
    pub cheaper_from: Option<CheaperFrom>,
    /// Why they do not cross.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Outcome for a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They cross at least once.
    Crosses,
    /// b is never cheaper than a.
    Never,
    /// b is always cheaper than a.
    Always,
}

/// One crossing.
#[derive(Clone, Debug, Serialize)]
pub struct CrossingResult {
    /// Volume.
    pub requests_per_day: f64,
    /// The same with the rates of own stacks at the ends of their 80 % bands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// The option that is cheaper after it.
    pub cheaper_after: String,
    /// What makes it: a slope, or the jump of a replica, node, unit, person or price tier.
    pub cause: &'static str,
    /// Cost of both at a slope crossing; the cheaper one's cost at a jump [USD/month].
    pub monthly_usd: f64,
}

/// From where one option stays cheaper.
#[derive(Clone, Debug, Serialize)]
pub struct CheaperFrom {
    /// The option.
    pub option: String,
    /// The volume.
    pub requests_per_day: f64,
    /// The same with the rates of own stacks at the ends of their 80 % bands; an end is absent where the
    /// option does not stay cheaper there at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[Option<f64>; 2]>,
}

/// Why two options do not cross: the dearer one's cost at both ends.
#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    /// The dearer option; empty where both cost the same.
    pub dearer: String,
    /// Its cost at the low end [USD/month]: its floor.
    pub floor_usd: f64,
    /// The line that makes most of that floor.
    pub floor_line: String,
    /// The cheaper one's cost at the low end [USD/month].
    pub cheaper_floor_usd: f64,
    /// Cost of the dearer per request a day at the high end [USD/month].
    pub dearer_at_high_usd: f64,
    /// Cost of the cheaper at the high end [USD/month].
    pub cheaper_at_high_usd: f64,
}

/// Name of a cause, as JSON has it.
pub fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::Slope => "slope",
        Cause::PriceTier => "price-tier",
        Cause::Replica => "replica",
        Cause::Node => "node",
        Cause::Unit => "provisioned-unit",
        Cause::Staff => "staff",
    }
}

/// Every pair of options, in the order of the file.
pub fn pairs(scenario: &Scenario, models: &[OptionModel]) -> Vec<BreakEven> {
    let totals: Vec<Curve> = models.iter().map(OptionModel::total).collect();
    let mut list = Vec::new();
    for a in 0..models.len() {
        for b in a + 1..models.len() {
            list.push(pair(scenario, models, &totals, [a, b]));
        }
    }
    list
}

/// The volumes between which two options are searched, of a range and what each serves at most; which of
/// them ends it, if one does.
pub fn searched(range: (f64, f64), most: [Option<f64>; 2]) -> (f64, f64, Option<usize>) {
    let (low, mut high) = range;
    let mut limited = None;
    for (at, most) in most.into_iter().enumerate() {
        if let Some(most) = most.filter(|most| *most < high) {
            high = most;
            limited = Some(at);
        }
    }
    (low.min(high), high, limited)
}

fn pair(
    scenario: &Scenario,
    models: &[OptionModel],
    totals: &[Curve],
    [a, b]: [usize; 2],
) -> BreakEven {
    let most = [a, b].map(|at| models[at].max_volume.map(Real::get));
    let (low, high, limited) = searched(scenario.volume_range, most);
    let limited_by = limited.map(|at| scenario.options[[a, b][at]].name.clone());
    let found = crossings(&totals[a], &totals[b], low, high);
    let name = |first: bool| scenario.options[if first { a } else { b }].name.clone();
    let list: Vec<CrossingResult> = found
        .list
        .iter()
        .map(|crossing| CrossingResult {
            requests_per_day: crossing.volume,
            range: None,
            cheaper_after: name(crossing.first_after),
            cause: cause_name(crossing.cause),
            monthly_usd: totals[if crossing.first_after { a } else { b }].at(crossing.volume),
        })
        .collect();
    let verdict = match (list.is_empty(), found.first_at_start) {
        (false, _) => Verdict::Crosses,
        (true, Some(false)) => Verdict::Always,
        (true, _) => Verdict::Never,
    };
    BreakEven {
        a: name(true),
        b: name(false),
        range: [low, high],
        limited_by,
        verdict,
        cheaper_from: cheaper_from(&found, low, &name),
        reason: (verdict != Verdict::Crosses)
            .then(|| reason(&found, models, totals, [a, b], [low, high], &name)),
        crossings: list,
    }
}

/// The crossings of two priced options.
pub fn crossings_of(scenario: &Scenario, [a, b]: [&OptionModel; 2]) -> Crossings {
    let most = [a, b].map(|model| model.max_volume.map(Real::get));
    let (low, high, _) = searched(scenario.volume_range, most);
    crossings(&a.total(), &b.total(), low, high)
}

fn cheaper_from(
    found: &Crossings,
    low: f64,
    name: &impl Fn(bool) -> String,
) -> Option<CheaperFrom> {
    let (first, volume) = match found.list.last() {
        Some(last) => (last.first_after, last.volume),
        None => (found.first_at_start?, low),
    };
    Some(CheaperFrom {
        option: name(first),
        requests_per_day: volume,
        range: None,
    })
}

fn reason(
    found: &Crossings,
    models: &[OptionModel],
    totals: &[Curve],
    [a, b]: [usize; 2],
    [low, high]: [f64; 2],
    name: &impl Fn(bool) -> String,
) -> Reason {
    let first_dearer = found.first_at_start == Some(false);
    let (dearer, cheaper) = if first_dearer { (a, b) } else { (b, a) };
    let largest = models[dearer]
        .lines
        .iter()
        .max_by(|x, y| x.amount.at(low).total_cmp(&y.amount.at(low)))
        .map_or_else(String::new, |line| line.label.clone());
    Reason {
        dearer: found
            .first_at_start
            .map_or_else(String::new, |_| name(first_dearer)),
        floor_usd: totals[dearer].at(low),
        floor_line: largest,
        cheaper_floor_usd: totals[cheaper].at(low),
        dearer_at_high_usd: totals[dearer].at(high),
        cheaper_at_high_usd: totals[cheaper].at(high),
    }
}
