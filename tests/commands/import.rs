//! `llmcost catalog import`, on small files of our own and, where they are at hand, on the published ones.

use std::path::Path;

use serde_json::Value;

use super::{answer, complaint, json, llmcost, scratch, written};

/// A file in litellm's form, written for these tests: prices per token.
pub(super) const LITELLM: &str = include_str!("prices/litellm.json");

/// A file in the form of genai-prices, written for these tests: prices per million tokens.
const GENAI: &str = include_str!("prices/genai-prices.json");

pub(super) struct Made {
    pub(super) report: Value,
    overlay: String,
    pub(super) path: String,
    said: String,
}

pub(super) fn made(test: &str, format: &str, text: &str) -> Made {
    let folder = scratch(test);
    let file = written(&folder, "published.json", text);
    import(&folder, format, &file)
}

pub(super) fn import(folder: &Path, format: &str, file: &str) -> Made {
    let path = folder.join("overlay.toml").display().to_string();
    let report = folder.join("report.json").display().to_string();
    let args = ["catalog", "import", format, file, "--as-of", "2026-11-23"];
    let output = llmcost(&[&args[..], &["-o", &path, "--report", &report]].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    Made {
        report: serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap(),
        overlay: std::fs::read_to_string(&path).unwrap(),
        path,
        said,
    }
}

pub(super) fn reasons<'a>(report: &'a Value, list: &str) -> Vec<(&'a str, &'a str)> {
    let list = report[list].as_array().unwrap();
    list.iter()
        .map(|told| {
            (
                told["entry"].as_str().unwrap(),
                told["reason"].as_str().unwrap(),
            )
        })
        .collect()
}

#[track_caller]
pub(super) fn adds_up(report: &Value) {
    let length = |key: &str| report[key].as_array().unwrap().len() as u64;
    let number = |key: &str| report[key].as_u64().unwrap();
    let parts = number("accepted")
        + number("merged")
        + length("refused")
        + length("zero_priced")
        + length("not_by_token");
    assert_eq!(parts, number("entries"));
}

#[test]
fn every_entry_of_a_litellm_file_is_accounted_for_with_its_reason() {
    let made = made("import_litellm", "litellm", LITELLM);
    adds_up(&made.report);
    assert_eq!(made.report["entries"], 22);
    assert_eq!(made.report["accepted"], 4);
    assert_eq!(made.report["merged"], 1);
    let refused = reasons(&made.report, "refused");
    for (entry, words) in [
        (
            "acme_cloud/thousand",
            "input of 3200 USD/Mtok is above 1000",
        ),
        (
            "acme_cloud/million",
            "input of 0.000002 USD/Mtok is below 0.005",
        ),
        ("acme_cloud/negative", "input of -1 USD/Mtok is negative"),
        (
            "acme_cloud/cache-above-input",
            "cache read of 1.5 USD/Mtok is above the input of 1",
        ),
        (
            "acme_cloud/output-below-cache",
            "output of 0.4 USD/Mtok is below the cache read of 1",
        ),
        (
            "acme_cloud/output-below-input",
            "output of 0.15 USD/Mtok is below a tenth of the input of 5",
        ),
        (
            "acme_cloud/output-unpriced",
            "output is 0 or absent, and input 5 USD/Mtok",
        ),
        ("acme_cloud/input-free", "input is 0, and output 1 USD/Mtok"),
        ("acme_cloud/text", "input_cost_per_token is no number"),
        ("acme_cloud/huge", "is above 1000"),
        ("acme_cloud/list", "is no object"),
        ("acme/small", "stands twice in the file"),
    ] {
        let found = refused.iter().find(|(name, _)| *name == entry);
        let reason = found.unwrap_or_else(|| panic!("{entry} is not refused")).1;
        assert!(reason.contains(words), "{entry}: {reason}");
        assert!(made.said.contains(&format!("{entry}: ")), "{}", made.said);
    }
    assert_eq!(refused.len(), 12, "{refused:?}");
    let zero = reasons(&made.report, "zero_priced");
    assert!(
        zero.contains(&("acme_cloud/listed:free", "a free tier")),
        "{zero:?}"
    );
    assert!(zero.contains(&("acme_cloud/zero", "0 in the file: free or not known")));
    assert!(zero.contains(&("github_copilot/gpt", "part of a subscription")));
    let others = reasons(&made.report, "not_by_token");
    assert!(others.contains(&("acme_cloud/picture", "mode image_generation")));
    assert!(others.contains(&("acme_cloud/seconds", "priced by input_cost_per_second")));
    let left = &made.report["not_mapped"];
    assert_eq!(
        left,
        &serde_json::json!([{ "key": "output_cost_per_token_ultrafast", "entries": 1 }])
    );
}

