//! `llmcost reconcile`: every cause on amounts worked by hand, and none where nothing fits.
//!
//! Model `m` costs 1 USD/Mtok input, 0.1 cache read, 1.25 and 2 cache write, 4 output; twice that with
//! priority, half of it in batches (unlisted) and flex.

use std::process::{Command, Output};

use serde_json::{Value, json};

use super::scratch;

/// Writes prices, a log and a bill, and holds them against each other.
pub(super) fn run(name: &str, log: &str, bill: &str, more: &[&str]) -> Output {
    let folder = scratch(&format!("reconcile-{name}"));
    std::fs::write(folder.join("prices.toml"), prices()).unwrap();
    std::fs::write(folder.join("log"), log).unwrap();
    std::fs::write(folder.join("bill"), bill).unwrap();
    Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .current_dir(&folder)
        .args(["reconcile", "log", "bill", "--prices", "prices.toml"])
        .args(more)
        .output()
        .expect("the binary runs")
}

#[track_caller]
pub(super) fn answer(name: &str, log: &str, bill: &str, more: &[&str]) -> Value {
    let output = run(name, log, bill, &[more, &["--format", "json"]].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!told.contains("panicked"), "{told}");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{told}"));
    let code = i32::from(result["agrees"] != true);
    assert_eq!(output.status.code(), Some(code), "{told}");
    result
}

pub(super) fn prices() -> String {
    let provenance = "source = \"test\"\nas_of = \"2026-11-23\"\nconfidence = \"seen\"\n";
    let step = |tier: &str, above: &str, times: f64, output: f64| {
        format!(
            "[[api.price]]\ntier = \"{tier}\"\n{above}input_usd_per_mtok = {:?}\n\
             cache_read_usd_per_mtok = {:?}\ncache_write_5m_usd_per_mtok = {:?}\n\
             cache_write_1h_usd_per_mtok = {:?}\noutput_usd_per_mtok = {output:?}\n{provenance}",
            times,
            times * 0.1,
            times * 1.25,
            times * 2.0
        )
    };
    let model = |id: &str, steps: &[String]| {
        format!("[[api]]\nid = \"{id}\"\n{provenance}{}", steps.concat())
    };
    [
        model(
            "m",
            &[
                step("standard", "", 1.0, 4.0),
                step("priority", "", 2.0, 8.0),
                step("flex", "", 0.5, 2.0),
            ],
        ),
        model(
            "long",
            &[
                step("standard", "", 1.0, 4.0),
                step("standard", "above_prompt_tokens = 200_000\n", 2.0, 6.0),
            ],
        ),
        model("n", &[step("standard", "", 3.0, 12.0)]),
    ]
    .concat()
}

const LOG: &str =
    "time,model,requests,input_tokens,cached_tokens,cache_write_5m,output_tokens,service_tier\n";
const BILL: &str = "date,model,cost\n";

pub(super) fn log(rows: &str) -> String {
    format!("{LOG}{rows}")
}

pub(super) fn bill(rows: &str) -> String {
    format!("{BILL}{rows}")
}

/// The codes of the causes of a row.
pub(super) fn codes(row: &Value) -> Vec<&str> {
    let list = row["causes"].as_array().unwrap().iter();
    list.map(|cause| cause["code"].as_str().unwrap()).collect()
}

/// A log of one model and day, a billed amount, and the causes that explain it.
#[track_caller]
fn one(name: &str, row: &str, billed: &str, more: &[&str], expected: &[&str]) -> Value {
    let result = answer(
        name,
        &log(row),
        &bill(&format!("2026-11-01,m,{billed}\n")),
        more,
    );
    let row = result["rows"][0].clone();
    assert_eq!(codes(&row), expected, "{row:#}");
    assert_eq!(row["verdict"], "explained");
    row
}

/// 4 Mtok at 1, 6 at 0.1 and 1 at 4: 8.60 USD.
const CACHED: &str = "2026-11-01,m,10,10000000,6000000,0,1000000,\n";
/// 10 Mtok at 1 and 1 at 4: 14 USD.
pub(super) const PLAIN: &str = "2026-11-01,m,10,10000000,0,0,1000000,\n";

#[test]
fn amounts_within_the_tolerance_agree_and_beyond_it_they_do_not() {
    // 2 % of 14.28 is 0.2856, and the residual is 0.28.
    let near = bill("2026-11-01,m,14.28\n");
    let result = answer("near", &log(PLAIN), &near, &[]);
    assert_eq!(
        (&result["agrees"], &result["rows"][0]["verdict"]),
        (&json!(true), &json!("agrees"))
    );
    assert_eq!(result["rows"][0]["repriced_usd"], json!(14));
    assert_eq!(result["rows"][0]["residual_usd"], json!(0.28));
    assert_eq!(result["rows"][0]["tolerance_usd"], json!(0.2856));
    assert_eq!(
        answer("less", &log(PLAIN), &near, &["--tolerance", "1.9%"])["agrees"],
        false
    );
    // A thousand tokens: 0.001 USD, and a cent may be left.
    let cent = "2026-11-01,m,1,1000,0,0,0,\n";
    assert_eq!(
        answer("cent", &log(cent), &bill("2026-11-01,m,0.011\n"), &[])["agrees"],
        true
    );
    let more = answer("over", &log(cent), &bill("2026-11-01,m,0.0111\n"), &[]);
    assert_eq!(more["agrees"], false);
}

