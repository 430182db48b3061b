use super::*;
use crate::catalog::Catalog;
use crate::diagnostic::Sources;
use crate::scenario::{Loaded, Settings, load};

/// `a` costs 30 Mtok x price, `b` 6,000 a month and 30 Mtok x 100: a line in every input. Over two months
/// without discounting.
fn text(price: &str, fee: &str) -> String {
    format!(
        "horizon_months = 2\ndiscount_rate = 0\ndays_per_month = 30\nhours_per_month = 720\n\
         [workload]\nrequests_per_day = 1_000\ninput_tokens = 1_000\noutput_tokens = 1\n\
         [[api]]\nname = \"a\"\ninput_usd_per_mtok = {price}\noutput_usd_per_mtok = 0\n\
         [[api]]\nname = \"b\"\ninput_usd_per_mtok = 100\noutput_usd_per_mtok = 0\n\
         costs = [{{ label = \"fee\", usd_per_month = {fee} }}]\n"
    )
}

fn loaded(text: &str) -> Loaded {
    let mut sources = Sources::default();
    let (settings, catalog) = (Settings::default(), Catalog::embedded());
    match load("case.toml", text, &settings, &catalog, &mut sources) {
        Ok(loaded) => loaded,
        Err(problems) => panic!("{}", problems[0].render(&sources)),
    }
}

const ASK: Ask = Ask {
    verdict: Verdict::Monthly,
    within: 10.0,
    samples: 4_096,
    seed: 1,
};

fn answer(text: &str, ask: &Ask) -> Sensitivity {
    let loaded = loaded(text);
    let (settings, catalog) = (Settings::default(), Catalog::embedded());
    let varied = Varied {
        tree: &loaded.tree,
        scenario: &loaded.scenario,
        settings: &settings,
        catalog: &catalog,
    };
    sensitivity(&varied, ask, &mut || {}).unwrap_or_else(|why| panic!("{why:?}"))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs()
}

fn flip<'a>(found: &'a Sensitivity, path: &str) -> Vec<&'a Flip> {
    let list = found.flips.list.iter();
    list.filter(|flip| flip.path == path).collect()
}

#[test]
fn each_number_of_a_linear_model_flips_where_the_lines_meet() {
    // a: 30 x 200 = 6,000; b: 6,000 + 3,000. They meet at p = 300, at a fee of 3,000, at 6,000 / (30 x 0.1) ...
    let found = answer(&text("200", "6_000"), &ASK);
    assert_eq!(
        (found.best.as_str(), found.next.as_deref()),
        ("a", Some("b"))
    );
    let of_price = flip(&found, "api.a.input_usd_per_mtok");
    assert!(of_price.len() == 1 && near(of_price[0].value, 300.0));
    assert!(near(of_price[0].factor.unwrap(), 1.5) && of_price[0].becomes == "b");
    assert!(near(
        flip(&found, "api.b.costs.fee.usd_per_month")[0].value,
        3_000.0
    ));
    // 0.03 r x (200 - 100) = 6,000: r = 2,000; the tokens alike.
    assert!(near(
        flip(&found, "workload.requests_per_day")[0].value,
        2_000.0
    ));
    assert!(near(
        flip(&found, "workload.input_tokens")[0].value,
        2_000.0
    ));
    // b's price can only fall to 0: 6,000 + 0 is no less than 6,000.
    assert!(flip(&found, "api.b.input_usd_per_mtok").is_empty());
    // The nearest comes first: 1.5 times, then 2 times or a half.
    assert_eq!(found.flips.list[0].path, "api.a.input_usd_per_mtok");
    assert_eq!(found.samples, None);
}

#[test]
fn an_input_that_has_to_move_further_than_asked_for_is_not_told() {
    let near_by = answer(&text("200", "6_000"), &Ask { within: 1.4, ..ASK });
    assert!(near_by.flips.list.is_empty());
    let far = answer(&text("200", "6_000"), &Ask { within: 1.6, ..ASK });
    assert_eq!(far.flips.list.len(), 1);
}

