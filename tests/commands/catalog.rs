//! `llmcost catalog`.

use std::path::Path;

use llmcost::catalog::KINDS;
use serde_json::Value;

use super::{answer, complaint, json, llmcost, scratch, written};

fn rows(value: &Value) -> &Vec<Value> {
    value["rows"].as_array().expect("rows")
}

fn figure<'a>(figures: &'a Value, key: &str) -> &'a Value {
    let list = figures.as_array().expect("figures");
    list.iter()
        .find(|figure| figure["key"] == key)
        .unwrap_or_else(|| panic!("no {key}"))
}

#[test]
fn a_list_of_everything_counts_every_row_of_every_file() {
    let all = json(&["catalog", "list", "--format", "json"]);
    let mut total = 0;
    for (kind, name) in all["kinds"].as_array().unwrap().iter().zip(KINDS) {
        assert_eq!(kind["kind"], *name);
        let count = rows(kind).len();
        assert_eq!(count, heads_in_files(name), "{name}");
        total += count;
    }
    assert_eq!(all["rows"], total);
    assert_eq!(all["kinds"].as_array().unwrap().len(), KINDS.len());
}

/// `[[kind]]` lines of the files in `src/catalog`.
fn heads_in_files(kind: &str) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog");
    let head = format!("[[{kind}]]");
    let pattern = format!("{}/**/*.toml", root.display());
    let files = glob::glob(&pattern)
        .unwrap()
        .map(|path| std::fs::read_to_string(path.unwrap()).unwrap());
    files
        .map(|text| text.lines().filter(|line| **line == head).count())
        .sum()
}

#[test]
fn every_row_of_a_list_has_figures_a_source_a_date_and_a_confidence() {
    for kind in json(&["catalog", "list", "--format", "json"])["kinds"]
        .as_array()
        .unwrap()
    {
        for row in rows(kind) {
            assert!(!row["figures"].as_array().unwrap().is_empty(), "{row}");
            for key in ["source", "as_of", "confidence"] {
                assert!(!row[key].as_str().unwrap().is_empty(), "{row}");
            }
        }
    }
}

#[test]
fn a_list_shows_the_price_in_force_on_the_day_asked_for() {
    let directory = scratch("price-in-force");
    let own = written(&directory, "own.toml", TWO_PRICES);
    let input = |day: &str| {
        let list = json(&[
            "catalog",
            "list",
            "api",
            "--filter",
            "steps",
            "--catalog",
            &own,
            "--prices-as-of",
            day,
            "--format",
            "json",
        ]);
        figure(&rows(&list["kinds"][0])[0]["figures"], "input_usd_per_mtok")["value"]
            .as_f64()
            .unwrap()
    };
    assert_eq!((input("2027-01-31"), input("2027-02-01")), (2.0, 3.0));
}

