//! Scenario texts run through the library.

use llmcost::analysis::compare::{Comparison, OptionResult, compare};
use llmcost::catalog::Catalog;
use llmcost::diagnostic::{Problem, Sources};
use llmcost::scenario::{Loaded, Settings, load};

use super::facts::Case;

/// Loads a scenario; a problem fails the test with its text.
pub fn loaded(text: &str) -> Loaded {
    let mut sources = Sources::default();
    let catalog = Catalog::embedded();
    load(
        "published.toml",
        text,
        &Settings::default(),
        &catalog,
        &mut sources,
    )
    .unwrap_or_else(|problems| panic!("{}", rendered(&problems, &sources)))
}

fn rendered(problems: &[Problem], sources: &Sources) -> String {
    problems
        .iter()
        .map(|problem| problem.render(sources))
        .collect()
}

/// Compares the options of a scenario; nothing published asks hardware for more than it can do.
pub fn compared(text: &str) -> Comparison {
    let result = compare(&loaded(text).scenario).unwrap_or_else(|problems| panic!("{problems:?}"));
    let full = result
        .warnings
        .iter()
        .find(|warning| warning.code == "over-capacity");
    assert!(full.is_none(), "{full:?}\n{text}");
    result
}

/// The only option of a scenario.
pub fn only(text: &str) -> OptionResult {
    let mut options = compared(text).options;
    assert_eq!(options.len(), 1, "{text}");
    options.remove(0)
}

/// Holds every case against what its scenario gives, and names all that differ.
pub fn reproduce(cases: &[Case], result: impl Fn(&Case) -> f64) {
    let mut wrong = Vec::new();
    for case in cases {
        let got = result(case);
        // A difference of a few units in the last place is no difference.
        if (got - case.expected).abs() > case.tolerance + 1e-12 * case.expected.abs() {
            wrong.push(format!(
                "{}: {got}, published {} ± {}",
                case.id, case.expected, case.tolerance
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
