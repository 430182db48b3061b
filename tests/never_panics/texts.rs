//! Texts to be read: pieces of files in any order, changed files of the project, random assignments.

use std::path::Path;

use llmcost::scenario::ScenarioFile;
use llmcost::table::{Key, Kind};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A scenario with every kind of option, so that an assignment finds something to break.
pub const FULL: &str = r#"
name = "full"
horizon_months = 24
[workload]
requests_per_day = "20_000 to 32_000"
growth_per_month = 0.02
peak_to_mean = 3.0
batch_share = 0.2
retry_share = 0.01
input_tokens = { mean = 1_200, p95 = 4_000 }
output_tokens = 250
cached_input_share = 0.4
[[workload.feature]]
name = "chat"
share = 0.7
[quality]
review_share = 0.02
error_rate = 0.01
cost_per_error_usd = 1.5
[[role]]
name = "ops"
usd_per_year = 90_000
[[api]]
name = "luna"
model = "openai/gpt-6-luna"
staff = [{ role = "ml-engineer", fte = 0.25 }]
costs = [{ label = "gateway", usd_per_month = 100 }]
[[api]]
name = "units"
model = "openai/gpt-4.1"
provisioned = { term = "hour" }
[[fine_tune]]
name = "tuned"
model = "azure/gpt-4.1-mini"
examples = 5_000
tokens_per_example = 900
retrain_every_months = 4
[[self_host]]
name = "own"
model = "llama-3.1-8b"
gpu = "h100-sxm"
purchase = [{ purchase = "spot", share = 0.4 }, { purchase = "buy", share = 0.6 }]
autoscale = true
staff = [{ role = "sre", fte = 1, per_gpus = 32, on_call_people = 4 }]
[[hybrid]]
name = "mix"
parts = [{ option = "own", share = 0.9 }, { option = "luna", share = 0.1 }]
[budget]
monthly_usd = 25_000
[[correlation]]
inputs = ["workload.requests_per_day", "self_host.own.usd_per_gpu_hour"]
rank = 0.3
"#;

/// The project's own files below a folder.
pub fn shipped(folder: &str) -> Vec<String> {
    fn collect(folder: &Path, texts: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return;
        };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(&path, texts);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut texts = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut texts,
    );
    texts
}

pub fn scenarios() -> Vec<String> {
    let mut texts = shipped("scenarios");
    texts.extend(shipped("tests/errors"));
    texts.extend(std::iter::repeat_n(FULL.to_owned(), 40));
    texts
}

/// Pieces of which files are made, and what only looks like them.
const PIECES: &[&str] = &[
    "[workload]",
    "[[api]]",
    "[[self_host]]",
    "[[hybrid]]",
    "[[workload.feature]]",
    "[quality]",
    "name",
    "model",
    "share",
    "requests_per_day",
    "input_tokens",
    "output_tokens",
    "staff",
    "provisioned",
    "purchase",
    "parts",
    " = ",
    "=",
    "\n",
    "\r\n",
    "{",
    "}",
    "[",
    "]",
    ", ",
    ".",
    "\"",
    "\"\"\"",
    "'",
    "#",
    "\t",
    "0",
    "-1",
    "1e308",
    "1e999",
    "-0.0",
    "nan",
    "inf",
    "0x7f",
    "1_0__0",
    "2027-01-01",
    "2027-13-45T99:00:00Z",
    "true",
    "\"1 to 2\"",
    "\"2 to 1\"",
    "\"-5 to nan\"",
    "{ dist = \"beta\", alpha = 1e-9, beta = 1e9 }",
    "{ mean = 0, p95 = 1 }",
    "\u{feff}",
    "\0",
    "\u{1b}",
    "é",
    "🌙",
    "\u{202e}",
    "\"luna\"",
    "\"openai/gpt-6-luna\"",
    "\"h100-sxm\"",
    "a.b.c",
];

pub fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// Something to put in place of a piece of a file.
fn replacement() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        select(PIECES).prop_map(str::to_owned),
        ".{0,8}",
        any::<f64>().prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
    ]
}

/// One change of a text: where (twice), what is put there, and whether a line is meant or any piece.
type Change = (Index, Index, String, bool);

