//! Causes of a difference: each is a supposition whose effect is computed, and it is named where it explains
//! the difference.

use serde::Serialize;

use super::price::{Change, Parts, cost, counts, lengths};
use super::sides::{Basis, Sides};
use crate::usage::money::Money;
use crate::usage::record::{Bucket, TokenSums};

/// A cause that explains a difference, or might.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cause {
    /// Stable code: `missing-cached-price`, `batch`.
    pub code: &'static str,
    /// What would be so, in a sentence.
    pub what: String,
    /// What it adds to the cost of the log (USD).
    pub effect_usd: Money,
    /// What it leaves of the residual (USD).
    pub left_usd: Money,
    /// Calls that it takes, where it is about calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<f64>,
}

impl Cause {
    /// A cause with its effect.
    pub fn new(code: &'static str, what: impl Into<String>, effect: Money, left: Money) -> Self {
        Self {
            code,
            what: what.into(),
            effect_usd: effect,
            left_usd: left,
            requests: None,
        }
    }

    /// A cause that explains the whole residual by what it is.
    pub fn whole(code: &'static str, what: impl Into<String>, sides: &Sides) -> Self {
        Self::new(code, what, sides.residual, Money::ZERO)
    }
}

/// Tiers that prices are listed for; `fast` is the later name of `priority`.
const TIERS: [&str; 5] = ["standard", "batch", "flex", "priority", "fast"];

/// Suppositions without a number to fit that explain the difference of a row.
pub fn computed(log: &Parts, sides: &Sides, basis: &Basis<'_>) -> Vec<Cause> {
    let mut found: Vec<Cause> = Vec::new();
    for (code, what, change) in suppositions(log, basis) {
        let Some(supposed) = cost(log, basis.prices, change) else {
            continue;
        };
        let Some(mut cause) = sides.explained_by(code, what, supposed.usd) else {
            continue;
        };
        if supposed.half {
            cause.what += ", taken as half of the standard price";
        }
        // Two names of one tier are one cause.
        let known = |other: &Cause| other.code == code && other.effect_usd == cause.effect_usd;
        if !found.iter().any(known) {
            found.push(cause);
        }
    }
    found
}

