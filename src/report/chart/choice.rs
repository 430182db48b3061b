//! `--kind choice`: the curves behind one of the six choices, with the break-even marked, or one of each
//! choice on a page.

mod notes;
mod panels;

use super::description::{Chart, Digest, Picture, Sheet};
use super::frame::footer;
use super::look::Look;
use crate::analysis::choices::{Choice, Choices};
use crate::analysis::compare::Comparison;
use crate::report::verdict;
use crate::scenario::{Currency, Scenario};

/// Pictures that stand side by side: of one choice, and of all of them.
const COLUMNS: (usize, usize) = (2, 3);

/// What all pictures of a page have in common.
struct Page<'a> {
    scenario: &'a Scenario,
    currency: Currency,
    title: &'a str,
    footer: String,
}

/// Describes the curves of one choice, or the most telling of each choice; none where no choice has any.
pub fn describe(
    comparison: &Comparison,
    scenario: &Scenario,
    result: &Choices,
    digest: Digest,
    look: &Look,
) -> Option<Picture> {
    let mut result = result.clone();
    let page = Page {
        scenario,
        currency: verdict::currency(comparison),
        title: &comparison.scenario.name,
        footer: footer(comparison, digest),
    };
    crate::report::choices::say(&mut result, &page.currency);
    let (drawn, silent): (Vec<_>, Vec<_>) = result
        .choices
        .iter()
        .partition(|choice| !choice.series.is_empty());
    let silent = listed(&silent);
    match &drawn[..] {
        [] => None,
        [choice] => page.of_one(choice, &silent, look),
        drawn => Some(page.of_many(drawn, &silent, look)),
    }
}

/// "no answer to complexity, data": choices of which there is nothing to draw.
fn listed(silent: &[&Choice]) -> String {
    if silent.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = silent.iter().map(|choice| choice.name).collect();
    format!(" (the scenario does not answer {})", names.join(", "))
}

impl Page<'_> {
    /// The most telling picture of each choice.
    fn of_many(&self, drawn: &[&Choice], silent: &str, look: &Look) -> Picture {
        let columns = COLUMNS.1.min(drawn.len());
        let rows = drawn.len().div_ceil(columns);
        let part = Look {
            width: look.width / columns as u32,
            height: look.height / rows as u32,
            ..look.clone()
        };
        let mut charts = Vec::new();
        let mut said = Vec::new();
        for choice in drawn {
            let panels = panels::of(choice, self.scenario, &self.currency, &part);
            charts.extend(panels.into_iter().next().map(|chart| {
                said.push(format!(
                    "{}: {} {}",
                    choice.title, choice.verdict, chart.alt
                ));
                Chart {
                    title: choice.title.to_owned(),
                    question: String::new(),
                    ..chart
                }
            }));
        }
        let which = if silent.is_empty() { "six" } else { "answered" };
        let sheet = Sheet {
            kind: "choice",
            title: self.title.to_owned(),
            question: format!("What do the {which} choices turn on?{silent}"),
            columns,
            charts,
            footer: self.footer.clone(),
            alt: said.join(" "),
        };
        sheet.into()
    }

    /// All pictures of one choice.
    fn of_one(&self, choice: &Choice, silent: &str, look: &Look) -> Option<Picture> {
        let mut charts = panels::of(choice, self.scenario, &self.currency, look);
        let told: Vec<&str> = charts.iter().map(|chart| &chart.alt[..]).collect();
        let alt = format!("{}: {} {}", choice.title, choice.verdict, told.join(" "));
        if charts.len() == 1 {
            let chart = charts.remove(0);
            let question = format!("{}: {}{silent}", choice.title, chart.question);
            let footer = self.footer.clone();
            return Some(chart.said(self.title, question, footer, alt).into());
        }
        for chart in &mut charts {
            chart.title = std::mem::take(&mut chart.question);
        }
        let picture = Sheet {
            kind: "choice",
            title: self.title.to_owned(),
            question: format!("{}{silent}", choice.title),
            columns: COLUMNS.0,
            charts,
            footer: self.footer.clone(),
            alt,
        };
        (!picture.charts.is_empty()).then(|| picture.into())
    }
}
