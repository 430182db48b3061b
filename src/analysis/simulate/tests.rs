use super::*;
use crate::analysis::draw::Method;
use crate::analysis::vary::Varied;
use crate::catalog::Catalog;
use crate::diagnostic::Sources;
use crate::scenario::{Settings, load};

/// One month without interest, of 30 days and a million tokens a request.
const MONTH: &str = "horizon_months = 1\ndiscount_rate = 0\ndays_per_month = 30\n[workload]\n\
                     input_tokens = 1_000_000\noutput_tokens = 0\n";

fn usual() -> Ask {
    Ask {
        samples: 16_384,
        seed: 1,
        method: Method::Sobol,
        threads: 2,
    }
}

fn asked(
    text: &str,
    ask: &Ask,
    precision: Option<f64>,
    watch: Watch<'_>,
) -> Result<Simulation, Unanswered> {
    let (catalog, settings) = (Catalog::embedded(), Settings::default());
    let loaded = load(
        "case.toml",
        text,
        &settings,
        &catalog,
        &mut Sources::default(),
    );
    let loaded = loaded.unwrap_or_else(|problems| panic!("{problems:?}"));
    let varied = Varied {
        tree: &loaded.tree,
        scenario: &loaded.scenario,
        settings: &settings,
        catalog: &catalog,
    };
    let uncertain = Uncertainty::of(varied)?;
    let whole = simulate(&uncertain, ask, precision, watch)?;
    if precision.is_none() && whole.complete {
        assert_pictured(&whole, &pictured(&uncertain, ask)?);
    }
    Ok(whole)
}

/// A picture has the same draws as the answer, and leaves out what it does not show.
fn assert_pictured(whole: &Simulation, shown: &Simulation) {
    assert!(shown.break_even.pairs.is_empty());
    assert!(shown.options.iter().all(|option| option.months.is_empty()));
    let mut whole = whole.clone();
    whole.break_even.pairs.clear();
    (whole.choices, whole.choices_samples) = (Vec::new(), None);
    for option in &mut whole.options {
        option.months.clear();
    }
    let json = |of: &Simulation| serde_json::to_value(of).expect("JSON");
    assert_eq!(json(shown), json(&whole));
}

fn simulated(text: &str, ask: &Ask) -> Simulation {
    asked(text, ask, None, &mut |_| true).unwrap_or_else(|why| panic!("{why:?}"))
}

/// An option of one cost line a month.
fn line(name: &str, usd: &str) -> String {
    format!(
        "[[api]]\nname = \"{name}\"\ninput_usd_per_mtok = 0\noutput_usd_per_mtok = 0\n\
         [[api.costs]]\nlabel = \"fee\"\nusd_per_month = {usd}\n"
    )
}

#[test]
fn a_product_of_lognormals_is_lognormal() {
    // 30 days x r requests x 1 Mtok x p: medians 1,000 and 2, sigmas 0.3 and 0.4, so 60,000 and
    // sqrt(0.09 + 0.16) = 0.5. P95: 60,000 x exp(1.644854 x 0.5) = 136,557; mean: x exp(0.125) = 67,988.9.
    let text = format!(
        "{MONTH}requests_per_day = {{ dist = \"lognormal\", median = 1_000, sigma = 0.3 }}\n\
         [[api]]\nname = \"one\"\noutput_usd_per_mtok = 0\n\
         input_usd_per_mtok = {{ dist = \"lognormal\", median = 2, sigma = 0.4 }}\n"
    );
    let option = simulated(&text, &usual()).options.remove(0);
    let errors = option.npv_standard_error_usd.unwrap();
    let (of, bin) = (option.npv_usd, 1e-3);
    for (found, error, exact) in [
        (of.p5, errors.p5, 60_000.0 / (1.644_853_627f64 * 0.5).exp()),
        (of.p50, errors.p50, 60_000.0),
        (
            of.p95,
            errors.p95,
            60_000.0 * (1.644_853_627f64 * 0.5).exp(),
        ),
        (
            of.mean.unwrap(),
            errors.mean.unwrap(),
            60_000.0 * 0.125f64.exp(),
        ),
    ] {
        assert!(
            (found - exact).abs() < 4.0 * error + bin * exact,
            "{found}, exactly {exact}, ± {error}"
        );
        assert!(error < 0.01 * exact);
    }
}

