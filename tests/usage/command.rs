//! `llmcost attribute` as a user runs it, rightly and wrongly.

use std::fs;

use serde_json::{Value, json};

use super::{answer, attribute, scratch};

/// Calls of two tenants and of nobody, over two weeks, with a cost each.
pub(super) fn log() -> Vec<u8> {
    let mut text =
        String::from("day,tenant,feature,model,input_tokens,output_tokens,cost_usd,latency_ms\n");
    for day in 1..=14 {
        let spike = if day == 12 { "50" } else { "1" };
        text += &format!("2026-11-{day:02},acme,chat,m,100,10,{spike},{}\n", day * 10);
        text += &format!("2026-11-{day:02},globex,,m,100,10,0.1,5\n");
    }
    text += "2026-11-14,,chat,m,7,0,0.5,5\n";
    text.into_bytes()
}

pub(super) fn stderr(arguments: &[&str], input: &[u8], code: i32) -> String {
    let output = attribute(arguments, input);
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}");
    assert!(!text.contains("panicked"), "{text}");
    // Warnings are wrapped; their words are what counts.
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[test]
fn rows_and_what_is_unattributed_add_up_to_the_total() {
    let result = answer(&["-", "--by", "tenant,feature", "--top", "1"], &log());
    let sum = |key: &str| {
        let number = |entry: &Value| entry[key].as_f64().unwrap();
        let groups = result["groups"].as_array().unwrap().iter();
        groups.map(number).sum::<f64>() + number(&result["unattributed"])
    };
    // 13 x 1 + 50 of acme, 14 x 0.1 of globex without a feature, 0.5 of nobody.
    assert_eq!(result["total"]["cost_usd"], json!(64.9));
    assert_eq!(result["unattributed"]["cost_usd"], json!(1.9));
    assert!((sum("cost_usd") - 64.9).abs() < 1e-9);
    assert_eq!(sum("requests"), 29.0);
    assert_eq!(
        result["partly"][0]["key"],
        json!({"tenant": "globex", "feature": null})
    );
}

#[test]
fn the_contract_of_the_json_is_kept() {
    let result = answer(&["-"], &log());
    assert_eq!(result["schema"], "llmcost/attribute/1");
    let tokens = result["total"]["tokens"].as_object().unwrap();
    let names: Vec<&str> = tokens.keys().map(String::as_str).collect();
    let seven = [
        "input_uncached",
        "cache_read",
        "cache_write_5m",
        "cache_write_1h",
        "cache_write_unknown",
        "output_visible",
        "reasoning",
    ];
    assert_eq!(names, seven);
    for key in ["duplicate", "cache_hit", "failed", "torn"] {
        assert_eq!(result["dropped"][key], 0, "{key}");
    }
    assert_eq!(result["groups"][0]["key"], json!({"tenant": "acme"}));
    assert_eq!(result["groups"][0]["logged_cost_usd"], json!(63));
    // 10, 20, ..., 140 ms.
    assert_eq!(result["groups"][0]["latency_ms"]["p50"], json!(75.0));
}

#[test]
fn days_that_stand_out_and_trends_are_told() {
    let result = answer(&["-"], &log());
    let spikes = result["spikes"].as_array().unwrap();
    assert_eq!(spikes.len(), 1);
    assert_eq!(
        (&spikes[0]["key"], &spikes[0]["day"]),
        (&json!("acme"), &json!("2026-11-12"))
    );
    assert_eq!(spikes[0]["times"], json!(50.0));
    // 6 + 50 against 7.
    assert_eq!(result["groups"][0]["trend"]["change"], json!(7.0));
}

