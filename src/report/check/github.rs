//! Annotations of GitHub: workflow commands that a runner shows at the lines of a pull request.
//!
//! Form and escapes: GitHub's page "Workflow commands for GitHub Actions".

use super::{headline, message, parts};
use crate::analysis::check::{FindingLevel, Gate, Verdict};

/// One command for each finding, then the verdict.
pub fn render(gate: &Gate) -> String {
    let mut out = String::new();
    for finding in &gate.findings {
        let command = match finding.level {
            FindingLevel::Warn => "warning",
            FindingLevel::Deny | FindingLevel::CannotTell | FindingLevel::Error => "error",
        };
        let (file, line, column) = parts(&finding.place);
        let title = format!("llmcost {}: {}", gate.verdict.name(), finding.rule);
        out.push_str(&format!(
            "::{command} file={},line={line},col={column},title={}::{}\n",
            property(file),
            property(&title),
            data(&message(gate, finding))
        ));
    }
    let command = match gate.verdict {
        Verdict::Pass => "notice",
        Verdict::Warn => "warning",
        Verdict::Fail | Verdict::NothingCompared => "error",
    };
    let title = format!("llmcost {}", gate.verdict.name());
    out.push_str(&format!(
        "::{command} title={}::{}\n",
        property(&title),
        data(&headline(gate))
    ));
    out
}

/// What may stand behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What may stand between commas.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_command_or_property() {
        assert_eq!(data("10 % of\r\na::b"), "10 %25 of%0D%0Aa::b");
        assert_eq!(property("a,b: c"), "a%2Cb%3A c");
    }
}
