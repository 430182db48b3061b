//! The plain result of `llmcost choices`: every format is rendered from it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::warning::Warning;

/// The answer of `llmcost choices`.
#[derive(Clone, Debug, Serialize)]
pub struct Choices {
    /// `llmcost/choices/1`.
    pub schema: &'static str,
    /// Title of the scenario.
    pub scenario: String,
    /// Draws behind `sure`; absent where no input is a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// Seed of the draws; absent where no input is a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How many inputs were drawn; absent where no input is a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertain_inputs: Option<usize>,
    /// The choices in the order of the article.
    pub choices: Vec<Choice>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// One choice.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Its name.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What to choose: `buy`, `build`, `batch`; empty where the scenario says nothing about it.
    pub answer: &'static str,
    /// The answer in a sentence or two.
    pub verdict: String,
    /// Each figure by its name, unit included; null where there is none, such as a break-even that does
    /// not exist.
    #[serde(serialize_with = "as_map")]
    pub figures: Vec<Figure>,
    /// Inputs that change the answer, the nearest first.
    pub flips_at: Vec<Flip>,
    /// What to measure first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// How sure the answer is where inputs are ranges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sure: Option<Sure>,
    /// What is evidence, what is a heuristic, and where it ends.
    pub notes: Vec<String>,
    /// Keys that would answer it, where it is not answered.
    pub missing: Vec<String>,
    /// Curves behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Name with its unit: `best_share`, `break_even_requests_per_day`.
    pub key: &'static str,
    /// What it is, in words.
    pub label: String,
    /// Its value; none where there is no such value.
    pub value: Option<f64>,
    /// How it is written.
    pub unit: Written,
}

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Money.
    Usd,
    /// Money a month.
    UsdPerMonth,
    /// A share.
    Share,
    /// Requests or reviews a day.
    PerDay,
    /// A number of things, months, points, with the word for them.
    Of(&'static str),
}

/// An input at whose value the answer changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// Path, as `--set` takes it.
    pub input: String,
    /// Its present value.
    pub present: f64,
    /// The value at which the answer changes.
    pub value: f64,
    /// The answer beyond it.
    pub becomes: &'static str,
}

/// How sure an answer is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sure {
    /// Share of the answered draws with the answer that the medians give.
    pub probability_same: f64,
    /// Share of the answered draws with another one.
    pub flip_probability: f64,
    /// Other answers, the likeliest first.
    pub others: Vec<Held>,
    /// Draws that have an answer.
    pub answered: u64,
    /// Draws that have none: the scenario is not valid there, or says nothing.
    pub unanswered: u64,
    /// Whether the ranges move the answer or a main figure at all.
    pub moved: bool,
    /// The spread of the main figures over the answered draws.
    #[serde(serialize_with = "ranges")]
    pub figures: Vec<Range>,
}

/// An answer with its share of the draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    /// The answer.
    pub answer: &'static str,
    /// Its share of the answered draws.
    pub probability: f64,
}

/// The spread of a figure over the draws in which it has a value: a break-even that is never reached has
/// none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Range {
    /// Name of the figure.
    #[serde(skip)]
    pub key: &'static str,
    /// 5 % of its values lie below.
    pub p5: f64,
    /// Half of its values lie below.
    pub p50: f64,
    /// 95 % of its values lie below.
    pub p95: f64,
    /// Share of the answered draws in which the figure has a value.
    pub exists: f64,
}

/// A curve behind a choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// The picture that it belongs to, one axis with all its curves: `volume`, `months`, `noise`.
    pub plot: &'static str,
    /// What it shows.
    pub label: String,
    /// What runs along x, with its unit.
    pub x: &'static str,
    /// What y is, with its unit.
    pub y: &'static str,
    /// The points in order of x.
    pub points: Vec<Point>,
}

/// A point of a curve.
pub type Point = [f64; 2];

impl Choice {
    /// A choice of this name with nothing said yet.
    pub fn new(name: &'static str) -> Self {
        let title = super::QUESTIONS
            .iter()
            .find(|question| question.name == name)
            .map_or(name, |question| question.title);
        Self {
            name,
            title,
            answer: "",
            verdict: String::new(),
            figures: Vec::new(),
            flips_at: Vec::new(),
            measure: None,
            sure: None,
            notes: Vec::new(),
            missing: Vec::new(),
            series: Vec::new(),
        }
    }

    /// A choice that the scenario says too little about.
    pub fn without(name: &'static str, keys: &[&str]) -> Self {
        Self {
            missing: keys.iter().map(|key| (*key).to_owned()).collect(),
            ..Self::new(name)
        }
    }

    /// Adds a figure.
    pub fn put(
        &mut self,
        key: &'static str,
        label: impl Into<String>,
        value: impl Into<Option<f64>>,
        unit: Written,
    ) {
        self.figures.push(Figure {
            key,
            label: label.into(),
            value: value.into(),
            unit,
        });
    }

    /// The value of a figure, if the choice has the figure and the figure has a value.
    pub fn figure(&self, key: &str) -> Option<f64> {
        self.figures
            .iter()
            .find(|figure| figure.key == key)
            .and_then(|figure| figure.value)
    }
}

fn as_map<S: Serializer>(figures: &[Figure], out: S) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(Some(figures.len()))?;
    for figure in figures {
        map.serialize_entry(figure.key, &figure.value)?;
    }
    map.end()
}

fn ranges<S: Serializer>(figures: &[Range], out: S) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(Some(figures.len()))?;
    for range in figures {
        map.serialize_entry(range.key, range)?;
    }
    map.end()
}
