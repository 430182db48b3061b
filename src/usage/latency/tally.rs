//! Times of many groups, counted: how often each time of less than [`FINE`] was met, and how many are longer. Of such
//! counts those of a part can be taken away, so that the rest needs no pass of its own.

/// Times below it are counted one by one: up to 104 s in tenths of a millisecond.
const FINE: usize = 1 << 20;

/// Counts of times.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By time, as far as there are any.
    counts: Vec<u32>,
    longer: u64,
}

impl Tally {
    /// Adds a time.
    #[inline]
    pub fn add(&mut self, time: u32) {
        match self.counts.get_mut(time as usize) {
            Some(count) => *count += 1,
            None => self.add_beyond(time),
        }
    }

    /// Adds a time beyond those that were met.
    #[cold]
    #[inline(never)]
    fn add_beyond(&mut self, time: u32) {
        let kind = time as usize;
        if kind < FINE {
            self.counts.resize((kind + 1).next_power_of_two(), 0);
            self.counts[kind] += 1;
        } else {
            self.longer += 1;
        }
    }

    /// Adds the times of another part.
    pub fn merge(&mut self, other: &Self) {
        let kinds = self.counts.len().max(other.counts.len());
        self.counts.resize(kinds, 0);
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.longer += other.longer;
    }

    /// Takes away times that were added.
    pub fn remove(&mut self, part: &Self) {
        for (count, part) in self.counts.iter_mut().zip(&part.counts) {
            *count -= part;
        }
        self.longer -= part.longer;
    }

    /// How many times there are.
    pub fn calls(&self) -> u64 {
        let counts = self.counts.iter().map(|count| u64::from(*count));
        counts.sum::<u64>() + self.longer
    }

    /// The times at ascending ranks; none where one of them is longer than what is counted.
    pub fn at(&self, ranks: &[u64]) -> Option<Vec<u32>> {
        let (mut kind, mut before) = (0, 0);
        let find = |rank: &u64| {
            while before + u64::from(*self.counts.get(kind)?) <= *rank {
                before += u64::from(self.counts[kind]);
                kind += 1;
            }
            Some(kind as u32)
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
        let long = FINE as u32 + 7;
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
        let (short, long) = (of(&[2, 0, 2]), of(&[900, 2, FINE as u32]));
        for (mut one, other) in [(short.clone(), &long), (long.clone(), &short)] {
            one.merge(other);
            assert_eq!((one.calls(), one.longer), (6, 1));
            assert_eq!(one.at(&[0, 1, 3, 4]), Some(vec![0, 2, 2, 900]));
        }
    }
}
