//! Published cases through whole scenarios, laws, and what is said where the file is silent.

use llmcost::analysis::choices::{Choice, Depth, choice};
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Scenario, Settings, load};

use super::shipped::shipped;

pub(super) fn scenario(text: &str) -> Scenario {
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

pub(super) const BASIS: &str = "
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
pub(super) const REVIEWED: &str = r#"
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