#[test]
fn a_budget_that_is_not_kept_fails_with_1_and_projects_the_month() {
    let folder = scratch("budget");
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let verdict = |path: &str, code: i32| {
        let output = attribute(&["-", "--format", "json", "--budget", path], &log());
        assert_eq!(output.status.code(), Some(code));
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        result["budget"]["findings"][0].clone()
    };
    let kept = verdict(&file("kept.toml", "[budget]\nmonthly_usd = 200\n"), 0);
    assert_eq!(kept["verdict"], "within");
    // 64.9 in 14 of 30 days.
    assert!((kept["projected_usd"].as_f64().unwrap() - 64.9 * 30.0 / 14.0).abs() < 1e-9);
    let late = verdict(&file("late.toml", "[budget]\nmonthly_usd = 100\n"), 1);
    assert_eq!(late["verdict"], "projected-over");
    let tenant = file(
        "tenant.toml",
        "[[budget.tenant]]\nname = \"acme\"\nmonthly_usd = 60\n",
    );
    assert_eq!(verdict(&tenant, 1)["verdict"], "over");
    let year = verdict(&file("year.toml", "[budget]\nyearly_usd = 1000\n"), 1);
    // 64.9 in 14 of 365 days.
    assert!((year["projected_usd"].as_f64().unwrap() - 64.9 * 365.0 / 14.0).abs() < 1e-9);
    assert_eq!(
        (&year["per"], &year["period"], &year["verdict"]),
        (&json!("year"), &json!("2026"), &json!("projected-over"))
    );
    let each = |usd: &str| format!("[[budget.tenant]]\nname = \"acme\"\nusd_per_request = {usd}\n");
    let cost = verdict(&file("each.toml", &each("0.0001")), 1);
    let result = answer(&["-"], &log());
    let groups = result["groups"].as_array().unwrap();
    let acme = groups
        .iter()
        .find(|row| row["key"]["tenant"] == "acme")
        .unwrap();
    assert_eq!(cost["projected_usd"], acme["usd_per_request"]);
    assert_eq!(cost["verdict"], "over");
    assert_eq!(
        verdict(&file("cheap.toml", &each("1000")), 0)["verdict"],
        "within"
    );
    let warned = verdict(&file("warn.toml", "[budget.warn]\nmonthly_usd = 100\n"), 0);
    assert_eq!(
        (&warned["verdict"], &warned["warns"]),
        (&json!("projected-over"), &json!(true))
    );
    let other = file("other.toml", "[budget]\nmin_margin_usd = 5\n");
    assert!(
        stderr(&["-", "--budget", &other], &log(), 2).contains("neither monthly_usd, yearly_usd")
    );
    let none = file("none.toml", "name = \"x\"\n");
    assert!(stderr(&["-", "--budget", &none], &log(), 2).contains("has no [budget]"));
}

