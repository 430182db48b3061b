//! Times of calls by group and their quantiles: exact while there are few, within 1 % beyond.
//!
//! All groups share one store of words, so that a group of three calls costs three words and not an allocation.
//! A word is a time in tenths of a millisecond; once more than [`MOST_EXACT`] would be held, words become pairs
//! of a bucket and a count (`buckets`), and memory grows with groups alone.

mod buckets;
mod lists;
mod tally;
#[cfg(test)]
mod tests;
mod words;

use buckets::Buckets;
use lists::Lists;
pub use tally::Tally;
use words::{Series, Words};

/// Parts of a millisecond that are kept: a tenth, up to 119 hours.
const PARTS: f64 = 10.0;

/// Times that are held one by one (128 MiB); with more of them all quantiles come from buckets of 2 %.
pub const MOST_EXACT: u64 = 1 << 25;

/// Most that a quantile from buckets is off, as a share of it.
pub const RELATIVE_ERROR: f64 = 0.01;

/// Stores of parts of a log that are held beside each other before they are made one.
const MOST_PARTS: usize = 8;

/// Words of a group in buckets before equal ones are added up.
const TIDY: u32 = 64;

/// Times above which a union is counted instead of sorted.
const MANY: usize = 1 << 15;

/// Quantiles of times (ms).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles<const N: usize> {
    /// Calls that have a time.
    pub calls: u64,
    /// The quantiles, in the order of the shares that were asked for.
    pub ms: [f64; N],
}

/// Times of calls, by group.
#[derive(Clone, Debug)]
pub struct Latencies {
    own: Lists,
    /// Lists of other parts of the log.
    parts: Vec<Lists>,
    held: u64,
    most: u64,
    /// All times, while they are held one by one.
    whole: Tally,
    sketch: Option<Buckets>,
}

impl Default for Latencies {
    fn default() -> Self {
        Self::holding(MOST_EXACT)
    }
}

/// A time in the parts that are kept; none where it is less than nothing, or longer than 119 hours.
pub fn parts(ms: f64) -> Option<u32> {
    let parts = (ms * PARTS).round();
    (0.0..=f64::from(u32::MAX))
        .contains(&parts)
        .then_some(parts as u32)
}

impl Latencies {
    /// An empty store that holds so many times one by one.
    pub fn holding(most: u64) -> Self {
        Self {
            own: Lists::default(),
            parts: Vec::new(),
            held: 0,
            most,
            whole: Tally::default(),
            sketch: None,
        }
    }

    /// An empty store with the same bound.
    #[must_use]
    pub fn like(&self) -> Self {
        Self::holding(self.most)
    }

    /// An empty store that counts times in the buckets that an engine can compute, of which a doubling has 64: quantiles are within 0.8 %.
    pub fn in_doublings() -> Self {
        Self {
            sketch: Some(Buckets::of_doublings()),
            ..Self::holding(0)
        }
    }

    /// The first time of such a bucket.
    pub fn first_of_doubling(bucket: u32) -> u32 {
        buckets::first_of_doubling(bucket)
    }

    /// Adds the same time of a group several times.
    pub fn add_many(&mut self, group: u32, time: u32, count: u64) {
        let Some(buckets) = &self.sketch else {
            (0..count).for_each(|_| self.add(group, time));
            return;
        };
        let word = buckets.word(time, 0);
        self.held += count;
        let most = u64::from(buckets::MOST);
        let mut left = count;
        while left > 0 {
            let part = left.min(most);
            self.push_bucket(group, word | part as u32);
            left -= part;
        }
    }

    /// Whether quantiles are exact; else they are within 1 %.
    pub fn is_exact(&self) -> bool {
        self.sketch.is_none()
    }

    /// Adds a time (tenths of a millisecond) of a group.
    #[inline]
    pub fn add(&mut self, group: u32, time: u32) {
        self.held += 1;
        match &self.sketch {
            None => {
                self.own.push(group, time);
                self.whole.add(time);
                if self.held > self.most {
                    self.fill_buckets();
                }
            }
            Some(buckets) => {
                let word = buckets.word(time, 1);
                self.push_bucket(group, word);
            }
        }
    }

    /// Adds a pair of bucket and count; every so often equal buckets are added up.
    fn push_bucket(&mut self, group: u32, word: u32) {
        self.own.push(group, word);
        let series = self.own.of(group);
        if series.len() >= TIDY && series.len().is_power_of_two() {
            let mut list: Vec<u32> = self.own.words.iter(series).collect();
            buckets::tidy(&mut list);
            // Where that frees little, the next time is at twice the length.
            if list.len() * 4 <= series.len() as usize * 3 {
                self.own.replace(group, &list);
            }
        }
    }

    /// From times to buckets, all in one store.
    fn fill_buckets(&mut self) {
        let buckets = Buckets::new();
        for lists in std::mem::take(&mut self.parts) {
            for group in 0..lists.groups.len() as u32 {
                for time in lists.words.iter(lists.of(group)) {
                    self.own.push(group, time);
                }
            }
        }
        for group in 0..self.own.groups.len() as u32 {
            let times = self.own.words.iter(self.own.of(group));
            let mut list: Vec<u32> = times.map(|time| buckets.word(time, 1)).collect();
            buckets::tidy(&mut list);
            self.own.replace(group, &list);
        }
        self.whole = Tally::default();
        self.sketch = Some(buckets);
    }

