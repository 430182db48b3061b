//! Shares of a figure's variance by input (Sobol indices), and rank correlations.
//!
//! Two sets of cases A and B are drawn, and for each input the set AB that is A with this one input of B.
//! First order: mean of f(B) (f(AB) - f(A)) over the variance (Saltelli et al., "Variance based sensitivity
//! analysis of model output", Comput. Phys. Commun. 181, 2010, table 2 b). Total: half the mean of
//! (f(A) - f(AB))^2 over the variance (Jansen, "Analysis of variance designs for model output", Comput. Phys.
//! Commun. 117, 1999). Inputs are drawn apart from each other for these, and with their correlations for the rank
//! correlations. The errors are those of the mean over independent randomizations of the points.

use serde::Serialize;

use super::Ask;
use super::points::Points;
use super::ranks::ranks;
use super::result::FigureResult;
use super::tornado::{self, Figure};
use crate::analysis::draw::Copula;
use crate::analysis::uncertain::Uncertainty;
use crate::diagnostic::Problem;
use crate::input::Input;
use crate::real::{BLOCK, Column, Failure, Replay, Work};

/// Randomizations of a run: how they differ is the error.
pub const RANDOMIZATIONS: usize = 16;

/// A figure that was estimated by drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// Its value.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// Indices of one figure, by input.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    /// First order.
    pub first_order: Vec<Estimate>,
    /// Total.
    pub total: Vec<Estimate>,
}

/// Draws a randomization: values of the inputs, or of twice as many for two sets.
pub type Draw<'a> = dyn FnMut(usize) -> Points + 'a;

/// Evaluates the first samples of a block: one column of results per figure.
pub type Evaluate<'a, E> = dyn FnMut(&[Column], usize, &mut [Column]) -> Result<(), E> + 'a;

/// How many inputs, figures, and samples of each randomization there are.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Inputs.
    pub inputs: usize,
    /// Figures.
    pub figures: usize,
    /// Samples of each randomization.
    pub each: usize,
}

/// Sums of one figure in one randomization.
#[derive(Clone, Debug, Default)]
struct Sums {
    count: f64,
    /// Of f over A and B.
    sum: f64,
    squares: f64,
    /// By input: of f(B) (f(AB) - f(A)), of f(AB) - f(A), of half its square.
    products: Vec<f64>,
    steps: Vec<f64>,
    total: Vec<f64>,
}

/// The indices of every figure.
///
/// # Errors
/// What an evaluation fails with.
pub fn indices<E>(
    size: Size,
    draw: &mut Draw<'_>,
    evaluate: &mut Evaluate<'_, E>,
    watch: &mut dyn FnMut(),
) -> Result<Vec<Indices>, E> {
    let mut sums = Vec::new();
    for randomization in 0..RANDOMIZATIONS {
        watch();
        sums.push(one(size, randomization, draw, evaluate)?);
    }
    let of = |figure: usize| {
        let sums: Vec<&Sums> = sums.iter().map(|sums| &sums[figure]).collect();
        let estimates = |pick: &dyn Fn(&Sums, usize) -> f64| -> Vec<Estimate> {
            let inputs = 0..size.inputs;
            inputs
                .map(|input| ratio(&sums, |sums| pick(sums, input)))
                .collect()
        };
        Indices {
            first_order: estimates(&Sums::first),
            total: estimates(&|sums, input| sums.total[input]),
        }
    };
    Ok((0..size.figures).map(of).collect())
}

