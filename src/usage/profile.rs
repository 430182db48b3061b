//! What a workload looks like: sizes of requests, hours and weekdays, caches, tiers, failures; per feature.
//!
//! Memory grows with what is told apart, not with calls: sizes fall into at most some 50,000 classes, and
//! calls are counted per minute (per second in short logs).

use std::collections::BTreeMap;

use super::record::{Bucket, Record, Status};
use super::time::{Instant, Zone};

/// Sizes below this are counted one by one.
const EXACT: u64 = 4_096;
/// Classes of each doubling above: a size is known to 1/2,048, 0.05 %.
const CLASSES: u64 = 2_048;
/// Seconds that are counted one by one; longer logs are counted by the minute.
pub const MOST_SECONDS: usize = 700_000;

/// Sizes of requests: a histogram with classes of 0.05 % and exact sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sizes {
    classes: BTreeMap<u64, u64>,
    /// Sum of all sizes.
    pub sum: u128,
    /// Requests.
    pub count: u64,
}

impl Sizes {
    /// Adds a size.
    pub fn add(&mut self, size: u64) {
        *self.classes.entry(class(size)).or_default() += 1;
        self.sum += u128::from(size);
        self.count += 1;
    }

    /// Adds sizes of a class with their sum.
    pub fn add_class(&mut self, class: u64, count: u64, sum: u128) {
        *self.classes.entry(class).or_default() += count;
        self.sum += sum;
        self.count += count;
    }

    /// Adds other sizes.
    pub fn merge(&mut self, other: &Self) {
        for (class, count) in &other.classes {
            *self.classes.entry(*class).or_default() += count;
        }
        self.sum += other.sum;
        self.count += other.count;
    }

    /// Their mean; 0 where there are none.
    pub fn mean(&self) -> f64 {
        if self.count == 0 {
            return 0.0;
        }
        self.sum as f64 / self.count as f64
    }

    /// The size that a share of the requests does not exceed (nearest rank), to 0.05 %.
    pub fn quantile(&self, share: f64) -> f64 {
        let rank = (share * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (class, count) in &self.classes {
            seen += count;
            if seen >= rank {
                return middle(*class);
            }
        }
        0.0
    }
}

/// The class of a size: the size itself while it is small, then classes of equal ratio.
fn class(size: u64) -> u64 {
    if size < EXACT {
        return size;
    }
    let doubling = u64::from(size.ilog2());
    let first = 1u64 << doubling;
    // At most 64 bits: the rest of the size over its doubling, in CLASSES parts.
    let part = (u128::from(size - first) * u128::from(CLASSES) / u128::from(first)) as u64;
    EXACT + (doubling - 12) * CLASSES + part
}

/// The middle of a class.
fn middle(class: u64) -> f64 {
    if class < EXACT {
        return class as f64;
    }
    let (doubling, part) = ((class - EXACT) / CLASSES + 12, (class - EXACT) % CLASSES);
    let first = 2f64.powi(doubling as i32);
    first * (1.0 + (part as f64 + 0.5) / CLASSES as f64)
}

/// The part of the traffic of one feature, or all of it.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Calls that were answered.
    pub answered: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Calls that failed and were billed all the same.
    pub billed_failures: u64,
    /// Whole prompts.
    pub prompt: Sizes,
    /// Visible answers.
    pub visible: Sizes,
    /// Hidden reasoning.
    pub reasoning: u128,
    /// Prompt tokens read from a cache.
    pub read: u128,
    /// Prompt tokens written to a cache for five minutes, or for a time that is not told.
    pub written: u128,
    /// Prompt tokens written to a cache for an hour.
    pub written_long: u128,
    /// Calls in the batch tier.
    pub batch: u64,
    /// Rows that sum several calls, or do not tell: their sizes are no sizes of requests.
    pub summed: u64,
}

impl Part {
    fn add(&mut self, record: &Record) {
        let calls = record.requests.unwrap_or(0);
        let failed = record.status == Status::Failed;
        if failed {
            self.failed += calls;
            self.billed_failures += if record.is_billed() { calls } else { 0 };
        } else {
            self.answered += calls;
        }
        if record.tier.as_deref() == Some("batch") {
            self.batch += calls;
        }
        let of = |bucket| u128::from(record.tokens.get(bucket));
        self.reasoning += of(Bucket::Reasoning);
        self.read += of(Bucket::CacheRead);
        self.written += of(Bucket::CacheWrite5m) + of(Bucket::CacheWriteUnknown);
        self.written_long += of(Bucket::CacheWrite1h);
        // What failed before the model read it, or never came to it, has no size.
        let unread = (failed || record.cache_hit) && record.tokens.total() == 0;
        if record.requests == Some(1) && !unread {
            let prompt = u64::try_from(record.tokens.prompt()).unwrap_or(u64::MAX);
            self.prompt.add(prompt);
            self.visible.add(record.tokens.get(Bucket::OutputVisible));
        } else if record.requests != Some(1) {
            self.summed += 1;
        }
    }
}

