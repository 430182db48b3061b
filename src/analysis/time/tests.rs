use super::super::compare::compare;
use super::*;
use crate::catalog::Catalog;
use crate::diagnostic::Sources;
use crate::scenario::{Settings, load};

fn scenario(text: &str) -> Scenario {
    let mut sources = Sources::default();
    let (settings, catalog) = (Settings::default(), Catalog::embedded());
    match load("case.toml", text, &settings, &catalog, &mut sources) {
        Ok(loaded) => loaded.scenario,
        Err(problems) => panic!("{}", problems[0].render(&sources)),
    }
}

/// Two options that cost 10,000 a month, or 15,000 once and 4,000 a month; keys of the second and of the
/// frame may be added.
fn two(frame: &str, keys: &str) -> Scenario {
    scenario(&format!(
        "start = \"2027-01\"\n{frame}\n[workload]\nrequests_per_day = 1\ninput_tokens = 1\noutput_tokens = 1\n\
         [[api]]\nname = \"a\"\ninput_usd_per_mtok = 0\noutput_usd_per_mtok = 0\n\
         costs = [{{ label = \"fee\", usd_per_month = 10_000 }}]\n\
         [[api]]\nname = \"b\"\ninput_usd_per_mtok = 0\noutput_usd_per_mtok = 0\nbuild_usd = 15_000\n\
         costs = [{{ label = \"fee\", usd_per_month = 4_000 }}]\n{keys}\n"
    ))
}

const MONTHLY_PERCENT: &str = "discount_rate = 0.126825030131969720661201";

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

#[test]
fn present_values_payback_and_rate_of_return_are_those_worked_by_hand() {
    // Three months at 1 % a month: a = 10,000 x 2.9409852 = 29,409.852; b = 15,000 + 4,000 x 2.9409852.
    let plan = over_time(
        &two(&format!("horizon_months = 3\n{MONTHLY_PERCENT}"), ""),
        0,
    )
    .unwrap();
    let [a, b] = &plan.options[..] else {
        panic!("two options")
    };
    assert!((a.npv_usd - 29_409.852_1).abs() < 0.001, "{}", a.npv_usd);
    assert!((b.npv_usd - 26_763.940_8).abs() < 0.001, "{}", b.npv_usd);
    assert!(near(a.cumulated_usd, 30_000.0) && near(b.cumulated_usd, 27_000.0));
    // 15,000 / 6,000 = 2.5 months; discounted -ln(1 - 15,000 x 0.01/6,000)/ln 1.01 = 2.544419.
    let payback = b.payback.unwrap();
    assert!(near(payback.simple_months.unwrap(), 2.5));
    assert!((payback.discounted_months.unwrap() - 2.544_419).abs() < 1e-6);
    assert!(near(payback.deepest_usd, 15_000.0));
    assert_eq!(payback.verdict, PaybackVerdict::EarnedBack);
    // 15,000 = 6,000 (v + v^2 + v^3): v = 0.911569, 9.7010 % a month.
    let irr = b.irr.as_ref().unwrap();
    let monthly = (1.0 + irr.per_year[0]).powf(1.0 / 12.0) - 1.0;
    assert!((monthly - 0.097_010).abs() < 1e-6, "{monthly}");
    assert!(a.payback.is_none() && a.irr.is_none());
}

#[test]
fn a_plan_too_short_to_earn_it_back_says_so() {
    let plan = over_time(&two("horizon_months = 2", ""), 0).unwrap();
    let payback = plan.options[1].payback.unwrap();
    assert_eq!(payback.verdict, PaybackVerdict::NotWithinThePlan);
    assert_eq!(
        (payback.simple_months, payback.discounted_months),
        (None, None)
    );
    // Seen from the other side there is nothing to earn back, until the dearer month fees take more.
    let plan = over_time(&two("horizon_months = 2", ""), 1).unwrap();
    let payback = plan.options[0].payback.unwrap();
    assert_eq!(payback.verdict, PaybackVerdict::NothingToEarnBack);
}

