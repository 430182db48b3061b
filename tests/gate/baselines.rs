//! Baselines: what is kept, how an increase is counted, who accepted what.

use serde_json::Value;

use super::{PLAN, Repository, refused, stderr, stdout};

#[test]
fn an_increase_is_counted_in_money_and_in_percent_and_small_ones_are_ignored() {
    // From 180 to 198 dollars: 18 dollars, or a tenth.
    let repository = Repository::new("increase");
    repository.change("30_000", "33_000");
    let code = |more: &[&str]| repository.check(more).status.code();
    assert_eq!(code(&["--max-increase", "10%"]), Some(0));
    assert_eq!(code(&["--max-increase", "9.9%"]), Some(1));
    assert_eq!(code(&["--max-increase", "18"]), Some(0));
    assert_eq!(code(&["--max-increase", "17.99"]), Some(1));
    assert_eq!(
        code(&["--max-increase", "0", "--ignore-below", "18.01"]),
        Some(0)
    );
    assert_eq!(
        code(&["--max-increase", "0", "--ignore-below", "18"]),
        Some(1)
    );
}

#[test]
fn an_unchanged_plan_costs_nothing_more_whatever_its_digits() {
    let repository = Repository::folder("digits");
    // 333.33 requests a day come to an amount without end.
    repository.write(
        "plan.toml",
        &PLAN
            .replace("30_000", "333.33")
            .replace("0.10", "0.123456789"),
    );
    repository.run(&["check", "plan.toml", "--save-baseline", "baseline.json"]);
    let output = repository.check(&["--max-increase", "0"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn a_cheaper_plan_is_no_increase() {
    let repository = Repository::new("cheaper");
    repository.change("30_000", "20_000");
    assert_eq!(
        repository.check(&["--max-increase", "0"]).status.code(),
        Some(0)
    );
}

#[test]
fn a_baseline_is_stable_and_a_change_is_a_small_difference() {
    let repository = Repository::folder("stable");
    repository.write("b.toml", &PLAN.replace("assistant", "b"));
    repository.write("a.toml", &PLAN.replace("assistant", "a"));
    repository.run(&[
        "check",
        "-q",
        "b.toml",
        "a.toml",
        "--save-baseline",
        "one.json",
    ]);
    repository.run(&[
        "check",
        "-q",
        "a.toml",
        "./b.toml",
        "--save-baseline",
        "two.json",
    ]);
    assert_eq!(repository.read("one.json"), repository.read("two.json"));
    repository.write(
        "b.toml",
        &PLAN.replace("assistant", "b").replace("30_000", "30_001"),
    );
    repository.run(&[
        "check",
        "-q",
        "a.toml",
        "b.toml",
        "--save-baseline",
        "two.json",
    ]);
    let (one, two) = (repository.read("one.json"), repository.read("two.json"));
    let changed = one.lines().zip(two.lines()).filter(|(a, b)| a != b).count();
    // The months of the two options of one plan.
    assert_eq!((one.lines().count(), changed), (two.lines().count(), 2));
}

#[test]
fn saving_without_limits_is_an_answer_and_comparing_without_limits_is_none() {
    let repository = Repository::folder("limitless_baseline");
    repository.write("plan.toml", PLAN.split("[budget]").next().unwrap());
    let save = repository.run(&["check", "plan.toml", "--save-baseline", "b.json"]);
    assert_eq!(save.status.code(), Some(0));
    assert!(stderr(&save).contains("saved 1 scenario to b.json"));
    let compare = repository.run(&["check", "plan.toml", "--baseline", "b.json"]);
    assert_eq!(compare.status.code(), Some(2));
}

#[test]
fn a_plan_that_the_baseline_does_not_know_is_not_green_unless_it_may_be_new() {
    let repository = Repository::new("new_plan");
    repository.write("new.toml", &PLAN.replace("assistant", "new"));
    let base = [
        "check",
        "plan.toml",
        "new.toml",
        "--baseline",
        "baseline.json",
    ];
    assert_eq!(repository.run(&base).status.code(), Some(2));
    let allowed = repository.run(&[&base[..], &["--allow-missing-baseline"]].concat());
    assert_eq!(allowed.status.code(), Some(0), "{}", stderr(&allowed));
    assert!(
        stdout(&allowed).starts_with("WARN: "),
        "{}",
        stdout(&allowed)
    );
}

#[test]
fn a_missing_baseline_that_is_allowed_does_not_make_nothing_green() {
    let repository = Repository::folder("allowed");
    let plan = PLAN.split("[budget]").next().unwrap();
    repository.write(
        "plan.toml",
        &format!("{plan}[budget]\nmax_increase_share = 0.1\n"),
    );
    let output = repository.run(&[
        "check",
        "plan.toml",
        "--baseline",
        "lost.json",
        "--allow-missing-baseline",
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
}

#[test]
fn baselines_of_other_scenarios_or_versions_are_refused() {
    let repository = Repository::new("others");
    repository.write("plan.toml", &PLAN.replace("assistant", "something else"));
    let check = ["check", "something.toml", "--baseline", "baseline.json"];
    repository.write(
        "something.toml",
        &PLAN.replace("assistant", "something else"),
    );
    refused(
        &repository,
        &check,
        &[
            "the baseline is that of other scenarios",
            "found: assistant",
            "expected: something else",
        ],
    );
    let kept = repository.read("baseline.json");
    repository.write("baseline.json", &kept.replace("baseline/1", "baseline/9"));
    refused(
        &repository,
        &check,
        &[
            "baseline.json: a baseline of another version",
            "found: llmcost/baseline/9",
        ],
    );
    repository.write("baseline.json", "{}");
    refused(&repository, &check, &["it names no schema"]);
    repository.write("baseline.json", &kept[..kept.len() / 2]);
    refused(
        &repository,
        &check,
        &["baseline.json:", "not a baseline: EOF"],
    );
    repository.write("baseline.json", &kept.replace("monthly_usd", "monthly_eur"));
    refused(&repository, &check, &["unknown field `monthly_eur`"]);
}

#[test]
fn who_accepted_what_when_and_why_is_kept() {
    let repository = Repository::new("accept");
    repository.change("30_000", "33_000");
    let accept = [
        "baseline",
        "accept",
        "baseline.json",
        "plan.toml",
        "--reason",
        "a new client",
        "--date",
        "2026-12-05",
    ];
    let output = repository
        .command(&accept)
        .env("GITHUB_ACTOR", "ann")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("Accepted by ann on 2026-12-05: a new client\n"));
    let kept: Value = serde_json::from_str(&repository.read("baseline.json")).unwrap();
    let expected = serde_json::json!([{
        "by": "ann", "date": "2026-12-05", "reason": "a new client",
        "changes": [{ "scenario": "assistant", "from_usd": 180.0, "to_usd": 198.0 }]
    }]);
    assert_eq!(kept["accepted"], expected);
    assert_eq!(
        repository.check(&["--max-increase", "0"]).status.code(),
        Some(0)
    );
    // A baseline that is taken down anew keeps what was accepted.
    repository.run(&[
        "check",
        "-q",
        "plan.toml",
        "--save-baseline",
        "baseline.json",
    ]);
    let anew: Value = serde_json::from_str(&repository.read("baseline.json")).unwrap();
    assert_eq!(anew["accepted"], expected);
    let shown = stdout(&repository.run(&["baseline", "show", "baseline.json"]));
    assert!(
        shown.contains("Baseline of 1 scenario, 1 acceptance") && shown.contains("a new client"),
        "{shown}"
    );
}

#[test]
fn accepting_one_plan_leaves_the_others_as_they_are() {
    let repository = Repository::folder("accept_one");
    for name in ["a", "b"] {
        repository.write(&format!("{name}.toml"), &PLAN.replace("assistant", name));
    }
    repository.run(&[
        "check",
        "-q",
        "a.toml",
        "b.toml",
        "--save-baseline",
        "both.json",
    ]);
    let before: Value = serde_json::from_str(&repository.read("both.json")).unwrap();
    repository.write(
        "a.toml",
        &PLAN.replace("assistant", "a").replace("30_000", "60_000"),
    );
    repository.run(&[
        "baseline",
        "accept",
        "both.json",
        "a.toml",
        "--reason",
        "x",
        "--by",
        "y",
        "--date",
        "2027-01-01",
    ]);
    let after: Value = serde_json::from_str(&repository.read("both.json")).unwrap();
    assert_ne!(after["scenarios"][0], before["scenarios"][0]);
    assert_eq!(after["scenarios"][1], before["scenarios"][1]);
}

#[test]
fn an_acceptance_needs_a_reason_a_name_a_day_and_a_baseline() {
    let repository = Repository::new("refused_accept");
    let kept = repository.read("baseline.json");
    let base = ["baseline", "accept", "baseline.json", "plan.toml"];
    let with = |more: &[&'static str]| -> Vec<&'static str> { [&base[..], more].concat() };
    refused(&repository, &base, &["--reason <TEXT>"]);
    refused(
        &repository,
        &with(&["--reason", " "]),
        &["--reason is empty"],
    );
    refused(
        &repository,
        &with(&["--reason", "x", "--by", "y", "--date", "yesterday"]),
        &["--date: `yesterday` is not a date"],
    );
    let mut nobody = repository.command(&with(&["--reason", "x"]));
    for name in ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "USERNAME"] {
        nobody.env_remove(name);
    }
    assert!(stderr(&nobody.output().unwrap()).contains("nobody is named who accepts it"));
    repository.write("broken.toml", "name = 1\n");
    let broken = [
        "baseline",
        "accept",
        "baseline.json",
        "broken.toml",
        "--reason",
        "x",
        "--by",
        "y",
    ];
    refused(
        &repository,
        &broken,
        &["broken.toml:1:8", "`baseline.json` stays as it is"],
    );
    let lost = [
        "baseline",
        "accept",
        "lost.json",
        "plan.toml",
        "--reason",
        "x",
        "--by",
        "y",
    ];
    refused(&repository, &lost, &["there is no baseline `lost.json`"]);
    assert_eq!(repository.read("baseline.json"), kept);
}

#[test]
fn a_broken_scenario_saves_no_baseline() {
    let repository = Repository::new("broken_save");
    let kept = repository.read("baseline.json");
    repository.write("broken.toml", "name = 1\n");
    let output = repository.run(&[
        "check",
        "plan.toml",
        "broken.toml",
        "--save-baseline",
        "baseline.json",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no baseline was saved: a scenario could not be read"));
    assert_eq!(repository.read("baseline.json"), kept);
}
