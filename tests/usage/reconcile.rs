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

const FOCUS: &str = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,SkuMeter,ResourceName\n";

/// Usage charges of `m` on a day: input, cache reads, output (Mtok) with their amounts.
fn focus(day: &str, kinds: [(&str, f64, f64); 3]) -> String {
    let row = |(kind, mtok, usd): (&str, f64, f64)| {
        format!("{usd},{usd},USD,Usage,{day}T00:00:00Z,{mtok},1000000 Tokens,{kind},m\n")
    };
    kinds.map(row).concat()
}

#[test]
fn the_tokens_of_a_bill_tell_which_calls_or_tokens_the_log_lacks() {
    let held = |name: &str, row: &str, kinds| {
        let bill = format!("{FOCUS}{}", focus("2026-11-01", kinds));
        answer(name, &log(row), &bill, &[])["rows"][0].clone()
    };
    // A fifth more of everything: 2 calls of 1.40 USD each.
    let row = held(
        "calls",
        PLAIN,
        [
            ("input", 12.0, 12.0),
            ("cache_read", 0.0, 0.0),
            ("output", 1.2, 4.8),
        ],
    );
    assert_eq!(codes(&row), ["unlogged-calls"]);
    assert_eq!(row["causes"][0]["effect_usd"], json!(2.8));
    assert!((row["causes"][0]["requests"].as_f64().unwrap() - 2.0).abs() < 1e-9);
    assert_eq!(row["billed_tokens"]["input_uncached"], 12_000_000);
    // The same input, 6 of it cached: 4 + 0.6 + 4.
    let row = held(
        "hidden",
        PLAIN,
        [
            ("input", 4.0, 4.0),
            ("cache_read", 6.0, 0.6),
            ("output", 1.0, 4.0),
        ],
    );
    assert_eq!(codes(&row), ["cached-tokens-not-logged"]);
    assert_eq!(row["residual_usd"], json!(-5.4));
    // The same input, half as many tokens of answers again.
    let row = held(
        "answers",
        PLAIN,
        [
            ("input", 10.0, 10.0),
            ("cache_read", 0.0, 0.0),
            ("output", 1.5, 6.0),
        ],
    );
    assert_eq!(codes(&row), ["reasoning-not-logged"]);
    // Half of everything: the log has each call twice.
    let row = held(
        "copies",
        PLAIN,
        [
            ("input", 5.0, 5.0),
            ("cache_read", 0.0, 0.0),
            ("output", 0.5, 2.0),
        ],
    );
    assert_eq!(codes(&row), ["unbilled-calls"]);
    assert!((row["causes"][0]["requests"].as_f64().unwrap() - 5.0).abs() < 1e-9);
    // More input and less output.
    let row = held(
        "other",
        PLAIN,
        [
            ("input", 20.0, 20.0),
            ("cache_read", 0.0, 0.0),
            ("output", 0.5, 2.0),
        ],
    );
    assert_eq!(codes(&row), ["other-tokens"]);
}

#[test]
fn a_bill_that_is_the_same_multiple_on_every_day_lacks_calls_or_has_a_surcharge() {
    let days = "2026-11-01,m,10,10000000,0,0,1000000,\n2026-11-02,m,5,5000000,0,0,500000,\n";
    // 14 x 1.2 and 7 x 1.2.
    let result = answer(
        "share",
        &log(days),
        &bill("2026-11-01,m,16.8\n2026-11-02,m,8.4\n"),
        &[],
    );
    for (at, calls) in [(0, 2.0), (1, 1.0)] {
        let row = &result["rows"][at];
        assert_eq!(codes(row), ["unlogged-calls", "surcharge"]);
        assert!((row["causes"][0]["requests"].as_f64().unwrap() - calls).abs() < 1e-9);
    }
    // 10 % off both.
    let result = answer(
        "discount",
        &log(days),
        &bill("2026-11-01,m,12.6\n2026-11-02,m,6.3\n"),
        &[],
    );
    assert_eq!(codes(&result["rows"][0]), ["discount"]);
    let what = result["rows"][1]["causes"][0]["what"].as_str().unwrap();
    assert_eq!(
        what,
        "the bill is 0.9000 times the log on each of 2 days: a discount of 10.00 %"
    );
    // Another share each day is no pattern.
    let result = answer(
        "uneven",
        &log(days),
        &bill("2026-11-01,m,16.8\n2026-11-02,m,12\n"),
        &[],
    );
    assert_eq!(codes(&result["rows"][0]), Vec::<&str>::new());
    assert_eq!(result["rows"][0]["verdict"], "unexplained");
}

