//! Plans over time, goals and sensitivities that are asked for wrongly.

use super::{folder, refused};

#[test]
fn an_unknown_base_is_refused_with_the_near_name() {
    let folder = folder("base");
    refused(
        &folder,
        &["compare", "one.toml", "--over-time", "--base", "lunar"],
        &[
            "error: --base: no option is named `lunar`",
            "hint: did you mean `luna`?",
        ],
    );
    refused(
        &folder,
        &["compare", "one.toml", "--over-time", "--base", "xyz"],
        &["hint: known: luna"],
    );
}

#[test]
fn a_base_without_a_plan_over_time_is_refused() {
    refused(
        &folder("base_alone"),
        &["compare", "one.toml", "--base", "luna"],
        &["--over-time"],
    );
}

#[test]
fn a_plan_of_no_months_is_refused() {
    refused(
        &folder("no_months"),
        &[
            "compare",
            "one.toml",
            "--over-time",
            "--set",
            "horizon_months=0",
        ],
        &["`horizon_months` is not a whole number in range"],
    );
}

#[test]
fn a_goal_over_a_path_that_is_none_is_refused_where_it_goes_wrong() {
    let folder = folder("goal_path");
    let goal = ["solve", "one.toml", "--target", "luna <= 5", "--by"];
    let by = |path: &'static str| [&goal[..], &[path]].concat();
    refused(
        &folder,
        &by("api.luna.discont"),
        &["--by:1:1: error: unknown field `discont`", "`discount`?"],
    );
    refused(
        &folder,
        &by("api.lunar.discount"),
        &["nothing named `lunar`", "did you mean `luna`?"],
    );
}

#[test]
fn a_goal_without_values_to_search_asks_for_them() {
    let folder = folder("goal_range");
    let goal = |more: &[&'static str]| {
        let begin = ["solve", "one.toml", "--target", "luna <= 5", "--by"];
        [&begin[..], more].concat()
    };
    refused(
        &folder,
        &goal(&["api.luna.build_usd"]),
        &[
            "`api.luna.build_usd` has no value in the file to search around",
            "hint: say --from and --to",
        ],
    );
    refused(
        &folder,
        &goal(&["api.luna.build_usd", "--from", "9", "--to", "1"]),
        &["the range 9 to 1 is empty"],
    );
    refused(
        &folder,
        &goal(&["api.luna.build_usd", "--from", "nine"]),
        &["--from: `nine` is not a number"],
    );
}

#[test]
fn a_goal_has_no_use_for_a_choice_of_options() {
    let goal = [
        "solve",
        "one.toml",
        "--target",
        "luna <= 5",
        "--by",
        "api.luna.discount",
        "--option",
        "luna",
    ];
    refused(&folder("goal_option"), &goal, &["has no use for --option"]);
}

#[test]
fn a_sensitivity_of_no_rows_no_distance_or_few_cases_is_refused() {
    let folder = folder("sensitivity");
    for (flag, value, words) in [
        ("--top", "0", "--top: at least 1 is needed"),
        ("--within", "1", "--within: `1` is no factor"),
        ("--within", "far", "such as 10"),
        ("--samples", "0", "--samples: `0` is no number of samples"),
        ("--samples", "1e9", "a whole number from 256 to 10000000"),
        ("--samples", "300.5", "--samples: `300.5`"),
    ] {
        refused(&folder, &["sensitivity", "one.toml", flag, value], &[words]);
    }
    refused(
        &folder,
        &["sensitivity", "one.toml", "--option", "luna"],
        &["has no use for --option"],
    );
}

#[test]
fn a_range_that_the_scenario_cannot_take_names_its_values() {
    let folder = folder("sensitivity_range");
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/article-1m.toml");
    let limit = "self_host.\"own, people counted\".max_tpot_ms={ dist = \"uniform\", min = 0.01, max = 60 }";
    let words = [
        "the scenario cannot be priced where self_host.\"own, people counted\".max_tpot_ms = ",
        "cannot serve this workload: time per output token is",
    ];
    for command in ["sensitivity", "simulate"] {
        refused(
            &folder,
            &[command, scenario, "--set", limit, "--samples", "256"],
            &words,
        );
    }
}
