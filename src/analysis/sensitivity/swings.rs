//! The tornado alone, for some of the options: what each range does to the lead of the cheapest one.

use super::tornado::{self, Figure};
use super::{Unanswered, monthly};
use crate::analysis::uncertain::Uncertainty;
use crate::analysis::vary::Varied;
use crate::real::{Failure, Real, Replay};

/// What moves the answer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Swings {
    /// The cheapest option at the medians, in a steady month.
    pub option: String,
    /// The next one: the figure is what it costs more. Absent with one option: the figure is its cost.
    pub against: Option<String>,
    /// The figure at the medians [USD/month].
    pub base_usd: f64,
    /// Each input that is a range, the strongest first.
    pub inputs: Vec<Swing>,
}

/// What one input does.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Swing {
    /// Its path.
    pub path: String,
    /// Its 10 % and 90 % quantile.
    pub values: [f64; 2],
    /// The figure at them [USD/month].
    pub usd: [f64; 2],
}

impl Swing {
    /// How far the figure moves [USD/month].
    pub fn width(&self) -> f64 {
        (self.usd[1] - self.usd[0]).abs()
    }
}

/// Moves each range on its own, for the options that are shown.
///
/// # Errors
/// What is wrong with the scenario, or with it at some values of its ranges.
pub fn swings(varied: &Varied<'_>, shown: &dyn Fn(&str) -> bool) -> Result<Swings, Unanswered> {
    let options = &varied.scenario.options;
    let kept: Vec<usize> = (0..options.len())
        .filter(|at| shown(&options[*at].name))
        .collect();
    let names: Vec<&str> = kept.iter().map(|at| &options[*at].name[..]).collect();
    let pick = |all: Vec<Real>| -> Vec<Real> { kept.iter().map(|at| all[*at]).collect() };
    let now = pick(monthly(varied.scenario)?);
    let now: Vec<f64> = now.into_iter().map(Real::get).collect();
    let uncertain = Uncertainty::of(*varied)?;
    let failed = |failure: Failure<_>| {
        let paths = uncertain.inputs.iter().map(|input| input.path.clone());
        Unanswered::Failed(paths.zip(failure.at).collect(), failure.error)
    };
    let run = |values: &[Real]| Ok(pick(monthly(&uncertain.scenario(values)?)?));
    let replay = Replay::new(run, &uncertain.medians(), &uncertain.limits()).map_err(failed)?;
    let mut order: Vec<usize> = (0..now.len()).collect();
    order.sort_by(|a, b| now[*a].total_cmp(&now[*b]));
    let (best, next) = (order[0], order.get(1).copied());
    let figure = lead(&names, best, next);
    let mut results = tornado::swings(&uncertain, &replay, &[figure], &now).map_err(failed)?;
    tornado::sort(&mut results);
    let result = results.swap_remove(0);
    let ranges = tornado::ranges(&uncertain);
    let inputs = result.inputs.into_iter().filter_map(|input| {
        let range = ranges.iter().find(|range| range.path == input.path)?;
        Some(Swing {
            path: input.path,
            values: [range.p10, range.p90],
            usd: [input.at_p10, input.at_p90],
        })
    });
    Ok(Swings {
        option: names[best].to_owned(),
        against: next.map(|at| names[at].to_owned()),
        base_usd: result.at_medians,
        inputs: inputs.collect(),
    })
}

/// What the next option costs more than the best one; with one option, its cost.
fn lead(names: &[&str], best: usize, next: Option<usize>) -> Figure {
    let (name, of) = match next {
        Some(next) => (
            format!("{} - {}", names[next], names[best]),
            vec![(next, 1.0), (best, -1.0)],
        ),
        None => (names[best].to_owned(), vec![(best, 1.0)]),
    };
    Figure {
        name,
        unit: "USD/month",
        of,
    }
}
