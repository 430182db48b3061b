//! The six choices: published cases through whole scenarios, laws, and what is said where the file is silent.

use std::path::Path;
use std::process::{Command, Output};

use llmcost::analysis::choices::{
    Ask, Choice, Choices, Depth, QUESTIONS, add_certainty, answers, choice,
};
use llmcost::analysis::draw::Method;
use llmcost::analysis::uncertain::Uncertainty;
use llmcost::analysis::vary::Varied;
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Scenario, Settings, load};

fn scenario(text: &str) -> Scenario {
    let mut sources = Sources::default();
    let catalog = Catalog::embedded();
    match load("t.toml", text, &Settings::default(), &catalog, &mut sources) {
        Ok(loaded) => loaded.scenario,
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(|p| p.render(&sources)).collect();
            panic!("{}", told.join("\n"))
        }
    }
}

fn answered(text: &str, name: &str) -> Choice {
    choice(&scenario(text), name, Depth::Whole).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("a figure");
    assert!(
        (found - expected).abs() <= 1e-6 * expected.abs(),
        "{found} is not {expected}"
    );
}

const BASIS: &str = "
    [workload]
    requests_per_day = 1_000
    input_tokens = 400
    output_tokens = 100
";

/// GPT-4o with 2,000 tokens of examples against a tuned one at 1.5 times its price, training at 25 USD/Mtok
/// (`catalog tunable`; prices of 2024). A request of 400 + 100 tokens is the mix at which the published
/// break-evens come out: 2,000 x 2.50 = 0.0050 USD of examples less a premium of 400 x 1.25 + 100 x 5 =
/// 0.0010 USD leaves 0.0040 USD a request.
fn few_shot(paid_first: f64, cached: f64) -> String {
    format!(
        r#"
        horizon_months = 12
        {BASIS}
        [[api]]
        name = "few-shot"
        input_usd_per_mtok = 2.50
        cache_read_usd_per_mtok = 1.25
        output_usd_per_mtok = 10
        prompt_tokens_added = 2_000
        prompt_change_cached_share = {cached}
        [[fine_tune]]
        name = "tuned"
        input_usd_per_mtok = 3.75
        output_usd_per_mtok = 15
        training_usd_per_mtok = 25
        examples = 1_000
        tokens_per_example = 1_000
        epochs = 1
        evaluation_usd = {}
        "#,
        paid_first - 25.0
    )
}

#[test]
fn the_published_break_evens_of_a_tuned_gpt_4o_come_out() {
    // 25/0.004 = 6,250 requests for the training alone; 10,000/0.004 = 2.5 M with the data; with the examples
    // read from the cache only 0.0015 USD is saved: 10,000/0.0015 = 6.67 M.
    let of = |first, cached| {
        answered(&few_shot(first, cached), "prompt-or-tune").figure("break_even_requests")
    };
    close(of(25.0, 0.0), 6_250.0);
    close(of(10_000.0, 0.0), 2.5e6);
    close(of(10_000.0, 1.0), 10_000.0 / 0.0015);
}

#[test]
fn tuning_never_pays_where_its_premium_eats_the_saving() {
    let dear =
        few_shot(10_000.0, 1.0).replace("output_usd_per_mtok = 15", "output_usd_per_mtok = 60");
    let found = answered(&dear, "prompt-or-tune");
    assert_eq!(found.answer, "prompt");
    assert_eq!(found.figure("break_even_requests"), None);
    assert_eq!(found.figure("break_even_requests_per_day"), None);
}

#[test]
fn at_the_break_even_volume_both_ways_cost_the_same() {
    let text = few_shot(10_000.0, 0.3);
    let volume = answered(&text, "prompt-or-tune")
        .figure("break_even_requests_per_day")
        .expect("a volume");
    let there = text.replace(
        "requests_per_day = 1_000",
        &format!("requests_per_day = {volume}"),
    );
    let found = answered(&there, "prompt-or-tune");
    close(
        found.figure("tuning_usd"),
        found.figure("prompting_usd").expect("a cost"),
    );
}

