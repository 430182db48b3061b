//! Inputs that move together: a Gaussian copula with the rank correlations that are asked for.
//!
//! A rank correlation r of two normal scores belongs to a product-moment correlation of 2 sin(pi r / 6)
//! (Pearson 1907). A matrix of them that cannot be is replaced by the nearest one that can (Higham,
//! "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22, 2002).

use std::f64::consts::PI;

use statrs::distribution::{ContinuousCDF, Normal};

use super::inverse::Inverse;
use crate::input::Input;
use crate::real::{BLOCK, Column};

/// A square matrix, by rows.
pub type Matrix = Vec<Vec<f64>>;

/// Some inputs with the factor of their correlations.
#[derive(Clone, Debug)]
pub struct Copula {
    /// Numbers of the inputs.
    pub inputs: Vec<usize>,
    factor: Matrix,
    scores: Inverse,
    /// Greatest change of a correlation by the repair; 0 where none was needed.
    pub repaired: f64,
}

impl Copula {
    /// From pairs of inputs with their rank correlation.
    pub fn new(pairs: &[(usize, usize, f64)]) -> Self {
        let mut inputs: Vec<usize> = pairs.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
        inputs.sort_unstable();
        inputs.dedup();
        let place = |input: usize| inputs.iter().position(|known| *known == input).unwrap_or(0);
        let mut wanted = identity(inputs.len());
        for (a, b, rank) in pairs {
            let r = 2.0 * (PI * rank / 6.0).sin();
            let (a, b) = (place(*a), place(*b));
            (wanted[a][b], wanted[b][a]) = (r, r);
        }
        let (factor, repaired) = match cholesky(&wanted) {
            Some(factor) => (factor, 0.0),
            None => repair(&wanted),
        };
        let standard = Input::Normal { mean: 0.0, sd: 1.0 };
        Self {
            inputs,
            factor,
            scores: Inverse::of(&standard, (f64::NEG_INFINITY, f64::INFINITY)).0,
            repaired,
        }
    }

    /// Turns independent shares into correlated ones.
    pub fn apply(&self, shares: &mut [Column]) {
        let mut scores = vec![[0.0; BLOCK]; self.inputs.len()];
        for (score, input) in scores.iter_mut().zip(&self.inputs) {
            self.scores.fill(&shares[*input], score);
        }
        let standard = Normal::standard();
        for (row, input) in self.factor.iter().zip(&self.inputs) {
            for at in 0..BLOCK {
                let mixed: f64 = row.iter().zip(&scores).map(|(l, z)| l * z[at]).sum();
                // Shares of exactly 0 and 1 belong to no value.
                shares[*input][at] = standard.cdf(mixed).clamp(1e-16, 1.0 - 1e-16);
            }
        }
    }
}

fn identity(size: usize) -> Matrix {
    let row = |at: usize| (0..size).map(|k| f64::from(u8::from(k == at))).collect();
    (0..size).map(row).collect()
}

/// The lower triangular factor L with L L' = the matrix; none if it is not positive definite.
fn cholesky(matrix: &Matrix) -> Option<Matrix> {
    let size = matrix.len();
    let mut factor = vec![vec![0.0; size]; size];
    for row in 0..size {
        for column in 0..=row {
            let done: f64 = (0..column)
                .map(|k| factor[row][k] * factor[column][k])
                .sum();
            let rest = matrix[row][column] - done;
            factor[row][column] = if row == column {
                if rest <= 1e-12 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / factor[column][column]
            };
        }
    }
    Some(factor)
}

/// The nearest correlation matrix, as its factor, and by how much a correlation was changed at most.
fn repair(wanted: &Matrix) -> (Matrix, f64) {
    let mut shrink = 0.0;
    let nearest = nearest(wanted);
    loop {
        // What the iteration leaves on the border is moved inside by a hair.
        let inside: Matrix = scaled(&nearest, 1.0 - shrink);
        if let Some(factor) = cholesky(&inside) {
            let changes = wanted.iter().flatten().zip(inside.iter().flatten());
            let most = changes.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            return (factor, most);
        }
        shrink = if shrink == 0.0 { 1e-9 } else { shrink * 10.0 };
    }
}

/// Correlations times a factor, ones on the diagonal.
fn scaled(matrix: &Matrix, by: f64) -> Matrix {
    let mut out = matrix.clone();
    for (at, row) in out.iter_mut().enumerate() {
        for (k, value) in row.iter_mut().enumerate() {
            *value = if k == at { 1.0 } else { *value * by };
        }
    }
    out
}

