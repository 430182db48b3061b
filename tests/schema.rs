//! The JSON Schemas against the files they describe, and against the reader.
//!
//! The validator below knows the words of JSON Schema that ours use and panics at any other.

use std::path::Path;
use std::process::Command;

use llmcost::diagnostic::Problems;
use llmcost::document::{self, Node, Value as Toml};
use llmcost::scenario::file::ScenarioFile;
use llmcost::table::{Key, Kind, Table};
use serde_json::{Map, Value, json};

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn schema(of: &str) -> Value {
    serde_json::from_str(&printed(&["schema", of])).unwrap()
}

/// A TOML text as JSON.
fn tree(text: &str) -> Node {
    let mut problems = Problems::default();
    let node = document::parse(text, 0, &mut problems);
    assert!(problems.is_empty(), "not TOML: {text}");
    node
}

fn converted(node: &Node) -> Value {
    match &node.value {
        Toml::Number(number) => json!(number),
        Toml::Text(text) | Toml::Date(text) => json!(text),
        Toml::Flag(flag) => json!(flag),
        Toml::File(file) => json!(file.path),
        Toml::List(list) => list.iter().map(converted).collect(),
        Toml::Table(entries) => {
            let pairs = entries
                .iter()
                .map(|entry| (entry.key.clone(), converted(&entry.node)));
            Value::Object(pairs.collect())
        }
    }
}

/// Why a value does not fit a schema; nothing where it does.
fn misfit(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let words = schema.as_object().expect("a schema is an object");
    words.iter().find_map(|(word, rule)| {
        fits_word(root, words, (word, rule), value, at).map(|why| why.replace("  ", " "))
    })
}

fn fits_word(
    root: &Value,
    schema: &Map<String, Value>,
    (word, rule): (&str, &Value),
    value: &Value,
    at: &str,
) -> Option<String> {
    let fails = |fits: bool| (!fits).then(|| format!("{at}: {value} against {word} {rule}"));
    let number = value.as_f64();
    match word {
        "$schema" | "title" | "description" | "default" | "$defs" => None,
        "$ref" => misfit(
            root,
            root.pointer(&rule.as_str()?[1..]).expect("a definition"),
            value,
            at,
        ),
        "type" => fails(is_of(rule.as_str()?, value)),
        "enum" => fails(rule.as_array()?.contains(value)),
        "const" => fails(rule == value || (number.is_some() && rule.as_f64() == number)),
        "minimum" => fails(number.is_none_or(|number| number >= rule.as_f64().unwrap())),
        "exclusiveMinimum" => fails(number.is_none_or(|number| number > rule.as_f64().unwrap())),
        "maximum" => fails(number.is_none_or(|number| number <= rule.as_f64().unwrap())),
        "pattern" => {
            let pattern = regex_lite::Regex::new(rule.as_str()?).expect("a pattern");
            fails(value.as_str().is_none_or(|text| pattern.is_match(text)))
        }
        "anyOf" => fails(
            rule.as_array()?
                .iter()
                .any(|shape| misfit(root, shape, value, at).is_none()),
        ),
        "not" => fails(misfit(root, rule, value, at).is_some()),
        "items" => value
            .as_array()?
            .iter()
            .enumerate()
            .find_map(|(index, item)| misfit(root, rule, item, &format!("{at}[{index}]"))),
        "minItems" => fails(
            value
                .as_array()
                .is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()),
        ),
        "required" => fails(value.as_object().is_none_or(|table| {
            rule.as_array()
                .unwrap()
                .iter()
                .all(|key| table.contains_key(key.as_str().unwrap()))
        })),
        "properties" => value
            .as_object()?
            .iter()
            .find_map(|(key, item)| misfit(root, rule.get(key)?, item, &format!("{at}.{key}"))),
        "additionalProperties" => {
            let known = schema["properties"].as_object()?;
            fails(
                value
                    .as_object()
                    .is_none_or(|table| table.keys().all(|key| known.contains_key(key))),
            )
        }
        other => panic!("the schema uses `{other}`, which this test does not know"),
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("no type {other}"),
    }
}

fn files(pattern: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = glob::glob(&format!("{}/{pattern}", root.display())).unwrap();
    paths
        .map(|path| path.unwrap())
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect()
}

#[test]
fn shipped_scenarios_and_presets_fit_the_schema() {
    let schema = schema("scenario");
    let presets = files("src/cli/init/*.toml");
    assert_eq!(presets.len(), 3);
    let shipped = files("scenarios/*.toml");
    assert!(shipped.len() >= 10);
    for (path, text) in presets.into_iter().chain(shipped) {
        // A catalog beside the scenarios has a schema of its own.
        if Path::new(&path)
            .file_stem()
            .is_some_and(|stem| stem == "catalog")
        {
            continue;
        }
        assert_eq!(
            misfit(&schema, &schema, &converted(&tree(&text)), "file"),
            None,
            "{path}"
        );
    }
}

#[test]
fn built_in_catalog_files_fit_the_schema_of_catalogs() {
    let schema = schema("catalog");
    let files = files("src/catalog/**/*.toml");
    assert!(files.len() > 20);
    for (path, text) in files {
        assert_eq!(
            misfit(&schema, &schema, &converted(&tree(&text)), "file"),
            None,
            "{path}"
        );
    }
}

