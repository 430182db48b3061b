//! Rows of `llmcost reconcile`: what they follow, that they add up, and bills of the collection.

use std::path::Path;
use std::process::Command;

use llmcost::usage::money::Money;
use serde_json::{Value, json};

use super::reconcile::{PLAIN, answer, bill, codes, log, prices, run};
use super::{collection, scratch};

#[test]
fn rows_follow_what_the_bill_tells_and_what_is_asked() {
    let calls = log(&format!("{PLAIN}2026-11-02,n,1,1000000,0,0,0,\n"));
    let whole = answer("month", &calls, "model,cost\nm,14\nn,3\n", &[]);
    assert_eq!(
        (&whole["by"], &whole["agrees"]),
        (&json!(["model"]), &json!(true))
    );
    let days = answer(
        "days",
        &calls,
        "date,cost\n2026-11-01,14\n2026-11-02,3\n",
        &[],
    );
    assert_eq!(
        (&days["by"], &days["agrees"]),
        (&json!(["day"]), &json!(true))
    );
    let bill = bill("2026-11-01,m,14\n2026-11-02,n,3\n");
    let both = answer("both", &calls, &bill, &[]);
    assert_eq!(
        (&both["by"], both["rows"].as_array().unwrap().len()),
        (&json!(["model", "day"]), 2)
    );
    assert_eq!(both["models"].as_array().unwrap().len(), 2);
    let asked = answer("asked", &calls, &bill, &["--by", "day"]);
    assert_eq!(asked["by"], json!(["day"]));
}

#[test]
fn calls_of_other_providers_than_the_bills_are_left_out_and_told() {
    let calls = "date,provider,model,requests,input_tokens\n2026-11-01,openai,m,1,14000000\n2026-11-01,google,n,3,1000000\n";
    let costs = r#"{"object":"page","data":[{"object":"bucket","start_time":1793491200,"end_time":1793577600,
        "results":[{"object":"organization.costs.result","amount":{"value":14,"currency":"usd"},"line_item":"m, input"}]}]}"#;
    let result = answer("providers", calls, costs, &[]);
    assert_eq!(result["agrees"], true);
    assert_eq!(result["left_out"], json!({"requests": 3, "cost_usd": 3}));
}

#[test]
fn a_usage_report_is_a_bill_of_tokens() {
    let usage = r#"{"object":"page","data":[{"object":"bucket","start_time":1793491200,"end_time":1793577600,
        "results":[{"object":"organization.usage.completions.result","input_tokens":12000000,
        "input_cached_tokens":0,"output_tokens":1200000,"num_model_requests":12,"model":"m"}]}]}"#;
    let calls = "date,provider,model,requests,input_tokens,output_tokens\n2026-11-01,openai,m,10,10000000,1000000\n";
    let result = answer("usage", calls, usage, &[]);
    assert_eq!(result["warnings"][0]["code"], "bill-without-amounts");
    let row = &result["rows"][0];
    assert_eq!(
        (&row["billed_usd"], codes(row)),
        (&json!(16.8), vec!["unlogged-calls"])
    );
    assert_eq!(row["causes"][0]["requests"], json!(2.0));
}

#[test]
fn rows_add_up_to_the_total_to_the_last_digit_in_every_format() {
    let (calls, billed) = uneven();
    let output = run("sum", &calls, &billed, &["--format", "csv", "--quiet"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| heads.iter().position(|head| *head == name).unwrap();
    let cells: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    for column in ["repriced_usd", "billed_usd", "residual_usd"] {
        let sum = |kind: &str| {
            let rows = cells.iter().filter(|row| row[0] == kind);
            rows.fold(Money::ZERO, |sum, row| {
                sum.plus(Money::parse(row[at(column)]).unwrap()).unwrap()
            })
        };
        assert_eq!(sum("row"), sum("total"), "{column}");
        assert_eq!(sum("model"), sum("total"), "{column}");
        assert_ne!(sum("total"), Money::ZERO, "{column}");
    }
    for format in ["table", "markdown"] {
        let output = run(
            "sum",
            &calls,
            &billed,
            &["--format", format, "--all", "--quiet"],
        );
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stdout).unwrap();
        let table = text.split("What would explain it").next().unwrap();
        assert_eq!(
            table.matches("2026-11-").count(),
            cells.iter().filter(|row| row[0] == "row").count()
        );
    }
}

/// Twenty days of two models with amounts of many digits.
fn uneven() -> (String, String) {
    let (mut calls, mut billed) = (String::new(), String::new());
    for day in 1..=20 {
        for (model, tokens) in [("m", 1_234_567 * day), ("n", 777_771 * day)] {
            calls += &format!(
                "2026-11-{day:02},{model},3,{tokens},{},0,{},\n",
                tokens / 3,
                tokens / 7
            );
            billed += &format!(
                "2026-11-{day:02},{model},0.{:018}\n",
                123_456_789_u64 * day as u64 + 1
            );
        }
    }
    (log(&calls), bill(&billed))
}

#[test]
fn the_order_of_rows_and_of_files_does_not_change_the_answer() {
    let turned = |text: &str| {
        let (head, rows) = text.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        format!("{head}\n{}\n", rows.join("\n"))
    };
    let (calls, billed) = uneven();
    let once = answer("order", &calls, &billed, &[]);
    assert_eq!(
        once,
        answer("turned", &turned(&calls), &turned(&billed), &[])
    );
    let folder = scratch("reconcile-files");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("prices.toml", &prices());
    for (side, text) in [("log", &calls), ("bill", &billed)] {
        let (head, rows) = text.split_once('\n').unwrap();
        let (a, b) = rows.split_at(rows.find("2026-11-11").unwrap());
        write(&format!("{side}-a.csv"), &format!("{head}\n{a}"));
        write(&format!("{side}-b.csv"), &format!("{head}\n{b}"));
    }
    let run = |arguments: &[&str]| -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
        command
            .current_dir(&folder)
            .arg("reconcile")
            .args(arguments);
        let output = command
            .args(["--prices", "prices.toml", "--format", "json"])
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let bills = ["--bill", "bill-b.csv", "--bill", "bill-a.csv"];
    assert_eq!(
        once,
        run(&[&["log-b.csv", "log-a.csv"], &bills[..]].concat())
    );
}

#[test]
fn every_bill_of_the_collection_agrees_with_its_log_to_the_last_digit() {
    let Some(folder) = collection() else { return };
    let folder = folder.join("synthetic");
    let text = std::fs::read_to_string(folder.join("prices.json")).unwrap();
    let own = scratch("reconcile-collection").join("prices.toml");
    std::fs::write(
        &own,
        super::shared::price_file(&serde_json::from_str(&text).unwrap()),
    )
    .unwrap();
    for (bill, rows) in [
        ("focus_1_2.csv", 69),
        ("openrouter_activity.csv", 69),
        ("openai_costs.json", 14),
        ("openai_usage_completions.json", 28),
        ("anthropic_cost_report.json", 27),
        ("anthropic_usage_report.json", 27),
        ("anthropic_console_usage.csv", 27),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_llmcost"))
            .arg("reconcile")
            .args([folder.join("litellm_spendlogs.jsonl"), folder.join(bill)])
            .arg("--prices")
            .arg(Path::new(&own))
            .args(["--format", "json", "--quiet"])
            .output()
            .unwrap();
        let result: Value = serde_json::from_slice(&output.stdout).expect(bill);
        assert_eq!(result["rows"].as_array().unwrap().len(), rows, "{bill}");
        for row in result["rows"].as_array().unwrap() {
            assert_eq!(row["residual_usd"], json!(0), "{bill}: {row:#}");
        }
    }
}
