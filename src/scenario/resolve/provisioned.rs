//! Throughput bought in units.

use std::sync::Arc;

use super::super::file::ProvisionedFile;
use super::super::{Given, Provisioned};
use super::context::Context;
use super::word;
use crate::catalog::Fact;
use crate::catalog::rows::{ApiRow, ProvisionedPriceRow, ProvisionedRow};
use crate::diagnostic::Problem;
use crate::table::{Num, Text};

/// Resolves `provisioned = { ... }`.
pub fn provisioned(
    file: &ProvisionedFile,
    model: Option<&Text>,
    cx: &mut Context<'_>,
) -> Option<Provisioned> {
    let row = provisioned_row(file, model, cx);
    let price = row.as_ref().and_then(|(row, _)| unit_price(row, file));
    let (price, monthly) = match (&file.usd_per_unit_hour, &file.usd_per_unit_month) {
        (Some(num), None) => (cx.given(num), false),
        (None, Some(num)) => (cx.given(num), true),
        (Some(_), Some(num)) => {
            let text = "a unit priced by the hour and by the month";
            cx.problem(Problem::new(num.place, text).expected("one of the two"));
            return None;
        }
        (None, None) => catalog_unit_price(file, price, row.as_ref().map(|(_, fact)| fact), cx)?,
    };
    let of_row = |pick: fn(&ProvisionedRow) -> Option<&Num>| {
        row.as_ref()
            .and_then(|(row, fact)| Context::of(pick(row), fact))
    };
    let tokens = cx
        .maybe(file.tokens_per_minute_per_unit.as_ref())
        .or_else(|| of_row(|row| row.tokens_per_minute_per_unit.as_ref()));
    let weight = cx
        .maybe(file.output_weight.as_ref())
        .or_else(|| of_row(|row| row.output_weight.as_ref()));
    let (Some(tokens_per_minute), Some(output_weight)) = (tokens, weight) else {
        cx.problem(
            Problem::new(file.place, "what a provisioned unit carries is not known").unless_another()
                .expected("tokens_per_minute_per_unit and output_weight, or the id of a catalog row that has both"),
        );
        return None;
    };
    let minimum = of_row(|row| row.minimum_units.as_ref()).unwrap_or_else(|| Given::default(1.0));
    let step = of_row(|row| row.unit_step.as_ref()).unwrap_or_else(|| Given::default(1.0));
    Some(Provisioned {
        units: cx.maybe(file.units.as_ref()),
        price,
        monthly,
        tokens_per_minute,
        output_weight,
        cached_weight: cx.or(file.cached_weight.as_ref(), 1.0),
        minimum: cx.maybe(file.minimum_units.as_ref()).unwrap_or(minimum),
        step: cx.maybe(file.unit_step.as_ref()).unwrap_or(step),
        utilization: cx.or(file.utilization.as_ref(), 1.0),
    })
}

/// The catalog row of the units: the one named, or the one that carries the option's model.
fn provisioned_row(
    file: &ProvisionedFile,
    model: Option<&Text>,
    cx: &mut Context<'_>,
) -> Option<(ProvisionedRow, Arc<Fact>)> {
    if let Some(id) = &file.id {
        return cx.row::<ProvisionedRow>(id, "provisioned throughput");
    }
    let (api, _) = cx.catalog.find::<ApiRow>(&model?.value)?;
    let wanted = api.id?.value;
    let quoted = format!("\"{wanted}\"");
    let rows = cx.catalog.holding::<ProvisionedRow>(&[&quoted]);
    let (row, own) = rows.into_iter().find(|(row, _)| {
        [&row.id, &row.model]
            .into_iter()
            .flatten()
            .any(|m| m.value == wanted)
    })?;
    let fact = cx.used(crate::catalog::fact(&row, own));
    Some((row, fact))
}

fn unit_price<'a>(
    row: &'a ProvisionedRow,
    file: &ProvisionedFile,
) -> Option<&'a ProvisionedPriceRow> {
    let scope = word(file.scope.as_ref(), "global");
    let term = word(file.term.as_ref(), "hour");
    let is = |text: &Option<Text>, wanted: &str| text.as_ref().is_some_and(|t| t.value == wanted);
    row.price
        .as_ref()?
        .0
        .iter()
        .find(|price| is(&price.scope, &scope) && is(&price.term, &term))
}

fn catalog_unit_price(
    file: &ProvisionedFile,
    price: Option<&ProvisionedPriceRow>,
    fact: Option<&Arc<Fact>>,
    cx: &mut Context<'_>,
) -> Option<(Given, bool)> {
    let found = price.zip(fact).and_then(|(price, fact)| {
        let hour = Context::of(price.usd_per_unit_hour.as_ref(), fact).map(|given| (given, false));
        hour.or_else(|| {
            Context::of(price.usd_per_unit_month.as_ref(), fact).map(|given| (given, true))
        })
    });
    if found.is_none() {
        cx.problem(
            Problem::new(file.place, "no price for these provisioned units").unless_another().expected(
                "usd_per_unit_hour or usd_per_unit_month, or a scope and term that the catalog has",
            ),
        );
    }
    found
}