fn suppositions(log: &Parts, basis: &Basis<'_>) -> Vec<(&'static str, String, Change)> {
    let (_, tokens) = counts(log);
    let has = |buckets: &[Bucket]| buckets.iter().any(|bucket| tokens.get(*bucket) > 0);
    let mut list: Vec<(&'static str, String, Change)> = Vec::new();
    let mut add = |code, what: &str, change| list.push((code, what.to_owned(), change));
    if has(&[Bucket::CacheRead]) {
        let what = "cache reads were billed at the price of other input";
        add("missing-cached-price", what, Change::ReadsAsInput);
        let what = "the log counts cache reads in its other input as well";
        add("cache-counted-twice", what, Change::ReadsCountedTwice);
    }
    let writes = [
        Bucket::CacheWrite5m,
        Bucket::CacheWrite1h,
        Bucket::CacheWriteUnknown,
    ];
    if has(&writes) {
        let what = "cache writes were billed at the price of other input";
        add("cache-write-price", what, Change::WritesAsInput);
        let what = "all cache writes were billed as those for an hour";
        add("cache-write-time", what, Change::WritesForAnHour);
        let what = "all cache writes were billed as those for five minutes";
        add("cache-write-time", what, Change::WritesForFiveMinutes);
    }
    if has(&[Bucket::Reasoning]) {
        let what = "the log counts reasoning in the visible answer as well";
        add(
            "reasoning-counted-twice",
            what,
            Change::ReasoningCountedTwice,
        );
    }
    for regional in [true, false] {
        let what = if regional {
            "all calls were billed with the uplift of a region (10 %)"
        } else {
            "no call was billed with the uplift of a region (10 %)"
        };
        add("region", what, Change::Region(regional));
    }
    list.extend(tiers(log));
    list.extend(classes(log, basis));
    list
}

fn tiers(log: &Parts) -> impl Iterator<Item = (&'static str, String, Change)> {
    let own: Vec<&str> = log
        .keys()
        .map(|part| part.tier.as_deref().unwrap_or("standard"))
        .collect();
    let had_batch = own.contains(&"batch");
    let others = TIERS
        .into_iter()
        .filter(move |tier| own.iter().any(|own| own != tier));
    others.map(move |tier| {
        let code = if tier == "batch" || (had_batch && tier == "standard") {
            "batch"
        } else {
            "tier"
        };
        let what = format!("all calls were billed at the {tier} price");
        (code, what, Change::Tier(tier))
    })
}

fn classes(log: &Parts, basis: &Basis<'_>) -> Vec<(&'static str, String, Change)> {
    let all = log.keys().map(|part| lengths(part, basis.prices));
    let longest = all.max_by_key(Vec::len).unwrap_or_default();
    if longest.is_empty() {
        return Vec::new();
    }
    let class = |length: usize| {
        let what = match length.checked_sub(1) {
            None => "no prompt was billed at the price of long ones".to_owned(),
            Some(at) => format!(
                "all prompts were billed as longer than {} tokens",
                longest[at]
            ),
        };
        ("context-length", what, Change::Length(length as u8))
    };
    (0..=longest.len()).map(class).collect()
}

/// What the tokens of the bill say, where it has tokens: whether they are more, fewer or other than the log's.
pub fn quantities(log: &Parts, bill: &Parts, sides: &Sides, basis: &Basis<'_>) -> Option<Cause> {
    let ((calls, logged), (billed_calls, billed)) = (counts(log), counts(bill));
    if billed.is_zero() || logged.is_zero() {
        return None;
    }
    // What the bill's own tokens cost by the price list; its amounts are not looked at.
    let by_list: Parts = bill
        .iter()
        .filter(|(_, cell)| !cell.tokens.is_zero())
        .map(|(part, cell)| {
            (
                super::price::Part {
                    logged: false,
                    ..part.clone()
                },
                *cell,
            )
        })
        .collect();
    let supposed = cost(&by_list, basis.prices, Change::None)?;
    if !supposed.unpriced.is_zero() {
        return None;
    }
    let (code, what) = compared(&logged, &billed, basis.query.tolerance.share());
    let mut cause = sides.explained_by(code, what, supposed.usd)?;
    if matches!(code, "unlogged-calls" | "unbilled-calls") {
        cause.requests = match (calls, billed_calls) {
            (Some(calls), Some(billed)) => Some((billed as f64 - calls as f64).abs()),
            (Some(calls), None) => sides.calls_for(calls),
            _ => None,
        };
    }
    Some(cause)
}

/// How the tokens of a bill differ from those of a log.
fn compared(log: &TokenSums, bill: &TokenSums, share: f64) -> (&'static str, String) {
    let close = |a: u128, b: u128| (a as f64 - b as f64).abs() <= share * a.max(b) as f64;
    let input = close(log.input(), bill.input());
    let output = close(log.output(), bill.output());
    let reads = |tokens: &TokenSums| tokens.get(Bucket::CacheRead);
    let told = |what: &str| {
        format!(
            "{what}: it has {} input ({} cached) and {} output tokens, the bill {} ({}) and {}",
            log.input(),
            reads(log),
            log.output(),
            bill.input(),
            reads(bill),
            bill.output()
        )
    };
    match () {
        () if input && output && reads(bill) > reads(log) => (
            "cached-tokens-not-logged",
            told("the log does not tell all cache reads"),
        ),
        () if input && bill.output() > log.output() => (
            "reasoning-not-logged",
            told("the log lacks tokens of answers, such as reasoning"),
        ),
        () if bill.input() >= log.input() && bill.output() >= log.output() => {
            ("unlogged-calls", told("calls are missing in the log"))
        }
        () if bill.input() <= log.input() && bill.output() <= log.output() => (
            "unbilled-calls",
            told("the log has calls that are not on the bill, such as copies or failures"),
        ),
        () => ("other-tokens", told("the log counts other tokens")),
    }
}
