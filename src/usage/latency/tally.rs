//! Times of many groups, counted in one pass: how often each time of up to [`FINE`] was met, and how many are
//! longer. Of such counts those of a part can be taken away, so that the rest needs no pass of its own.

/// Times that are counted one by one: up to 104 s in tenths of a millisecond.
pub const FINE: u32 = 1 << 20;

/// Counts of times.
#[derive(Clone, Debug)]
pub struct Tally {
    counts: Vec<u32>,
    longer: u64,
}

impl Tally {
    /// No times yet; so many different ones are told apart.
    pub fn of(kinds: usize) -> Self {
        Self {
            counts: vec![0; kinds],
            longer: 0,
        }
    }

    /// Adds times.
    pub fn add(&mut self, times: &[u32]) {
        for time in times {
            match self.counts.get_mut(*time as usize) {
                Some(count) => *count += 1,
                None => self.longer += 1,
            }
        }
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

    #[test]
    fn ranks_are_found_among_what_is_left() {
        let mut tally = Tally::of(10);
        tally.add(&[3, 1, 3, 7, 12, 1]);
        assert_eq!(
            (tally.calls(), tally.at(&[0, 1, 2, 3, 4])),
            (6, Some(vec![1, 1, 3, 3, 7]))
        );
        // The sixth is longer than any that is counted.
        assert_eq!(tally.at(&[5]), None);
        let mut part = Tally::of(10);
        part.add(&[3, 12]);
        tally.remove(&part);
        assert_eq!(
            (tally.calls(), tally.at(&[0, 2, 3])),
            (4, Some(vec![1, 3, 7]))
        );
    }
}