#[test]
fn a_retraining_that_costs_more_than_was_saved_falls_back() {
    // 15,000 are saved back in month 2.5; a ramp of people from month 4 on takes 20,000 a month.
    let keys = "staff = [{ role = \"sre\", fte = 1, usd_per_year = 240_000, after_months = 4 }]";
    let plan = over_time(&two("horizon_months = 8", keys), 0).unwrap();
    let payback = plan.options[1].payback.unwrap();
    assert!(near(payback.simple_months.unwrap(), 2.5) && payback.falls_back);
    assert_eq!(plan.options[1].months[4].staff_usd, 20_000.0);
    assert_eq!(plan.options[1].months[3].staff_usd, 0.0);
    let arrival = plan
        .events
        .iter()
        .find(|event| event.what == EventKind::Staff);
    assert_eq!(arrival.map(|event| event.index), Some(4));
}

#[test]
fn one_off_costs_and_ramp_ups_are_paid_in_their_months() {
    // Hiring 30,000 at once; two months of 20,000 each for each of two people who come after a month.
    let keys = "staff = [{ role = \"sre\", fte = 2, usd_per_year = 240_000, new_hires = 2, hiring_usd = 15_000, \
                ramp_up_months = 2, after_months = 1 }]";
    let plan = over_time(&two("horizon_months = 6", keys), 0).unwrap();
    let months = &plan.options[1].months;
    let once: Vec<f64> = months.iter().map(|month| month.once_usd).collect();
    assert_eq!(once, [15_000.0, 70_000.0, 40_000.0, 0.0, 0.0, 0.0]);
    let running: Vec<f64> = months.iter().map(|month| month.running_usd).collect();
    assert_eq!(
        running,
        [4_000.0, 44_000.0, 44_000.0, 44_000.0, 44_000.0, 44_000.0]
    );
}

#[test]
fn bought_hardware_is_cash_when_it_is_bought_and_worth_something_at_the_end() {
    let text = "horizon_months = 18\nstart = \"2027-01\"\n[workload]\nrequests_per_day = 1\ninput_tokens = 1\n\
                output_tokens = 1\n[[self_host]]\nname = \"own\"\ngpus = 2\n\
                throughput = { requests_per_second = 20 }\npurchase = \"buy\"\nusd_per_gpu = 30_000\n\
                life_years = 1\nresidual_share = 0.1\nopex_usd_per_hour = 1\n";
    let plan = over_time(&scenario(text), 0).unwrap();
    let own = &plan.options[0];
    let bought: Vec<(u32, f64)> = own
        .months
        .iter()
        .filter(|month| month.hardware_usd != 0.0)
        .map(|month| (month.index, month.hardware_usd))
        .collect();
    // 2 x 30,000; after a year again, when 6,000 come back. Half a year later half of 54,000 is written off.
    assert_eq!(bought, [(0, 60_000.0), (12, 54_000.0)]);
    assert!(near(own.value_left_usd, 33_000.0));
    assert!(near(
        own.cumulated_usd,
        60_000.0 + 54_000.0 - 33_000.0 + 18.0 * 730.0
    ));
    assert_eq!(plan.events[0].what, EventKind::Hardware);
}

#[test]
fn retraining_is_paid_in_the_month_in_which_it_happens() {
    let text = "horizon_months = 9\n[workload]\nrequests_per_day = 1\ninput_tokens = 1\noutput_tokens = 1\n\
                [[fine_tune]]\nname = \"tuned\"\nmodel = \"mine\"\ninput_usd_per_mtok = 0\noutput_usd_per_mtok = 0\n\
                examples = 1_000\ntokens_per_example = 1_000\nepochs = 3\ntraining_usd_per_mtok = 100\n\
                usd_per_example = 1\nretrain_every_months = 4\nrelabel_share = 0.5\n";
    let plan = over_time(&scenario(text), 0).unwrap();
    let once: Vec<f64> = plan.options[0]
        .months
        .iter()
        .map(|month| month.once_usd)
        .collect();
    // 3 Mtok x 100 = 300 at 0, 4 and 8; labels 1,000 at 0, and half of them again at 4 and 8.
    let expected = [1_300.0, 0.0, 0.0, 0.0, 800.0, 0.0, 0.0, 0.0, 800.0];
    assert!(
        once.iter().zip(expected).all(|(a, b)| near(*a, b)),
        "{once:?}"
    );
}

