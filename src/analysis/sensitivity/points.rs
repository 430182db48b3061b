//! The cases behind variance shares and rank correlations: a Latin hypercube in each randomization (McKay,
//! Beckman and Conover, "A comparison of three methods for selecting values of input variables", Technometrics
//! 21, 1979): every input has one value in each of as many equal parts of its distribution as there are cases.

use crate::analysis::draw::Copula;
use crate::input::Input;
use crate::real::{BLOCK, Column};

/// The cases of one randomization, by input.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    columns: Vec<Vec<f64>>,
}

/// A counter-based generator: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0 and below 1.
    fn share(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A whole number below `n`.
    fn below(&mut self, n: usize) -> usize {
        (self.share() * n as f64) as usize
    }
}

impl Points {
    /// Draws so many cases of inputs, each within its limits; the seed, the randomization and the number of
    /// an input alone decide its values, and with a copula those of the inputs that move with it.
    pub fn draw(
        inputs: &[(&Input, (f64, f64))],
        copula: Option<&Copula>,
        cases: usize,
        seed: u64,
        randomization: usize,
    ) -> Self {
        let of = |at: usize| shares(cases, seed, randomization, at);
        let mut columns: Vec<Vec<f64>> = (0..inputs.len()).map(of).collect();
        if let Some(copula) = copula {
            together(&mut columns, copula);
        }
        for (column, (input, (low, high))) in columns.iter_mut().zip(inputs) {
            for value in column {
                *value = input.quantile(*value).max(*low).min(*high);
            }
        }
        Self { columns }
    }

    /// The cases from `first` on, one column per input.
    pub fn fill(&self, first: usize, samples: usize, out: &mut [Column]) {
        for (column, out) in self.columns.iter().zip(out) {
            out[..samples].copy_from_slice(&column[first..first + samples]);
        }
    }
}

/// Shares of cases below the values of an input: one in each of equal parts, in an order of its own.
fn shares(cases: usize, seed: u64, randomization: usize, input: usize) -> Vec<f64> {
    let mut random = Random(seed);
    random.0 ^= Random(randomization as u64 + 1).bits();
    random.0 ^= Random((input as u64 + 1) << 32).bits();
    let mut parts: Vec<usize> = (0..cases).collect();
    for last in (1..cases).rev() {
        parts.swap(last, random.below(last + 1));
    }
    let share = |part: usize| (part as f64 + random.share()) / cases as f64;
    parts.into_iter().map(share).collect()
}

/// Makes shares go together as a copula says, a block at a time.
fn together(columns: &mut [Vec<f64>], copula: &Copula) {
    let cases = columns.first().map_or(0, Vec::len);
    let mut block = vec![[0.5; BLOCK]; columns.len()];
    for first in (0..cases).step_by(BLOCK) {
        let samples = BLOCK.min(cases - first);
        for (column, block) in columns.iter().zip(&mut block) {
            block[..samples].copy_from_slice(&column[first..first + samples]);
        }
        copula.apply(&mut block);
        for (column, block) in columns.iter_mut().zip(&block) {
            column[first..first + samples].copy_from_slice(&block[..samples]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_has_one_value_in_each_part_and_its_own_order() {
        let even = Input::Uniform {
            min: 0.0,
            max: 64.0,
        };
        let limits = (0.0, f64::INFINITY);
        let points = Points::draw(&[(&even, limits), (&even, limits)], None, 64, 7, 3);
        for column in &points.columns {
            let mut parts: Vec<usize> = column.iter().map(|value| *value as usize).collect();
            parts.sort_unstable();
            assert_eq!(parts, (0..64).collect::<Vec<_>>());
        }
        assert_ne!(points.columns[0], points.columns[1]);
        assert_eq!(
            points,
            Points::draw(&[(&even, limits), (&even, limits)], None, 64, 7, 3)
        );
        assert_ne!(
            points,
            Points::draw(&[(&even, limits), (&even, limits)], None, 64, 7, 4)
        );
        assert_ne!(
            points,
            Points::draw(&[(&even, limits), (&even, limits)], None, 64, 8, 3)
        );
    }

    #[test]
    fn values_stay_within_the_limits_of_their_key() {
        let wide = Input::Normal { mean: 0.5, sd: 1.0 };
        let points = Points::draw(&[(&wide, (0.0, 1.0))], None, 512, 1, 0);
        assert!(
            points.columns[0]
                .iter()
                .all(|value| (0.0..=1.0).contains(value))
        );
    }
}