#[test]
fn days_that_begin_at_another_hour_are_found() {
    let row = |time: &str, mtok: u32| format!("{time},m,1,{mtok}000000,0,0,0,\n");
    let calls = [
        row("2026-11-01T20:00:00Z", 14),
        row("2026-11-02T02:00:00Z", 7),
        row("2026-11-02T20:00:00Z", 14),
    ];
    // 02:00 belongs to the day before from a shift of 3 hours on; 14 + 7 and 14.
    let result = answer(
        "shift",
        &log(&calls.concat()),
        &bill("2026-11-01,m,21\n2026-11-02,m,14\n"),
        &[],
    );
    assert_eq!(result["total"]["residual_usd"], json!(0));
    for (at, residual) in [(0, json!(7)), (1, json!(-7))] {
        let row = &result["rows"][at];
        assert_eq!(
            (codes(row), &row["residual_usd"]),
            (vec!["day-boundary"], &residual)
        );
        let what = row["causes"][0]["what"].as_str().unwrap();
        assert_eq!(
            what,
            "the days of the bill begin 3 hour(s) after those of the log"
        );
    }
    // --tz says what the bill's days are, and nothing is left.
    let bill = bill("2026-11-01,m,21\n2026-11-02,m,14\n");
    assert_eq!(
        answer("zone", &log(&calls.concat()), &bill, &["--tz", "-08:00"])["agrees"],
        true
    );
    // No shift fits where the log has days only; neighbors that cancel do.
    let days = [row("2026-11-01", 14), row("2026-11-02", 14)].concat();
    let result = answer(
        "cancel",
        &log(&days),
        &self::bill("2026-11-01,m,12\n2026-11-02,m,16\n"),
        &[],
    );
    assert_eq!(codes(&result["rows"][0]), ["day-boundary"]);
    assert_eq!(codes(&result["rows"][1]), ["day-boundary"]);
}

#[test]
fn a_model_under_another_name_is_found_by_its_cost() {
    let deployment = PLAIN.replace(",m,", ",my-deployment,");
    let bill = bill("2026-11-01,m,14\n");
    let result = answer("name", &log(&deployment), &bill, &[]);
    let rows = result["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!(codes(row), ["model-name"], "{row:#}");
        let what = row["causes"][0]["what"].as_str().unwrap();
        assert!(what.ends_with("--alias my-deployment=m"), "{what}");
    }
    let alias = ["--alias", "my-deployment=m"];
    assert_eq!(
        answer("alias", &log(&deployment), &bill, &alias)["agrees"],
        true
    );
}

#[test]
fn rows_of_one_side_say_why() {
    let calls = format!("{PLAIN}2026-11-03,m,1,14000000,0,0,0,\n2026-11-03,n,1,1000000,0,0,0,\n");
    let billed = bill(
        "2026-11-01,m,14\n2026-11-02,m,5\n2026-11-03,m,14\n2026-11-02,storage,2.5\n2026-11-09,m,8\n",
    );
    let result = answer("sides", &log(&calls), &billed, &[]);
    let told = |model: &str, day: &str| {
        let rows = result["rows"].as_array().unwrap();
        let row = rows
            .iter()
            .find(|row| row["model"] == model && row["day"] == day);
        codes(row.unwrap()).join(" ")
    };
    assert_eq!(told("m", "2026-11-02"), "unlogged-calls");
    assert_eq!(told("storage", "2026-11-02"), "other-charge");
    assert_eq!(told("n", "2026-11-03"), "unbilled-calls");
    assert_eq!(told("m", "2026-11-09"), "outside-log");
    let late = answer("late", &log(&calls), &bill("2026-11-01,m,14\n"), &[]);
    assert_eq!(codes(&late["rows"][1]), ["outside-bill"]);
    assert_eq!(late["causes"][0]["code"], "outside-bill");
    assert_eq!(late["causes"][0]["rows"], 2);
    assert_eq!(late["causes"][0]["residual_usd"], json!(-17));
}

#[test]
fn taxes_credits_and_fees_of_a_bill_are_rows_of_their_own_and_purchases_are_none() {
    let usage = focus(
        "2026-11-01",
        [
            ("input", 10.0, 10.0),
            ("cache_read", 0.0, 0.0),
            ("output", 1.0, 4.0),
        ],
    );
    let other = "2.66,2.66,USD,Tax,2026-11-01T00:00:00Z,,,VAT,\n-5,-5,USD,Credit,2026-11-01T00:00:00Z,,,promotion,m\n\
        500,0,USD,Purchase,2026-11-01T00:00:00Z,,,credits,m\n";
    let result = answer("tax", &log(PLAIN), &format!("{FOCUS}{usage}{other}"), &[]);
    let shown: Vec<(&Value, &Value)> = result["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["model"], &row["residual_usd"]))
        .collect();
    let expected = [
        (json!("(credit)"), json!(-5)),
        (json!("(tax)"), json!(2.66)),
        (json!("m"), json!(0)),
    ];
    assert_eq!(
        shown,
        expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>()
    );
    assert_eq!(codes(&result["rows"][0]), ["other-charge"]);
    // 14 + 2.66 - 5 billed.
    assert_eq!(result["total"]["billed_usd"], json!(11.66));
    assert_eq!(result["total"]["verdict"], "explained");
    let report = r#"{"data":[{"starting_at":"2026-11-01T00:00:00Z","ending_at":"2026-11-02T00:00:00Z","results":[
        {"currency":"USD","amount":"1400","model":"m","cost_type":"tokens"},
        {"currency":"USD","amount":"250","model":null,"cost_type":"web_search"}]}]}"#;
    let log = log(PLAIN)
        .replace("model,", "provider,model,")
        .replace(",m,", ",anthropic,m,");
    let result = answer("search", &log, report, &[]);
    assert_eq!(result["rows"][0]["model"], "(web search)");
    assert_eq!(result["rows"][0]["billed_usd"], json!(2.5));
    assert_eq!(result["rows"][1]["verdict"], "agrees");
}

