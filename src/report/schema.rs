//! JSON Schema (draft 2020-12) of scenario and catalog files, for editors; made from their [`Key`]s.

use serde_json::{Map, Value, json};

use crate::catalog::CatalogFile;
use crate::input::SHAPES;
use crate::scenario::file::ScenarioFile;
use crate::table::{Key, Kind, SIZE_KEYS};

/// Schema of scenario files.
pub fn scenario() -> Value {
    file(
        "llmcost scenario",
        "What each way to supply an LLM workload costs.",
        ScenarioFile::KEYS,
    )
}

/// Schema of catalog files.
pub fn catalog() -> Value {
    file(
        "llmcost catalog",
        "Dated facts that beat the built-in ones of the same id.",
        CatalogFile::KEYS,
    )
}

fn file(title: &str, says: &str, keys: &[Key]) -> Value {
    let mut shared = Shared::default();
    let body = table(keys, &mut shared);
    let mut schema = Map::new();
    schema.insert(
        "$schema".into(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".into(), json!(title));
    schema.insert("description".into(), json!(says));
    if let Value::Object(body) = body {
        schema.extend(body);
    }
    shared.0.push(("interval".into(), interval()));
    shared.0.push(("distribution".into(), distribution()));
    schema.insert(
        "$defs".into(),
        Value::Object(shared.0.into_iter().collect()),
    );
    Value::Object(schema)
}

/// Tables that several keys hold, each written once.
#[derive(Default)]
struct Shared(Vec<(String, Value)>);

impl Shared {
    /// A reference to a table; tables that are equal share one definition.
    fn refer(&mut self, name: &str, table: Value) -> Value {
        if let Some((known, _)) = self.0.iter().find(|(_, known)| *known == table) {
            return json!({ "$ref": format!("#/$defs/{known}") });
        }
        let taken = |name: &str| self.0.iter().any(|(known, _)| known == name);
        let mut free = name.to_owned();
        while taken(&free) {
            free.push('_');
        }
        let reference = json!({ "$ref": format!("#/$defs/{free}") });
        self.0.push((free, table));
        reference
    }
}

fn table(keys: &[Key], shared: &mut Shared) -> Value {
    let required: Vec<&str> = keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| (key.name.to_owned(), property(key, shared)))
        .collect();
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    schema.insert("additionalProperties".into(), json!(false));
    Value::Object(schema)
}

fn property(key: &Key, shared: &mut Shared) -> Value {
    let mut schema = Map::new();
    schema.insert("description".into(), json!(description(key)));
    if let Some(default) = default(key) {
        schema.insert("default".into(), default);
    }
    if let Value::Object(shape) = shape(key, shared) {
        schema.extend(shape);
    }
    Value::Object(schema)
}

/// The sentence, the unit, and the default where it is not a plain value.
fn description(key: &Key) -> String {
    let mut text = key.says.to_owned();
    if !key.unit.is_empty() {
        text.push_str(&format!(" [{}]", key.unit));
    }
    if !key.default.is_empty() {
        text.push_str(&format!(" Default: {}.", key.default));
    }
    text
}

/// The default as a value, where the reference's text is one.
fn default(key: &Key) -> Option<Value> {
    let text = key.default.replace('_', "");
    match key.kind {
        Kind::Number | Kind::Size => text.parse::<f64>().ok().map(|number| json!(number)),
        Kind::Count => text.parse::<u32>().ok().map(|number| json!(number)),
        Kind::Flag => text.parse::<bool>().ok().map(|flag| json!(flag)),
        Kind::Choice(words) | Kind::ChoiceOrTables(words, _) => {
            words.contains(&key.default).then(|| json!(key.default))
        }
        _ => None,
    }
}

fn shape(key: &Key, shared: &mut Shared) -> Value {
    match key.kind {
        Kind::Number => uncertain(key),
        Kind::Count => limited("integer", key),
        Kind::Text | Kind::File => text(),
        Kind::Date => json!({ "type": "string", "pattern": DATE }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Size => size(key),
        Kind::Numbers => {
            json!({ "type": "array", "items": uncertain(key), "minItems": 1 })
        }
        Kind::Texts => json!({ "type": "array", "items": text() }),
        Kind::Table(keys) => {
            let table = table(keys, shared);
            shared.refer(key.name, table)
        }
        Kind::Tables(keys) => tables(key.name, keys, shared),
        Kind::ChoiceOrTables(words, keys) => {
            let mut mix = tables(key.name, keys, shared);
            mix["minItems"] = json!(1);
            json!({ "anyOf": [{ "enum": words }, mix] })
        }
        Kind::FilesOrTables(keys) => {
            let paths = json!({ "type": "array", "items": text(), "minItems": 1 });
            let mut points = tables(key.name, keys, shared);
            points["minItems"] = json!(1);
            json!({ "anyOf": [text(), paths, points] })
        }
    }
}

fn tables(name: &str, keys: &[Key], shared: &mut Shared) -> Value {
    let table = table(keys, shared);
    json!({ "type": "array", "items": shared.refer(name, table) })
}

fn text() -> Value {
    json!({ "type": "string", "pattern": "\\S" })
}

const DATE: &str = "^\\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?$";

/// A number inside the limits of a key.
fn limited(kind: &str, key: &Key) -> Value {
    let (least, high) = key.limits;
    let low = if key.plausible > 0.0 {
        least.max(key.plausible)
    } else {
        least
    };
    let mut schema = Map::new();
    schema.insert("type".into(), json!(kind));
    if low.is_finite() {
        let above = key.above && low == least;
        let name = if above { "exclusiveMinimum" } else { "minimum" };
        schema.insert(name.into(), json!(low));
    }
    if high.is_finite() {
        schema.insert("maximum".into(), json!(high));
    }
    Value::Object(schema)
}

/// A number, or what is known about it.
fn uncertain(key: &Key) -> Value {
    let mut shapes = vec![
        limited("number", key),
        json!({ "$ref": "#/$defs/interval" }),
        json!({ "$ref": "#/$defs/distribution" }),
    ];
    // What is implausible just above zero may still be free.
    if key.plausible > 0.0 && key.limits.0 <= 0.0 && !key.above {
        shapes.push(json!({ "const": 0 }));
    }
    json!({ "anyOf": shapes })
}

/// A number, what is known about it, or how requests differ.
fn size(key: &Key) -> Value {
    let properties: Map<String, Value> = SIZE_KEYS
        .iter()
        .map(|key| (key.name.to_owned(), uncertain(key)))
        .collect();
    let mut schema = uncertain(key);
    if let Some(Value::Array(shapes)) = schema.get_mut("anyOf") {
        shapes.push(json!({
            "type": "object",
            "properties": properties,
            "required": ["mean"],
            "not": { "required": ["p95", "cv"] },
            "additionalProperties": false,
        }));
    }
    schema
}

fn interval() -> Value {
    let number = "[-+]?[0-9_]*\\.?[0-9_]+([eE][-+]?[0-9]+)?";
    json!({
        "description": "A 90 % interval: \"low to high\".",
        "type": "string",
        "pattern": format!("^\\s*{number}\\s* to \\s*{number}\\s*$"),
    })
}

fn distribution() -> Value {
    let shapes: Vec<Value> = SHAPES
        .iter()
        .map(|(name, parameters)| named(name, parameters))
        .collect();
    json!({ "description": "A distribution of what the number may be.", "anyOf": shapes })
}

fn named(name: &str, parameters: &[&str]) -> Value {
    let list = name == "discrete";
    let number = json!({ "type": "number" });
    let parameter = if list {
        json!({ "type": "array", "items": number })
    } else {
        number
    };
    let mut properties = Map::new();
    properties.insert("dist".into(), json!({ "const": name }));
    properties.extend(
        parameters
            .iter()
            .map(|key| ((*key).to_owned(), parameter.clone())),
    );
    if name == "beta" {
        properties.extend(["min", "max"].map(|key| (key.to_owned(), parameter.clone())));
    }
    let needed = if list { &parameters[..1] } else { parameters };
    let required: Vec<&str> = std::iter::once("dist")
        .chain(needed.iter().copied())
        .collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{number, share};

    #[test]
    fn limits_and_plain_defaults_become_schema_words() {
        let key = share("Load.").positive().or("0.8").named("load");
        let schema = property(&key, &mut Shared::default());
        assert_eq!(
            schema["anyOf"][0],
            json!({ "type": "number", "exclusiveMinimum": 0.0, "maximum": 1.0 })
        );
        assert_eq!(schema["default"], json!(0.8));
        assert_eq!(schema["description"], "Load. Default: 0.8.");
    }

    #[test]
    fn a_magnitude_guard_admits_zero_and_what_is_plausible() {
        let key = number("USD/Mtok", "Price.")
            .plausible_from(0.0005)
            .between(0.0, 1000.0)
            .named("price");
        let shapes = property(&key, &mut Shared::default())["anyOf"].clone();
        let least = json!({ "type": "number", "minimum": 0.0005, "maximum": 1000.0 });
        assert_eq!((&shapes[0], &shapes[3]), (&least, &json!({ "const": 0 })));
    }

    #[test]
    fn a_default_in_words_stays_in_the_description() {
        let key = number("USD/h", "Price.").or("the catalog's").named("price");
        let schema = property(&key, &mut Shared::default());
        assert_eq!(schema.get("default"), None);
        assert_eq!(
            schema["description"],
            "Price. [USD/h] Default: the catalog's."
        );
    }

    #[test]
    fn equal_tables_share_a_definition_and_others_of_the_name_do_not() {
        let mut shared = Shared::default();
        let first = shared.refer("staff", json!({ "a": 1 }));
        assert_eq!(shared.refer("people", json!({ "a": 1 })), first);
        assert_ne!(shared.refer("staff", json!({ "a": 2 })), first);
        assert_eq!(shared.0.len(), 2);
    }
}
