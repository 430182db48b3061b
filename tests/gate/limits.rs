//! Each limit on numbers worked by hand: small is 180 dollars a month, large 360.

use serde_json::Value;

use super::{PLAN, Repository};

/// A plan without its budget, and the lines of another one.
fn with(name: &str, budget: &str) -> Repository {
    let repository = Repository::folder(name);
    let plan = PLAN.split("[budget]").next().unwrap();
    repository.write("plan.toml", &format!("{plan}{budget}"));
    repository
}

/// The check of a rule.
fn check<'a>(result: &'a Value, rule: &str) -> &'a Value {
    let checks = result["scenarios"][0]["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["rule"] == rule);
    found.unwrap_or_else(|| panic!("no check of {rule}: {result}"))
}

#[track_caller]
fn near(value: &Value, expected: f64) {
    let number = value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"));
    assert!(
        (number - expected).abs() < 1e-9 * expected.abs().max(1.0),
        "{number}, not {expected}"
    );
}

/// The outcome of a budget's only limit, and its figure.
#[track_caller]
fn judged(name: &str, budget: &str, rule: &str, actual: f64, outcome: &str, code: i32) {
    let (result, ended) = with(name, budget).json(&["plan.toml"]);
    let check = check(&result, rule);
    near(&check["actual"], actual);
    assert_eq!(
        (check["outcome"].as_str(), ended),
        (Some(outcome), code),
        "{check}"
    );
}

#[test]
fn a_month_a_year_and_a_request_are_limited() {
    judged(
        "month",
        "[budget]\nmonthly_usd = 180\n",
        "monthly_usd",
        180.0,
        "pass",
        0,
    );
    judged(
        "month2",
        "[budget]\nmonthly_usd = 179\n",
        "monthly_usd",
        180.0,
        "fail",
        1,
    );
    judged(
        "year",
        "[budget]\nyearly_usd = 2_159\n",
        "yearly_usd",
        2_160.0,
        "fail",
        1,
    );
    // 180 dollars over 900,000 requests.
    judged(
        "request",
        "[budget]\nusd_per_request = 0.0002\n",
        "usd_per_request",
        0.0002,
        "pass",
        0,
    );
    judged(
        "warned",
        "[budget.warn]\nmonthly_usd = 179\n",
        "monthly_usd",
        180.0,
        "warn",
        0,
    );
}

#[test]
fn an_option_has_limits_of_its_own_whether_it_is_chosen_or_not() {
    let row = "[[budget.option]]\nname = \"large\"\n";
    let month = format!("{row}monthly_usd = 359\n");
    judged("option", &month, "option.monthly_usd", 360.0, "fail", 1);
    let year = format!("{row}yearly_usd = 4_320\n");
    judged("option2", &year, "option.yearly_usd", 4_320.0, "pass", 0);
}

#[test]
fn a_feature_costs_its_own_lines() {
    // Three quarters of the requests, alike: 135 dollars; a request of it costs what any does.
    let row = "[[budget.feature]]\nname = \"chat\"\n";
    judged(
        "feature",
        &format!("{row}monthly_usd = 134\n"),
        "feature.monthly_usd",
        135.0,
        "fail",
        1,
    );
    let request = format!("{row}usd_per_request = 0.0002\n");
    judged(
        "feature2",
        &request,
        "feature.usd_per_request",
        0.0002,
        "pass",
        0,
    );
}

#[test]
fn a_feature_of_an_option_without_lines_of_its_own_cannot_be_told() {
    let own = "[[self_host]]\nname = \"own\"\ngpus = 1\nthroughput = { requests_per_second = 20 }\nusd_per_gpu_hour = 2\n\n\
               [budget]\nchosen = \"own\"\nmonthly_usd = 9_000\n[[budget.feature]]\nname = \"chat\"\nmonthly_usd = 9_000\n";
    let (result, code) = with("feature_own", own).json(&["plan.toml"]);
    assert_eq!(
        check(&result, "feature.monthly_usd")["outcome"],
        "cannot-tell"
    );
    assert_eq!(
        (result["verdict"].as_str(), code),
        (Some("nothing-compared"), 2)
    );
}

