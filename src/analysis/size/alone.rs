//! A scenario with one option alone, on a GPU of another kind: the file's tree without what belongs to
//! other options or to the hardware it names.

use super::super::vary::Varied;
use crate::diagnostic::Problem;
use crate::document::{Entry, Node, Value};
use crate::scenario::{OptionSpec, Scenario, SelfHost, load_tree};

/// Keys of the file that say something about other options.
const OTHERS: [&str; 6] = [
    "api",
    "fine_tune",
    "hybrid",
    "budget",
    "correlation",
    "description",
];

/// Keys that fix what is to be found.
pub const KEPT_OUT: [&str; 5] = [
    "gpus_per_replica",
    "throughput",
    "replicas",
    "gpus",
    "capex_usd",
];

/// Keys that hold for the GPU that the file names and for no other.
pub fn of_hardware(key: &str) -> bool {
    [
        "usd_per_gpu_hour",
        "usd_per_gpu",
        "server_usd_per_gpu",
        "watts_per_gpu",
        "opex_usd_per_hour",
        "measured",
    ]
    .contains(&key)
}

/// Whether the file gives a key of an option.
pub fn states(varied: &Varied<'_>, spec: &OptionSpec, key: &str) -> bool {
    option(varied.tree, &spec.name).is_some_and(|node| node.get(key).is_some())
}

fn option<'a>(root: &'a Node, name: &str) -> Option<&'a Node> {
    let Value::List(list) = &root.get("self_host")?.value else {
        return None;
    };
    let named = |node: &&Node| node.get("name").and_then(Node::text) == Some(name);
    list.iter().find(named)
}

/// The scenario of one option on a GPU, at the volume of the whole.
///
/// # Errors
/// What keeps the GPU from being priced.
pub fn scenario(
    varied: &Varied<'_>,
    spec: &OptionSpec,
    own: &SelfHost,
    gpu: &str,
    volume: f64,
) -> Result<Scenario, Vec<Problem>> {
    let mut tree = Node::table(varied.tree.place);
    let mut kept: Vec<Entry> = Vec::new();
    for entry in varied.tree.entries() {
        let node = match entry.key.as_str() {
            key if OTHERS.contains(&key) => continue,
            "self_host" => {
                let Some(node) = option(varied.tree, &spec.name) else {
                    continue;
                };
                let mut list = entry.node.clone();
                list.value = Value::List(vec![on(node, gpu, own.gpu_name == gpu)]);
                list
            }
            "workload" => at_volume(&entry.node, volume),
            _ => entry.node.clone(),
        };
        kept.push(Entry {
            node,
            ..entry.clone()
        });
    }
    tree.value = Value::Table(kept);
    load_tree(
        &tree,
        &varied.scenario.name,
        varied.settings,
        varied.catalog,
    )
}

/// An option's table on a GPU, without what holds only for the one it names.
fn on(option: &Node, gpu: &str, same: bool) -> Node {
    let mut entries: Vec<Entry> = Vec::new();
    let mut place = option.place;
    for entry in option.entries() {
        let key = entry.key.as_str();
        if key == "gpu" {
            place = entry.node.place;
            continue;
        }
        if KEPT_OUT.contains(&key) || (!same && of_hardware(key)) {
            continue;
        }
        let mut entry = entry.clone();
        if key == "purchase" && !same {
            without_rents(&mut entry.node);
        }
        entries.push(entry);
    }
    let value = Value::Text(gpu.to_owned());
    entries.push(Entry {
        key: "gpu".to_owned(),
        place,
        node: Node { place, value },
    });
    Node {
        place: option.place,
        value: Value::Table(entries),
    }
}

/// A mix of purchases without the rents that it states.
fn without_rents(purchase: &mut Node) {
    if let Value::List(parts) = &mut purchase.value {
        for part in parts {
            if let Value::Table(entries) = &mut part.value {
                entries.retain(|entry| entry.key != "usd_per_gpu_hour");
            }
        }
    }
}

/// The workload with its volume as a number, where it is what an option can serve.
fn at_volume(workload: &Node, volume: f64) -> Node {
    let Some(of) = workload.get("at_capacity_of") else {
        return workload.clone();
    };
    let number = |key: &str, value: f64| Entry {
        key: key.to_owned(),
        place: of.place,
        node: Node {
            place: of.place,
            value: Value::Number(value),
        },
    };
    let own = workload.entries().iter();
    let mut entries: Vec<Entry> = own
        .filter(|entry| entry.key != "at_capacity_of")
        .cloned()
        .collect();
    entries.push(number("requests_per_day", volume));
    // Demand equal to capacity fills every hour.
    if workload.get("peak_to_mean").is_none() && workload.get("day_shape").is_none() {
        entries.push(number("peak_to_mean", 1.0));
    }
    Node {
        place: workload.place,
        value: Value::Table(entries),
    }
}
