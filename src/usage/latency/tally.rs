//! Times of many groups, counted: how often each time of less than [`FINE`] was met, and how many are longer. Of such
//! counts those of a part can be taken away, so that the rest needs no pass of its own.

/// Milliseconds below which times are counted one by one: 131 s.
const FINE: usize = 1 << 17;

/// Times of a millisecond that are told apart.
const PARTS: usize = super::PARTS as usize;

/// Counts of times.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By part of a millisecond, and then by millisecond as far as there are any: most logs hold whole milliseconds, whose
    /// counts then lie close together and stay within the caches of a core.
    counts: [Vec<u32>; PARTS],
    longer: u64,
}

impl Tally {
    /// Adds a time.
    #[inline]
    pub fn add(&mut self, time: u32) {
        let (ms, part) = (time as usize / PARTS, time as usize % PARTS);
        match self.counts[part].get_mut(ms) {
            Some(count) => *count += 1,
            None => self.add_beyond(ms, part),
        }
    }

    /// Adds a time beyond those that were met.
    #[cold]
    #[inline(never)]
    fn add_beyond(&mut self, ms: usize, part: usize) {
        if ms < FINE {
            self.counts[part].resize((ms + 1).next_power_of_two(), 0);
            self.counts[part][ms] += 1;
        } else {
            self.longer += 1;
        }
    }

    /// Adds the times of another part of the log.
    pub fn merge(&mut self, other: &Self) {
        for (counts, other) in self.counts.iter_mut().zip(&other.counts) {
            counts.resize(counts.len().max(other.len()), 0);
            for (count, more) in counts.iter_mut().zip(other) {
                *count += more;
            }
        }
        self.longer += other.longer;
    }

    /// Takes away times that were added.
    pub fn remove(&mut self, part: &Self) {
        for (counts, part) in self.counts.iter_mut().zip(&part.counts) {
            for (count, part) in counts.iter_mut().zip(part) {
                *count -= part;
            }
        }
        self.longer -= part.longer;
    }

    /// How many times there are.
    pub fn calls(&self) -> u64 {
        let counts = self.counts.iter().flatten();
        counts.map(|count| u64::from(*count)).sum::<u64>() + self.longer
    }

    /// How often a time was met; none beyond those that are counted.
    fn count(&self, time: usize) -> Option<u64> {
        let (ms, part) = (time / PARTS, time % PARTS);
        let met = self.counts[part].get(ms).map(|count| u64::from(*count));
        met.or_else(|| (ms < FINE).then_some(0))
    }

    /// The times at ascending ranks; none where one of them is longer than what is counted.
    pub fn at(&self, ranks: &[u64]) -> Option<Vec<u32>> {
        let (mut time, mut before) = (0, 0);
        let find = |rank: &u64| {
            while before + self.count(time)? <= *rank {
                before += self.count(time)?;
                time += 1;
            }
            Some(time as u32)
        };
        ranks.iter().map(find).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: &[u32]) -> Tally {
        let mut tally = Tally::default();
        for time in times {
            tally.add(*time);
        }
        tally
    }

    #[test]
    fn ranks_are_found_among_what_is_left() {
        let long = (FINE * PARTS) as u32 + 7;
        let mut tally = of(&[3, 1, 3, 7, long, 1]);
        assert_eq!(
            (tally.calls(), tally.at(&[0, 1, 2, 3, 4])),
            (6, Some(vec![1, 1, 3, 3, 7]))
        );
        // The sixth is longer than any that is counted.
        assert_eq!(tally.at(&[5]), None);
        tally.remove(&of(&[3, long]));
        assert_eq!(
            (tally.calls(), tally.at(&[0, 2, 3])),
            (4, Some(vec![1, 3, 7]))
        );
    }

    #[test]
    fn parts_merge_to_the_counts_of_the_whole_whichever_is_longer() {
        let (short, long) = (of(&[2, 0, 2]), of(&[900, 2, (FINE * PARTS) as u32]));
        for (mut one, other) in [(short.clone(), &long), (long.clone(), &short)] {
            one.merge(other);
            assert_eq!((one.calls(), one.longer), (6, 1));
            assert_eq!(one.at(&[0, 1, 3, 4]), Some(vec![0, 2, 2, 900]));
        }
    }
}
