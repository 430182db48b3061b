//! Quantiles of any number of values in little room: counts of bins that are equally wide relative to
//! their value.

/// Lowest power of two that is told from zero.
const LOWEST: u64 = 1023 - 10;
/// Powers of two from there on.
const OCTAVES: u64 = 64;

/// Counts of values.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// Bits of the fraction that tell bins apart.
    bits: u32,
    above: Vec<u32>,
    below: Vec<u32>,
    near_zero: u64,
    count: u64,
    least: f64,
    greatest: f64,
}

impl Histogram {
    /// Bins of a relative width of at most 2^-bits; a quantile is off by less than that part of itself.
    pub fn new(bits: u32) -> Self {
        Self {
            bits,
            above: vec![0; (OCTAVES << bits) as usize],
            below: Vec::new(),
            near_zero: 0,
            count: 0,
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
        }
    }

    /// Counts a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        self.least = if value < self.least {
            value
        } else {
            self.least
        };
        self.greatest = if value > self.greatest {
            value
        } else {
            self.greatest
        };
        let bin = (value.to_bits() >> (52 - self.bits)).wrapping_sub(LOWEST << self.bits);
        if let Some(count) = self.above.get_mut(bin as usize) {
            *count += 1;
        } else {
            self.add_other(value);
        }
    }

    #[cold]
    fn add_other(&mut self, value: f64) {
        let bin = (value.abs().to_bits() >> (52 - self.bits)).wrapping_sub(LOWEST << self.bits);
        let last = (OCTAVES << self.bits) - 1;
        if value.abs() < f64::from_bits(LOWEST << 52) {
            self.near_zero += 1;
        } else if value > 0.0 {
            self.above[last as usize] += 1;
        } else {
            self.below.resize(last as usize + 1, 0);
            self.below[bin.min(last) as usize] += 1;
        }
    }

    /// Adds the counts of another of the same width.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.near_zero += other.near_zero;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
        if !other.below.is_empty() {
            self.below.resize(other.below.len(), 0);
        }
        let pairs = self.above.iter_mut().zip(&other.above);
        pairs
            .chain(self.below.iter_mut().zip(&other.below))
            .filter(|(_, theirs)| **theirs > 0)
            .for_each(|(mine, theirs)| *mine += theirs);
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The values that these shares of the counted ones stay below; shares in order.
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let mut out = [0.0; N];
        let mut next = 0;
        let mut sum = 0u64;
        self.each_bin(|low, high, count| {
            let after = sum + count;
            while next < N && shares[next] * self.count as f64 <= after as f64 {
                let along = (shares[next] * self.count as f64 - sum as f64) / count as f64;
                out[next] = (low + (high - low) * along).clamp(self.least, self.greatest);
                next += 1;
            }
            sum = after;
            next < N
        });
        out
    }

    /// Standard errors of these quantiles: half the way between the quantiles one standard error of the
    /// share below and above it, for independent samples; evenly spread ones err less.
    pub fn errors<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        shares.map(|share| {
            let error = (share * (1.0 - share) / self.count as f64).sqrt();
            let ends = [(share - error).max(0.0), (share + error).min(1.0)];
            let [low, high] = self.quantiles(ends);
            (high - low) / 2.0
        })
    }

    /// Every bin that holds something, from the least; until it is told to stop.
    fn each_bin(&self, mut f: impl FnMut(f64, f64, u64) -> bool) {
        let edge =
            |bin: usize| f64::from_bits((bin as u64 + (LOWEST << self.bits)) << (52 - self.bits));
        for (bin, count) in self.below.iter().enumerate().rev() {
            if *count > 0 && !f(-edge(bin + 1), -edge(bin), u64::from(*count)) {
                return;
            }
        }
        if self.near_zero > 0 && !f(-edge(0), edge(0), self.near_zero) {
            return;
        }
        let first = if self.least > 0.0 && self.below.is_empty() {
            (self.least.to_bits() >> (52 - self.bits)).saturating_sub(LOWEST << self.bits)
        } else {
            0
        };
        for (bin, count) in self.above.iter().enumerate().skip(first as usize) {
            if *count > 0 && !f(edge(bin), edge(bin + 1), u64::from(*count)) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_values_but_for_the_width_of_a_bin() {
        // 1 to 10,000: the quantile of p is 10,000 p.
        let mut histogram = Histogram::new(10);
        (1..=10_000).for_each(|value| histogram.add(f64::from(value)));
        let shares = [0.05, 0.1, 0.5, 0.9, 0.95];
        for (share, found) in shares.iter().zip(histogram.quantiles(shares)) {
            assert!(
                (found / (10_000.0 * share) - 1.0).abs() < 1e-3,
                "{share}: {found}"
            );
        }
    }

    #[test]
    fn one_value_is_its_own_quantile_exactly() {
        for value in [0.0, 0.1, -123.456, 1e12] {
            let mut histogram = Histogram::new(10);
            histogram.add(value);
            assert_eq!(histogram.quantiles([0.05, 0.95]), [value; 2]);
        }
    }

    #[test]
    fn the_error_of_a_quantile_is_that_of_its_rank_over_the_density() {
        // 10,000 values, evenly from 1,000 to 2,000: at the median 1,000 x 0.5/100 = 5.
        let mut histogram = Histogram::new(12);
        (0..10_000).for_each(|at| histogram.add(1_000.0 + f64::from(at) / 10.0));
        let [error] = histogram.errors([0.5]);
        assert!((error - 5.0).abs() < 0.05, "{error}");
    }

    #[test]
    fn values_below_zero_come_first() {
        let mut histogram = Histogram::new(10);
        for value in [-200.0, -100.0, 0.0, 100.0] {
            histogram.add(value);
        }
        let [first, second, last] = histogram.quantiles([0.25, 0.5, 1.0]);
        assert!((first + 200.0).abs() < 0.2 && (second + 100.0).abs() < 0.1 && last == 100.0);
    }

    #[test]
    fn two_merged_are_one_of_both() {
        let (mut odd, mut even, mut both) =
            (Histogram::new(8), Histogram::new(8), Histogram::new(8));
        for value in 1..1_000 {
            let value = f64::from(value);
            if value % 2.0 == 0.0 {
                &mut even
            } else {
                &mut odd
            }
            .add(value);
            both.add(value);
        }
        odd.merge(&even);
        assert_eq!(odd.quantiles([0.1, 0.5]), both.quantiles([0.1, 0.5]));
    }
}
