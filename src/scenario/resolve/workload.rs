//! The demand: volume, mix, shape of the day, parts of the traffic.

use super::super::file::{FeatureFile, ScenarioFile, WorkloadFile};
use super::super::size::MAX_P95_RATIO;
use super::super::{
    DayShape, Feature, Given, Growth, OptionSpec, Origin, Size, Supply, Volume, Workload,
};
use super::context::Context;
use super::{check_sum, options};
use crate::diagnostic::{Place, Problem};
use crate::real::Real;
use crate::table::{Num, SizeNum};

/// Resolves `[workload]`.
pub fn resolve(
    file: &ScenarioFile,
    specs: &[OptionSpec],
    days: &Given,
    cx: &mut Context<'_>,
) -> Workload {
    let empty = WorkloadFile::default();
    let workload = file.workload.as_ref().map_or(&empty, |nested| &nested.0);
    let features = features(workload, cx);
    let retry_share = cx.or(workload.retry_share.as_ref(), 0.0);
    let volume = volume(workload, specs, &features, days, retry_share.value, cx);
    Workload {
        volume,
        growth: growth(workload, cx),
        shape: shape(workload, cx),
        peak_inside_hour: cx.or(workload.peak_inside_hour.as_ref(), 1.0),
        retry_share,
        long_cache: workload
            .cache_ttl
            .as_ref()
            .is_some_and(|ttl| ttl.value == "1h"),
        features,
    }
}

fn volume(
    file: &WorkloadFile,
    specs: &[OptionSpec],
    features: &[Feature],
    days: &Given,
    retries: Real,
    cx: &mut Context<'_>,
) -> Volume {
    check_volume(file, cx);
    if let Some(name) = &file.at_capacity_of {
        return at_capacity_of(name, specs, cx);
    }
    if let Some(mtok) = cx.maybe(file.mtok_per_month.as_ref()) {
        let tokens: Real = features.iter().map(|f| f.share.value * tokens_of(f)).sum();
        let requests = mtok.value * 1e6 / (tokens * days.value * (1.0 + retries));
        let value = if requests.get().is_finite() {
            requests
        } else {
            Real::ZERO
        };
        return Volume::PerDay(Given {
            value,
            from: mtok.from,
        });
    }
    let first = file
        .requests_per_day_by_month
        .as_ref()
        .and_then(|list| list.first());
    Volume::PerDay(cx.or(file.requests_per_day.as_ref().or(first), 0.0))
}

fn check_volume(file: &WorkloadFile, cx: &mut Context<'_>) {
    let keys = [
        ("requests_per_day", file.requests_per_day.is_some()),
        ("mtok_per_month", file.mtok_per_month.is_some()),
        ("at_capacity_of", file.at_capacity_of.is_some()),
        (
            "requests_per_day_by_month",
            file.requests_per_day_by_month.is_some(),
        ),
    ];
    let given: Vec<&str> = keys
        .iter()
        .filter(|(_, is)| *is)
        .map(|(key, _)| *key)
        .collect();
    if given.len() == 1 || file.place == Place::default() {
        return;
    }
    let problem = Problem::new(file.place, "the workload needs its volume once")
        .expected(format!("one of {}", keys.map(|(key, _)| key).join(", ")));
    cx.problem(match given[..] {
        [] => problem.found("none of the keys").unless_another(),
        _ => problem.found(given.join(", ")),
    });
}

fn tokens_of(feature: &Feature) -> Real {
    feature.input.mean.value + feature.output.mean.value + feature.reasoning.value
}

fn at_capacity_of(name: &crate::table::Text, specs: &[OptionSpec], cx: &mut Context<'_>) -> Volume {
    let Some(at) = specs.iter().position(|spec| spec.name == name.value) else {
        cx.problem(options::no_option(name, specs));
        return Volume::PerDay(Given::default(0.0));
    };
    let fixed = match &specs[at].supply {
        Supply::SelfHost(own) => own.replicas.is_some() || own.gpus.is_some(),
        _ => false,
    };
    if !fixed {
        cx.problem(
            Problem::new(name.place, "the capacity of this option is not fixed")
                .found(format!("\"{}\"", name.value))
                .expected("a [[self_host]] option with `replicas` or `gpus`"),
        );
        return Volume::PerDay(Given::default(0.0));
    }
    Volume::AtCapacityOf(at)
}