impl Part {
    /// Adds another part.
    pub fn merge(&mut self, other: &Self) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.billed_failures += other.billed_failures;
        self.prompt.merge(&other.prompt);
        self.visible.merge(&other.visible);
        self.reasoning += other.reasoning;
        self.read += other.read;
        self.written += other.written;
        self.written_long += other.written_long;
        self.batch += other.batch;
        self.summed += other.summed;
    }
}

/// How much of the traffic an interval of the log had, at each size of interval.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// The first call that was read: intervals count from it.
    anchor: Option<Instant>,
    seconds: BTreeMap<i64, u64>,
    too_long: bool,
    minutes: BTreeMap<i64, u64>,
    /// Calls of each hour of the week in the zone, from Thursday midnight on.
    pub week: Vec<u64>,
    /// First and last call.
    pub span: Option<(Instant, Instant)>,
}

/// Nanoseconds of a second.
const NANOS: i64 = 1_000_000_000;
/// Hours of a week.
const WEEK_HOURS: usize = 168;

impl Clock {
    /// The clock of calls that were counted elsewhere, by the second or the minute from the first of them on.
    pub fn of(
        span: (Instant, Instant),
        by_second: bool,
        bins: BTreeMap<i64, u64>,
        week: Vec<u64>,
    ) -> Self {
        let mut clock = Self {
            anchor: Some(span.0),
            span: Some(span),
            week,
            ..Self::default()
        };
        if by_second {
            for (second, calls) in &bins {
                *clock.minutes.entry(second.div_euclid(60)).or_default() += calls;
            }
            clock.too_long = bins.len() > MOST_SECONDS;
            if !clock.too_long {
                clock.seconds = bins;
            }
        } else {
            clock.minutes = bins;
            clock.too_long = true;
        }
        clock
    }

    fn add(&mut self, at: Instant, zone: &Zone, calls: u64) {
        let anchor = *self.anchor.get_or_insert(at);
        let second = at.0.saturating_sub(anchor.0).div_euclid(NANOS);
        if !self.too_long {
            *self.seconds.entry(second).or_default() += calls;
            self.too_long = self.seconds.len() > MOST_SECONDS;
            if self.too_long {
                self.seconds = BTreeMap::new();
            }
        }
        *self.minutes.entry(second.div_euclid(60)).or_default() += calls;
        if self.week.is_empty() {
            self.week = vec![0; WEEK_HOURS];
        }
        let (day, hour) = zone.day_and_hour(at);
        self.week[day.rem_euclid(7) as usize * 24 + hour as usize] += calls;
        self.span = Some(match self.span {
            None => (at, at),
            Some((first, last)) => (first.min(at), last.max(at)),
        });
    }

    /// Length of the log from the first to the last call (s).
    pub fn seconds(&self) -> f64 {
        self.span.map_or(0.0, |(first, last)| {
            (last.0 - first.0) as f64 / NANOS as f64
        })
    }

    /// Busiest interval over the mean one, for intervals of whole seconds from the first call on; the last
    /// interval, which the log covers only in part, counts in neither. None where the log has no two whole
    /// intervals, or seconds are asked of a log too long to count them.
    pub fn peak_to_mean(&self, seconds: i64) -> Option<f64> {
        let ((first, last), anchor) = (self.span?, self.anchor?);
        if seconds < 60 && self.too_long {
            return None;
        }
        let bin = |at: Instant| at.0.saturating_sub(anchor.0).div_euclid(seconds * NANOS);
        // Where the clock went backwards the interval of the earliest call is not known to be whole.
        let (from, to) = (bin(first) + i64::from(first < anchor), bin(last));
        let whole = to - from;
        if whole < 2 {
            return None;
        }
        let (unit, counts) = if seconds < 60 {
            (1, &self.seconds)
        } else {
            (60, &self.minutes)
        };
        let mut bins: BTreeMap<i64, u64> = BTreeMap::new();
        for (at, calls) in counts {
            *bins.entry((at * unit).div_euclid(seconds)).or_default() += calls;
        }
        let (mut sum, mut most) = (0u64, 0u64);
        for (_, calls) in bins.range(from..to) {
            sum += calls;
            most = most.max(*calls);
        }
        (sum > 0).then(|| most as f64 / (sum as f64 / whole as f64))
    }
}