#[test]
fn elasticities_of_a_linear_model_are_the_shares_of_its_terms() {
    let found = answer(&text("200", "6_000"), &ASK);
    let of = |path: &str| {
        let one = found.elasticities.iter().find(|one| one.path == path);
        one.unwrap_or_else(|| panic!("no {path}")).clone()
    };
    // b: 3,000 of 9,000 with the volume, 6,000 of 9,000 with the fee, over any number of months.
    let volume = of("workload.requests_per_day");
    assert!((volume.monthly[0].unwrap() - 1.0).abs() < 1e-6);
    assert!((volume.monthly[1].unwrap() - 1.0 / 3.0).abs() < 1e-6);
    assert!((volume.npv[1].unwrap() - 1.0 / 3.0).abs() < 1e-6);
    let fee = of("api.b.costs.fee.usd_per_month");
    assert_eq!(fee.monthly[0].unwrap(), 0.0);
    assert!((fee.monthly[1].unwrap() - 2.0 / 3.0).abs() < 1e-6);
}

#[test]
fn a_tornado_holds_the_figure_at_both_ends_of_each_range() {
    // Uniform ranges: P10 and P90 of 100 to 300 are 120 and 280, of 4,000 to 8,000 they are 4,400 and 7,600.
    let price = "{ dist = \"uniform\", min = 100, max = 300 }";
    let fee = "{ dist = \"uniform\", min = 4_000, max = 8_000 }";
    let found = answer(&text(price, fee), &ASK);
    let decides = &found.figures[0];
    assert_eq!(
        (decides.figure.as_str(), decides.unit),
        ("b - a, a month", "USD/month")
    );
    assert!(near(decides.at_medians, 3_000.0));
    // The price moves the difference by 30 x 160 = 4,800, the fee by 3,200.
    let [first, second] = &decides.inputs[..] else {
        panic!("two ranges")
    };
    assert_eq!(first.path, "api.a.input_usd_per_mtok");
    assert!(near(first.at_p10, 9_000.0 - 3_600.0) && near(first.at_p90, 9_000.0 - 8_400.0));
    assert!(near(second.at_p10, 1_400.0) && near(second.at_p90, 4_600.0));
    // Variances as 6,000^2 to 4,000^2 of widths: 36/52 and 16/52; no interaction.
    for (effect, share) in [(first, 36.0 / 52.0), (second, 16.0 / 52.0)] {
        for found in [effect.first_order, effect.total] {
            let error = (found.value - share).abs();
            assert!(
                error <= 4.0 * found.standard_error && error < 0.03,
                "{found:?}"
            );
        }
    }
    assert!(first.rank_correlation.value < -0.7 && second.rank_correlation.value > 0.4);
    // The present value is that of two months.
    assert!(near(found.figures[1].at_medians, 6_000.0));
    // The fee's range ends at 4,000, and a flips at 3,000: no case of it; of the price none above 300.
    let of_fee = flip(&found, "api.b.costs.fee.usd_per_month")[0];
    assert!(near(of_fee.value, 3_000.0) && of_fee.probability.unwrap() < 1e-6);
    let of_price = flip(&found, "api.a.input_usd_per_mtok")[0];
    assert!(near(of_price.value, 300.0) && of_price.probability.unwrap() < 1e-6);
}

#[test]
fn what_moves_with_a_range_correlates_with_what_it_decides() {
    // The price decides b - a wholly where the fee hardly varies; with a rank correlation of 0.8 the fee goes
    // along, and of its own it has no share.
    let price = "{ dist = \"uniform\", min = 100, max = 300 }";
    let fee = "{ dist = \"uniform\", min = 5_999, max = 6_001 }";
    let correlation = "\n[[correlation]]\ninputs = [\"api.a.input_usd_per_mtok\", \
                       \"api.b.costs.fee.usd_per_month\"]\nrank = 0.8\n";
    let found = answer(&(text(price, fee) + correlation), &ASK);
    let [price, fee] = &found.figures[0].inputs[..] else {
        panic!("two ranges")
    };
    assert!((price.rank_correlation.value + 1.0).abs() < 1e-3);
    let error = (fee.rank_correlation.value + 0.8).abs();
    assert!(error < 4.0 * fee.rank_correlation.standard_error, "{fee:?}");
    assert!(error < 0.02 && fee.total.value < 0.01, "{fee:?}");
}

