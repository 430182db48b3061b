//! Laws of a plan over time.

use llmcost::analysis::time::{EventKind, OverTime, over_time};
use llmcost::cost::{Month, OptionModel, Paid, model};
use proptest::prelude::*;

use super::keys::{Lines, all, count, log, rare};
use super::run::{Run, near};
use super::scenarios::{Draft, cases, scenario};

/// Growth of the volume, and trends of an API's price and of a rent.
fn moves() -> Lines {
    let growth = (-0.05f64..0.15).prop_map(|x| format!("growth_per_month = {x:.3}"));
    all(vec![
        growth.boxed(),
        rare(log("growth_cap_requests_per_day", 1.0, 1e7)),
        count("horizon_months", 1, 30),
        trend("price_change_per_year"),
        trend("gpu_price_change_per_year"),
    ])
}

fn trend(key: &'static str) -> BoxedStrategy<String> {
    (-0.6f64..0.6)
        .prop_map(move |x| format!("{key} = {x:.3}"))
        .boxed()
}

/// A draft whose volume and prices move.
fn moving(mut draft: Draft, moves: &[String]) -> Draft {
    draft.frame.retain(|key| !key.starts_with("horizon"));
    draft.frame.push(moves[2].clone());
    draft.workload.extend(moves[..2].iter().cloned());
    draft.options[0].keys.push(moves[3].clone());
    draft.options[1].keys.push(moves[4].clone());
    draft
}

