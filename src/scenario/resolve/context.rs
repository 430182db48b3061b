//! What every part of the second step shares: the catalog, the problems so far, and where numbers come from.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use super::super::{Given, Origin, Range};
use super::paths::Paths;
use crate::catalog::{Catalog, Fact, Row, STALE_DAYS, fact};
use crate::date::Date;
use crate::diagnostic::{Place, Problem, Problems};
use crate::document::Node;
use crate::real::Real;
use crate::table::{Num, Text};
use crate::warning::Warning;

/// The state of one resolution.
pub struct Context<'a> {
    /// Facts.
    pub catalog: &'a Catalog,
    /// Everything that is wrong.
    pub problems: &'a mut Problems,
    /// Everything to know.
    pub warnings: Vec<Warning>,
    /// Rows used.
    pub facts: Vec<Arc<Fact>>,
    /// Inputs that are ranges.
    pub ranges: Vec<Range>,
    /// Values to use for the inputs at these places.
    pub drawn: Vec<(Place, Real)>,
    /// Day that the age of rows is counted to: the start of the plan.
    pub today: Date,
    root: &'a Node,
    paths: OnceCell<Rc<Paths<'a>>>,
}

impl<'a> Context<'a> {
    /// A context over a file's tree.
    pub fn new(
        catalog: &'a Catalog,
        root: &'a Node,
        today: Date,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            catalog,
            problems,
            warnings: Vec::new(),
            facts: Vec::new(),
            ranges: Vec::new(),
            drawn: Vec::new(),
            today,
            root,
            paths: OnceCell::new(),
        }
    }

    /// A number of the file, or its default.
    pub fn or(&mut self, num: Option<&Num>, default: impl Into<Real>) -> Given {
        self.maybe(num).unwrap_or_else(|| Given::default(default))
    }

    /// A number of the file, if it is there.
    pub fn maybe(&mut self, num: Option<&Num>) -> Option<Given> {
        num.map(|num| self.given(num))
    }

    /// A number of the file; a range gives its median and is noted.
    pub fn given(&mut self, num: &Num) -> Given {
        let mut value = Real::from(num.input.median());
        if num.input.is_uncertain() {
            self.range(num);
            let drawn = self.drawn.iter().find(|(place, _)| *place == num.place);
            value = drawn.map_or(value, |(_, drawn)| *drawn);
        }
        Given {
            value,
            from: Origin::Scenario(num.place),
        }
    }

    /// Notes an input that is a range, once.
    fn range(&mut self, num: &Num) {
        if self.ranges.iter().any(|known| known.place == num.place) {
            return;
        }
        self.ranges.push(Range {
            path: self.path(num.place),
            place: num.place,
            input: num.input.clone(),
            limits: num.limits,
        });
    }

    /// Path of a place, for messages.
    pub fn path(&self, place: Place) -> String {
        let path = self.paths().at(place);
        path.unwrap_or_else(|| "an input".to_owned())
    }

    /// The paths of the file; made when a range or a message needs the first of them.
    pub fn paths(&self) -> Rc<Paths<'a>> {
        let made = self.paths.get_or_init(|| Rc::new(Paths::of(self.root)));
        Rc::clone(made)
    }

    /// A problem.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// A warning, once.
    pub fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// The catalog row of an id; an unknown one is a problem with a suggestion.
    pub fn row<R: Row>(&mut self, id: &Text, what: &str) -> Option<(R, Arc<Fact>)> {
        let Some((row, own)) = self.catalog.find::<R>(&id.value) else {
            let problem = self.catalog.unknown::<R>(id, what);
            self.problem(problem);
            return None;
        };
        let fact = self.used(fact(&row, own));
        Some((row, fact))
    }

    /// Notes that a row is used, and warns where it is old or unverified.
    pub fn used(&mut self, fact: Fact) -> Arc<Fact> {
        if let Some(known) = self.facts.iter().find(|known| ***known == fact) {
            return Arc::clone(known);
        }
        let fact = Arc::new(fact);
        self.facts.push(Arc::clone(&fact));
        fact
    }

    /// A figure of a catalog row.
    pub fn of(num: Option<&Num>, fact: &Arc<Fact>) -> Option<Given> {
        num.map(|num| Given {
            value: num.input.median().into(),
            from: Origin::Catalog(Arc::clone(fact)),
        })
    }

    /// Warnings about the age and certainty of the rows that were used.
    pub fn warn_of_facts(&mut self) {
        let old = |fact: &&Arc<Fact>| self.today.days_since(fact.as_of) > STALE_DAYS;
        let mut stale: Vec<String> = self
            .facts
            .iter()
            .filter(old)
            .map(|fact| format!("{} ({})", fact.id, fact.as_of))
            .collect();
        stale.sort();
        stale.dedup();
        if !stale.is_empty() {
            let message = format!(
                "{} catalog row{} more than {STALE_DAYS} days older than the plan's start: {}",
                stale.len(),
                if stale.len() == 1 { " is" } else { "s are" },
                stale.join(", ")
            );
            self.warn(Warning::new(
                "stale-catalog",
                message,
                "check them at the source, and put newer ones into --catalog FILE",
            ));
        }
        let mut weak: Vec<&str> = self
            .facts
            .iter()
            .filter(|fact| fact.confidence == "unverified")
            .map(|fact| fact.id.as_str())
            .collect();
        weak.sort_unstable();
        weak.dedup();
        if !weak.is_empty() {
            let message = format!("unverified catalog rows are used: {}", weak.join(", "));
            self.warn(Warning::new(
                "unverified-price",
                message,
                "give your own figure in the scenario",
            ));
        }
    }
}