/// The rows are what the file says: ids of this catalog, tiers, lengths, caches, dates.
#[test]
fn the_rows_of_a_litellm_file_are_a_catalog_file() {
    let made = made("import_litellm_rows", "litellm", LITELLM);
    let show = |id: &str| {
        let args = [
            "catalog",
            "show",
            id,
            "--catalog",
            &made.path,
            "--format",
            "json",
        ];
        json(&args)["rows"][0].clone()
    };
    let known = show("openai/gpt-4.1");
    assert_eq!(known["own"], true);
    let text = &made.overlay;
    assert!(
        text.contains("id = \"openai/gpt-4.1\"\naliases = [\"gpt-4.1\"]"),
        "{text}"
    );
    assert!(
        text.contains("context_tokens = 1000\nretires = \"2027-01-14\""),
        "{text}"
    );
    assert!(
        text.contains("source = \"published.json: https://example.org/prices\""),
        "{text}"
    );
    assert!(
        text.contains("as_of = \"2026-11-23\"\nconfidence = \"third-party\""),
        "{text}"
    );
    let batch = "tier = \"batch\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 4\n";
    assert!(text.contains(batch), "{text}");
    // Of the long prompts only the input has a price of its own.
    let long = "input_usd_per_mtok = 4\noutput_usd_per_mtok = 8\ncache_read_usd_per_mtok = 0.5\n\
                above_prompt_tokens = 200000\n";
    assert!(text.contains(long), "{text}");
    let caches = "cache_write_5m_usd_per_mtok = 0.125\ncache_write_1h_usd_per_mtok = 0.2\n";
    assert!(text.contains(caches), "{text}");
    assert!(
        text.contains(
            "id = \"acme-cloud/acme/small\"\naliases = [\"acme/small\", \"acme_cloud/acme/small\"]"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "input_usd_per_mtok = 0.25\noutput_usd_per_mtok = 2\nabove_prompt_tokens = 256000"
        ),
        "{text}"
    );
    show("acme_cloud/embed");
}

#[test]
fn every_entry_of_a_genai_prices_file_is_accounted_for_with_its_reason() {
    let made = made("import_genai", "genai-prices", GENAI);
    adds_up(&made.report);
    assert_eq!(made.report["entries"], 10);
    assert_eq!(made.report["accepted"], 3);
    let refused = reasons(&made.report, "refused");
    assert!(
        refused.contains(&("acme/one", "stands twice in the file")),
        "{refused:?}"
    );
    assert!(refused.contains(&("acme/undated", "start_date `soon` is no date")));
    assert!(refused.contains(&("acme, model 9", "has no `id`")));
    assert!(refused.contains(&("provider 2", "has no `id` or no list of `models`")));
    let text = &made.overlay;
    let long = "input_usd_per_mtok = 0.5\noutput_usd_per_mtok = 2.5\ncache_read_usd_per_mtok = 0.01\n\
                above_prompt_tokens = 100000\n";
    assert!(text.contains(long), "{text}");
    assert!(
        text.contains("hours_utc = \"01:00-04:00,06:00-10:00\""),
        "{text}"
    );
    let left = made.report["not_mapped"].as_array().unwrap();
    let keys: Vec<&str> = left
        .iter()
        .map(|count| count["key"].as_str().unwrap())
        .collect();
    assert_eq!(
        keys,
        ["price_variants {\"route\":\"eu\"}", "web_searches_kcount"]
    );
}

