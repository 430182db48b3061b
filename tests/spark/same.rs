//! The same totals to the last digit, and the same groups.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::sail::Sail;
use super::{data, root, run, told};

/// The answers of a command about a file, from the embedded reader and from the engine.
fn both(sail: &Sail, command: &str, file: &str, more: &[&str], remotely: &[&str]) -> [Value; 2] {
    let address = sail.address();
    let format = ["--format", "json", "--quiet"];
    let embedded = [&[command, file][..], more, &format].concat();
    let at = [command, "--remote", &address, "--path", file];
    let remote = [&at[..], more, remotely, &format].concat();
    [embedded, remote].map(|arguments| answer(&arguments))
}

fn answer(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", told(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn same(sail: &Sail, file: &Path, more: &[&str]) {
    let file = file.to_str().expect("UTF-8");
    let [embedded, remote] = both(sail, "attribute", file, more, &["--exact-latency"]);
    assert!(embedded["total"]["rows"].as_u64() > Some(0), "{file}");
    equal(&embedded, &remote);
}

fn equal(embedded: &Value, remote: &Value) {
    assert!(
        embedded == remote,
        "{}",
        first_difference(embedded, remote, "")
    );
}

/// Where two values differ first.
fn first_difference(a: &Value, b: &Value, at: &str) -> String {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            let differs = a.iter().find(|(key, value)| b.get(*key) != Some(value));
            differs.map_or_else(
                || format!("{at}: the order of keys"),
                |(key, value)| {
                    first_difference(
                        value,
                        b.get(key).unwrap_or(&Value::Null),
                        &format!("{at}.{key}"),
                    )
                },
            )
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let differs = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or(0);
            first_difference(&a[differs], &b[differs], &format!("{at}[{differs}]"))
        }
        _ => format!("{at}: {a} and {b}").chars().take(600).collect(),
    }
}

