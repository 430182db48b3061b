//! Laws of the answer as a whole: what must not change it, and how it must change.

use llmcost::analysis::breakeven::BreakEven;
use llmcost::cost::{Category, recovery_factor};
use proptest::prelude::*;
use serde_json::Value;

use super::run::{Run, json, near, option};
use super::scenarios::{Draft, Draw, cases, scenario};

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn the_same_file_gives_the_same_bytes(draft in scenario()) {
        let text = |draft: &Draft| -> Result<String, TestCaseError> {
            Ok(json(&Run::of(draft)?.ledgers()).to_string())
        };
        prop_assert_eq!(text(&draft)?, text(&draft)?);
    }

    #[test]
    fn another_option_does_not_change_those_that_are_there(draft in scenario()) {
        let alone = Draft { options: draft.options[..2].to_vec(), ..draft.clone() };
        let (alone, together) = (Run::of(&alone)?.ledgers(), Run::of(&draft)?.ledgers());
        for before in &alone.options {
            let after = option(&together, &before.name);
            prop_assert_eq!(&json_of(before)?, &json_of(after)?, "{}", draft.text());
        }
    }

    #[test]
    fn the_order_of_the_options_does_not_change_them(draft in scenario()) {
        let mut turned = draft.clone();
        turned.options.reverse();
        let (one, other) = (Run::of(&draft)?.compare(), Run::of(&turned)?.compare());
        for before in &one.options {
            let after = option(&other, &before.name);
            prop_assert_eq!(&json_of(before)?, &json_of(after)?, "{}", draft.text());
        }
        let volumes = |list: &[BreakEven], a: &str, b: &str| {
            let of = |pair: &&BreakEven| [&pair.a, &pair.b].iter().all(|n| *n == a || *n == b);
            let pair = list.iter().find(of);
            let pair = pair.expect("the pair");
            pair.crossings.iter().map(|crossing| crossing.requests_per_day).collect::<Vec<f64>>()
        };
        for pair in &one.break_even {
            let here = volumes(&one.break_even, &pair.a, &pair.b);
            let there = volumes(&other.break_even, &pair.a, &pair.b);
            prop_assert_eq!(here.len(), there.len(), "{} {}\n{}", pair.a, pair.b, draft.text());
            for (x, y) in here.iter().zip(&there) {
                prop_assert!(near(*x, *y, 1e-9), "{x}, {y}\n{}", draft.text());
            }
        }
    }

    #[test]
    fn twice_the_prices_of_an_api_are_twice_its_usage(draft in scenario()) {
        let mut draft = draft;
        draft.options.truncate(2);
        let api = &mut draft.options[0];
        api.keys.retain(|key| !key.starts_with("model =") && !key.starts_with("costs"));
        if !api.keys.iter().any(|key| key.starts_with("input_usd_per_mtok")) {
            api.keys.push("input_usd_per_mtok = 1.25\noutput_usd_per_mtok = 5".into());
        }
        let once = Run::of(&draft)?;
        draft.options[0].keys = draft.options[0].keys.iter().map(|key| doubled(key)).collect();
        let twice = Run::of(&draft)?;
        let usage = |run: &Run| run.models[0].of_category(Category::Usage).at(run.volume);
        prop_assert!(
            near(2.0 * usage(&once), usage(&twice), 1e-9),
            "{}, {}\n{}", usage(&once), usage(&twice), draft.text()
        );
    }

    #[test]
    fn a_currency_changes_no_number_of_the_json(draft in scenario(), rate in 0.01f64..200.0) {
        let mut foreign = draft.clone();
        foreign.frame.push(format!("currency = \"EUR\"\ncurrency_per_usd = {rate}"));
        let mut usd = json(&Run::of(&draft)?.ledgers());
        let mut eur = json(&Run::of(&foreign)?.ledgers());
        prop_assert_eq!(&eur["scenario"]["currency"], "EUR");
        for answer in [&mut usd, &mut eur] {
            let facts = answer["scenario"].as_object_mut().expect("an object");
            for key in ["currency", "currency_per_usd"] {
                prop_assert!(facts.remove(key).is_some());
            }
        }
        prop_assert_eq!(usd, eur);
    }

    #[test]
    fn a_range_gives_the_answer_of_its_median(
        draft in scenario(),
        middle in (0.0f64..6.0).prop_map(|digits| 10f64.powf(digits)),
        factor in 1.01f64..10.0,
    ) {
        // The median of a positive interval is its geometric mean.
        let (low, high) = (middle / factor, middle * factor);
        let with = |value: String| {
            let mut draft = draft.clone();
            draft.workload.retain(|key| !key.starts_with("requests_per_day"));
            draft.workload.push(format!("requests_per_day = {value}"));
            Run::of(&draft)
        };
        let range = with(format!("\"{low} to {high}\""))?;
        let number = with(format!("{}", (low * high).sqrt()))?;
        prop_assert!(range.scenario.medians.contains(&"workload.requests_per_day".to_owned()));
        prop_assert!(number.scenario.medians.is_empty());
        let (range, number) = (range.ledgers(), number.ledgers());
        for (one, other) in range.options.iter().zip(&number.options) {
            prop_assert!(
                near(one.monthly_usd, other.monthly_usd, 1e-9),
                "{}: {}, {}\n{}", one.name, one.monthly_usd, other.monthly_usd, draft.text()
            );
        }
        prop_assert!(range.warnings.iter().any(|warning| warning.code == "medians-used"));
    }

    #[test]
    fn discounting_never_makes_a_payback_earlier(draft in scenario()) {
        for payback in Run::of(&draft)?.ledgers().payback {
            prop_assert!(payback.upfront_usd > 0.0);
            prop_assert_eq!(payback.simple_months.is_some(), payback.monthly_saving_usd > 0.0);
            if let Some(late) = payback.discounted_months {
                let early = payback.simple_months.unwrap_or(f64::INFINITY);
                let least = early * (1.0 - 1e-9);
                prop_assert!(late >= least, "{late} before {early}\n{}", draft.text());
            }
        }
    }

    #[test]
    fn a_capital_recovery_is_never_below_the_straight_line(
        life in 0.1f64..20.0,
        left in 0.0f64..=1.0,
        rate in 1e-6f64..=1.0,
    ) {
        let (line, factor) = (recovery_factor(life, left, 0.0), recovery_factor(life, left, rate));
        prop_assert!(factor >= line * (1.0 - 1e-9), "{factor} below {line}");
        // And never above it by more than the interest on the whole price.
        let interest = (1.0 + rate).powf(1.0 / 12.0) - 1.0;
        prop_assert!(factor <= line + interest + 1e-9, "{factor}, {line} + {interest}");
    }
}