    /// Adds the times of another part of the log, whose groups are these of this store.
    pub fn merge(&mut self, other: Self, groups: &[u32]) {
        let exact = self.is_exact() && other.is_exact() && self.held + other.held <= self.most;
        if exact && self.parts.len() + other.parts.len() < MOST_PARTS {
            self.held += other.held;
            self.whole.merge(&other.whole);
            let lists = [other.own].into_iter().chain(other.parts);
            self.parts.extend(lists.map(|lists| lists.moved(groups)));
            return;
        }
        if !other.is_exact() && self.is_exact() {
            self.fill_buckets();
        }
        for lists in [&other.own].into_iter().chain(&other.parts) {
            for (from, group) in groups.iter().enumerate() {
                for word in lists.words.iter(lists.of(from as u32)) {
                    if other.is_exact() {
                        self.add(*group, word);
                    } else {
                        self.held += u64::from(buckets::count(word));
                        self.push_bucket(*group, word);
                    }
                }
            }
        }
    }

    /// The lists of some groups.
    fn lists<'a>(
        &'a self,
        groups: impl Iterator<Item = u32> + Clone + 'a,
    ) -> impl Iterator<Item = (&'a Words, Series)> + Clone + 'a {
        let all = [&self.own].into_iter().chain(&self.parts);
        let of = move |group| {
            let lists = all
                .clone()
                .map(move |lists| (&lists.words, lists.of(group)));
            lists.filter(|(_, series)| series.len() > 0)
        };
        groups.flat_map(of)
    }

    fn words<'a>(
        &'a self,
        groups: impl Iterator<Item = u32> + Clone + 'a,
    ) -> impl Iterator<Item = u32> + Clone + 'a {
        self.lists(groups)
            .flat_map(|(words, series)| words.iter(series))
    }

    /// Quantiles of the times of several groups, with linear interpolation between neighbors (type 7 of Hyndman
    /// and Fan, the default of NumPy and of DuckDB's `quantile_cont`); none where there are no times.
    pub fn quantiles<const N: usize>(
        &self,
        groups: impl Iterator<Item = u32> + Clone,
        shares: [f64; N],
    ) -> Option<Quantiles<N>> {
        let lists = self.lists(groups.clone());
        let count: u64 = lists.map(|(_, series)| u64::from(series.len())).sum();
        if count == 0 {
            return None;
        }
        let (calls, at): (u64, Box<dyn Fn(u64) -> f64>) = if let Some(buckets) = &self.sketch {
            let counts = buckets.counts(self.words(groups));
            let calls = counts.iter().sum();
            (calls, Box::new(move |rank| buckets.at(&counts, rank)))
        } else if count as usize <= MANY {
            let mut sorted: Vec<u32> = Vec::with_capacity(count as usize);
            for (words, series) in self.lists(groups) {
                words.each(series, |times| sorted.extend_from_slice(times));
            }
            sorted.sort_unstable();
            (
                count,
                Box::new(move |rank| f64::from(sorted[rank as usize])),
            )
        } else {
            let tally = self.tally(groups.clone());
            let found = tally.and_then(|tally| self.quantiles_of(&tally, shares));
            return found.or_else(|| Some(self.by_halves(groups, count, shares)));
        };
        Some(between(calls, shares, at))
    }

    /// The same by counting halves of words, whatever the times are.
    fn by_halves<const N: usize>(
        &self,
        groups: impl Iterator<Item = u32> + Clone,
        calls: u64,
        shares: [f64; N],
    ) -> Quantiles<N> {
        let ranks = shares.iter().flat_map(|share| {
            let (low, _) = place(*share, calls);
            [low, (low + 1).min(calls - 1)]
        });
        let found = words::select(&self.words(groups), ranks);
        between(calls, shares, |rank| f64::from(found[&rank]))
    }

    /// All times, counted; none where they are so few that they are better sorted, or held in buckets.
    pub fn whole(&self) -> Option<&Tally> {
        (self.is_exact() && self.held > MANY as u64).then_some(&self.whole)
    }

    /// The times of some groups, counted; none where they are held in buckets.
    pub fn tally(&self, groups: impl Iterator<Item = u32> + Clone) -> Option<Tally> {
        let mut tally = self.is_exact().then(Tally::default)?;
        for (words, series) in self.lists(groups) {
            words.each(series, |times| {
                for time in times {
                    tally.add(*time);
                }
            });
        }
        Some(tally)
    }

    /// Quantiles of what was counted; none where there is nothing, or where they are longer than what is counted.
    pub fn quantiles_of<const N: usize>(
        &self,
        tally: &Tally,
        shares: [f64; N],
    ) -> Option<Quantiles<N>> {
        let calls = tally.calls();
        let last = calls.checked_sub(1)?;
        let ranks = shares.map(|share| {
            let (low, _) = place(share, calls);
            [low, (low + 1).min(last)]
        });
        let mut wanted: Vec<u64> = ranks.as_flattened().to_vec();
        wanted.sort_unstable();
        let times = tally.at(&wanted)?;
        let time = |rank: u64| times[wanted.partition_point(|wanted| *wanted < rank)];
        Some(between(calls, shares, |rank| f64::from(time(rank))))
    }
}

/// Quantiles between the times at whole ranks.
fn between<const N: usize>(calls: u64, shares: [f64; N], at: impl Fn(u64) -> f64) -> Quantiles<N> {
    let ms = shares.map(|share| {
        let (low, rest) = place(share, calls);
        let next = at((low + 1).min(calls - 1));
        let low = at(low);
        (low + (next - low) * rest) / PARTS
    });
    Quantiles { calls, ms }
}

/// The rank below a share of so many values, and the way from it to the next.
fn place(share: f64, count: u64) -> (u64, f64) {
    let at = share * (count - 1) as f64;
    (at.floor() as u64, at.fract())
}