#[test]
fn a_tenant_costs_its_share_and_without_one_nothing_is_known() {
    let row = "[[budget.tenant]]\nname = \"acme\"\nmonthly_usd = 50\n";
    judged(
        "tenant",
        &format!("{row}share = 0.25\n"),
        "tenant.monthly_usd",
        45.0,
        "pass",
        0,
    );
    judged(
        "tenant2",
        &format!("{row}share = 0.5\n"),
        "tenant.monthly_usd",
        90.0,
        "fail",
        1,
    );
    let beside = format!("[budget]\nmonthly_usd = 500\n{row}");
    let (result, code) = with("tenant3", &beside).json(&["plan.toml"]);
    let check = check(&result, "tenant.monthly_usd");
    assert_eq!(
        (check["outcome"].as_str(), &check["actual"]),
        (Some("cannot-tell"), &Value::Null)
    );
    assert_eq!(
        (result["verdict"].as_str(), code),
        (Some("nothing-compared"), 2)
    );
}

#[test]
fn the_chosen_option_is_held_against_the_cheapest_and_the_next() {
    // large costs 100 % more than small, which is 180 dollars or half of large cheaper.
    let large = "[budget]\nchosen = \"large\"\n";
    let over = format!("{large}max_over_cheapest_share = 0.1\n");
    judged("over", &over, "max_over_cheapest_share", 1.0, "fail", 1);
    judged(
        "over2",
        "[budget]\nmax_over_cheapest_share = 0\n",
        "max_over_cheapest_share",
        0.0,
        "pass",
        0,
    );
    judged(
        "margin",
        "[budget]\nmin_margin_usd = 181\n",
        "min_margin_usd",
        180.0,
        "fail",
        1,
    );
    judged(
        "margin2",
        "[budget]\nmin_margin_share = 0.5\n",
        "min_margin_share",
        0.5,
        "pass",
        0,
    );
    let dearer = format!("{large}min_margin_share = 0.1\n");
    judged("margin3", &dearer, "min_margin_share", -1.0, "fail", 1);
}

#[test]
fn a_margin_needs_another_option() {
    let repository = Repository::folder("alone");
    let plan = PLAN.split("[[api]]\nname = \"large\"").next().unwrap();
    repository.write(
        "plan.toml",
        &format!("{plan}[budget]\nmin_margin_usd = 1\n"),
    );
    let (result, code) = repository.json(&["plan.toml"]);
    assert_eq!(check(&result, "min_margin_usd")["outcome"], "cannot-tell");
    assert_eq!(code, 2);
}

#[test]
fn the_staff_share_has_a_band() {
    // 180 dollars of tokens and 540 of staff: three quarters.
    let staff = "[[api]]\nname = \"kept\"\ninput_usd_per_mtok = 0.10\noutput_usd_per_mtok = 0.50\n\
                 staff = [{ role = \"sre\", fte = 0.036, usd_per_year = 180_000 }]\n\n[budget]\nchosen = \"kept\"\n";
    let low = format!("{staff}min_staff_share = 0.75\n");
    judged("staff", &low, "min_staff_share", 0.75, "pass", 0);
    let high = format!("{staff}max_staff_share = 0.74\n");
    judged("staff2", &high, "max_staff_share", 0.75, "fail", 1);
}

#[test]
fn the_age_of_a_catalog_row_is_counted_to_the_start_of_the_plan() {
    let repository = Repository::folder("age");
    let row = "[[role]]\nid = \"tester\"\nusd_per_year = 120_000\nsource = \"HR\"\nas_of = \"2026-10-31\"\nconfidence = \"seen\"\n";
    repository.write("own.toml", row);
    let plan = PLAN.split("[budget]").next().unwrap().replace(
        "[[api]]\nname = \"large\"",
        "[[api]]\nname = \"large\"\nstaff = [{ role = \"tester\", fte = 0.1 }]",
    );
    // From the end of October to the first of December are 31 days.
    repository.write(
        "plan.toml",
        &format!("{plan}[budget]\nmax_catalog_age_days = 30\n"),
    );
    let (result, code) = repository.json(&["plan.toml", "--catalog", "own.toml"]);
    let age = check(&result, "max_catalog_age_days");
    near(&age["actual"], 31.0);
    assert_eq!((age["outcome"].as_str(), code), (Some("fail"), 1));
    assert_eq!(age["why"], "tester, as of 2026-10-31");
}

