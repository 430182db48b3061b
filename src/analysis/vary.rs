//! A scenario with one input changed: what sweeps and break-evens over any input stand on.

use super::compare;
use crate::catalog::Catalog;
use crate::cost::{self, Category, Month};
use crate::diagnostic::{Place, Problem, Problems};
use crate::document::{self, Node, Value};
use crate::input::Input;
use crate::scenario::{Scenario, Settings, load_tree};

/// A loaded file whose inputs can be set.
#[derive(Clone, Copy, Debug)]
pub struct Varied<'a> {
    /// The file as a tree.
    pub tree: &'a Node,
    /// Its resolved scenario.
    pub scenario: &'a Scenario,
    /// What the command line added.
    pub settings: &'a Settings,
    /// Facts.
    pub catalog: &'a Catalog,
}

/// Cost of the options at one value of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Volume [requests/day].
    pub volume: f64,
    /// Total of each option [USD/month].
    pub monthly_usd: Vec<f64>,
    /// Staff share of each option.
    pub staff_share: Vec<f64>,
}

impl Varied<'_> {
    /// The costs with the input at `path` set to a value.
    ///
    /// # Errors
    /// What is wrong with the path or the value.
    pub fn totals(&self, path: &str, place: Place, value: f64) -> Result<Totals, Vec<Problem>> {
        let scenario = self.with(path, place, value)?;
        totals(&scenario)
    }

    /// The present value of an input, where it stands in the file as a number or a range.
    pub fn present(&self, path: &str) -> Option<f64> {
        present(self.tree, path)
    }

    /// The scenario with the input at `path` set to a value.
    ///
    /// # Errors
    /// What is wrong with the path or the value.
    pub fn with(&self, path: &str, place: Place, value: f64) -> Result<Scenario, Vec<Problem>> {
        self.with_all(&[(path, place, value)])
    }

    /// The scenario with several inputs set to values: path, where it was given, value.
    ///
    /// # Errors
    /// What is wrong with a path or a value.
    pub fn with_all(&self, inputs: &[(&str, Place, f64)]) -> Result<Scenario, Vec<Problem>> {
        let mut tree = self.tree.clone();
        for (path, place, value) in inputs {
            let node = Node {
                place: *place,
                value: Value::Number(*value),
            };
            document::put(&mut tree, path, *place, node).map_err(|problem| vec![problem])?;
        }
        load_tree(&tree, &self.scenario.name, self.settings, self.catalog)
    }
}

/// The present value of an input, where it stands in the file as a number or a range.
pub fn present(tree: &Node, path: &str) -> Option<f64> {
    let mut node = tree;
    for segment in document::segments(path)? {
        node = match &node.value {
            Value::Table(_) => node.get(&segment)?,
            Value::List(list) => {
                let named = |item: &&Node| document::label(item) == Some(&segment);
                list.iter().find(named)?
            }
            _ => return None,
        };
    }
    let mut problems = Problems::default();
    Input::read(node, &mut problems).map(|input| input.median())
}

/// Costs of a scenario's options in a steady month.
///
/// # Errors
/// The options that cannot be priced.
pub fn totals(scenario: &Scenario) -> Result<Totals, Vec<Problem>> {
    let models = compare::models(&Month::of(scenario, 0))?;
    let volume = cost::volume(scenario).map_err(|problem| vec![problem])?;
    let monthly_usd: Vec<f64> = models
        .iter()
        .map(|model| model.total().at(volume))
        .collect();
    let staff = models
        .iter()
        .map(|model| model.of_category(Category::Staff).at(volume));
    let staff_share = staff
        .zip(&monthly_usd)
        .map(|(staff, total)| if *total > 0.0 { staff / total } else { 0.0 })
        .collect();
    Ok(Totals {
        volume,
        monthly_usd,
        staff_share,
    })
}
