//! Our copy of the published figures against the collection they were taken from, where it is there.

use std::collections::BTreeMap;
use std::path::Path;

use super::facts::{self, Case};

fn collection() -> Option<Vec<Case>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/breakeven/cases.toml");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("left out: the collection of published cases is not there");
        return None;
    };
    let table: toml::Table = text.parse().expect("the collection is TOML");
    let list = table["case"].as_array().expect("a list of cases");
    Some(list.iter().map(case).collect())
}

fn case(value: &toml::Value) -> Case {
    let text = |key: &str| value[key].as_str().expect(key).to_owned();
    let number = |key: &str| value[key].as_float().expect(key);
    let inputs = value["inputs"].as_table().expect("inputs");
    let pair = |(name, value): (&String, &toml::Value)| {
        (name.clone(), value.as_float().expect("inputs are floats"))
    };
    Case {
        id: text("id"),
        equation: text("equation"),
        inputs: inputs.iter().map(pair).collect(),
        expected: number("expected"),
        tolerance: number("tol"),
    }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-7 * a.abs().max(b.abs())
}

fn same_inputs(ours: &BTreeMap<String, f64>, theirs: &BTreeMap<String, f64>) -> bool {
    ours.keys().eq(theirs.keys()) && ours.iter().all(|(name, value)| same(*value, theirs[name]))
}

#[test]
fn every_published_case_is_reproduced_here_and_copied_without_a_slip() {
    let Some(theirs) = collection() else { return };
    let ours = facts::all();
    let ids = |cases: &[Case]| -> Vec<String> {
        let mut ids: Vec<String> = cases.iter().map(|case| case.id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&ours), ids(&theirs));
    for case in &ours {
        let copied = theirs
            .iter()
            .find(|other| other.id == case.id)
            .expect("ids are the same");
        assert_eq!(case.equation, copied.equation, "{}", case.id);
        assert!(
            same_inputs(&case.inputs, &copied.inputs),
            "{case:?}\n{copied:?}"
        );
        assert!(same(case.expected, copied.expected), "{case:?}\n{copied:?}");
        assert!(
            case.tolerance <= copied.tolerance * (1.0 + 1e-9),
            "{case:?}\n{copied:?}"
        );
    }
}
