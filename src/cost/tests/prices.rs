//! Section 3: prices over hours, days and months.

use super::{USUAL, case, case_with, close, within};

/// A price row of the test model.
fn row(price: f64, keys: &str) -> String {
    format!(
        "[[api.price]]\ntier = \"standard\"\ninput_usd_per_mtok = {price}\n\
         output_usd_per_mtok = {price}\n{keys}\
         source = \"test\"\nas_of = \"2026-12-01\"\nconfidence = \"seen\"\n"
    )
}

/// A model with these price rows.
fn catalog(rows: &[String]) -> String {
    format!(
        "[[api]]\nid = \"test/model\"\nsource = \"test\"\nas_of = \"2026-12-01\"\n\
         confidence = \"seen\"\n{}",
        rows.concat()
    )
}

const MODEL: &str = "[[api]]\nname = \"a\"\nmodel = \"test/model\"\n";
/// Seven hours of a working day.
const PEAK: &str = "hours_utc = \"01:00-04:00,06:00-10:00\"\ndays = \"mon-fri\"\n";

/// Input of a month at a price of 1: 100,000 x 30 x 1,000 tokens.
const MTOK: f64 = 3_000.0;

#[test]
fn a_flat_week_pays_the_peak_price_for_its_hours_on_working_days() {
    // 7/24 x 5/7 = 5/24 of the traffic at 2, the rest at 1: 19/24 + 10/24 = 29/24.
    let facts = catalog(&[row(1.0, ""), row(2.0, PEAK)]);
    let case = case_with(&format!("{USUAL}{MODEL}"), &facts, None);
    close(case.line("a", "input tokens"), MTOK * 29.0 / 24.0);
}

#[test]
fn the_shape_of_the_day_decides_what_lies_in_peak_hours() {
    // All traffic from 1 to 2 o'clock: 5 of 7 days at 2, the others at 1: 12/7.
    let shape = "day_shape = [0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]\n";
    let facts = catalog(&[row(1.0, ""), row(2.0, PEAK)]);
    let case = case_with(&format!("{shape}{USUAL}{MODEL}"), &facts, None);
    close(case.line("a", "input tokens"), MTOK * 12.0 / 7.0);
}

#[test]
fn a_stated_share_of_peak_traffic_wins() {
    // Half at 2, half at 1.
    let facts = catalog(&[row(1.0, ""), row(2.0, PEAK)]);
    let text = format!("{USUAL}{MODEL}peak_window_share = 0.5\n");
    close(
        case_with(&text, &facts, None).line("a", "input tokens"),
        MTOK * 1.5,
    );
}

#[test]
fn a_peak_price_that_begins_later_is_not_charged_before() {
    let later = format!("from = \"2027-03-01\"\n{PEAK}");
    let facts = catalog(&[row(1.0, ""), row(2.0, &later)]);
    let case = case_with(&format!("{USUAL}{MODEL}"), &facts, None);
    close(case.line_in("a", "input tokens", 0), MTOK);
    close(case.line_in("a", "input tokens", 2), MTOK * 29.0 / 24.0);
}

#[test]
fn an_announced_price_counts_from_its_month() {
    let facts = catalog(&[row(2.0, ""), row(4.0, "from = \"2027-03-01\"\n")]);
    let case = case_with(&format!("{USUAL}{MODEL}"), &facts, None);
    for (month, price) in [(0, 2.0), (1, 2.0), (2, 4.0), (35, 4.0)] {
        close(case.line_in("a", "input tokens", month), MTOK * price);
    }
}

#[test]
fn prices_pinned_to_a_date_ignore_what_comes_after() {
    let facts = catalog(&[row(2.0, ""), row(4.0, "from = \"2027-03-01\"\n")]);
    let case = case_with(&format!("{USUAL}{MODEL}"), &facts, Some("2027-02-28"));
    close(case.line_in("a", "input tokens", 35), MTOK * 2.0);
}

#[test]
fn a_price_of_the_scenario_wins_over_announced_ones() {
    let facts = catalog(&[row(2.0, ""), row(4.0, "from = \"2027-03-01\"\n")]);
    let own = "input_usd_per_mtok = 3\noutput_usd_per_mtok = 3\n";
    let case = case_with(&format!("{USUAL}{MODEL}{own}"), &facts, None);
    close(case.line_in("a", "input tokens", 12), MTOK * 3.0);
}

#[test]
fn one_price_of_the_scenario_leaves_the_others_to_the_catalog() {
    let facts = catalog(&[row(2.0, "cache_read_usd_per_mtok = 0.5\n")]);
    let text = format!("cached_input_share = 0.5\n{USUAL}{MODEL}input_usd_per_mtok = 3\n");
    let case = case_with(&text, &facts, None);
    // 1,500 Mtok at 3, 1,500 at 0.5, 600 at 2.
    close(case.line("a", "input tokens"), 4_500.0);
    close(case.line("a", "cache reads"), 750.0);
    close(case.line("a", "output tokens"), 1_200.0);
}

#[test]
fn a_trend_counts_years_from_the_start() {
    // Halved per year: from 2027-01-01 to 2028-01-01 are 365 days of 365.25: 0.5^0.99931554 = 0.50023727.
    let own = "input_usd_per_mtok = 1\noutput_usd_per_mtok = 1\nprice_change_per_year = -0.5\n";
    let case = case(&format!("{USUAL}[[api]]\nname = \"a\"\n{own}"));
    close(case.line_in("a", "input tokens", 0), MTOK);
    within(
        case.line_in("a", "input tokens", 12),
        MTOK * 0.500_237_27,
        1e-7,
    );
}

#[test]
fn a_trend_waits_for_the_last_known_step() {
    let facts = catalog(&[row(2.0, ""), row(4.0, "from = \"2027-03-01\"\n")]);
    let text = format!("{USUAL}{MODEL}price_change_per_year = -0.5\n");
    let case = case_with(&text, &facts, None);
    close(case.line_in("a", "input tokens", 1), MTOK * 2.0);
    close(case.line_in("a", "input tokens", 2), MTOK * 4.0);
    // 2027-03-01 to 2028-03-01 holds a leap day: 366/365.25 = 1.00205339; 0.5^1.00205339 = 0.49928884.
    within(
        case.line_in("a", "input tokens", 14),
        MTOK * 4.0 * 0.499_288_84,
        1e-7,
    );
}

#[test]
fn cache_writes_that_live_an_hour_pay_their_own_price() {
    let writes = "cache_write_5m_usd_per_mtok = 2.5\ncache_write_1h_usd_per_mtok = 4\n";
    let facts = catalog(&[row(2.0, writes)]);
    let frame = format!("cache_write_share = 0.1\n{USUAL}");
    let short = case_with(&format!("{frame}{MODEL}"), &facts, None);
    let hour = case_with(&format!("cache_ttl = \"1h\"\n{frame}{MODEL}"), &facts, None);
    // 300 Mtok are written.
    close(short.line("a", "cache writes"), 750.0);
    close(hour.line("a", "cache writes"), 1_200.0);
}
