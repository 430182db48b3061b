//! Usage as charges of FOCUS 1.2: a row per day, tenant, feature, model and kind of token.

use std::collections::BTreeMap;

use super::Query;
use super::priced::Pricer;
use super::sums::{Overflow, fits};
use crate::date::Date;
use crate::usage::group::Grouping;
use crate::usage::key::Dimension;
use crate::usage::money::Money;
use crate::usage::price::Prices;
use crate::usage::record::BUCKETS;

/// Dimensions that a grouping for charges has.
pub const DIMENSIONS: [Dimension; 5] = [
    Dimension::Day,
    Dimension::Tenant,
    Dimension::Feature,
    Dimension::Model,
    Dimension::Provider,
];

/// What a charge is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChargeKey {
    /// Day since 1970; none of rows without a time.
    pub day: Option<Date>,
    /// Who is to pay.
    pub tenant: Option<String>,
    /// What it was for.
    pub feature: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Who served it.
    pub provider: Option<String>,
    /// Kind of token; `all` where the cost is logged for a call as a whole.
    pub kind: &'static str,
}

/// A charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// Tokens.
    pub tokens: u128,
    /// Cost.
    pub usd: Money,
    /// Price of a million tokens, where there is one for all of them.
    pub usd_per_mtok: Option<Money>,
    /// Whether the cost is as logged.
    pub logged: bool,
}

/// Charges of a grouping by the dimensions above.
pub fn charges(
    grouping: &Grouping,
    prices: &Prices<'_>,
    query: &Query,
) -> Result<BTreeMap<ChargeKey, Charge>, Overflow> {
    let mut pricer = Pricer::new(grouping, prices, query.cost);
    let mut order: Vec<usize> = (0..grouping.cells.len()).collect();
    order.sort_unstable_by_key(|at| grouping.cells.key(*at));
    let mut charges: BTreeMap<ChargeKey, Charge> = BTreeMap::new();
    for at in order {
        let (key, cell) = (grouping.cells.key(at), grouping.cells.cell(at));
        let amounts = pricer.cell(&key, &cell)?;
        if amounts.unknown {
            continue;
        }
        let of_kind = charge_key(grouping, query, key.group as usize);
        let by_bucket = pricer
            .token_prices(&key)
            .filter(|_| amounts.repriced == Some(amounts.cost));
        let Some(prices) = by_bucket else {
            let tokens = cell.tokens.input() + cell.tokens.output();
            add(
                charges.entry(of_kind).or_default(),
                tokens,
                amounts.cost,
                None,
                true,
            )?;
            continue;
        };
        for (bucket, kind) in BUCKETS {
            let tokens = cell.tokens.get(bucket);
            if let (Some(price), true) = (prices.0[bucket as usize], tokens > 0) {
                let usd = fits(price.times(tokens))?;
                let key = ChargeKey {
                    kind,
                    ..of_kind.clone()
                };
                add(
                    charges.entry(key).or_default(),
                    tokens,
                    usd,
                    Some(price),
                    false,
                )?;
            }
        }
    }
    Ok(charges)
}

/// What a group's charges are for, whatever the kind of token.
fn charge_key(grouping: &Grouping, query: &Query, group: usize) -> ChargeKey {
    let part = |wanted: Dimension| {
        let place = grouping.plan.by.iter().position(|by| *by == wanted)?;
        let text = wanted.text(grouping.keys.part(group, place), &grouping.names)?;
        Some(match &query.redact {
            Some(redaction) => redaction.name(wanted, &text),
            None => text,
        })
    };
    ChargeKey {
        day: part(Dimension::Day).and_then(|day| Date::parse(&day)),
        tenant: part(Dimension::Tenant),
        feature: part(Dimension::Feature),
        model: part(Dimension::Model),
        provider: part(Dimension::Provider),
        kind: "all",
    }
}

fn add(
    charge: &mut Charge,
    tokens: u128,
    usd: Money,
    price: Option<Money>,
    logged: bool,
) -> Result<(), Overflow> {
    let per_mtok = price.and_then(|price| price.times(1_000_000));
    let first = charge.tokens == 0 && charge.usd == Money::ZERO;
    charge.usd_per_mtok = if first || charge.usd_per_mtok == per_mtok {
        per_mtok
    } else {
        None
    };
    charge.tokens += tokens;
    charge.usd = fits(charge.usd.plus(usd))?;
    charge.logged = logged;
    Ok(())
}
