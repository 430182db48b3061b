//! Columns of a table: where a path leads, through objects, maps and JSON in text.

use serde_json::{Map, Value};

use super::sql;

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Whole numbers of up to 64 bits.
    Whole,
    /// Decimals with a scale.
    Decimal,
    /// Floating point.
    Float,
    /// Text.
    Text,
    /// An instant, or a civil time that is taken for UTC.
    Instant,
    /// A day.
    Day,
    /// True or false.
    Truth,
    /// Named parts.
    Object(Vec<(String, Type)>),
    /// Values by text.
    Map(Box<Type>),
    /// A list.
    List(Box<Type>),
    /// Nothing but null.
    Void,
    /// Anything else, by the engine's name.
    Other(String),
}

impl Type {
    /// Its name for a message.
    pub fn says(&self) -> &str {
        match self {
            Self::Whole => "a whole number",
            Self::Decimal => "a decimal",
            Self::Float => "a floating-point number",
            Self::Text => "text",
            Self::Instant => "a timestamp",
            Self::Day => "a date",
            Self::Truth => "a truth value",
            Self::Object(_) => "a struct",
            Self::Map(_) => "a map",
            Self::List(_) => "a list",
            Self::Void => "void",
            Self::Other(name) => name,
        }
    }
}

/// A column, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The path that led to it.
    pub path: String,
    /// How the engine is asked for it.
    pub sql: String,
    /// What it holds.
    pub of: Type,
}

/// Columns of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema(pub Vec<(String, Type)>);

impl Schema {
    /// The column of a name or of a path with dots.
    pub fn find(&self, path: &str) -> Option<Column> {
        let (sql, of) = inside(None, &self.0, path)?;
        Some(Column {
            path: path.to_owned(),
            sql,
            of,
        })
    }

    /// Those of the paths that lead somewhere and may hold something.
    pub fn all<S: AsRef<str>>(&self, paths: &[S]) -> Vec<Column> {
        let found = paths.iter().filter_map(|path| self.find(path.as_ref()));
        found.filter(|column| column.of != Type::Void).collect()
    }

    /// Names of the columns, for messages.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// A row of nothing under these names, to tell the source by.
    pub fn example(&self) -> Value {
        example(&self.0)
    }
}

fn example(fields: &[(String, Type)]) -> Value {
    let value = |of: &Type| match of {
        Type::Object(fields) => example(fields),
        _ => Value::Null,
    };
    let map: Map<String, Value> = fields
        .iter()
        .map(|(name, of)| (name.clone(), value(of)))
        .collect();
    Value::Object(map)
}

/// A path within an object: its field of that name, else a field and a path within it.
fn inside(object: Option<&str>, fields: &[(String, Type)], path: &str) -> Option<(String, Type)> {
    let field = |name: &str| {
        let (_, of) = fields.iter().find(|(known, _)| known == name)?;
        let sql = match object {
            Some(object) => format!("{object}.{}", sql::name(name)),
            None => sql::name(name),
        };
        Some((sql, of.clone()))
    };
    if let Some(found) = field(path) {
        return Some(found);
    }
    let dots = path.char_indices().filter(|(_, letter)| *letter == '.');
    let mut ways = dots.filter_map(|(at, _)| {
        let (sql, of) = field(&path[..at])?;
        below(&sql, &of, &path[at + 1..])
    });
    ways.next()
}

fn below(sql: &str, of: &Type, path: &str) -> Option<(String, Type)> {
    match of {
        Type::Object(fields) => inside(Some(sql), fields, path),
        Type::Map(value) => {
            let whole = format!("{sql}[{}]", sql::text(path));
            match (&**value, path.split_once('.')) {
                (Type::Object(_) | Type::Map(_), Some((key, rest))) => {
                    below(&format!("{sql}[{}]", sql::text(key)), value, rest)
                }
                _ => Some((whole, (**value).clone())),
            }
        }
        Type::Text => Some((json(sql, path), Type::Text)),
        _ => None,
    }
}

/// A path within JSON in text.
fn json(sql: &str, path: &str) -> String {
    let plain = |path: &str| {
        let keys: Vec<String> = path.split('.').map(|key| format!(".{key}")).collect();
        format!(
            "get_json_object({sql}, {})",
            sql::text(&format!("${}", keys.join("")))
        )
    };
    if !path.contains('.') {
        return plain(path);
    }
    let whole = format!(
        "get_json_object({sql}, {})",
        sql::text(&format!("$['{path}']"))
    );
    format!("coalesce({}, {whole})", plain(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let usage = Type::Object(vec![
            ("tokens".into(), Type::Whole),
            ("a.b".into(), Type::Float),
        ]);
        Schema(vec![
            ("model".into(), Type::Text),
            ("usage.model".into(), Type::Text),
            ("usage".into(), usage),
            ("attributes".into(), Type::Map(Box::new(Type::Text))),
            ("metadata".into(), Type::Text),
        ])
    }

    #[test]
    fn a_path_leads_through_objects_maps_and_json() {
        let found = |path: &str| schema().find(path).map(|column| (column.sql, column.of));
        assert_eq!(found("model"), Some(("`model`".into(), Type::Text)));
        assert_eq!(
            found("usage.model"),
            Some(("`usage.model`".into(), Type::Text))
        );
        assert_eq!(
            found("usage.tokens"),
            Some(("`usage`.`tokens`".into(), Type::Whole))
        );
        assert_eq!(
            found("usage.a.b"),
            Some(("`usage`.`a.b`".into(), Type::Float))
        );
        assert_eq!(
            found("attributes.gen_ai.usage.input_tokens"),
            Some((
                "`attributes`['gen_ai.usage.input_tokens']".into(),
                Type::Text
            ))
        );
        assert_eq!(
            found("metadata.team"),
            Some(("get_json_object(`metadata`, '$.team')".into(), Type::Text))
        );
        assert_eq!(found("usage.none"), None);
        assert_eq!(found("none"), None);
    }
}
