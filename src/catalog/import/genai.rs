//! The data of genai-prices: a list of providers with their models, USD per million tokens, dated steps,
//! prompt lengths, hours of the day, and variants for batches and service tiers.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Entry, Found, Outcome, Step, rounded};
use crate::date::Date;

/// Providers by the names that this catalog has for them.
const PROVIDERS: [(&str, &str); 1] = [("aws", "bedrock")];

/// The entries of a file.
pub fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Value::Array(providers) = &value else {
        return Err("expected a list of providers with their models at line 1 column 1".into());
    };
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for (at, provider) in providers.iter().enumerate() {
        let named = provider["id"].as_str().zip(provider["models"].as_array());
        let Some((id, models)) = named else {
            let name = format!("provider {}", at + 1);
            entries.push(refused(name, "has no `id` or no list of `models`"));
            continue;
        };
        for (at, model) in models.iter().enumerate() {
            let Some(name) = model["id"].as_str() else {
                entries.push(refused(format!("{id}, model {}", at + 1), "has no `id`"));
                continue;
            };
            let entry = format!("{id}/{name}");
            if !seen.insert(entry.clone()) {
                entries.push(refused(entry, "stands twice in the file"));
                continue;
            }
            let mut not_mapped = Vec::new();
            let outcome = outcome(provider, id, name, model, &mut not_mapped);
            entries.push(Entry {
                name: entry,
                outcome,
                not_mapped,
            });
        }
    }
    Ok(entries)
}

fn refused(name: String, reason: &str) -> Entry {
    Entry {
        name,
        outcome: Outcome::Refused(reason.into()),
        not_mapped: Vec::new(),
    }
}

fn outcome(
    provider: &Value,
    id: &str,
    name: &str,
    model: &Value,
    not_mapped: &mut Vec<String>,
) -> Outcome {
    let steps = match steps(model, not_mapped) {
        Ok(steps) => steps,
        Err(reason) => return Outcome::Refused(reason),
    };
    let priced = |step: &&Step| step.input.is_some() || step.output.is_some();
    let Some(base) = steps.iter().find(priced) else {
        let keys = dated(model)
            .into_iter()
            .flat_map(|(_, prices)| prices.keys().cloned());
        return match keys.into_iter().next() {
            Some(key) => Outcome::NotByToken(format!("priced by {key}")),
            None => Outcome::Zero(free(name, "the file has no price")),
        };
    };
    let zero = |price: Option<f64>| price.unwrap_or_default() == 0.0;
    if zero(base.input) && zero(base.output) {
        return Outcome::Zero(free(name, "0 in the file: free or not known"));
    }
    let ours = PROVIDERS.iter().find(|(theirs, _)| *theirs == id);
    Outcome::Model(Box::new(Found {
        provider: ours.map_or(id, |(_, ours)| ours).to_owned(),
        model: name.to_owned(),
        url: provider["pricing_urls"][0].as_str().map(str::to_owned),
        context_tokens: model["context_window"].as_f64(),
        retires: None,
        // A model of which no output is priced reads only: embeddings.
        writes: steps.iter().any(|step| step.output.is_some()),
        steps: steps
            .into_iter()
            .filter(|step| step.input.is_some())
            .collect(),
    }))
}

fn free(name: &str, otherwise: &str) -> String {
    if name.ends_with(":free") {
        "a free tier".into()
    } else {
        otherwise.to_owned()
    }
}

/// The price tables of a model, each with its constraint.
fn dated(model: &Value) -> Vec<(&Value, &Map<String, Value>)> {
    match &model["prices"] {
        Value::Object(prices) => vec![(&Value::Null, prices)],
        Value::Array(list) => list
            .iter()
            .filter_map(|step| Some((&step["constraint"], step["prices"].as_object()?)))
            .collect(),
        _ => Vec::new(),
    }
}

fn steps(model: &Value, not_mapped: &mut Vec<String>) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut from = None;
    // A later price without lengths ends those of an earlier one: every step tells all lengths.
    let known = lengths(dated(model).into_iter().map(|(_, prices)| prices));
    for (constraint, prices) in dated(model) {
        from = start(constraint)?.or(from);
        let frame = Step {
            tier: "standard",
            from,
            hours: hours(constraint),
            ..Step::default()
        };
        add(&mut steps, by_length(&frame, prices, &known, not_mapped)?);
    }
    let standard = steps.clone();
    let variants = || model["price_variants"].as_array().into_iter().flatten();
    for variant in variants() {
        let Some(tier) = tier(&variant["when"]) else {
            let when = variant["when"].to_string();
            if when != "{\"service_tier\":\"default\"}" {
                not_mapped.push(format!("price_variants {when}"));
            }
            continue;
        };
        let frame = Step {
            tier,
            from: start(&variant["constraint"])?,
            ..Step::default()
        };
        let Some(prices) = variant["prices"].as_object() else {
            continue;
        };
        let same = variants().filter(|other| self::tier(&other["when"]) == Some(tier));
        let known = lengths(same.filter_map(|other| other["prices"].as_object()));
        for mut step in by_length(&frame, prices, &known, not_mapped)? {
            let base = standard.iter().find(|base| base.above == step.above);
            step.output = step.output.or(base.and_then(|base| base.output));
            steps.push(step);
        }
    }
    Ok(steps)
}