/// The sums of one randomization.
fn one<E>(
    size: Size,
    randomization: usize,
    draw: &mut Draw<'_>,
    evaluate: &mut Evaluate<'_, E>,
) -> Result<Vec<Sums>, E> {
    let empty = Sums {
        products: vec![0.0; size.inputs],
        steps: vec![0.0; size.inputs],
        total: vec![0.0; size.inputs],
        ..Sums::default()
    };
    let mut sums = vec![empty; size.figures];
    // A figure far from 0 would drown its own variance: all are taken from their first value on.
    let mut origin: Option<Vec<f64>> = None;
    let column = || vec![[0.0; BLOCK]; size.figures];
    let (mut of_a, mut of_b, mut of_ab) = (column(), column(), column());
    let mut values = vec![[0.0; BLOCK]; 2 * size.inputs];
    let points = draw(randomization);
    for first in (0..size.each).step_by(BLOCK) {
        let samples = BLOCK.min(size.each - first);
        points.fill(first, samples, &mut values);
        let (a, b) = values.split_at(size.inputs);
        evaluate(a, samples, &mut of_a)?;
        evaluate(b, samples, &mut of_b)?;
        let origin = origin.get_or_insert_with(|| of_a.iter().map(|column| column[0]).collect());
        for figure in 0..size.figures {
            sums[figure].add(&of_a[figure], &of_b[figure], samples, origin[figure]);
        }
        for input in 0..size.inputs {
            let mut mixed = a.to_vec();
            mixed[input] = b[input];
            evaluate(&mixed, samples, &mut of_ab)?;
            for figure in 0..size.figures {
                let columns = [&of_a[figure], &of_b[figure], &of_ab[figure]];
                sums[figure].mix(input, columns, samples, origin[figure]);
            }
        }
    }
    Ok(sums)
}

impl Sums {
    fn add(&mut self, a: &Column, b: &Column, samples: usize, origin: f64) {
        for value in a[..samples].iter().chain(&b[..samples]) {
            self.sum += value - origin;
            self.squares += (value - origin).powi(2);
        }
        self.count += samples as f64;
    }

    fn mix(&mut self, input: usize, [a, b, ab]: [&Column; 3], samples: usize, origin: f64) {
        for at in 0..samples {
            let step = ab[at] - a[at];
            self.products[input] += (b[at] - origin) * step;
            self.steps[input] += step;
            self.total[input] += 0.5 * step * step;
        }
    }

    /// The first-order part of an input, f taken from its mean on.
    fn first(&self, input: usize) -> f64 {
        self.products[input] - self.sum / (2.0 * self.count) * self.steps[input]
    }

    /// Variance of the figure, times the number of samples.
    fn variance(&self) -> f64 {
        let n = 2.0 * self.count;
        (self.squares - self.sum * self.sum / n) / n * self.count
    }
}

/// A ratio to the variance over all randomizations, and its error from how they differ.
fn ratio(sums: &[&Sums], part: impl Fn(&Sums) -> f64) -> Estimate {
    let whole: f64 = sums.iter().map(|sums| sums.variance()).sum();
    if whole <= 0.0 {
        return Estimate::default();
    }
    let value = sums.iter().map(|sums| part(sums)).sum::<f64>() / whole;
    // Of a ratio of sums: the residuals of the parts beside the value times the whole.
    let n = sums.len() as f64;
    let residuals = sums
        .iter()
        .map(|sums| (part(sums) - value * sums.variance()).powi(2));
    let spread = (residuals.sum::<f64>() * n / (n - 1.0)).sqrt();
    Estimate {
        value,
        standard_error: spread / whole,
    }
}

