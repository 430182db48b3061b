//! JSON text as the same tree as TOML, for files that other programs write: model configurations and
//! results of benchmarks.

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Entry, Node, Value, place, shift};
use crate::diagnostic::Problem;

/// Reads a JSON text that is registered in the sources. `null` reads as a key that is not there.
///
/// # Errors
/// Where and why it is no JSON.
pub fn parse_json(text: &str, source: u16) -> Result<Node, Problem> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict());
    let problem = |range: Range, why: &str| {
        let place = place(source, &(range.start..range.end));
        Problem::new(place, format!("not valid JSON: {why}"))
    };
    match parsed {
        Ok(parsed) => match parsed.value.as_ref().and_then(|it| convert(it, source)) {
            Some(node) => Ok(node),
            None => Err(problem(Range::new(0, 0), "the file holds no value")),
        },
        Err(error) => {
            let torn = problem(error.range(), &decapitalized(&error));
            let at_end = text.get(error.range().start..);
            let at_end = at_end.is_none_or(|rest| rest.trim().is_empty());
            Err(if at_end || torn.message.contains("unterminated") {
                torn.found(format!("the file ends in line {}", text.lines().count()))
                    .hint("is the file complete?")
            } else {
                torn
            })
        }
    }
}

/// Reads a JSON text of one value, or of one value on each line.
///
/// # Errors
/// Where and why it is no JSON.
pub fn parse_json_lines(text: &str, source: u16) -> Result<Vec<Node>, Problem> {
    let whole = match parse_json(text, source) {
        Ok(node) => return Ok(vec![node]),
        Err(problem) => problem,
    };
    let mut offset = 0;
    let mut roots = Vec::new();
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            match parse_json(line, source) {
                Ok(mut node) => {
                    shift(&mut node, offset);
                    roots.push(node);
                }
                // A first line that is no value of its own: the file is one value over several lines.
                Err(_) if roots.is_empty() => return Err(whole),
                Err(mut problem) => {
                    problem.place.start += offset;
                    problem.place.end += offset;
                    return Err(problem);
                }
            }
        }
        offset += line.len() as u32;
    }
    Ok(roots)
}

/// JSON as the standard has it, and the `NaN` and `Infinity` that Python writes.
fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: true,
        allow_extended_string_escapes: false,
    }
}

fn decapitalized(error: &jsonc_parser::errors::ParseError) -> String {
    let text = error.kind().to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn convert(value: &ast::Value<'_>, source: u16) -> Option<Node> {
    let range = value.range();
    let converted = match value {
        ast::Value::NumberLit(number) => Value::Number(number.value.parse().unwrap_or(f64::NAN)),
        ast::Value::StringLit(text) => Value::Text(text.value.to_string()),
        ast::Value::BooleanLit(flag) => Value::Flag(flag.value),
        ast::Value::Array(list) => {
            let items = list.elements.iter();
            Value::List(items.filter_map(|item| convert(item, source)).collect())
        }
        ast::Value::Object(object) => {
            let entries = object.properties.iter();
            Value::Table(entries.filter_map(|one| entry(one, source)).collect())
        }
        ast::Value::NullKeyword(_) => return None,
    };
    Some(Node {
        place: place(source, &(range.start..range.end)),
        value: converted,
    })
}

fn entry(property: &ast::ObjectProp<'_>, source: u16) -> Option<Entry> {
    let range = property.name.range();
    Some(Entry {
        key: property.name.as_str().to_owned(),
        place: place(source, &(range.start..range.end)),
        node: convert(&property.value, source)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_keeps_its_place_and_null_is_absent() {
        let text = r#"{ "a": [1, 2.5e1, null], "b": null, "c": { "d": "x", "e": true } }"#;
        let node = parse_json(text, 3).unwrap();
        let Value::List(list) = &node.get("a").unwrap().value else {
            panic!("a list")
        };
        assert_eq!(list.len(), 2);
        assert_eq!(list[1].value, Value::Number(25.0));
        assert_eq!(
            &text[list[1].place.start as usize..list[1].place.end as usize],
            "2.5e1"
        );
        assert_eq!(list[1].place.source, 3);
        assert!(node.get("b").is_none());
        let inner = node.get("c").unwrap();
        assert_eq!(inner.get("d").unwrap().text(), Some("x"));
        assert_eq!(inner.get("e").unwrap().value, Value::Flag(true));
    }

    #[test]
    fn a_torn_text_is_a_problem_at_its_place() {
        let problem = parse_json("{ \"a\": [1, 2", 0).unwrap_err();
        assert!(problem.message.starts_with("not valid JSON: "));
        assert!(problem.place.start >= 7, "{problem:?}");
        for torn in ["{ \"a\":", "{ \"a\":\n", "{ \"a\": [1, 2", "{ \"a\": \"b"] {
            let problem = parse_json(torn, 0).unwrap_err();
            let hint = problem.hint.as_deref();
            assert_eq!(hint, Some("is the file complete?"), "{torn}");
        }
        // What is wrong in the middle is not torn off.
        assert_eq!(parse_json("{ a: 1 }", 0).unwrap_err().hint, None);
        assert!(parse_json("", 0).is_err());
        assert!(parse_json("{ \"a\": 1 } // no", 0).is_err());
        assert!(parse_json("{ a: 1 }", 0).is_err());
    }

    #[test]
    fn numbers_that_python_writes_are_read() {
        let node = parse_json("{ \"a\": NaN, \"b\": -Infinity }", 0).unwrap();
        let Value::Number(a) = node.get("a").unwrap().value else {
            panic!("a number")
        };
        assert!(a.is_nan());
        assert_eq!(
            node.get("b").unwrap().value,
            Value::Number(f64::NEG_INFINITY)
        );
    }

    #[test]
    fn a_value_on_each_line_is_read_with_its_place() {
        let text = "{ \"a\": 1 }\n\n{ \"a\": 22 }\n";
        let roots = parse_json_lines(text, 0).unwrap();
        assert_eq!(roots.len(), 2);
        let place = roots[1].get("a").unwrap().place;
        assert_eq!(&text[place.start as usize..place.end as usize], "22");
        let torn = parse_json_lines("{ \"a\": 1 }\n{ \"a\": ", 0).unwrap_err();
        assert!(torn.place.start > 11, "{torn:?}");
        let whole = parse_json_lines("{\n\"a\": [1\n", 0).unwrap_err();
        assert!(whole.place.start > 2, "{whole:?}");
    }

    #[test]
    fn nesting_without_end_is_refused_and_not_followed() {
        let text = "[".repeat(100_000);
        assert!(parse_json(&text, 0).is_err());
    }
}
