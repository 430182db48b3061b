//! Section 6: lines of the user's own, and overhead.

use super::{STEADY, USUAL, case, close};
use crate::cost::Category;

/// Usage of 12,000 USD a month in 3 million requests of 1,200 tokens.
fn with(costs: &str) -> super::Case {
    case(&format!(
        "{USUAL}[[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\n{costs}"
    ))
}

#[test]
fn a_line_of_ones_own_has_any_basis() {
    for (amount, worked) in [
        ("usd_per_month = 100", 100.0),
        ("usd_per_year = 1_200", 100.0),
        ("usd_per_hour = 1", 720.0),
        ("usd_once = 3_600", 100.0),
        // 3 M requests; 3,600 Mtok.
        ("usd_per_request = 0.001", 3_000.0),
        ("usd_per_mtok = 0.5", 1_800.0),
        ("share = 0.1, of = \"usage\"", 1_200.0),
        ("share = 0.1", 1_200.0),
        ("usd_per_month = 100, count = 3", 300.0),
    ] {
        let case = with(&format!("costs = [{{ label = \"x\", {amount} }}]\n"));
        close(case.line("a", "x"), worked);
        close(case.total("a"), 12_000.0 + worked);
        close(case.category("a", Category::Platform), worked);
    }
}

#[test]
fn a_line_of_ones_own_counts_under_its_category() {
    let case = with("costs = [{ label = \"x\", category = \"data\", usd_per_month = 7 }]\n");
    close(case.category("a", Category::Data), 7.0);
}

#[test]
fn per_gpu_lines_follow_the_fleet() {
    // Ten GPUs: 10 x 10, and 10 x 0.1 x 720.
    let case = case(&format!(
        "{STEADY}[[self_host]]\nname = \"own\"\nthroughput = {{ requests_per_second = 0.1 }}\n\
         target_utilization = 1\nusd_per_gpu_hour = 1\ncosts = [\n\
         {{ label = \"a month\", usd_per_gpu_month = 10 }},\n\
         {{ label = \"an hour\", usd_per_gpu_hour = 0.1 }},\n]\n"
    ));
    close(case.line("own", "a month"), 100.0);
    close(case.line("own", "an hour"), 720.0);
}

#[test]
fn shares_are_taken_of_amounts_and_not_of_each_other() {
    // 10 % of 12,000 + 1,000, and 5 % of the same.
    let case = with(
        "costs = [\n{ label = \"fixed\", usd_per_month = 1_000 },\n\
         { label = \"ten\", share = 0.1 },\n{ label = \"five\", share = 0.05 },\n]\n",
    );
    close(case.line("a", "ten"), 1_300.0);
    close(case.line("a", "five"), 650.0);
}

#[test]
fn overhead_is_on_everything_but_people_review_and_errors() {
    // A quarter of 12,000 + 1,000; not of staff, review and errors.
    let case = case(&format!(
        "{USUAL}[quality]\nreview_share = 0.02\nerror_rate = 0.01\ncost_per_error_usd = 1\n\
         [[api]]\nname = \"a\"\ninput_usd_per_mtok = 2\noutput_usd_per_mtok = 10\noverhead_share = 0.25\n\
         staff = [{{ role = \"sre\", fte = 1 }}]\ncosts = [{{ label = \"x\", usd_per_month = 1_000 }}]\n"
    ));
    close(case.line("a", "overhead"), 3_250.0);
}

#[test]
fn a_staff_share_is_of_the_cost_with_overhead() {
    // 12,000 x 1.25 = 15,000, and as much for staff.
    let case = with("overhead_share = 0.25\nstaff_share = 0.5\n");
    close(case.category("a", Category::Staff), 15_000.0);
    close(case.total("a"), 30_000.0);
}
