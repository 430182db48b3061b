//! Limits on the P90 of uncertain costs.

use serde_json::Value;

use super::{PLAN, Repository, stdout};

/// The plan at 20,000 to 40,000 requests a day, all alike likely: at 0.006 dollars a month for each, small
/// costs 120 to 240 dollars, 180 in the median and 228 in nine of ten cases.
fn uncertain(name: &str) -> Repository {
    let repository = Repository::folder(name);
    let range = "{ dist = \"uniform\", min = 20_000, max = 40_000 }";
    let plan = PLAN
        .split("[budget]")
        .next()
        .unwrap()
        .replace("30_000", range);
    repository.write("plan.toml", &plan);
    repository
}

fn only(result: &Value) -> (f64, &str) {
    let check = &result["scenarios"][0]["checks"][0];
    (
        check["actual"].as_f64().unwrap(),
        check["outcome"].as_str().unwrap(),
    )
}

#[track_caller]
fn near(actual: f64, expected: f64) {
    // What 8,192 even points leave of error, and room.
    assert!(
        (actual - expected).abs() < 2e-3 * expected,
        "{actual}, not {expected}"
    );
}

#[test]
fn the_p90_is_what_nine_of_ten_cases_stay_within() {
    let repository = uncertain("p90");
    let (median, code) = repository.json(&["plan.toml", "--max-monthly", "200"]);
    assert_eq!((only(&median).1, code), ("pass", 0));
    near(only(&median).0, 180.0);
    let (p90, code) = repository.json(&["plan.toml", "--max-monthly", "200", "--at", "p90"]);
    assert_eq!((only(&p90).1, code), ("fail", 1));
    near(only(&p90).0, 228.0);
    assert_eq!(p90["scenarios"][0]["at"], "p90");
    let (year, _) = repository.json(&["plan.toml", "--max-yearly", "9_999", "--at", "p90"]);
    near(only(&year).0, 12.0 * 228.0);
    // A request costs 0.0002 dollars at any volume.
    let (request, _) = repository.json(&["plan.toml", "--max-per-request", "1", "--at", "p90"]);
    near(only(&request).0, 0.0002);
    // Chat is three quarters of it.
    let (feature, _) = repository.json(&["plan.toml", "--max-feature", "chat=999", "--at", "p90"]);
    near(only(&feature).0, 0.75 * 228.0);
    let (option, _) = repository.json(&["plan.toml", "--max-option", "large=999", "--at", "p90"]);
    near(only(&option).0, 2.0 * 228.0);
}

#[test]
fn the_file_may_ask_for_the_p90_and_the_flag_decides() {
    let repository = uncertain("p90_file");
    let plan = repository.read("plan.toml");
    repository.write(
        "plan.toml",
        &format!("{plan}[budget]\nmonthly_usd = 200\nat = \"p90\"\n"),
    );
    assert_eq!(repository.json(&["plan.toml"]).1, 1);
    assert_eq!(repository.json(&["plan.toml", "--at", "median"]).1, 0);
    let text = stdout(&repository.run(&["check", "-q", "plan.toml"]));
    assert!(text.contains("small costs $227.95 a month (P90)"), "{text}");
}

#[test]
fn where_nothing_is_uncertain_the_p90_is_the_cost_itself() {
    let repository = Repository::new("p90_certain");
    let (result, code) = repository.json(&[
        "plan.toml",
        "--at",
        "p90",
        "--max-monthly",
        "180",
        "--set",
        "budget.max_increase_share=0.5",
        "--allow-missing-baseline",
    ]);
    assert_eq!(
        (result["scenarios"][0]["monthly_usd"].as_f64(), code),
        (Some(180.0), 0)
    );
}

#[test]
fn the_p90_is_that_of_the_simulation_and_the_same_every_time() {
    let repository = uncertain("p90_simulation");
    let own = "[[self_host]]\nname = \"own\"\nmodel = \"llama-3.1-8b\"\ngpu = \"l40s\"\nusd_per_gpu_hour = \"0.8 to 1.2\"\n";
    let plan = repository.read("plan.toml");
    repository.write("plan.toml", &format!("{plan}{own}"));
    let check = [
        "plan.toml",
        "--at",
        "p90",
        "--max-option",
        "own=1",
        "--max-option",
        "small=1",
    ];
    let (result, _) = repository.json(&check);
    assert_eq!(repository.json(&check).0, result);
    let simulated = repository.run(&["simulate", "-q", "plan.toml", "--format", "json"]);
    let simulated: Value = serde_json::from_str(&stdout(&simulated)).unwrap();
    for (at, name) in [(0, "own"), (1, "small")] {
        let options = simulated["options"].as_array().unwrap();
        let option = options
            .iter()
            .find(|option| option["name"] == name)
            .unwrap();
        let expected = option["monthly_usd"]["p90"].as_f64().unwrap();
        let actual = result["scenarios"][0]["checks"][at]["actual"]
            .as_f64()
            .unwrap();
        assert!(
            (actual - expected).abs() < 0.02 * expected,
            "{name}: {actual}, not {expected}"
        );
    }
}

#[test]
fn a_baseline_of_medians_is_none_for_the_p90() {
    let repository = uncertain("p90_baseline");
    repository.run(&["check", "-q", "plan.toml", "--save-baseline", "median.json"]);
    repository.run(&[
        "check",
        "-q",
        "plan.toml",
        "--at",
        "p90",
        "--save-baseline",
        "p90.json",
    ]);
    let against = |baseline: &str| {
        repository.json(&[
            "plan.toml",
            "--at",
            "p90",
            "--max-increase",
            "0",
            "--baseline",
            baseline,
        ])
    };
    let (result, code) = against("median.json");
    assert_eq!(
        (
            result["scenarios"][0]["checks"][0]["outcome"].as_str(),
            code
        ),
        (Some("cannot-tell"), 2)
    );
    assert_eq!(against("p90.json").1, 0);
}

#[test]
fn a_range_that_cannot_be_drawn_is_a_problem_of_the_file() {
    let repository = uncertain("p90_broken");
    let plan = repository
        .read("plan.toml")
        .replace("min = 20_000, max = 40_000", "mean = 1_000, sd = 500")
        .replace("uniform", "normal");
    repository.write("plan.toml", &plan);
    let output = repository.run(&["check", "plan.toml", "--at", "p90", "--max-monthly", "9"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        super::stderr(&output)
            .contains("plan.toml:6:20: error: `workload.requests_per_day` would be negative"),
        "{}",
        super::stderr(&output)
    );
}
