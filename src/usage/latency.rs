//! Times of calls and their exact quantiles.

/// Parts of a millisecond that are kept: a tenth, up to 119 hours.
const PARTS: f64 = 10.0;

/// Times of calls, in tenths of a millisecond.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    /// Adds a time (ms).
    pub fn add(&mut self, ms: f64) {
        self.0.push((ms * PARTS).round() as u32);
    }

    /// Adds all of others.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Quantiles (ms) with linear interpolation between neighbors (type 7 of Hyndman and Fan, the default of
    /// NumPy and of DuckDB's `quantile_cont`); none where there are no times.
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> Option<[f64; N]> {
        if self.0.is_empty() {
            return None;
        }
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        Some(shares.map(|share| {
            let at = share * (sorted.len() - 1) as f64;
            let (low, rest) = (at.floor() as usize, at.fract());
            let next = sorted[(low + 1).min(sorted.len() - 1)];
            let low = f64::from(sorted[low]);
            (low + (f64::from(next) - low) * rest) / PARTS
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_between_its_neighbors() {
        let mut times = Latencies::default();
        for ms in [40.0, 10.0, 30.0, 20.0] {
            times.add(ms);
        }
        // At 0.5 x 3 = 1.5: between 20 and 30; at 0.95 x 3 = 2.85: 30 + 0.85 x 10.
        assert_eq!(
            times.quantiles([0.0, 0.5, 0.95, 1.0]),
            Some([10.0, 25.0, 38.5, 40.0])
        );
        assert_eq!(Latencies::default().quantiles([0.5]), None);
    }
}