#[test]
fn a_cached_prefix_moves_the_break_even_out() {
    let found = answered(&few_shot(10_000.0, 0.3), "prompt-or-tune");
    let keys = [
        "break_even_uncached_per_day",
        "break_even_half_cached_per_day",
        "break_even_cached_per_day",
    ];
    let volumes = keys.map(|key| found.figure(key).expect("a volume"));
    assert!(volumes.is_sorted(), "{volumes:?}");
}

/// Reviews of 60/25 minutes for all of 600 answers a day.
const REVIEWED: &str = r#"
    [workload]
    requests_per_day = 600
    input_tokens = 500
    output_tokens = 100
    [quality]
    error_rate = 0.2
    cost_per_error_usd = 50
    review_minutes = 2.4
    reviewer_usd_per_hour = 30
    [[api]]
    name = "api"
    input_usd_per_mtok = 1
    output_usd_per_mtok = 1
"#;

#[test]
fn six_hundred_reviews_a_day_take_three_people() {
    let found = answered(REVIEWED, "oversight");
    assert_eq!(found.answer, "review-all");
    close(found.figure("reviews_per_day"), 600.0);
    close(found.figure("reviewers"), 3.0);
    // Three are busy all day, so the wait has no mean.
    assert_eq!(found.figure("mean_wait_minutes"), None);
}

#[test]
fn the_price_of_an_error_decides_between_two_models() {
    // (0.020 - 0.001)/(0.15 - 0.05) = 0.19 USD an error.
    let text = r#"
        [workload]
        requests_per_day = 1_000
        input_tokens = 1
        output_tokens = 1
        [quality]
        cost_per_error_usd = 0.1
        [choices.oversight]
        option = "cheap"
        [[api]]
        name = "cheap"
        input_usd_per_mtok = 0
        output_usd_per_mtok = 0
        usd_per_request = 0.001
        error_rate = 0.15
        [[api]]
        name = "better"
        input_usd_per_mtok = 0
        output_usd_per_mtok = 0
        usd_per_request = 0.020
        error_rate = 0.05
    "#;
    close(
        answered(text, "oversight").figure("better_model_pays_from_usd"),
        0.19,
    );
}

#[test]
fn reviews_by_confidence_cost_no_more_than_all_or_nothing() {
    for concentration in ["0.3", "2", "20"] {
        let text = format!(
            "{REVIEWED}\n[choices.oversight]\nconfidence_concentration = {concentration}\n"
        );
        let found = answered(&text, "oversight");
        let best = found.figure("best_review_usd_per_month").expect("a cost");
        for other in ["review_nothing_usd_per_month", "review_all_usd_per_month"] {
            assert!(
                best <= found.figure(other).expect("a cost") * (1.0 + 1e-12),
                "{other}"
            );
        }
    }
}

#[test]
fn a_cascade_costs_no_more_than_either_of_its_models() {
    let found = answered(&shipped(), "oversight");
    let best = found.figure("cascade_usd_per_month").expect("a cascade");
    let of = |key: &str| found.figure(key).unwrap_or(0.0);
    let sum = of("cascade_small_usd_per_month")
        + of("cascade_large_usd_per_month")
        + of("cascade_errors_usd_per_month");
    close(Some(sum), best);
    let curve = found
        .series
        .iter()
        .find(|series| series.x == "share that goes on");
    for [_, cost] in &curve.expect("its curve").points {
        assert!(best <= cost * (1.0 + 1e-9));
    }
}

/// Own GPUs at a peak of three times the mean: 40 % of waiting work, at 20 % lost capacity steps.
fn own(penalty: f64) -> String {
    format!(
        r#"
        [workload]
        requests_per_day = 864_000
        input_tokens = 500
        output_tokens = 500
        peak_to_mean = 2
        [choices.batch]
        can_wait_share = 0.8
        usd_per_waiting_request = {penalty}
        [[self_host]]
        name = "own"
        gpu = "h100-sxm"
        usd_per_gpu_hour = 2
        target_utilization = 1.0
        throughput = {{ requests_per_second = 1 }}
        "#
    )
}

