//! The library examples say what they promise.

#[allow(dead_code)] // its `main` is for `cargo run --example`
#[path = "../examples/break_even.rs"]
mod break_even;
#[allow(dead_code)] // the same
#[path = "../examples/compare.rs"]
mod compare;
#[allow(dead_code)] // the same
#[path = "../examples/sweep.rs"]
mod sweep;

#[test]
fn the_first_example_names_each_option_with_its_cost_and_staff() {
    let answer = compare::answer();
    let lines: Vec<&str> = answer.lines().collect();
    // 250,000 x 365/12 requests x (1,200 x 0.10 + 250 x 0.50) / 1e6 USD.
    assert_eq!(lines[0], "luna: 1863.02 USD, 0 % staff");
    // One H100 at 2.95 USD for 730 h, and a quarter of 190,000 USD a year.
    assert_eq!(lines[1], "own: 6111.83 USD, 65 % staff");
}

#[test]
fn the_second_example_ends_with_the_own_stack_ahead() {
    let answer = break_even::answer();
    // The API costs 0.45e-3 USD a request; the own stack has 7,916.67 USD of staff and 2,190 USD for a
    // GPU that is planned for 0.8 x 20 requests/s at a peak of twice the mean: 691,200 a day. One GPU
    // pays from 10,106.67 / (0.45e-3 x 365/12) = 738,387, where it is full already, so the second decides:
    // (7,916.67 + 2 x 2,190) / 0.0136875 = 898,386.6.
    assert_eq!(answer, "own from 898387 a day (slope)\n");
}

#[test]
fn the_third_example_is_a_table_with_a_heading_and_thirteen_volumes() {
    let answer = sweep::answer().expect("the example runs");
    let mut table = csv::Reader::from_reader(answer.as_bytes());
    let heading = table.headers().expect("a heading").clone();
    assert_eq!(&heading[0], "requests_per_day");
    assert_eq!(heading.len(), 4);
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 13);
    assert_eq!((&rows[0][0], &rows[12][0]), ("10000", "10000000"));
    for row in &rows {
        assert!(
            row.iter()
                .all(|cell| cell.parse::<f64>().is_ok_and(|usd| usd > 0.0)),
            "{row:?}"
        );
    }
}

#[test]
fn examples_fit_on_a_screen() {
    for (name, text) in [
        ("break_even", include_str!("../examples/break_even.rs")),
        ("compare", include_str!("../examples/compare.rs")),
        ("sweep", include_str!("../examples/sweep.rs")),
    ] {
        assert!(text.lines().count() <= 40, "{name}");
    }
}
