//! The options of a file in its order, their names, and the references between them.

use super::super::file::{FineTuneFile, HybridFile, ScenarioFile};
use super::super::{Given, Hybrid, OptionSpec, Serving, Supply};
use super::context::Context;
use super::{api, check_sum, common, fine_tune, self_host};
use crate::date::Date;
use crate::diagnostic::{Place, Problem};
use crate::table::{Many, Text};

/// Resolves every option; `day` is the day of the first month's prices.
pub fn resolve(
    file: &ScenarioFile,
    day: Date,
    horizon_months: u32,
    cx: &mut Context<'_>,
) -> Vec<OptionSpec> {
    let mut specs = Vec::new();
    let shared = common::Shared::of(file, cx);
    for option in list(file.api.as_ref()) {
        let supply = api::api(option, day, horizon_months, cx);
        specs.push(spec(
            option.name.as_ref(),
            option.place,
            supply,
            option.common(),
            &shared,
            cx,
        ));
    }
    for tune in list(file.fine_tune.as_ref()) {
        let supply = fine_tune::fine_tune(tune, day, horizon_months, cx);
        specs.push(spec(
            tune.name.as_ref(),
            tune.place,
            supply,
            tune.common(),
            &shared,
            cx,
        ));
    }
    for own in list(file.self_host.as_ref()) {
        let supply = self_host::self_host(own, cx);
        specs.push(spec(
            own.name.as_ref(),
            own.place,
            supply,
            own.common(),
            &shared,
            cx,
        ));
    }
    for mix in list(file.hybrid.as_ref()) {
        // The parts are looked up below, when every option is known.
        let supply = Supply::Hybrid(Hybrid::Shares(Vec::new()));
        specs.push(spec(
            mix.name.as_ref(),
            mix.place,
            supply,
            mix.common(),
            &shared,
            cx,
        ));
    }
    specs.sort_by_key(|spec| spec.place);
    check_names(&specs, file, cx);
    link(file, &mut specs, cx);
    specs
}

fn list<T>(many: Option<&Many<T>>) -> &[T] {
    many.map_or(&[], |many| &many.0)
}

fn spec(
    name: Option<&Text>,
    place: Place,
    supply: Supply,
    file: super::super::file::Common<'_>,
    shared: &common::Shared,
    cx: &mut Context<'_>,
) -> OptionSpec {
    OptionSpec {
        name: name.map_or_else(String::new, |name| name.value.clone()),
        place,
        supply,
        common: common::common(file, shared, cx),
    }
}

fn names(file: &ScenarioFile) -> Vec<&Text> {
    let mut names: Vec<&Text> = Vec::new();
    names.extend(
        list(file.api.as_ref())
            .iter()
            .filter_map(|option| option.name.as_ref()),
    );
    names.extend(
        list(file.fine_tune.as_ref())
            .iter()
            .filter_map(|option| option.name.as_ref()),
    );
    names.extend(
        list(file.self_host.as_ref())
            .iter()
            .filter_map(|option| option.name.as_ref()),
    );
    names.extend(
        list(file.hybrid.as_ref())
            .iter()
            .filter_map(|option| option.name.as_ref()),
    );
    names.sort_by_key(|name| name.place);
    names
}

fn check_names(specs: &[OptionSpec], file: &ScenarioFile, cx: &mut Context<'_>) {
    let names = names(file);
    for (at, name) in names.iter().enumerate() {
        if names[..at].iter().any(|other| other.value == name.value) {
            let message = format!("two options are named `{}`", name.value);
            cx.problem(Problem::new(name.place, message).expected("unique names"));
        }
    }
    // A table of options that could not be read is told already.
    let misread = |key: &str, read: bool| !read && cx.paths().has(key);
    let told = || {
        misread("api", file.api.is_some())
            || misread("fine_tune", file.fine_tune.is_some())
            || misread("self_host", file.self_host.is_some())
            || misread("hybrid", file.hybrid.is_some())
    };
    if specs.is_empty() && !told() {
        cx.problem(
            Problem::new(
                Place {
                    end: file.place.start,
                    ..file.place
                },
                "a scenario without options",
            )
            .expected("at least one [[api]], [[fine_tune]], [[self_host]] or [[hybrid]]")
            .hint("`llmcost init` writes a scenario that runs as it is"),
        );
    }
}