/// A workload as a log shows it.
#[derive(Clone, Debug)]
pub struct Profile {
    zone: Zone,
    /// All of it.
    pub all: Part,
    /// By feature; calls without one are in `None`.
    pub features: BTreeMap<Option<String>, Part>,
    /// Calls and tokens by provider and model.
    pub models: BTreeMap<(Option<String>, String), u64>,
    /// When calls came.
    pub clock: Clock,
}

/// Features that are told apart; the rest falls into one.
pub const MOST_FEATURES: usize = 1_000;

impl Profile {
    /// An empty profile; hours and days are those of a zone.
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            all: Part::default(),
            features: BTreeMap::new(),
            models: BTreeMap::new(),
            clock: Clock::default(),
        }
    }

    /// Adds a call that counts, or one that failed and was not billed.
    pub fn add(&mut self, record: &Record) {
        self.all.add(record);
        let known = self.features.contains_key(&record.feature);
        let name = if known || self.features.len() < MOST_FEATURES {
            record.feature.clone()
        } else {
            None
        };
        self.features.entry(name).or_default().add(record);
        let calls = record.requests.unwrap_or(0);
        if let Some(model) = &record.model {
            let key = (record.provider.clone(), model.clone());
            *self.models.entry(key).or_default() += calls;
        }
        if let Some(at) = record.at {
            self.clock.add(at, &self.zone, calls);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Tokens;
    use super::*;

    #[test]
    fn small_sizes_are_exact_and_large_ones_known_to_a_twentieth_of_a_percent() {
        let mut sizes = Sizes::default();
        for size in [1, 2, 3, 1_000_000] {
            sizes.add(size);
        }
        assert_eq!(sizes.quantile(0.5), 2.0);
        assert!((sizes.quantile(1.0) / 1e6 - 1.0).abs() < 5e-4);
        assert_eq!(sizes.mean(), 250_001.5);
        for size in [4_096u64, 5_000, 123_456, u64::MAX] {
            let found = middle(class(size));
            assert!((found / size as f64 - 1.0).abs() < 5e-4, "{size}: {found}");
        }
    }

    #[test]
    fn classes_are_in_the_order_of_sizes() {
        let classes: Vec<u64> = (0..40)
            .map(|power| class(1u64 << power))
            .chain([class(u64::MAX)])
            .collect();
        assert!(classes.is_sorted());
    }

    fn call(second: i64) -> Record {
        Record {
            at: Some(Instant(second * NANOS)),
            tokens: Tokens::default().with(Bucket::InputUncached, 100),
            ..Record::call()
        }
    }

    #[test]
    fn the_peak_is_the_busiest_whole_minute_over_the_mean_one() {
        let mut profile = Profile::new(Zone::utc());
        // Minutes from second 30 on with 3, 6, 1 and 1 calls; the last is not known to be whole.
        for second in [30, 60, 70, 120, 121, 122, 123, 124, 125, 180, 240] {
            profile.add(&call(second));
        }
        // 6 over the mean of 10/3.
        assert!((profile.clock.peak_to_mean(60).unwrap() - 1.8).abs() < 1e-12);
        assert_eq!(profile.clock.peak_to_mean(3_600), None);
    }

    #[test]
    fn caches_tiers_and_failures_are_counted_by_feature() {
        let mut profile = Profile::new(Zone::utc());
        let batch = Record {
            feature: Some("digest".into()),
            tier: Some("batch".into()),
            tokens: Tokens::default()
                .with(Bucket::InputUncached, 60)
                .with(Bucket::CacheRead, 40)
                .with(Bucket::OutputVisible, 7),
            ..Record::call()
        };
        profile.add(&batch);
        profile.add(&Record {
            status: Status::Failed,
            ..Record::call()
        });
        let part = &profile.features[&Some("digest".to_owned())];
        assert_eq!((part.batch, part.read, part.prompt.sum), (1, 40, 100));
        assert_eq!((profile.all.answered, profile.all.failed), (1, 1));
    }
}
