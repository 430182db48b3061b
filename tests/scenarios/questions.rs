//! Each file opens with the question that it answers, and answers it.

use super::run::{compared, option, shipped, warned};

/// The first paragraph of a file's comments, as one line.
fn opening(text: &str) -> String {
    let comments = text
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .map(str::trim);
    let paragraph: Vec<&str> = comments.take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ")
}

#[test]
fn each_scenario_opens_with_the_question_it_answers_and_reports_it() {
    for file in shipped() {
        let question = opening(&file.text);
        assert!(question.ends_with('?'), "{}: {question}", file.name);
        let described = compared(&file.name, &file.text).scenario.description;
        assert_eq!(
            described.as_deref(),
            Some(question.as_str()),
            "{}",
            file.name
        );
    }
}

#[test]
fn no_scenario_warns_but_of_what_its_reader_must_decide() {
    let deserved = |name: &str| match name {
        // Google has announced the price of 2027.
        "chat-assistant" | "switch-later" => vec!["announced-price"],
        // Azure retires the base model inside the plan, and its prices were last seen in August.
        "fine-tune-or-few-shot" => vec!["model-retires", "stale-catalog"],
        // The same base model, and ranges that `llmcost choices` draws.
        "six-choices" => vec!["medians-used", "model-retires", "stale-catalog"],
        // What a unit carries was last published in 2025.
        "provisioned-throughput" => vec!["stale-catalog"],
        // That is what the scenario is about.
        "twelve-ranges" | "uncertain-inputs" => vec!["medians-used"],
        _ => Vec::new(),
    };
    for file in shipped() {
        let result = compared(&file.name, &file.text);
        assert_eq!(
            warned(&result),
            deserved(&file.name),
            "{}: {:#?}",
            file.name,
            result.warnings
        );
    }
}

fn cheapest(name: &str) -> String {
    let file = shipped().into_iter().find(|file| file.name == name);
    let file = file.unwrap_or_else(|| panic!("no scenario {name}"));
    compared(&file.name, &file.text).cheapest
}

#[test]
fn at_a_hundred_thousand_requests_a_day_the_api_beats_a_stack_that_is_75_percent_staff() {
    assert_eq!(cheapest("article-100k"), "gpt-4o-mini");
}

#[test]
fn at_a_million_the_claim_holds_for_a_believed_share_and_not_for_counted_people() {
    let file = shipped()
        .into_iter()
        .find(|file| file.name == "article-1m")
        .expect("it is shipped");
    let result = compared(&file.name, &file.text);
    let usd = |name: &str| option(&result, name).monthly_usd;
    assert!(usd("own, 75 % staff") < usd("gpt-4o-mini"));
    assert!(usd("own, people counted") > usd("gpt-4o-mini"));
    assert!((option(&result, "own, 75 % staff").staff_share - 0.75).abs() < 1e-12);
}

#[test]
fn a_small_team_stays_on_the_api() {
    assert_eq!(cheapest("small-team"), "luna");
}

#[test]
fn a_base_of_ones_own_with_overflow_beats_both_of_its_parts() {
    assert_eq!(cheapest("hybrid-overflow"), "own base, overflow");
}

#[test]
fn a_crossing_at_which_nobody_is_hired_is_not_blamed_on_staff() {
    let file = shipped()
        .into_iter()
        .find(|file| file.name == "hybrid-overflow")
        .expect("it is shipped");
    let result = compared(&file.name, &file.text);
    // Its head count of one for every started 64 GPUs is one at these volumes: 22 GPUs, 54 at most.
    for pair in &result.break_even {
        let blamed = pair.crossings.iter().find(|at| at.cause == "staff");
        assert!(blamed.is_none(), "{} / {}: {blamed:?}", pair.a, pair.b);
    }
}

#[test]
fn the_model_with_fewer_errors_is_worth_its_price() {
    assert_eq!(cheapest("review-and-errors"), "large model");
}

#[test]
fn a_bought_server_pays_back_against_a_rented_one_within_its_life() {
    let file = shipped()
        .into_iter()
        .find(|file| file.name == "on-premises")
        .expect("it is shipped");
    let result = compared(&file.name, &file.text);
    let payback = result
        .payback
        .iter()
        .find(|payback| payback.against == "rented");
    let months = payback
        .and_then(|payback| payback.discounted_months)
        .expect("it pays back");
    assert!(months < 60.0, "{months}");
}
