//! Anthropic: message bodies and the events of their streams.
//!
//! Source: the types of anthropic-sdk-python 2.12. `input_tokens` excludes what the cache had and what was written
//! to it. Usage in `message_delta` is cumulative: it replaces that of `message_start`, but nothing does not
//! replace something.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::names;
use super::super::record::Record;
use super::super::semantics::Counts;

/// Counts of a body; what else it tells goes into the record.
pub fn read(body: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    record.id = body.text("id").map(|id| names::id(&[&id]));
    record.model = body.text("model");
    record.provider.get_or_insert_with(|| "anthropic".into());
    let usage = body.at("usage");
    if !usage.is_object() {
        return None;
    }
    terms(&usage, record);
    Some(counts(&usage))
}

/// What changes the price: tier, speed, place.
pub fn terms(usage: &Fields<'_>, record: &mut Record) {
    record.tier = record
        .tier
        .take()
        .or_else(|| names::tier(usage.text("service_tier")));
    if usage.text("speed").as_deref() == Some("fast") {
        record.tier = Some("fast".into());
    }
    record.regional = usage.text("inference_geo").as_deref() == Some("us");
}

/// Counts of a usage object; where it lists iterations these are summed instead of the top level.
pub fn counts(usage: &Fields<'_>) -> Counts {
    let iterations = usage.at("iterations");
    let mut each = iterations.each().filter(Fields::is_object).peekable();
    if each.peek().is_none() {
        return one(usage);
    }
    each.map(|part| one(&part))
        .fold(Counts::default(), |mut sum, part| {
            let add = |a: &mut u64, b: u64| *a = a.saturating_add(b);
            add(&mut sum.input, part.input);
            add(&mut sum.cache_read, part.cache_read);
            add(&mut sum.write_5m, part.write_5m);
            add(&mut sum.write_1h, part.write_1h);
            add(&mut sum.write_unknown, part.write_unknown);
            add(&mut sum.output, part.output);
            sum
        })
}

fn one(usage: &Fields<'_>) -> Counts {
    let mut counts = Counts {
        input: usage.count("input_tokens").unwrap_or(0),
        output: usage.count("output_tokens").unwrap_or(0),
        cache_read: usage.count("cache_read_input_tokens").unwrap_or(0),
        reasoning: usage
            .first_count(&[
                "output_tokens_details.reasoning_tokens",
                "output_tokens_details.thinking_tokens",
            ])
            .unwrap_or(0),
        ..Counts::default()
    };
    counts.write(
        usage.count("cache_creation_input_tokens"),
        usage.count("cache_creation.ephemeral_5m_input_tokens"),
        usage.count("cache_creation.ephemeral_1h_input_tokens"),
    );
    counts
}

/// A stream of events as one body.
#[derive(Debug, Default)]
pub struct Stream {
    body: Map<String, Value>,
    usage: Map<String, Value>,
}

impl Stream {
    /// Takes an event.
    pub fn event(&mut self, event: &Value) {
        if let Some(message) = event.get("message").and_then(Value::as_object) {
            for key in ["id", "model", "type"] {
                if let Some(value) = message.get(key) {
                    self.body.insert(key.into(), value.clone());
                }
            }
            self.usage(message.get("usage"));
        }
        self.usage(event.get("usage"));
        if let Some(error) = event.get("error").filter(|error| error.is_object()) {
            self.body.insert("error".into(), error.clone());
        }
    }

    /// Replaces what is told anew; nothing does not replace something.
    fn usage(&mut self, usage: Option<&Value>) {
        for (key, value) in usage.and_then(Value::as_object).into_iter().flatten() {
            let nothing = value.is_null() || value.as_f64() == Some(0.0);
            if !nothing || !self.usage.contains_key(key) {
                self.usage.insert(key.clone(), value.clone());
            }
        }
    }

    /// The body that the events make.
    pub fn body(&self) -> Value {
        let mut body = self.body.clone();
        if !self.usage.is_empty() {
            body.insert("usage".into(), Value::Object(self.usage.clone()));
        }
        Value::Object(body)
    }
}