fn growth(file: &WorkloadFile, cx: &mut Context<'_>) -> Growth {
    let list = file
        .requests_per_day_by_month
        .as_deref()
        .unwrap_or_default();
    if let (Some(num), false) = (&file.growth_per_month, list.is_empty()) {
        cx.problem(
            Problem::new(num.place, "a growth rate beside a list of volumes")
                .expected("growth_per_month or requests_per_day_by_month"),
        );
    }
    Growth {
        per_month: cx.or(file.growth_per_month.as_ref(), 0.0),
        cap: cx.maybe(file.growth_cap_requests_per_day.as_ref()),
        list: list.iter().map(|num| cx.given(num).value).collect(),
    }
}

fn shape(file: &WorkloadFile, cx: &mut Context<'_>) -> DayShape {
    let Some(list) = &file.day_shape else {
        // Demand that is equal to a capacity fills every hour of it.
        let default = if file.at_capacity_of.is_some() {
            1.0
        } else {
            2.0
        };
        return DayShape::with_peak(cx.or(file.peak_to_mean.as_ref(), default));
    };
    if let Some(peak) = &file.peak_to_mean {
        cx.problem(
            Problem::new(peak.place, "peak_to_mean beside day_shape")
                .expected("one of the two: the peak follows from the hours"),
        );
    }
    let place = list.first().map_or(file.place, |num| num.place);
    let values: Vec<Real> = list.iter().map(|num| cx.given(num).value).collect();
    DayShape::of(&values, Origin::Scenario(place)).unwrap_or_else(|| {
        cx.problem(
            Problem::new(place, "not the hours of a day")
                .found(format!(
                    "{} weights with the sum {}",
                    values.len(),
                    values.iter().sum::<Real>()
                ))
                .expected("24 weights, one per hour, not all 0"),
        );
        DayShape::with_peak(Given::default(2.0))
    })
}

/// The parts of the traffic; a workload without parts is one part without a name.
fn features(file: &WorkloadFile, cx: &mut Context<'_>) -> Vec<Feature> {
    let parts = file.feature.as_ref().map_or(&[][..], |many| &many.0);
    if parts.is_empty() {
        return vec![feature(
            file,
            &FeatureFile {
                place: file.place,
                ..FeatureFile::default()
            },
            cx,
        )];
    }
    let mut features: Vec<Feature> = parts.iter().map(|part| feature(file, part, cx)).collect();
    for (at, part) in parts.iter().enumerate() {
        let Some(name) = &part.name else { continue };
        let earlier = parts[..at].iter().filter_map(|other| other.name.as_ref());
        if earlier.into_iter().any(|other| other.value == name.value) {
            let message = format!("two features named `{}`", name.value);
            cx.problem(Problem::new(name.place, message).expected("unique names"));
        }
    }
    if parts.iter().all(|part| part.share.is_some()) {
        fill_up(&mut features, file, parts, cx);
    }
    features
}

/// Traffic that no part names keeps the workload's own mix; parts cannot be more than all of it.
fn fill_up(
    features: &mut Vec<Feature>,
    file: &WorkloadFile,
    parts: &[FeatureFile],
    cx: &mut Context<'_>,
) {
    let sum: Real = features.iter().map(|feature| feature.share.value).sum();
    if sum > 1.0 + 1e-9 {
        let shares: Vec<Given> = features
            .iter()
            .map(|feature| feature.share.clone())
            .collect();
        let place = parts[0]
            .share
            .as_ref()
            .map_or(parts[0].place, |num| num.place);
        check_sum(&shares, place, "the features", cx);
    } else if sum < 1.0 - 1e-9 {
        let mut rest = feature(
            file,
            &FeatureFile {
                place: file.place,
                ..FeatureFile::default()
            },
            cx,
        );
        rest.name = Some("the rest".to_owned());
        rest.share = Given::computed(1.0 - sum);
        features.push(rest);
    }
}

