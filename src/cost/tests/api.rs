//! Section 3: buckets, tiers, discounts, commitments.

use super::{USUAL, case, case_with, close, within};

const API: &str = "[[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n";
const CACHED: &str = "cached_input_share = 0.4\ncache_write_share = 0.1\nreasoning_tokens = 50\n";

#[test]
fn each_bucket_of_tokens_pays_its_own_price() {
    let prices = "cache_read_usd_per_mtok = 0.2\ncache_write_usd_per_mtok = 2.5\n";
    let case = case(&format!("{CACHED}{USUAL}{API}{prices}"));
    // 3 M requests: 500 uncached, 400 read, 100 written, 200 visible, 50 reasoning tokens each.
    close(case.line("a", "input tokens"), 1_500.0 * 2.0);
    close(case.line("a", "cache reads"), 1_200.0 * 0.2);
    close(case.line("a", "cache writes"), 300.0 * 2.5);
    close(case.line("a", "output tokens"), 600.0 * 10.0);
    close(case.line("a", "reasoning tokens"), 150.0 * 10.0);
    // 3,000 + 240 + 750 + 6,000 + 1,500.
    close(case.total("a"), 11_490.0);
}

#[test]
fn a_cache_without_a_price_costs_what_input_costs() {
    let case = case(&format!("{CACHED}{USUAL}{API}"));
    // 1,200 and 300 Mtok at 2.
    close(case.line("a", "cache reads"), 2_400.0);
    close(case.line("a", "cache writes"), 600.0);
}

#[test]
fn an_option_may_read_less_from_its_cache_than_the_workload_says() {
    let prices = "cache_read_usd_per_mtok = 0.2\ncached_input_share = 0\n";
    let case = case(&format!("cached_input_share = 0.4\n{USUAL}{API}{prices}"));
    // All 3,000 Mtok at the input price.
    close(case.line("a", "input tokens"), 6_000.0);
    assert!(!case.labels("a").contains(&"cache reads".to_owned()));
}

#[test]
fn an_option_may_write_less_to_its_cache_than_the_workload_says() {
    let prices = "cache_write_usd_per_mtok = 2.5\ncache_write_share = 0\n";
    let case = case(&format!("cache_write_share = 0.4\n{USUAL}{API}{prices}"));
    close(case.line("a", "input tokens"), 6_000.0);
    assert!(!case.labels("a").contains(&"cache writes".to_owned()));
}

#[test]
fn a_discount_and_a_regional_multiplier_hold_for_every_token() {
    // 6,000 x 0.9 x 1.1 = 5,940, for input as for output.
    let case = case(&format!(
        "{USUAL}{API}discount = 0.1\nregion_multiplier = 1.1\n"
    ));
    close(case.line("a", "input tokens"), 5_940.0);
    close(case.line("a", "output tokens"), 5_940.0);
}

#[test]
fn a_fee_is_paid_for_each_billed_request() {
    // 3.3 M x 0.001.
    let case = case(&format!(
        "retry_share = 0.1\n{USUAL}{API}usd_per_request = 0.001\n"
    ));
    close(case.line("a", "request fee"), 3_300.0);
}

#[test]
fn the_share_that_may_wait_pays_the_batch_price() {
    let batch = "batch_input_usd_per_mtok = 1\nbatch_output_usd_per_mtok = 5\n";
    let case = case(&format!("batch_share = 0.25\n{USUAL}{API}{batch}"));
    // Input: 2,250 Mtok x 2 at once, 750 x 1 in batches; output: 450 x 10 and 150 x 5.
    close(case.line("a", "input tokens"), 4_500.0);
    close(case.line("a", "input tokens, batch"), 750.0);
    close(case.line("a", "output tokens"), 4_500.0);
    close(case.line("a", "output tokens, batch"), 750.0);
}

#[test]
fn without_a_batch_price_everything_pays_the_usual_one_and_that_is_said() {
    let case = case(&format!("batch_share = 0.25\n{USUAL}{API}"));
    close(case.total("a"), 12_000.0);
    let model = case.model("a", 0);
    assert!(
        model
            .warnings
            .iter()
            .any(|warning| warning.code == "no-batch-price")
    );
}

#[test]
fn a_committed_amount_is_paid_whether_used_or_not() {
    let case = case(&format!("{USUAL}{API}committed_usd_per_month = 20_000\n"));
    // Usage is 6,000 + 6,000; 8,000 of the 20,000 are not used.
    close(case.line("a", "unused commitment"), 8_000.0);
    close(case.total("a"), 20_000.0);
    // At twice the volume usage is 24,000 and the commitment is used up.
    close(case.model("a", 0).total().at(200_000.0), 24_000.0);
}

