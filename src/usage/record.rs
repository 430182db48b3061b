//! One call as every source is brought to: disjoint token buckets, an instant, and who asked.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::money::Money;
use super::time::Instant;

/// A kind of token that has a price of its own. A token of a call is in exactly one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bucket {
    /// Prompt tokens that no cache had.
    InputUncached,
    /// Prompt tokens read from the provider's cache.
    CacheRead,
    /// Prompt tokens written to the cache for five minutes (or the only kind of write the provider has).
    CacheWrite5m,
    /// Prompt tokens written to the cache for an hour.
    CacheWrite1h,
    /// Prompt tokens written to the cache for a time that the source does not tell.
    CacheWriteUnknown,
    /// Answer tokens that the caller sees.
    OutputVisible,
    /// Answer tokens of hidden reasoning.
    Reasoning,
    /// Audio in the prompt.
    AudioInput,
    /// Audio in the answer.
    AudioOutput,
    /// Images in the prompt, where the source counts them apart.
    ImageInput,
    /// Images in the answer.
    ImageOutput,
}

/// All buckets with the names that results use; the first seven are always shown.
pub const BUCKETS: [(Bucket, &str); 11] = [
    (Bucket::InputUncached, "input_uncached"),
    (Bucket::CacheRead, "cache_read"),
    (Bucket::CacheWrite5m, "cache_write_5m"),
    (Bucket::CacheWrite1h, "cache_write_1h"),
    (Bucket::CacheWriteUnknown, "cache_write_unknown"),
    (Bucket::OutputVisible, "output_visible"),
    (Bucket::Reasoning, "reasoning"),
    (Bucket::AudioInput, "audio_input"),
    (Bucket::AudioOutput, "audio_output"),
    (Bucket::ImageInput, "image_input"),
    (Bucket::ImageOutput, "image_output"),
];

/// Buckets that every result shows, also where they are zero.
pub const ALWAYS: usize = 7;

/// Tokens of one call by bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens([u64; BUCKETS.len()]);

impl Tokens {
    /// Tokens of a bucket.
    pub fn get(&self, bucket: Bucket) -> u64 {
        self.0[bucket as usize]
    }

    /// Sets a bucket.
    pub fn set(&mut self, bucket: Bucket, tokens: u64) {
        self.0[bucket as usize] = tokens;
    }

    /// The same with a bucket set.
    #[must_use]
    pub fn with(mut self, bucket: Bucket, tokens: u64) -> Self {
        self.set(bucket, tokens);
        self
    }

    /// All tokens of the prompt, cached or not: the size that long-context prices go by.
    pub fn prompt(&self) -> u128 {
        self.sum(|bucket| !is_output(bucket))
    }

    /// All tokens.
    pub fn total(&self) -> u128 {
        self.sum(|_| true)
    }

    fn sum(&self, wanted: impl Fn(Bucket) -> bool) -> u128 {
        BUCKETS
            .iter()
            .filter(|(bucket, _)| wanted(*bucket))
            .map(|(bucket, _)| u128::from(self.get(*bucket)))
            .sum()
    }
}

/// Whether a bucket belongs to the answer.
pub fn is_output(bucket: Bucket) -> bool {
    matches!(
        bucket,
        Bucket::OutputVisible | Bucket::Reasoning | Bucket::AudioOutput | Bucket::ImageOutput
    )
}

/// Tokens of many calls by bucket: 2^64 calls of 2^64 tokens fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenSums([u128; BUCKETS.len()]);

impl TokenSums {
    /// Adds the tokens of a call.
    pub fn add(&mut self, tokens: &Tokens) {
        for (sum, part) in self.0.iter_mut().zip(tokens.0) {
            *sum = sum.saturating_add(u128::from(part));
        }
    }

