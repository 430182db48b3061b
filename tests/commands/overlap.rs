//! Imported prices beside the catalog: where both have a price, and published files where they are at hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::import::{LITELLM, adds_up, import, made, reasons};
use super::{answer, complaint, json, scratch, written};

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