#[test]
fn saved_prompt_tokens_of_a_cached_prefix_are_only_worth_its_cached_price() {
    let frame = format!("cached_input_share = 0.4\n{USUAL}{API}cache_read_usd_per_mtok = 0.2\n");
    // 400 of 1,000 tokens are cached. 200 saved, all of them cached: 600 uncached, 200 read.
    let prefix = case(&format!(
        "{frame}prompt_tokens_saved = 200\nprompt_change_cached_share = 1\n"
    ));
    close(prefix.line("a", "input tokens"), 1_800.0 * 2.0);
    close(prefix.line("a", "cache reads"), 600.0 * 0.2);
    // As cached as the prompt: 80 of the 200 come off the cached ones, 120 off the others.
    let even = case(&format!("{frame}prompt_tokens_saved = 200\n"));
    close(even.line("a", "input tokens"), 480.0 * 3.0 * 2.0);
    close(even.line("a", "cache reads"), 320.0 * 3.0 * 0.2);
}

#[test]
fn added_prompt_tokens_are_paid_like_the_share_of_them_that_is_cached() {
    let prices = "cache_read_usd_per_mtok = 0.2\n";
    let added = "prompt_tokens_added = 300\nprompt_change_cached_share = 0\n";
    let case = case(&format!(
        "cached_input_share = 0.4\n{USUAL}{API}{prices}{added}"
    ));
    // 600 + 300 uncached, 400 read.
    close(case.line("a", "input tokens"), 2_700.0 * 2.0);
    close(case.line("a", "cache reads"), 1_200.0 * 0.2);
}

/// A model with a dearer price for long prompts.
const LONG: &str = r#"
[[api]]
id = "test/long"
source = "test"
as_of = "2026-12-01"
confidence = "seen"
[[api.price]]
tier = "standard"
input_usd_per_mtok = 2
output_usd_per_mtok = 8
source = "test"
as_of = "2026-12-01"
confidence = "seen"
[[api.price]]
tier = "standard"
input_usd_per_mtok = 4
output_usd_per_mtok = 12
above_prompt_tokens = 200_000
source = "test"
as_of = "2026-12-01"
confidence = "seen"
"#;

fn long(input: &str) -> super::Case {
    let text = format!(
        "requests_per_day = 10\ninput_tokens = {input}\noutput_tokens = 1_000\n\
         [[api]]\nname = \"a\"\nmodel = \"test/long\"\n"
    );
    case_with(&text, LONG, None)
}

#[test]
fn past_the_threshold_the_whole_request_pays_the_dearer_price() {
    // 300 requests: 60 Mtok in, 0.3 Mtok out; at the threshold itself the base price still holds.
    let at = long("200_000");
    close(at.line("a", "input tokens"), 60.0 * 2.0);
    close(at.line("a", "output tokens"), 0.3 * 8.0);
    let past = long("200_001");
    close(past.line("a", "input tokens"), 60.000_3 * 4.0);
    close(past.line("a", "output tokens"), 0.3 * 12.0);
}

#[test]
fn the_share_of_long_requests_follows_from_their_distribution() {
    // cv = sqrt(e - 1) is sigma 1; mean at the threshold: ln 200,000 lies 0.5 sigma above mu, so
    // 1 - Phi(0.5) = 0.308537539 of the requests are longer, with Phi(0.5) = 0.691462461 of the tokens.
    // Input: 60 Mtok x (0.308537539 x 2 + 0.691462461 x 4) = 60 x 3.382924922 = 202.9754953.
    // Output: 0.3 Mtok x (0.691462461 x 8 + 0.308537539 x 12) = 0.3 x 9.234150156 = 2.770245047.
    let case = long("{ mean = 200_000, cv = 1.310832494320862 }");
    within(case.line("a", "input tokens"), 202.975_495_3, 1e-8);
    within(case.line("a", "output tokens"), 2.770_245_047, 1e-8);
}

#[test]
fn a_shorter_prompt_of_an_option_passes_the_threshold_less_often() {
    let text = "requests_per_day = 10\ninput_tokens = 201_000\noutput_tokens = 1_000\n\
                [[api]]\nname = \"a\"\nmodel = \"test/long\"\nprompt_tokens_saved = 1_000\n";
    // 200,000 tokens are left, at the base price.
    close(case_with(text, LONG, None).line("a", "input tokens"), 120.0);
}
