//! FOCUS 1.2: what a bill charges. The cost is `EffectiveCost` of usage; a purchase of credits is billed once
//! and used up by usage rows, so that adding both would count it twice.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{BUCKETS, Bucket, Record, Tokens};
use super::super::time::Instant;
use super::{Options, Reader, Row, charge};

/// The reader.
pub struct Focus {
    /// What the user says.
    pub options: Options,
}

impl Reader for Focus {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        let Some(category) = row.text("ChargeCategory") else {
            return Row::Foreign;
        };
        // A purchase is used up by usage rows; taxes, credits and adjustments are none.
        let beside = category != "Usage";
        if beside && (!self.options.bill || category == "Purchase") {
            return Row::NotBillable;
        }
        let currency = row.text("BillingCurrency");
        if currency.as_deref().is_some_and(|code| code != "USD") {
            row.wrong(format!(
                "the currency is {}, not USD",
                currency.unwrap_or_default()
            ));
        }
        let tags = row.at("Tags");
        let tag = |names: &[&str]| {
            let found = |name: &str| {
                tags.entries()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
            };
            names.iter().find_map(|name| tags.text(found(name)?.0))
        };
        let kind = tag(&["x_token_kind"])
            .or_else(|| row.first(&["x_TokenKind", "SkuMeter", "ChargeDescription"]));
        let mut tokens = Tokens::default();
        let quantity = quantity(row);
        if let (Some((count, true)), Some(kind), false) = (quantity, kind, beside) {
            tokens.set(bucket(&kind), count);
        }
        let begins = row.text("ChargePeriodStart");
        let model = row.first(&["x_Model", "ResourceName", "ResourceId", "SkuId"]);
        let tenant = tag(&["tenant", "team", "team_alias", "customer"]);
        Record {
            at: begins.and_then(|text| time(&text).or_else(|| row.time("ChargePeriodStart"))),
            tenant: self
                .options
                .tenant(row)
                .or_else(|| self.options.tenant(&tags))
                .or(tenant)
                .or_else(|| {
                    row.first(&["SubAccountName", "SubAccountId"])
                        .map(|name| names::tenant(&name))
                }),
            feature: self.options.feature(row).or_else(|| tag(&["feature"])),
            prompt: tag(&["prompt"]),
            model: if beside {
                Some(charge(&category))
            } else {
                model.map(|name| names::model(&name))
            },
            provider: row.first(&["ProviderName", "PublisherName"]),
            tokens,
            requests: quantity.and_then(|(count, is_tokens)| (!is_tokens).then_some(count)),
            logged: row
                .money("EffectiveCost")
                .or_else(|| row.money("BilledCost")),
            prompt_length: Some(0),
            ..Record::default()
        }
        .into()
    }
}

/// Consumed quantity in tokens (or requests, with false): `Tokens`, `1000 Tokens`, `Requests`.
fn quantity(row: &Fields<'_>) -> Option<(u64, bool)> {
    let unit = row.text("ConsumedUnit")?;
    let (times, what) = match unit.split_once(' ') {
        Some((times, what)) if times.parse::<f64>().is_ok() => (times.parse().ok()?, what),
        _ => (1.0, unit.as_str()),
    };
    let number = row.number("ConsumedQuantity")?;
    if number < 0.0 && row.text("ChargeClass").as_deref() == Some("Correction") {
        // It takes back what an earlier bill charged: its cost counts, and tokens cannot be less than none.
        return None;
    }
    let count = (number * times).round();
    if !(0.0..9e15).contains(&count) {
        row.wrong("`ConsumedQuantity` is no count");
        return None;
    }
    match what.to_ascii_lowercase().trim_end_matches('s') {
        "token" => Some((count as u64, true)),
        "request" => Some((count as u64, false)),
        _ => None,
    }
}

/// The bucket of a kind of token, by its name.
fn bucket(kind: &str) -> Bucket {
    let kind = kind.to_ascii_lowercase();
    if let Some((bucket, _)) = BUCKETS.iter().find(|(_, name)| *name == kind) {
        return *bucket;
    }
    let kind = kind.replace("uncached", "");
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    match () {
        () if has(&["write", "creation"]) && has(&["1h"]) => Bucket::CacheWrite1h,
        () if has(&["write", "creation"]) && has(&["5m"]) => Bucket::CacheWrite5m,
        () if has(&["write", "creation"]) => Bucket::CacheWriteUnknown,
        () if has(&["cache"]) => Bucket::CacheRead,
        () if has(&["reasoning", "thought"]) => Bucket::Reasoning,
        () if has(&["output", "completion", "candidates"]) => Bucket::OutputVisible,
        () => Bucket::InputUncached,
    }
}

/// `4/1/25` and `4/1/2025`, as the examples of the specification write it.
fn time(text: &str) -> Option<Instant> {
    let date = text.split(' ').next()?;
    let mut parts = date.split('/').map(|part| part.parse::<u32>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let year = if year < 100 { 2_000 + year } else { year };
    Instant::parse(&format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_tokens_are_known_by_their_names() {
        for (kind, expected) in [
            ("input", Bucket::InputUncached),
            ("input_uncached", Bucket::InputUncached),
            ("uncached input tokens", Bucket::InputUncached),
            ("gpt-5 cache_read tokens", Bucket::CacheRead),
            ("cached_input", Bucket::CacheRead),
            ("cache_write_1h", Bucket::CacheWrite1h),
            ("cache_creation", Bucket::CacheWriteUnknown),
            ("output", Bucket::OutputVisible),
            ("reasoning output", Bucket::Reasoning),
        ] {
            assert_eq!(bucket(kind), expected, "{kind}");
        }
    }

    #[test]
    fn american_dates_are_read() {
        assert_eq!(time("4/1/25"), Instant::parse("2025-04-01"));
        assert_eq!(time("2025-04-01T00:00:00Z"), None);
    }
}
