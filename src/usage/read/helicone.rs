//! Helicone: requests as its export writes them. The prompt count excludes the cache.

use super::super::fields::Fields;
use super::super::money::Money;
use super::super::names;
use super::super::record::{Record, Status};
use super::super::semantics::{Counts, Source};
use super::{Options, Reader, Row, tokens};

/// The reader.
pub struct Helicone {
    /// What the user says.
    pub options: Options,
}

/// No cache answered.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

impl Reader for Helicone {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        let own = ["request_created_at", "response_status", "request_user_id"];
        if !own.iter().any(|key| row.knows(key)) {
            return Row::Foreign;
        }
        let model = row.first(&["response_model", "model_override", "request_model", "model"]);
        let model = model.map(|name| names::model(&name));
        let provider = row.text("provider").map(|name| name.to_ascii_lowercase());
        let counts = counts(row, provider.as_deref(), model.as_deref());
        let Some(tokens) = tokens(Source::Helicone.semantics(), &counts, row) else {
            return Row::Foreign;
        };
        row.check_total(tokens.total(), row.count("total_tokens"));
        let cost = ["costUSD", "cost_usd", "cost"]
            .iter()
            .find(|key| row.has(key));
        let cost = cost.and_then(|key| row.money(key));
        let property = |name: &str| property(row, name);
        let id = row.first(&["request_id", "response_id"]);
        Record {
            at: row.time("request_created_at"),
            tenant: self
                .options
                .tenant(row)
                .or_else(|| row.text("request_user_id"))
                .or_else(|| property("tenant")),
            feature: self.options.feature(row).or_else(|| property("feature")),
            prompt: names::prompt(
                property("prompt").or_else(|| row.text("prompt_id")),
                row.text("prompt_version")
                    .or_else(|| property("prompt-version")),
            ),
            model,
            provider,
            session: property("helicone-session-id"),
            tokens,
            status: status(row),
            latency_ms: row.number("delay_ms"),
            ttft_ms: row.number("time_to_first_token"),
            logged: cost.filter(|cost| *cost != Money::ZERO || tokens.total() == 0),
            id: id.map(|id| names::id(&[&id])),
            cache_hit: row
                .text("cache_reference_id")
                .is_some_and(|id| id != NOBODY),
            ..Record::call()
        }
        .into()
    }
}

fn counts(row: &Fields<'_>, provider: Option<&str>, model: Option<&str>) -> Counts {
    let count = |key: &str| row.count(key).unwrap_or(0);
    let mut counts = Counts {
        input: count("prompt_tokens"),
        output: count("completion_tokens"),
        cache_read: count("prompt_cache_read_tokens"),
        reasoning: count("reasoning_tokens"),
        audio_input: count("prompt_audio_tokens"),
        audio_output: count("completion_audio_tokens"),
        ..Counts::default()
    };
    counts.write(row.count("prompt_cache_write_tokens"), None, None);
    if names::has_one_cache_write(provider, model) {
        counts.one_kind_of_write();
    }
    counts
}

fn status(row: &Fields<'_>) -> Status {
    match row.number("response_status") {
        Some(code) if !(200.0..300.0).contains(&code) => Status::Failed,
        _ => Status::Success,
    }
}

/// A property by its name in whatever case.
fn property(row: &Fields<'_>, name: &str) -> Option<String> {
    ["request_properties", "properties"].iter().find_map(|key| {
        let properties = row.at(key);
        let key = properties
            .entries()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?
            .0
            .to_owned();
        properties.text(&key)
    })
}
