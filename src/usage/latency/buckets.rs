//! Buckets of times, so narrow that their middle is within 1 % of everything in them. Whole numbers alone, so
//! that the same times fall into the same buckets on every machine.

/// Bits of a word that hold a count; the others hold the bucket.
const COUNT_BITS: u32 = 20;

/// Largest count of a word.
pub const MOST: u32 = (1 << COUNT_BITS) - 1;

/// First time of each bucket.
#[derive(Clone, Debug)]
pub struct Buckets(Vec<u32>);

impl Buckets {
    /// Buckets whose last time is at most 1.02 times their first: 951 of them.
    pub fn new() -> Self {
        let mut firsts = vec![0];
        let mut first: u64 = 1;
        while let Ok(time) = u32::try_from(first) {
            firsts.push(time);
            first = first * 102 / 100 + 1;
        }
        Self(firsts)
    }

    /// Buckets that can be told by shifting bits: times below 64 one by one, then 64 to each doubling.
    pub fn of_doublings() -> Self {
        Self((0..27 * 64).map(first_of_doubling).collect())
    }

    /// Calls of one time as a word.
    pub fn word(&self, time: u32, count: u32) -> u32 {
        let bucket = self.0.partition_point(|first| *first <= time) - 1;
        (bucket as u32) << COUNT_BITS | count
    }

    /// Calls of each bucket.
    pub fn counts(&self, words: impl Iterator<Item = u32>) -> Vec<u64> {
        let mut counts = vec![0; self.0.len()];
        words.for_each(|word| counts[bucket(word) as usize] += u64::from(count(word)));
        counts
    }

    /// The time that stands for a rank: the middle of its bucket.
    pub fn at(&self, counts: &[u64], mut rank: u64) -> f64 {
        for (bucket, count) in counts.iter().enumerate() {
            if rank < *count {
                let next = self.0.get(bucket + 1).map_or(u32::MAX, |next| next - 1);
                return f64::midpoint(f64::from(self.0[bucket]), f64::from(next));
            }
            rank -= count;
        }
        0.0
    }
}

/// The first time of a bucket of which a doubling has 64.
pub fn first_of_doubling(bucket: u32) -> u32 {
    match (bucket / 64).min(26) {
        0 => bucket,
        doubling => (64 + bucket % 64) << (doubling - 1),
    }
}

fn bucket(word: u32) -> u32 {
    word >> COUNT_BITS
}

/// Calls of a word.
pub fn count(word: u32) -> u32 {
    word & MOST
}

/// Adds up words of the same bucket, as far as a word can count.
pub fn tidy(words: &mut Vec<u32>) {
    words.sort_unstable_by_key(|word| bucket(*word));
    let mut kept: Vec<u32> = Vec::with_capacity(words.len());
    for word in words.iter() {
        match kept.last_mut() {
            Some(last) if bucket(*last) == bucket(*word) && count(*last) + count(*word) <= MOST => {
                *last += count(*word);
            }
            _ => kept.push(*word),
        }
    }
    *words = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_bucket_is_within_a_hundredth_of_its_ends() {
        let buckets = Buckets::new();
        for (at, first) in buckets.0.iter().enumerate().skip(1) {
            let last = buckets.0.get(at + 1).map_or(u32::MAX, |next| next - 1);
            let mut counts = vec![0; buckets.0.len()];
            counts[at] = 1;
            let middle = buckets.at(&counts, 0);
            let off = |time: u32| (middle - f64::from(time)).abs() / f64::from(time);
            assert!(off(*first) <= 0.01 && off(last) <= 0.01, "{first} {last}");
            assert_eq!(bucket(buckets.word(last, 1)), at as u32);
        }
        assert_eq!(buckets.0.len(), 951);
    }

    #[test]
    fn the_middle_of_a_part_of_a_doubling_is_within_eight_thousandths() {
        let buckets = Buckets::of_doublings();
        assert!(buckets.0.is_sorted());
        for time in
            (0..200).chain((0..32).flat_map(|bit| [(1u32 << bit) - 1, 1 << bit, u32::MAX >> bit]))
        {
            let mut counts = vec![0; buckets.0.len()];
            counts[bucket(buckets.word(time, 1)) as usize] = 1;
            let off = (buckets.at(&counts, 0) - f64::from(time)).abs();
            assert!(off <= 0.008 * f64::from(time), "{time}");
            let doubling = (f64::from(time) + 0.5).log2().floor() as u32;
            let expected = if time < 64 {
                time
            } else {
                (doubling - 6) * 64 + (time >> (doubling - 6))
            };
            assert_eq!(bucket(buckets.word(time, 1)), expected, "{time}");
        }
    }

    #[test]
    fn equal_buckets_are_added_up_as_far_as_a_word_can_count() {
        let one = 1 << COUNT_BITS;
        let mut words = vec![one | 5, 1, one | 7, one | (MOST - 11)];
        tidy(&mut words);
        assert_eq!(words, [1, one + 12, one + MOST - 11]);
    }
}
