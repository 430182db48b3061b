//! What a GPU costs per hour: the catalog's price of a provider, or the median of all.

use std::sync::Arc;

use super::super::{Given, Origin};
use super::context::Context;
use crate::catalog::Fact;
use crate::catalog::fact;
use crate::catalog::rows::{GpuDiscountRow, GpuPriceRow};
use crate::diagnostic::{Place, Problem};
use crate::table::Text;
use crate::warning::Warning;

/// Rent of a GPU in a tier [USD/GPU-h]; without any price it is a problem, never 0.
pub fn price(
    gpu: &str,
    tier: &str,
    provider: Option<&Text>,
    region: Option<&Text>,
    place: Place,
    cx: &mut Context<'_>,
) -> Option<Given> {
    let rows = rows(gpu, tier, provider, region, cx);
    if !rows.is_empty() {
        return Some(median(gpu, tier, rows, cx));
    }
    if tier.starts_with("reserved")
        && let Some(given) = discounted(gpu, tier, provider, region, cx)
    {
        return Some(given);
    }
    cx.problem(no_price(gpu, tier, provider, place, cx));
    None
}

/// Warns of a stated rent that is far above every known price of the GPU: likely that of a whole node.
pub fn check_stated(gpu: &str, stated: f64, cx: &mut Context<'_>) {
    const FAR: f64 = 3.0;
    let needle = format!("gpu = \"{gpu}\"");
    let rows = cx.catalog.holding::<GpuPriceRow>(&[&needle]);
    let known = rows.iter().filter(|(row, _)| is(row.gpu.as_ref(), gpu));
    let highest = known.map(|(row, _)| usd(row)).fold(0.0, f64::max);
    if highest > 0.0 && stated > FAR * highest {
        let message = format!(
            "{stated} USD/GPU-h is {:.0} times the highest known price of {gpu}, {highest} USD/GPU-h",
            stated / highest
        );
        let hint = "usd_per_gpu_hour is for one GPU: the price of a node is divided by its GPUs";
        cx.warn(Warning::new("unlikely-price", message, hint));
    }
}

fn is(text: Option<&Text>, wanted: &str) -> bool {
    text.is_some_and(|text| text.value == wanted)
}

