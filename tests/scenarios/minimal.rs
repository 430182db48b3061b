//! The smallest useful file and one that uses every table.

use super::run::{compared, option, warned};

const SMALLEST: &str = include_str!("smallest.toml");
const FULL: &str = include_str!("full.toml");

#[test]
fn ten_lines_of_settings_are_a_scenario() {
    let settings = SMALLEST
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with('#'));
    assert!(settings.count() <= 10);
    let result = compared("smallest", SMALLEST);
    assert!(result.options.iter().all(|option| option.monthly_usd > 0.0));
    let own = option(&result, "own");
    assert_eq!(
        own.capacity.as_ref().map(|capacity| capacity.basis),
        Some("estimated")
    );
}

#[test]
fn every_table_of_a_scenario_works_beside_all_others() {
    let result = compared("full", FULL);
    let names: Vec<&str> = result
        .options
        .iter()
        .map(|option| option.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["luna", "tuned mini", "own", "own, peaks to the API"]
    );
    for option in &result.options {
        let sum: f64 = option.lines.iter().map(|line| line.monthly_usd).sum();
        assert!(
            (sum - option.monthly_usd).abs() <= 1e-12 * sum,
            "{}",
            option.name
        );
        assert_eq!(
            option.within_budget,
            Some(option.monthly_usd <= 25_000.0),
            "{}",
            option.name
        );
    }
    // The 90 % interval's middle on a logarithmic scale: sqrt(200,000 x 320,000).
    let volume = result.scenario.requests_per_day;
    assert!((volume - 252_982.212_813_470_3).abs() < 1e-3, "{volume}");
    assert_eq!(result.break_even.len(), 6);
}

#[test]
fn a_hybrid_by_shares_is_the_sum_of_its_parts_usage() {
    let result = compared("full", FULL);
    let usage = |name: &str| -> f64 {
        let lines = option(&result, name).lines.iter();
        lines
            .filter(|line| line.category.name() == "usage")
            .map(|line| line.monthly_usd)
            .sum()
    };
    let (mixed, whole) = (usage("own, peaks to the API"), usage("luna"));
    assert!(
        (mixed - 0.1 * whole).abs() < 1e-9 * whole,
        "{mixed} of {whole}"
    );
}

#[test]
fn the_full_scenario_says_what_it_had_to_assume() {
    let result = compared("full", FULL);
    let warnings = warned(&result);
    for code in ["medians-used", "no-batch-price", "stale-catalog"] {
        assert!(warnings.contains(&code), "{code} in {warnings:?}");
    }
}
