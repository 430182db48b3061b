//! Limits of flags: they hold beside those of the file, and a flag that is wrong is refused.

use serde_json::Value;

use super::{Repository, refused, stdout};

fn outcomes(result: &Value) -> Vec<(String, String)> {
    let checks = result["scenarios"][0]["checks"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    checks
        .iter()
        .map(|check| (text(&check["rule"]), text(&check["outcome"])))
        .collect()
}

#[test]
fn a_flag_and_a_file_do_not_loosen_each_other() {
    let repository = Repository::new("both");
    let base = ["plan.toml", "--baseline", "baseline.json"];
    let (_, code) = repository.json(&[&base[..], &["--max-monthly", "100"]].concat());
    assert_eq!(code, 1);
    repository.write(
        "plan.toml",
        &repository.read("plan.toml").replace("= 220", "= 100"),
    );
    let (_, code) = repository.json(&[&base[..], &["--max-monthly", "1_000_000"]].concat());
    assert_eq!(code, 1);
}

#[test]
fn every_limit_has_a_flag() {
    let repository = Repository::new("flags");
    let flags = [
        "--choose=large",
        "--max-monthly=400",
        "--max-yearly=4_000",
        "--max-per-request=0.001",
        "--max-option=small=100",
        "--max-feature=chat=1_000",
        "--within=10%",
        "--min-margin=5%",
        "--staff-share=0%..10%",
        "--max-catalog-age=5",
        "--max-increase=1_000",
        "--warn=max-monthly=300",
        "--warn=min-margin=1",
    ];
    let base = ["plan.toml", "--baseline", "baseline.json"];
    let (result, code) = repository.json(&[&base[..], &flags[..]].concat());
    assert_eq!(code, 1);
    let expected = [
        // Of the file: large costs 360 dollars, the baseline 180.
        ("monthly_usd", "fail"),
        ("max_increase_share", "fail"),
        ("monthly_usd", "warn"),
        ("monthly_usd", "pass"),
        ("yearly_usd", "fail"),
        ("usd_per_request", "pass"),
        ("max_over_cheapest_share", "fail"),
        ("min_margin_share", "fail"),
        ("min_staff_share", "pass"),
        ("max_staff_share", "pass"),
        ("max_catalog_age_days", "not-applicable"),
        ("max_increase_usd", "pass"),
        ("option.monthly_usd", "fail"),
        ("feature.monthly_usd", "pass"),
        ("monthly_usd", "warn"),
        ("min_margin_usd", "warn"),
    ];
    let found = outcomes(&result);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(rule, end)| (rule.as_str(), end.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_place_of_a_flags_limit_is_the_option_that_breaks_it() {
    let repository = Repository::new("flag_place");
    let (result, _) = repository.json(&[
        "plan.toml",
        "--max-monthly",
        "1",
        "--max-option",
        "large=1",
        "--baseline",
        "baseline.json",
    ]);
    let places: Vec<&str> = result["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["place"].as_str().unwrap())
        .collect();
    // [[api]] of small stands in line 14, that of large in line 19.
    assert_eq!(places, ["plan.toml:14:1", "plan.toml:19:1"]);
}

#[test]
fn flags_that_are_wrong_are_refused_with_what_is_right() {
    let repository = Repository::new("wrong_flags");
    let wrong = [
        ("--max-monthly=cheap", "--max-monthly: `cheap` is no amount"),
        (
            "--max-monthly=0",
            "--max-monthly: a limit of 0 lets nothing pass",
        ),
        ("--max-monthly=-5", "--max-monthly: `-5` is no amount"),
        ("--within=10", "--within: `10` is no percentage"),
        ("--within=x%", "--within: `x%` is no percentage"),
        ("--staff-share=60%", "--staff-share: `60%` is no band"),
        (
            "--staff-share=90%..60%",
            "--staff-share: the band 90%..60% is empty",
        ),
        ("--max-option=large", "--max-option: `large` names nobody"),
        (
            "--max-option=huge=5",
            "--max-option: no scenario has an option named `huge`",
        ),
        (
            "--max-feature=chta=5",
            "--max-feature: no scenario has a feature named `chta`",
        ),
        ("--warn=max-monthly", "--warn: `max-monthly` is no limit"),
        (
            "--warn=max-mothly=5",
            "--warn: no limit is named `max-mothly`",
        ),
        ("--report=junit", "--report: `junit` names no file"),
        ("--report=pdf=x.pdf", "--report: `pdf` is no kind of report"),
        (
            "--option=large",
            "--choose NAME says which option the plan is",
        ),
        ("--at=p95", "invalid value 'p95' for '--at <VALUE>'"),
    ];
    for (flag, words) in wrong {
        refused(&repository, &["check", "plan.toml", flag], &[words]);
    }
    repository.write("none.json", "{}");
    let words = ["none.json: not an attribution", "found: no schema"];
    refused(
        &repository,
        &["check", "plan.toml", "--usage", "none.json"],
        &words,
    );
    refused(
        &repository,
        &["check", "plan.toml", "--usage", "lost.json"],
        &["cannot read `lost.json`"],
    );
    let twice = ["check", "plan.toml", "--report=json=a", "--report=csv=a"];
    refused(&repository, &twice, &["--report: two reports go to `a`"]);
    refused(
        &repository,
        &["compare", "plan.toml", "--format", "junit"],
        &["formats of `llmcost check` alone"],
    );
}

#[test]
fn a_chosen_option_that_does_not_exist_is_not_green() {
    let repository = Repository::new("chosen");
    let (result, code) = repository.json(&["plan.toml", "--choose", "smal"]);
    assert_eq!(
        (result["verdict"].as_str(), code),
        (Some("nothing-compared"), 2)
    );
}

#[test]
fn a_scenario_may_come_from_standard_input() {
    let repository = Repository::new("stdin");
    let limit = ["--max-monthly", "100", "--baseline", "baseline.json"];
    let output = repository.piped(&[&["check", "-q", "-"], &limit[..]].concat(), super::PLAN);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("standard input:14:1"),
        "{}",
        stdout(&output)
    );
}
