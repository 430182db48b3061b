//! `llmcost diff`.

use serde_json::Value;

use super::{answer, complaint, json, llmcost, scratch, written};

/// 30 days a month; 1,000 requests a day of 1,000 tokens in and none that count out.
pub(super) const OLD: &str = "\
name = \"plan\"
days_per_month = 30

[workload]
requests_per_day = 10_000
input_tokens = 1_000
output_tokens = 100

[[api]]
name = \"small\"
input_usd_per_mtok = 2.0
output_usd_per_mtok = 0.0

[[api]]
name = \"large\"
input_usd_per_mtok = 20.0
output_usd_per_mtok = 20.0
";

pub(super) fn with(changes: &[(&str, &str)]) -> String {
    let mut text = OLD.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

pub(super) fn option<'a>(diff: &'a Value, name: &str) -> &'a Value {
    let list = diff["options"].as_array().expect("options");
    let found = list.iter().find(|option| option["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn amount(option: &Value, cause: &str) -> f64 {
    let causes = option["bridge"]["causes"].as_array().expect("causes");
    let found = causes.iter().find(|part| part["cause"] == cause);
    found.expect("a cause")["usd"].as_f64().expect("an amount")
}

/// 10,000 x 30 = 300 k requests of 1,000 tokens are 300 Mtok: 600 USD at 2.0. With 20,000 requests a
/// day at 3.0 they are 600 Mtok x 3 = 1,800 USD. Price first: 900, then volume 1,800: price +300,
/// volume +900. Volume first: 1,200, then price: volume +600, price +600. The means: price +450,
/// volume +750.
#[test]
fn price_and_volume_share_what_they_make_together() {
    let folder = scratch("diff_two_causes");
    let old = written(&folder, "old.toml", OLD);
    let changed = [("= 10_000", "= 20_000"), ("= 2.0", "= 3.0")];
    let new = written(&folder, "new.toml", &with(&changed));
    let diff = json(&["diff", &old, &new, "--format", "json"]);
    let small = option(&diff, "small");
    assert_eq!(small["old_usd"], 600.0);
    assert_eq!(small["new_usd"], 1_800.0);
    assert_eq!(small["delta_nano_usd"], 1_200_000_000_000_u64);
    assert_eq!(amount(small, "price"), 450.0);
    assert_eq!(amount(small, "volume"), 750.0);
    // The other option has another volume and its old price: 300 Mtok x 20 + 30 Mtok x 20 more.
    assert_eq!(amount(option(&diff, "large"), "volume"), 6_600.0);
    assert_eq!(amount(option(&diff, "large"), "price"), 0.0);
    let inputs = diff["inputs"].as_array().unwrap();
    let paths: Vec<&str> = inputs.iter().map(|i| i["path"].as_str().unwrap()).collect();
    let expected = ["workload.requests_per_day", "api.small.input_usd_per_mtok"];
    assert_eq!(paths, expected);
    assert!(
        inputs[0]["new_place"]
            .as_str()
            .unwrap()
            .ends_with("new.toml:5:20")
    );
    let text = answer(&["diff", &old, &new]);
    let verdict = "small stays cheapest: +$1,200 a month (+200 %, $600.00 to $1,800), of which\n\
                   volume +$750.00, price +$450.00.";
    assert!(text.starts_with(verdict), "{text}");
}

/// Each kind of input moves its own cause and no other: the whole difference is its amount.
#[test]
fn each_change_of_an_input_is_told_as_its_cause() {
    let folder = scratch("diff_causes");
    let base = with(&[]) + "cached_input_share = 0.2\ncache_read_usd_per_mtok = 1.0\n
[[self_host]]\nname = \"own\"\ngpus = 2\nthroughput = { requests_per_second = 20 }\nusd_per_gpu_hour = 2.5
staff = [{ role = \"sre\", fte = 0.5, usd_per_year = 180_000 }]\n";
    let old = written(&folder, "old.toml", &base);
    for (cause, name, assignment) in [
        ("price", "large", "api.large.input_usd_per_mtok=30"),
        ("volume", "large", "workload.retry_share=0.1"),
        ("mix", "large", "workload.output_tokens=150"),
        ("caching", "large", "api.large.cached_input_share=0.4"),
        ("efficiency", "own", "self_host.own.gpus=3"),
        ("staffing", "own", "self_host.own.staff.sre.fte=0.75"),
        ("other", "own", "self_host.own.overhead_share=0.25"),
    ] {
        let diff = json(&["diff", &old, &old, "--set", assignment, "--format", "json"]);
        let option = option(&diff, name);
        let delta = option["delta_usd"].as_f64().unwrap();
        assert!(delta != 0.0, "{assignment} changes nothing");
        assert_eq!(amount(option, cause), delta, "{assignment}");
        assert_eq!(diff["inputs"].as_array().unwrap().len(), 1, "{assignment}");
        assert_eq!(diff["inputs"][0]["cause"], cause, "{assignment}");
    }
}

#[test]
fn options_that_appear_vanish_and_are_renamed_are_said() {
    let folder = scratch("diff_options");
    let old = written(&folder, "old.toml", OLD);
    let renamed = written(&folder, "renamed.toml", &with(&[("\"small\"", "\"tiny\"")]));
    let diff = json(&["diff", &old, &renamed, "--format", "json"]);
    assert_eq!(option(&diff, "tiny")["renamed_from"], "small");
    assert_eq!(option(&diff, "tiny")["status"], "same");
    assert!(answer(&["diff", &old, &renamed]).contains("tiny (was small)"));
    let other = [("\"small\"", "\"tiny\""), ("= 2.0", "= 1.0")];
    let other = written(&folder, "other.toml", &with(&other));
    let diff = json(&["diff", &old, &other, "--format", "json"]);
    assert_eq!(option(&diff, "tiny")["status"], "added");
    assert_eq!(option(&diff, "small")["status"], "removed");
    let text = answer(&["diff", &old, &other]);
    assert!(text.contains("small is gone"), "{text}");
    let said = ["diff", &old, &other, "--rename", "small=tiny"];
    let diff = json(&[&said[..], &["--format", "json"]].concat());
    assert_eq!(amount(option(&diff, "tiny"), "price"), -300.0);
}

#[test]
fn an_option_that_became_another_kind_is_other_as_a_whole() {
    let folder = scratch("diff_kind");
    let old = written(&folder, "old.toml", OLD);
    let own = "[[self_host]]\nname = \"small\"\ngpus = 1\nthroughput = { requests_per_second = 9 }\n\
               usd_per_gpu_hour = 1.0\n\n[[api]]\nname = \"large\"";
    let api = "[[api]]\nname = \"small\"\ninput_usd_per_mtok = 2.0\noutput_usd_per_mtok = 0.0\n\n\
               [[api]]\nname = \"large\"";
    let new = written(&folder, "new.toml", &with(&[(api, own)]));
    let diff = json(&["diff", &old, &new, "--format", "json"]);
    // 730 h x 1 USD instead of 600 USD.
    assert_eq!(amount(option(&diff, "small"), "other"), 130.0);
}

/// The catalog rents the PCIe card at one provider and the H200 at another; neither has the other's GPU,
/// so that GPU (efficiency) and provider (price) change only together.
#[test]
fn causes_that_no_valid_scenario_has_alone_are_told_together() {
    let folder = scratch("diff_together");
    let text = |gpu: &str, provider: &str| {
        format!(
            "{OLD}\n[[self_host]]\nname = \"own\"\nmodel = \"llama-3.1-8b\"\ngpu = \"{gpu}\"\n\
             provider = \"{provider}\"\n"
        )
    };
    let old = written(&folder, "old.toml", &text("h100-pcie", "hyperstack"));
    let new = written(&folder, "new.toml", &text("h200", "coreweave"));
    let diff = json(&["diff", &old, &new, "--format", "json"]);
    let own = option(&diff, "own");
    let delta = own["delta_usd"].as_f64().unwrap();
    assert!(delta != 0.0);
    assert_eq!(amount(own, "other"), delta);
    assert_eq!(amount(own, "price"), 0.0);
    let together = &own["bridge"]["together"][0];
    assert_eq!(
        together["causes"],
        serde_json::json!(["price", "efficiency"])
    );
    assert_eq!(together["usd"], delta);
    let said = answer(&["diff", &old, &new]);
    assert!(said.contains("no valid scenario has one without"), "{said}");
}

#[test]
fn results_are_told_apart_by_their_lines_and_say_what_they_cannot_tell() {
    let folder = scratch("diff_results");
    let plan = written(&folder, "plan.toml", OLD);
    let write = |name: &str, set: &str| {
        let path = folder.join(name).display().to_string();
        answer(&["compare", &plan, "--set", set, "-o", &path]);
        path
    };
    let old = write("old.json", "workload.requests_per_day=10_000");
    let new = write("new.json", "workload.requests_per_day=20_000");
    let diff = json(&["diff", &old, &new, "--format", "json"]);
    assert_eq!(diff["of"], "results");
    let large = option(&diff, "large");
    assert!(large.get("bridge").is_none());
    let lines = large["lines"].as_array().unwrap();
    let sum: f64 = lines
        .iter()
        .map(|line| line["delta_usd"].as_f64().unwrap())
        .sum();
    assert_eq!(sum, large["delta_usd"].as_f64().unwrap());
    assert!(!diff["cannot_tell"].as_array().unwrap().is_empty());
    // A scenario against an accepted result is a difference of results.
    let mixed = json(&["diff", &old, &plan, "--format", "json"]);
    assert_eq!(mixed["of"], "results");
    assert_eq!(option(&mixed, "large")["status"], "same");
}

#[test]
fn break_evens_are_told_before_and_after() {
    let folder = scratch("diff_break_even");
    // Own GPUs at 730 USD a month against 0.06 USD per request a day: 12,166.7 requests a day, and
    // half of that where the price per token doubles.
    let own = "\n[[self_host]]\nname = \"own\"\ngpus = 1\nthroughput = { requests_per_second = 900 }\n\
               usd_per_gpu_hour = 1.0\n";
    let old = written(&folder, "old.toml", &(OLD.to_owned() + own));
    let set = ["--set", "api.small.input_usd_per_mtok=4"];
    let args = [&["diff", &old, &old][..], &set, &["--format", "json"]].concat();
    let diff = json(&args);
    let pairs = diff["break_even"].as_array().unwrap();
    let pair = pairs
        .iter()
        .find(|p| p["a"] == "small" && p["b"] == "own")
        .unwrap();
    assert_eq!(pair["changed"], true);
    let at = |side: &str| {
        pair[side]["crossings"][0]["requests_per_day"]
            .as_f64()
            .unwrap()
    };
    assert!((at("old") - 730.0 / 0.06).abs() < 1e-6);
    assert!((at("new") - 730.0 / 0.12).abs() < 1e-6);
}

#[test]
fn every_format_has_the_same_amounts() {
    let folder = scratch("diff_formats");
    let old = written(&folder, "old.toml", OLD);
    let set = "workload.requests_per_day=20_000";
    let args = |format: &'static str| ["diff", &old, &old, "--set", set, "--format", format];
    let csv = answer(&args("csv"));
    assert!(
        csv.contains("small,changed,total,total,600,1200,600\n"),
        "{csv}"
    );
    assert!(csv.contains("small,changed,cause,volume,,,600\n"), "{csv}");
    let page = answer(&args("markdown"));
    assert!(
        page.starts_with("small stays cheapest: +$600.00 a month"),
        "{page}"
    );
    assert!(
        page.contains("| small | $600.00 | $1,200 | +$600.00 | +$600.00 |"),
        "{page}"
    );
}

#[test]
fn files_that_are_no_results_are_refused_with_what_they_are() {
    let folder = scratch("diff_bad");
    let good = written(&folder, "good.toml", OLD);
    let path = folder.join("good.json").display().to_string();
    answer(&["compare", &good, "-o", &path]);
    let result = std::fs::read_to_string(&path).unwrap();
    let name = "\"name\": \"large\"";
    for (file, text, words) in [
        (
            "torn.json",
            result[..result.len() / 2].to_owned(),
            "not valid JSON: EOF",
        ),
        ("empty.json", String::new(), "not valid JSON: EOF"),
        (
            "other.json",
            "{\"schema\": \"llmcost/sweep/1\"}".into(),
            "its schema is `llmcost/sweep/1`",
        ),
        ("none.json", "{}".into(), "it has no `schema`"),
        ("list.json", "[1, 2]".into(), "it has no `schema`"),
        (
            "several.json",
            "{\"schema\": \"llmcost/comparisons/1\"}".into(),
            "several scenarios",
        ),
        (
            "huge.json",
            result.replacen("600.0", "1e400", 1),
            "not valid JSON: number out of range",
        ),
        (
            "large.json",
            result.replacen("600.0", "1e40", 1),
            "beyond 1e18",
        ),
        (
            "sum.json",
            result.replacen("600.0", "601.0", 1),
            "the lines of `small` add up to 600",
        ),
        (
            "twice.json",
            result.replace(name, "\"name\": \"small\""),
            "two options have the same name",
        ),
        (
            "less.json",
            result.replacen("\"lines\"", "\"rows\"", 1),
            "`options[0].lines` is no list",
        ),
    ] {
        let bad = written(&folder, file, &text);
        let said = complaint(&["diff", &good, &bad]);
        assert!(said.contains(words), "{file}: {said}");
        assert!(said.contains("hint: "), "{file}: {said}");
        assert!(said.contains(file), "{said}");
    }
}

#[test]
fn wrong_usage_of_diff_is_refused() {
    let folder = scratch("diff_usage");
    let old = written(&folder, "old.toml", OLD);
    for (more, words) in [
        (["--rename", "small"], "`small` is no pair of names"),
        (
            ["--rename", "smal=tiny"],
            "no option of `plan` is named `smal`",
        ),
        (
            ["--option", "own"],
            "no option is named `own`\nhint: known: small, large",
        ),
    ] {
        let said = complaint(&[&["diff", &old, &old][..], &more].concat());
        assert!(said.contains(words), "{said}");
    }
    assert!(complaint(&["diff", "-", "-"]).contains("standard input can be read only once"));
    // Problems of both files are told in one run.
    let wrong = written(
        &folder,
        "wrong.toml",
        &with(&[("input_tokens", "input_token")]),
    );
    let said = complaint(&["diff", &wrong, &wrong]);
    assert_eq!(
        said.matches("unknown field `input_token`").count(),
        2,
        "{said}"
    );
    let filtered = ["diff", &old, &old, "--option", "large", "--format", "json"];
    assert_eq!(json(&filtered)["options"].as_array().unwrap().len(), 1);
    assert!(llmcost(&["diff", &old]).status.code() == Some(2));
}
