//! The volumes of the source article, 100k, 1M and 10M requests a day, at gpt-4o-mini's list price.

use super::run::only;

/// Input and output tokens, and dollars a month at 100k, 1M and 10M requests a day, rounded to a dollar:
/// requests x (input x 0.15 + output x 0.60) / 1e6 x 365.25/12 days. Volumes: Towards Data Science,
/// 2026-05-18; prices: `OpenAI`'s list, which the catalog has.
const THRESHOLDS: [(f64, f64, [f64; 3]); 5] = [
    (250.0, 100.0, [297.0, 2_968.0, 29_677.0]),
    (500.0, 250.0, [685.0, 6_848.0, 68_484.0]),
    (1_000.0, 300.0, [1_004.0, 10_044.0, 100_444.0]),
    (1_000.0, 500.0, [1_370.0, 13_697.0, 136_969.0]),
    (2_000.0, 500.0, [1_826.0, 18_262.0, 182_625.0]),
];

#[test]
fn the_api_bill_at_the_volumes_of_the_source_article_is_the_list_price() {
    for (input, output, dollars) in THRESHOLDS {
        for (volume, expected) in [1e5, 1e6, 1e7].into_iter().zip(dollars) {
            let text = format!(
                r#"
                days_per_month = 30.4375
                [workload]
                requests_per_day = {volume}
                input_tokens = {input}
                output_tokens = {output}
                [[api]]
                name = "mini"
                model = "openai/gpt-4o-mini"
                "#
            );
            let got = only(&text).monthly_usd;
            assert!(
                (got - expected).abs() <= 0.5 + 1e-6,
                "{volume} x {input}/{output}: {got}"
            );
        }
    }
}