/// Adds steps; the same prices at other hours of the day are one step.
fn add(steps: &mut Vec<Step>, more: Vec<Step>) {
    for step in more {
        let same = |known: &&mut Step| {
            let mut other = step.clone();
            other.hours.clone_from(&known.hours);
            step.hours.is_some() && known.hours.is_some() && **known == other
        };
        match steps.iter_mut().find(same) {
            Some(known) => {
                let (a, b) = (known.hours.take(), step.hours);
                known.hours = a.zip(b).map(|(a, b)| format!("{a},{b}"));
            }
            None => steps.push(step),
        }
    }
}

/// First day of a price.
fn start(constraint: &Value) -> Result<Option<Date>, String> {
    match constraint["start_date"].as_str() {
        None => Ok(None),
        Some(text) => Date::parse(text)
            .map(Some)
            .ok_or_else(|| format!("start_date `{text}` is no date")),
    }
}

/// Hours of the day of a price, such as 01:00-04:00.
fn hours(constraint: &Value) -> Option<String> {
    let hour = |key: &str| constraint[key].as_str().and_then(|text| text.get(..5));
    Some(format!("{}-{}", hour("start_time")?, hour("end_time")?))
}

fn tier(when: &Value) -> Option<&'static str> {
    let variant = |key: &str| when[key].as_str();
    match (
        variant("processing"),
        variant("service_tier"),
        variant("speed"),
    ) {
        (Some("batch"), None, None) => Some("batch"),
        (None, Some("flex"), None) => Some("flex"),
        (None, Some("priority"), None) => Some("priority"),
        (None, Some("fast"), None) | (None, None, Some("fast")) => Some("fast"),
        _ => None,
    }
}

/// Prices that a row has a place for.
const MAPPED: [&str; 5] = [
    "input_mtok",
    "output_mtok",
    "cache_read_mtok",
    "cache_write_mtok",
    "cache_write_1h_mtok",
];

/// The lengths of prompts that any of these price tables tells apart, short ones first.
fn lengths<'a>(tables: impl Iterator<Item = &'a Map<String, Value>>) -> BTreeSet<Option<u32>> {
    let mut lengths = BTreeSet::from([None]);
    for table in tables {
        for price in MAPPED.iter().filter_map(|key| table.get(*key)) {
            let tiers = price["tiers"].as_array().into_iter().flatten();
            lengths.extend(tiers.map(|tier| tier["start"].as_f64().map(|start| start as u32)));
        }
    }
    lengths
}

/// The step of short prompts, and one for each length from which another price holds.
fn by_length(
    frame: &Step,
    prices: &Map<String, Value>,
    lengths: &BTreeSet<Option<u32>>,
    not_mapped: &mut Vec<String>,
) -> Result<Vec<Step>, String> {
    for key in prices.keys().filter(|key| !MAPPED.contains(&key.as_str())) {
        if !not_mapped.contains(key) {
            not_mapped.push(key.clone());
        }
    }
    lengths
        .iter()
        .copied()
        .map(|above| {
            let at = |key: &str| price(prices, key, above);
            let paid = |key: &str| at(key).map(|price| price.filter(|price| *price != 0.0));
            Ok(Step {
                above,
                input: at("input_mtok")?,
                output: at("output_mtok")?,
                cache_read: paid("cache_read_mtok")?,
                cache_write: paid("cache_write_mtok")?,
                cache_write_long: paid("cache_write_1h_mtok")?,
                ..frame.clone()
            })
        })
        .collect()
}

/// A price for prompts of a length.
fn price(
    prices: &Map<String, Value>,
    key: &str,
    above: Option<u32>,
) -> Result<Option<f64>, String> {
    let Some(value) = prices.get(key).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let longest = value["tiers"]
        .as_array()
        .into_iter()
        .flatten()
        .rfind(|tier| tier["start"].as_f64().map(|start| start as u32) <= above);
    let number = match longest {
        Some(tier) if above.is_some() => tier["price"].as_f64(),
        _ => value.as_f64().or_else(|| value["base"].as_f64()),
    };
    number
        .map(|number| Some(rounded(number)))
        .ok_or_else(|| format!("{key} is no number"))
}
