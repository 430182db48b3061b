//! The formulas of `docs/model.md` sections 2 to 6 on numbers worked by hand; the working stands in the
//! comments.
//!
//! A month of 720 h has 30 days, so 100,000 requests a day are 3 million a month, and 86,400 a day are
//! one a second.

mod api;
mod bought;
mod demand;
mod extras;
mod fine_tune;
mod fleet;
mod hybrid;
mod prices;
mod provisioned;
mod quality;
mod rented;
mod sizing;
mod staff;

use super::{Category, Month, OptionModel, model, volume};
use crate::catalog::Catalog;
use crate::diagnostic::{Problems, Sources};
use crate::scenario::{Scenario, Settings, load};

/// A scenario with its facts, and prices pinned to a date if one is given.
struct Case {
    scenario: Scenario,
}

/// The frame of every case; the text goes on with keys of `[workload]`.
const FRAME: &str = "start = \"2027-01\"\nhours_per_month = 720\nhorizon_months = 36\n[workload]\n";

/// 100,000 requests a day of 1,000 tokens in and 200 out.
const USUAL: &str = "requests_per_day = 100_000\ninput_tokens = 1_000\noutput_tokens = 200\n";

/// A service with one request a second at a flat rate, of a size that plays no part.
const STEADY: &str =
    "requests_per_day = 86_400\npeak_to_mean = 1\ninput_tokens = 100\noutput_tokens = 100\n";

/// Half of the day at half the mean rate, half at one and a half times it.
const TWO_LEVELS: &str = "day_shape = [1,1,1,1,1,1,1,1,1,1,1,1,3,3,3,3,3,3,3,3,3,3,3,3]\n";

/// Reads a scenario: the frame, then the text.
fn case(text: &str) -> Case {
    case_with(text, "", None)
}

/// Reads a scenario on top of facts of its own, with all prices at one date if it is given.
fn case_with(text: &str, catalog: &str, prices_as_of: Option<&str>) -> Case {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let mut facts = Catalog::embedded();
    facts.overlay("own.toml", catalog, &mut sources, &mut problems);
    assert!(
        problems.is_empty(),
        "{}",
        rendered(&problems.sorted(), &sources)
    );
    let settings = Settings {
        prices_as_of: prices_as_of.and_then(crate::date::Date::parse),
        ..Settings::default()
    };
    let text = format!("{FRAME}{text}");
    match load("case.toml", &text, &settings, &facts, &mut sources) {
        Ok(loaded) => Case {
            scenario: loaded.scenario,
        },
        Err(problems) => panic!("{}", rendered(&problems, &sources)),
    }
}

/// A scenario that brings its own frame.
fn unframed(text: &str) -> Scenario {
    let mut sources = Sources::default();
    match load(
        "case.toml",
        text,
        &Settings::default(),
        &Catalog::embedded(),
        &mut sources,
    ) {
        Ok(loaded) => loaded.scenario,
        Err(problems) => panic!("{}", rendered(&problems, &sources)),
    }
}

fn rendered(problems: &[crate::diagnostic::Problem], sources: &Sources) -> String {
    problems
        .iter()
        .map(|problem| problem.render(sources))
        .collect()
}

impl Case {
    /// An option in a month of the plan.
    fn model(&self, option: &str, month: u32) -> OptionModel {
        let at = self
            .scenario
            .options
            .iter()
            .position(|spec| spec.name == option);
        let at = at.unwrap_or_else(|| panic!("no option {option}"));
        model(&Month::of(&self.scenario, month), at).unwrap_or_else(|why| panic!("{why:?}"))
    }

    /// The volume of the scenario.
    fn volume(&self) -> f64 {
        volume(&self.scenario).unwrap_or_else(|why| panic!("{why:?}"))
    }

    /// Amount of a line of an option in the first month.
    fn line(&self, option: &str, label: &str) -> f64 {
        self.line_in(option, label, 0)
    }

    /// Amount of a line of an option in a month.
    fn line_in(&self, option: &str, label: &str, month: u32) -> f64 {
        let model = self.model(option, month);
        let mut found = model.lines.iter().filter(|line| line.label == label);
        let Some(line) = found.next() else {
            let known: Vec<&str> = model.lines.iter().map(|line| line.label.as_str()).collect();
            panic!("no line `{label}` among {known:?}");
        };
        assert!(found.next().is_none(), "two lines `{label}`");
        line.amount.at(self.volume())
    }

    /// Labels of an option's lines.
    fn labels(&self, option: &str) -> Vec<String> {
        self.model(option, 0)
            .lines
            .into_iter()
            .map(|line| line.label)
            .collect()
    }

    /// Total of an option in the first month.
    fn total(&self, option: &str) -> f64 {
        self.model(option, 0).total().at(self.volume())
    }

    /// Sum of a category of an option in the first month.
    fn category(&self, option: &str, category: Category) -> f64 {
        self.model(option, 0)
            .of_category(category)
            .at(self.volume())
    }
}

/// Equal but for rounding.
#[track_caller]
fn close(found: impl Into<f64>, worked: f64) {
    within(found, worked, 1e-9);
}

/// Equal to the digits that the working states.
#[track_caller]
fn within(found: impl Into<f64>, worked: f64, share: f64) {
    let found = found.into();
    let apart = (found - worked).abs();
    assert!(
        apart <= share * worked.abs().max(1e-300),
        "{found}, worked by hand {worked}"
    );
}
