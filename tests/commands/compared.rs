//! What else is compared with `llmcost diff`: present values, baselines, catalogs.

use serde_json::Value;

use super::diff::{OLD, option, with};
use super::{answer, complaint, json, llmcost, scratch, written};

/// One month at 600 USD, paid at its end: 600 / 1.08^(1/12). With twice the price and twice the volume it
/// is four times that: 1,800 more, of which price and volume have half each: (600 + 1,200) / 2 = 900.
#[test]
fn the_present_value_of_the_plan_has_a_bridge_too() {
    let folder = scratch("diff_npv");
    let plan = with(&[("days_per_month", "horizon_months = 1\ndays_per_month")]);
    let old = written(&folder, "old.toml", &plan);
    let set = [
        "--set",
        "workload.requests_per_day=20_000",
        "--set",
        "api.small.input_usd_per_mtok=4",
    ];
    let args = [&["diff", &old, &old, "--npv", "--format", "json"][..], &set].concat();
    let diff = json(&args);
    let npv = &option(&diff, "small")["npv"];
    let discount = 1.08_f64.powf(-1.0 / 12.0);
    let near = |value: &Value, usd: f64| (value.as_f64().unwrap() - usd * discount).abs() < 1e-6;
    assert!(near(&npv["old_usd"], 600.0), "{npv}");
    assert!(near(&npv["new_usd"], 2_400.0), "{npv}");
    let parts = npv["bridge"]["causes"].as_array().unwrap();
    let of = |cause: &str| parts.iter().find(|part| part["cause"] == cause).unwrap();
    assert!(near(&of("price")["usd"], 900.0), "{npv}");
    assert!(near(&of("volume")["usd"], 900.0), "{npv}");
    let sum: i64 = parts
        .iter()
        .map(|part| part["nano_usd"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, npv["delta_nano_usd"].as_i64().unwrap());
    let text = answer(&[&["diff", &old, &old, "--npv"][..], &set].concat());
    assert!(text.contains("Present value of the whole plan"), "{text}");
    // Growth moves no steady month, and is volume in the plan.
    let set = [
        "--set",
        "horizon_months=2",
        "--set",
        "workload.growth_per_month=0.5",
    ];
    let longer = json(&[&["diff", &old, &old, "--npv", "--format", "json"][..], &set].concat());
    let small = option(&longer, "small");
    assert_eq!(small["status"], "same");
    let parts = small["npv"]["bridge"]["causes"].as_array().unwrap();
    let moved: Vec<&str> = parts
        .iter()
        .filter(|part| part["nano_usd"] != 0)
        .map(|part| part["cause"].as_str().unwrap())
        .collect();
    assert_eq!(moved, ["volume", "other"]);
}

#[test]
fn a_baseline_is_compared_by_its_totals() {
    let folder = scratch("diff_baseline");
    let plan = written(&folder, "plan.toml", OLD);
    let other = written(&folder, "other.toml", &with(&[("\"plan\"", "\"other\"")]));
    let baseline = folder.join("baseline.json").display().to_string();
    let args = [
        "check",
        &plan,
        &other,
        "--max-monthly",
        "1e9",
        "--save-baseline",
        &baseline,
    ];
    let output = llmcost(&args);
    assert!(std::path::Path::new(&baseline).is_file(), "{output:?}");
    let set = [
        "--set",
        "workload.requests_per_day=20_000",
        "--format",
        "json",
    ];
    let diff = json(&[&["diff", &baseline, &plan][..], &set].concat());
    assert_eq!(diff["old"], "plan");
    assert_eq!(option(&diff, "small")["delta_usd"], 600.0);
    assert!(
        option(&diff, "small")["lines"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(diff["cannot_tell"].as_array().unwrap().len() >= 2);
    let said = complaint(&["diff", &baseline, &plan, "--set", "name=third"]);
    assert!(
        said.contains("no plan of the name of the other side"),
        "{said}"
    );
    assert!(complaint(&["diff", &baseline, &plan, "--npv"]).contains("--npv needs two scenarios"));
}

#[test]
fn two_catalog_files_are_compared_as_catalogs() {
    let folder = scratch("diff_catalogs");
    let row = |price: &str| {
        format!(
            "[[api]]\nid = \"house/model\"\nsource = \"s\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n\
             [[api.price]]\ntier = \"standard\"\ninput_usd_per_mtok = {price}\nsource = \"s\"\n\
             as_of = \"2026-11-01\"\nconfidence = \"seen\"\n"
        )
    };
    let old = written(&folder, "old.toml", &row("1.0"));
    let new = written(&folder, "new.toml", &row("1.5"));
    let diff = json(&["diff", &old, &new, "--format", "json"]);
    assert_eq!(diff["schema"], "llmcost/catalog-diff/1");
    assert_eq!(diff["changed"], 1);
    let plan = written(&folder, "plan.toml", OLD);
    assert!(complaint(&["diff", &old, &plan]).contains("`workload` is missing"));
}