/// The collection of logs beside the project, where it is there.
fn collection() -> Option<PathBuf> {
    let place =
        std::env::var_os("LLMCOST_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let logs = place.join("data/logs/synthetic");
    if !logs.is_dir() {
        eprintln!("left out: no logs in {}", logs.display());
        return None;
    }
    Some(logs)
}

#[test]
fn tables_of_every_known_source_give_what_their_files_give() {
    let Some(sail) = Sail::start() else { return };
    let own = root().join("examples/logs");
    let all = ["--by", "tenant,feature,prompt,model,day"];
    same(&sail, &own.join("litellm.jsonl"), &all);
    same(&sail, &own.join("days.csv"), &all);
    let map = ["--map", "examples/logs/map.toml"];
    same(&sail, &own.join("own.csv"), &[&all[..], &map].concat());
    let Some(logs) = collection() else { return };
    for file in [
        "canonical.csv",
        "litellm_spendlogs.jsonl",
        "litellm_spendlogs_pg.csv",
        "litellm_standard_logging.jsonl",
        "langfuse_observations.jsonl",
        "langfuse_observations.csv",
    ] {
        same(&sail, &logs.join(file), &all);
    }
    let zone = [
        "--by",
        "provider,status,tier,session,hour,week,source",
        "--tz",
        "Europe/Berlin",
        "--since",
        "2026-11-03",
        "--keep",
        "duplicates,failed",
    ];
    for file in ["canonical.csv", "litellm_spendlogs.jsonl"] {
        same(&sail, &logs.join(file), &zone);
    }
}

#[test]
fn a_log_with_all_that_is_hard_gives_the_same_as_csv_and_as_parquet() {
    let Some(sail) = Sail::start() else { return };
    let (place, csv) = data::log("hard", 6_000);
    let by = ["--by", "tenant,feature,prompt,model,tier,day"];
    same(&sail, &csv, &by);
    let parquet = data::parquet(&sail.address(), &csv, &place);
    let file = csv.to_str().expect("UTF-8");
    let address = sail.address();
    let typed = [
        "--path",
        &parquet,
        "--path-format",
        "parquet",
        "--exact-latency",
    ];
    let json = ["--format", "json", "--quiet"];
    let of = |more: &[&str], remotely: &[&str], keys: &[&str]| {
        let embedded = answer(&[&["attribute", file][..], &by, &json, more].concat());
        let at = ["attribute", "--remote", &address];
        let remote = answer(&[&at[..], &typed, &by, &json, more, remotely].concat());
        let [embedded, remote] = [embedded, remote].map(|mut value| {
            let map = value.as_object_mut().expect("an object");
            map.retain(|key, _| !keys.contains(&key.as_str()));
            value
        });
        equal(&embedded, &remote);
    };
    of(&[], &[], &["sources"]);
    // Days that are not asked for are not read, so that nothing tells how many calls they hold.
    let days = ["--since", "2026-10-01", "--until", "2026-10-20T12:00:00Z"];
    of(&days, &["--partition", "day"], &["sources", "dropped"]);
}

#[test]
fn spans_with_maps_of_attributes_are_read_by_a_map_file() {
    let Some(sail) = Sail::start() else { return };
    let (place, csv) = data::log("spans", 3_000);
    let spans = data::spans(&sail.address(), &csv, &place);
    let address = sail.address();
    let end = [
        "--by",
        "tenant,feature,model,provider,day",
        "--cost",
        "repriced",
    ];
    let json = ["--format", "json", "--quiet"];
    // The spans have neither costs nor tiers.
    let flat = place.join("flat.csv");
    let text = fs::read_to_string(&csv).expect("a log");
    let head = text.split_once('\n').expect("a head").0.to_owned();
    let other = head.replace("service_tier", "x").replace("cost_usd", "y");
    fs::write(&flat, text.replacen(&head, &other, 1)).expect("a log");
    let flat = flat.to_str().expect("UTF-8");
    let embedded = answer(&[&["attribute", flat][..], &end, &json].concat());
    let at = ["attribute", "--remote", &address, "--path", &spans];
    let how = [
        "--path-format",
        "parquet",
        "--from",
        "table",
        "--map",
        "examples/spark/otel.toml",
        "--exact-latency",
    ];
    let remote = answer(&[&at[..], &how, &end, &json].concat());
    for key in ["total", "groups", "period", "dropped", "unpriced"] {
        assert!(
            embedded[key] == remote[key],
            "{key}: {}",
            first_difference(&embedded[key], &remote[key], "")
        );
    }
}

#[test]
fn quantiles_of_buckets_are_within_a_hundredth() {
    let Some(sail) = Sail::start() else { return };
    let (_, csv) = data::log("quantiles", 6_000);
    let file = csv.to_str().expect("UTF-8");
    let by = ["--by", "feature,model"];
    let [embedded, remote] = both(&sail, "attribute", file, &by, &[]);
    let groups = |of: &Value| of["groups"].as_array().expect("groups").clone();
    let (a, b) = (groups(&embedded), groups(&remote));
    assert!(a.len() == b.len() && a.len() > 20, "{}", a.len());
    let mut off: f64 = 0.0;
    for (a, b) in a.iter().zip(&b) {
        assert_eq!(b["latency_ms"]["relative_error"], 0.01);
        for share in ["p50", "p95", "p99"] {
            let ms = |of: &Value| of["latency_ms"][share].as_f64().expect("a time");
            off = off.max((ms(b) / ms(a) - 1.0).abs());
        }
    }
    assert!(off > 0.0 && off <= 0.01, "{off}");
}

#[test]
fn workloads_forecasts_and_bills_are_those_of_the_file() {
    let Some(sail) = Sail::start() else { return };
    let (_, csv) = data::log("commands", 6_000);
    let file = csv.to_str().expect("UTF-8");
    for zone in ["UTC", "America/New_York"] {
        let [embedded, remote] = both(&sail, "calibrate", file, &["--tz", zone], &[]);
        equal(&embedded, &remote);
    }
    let scenario = ["scenarios/switch-later.toml"];
    let [embedded, remote] = both(&sail, "forecast", file, &scenario, &[]);
    equal(&embedded, &remote);
    let days = root().join("examples/logs/days.csv").display().to_string();
    let address = sail.address();
    let bill = ["examples/logs/bill.csv", "--format", "json", "--quiet"];
    let embedded = run(&[&["reconcile", &days][..], &bill].concat());
    let at = ["reconcile", "--remote", &address, "--path", &days];
    let remote = run(&[&at[..], &bill].concat());
    assert_eq!(embedded.status.code(), Some(1));
    assert_eq!(remote.status.code(), Some(1), "{}", told(&remote));
    assert_eq!(embedded.stdout, remote.stdout);
}
