//! Envelopes taken off: lists, pages, buckets of reports and batches of spans become single rows.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Keys of lists that hold rows.
const LISTS: &[&str] = &[
    "data",
    "rows",
    "records",
    "items",
    "logs",
    "spend_logs",
    "observations",
    "requests",
    "result",
    "results",
];

/// Keys that only a row has: an object with one of them is no envelope.
const ROWS: &[&str] = &[
    "usage",
    "usageMetadata",
    "usage_metadata",
    "model",
    "starting_at",
    "start_time",
    "startTime",
    "request_id",
    "response",
    "events",
    "body",
    "custom_id",
];

/// Calls `each` with every row within a value.
pub fn rows(value: Value, each: &mut dyn FnMut(Value)) {
    match value {
        Value::Array(list) => list.into_iter().for_each(|value| rows(value, each)),
        Value::Object(map) if map.contains_key("resourceSpans") => spans(&map, each),
        Value::Object(map) if is_prometheus(&map) => {
            let result = map["data"].get("result").cloned().unwrap_or_default();
            rows(result, each);
        }
        Value::Object(map) if is_bucket(&map) => bucket(&map, each),
        Value::Object(mut map) if !ROWS.iter().any(|key| map.contains_key(*key)) => {
            let list = LISTS
                .iter()
                .find(|key| map.get(**key).is_some_and(Value::is_array));
            match list.and_then(|key| map.swap_remove(*key)) {
                Some(list) => rows(list, each),
                None => each(Value::Object(map)),
            }
        }
        value => each(value),
    }
}

/// An answer of Prometheus: series within `data`.
fn is_prometheus(map: &Map<String, Value>) -> bool {
    map.get("data")
        .is_some_and(|data| data.get("resultType").is_some() && data.get("result").is_some())
}

/// Whether a page of a report is the last one; none where it is no page.
pub fn is_last_page(value: &Value) -> Option<bool> {
    let more = value.get("has_more")?.as_bool()?;
    let list = value.get("data")?.as_array()?;
    let is_report = list.iter().filter_map(Value::as_object).any(is_bucket);
    (is_report || list.is_empty()).then_some(!more)
}

/// A bucket of a usage or cost report: a period and its results.
fn is_bucket(map: &Map<String, Value>) -> bool {
    let period = map.contains_key("starting_at") || map.contains_key("start_time");
    period
        && (map.get("results").is_some_and(Value::is_array)
            || map.get("result").is_some_and(Value::is_array))
}

/// Each result with the period of its bucket as `bucket_start`.
fn bucket(map: &Map<String, Value>, each: &mut dyn FnMut(Value)) {
    let start = map.get("starting_at").or_else(|| map.get("start_time"));
    let results = map.get("results").or_else(|| map.get("result"));
    for result in results.and_then(Value::as_array).into_iter().flatten() {
        if let Value::Object(result) = result {
            let mut result = result.clone();
            result.insert("bucket_start".into(), start.cloned().unwrap_or_default());
            each(Value::Object(result));
        }
    }
}

/// Each span with its attributes as an object and those of its resource beside it.
fn spans(map: &Map<String, Value>, each: &mut dyn FnMut(Value)) {
    for batch in list(map.get("resourceSpans")) {
        let resource = attributes(batch.get("resource"));
        let scopes = list(batch.get("scopeSpans"));
        for scope in scopes.chain(list(batch.get("instrumentationLibrarySpans"))) {
            for span in list(scope.get("spans")) {
                let Value::Object(span) = span else { continue };
                let mut row: Map<String, Value> = span
                    .iter()
                    .filter(|(key, _)| !matches!(key.as_str(), "attributes" | "events" | "links"))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                let own = attributes(Some(&Value::Object(span.clone())));
                row.insert("span".into(), Value::Object(own));
                row.insert("resource".into(), Value::Object(resource.clone()));
                each(Value::Object(row));
            }
        }
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// `[{"key": k, "value": {"intValue": "1"}}]` as an object; long texts (bodies) are left out.
fn attributes(of: Option<&Value>) -> Map<String, Value> {
    let mut map = Map::new();
    for pair in list(of.and_then(|of| of.get("attributes"))) {
        let (Some(key), Some(value)) = (pair.get("key").and_then(Value::as_str), pair.get("value"))
        else {
            continue;
        };
        let inner = value.as_object().and_then(|typed| typed.values().next());
        let value = match inner {
            Some(Value::String(text)) if text.len() > 1_000 => continue,
            Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => value.clone(),
            _ => continue,
        };
        map.insert(key.to_owned(), value);
    }
    map
}

/// The body of an answer within the envelopes that teams write around it, and the outermost object.
pub fn body(value: &Value) -> Cow<'_, Value> {
    let mut inner = value;
    for key in ["response", "body", "response_body", "output", "completion"] {
        let is_body =
            |value: &Value| value.get("usage").is_some() || value.get("usageMetadata").is_some();
        if is_body(inner) {
            break;
        }
        if let Some(next) = inner
            .get(key)
            .filter(|next| next.is_object() || next.is_string())
        {
            match next {
                Value::String(text) => match serde_json::from_str(text) {
                    Ok(value) => return Cow::Owned(value),
                    Err(_) => break,
                },
                next => inner = next,
            }
        }
    }
    Cow::Borrowed(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn all(value: Value) -> Vec<Value> {
        let mut list = Vec::new();
        rows(value, &mut |row| list.push(row));
        list
    }

    #[test]
    fn lists_pages_and_buckets_become_rows() {
        assert_eq!(all(json!([{"a": 1}, [{"a": 2}]])).len(), 2);
        assert_eq!(
            all(json!({"data": [{"a": 1}], "has_more": false})),
            [json!({"a": 1})]
        );
        let page =
            json!({"data": [{"start_time": 5, "results": [{"model": "m"}, {"model": "n"}]}]});
        assert_eq!(all(page)[1], json!({"model": "n", "bucket_start": 5}));
        let body = json!({"object": "list", "data": [1], "model": "m", "usage": {}});
        assert_eq!(all(body.clone()), [body]);
    }

    #[test]
    fn a_span_carries_its_attributes_and_those_of_its_resource() {
        let batch = json!({"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]},
            "scopeSpans": [{"spans": [
                {"spanId": "1", "attributes": [{"key": "n", "value": {"intValue": "7"}}]}]}]}]});
        let expected =
            json!({"spanId": "1", "span": {"n": "7"}, "resource": {"service.name": "s"}});
        assert_eq!(all(batch), [expected]);
    }
}
