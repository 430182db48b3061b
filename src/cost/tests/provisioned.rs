//! Section 3: provisioned throughput.

use super::{TWO_LEVELS, case, close};

/// Requests of 600 uncached, 400 cached and 200 output tokens: 600 + 0.5 x 400 + 4 x 200 = 1,600
/// weighted tokens; per token they cost (600 x 2 + 400 x 0.2 + 200 x 10)/1e6 = 0.00328 USD.
fn option(volume: &str, units: &str) -> super::Case {
    case(&format!(
        "{volume}input_tokens = 1_000\noutput_tokens = 200\ncached_input_share = 0.4\n\
         [[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n\
         cache_read_usd_per_mtok = 0.2\n\
         provisioned = {{ usd_per_unit_hour = 1, tokens_per_minute_per_unit = 50_000, \
         output_weight = 4, cached_weight = 0.5, {units} }}\n"
    ))
}

fn at_peak_two(volume: &str, units: &str) -> super::Case {
    option(
        &format!("requests_per_day = {volume}\npeak_to_mean = 2\n"),
        units,
    )
}

#[test]
fn units_carry_the_busiest_minute_in_the_steps_of_their_sale() {
    // 400,000 x 2 / 1,440 min = 555.56 requests a minute x 1,600 = 888,889 tokens: 17.78 units, 20 in
    // steps of five, at 720 h x 1 USD.
    let case = at_peak_two("400_000", "minimum_units = 10, unit_step = 5");
    close(case.line("a", "provisioned units"), 20.0 * 720.0);
    close(case.total("a"), 14_400.0);
}

#[test]
fn no_fewer_units_than_are_sold_are_bought() {
    // 100,000 a day take 4.44 units, and ten is the least.
    let case = at_peak_two("100_000", "minimum_units = 10, unit_step = 5");
    close(case.line("a", "provisioned units"), 7_200.0);
}

#[test]
fn a_planned_load_below_full_takes_more_units() {
    // 17.78 / 0.8 = 22.2, in steps of five 25.
    let case = at_peak_two("400_000", "unit_step = 5, utilization = 0.8");
    close(case.line("a", "provisioned units"), 18_000.0);
}

#[test]
fn hours_above_fixed_units_overflow_to_pay_as_you_go() {
    // Four units carry 200,000 tokens or 125 requests a minute: 180,000 a day. Of 200,000 a day half of
    // the hours run at 100,000 and half at 300,000: 120,000 over, 60,000 on the mean.
    // 60,000 x 30 x 0.00328 = 5,904 USD.
    let case = option(
        &format!("requests_per_day = 200_000\n{TWO_LEVELS}"),
        "units = 4",
    );
    close(case.line("a", "provisioned units"), 2_880.0);
    // Input of the overflow: 1.8 M x 600 tokens x 2.
    close(case.line("a", "input tokens"), 2_160.0);
    close(case.total("a"), 2_880.0 + 5_904.0);
}

#[test]
fn fixed_units_below_their_rate_cost_nothing_more() {
    // At 100,000 a day the busy hours run at 150,000, under 180,000.
    let case = option(
        &format!("requests_per_day = 100_000\n{TWO_LEVELS}"),
        "units = 4",
    );
    close(case.total("a"), 2_880.0);
}

#[test]
fn a_unit_pays_from_the_utilization_at_which_its_tokens_cost_as_much() {
    // A unit carries 50,000 x 1,440 / 1,600 = 45,000 requests a day, for 45,000 x 30 x 0.00328 = 4,428
    // USD at pay-as-you-go; it costs 720: 16.26 %.
    let figures = at_peak_two("45_000", "unit_step = 1")
        .model("a", 0)
        .units
        .expect("units");
    close(
        figures.break_even_utilization.expect("a price"),
        720.0 / 4_428.0,
    );
    // 45,000 a day at a peak of twice that are two units, half used.
    close(figures.units.at(45_000.0), 2.0);
    close(figures.load.at(45_000.0) / figures.units.at(45_000.0), 0.5);
}

#[test]
fn a_unit_by_the_month_does_not_count_hours() {
    let text = "requests_per_day = 1_000\npeak_to_mean = 1\ninput_tokens = 1_000\noutput_tokens = 0\n\
                [[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n\
                provisioned = { usd_per_unit_month = 500, tokens_per_minute_per_unit = 50_000, \
                output_weight = 4 }\n";
    close(case(text).total("a"), 500.0);
}

#[test]
fn retries_take_units_too() {
    // 17.78 x 1.25 = 22.2.
    let case = option(
        "requests_per_day = 400_000\npeak_to_mean = 2\nretry_share = 0.25\n",
        "unit_step = 1",
    );
    close(case.line("a", "provisioned units"), 23.0 * 720.0);
}
