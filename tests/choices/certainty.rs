//! How sure the choices are where inputs are ranges, and what a simulation says of them.

use llmcost::analysis::choices::{Choices, Depth, QUESTIONS, add_certainty, answers};
use llmcost::analysis::draw::{Ask, Method};
use llmcost::analysis::uncertain::Uncertainty;
use llmcost::analysis::vary::Varied;
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Settings, load};

use super::answers::{BASIS, REVIEWED, scenario};
use super::shipped::{llmcost, shipped};

/// The choices of a file with how sure they are.
fn drawn(text: &str, only: Option<&str>, samples: u64, threads: usize) -> Choices {
    let catalog = Catalog::embedded();
    let settings = Settings::default();
    let mut sources = Sources::default();
    let loaded = load("t.toml", text, &settings, &catalog, &mut sources).expect("a scenario");
    let varied = Varied {
        tree: &loaded.tree,
        scenario: &loaded.scenario,
        settings: &settings,
        catalog: &catalog,
    };
    let mut found = answers(&loaded.scenario, only, Depth::Figures).expect("a price");
    let ask = Ask {
        samples,
        seed: 1,
        method: Method::Sobol,
        threads,
    };
    let uncertain = Uncertainty::of(varied).expect("a price");
    add_certainty(&uncertain, &ask, &mut found, &mut |_| ()).expect("distributions");
    found
}

/// A gain that pays above half a point: 1,500 a month of upkeep over 3,000 a point.
fn complexity(gain: &str) -> String {
    format!(
        r#"{BASIS}
        [choices.complexity]
        gain_points = {gain}
        usd_per_point_month = 3_000
        running_usd_per_month = 1_500
        [[api]]
        name = "api"
        input_usd_per_mtok = 1
        output_usd_per_mtok = 1
        "#
    )
}

