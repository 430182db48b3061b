//! Laws of one ledger: its lines, its categories, its shares.

use llmcost::cost::{Category, Line};
use proptest::prelude::*;

use super::run::{Run, near, option};
use super::scenarios::{Draw, cases, scenario};

/// The line that a staff share makes.
fn is_share(line: &Line) -> bool {
    line.factors
        .iter()
        .any(|factor| factor.name == "share over the rest")
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn the_lines_sum_to_the_total_exactly_as_printed(draft in scenario()) {
        let comparison = Run::of(&draft)?.ledgers();
        for option in &comparison.options {
            let sum = option.lines.iter().fold(0.0, |sum, line| sum + line.monthly_usd);
            prop_assert_eq!(sum, option.monthly_usd, "{}\n{}", option.name, draft.text());
            let staff = option.lines.iter().filter(|line| line.category == Category::Staff);
            prop_assert_eq!(staff.fold(0.0, |sum, line| sum + line.monthly_usd), option.staff_usd);
            prop_assert!(near(option.yearly_usd, 12.0 * sum, 1e-15));
        }
    }

    #[test]
    fn the_categories_and_the_total_of_the_curves_are_the_sums_of_the_lines(draft in scenario()) {
        let run = Run::of(&draft)?;
        for (model, total) in run.models.iter().zip(&run.totals) {
            let mut all = 0.0;
            for category in Category::ALL {
                let lines = model.lines.iter().filter(|line| line.category == category);
                let sum: f64 = lines.map(|line| line.amount.at(run.volume)).sum();
                let curve = model.of_category(category).at(run.volume);
                prop_assert!(near(sum, curve, 1e-9), "{category:?}: {sum}, {curve}");
                all += sum;
            }
            let curve = total.at(run.volume);
            prop_assert!(near(all, curve, 1e-9), "{all}, {curve}\n{}", draft.text());
        }
    }

    #[test]
    fn no_line_is_negative_or_endless_at_any_volume(draft in scenario()) {
        let run = Run::of(&draft)?;
        for (spec, model) in run.scenario.options.iter().zip(&run.models) {
            for line in &model.lines {
                for volume in [0.0, 1e-3, 1.0, run.volume, 1e5, 1e7, 1e9] {
                    let usd = line.amount.at(volume);
                    let least = -1e-9 * model.total().at(volume).abs();
                    prop_assert!(
                        usd.is_finite() && usd >= least,
                        "{}, {}: {usd} at {volume}\n{}", spec.name, line.label, draft.text()
                    );
                }
            }
        }
    }

    #[test]
    fn a_line_is_the_product_of_its_factors(draft in scenario()) {
        let run = Run::of(&draft)?;
        for line in run.models.iter().flat_map(|model| &model.lines) {
            let factors = line.factors.iter().map(|factor| {
                factor.value.at(run.volume) * factor.unit.scale
            });
            let product: f64 = factors.product();
            let usd = line.amount.at(run.volume);
            prop_assert!(near(product, usd, 1e-9), "{}: {product}, {usd}", line.label);
        }
    }

    #[test]
    fn the_capacity_that_is_bought_carries_the_load(draft in scenario()) {
        let run = Run::of(&draft)?;
        for (at, model) in run.models.iter().enumerate() {
            if !run.served(&[at], run.volume) {
                continue;
            }
            for own in &model.capacity {
                let used = own.utilization(run.volume);
                prop_assert!((0.0..=1.0 + 1e-9).contains(&used), "{used}\n{}", draft.text());
            }
        }
    }

    #[test]
    fn a_staff_share_is_the_share_that_comes_out(
        draft in scenario(),
        share in 0.0f64..0.95,
    ) {
        let mut draft = draft;
        let own = draft.options.iter_mut().find(|option| option.name == "own").expect("own");
        own.keys.retain(|key| !key.starts_with("staff"));
        own.keys.push(format!("staff_share = {share}"));
        let run = Run::of(&draft)?;
        let model = &run.models[run.at("own")];
        prop_assume!(run.cost("own") > 0.0 && model.lines.iter().all(|line| !line.one_off));
        // Upkeep and incidents are people too: they are part of the share, unless they exceed it.
        let upkeep = |line: &&Line| line.category == Category::Staff && !is_share(line);
        let upkeep = model.lines.iter().filter(upkeep);
        let known: f64 = upkeep.map(|line| line.amount.at(run.volume)).sum();
        let others = model.lines.iter().filter(|line| line.category != Category::Staff);
        let rest: f64 = others.map(|line| line.amount.at(run.volume)).sum();
        let expected = share.max(known / (known + rest));
        let found = option(&run.ledgers(), "own").staff_share;
        prop_assert!((found - expected).abs() < 1e-9, "{expected} gives {found}\n{}", draft.text());
    }

    #[test]
    fn a_mix_with_all_of_its_share_on_one_option_costs_what_that_costs(
        draft in scenario(),
        of_api in any::<bool>(),
    ) {
        let whole = if of_api { "a" } else { "own" };
        let mut draft = draft;
        let parts = format!("parts = [{{ option = \"{whole}\", share = 1 }}]");
        draft.options.push(Draw::new("hybrid", "whole", &[&parts]));
        let run = Run::of(&draft)?;
        let (mix, alone) = (run.at("whole"), run.at(whole));
        for volume in [1.0, run.volume, 1e6] {
            let (mix, alone) = (run.totals[mix].at(volume), run.totals[alone].at(volume));
            prop_assert!(near(mix, alone, 1e-12), "{mix}, {alone}\n{}", draft.text());
        }
    }

    #[test]
    fn a_base_beyond_all_traffic_leaves_nothing_to_overflow(draft in scenario()) {
        let mut draft = draft;
        let keys = ["base = \"a\"", "overflow = \"own\"", "base_requests_per_day = 1e12"];
        draft.options.push(Draw::new("hybrid", "whole", &keys));
        let run = Run::of(&draft)?;
        let model = &run.models[run.at("whole")];
        let usage = |at: usize| run.models[at].of_category(Category::Usage).at(run.volume);
        let mine: f64 = model
            .lines
            .iter()
            .filter(|line| line.category == Category::Usage && line.part.as_deref() == Some("a"))
            .map(|line| line.amount.at(run.volume))
            .sum();
        prop_assert!(near(mine, usage(run.at("a")), 1e-9), "{}", draft.text());
    }

    #[test]
    fn a_base_never_costs_more_than_its_rate_all_day_long(
        draft in scenario(),
        rate in (1.0f64..6.0).prop_map(|digits| 10f64.powf(digits)),
    ) {
        let mut draft = draft;
        let keys = format!("base = \"own\"\noverflow = \"a\"\nbase_requests_per_day = {rate}");
        draft.options.push(Draw::new("hybrid", "based", &[&keys]));
        let run = Run::of(&draft)?;
        draft.workload.retain(|key| !key.starts_with("peak") && !key.starts_with("day"));
        draft.workload.push("peak_to_mean = 1".into());
        let flat = Run::of(&draft)?;
        let most = flat.totals[flat.at("own")].at(rate);
        let model = &run.models[run.at("based")];
        for volume in [rate / 10.0, rate, 10.0 * rate, 1e8] {
            let lines = model.lines.iter().filter(|line| line.part.as_deref() == Some("own"));
            let base: f64 = lines.map(|line| line.amount.at(volume)).sum();
            prop_assert!(
                base <= most * (1.0 + 1e-9),
                "{base} at {volume}, {most} at {rate}\n{}", draft.text()
            );
        }
    }
}
