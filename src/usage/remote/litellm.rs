//! Tables of LiteLLM's spend logs and payloads: the counterpart of `read::litellm`, whose rules stand there.

use super::call::{Asked, Call, Counts};
use super::schema::{Column, Schema};
use super::sql;
use super::value;
use super::{keys, money, time};

/// Where LiteLLM keeps what a provider told.
const USAGE: [&str; 2] = ["metadata.usage_object", "metadata.additional_usage_values"];

/// Columns of paths within what a provider told.
fn told(schema: &Schema, paths: &[&str]) -> Vec<Column> {
    let all: Vec<String> = USAGE
        .iter()
        .flat_map(|usage| paths.iter().map(move |path| format!("{usage}.{path}")))
        .collect();
    schema.all(&all)
}

/// What a row means.
///
/// # Errors
/// A table that is none of LiteLLM's.
pub fn call(asked: &Asked<'_>) -> Result<Call, String> {
    let schema = asked.schema;
    if schema.find("api_requests").is_some() {
        return Err("sums over days, not calls: the table of spend logs is needed".into());
    }
    let own = ["spend", "call_type", "response_cost", "litellm_call_id"];
    let ids = schema.all(&["litellm_call_id", "request_id", "id"]);
    if ids.is_empty() || schema.all(&own).is_empty() {
        return Err(format!(
            "not a table of {}; there are: {}",
            asked.source.name(),
            schema.names().join(", ")
        ));
    }
    let mut call = Call::empty();
    who(&mut call, asked);
    let total = tokens(&mut call, asked);
    when(&mut call, schema);
    outcome(&mut call, schema, &total);
    let id = value::first_text(&ids, &mut call.steps);
    let nameless = format!("{id} IS NULL");
    // An attempt that was billed before the one that answered is a call of its own, and so is one that failed.
    let attempt = schema.all(&["metadata.billed_retry_attempt"]);
    let attempt = match value::first_text(&attempt, &mut call.steps) {
        none if none == "NULL" => "''".to_owned(),
        attempt => format!("coalesce({attempt}, '')"),
    };
    call.attempt(&[&id, &attempt]);
    let why = format!("not a row of {}", asked.source.name());
    call.wrong.push((why, nameless));
    Ok(call)
}

fn who(call: &mut Call, asked: &Asked<'_>) {
    let (schema, options) = (asked.schema, asked.options);
    let steps = &mut call.steps;
    let mut text = |paths: &[&str]| value::first_text(&schema.all(paths), steps);
    call.model = text(&["model", "model_group"]);
    call.provider = format!("lower({})", text(&["custom_llm_provider"]));
    call.tier = text(&["metadata.usage_object.service_tier"]);
    call.session = text(&["session_id", "trace_id"]);
    let team = text(&[
        "metadata.user_api_key_team_alias",
        "team_alias",
        "team_id",
        "metadata.user_api_key_team_id",
        "end_user",
    ]);
    // `names::tenant`, which leaves a prefix that is the whole name.
    let prefix = "^(team-|team_|proj_|wrkspc_)";
    let team = format!(
        "CASE WHEN {team} RLIKE '{prefix}.' THEN regexp_replace({team}, '{prefix}', '') ELSE {team} END"
    );
    let own = value::first_text(&schema.all(&options.tenant_keys), steps);
    call.tenant = steps.c.put(format!("coalesce({own}, {team})"));
    let tags = schema.find("request_tags");
    let mut purpose = |keys: &[String], path: &str, tag: &str| {
        let mut found = schema.all(keys);
        found.extend(schema.all(&[path]));
        let noted = value::first_text(&found, steps);
        let tagged = tags.as_ref().and_then(|tags| keys::tagged(tags, tag));
        let tagged = tagged.map_or_else(|| "NULL".into(), |sql| steps.a.put(sql));
        steps.c.put(format!("coalesce({noted}, {tagged})"))
    };
    let notes = "metadata.spend_logs_metadata";
    call.feature = purpose(
        &options.feature_keys,
        &format!("{notes}.feature"),
        "feature",
    );
    let noted = value::first_text(&schema.all(&[format!("{notes}.prompt")]), &mut call.steps);
    let version = schema.all(&[format!("{notes}.prompt_version")]);
    let version = value::first_text(&version, &mut call.steps);
    // A tag names its version itself.
    let tagged = tags.as_ref().and_then(|tags| keys::tagged(tags, "prompt"));
    let tagged = tagged.map_or_else(|| "NULL".into(), |sql| call.steps.a.put(sql));
    call.prompt = format!("coalesce({noted}, {tagged})");
    call.prompt_version = format!("CASE WHEN {noted} IS NOT NULL THEN {version} END");
}