    /// Adds other sums.
    pub fn merge(&mut self, other: &Self) {
        for (sum, part) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(part);
        }
    }

    /// These sums without a part of them; none where one went beyond its type.
    pub fn without(&self, part: &Self) -> Option<Self> {
        let mut rest = *self;
        for (sum, part) in rest.0.iter_mut().zip(part.0) {
            *sum = sum.checked_sub(part).filter(|_| *sum < u128::MAX)?;
        }
        Some(rest)
    }

    /// Tokens of a bucket.
    pub fn get(&self, bucket: Bucket) -> u128 {
        self.0[bucket as usize]
    }

    /// Sets a bucket.
    pub fn set(&mut self, bucket: Bucket, tokens: u128) {
        self.0[bucket as usize] = tokens;
    }

    /// All tokens of prompts.
    pub fn input(&self) -> u128 {
        self.sum(|bucket| !is_output(bucket))
    }

    /// All tokens of answers.
    pub fn output(&self) -> u128 {
        self.sum(is_output)
    }

    /// Whether there are none.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|tokens| *tokens == 0)
    }

    fn sum(&self, wanted: impl Fn(Bucket) -> bool) -> u128 {
        BUCKETS
            .iter()
            .filter(|(bucket, _)| wanted(*bucket))
            .map(|(bucket, _)| self.get(*bucket))
            .fold(0, u128::saturating_add)
    }
}

impl Serialize for TokenSums {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (at, (bucket, name)) in BUCKETS.iter().enumerate() {
            let tokens = self.get(*bucket);
            if at < ALWAYS || tokens > 0 {
                map.serialize_entry(name, &tokens)?;
            }
        }
        map.end()
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// With an answer.
    #[default]
    Success,
    /// With an error.
    Failed,
}

impl Status {
    /// `success`, `failed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
        }
    }
}

/// Identity of a call for finding its copies: a hash of 128 bits.
pub type Id = u128;

/// One call, or one row of a report that already sums calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// When it began (UTC).
    pub at: Option<Instant>,
    /// Who is to pay: customer, team, project.
    pub tenant: Option<String>,
    /// What it was for.
    pub feature: Option<String>,
    /// `name@version` of the prompt.
    pub prompt: Option<String>,
    /// Model as served, without the host's prefixes.
    pub model: Option<String>,
    /// Who served it.
    pub provider: Option<String>,
    /// Service tier, one of the catalog's names; `None` is the standard one.
    pub tier: Option<String>,
    /// Conversation.
    pub session: Option<String>,
    /// Tokens by bucket.
    pub tokens: Tokens,
    /// Calls in this row: 1, the sum of a report, or `None` where a report does not tell.
    pub requests: Option<u64>,
    /// How it ended.
    pub status: Status,
    /// Time to the whole answer (ms).
    pub latency_ms: Option<f64>,
    /// Time to the first token (ms).
    pub ttft_ms: Option<f64>,
    /// Cost as the source has it.
    pub logged: Option<Money>,
    /// Identity, where the source has one.
    pub id: Option<Id>,
    /// Whether a proxy's own cache answered: nothing was bought.
    pub cache_hit: bool,
    /// Length of each prompt (tokens), where the row is a sum and its tokens do not tell it.
    pub prompt_length: Option<u64>,
    /// Whether the call was bound to a region at a higher price.
    pub regional: bool,
}

impl Record {
    /// A record of one call.
    pub fn call() -> Self {
        Self {
            requests: Some(1),
            ..Self::default()
        }
    }

    /// Length of a prompt, for prices of long ones: of a sum the mean, or nothing where it is not known.
    pub fn length(&self) -> u128 {
        match (self.prompt_length, self.requests) {
            (Some(length), _) => u128::from(length),
            (None, Some(requests)) => self.tokens.prompt() / u128::from(requests.max(1)),
            (None, None) => 0,
        }
    }

    /// Whether anything was billed, as far as the row can tell.
    pub fn is_billed(&self) -> bool {
        self.tokens.total() > 0 || self.logged.is_some_and(|usd| usd != Money::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_do_not_overflow_where_single_counts_are_as_large_as_they_can_be() {
        let mut sums = TokenSums::default();
        let most = Tokens::default().with(Bucket::CacheRead, u64::MAX);
        sums.add(&most);
        sums.add(&most);
        assert_eq!(sums.get(Bucket::CacheRead), 2 * u128::from(u64::MAX));
    }

    #[test]
    fn a_prompt_is_every_bucket_that_is_no_answer() {
        let tokens = Tokens::default()
            .with(Bucket::InputUncached, 10)
            .with(Bucket::CacheRead, 20)
            .with(Bucket::CacheWrite1h, 5)
            .with(Bucket::Reasoning, 7);
        assert_eq!((tokens.prompt(), tokens.total()), (35, 42));
    }
}
