//! The bridge of a difference: it adds up, turns its sign with the direction, is nothing between equal
//! files, and does not know the order of the options.

use std::sync::OnceLock;

use llmcost::analysis::compare::compare;
use llmcost::analysis::diff::{Bridge, Diff, Nano, Side, Snapshot, scenarios};
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Loaded, Scenario, Settings, load};
use proptest::collection::vec;
use proptest::prelude::*;

use super::run::json;
use super::scenarios::{Draft, cases, scenario};

/// A file with its result; break-evens over a short range, which no law here is about.
struct Read {
    loaded: Loaded,
    result: Snapshot,
}

fn read(text: &str, catalog: &Catalog) -> Read {
    let (settings, mut sources) = (Settings::default(), Sources::default());
    let loaded = match load("case.toml", text, &settings, catalog, &mut sources) {
        Ok(loaded) => loaded,
        Err(problems) => panic!("{problems:?}\n{text}"),
    };
    let short = Scenario {
        volume_range: (1.0, 2.0),
        ..loaded.scenario.clone()
    };
    let result = compare(&short).expect("options that can be priced");
    let result = Snapshot::read(&json(&result)).expect("a whole result");
    Read { loaded, result }
}

fn difference(old: &Read, new: &Read, catalog: &Catalog) -> Diff {
    let settings = Settings::default();
    let side = |tree| Side {
        tree,
        settings: &settings,
        catalog,
    };
    scenarios(
        (&side(&old.loaded.tree), &old.result),
        (&side(&new.loaded.tree), &new.result),
        &[],
        false,
        false,
        &Sources::default(),
    )
}

/// One for all cases, so that its rows are parsed once.
fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::embedded)
}

/// A second file that has some of its parts from another one: frame, workload, features, quality, and
/// each option that both have.
fn pair() -> impl Strategy<Value = (Draft, Draft)> {
    (
        scenario(),
        scenario(),
        vec(proptest::bool::weighted(0.25), 9),
    )
        .prop_map(|(old, other, from)| {
            let mut new = old.clone();
            if from[0] {
                new.frame = other.frame;
            }
            if from[1] {
                new.workload = other.workload;
            }
            if from[2] {
                new.features = other.features;
            }
            if from[3] {
                new.quality = other.quality;
            }
            for (at, option) in other.options.into_iter().enumerate() {
                match new.options.iter_mut().find(|o| o.name == option.name) {
                    Some(known) if from[4 + at] => *known = option,
                    None if from[4 + at] => new.options.push(option),
                    _ => {}
                }
            }
            (old, new)
        })
}

/// Both options have a bridge, or it is absent because one side does not have the option.
fn bridges(diff: &Diff) -> impl Iterator<Item = (&str, Nano, &Bridge)> {
    diff.options.iter().filter_map(|option| {
        let delta = option.delta_nano_usd?;
        let bridge = option.bridge.as_ref().expect("both sides can price it");
        Some((option.name.as_str(), delta, bridge))
    })
}

fn amounts(bridge: &Bridge) -> Vec<Nano> {
    bridge.causes.iter().map(|part| part.nano_usd).collect()
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// To the nano-dollar, so to the cent; and against the costs that `compare` prints.
    #[test]
    fn a_bridge_adds_up((old, new) in pair()) {
        let catalog = catalog();
        let (old, new) = (read(&old.text(), catalog), read(&new.text(), catalog));
        for (name, delta, bridge) in bridges(&difference(&old, &new, catalog)) {
            prop_assert_eq!(bridge.total(), delta, "{}", name);
            let cost = |read: &Read| read.result.option(name).expect("an option").monthly_usd;
            let printed = cost(&new) - cost(&old);
            let rounding = 1e-8 + 1e-14 * cost(&new).max(cost(&old));
            prop_assert!((delta as f64 / 1e9 - printed).abs() <= rounding, "{} {}", delta, printed);
        }
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn the_reverse_of_a_bridge_is_its_negative((old, new) in pair()) {
        let catalog = catalog();
        let (old, new) = (read(&old.text(), catalog), read(&new.text(), catalog));
        let back = difference(&new, &old, catalog);
        for (name, _, bridge) in bridges(&difference(&old, &new, catalog)) {
            let reverse = bridges(&back).find(|(known, _, _)| *known == name).expect("an option");
            let negative: Vec<Nano> = amounts(reverse.2).iter().map(|amount| -amount).collect();
            prop_assert_eq!(amounts(bridge), negative, "{}", name);
        }
    }

    #[test]
    fn a_bridge_does_not_know_the_order_of_the_options((old, new) in pair(), turn in 0usize..5) {
        let catalog = catalog();
        let mut turned = (old.clone(), new.clone());
        turned.0.options.reverse();
        let by = turn % turned.1.options.len();
        turned.1.options.rotate_left(by);
        let read = |draft: &Draft| read(&draft.text(), catalog);
        let plain = difference(&read(&old), &read(&new), catalog);
        let other = difference(&read(&turned.0), &read(&turned.1), catalog);
        for (name, _, bridge) in bridges(&plain) {
            let same = bridges(&other).find(|(known, _, _)| *known == name).expect("an option");
            prop_assert_eq!(amounts(bridge), amounts(same.2), "{}", name);
        }
    }

    #[test]
    fn equal_files_have_no_difference(draft in scenario()) {
        let catalog = catalog();
        let read = read(&draft.text(), catalog);
        let diff = difference(&read, &read, catalog);
        prop_assert!(diff.inputs.is_empty());
        for (_, delta, bridge) in bridges(&diff) {
            prop_assert_eq!(delta, 0);
            prop_assert!(amounts(bridge).iter().all(|amount| *amount == 0));
        }
    }
}
