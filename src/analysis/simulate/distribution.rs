//! How a figure is distributed over the cases, finely enough to be drawn.

use super::histogram::Histogram;

/// Equal parts of the cases between which a distribution is known.
const PARTS: usize = 200;

/// Values between equal parts of the cases, the least and the greatest at its ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution(Vec<f64>);

impl Distribution {
    /// Of counted values.
    pub(super) fn of(spread: &Histogram) -> Self {
        let mut shares = [0.0; PARTS + 1];
        for (k, share) in shares.iter_mut().enumerate() {
            *share = k as f64 / PARTS as f64;
        }
        Self(spread.quantiles(shares).to_vec())
    }

    /// Its ends without the lowest and the highest half percent of the cases.
    pub fn middle(&self) -> [f64; 2] {
        [1, PARTS - 1].map(|at| self.0.get(at).copied().unwrap_or_default())
    }

    /// In what share of the cases the figure is at most a value, in proportion between those known.
    pub fn up_to(&self, value: f64) -> f64 {
        let below = self.0.partition_point(|known| *known <= value);
        match (below.checked_sub(1), self.0.get(below)) {
            (None, _) => 0.0,
            (Some(_), None) => 1.0,
            (Some(last), Some(next)) => {
                let along = (value - self.0[last]) / (next - self.0[last]);
                (last as f64 + along) / PARTS as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_lies_between_those_of_its_neighbors() {
        // 0, 1, ..., 200: at most 50.5 are a quarter of the cases and half of the next part, 0.2525.
        let even = Distribution((0..=PARTS).map(|k| k as f64).collect());
        let shares = [-1.0, 0.0, 50.5, 200.0, 201.0].map(|value| even.up_to(value));
        assert_eq!(shares, [0.0, 0.0, 0.2525, 1.0, 1.0]);
        assert_eq!(even.middle(), [1.0, 199.0]);
    }

    #[test]
    fn a_value_that_many_cases_have_is_a_step() {
        // A quarter of the cases below, half of them at 7, a quarter above.
        let list = (0..=PARTS).map(|k| match k {
            0..=50 => k as f64 / 50.0,
            51..=150 => 7.0,
            _ => k as f64,
        });
        let found = Distribution(list.collect());
        assert!(found.up_to(7.0 - 1e-9) < 0.255);
        assert!(found.up_to(7.0) >= 0.75 && found.up_to(7.0 + 1e-9) < 0.751);
    }

    #[test]
    fn counted_values_give_their_shares() {
        let mut spread = Histogram::new(12);
        let values: Vec<f64> = (1..=1_000).map(f64::from).collect();
        spread.add_all(&values);
        let found = Distribution::of(&spread);
        // Of a thousand, half a percent are five.
        let [low, high] = found.middle();
        assert!((low - 5.0).abs() <= 1.0 && (high - 995.0).abs() <= 1.0);
        for value in [10.0, 250.0, 777.0] {
            assert!((found.up_to(value) - value / 1_000.0).abs() < 2e-3);
        }
    }
}
