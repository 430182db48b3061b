//! Requests of different sizes in one memory.
//!
//! Long answers stay longer in flight, so of the requests that are in flight at a moment more are long
//! than of those that arrive. With a lognormal output of mean O and squared coefficient of variation c
//! that is a mean of O (1 + c) with a variance of O^2 (1 + c)^2 c; prompts keep theirs. A memory is
//! planned so that it holds the requests in flight with a probability of 95 %.

use crate::real::Real;
use crate::scenario::{Size, Workload};

/// The standard normal quantile of 95 %.
const Z95: f64 = 1.644_853_626_951_472_2;

/// Squared coefficients of variation of prompts and outputs over all requests of a workload: how the
/// requests of each part differ, and the parts from each other.
pub fn of(workload: &Workload) -> (Real, Real) {
    let prompt = |at: usize| moments(&workload.features[at].input, Real::ZERO);
    let output = |at: usize| {
        let feature = &workload.features[at];
        moments(&feature.output, feature.reasoning.value)
    };
    (squared_cv(workload, prompt), squared_cv(workload, output))
}

/// First and second moment of a size with something fixed on top.
fn moments(size: &Size, fixed: Real) -> (Real, Real) {
    let mean = size.mean.value + fixed;
    if size.sigma.is_always(0.0) {
        return (mean, mean * mean);
    }
    let variance = size.mean.value * size.mean.value * ((size.sigma * size.sigma).exp() - 1.0);
    (mean, mean * mean + variance)
}

fn squared_cv(workload: &Workload, part: impl Fn(usize) -> (Real, Real)) -> Real {
    if let [feature] = &workload.features[..]
        && feature.input.sigma.is_always(0.0)
        && feature.output.sigma.is_always(0.0)
    {
        return Real::ZERO;
    }
    let (mut first, mut second) = (Real::ZERO, Real::ZERO);
    for (at, feature) in workload.features.iter().enumerate() {
        let (mean, square) = part(at);
        first += feature.share.value * mean;
        second += feature.share.value * square;
    }
    if first > 0.0 {
        (second / (first * first) - 1.0).max(0.0)
    } else {
        Real::ZERO
    }
}

/// The tokens of the requests in flight: mean and variance of one, at its end.
fn in_flight(prompt: f64, output: f64, prompt_spread: f64, output_spread: f64) -> (f64, f64) {
    let biased = output * (1.0 + output_spread);
    let mean = prompt + biased;
    let variance = prompt * prompt * prompt_spread + biased * biased * output_spread;
    (mean, variance)
}

/// Requests that a memory of so many tokens holds with a probability of 95 %: the B of
/// `B m + z sqrt(B v) = tokens`. Without a spread that is tokens over (I + O), equation (2).
pub fn batch(tokens: f64, prompt: f64, output: f64, spreads: (f64, f64)) -> f64 {
    let (mean, variance) = in_flight(prompt, output, spreads.0, spreads.1);
    let step = Z95 * variance.sqrt();
    let root = ((step * step + 4.0 * mean * tokens.max(0.0)).sqrt() - step) / (2.0 * mean);
    root * root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_spread_the_memory_is_shared_equally() {
        // 150,000 tokens over 1,000 + 500.
        assert!((batch(150_000.0, 1_000.0, 500.0, (0.0, 0.0)) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn long_answers_fill_the_memory_and_their_number_varies() {
        // c = 1: outputs in flight have mean 1,000 and variance 1e6; prompts variance 1e6 x 0.44.
        // m = 2,000, v = 1.44e6, sd 1,200. B = 25: 50,000 + 1.644854 x 1,200 x 5 = 59,869.1218.
        let tokens = 50_000.0 + Z95 * 1_200.0 * 5.0;
        let found = batch(tokens, 1_000.0, 500.0, (0.44, 1.0));
        assert!((found - 25.0).abs() < 1e-9, "{found}");
    }

    #[test]
    fn more_spread_never_holds_more() {
        let batches: Vec<f64> = (0..10)
            .map(|step| {
                let spread = f64::from(step) / 4.0;
                batch(1e6, 1_000.0, 500.0, (spread, spread))
            })
            .collect();
        assert!(batches.is_sorted_by(|a, b| a > b), "{batches:?}");
    }
}
