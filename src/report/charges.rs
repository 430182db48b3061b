//! Charges as a FOCUS 1.2 table. Costs are exact decimals, `x_` columns are ours.

use std::collections::BTreeMap;

use super::block::{Cell, Grid, Row};
use crate::analysis::attribute::{Charge, ChargeKey};
use crate::date::Date;

const HEADS: [&str; 36] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ResourceId",
    "ResourceName",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SkuMeter",
    "SubAccountId",
    "SubAccountName",
    "Tags",
    "x_CostBasis",
];

/// The table.
pub fn table(charges: &BTreeMap<ChargeKey, Charge>) -> Grid {
    let mut grid = Grid::new(HEADS);
    grid.rows = charges
        .iter()
        .map(|(key, charge)| row(key, charge))
        .collect();
    grid
}

fn row(key: &ChargeKey, charge: &Charge) -> Row {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (usd, model, tenant) = (charge.usd.to_string(), text(&key.model), text(&key.tenant));
    let instant =
        |day: Option<Date>| day.map_or_else(String::new, |day| format!("{day}T00:00:00Z"));
    let month = key.day.map(|day| day.first_of_month_after(0));
    let next_month = key.day.map(|day| day.first_of_month_after(1));
    let next = key.day.map(|day| Date::of_unix_day(day.unix_day() + 1));
    let unit_price = charge
        .usd_per_mtok
        .map_or_else(String::new, |usd| usd.to_string());
    let mtok = millionths(charge.tokens);
    let basis = if charge.logged {
        "logged"
    } else {
        "price list"
    };
    let provider = text(&key.provider);
    let texts: [String; HEADS.len()] = [
        usd.clone(),
        String::new(),
        String::new(),
        String::new(),
        "USD".into(),
        instant(next_month),
        instant(month),
        "Usage".into(),
        String::new(),
        format!("{model} {} tokens", key.kind),
        "Usage-Based".into(),
        instant(next),
        instant(key.day),
        charge.tokens.to_string(),
        "Tokens".into(),
        usd.clone(),
        unit_price.clone(),
        usd.clone(),
        provider.clone(),
        usd,
        unit_price,
        "Standard".into(),
        mtok,
        "1000000 Tokens".into(),
        provider.clone(),
        provider,
        model.clone(),
        model.clone(),
        "AI and Machine Learning".into(),
        "LLM API".into(),
        model,
        key.kind.into(),
        tenant.clone(),
        tenant,
        tags(key),
        basis.into(),
    ];
    let cells = HEADS.iter().zip(texts).map(cell).collect();
    Row {
        cells,
        strong: false,
    }
}

/// Costs, prices and quantities are numbers, all else is text.
fn cell((head, text): (&&str, String)) -> Cell {
    if ["Cost", "Price", "Quantity"]
        .iter()
        .any(|end| head.ends_with(end))
    {
        Cell::number(text)
    } else {
        Cell::label(text)
    }
}

fn tags(key: &ChargeKey) -> String {
    let mut map = serde_json::Map::new();
    for (name, value) in [("tenant", &key.tenant), ("feature", &key.feature)] {
        if let Some(value) = value {
            map.insert(name.into(), value.clone().into());
        }
    }
    map.insert("x_token_kind".into(), key.kind.into());
    serde_json::Value::Object(map).to_string()
}

/// A count in millions, exact.
fn millionths(count: u128) -> String {
    let text = format!("{}.{:06}", count / 1_000_000, count % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_in_millions_keeps_all_digits() {
        assert_eq!(millionths(21_248), "0.021248");
        assert_eq!(millionths(3_000_000), "3");
        assert_eq!(millionths(0), "0");
    }
}
