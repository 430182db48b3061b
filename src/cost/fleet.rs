//! How many replicas and GPUs a load takes (`docs/model.md` section 5.1): whole units for the busiest
//! hour, batch work in the trough, fleets that follow the day.

use std::sync::Arc;

use super::Month;
use super::load::Load;
use super::mix::batch_share;
use super::sizing::Rate;
use crate::curve::{Cause, Curve};
use crate::real::{Function, Real, answer};
use crate::scenario::{Given, Origin, SelfHost};

/// Replicas and GPUs over the volume.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Replicas, spares included, in the busiest hour.
    pub replicas: Curve,
    /// Replicas without the spares.
    pub serving: Curve,
    /// GPUs owned or rented in the busiest hour.
    pub gpus: Curve,
    /// GPUs paid on the mean hour of the day (fewer with autoscaling).
    pub paid_gpus: Curve,
    /// Of these, what flexible rents are charged for: all, or with autoscaling what the hours take
    /// beyond the GPUs that are bought or reserved.
    pub flexible_gpus: Curve,
    /// Highest volume that fixed replicas serve [requests/day].
    pub max_volume: Option<Real>,
}

/// Hours in which the machines run and are paid.
pub fn hours<'a>(own: &'a SelfHost, month: &Month<'a>) -> &'a Given {
    own.hours_per_month
        .as_ref()
        .unwrap_or(&month.scenario.hours_per_month)
}

/// Billed requests a second of the hours of use, per request a day.
pub fn per_second(own: &SelfHost, month: &Month<'_>) -> Real {
    let billed = 1.0 + month.scenario.workload.retry_share.value;
    month.scenario.days_per_month.value * billed / (hours(own, month).value * 3600.0)
}

/// How many replicas the load takes: the busiest hour of real-time traffic, or the mean of all traffic
/// with batch work in the trough, whichever is more.
pub fn fleet(own: &SelfHost, rate: &Rate, load: &Load, month: &Month<'_>) -> Fleet {
    let batch = batch_share(&month.scenario.workload);
    let real = (1.0 - batch) * month.scenario.workload.peak_inside_hour.value;
    let planned = rate.requests_per_second * own.target_utilization.value;
    let per_replica = per_second(own, month) / planned;
    if let Some(replicas) = fixed_replicas(own, rate) {
        return fixed(own, replicas, rate, load, real, month);
    }
    let need = load.peak.times(real).max(&load.mean).times(per_replica);
    let replicas = replicas(own, &need);
    let gpus = nodes(own, &replicas.times(rate.gpus));
    let committed = gpus.times(committed_share(own));
    let flexible_gpus = if own.autoscale {
        let hours = levelled(load, batch, real);
        follow_the_day(own, rate, load, &hours, per_replica, &committed)
    } else {
        gpus.minus(&committed)
    };
    let paid_gpus = committed.plus(&flexible_gpus);
    Fleet {
        serving: replicas.minus(&Curve::constant(own.spare_replicas.value)),
        replicas,
        gpus,
        paid_gpus,
        flexible_gpus,
        max_volume: None,
    }
}

/// Share of the GPUs that is paid whatever the hour: bought or reserved.
pub fn committed_share(own: &SelfHost) -> Real {
    let reserved = own
        .rents
        .iter()
        .filter(|rent| rent.tier.starts_with("reserved"));
    let bought = own
        .purchase
        .as_ref()
        .map_or(Real::ZERO, |part| part.share.value);
    bought + reserved.map(|rent| rent.share.value).sum::<Real>()
}

fn fixed_replicas(own: &SelfHost, rate: &Rate) -> Option<Real> {
    let of_gpus = || {
        own.gpus
            .as_ref()
            .map(|gpus| (gpus.value / rate.gpus).max(0.0))
    };
    own.replicas
        .as_ref()
        .map(|replicas| replicas.value)
        .or_else(of_gpus)
}

fn fixed(
    own: &SelfHost,
    replicas: Real,
    rate: &Rate,
    load: &Load,
    real: Real,
    month: &Month<'_>,
) -> Fleet {
    let spares = own.spare_replicas.value;
    let gpus = match &own.gpus {
        Some(gpus) => Curve::constant(gpus.value),
        None => nodes(own, &Curve::constant((replicas + spares) * rate.gpus)),
    };
    // Planned load is a rule for sizing; what fixed hardware can serve is its full rate.
    let need = load.peak.times(real).max(&load.mean);
    let carried = replicas * rate.requests_per_second / per_second(own, month);
    let max_volume = highest_volume(&need, carried);
    Fleet {
        replicas: Curve::constant(replicas + spares),
        serving: Curve::constant(replicas),
        paid_gpus: gpus.clone(),
        flexible_gpus: gpus.times(1.0 - committed_share(own)),
        gpus,
        max_volume,
    }
}

