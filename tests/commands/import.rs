//! `llmcost catalog import`, on small files of our own and, where they are at hand, on the published ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{answer, complaint, json, llmcost, scratch, written};

/// A file in litellm's form, written for these tests: prices per token.
const LITELLM: &str = include_str!("prices/litellm.json");

/// A file in the form of genai-prices, written for these tests: prices per million tokens.
const GENAI: &str = include_str!("prices/genai-prices.json");

struct Made {
    report: Value,
    overlay: String,
    path: String,
    said: String,
}

fn made(test: &str, format: &str, text: &str) -> Made {
    let folder = scratch(test);
    let file = written(&folder, "published.json", text);
    import(&folder, format, &file)
}

fn import(folder: &Path, format: &str, file: &str) -> Made {
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

fn reasons<'a>(report: &'a Value, list: &str) -> Vec<(&'a str, &'a str)> {
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
fn adds_up(report: &Value) {
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

/// `catalog diff` lists where an imported file and the catalog disagree on the models that both have.
#[test]
fn an_import_and_the_catalog_are_compared_where_they_overlap() {
    let made = made("import_diff", "litellm", &LITELLM.replace("8e-06", "9e-06"));
    let diff = json(&["catalog", "diff", &made.path, "--format", "json"]);
    assert_eq!(diff["shared"], 1);
    assert_eq!(diff["only_new"], 3);
    let figures = diff["figures"].as_array().unwrap();
    let output = figures
        .iter()
        .find(|f| f["figure"] == "standard output_usd_per_mtok");
    let output = output.expect("the output price");
    assert_eq!(
        (output["old"].as_f64(), output["new"].as_f64()),
        (Some(8.0), Some(9.0))
    );
    assert_eq!(output["id"], "openai/gpt-4.1");
    let text = answer(&["catalog", "diff", &made.path]);
    assert!(text.contains("1 of 1 shared row"), "{text}");
}

#[test]
fn there_must_be_something_to_compare_the_catalog_with() {
    let folder = scratch("catalog_diff_nothing");
    let path = written(&folder, "one.toml", include_str!("../misuse/one.toml"));
    assert!(complaint(&["catalog", "diff", &path]).contains("nothing to compare the catalog with"));
    let lock = folder.join("a.toml").display().to_string();
    answer(&["catalog", "lock", &path, "-o", &lock]);
    let said = complaint(&["catalog", "diff", &lock, &lock, &lock]);
    assert!(said.contains("more than two catalogs"), "{said}");
    let same = json(&[
        "catalog",
        "diff",
        "--against",
        &lock,
        &path,
        "--format",
        "json",
    ]);
    assert_eq!(same["changed"], 0);
    assert_eq!(same["scenarios"][0]["options"][0]["status"], "same");
    let text = answer(&["catalog", "diff", "--against", &lock, &path]);
    let text = text.replace('\n', " ");
    assert!(text.contains("0 of 1 shared row differ"), "{text}");
}

/// The published file of that name, where the folder of published data is at hand.
fn published(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/prices/llm")
        .join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("left out: {} is not there", path.display());
    None
}

/// Counts that were looked at by hand; another version of a file has others.
#[test]
fn the_published_files_are_accounted_for_and_agree_with_the_catalog() {
    for (format, name, entries) in [
        ("litellm", "litellm-1.109.1-model_prices.json", 4_552),
        ("genai-prices", "genai-prices-0.2.3-dump.json", 2_330),
    ] {
        let Some(path) = published(name) else {
            continue;
        };
        let folder = scratch(&format!("import_{format}_published"));
        let made = import(&folder, format, &path.display().to_string());
        adds_up(&made.report);
        assert_eq!(made.report["entries"], entries);
        let refused = reasons(&made.report, "refused");
        if format == "litellm" {
            for entry in [
                "azure_ai/jais-30b-chat",
                "watsonx/core42/jais-13b-chat",
                "openinfer/@oi/Qwen3.5-9B",
            ] {
                assert!(refused.iter().any(|(name, _)| *name == entry), "{entry}");
            }
        }
        let diff = json(&["catalog", "diff", &made.path, "--format", "json"]);
        let shared = diff["shared"].as_u64().unwrap();
        assert!(shared >= 100, "{format}: {shared} shared");
        let both = |figure: &&Value| figure["old"].is_number() && figure["new"].is_number();
        let figures = diff["figures"].as_array().unwrap().iter().filter(both);
        let ids: BTreeSet<&str> = figures
            .map(|figure| figure["id"].as_str().unwrap())
            .collect();
        let known = if format == "litellm" {
            LITELLM_DIFFERS
        } else {
            &[]
        };
        assert_eq!(ids, known.iter().copied().collect(), "{format}");
    }
}

/// Where litellm 1.109.1 is known to have another price: DeepSeek's peak price as the base, and old rows.
const LITELLM_DIFFERS: &[&str] = &[
    "deepseek/deepseek-flash",
    "deepseek/deepseek-v4-flash",
    "deepseek/deepseek-v4-pro",
    "fireworks/llama-3.1-8b",
    "mistral/mistral-large-4",
    "together/llama-3.3-70b-turbo",
    "together/mixtral-8x7b",
    "x-ai/grok-code-fast-1",
];