/// Catalog prices that match; a user's own hide the embedded ones.
fn rows(
    gpu: &str,
    tier: &str,
    provider: Option<&Text>,
    region: Option<&Text>,
    cx: &Context<'_>,
) -> Vec<(GpuPriceRow, bool)> {
    let needle = format!("gpu = \"{gpu}\"");
    let tier_line = format!("tier = \"{tier}\"");
    let provider_line = provider.map_or_else(String::new, |wanted| quoted(&wanted.value));
    let texts = [&needle[..], &tier_line, &provider_line];
    let mut rows = cx.catalog.holding::<GpuPriceRow>(&texts);
    rows.retain(|(row, _)| {
        is(row.gpu.as_ref(), gpu)
            && is(row.tier.as_ref(), tier)
            && provider.is_none_or(|wanted| is(row.provider.as_ref(), &wanted.value))
            && region.is_none_or(|wanted| is(row.region.as_ref(), &wanted.value))
    });
    if rows.iter().any(|(_, own)| *own) {
        rows.retain(|(_, own)| *own);
    }
    if provider.is_none() {
        prefer(&mut rows);
    }
    rows
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Three providers make a median; of fewer, an index of the market says more where there is one.
fn prefer(rows: &mut Vec<(GpuPriceRow, bool)>) {
    let of_market = |row: &GpuPriceRow| is(row.provider.as_ref(), "market");
    let mut providers: Vec<&str> = rows
        .iter()
        .filter(|(row, _)| !of_market(row))
        .filter_map(|(row, _)| Some(row.provider.as_ref()?.value.as_str()))
        .collect();
    providers.sort_unstable();
    providers.dedup();
    let enough = providers.len() >= 3 || rows.iter().all(|(row, _)| !of_market(row));
    rows.retain(|(row, _)| of_market(row) != enough);
}

fn usd(row: &GpuPriceRow) -> f64 {
    row.usd_per_gpu_hour
        .as_ref()
        .map_or(0.0, |num| num.input.median())
}

/// The median over providers; each provider counts once, with its first (canonical) row.
fn median(
    gpu: &str,
    tier: &str,
    mut rows: Vec<(GpuPriceRow, bool)>,
    cx: &mut Context<'_>,
) -> Given {
    one_of_each_provider(&mut rows);
    rows.sort_by(|a, b| usd(&a.0).total_cmp(&usd(&b.0)));
    let facts: Vec<Arc<Fact>> = rows
        .iter()
        .map(|(row, own)| cx.used(fact(row, *own)))
        .collect();
    let prices: Vec<f64> = rows.iter().map(|(row, _)| usd(row)).collect();
    if let ([price], [fact]) = (&prices[..], &facts[..]) {
        return Given {
            value: (*price).into(),
            from: Origin::Catalog(Arc::clone(fact)),
        };
    }
    let (count, low, high) = (prices.len(), prices[0], prices[prices.len() - 1]);
    if high > 2.0 * low {
        let message = format!(
            "the {tier} price of {gpu} is the median of {count} providers between {low} and {high} USD/GPU-h"
        );
        let hint = "name your `provider`, or give usd_per_gpu_hour";
        cx.warn(Warning::new("wide-price", message, hint));
    }
    let oldest = facts.iter().map(|fact| fact.as_of).min();
    let summary = Fact {
        id: format!("{gpu} {tier}"),
        source: format!("median of {count} providers, {low} to {high} USD/GPU-h"),
        as_of: oldest.unwrap_or(crate::catalog::AS_OF),
        confidence: "derived".into(),
        own: facts.iter().all(|fact| fact.own),
    };
    Given {
        value: f64::midpoint(prices[(count - 1) / 2], prices[count / 2]).into(),
        from: Origin::Catalog(Arc::new(summary)),
    }
}

fn one_of_each_provider(rows: &mut Vec<(GpuPriceRow, bool)>) {
    let mut seen: Vec<String> = Vec::new();
    rows.retain(|(row, _)| {
        let provider = row
            .provider
            .as_ref()
            .map_or("", |text| &text.value)
            .to_owned();
        let new = !seen.contains(&provider);
        seen.push(provider);
        new
    });
}

/// A commitment without a price of its own: on-demand less the catalog's usual discount, and said so.
fn discounted(
    gpu: &str,
    tier: &str,
    provider: Option<&Text>,
    region: Option<&Text>,
    cx: &mut Context<'_>,
) -> Option<Given> {
    let (discount, own) = cx.catalog.find::<GpuDiscountRow>(tier)?;
    let rows = rows(gpu, "on-demand", provider, region, cx);
    if rows.is_empty() {
        return None;
    }
    let base = median(gpu, "on-demand", rows, cx);
    let off = discount.off.as_ref()?.input.median();
    let used = cx.used(fact(&discount, own));
    let message = format!(
        "no {tier} price of {gpu} is known: {:.3} USD/GPU-h on demand less {:.0} % is used",
        base.value,
        off * 100.0
    );
    cx.warn(Warning::new(
        "derived-rent",
        message,
        "give usd_per_gpu_hour from your offer",
    ));
    let summary = Fact {
        id: format!("{gpu} {tier}"),
        source: format!(
            "{} USD/GPU-h on demand x (1 - {off}); {}",
            base.value, used.source
        ),
        as_of: used.as_of,
        confidence: "derived".into(),
        own: false,
    };
    Some(Given {
        value: base.value * (1.0 - off),
        from: Origin::Catalog(Arc::new(summary)),
    })
}

fn no_price(
    gpu: &str,
    tier: &str,
    provider: Option<&Text>,
    place: Place,
    cx: &Context<'_>,
) -> Problem {
    let needle = format!("gpu = \"{gpu}\"");
    let rows = cx.catalog.holding::<GpuPriceRow>(&[&needle]);
    let mut known: Vec<String> = rows
        .iter()
        .filter(|(row, _)| is(row.gpu.as_ref(), gpu))
        .filter_map(|(row, _)| {
            Some(format!(
                "{} {}",
                row.provider.as_ref()?.value,
                row.tier.as_ref()?.value
            ))
        })
        .collect();
    known.sort();
    known.dedup();
    let whose = provider.map_or_else(String::new, |provider| format!(" at {}", provider.value));
    let problem = Problem::new(place, format!("no {tier} price of {gpu}{whose} is known"))
        .expected("usd_per_gpu_hour, or a provider and purchase that the catalog has");
    if known.is_empty() {
        problem
    } else {
        problem.hint(format!("known: {}", known.join(", ")))
    }
}