#[test]
fn own_gpus_need_none_more_for_work_that_fills_the_trough() {
    // 10 a second on the mean, 20 at the peak: 20 replicas in real time; 10 once half of it waits, and no
    // fewer however much more does.
    let found = answered(&own(0.0), "batch");
    close(found.figure("gpus_real_time"), 20.0);
    close(found.figure("gpus_best"), 10.0);
    close(found.figure("best_share"), 0.5);
    assert_eq!(found.answer, "batch");
}

#[test]
fn the_best_share_is_no_worse_than_any_other() {
    for penalty in [0.0, 1e-5, 2e-4, 1e-2] {
        let text = own(penalty);
        let found = answered(&text, "batch");
        let best = found.figure("best_usd_per_month").expect("a cost");
        let requests = 864_000.0 * 365.0 / 12.0;
        for step in 0..=80 {
            let share = f64::from(step) / 100.0;
            let fixed = text
                .replace("can_wait_share = 0.8", "can_wait_share = 0.0")
                .replace(
                    "peak_to_mean = 2",
                    &format!("peak_to_mean = 2\nbatch_share = {share}"),
                );
            let mut scenario = scenario(&fixed);
            scenario.choices.batch = None;
            let result = llmcost::analysis::compare::compare(&scenario).expect("a price");
            let cost = result.options[0].monthly_usd + penalty * share * requests;
            assert!(
                best <= cost * (1.0 + 1e-6),
                "{penalty} {share}: {best} > {cost}"
            );
        }
    }
}

#[test]
fn waiting_earns_nothing_at_the_loss_that_is_its_break_even() {
    let api = |loss: f64| {
        format!(
            r#"
            [workload]
            requests_per_day = 10_000
            input_tokens = 1_000
            output_tokens = 100
            [choices.batch]
            can_wait_share = 0.4
            usd_per_waiting_request = {loss}
            late_share = 0.01
            usd_per_late_request = 0.02
            [[api]]
            name = "api"
            input_usd_per_mtok = 2
            output_usd_per_mtok = 10
            batch_input_usd_per_mtok = 1
            batch_output_usd_per_mtok = 5
            "#
        )
    };
    // 0.002 + 0.001 USD a request, half of it saved: 0.0015, of which missed deadlines take 0.01 x 0.02.
    let found = answered(&api(0.0), "batch");
    close(found.figure("break_even_usd_per_waiting_request"), 0.0015);
    close(found.figure("loss_usd_per_waiting_request"), 0.0002);
    let requests = 10_000.0 * 365.0 / 12.0;
    close(
        found.figure("saved_usd_per_month"),
        0.4 * requests * (0.0015 - 0.0002),
    );
    let answer = |loss: f64| answered(&api(loss), "batch").answer;
    assert_eq!(answer(0.0013 * 0.999), "batch");
    assert_eq!(answer(0.0013 * 1.001), "real-time");
}

#[test]
fn building_pays_from_where_both_cost_the_same() {
    let text = r#"
        [workload]
        requests_per_day = 1_000
        input_tokens = 1_000
        output_tokens = 300
        [[api]]
        name = "api"
        input_usd_per_mtok = 1
        output_usd_per_mtok = 4
        [[self_host]]
        name = "own"
        gpu = "h100-sxm"
        usd_per_gpu_hour = 2
        gpus = 8
        throughput = { requests_per_second = 1_000 }
        staff = [{ role = "sre", fte = 1, usd_per_year = 180_000 }]
    "#;
    // 16 x 730 + 15,000 = 26,680 a month; a request costs 0.0022 USD; 26,680/(0.0022 x 30.4167) a day.
    let found = answered(text, "build-or-buy");
    assert_eq!(found.answer, "buy");
    let volume = 26_680.0 / (0.0022 * 365.0 / 12.0);
    close(found.figure("build_pays_from_per_day"), volume);
    // The article's prices: 1,000 x 0.15 + 300 x 0.60 = 0.00033 USD.
    close(
        found.figure("pays_from_with_article_price_per_day"),
        26_680.0 / (0.00033 * 365.0 / 12.0),
    );
    // 75 % staff: 11,680 x 4.
    close(
        found.figure("pays_from_with_article_staff_per_day"),
        46_720.0 / (0.0022 * 365.0 / 12.0),
    );
}

