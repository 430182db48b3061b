use super::*;
use crate::catalog::Catalog;
use crate::diagnostic::Sources;
use crate::document;
use crate::scenario::{Loaded, Settings, load};

/// 30 days of 1,000 requests: `a` costs 1 USD per 1,000 tokens of input and request, `b` 6,000 USD and
/// 0.1 USD per request, `own` a GPU for every started 500 requests a day at 730 h x rent.
const TEXT: &str = "horizon_months = 12\ndiscount_rate = 0\ndays_per_month = 30\nhours_per_month = 720\n\
    [workload]\nrequests_per_day = 1_000\npeak_to_mean = 1\ninput_tokens = 1_000\noutput_tokens = 1\n\
    [[api]]\nname = \"a\"\ninput_usd_per_mtok = 500\noutput_usd_per_mtok = 0\n\
    [[api]]\nname = \"b\"\ninput_usd_per_mtok = 100\noutput_usd_per_mtok = 0\nbuild_usd = 6_000\n\
    costs = [{ label = \"fee\", usd_per_month = 6_000 }]\n\
    [[self_host]]\nname = \"own\"\ngpus_per_replica = 1\ntarget_utilization = 1\n\
    throughput.requests_per_second = 0.005787037037037037\nusd_per_gpu_hour = 5\n\
    staff = [{ role = \"sre\", fte = 0.5, usd_per_year = 120_000 }]\n";

fn loaded() -> Loaded {
    let mut sources = Sources::default();
    let (settings, catalog) = (Settings::default(), Catalog::embedded());
    match load("case.toml", TEXT, &settings, &catalog, &mut sources) {
        Ok(loaded) => loaded,
        Err(problems) => panic!("{}", problems[0].render(&sources)),
    }
}

fn solved(text: &str, by: &str, range: [f64; 2]) -> Solved {
    let loaded = loaded();
    let (settings, catalog) = (Settings::default(), Catalog::embedded());
    let varied = Varied {
        tree: &loaded.tree,
        scenario: &loaded.scenario,
        settings: &settings,
        catalog: &catalog,
    };
    let target = Target::parse(text, 0, &["a", "b", "own"]).unwrap();
    let question = Question {
        target: &target,
        text,
        by,
        place: Place::default(),
        present: super::super::vary::present(&loaded.tree, by),
        grid: Grid::of(range),
    };
    solve(&varied, &question).unwrap_or_else(|problems| panic!("{}", problems[0].message))
}

fn values(solved: &Solved) -> Vec<f64> {
    solved.solutions.iter().map(|one| one.value).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs()
}

#[test]
fn a_price_is_found_at_which_two_options_cost_the_same() {
    // a: 30,000 requests x 1,000 tokens x p = 30 Mtok x p; b: 500 once over 12 months, 6,000 and 3,000.
    let found = solved("a = b", "api.a.input_usd_per_mtok", [5.0, 900.0]);
    assert!(
        near(values(&found)[0], 9_500.0 / 30.0),
        "{:?}",
        values(&found)
    );
    assert_eq!(
        (found.verdict, found.holds_now),
        (SolveVerdict::Solved, false)
    );
    assert!(!found.solutions[0].left_smaller_above);
    assert!(near(
        found.solutions[0].factor.unwrap(),
        9_500.0 / 30.0 / 500.0
    ));
}

#[test]
fn an_upper_limit_holds_up_to_its_value() {
    let found = solved(
        "a monthly <= 12_000",
        "api.a.input_usd_per_mtok",
        [5.0, 900.0],
    );
    assert_eq!(found.holds_in.len(), 1);
    assert!(near(found.holds_in[0][1], 400.0) && found.holds_in[0][0] == 5.0);
}