/// The problem of a name that no option has.
pub fn no_option(name: &Text, specs: &[OptionSpec]) -> Problem {
    Problem::new(name.place, format!("no option is named `{}`", name.value))
        .suggest(&name.value, specs.iter().map(|spec| spec.name.as_str()))
}

fn link(file: &ScenarioFile, specs: &mut [OptionSpec], cx: &mut Context<'_>) {
    for tune in list(file.fine_tune.as_ref()) {
        if let Some(at) = served_by(tune, specs, cx)
            && let Some(Supply::FineTune(supply)) = supply_at(specs, tune.place)
        {
            supply.serving = Serving::Own(at);
        }
    }
    for mix in list(file.hybrid.as_ref()) {
        if let Some(hybrid) = hybrid(mix, specs, cx)
            && let Some(Supply::Hybrid(supply)) = supply_at(specs, mix.place)
        {
            *supply = hybrid;
        }
    }
}

fn supply_at(specs: &mut [OptionSpec], place: Place) -> Option<&mut Supply> {
    specs
        .iter_mut()
        .find(|spec| spec.place == place)
        .map(|spec| &mut spec.supply)
}

fn served_by(tune: &FineTuneFile, specs: &[OptionSpec], cx: &mut Context<'_>) -> Option<usize> {
    let name = tune.served_by.as_ref()?;
    let at = specs.iter().position(|spec| spec.name == name.value);
    match at.map(|at| &specs[at].supply) {
        Some(Supply::SelfHost(_)) => at,
        Some(_) => {
            cx.problem(
                Problem::new(name.place, "a tuned model is served by own GPUs")
                    .found(format!(
                        "\"{}\", which is no self-hosted option",
                        name.value
                    ))
                    .expected("the name of a [[self_host]] option"),
            );
            None
        }
        None => {
            cx.problem(no_option(name, specs));
            None
        }
    }
}

/// A part of a hybrid: any option but another hybrid.
fn part(name: &Text, specs: &[OptionSpec], cx: &mut Context<'_>) -> Option<usize> {
    let Some(at) = specs.iter().position(|spec| spec.name == name.value) else {
        cx.problem(no_option(name, specs));
        return None;
    };
    if matches!(specs[at].supply, Supply::Hybrid(_)) {
        cx.problem(
            Problem::new(name.place, "a hybrid made of a hybrid")
                .found(format!("\"{}\"", name.value))
                .expected("the name of an [[api]], [[fine_tune]] or [[self_host]] option"),
        );
        return None;
    }
    Some(at)
}

fn hybrid(file: &HybridFile, specs: &[OptionSpec], cx: &mut Context<'_>) -> Option<Hybrid> {
    let parts = list(file.parts.as_ref());
    match (
        parts.is_empty(),
        &file.base,
        &file.overflow,
        &file.base_requests_per_day,
    ) {
        (false, None, None, None) => {
            let shares: Vec<Given> = parts
                .iter()
                .map(|part| cx.or(part.share.as_ref(), 0.0))
                .collect();
            if parts.iter().all(|part| part.share.is_some()) {
                let place = parts[0].share.as_ref().map_or(file.place, |num| num.place);
                check_sum(&shares, place, "the parts", cx);
            }
            let named = parts.iter().zip(shares).filter_map(|(file, share)| {
                let at = part(file.option.as_ref()?, specs, cx)?;
                Some((at, share))
            });
            Some(Hybrid::Shares(named.collect()))
        }
        (true, Some(base), Some(overflow), Some(rate)) => Some(Hybrid::Overflow {
            base: part(base, specs, cx)?,
            overflow: part(overflow, specs, cx)?,
            rate: cx.given(rate),
        }),
        _ => {
            let place = file.name.as_ref().map_or(file.place, |name| name.place);
            cx.problem(
                Problem::new(place, "a hybrid needs its parts in one of two ways").unless_another().expected(
                    "parts = [{ option, share }, ...], or base, overflow and base_requests_per_day",
                ),
            );
            None
        }
    }
}
