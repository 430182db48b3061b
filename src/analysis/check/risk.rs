//! The P90 of what options cost where inputs are ranges (`docs/model.md` section 9): the cost that nine of
//! ten cases stay within.

use crate::analysis::compare;
use crate::analysis::draw::{Draws, Method, RANDOMIZATIONS};
use crate::analysis::uncertain::Uncertainty;
use crate::analysis::vary::Varied;
use crate::cost::{self, Line, Month};
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Column, Real, Replay, Work};
use crate::scenario::{Scenario, Supply};

/// Seed of the draws: the same file has the same P90.
pub const SEED: u64 = 1;

/// Cases that are drawn.
pub const SAMPLES: usize = 8_192;

/// What costs: USD/month, and USD per billed request where there are requests.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// A steady month.
    pub monthly_usd: f64,
    /// A billed request.
    pub usd_per_request: Option<f64>,
}

/// The P90 of every option and of every feature's own lines in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// Of each option: itself, then each part of the traffic.
    rows: Vec<Vec<Amount>>,
}

impl Risk {
    /// Draws the cases of a scenario; `None` where nothing in it is uncertain.
    ///
    /// # Errors
    /// Distributions that an input cannot have; in the inner result, why some cases have no cost.
    pub fn of(varied: Varied<'_>) -> Result<Option<Result<Self, String>>, Vec<Problem>> {
        let uncertain = Uncertainty::of(varied)?;
        if uncertain.inputs.is_empty() {
            return Ok(None);
        }
        let correlations = &varied.scenario.correlations;
        let (draws, _) = Draws::new(&uncertain.inputs, correlations, Method::Sobol, SEED)?;
        let cases = cases(&uncertain, &draws);
        Ok(Some(
            cases.map(|columns| Self::from(&columns, varied.scenario)),
        ))
    }

    fn from(columns: &[Vec<f64>], scenario: &Scenario) -> Self {
        let each = 1 + scenario.workload.features.len();
        let amounts: Vec<Amount> = columns.chunks(2).map(amount).collect();
        Self {
            rows: amounts.chunks(each).map(<[Amount]>::to_vec).collect(),
        }
    }

    /// The P90 of an option, by its index.
    pub fn option(&self, at: usize) -> Amount {
        self.part(at, 0)
    }

    /// The P90 of a feature's own lines in an option, by their indexes.
    pub fn feature(&self, option: usize, feature: usize) -> Amount {
        self.part(option, 1 + feature)
    }

    fn part(&self, option: usize, part: usize) -> Amount {
        let row = self.rows.get(option).and_then(|row| row.get(part));
        row.copied().unwrap_or_default()
    }
}

/// The P90 of a month's and of a request's cost.
fn amount(columns: &[Vec<f64>]) -> Amount {
    let p90 = |column: &Vec<f64>| {
        let mut sorted = column.clone();
        sorted.sort_by(f64::total_cmp);
        // The least case that nine of ten do not exceed.
        let at = (0.9 * sorted.len() as f64).ceil() as usize;
        sorted
            .get(at.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    };
    let request = columns.get(1).map(p90).filter(|usd| *usd > 0.0);
    Amount {
        monthly_usd: columns.first().map(p90).unwrap_or_default(),
        usd_per_request: request,
    }
}

/// Every figure in every case.
fn cases(uncertain: &Uncertainty<'_>, draws: &Draws) -> Result<Vec<Vec<f64>>, String> {
    let unpriced = |why: &[Problem]| {
        let first = why.first().map_or("", |problem| problem.message.as_str());
        format!("in some cases there is no cost: {first}")
    };
    let replay = Replay::new(
        |values| figures(&uncertain.scenario(values)?),
        &uncertain.medians(),
        &uncertain.limits(),
    )
    .map_err(|failure| unpriced(&failure.error))?;
    let room = |count: usize| vec![[0.0; BLOCK]; count];
    let mut shares: Vec<Column> = room(uncertain.inputs.len());
    let (mut values, mut out) = (shares.clone(), room(replay.results()));
    let mut work = Work::default();
    let mut columns = vec![Vec::with_capacity(SAMPLES); replay.results()];
    for randomization in 0..RANDOMIZATIONS {
        for first in (0..SAMPLES / RANDOMIZATIONS).step_by(BLOCK) {
            let samples = BLOCK.min(SAMPLES / RANDOMIZATIONS - first);
            draws.fill(randomization, first as u32, &mut shares, &mut values);
            let block = replay.block(&values, samples, &mut out, &mut work);
            block.map_err(|failure| unpriced(&failure.error))?;
            for (column, block) in columns.iter_mut().zip(&out) {
                column.extend_from_slice(&block[..samples]);
            }
        }
    }
    Ok(columns)
}

/// A month and a request of each option, each followed by those of its features' own lines (USD).
fn figures(scenario: &Scenario) -> Result<Vec<Real>, Vec<Problem>> {
    let volume = cost::demand(scenario).map_err(|problem| vec![problem])?;
    let models = compare::models(&Month::of(scenario, 0))?;
    let requests = cost::billed_requests(scenario, volume);
    let mut list = Vec::new();
    let mut add = |monthly: Real, share: Real| {
        let requests = requests * share;
        list.push(monthly);
        list.push(if requests > 0.0 {
            monthly / requests
        } else {
            Real::ZERO
        });
    };
    for (spec, model) in scenario.options.iter().zip(&models) {
        let sum = |wanted: &dyn Fn(&Line) -> bool| {
            let lines = model.lines.iter().filter(|line| wanted(line));
            lines.fold(Real::ZERO, |sum, line| sum + line.amount.at(volume))
        };
        add(sum(&|_| true), Real::ONE);
        // The parts of a mix are its options.
        let mixed = matches!(spec.supply, Supply::Hybrid(_));
        for part in &scenario.workload.features {
            let own = |line: &Line| !mixed && part.name.is_some() && line.part == part.name;
            add(sum(&own), part.share.value);
        }
    }
    Ok(list)
}