#[test]
fn a_plan_without_catalog_rows_is_not_kept_young_by_that() {
    let budget = "[budget]\nmax_catalog_age_days = 30\n";
    let (result, code) = with("ageless", budget).json(&["plan.toml"]);
    assert_eq!(
        check(&result, "max_catalog_age_days")["outcome"],
        "not-applicable"
    );
    assert_eq!(
        (result["verdict"].as_str(), code),
        (Some("nothing-compared"), 2)
    );
}

#[test]
fn a_scenario_without_limits_compares_nothing() {
    let (result, code) = with("limitless", "").json(&["plan.toml"]);
    assert_eq!(
        (result["verdict"].as_str(), code),
        (Some("nothing-compared"), 2)
    );
    assert_eq!(result["findings"][0]["rule"], "limits");
}

#[test]
fn an_option_that_costs_nothing_was_not_priced() {
    let repository = Repository::folder("free");
    let free = PLAN
        .replace("input_usd_per_mtok = 0.10", "input_usd_per_mtok = 0")
        .replace("output_usd_per_mtok = 0.50", "output_usd_per_mtok = 0");
    repository.write(
        "plan.toml",
        &free.replace("max_increase_share = 0.15\n", ""),
    );
    let (result, code) = repository.json(&["plan.toml"]);
    assert_eq!(check(&result, "monthly_usd")["outcome"], "cannot-tell");
    assert_eq!(
        (result["verdict"].as_str(), code),
        (Some("nothing-compared"), 2)
    );
    refused_to_save(&repository);
}

fn refused_to_save(repository: &Repository) {
    let output = repository.run(&["check", "-q", "plan.toml", "--save-baseline", "b.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(super::stderr(&output).contains("no baseline was saved: `assistant`"));
    assert!(!repository.0.join("b.json").exists());
}

#[test]
fn a_usage_log_says_what_part_of_the_plan_is_a_tenants() {
    let repository = with(
        "usage",
        "[[budget.tenant]]\nname = \"acme\"\nmonthly_usd = 110\n",
    );
    let log = |nobody: f64| {
        serde_json::json!({
            "schema": "llmcost/attribute/1", "by": ["tenant"], "unpriced": [],
            "total": { "requests": 100, "cost_usd": 50.0 },
            "groups": [
                { "key": { "tenant": "acme" }, "requests": 20, "cost_usd": 30.0 },
                { "key": { "tenant": "blue" }, "requests": 80, "cost_usd": 20.0 - nobody },
            ]
        })
        .to_string()
    };
    let judged = |log: &str, more: &[&str]| {
        repository.write("log.json", log);
        let base = ["plan.toml", "--usage", "log.json"];
        let (result, code) = repository.json(&[&base[..], more].concat());
        let check = check(&result, "tenant.monthly_usd").clone();
        (
            check["actual"].clone(),
            check["outcome"].as_str().unwrap().to_owned(),
            code,
        )
    };
    // 60 % of 180 dollars are 108; with a twentieth of the log that names nobody up to 117.
    let (actual, outcome, code) = judged(&log(0.0), &[]);
    near(&actual, 108.0);
    assert_eq!((outcome.as_str(), code), ("pass", 0));
    assert_eq!(
        judged(&log(2.5), &[]),
        (Value::Null, "cannot-tell".into(), 2)
    );
    // Broken whoever the rest is: 60 % of 360 are 216.
    let (actual, outcome, code) = judged(&log(2.5), &["--choose", "large"]);
    near(&actual, 216.0);
    assert_eq!((outcome.as_str(), code), ("fail", 1));
    // Nobody of that name, and a log whose cost is not known.
    assert_eq!(
        judged(&log(0.0).replace("acme", "acne"), &[]).1,
        "cannot-tell"
    );
    let unpriced = log(0.0).replace("\"unpriced\":[]", "\"unpriced\":[{}]");
    assert_eq!(judged(&unpriced, &[]).1, "cannot-tell");
}