#[test]
fn a_gain_spread_evenly_pays_in_as_many_draws_as_it_lies_above_the_break_even() {
    // Evenly from 0 to 2 points and paying above 0.5: in three of four draws. Over 18 months the net is
    // 54,000 x gain - 27,000: -21,600, 27,000 and 75,600 at gains of 0.1, 1 and 1.9, the 5 %, 50 % and 95 %.
    let text = complexity(r#"{ dist = "uniform", min = 0, max = 2 }"#);
    let found = drawn(&text, Some("complexity"), 4_096, 2);
    assert_eq!(
        (found.samples, found.uncertain_inputs),
        (Some(4_096), Some(1))
    );
    let sure = found.choices[0].sure.as_ref().expect("draws");
    assert_eq!((sure.answered, sure.unanswered), (4_096, 0));
    assert!((sure.probability_same - 0.75).abs() < 2e-3, "{sure:?}");
    assert!((sure.flip_probability + sure.probability_same - 1.0).abs() < 1e-12);
    assert_eq!(sure.others[0].answer, "simple");
    let net = &sure.figures[0];
    for (found, expected) in [
        (net.p5, -21_600.0),
        (net.p50, 27_000.0),
        (net.p95, 75_600.0),
    ] {
        assert!((found - expected).abs() < 200.0, "{net:?}");
    }
    // The same share of the draws has a month in which it turns.
    let turns = sure
        .figures
        .iter()
        .find(|range| range.key == "turns_in_month");
    assert_eq!(turns.expect("a month").exists, sure.probability_same);
}

#[test]
fn draws_do_not_depend_on_the_number_of_threads() {
    let text = shipped();
    let of = |threads| {
        let found = drawn(&text, None, 48, threads);
        serde_json::to_string(&found).expect("JSON")
    };
    let one = of(1);
    for threads in [2, 3, 16, 40] {
        assert!(one == of(threads), "{threads} threads");
    }
}

#[test]
fn every_card_of_the_shipped_scenario_is_moved_by_its_ranges() {
    let found = drawn(&shipped(), None, 64, 2);
    for choice in &found.choices {
        let sure = choice.sure.as_ref().expect("draws");
        assert!(sure.moved, "{}", choice.name);
        assert_eq!((sure.answered, sure.unanswered), (64, 0), "{}", choice.name);
        assert!(sure.figures.len() >= 3, "{}", choice.name);
        for range in &sure.figures {
            assert!(range.p5 <= range.p50 && range.p50 <= range.p95, "{range:?}");
            // What is spread is a figure of the card.
            assert!(
                choice.figures.iter().any(|figure| figure.key == range.key),
                "{range:?}"
            );
        }
    }
}

#[test]
fn draws_in_which_a_choice_has_no_answer_are_counted_and_said() {
    // In 45 % of the draws nothing ever errs, so there is nothing to review.
    let half = r#"error_rate = { dist = "discrete", values = [0, 0.2], weights = [0.45, 0.55] }"#;
    let text = REVIEWED.replace("error_rate = 0.2", half);
    let mut found = drawn(&text, Some("oversight"), 512, 1);
    let sure = found.choices[0].sure.as_ref().expect("draws");
    assert_eq!(sure.answered + sure.unanswered, 512);
    // 32 points of each of 16 randomizations: 14 or 15 of them lie below 0.45.
    assert!((224..=240).contains(&sure.unanswered), "{sure:?}");
    assert_eq!(sure.probability_same, 1.0);
    llmcost::report::choices::say(&mut found, &scenario(&text).currency);
    let said = &found.choices[0].verdict;
    assert!(said.contains("has no answer"), "{said}");
}

#[test]
fn a_choice_that_no_range_enters_says_so() {
    let text = format!(
        "{}\n[choices.data]\nexamples = 1_000\nlabel_noise = 0.1\ncleaned_per_hour = 50\n\
         cleaning_usd_per_hour = 40\ncollected_per_day = 100\ncollecting_usd_per_day = 400\n",
        complexity(r#""1 to 2""#)
    );
    let mut found = drawn(&text, None, 16, 1);
    llmcost::report::choices::say(&mut found, &scenario(&text).currency);
    let of = |name: &str| {
        let choice = found.choices.iter().find(|choice| choice.name == name);
        choice.expect("a choice")
    };
    let data = of("data");
    assert!(!data.sure.as_ref().expect("draws").moved);
    assert!(
        data.verdict.contains("No range of the file moves it"),
        "{}",
        data.verdict
    );
    assert!(of("complexity").sure.as_ref().expect("draws").moved);
    // What is not answered is not drawn.
    assert!(of("oversight").sure.is_none());
}

#[test]
fn a_scenario_without_ranges_is_not_drawn() {
    let found = drawn(&complexity("1.5"), None, 64, 1);
    assert_eq!(
        (found.samples, found.seed, found.uncertain_inputs),
        (None, None, None)
    );
    assert!(found.choices.iter().all(|choice| choice.sure.is_none()));
}

#[test]
fn samples_and_threads_are_refused_as_simulate_refuses_them() {
    for (flag, told) in [
        (
            "--samples=0",
            "error: --samples: `0` is no number of samples\nhint: a whole number from 1 to 1,048,576",
        ),
        (
            "--samples=2.5",
            "error: --samples: `2.5` is no number of samples",
        ),
        ("--threads=0", "error: --threads: at least 1 is needed"),
    ] {
        let out = llmcost(&["choices", "scenarios/six-choices.toml", flag]);
        let text = String::from_utf8(out.stderr).expect("UTF-8");
        assert!(text.starts_with(told), "{flag}: {text}");
        assert!(out.stdout.is_empty());
    }
}

fn json_of(arguments: &[&str]) -> serde_json::Value {
    let out = llmcost(&[arguments, &["-q", "--format", "json"]].concat());
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    serde_json::from_slice(&out.stdout).expect("JSON")
}

#[test]
fn simulate_says_of_the_choices_what_choices_says() {
    let file = "scenarios/six-choices.toml";
    let seed = ["--seed", "7"];
    let simulated = json_of(&[&["simulate", file, "--samples", "1024"], &seed[..]].concat());
    let cards = json_of(&[&["choices", file], &seed[..]].concat());
    assert_eq!(simulated["choices_samples"], 256);
    let simulated = simulated["choices"].as_array().expect("choices");
    let cards = cards["choices"].as_array().expect("choices");
    assert_eq!(simulated.len(), QUESTIONS.len());
    for (drawn, card) in simulated.iter().zip(cards) {
        assert_eq!(drawn["name"], card["name"]);
        assert_eq!(drawn["answer"], card["answer"]);
        for key in [
            "probability_same",
            "flip_probability",
            "others",
            "answered",
            "figures",
        ] {
            assert_eq!(drawn[key], card["sure"][key], "{key} of {}", card["name"]);
        }
    }
}

#[test]
fn fewer_samples_of_simulate_are_fewer_of_the_choices() {
    let file = "scenarios/six-choices.toml";
    let simulated = json_of(&["simulate", file, "--samples", "64"]);
    assert_eq!(simulated["choices_samples"], 64);
    assert_eq!(simulated["choices"][1]["answered"], 64);
}

#[test]
fn simulate_is_silent_of_choices_that_no_table_asks_for() {
    for file in [
        "scenarios/uncertain-inputs.toml",
        "scenarios/twelve-ranges.toml",
    ] {
        let simulated = json_of(&["simulate", file, "--samples", "64"]);
        assert!(simulated.get("choices").is_none(), "{file}");
        assert!(simulated.get("choices_samples").is_none(), "{file}");
    }
}

#[test]
fn every_format_of_simulate_has_the_choices() {
    let of = |format: &str| {
        let out = llmcost(&[
            "simulate",
            "scenarios/six-choices.toml",
            "--samples",
            "256",
            "-q",
            "--format",
            format,
        ]);
        String::from_utf8(out.stdout).expect("UTF-8")
    };
    // The shares that `choices` shows of the same draws (`docs/choices.md`).
    for format in ["table", "markdown"] {
        let text = of(format);
        assert!(
            text.contains("Data quantity or quality: collect in 81 %; clean in 19 %"),
            "{format}: {text}"
        );
        assert!(text.contains("cleaning pays from noise of"), "{format}");
    }
    let text = of("csv");
    let row = |begin: &str| {
        let found = text.lines().find(|line| line.starts_with(begin));
        let found = found.unwrap_or_else(|| panic!("no {begin} in {text}"));
        found.split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    let heads = row("option,figure");
    let share = |answer: &str| -> f64 {
        let row = row(&format!("choices.data,probability_{answer},"));
        assert_eq!(row.len(), heads.len());
        row[3].parse().expect("a share")
    };
    assert_eq!(share("collect") + share("clean"), 1.0);
    let noise = row("choices.data,break_even_noise,");
    let at = |head: &str| -> f64 {
        let at = heads.iter().position(|known| known == head);
        noise[at.expect("a head")].parse().expect("a number")
    };
    assert!(at("p5") < at("p50") && at("p50") < at("p95"), "{noise:?}");
}
