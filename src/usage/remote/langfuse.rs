//! Tables of Langfuse's observations: the counterpart of `read::langfuse`, whose rules stand there.

use super::super::read::langfuse::OWN;
use super::super::semantics::{Part, Source};
use super::call::{Asked, Call, Counts, plus};
use super::schema::{Column, Schema, Type};
use super::sql;
use super::value;
use super::{money, time};

/// What a row means.
///
/// # Errors
/// A table that is none of Langfuse's.
pub fn call(asked: &Asked<'_>) -> Result<Call, String> {
    let schema = asked.schema;
    if schema.find("id").is_none() || !OWN.iter().any(|path| schema.find(path).is_some()) {
        return Err(format!(
            "not a table of langfuse; there are: {}",
            schema.names().join(", ")
        ));
    }
    let mut call = Call::empty();
    let steps = &mut call.steps;
    let kind = value::first_text(&schema.all(&["type"]), steps);
    call.not_billable = Some(format!(
        "coalesce(upper({kind}) NOT IN ('GENERATION', 'EMBEDDING'), false)"
    ));
    let level = value::first_text(&schema.all(&["level"]), steps);
    call.failed = format!("coalesce({level} = 'ERROR', false)");
    let id = value::first_text(&schema.all(&["id"]), steps);
    call.wrong
        .push(("not a row of langfuse".into(), format!("{id} IS NULL")));
    call.id = Some(id);
    who(&mut call, asked);
    usage(&mut call, asked);
    when(&mut call, schema);
    logged(&mut call, schema);
    Ok(call)
}

fn who(call: &mut Call, asked: &Asked<'_>) {
    let (schema, options) = (asked.schema, asked.options);
    let steps = &mut call.steps;
    let tags = schema.find("traceTags").or_else(|| schema.find("tags"));
    let mut purpose = |keys: &[String], tag: &str, then: &[&str]| {
        let own = value::first_text(&schema.all(keys), steps);
        let tagged = tags
            .as_ref()
            .and_then(|tags| super::keys::tagged(tags, tag));
        let tagged = tagged.map_or_else(|| "NULL".into(), |sql| steps.a.put(sql));
        let mut found = schema.all(&[format!("metadata.{tag}")]);
        found.extend(schema.all(then));
        let rest = value::first_text(&found, steps);
        steps.c.put(format!("coalesce({own}, {tagged}, {rest})"))
    };
    call.tenant = purpose(&options.tenant_keys, "tenant", &["userId", "user_id"]);
    let names = ["traceName", "trace_name", "name"];
    call.feature = purpose(&options.feature_keys, "feature", &names);
    let mut text = |paths: &[&str]| value::first_text(&schema.all(paths), steps);
    call.prompt = text(&["promptName", "prompt_name"]);
    call.prompt_version = text(&["promptVersion", "prompt_version"]);
    call.model = text(&["model", "providedModelName"]);
    call.tier = text(&["modelParameters.service_tier"]);
    call.session = text(&["sessionId", "session_id", "traceId", "trace_id"]);
}

/// Which bucket a key of the details belongs to, by the words in it; the order decides.
const KINDS: [(&str, &str); 5] = [
    ("write", "(creation|write)"),
    ("read", "cache"),
    ("reasoning", "(reasoning|thought|thinking)"),
    ("input", "(input|prompt)"),
    ("output", "(output|completion)"),
];

/// The condition that a key `k` is of a kind.
fn is_of(kind: &str) -> String {
    let at = KINDS
        .iter()
        .position(|(name, _)| *name == kind)
        .unwrap_or(0);
    let not: Vec<String> = KINDS[..at]
        .iter()
        .map(|(_, words)| format!("NOT k RLIKE '{words}'"))
        .collect();
    let mut all = vec![
        "k <> 'total'".to_owned(),
        format!("k RLIKE '{}'", KINDS[at].1),
    ];
    all.extend(not);
    all.join(" AND ")
}

/// Details as counts by key.
fn details(call: &mut Call, column: &Column) -> Option<String> {
    let sql = &column.sql;
    match &column.of {
        Type::Map(_) => Some(
            call.steps
                .a
                .put(format!("CAST({sql} AS MAP<STRING, BIGINT>)")),
        ),
        Type::Text => Some(
            call.steps
                .a
                .put(format!("from_json({sql}, 'map<string,bigint>')")),
        ),
        Type::Object(fields) if !fields.is_empty() => {
            let pairs: Vec<String> = fields
                .iter()
                .filter(|(_, of)| matches!(of, Type::Whole))
                .map(|(key, _)| format!("{}, {sql}.{}", sql::text(key), sql::name(key)))
                .collect();
            let map = format!(
                "CASE WHEN {sql} IS NOT NULL THEN map({}) END",
                pairs.join(", ")
            );
            Some(call.steps.a.put(map))
        }
        _ => None,
    }
}