#[test]
fn at_the_volume_from_which_building_pays_both_cost_the_same() {
    let present = "requests_per_day = \"40_000 to 90_000\"";
    assert!(shipped().contains(present));
    let volume = answered(&shipped(), "build-or-buy").figure("build_pays_from_per_day");
    let volume = volume.expect("a volume");
    let at = |factor: f64| {
        let there = format!("requests_per_day = {}", factor * volume);
        let found = answered(&shipped().replace(present, &there), "build-or-buy");
        let cost = |key: &str| found.figure(key).expect("a cost");
        (cost("buy_usd_per_month"), cost("build_usd_per_month"))
    };
    let (buy, build) = at(1.0);
    // GPUs are whole: where a step of theirs is crossed the two need not be equal, but are near.
    assert!((buy - build).abs() <= 0.01 * buy, "{buy} {build}");
    let (buy, build) = at(1.02);
    assert!(build < buy, "{buy} {build}");
}

fn shipped() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/six-choices.toml");
    std::fs::read_to_string(path).expect("the shipped scenario")
}

#[test]
fn the_shipped_scenario_answers_all_six() {
    let scenario = scenario(&shipped());
    for question in QUESTIONS {
        let found = choice(&scenario, question.name, Depth::Whole).expect("a price");
        assert!(!found.answer.is_empty(), "{}", question.name);
        assert!(found.missing.is_empty(), "{}", question.name);
        let answer = choice(&scenario, question.name, Depth::Answer).expect("a price");
        assert_eq!(answer.answer, found.answer);
    }
}

#[test]
fn a_silent_scenario_is_asked_for_keys_and_nothing_is_invented() {
    let scenario = scenario(&format!(
        "{BASIS}\n[[api]]\nname = \"api\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 2\n"
    ));
    for question in QUESTIONS {
        let found = choice(&scenario, question.name, Depth::Whole).expect("a price");
        assert_eq!(found.answer, "", "{}", question.name);
        assert!(found.figures.is_empty());
        assert!((2..=3).contains(&found.missing.len()), "{}", question.name);
    }
}

fn llmcost(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

#[test]
fn every_format_gives_the_same_verdict() {
    let json = llmcost(&[
        "choices",
        "scenarios/six-choices.toml",
        "--only",
        "data",
        "--format",
        "json",
        "-q",
    ]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let verdict = json["choices"][0]["verdict"]
        .as_str()
        .expect("a verdict")
        .to_owned();
    assert!(
        json["choices"][0]["flips_at"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    );
    for format in ["table", "markdown"] {
        let out = llmcost(&[
            "choices",
            "scenarios/six-choices.toml",
            "--only",
            "data",
            "--format",
            format,
            "-q",
        ]);
        let text = String::from_utf8(out.stdout).expect("UTF-8");
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(&verdict), "{format}: {text}");
    }
}

#[test]
fn an_unknown_choice_is_refused_with_the_known_ones() {
    let out = llmcost(&["choices", "scenarios/six-choices.toml", "--only", "sixth"]);
    assert_eq!(out.status.code(), Some(2));
    let text = String::from_utf8(out.stderr).expect("UTF-8");
    assert!(
        text.contains("build-or-buy") && text.contains("oversight"),
        "{text}"
    );
}

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
