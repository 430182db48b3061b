//! `[budget]`: limits, each for an option or a feature that exists.

use super::super::file::{BudgetFile, LimitFile, Limits, TenantFile};
use super::super::{At, Budget, Feature, Level, Limit, Measure, OptionSpec, Rule, Whose};
use super::context::Context;
use super::options;
use crate::diagnostic::{Place, Problem};
use crate::table::{Num, Text};

/// The limits of `[budget]` and `[budget.warn]`.
pub fn budget(
    file: &BudgetFile,
    specs: &[OptionSpec],
    features: &[Feature],
    cx: &mut Context<'_>,
) -> Budget {
    if let Some(name) = &file.chosen {
        check_option(name, specs, cx);
    }
    let mut limits = Vec::new();
    level(
        Level::Deny,
        &file.limits(),
        (specs, features),
        cx,
        &mut limits,
    );
    if let Some(warn) = &file.warn {
        level(
            Level::Warn,
            &warn.0.limits(),
            (specs, features),
            cx,
            &mut limits,
        );
    }
    Budget {
        chosen: file.chosen.as_ref().map(|name| name.value.clone()),
        at: file.at.as_ref().map(|word| match word.value.as_str() {
            "p90" => At::P90,
            _ => At::Median,
        }),
        ignore_below_usd: file.ignore_below_usd.as_ref().map(|num| num.input.median()),
        limits,
    }
}

fn check_option(name: &Text, specs: &[OptionSpec], cx: &mut Context<'_>) -> bool {
    let known = specs.iter().any(|spec| spec.name == name.value);
    if !known {
        cx.problem(options::no_option(name, specs));
    }
    known
}

/// The limits of one level.
fn level(
    level: Level,
    file: &Limits<'_>,
    (specs, features): (&[OptionSpec], &[Feature]),
    cx: &mut Context<'_>,
    out: &mut Vec<Limit>,
) {
    for (rule, num) in Rule::OF_CHOSEN.iter().zip(file.chosen) {
        out.extend(num.map(|num| limit(rule.clone(), level, num)));
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for row in file.options {
        if let Some(name) = unique(row.name.as_ref(), "option", &mut seen, cx)
            && check_option(name, specs, cx)
        {
            let whose = Whose::Option(name.value.clone());
            rows(level, &whose, &of_limit(row), row.place, cx, out);
        }
    }
    for row in file.features {
        if let Some(name) = unique(row.name.as_ref(), "feature", &mut seen, cx)
            && check_feature(name, features, cx)
        {
            let whose = Whose::Feature(name.value.clone());
            rows(level, &whose, &of_limit(row), row.place, cx, out);
        }
    }
    for row in file.tenants {
        if let Some(name) = unique(row.name.as_ref(), "tenant", &mut seen, cx) {
            let whose = Whose::Tenant {
                name: name.value.clone(),
                share: row.share.as_ref().map(|num| num.input.median()),
            };
            rows(level, &whose, &of_tenant(row), row.place, cx, out);
        }
    }
}

fn limit(rule: Rule, level: Level, num: &Num) -> Limit {
    Limit {
        rule,
        level,
        value: num.input.median(),
        place: num.place,
    }
}

type Measured<'a> = [Option<&'a Num>; 3];

fn of_limit(row: &LimitFile) -> Measured<'_> {
    [&row.monthly_usd, &row.yearly_usd, &row.usd_per_request].map(Option::as_ref)
}

fn of_tenant(row: &TenantFile) -> Measured<'_> {
    [&row.monthly_usd, &row.yearly_usd, &row.usd_per_request].map(Option::as_ref)
}

/// The limits of one row, of which it must have one.
fn rows(
    level: Level,
    whose: &Whose,
    nums: &Measured<'_>,
    place: Place,
    cx: &mut Context<'_>,
    out: &mut Vec<Limit>,
) {
    if nums.iter().all(Option::is_none) {
        cx.problem(
            Problem::new(place, "this row limits nothing")
                .unless_another()
                .expected("monthly_usd, yearly_usd or usd_per_request"),
        );
    }
    for (measure, num) in Measure::ALL.into_iter().zip(nums) {
        out.extend(num.map(|num| limit(Rule::Cost(whose.clone(), measure), level, num)));
    }
}

/// The name of a row that no other row of its kind has.
fn unique<'a>(
    name: Option<&'a Text>,
    kind: &'static str,
    seen: &mut Vec<(&'a str, &'a str)>,
    cx: &mut Context<'_>,
) -> Option<&'a Text> {
    let name = name?;
    if seen.contains(&(kind, &name.value)) {
        let message = format!("the limits of {kind} `{}` stand twice", name.value);
        cx.problem(Problem::new(name.place, message).expected("one row with all of them"));
        return None;
    }
    seen.push((kind, &name.value));
    Some(name)
}

fn check_feature(name: &Text, features: &[Feature], cx: &mut Context<'_>) -> bool {
    let known: Vec<&str> = features
        .iter()
        .filter_map(|part| part.name.as_deref())
        .collect();
    let found = known.contains(&name.value.as_str());
    if !found {
        let message = format!("no feature is named `{}`", name.value);
        let problem = Problem::new(name.place, message).suggest(&name.value, known.iter().copied());
        cx.problem(problem.expected("the name of a [[workload.feature]]"));
    }
    found
}