/// Adds indices and rank correlations to what the ranges do to each figure, and sorts it.
///
/// # Errors
/// Values at which the scenario cannot be priced.
pub fn add(
    uncertain: &Uncertainty<'_>,
    replay: &Replay<'_, Vec<Problem>>,
    figures: &[Figure],
    (ask, copula): (&Ask, Option<&Copula>),
    results: &mut [FigureResult],
    watch: &mut dyn FnMut(),
) -> Result<(), Failure<Vec<Problem>>> {
    let inputs: Vec<(&Input, (f64, f64))> = uncertain
        .inputs
        .iter()
        .map(|input| (&input.input, input.limits))
        .collect();
    let size = Size {
        inputs: inputs.len(),
        figures: figures.len(),
        each: (ask.samples as usize).div_ceil(RANDOMIZATIONS),
    };
    let mut work = Work::default();
    let mut raw = vec![[0.0; BLOCK]; replay.results()];
    let mut evaluate = |values: &[Column], samples: usize, out: &mut [Column]| {
        replay.block(values, samples, &mut raw, &mut work)?;
        for (figure, column) in figures.iter().zip(out) {
            for (at, value) in column.iter_mut().enumerate().take(samples) {
                *value = figure.of(|place| raw[place][at]);
            }
        }
        Ok(())
    };
    // Both sets of a case come from one hypercube of twice the inputs.
    let twice = [&inputs[..], &inputs[..]].concat();
    let draw = |inputs, copula, randomization| {
        Points::draw(inputs, copula, size.each, ask.seed, randomization)
    };
    let mut apart = |randomization| draw(&twice, None, randomization);
    let found = indices(size, &mut apart, &mut evaluate, watch)?;
    for (result, indices) in results.iter_mut().zip(found) {
        for (at, effect) in result.inputs.iter_mut().enumerate() {
            effect.first_order = indices.first_order[at];
            effect.total = indices.total[at];
        }
    }
    let mut together = |randomization| draw(&inputs, copula, randomization);
    ranks(size, &mut together, &mut evaluate, results)?;
    tornado::sort(results);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::f64::consts::PI;

    use super::*;

    /// Indices of a function of inputs that are even from 0 to 1.
    fn of(inputs: usize, samples: usize, f: impl Fn(&[f64]) -> f64) -> Indices {
        let size = Size {
            inputs,
            figures: 1,
            each: samples / RANDOMIZATIONS,
        };
        let even = Input::Uniform { min: 0.0, max: 1.0 };
        let twice = vec![(&even, (0.0, 1.0)); 2 * inputs];
        let mut draw = |randomization| Points::draw(&twice, None, size.each, 1, randomization);
        let mut evaluate = |values: &[Column], samples: usize, out: &mut [Column]| {
            for at in 0..samples {
                let point: Vec<f64> = values.iter().map(|column| column[at]).collect();
                out[0][at] = f(&point);
            }
            Ok::<(), Infallible>(())
        };
        let found = indices(size, &mut draw, &mut evaluate, &mut || {});
        let Ok(mut found) = found;
        found.remove(0)
    }

    /// Ishigami and Homma, "An importance quantification technique in uncertainty analysis", 1990, with a = 7
    /// and b = 0.1.
    fn ishigami(x: &[f64]) -> f64 {
        let [x, y, z] = [0, 1, 2].map(|at| PI * (2.0 * x[at] - 1.0));
        x.sin() + 7.0 * y.sin().powi(2) + 0.1 * z.powi(4) * x.sin()
    }

    #[test]
    fn the_indices_of_the_ishigami_function_are_those_of_its_closed_form() {
        // V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2; V1 = (1 + b pi^4/5)^2/2; V2 = a^2/8; V13 = 8 b^2 pi^8/225.
        let (a, b) = (7.0f64, 0.1);
        let whole = a * a / 8.0 + b * PI.powi(4) / 5.0 + b * b * PI.powi(8) / 18.0 + 0.5;
        let one = (1.0 + b * PI.powi(4) / 5.0).powi(2) / 2.0;
        let two = a * a / 8.0;
        let both = 8.0 * b * b * PI.powi(8) / 225.0;
        let first = [one / whole, two / whole, 0.0];
        let total = [(one + both) / whole, two / whole, both / whole];
        for samples in [16_384, 65_536] {
            let found = of(3, samples, ishigami);
            for input in 0..3 {
                for (found, expected) in [
                    (found.first_order[input], first[input]),
                    (found.total[input], total[input]),
                ] {
                    let error = (found.value - expected).abs();
                    assert!(
                        error <= 4.0 * found.standard_error && error < 0.03,
                        "{input} of {samples}: {found:?}, {expected}"
                    );
                    assert!(found.standard_error < 0.02, "{found:?}");
                }
            }
        }
    }

    #[test]
    fn the_indices_of_a_sum_are_the_shares_of_its_variances() {
        // 1 x + 2 y + 3 z of alike variances: 1/14, 4/14, 9/14, and no more in total.
        let found = of(3, 8_192, |x| 1e9 + x[0] + 2.0 * x[1] + 3.0 * x[2]);
        for (input, expected) in [1.0, 4.0, 9.0].into_iter().enumerate() {
            for found in [found.first_order[input], found.total[input]] {
                let error = (found.value - expected / 14.0).abs();
                assert!(error <= 4.0 * found.standard_error + 1e-6, "{found:?}");
                assert!(error < 0.02, "{found:?}");
            }
        }
    }

    #[test]
    fn a_figure_that_does_not_vary_has_no_shares() {
        let found = of(2, 1_024, |_| 5.0);
        assert_eq!(found.total, vec![Estimate::default(); 2]);
    }
}