/// A price that was announced counts from its day, and a past day has the price of that day.
#[test]
fn dated_prices_of_an_import_are_looked_up_at_their_dates() {
    let made = made("import_dates", "genai-prices", GENAI);
    let folder = scratch("import_dates_plan");
    let plan = "start = \"2026-12\"\n[workload]\nrequests_per_day = 1_000\ninput_tokens = 1_000\noutput_tokens = 0\n\
                [[api]]\nname = \"a\"\nmodel = \"acme/one\"\n";
    let path = written(&folder, "plan.toml", plan);
    let cost = |more: &[&str]| {
        let args = [
            "compare",
            &path,
            "--catalog",
            &made.path,
            "--format",
            "json",
            "--quiet",
        ];
        json(&[&args[..], more].concat())["options"][0]["monthly_usd"]
            .as_f64()
            .unwrap()
    };
    // 30.4167 Mtok at 1 USD, and at 2 USD from 2027 on.
    assert!((cost(&[]) - 365.0 / 12.0).abs() < 1e-9);
    assert!((cost(&["--prices-as-of", "2027-02"]) - 2.0 * 365.0 / 12.0).abs() < 1e-9);
    assert!((cost(&["--prices-as-of", "2026-06-01"]) - 365.0 / 12.0).abs() < 1e-9);
    // A lock keeps all dates.
    let lock = folder.join("llmcost.lock.toml").display().to_string();
    answer(&[
        "catalog",
        "lock",
        &path,
        "--catalog",
        &made.path,
        "-o",
        &lock,
    ]);
    let locked = |day: &str| {
        let args = [
            "compare",
            &path,
            "--prices-as-of",
            day,
            "--format",
            "json",
            "--quiet",
        ];
        json(&args)["options"][0]["monthly_usd"].as_f64().unwrap()
    };
    assert!((locked("2027-02") - 2.0 * 365.0 / 12.0).abs() < 1e-9);
    assert!((locked("2026-06-01") - 365.0 / 12.0).abs() < 1e-9);
}

#[test]
fn files_that_are_no_price_files_are_refused() {
    let folder = scratch("import_bad");
    let wrong = |format: &str, name: &str, text: &str, words: &str| {
        let file = written(&folder, name, text);
        let said = complaint(&["catalog", "import", format, &file, "--as-of", "2026-11-23"]);
        assert!(said.contains(words) && said.contains("hint: "), "{said}");
        assert!(said.contains(name), "{said}");
    };
    wrong("litellm", "torn.json", &LITELLM[..900], "EOF while parsing");
    wrong(
        "litellm",
        "empty.json",
        "",
        "EOF while parsing a value at line 1",
    );
    wrong(
        "litellm",
        "other.json",
        GENAI,
        "expected an object of models",
    );
    wrong("litellm", "none.json", "{}", "it has no entry");
    wrong(
        "litellm",
        "large.json",
        "{\"a\": {\"input_cost_per_token\": 1e999}}",
        "number out of range",
    );
    wrong(
        "genai-prices",
        "torn.json",
        &GENAI[..900],
        "EOF while parsing",
    );
    wrong(
        "genai-prices",
        "other.json",
        LITELLM,
        "expected a list of providers",
    );
    wrong("genai-prices", "none.json", "[]", "it has no entry");
}

#[test]
fn an_import_needs_a_day_and_an_entry_that_becomes_a_row() {
    let folder = scratch("import_usage");
    let file = written(
        &folder,
        "zero.json",
        "{\"a\": {\"input_cost_per_token\": 0}}",
    );
    let said = complaint(&[
        "catalog",
        "import",
        "litellm",
        &file,
        "--as-of",
        "2026-11-23",
    ]);
    assert!(said.contains("became a row"), "{said}");
    let said = complaint(&[
        "catalog",
        "import",
        "litellm",
        &file,
        "--as-of",
        "yesterday",
    ]);
    assert!(
        said.contains("--as-of: `yesterday` is not a date"),
        "{said}"
    );
    assert!(complaint(&["catalog", "import", "litellm", &file]).contains("--as-of"));
}
