//! A model bought per token: its prices, their steps, its retirement.

use super::super::file::ApiFile;
use super::super::{Api, Origin, PriceBook, Supply};
use super::context::Context;
use super::own_prices::OwnPrices;
use super::{provisioned, word};
use crate::catalog::Fact;
use crate::catalog::rows::ApiRow;
use crate::date::Date;
use crate::diagnostic::Problem;
use crate::table::Text;
use crate::warning::Warning;

/// Resolves an `[[api]]`.
pub fn api(file: &ApiFile, day: Date, horizon: u32, cx: &mut Context<'_>) -> Supply {
    let own = OwnPrices {
        input: file.input_usd_per_mtok.as_ref(),
        output: file.output_usd_per_mtok.as_ref(),
        cache_read: file.cache_read_usd_per_mtok.as_ref(),
        cache_write: file.cache_write_usd_per_mtok.as_ref(),
        batch_input: file.batch_input_usd_per_mtok.as_ref(),
        batch_output: file.batch_output_usd_per_mtok.as_ref(),
    };
    let tier = word(file.tier.as_ref(), "standard");
    let (model, book) = book(file.model.as_ref(), file, &own, cx);
    let prices = own.over(book, &tier, cx);
    check_tier(&prices, &tier, day, file, cx);
    note_prices(&prices, &tier, day, horizon, cx);
    let provisioned = file
        .provisioned
        .as_ref()
        .and_then(|nested| provisioned::provisioned(&nested.0, file.model.as_ref(), cx));
    warn_of_retirement(&model, &prices, day, horizon, cx);
    Supply::Api(Box::new(Api {
        model,
        tier,
        prices,
        usd_per_request: cx.or(file.usd_per_request.as_ref(), 0.0),
        discount: cx.or(file.discount.as_ref(), 0.0),
        region_multiplier: cx.or(file.region_multiplier.as_ref(), 1.0),
        committed: cx.or(file.committed_usd_per_month.as_ref(), 0.0),
        trend: cx.or(file.price_change_per_year.as_ref(), 0.0),
        peak_window_share: cx.maybe(file.peak_window_share.as_ref()),
        provisioned,
    }))
}

/// The catalog's prices of a model; none where the scenario states its own.
fn book(
    model: Option<&Text>,
    file: &ApiFile,
    own: &OwnPrices<'_>,
    cx: &mut Context<'_>,
) -> (String, PriceBook) {
    let Some(model) = model else {
        if !own.complete() {
            let place = file.name.as_ref().map_or(file.place, |name| name.place);
            cx.problem(
                Problem::new(place, "an API without a price")
                    .unless_another()
                    .expected(
                        "model = \"provider/model\", or input_usd_per_mtok and output_usd_per_mtok",
                    ),
            );
        }
        return (word(file.name.as_ref(), ""), PriceBook::default());
    };
    match cx.catalog.find::<ApiRow>(&model.value) {
        Some((row, is_own)) => {
            let id = row
                .id
                .as_ref()
                .map_or_else(String::new, |id| id.value.clone());
            (id, PriceBook::of(&row, is_own))
        }
        None if own.complete() => (model.value.clone(), PriceBook::default()),
        None => {
            let problem = cx.catalog.unknown::<ApiRow>(model, "model");
            cx.problem(
                problem.expected(
                    "a model of the catalog, or input_usd_per_mtok and output_usd_per_mtok",
                ),
            );
            (model.value.clone(), PriceBook::default())
        }
    }
}

fn check_tier(prices: &PriceBook, tier: &str, day: Date, file: &ApiFile, cx: &mut Context<'_>) {
    let (Some(text), false) = (&file.tier, prices.steps.is_empty()) else {
        return;
    };
    if prices.on(day, tier).is_empty() {
        // Batches are bought by batch_share, not by a tier.
        let tiers = prices.steps.iter().map(|step| step.tier.as_str());
        let mut known: Vec<&str> = tiers.filter(|tier| *tier != "batch").collect();
        known.sort_unstable();
        known.dedup();
        cx.problem(
            Problem::new(text.place, "no price for this service tier")
                .found(format!("\"{tier}\""))
                .expected(format!("one of: {}", known.join(", "))),
        );
    }
}

/// Notes the rows whose prices count in the first month, and announced steps inside the horizon.
fn note_prices(prices: &PriceBook, tier: &str, day: Date, horizon: u32, cx: &mut Context<'_>) {
    for step in prices.on(day, tier) {
        let Origin::Catalog(fact) = &step.input.from else {
            continue;
        };
        let later = step
            .from
            .filter(|from| *from > day.end_of_month() && step.above.is_none());
        if let Some(from) = later {
            let message = format!(
                "{} has no price before {from}: its first one is used",
                fact.id
            );
            let hint = "set `start` to a later month, or give the prices of that time";
            cx.warn(Warning::new("price-starts-later", message, hint));
        }
        cx.used(Fact::clone(fact));
    }
    let end = day.first_of_month_after(horizon);
    let announced = prices
        .steps
        .iter()
        .filter(|step| step.tier == tier && step.above.is_none() && step.window.is_none())
        .filter(|step| step.from.is_some_and(|from| from > day && from < end));
    for step in announced {
        let (Some(from), Origin::Catalog(fact)) = (step.from, &step.input.from) else {
            continue;
        };
        let message = format!(
            "the price of {} changes on {from}, inside the plan: input {} and output {} USD/Mtok from then",
            fact.id, step.input.value, step.output.value
        );
        cx.warn(Warning::new(
            "announced-price",
            message,
            "set `start` to a later month to see the costs after it",
        ));
    }
}

fn warn_of_retirement(
    model: &str,
    prices: &PriceBook,
    day: Date,
    horizon: u32,
    cx: &mut Context<'_>,
) {
    let Some(retires) = prices.retires else {
        return;
    };
    if retires < day.first_of_month_after(horizon) {
        let when = if retires <= day {
            "has retired in"
        } else {
            "retires in"
        };
        let message = format!(
            "{model} {when} {}, before the plan ends",
            retires.month_text()
        );
        cx.warn(Warning::new(
            "model-retires",
            message,
            "plan the move, or choose a model that stays",
        ));
    }
}