#[test]
fn show_marks_prices_as_past_in_force_or_announced_in_their_order() {
    let directory = scratch("statuses");
    let own = written(&directory, "own.toml", TWO_PRICES);
    let statuses = |day: &str| -> Vec<String> {
        let arguments = [
            "catalog",
            "show",
            "own/steps",
            "--catalog",
            &own,
            "--prices-as-of",
            day,
            "--format",
            "json",
        ];
        let prices = json(&arguments)["rows"][0]["prices"].clone();
        let list = prices.as_array().unwrap().iter();
        list.map(|price| price["status"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        statuses("2027-01-31"),
        ["in force", "announced", "in force"]
    );
    assert_eq!(statuses("2027-02-01"), ["past", "in force", "in force"]);
}

#[test]
fn an_overlay_replaces_the_built_in_row() {
    let directory = scratch("overlay");
    let own = written(&directory, "own.toml", OWN_ROLE);
    let shown = json(&[
        "catalog",
        "show",
        "sre",
        "--catalog",
        &own,
        "--format",
        "json",
    ]);
    let [row] = &rows(&shown)[..] else {
        panic!("one row: {shown}")
    };
    assert_eq!(figure(&row["figures"], "usd_per_year")["value"], 100_000.0);
    assert_eq!(
        (&row["own"], &row["source"]),
        (&Value::Bool(true), &Value::from("HR"))
    );
}

#[test]
fn show_finds_a_name_in_every_kind_and_by_alias() {
    let shown = json(&[
        "catalog",
        "show",
        "h100-sxm",
        "gpt-6-luna",
        "--format",
        "json",
    ]);
    let found: Vec<(&str, &str)> = rows(&shown)
        .iter()
        .map(|row| (row["kind"].as_str().unwrap(), row["id"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("gpu", "h100-sxm"),
            ("gpu_purchase", "h100-sxm"),
            ("api", "openai/gpt-6-luna")
        ]
    );
}

#[test]
fn show_has_every_figure_with_its_unit() {
    let shown = json(&["catalog", "show", "h100-sxm", "--format", "json"]);
    let bandwidth = figure(&rows(&shown)[0]["figures"], "bandwidth_gb_per_s");
    assert_eq!(
        (&bandwidth["value"], &bandwidth["unit"]),
        (&Value::from(3350.0), &Value::from("GB/s"))
    );
    let table = answer(&["catalog", "show", "h100-sxm"]);
    assert!(
        table.contains("bandwidth_gb_per_s           3,350  GB/s"),
        "{table}"
    );
}

#[test]
fn old_rows_are_marked() {
    let table = answer(&["catalog", "list", "role"]);
    assert!(table.contains("!2024-05-31") && table.contains("! marks what is more than 90 days"));
    let today = answer(&["catalog", "list", "role", "--prices-as-of", "2024-06-01"]);
    assert!(!today.contains('!'), "{today}");
}

#[test]
fn old_rows_fail_a_strict_run_and_no_other() {
    for (arguments, code) in [
        (vec!["catalog", "show", "sre", "--strict"], 3),
        (vec!["catalog", "list", "role", "--strict"], 3),
        (vec!["catalog", "show", "sre"], 0),
        (
            vec![
                "catalog",
                "show",
                "sre",
                "--strict",
                "--prices-as-of",
                "2024-06-01",
            ],
            0,
        ),
    ] {
        let output = llmcost(&arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.contains("sre (2024-05-31)"), code == 3, "{said}");
    }
}

#[test]
fn an_unknown_id_is_wrong_usage_with_the_nearest_name_of_any_kind() {
    let text = complaint(&["catalog", "show", "h100-sxn", "ml-enginer"]);
    assert!(
        text.contains("no row `h100-sxn`\nhint: did you mean `h100-sxm`?"),
        "{text}"
    );
    assert!(
        text.contains("no row `ml-enginer`\nhint: did you mean `ml-engineer`?"),
        "{text}"
    );
}

#[test]
fn a_filter_that_nothing_passes_is_no_empty_answer() {
    assert!(
        complaint(&["catalog", "list", "--filter", "abacus"]).contains("no row mentions `abacus`")
    );
    assert!(complaint(&["catalog", "list", "gpus"]).contains("a similar value exists: 'gpu'"));
}

#[test]
fn tables_stay_within_80_columns() {
    let show = [
        "catalog",
        "show",
        "gpt-6-luna",
        "h100-sxm",
        "azure/gpt-5",
        "azure/gpt-4.1",
        "llama-3.1-8b",
    ];
    for arguments in [&["catalog", "list"][..], &show] {
        let text = answer(arguments);
        let wide = text.lines().filter(|line| line.chars().count() > 80);
        assert_eq!(wide.collect::<Vec<_>>(), Vec::<&str>::new());
    }
}

#[test]
fn rents_are_grouped_by_gpu() {
    let list = json(&["catalog", "list", "gpu_price", "--format", "json"]);
    let groups: Vec<&str> = rows(&list["kinds"][0])
        .iter()
        .map(|row| row["group"].as_str().unwrap())
        .collect();
    let mut changes = groups.clone();
    changes.dedup();
    let distinct: std::collections::BTreeSet<&str> = groups.iter().copied().collect();
    assert!(
        distinct.len() > 5 && changes.len() == distinct.len(),
        "{changes:?}"
    );
}

#[test]
fn every_format_shows_the_same_price() {
    let of = |format: &str| answer(&["catalog", "show", "openai/gpt-6-luna", "--format", format]);
    let shown: Value = serde_json::from_str(&of("json")).unwrap();
    let price = &shown["rows"][0]["prices"][0];
    let input = figure(&price["figures"], "input_usd_per_mtok")["value"]
        .as_f64()
        .unwrap();
    let source = price["source"].as_str().unwrap();
    for (format, mark) in [
        (
            "csv",
            format!("api,openai/gpt-6-luna,1,in force,input_usd_per_mtok,{input},USD/Mtok,"),
        ),
        (
            "markdown",
            format!("| input_usd_per_mtok [USD/Mtok] | {input} |"),
        ),
        (
            "table",
            format!("input_usd_per_mtok [USD/Mtok]                  {input} "),
        ),
    ] {
        let text = of(format);
        assert!(
            text.contains(&mark) && text.contains(source),
            "{format}: {text}"
        );
    }
}

const TWO_PRICES: &str = r#"
[[api]]
id = "own/steps"
source = "contract"
as_of = "2026-11-01"
confidence = "seen"
[[api.price]]
from = "2027-02-01"
tier = "standard"
input_usd_per_mtok = 3.0
source = "contract"
as_of = "2026-11-01"
confidence = "seen"
[[api.price]]
tier = "batch"
input_usd_per_mtok = 1.0
source = "contract"
as_of = "2026-11-01"
confidence = "seen"
[[api.price]]
tier = "standard"
input_usd_per_mtok = 2.0
source = "contract"
as_of = "2026-11-01"
confidence = "seen"
"#;

const OWN_ROLE: &str = r#"
[[role]]
id = "sre"
usd_per_year = 100_000
source = "HR"
as_of = "2026-11-01"
confidence = "seen"
"#;
