//! Errors and reviewers.

use llmcost::analysis::over::over;
use llmcost::analysis::scan::Grid;
use llmcost::analysis::vary::Varied;
use llmcost::catalog::Catalog;
use llmcost::scenario::Settings;

use super::facts;
use super::run::{loaded, only, reproduce};

#[test]
fn the_better_model_pays_from_a_cost_per_error_of_price_gap_over_error_gap() {
    reproduce(&facts::of("lambda_e_star"), |case| {
        let text = format!(
            r#"
            [workload]
            requests_per_day = 1_000
            input_tokens = 1_000
            output_tokens = 100
            [quality]
            cost_per_error_usd = 1
            [[api]]
            name = "cheap"
            input_usd_per_mtok = 0
            output_usd_per_mtok = 0
            usd_per_request = {}
            error_rate = {}
            [[api]]
            name = "better"
            input_usd_per_mtok = 0
            output_usd_per_mtok = 0
            usd_per_request = {}
            error_rate = {}
            "#,
            case.input("cost_a"),
            case.input("err_a"),
            case.input("cost_b"),
            case.input("err_b"),
        );
        let loaded = loaded(&text);
        let varied = Varied {
            tree: &loaded.tree,
            scenario: &loaded.scenario,
            settings: &Settings::default(),
            catalog: &Catalog::embedded(),
        };
        let place = loaded.scenario.options[0].place;
        let found = over(
            &varied,
            "quality.cost_per_error_usd",
            place,
            &Grid::of([0.01, 100.0]),
        )
        .unwrap_or_else(|problems| panic!("{problems:?}"));
        let crossings = &found.pairs[0].crossings;
        assert_eq!(crossings.len(), 1, "{crossings:?}");
        assert_eq!(crossings[0].cheaper_after, "better");
        crossings[0].value
    });
}

fn reviewers(items: f64, per_hour: f64, hours: f64) -> f64 {
    let text = format!(
        r#"
        [workload]
        requests_per_day = {items}
        input_tokens = 1_000
        output_tokens = 100
        [quality]
        review_share = 1
        review_minutes = {}
        reviewer_hours_per_day = {hours}
        [[api]]
        name = "api"
        input_usd_per_mtok = 1
        output_usd_per_mtok = 1
        "#,
        60.0 / per_hour,
    );
    only(&text).reviewers.expect("review takes people")
}

#[test]
fn reviewers_are_whole_people() {
    reproduce(&facts::of("reviewers"), |case| {
        let (items, hours) = (case.input("items_day"), case.input("hours"));
        // Two are too few by 200 items: they do 400; and one more item takes a fourth person.
        assert_eq!(reviewers(items - 200.0, case.input("per_hour"), hours), 2.0);
        assert_eq!(reviewers(items + 1.0, case.input("per_hour"), hours), 4.0);
        reviewers(items, case.input("per_hour"), hours)
    });
}
