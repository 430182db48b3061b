//! OpenRouter: the activity CSV. The cost is what is charged; with a key of one's own (BYOK) it is only the fee,
//! and the provider's part stands beside it.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Record, Status};
use super::super::semantics::{Counts, Source};
use super::{Options, Reader, Row, tokens};

/// The reader.
pub struct Openrouter {
    /// What the user says.
    pub options: Options,
}

impl Reader for Openrouter {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.has("generation_id") && !row.has("model_permaslug") {
            return Row::Foreign;
        }
        let count = |key: &str| row.count(key).unwrap_or(0);
        let counts = Counts {
            input: count("tokens_prompt"),
            output: count("tokens_completion"),
            cache_read: count("tokens_cached"),
            reasoning: count("tokens_reasoning"),
            ..Counts::default()
        };
        let Some(tokens) = tokens(Source::Openrouter.semantics(), &counts, row) else {
            return Row::Foreign;
        };
        let own_key = row.money("byok_usage_inference").unwrap_or_default();
        let logged = row.money("cost_total").and_then(|fee| fee.plus(own_key));
        let slug = row.first(&["model_permaslug", "model"]);
        let failed = row.text("finish_reason_normalized").as_deref() == Some("error");
        Record {
            at: row.time("created_at"),
            tenant: self
                .options
                .tenant(row)
                .or_else(|| row.first(&["user", "api_key_name"])),
            feature: self.options.feature(row).or_else(|| row.text("app_name")),
            model: slug.map(|name| names::model(&name)),
            provider: row
                .text("provider_name")
                .map(|name| name.to_ascii_lowercase()),
            tokens,
            status: if failed {
                Status::Failed
            } else {
                Status::Success
            },
            latency_ms: row.number("generation_time_ms"),
            ttft_ms: row.number("time_to_first_token_ms"),
            logged,
            id: row.text("generation_id").map(|id| names::id(&[&id])),
            ..Record::call()
        }
        .into()
    }
}
