//! Tokens, training runs and tuned models at list prices.

use super::facts::{self, Case};
use super::run::{only, reproduce};

/// One request a month with all tokens in it, at the case's own prices.
fn tokens_of_a_day(case: &Case) -> String {
    format!(
        r#"
        hours_per_month = 24
        days_per_month = 1
        [workload]
        requests_per_day = 1
        input_tokens = {}
        output_tokens = {}
        [[api]]
        name = "api"
        input_usd_per_mtok = {}
        output_usd_per_mtok = {}
        "#,
        case.input("in_tok"),
        case.input("out_tok"),
        case.input("in_usd_mtok"),
        case.input("out_usd_mtok"),
    )
}

#[test]
fn tokens_cost_their_list_price() {
    reproduce(&facts::of("token_cost"), |case| {
        only(&tokens_of_a_day(case)).monthly_usd
    });
}

#[test]
fn a_day_of_deepseek_at_list_prices_is_one_scenario_with_cached_input() {
    // 608e9 tokens of input, 342e9 of them from the cache, 168e9 of output: the page says 562,027 USD,
    // and its rounded token counts give 562,100.
    let day = r#"
        hours_per_month = 24
        days_per_month = 1
        [workload]
        requests_per_day = 1
        input_tokens = 608e9
        output_tokens = 168e9
        cached_input_share = 0.5625
        [[api]]
        name = "R1"
        input_usd_per_mtok = 0.55
        output_usd_per_mtok = 2.19
        cache_read_usd_per_mtok = 0.14
    "#;
    let api = only(day);
    assert!(
        (api.monthly_usd - 562_100.0).abs() < 1.0,
        "{}",
        api.monthly_usd
    );
    assert!(
        (api.monthly_usd / 562_027.0 - 1.0).abs() < 2e-4,
        "{}",
        api.monthly_usd
    );
}

#[test]
fn half_of_a_batch_is_half_way_between_both_published_prices() {
    // opus_rt and opus_batch: 0.036 and 0.018 USD a request.
    let half = r#"
        [workload]
        requests_per_day = 1_000
        batch_share = 0.5
        input_tokens = 5_000
        output_tokens = 800
        [[api]]
        name = "opus"
        input_usd_per_mtok = 4
        output_usd_per_mtok = 20
        batch_input_usd_per_mtok = 2
        batch_output_usd_per_mtok = 10
    "#;
    assert!((only(half).usd_per_request - 0.027).abs() < 1e-9);
}

fn tuned(more: &str) -> String {
    format!(
        r#"
        hours_per_month = 720
        [workload]
        requests_per_day = 0
        input_tokens = 1_000
        output_tokens = 2_000
        [[fine_tune]]
        name = "tuned"
        input_usd_per_mtok = 1
        output_usd_per_mtok = 1
        {more}
        "#
    )
}

fn run_usd(more: &str) -> f64 {
    only(&tuned(more))
        .fine_tune
        .expect("a tuned model has a training")
        .run_usd
}

#[test]
fn a_training_run_by_the_token_is_tokens_times_epochs_times_price() {
    reproduce(&facts::of("finetune_tokens"), |case| {
        run_usd(&format!(
            "training_mtok = {}\nepochs = {}\ntraining_usd_per_mtok = {}",
            case.input("train_mtok"),
            case.input("epochs"),
            case.input("usd_mtok"),
        ))
    });
}

#[test]
fn a_training_run_by_the_hour_is_hours_times_price_and_its_grader() {
    reproduce(&facts::of("rft_cost"), |case| {
        run_usd(&format!(
            "training_hours = {}\ntraining_usd_per_hour = {}\n\
             grader_input_mtok = {}\ngrader_input_usd_per_mtok = {}\n\
             grader_output_mtok = {}\ngrader_output_usd_per_mtok = {}",
            case.input("hours"),
            case.input("usd_hr"),
            case.input("grader_in_mtok"),
            case.input("grader_in_usd"),
            case.input("grader_out_mtok"),
            case.input("grader_out_usd"),
        ))
    });
}

#[test]
fn a_month_of_a_tuned_model_is_its_hosting_and_its_tokens() {
    reproduce(&facts::of("hosted_ft_month"), |case| {
        // A million requests a month, so that tokens a request are Mtok a month.
        let month = only(&format!(
            r#"
            hours_per_month = {}
            days_per_month = 30
            [workload]
            requests_per_day = {}
            input_tokens = {}
            output_tokens = {}
            [[fine_tune]]
            name = "tuned"
            training_mtok = 0
            training_usd_per_mtok = 0
            hosting_usd_per_hour = {}
            input_usd_per_mtok = {}
            output_usd_per_mtok = {}
            "#,
            case.input("hours"),
            1e6 / 30.0,
            case.input("in_mtok"),
            case.input("out_mtok"),
            case.input("hosting_hr"),
            case.input("in_usd_mtok"),
            case.input("out_usd_mtok"),
        ));
        month.monthly_usd
    });
}
