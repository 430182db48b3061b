//! Which columns of a table of one's own hold what: `--map tenant=customer_id,input=tokens_in`.

use std::collections::BTreeMap;

use crate::diagnostic::did_you_mean;

/// What a column can hold, with the names under which it is looked for when nobody says where it is.
pub const FIELDS: &[(&str, &[&str])] = &[
    (
        "time",
        &[
            "ts_utc",
            "ts",
            "timestamp",
            "time",
            "created_at",
            "created",
            "start_time",
            "startTime",
            "date",
            "day",
            "TIMESTAMP",
        ],
    ),
    (
        "tenant",
        &[
            "tenant",
            "tenant_id",
            "customer",
            "customer_id",
            "team",
            "team_id",
        ],
    ),
    ("feature", &["feature", "use_case", "app", "service"]),
    ("prompt", &["prompt_name", "prompt_id", "prompt_template"]),
    ("prompt_version", &["prompt_version"]),
    ("model", &["model", "model_name", "model_id"]),
    ("provider", &["provider", "vendor"]),
    ("tier", &["service_tier", "tier"]),
    ("session", &["session", "session_id", "conversation_id"]),
    (
        "input",
        &["input_tokens", "prompt_tokens", "tokens_in", "input_total"],
    ),
    (
        "input_uncached",
        &["input_uncached", "uncached_input_tokens"],
    ),
    (
        "cache_read",
        &[
            "cache_read",
            "cached_tokens",
            "cached_input_tokens",
            "cache_read_tokens",
            "cache_read_input_tokens",
        ],
    ),
    (
        "cache_write",
        &[
            "cache_write",
            "cache_write_tokens",
            "cache_creation_input_tokens",
        ],
    ),
    ("cache_write_5m", &["cache_write_5m"]),
    ("cache_write_1h", &["cache_write_1h"]),
    (
        "output",
        &[
            "output_tokens",
            "completion_tokens",
            "tokens_out",
            "output_total",
        ],
    ),
    ("output_visible", &["output_visible"]),
    ("reasoning", &["reasoning", "reasoning_tokens"]),
    ("cost", &["cost_usd", "cost", "spend", "total_cost"]),
    ("latency_ms", &["latency_ms", "duration_ms"]),
    ("latency_s", &["latency_s", "duration_s"]),
    ("ttft_ms", &["ttft_ms", "time_to_first_token_ms"]),
    ("status", &["status", "http_status", "status_code"]),
    ("failed", &["failed"]),
    ("id", &["request_id"]),
    ("requests", &["requests", "num_requests"]),
];

/// What is said about counts rather than columns: `cache=outside`, `reasoning_in_output=outside`.
const WORDS: [&str; 2] = ["cache", "reasoning_in_output"];

/// A column map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    columns: BTreeMap<String, String>,
    /// Whether the cache is counted outside the input.
    pub cache_outside: bool,
    /// Whether reasoning is counted outside the output.
    pub reasoning_outside: bool,
}

impl Map {
    /// Reads `field=column,field=column`.
    ///
    /// # Errors
    /// What cannot be understood, with a hint.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut map = Self::default();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (field, column) = pair
                .split_once('=')
                .ok_or_else(|| format!("`{pair}` is not FIELD=COLUMN"))?;
            map.set(field.trim(), column.trim())?;
        }
        Ok(map)
    }

    /// Says which column holds a field.
    ///
    /// # Errors
    /// An unknown field, or a word that is neither inside nor outside.
    pub fn set(&mut self, field: &str, column: &str) -> Result<(), String> {
        if WORDS.contains(&field) {
            let outside = match column {
                "inside" => false,
                "outside" => true,
                _ => return Err(format!("`{field}` is inside or outside, not `{column}`")),
            };
            if field == "cache" {
                self.cache_outside = outside;
            } else {
                self.reasoning_outside = outside;
            }
            return Ok(());
        }
        let known: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).chain(WORDS).collect();
        if !known.contains(&field) {
            let hint = match did_you_mean(field, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", known.join(", ")),
            };
            return Err(format!("no field is named `{field}`\nhint: {hint}"));
        }
        self.columns.insert(field.to_owned(), column.to_owned());
        Ok(())
    }

    /// The column that the user named for a field.
    pub fn told(&self, field: &str) -> Option<&str> {
        self.columns.get(field).map(String::as_str)
    }

    /// The columns that the user named.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns
            .iter()
            .map(|(field, column)| (field.as_str(), column.as_str()))
    }

    /// All names under which any field is looked for.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        FIELDS.iter().flat_map(|(field, _)| self.names(field))
    }

    /// The names under which a field is looked for.
    pub fn names<'a>(&'a self, field: &str) -> Vec<&'a str> {
        if let Some(column) = self.told(field) {
            return vec![column];
        }
        let known = FIELDS.iter().find(|(name, _)| *name == field);
        known.map_or_else(Vec::new, |(_, names)| names.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_says_where_fields_are() {
        let map = Map::parse("tenant=customer_id, input=tokens.in,cache=outside").unwrap();
        assert_eq!(map.names("tenant"), ["customer_id"]);
        assert_eq!(map.names("input"), ["tokens.in"]);
        assert!(map.names("model").contains(&"model_name"));
        assert!(map.cache_outside && !map.reasoning_outside);
    }

    #[test]
    fn what_is_no_map_is_refused_with_a_hint() {
        let why = |text: &str| Map::parse(text).unwrap_err();
        assert!(why("tenants=a").contains("did you mean `tenant`?"));
        assert!(why("tenant").contains("is not FIELD=COLUMN"));
        assert!(why("cache=maybe").contains("inside or outside"));
    }
}
