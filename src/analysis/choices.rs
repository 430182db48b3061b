//! The six choices of the source article, each with its figure, its break-even and what would flip it
//! (`docs/model.md` section 10).

mod batch;
mod build_or_buy;
mod cascade;
mod complexity;
mod data;
mod draws;
mod flips;
mod oversight;
mod prompt_or_tune;
mod result;
mod reviewed;

use super::vary::Varied;
use crate::cost::{self, Month, OptionModel};
use crate::diagnostic::Problem;
use crate::scenario::{Given, Scenario};
pub use draws::{MOST, SAMPLES, add_certainty, drawn, main_figures};
pub use result::{Choice, Choices, Figure, Flip, Held, Point, Range, Series, Sure, Written};

/// A choice: its name on the command line and its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Name, as `--only` takes it.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
}

/// The six, in the order of the article.
pub const QUESTIONS: [Question; 6] = [
    Question {
        name: "build-or-buy",
        title: "Build or buy",
    },
    Question {
        name: "complexity",
        title: "Complexity or maintainability",
    },
    Question {
        name: "data",
        title: "Data quantity or quality",
    },
    Question {
        name: "batch",
        title: "Batch or real time",
    },
    Question {
        name: "prompt-or-tune",
        title: "Prompt or fine-tune",
    },
    Question {
        name: "oversight",
        title: "Automation or oversight",
    },
];

/// How much of an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The answer alone, for those who ask it thousands of times.
    Answer,
    /// The answer and its main figures, for those who ask it hundreds of times.
    Figures,
    /// Everything.
    Whole,
}

/// Answers one choice of a scenario.
///
/// # Errors
/// The options that cannot be priced.
pub fn choice(scenario: &Scenario, name: &str, depth: Depth) -> Result<Choice, Vec<Problem>> {
    match name {
        "complexity" => Ok(complexity::answer(scenario)),
        "data" => Ok(data::answer(scenario)),
        "batch" => batch::answer(scenario, depth),
        "prompt-or-tune" => prompt_or_tune::answer(scenario, depth),
        "oversight" => oversight::answer(scenario, depth),
        _ => build_or_buy::answer(scenario, depth),
    }
}

/// The plain number of an input.
fn number(given: &Given) -> f64 {
    given.value.get()
}

/// An option's steady month priced alone, and the volume it is priced at.
struct Priced {
    model: OptionModel,
    volume: f64,
}

impl Priced {
    fn of(scenario: &Scenario, at: usize) -> Result<Self, Vec<Problem>> {
        let one = |problem| vec![problem];
        Ok(Self {
            model: cost::model(&Month::of(scenario, 0), at).map_err(one)?,
            volume: cost::volume(scenario).map_err(one)?,
        })
    }

    /// Total of the month (USD).
    fn total(&self) -> f64 {
        self.model.total().at(self.volume)
    }

    /// GPUs in the busiest hour.
    fn gpus(&self) -> f64 {
        self.model.gpus.at(self.volume)
    }
}

/// The option of least total among some, with its total.
fn cheapest(
    scenario: &Scenario,
    which: impl Fn(usize) -> bool,
) -> Result<Option<(usize, f64)>, Vec<Problem>> {
    let mut best: Option<(usize, f64)> = None;
    for at in (0..scenario.options.len()).filter(|at| which(*at)) {
        let total = Priced::of(scenario, at)?.total();
        if best.is_none_or(|(_, least)| total < least) {
            best = Some((at, total));
        }
    }
    Ok(best)
}

/// Billed requests of a month at the scenario's volume.
fn billed(scenario: &Scenario) -> Result<f64, Vec<Problem>> {
    let volume = cost::volume(scenario).map_err(|problem| vec![problem])?;
    Ok(cost::billed_requests(scenario, volume))
}

/// Answers the choices of a scenario, or one of them.
///
/// # Errors
/// The options that cannot be priced.
pub fn answers(
    scenario: &Scenario,
    only: Option<&str>,
    depth: Depth,
) -> Result<Choices, Vec<Problem>> {
    let mut list = Vec::new();
    for question in QUESTIONS {
        if only.is_none_or(|name| name == question.name) {
            list.push(choice(scenario, question.name, depth)?);
        }
    }
    Ok(Choices {
        schema: "llmcost/choices/1",
        scenario: scenario.name.clone(),
        samples: None,
        seed: None,
        uncertain_inputs: None,
        choices: list,
        warnings: scenario.warnings.clone(),
    })
}

/// Answers the choices of a scenario, or one of them, with what would flip each.
///
/// # Errors
/// The options that cannot be priced.
pub fn choices(varied: &Varied<'_>, only: Option<&str>) -> Result<Choices, Vec<Problem>> {
    let mut found = answers(varied.scenario, only, Depth::Whole)?;
    let answered = found.choices.iter_mut();
    std::thread::scope(|threads| {
        for choice in answered.filter(|choice| !choice.answer.is_empty()) {
            threads.spawn(|| flips::find(varied, choice));
        }
    });
    Ok(found)
}
