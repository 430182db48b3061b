//! litellm's `model_prices_and_context_window.json`: USD per token, a key per tier and prompt length.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{Entry, Found, Outcome, Step, rounded};
use crate::date::Date;

/// Modes whose input and output are text tokens; those of the second list write none.
const WRITES: [&str; 3] = ["chat", "completion", "responses"];
const READS: [&str; 2] = ["embedding", "rerank"];

/// Providers whose models come with a subscription, or run on hardware of one's own.
const SUBSCRIPTIONS: [&str; 3] = ["github_copilot", "chatgpt", "microsoft_365_copilot"];
const OWN: [&str; 2] = ["ollama", "lemonade"];

/// Providers by the names that this catalog has for them.
const PROVIDERS: [(&str, &str); 10] = [
    ("gemini", "google"),
    ("xai", "x-ai"),
    ("fireworks_ai", "fireworks"),
    ("fireworks_ai-embedding-models", "fireworks"),
    ("together_ai", "together"),
    ("bedrock_converse", "bedrock"),
    ("text-completion-openai", "openai"),
    ("cohere_chat", "cohere"),
    ("azure_text", "azure"),
    ("text-completion-codestral", "codestral"),
];

/// All members of an object, also those of the same name.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of models")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// The entries of a file; its `sample_spec` explains the keys and is none.
pub fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let members: Members = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut seen = BTreeSet::new();
    let models = members
        .0
        .into_iter()
        .filter(|(name, _)| name != "sample_spec");
    let entry = |(name, value): (String, Value)| {
        let mut not_mapped = Vec::new();
        let outcome = match &value {
            _ if !seen.insert(name.clone()) => Outcome::Refused("stands twice in the file".into()),
            Value::Object(model) => outcome(&name, model, &mut not_mapped),
            _ => Outcome::Refused("is no object".into()),
        };
        Entry {
            name,
            outcome,
            not_mapped,
        }
    };
    Ok(models.map(entry).collect())
}

fn text<'a>(model: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    model.get(key).and_then(Value::as_str)
}

fn outcome(name: &str, model: &Map<String, Value>, not_mapped: &mut Vec<String>) -> Outcome {
    let mode = text(model, "mode").unwrap_or("chat");
    if !WRITES.contains(&mode) && !READS.contains(&mode) {
        return Outcome::NotByToken(format!("mode {mode}"));
    }
    let writes = WRITES.contains(&mode);
    let steps = match steps(model, writes, not_mapped) {
        Ok(steps) => steps,
        Err(reason) => return Outcome::Refused(reason),
    };
    let provider = text(model, "litellm_provider").unwrap_or_default();
    let Some(base) = steps.first() else {
        return match model.keys().find(|key| is_price(key)) {
            Some(key) => Outcome::NotByToken(format!("priced by {key}")),
            None => Outcome::Zero(free(name, provider, "the file has no price")),
        };
    };
    if base.input.unwrap_or_default() == 0.0 && base.output.unwrap_or_default() == 0.0 {
        return Outcome::Zero(free(name, provider, "0 in the file: free or not known"));
    }
    let (provider, model_name) = identity(name, provider);
    Outcome::Model(Box::new(Found {
        provider,
        model: model_name,
        url: text(model, "source").map(str::to_owned),
        context_tokens: model.get("max_input_tokens").and_then(Value::as_f64),
        retires: text(model, "deprecation_date").and_then(Date::parse),
        writes,
        steps,
    }))
}

/// Why a price of zero is none.
fn free(name: &str, provider: &str, otherwise: &str) -> String {
    if SUBSCRIPTIONS.contains(&provider) {
        "part of a subscription".into()
    } else if OWN.contains(&provider) {
        "runs on hardware of one's own".into()
    } else if name.ends_with(":free") || name.ends_with("-free") {
        "a free tier".into()
    } else {
        otherwise.to_owned()
    }
}

/// `groq/llama-3.1-8b-instant` of groq is the model `llama-3.1-8b-instant`.
fn identity(name: &str, provider: &str) -> (String, String) {
    let known = PROVIDERS.iter().find(|(theirs, _)| *theirs == provider);
    let ours = match known {
        Some((_, ours)) => (*ours).to_owned(),
        None if provider.starts_with("vertex_ai") => "vertex".to_owned(),
        None => provider.replace('_', "-"),
    };
    let folder = provider.split('-').next().unwrap_or(provider);
    let model = [provider, folder, ours.as_str()]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix)?.strip_prefix('/'))
        .unwrap_or(name);
    let model = model
        .strip_prefix("accounts/fireworks/models/")
        .unwrap_or(model);
    (ours, model.to_owned())
}

fn is_price(key: &str) -> bool {
    key.contains("cost") || key.contains("pricing")
}

/// The prices that a key is of.
#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Input,
    Output,
    Read,
    Write,
    WriteLong,
}

