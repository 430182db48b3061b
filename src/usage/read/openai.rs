//! OpenAI: chat completions, Responses, embeddings; servers that speak alike; and the output of batches.
//!
//! Source: openai-python's usage types. `cached_tokens` and `cache_write_tokens` are inside the prompt,
//! reasoning inside the completion; audio counts are inside both.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Record, Status};
use super::super::semantics::{Counts, Source};
use super::super::time::Instant;
use super::{Options, Reader, Row, is_failure, tokens};

/// Counts of a body; what else it tells goes into the record.
pub fn read(body: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    record.id = body.text("id").map(|id| names::id(&[&id]));
    record.model = body.text("model");
    record.provider.get_or_insert_with(|| "openai".into());
    record.tier = record
        .tier
        .take()
        .or_else(|| names::tier(body.text("service_tier")));
    if body
        .text("status")
        .is_some_and(|status| is_failure(&status))
    {
        record.status = Status::Failed;
    }
    if record.at.is_none() {
        record.at = created(body);
    }
    let usage = body.at("usage");
    usage.is_object().then(|| counts(&usage))
}

fn created(body: &Fields<'_>) -> Option<Instant> {
    ["created", "created_at"]
        .iter()
        .find(|key| body.has(key))
        .and_then(|key| body.time(key))
}

/// Counts of a usage object, as chat completions or Responses write it.
pub fn counts(usage: &Fields<'_>) -> Counts {
    let detail = |side: [&str; 2], key: &str| {
        let paths = side.map(|side| format!("{side}_tokens_details.{key}"));
        paths
            .iter()
            .filter_map(|path| usage.count(path))
            .max()
            .unwrap_or(0)
    };
    let (input, output) = (["prompt", "input"], ["completion", "output"]);
    let counts = Counts {
        input: usage
            .first_count(&["prompt_tokens", "input_tokens"])
            .unwrap_or(0),
        output: usage
            .first_count(&["completion_tokens", "output_tokens"])
            .unwrap_or(0),
        cache_read: detail(input, "cached_tokens")
            .max(usage.count("prompt_cache_hit_tokens").unwrap_or(0)),
        write_5m: detail(input, "cache_write_tokens").max(detail(input, "cache_creation_tokens")),
        reasoning: detail(output, "reasoning_tokens"),
        audio_input: detail(input, "audio_tokens"),
        audio_output: detail(output, "audio_tokens"),
        ..Counts::default()
    };
    let parts = u128::from(counts.input) + u128::from(counts.output);
    usage.check_total(parts, usage.count("total_tokens"));
    counts
}

/// The output file of a batch.
pub struct Batch {
    /// What the user says.
    pub options: Options,
}

impl Reader for Batch {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.knows("custom_id") {
            return Row::Foreign;
        }
        let response = row.at("response");
        let body = response.at("body");
        let mut record = Record {
            tier: Some("batch".into()),
            ..Record::call()
        };
        self.options
            .custom_id
            .apply(&row.text("custom_id").unwrap_or_default(), &mut record);
        record.tenant = self.options.tenant(row).or(record.tenant);
        record.feature = self.options.feature(row).or(record.feature);
        let failed = response
            .text("status_code")
            .is_none_or(|code| is_failure(&code));
        let counts = read(&body, &mut record);
        record.model = record.model.map(|name| names::model(&name));
        record.id = row.text("id").map(|id| names::id(&[&id]));
        if failed || body.at("error").is_object() {
            record.status = Status::Failed;
        }
        match counts {
            Some(counts) => match tokens(Source::OpenaiBatch.semantics(), &counts, row) {
                Some(tokens) => record.tokens = tokens,
                None => return Row::Foreign,
            },
            None if record.status == Status::Failed => {}
            None => row.wrong("neither usage nor an error"),
        }
        record.into()
    }
}

/// How a batch's `custom_id` tells whose call it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomId(pub String);

impl Default for CustomId {
    fn default() -> Self {
        Self("{tenant}|{feature}|{prompt}|{}".into())
    }
}

impl CustomId {
    /// Fills in what an id tells by the template; an id of another form tells nothing.
    pub fn apply(&self, id: &str, record: &mut Record) {
        let mut found: Vec<(&str, &str)> = Vec::new();
        let mut rest = id;
        let mut holes = self.0.split('{');
        let Some(after) = rest.strip_prefix(holes.next().unwrap_or_default()) else {
            return;
        };
        rest = after;
        for hole in holes {
            let (name, between) = hole.split_once('}').unwrap_or((hole, ""));
            let (value, after) = match between {
                "" => (rest, ""),
                between => match rest.split_once(between) {
                    Some(parts) => parts,
                    None => return,
                },
            };
            found.push((name, value));
            rest = after;
        }
        for (name, value) in found.into_iter().filter(|(_, value)| !value.is_empty()) {
            let value = Some(value.to_owned());
            match name {
                "tenant" => record.tenant = value,
                "feature" => record.feature = value,
                "prompt" => record.prompt = value,
                "session" => record.session = value,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_id_tells_what_its_template_says() {
        let mut record = Record::default();
        CustomId::default().apply("acme|chat|support@4|17", &mut record);
        assert_eq!(record.tenant.as_deref(), Some("acme"));
        assert_eq!(record.prompt.as_deref(), Some("support@4"));
        let mut other = Record::default();
        CustomId::default().apply("request-17", &mut other);
        assert_eq!(other, Record::default());
        CustomId("job-{}/{tenant}".into()).apply("job-9/acme", &mut other);
        assert_eq!(other.tenant.as_deref(), Some("acme"));
    }
}
