//! The same verdict in every format, on random plans with random limits.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::Value;

use llmcost::analysis::check::{Demands, Gate, Unread, check};
use llmcost::analysis::vary::Varied;
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::report::check::{blocks, github, junit, sarif, tidy};
use llmcost::report::{csv, markdown, table};
use llmcost::scenario::{Settings, load};

/// A plan of two options with random limits, each of which may be absent.
fn plan() -> impl Strategy<Value = String> {
    let key = |name: &'static str, low: f64, high: f64| {
        prop_oneof![
            2 => Just(String::new()),
            1 => (low..high).prop_map(move |value| format!("{name} = {value}\n")),
        ]
    };
    let limits = move || {
        (
            key("monthly_usd", 50.0, 400.0),
            key("usd_per_request", 0.000_1, 0.000_5),
            key("min_margin_share", 0.01, 0.9),
            key("max_increase_share", 0.0, 0.5),
            key("max_catalog_age_days", 0.0, 99.0),
            prop_oneof![Just(""), Just("chosen = \"large\"\n")],
        )
    };
    (1_000u32..80_000, limits(), limits()).prop_map(|(volume, deny, warn)| {
        let head = super::PLAN
            .split("[budget]")
            .next()
            .unwrap()
            .replace("30_000", &volume.to_string());
        let of = |(a, b, c, d, e, _): &(String, String, String, String, String, &str)| {
            format!("{a}{b}{c}{d}{e}")
        };
        format!(
            "{head}[budget]\n{}{}[budget.warn]\n{}",
            deny.5,
            of(&deny),
            of(&warn)
        )
    })
}

fn gate(plans: &[String], unread: bool) -> Gate {
    let catalog = Catalog::embedded();
    let checks = plans.iter().enumerate().map(|(at, text)| {
        let mut sources = Sources::default();
        let name = format!("p{at}.toml");
        let settings = Settings::default();
        let loaded = load(&name, text, &settings, &catalog, &mut sources).unwrap();
        let varied = Varied {
            tree: &loaded.tree,
            scenario: &loaded.scenario,
            settings: &settings,
            catalog: &catalog,
        };
        check(varied, &name, &sources, &Demands::default()).unwrap()
    });
    let lost = Unread {
        file: "lost.toml".into(),
        problems: vec![("lost.toml:3:1".into(), "unknown field `x`".into())],
    };
    Gate::new(
        checks.collect(),
        unread.then_some(lost).into_iter().collect(),
        Vec::new(),
    )
}

/// What a JUnit report says: the worst of its suites.
fn of_junit(text: &str) -> &'static str {
    let document = roxmltree::Document::parse(text).unwrap();
    let sum = |name: &str| -> usize {
        let suites = document
            .descendants()
            .filter(|node| node.has_tag_name("testsuite"));
        suites
            .map(|suite| suite.attribute(name).unwrap().parse::<usize>().unwrap())
            .sum()
    };
    let values: Vec<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name("property"))
        .filter_map(|node| node.attribute("value"))
        .collect();
    // A consumer that only counts is red exactly where the gate is closed.
    let closed = values
        .iter()
        .any(|value| ["fail", "nothing-compared"].contains(value));
    assert_eq!(sum("failures") + sum("errors") > 0, closed, "{text}");
    let lost = document
        .descendants()
        .any(|node| node.attribute("name") == Some("lost.toml"));
    let order = ["fail", "nothing-compared", "warn", "pass"];
    let worst = order
        .into_iter()
        .find(|verdict| values.contains(verdict))
        .unwrap();
    if lost { "nothing-compared" } else { worst }
}

fn of_sarif(value: &Value) -> String {
    let run = &value["runs"][0];
    let verdict = run["properties"]["verdict"].as_str().unwrap().to_owned();
    let levels: Vec<&str> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["level"].as_str().unwrap())
        .collect();
    // A consumer that only looks at levels is red exactly where the gate is closed.
    let closed = ["fail", "nothing-compared"].contains(&verdict.as_str());
    assert_eq!(levels.contains(&"error"), closed, "{value}");
    assert_eq!(verdict == "pass", levels.is_empty(), "{value}");
    verdict
}

fn of_headline(text: &str) -> &'static str {
    match text.trim_start_matches("## ").split(':').next().unwrap() {
        "PASS" => "pass",
        "WARN" => "warn",
        "FAIL" => "fail",
        "NOTHING COMPARED" => "nothing-compared",
        other => panic!("{other}"),
    }
}

fn of_github(text: &str) -> &str {
    let last = text.lines().last().unwrap();
    let (_, title) = last.split_once("title=llmcost ").unwrap();
    title.split("::").next().unwrap()
}

fn config() -> Config {
    let mut config = Config::with_cases(200);
    config.failure_persistence = None;
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2_027);
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_format_gives_the_verdict_of_the_result(
        plans in proptest::collection::vec(plan(), 1..4),
        unread in prop::bool::weighted(0.2),
    ) {
        let gate = gate(&plans, unread);
        let verdict = gate.verdict.name();
        let json = serde_json::to_value(&gate).unwrap();
        prop_assert_eq!(json["verdict"].as_str(), Some(verdict));
        prop_assert_eq!(of_junit(&junit::render(&gate)), verdict);
        prop_assert_eq!(of_sarif(&sarif::render(&gate)), verdict);
        prop_assert_eq!(of_headline(&markdown::render(&blocks(&gate))), verdict);
        let style = table::Style { width: 80, color: false };
        prop_assert_eq!(of_headline(&table::render(&blocks(&gate), style)), verdict);
        let github = github::render(&gate);
        prop_assert_eq!(of_github(&github), verdict);
        let rows = csv::render(&tidy(&gate)).unwrap();
        for row in rows.lines().skip(1) {
            prop_assert!(row.starts_with(&format!("{verdict},")), "{}", rows);
        }
        prop_assert_eq!(rows.lines().count() > 1, true);
    }

    #[test]
    fn a_tighter_limit_never_makes_a_gate_greener(volume in 1_000u32..80_000, limit in 20.0f64..500.0, tighter in 0.1f64..1.0) {
        let plan = |limit: f64| {
            let head = super::PLAN.split("[budget]").next().unwrap().replace("30_000", &volume.to_string());
            format!("{head}[budget]\nmonthly_usd = {limit}\n")
        };
        let (loose, tight) = (gate(&[plan(limit)], false), gate(&[plan(limit * tighter)], false));
        prop_assert!(tight.verdict >= loose.verdict);
    }
}
