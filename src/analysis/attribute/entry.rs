//! A row of an answer: its key, its sums, and what follows from them.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::sums::Sums;
use crate::usage::money::Money;
use crate::usage::record::TokenSums;

/// The key of a row; a dimension that it does not tell is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryKey(pub Vec<(&'static str, Option<String>)>);

impl Serialize for EntryKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entry {
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<EntryKey>,
    /// Groups in it, where it is several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<usize>,
    /// Rows of the log.
    pub rows: u64,
    /// Calls; null where no row tells how many it sums.
    pub requests: Option<u64>,
    /// Failed calls, billed or not.
    pub failed: u64,
    /// Tokens by bucket.
    pub tokens: TokenSums,
    /// Cost (USD), exact.
    pub cost_usd: Money,
    /// Cost as logged, of the rows that have one.
    pub logged_cost_usd: Option<Money>,
    /// Cost by the price list, of the rows that have a price.
    pub repriced_cost_usd: Option<Money>,
    /// Requests whose cost is not wholly known.
    #[serde(skip_serializing_if = "is_zero")]
    pub unpriced_requests: u64,
    /// Share of the whole cost.
    pub share: Option<f64>,
    /// Cost per call (USD).
    pub usd_per_request: Option<f64>,
    /// Cost per call that succeeded (USD).
    pub usd_per_success: Option<f64>,
    /// Failed calls over all attempts.
    pub error_rate: Option<f64>,
    /// Times to the whole answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<Latency>,
    /// Cost of the last period and change against the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<Change>,
}

impl Entry {
    /// The same under a key of these dimensions.
    #[must_use]
    pub fn named(mut self, names: &[&'static str], key: Vec<Option<String>>) -> Self {
        self.key = Some(EntryKey(names.iter().copied().zip(key).collect()));
        self
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Quantiles of times, with linear interpolation (ms).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Calls that have a time.
    pub calls: usize,
    /// Median.
    pub p50: f64,
    /// 95 of 100 are not above.
    pub p95: f64,
    /// 99 of 100 are not above.
    pub p99: f64,
    /// Most that a quantile is off, as a share of it; absent where quantiles are exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_error: Option<f64>,
}

/// A cost against that of the period before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Last period.
    pub usd: Money,
    /// Period before.
    pub previous_usd: Money,
    /// Relative change; none where there was nothing before.
    #[serde(rename = "change")]
    pub relative: Option<f64>,
}

/// Share of the whole cost; unknown where nothing of the cost is known.
fn share(entry: &Entry, whole: Money) -> Option<f64> {
    let known = entry.cost_usd != Money::ZERO || entry.unpriced_requests == 0;
    (whole != Money::ZERO && known).then(|| entry.cost_usd.usd() / whole.usd())
}

/// An entry of sums and times.
pub fn entry(sums: &Sums, latency: Option<Latency>, whole: Money) -> Entry {
    let counted = sums.uncounted == 0 || sums.requests > 0;
    let failed = sums.billed_failures + sums.unbilled_failures;
    let attempts = sums.requests.saturating_add(sums.unbilled_failures);
    let usd = sums.cost.usd();
    // A cost per call is known where every row tells its calls and has its price.
    let whole_cost = sums.uncounted == 0 && sums.unpriced_requests == 0;
    let per = |calls: u64| (whole_cost && calls > 0).then(|| usd / calls as f64);
    let change =
        (sums.previous != Money::ZERO).then(|| sums.last.usd() / sums.previous.usd() - 1.0);
    let entry = Entry {
        key: None,
        groups: None,
        rows: sums.rows,
        requests: counted.then_some(sums.requests),
        failed,
        tokens: sums.tokens,
        cost_usd: sums.cost,
        logged_cost_usd: sums.logged,
        repriced_cost_usd: sums.repriced,
        unpriced_requests: sums.unpriced_requests,
        share: None,
        usd_per_request: per(sums.requests),
        usd_per_success: per(sums.requests.saturating_sub(sums.billed_failures)),
        error_rate: (sums.uncounted == 0 && attempts > 0).then(|| failed as f64 / attempts as f64),
        latency_ms: latency,
        trend: (sums.last != Money::ZERO || sums.previous != Money::ZERO).then_some(Change {
            usd: sums.last,
            previous_usd: sums.previous,
            relative: change,
        }),
    };
    Entry {
        share: share(&entry, whole),
        ..entry
    }
}
