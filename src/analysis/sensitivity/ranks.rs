//! Rank correlations of inputs and figures: Spearman, "The proof and measurement of association between two
//! things", Am. J. Psychol. 15, 1904.

use super::indices::{Draw, Estimate, Evaluate, RANDOMIZATIONS, Size};
use super::result::FigureResult;
use crate::real::{BLOCK, Column};

/// Adds the rank correlation of every input with every figure, over the first set of cases.
pub fn ranks<E>(
    size: Size,
    draw: &mut Draw<'_>,
    evaluate: &mut Evaluate<'_, E>,
    results: &mut [FigureResult],
) -> Result<(), E> {
    let mut found = vec![vec![Vec::new(); size.inputs]; size.figures];
    let mut values = vec![[0.0; BLOCK]; size.inputs];
    let mut out = vec![[0.0; BLOCK]; size.figures];
    for randomization in 0..RANDOMIZATIONS {
        let points = draw(randomization);
        let mut of_inputs = vec![Vec::with_capacity(size.each); size.inputs];
        let mut of_figures = vec![Vec::with_capacity(size.each); size.figures];
        for first in (0..size.each).step_by(BLOCK) {
            let samples = BLOCK.min(size.each - first);
            points.fill(first, samples, &mut values);
            evaluate(&values, samples, &mut out)?;
            extend(&mut of_inputs, &values, samples);
            extend(&mut of_figures, &out, samples);
        }
        let of_inputs: Vec<Vec<f64>> = of_inputs.iter().map(|list| ranked(list)).collect();
        for (of_figure, found) in of_figures.iter().zip(&mut found) {
            let of_figure = ranked(of_figure);
            for (of_input, found) in of_inputs.iter().zip(found) {
                found.push(correlation(of_input, &of_figure));
            }
        }
    }
    for (result, found) in results.iter_mut().zip(&found) {
        for (effect, list) in result.inputs.iter_mut().zip(found) {
            effect.rank_correlation = mean(list);
        }
    }
    Ok(())
}

fn extend(lists: &mut [Vec<f64>], columns: &[Column], samples: usize) {
    for (list, column) in lists.iter_mut().zip(columns) {
        list.extend_from_slice(&column[..samples]);
    }
}

/// The rank of each value; equal values share the mean of their ranks.
fn ranked(list: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|a, b| list[*a].total_cmp(&list[*b]));
    let mut ranks = vec![0.0; list.len()];
    let mut from = 0;
    while from < order.len() {
        let same = |at: &&usize| list[**at] == list[order[from]];
        let to = from + order[from..].iter().take_while(same).count();
        for at in &order[from..to] {
            ranks[*at] = (from + to - 1) as f64 / 2.0;
        }
        from = to;
    }
    ranks
}

/// Correlation of two lists; 0 where one of them does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (of_a, of_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - of_a) * (y - of_b);
        aa += (x - of_a).powi(2);
        bb += (y - of_b).powi(2);
    }
    if aa * bb > 0.0 {
        ab / (aa * bb).sqrt()
    } else {
        0.0
    }
}

/// The mean over randomizations and its standard error.
fn mean(list: &[f64]) -> Estimate {
    let n = list.len() as f64;
    let value = list.iter().sum::<f64>() / n;
    let squares: f64 = list.iter().map(|x| (x - value).powi(2)).sum();
    Estimate {
        value,
        standard_error: (squares / (n - 1.0) / n).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_shared_and_a_monotone_figure_correlates_fully() {
        assert_eq!(ranked(&[3.0, 1.0, 3.0, 2.0]), [2.5, 0.0, 2.5, 1.0]);
        let x = [0.1, 0.5, 0.2, 0.9];
        let exp: Vec<f64> = x.iter().map(|x: &f64| (10.0 * x).exp()).collect();
        assert!((correlation(&ranked(&x), &ranked(&exp)) - 1.0).abs() < 1e-12);
        assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), 0.0);
    }
}
