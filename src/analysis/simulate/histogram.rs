//! Quantiles of any number of values in little room: counts of bins that are equally wide relative to
//! their value.

use std::cmp::Ordering;

/// Lowest power of two that is told from zero.
const LOWEST: u64 = 1023 - 10;
/// Powers of two from there on.
const OCTAVES: u64 = 64;

/// Counts of values.
#[derive(Clone, Debug)]
pub struct Histogram {
    above: Bins,
    below: Bins,
    near_zero: u64,
    count: u64,
    least: f64,
    greatest: f64,
}

/// Counts of magnitudes, over the powers of two that occurred: most results stay within a few.
#[derive(Clone, Debug)]
struct Bins {
    /// Bits of the fraction that tell bins apart.
    bits: u32,
    /// The first bin that is there.
    first: u64,
    counts: Vec<u64>,
}

impl Bins {
    fn new(bits: u32) -> Self {
        Self {
            bits,
            first: 0,
            counts: Vec::new(),
        }
    }

    /// The bin of a magnitude, counted from zero.
    #[inline]
    fn of(&self, magnitude: f64) -> u64 {
        magnitude.to_bits() >> (52 - self.bits)
    }

    /// The count of a bin, if there is room for it.
    #[inline]
    fn get(&mut self, bin: u64) -> Option<&mut u64> {
        self.counts.get_mut(bin.wrapping_sub(self.first) as usize)
    }

    /// The count of the bin of a magnitude that is no less than the lowest power of two; room is made for it.
    fn grown(&mut self, magnitude: f64) -> &mut u64 {
        let last = ((LOWEST + OCTAVES) << self.bits) - 1;
        let bin = self.of(magnitude).min(last);
        self.make_room(bin >> self.bits, (bin >> self.bits) + 1);
        let at = (bin - self.first) as usize;
        &mut self.counts[at]
    }

    /// Room for these powers of two.
    fn make_room(&mut self, from: u64, to: u64) {
        let (from, to) = (from << self.bits, to << self.bits);
        if self.counts.is_empty() {
            self.first = from;
        }
        if from < self.first {
            let more = (self.first - from) as usize;
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.first = from;
        }
        let length = self.counts.len().max((to - self.first) as usize);
        self.counts.resize(length, 0);
    }

    fn merge(&mut self, other: &Self) {
        if other.counts.is_empty() {
            return;
        }
        let end = other.first + other.counts.len() as u64;
        self.make_room(other.first >> other.bits, end >> other.bits);
        let offset = (other.first - self.first) as usize;
        let mine = self.counts[offset..].iter_mut();
        mine.zip(&other.counts)
            .for_each(|(mine, theirs)| *mine += theirs);
    }

    /// The bins that hold something, in order: their edges and counts.
    fn each(&self) -> impl DoubleEndedIterator<Item = (f64, f64, u64)> {
        let edge = |bin: usize| f64::from_bits((bin as u64 + self.first) << (52 - self.bits));
        let filled = self.counts.iter().enumerate();
        filled
            .filter(|(_, count)| **count > 0)
            .map(move |(bin, count)| (edge(bin), edge(bin + 1), *count))
    }
}

impl Histogram {
    /// Bins of a relative width of at most 2^-bits; a quantile is off by less than that part of itself.
    pub fn new(bits: u32) -> Self {
        Self {
            above: Bins::new(bits),
            below: Bins::new(bits),
            near_zero: 0,
            count: 0,
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
        }
    }

    #[cfg(test)]
    fn add(&mut self, value: f64) {
        self.add_all(&[value]);
    }

    /// Counts some values.
    pub fn add_all(&mut self, values: &[f64]) {
        self.count += values.len() as u64;
        let (least, greatest) = ends(values);
        self.least = self.least.min(least);
        self.greatest = self.greatest.max(greatest);
        for value in values {
            // The sign is the highest bit: values below zero are far above all bins.
            let bin = self.above.of(*value);
            if let Some(count) = self.above.get(bin) {
                *count += 1;
            } else {
                self.add_other(*value);
            }
        }
    }

    #[cold]
    fn add_other(&mut self, value: f64) {
        let near_zero = value.abs() < f64::from_bits(LOWEST << 52);
        *match value.partial_cmp(&0.0) {
            _ if near_zero => &mut self.near_zero,
            Some(Ordering::Greater) => self.above.grown(value),
            _ => self.below.grown(value.abs()),
        } += 1;
    }

    /// Adds the counts of another of the same width.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.near_zero += other.near_zero;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
        self.above.merge(&other.above);
        self.below.merge(&other.below);
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
        let zero = f64::from_bits(LOWEST << 52);
        let below = self.below.each().rev();
        let near = (self.near_zero > 0).then_some((-zero, zero, self.near_zero));
        let all = below
            .map(|(low, high, count)| (-high, -low, count))
            .chain(near)
            .chain(self.above.each());
        for (low, high, count) in all {
            if !f(low, high, count) {
                return;
            }
        }
    }
}

/// The least and the greatest of some values, in lanes that a compiler turns into vector instructions.
fn ends(values: &[f64]) -> (f64, f64) {
    const LANES: usize = 8;
    let (mut least, mut greatest) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    for chunk in values.chunks(LANES) {
        for ((least, greatest), value) in least.iter_mut().zip(&mut greatest).zip(chunk) {
            *least = if value < least { *value } else { *least };
            *greatest = if value > greatest { *value } else { *greatest };
        }
    }
    (
        least.into_iter().fold(f64::INFINITY, f64::min),
        greatest.into_iter().fold(f64::NEG_INFINITY, f64::max),
    )
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