/// Higham's alternating projections with Dykstra's correction: onto matrices without negative eigenvalues,
/// and onto those with ones on the diagonal.
fn nearest(wanted: &Matrix) -> Matrix {
    const ROUNDS: usize = 200;
    let size = wanted.len();
    let mut matrix = wanted.clone();
    let mut correction = vec![vec![0.0; size]; size];
    for _ in 0..ROUNDS {
        let mut moved = matrix.clone();
        for (row, by) in moved.iter_mut().zip(&correction) {
            row.iter_mut().zip(by).for_each(|(x, y)| *x -= y);
        }
        let projected = without_negative(&moved);
        for at in 0..size {
            for k in 0..size {
                correction[at][k] = projected[at][k] - moved[at][k];
            }
        }
        let next = scaled(&projected, 1.0);
        let changes = next.iter().flatten().zip(matrix.iter().flatten());
        let change = changes.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        matrix = next;
        if change < 1e-12 {
            break;
        }
    }
    matrix
}

/// The matrix with its negative eigenvalues set to 0.
fn without_negative(matrix: &Matrix) -> Matrix {
    let (values, vectors) = eigen(matrix);
    let size = matrix.len();
    let mut out = vec![vec![0.0; size]; size];
    for (which, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        for at in 0..size {
            for k in 0..size {
                out[at][k] += value * vectors[at][which] * vectors[k][which];
            }
        }
    }
    out
}

/// Eigenvalues and eigenvectors (as columns) of a symmetric matrix, by Jacobi's rotations.
fn eigen(matrix: &Matrix) -> (Vec<f64>, Matrix) {
    const SWEEPS: usize = 60;
    let size = matrix.len();
    let (mut a, mut vectors) = (matrix.clone(), identity(size));
    for _ in 0..SWEEPS {
        let off: f64 = (0..size)
            .flat_map(|p| (0..p).map(move |q| (p, q)))
            .map(|(p, q)| a[p][q] * a[p][q])
            .sum();
        if off < 1e-28 {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    ((0..size).map(|at| a[at][at]).collect(), vectors)
}

/// One rotation that makes the entry of p and q zero.
fn rotate(matrix: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    let off = matrix[p][q];
    if off.abs() < 1e-300 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * off);
    let sign = if theta < 0.0 { -1.0 } else { 1.0 };
    let tangent = sign / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turned = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    for row in matrix.iter_mut().chain(vectors.iter_mut()) {
        (row[p], row[q]) = turned(row[p], row[q]);
    }
    let (first, second) = (matrix[p].clone(), matrix[q].clone());
    let pairs = first.iter().zip(&second).map(|(x, y)| turned(*x, *y));
    (matrix[p], matrix[q]) = pairs.unzip();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_that_can_be_is_left_as_it_is() {
        let copula = Copula::new(&[(0, 1, 0.5), (1, 2, 0.5)]);
        assert_eq!(copula.repaired, 0.0);
        // 2 sin(pi/12) = 0.517638.
        assert!((copula.factor[1][0] - 0.517_638_090_2).abs() < 1e-9);
    }

    #[test]
    fn a_matrix_that_cannot_be_becomes_the_nearest_one() {
        // Higham's example: ones beside each other and nothing between first and last. The nearest
        // correlation matrix has 0.7607 and 0.1573.
        let wanted = vec![
            vec![1.0, 1.0, 0.0],
            vec![1.0, 1.0, 1.0],
            vec![0.0, 1.0, 1.0],
        ];
        let found = nearest(&wanted);
        assert!((found[0][1] - 0.7607).abs() < 1e-4, "{found:?}");
        assert!((found[0][2] - 0.1573).abs() < 1e-4, "{found:?}");
        let (_, most) = repair(&wanted);
        assert!((most - 0.2393).abs() < 1e-3);
    }

    #[test]
    fn eigenvalues_are_those_of_the_matrix() {
        // [[2, 1], [1, 2]] has 1 and 3.
        let (mut values, _) = eigen(&vec![vec![2.0, 1.0], vec![1.0, 2.0]]);
        values.sort_by(f64::total_cmp);
        assert!((values[0] - 1.0).abs() < 1e-12 && (values[1] - 3.0).abs() < 1e-12);
    }
}
