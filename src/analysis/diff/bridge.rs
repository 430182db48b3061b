//! The bridge of one option: what each cause makes of the difference of its cost.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::plan::Plan;
use super::causes::Cause;
use super::chains::{self, Nano, Parts, nano, usd};
use super::differences::differences;
use super::trees::{closure, mixed, only};
use crate::catalog::Catalog;
use crate::cost::{self, Month};
use crate::document::Node;
use crate::scenario::{Scenario, Settings, load_tree};

/// One of the two scenarios.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The file as a tree, assignments applied.
    pub tree: &'a Node,
    /// What the command line added.
    pub settings: &'a Settings,
    /// Facts.
    pub catalog: &'a Catalog,
}

/// Which cost is bridged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// That of a steady month [USD/month].
    Month,
    /// The present value of the whole plan (USD).
    Plan,
}

/// A difference with its bridge, in nano-dollars.
#[derive(Clone, Debug)]
pub struct Bridged {
    /// Cost on the old side.
    pub old: Nano,
    /// Cost on the new side.
    pub new: Nano,
    /// What each cause makes of the difference.
    pub bridge: Bridge,
}

/// What each cause makes of a difference [USD/month, or USD of a present value].
#[derive(Clone, Debug, Serialize)]
pub struct Bridge {
    /// Every cause, in the order of the tables; the amounts add up to the difference.
    pub causes: Vec<Part>,
    /// Causes that no valid scenario can tell apart; their amounts are part of `other`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Together>,
}

/// One cause.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// The cause.
    pub cause: Cause,
    /// Its amount, in the unit of the difference.
    pub usd: f64,
    /// The same in units of 1e-9 USD, in which the amounts add up exactly.
    pub nano_usd: Nano,
}

/// Causes that change only together.
#[derive(Clone, Debug, Serialize)]
pub struct Together {
    /// The causes.
    pub causes: Vec<Cause>,
    /// What they make together, in the unit of the difference.
    pub usd: f64,
    /// The same in units of 1e-9 USD.
    pub nano_usd: Nano,
}

impl Bridge {
    /// Sum of all causes, in nano-dollars.
    pub fn total(&self) -> Nano {
        self.causes.iter().map(|part| part.nano_usd).sum()
    }

    fn of(causes: &[Cause], parts: &Parts) -> Self {
        let alone = |cause: Cause| -> Nano {
            let at = causes.iter().position(|known| *known == cause);
            at.map_or(0, |at| parts.amounts[at])
        };
        let shared: Nano = parts.together.iter().map(|(_, amount)| amount).sum();
        let part = |cause: Cause| {
            let rest = if cause == Cause::Other { shared } else { 0 };
            let nano_usd = alone(cause) + rest;
            Part {
                cause,
                usd: usd(nano_usd),
                nano_usd,
            }
        };
        Self {
            causes: Cause::ALL.into_iter().map(part).collect(),
            together: parts
                .together
                .iter()
                .map(|(members, amount)| Together {
                    causes: members.iter().map(|at| causes[*at]).collect(),
                    usd: usd(*amount),
                    nano_usd: *amount,
                })
                .collect(),
        }
    }
}

/// The bridge of an option that both scenarios have; `None` where either of them cannot price it.
///
/// Only the options that its cost depends on are looked at, so that it does not change with others
/// that stand beside it, nor with the order of the file.
pub fn bridge(
    old: &Side<'_>,
    new: &Side<'_>,
    name: &str,
    catalogs_differ: bool,
    measure: Measure,
) -> Option<Bridged> {
    let names = closure(&[old.tree, new.tree], name);
    let before = only(old.tree, &closure(&[old.tree], name));
    let after = only(new.tree, &closure(&[new.tree], name));
    let (one, other) = (only(old.tree, &names), only(new.tree, &names));
    let found = differences(&one, &other);
    let mut causes: BTreeSet<Cause> = found.iter().filter_map(|one| one.cause).collect();
    if catalogs_differ {
        causes.insert(Cause::Price);
    }
    let causes: Vec<Cause> = causes.into_iter().collect();
    let full = (1usize << causes.len()) - 1;
    let values: Vec<Option<Nano>> = (0..=full)
        .map(|set| {
            let takes = |cause: Cause| {
                let at = causes.iter().position(|known| *known == cause);
                at.is_some_and(|at| set & (1 << at) != 0)
            };
            let side = if takes(Cause::Price) { new } else { old };
            match set {
                0 => cost(&before, name, old, measure),
                set if set == full => cost(&after, name, new, measure),
                _ => {
                    let tree = mixed(old.tree, new.tree, &names, &takes);
                    cost(&tree, name, side, measure)
                }
            }
        })
        .collect();
    Some(Bridged {
        old: values[0]?,
        new: values[full]?,
        bridge: Bridge::of(&causes, &chains::split(&values, causes.len())),
    })
}

/// Cost of an option; `None` where the tree is no valid scenario.
fn cost(tree: &Node, name: &str, side: &Side<'_>, measure: Measure) -> Option<Nano> {
    let scenario = load_tree(tree, "", side.settings, side.catalog).ok()?;
    let at = scenario.options.iter().position(|spec| spec.name == name)?;
    match measure {
        Measure::Month => month(&scenario, at),
        Measure::Plan => present(&scenario, at),
    }
}

/// The sum of the lines of a steady month.
fn month(scenario: &Scenario, at: usize) -> Option<Nano> {
    let model = cost::model(&Month::of(scenario, 0), at).ok()?;
    let volume = cost::volume(scenario).ok()?;
    let amounts = model.lines.iter().map(|line| line.amount.at(volume));
    amounts
        .map(|usd| usd.is_finite().then(|| nano(usd)))
        .sum::<Option<Nano>>()
}

/// The present value of all that is paid over the plan.
fn present(scenario: &Scenario, at: usize) -> Option<Nano> {
    let plan = Plan::of(scenario).ok()?;
    let flows = plan.flows(at, 0, plan.months(), |_| true);
    let usd = flows.present(plan.monthly_rate).get();
    usd.is_finite().then(|| nano(usd))
}