#[test]
fn an_unknown_key_does_not_fit_wherever_it_stands() {
    let schema = schema("scenario");
    let good = printed(&["init"]);
    let breaks = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        misfit(
            &schema,
            &schema,
            &converted(&tree(&good.replacen(from, to, 1))),
            "file",
        )
    };
    assert_eq!(breaks("schema = 1", "schema = 1"), None);
    for (from, to, place) in [
        ("schema = 1", "shema = 1", "file:"),
        ("retry_share = 0.01", "retries = 0.01", "file.workload:"),
        (
            "gpu = \"h100-sxm\"",
            "gpus_type = \"h100-sxm\"",
            "file.self_host[0]:",
        ),
        (
            "on_call_people = 4",
            "on_call = 4",
            "file.self_host[0].staff[1]:",
        ),
    ] {
        let why = breaks(from, to).expect("a misfit");
        assert!(why.starts_with(place), "{why}");
    }
}

/// Values of every kind; the ranges lie within and outside of usual limits.
const VALUES: &[&str] = &[
    "0",
    "1",
    "3",
    "0.4",
    "-0.5",
    "-2",
    "0.00001",
    "25",
    "1e6",
    "1e12",
    "true",
    "\"\"",
    "\" \"",
    "\"word\"",
    "\"2027-01\"",
    "\"2027-13\"",
    "\"on-demand\"",
    "\"median\"",
    "[]",
    "[1, 2]",
    "[\"a\"]",
    "[true]",
];

/// Uncertain numbers: the reader holds their ends against the limits, which a schema cannot.
const UNCERTAIN: &[&str] = &[
    "\"0.2 to 0.6\"",
    "\"1_000 to 2_000\"",
    "\"-0.5 to 3\"",
    "\"3 to x\"",
    "{ mean = 300, p95 = 900 }",
    "{ mean = \"200 to 300\", cv = 0.5 }",
    "{ p95 = 900 }",
    "{ dist = \"uniform\", min = 0.2, max = 0.4 }",
    "{ dist = \"normal\", mean = 5, sd = 0.1 }",
    "{ dist = \"lognormal\", median = 5, sigma = 0.1 }",
    "{ dist = \"triangular\", min = 1, mode = 2, max = 3 }",
    "{ dist = \"pert\", min = 1, mode = 2, max = 3 }",
    "{ dist = \"beta\", alpha = 2, beta = 5 }",
    "{ dist = \"beta\", alpha = 2, beta = 5, min = 1, max = 2 }",
    "{ dist = \"discrete\", values = [1, 2] }",
    "{ dist = \"discrete\", values = [1], weights = [1] }",
];

/// Whether the reader of shapes takes a file, and whether the schema does.
fn verdicts(schema: &Value, text: &str) -> (bool, bool) {
    let node = tree(text);
    let mut problems = Problems::default();
    ScenarioFile::read(&node, &mut problems);
    (
        problems.is_empty(),
        misfit(schema, schema, &converted(&node), "file").is_none(),
    )
}

fn file_with(table: &str, key: &Key, value: &str) -> String {
    let line = format!("{} = {value}\n", key.name);
    match table {
        "" => format!("{line}[workload]\n"),
        "workload" => format!("[workload]\n{line}"),
        _ if key.name == "name" => format!("[workload]\n[[{table}]]\n{line}"),
        _ => format!("[workload]\n[[{table}]]\nname = \"x\"\n{line}"),
    }
}

fn scalar(key: &Key) -> bool {
    !matches!(key.kind, Kind::Table(_) | Kind::Tables(_))
}

#[test]
fn schema_and_reader_agree_about_every_key_and_value() {
    let schema = schema("scenario");
    let (mut taken, mut refused) = (0, 0);
    for table in ["", "workload", "api", "fine_tune", "self_host", "hybrid"] {
        let keys = match table {
            "" => ScenarioFile::KEYS,
            name => llmcost::table::keys_at(ScenarioFile::KEYS, name),
        };
        for key in keys.iter().filter(|key| scalar(key)) {
            for value in VALUES {
                let text = file_with(table, key, value);
                let (reader, schema) = verdicts(&schema, &text);
                assert_eq!(
                    reader, schema,
                    "reader and schema (in this order) on:\n{text}"
                );
                *(if reader { &mut taken } else { &mut refused }) += 1;
            }
        }
    }
    assert!(
        taken > 300 && refused > 300,
        "{taken} taken, {refused} refused"
    );
}

#[test]
fn the_schema_takes_every_uncertain_number_that_the_reader_takes() {
    let schema = schema("scenario");
    let mut used = vec![false; UNCERTAIN.len()];
    for table in ["workload", "self_host"] {
        let keys = llmcost::table::keys_at(ScenarioFile::KEYS, table).iter();
        for key in keys.filter(|key| matches!(key.kind, Kind::Number | Kind::Size)) {
            for (value, used) in UNCERTAIN.iter().zip(&mut used) {
                let text = file_with(table, key, value);
                let (reader, schema) = verdicts(&schema, &text);
                assert!(
                    schema || !reader,
                    "the reader takes it, the schema does not:\n{text}"
                );
                *used |= reader;
            }
        }
    }
    let never: Vec<&str> = UNCERTAIN
        .iter()
        .zip(used)
        .filter(|(_, used)| !used)
        .map(|(value, _)| *value)
        .collect();
    assert_eq!(
        never,
        ["\"3 to x\"", "{ p95 = 900 }"],
        "the rest is taken somewhere"
    );
}
