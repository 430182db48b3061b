//! Own GPUs: rented, bought, powered, housed (`docs/model.md` sections 5.1 to 5.4).

use super::fleet::{Fleet, committed_share, fleet, hours, per_second};
use super::line::{Category, Line};
use super::load::Load;
use super::mix::mean_mix;
use super::paid::Paid;
use super::sizing::{Fault, Rate, rate};
use super::{Capacity, Month, OptionModel};
use crate::curve::Curve;
use crate::real::Real;
use crate::scenario::{Common, Given, Purchase, SelfHost};
use crate::units::{
    GPUS, HOURS_PER_MONTH, ONE, PER_MONTH, PER_YEAR, USD, USD_PER_GPU, USD_PER_GPU_HOUR,
    USD_PER_GPU_MONTH, USD_PER_GPU_YEAR, USD_PER_HOUR, USD_PER_KW_MONTH, USD_PER_KWH,
    USD_PER_MONTH, WATTS_PER_GPU,
};

/// The lines of own GPUs under a load, staff excluded.
///
/// # Errors
/// Why the model does not run on these GPUs.
pub fn lines(
    own: &SelfHost,
    option: &Common,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) -> Result<(), Fault> {
    let mix = mean_mix(&month.scenario.workload, option);
    let rate = rate(own, &mix, &month.scenario.workload)?;
    let fleet = fleet(own, &rate, load, month);
    rents(own, &fleet, month, out);
    if let Some(purchase) = &own.purchase {
        bought(own, purchase, &fleet, month, out);
    }
    running(own, month, out);
    per_gpu(own, &fleet, out);
    out.gpus.add(&fleet.gpus, 1.0);
    out.limit_volume(fleet.max_volume);
    out.capacity.push(describe(own, rate, fleet, load, month));
    Ok(())
}

fn describe(own: &SelfHost, rate: Rate, fleet: Fleet, load: &Load, month: &Month<'_>) -> Capacity {
    let per_second = per_second(own, month);
    Capacity {
        gpu: own.gpu_name.clone(),
        precision: own.precision.clone(),
        rate,
        load: load.mean.times(per_second),
        full_load_per_day: 1.0 / per_second,
        hours_per_month: hours(own, month).value.get(),
        target_utilization: own.target_utilization.value.get(),
        latency_percentile: own.latency_percentile.clone(),
        peak_inside_hour: month.scenario.workload.peak_inside_hour.value.get(),
        throughput_error: own.throughput_error.value.get(),
        fleet,
    }
}

fn rents(own: &SelfHost, fleet: &Fleet, month: &Month<'_>, out: &mut OptionModel) {
    let years = f64::from(month.index) / 12.0;
    let trend = (1.0 + own.rent_trend.value).powf(years);
    let flexible = 1.0 - committed_share(own);
    for rent in &own.rents {
        // A commitment is paid for the busiest hour's GPUs; the rest shares what the hours take beyond it.
        let (gpus, share) = if rent.tier.starts_with("reserved") {
            (&fleet.gpus, rent.share.value)
        } else {
            (&fleet.flexible_gpus, rent.share.value / flexible)
        };
        let share = Given {
            value: share,
            from: rent.share.from.clone(),
        };
        let mut line = Line::begin(format!("GPU rent, {}", rent.tier), Category::Compute, "5.3")
            .by_curve(format!("GPUs ({})", own.gpu_name), gpus, GPUS)
            .by_unless_one("share of these GPUs", &share)
            .by("rent", &rent.usd_per_gpu_hour, USD_PER_GPU_HOUR)
            .by("hours", hours(own, month), HOURS_PER_MONTH)
            .by_number_unless_one("price trend", trend);
        if let Some(lost) = &rent.interruption {
            line = line.by_number("with interruptions", 1.0 + lost.value, ONE);
        }
        out.lines.push(line.monthly());
    }
}

/// Capital recovery factor per month: what a month pays of each dollar of capex and of residual value.
///
/// Straight line: (1 - residual)/n. With a cost of capital i per year, m = (1+i)^(1/12) - 1:
/// (1 - residual (1+m)^-n) m / (1 - (1+m)^-n).
pub fn recovery_factor(
    life_years: impl Into<Real>,
    residual_share: impl Into<Real>,
    cost_of_capital: impl Into<Real>,
) -> Real {
    let (residual_share, cost_of_capital) = (residual_share.into(), cost_of_capital.into());
    let months = life_years.into() * 12.0;
    let monthly = (1.0 + cost_of_capital).powf(1.0 / 12.0) - 1.0;
    // A rate too small to be told from none is none: the quotient below would be 0/0.
    if monthly == 0.0 {
        return (1.0 - residual_share) / months;
    }
    let end = (1.0 + monthly).powf(-months);
    (1.0 - residual_share * end) * monthly / (1.0 - end)
}