#[test]
fn without_a_price_the_bill_tells_one() {
    // 7 USD for 11 Mtok.
    let calls = PLAIN.replace(",m,", ",unknown,");
    let result = answer(
        "unpriced",
        &log(&calls),
        &bill("2026-11-01,unknown,7\n"),
        &[],
    );
    let row = &result["rows"][0];
    assert_eq!(codes(row), ["unpriced"]);
    let what = row["causes"][0]["what"].as_str().unwrap();
    assert!(
        what.contains("11000000 tokens") && what.contains("0.6364 USD/Mtok"),
        "{what}"
    );
    assert_eq!(result["warnings"][0]["code"], "unpriced");
    // A cost of the log's own stands in.
    let own = "date,model,input_tokens,cost\n2026-11-01,unknown,5,7\n";
    assert_eq!(
        answer("own", own, &bill("2026-11-01,unknown,7\n"), &[])["agrees"],
        true
    );
}

#[test]
fn what_nothing_explains_is_unexplained_with_what_it_would_take() {
    // 14 against 20: 6 of 1.40 a call, or 1.5 Mtok of answers at 4.
    let result = answer("more", &log(PLAIN), &bill("2026-11-01,m,20\n"), &[]);
    let row = &result["rows"][0];
    assert_eq!(
        (&row["verdict"], codes(row).len()),
        (&json!("unexplained"), 0)
    );
    let possible = row["possible"].as_array().unwrap();
    assert_eq!(possible[0]["code"], "unlogged-calls");
    assert!((possible[0]["requests"].as_f64().unwrap() - 6.0 / 1.4).abs() < 1e-9);
    assert_eq!(possible[1]["code"], "reasoning-not-logged");
    assert!(
        possible[1]["what"]
            .as_str()
            .unwrap()
            .contains("1500000 tokens"),
        "{possible:?}"
    );
    // 14 against 11: a third of the 9 that caching all input would save.
    let result = answer("fewer", &log(PLAIN), &bill("2026-11-01,m,11\n"), &[]);
    let possible = result["rows"][0]["possible"].as_array().unwrap();
    assert_eq!(possible[0]["code"], "unbilled-calls");
    assert_eq!(
        possible[1]["what"],
        "33 % of the input was read from a cache that the log does not tell"
    );
    // 4 cannot be: not even if all input had been cached, which would be 5.
    let result = answer("least", &log(PLAIN), &bill("2026-11-01,m,4\n"), &[]);
    assert_eq!(result["rows"][0]["possible"].as_array().unwrap().len(), 1);
}
