//! What is replayed from a record is what the model gives: every number of every shipped scenario made a
//! range at once, and drawn.

use std::fs;

use llmcost::analysis::compare::models;
use llmcost::analysis::plan::Plan;
use llmcost::analysis::uncertain::Uncertainty;
use llmcost::analysis::vary::Varied;
use llmcost::catalog::Catalog;
use llmcost::cost::{Month, demand};
use llmcost::diagnostic::{Problem, Sources};
use llmcost::document::{Entry, Node, Value};
use llmcost::real::{Real, Replay};
use llmcost::scenario::{Scenario, Settings, load, load_tree};

/// Totals of every option in three months of the plan, at the volumes of these months, and the present value
/// of the whole plan.
fn totals(scenario: &Scenario) -> Result<Vec<Real>, Vec<Problem>> {
    let first = demand(scenario).map_err(|problem| vec![problem])?;
    let mut list = Vec::new();
    for index in [0, 1, 17] {
        let month = Month::of(scenario, index);
        let volume = scenario.workload.growth.volume(first, index);
        for model in models(&month)? {
            list.push(model.total().at(volume));
            list.push(model.upfront().at(volume));
        }
    }
    let plan = Plan::of(scenario)?;
    for option in 0..scenario.options.len() {
        let flows = plan.flows(option, 0, plan.months(), |_| true);
        list.push(flows.present(plan.monthly_rate));
    }
    Ok(list)
}

/// Every number in a tree, as the way to it.
fn numbers(node: &Node, way: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    match &node.value {
        Value::Number(_) => out.push(way.clone()),
        Value::Table(entries) if node.get("dist").is_none() => {
            for (at, entry) in entries.iter().enumerate() {
                way.push(at);
                numbers(&entry.node, way, out);
                way.pop();
            }
        }
        Value::List(list) => {
            for (at, item) in list.iter().enumerate() {
                way.push(at);
                numbers(item, way, out);
                way.pop();
            }
        }
        _ => {}
    }
}

fn change(node: &mut Node, way: &[usize], how: &dyn Fn(&mut Node)) {
    let Some((first, rest)) = way.split_first() else {
        return how(node);
    };
    match &mut node.value {
        Value::Table(entries) => change(&mut entries[*first].node, rest, how),
        Value::List(list) => change(&mut list[*first], rest, how),
        _ => {}
    }
}

/// A number as a range around it, of a twentieth to either side.
fn widen(node: &mut Node) {
    let Value::Number(value) = node.value else {
        return;
    };
    let key = |key: &str, value: Value| Entry {
        key: key.to_owned(),
        place: node.place,
        node: Node {
            place: node.place,
            value,
        },
    };
    let (low, high) = (0.95 * value, 1.05 * value);
    node.value = Value::Table(vec![
        key("dist", Value::Text("uniform".into())),
        key("min", Value::Number(low.min(high))),
        key("max", Value::Number(low.max(high))),
    ]);
}

/// The tree with every number a range that may be one.
fn widened(tree: &Node, catalog: &Catalog) -> Node {
    let mut ways = Vec::new();
    numbers(tree, &mut Vec::new(), &mut ways);
    let mut wide = tree.clone();
    for way in ways {
        let mut next = wide.clone();
        change(&mut next, &way, &widen);
        let loaded = load_tree(&next, "wide", &Settings::default(), catalog);
        if loaded.is_ok_and(|scenario| models(&Month::of(&scenario, 0)).is_ok()) {
            wide = next;
        }
    }
    wide
}

/// The tree with each range replaced by the number drawn for it.
fn fixed(tree: &Node, inputs: &Uncertainty<'_>, values: &[f64]) -> Node {
    fn walk(node: &mut Node, inputs: &Uncertainty<'_>, values: &[f64]) {
        let place = node.place;
        let of = inputs
            .inputs
            .iter()
            .position(|input| input.place() == Some(place));
        let range = node.get("dist").is_some() || node.text().is_some();
        if let (Some(of), true) = (of, range) {
            node.value = Value::Number(values[of]);
            return;
        }
        match &mut node.value {
            Value::Table(entries) => entries
                .iter_mut()
                .for_each(|e| walk(&mut e.node, inputs, values)),
            Value::List(list) => list.iter_mut().for_each(|item| walk(item, inputs, values)),
            _ => {}
        }
    }
    let mut tree = tree.clone();
    walk(&mut tree, inputs, values);
    tree
}

/// Fractions that look random: multiples of irrational numbers.
fn fraction(sample: usize, input: usize) -> f64 {
    ((sample + 1) as f64 * ((input + 2) as f64).sqrt()).fract()
}

fn check(name: &str, text: &str, catalog: &Catalog) -> usize {
    let settings = Settings::default();
    let loaded = load(name, text, &settings, catalog, &mut Sources::default()).expect(name);
    let tree = widened(&loaded.tree, catalog);
    let scenario = load_tree(&tree, name, &settings, catalog).expect(name);
    let varied = Varied {
        tree: &tree,
        scenario: &scenario,
        settings: &settings,
        catalog,
    };
    let mut inputs = Uncertainty::of(varied).expect(name);
    // The bands of estimates have no number in the file to be checked against.
    inputs.inputs.retain(|input| input.place().is_some());
    let replay = Replay::new(
        |values| totals(&inputs.scenario(values)?),
        &inputs.medians(),
        &inputs.limits(),
    )
    .unwrap_or_else(|failure| panic!("{name}: {:?}", failure.error));
    for sample in 0..12 {
        let drawn = inputs.inputs.iter().enumerate();
        let values: Vec<f64> = drawn
            .map(|(at, input)| input.input.quantile(fraction(sample, at)))
            .collect();
        let exact = load_tree(&fixed(&tree, &inputs, &values), name, &settings, catalog);
        let exact = exact.and_then(|scenario| totals(&scenario));
        let replayed = replay.at(&values);
        let (Ok(exact), Ok(replayed)) = (&exact, &replayed) else {
            // What no file may say, a draw may: where the tails of two ranges meet, one of them is cut off.
            assert!(exact.is_err(), "{name} {sample}: only the replay fails");
            continue;
        };
        for (model, replayed) in exact.iter().zip(replayed) {
            let apart = (model.get() - replayed).abs();
            assert!(
                apart <= 1e-9 * model.get().abs().max(1e-6),
                "{name}, sample {sample}: {model} of the model, {replayed} replayed"
            );
        }
    }
    inputs.inputs.len()
}

#[test]
fn what_is_replayed_is_what_the_model_gives() {
    let catalog = Catalog::embedded();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut ranges = 0;
    for file in fs::read_dir(folder)
        .expect("the shipped scenarios")
        .flatten()
    {
        let text = fs::read_to_string(file.path()).expect("a scenario");
        ranges += check(&file.file_name().to_string_lossy(), &text, &catalog);
    }
    assert!(ranges > 200, "only {ranges} ranges were made");
}
