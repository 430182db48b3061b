//! Many short lists of words in one store.

use std::collections::{BTreeMap, BTreeSet};

/// Words of a segment. Chunks are powers of two, so that none lies across two segments.
const SEGMENT: usize = 1 << 16;

/// Chunks of a list have 4, 8, 16, 32 and then 64 words, the first of which tells where the next one is.
const LARGEST: u8 = 6;

/// No chunk.
const NONE: u32 = u32::MAX;

/// A list within the store.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    first: u32,
    last: u32,
    len: u32,
    /// Words of the last chunk that are taken, with the first one.
    fill: u8,
    /// The last chunk has two to this power.
    power: u8,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            first: NONE,
            last: NONE,
            len: 0,
            fill: 0,
            power: 1,
        }
    }
}

impl Series {
    /// Words in it.
    pub fn len(self) -> u32 {
        self.len
    }
}

/// The store.
#[derive(Clone, Debug, Default)]
pub struct Words {
    segments: Vec<Vec<u32>>,
    /// Chunks that are not used any more, by power.
    unused: [Vec<u32>; LARGEST as usize + 1],
}

impl Words {
    /// Words that memory is taken for.
    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.segments.len() * SEGMENT
    }

    #[inline]
    fn word(&self, at: u32) -> u32 {
        self.segments[at as usize / SEGMENT][at as usize % SEGMENT]
    }

    #[inline]
    fn set(&mut self, at: u32, word: u32) {
        self.segments[at as usize / SEGMENT][at as usize % SEGMENT] = word;
    }

    /// A chunk of two to a power.
    fn chunk(&mut self, power: u8) -> u32 {
        if let Some(at) = self.unused[power as usize].pop() {
            self.set(at, NONE);
            return at;
        }
        let size = 1 << power;
        let full = |segment: &Vec<u32>| segment.len() + size > SEGMENT;
        if self.segments.last().is_none_or(full) {
            self.segments.push(Vec::with_capacity(SEGMENT));
        }
        let before = (self.segments.len() - 1) * SEGMENT;
        let Some(segment) = self.segments.last_mut() else {
            return NONE;
        };
        let at = before + segment.len();
        segment.resize(segment.len() + size, NONE);
        at as u32
    }

    /// Adds a word to a list.
    #[inline]
    pub fn push(&mut self, series: &mut Series, word: u32) {
        if series.last == NONE || u32::from(series.fill) == 1 << series.power {
            let power = (series.power + 1).min(LARGEST);
            let at = self.chunk(power);
            if series.last == NONE {
                series.first = at;
            } else {
                self.set(series.last, at);
            }
            (series.last, series.fill, series.power) = (at, 1, power);
        }
        self.set(series.last + u32::from(series.fill), word);
        series.fill += 1;
        series.len += 1;
    }

    /// Gives the chunks of a list back.
    pub fn free(&mut self, series: Series) {
        let (mut at, mut power) = (series.first, 2);
        while at != NONE {
            let next = self.word(at);
            self.unused[power as usize].push(at);
            (at, power) = (next, (power + 1).min(LARGEST));
        }
    }

    /// Gives the words of a list, chunk by chunk.
    pub fn each(&self, series: Series, mut visit: impl FnMut(&[u32])) {
        let (mut at, mut power, mut left) = (series.first, 2, series.len as usize);
        while left > 0 {
            let (segment, begin) = (at as usize / SEGMENT, at as usize % SEGMENT);
            let count = left.min((1 << power) - 1);
            let chunk = &self.segments[segment][begin..=begin + count];
            visit(&chunk[1..]);
            (at, power, left) = (chunk[0], (power + 1).min(LARGEST), left - count);
        }
    }

    /// The words of a list.
    pub fn iter(&self, series: Series) -> impl Iterator<Item = u32> + Clone + '_ {
        let chunks = std::iter::successors(
            (series.len > 0).then_some((series.first, 2_u8, series.len)),
            move |(at, power, left)| {
                let left = left.saturating_sub((1 << power) - 1);
                (left > 0).then(|| (self.word(*at), (power + 1).min(LARGEST), left))
            },
        );
        chunks.flat_map(move |(at, power, left)| {
            let (segment, begin) = (at as usize / SEGMENT, at as usize % SEGMENT + 1);
            let count = (left as usize).min((1 << power) - 1);
            self.segments[segment][begin..begin + count].iter().copied()
        })
    }
}

/// The words at some ranks of the sorted whole, by counting: first the upper halves of all words, then the
/// lower halves of those that matter.
pub fn select(
    words: &(impl Iterator<Item = u32> + Clone),
    ranks: impl Iterator<Item = u64>,
) -> BTreeMap<u64, u32> {
    let mut upper = vec![0_u64; 1 << 16];
    words
        .clone()
        .for_each(|word| upper[(word >> 16) as usize] += 1);
    let ranks: BTreeSet<u64> = ranks.collect();
    // Where the counts of a half lie, for the halves that matter.
    let mut of_half = vec![usize::MAX; 1 << 16];
    let mut lower: Vec<Vec<u64>> = Vec::new();
    for rank in &ranks {
        let half = in_counts(&upper, *rank).0 as usize;
        if of_half[half] == usize::MAX {
            of_half[half] = lower.len();
            lower.push(vec![0; 1 << 16]);
        }
    }
    words.clone().for_each(|word| {
        if let Some(counts) = lower.get_mut(of_half[(word >> 16) as usize]) {
            counts[(word & 0xffff) as usize] += 1;
        }
    });
    let found = ranks.iter().map(|rank| {
        let (half, left) = in_counts(&upper, *rank);
        let word = in_counts(&lower[of_half[half as usize]], left).0;
        (*rank, half << 16 | word)
    });
    found.collect()
}

/// The index that a rank falls into, and its rank there.
fn in_counts(counts: &[u64], mut rank: u64) -> (u32, u64) {
    for (at, count) in counts.iter().enumerate() {
        if rank < *count {
            return (at as u32, rank);
        }
        rank -= count;
    }
    (counts.len() as u32 - 1, 0)
}
