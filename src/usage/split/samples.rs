//! Samples of `/metrics`.

use serde_json::{Map, Value};

use super::Broken;

/// A sample `name{label="value",...} number`; comments are `None`.
pub fn sample(text: &[u8]) -> Option<Result<Value, Broken>> {
    if text.starts_with(b"#") {
        return None;
    }
    let wrong = || Some(Err(Broken::Torn("not a sample: NAME{LABELS} VALUE".into())));
    let Ok(text) = std::str::from_utf8(text) else {
        return wrong();
    };
    let (series, rest) = match text.rfind('}') {
        Some(end) => text.split_at(end + 1),
        None => text.split_at(text.find(' ').unwrap_or(text.len())),
    };
    let (name, labels) = series.split_once('{').unwrap_or((series, ""));
    let Some(number) = rest.split_whitespace().next() else {
        return wrong();
    };
    let mut map = Map::new();
    map.insert("name".into(), name.trim().into());
    map.insert("series".into(), series.into());
    map.insert("value".into(), number.into());
    for label in labels.trim_end_matches('}').split("\",") {
        if let Some((key, value)) = label.split_once('=') {
            map.insert(
                format!("label.{}", key.trim()),
                value.trim_matches('"').into(),
            );
        }
    }
    Some(Ok(Value::Object(map)))
}