fn changed(text: &str, (a, b, put, lines): &Change) -> String {
    if *lines {
        let mut list: Vec<&str> = text.lines().collect();
        if list.is_empty() {
            return put.clone();
        }
        let (from, to) = (a.index(list.len()), b.index(list.len()));
        let line = list[from].to_owned();
        // The value of one line under the key of another; or the line itself there.
        let moved = match (list[to].split_once('='), line.split_once('=')) {
            (Some((key, _)), Some((_, value))) if put.len() % 2 == 0 => format!("{key}={value}"),
            _ => line,
        };
        list[to] = &moved;
        return list.join("\n");
    }
    let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places.push(text.len());
    let (a, b) = (places[a.index(places.len())], places[b.index(places.len())]);
    // A short piece is exchanged more often than half of a file.
    let (from, to) = (a.min(b), a.max(b));
    let to = if put.len() % 3 == 0 {
        to
    } else {
        to.min(from + 12)
    };
    let to = (to..=text.len())
        .find(|to| text.is_char_boundary(*to))
        .unwrap_or(text.len());
    format!("{}{put}{}", &text[..from], &text[to..])
}

pub fn mutated(texts: Vec<String>) -> impl Strategy<Value = String> {
    let change = (any::<Index>(), any::<Index>(), replacement(), any::<bool>());
    (select(texts), prop::collection::vec(change, 1..6))
        .prop_map(|(text, changes)| changes.iter().fold(text, |text, one| changed(&text, one)))
}

/// Paths of every key that a full scenario can have, with the names of its options.
pub fn paths(keys: &[Key], before: &str, list: &mut Vec<String>) {
    for key in keys {
        let path = format!("{before}{}", key.name);
        let inner = match key.kind {
            Kind::Table(inner) | Kind::Tables(inner) | Kind::ChoiceOrTables(_, inner) => inner,
            _ => &[],
        };
        let elements: &[&str] = match (key.kind, key.name) {
            (Kind::Table(_), _) => &[""],
            (_, "api") => &["luna.", "units."],
            (_, "fine_tune") => &["tuned."],
            (_, "self_host") => &["own."],
            (_, "hybrid") => &["mix."],
            (_, "feature") => &["chat."],
            (_, "staff") => &["sre.", "ml-engineer."],
            (_, "role") => &["ops."],
            (_, "costs") => &["gateway."],
            _ => &[],
        };
        for element in elements {
            paths(inner, &format!("{path}.{element}"), list);
        }
        list.push(path);
    }
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&[
            "0", "1", "0.5", "-1", "1e-300", "1e300", "0.01", "100", "1e6", "true", "false", "nan", "inf",
            "\"1 to 9\"", "\"0.1 to 0.9\"", "\"-1 to 1\"", "[]", "[1]", "[1, 2]", "{}", "\"buy\"", "\"spot\"",
            "{ mean = 10, p95 = 20 }", "{ mean = 10, cv = 1e9 }", "{ dist = \"uniform\", min = 0, max = 1 }",
            "\"own\"", "\"luna\"", "\"mix\"", "\"h100-sxm\"", "\"l4\"", "\"fp4\"", "\"1h\"", "\"2030-01\"",
            "2027-01-01", "\"llama-3.1-405b\"", "\"azure/gpt-4.1\"", "[{}]", "[{ role = \"sre\" }]", "",
        ][..]).prop_map(str::to_owned),
        1 => any::<f64>().prop_map(|number| format!("{number:e}")),
        1 => (0.0..2.0f64).prop_map(|number| number.to_string()),
        1 => ".{0,20}",
    ]
}

pub fn assignment() -> impl Strategy<Value = String> {
    let mut known = Vec::new();
    paths(ScenarioFile::KEYS, "", &mut known);
    prop_oneof![
        8 => (select(known), value()).prop_map(|(path, value)| format!("{path}={value}")),
        1 => ".{0,30}",
        1 => (prop::collection::vec(select(&["a", "api", "luna", "\"", ".", "="][..]), 0..20))
            .prop_map(|pieces| pieces.join(".")),
    ]
}