#[test]
fn hidden_names_are_the_same_in_every_run_and_nowhere_in_the_answer() {
    let shown = |arguments: &[&str]| {
        let output = attribute(&[&["-", "--redact"], arguments].concat(), &log());
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    for format in ["table", "json", "csv", "markdown"] {
        let text = shown(&["--format", format, "--by", "tenant,feature"]);
        assert!(
            !text.contains("acme") && !text.contains("globex") && !text.contains("chat"),
            "{text}"
        );
        assert!(text.contains("tenant-"));
        assert_eq!(text, shown(&["--format", format, "--by", "tenant,feature"]));
    }
    assert_ne!(shown(&[]), shown(&["--redact-key", "secret"]));
    assert!(!shown(&["--focus"]).contains("acme"));
}

#[test]
fn a_name_that_a_spreadsheet_would_run_is_defused() {
    let text = b"day,tenant,input_tokens,cost_usd\n2026-11-01,=HYPERLINK(1),5,0.5\n2026-11-01,@sum,5,0.5\n";
    for arguments in [&["-", "--format", "csv"][..], &["-", "--focus"]] {
        let output = attribute(arguments, text);
        let csv = String::from_utf8(output.stdout).unwrap();
        assert!(
            csv.contains("'=HYPERLINK(1)") && csv.contains("'@sum"),
            "{csv}"
        );
        assert!(
            !csv.contains(",=HYPERLINK") && !csv.contains(",@sum"),
            "{csv}"
        );
    }
}

#[test]
fn charges_read_back_give_the_same_total() {
    let output = attribute(&["-", "--focus", "--cost", "repriced"], &priced());
    assert_eq!(output.status.code(), Some(0));
    let again = answer(&["-"], &output.stdout);
    let before = answer(&["-", "--cost", "repriced"], &priced());
    for key in ["cost_usd", "tokens"] {
        assert_eq!(again["total"][key], before["total"][key], "{key}");
    }
    assert_eq!(again["sources"], json!({"focus": 4}));
}

/// Calls with prices of the catalog.
fn priced() -> Vec<u8> {
    b"day,tenant,model,input_tokens,cached_tokens,output_tokens\n\
      2026-11-01,acme,gpt-5-mini,1000,400,77\n2026-11-02,acme,gpt-5-mini,1000,0,0\n"
        .to_vec()
}

#[test]
fn prices_of_ones_own_hold_from_their_dates() {
    let folder = scratch("prices");
    let path = folder.join("own.toml");
    let price = |from: &str, usd: f64| {
        format!(
            "[[api.price]]\n{from}tier = \"standard\"\ninput_usd_per_mtok = {usd:?}\nsource = \"s\"\n\
             as_of = \"2026-11-01\"\nconfidence = \"seen\"\n"
        )
    };
    let head =
        "[[api]]\nid = \"m\"\nsource = \"s\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n";
    let text = format!(
        "{head}{}{}",
        price("", 1.0),
        price("from = \"2026-11-08\"\n", 2.0)
    );
    fs::write(&path, text).unwrap();
    let log = b"day,tenant,model,input_tokens\n2026-11-07T23:59:59Z,a,m,1000000\n2026-11-08,a,m,1000000\n";
    let total = |more: &[&str]| {
        let path = path.display().to_string();
        answer(&[&["-", "--prices", &path], more].concat(), log)["total"]["cost_usd"].clone()
    };
    assert_eq!(total(&[]), json!(3));
    assert_eq!(total(&["--prices-as-of", "2026-11-01"]), json!(2));
}

#[test]
fn a_day_is_that_of_the_zone() {
    let log = b"time,tenant,input_tokens,cost\n2026-11-01T23:30:00Z,a,5,1\n";
    let days = |zone: &str| {
        answer(&["-", "--by", "day", "--tz", zone], log)["groups"][0]["key"]["day"].clone()
    };
    assert_eq!(days("UTC"), "2026-11-01");
    assert_eq!(days("Europe/Berlin"), "2026-11-02");
    assert!(stderr(&["-", "--tz", "Mars"], log, 2).contains("is no time zone"));
}

#[test]
fn since_and_until_cut_a_period_out() {
    let result = answer(
        &["-", "--since", "2026-11-03", "--until", "2026-11-05"],
        &log(),
    );
    assert_eq!(
        (&result["total"]["requests"], &result["dropped"]["outside"]),
        (&json!(4), &json!(25))
    );
}

#[test]
fn without_a_price_a_cost_is_unknown_and_strict_ends_with_3() {
    let log = b"day,tenant,model,input_tokens\n2026-11-01,a,no-such-model,5\n";
    let result = answer(&["-"], log);
    assert_eq!(result["unpriced"][0]["model"], "no-such-model");
    assert_eq!(result["unpriced"][0]["tokens"]["input_uncached"], 5);
    assert_eq!(result["groups"][0]["usd_per_request"], Value::Null);
    assert!(stderr(&["-", "--strict"], log, 3).contains("[unpriced]"));
}

#[test]
fn bodies_of_prompts_are_never_shown() {
    let secret = "my secret prompt";
    let log = format!(
        "{{\"ts\":\"x\",\"prompt\":\"{secret}\",\"messages\":[\"{secret}\"],\"usage\":{{\"prompt_tokens\":-1}}}}\n\
         {{\"ts\":\"2026-11-01\",\"prompt\":\"{secret}\",\"usage\":{{\"prompt_tokens\":5}}}}\n{{\"prompt\":\"{secret}"
    );
    for format in ["table", "json"] {
        let output = attribute(&["-", "--by", "prompt", "--format", format], log.as_bytes());
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!text.contains("secret"), "{text}");
    }
}

#[test]
fn the_order_of_rows_does_not_change_the_answer() {
    let text = String::from_utf8(log()).unwrap();
    let (head, rows) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = rows.lines().collect();
    lines.reverse();
    let turned = format!("{head}\n{}\n", lines.join("\n"));
    let by = ["-", "--by", "tenant,feature,day"];
    assert_eq!(answer(&by, &log()), answer(&by, turned.as_bytes()));
}

#[test]
fn a_pipe_that_is_closed_ends_the_run_in_peace_in_every_format() {
    let folder = scratch("closed");
    let path = folder.join("log.csv");
    let mut text = String::from("day,tenant,model,input_tokens,output_tokens\n");
    for tenant in 0..3_000 {
        text += &format!("2026-11-01,tenant-{tenant},gpt-5-mini,1,1\n");
    }
    fs::write(&path, text).unwrap();
    for format in ["table", "json", "csv", "markdown"] {
        let script = "\"$0\" attribute \"$1\" --quiet --format \"$2\" | head -n 1 >/dev/null; exit \"${PIPESTATUS[0]}\"";
        let output = std::process::Command::new("bash")
            .args(["-c", script, env!("CARGO_BIN_EXE_llmcost")])
            .arg(&path)
            .arg(format)
            .output();
        let Ok(output) = output else { return };
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*told), (Some(0), ""), "{format}");
    }
}
