//! Section 2: demand.

use super::{STEADY, USUAL, case, close};
use crate::cost::{billed_requests, scenario_tokens};

const API: &str = "[[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n";

#[test]
fn a_month_bills_the_volume_times_its_days_times_the_retries() {
    // 100,000 x 30 x 1.05 = 3,150,000.
    let case = case(&format!("retry_share = 0.05\n{USUAL}{API}"));
    close(billed_requests(&case.scenario, case.volume()), 3_150_000.0);
    // Input: 3.15 M x 1,000 = 3,150 Mtok x 2 USD.
    close(case.line("a", "input tokens"), 6_300.0);
}

#[test]
fn a_volume_in_tokens_is_the_same_volume_in_requests() {
    // 3,600 Mtok / (1,200 tokens x 30 days) = 100,000 requests a day.
    let text = "mtok_per_month = 3_600\ninput_tokens = 1_000\noutput_tokens = 200\n";
    close(case(&format!("{text}{API}")).volume(), 100_000.0);
    // With 20 % retries billed: 100,000 / 1.2.
    let retried = case(&format!("retry_share = 0.2\n{text}{API}"));
    close(retried.volume(), 100_000.0 / 1.2);
}

#[test]
fn hours_of_a_whole_month_set_its_days_and_shorter_ones_do_not() {
    close(
        case(&format!("{STEADY}{API}"))
            .scenario
            .days_per_month
            .value,
        30.0,
    );
    let short = format!("hours_per_month = 176\nstart = \"2027-01\"\n[workload]\n{STEADY}{API}");
    let scenario = super::unframed(&short);
    close(scenario.days_per_month.value, 365.0 / 12.0);
}

#[test]
fn growth_compounds_until_its_cap() {
    let text =
        format!("growth_per_month = 0.1\ngrowth_cap_requests_per_day = 120_000\n{USUAL}{API}");
    let growth = case(&text).scenario.workload.growth;
    // 100,000 x 1.1 = 110,000; x 1.21 = 121,000, over the cap of 120,000.
    close(growth.volume(100_000.0, 0), 100_000.0);
    close(growth.volume(100_000.0, 1), 110_000.0);
    close(growth.volume(100_000.0, 2), 120_000.0);
}

#[test]
fn a_list_of_volumes_goes_on_with_its_last() {
    let text =
        format!("requests_per_day_by_month = [10, 30]\ninput_tokens = 1\noutput_tokens = 1\n{API}");
    let case = case(&text);
    let growth = &case.scenario.workload.growth;
    close(case.volume(), 10.0);
    close(growth.volume(10.0, 1), 30.0);
    close(growth.volume(10.0, 35), 30.0);
}

#[test]
fn parts_of_the_traffic_keep_their_own_mix_and_leave_the_rest_its_own() {
    let text = format!(
        "{USUAL}[[workload.feature]]\nname = \"short\"\nshare = 0.75\ninput_tokens = 100\n{API}"
    );
    let case = case(&text);
    // short: 3 M x 0.75 x 100 = 225 Mtok x 2; the rest: 3 M x 0.25 x 1,000 = 750 Mtok x 2.
    close(case.line("a", "input tokens (short)"), 450.0);
    close(case.line("a", "input tokens (the rest)"), 1_500.0);
    // Output is the workload's in both: 450 and 150 Mtok x 10.
    close(case.line("a", "output tokens (short)"), 4_500.0);
    close(case.line("a", "output tokens (the rest)"), 1_500.0);
    // Tokens of a mean request: 0.75 x 300 + 0.25 x 1,200 = 525.
    close(scenario_tokens(&case.scenario.workload), 525.0);
}

#[test]
fn another_tokenizer_scales_every_bucket() {
    // 1,000 x 1.1 x 3 M = 3,300 Mtok x 2; 220 x 3 M = 660 Mtok x 10.
    let case = case(&format!("{USUAL}{API}token_ratio = 1.1\n"));
    close(case.line("a", "input tokens"), 6_600.0);
    close(case.line("a", "output tokens"), 6_600.0);
}
