//! JUnit's XML: a suite for each scenario, a case for each limit.
//!
//! Two published schemas are met, the stricter of which has all attributes and no `skipped` counts: that
//! of Ant's formatter (`JUnit.xsd`) and that of Jenkins (`junit-10.xsd`). Results hold no clock and take
//! no time, so the time of a suite is the first day of its plan and every duration is 0.

use super::sentence::sentence;
use super::{headline, message};
use crate::analysis::check::{Check, Finding, Gate, Outcome, ScenarioCheck};
use crate::scenario::Level;

/// Renders a gate.
pub fn render(gate: &Gate) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    let mut id = 0;
    for (at, plan) in gate.scenarios.iter().enumerate() {
        suite(gate, plan, at, id, &mut out);
        id += 1;
    }
    for file in &gate.unread {
        let cases: Vec<Case> = gate
            .findings
            .iter()
            .filter(|finding| finding.rule == "scenario" && finding.scenario == file.file)
            .map(|finding| open(gate, finding))
            .collect();
        let frame = Frame {
            id,
            name: &file.file,
            verdict: "nothing-compared",
            start: NO_START,
            note: headline(gate),
        };
        write(&frame, &cases, &mut out);
        id += 1;
    }
    out.push_str("</testsuites>\n");
    out
}

/// The day of a file whose plan is not known.
const NO_START: &str = "1970-01-01";

/// What a suite says before and after its cases.
struct Frame<'a> {
    id: usize,
    name: &'a str,
    verdict: &'a str,
    start: &'a str,
    note: String,
}

/// A case: its name, and what is wrong with it.
struct Case {
    name: String,
    class: String,
    /// Element, type, message.
    wrong: Option<(&'static str, String, String)>,
}

fn suite(gate: &Gate, plan: &ScenarioCheck, at: usize, id: usize, out: &mut String) {
    let mut cases: Vec<Case> = plan.checks.iter().map(|check| case(plan, check)).collect();
    let place = format!("{}:1:1", plan.file);
    let own = |finding: &&Finding| finding.rule == "limits" && finding.place == place;
    cases.extend(
        gate.findings
            .iter()
            .filter(own)
            .map(|finding| open(gate, finding)),
    );
    let told = gate
        .findings
        .iter()
        .filter(|f| f.check.is_some_and(|(of, _)| of == at));
    let mut note: Vec<String> = told.map(|finding| super::told(gate, finding)).collect();
    note.push(format!("verdict: {}", plan.verdict.name()));
    let frame = Frame {
        id,
        name: &plan.name,
        verdict: plan.verdict.name(),
        start: &plan.start,
        note: note.join("\n"),
    };
    write(&frame, &cases, out);
}

fn case(plan: &ScenarioCheck, check: &Check) -> Case {
    let of = check
        .of
        .as_deref()
        .map_or_else(String::new, |of| format!(" {of}"));
    let wrong = match check.outcome {
        Outcome::Fail => Some(("failure", "deny".to_owned(), sentence(plan, check))),
        Outcome::CannotTell if check.level == Level::Deny => {
            Some(("error", "cannot-tell".to_owned(), sentence(plan, check)))
        }
        _ => None,
    };
    Case {
        name: format!("{}{of} ({})", check.rule, check.place),
        class: plan.file.clone(),
        wrong,
    }
}

/// A case for what is no limit: a file that cannot be read, a scenario without limits.
fn open(gate: &Gate, finding: &Finding) -> Case {
    Case {
        name: format!("{} ({})", finding.rule, finding.place),
        class: finding.scenario.clone(),
        wrong: Some(("error", finding.rule.clone(), message(gate, finding))),
    }
}

fn write(frame: &Frame<'_>, cases: &[Case], out: &mut String) {
    let count = |element: &str| {
        let wrong = cases.iter().filter_map(|case| case.wrong.as_ref());
        wrong.filter(|(found, _, _)| *found == element).count()
    };
    out.push_str(&format!(
        "  <testsuite package=\"llmcost.check\" id=\"{}\" name=\"{}\" timestamp=\"{}T00:00:00\" \
         hostname=\"localhost\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">\n",
        frame.id,
        escaped(frame.name),
        frame.start,
        cases.len(),
        count("failure"),
        count("error")
    ));
    out.push_str(&format!(
        "    <properties>\n      <property name=\"verdict\" value=\"{}\"/>\n    </properties>\n",
        frame.verdict
    ));
    for case in cases {
        let (name, class) = (escaped(&case.name), escaped(&case.class));
        let head = format!("    <testcase name=\"{name}\" classname=\"{class}\" time=\"0\"");
        match &case.wrong {
            None => out.push_str(&format!("{head}/>\n")),
            Some((element, kind, text)) => {
                let text = escaped(text);
                out.push_str(&format!(
                    "{head}>\n      <{element} type=\"{}\" message=\"{text}\">{text}</{element}>\n    </testcase>\n",
                    escaped(kind)
                ));
            }
        }
    }
    out.push_str(&format!(
        "    <system-out>{}</system-out>\n    <system-err></system-err>\n  </testsuite>\n",
        escaped(&frame.note)
    ));
}

/// Text between tags or in an attribute; what XML 1.0 cannot hold becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_tag_and_holds_no_character_that_xml_lacks() {
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
        assert_eq!(
            escaped("a\u{1b}\u{0}\u{ffff}b"),
            "a\u{fffd}\u{fffd}\u{fffd}b"
        );
        assert_eq!(escaped("a\n\tb"), "a&#10;&#9;b");
    }
}
