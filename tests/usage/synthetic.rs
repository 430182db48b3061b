//! One list of requests in every format, with the traps seen in the wild: `expected.json` has the right totals.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use llmcost::analysis::attribute::{Attribution, CostMode};
use llmcost::catalog::Catalog;
use llmcost::usage::key::Dimension;
use llmcost::usage::record::Bucket;
use serde_json::Value;

use super::collection;
use super::shared::{answer, by_key, catalog, files};

/// What a format does not tell, so that it cannot be compared.
#[derive(Clone, Copy, PartialEq)]
enum Lacks {
    /// Nothing.
    Nothing,
    /// How long a cache write lasts, for some providers.
    WriteTime,
    /// What was written to the cache at all.
    Writes,
}

/// Files with what their format cannot tell: the time of writes, reasoning apart, requests, prompt versions.
const FILES: &[(&str, Lacks, &[&str])] = &[
    ("litellm_spendlogs.jsonl", Lacks::Nothing, &[]),
    ("litellm_spendlogs_pg.csv", Lacks::Nothing, &[]),
    ("litellm_standard_logging.jsonl", Lacks::Nothing, &[]),
    ("langfuse_observations.jsonl", Lacks::WriteTime, &[]),
    ("langfuse_observations.csv", Lacks::WriteTime, &[]),
    (
        "helicone_requests.jsonl",
        Lacks::WriteTime,
        &["reasoning", "by_prompt"],
    ),
    ("openai_raw.jsonl", Lacks::Nothing, &[]),
    ("openai_batch_output.jsonl", Lacks::Nothing, &[]),
    ("anthropic_raw.jsonl", Lacks::Nothing, &[]),
    ("gemini_raw.jsonl", Lacks::Nothing, &[]),
    ("bedrock_invocations.jsonl", Lacks::Nothing, &[]),
    ("openrouter_activity.csv", Lacks::Writes, &["by_prompt"]),
    ("claude_code/", Lacks::Nothing, &[]),
    ("anthropic_console_usage.csv", Lacks::Nothing, &["requests"]),
    ("anthropic_usage_report.json", Lacks::Nothing, &["requests"]),
    ("anthropic_cost_report.json", Lacks::Nothing, &["requests"]),
    (
        "openai_usage_completions.json",
        Lacks::Nothing,
        &["reasoning"],
    ),
    ("openai_costs.json", Lacks::Nothing, &["requests"]),
    ("focus_1_2.csv", Lacks::Nothing, &["requests", "reasoning"]),
];

struct Collection {
    folder: PathBuf,
    expected: Value,
    catalog: Catalog,
}

fn synthetic() -> Option<Collection> {
    let folder = collection()?.join("synthetic");
    let json = |name: &str| -> Value {
        let text = std::fs::read_to_string(folder.join(name)).expect(name);
        serde_json::from_str(&text).expect("JSON")
    };
    Some(Collection {
        expected: json("expected.json")["files"].clone(),
        catalog: catalog(&json("prices.json")),
        folder,
    })
}

fn logs(folder: &Path, name: &str) -> Vec<PathBuf> {
    let path = folder.join(name);
    if path.is_dir() {
        files(&path)
    } else {
        vec![path]
    }
}

fn expected<'a>(all: &'a Value, name: &str) -> &'a Value {
    match all[name]["same_as"].as_str() {
        Some(other) => &all[other],
        None => &all[name],
    }
}

#[test]
fn every_format_gives_the_right_tokens_and_the_right_cost_to_the_last_digit() {
    let Some(all) = synthetic() else { return };
    for (name, lacks, unknown) in FILES {
        let result = answer(
            &logs(&all.folder, name),
            &[Dimension::Model],
            CostMode::Auto,
            &all.catalog,
        );
        let expected = expected(&all.expected, name);
        assert_eq!(
            result.total.cost_usd.to_string(),
            expected["cost_usd"].as_str().unwrap(),
            "{name}"
        );
        check_tokens(
            name,
            &result,
            &expected["tokens"],
            *lacks,
            unknown.contains(&"reasoning"),
        );
        if unknown.contains(&"requests") {
            assert_eq!(result.total.requests, None, "{name}");
        } else {
            assert_eq!(
                result.total.requests,
                expected["requests"].as_u64(),
                "{name}"
            );
        }
        assert!(result.unpriced.is_empty(), "{name}: {:?}", result.unpriced);
    }
}