fn json_of(result: &impl serde::Serialize) -> Result<Value, TestCaseError> {
    serde_json::to_value(result).map_err(|why| TestCaseError::fail(why.to_string()))
}

/// A key with its amount of dollars doubled; any other key as it is.
fn doubled(key: &str) -> String {
    let lines = key.lines().map(|line| match line.split_once(" = ") {
        Some((name, value)) if name.contains("usd_per") && is_price(name) => {
            let value: f64 = value.parse().expect("a number");
            format!("{name} = {}", 2.0 * value)
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<String>>().join("\n")
}

fn is_price(name: &str) -> bool {
    let own = name.strip_prefix("provisioned.").unwrap_or(name);
    own.ends_with("_per_mtok")
        || [
            "usd_per_request",
            "committed_usd_per_month",
            "usd_per_unit_hour",
        ]
        .contains(&own)
}

#[test]
fn only_prices_are_doubled() {
    assert_eq!(
        doubled("input_usd_per_mtok = 1.5e0\ndiscount = 0.1"),
        "input_usd_per_mtok = 3\ndiscount = 0.1"
    );
    assert_eq!(
        doubled("provisioned.usd_per_unit_hour = 2"),
        "provisioned.usd_per_unit_hour = 4"
    );
    assert_eq!(doubled("build_usd = 10"), "build_usd = 10");
}

#[test]
fn the_program_gives_the_same_bytes_twice() {
    let draft = Draft {
        frame: Vec::new(),
        workload: vec!["requests_per_day = 1e5\ninput_tokens = 1_000\noutput_tokens = 200".into()],
        features: Vec::new(),
        quality: Vec::new(),
        options: vec![
            Draw::new("api", "a", &["model = \"openai/gpt-6-luna\""]),
            Draw::new(
                "self_host",
                "own",
                &["model = \"llama-3.1-8b\"\ngpu = \"h100-sxm\""],
            ),
        ],
    };
    let path = std::env::temp_dir().join(format!("llmcost-laws-{}.toml", std::process::id()));
    std::fs::write(&path, draft.text()).expect("a file to read");
    let run = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_llmcost"));
        command.args(["compare", "--format", "json"]).arg(&path);
        command.output().expect("the program runs")
    };
    let (first, second) = (run(), run());
    std::fs::remove_file(&path).expect("the file is ours");
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    assert!(!first.stdout.is_empty());
    assert_eq!(first.stdout, second.stdout);
}