fn feature(workload: &WorkloadFile, part: &FeatureFile, cx: &mut Context<'_>) -> Feature {
    macro_rules! own_or_shared {
        ($field:ident) => {
            part.$field.as_ref().or(workload.$field.as_ref())
        };
    }
    let input = own_or_shared!(input_tokens);
    let output = own_or_shared!(output_tokens);
    if workload.place != Place::default() {
        check_sizes(
            part,
            [(input, "input_tokens"), (output, "output_tokens")],
            cx,
        );
    }
    let feature = Feature {
        name: part.name.as_ref().map(|name| name.value.clone()),
        share: cx.or(part.share.as_ref(), 1.0),
        input: size(input, cx),
        output: size(output, cx),
        reasoning: cx.or(own_or_shared!(reasoning_tokens), 0.0),
        cached: cx.or(own_or_shared!(cached_input_share), 0.0),
        written: cx.or(own_or_shared!(cache_write_share), 0.0),
        batch: cx.or(own_or_shared!(batch_share), 0.0),
    };
    check_cache(&feature, own_or_shared!(cached_input_share), cx);
    if let (Some(input), Some(_), true) = (input, output, tokens_of(&feature) <= 0.0) {
        cx.problem(
            Problem::new(input.mean.place, "requests without any tokens")
                .unless_another()
                .expected("input_tokens or output_tokens above 0"),
        );
    }
    feature
}

/// Both sizes are needed, of the part or of the workload.
fn check_sizes(part: &FeatureFile, sizes: [(Option<&SizeNum>, &str); 2], cx: &mut Context<'_>) {
    for key in sizes
        .iter()
        .filter(|(found, _)| found.is_none())
        .map(|(_, key)| key)
    {
        let place = Place {
            end: part.place.start,
            ..part.place
        };
        cx.problem(
            Problem::new(place, format!("`{key}` is missing"))
                .unless_another()
                .expected(format!(
                    "{key} = ...  # tokens per request, here or in [workload]"
                )),
        );
    }
}

fn check_cache(feature: &Feature, place: Option<&Num>, cx: &mut Context<'_>) {
    let (read, written) = (feature.cached.value, feature.written.value);
    let drawn = !cx.drawn.is_empty();
    if let (Some(num), false, true) = (place, drawn, read + written > 1.0 + 1e-9) {
        cx.problem(more_than_the_prompt(num.place, read.get(), written.get()));
    }
}

/// The problem of a prompt of which more than all is cached.
pub fn more_than_the_prompt(place: Place, read: f64, written: f64) -> Problem {
    let message = "more than the whole prompt is read from and written to caches";
    Problem::new(place, message)
        .found(format!(
            "{read} + {written} = {}",
            crate::table::rounded(read + written)
        ))
        .expected("cached_input_share + cache_write_share at most 1")
}

/// The greatest p95 over mean of a lognormal distribution, but for rounding.
const MOST_UNEVEN: f64 = 0.999_9 * MAX_P95_RATIO;

fn size(num: Option<&SizeNum>, cx: &mut Context<'_>) -> Size {
    let Some(num) = num else {
        return Size {
            mean: Given::default(0.0),
            sigma: Real::ZERO,
        };
    };
    let mean = cx.given(&num.mean);
    let sigma = match (&num.p95, &num.cv) {
        (Some(p95), _) => {
            let mut ratio = cx.given(p95).value / mean.value;
            if !cx.drawn.is_empty() {
                // A mean or p95 from the tail of its range is as uneven as a lognormal distribution can be.
                ratio = ratio.clamp(1.0, MOST_UNEVEN);
            }
            Size::sigma_of_p95(ratio).unwrap_or_else(|| {
                cx.problem(
                    Problem::new(p95.place, "no lognormal distribution has this mean and p95")
                        .found(format!("p95 is {ratio:.2} times the mean"))
                        .expected(format!("1 to {MAX_P95_RATIO:.2} times")),
                );
                Real::ZERO
            })
        }
        (None, Some(cv)) => Size::sigma_of_cv(cx.given(cv).value),
        (None, None) => Real::ZERO,
    };
    Size { mean, sigma }
}