fn check_tokens(name: &str, result: &Attribution, expected: &Value, lacks: Lacks, merged: bool) {
    if expected.is_null() {
        return;
    }
    let is = |bucket: Bucket| result.total.tokens.get(bucket);
    let wanted = |key: &str| {
        u128::from(
            expected[key]
                .as_u64()
                .unwrap_or_else(|| panic!("{name}: {key}")),
        )
    };
    assert_eq!(result.total.tokens.input(), wanted("input_total"), "{name}");
    assert_eq!(
        result.total.tokens.output(),
        wanted("output_total"),
        "{name}"
    );
    assert_eq!(is(Bucket::CacheRead), wanted("cache_read"), "{name}");
    if !merged {
        assert_eq!(is(Bucket::Reasoning), wanted("reasoning"), "{name}");
        assert_eq!(
            is(Bucket::OutputVisible),
            wanted("output_visible"),
            "{name}"
        );
    }
    let (five, hour) = (is(Bucket::CacheWrite5m), is(Bucket::CacheWrite1h));
    let written = five + hour + is(Bucket::CacheWriteUnknown);
    match lacks {
        Lacks::Nothing => {
            assert_eq!(
                (five, hour),
                (wanted("cache_write_5m"), wanted("cache_write_1h")),
                "{name}"
            );
        }
        Lacks::WriteTime => {
            assert_eq!(
                written,
                wanted("cache_write_5m") + wanted("cache_write_1h"),
                "{name}"
            );
        }
        Lacks::Writes => assert_eq!(written, 0, "{name}"),
    }
}

#[test]
fn every_format_gives_the_right_rows_by_tenant_feature_prompt_model_and_day() {
    let Some(all) = synthetic() else { return };
    let mut compared = 0;
    for (name, _, unknown) in FILES {
        for (key, by) in [
            ("by_tenant", Dimension::Tenant),
            ("by_feature", Dimension::Feature),
            ("by_prompt", Dimension::Prompt),
            ("by_model", Dimension::Model),
            ("by_day_utc", Dimension::Day),
        ] {
            let Some(rows) = expected(&all.expected, name)[key].as_object() else {
                continue;
            };
            if unknown.contains(&key) {
                continue;
            }
            let result = answer(
                &logs(&all.folder, name),
                &[by],
                CostMode::Auto,
                &all.catalog,
            );
            let found: BTreeMap<String, (Option<u64>, String)> = by_key(&result)
                .into_iter()
                .map(|(row, entry)| (row, (entry.requests, entry.cost_usd.to_string())))
                .collect();
            let wanted: BTreeMap<String, (Option<u64>, String)> = rows
                .iter()
                .map(|(row, value)| {
                    let requests = value["requests"]
                        .as_u64()
                        .filter(|_| !unknown.contains(&"requests"));
                    (
                        row.clone(),
                        (requests, value["cost_usd"].as_str().unwrap().to_owned()),
                    )
                })
                .collect();
            assert_eq!(found, wanted, "{name} {key}");
            compared += 1;
        }
    }
    assert!(compared >= 70, "{compared} groupings");
}

#[test]
fn rows_that_do_not_count_are_counted() {
    let Some(all) = synthetic() else { return };
    let dropped = |name: &str| {
        answer(
            &logs(&all.folder, name),
            &[Dimension::Model],
            CostMode::Auto,
            &all.catalog,
        )
        .dropped
    };
    let of = |name: &str, key: &str| expected(&all.expected, name)[key].as_u64().unwrap();
    for name in ["litellm_spendlogs.jsonl", "litellm_spendlogs_pg.csv"] {
        let found = dropped(name);
        assert_eq!(
            found.duplicate,
            of(name, "duplicate_rows_same_litellm_call_id")
        );
        assert_eq!(found.cache_hit, of(name, "cache_hit_rows_spend0"));
    }
    for (name, _, _) in FILES {
        if let Some(failed) = expected(&all.expected, name)["failed_rows"].as_u64() {
            assert_eq!(dropped(name).failed, failed, "{name}");
        }
    }
    assert_eq!(
        dropped("langfuse_observations.csv").not_billable,
        of("langfuse_observations.csv", "non_generation_rows")
    );
    assert_eq!(
        dropped("claude_code/").torn,
        of("claude_code/", "torn_lines")
    );
    let spans = dropped("otlp_traces.jsonl");
    assert_eq!(
        spans.duplicate + spans.failed,
        12 + of("otlp_traces.jsonl", "failed_spans") - 2,
        "{spans:?}"
    );
}

