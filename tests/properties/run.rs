//! Scenarios read and priced, for the laws to look at.

use std::sync::OnceLock;

use llmcost::analysis::compare::{Comparison, OptionResult, compare, models};
use llmcost::catalog::Catalog;
use llmcost::cost::{Month, OptionModel, volume};
use llmcost::curve::Curve;
use llmcost::diagnostic::{Problem, Sources};
use llmcost::scenario::{Scenario, Settings, load};
use proptest::prelude::TestCaseError;

use super::scenarios::Draft;

/// A scenario and what its options cost.
pub struct Run {
    pub scenario: Scenario,
    pub models: Vec<OptionModel>,
    pub totals: Vec<Curve>,
    pub volume: f64,
}

impl Run {
    /// Reads and prices a draft.
    pub fn of(draft: &Draft) -> Result<Self, TestCaseError> {
        Self::with(&draft.text(), &[])
    }

    /// Reads and prices a text with assignments on top.
    pub fn with(text: &str, assignments: &[String]) -> Result<Self, TestCaseError> {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        let mut sources = Sources::default();
        let settings = Settings {
            assignments: assignments.to_vec(),
            ..Settings::default()
        };
        let catalog = CATALOG.get_or_init(Catalog::embedded);
        let loaded = load("case.toml", text, &settings, catalog, &mut sources)
            .map_err(|problems| invalid(text, &problems, &sources))?;
        let scenario = loaded.scenario;
        let models = models(&Month::of(&scenario, 0))
            .map_err(|problems| invalid(text, &problems, &sources))?;
        let volume = volume(&scenario).map_err(|why| invalid(text, &[why], &sources))?;
        Ok(Self {
            totals: models.iter().map(OptionModel::total).collect(),
            scenario,
            models,
            volume,
        })
    }

    /// The answer of `compare`.
    pub fn compare(&self) -> Comparison {
        compare(&self.scenario).expect("models that were priced before")
    }

    /// The answer of `compare` with break-evens over a short range: for laws that are not about them.
    pub fn ledgers(&self) -> Comparison {
        let short = Scenario {
            volume_range: (1.0, 2.0),
            ..self.scenario.clone()
        };
        compare(&short).expect("models that were priced before")
    }

    /// An option's index.
    pub fn at(&self, name: &str) -> usize {
        let found = self
            .scenario
            .options
            .iter()
            .position(|spec| spec.name == name);
        found.unwrap_or_else(|| panic!("no option {name}"))
    }

    /// Cost of an option at the volume of the scenario.
    pub fn cost(&self, name: &str) -> f64 {
        self.totals[self.at(name)].at(self.volume)
    }

    /// Whether a volume is within what the fixed hardware of these options serves.
    pub fn served(&self, options: &[usize], volume: f64) -> bool {
        options.iter().all(|at| {
            self.models[*at]
                .max_volume
                .is_none_or(|most| volume <= most.get())
        })
    }
}

fn invalid(text: &str, problems: &[Problem], sources: &Sources) -> TestCaseError {
    let list: String = problems
        .iter()
        .map(|problem| problem.render(sources))
        .collect();
    TestCaseError::fail(format!("not a valid scenario:\n{list}\n{text}"))
}

/// The result of an option, by name.
pub fn option<'a>(comparison: &'a Comparison, name: &str) -> &'a OptionResult {
    let found = comparison.options.iter().find(|option| option.name == name);
    found.unwrap_or_else(|| panic!("no option {name}"))
}

/// Equal but for rounding, relative to the larger of the two.
pub fn near(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * a.abs().max(b.abs())
}

/// Volumes spread evenly over the orders of magnitude, ends included.
pub fn spread(low: f64, high: f64, count: usize) -> impl Iterator<Item = f64> {
    let last = (count - 1) as f64;
    (0..count).map(move |i| (low * (high / low).powf(i as f64 / last)).clamp(low, high))
}

/// The answer as JSON.
pub fn json(comparison: &Comparison) -> serde_json::Value {
    serde_json::to_value(comparison).expect("JSON")
}
