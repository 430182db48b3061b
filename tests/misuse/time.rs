//! Plans over time, goals and sensitivities that are asked for wrongly.

use super::{folder, refused};

#[test]
fn an_unknown_base_is_refused_with_the_near_name() {
    let folder = folder("base");
    refused(
        &folder,
        &["compare", "one.toml", "--over-time", "--base", "lunar"],
        &[
            "error: --base: no option is named `lunar`",
            "hint: did you mean `luna`?",
        ],
    );
    refused(
        &folder,
        &["compare", "one.toml", "--over-time", "--base", "xyz"],
        &["hint: known: luna"],
    );
}

#[test]
fn a_base_without_a_plan_over_time_is_refused() {
    refused(
        &folder("base_alone"),
        &["compare", "one.toml", "--base", "luna"],
        &["--over-time"],
    );
}

#[test]
fn a_plan_of_no_months_is_refused() {
    refused(
        &folder("no_months"),
        &[
            "compare",
            "one.toml",
            "--over-time",
            "--set",
            "horizon_months=0",
        ],
        &["`horizon_months` is not a whole number in range"],
    );
}