/// Spans tell no time of a cache write: all of them cost the five-minute price.
#[test]
fn spans_of_all_generations_give_the_right_sums_with_writes_at_the_five_minute_price() {
    let Some(all) = synthetic() else { return };
    let expected = &all.expected["otlp_traces.jsonl"];
    let logs = logs(&all.folder, "otlp_traces.jsonl");
    let result = answer(&logs, &[Dimension::Tenant], CostMode::Auto, &all.catalog);
    assert_eq!(
        result.total.cost_usd.to_string(),
        expected["cost_if_all_writes_5m"].as_str().unwrap()
    );
    check_tokens(
        "otlp",
        &result,
        &expected["tokens"],
        Lacks::WriteTime,
        false,
    );
    for (key, by) in [
        ("by_tenant", Dimension::Tenant),
        ("by_feature", Dimension::Feature),
        ("by_prompt", Dimension::Prompt),
        ("by_model", Dimension::Model),
        ("by_day_utc", Dimension::Day),
    ] {
        let result = answer(&logs, &[by], CostMode::Auto, &all.catalog);
        for (row, entry) in by_key(&result) {
            assert_eq!(
                entry.requests,
                expected[key][&row]["requests"].as_u64(),
                "{key} {row}"
            );
        }
    }
}

#[test]
fn calls_of_openrouter_repriced_without_their_cache_writes_are_told_apart_from_the_charge() {
    let Some(all) = synthetic() else { return };
    let name = "openrouter_activity.csv";
    let result = answer(
        &logs(&all.folder, name),
        &[Dimension::Model],
        CostMode::Both,
        &all.catalog,
    );
    let repriced = all.expected[name]["cost_if_repriced_without_cache_writes"].as_str();
    assert_eq!(Some(result.total.cost_usd.to_string().as_str()), repriced);
    assert_eq!(
        result
            .total
            .logged_cost_usd
            .map(|usd| usd.to_string())
            .as_deref(),
        all.expected[name]["cost_usd"].as_str()
    );
    let low: Vec<&str> = result
        .models
        .iter()
        .filter(|m| m.ratio != Some(1.0))
        .map(|m| m.model.as_str())
        .collect();
    assert_eq!(
        low,
        [
            "claude-haiku-4-5-20251001",
            "claude-sonnet-4-5-20250929",
            "gpt-5.6-terra"
        ]
    );
}

#[test]
fn scrapes_of_metrics_count_their_growth_over_a_restart() {
    let Some(all) = synthetic() else { return };
    let expected = &all.expected["vllm_metrics_*.prom"];
    let logs = ["1", "2", "3_after_restart"]
        .map(|part| all.folder.join(format!("vllm_metrics_{part}.prom")));
    let result = answer(&logs, &[Dimension::Model], CostMode::Auto, &all.catalog);
    assert_eq!(result.total.requests, expected["requests"].as_u64());
    let tokens = &result.total.tokens;
    assert_eq!(
        tokens.input(),
        u128::from(expected["tokens"]["input_total"].as_u64().unwrap())
    );
    assert_eq!(
        tokens.output(),
        u128::from(expected["tokens"]["output_total"].as_u64().unwrap())
    );
    assert_eq!(
        tokens.get(Bucket::CacheRead),
        u128::from(expected["tokens"]["cache_read"].as_u64().unwrap())
    );
}

#[test]
fn the_canonical_list_is_read_without_a_map() {
    let Some(all) = synthetic() else { return };
    let logs = [all.folder.join("canonical.csv")];
    for mode in [CostMode::Logged, CostMode::Repriced] {
        let result = answer(&logs, &[Dimension::Prompt], mode, &all.catalog);
        let expected = expected(&all.expected, "litellm_spendlogs.jsonl");
        assert_eq!(
            result.total.cost_usd.to_string(),
            expected["cost_usd"].as_str().unwrap()
        );
        check_tokens(
            "canonical.csv",
            &result,
            &expected["tokens"],
            Lacks::Nothing,
            false,
        );
    }
}
