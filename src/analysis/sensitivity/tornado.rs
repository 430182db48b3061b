//! Each range at its 10 % and its 90 % value, the others at their medians.

use super::indices::Estimate;
use super::result::{FigureResult, InputEffect, RangeResult, Verdict};
use crate::analysis::uncertain::Uncertainty;
use crate::diagnostic::Problem;
use crate::real::{Failure, Replay};

/// The best option and the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Index of the best.
    pub best: usize,
    /// Index of the next.
    pub next: Option<usize>,
    verdict: Verdict,
}

impl Ranked {
    /// Ranks options by their monthly costs or present values, which stand behind each other.
    pub fn of(figures: &[f64], verdict: Verdict) -> Self {
        let options = figures.len() / 2;
        let from = match verdict {
            Verdict::Monthly => 0,
            Verdict::Npv => options,
        };
        let mut order: Vec<usize> = (0..options).collect();
        order.sort_by(|a, b| figures[from + a].total_cmp(&figures[from + b]));
        Self {
            best: order.first().copied().unwrap_or(0),
            next: order.get(1).copied(),
            verdict,
        }
    }
}

/// A figure as a weighted sum of the monthly costs and present values of all options.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: &'static str,
    /// Places and weights.
    pub of: Vec<(usize, f64)>,
}

impl Figure {
    /// Its value.
    pub fn of(&self, all: impl Fn(usize) -> f64) -> f64 {
        self.of.iter().map(|(at, weight)| weight * all(*at)).sum()
    }
}

/// The figures of an analysis: what decides first, the other difference, then each option.
pub fn figures(names: &[&str], now: &[f64], ranked: &Ranked) -> Vec<Figure> {
    let options = now.len() / 2;
    let kinds = [
        (Verdict::Monthly, 0, "a month", "USD/month"),
        (Verdict::Npv, options, "present value", "USD"),
    ];
    let mut list = Vec::new();
    for (kind, from, words, unit) in kinds {
        let own = if kind == ranked.verdict {
            *ranked
        } else {
            Ranked::of(now, kind)
        };
        if let Some(next) = own.next {
            list.push(Figure {
                name: format!("{} - {}, {words}", names[next], names[own.best]),
                unit,
                of: vec![(from + next, 1.0), (from + own.best, -1.0)],
            });
        }
    }
    if ranked.verdict == Verdict::Npv {
        list.reverse();
    }
    for (_, from, words, unit) in kinds {
        list.extend(names.iter().enumerate().map(|(at, name)| Figure {
            name: format!("{name}, {words}"),
            unit,
            of: vec![(from + at, 1.0)],
        }));
    }
    list
}

/// The ranges of a scenario.
pub fn ranges(uncertain: &Uncertainty<'_>) -> Vec<RangeResult> {
    let range = |input: &crate::analysis::uncertain::Uncertain| RangeResult {
        path: input.path.clone(),
        p10: within(input.input.quantile(0.1), input.limits),
        p50: input.input.median(),
        p90: within(input.input.quantile(0.9), input.limits),
    };
    uncertain.inputs.iter().map(range).collect()
}

fn within(value: f64, (low, high): (f64, f64)) -> f64 {
    value.max(low).min(high)
}

/// Every figure at both values of every range, the widest swing first; shares of variance come later.
///
/// # Errors
/// Values at which the scenario cannot be priced.
pub fn swings(
    uncertain: &Uncertainty<'_>,
    replay: &Replay<'_, Vec<Problem>>,
    figures: &[Figure],
    now: &[f64],
) -> Result<Vec<FigureResult>, Failure<Vec<Problem>>> {
    let medians = uncertain.medians();
    let mut results: Vec<FigureResult> = figures
        .iter()
        .map(|figure| FigureResult {
            figure: figure.name.clone(),
            unit: figure.unit,
            at_medians: figure.of(|at| now[at]),
            inputs: Vec::new(),
        })
        .collect();
    for (at, range) in ranges(uncertain).iter().enumerate() {
        let moved = |value: f64| {
            let mut values = medians.clone();
            values[at] = value;
            replay.at(&values)
        };
        let (low, high) = (moved(range.p10)?, moved(range.p90)?);
        for (figure, result) in figures.iter().zip(&mut results) {
            result.inputs.push(InputEffect {
                path: range.path.clone(),
                at_p10: figure.of(|at| low[at]),
                at_p90: figure.of(|at| high[at]),
                rank_correlation: Estimate::default(),
                first_order: Estimate::default(),
                total: Estimate::default(),
            });
        }
    }
    Ok(results)
}

/// Puts the widest swing first.
pub fn sort(results: &mut [FigureResult]) {
    let swing = |effect: &InputEffect| (effect.at_p90 - effect.at_p10).abs();
    for result in results {
        result.inputs.sort_by(|a, b| swing(b).total_cmp(&swing(a)));
    }
}
