//! Section 6: review, errors, forced moves.

use super::{USUAL, case, close};
use crate::cost::Category;

/// An API under these keys of `[quality]` and of its own; 3 million requests a month.
fn under(quality: &str, own: &str) -> super::Case {
    case(&format!(
        "{USUAL}[quality]\n{quality}[[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\n\
         output_usd_per_mtok = 10\n{own}"
    ))
}

#[test]
fn review_is_paid_by_the_minute() {
    // 60,000 reviews x 3 min = 3,000 h x 45.
    let case = under("review_share = 0.02\n", "");
    close(case.line("a", "human review"), 135_000.0);
}

#[test]
fn whole_reviewers_are_paid_for_their_days() {
    // 2,000 reviews a day x 3 min = 100 h, 12.5 people of 8 h: 13, for 13 x 8 x 30 x 45 USD.
    let case = under("review_share = 0.02\nwhole_reviewers = true\n", "");
    close(case.line("a", "reviewers"), 140_400.0);
    let people = case.model("a", 0).reviewers.expect("reviewers");
    close(people.at(100_000.0), 13.0);
    // At 96,000 a day they are 12 exactly.
    close(people.at(96_000.0), 12.0);
}

#[test]
fn errors_cost_what_review_does_not_catch() {
    // 3 M x 0.02 x (1 - 0.5 x 0.8) x 1.50.
    let quality = "review_share = 0.5\nreview_minutes = 1\ncaught_by_review = 0.8\n\
                   error_rate = 0.02\ncost_per_error_usd = 1.5\n";
    close(under(quality, "").line("a", "wrong answers"), 54_000.0);
    // Without review every error is paid.
    let alone = under("error_rate = 0.02\ncost_per_error_usd = 1.5\n", "");
    close(alone.line("a", "wrong answers"), 90_000.0);
    // All reviewed and all caught: none.
    let perfect = under(
        "review_share = 1\nerror_rate = 0.02\ncost_per_error_usd = 1.5\n",
        "",
    );
    close(perfect.category("a", Category::Errors), 0.0);
}

#[test]
fn an_options_own_quality_wins_over_the_common_one() {
    let common = "review_share = 0.02\nerror_rate = 0.02\ncost_per_error_usd = 1.5\n";
    let own = "review_share = 0\nerror_rate = 0.01\ncost_per_error_usd = 3\n";
    let case = under(common, own);
    close(case.line("a", "wrong answers"), 90_000.0);
    close(case.category("a", Category::Oversight), 0.0);
}

#[test]
fn retries_are_reviewed_and_can_be_wrong_too() {
    // 3.3 M billed requests.
    let text = format!(
        "retry_share = 0.1\n{USUAL}[quality]\nreview_share = 0.02\nerror_rate = 0.02\n\
         caught_by_review = 0\ncost_per_error_usd = 1\n[[api]]\nname = \"a\"\n\
         input_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n"
    );
    let case = case(&text);
    close(case.line("a", "human review"), 148_500.0);
    close(case.line("a", "wrong answers"), 66_000.0);
}

#[test]
fn a_forced_move_costs_its_chance() {
    // 0.2 a year x 6 weeks x 5,000 USD / 12.
    let case = under(
        "",
        "migration = { probability_per_year = 0.2, weeks = 6 }\n",
    );
    close(case.line("a", "forced migration, expected"), 500.0);
    let own = "migration = { probability_per_year = 0.2, weeks = 6, usd_per_week = 10_000 }\n";
    close(
        under("", own).line("a", "forced migration, expected"),
        1_000.0,
    );
}

#[test]
fn moving_to_an_option_is_paid_once() {
    let case = under("", "switching_usd = 36_000\n");
    close(case.line("a", "moving to this option"), 1_000.0);
    close(case.model("a", 0).upfront().at(1.0), 36_000.0);
}
