//! What teams write around the body of an answer: time, tenant, feature, prompt, latency, status.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Record, Status};
use super::{Options, is_failure};

/// A record with everything that the envelope tells.
pub fn record(row: &Fields<'_>, options: &Options) -> Record {
    let metadata = row.at("metadata");
    let either = |keys: &[&str]| row.first(keys).or_else(|| metadata.first(keys));
    let tenant = either(&[
        "tenant",
        "tenant_id",
        "customer",
        "customer_id",
        "team",
        "team_id",
    ]);
    let feature = either(&["feature", "use_case"]);
    let prompt =
        either(&["prompt_name", "prompt_id", "prompt"]).filter(|name| names::is_name(name));
    let seconds = row
        .number("latency_s")
        .or_else(|| row.number("latency_seconds"));
    let times = [
        "ts",
        "timestamp",
        "time",
        "created_at",
        "start_time",
        "startTime",
        "date",
    ];
    Record {
        at: times
            .iter()
            .find(|key| row.has(key))
            .and_then(|key| row.time(key)),
        tenant: options.tenant(row).or(tenant),
        feature: options.feature(row).or(feature),
        prompt: names::prompt(prompt, either(&["prompt_version"])),
        session: either(&["session_id", "session", "conversation_id"]),
        status: status(row),
        latency_ms: row
            .number("latency_ms")
            .or_else(|| row.number("duration_ms"))
            .or(seconds.map(|s| s * 1e3)),
        ttft_ms: row
            .number("ttft_ms")
            .or_else(|| row.number("time_to_first_token_ms")),
        ..Record::call()
    }
}

fn status(row: &Fields<'_>) -> Status {
    let told = row
        .first(&["http_status", "status_code", "status"])
        .is_some_and(|text| is_failure(&text));
    let error = row.at("error");
    let failed = told || error.is_object() || error.own_text().is_some_and(|text| text != "false");
    if failed {
        Status::Failed
    } else {
        Status::Success
    }
}
