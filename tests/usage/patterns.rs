//! Causes that only the tokens of a bill, several days or several models tell.

use serde_json::{Value, json};

use super::reconcile::{FOCUS, PLAIN, answer, bill, codes, focus, log};
use super::scratch;

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

/// A model whose price changed once, and one whose price changed with the length of prompts and never else.
fn stepped() -> String {
    let provenance = "source = \"test\"\nas_of = \"2026-11-23\"\nconfidence = \"seen\"\n";
    let step = |more: &str, input: &str| {
        format!(
            "[[api.price]]\ntier = \"standard\"\n{more}input_usd_per_mtok = {input}\noutput_usd_per_mtok = 4\n{provenance}"
        )
    };
    let model = |id: &str, steps: &str| format!("[[api]]\nid = \"{id}\"\n{provenance}{steps}");
    model(
        "once",
        &[step("", "9"), step("from = \"2026-10-01\"\n", "2")].concat(),
    ) + &model("flat", &step("", "2"))
        + &model(
            "later",
            &[step("", "2"), step("from = \"2026-11-02\"\n", "7")].concat(),
        )
}

#[test]
fn a_model_may_be_named_as_one_whose_prices_change_at_other_times() {
    // 1 Mtok on each of two days: 2 USD each by the prices of `once` since October and of `flat`.
    let calls = log("2026-11-01,once,1,1000000,0,0,0,\n2026-11-02,once,1,1000000,0,0,0,\n");
    let causes = |name: &str, model: &str, second: &str| {
        let bill = bill(&format!(
            "2026-11-01,{model},2\n2026-11-02,{model},{second}\n"
        ));
        let prices = scratch(&format!("stepped-{name}")).join("prices.toml");
        std::fs::write(&prices, stepped()).unwrap();
        let more = ["--prices", prices.to_str().unwrap()];
        let result = answer(name, &calls, &bill, &more);
        let rows = result["rows"].as_array().unwrap().iter();
        rows.flat_map(|row| {
            codes(row)
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(causes("flat", "flat", "2"), ["model-name"; 4]);
    // By the prices of `later` the second day costs 7.
    assert_eq!(causes("later", "later", "7"), ["model-name"; 4]);
}