fn usage(call: &mut Call, asked: &Asked<'_>) {
    let (schema, width) = (asked.schema, asked.width);
    let paths = ["usageDetails", "usage_details", "providedUsageDetails"];
    let columns = schema.all(&paths);
    let maps: Vec<String> = columns
        .iter()
        .filter_map(|column| details(call, column))
        .map(|map| format!("CASE WHEN size({map}) > 0 THEN {map} END"))
        .collect();
    let map = (!maps.is_empty()).then(|| call.steps.b.put(sql::first(&maps)));
    let mut plain =
        |paths: &[&str]| call.counted(paths[0], &schema.all(paths), width, value::first_count);
    let input = plain(&["inputUsage", "promptTokens", "usage.input"]);
    let output = plain(&["outputUsage", "completionTokens", "usage.output"]);
    let whole = plain(&["totalUsage", "totalTokens", "usage.total"]);
    let mut of = |condition: &str, plain: Option<&String>| {
        let plain = plain.map_or_else(|| "0".to_owned(), |sql| format!("coalesce({sql}, 0)"));
        let Some(map) = &map else {
            return plain;
        };
        let values = format!("map_values(map_filter({map}, (k, v) -> {condition}))");
        let sum = format!("aggregate({values}, CAST(0 AS BIGINT), (s, v) -> s + coalesce(v, 0))");
        let sum = call.steps.c.put(sum);
        format!("CASE WHEN {map} IS NOT NULL THEN {sum} ELSE {plain} END")
    };
    let write = is_of("write");
    let of_kind = |side: &str, kind: &str| format!("{} AND k RLIKE '(?i){kind}'", is_of(side));
    let still = |side: &str| format!("{} AND NOT k RLIKE '(?i)audio'", of_kind(side, "image"));
    let counts = Counts {
        input: of(&is_of("input"), input.as_ref()),
        output: of(&is_of("output"), output.as_ref()),
        cache_read: of(&is_of("read"), None),
        reasoning: of(&is_of("reasoning"), None),
        write_5m: of(&format!("{write} AND k LIKE '%5m%'"), None),
        write_1h: of(
            &format!("{write} AND NOT k LIKE '%5m%' AND k LIKE '%1h%'"),
            None,
        ),
        write_unknown: of(
            &format!("{write} AND NOT k LIKE '%5m%' AND NOT k LIKE '%1h%'"),
            None,
        ),
        audio_input: of(&of_kind("input", "audio"), None),
        audio_output: of(&of_kind("output", "audio"), None),
        image_input: of(&still("input"), None),
        image_output: of(&still("output"), None),
    };
    let total = match (&map, whole) {
        (Some(map), whole) => {
            let whole = whole.unwrap_or_else(|| "NULL".into());
            format!("CASE WHEN {map} IS NOT NULL THEN {map}['total'] ELSE {whole} END")
        }
        (None, Some(whole)) => whole,
        (None, None) => "CAST(NULL AS BIGINT)".into(),
    };
    if let Some(map) = &map {
        let negative = format!("size(map_filter({map}, (k, v) -> v < 0)) > 0");
        call.wrong
            .push(("a count of the details is negative".into(), negative));
        let huge = format!(
            "size(map_filter({map}, (k, v) -> v > {})) > 0",
            value::NARROW
        );
        if width == value::Width::Narrow {
            call.huge.push(huge);
        }
    }
    settle(call, &counts, &total);
}

/// Where the total is the sum of input and output alone, all parts are inside.
fn settle(call: &mut Call, counts: &Counts, total: &str) {
    let whole = plus(&[&counts.input, &counts.output]);
    let parts = plus(&[&counts.cache_read, &counts.written(), &counts.reasoning]);
    let all = plus(&[&whole, &parts]);
    let inside = call.steps.d.put(format!(
        "coalesce({parts} > 0 AND {total} = {whole}, false)"
    ));
    call.mismatched = Some(format!("coalesce({total} > 0 AND {total} <> {all}, false)"));
    let semantics = *Source::Langfuse.semantics();
    let mut told = semantics.told(true);
    told.reasoning = Part::Inside;
    call.count(&told, counts);
    let insides = std::mem::take(&mut call.buckets);
    for (_, wrong) in call.wrong.iter_mut().rev().take(2) {
        if wrong.ends_with(" < 0") {
            *wrong = format!("({inside} AND {wrong})");
        }
    }
    call.count(&semantics, counts);
    for ((_, outside), (_, within)) in call.buckets.iter_mut().zip(insides) {
        if *outside != within {
            *outside = format!("CASE WHEN {inside} THEN {within} ELSE {outside} END");
        }
    }
}

fn when(call: &mut Call, schema: &Schema) {
    let mut at = |paths: &[&str]| {
        let read = time::instant(&schema.all(paths), &mut call.steps);
        call.take(&format!("`{}` is not a time", paths[0]), read)
    };
    let start = at(&["startTime", "start_time"]);
    let end = at(&["endTime", "end_time"]);
    call.time = call.steps.d.put(start.clone());
    call.dated = schema
        .find("startTime")
        .or_else(|| schema.find("start_time"));
    let mut seconds = |path: &str| {
        let read = value::number(&schema.all(&[path]), &mut call.steps);
        call.take(&format!("`{path}` is not a number"), read)
    };
    let own = seconds("latency");
    seconds("timeToFirstToken");
    let took = format!("({end}) - ({start})");
    call.backwards = Some(format!("coalesce(({own}) IS NULL AND {took} < 0, false)"));
    let between = format!("CASE WHEN {took} >= 0 THEN ({took}) / 1e3 END");
    call.latency = call.tenths(&format!("coalesce(({own}) * 1e3, {between})"));
}

fn logged(call: &mut Call, schema: &Schema) {
    let mut amount = |paths: &[&str]| {
        let read = money::amount(&schema.all(paths), &mut call.steps);
        let value = call.take(&format!("`{}` is not an amount", paths[0]), read);
        call.steps.d.put(value)
    };
    let total = amount(&["costDetails.total"]);
    let whole = amount(&["totalCost", "total_cost", "calculatedTotalCost"]);
    let cost = format!("coalesce({total}, {whole})");
    let used = call.tokens(|_| true);
    call.logged = format!("CASE WHEN {cost} <> 0 OR {used} = 0 THEN {cost} END");
}