#[test]
fn a_sum_of_lognormals_has_the_sum_of_their_means() {
    // exp(mu + sigma^2/2): 100 exp(0.125) + 300 exp(0.02) = 113.315 + 306.060 = 419.375.
    let lognormal = |median: f64, sigma: f64| {
        format!("{{ dist = \"lognormal\", median = {median}, sigma = {sigma} }}")
    };
    let text = format!(
        "{MONTH}requests_per_day = 1\n{}[[api.costs]]\nlabel = \"more\"\nusd_per_month = {}\n",
        line("one", &lognormal(100.0, 0.5)),
        lognormal(300.0, 0.2)
    );
    let option = simulated(&text, &usual()).options.remove(0);
    let exact = 100.0 * 0.125f64.exp() + 300.0 * 0.02f64.exp();
    let error = option.npv_standard_error_usd.unwrap().mean.unwrap();
    let found = option.npv_usd.mean.unwrap();
    assert!(
        (found - exact).abs() < 4.0 * error + 1e-6 * exact,
        "{found}, exactly {exact}, ± {error}"
    );
}

#[test]
fn knowing_a_coin_first_is_worth_what_the_wrong_side_costs() {
    // 100 or 300 against 220 for certain: 200 on average is chosen. Knowing: 100 or 220, 160 on average.
    let coin = "{ dist = \"discrete\", values = [100, 300] }";
    let text = format!(
        "{MONTH}requests_per_day = 1\n{}{}",
        line("coin", coin),
        line("sure", "220")
    );
    let found = simulated(&text, &usual());
    assert!((found.evpi_usd - 40.0).abs() < 1e-9);
    assert!((found.evppi_usd["api.coin.costs.fee.usd_per_month"] - 40.0).abs() < 1e-9);
    let coin = &found.options[0];
    assert_eq!(
        (coin.probability_cheapest, found.best_on_average.as_str()),
        (0.5, "coin")
    );
    // Wrong in half of the cases, by 80 each time.
    assert!((coin.regret_usd - 40.0).abs() < 1e-9);
    assert!((coin.regret_where_wrong_usd.unwrap() - 80.0).abs() < 1e-9);
}

#[test]
fn rank_correlations_are_found_again_in_the_draws() {
    let (catalog, settings) = (Catalog::embedded(), Settings::default());
    let text = format!(
        "{MONTH}requests_per_day = \"1_000 to 2_000\"\n{}\
         [[correlation]]\ninputs = [\"workload.requests_per_day\", \"api.one.costs.fee.usd_per_month\"]\n\
         rank = -0.6\n",
        line(
            "one",
            "{ dist = \"triangular\", min = 0, mode = 1, max = 9 }"
        )
    );
    let loaded = load(
        "case.toml",
        &text,
        &settings,
        &catalog,
        &mut Sources::default(),
    )
    .unwrap();
    let varied = Varied {
        tree: &loaded.tree,
        scenario: &loaded.scenario,
        settings: &settings,
        catalog: &catalog,
    };
    let inputs = Uncertainty::of(varied).unwrap().inputs;
    let correlations = &loaded.scenario.correlations;
    let (draws, warnings) = Draws::new(&inputs, correlations, Method::Random, 3).unwrap();
    assert!(warnings.is_empty());
    let (mut shares, mut values) = (vec![[0.0; BLOCK]; 2], vec![[0.0; BLOCK]; 2]);
    let mut pairs = Vec::new();
    for randomization in 0..RANDOMIZATIONS {
        for block in 0..8 {
            draws.fill(
                randomization,
                block * BLOCK as u32,
                &mut shares,
                &mut values,
            );
            pairs.extend((0..BLOCK).map(|at| [values[0][at], values[1][at]]));
        }
    }
    // Spearman's correlation is that of the ranks; its standard error is about 1/sqrt(n).
    let count = pairs.len() as f64;
    let ranks = |which: usize| {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by(|a, b| pairs[*a][which].total_cmp(&pairs[*b][which]));
        let mut ranks = vec![0.0; pairs.len()];
        for (rank, at) in order.into_iter().enumerate() {
            ranks[at] = rank as f64;
        }
        ranks
    };
    let squares: f64 = ranks(0)
        .iter()
        .zip(&ranks(1))
        .map(|(a, b)| (a - b).powi(2))
        .sum();
    let found = 1.0 - 6.0 * squares / (count * (count * count - 1.0));
    assert!((found + 0.6).abs() < 4.0 / count.sqrt(), "{found}");
}

