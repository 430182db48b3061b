//! Provisioned throughput against pay-as-you-go.

use llmcost::analysis::breakeven::Verdict;

use super::facts::{self, rows};
use super::run::{compared, reproduce};

/// One unit against pay-as-you-go, for requests of a thousand tokens of input.
fn one_unit(price_of_a_unit: &str, tokens_per_minute: f64, usd_per_mtok: f64) -> String {
    format!(
        r#"
        hours_per_month = 730
        days_per_month = 30
        [workload]
        requests_per_day = 1_000
        peak_to_mean = 1
        input_tokens = 1_000
        output_tokens = 0
        [[api]]
        name = "pay-as-you-go"
        input_usd_per_mtok = {usd_per_mtok}
        output_usd_per_mtok = 0
        [[api]]
        name = "unit"
        input_usd_per_mtok = {usd_per_mtok}
        output_usd_per_mtok = 0
        provisioned = {{ units = 1, {price_of_a_unit}, tokens_per_minute_per_unit = {tokens_per_minute}, output_weight = 1 }}
        "#
    )
}

/// The utilization from which the unit pays: as printed, and as the volume where both cost the same.
fn utilization(price_of_a_unit: &str, tokens_per_minute: f64, usd_per_mtok: f64) -> f64 {
    let result = compared(&one_unit(price_of_a_unit, tokens_per_minute, usd_per_mtok));
    let unit = result.options[1]
        .provisioned
        .as_ref()
        .expect("it is sold in units");
    let printed = unit
        .break_even_utilization
        .expect("pay-as-you-go has a price");
    // Requests a day that fill the unit: tokens a minute over the minutes of a day, a thousand each.
    let full = tokens_per_minute * 730.0 * 60.0 / 30.0 / 1_000.0;
    let pair = &result.break_even[0];
    if printed < 1.0 {
        let volume = pair.crossings[0].requests_per_day;
        assert_eq!(pair.crossings[0].cheaper_after, "unit");
        assert!(
            (volume / full - printed).abs() < 1e-9,
            "{volume} of {full}, printed {printed}"
        );
    } else {
        // A unit that must be more than full to pay never does.
        assert_eq!(pair.verdict, Verdict::Never, "{pair:?}");
    }
    printed
}

#[test]
fn a_unit_pays_from_the_utilization_where_its_tokens_would_cost_as_much() {
    reproduce(&facts::of("ptu_breakeven_util"), |case| {
        assert_eq!(case.input("hours_month"), 730.0);
        let price = format!("usd_per_unit_month = {}", case.input("ptu_usd_month"));
        utilization(&price, case.input("tpm_per_ptu"), case.input("in_usd_mtok"))
    });
}

/// Azure PTU page (2025-08-14): tokens a minute of a unit; then input prices of the models and the
/// utilization from which a unit pays at 260 USD a month, at 221 a month for a year, and at 1 an hour,
/// all worked out by hand: price / (tokens a minute x 60 x 730 x input price).
const AZURE_UNITS: &str = "\
model,tokens,usd_per_mtok,month,year,hour
gpt-5,4750,1.25,0.9998,0.8498,2.807
o4-mini,5400,1.1,0.9993,0.8494,2.806
gpt-4.1,3000,2.0,0.9893,0.8409,2.778
gpt-4.1-mini,14900,0.4,0.996,0.8466,2.796
gpt-4.1-nano,59400,0.1,0.9993,0.8494,2.806
gpt-4o,2500,2.5,0.9498,0.8073,2.667
gpt-4o-mini,37000,0.15,1.0696,0.9091,3.003
o3,3000,2.0,0.9893,0.8409,2.778
";

#[test]
fn a_unit_by_the_hour_never_pays_and_one_for_a_year_does() {
    for row in rows(AZURE_UNITS) {
        let at = |price: &str| utilization(price, row.get("tokens"), row.get("usd_per_mtok"));
        for (column, price, tolerance) in [
            ("month", "usd_per_unit_month = 260", 5.1e-5),
            ("year", "usd_per_unit_month = 221", 5.1e-5),
            ("hour", "usd_per_unit_hour = 1", 5.1e-4),
        ] {
            let got = at(price);
            assert!(
                (got - row.get(column)).abs() < tolerance,
                "{} {column}: {got}",
                row.name
            );
        }
    }
}