fn plan(run: &Run, base: usize) -> OverTime {
    over_time(&run.scenario, base).expect("models that can be priced in every month")
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn what_is_cumulated_is_the_sum_of_the_months_and_they_of_their_lines(
        draft in scenario(), moves in moves(),
    ) {
        let run = Run::of(&moving(draft, &moves))?;
        for option in &plan(&run, 0).options {
            let mut sum = 0.0;
            for month in &option.months {
                let lines: f64 = month.lines.iter().map(|line| line.usd).sum();
                let parts = month.running_usd + month.once_usd + month.hardware_usd - month.value_left_usd;
                let size: f64 = month.lines.iter().map(|line| line.usd.abs()).sum();
                prop_assert_eq!(lines, month.total_usd);
                prop_assert!((parts - month.total_usd).abs() <= 1e-9 * size);
                sum += month.total_usd;
                prop_assert_eq!(sum, month.cumulated_usd);
            }
            prop_assert_eq!(sum, option.cumulated_usd);
        }
    }

    #[test]
    fn without_a_discount_rate_the_present_value_is_the_sum(draft in scenario(), moves in moves()) {
        let mut draft = moving(draft, &moves);
        draft.frame.retain(|key| !key.starts_with("discount"));
        draft.frame.push("discount_rate = 0".into());
        let run = Run::of(&draft)?;
        for option in &plan(&run, 0).options {
            let size: f64 = option.months.iter().map(|month| month.total_usd.abs()).sum();
            prop_assert!((option.npv_usd - option.cumulated_usd).abs() <= 1e-9 * size);
            if let Some(payback) = option.payback {
                prop_assert_eq!(payback.simple_months, payback.discounted_months);
            }
        }
    }

    #[test]
    fn a_higher_discount_rate_never_brings_the_payback_forward(
        draft in scenario(), moves in moves(),
    ) {
        let run = Run::of(&moving(draft, &moves))?;
        for option in &plan(&run, 0).options {
            let Some(payback) = option.payback else { continue };
            // Where savings come and go in turns, discounting may weigh an early one more.
            if let (Some(simple), Some(late), false) =
                (payback.simple_months, payback.discounted_months, payback.falls_back)
            {
                let first_turn = option.months.iter().all(|month| month.hardware_usd >= 0.0);
                prop_assert!(!first_turn || late >= simple - 1e-9 || simple == 0.0, "{payback:?}");
            }
        }
    }

    #[test]
    fn waiting_never_beats_the_best_month_and_the_ends_are_the_two_options(
        draft in scenario(), moves in moves(), base in 0usize..2,
    ) {
        let run = Run::of(&moving(draft, &moves))?;
        let plan = plan(&run, base);
        for switch in &plan.switches {
            let totals = &switch.totals_usd;
            let best = &switch.with_switching_cost;
            let slack = 1e-9 * totals.iter().map(|usd| usd.abs()).fold(0.0, f64::max);
            prop_assert!(totals.iter().all(|total| *total >= best.total_usd - slack));
            prop_assert!(best.quarter_later_costs_usd.is_none_or(|usd| usd >= -slack));
            prop_assert!(best.saving_usd >= -slack && best.now_costs_usd >= -slack);
            let of = |name: &str| plan.options.iter().find(|option| option.name == name);
            let (to, from) = (of(&switch.to).expect("it"), of(&plan.base).expect("it"));
            prop_assert!((totals[0] - to.cumulated_usd).abs() <= slack);
            prop_assert!((totals[totals.len() - 1] - from.cumulated_usd).abs() <= slack);
            prop_assert!(switch.without_switching_cost.total_usd <= best.total_usd + slack);
        }
    }

    #[test]
    fn a_plan_in_which_nothing_moves_costs_its_steady_months(draft in scenario(), months in 6u32..40) {
        let mut draft = draft;
        draft.frame.retain(|key| !key.starts_with("horizon"));
        draft.frame.push(format!("horizon_months = {months}"));
        for option in &mut draft.options {
            // A life of whole months is written off evenly to its end.
            let kept = |key: &String| !key.starts_with("cost_of_capital") && !key.starts_with("life_years");
            option.keys.retain(kept);
        }
        let run = Run::of(&draft)?;
        let plan = plan(&run, 0);
        for (at, (option, steady)) in plan.options.iter().zip(&run.ledgers().options).enumerate() {
            let stepped = |event: &llmcost::analysis::time::Event| {
                event.option == option.name && event.what == EventKind::Price
            };
            let repeated = |paid: Paid| matches!(paid, Paid::Every { .. });
            let lines = &run.models[at].lines;
            let of_parts = draft.options[at].kind == "hybrid" && plan.events.iter().any(|e| e.what == EventKind::Price);
            if plan.events.iter().any(stepped) || of_parts || lines.iter().any(|line| repeated(line.paid)) {
                continue;
            }
            let expected = f64::from(months) * steady.monthly_usd;
            prop_assert!(
                near(option.cumulated_usd, expected, 1e-9),
                "{}: {} over {months} months, {expected}\n{}",
                option.name, option.cumulated_usd, draft.text()
            );
            if lines.iter().all(|line| line.paid == Paid::MONTHLY) {
                for month in &option.months {
                    prop_assert!(near(month.total_usd, steady.monthly_usd, 1e-12));
                }
            }
        }
    }

    #[test]
    fn the_switch_month_is_the_one_that_brute_force_finds(draft in scenario(), moves in moves()) {
        let run = Run::of(&moving(draft, &moves))?;
        let plan = plan(&run, 0);
        let months = run.scenario.horizon_months;
        let simple = |model: &OptionModel| {
            let kinds = |paid: Paid| matches!(paid, Paid::Monthly { .. } | Paid::Once { .. });
            model.lines.iter().all(|line| kinds(line.paid))
        };
        for (to, name) in run.scenario.options.iter().enumerate().skip(1) {
            if !simple(&run.models[0]) || !simple(&run.models[to]) {
                continue;
            }
            let mut totals = Vec::new();
            for moved in 0..=months {
                let mut sum = 0.0;
                for index in 0..months {
                    let (option, age) = if index < moved { (0, index) } else { (to, index - moved) };
                    sum += cash(&run, option, index, age);
                }
                totals.push(sum);
            }
            let least = totals.iter().copied().fold(f64::INFINITY, f64::min);
            let slack = 1e-9 * totals.iter().copied().fold(0.0, f64::max);
            let switch = plan.switches.iter().find(|switch| switch.to == name.name).expect("it");
            let found = &switch.with_switching_cost;
            prop_assert!((found.total_usd - least).abs() <= slack, "{} {least}", found.total_usd);
            let month = found.month.unwrap_or(months) as usize;
            prop_assert!(totals[month] <= least + slack, "{month}: {totals:?}");
        }
    }
}

/// What is paid in a month of the plan for an option of this age, straight from its ledger.
fn cash(run: &Run, option: usize, index: u32, age: u32) -> f64 {
    let priced = model(&Month::of(&run.scenario, index), option).expect("it was priced before");
    let volume = run.scenario.workload.growth.volume(run.volume, index);
    let lines = priced
        .lines
        .iter()
        .map(|line| match (line.paid, &line.upfront) {
            (Paid::Monthly { after }, None) if age >= after => line.amount.at(volume),
            (Paid::Once { after }, Some(paid)) if age == after => paid.at(volume),
            _ => 0.0,
        });
    lines.sum()
}