#[test]
fn growth_trends_and_dated_steps_move_the_months() {
    let text = "start = \"2027-01\"\nhorizon_months = 13\ndays_per_month = 30\n[workload]\n\
                requests_per_day = 1_000\ngrowth_per_month = 0.5\ngrowth_cap_requests_per_day = 2_000\n\
                input_tokens = 1_000\noutput_tokens = 1\n[[api]]\nname = \"a\"\ninput_usd_per_mtok = 1\n\
                output_usd_per_mtok = 0\nprice_change_per_year = -0.5\n";
    let plan = over_time(&scenario(text), 0).unwrap();
    let months = &plan.options[0].months;
    let volumes: Vec<f64> = months.iter().map(|m| m.requests_per_day).take(4).collect();
    assert_eq!(volumes, [1_000.0, 1_500.0, 2_000.0, 2_000.0]);
    // 1,000 x 30 x 1,000 tokens = 30 Mtok at 1 USD; a year later 60 Mtok at half the price (365 of 365.25 days).
    assert!(near(months[0].total_usd, 30.0));
    let year = 0.5f64.powf(365.0 / 365.25);
    assert!(
        near(months[12].total_usd, 60.0 * year),
        "{}",
        months[12].total_usd
    );
    assert_eq!(months[12].month, "2028-01");
}

#[test]
fn a_dated_price_is_an_event_of_its_month() {
    let text = "start = \"2026-12\"\nhorizon_months = 3\n[workload]\nrequests_per_day = 1\ninput_tokens = 1\n\
                output_tokens = 1\n[[api]]\nname = \"flash\"\nmodel = \"google/gemini-3.8-flash\"\n";
    let plan = over_time(&scenario(text), 0).unwrap();
    let first = &plan.events[0];
    assert_eq!(
        (first.month.as_str(), first.what),
        ("2027-01", EventKind::Price)
    );
    assert_eq!(
        first.text,
        "input tokens: standard price 0.75 -> 1.5 USD/Mtok"
    );
    assert_eq!((first.from, first.to), (Some(0.75), Some(1.5)));
}

#[test]
fn the_switch_month_is_the_one_in_which_the_saving_begins() {
    // b costs 10,000 more a month until the volume makes a dearer: a costs 1 USD a request and month.
    let text = "start = \"2027-01\"\nhorizon_months = 12\ndays_per_month = 1\n[workload]\n\
                requests_per_day_by_month = [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]\n\
                input_tokens = 1\noutput_tokens = 1\n[[api]]\nname = \"a\"\ninput_usd_per_mtok = 0\n\
                output_usd_per_mtok = 0\nusd_per_request = 1\n[[api]]\nname = \"b\"\ninput_usd_per_mtok = 0\n\
                output_usd_per_mtok = 0\nswitching_usd = 2_000\ncosts = [{ label = \"fee\", usd_per_month = 4_500 }]\n";
    let plan = over_time(&scenario(text), 0).unwrap();
    let switch = &plan.switches[0];
    // Stay for 1,000 to 4,000 (10,000), then 8 x 4,500 and the move: 10,000 + 36,000 + 2,000.
    let with = &switch.with_switching_cost;
    assert_eq!((with.month, with.total_usd), (Some(4), 48_000.0));
    assert_eq!(with.date.as_deref(), Some("2027-05"));
    // Never: 1 + 2 + ... + 7 thousand and five more of 7: 28,000 + 35,000.
    assert_eq!(with.saving_usd, 15_000.0);
    // A quarter later 5,000 + 6,000 + 7,000 are paid instead of 13,500; at once 18,000 instead of 10,000.
    assert_eq!(with.quarter_later_costs_usd, Some(4_500.0));
    assert_eq!(with.now_costs_usd, 8_000.0);
    assert_eq!(switch.without_switching_cost.total_usd, 46_000.0);
    assert_eq!(switch.totals_usd.len(), 13);
}

#[test]
fn the_base_case_is_the_cheapest_api_or_else_the_cheapest_option() {
    let result = compare(&two("", "")).unwrap();
    assert_eq!(default_base(&result), 1);
}