#[test]
fn a_scenario_without_ranges_gives_the_answer_of_compare() {
    let text = include_str!("../../../scenarios/hybrid-overflow.toml");
    // Its capacity is estimated: with a measurement nothing is uncertain.
    let text = text.replace(
        "provider = \"nebius\"",
        "provider = \"nebius\"\nthroughput = { requests_per_second = 9 }\ngpus_per_replica = 2",
    );
    let found = simulated(&text, &usual());
    let (catalog, settings) = (Catalog::embedded(), Settings::default());
    let loaded = load(
        "case.toml",
        &text,
        &settings,
        &catalog,
        &mut Sources::default(),
    )
    .unwrap();
    let compared = compare::compare(&loaded.scenario).unwrap();
    assert_eq!((found.inputs.len(), found.samples), (0, 1));
    for (option, exact) in found.options.iter().zip(&compared.options) {
        assert_eq!(option.monthly_usd.list(), [exact.monthly_usd; 5]);
        assert_eq!(option.npv_usd.p5, option.npv_usd.p95);
        assert!(option.npv_standard_error_usd.is_none());
    }
    for (pair, exact) in found.break_even.pairs.iter().zip(&compared.break_even) {
        assert_eq!(
            pair.probability_none,
            f64::from(u8::from(exact.crossings.is_empty()))
        );
        let last = exact
            .crossings
            .last()
            .map(|crossing| crossing.requests_per_day);
        assert_eq!(pair.requests_per_day.map(|of| of.p50), last);
    }
}

/// Two options and three ranges, one of which decides.
fn contest() -> String {
    format!(
        "{MONTH}requests_per_day = \"100 to 300\"\n[[api]]\nname = \"tokens\"\noutput_usd_per_mtok = 0\n\
         input_usd_per_mtok = \"0.02 to 0.08\"\n{}",
        line("flat", "\"150 to 350\"")
    )
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let json = |threads| {
        let ask = Ask { threads, ..usual() };
        serde_json::to_string(&simulated(&contest(), &ask)).unwrap()
    };
    let one = json(1);
    assert!(one == json(2) && one == json(7));
}

#[test]
fn another_seed_draws_other_cases() {
    let of = |seed| simulated(&contest(), &Ask { seed, ..usual() }).options[0].npv_usd;
    assert_ne!(of(1), of(2));
    assert_eq!(of(2), of(2));
}

#[test]
fn sobol_points_err_less_than_random_ones() {
    let error = |method| {
        let found = simulated(&contest(), &Ask { method, ..usual() });
        found.options[0]
            .npv_standard_error_usd
            .unwrap()
            .mean
            .unwrap()
    };
    assert!(error(Method::Sobol) < error(Method::Random) / 10.0);
}

#[test]
fn an_interrupted_run_shows_what_was_finished_and_says_so() {
    let ask = Ask {
        samples: 10_000_000,
        ..usual()
    };
    let found = asked(&contest(), &ask, None, &mut |_| false).unwrap();
    assert!(!found.complete && found.samples > 0 && found.samples < ask.samples);
}

#[test]
fn samples_are_doubled_until_the_precision_is_reached() {
    let within = |precision, samples| {
        let ask = Ask { samples, ..usual() };
        asked(&contest(), &ask, Some(precision), &mut |_| true)
    };
    let [coarse, fine] = [0.02, 0.002].map(|precision| within(precision, 1 << 20).unwrap());
    assert!(coarse.samples < fine.samples);
    let option = &fine.options[1];
    let errors = option.npv_standard_error_usd.unwrap().list();
    for (value, error) in option.npv_usd.list().iter().zip(errors) {
        assert!(error / value <= 0.002);
    }
    let unreached = within(1e-7, 8_192);
    assert!(matches!(unreached, Err(Unanswered::Imprecise(..))));
}

#[test]
fn shares_of_the_cases_add_up() {
    let found = simulated(&contest(), &usual());
    let cheapest: f64 = found
        .options
        .iter()
        .map(|option| option.probability_cheapest)
        .sum();
    assert!((cheapest - 1.0).abs() < 1e-12);
    for point in &found.volume_axis {
        assert!((point.probability_cheapest.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
    for pair in &found.break_even.pairs {
        let all = pair.probability_none + pair.probability_one + pair.probability_several;
        assert!((all - 1.0).abs() < 1e-12);
    }
    let of = &found.options[0].npv_usd;
    assert!(of.list().is_sorted());
    let most = found.evppi_usd.values().copied().fold(0.0, f64::max);
    let error = found.evpi_standard_error_usd.unwrap();
    assert!(most <= found.evpi_usd + 4.0 * error + 1e-9);
}