/// The highest volume at which the need, which never falls, is carried; none where it always is.
fn highest_volume(need: &Curve, carried: Real) -> Option<Real> {
    if let Some(slope) = need.as_proportional() {
        return Some(carried / slope.max(f64::MIN_POSITIVE));
    }
    let (shape, mut given) = (need.clone(), need.numbers());
    given.push(carried);
    let solve: Function = Arc::new(move |given, out| {
        let (carried, numbers) = (given[given.len() - 1], &given[..given.len() - 1]);
        let need = shape.with(&mut numbers.iter().copied());
        out[0] = carried_up_to(&need, carried);
    });
    let name = || format!("highest volume of {need:?}");
    let most = answer(name, &given, 1, solve)[0];
    (most < f64::INFINITY).then_some(most)
}

/// The volume up to which a need is carried; infinite where it always is.
fn carried_up_to(need: &Curve, carried: f64) -> f64 {
    const MOST: f64 = 1e15;
    if need.at(MOST) <= carried {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, MOST);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if need.at(middle) <= carried {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

fn replicas(own: &SelfHost, need: &Curve) -> Curve {
    let stated = own.min_replicas.from != Origin::Default;
    let spares = Curve::constant(own.spare_replicas.value);
    if !own.whole_units {
        let least = if stated {
            own.min_replicas.value
        } else {
            Real::ZERO
        };
        return need.max(&Curve::constant(least)).plus(&spares);
    }
    let least = Curve::constant(own.min_replicas.value);
    need.rounded_up(Cause::Replica).max(&least).plus(&spares)
}

fn nodes(own: &SelfHost, gpus: &Curve) -> Curve {
    let node = own.gpus_per_node.value;
    if node <= 1.0 || !own.whole_units {
        return gpus.clone();
    }
    gpus.times(1.0 / node).rounded_up(Cause::Node).times(node)
}

/// GPUs beyond the committed ones that are paid on the mean hour when replicas follow the day, with the
/// scale-up delay paid at each rise.
fn follow_the_day(
    own: &SelfHost,
    rate: &Rate,
    load: &Load,
    levelled: &[Curve],
    per_replica: Real,
    committed: &Curve,
) -> Curve {
    let beyond = |gpus: &Curve| {
        if committed.is_nothing() {
            gpus.clone()
        } else {
            gpus.minus(committed).max(&Curve::constant(0.0))
        }
    };
    let hours: Vec<Curve> = levelled
        .iter()
        .map(|hour| replicas(own, &hour.times(per_replica)).times(rate.gpus))
        .map(|gpus| beyond(&nodes(own, &gpus)))
        .collect();
    let delay = own.scale_up_minutes.value / 60.0;
    let mut paid = Curve::default();
    for (at, hour) in hours.iter().enumerate() {
        let before = (at + 23) % 24;
        paid.add(hour, 1.0 / 24.0);
        // Replicas rise and fall with the load, so a rise in load is never a fall in replicas.
        if load.weights[at] > load.weights[before] {
            paid.add(hour, delay / 24.0);
            paid.add(&hours[before], -delay / 24.0);
        }
    }
    paid
}

/// What the hours have to be sized for: their real-time traffic (`real` holds its share and the peak
/// inside an hour), with batch work poured into the trough up to one level.
fn levelled(load: &Load, batch: Real, real: Real) -> Vec<Curve> {
    let sized = |hour: &Curve| hour.times(real);
    if batch == 0.0 {
        return load.hours.iter().map(sized).collect();
    }
    let mean: Vec<Curve> = load.hours.iter().map(|it| it.times(1.0 - batch)).collect();
    let level = level(load, &mean);
    load.hours.iter().map(|it| sized(it).max(&level)).collect()
}

/// The level L at which the hours, filled up to it, hold all traffic. Whatever hours stand out, L is at
/// most what they leave to the others, spread evenly; the busiest of each number give the least bound.
fn level(load: &Load, real: &[Curve]) -> Curve {
    let mut busiest: Vec<usize> = (0..real.len()).collect();
    busiest.sort_by(|a, b| load.weights[*b].total_cmp(&load.weights[*a]));
    let mut left = load.mean.times(24.0);
    let mut level = load.mean.clone();
    for (out, pair) in busiest.windows(2).enumerate() {
        left.add(&real[pair[0]], -1.0);
        // Hours alike stand out together.
        if load.weights[pair[0]] > load.weights[pair[1]] {
            level = level.min(&left.times(1.0 / (23 - out) as f64));
        }
    }
    level
}
