//! What is kept of the samples of one randomization: sums, counts and histograms, never the samples.

use super::histogram::Histogram;
use crate::real::{BLOCK, Column};

/// Parts of equal probability into which an input is cut for its value of information.
pub const PARTS: usize = 64;

/// Relative width of the bins of present values: 2^-10, a thousandth.
pub const BITS: u32 = 10;

/// The sum of some numbers, in lanes: an addition need not wait for the one before.
fn sum(list: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    for chunk in list.chunks(lanes.len()) {
        let pairs = lanes.iter_mut().zip(chunk);
        pairs.for_each(|(lane, value)| *lane += value);
    }
    lanes.iter().sum()
}

/// Sums over the samples of a randomization.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Samples so far.
    pub count: u64,
    /// Sum of the present values of each option.
    pub sums: Vec<f64>,
    /// In how many samples each option is the cheapest.
    pub wins: Vec<u64>,
    /// Sum of the least present value of each sample.
    pub least: f64,
    /// Present values of each option.
    pub spread: Vec<Histogram>,
    /// By input and part of its distribution: the sum of each option's present values, and the samples.
    pub parts: Vec<f64>,
    /// Samples of which the parts are kept.
    pub parted: u64,
}

impl Tally {
    /// Nothing yet.
    pub fn new(inputs: usize, options: usize) -> Self {
        Self {
            count: 0,
            sums: vec![0.0; options],
            wins: vec![0; options],
            least: 0.0,
            spread: vec![Histogram::new(BITS); options],
            parts: vec![0.0; inputs * PARTS * (options + 1)],
            parted: 0,
        }
    }

    /// Takes the first `samples` of a block: the shares of its inputs, and the present value of each option.
    pub fn add(&mut self, samples: usize, shares: &[Column], costs: &[Column], parted: bool) {
        self.count += samples as u64;
        let (mut least, mut best) = (costs[0], [0u32; BLOCK]);
        for (option, column) in (0..).zip(costs).skip(1) {
            for ((least, best), cost) in least.iter_mut().zip(&mut best).zip(column) {
                let better = cost < least;
                *least = if better { *cost } else { *least };
                *best = if better { option } else { *best };
            }
        }
        self.least += sum(&least[..samples]);
        for (option, wins) in (0u32..).zip(&mut self.wins) {
            let won = best[..samples].iter();
            let won: u32 = won.map(|best| u32::from(*best == option)).sum();
            *wins += u64::from(won);
        }
        for ((total, spread), column) in self.sums.iter_mut().zip(&mut self.spread).zip(costs) {
            *total += sum(&column[..samples]);
            spread.add_all(&column[..samples]);
        }
        if parted {
            self.part(samples, shares, costs);
        }
    }

    fn part(&mut self, samples: usize, shares: &[Column], costs: &[Column]) {
        self.parted += samples as u64;
        let width = costs.len() + 1;
        let inputs = self.parts.chunks_exact_mut(PARTS * width);
        for (parts, shares) in inputs.zip(shares) {
            for (at, share) in shares[..samples].iter().enumerate() {
                let part = (share * PARTS as f64) as usize;
                let sums = &mut parts[part * width..(part + 1) * width];
                for (sum, column) in sums.iter_mut().zip(costs) {
                    *sum += column[at];
                }
                sums[width - 1] += 1.0;
            }
        }
    }

    /// Adds what another randomization has.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.parted += other.parted;
        self.least += other.least;
        let sums = self.sums.iter_mut().zip(&other.sums);
        sums.chain(self.parts.iter_mut().zip(&other.parts))
            .for_each(|(mine, theirs)| *mine += theirs);
        let wins = self.wins.iter_mut().zip(&other.wins);
        wins.for_each(|(mine, theirs)| *mine += theirs);
        let spread = self.spread.iter_mut().zip(&other.spread);
        spread.for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// The sums without those of another that is part of them; without histograms.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let less = |all: &[f64], part: &[f64]| -> Vec<f64> {
            all.iter().zip(part).map(|(all, part)| all - part).collect()
        };
        let wins = self.wins.iter().zip(&other.wins);
        Self {
            count: self.count - other.count,
            sums: less(&self.sums, &other.sums),
            wins: wins.map(|(all, part)| all - part).collect(),
            least: self.least - other.least,
            spread: Vec::new(),
            parts: less(&self.parts, &other.parts),
            parted: self.parted - other.parted,
        }
    }

    /// Mean present value of each option (USD).
    pub fn means(&self) -> Vec<f64> {
        self.sums
            .iter()
            .map(|sum| sum / self.count as f64)
            .collect()
    }

    /// Expected value of perfect information (USD): what the best choice on average costs more than the best
    /// choice of each case.
    pub fn evpi(&self) -> f64 {
        let best = self.means().into_iter().fold(f64::INFINITY, f64::min);
        (best - self.least / self.count as f64).max(0.0)
    }

    /// Expected value of knowing one input (USD): what the best choice on average costs more than the best
    /// choice in each part of the input's distribution (Strong and Oakley, "An efficient method for computing
    /// single-parameter partial expected value of perfect information", Med. Decis. Making 33, 2013).
    pub fn evppi(&self, input: usize) -> f64 {
        let width = self.sums.len() + 1;
        let parts = &self.parts[input * PARTS * width..(input + 1) * PARTS * width];
        let mut sums = vec![0.0; width - 1];
        let mut least = 0.0;
        for part in parts.chunks_exact(width) {
            least += part[..width - 1]
                .iter()
                .copied()
                .fold(f64::INFINITY, f64::min);
            sums.iter_mut()
                .zip(part)
                .for_each(|(sum, more)| *sum += more);
        }
        let best = sums.into_iter().fold(f64::INFINITY, f64::min);
        ((best - least) / self.parted as f64).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of the cases: 100 against 300; the other half: 300 against 220. The first input decides, the
    /// second says nothing.
    fn two_points() -> Tally {
        let mut tally = Tally::new(2, 2);
        let mut shares = [[0.0; BLOCK]; 2];
        let mut costs = [[0.0; BLOCK]; 2];
        for at in 0..BLOCK {
            let high = at % 2 == 1;
            shares[0][at] = if high { 0.75 } else { 0.25 };
            shares[1][at] = (at / 2) as f64 / (BLOCK / 2) as f64;
            costs[0][at] = if high { 300.0 } else { 100.0 };
            costs[1][at] = if high { 220.0 } else { 300.0 };
        }
        tally.add(BLOCK, &shares, &costs, true);
        tally
    }

    #[test]
    fn perfect_information_on_two_points_is_worth_what_the_worse_choice_costs() {
        // On average 200 and 260: the first is chosen. Knowing, one pays 100 or 220: 160 on average. 200 - 160.
        let tally = two_points();
        assert_eq!(tally.means(), [200.0, 260.0]);
        assert!((tally.evpi() - 40.0).abs() < 1e-12);
        assert_eq!(tally.wins, [BLOCK as u64 / 2; 2]);
    }

    #[test]
    fn the_input_that_decides_is_worth_all_of_it_and_the_other_nothing() {
        let tally = two_points();
        assert!((tally.evppi(0) - 40.0).abs() < 1e-12);
        assert!(tally.evppi(1).abs() < 1e-12);
    }

    #[test]
    fn two_randomizations_merged_have_the_means_of_both() {
        let mut sum = two_points();
        sum.merge(&two_points());
        assert_eq!((sum.count, sum.means()[0]), (2 * BLOCK as u64, 200.0));
        assert!((sum.evpi() - 40.0).abs() < 1e-12);
    }
}
