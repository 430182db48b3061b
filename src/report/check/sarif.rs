//! SARIF 2.1.0 (OASIS): each finding at the line of the scenario that breaks the limit.

use serde_json::{Value, json};

use super::{headline, message, parts};
use crate::analysis::check::{FindingLevel, Gate, Verdict};
use crate::scenario::{Measure, Rule, Whose};

/// Renders a gate.
pub fn render(gate: &Gate) -> Value {
    let rules = rules();
    let results: Vec<Value> = gate
        .findings
        .iter()
        .map(|finding| {
            let at = rules.iter().position(|(id, _)| *id == finding.rule);
            let (file, line, column) = parts(&finding.place);
            json!({
                "ruleId": finding.rule,
                "ruleIndex": at,
                "level": level(finding.level),
                "message": { "text": sentence_of(&message(gate, finding)) },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": uri(file) },
                        "region": { "startLine": line, "startColumn": column }
                    }
                }],
                "properties": { "scenario": finding.scenario, "limit": finding.limit, "actual": finding.actual }
            })
        })
        .collect();
    let described: Vec<Value> = rules
        .iter()
        .map(|(id, says)| json!({ "id": id, "shortDescription": { "text": says } }))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "llmcost",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": described
            } },
            "invocations": [{
                "executionSuccessful": gate.verdict != Verdict::NothingCompared,
                "exitCodeDescription": headline(gate)
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "verdict": gate.verdict.name() }
        }]
    })
}

/// Every rule with its sentence, which is that of the key of `[budget]`.
fn rules() -> Vec<(String, String)> {
    let keys = crate::scenario::file::BudgetFile::KEYS;
    let says = |name: &str| {
        let key = keys.iter().find(|key| key.name == name);
        key.map_or_else(String::new, |key| key.says.to_owned())
    };
    let mut rules: Vec<(String, String)> = Rule::OF_CHOSEN
        .iter()
        .map(|rule| (rule.name(), says(&rule.name())))
        .collect();
    let tables = [
        (Whose::Option(String::new()), "option"),
        (Whose::Feature(String::new()), "feature"),
        (
            Whose::Tenant {
                name: String::new(),
                share: None,
            },
            "tenant",
        ),
    ];
    for (whose, table) in tables {
        for measure in Measure::ALL {
            let rule = Rule::Cost(whose.clone(), measure);
            rules.push((rule.name(), format!("{} [{}]", says(table), measure.unit())));
        }
    }
    rules.push((
        "limits".into(),
        "A scenario is held against at least one limit.".into(),
    ));
    rules.push(("scenario".into(), "A scenario can be read.".into()));
    rules
}

fn level(level: FindingLevel) -> &'static str {
    match level {
        FindingLevel::Warn => "warning",
        FindingLevel::Deny | FindingLevel::CannotTell | FindingLevel::Error => "error",
    }
}

/// Messages of SARIF end with a full stop.
fn sentence_of(text: &str) -> String {
    if text.ends_with('.') {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// A path as a URI reference (RFC 3986): what is not unreserved is percent-encoded.
fn uri(path: &str) -> String {
    let plain = crate::scenario::plain_path(path);
    let mut out = String::new();
    for byte in plain.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference_that_holds_only_what_it_may() {
        assert_eq!(uri("./a b/ü:1.toml"), "a%20b/%C3%BC%3A1.toml");
    }

    #[test]
    fn every_rule_has_a_sentence_and_stands_once() {
        let rules = rules();
        let mut ids: Vec<&String> = rules.iter().map(|(id, _)| id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), rules.len());
        assert!(rules.iter().all(|(_, says)| says.len() > 10), "{rules:?}");
    }
}