#[test]
fn cache_reads_at_the_price_of_input_are_named() {
    // 10 + 4 = 14, 5.40 more than 8.60: 6 Mtok x 0.9.
    let row = one("reads", CACHED, "14", &[], &["missing-cached-price"]);
    assert_eq!(row["residual_usd"], json!(5.4));
    assert_eq!(row["causes"][0]["effect_usd"], json!(5.4));
    assert_eq!(row["causes"][0]["left_usd"], json!(0));
}

#[test]
fn cache_writes_at_another_price_are_named() {
    // 6 + 4 x 1.25 + 4 = 15; as input 14; for an hour 18.
    let row = "2026-11-01,m,10,10000000,0,4000000,1000000,\n";
    one("write-price", row, "14", &[], &["cache-write-price"]);
    one("write-time", row, "18", &[], &["cache-write-time"]);
}

#[test]
fn batches_at_the_standard_price_and_the_other_way_round_are_named() {
    // flex is listed at half of everything as well, so that it cannot be told from a batch.
    let row = one("batch", CACHED, "4.3", &[], &["batch", "tier"]);
    let what = row["causes"][0]["what"].as_str().unwrap();
    assert_eq!(
        what,
        "all calls were billed at the batch price, taken as half of the standard price"
    );
    let text = run(
        "batch-text",
        &log(CACHED),
        &bill("2026-11-01,m,4.3\n"),
        &["--quiet"],
    );
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("batch or tier") && text.contains("cannot tell which"),
        "{text}"
    );
    let batched = PLAIN.replace(",\n", ",batch\n");
    one("no-batch", &batched, "14", &[], &["batch"]);
}

#[test]
fn another_tier_and_the_uplift_of_a_region_are_named() {
    one("tier", CACHED, "17.2", &[], &["tier"]);
    // 8.60 x 1.1.
    one("region", CACHED, "9.46", &[], &["region"]);
}

#[test]
fn the_price_of_long_prompts_is_named() {
    // Ten prompts of 100,000: 1 + 0.1 x 4 = 1.40; as long ones 2 + 0.6 = 2.60.
    let short = "2026-11-01,long,10,1000000,0,0,100000,\n";
    let result = answer("long", &log(short), &bill("2026-11-01,long,2.6\n"), &[]);
    assert_eq!(codes(&result["rows"][0]), ["context-length"]);
    // Two prompts of 500,000 each cost 2.60; billed as short ones 1.40.
    let long = short.replace(",10,", ",2,");
    let result = answer("short", &log(&long), &bill("2026-11-01,long,1.4\n"), &[]);
    assert_eq!(result["rows"][0]["repriced_usd"], json!(2.6));
    assert_eq!(codes(&result["rows"][0]), ["context-length"]);
}

#[test]
fn tokens_that_the_log_counts_twice_are_named() {
    // The cache beside the input: 10 + 0.6 + 4 = 14.60 in place of 8.60.
    one(
        "cache-twice",
        CACHED,
        "8.6",
        &["--map", "cache=outside"],
        &["cache-counted-twice"],
    );
    // Reasoning beside the output: 10 + 1.4 x 4 = 15.60 in place of 14.
    let log = "date,model,requests,input_tokens,output_tokens,reasoning_tokens\n2026-11-01,m,10,10000000,1000000,400000\n";
    let told = ["--map", "reasoning_in_output=outside"];
    let result = answer("reasoning-twice", log, &bill("2026-11-01,m,14\n"), &told);
    assert_eq!(result["rows"][0]["repriced_usd"], json!(15.6));
    assert_eq!(codes(&result["rows"][0]), ["reasoning-counted-twice"]);
}

pub(super) const FOCUS: &str = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,SkuMeter,ResourceName\n";

/// Usage charges of `m` on a day: input, cache reads, output (Mtok) with their amounts.
pub(super) fn focus(day: &str, kinds: [(&str, f64, f64); 3]) -> String {
    let row = |(kind, mtok, usd): (&str, f64, f64)| {
        format!("{usd},{usd},USD,Usage,{day}T00:00:00Z,{mtok},1000000 Tokens,{kind},m\n")
    };
    kinds.map(row).concat()
}