#[test]
fn shares_of_variance_stay_within_their_errors_at_other_sizes_and_seeds() {
    let price = "\"100 to 300\"";
    let text =
        text(price, "\"3_000 to 9_000\"").replace("= 1_000\ninput", "= \"500 to 2_000\"\ninput");
    let base = answer(
        &text,
        &Ask {
            samples: 16_384,
            ..ASK
        },
    );
    for (samples, seed) in [(2_048, 1), (16_384, 2)] {
        let other = answer(
            &text,
            &Ask {
                samples,
                seed,
                ..ASK
            },
        );
        for effect in &base.figures[0].inputs {
            let list = other.figures[0].inputs.iter();
            let same = list
                .clone()
                .find(|other| other.path == effect.path)
                .unwrap();
            for (a, b) in [
                (effect.first_order, same.first_order),
                (effect.total, same.total),
                (effect.rank_correlation, same.rank_correlation),
            ] {
                let error = a.standard_error.hypot(b.standard_error);
                assert!(
                    (a.value - b.value).abs() <= 5.0 * error + 1e-9,
                    "{a:?} {b:?}"
                );
            }
            assert_eq!((effect.at_p10, effect.at_p90), (same.at_p10, same.at_p90));
        }
    }
    let again = answer(
        &text,
        &Ask {
            samples: 16_384,
            ..ASK
        },
    );
    assert_eq!(base.figures, again.figures);
}

#[test]
fn the_verdict_may_be_that_of_the_present_value() {
    // Over two months a build of 14,000 counts once; a month holds half of it.
    let build = text("450", "6_000") + "build_usd = 14_000\n";
    let monthly = answer(&build, &ASK);
    let npv = answer(
        &build,
        &Ask {
            verdict: Verdict::Npv,
            ..ASK
        },
    );
    // a: 13,500 a month; b: 9,000 and 7,000; over the plan 27,000 and 32,000.
    assert_eq!((monthly.best.as_str(), npv.best.as_str()), ("a", "a"));
    assert!(near(monthly.figures[0].at_medians, 2_500.0));
    assert_eq!(npv.figures[0].figure, "b - a, present value");
    assert!(near(npv.figures[0].at_medians, 5_000.0));
    assert!(near(flip(&npv, "api.b.build_usd")[0].value, 9_000.0));
}

#[test]
fn whole_numbers_move_in_whole_steps_and_twins_are_left_out() {
    let build = text("450", "6_000")
        + "build_usd = 14_000\nstaff = [{ role = \"sre\", fte = 0.001, \
        usd_per_year = 12_000 }, { role = \"sre\", fte = 0.002, usd_per_year = 12_000 }]\n";
    let found = answer(&build, &ASK);
    // 14,000/H + 9,003 < 13,500 from four months on.
    let horizon = flip(&found, "horizon_months");
    assert_eq!((horizon.len(), horizon[0].value), (1, 4.0));
    let twins = found.flips.left_out.iter();
    assert_eq!(
        twins
            .filter(|path| path.as_str() == "api.b.staff.sre.fte")
            .count(),
        1
    );
}

#[test]
fn a_single_option_has_no_difference_and_no_flips() {
    let one = text("\"100 to 300\"", "1")
        .split("[[api]]\nname = \"b\"")
        .next()
        .unwrap()
        .to_owned();
    let found = answer(&one, &ASK);
    assert_eq!((found.best.as_str(), found.next), ("a", None));
    assert_eq!(found.figures[0].figure, "a, a month");
    assert!(found.flips.list.is_empty());
}
