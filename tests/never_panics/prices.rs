//! Readers of price files, locks and results: on changed files of ours they never panic, and whatever an
//! import takes over is a catalog file without a problem.

use std::sync::OnceLock;

use llmcost::analysis::diff::Snapshot;
use llmcost::catalog::import::{Format, import};
use llmcost::catalog::{AS_OF, Catalog, Lock};
use llmcost::diagnostic::{Problems, Sources};
use proptest::prelude::*;

use super::cases;
use super::texts::mutated;

const LITELLM: &str = include_str!("../commands/prices/litellm.json");
const GENAI: &str = include_str!("../commands/prices/genai-prices.json");
const LOCK: &str = include_str!("../errors/catalog/lock_changed_by_hand.toml");
const RESULT: &str = r#"{ "schema": "llmcost/compare/1", "scenario": { "name": "s", "requests_per_day": 1.0 },
  "cheapest": "a", "options": [ { "name": "a", "kind": "api", "monthly_usd": 1.5, "lines":
  [ { "category": "usage", "label": "input", "monthly_usd": 1.5 } ] } ], "break_even":
  [ { "a": "a", "b": "b", "verdict": "crosses", "crossings": [ { "requests_per_day": 2.0, "cheaper_after": "b" } ] } ] }"#;

fn overlay_is_right(text: &str) {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    Catalog::embedded().overlay("made.toml", text, &mut sources, &mut problems);
    let told: Vec<String> = problems
        .sorted()
        .iter()
        .map(|p| p.render(&sources))
        .collect();
    assert!(told.is_empty(), "{}\n{text}", told.join("\n"));
}

fn imported(format: Format, text: &str) {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    let catalog = CATALOG.get_or_init(Catalog::embedded);
    let made = import(format, "any.json", text, AS_OF, catalog);
    let Ok(made) = made else { return };
    let parts = made.accepted
        + made.merged
        + made.refused.len()
        + made.zero_priced.len()
        + made.not_by_token.len();
    assert_eq!(parts, made.entries);
    overlay_is_right(&made.text);
}

#[test]
fn the_unchanged_samples_are_catalog_files() {
    imported(Format::Litellm, LITELLM);
    imported(Format::GenaiPrices, GENAI);
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn what_is_imported_from_a_changed_file_is_a_catalog_file(
        litellm in mutated(vec![LITELLM.to_owned()]),
        genai in mutated(vec![GENAI.to_owned()]),
    ) {
        imported(Format::Litellm, &litellm);
        imported(Format::GenaiPrices, &genai);
    }

    #[test]
    fn changed_locks_and_results_are_read_or_refused(
        lock in mutated(vec![LOCK.to_owned()]),
        result in mutated(vec![RESULT.to_owned()]),
    ) {
        let (mut sources, mut problems) = (Sources::default(), Problems::default());
        Lock::read("lock.toml", &lock, &mut sources, &mut problems);
        for problem in problems.sorted() {
            prop_assert!(problem.render(&sources).contains(": error: "));
        }
        if let Ok(value) = serde_json::from_str(&result) {
            let _ = Snapshot::read(&value);
        }
    }
}

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn a_number_of_any_size_is_taken_over_as_a_price_or_refused(price in any::<f64>()) {
        prop_assume!(price.is_finite());
        let numbers = ["2e-06", "8e-06", "1e-07", "5e-07", "1.25e-07"];
        for number in numbers {
            imported(Format::Litellm, &LITELLM.replace(number, &format!("{price:e}")));
        }
        for number in ["1.0,", "4.0 }", "0.01,", "100000,"] {
            let end = &number[number.len() - 1..];
            imported(Format::GenaiPrices, &GENAI.replace(number, &format!("{price:e}{end}")));
        }
    }
}