/// Slot, tier and prompt length of a key; `None` for prices that a row has no place for.
fn slot(key: &str) -> Option<(Slot, &'static str, Option<u32>)> {
    const BASES: [(&str, Slot); 4] = [
        ("input_cost_per_token", Slot::Input),
        ("output_cost_per_token", Slot::Output),
        ("cache_read_input_token_cost", Slot::Read),
        ("cache_creation_input_token_cost", Slot::Write),
    ];
    let (base, mut slot) = BASES.into_iter().find(|(base, _)| key.starts_with(base))?;
    let (mut tier, mut above) = ("standard", None);
    let mut rest = &key[base.len()..];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("_above_1hr") {
            slot = (slot == Slot::Write).then_some(Slot::WriteLong)?;
            rest = after;
        } else if let Some((thousands, after)) = rest
            .strip_prefix("_above_")
            .and_then(|after| after.split_once("k_tokens"))
        {
            above = Some(thousands.parse::<u32>().ok()?.checked_mul(1_000)?);
            rest = after;
        } else {
            let tiers = [
                ("_batches", "batch"),
                ("_flex", "flex"),
                ("_priority", "priority"),
            ];
            tier = tiers.iter().find(|(theirs, _)| *theirs == rest)?.1;
            rest = "";
        }
    }
    Some((slot, tier, above))
}

/// The prices of a model, those of the standard tier first.
fn steps(
    model: &Map<String, Value>,
    writes: bool,
    not_mapped: &mut Vec<String>,
) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for (key, value) in model.iter().filter(|(key, _)| is_price(key)) {
        let Some((slot, tier, above)) = slot(key) else {
            if !is_told_elsewhere(key, value, model) {
                not_mapped.push(key.clone());
            }
            continue;
        };
        let price = value
            .as_f64()
            .ok_or_else(|| format!("{key} is no number"))?;
        set(step(&mut steps, tier, above), slot, rounded(price * 1e6));
    }
    if steps.iter().all(|step| step.input.is_none()) {
        steps.extend(by_length(model)?);
        not_mapped.retain(|key| key != "tiered_pricing");
    }
    steps.sort_by_key(|step| (step.tier != "standard", step.tier, step.above));
    complete(&mut steps, writes, not_mapped);
    Ok(steps)
}

fn step<'a>(steps: &'a mut Vec<Step>, tier: &'static str, above: Option<u32>) -> &'a mut Step {
    let same = |step: &Step| step.tier == tier && step.above == above;
    let at = steps.iter().position(same).unwrap_or_else(|| {
        steps.push(Step {
            tier,
            above,
            ..Step::default()
        });
        steps.len() - 1
    });
    &mut steps[at]
}

fn set(step: &mut Step, slot: Slot, price: f64) {
    let place = match slot {
        Slot::Input => &mut step.input,
        Slot::Output => &mut step.output,
        Slot::Read => &mut step.cache_read,
        Slot::Write => &mut step.cache_write,
        Slot::WriteLong => &mut step.cache_write_long,
    };
    *place = Some(price);
}

/// A key that says again what another key says, or that costs nothing.
fn is_told_elsewhere(key: &str, value: &Value, model: &Map<String, Value>) -> bool {
    let same = |other: &str| model.get(other) == Some(value);
    value.as_f64() == Some(0.0)
        || (key == "output_cost_per_reasoning_token" && same("output_cost_per_token"))
        || (key == "input_cost_per_token_cache_hit" && same("cache_read_input_token_cost"))
}

/// `tiered_pricing`: prices by ranges of the prompt's length.
fn by_length(model: &Map<String, Value>) -> Result<Vec<Step>, String> {
    let tiers = model.get("tiered_pricing").and_then(Value::as_array);
    let mut steps = Vec::new();
    for tier in tiers.into_iter().flatten() {
        let from = tier["range"][0].as_f64();
        let above = from.filter(|from| *from >= 1.0).map(|from| from as u32);
        let mtok = |key: &str| tier[key].as_f64().map(|price| rounded(price * 1e6));
        if mtok("input_cost_per_token").is_none() {
            return Err("tiered_pricing without a price per token".into());
        }
        steps.push(Step {
            tier: "standard",
            above,
            input: mtok("input_cost_per_token"),
            output: mtok("output_cost_per_token"),
            cache_read: mtok("cache_read_input_token_cost"),
            ..Step::default()
        });
    }
    Ok(steps)
}

/// Long prompts pay the short ones' price for what is not said of them; a free cache write is the input
/// price again; another tier with a price of input or output alone is left out.
fn complete(steps: &mut Vec<Step>, writes: bool, not_mapped: &mut Vec<String>) {
    let bases: Vec<Step> = steps
        .iter()
        .filter(|s| s.above.is_none())
        .cloned()
        .collect();
    for step in steps.iter_mut() {
        if let Some(base) = bases.iter().find(|base| base.tier == step.tier) {
            step.output = step.output.or(base.output);
            step.cache_read = step.cache_read.or(base.cache_read);
        }
        step.cache_read = step.cache_read.filter(|price| *price != 0.0);
        step.cache_write = step.cache_write.filter(|price| *price != 0.0);
        step.cache_write_long = step.cache_write_long.filter(|price| *price != 0.0);
    }
    let half = |step: &Step| {
        let output = step.output.filter(|price| *price > 0.0);
        step.tier != "standard" && (step.input.is_none() || (writes && output.is_none()))
    };
    for step in steps.iter().filter(|step| half(step)) {
        not_mapped.push(format!("{} without both prices", step.tier));
    }
    steps.retain(|step| !half(step) && (step.input.is_some() || step.output.is_some()));
}