/// Buckets; gives all tokens of the row.
fn tokens(call: &mut Call, asked: &Asked<'_>) -> String {
    let (schema, width) = (asked.schema, asked.width);
    let mut most = |what: &str, paths: &[&str]| {
        call.counted(what, &told(schema, paths), width, value::most_count)
    };
    let or_zero = |part: Option<String>| {
        part.map_or_else(|| "0".to_owned(), |sql| format!("coalesce({sql}, 0)"))
    };
    let (prompt, answer) = ("prompt_tokens_details", "completion_tokens_details");
    let mut counts = Counts {
        cache_read: or_zero(most(
            "cached_tokens",
            &[
                &format!("{prompt}.cached_tokens"),
                "cache_read_input_tokens",
            ],
        )),
        reasoning: or_zero(most(
            "reasoning_tokens",
            &[&format!("{answer}.reasoning_tokens")],
        )),
        audio_input: or_zero(most("audio_tokens", &[&format!("{prompt}.audio_tokens")])),
        audio_output: or_zero(most("audio_tokens", &[&format!("{answer}.audio_tokens")])),
        ..Counts::default()
    };
    let written = [
        &format!("{prompt}.cache_creation_tokens"),
        &format!("{prompt}.cache_write_tokens"),
        "cache_creation_input_tokens",
    ];
    let written = most("cache_creation_tokens", &written);
    let mut time = |kind: &str| {
        let paths = [
            format!("{prompt}.cache_creation_token_details.{kind}"),
            format!("cache_creation_token_details.{kind}"),
            format!("cache_creation.{kind}"),
        ];
        most(kind, &[&paths[0], &paths[1], &paths[2]])
    };
    let five = time("ephemeral_5m_input_tokens");
    let hour = time("ephemeral_1h_input_tokens");
    counts.write(written, five, hour);
    let mut whole = |path: &str| {
        let columns = schema.all(&[path.to_owned(), format!("{}.{path}", USAGE[0])]);
        or_zero(call.counted(path, &columns, width, value::first_count))
    };
    counts.input = whole("prompt_tokens");
    counts.output = whole("completion_tokens");
    call.count(asked.source.semantics(), &counts);
    let total = call.tokens(|_| true);
    let columns = schema.all(&["total_tokens"]);
    if let Some(whole) = call.counted("total_tokens", &columns, width, value::first_count) {
        call.mismatched = Some(format!("{whole} > 0 AND {whole} <> {total}"));
    }
    total
}

fn when(call: &mut Call, schema: &Schema) {
    let mut at = |path: &str| {
        let read = time::instant(&schema.all(&[path]), &mut call.steps);
        call.take(&format!("`{path}` is not a time"), read)
    };
    let (start, end) = (at("startTime"), at("endTime"));
    let first = at("completionStartTime");
    call.time = call.steps.d.put(start.clone());
    call.dated = schema.find("startTime");
    let took = format!("({end}) - ({start})");
    let wait = format!("(({first}) < ({start}) AND coalesce(({first}) <> ({end}), true))");
    let own = value::number(&schema.all(&["request_duration_ms"]), &mut call.steps);
    let own = call.take("`request_duration_ms` is not a number", own);
    let late = format!("(({own}) IS NULL AND {took} < 0)");
    call.backwards = Some(sql::any(&[wait, late]));
    let between = format!("CASE WHEN {took} >= 0 THEN ({took}) / 1e3 END");
    call.latency = call.tenths(&format!("coalesce({own}, {between})"));
}

fn outcome(call: &mut Call, schema: &Schema, total: &str) {
    let steps = &mut call.steps;
    let status = value::first_text(&schema.all(&["status", "metadata.status"]), steps);
    call.failed = steps.c.put(format!(
        "coalesce({status} IN ('failure', 'failed', 'error'), false)"
    ));
    let hit = value::flag(&schema.all(&["cache_hit"]), steps);
    let request = value::first_text(&schema.all(&["request_id"]), steps);
    let marked = format!("{request} LIKE '%\\\\_cache\\\\_hit%'");
    let hit = steps.c.put(sql::any(&[hit, marked]));
    call.cache_hit = Some(hit.clone());
    let mut amount = |paths: &[&str]| {
        let read = money::amount(&schema.all(paths), &mut call.steps);
        let value = call.take(&format!("`{}` is not an amount", paths[0]), read);
        call.steps.d.put(value)
    };
    let spend = amount(&["spend", "response_cost"]);
    let parts = [
        amount(&["metadata.cost_breakdown.total_cost"]),
        amount(&["cost_breakdown.total_cost"]),
    ];
    let parts = parts.map(|part| format!("nullif({part}, 0)"));
    call.logged = format!(
        "CASE WHEN {hit} THEN CAST(0 AS DECIMAL(30, 0)) \
         WHEN {total} > 0 AND coalesce({spend}, 0) = 0 THEN {} ELSE {spend} END",
        sql::first(&parts)
    );
    // What the proxy's own cache answered was not bought: also where such rows are kept they have no tokens.
    for (_, tokens) in &mut call.buckets {
        *tokens = format!("CASE WHEN {hit} THEN 0 ELSE {tokens} END");
    }
}