#[test]
fn figures_of_the_plan_a_request_and_of_staff_can_be_goals() {
    // b over a year: 6,000 + 12 x 9,000 = 114,000; with 200 USD/Mtok 12 x 12,000 + 6,000 = 150,000.
    let found = solved("b npv = 150_000", "api.b.input_usd_per_mtok", [5.0, 900.0]);
    assert!(near(values(&found)[0], 200.0));
    let found = solved(
        "b cumulated <= 114_000",
        "api.b.input_usd_per_mtok",
        [5.0, 900.0],
    );
    assert!(near(values(&found)[0], 100.0));
    // 30,000 requests: 0.6 USD each is 600 USD/Mtok of 1,000 tokens.
    let found = solved(
        "a per request = 0.6",
        "api.a.input_usd_per_mtok",
        [5.0, 900.0],
    );
    assert!(near(values(&found)[0], 600.0));
    // A million tokens are 999.001 requests of 1,001 tokens, whose input is 0.999 of it.
    let found = solved("a per mtok = 400", "api.a.input_usd_per_mtok", [5.0, 900.0]);
    assert!(near(values(&found)[0], 400.0 * 1.001));
    // 2 GPUs x 720 h x rent against 5,000 of staff: a half where the rent is 3.4722.
    let found = solved(
        "own staff share = 50 %",
        "self_host.own.usd_per_gpu_hour",
        [0.1, 50.0],
    );
    assert!(near(values(&found)[0], 5_000.0 / 1_440.0));
}

#[test]
fn a_break_even_can_be_moved_to_a_volume() {
    // b becomes cheaper where 30 r x (p - 100)/1,000 = 6,500; at 250 a day p = 966.67.
    let found = solved(
        "b vs a break-even = 250",
        "api.a.input_usd_per_mtok",
        [101.0, 999.0],
    );
    assert!(
        near(values(&found)[0], 100.0 + 6_500_000.0 / 7_500.0),
        "{:?}",
        values(&found)
    );
}

#[test]
fn every_step_of_a_staircase_that_crosses_is_found_over_the_volume() {
    // own: 3,600 a started 500 requests a day and 5,000; a: 15 a request a day. Slopes meet at 573.33 and 813.33
    // (12,200 and 8,600), the step at 500 does not reach, that at 1,000 (15,800 > 15,000) does.
    let found = solved("own <= a", "workload.requests_per_day", [1.0, 2_000.0]);
    let expected = [12_200.0 / 15.0, 1_000.0, 15_800.0 / 15.0];
    assert_eq!(
        found.solutions.len(),
        expected.len(),
        "{:?}",
        values(&found)
    );
    for (value, expected) in values(&found).iter().zip(expected) {
        assert!(near(*value, expected), "{value}");
    }
    assert_eq!(found.solutions[1].kind, "jump");
    let jumped = solved("own <= a npv", "workload.requests_per_day", [1.0, 2_000.0]);
    for (value, expected) in values(&jumped).iter().zip(expected) {
        assert!((value - expected).abs() < 1e-3, "searched: {value}");
    }
}

#[test]
fn an_equality_that_is_jumped_past_has_no_solution_and_says_so() {
    // Whole GPUs: 5,000 + 3,600 n is never 10,000.
    let found = solved("own = 10_000", "workload.requests_per_day", [1.0, 2_000.0]);
    assert_eq!(found.verdict, SolveVerdict::JumpsPast);
    assert!(found.holds_in.is_empty());
    let found = solved("own <= 10_000", "workload.requests_per_day", [1.0, 2_000.0]);
    assert_eq!(found.verdict, SolveVerdict::Solved);
    assert!(near(found.holds_in[0][1], 500.0));
}

#[test]
fn what_no_value_reaches_names_the_nearest() {
    let found = solved("b <= 5_000", "api.b.input_usd_per_mtok", [5.0, 900.0]);
    assert_eq!(found.verdict, SolveVerdict::Never);
    // 500 + 6,000 + 30 x 5 at the low end.
    assert!(near(found.nearest.unwrap().left, 6_650.0));
    let found = solved("b >= 5_000", "api.b.input_usd_per_mtok", [5.0, 900.0]);
    assert_eq!(
        (found.verdict, found.holds_in.clone()),
        (SolveVerdict::Always, vec![[5.0, 900.0]])
    );
}

#[test]
fn values_at_which_the_scenario_is_invalid_are_named_and_no_solution() {
    let found = solved("a = 0", "api.a.discount", [0.5, 1.5]);
    let first = found.unsearched[0];
    assert!(
        (0.9..=1.0).contains(&first[0]) && first[1] == f64::INFINITY,
        "{first:?}"
    );
    assert!(document::segments(&found.by).is_some());
}