fn bought(
    own: &SelfHost,
    purchase: &Purchase,
    fleet: &Fleet,
    month: &Month<'_>,
    out: &mut OptionModel,
) {
    let gpus = fleet.gpus.times(purchase.share.value);
    let factor = recovery_factor(
        purchase.life_years.value,
        purchase.residual_share.value,
        purchase.cost_of_capital.value,
    );
    let mut capex = Curve::default();
    for (label, base, price, unit) in hardware(own, purchase, &gpus) {
        let spares = 1.0 + purchase.spare_share.value;
        let paid = base.times(price.value * spares);
        let mut line = Line::begin(label, Category::Hardware, "5.4")
            .by_curve("bought", &base, unit.0)
            .by("price", &price, unit.1)
            .by_number_unless_one("with spares", spares)
            .by_number("written off per month", factor, PER_MONTH)
            .monthly();
        capex.add(&paid, 1.0);
        line.upfront = Some(paid);
        out.lines.push(line.when(Paid::Bought {
            life_months: 12.0 * purchase.life_years.value,
            residual_share: purchase.residual_share.value,
        }));
    }
    if purchase.maintenance_share.value > 0.0 {
        let line = Line::begin("hardware maintenance", Category::Hardware, "5.4")
            .by_curve("purchase price", &capex, USD)
            .by("maintenance", &purchase.maintenance_share, PER_YEAR);
        out.lines.push(line.monthly());
    }
    if own.opex_usd_per_hour.is_none() {
        power(own, purchase, &gpus, month, out);
    }
}

type HardwareLine = (
    String,
    Curve,
    Given,
    (crate::units::Unit, crate::units::Unit),
);

fn hardware(own: &SelfHost, purchase: &Purchase, gpus: &Curve) -> Vec<HardwareLine> {
    let mut list = Vec::new();
    if let Some(capex) = &purchase.capex_usd {
        let base = Curve::constant(1.0);
        list.push(("hardware".to_owned(), base, capex.clone(), (ONE, USD)));
    }
    for (label, price) in [
        (format!("GPUs ({})", own.gpu_name), &purchase.usd_per_gpu),
        (
            "servers and network".to_owned(),
            &purchase.server_usd_per_gpu,
        ),
    ] {
        if price.value > 0.0 {
            list.push((label, gpus.clone(), price.clone(), (GPUS, USD_PER_GPU)));
        }
    }
    list
}

fn power(
    own: &SelfHost,
    purchase: &Purchase,
    gpus: &Curve,
    month: &Month<'_>,
    out: &mut OptionModel,
) {
    let electricity = Line::begin("electricity", Category::Power, "5.4")
        .by_curve(format!("GPUs ({})", own.gpu_name), gpus, GPUS)
        .by("server power", &purchase.watts_per_gpu, WATTS_PER_GPU)
        .by_unless_one("load factor", &purchase.load_factor)
        .by_unless_one("PUE", &purchase.pue)
        .by("electricity", &purchase.usd_per_kwh, USD_PER_KWH)
        .by("hours", hours(own, month), HOURS_PER_MONTH)
        .monthly();
    out.lines.push(electricity);
    if purchase.facility_usd_per_kw_month.value > 0.0 {
        let line = Line::begin("colocation", Category::Facility, "5.4")
            .by_curve(format!("GPUs ({})", own.gpu_name), gpus, GPUS)
            .by("server power", &purchase.watts_per_gpu, WATTS_PER_GPU)
            .by(
                "rate",
                &purchase.facility_usd_per_kw_month,
                USD_PER_KW_MONTH,
            );
        out.lines.push(line.monthly());
    }
    if purchase.facility_usd_per_month.value > 0.0 {
        let line = Line::begin("racks and rooms", Category::Facility, "5.4").by(
            "rate",
            &purchase.facility_usd_per_month,
            USD_PER_MONTH,
        );
        out.lines.push(line.monthly());
    }
}

/// The running cost of the whole installation, where it is given as one figure.
fn running(own: &SelfHost, month: &Month<'_>, out: &mut OptionModel) {
    if let Some(opex) = &own.opex_usd_per_hour {
        let line = Line::begin("running the installation", Category::Facility, "5.4")
            .by("running cost", opex, USD_PER_HOUR)
            .by("hours", hours(own, month), HOURS_PER_MONTH);
        out.lines.push(line.monthly());
    }
}

fn per_gpu(own: &SelfHost, fleet: &Fleet, out: &mut OptionModel) {
    for (label, given, unit) in [
        (
            "software licenses",
            &own.software_usd_per_gpu_year,
            USD_PER_GPU_YEAR,
        ),
        ("storage", &own.storage_usd_per_gpu_month, USD_PER_GPU_MONTH),
    ] {
        if given.value > 0.0 {
            let line = Line::begin(label, Category::Platform, "5.3")
                .by_curve(format!("GPUs ({})", own.gpu_name), &fleet.gpus, GPUS)
                .by("rate", given, unit);
            out.lines.push(line.monthly());
        }
    }
    for (label, given) in [
        ("network and egress", &own.network_usd_per_month),
        ("platform and observability", &own.platform_usd_per_month),
    ] {
        if given.value > 0.0 {
            let line =
                Line::begin(label, Category::Platform, "5.3").by("rate", given, USD_PER_MONTH);
            out.lines.push(line.monthly());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::recovery_factor;

    #[test]
    fn straight_line_writes_off_what_is_not_left() {
        // 4 years, 10 % left: 0.9/48.
        assert!((recovery_factor(4.0, 0.1, 0.0) - 0.9 / 48.0).abs() < 1e-15);
    }

    #[test]
    fn the_recovery_factor_pays_back_capital_and_interest() {
        // One year at 12 %: the present value of twelve payments and the residual is the capex.
        let factor = recovery_factor(1.0, 0.2, 0.12);
        let monthly = 1.12f64.powf(1.0 / 12.0);
        let value: f64 = (1..=12)
            .map(|n| factor.get() / monthly.powi(n))
            .sum::<f64>()
            + 0.2 / 1.12;
        assert!((value - 1.0).abs() < 1e-12);
    }
}
