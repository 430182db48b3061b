//! Which source a log comes from, by what stands in its rows.

use serde_json::Value;

use super::semantics::Source;

/// Keys (or paths with dots) of which all must be there, or none that begins with `!`.
type Keys = &'static [&'static str];

/// Marks of sources, the surest first. A CSV is known by the same names as JSON.
const MARKS: &[(Source, Keys)] = &[
    (Source::Otlp, &["traceId", "spanId", "span"]),
    (Source::Vllm, &["series", "value", "name"]),
    (Source::Vllm, &["metric", "values"]),
    (Source::Vllm, &["metric", "value"]),
    (Source::Bedrock, &["modelId", "requestId", "input"]),
    (Source::Bedrock, &["modelId", "schemaType"]),
    (Source::OpenaiBatch, &["custom_id", "response"]),
    (Source::OpenaiBatch, &["custom_id", "error"]),
    (Source::LitellmStandard, &["response_cost", "call_type"]),
    (Source::LitellmStandard, &["hidden_params", "startTime"]),
    (Source::Litellm, &["request_id", "startTime", "spend"]),
    (Source::Litellm, &["request_id", "call_type"]),
    (Source::Litellm, &["startTime", "spend", "models"]),
    (Source::Litellm, &["api_requests", "spend", "date"]),
    (Source::Langfuse, &["traceId", "type", "startTime"]),
    (Source::Langfuse, &["trace_id", "type", "start_time"]),
    (Source::Helicone, &["request_created_at"]),
    (Source::Helicone, &["request_id", "response_status"]),
    (Source::Openrouter, &["generation_id", "tokens_prompt"]),
    (
        Source::AnthropicConsole,
        &["usage_date_utc", "model_version"],
    ),
    (
        Source::AnthropicCost,
        &["bucket_start", "amount", "!amount.value"],
    ),
    (
        Source::AnthropicUsage,
        &["bucket_start", "uncached_input_tokens"],
    ),
    (Source::OpenaiCosts, &["bucket_start", "amount.value"]),
    (Source::OpenaiUsage, &["bucket_start", "input_tokens"]),
    (Source::Deepseek, &["start_time_iso", "type", "amount"]),
    (Source::Deepseek, &["start_time_iso", "wallet_type", "cost"]),
    (Source::Apim, &["TimeGenerated", "PromptTokens"]),
    (Source::Apim, &["TimeGenerated [UTC]", "PromptTokens"]),
    (Source::Apim, &["CorrelationId", "PromptTokens"]),
    (Source::OpenaiDashboard, &["start_time_iso", "end_time_iso"]),
    (Source::Focus, &["ChargeCategory", "ChargePeriodStart"]),
    (Source::ClaudeCode, &["type", "sessionId"]),
    (Source::ClaudeCode, &["type", "uuid", "message"]),
    (Source::ClaudeCode, &["type", "leafUuid"]),
    (Source::Codex, &["type", "payload"]),
    (Source::AzureTrace, &["TIMESTAMP", "ContextTokens"]),
    (Source::Burstgpt, &["Timestamp", "Request tokens"]),
    (
        Source::Mooncake,
        &["timestamp", "input_length", "output_length"],
    ),
];

/// The source that a row is from, where its marks say so.
pub fn source(row: &Value) -> Option<Source> {
    let has = |path: &str| {
        row.get(path).is_some()
            || path
                .split('.')
                .try_fold(row, |value, key| value.get(key))
                .is_some()
    };
    let all = |keys: Keys| {
        keys.iter().all(|key| match key.strip_prefix('!') {
            Some(absent) => !has(absent),
            None => has(key),
        })
    };
    let marked = MARKS
        .iter()
        .find(|(_, keys)| all(keys))
        .map(|(source, _)| *source);
    marked.or_else(|| super::read::body_of(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_is_known_by_its_keys() {
        for (row, expected) in [
            (
                json!({"request_id": "a", "startTime": 1, "spend": 0}),
                Some(Source::Litellm),
            ),
            (
                json!({"bucket_start": 1, "amount": {"value": 1}}),
                Some(Source::OpenaiCosts),
            ),
            (
                json!({"bucket_start": 1, "amount": "1.5"}),
                Some(Source::AnthropicCost),
            ),
            (
                json!({"TIMESTAMP": "", "ContextTokens": "", "GeneratedTokens": ""}),
                Some(Source::AzureTrace),
            ),
            (json!({"customer": "a"}), None),
            (json!(7), None),
        ] {
            assert_eq!(source(&row), expected, "{row}");
        }
    }
}
