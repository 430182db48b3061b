//! Throughput bought in units, with overflow at the token price (`docs/model.md` section 3).

use super::api;
use super::line::{Category, Line};
use super::load::Load;
use super::mix::Mix;
use super::{Month, OptionModel, UnitFigures};
use crate::curve::{Cause, Curve};
use crate::real::{Real, unrecorded};
use crate::scenario::{Api, Common, Provisioned};
use crate::units::{HOURS_PER_MONTH, THINGS, USD_EACH_PER_HOUR, USD_EACH_PER_MONTH};

/// Units for the load, or fixed units with what exceeds them per token.
pub fn lines(
    api: &Api,
    units: &Provisioned,
    option: &Common,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) {
    let weighted = weighted_tokens(units, option, month);
    // Requests a day that one unit carries when it is full, and planned as stated.
    let minutes = month.scenario.hours_per_month.value * 60.0 / month.scenario.days_per_month.value;
    let billed = 1.0 + month.scenario.workload.retry_share.value;
    let full = units.tokens_per_minute.value * minutes / (weighted * billed);
    let bought = match &units.units {
        Some(fixed) => {
            let rate = fixed.value * full * units.utilization.value;
            api::usage(api, option, &load.above(rate), month, out);
            Curve::constant(fixed.value)
        }
        None => sized(
            units,
            &load.peak.times(1.0 / (full * units.utilization.value)),
        ),
    };
    let unit = if units.monthly {
        USD_EACH_PER_MONTH
    } else {
        USD_EACH_PER_HOUR
    };
    let mut line = Line::begin("provisioned units", Category::Usage, "3")
        .by_curve("units", &bought, THINGS)
        .by("price of a unit", &units.price, unit);
    let mut unit_month = units.price.value;
    if !units.monthly {
        line = line.by("hours", &month.scenario.hours_per_month, HOURS_PER_MONTH);
        unit_month *= month.scenario.hours_per_month.value;
    }
    out.lines.push(line.monthly());
    out.units = Some(UnitFigures {
        load: load.mean.times(1.0 / full),
        break_even_utilization: pay_as_you_go(api, option, month)
            .map(|per_day| unit_month.get() / (per_day * full.get())),
        units: bought,
        usd_per_unit_month: unit_month.get(),
    });
}

/// Whole units in the sale's steps, at least its minimum.
fn sized(units: &Provisioned, need: &Curve) -> Curve {
    let step = units.step.value;
    let least = Curve::constant(units.minimum.value);
    need.times(1.0 / step)
        .rounded_up(Cause::Unit)
        .times(step)
        .max(&least)
}

/// Input-equivalent tokens of a request: uncached + weight x cached + weight x output.
fn weighted_tokens(units: &Provisioned, option: &Common, month: &Month<'_>) -> Real {
    month
        .scenario
        .workload
        .features
        .iter()
        .map(|feature| {
            let mix = Mix::of(feature, option);
            let input = mix.uncached + mix.written + mix.read * units.cached_weight.value;
            feature.share.value * (input + mix.output() * units.output_weight.value)
        })
        .sum()
}

/// Pay-as-you-go cost of the whole traffic per request a day and month; `None` where it has no price.
fn pay_as_you_go(api: &Api, option: &Common, month: &Month<'_>) -> Option<f64> {
    let per_day: f64 = unrecorded(|| {
        let mut usage = OptionModel::default();
        let load = Load::whole(&month.scenario.workload.shape.weights);
        api::usage(api, option, &load, month, &mut usage);
        usage.total().at(1.0)
    });
    (per_day > 0.0).then_some(per_day)
}
