//! The whole result of each shipped scenario, kept as JSON.

use std::path::PathBuf;

use serde_json::Value;

use super::run::{compared, files, root, shipped};

/// Results may differ in the last places between platforms, whose logarithms do.
const TOLERANCE: f64 = 1e-9;
/// Differences that are shown of a result.
const SHOWN: usize = 10;

fn folder() -> PathBuf {
    root().join("tests/snapshots")
}

#[test]
fn the_result_of_each_scenario_is_the_one_that_was_kept() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut changed = Vec::new();
    for file in shipped() {
        let result = compared(&file.name, &file.text);
        let now = serde_json::to_value(&result).expect("results serialize");
        let path = folder().join(format!("{}.json", file.name));
        if update {
            let text = serde_json::to_string_pretty(&now).expect("values serialize");
            std::fs::write(&path, text + "\n").expect("a folder to write to");
            continue;
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let kept: Value = serde_json::from_str(&kept).unwrap_or(Value::Null);
        changed.append(&mut differences(&file.name, &kept, &now));
    }
    assert!(
        changed.is_empty(),
        "{}\nif that is meant: UPDATE_SNAPSHOTS=1 cargo test --test scenarios",
        changed.join("\n")
    );
}

#[test]
fn no_kept_result_is_of_a_scenario_that_is_gone() {
    let names: Vec<String> = shipped().into_iter().map(|file| file.name).collect();
    for path in files(&folder(), "json") {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(
            names.contains(&name),
            "{} belongs to no scenario",
            path.display()
        );
    }
}

/// The first places at which two values differ.
pub fn differences(name: &str, kept: &Value, now: &Value) -> Vec<String> {
    let mut list = Vec::new();
    compare(name, kept, now, &mut list);
    list.truncate(SHOWN);
    list
}

/// Notes every place at which two values differ; numbers within the tolerance do not.
fn compare(place: &str, kept: &Value, now: &Value, differences: &mut Vec<String>) {
    match (kept, now) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            for (key, value) in a {
                compare(&format!("{place}.{key}"), value, &b[key], differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{place}[{at}]"), a, b, differences);
            }
        }
        _ if same(kept, now) => {}
        _ => differences.push(format!("{place}: was {kept}, is {now}")),
    }
}

fn same(kept: &Value, now: &Value) -> bool {
    match (kept.as_f64(), now.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()),
        _ => kept == now,
    }
}

#[test]
fn a_difference_is_named_with_its_place() {
    let kept = serde_json::json!({ "a": [{ "b": 1.0 }], "c": "x" });
    let now = serde_json::json!({ "a": [{ "b": 1.000_001 }], "c": "x" });
    let mut differences = Vec::new();
    compare("s", &kept, &now, &mut differences);
    assert_eq!(differences, ["s.a[0].b: was 1.0, is 1.000001"]);
    let mut differences = Vec::new();
    compare(
        "s",
        &kept,
        &serde_json::json!({ "a": [], "c": "x" }),
        &mut differences,
    );
    assert_eq!(differences.len(), 1);
}
