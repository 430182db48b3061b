//! What changed between two scenarios or results, and which causes the difference of each cost has.

mod bridge;
mod causes;
mod chains;
mod differences;
mod renames;
mod result;
mod snapshot;
mod trees;

pub use bridge::{Bridge, Bridged, Measure, Part, Side, Together};
pub use causes::{Cause, cause};
pub use chains::{Nano, Parts, nano, split, usd};
pub use result::{
    BreakEvenChange, Crossing, Crossings, Diff, FactChange, InputChange, LineChange, NpvDiff,
    OptionDiff, Status, Verdict,
};
pub use snapshot::{Line, Pair, Priced, Snapshot};

use crate::diagnostic::Sources;
use differences::differences;
use renames::{renamed, same_but_for_names};
use trees::plain;

/// The difference of two scenarios, from their results and their files.
///
/// `names` says which option of the old side is which of the new one, where the names differ; with
/// `over_time` the present value of the whole plan has a bridge too.
pub fn scenarios(
    (old, old_result): (&Side<'_>, &Snapshot),
    (new, new_result): (&Side<'_>, &Snapshot),
    names: &[(String, String)],
    catalogs_differ: bool,
    over_time: bool,
    sources: &Sources,
) -> Diff {
    let mut names = names.to_vec();
    names.extend(same_but_for_names(old.tree, new.tree, &names));
    let tree = renamed(old.tree, &names);
    let before = Side {
        tree: &tree,
        ..*old
    };
    let mut diff = between(old_result, new_result, &names);
    diff.of = "scenarios";
    diff.cannot_tell.clear();
    for option in &mut diff.options {
        if option.old_usd.is_some() && option.new_usd.is_some() {
            let bridged =
                |measure| bridge::bridge(&before, new, &option.name, catalogs_differ, measure);
            option.bridge = bridged(Measure::Month).map(|found| found.bridge);
            if over_time {
                option.npv = bridged(Measure::Plan).map(NpvDiff::of);
            }
        }
    }
    diff.inputs = differences(&tree, new.tree)
        .into_iter()
        .map(|one| InputChange {
            path: one.path,
            cause: one.cause,
            old: one.old.map(plain),
            new: one.new.map(plain),
            old_place: one.old.map(|node| sources.locate(node.place)),
            new_place: one.new.map(|node| sources.locate(node.place)),
        })
        .collect();
    diff
}

/// The difference of two results: options and their lines.
pub fn results(old: &Snapshot, new: &Snapshot, names: &[(String, String)]) -> Diff {
    let mut diff = between(old, new, names);
    diff.cannot_tell = vec![
        "how much is price, volume, mix, caching, efficiency and staffing: a result has no inputs; \
         compare the two scenario files"
            .into(),
    ];
    if old.totals_only || new.totals_only {
        for option in &mut diff.options {
            option.lines.clear();
        }
        let what =
            "which lines differ, and the break-evens: a baseline has the totals alone, to the cent";
        diff.cannot_tell.push(what.into());
    }
    let volumes = old.requests_per_day.zip(new.requests_per_day);
    if let Some((before, after)) = volumes.filter(|(a, b)| a != b) {
        diff.inputs.push(InputChange {
            path: "workload.requests_per_day".into(),
            cause: Some(Cause::Volume),
            old: Some(before.into()),
            new: Some(after.into()),
            old_place: None,
            new_place: None,
        });
        diff.cannot_tell
            .push("which other inputs differ: of those a result names only the volume".to_owned());
    }
    diff
}

fn between(old: &Snapshot, new: &Snapshot, names: &[(String, String)]) -> Diff {
    let now = |name: &str| -> String {
        let found = names.iter().find(|(old, _)| old == name);
        found.map_or_else(|| name.to_owned(), |(_, new)| new.clone())
    };
    let then = |name: &str| -> String {
        let found = names.iter().find(|(_, new)| new == name);
        found.map_or_else(|| name.to_owned(), |(old, _)| old.clone())
    };
    let mut options: Vec<OptionDiff> = new
        .options
        .iter()
        .map(|after| {
            let before = old.option(&then(&after.name));
            option(before, Some(after))
        })
        .collect();
    let gone = old
        .options
        .iter()
        .filter(|before| new.option(&now(&before.name)).is_none());
    options.extend(gone.map(|before| option(Some(before), None)));
    let cost = |side: &Snapshot| side.option(&side.cheapest).map_or(0, Priced::nano);
    let (before, after) = (cost(old), cost(new));
    Diff {
        schema: "llmcost/diff/1",
        of: "results",
        old: old.name.clone(),
        new: new.name.clone(),
        currency: new.currency.clone(),
        currency_per_usd: new.currency_per_usd,
        verdict: Verdict {
            cheapest_old: now(&old.cheapest),
            cheapest_new: new.cheapest.clone(),
            old_usd: usd(before),
            new_usd: usd(after),
            delta_usd: usd(after - before),
        },
        options,
        inputs: Vec::new(),
        facts: if old.totals_only || new.totals_only {
            Vec::new()
        } else {
            facts(old, new)
        },
        break_even: pairs(old, new, &then, &now),
        cannot_tell: Vec::new(),
    }
}

fn option(old: Option<&Priced>, new: Option<&Priced>) -> OptionDiff {
    let delta = old.zip(new).map(|(old, new)| new.nano() - old.nano());
    let shown = new.or(old);
    let renamed_from = old
        .zip(new)
        .filter(|(old, new)| old.name != new.name)
        .map(|(old, _)| old.name.clone());
    OptionDiff {
        name: shown.map_or_else(String::new, |option| option.name.clone()),
        renamed_from,
        kind: shown.map_or_else(String::new, |option| option.kind.clone()),
        status: match (old, new, delta) {
            (None, _, _) => Status::Added,
            (_, None, _) => Status::Removed,
            (_, _, Some(0)) => Status::Same,
            _ => Status::Changed,
        },
        old_usd: old.map(|option| option.monthly_usd),
        new_usd: new.map(|option| option.monthly_usd),
        delta_usd: delta.map(usd),
        delta_nano_usd: delta,
        delta_share: old
            .zip(delta)
            .filter(|(old, _)| old.monthly_usd > 0.0)
            .map(|(old, delta)| usd(delta) / old.monthly_usd),
        bridge: None,
        npv: None,
        lines: lines(
            old.map_or(&[], |option| &option.lines),
            new.map_or(&[], |option| &option.lines),
        ),
    }
}

/// The lines that differ, by category and label; several of the same name count as one.
fn lines(old: &[Line], new: &[Line]) -> Vec<LineChange> {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for line in new.iter().chain(old) {
        let name = (line.category.as_str(), line.label.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let sum = |lines: &[Line], name: (&str, &str)| -> Nano {
        let same = lines
            .iter()
            .filter(|line| (line.category.as_str(), line.label.as_str()) == name);
        same.map(|line| nano(line.monthly_usd)).sum()
    };
    names
        .into_iter()
        .filter_map(|name| {
            let (before, after) = (sum(old, name), sum(new, name));
            (before != after).then(|| LineChange {
                category: name.0.to_owned(),
                label: name.1.to_owned(),
                old_usd: usd(before),
                new_usd: usd(after),
                delta_usd: usd(after - before),
            })
        })
        .collect()
}

fn facts(old: &Snapshot, new: &Snapshot) -> Vec<FactChange> {
    let missing = |facts: &[String], from: &[String], side: &'static str| -> Vec<FactChange> {
        let only = facts.iter().filter(|fact| !from.contains(fact));
        only.map(|fact| FactChange {
            side,
            fact: fact.clone(),
        })
        .collect()
    };
    let mut list = missing(&old.facts, &new.facts, "old");
    list.extend(missing(&new.facts, &old.facts, "new"));
    list
}

fn pairs(
    old: &Snapshot,
    new: &Snapshot,
    then: &dyn Fn(&str) -> String,
    now: &dyn Fn(&str) -> String,
) -> Vec<BreakEvenChange> {
    let both = new.pairs.iter().filter_map(|after| {
        let before = old.pair(&then(&after.a), &then(&after.b))?;
        let swapped = now(&before.a) != after.a;
        let (before, after_it) = (
            crossings(before, swapped, now),
            crossings(after, false, now),
        );
        Some(BreakEvenChange {
            a: after.a.clone(),
            b: after.b.clone(),
            changed: before != after_it,
            old: before,
            new: after_it,
        })
    });
    both.collect()
}

/// The crossings of a pair; a pair that stands the other way round is turned.
fn crossings(pair: &Pair, swapped: bool, now: &dyn Fn(&str) -> String) -> Crossings {
    let verdict = match (pair.verdict.as_str(), swapped) {
        ("always", true) => "never",
        ("never", true) => "always",
        (verdict, _) => verdict,
    };
    Crossings {
        verdict: verdict.to_owned(),
        crossings: pair
            .crossings
            .iter()
            .map(|(requests_per_day, after)| Crossing {
                requests_per_day: *requests_per_day,
                cheaper_after: now(after),
            })
            .collect(),
    }
}
