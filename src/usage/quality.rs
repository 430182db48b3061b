//! What a reader of logs should know about the rows, whatever is asked of them.

use super::ingest::Usage;
use super::semantics::Source;
use crate::warning::Warning;

impl Usage {
    /// Warnings about rows that could not be read, or do not add up; without their places where names are
    /// hidden.
    pub fn warnings(&self, hidden: bool) -> Vec<Warning> {
        [
            bad_rows(self, hidden),
            mismatch(self, hidden),
            backwards(self),
            nested(self),
            untimed(self),
            repeated(self),
            unfinished(self),
            one_sided(self, hidden),
            operations(self),
            overlapping(self),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// What was wrong with rows; where names are hidden only how many.
fn bad_rows(usage: &Usage, hidden: bool) -> Option<Warning> {
    let count = usage.dropped.torn + usage.dropped.rejected;
    let mut message = format!("{count} row(s) could not be read");
    if !hidden {
        let told: Vec<String> = usage.complaints.iter().map(ToString::to_string).collect();
        message.push_str(&format!(": {}", told.join("; ")));
    }
    (count > 0).then(|| Warning::new("bad-rows", message, "--strict stops at the first of them"))
}

fn mismatch(usage: &Usage, hidden: bool) -> Option<Warning> {
    let (count, place) = &usage.mismatched;
    let mut message =
        format!("in {count} row(s) the parts do not add up to the total that the row gives");
    if let (false, Some(place)) = (hidden, place) {
        message.push_str(&format!("; the first: {place}"));
    }
    let hint = "check whether the source counts the cache inside or outside its input";
    (*count > 0).then(|| Warning::new("total-mismatch", message, hint))
}

fn nested(usage: &Usage) -> Option<Warning> {
    let message = format!(
        "{} call(s) with usage are children of calls with usage: their tokens may be counted twice",
        usage.nested
    );
    let hint = "a parent that sums its children should be a SPAN or an AGENT, which does not count";
    (usage.nested > 0).then(|| Warning::new("nested-usage", message, hint))
}

fn backwards(usage: &Usage) -> Option<Warning> {
    let message = format!(
        "{} row(s) end before they begin, or take longer than 119 hours",
        usage.backwards
    );
    let hint =
        "a clock was set back, or times have another unit: these calls count and have no latency";
    (usage.backwards > 0).then(|| Warning::new("clock-backwards", message, hint))
}

fn untimed(usage: &Usage) -> Option<Warning> {
    let message = "rows without a time count, whatever --since and --until say";
    let hint = "name the column of their time with --map time=..., or cut the log itself";
    usage
        .notes
        .untimed
        .then(|| Warning::new("rows-without-time", message, hint))
}

fn repeated(usage: &Usage) -> Option<Warning> {
    let count = usage.notes.repeated;
    let message = format!("{count} file(s) were named more than once and read once");
    let hint = "a folder or pattern holds a file that is named beside it";
    (count > 0).then(|| Warning::new("repeated-files", message, hint))
}

fn unfinished(usage: &Usage) -> Option<Warning> {
    let names: Vec<&str> = usage.notes.unfinished.iter().map(|of| of.name()).collect();
    let message = format!(
        "the last page of a report is missing (has_more): {}",
        names.join(", ")
    );
    let hint = "fetch the pages behind it with next_page, and read all of them";
    (!names.is_empty()).then(|| Warning::new("missing-pages", message, hint))
}

/// What tables lack; where names are hidden only how many.
fn one_sided(usage: &Usage, hidden: bool) -> Option<Warning> {
    let lacking = &usage.notes.one_sided;
    let message = if hidden {
        format!(
            "{} table(s) hold tokens of prompts or answers alone",
            lacking.len()
        )
    } else {
        lacking.join("; ")
    };
    let hint = "without them calls seem to cost less than they did";
    (!lacking.is_empty()).then(|| Warning::new("one-sided", message, hint))
}

fn operations(usage: &Usage) -> Option<Warning> {
    let names = &usage.notes.operations;
    let message = format!(
        "spans of unknown operations have usage and do not count: {}",
        names.join(", ")
    );
    let hint = "calls are chat, generate_content, text_completion and embeddings; name the operation so, if it is one";
    (!names.is_empty()).then(|| Warning::new("unknown-operation", message, hint))
}

/// Sources whose rows sum all calls of an account, those of other logs included.
const REPORTS: [Source; 7] = [
    Source::OpenaiUsage,
    Source::OpenaiDashboard,
    Source::OpenaiCosts,
    Source::AnthropicUsage,
    Source::AnthropicCost,
    Source::AnthropicConsole,
    Source::Focus,
];

fn overlapping(usage: &Usage) -> Option<Warning> {
    let sources = &usage.sources;
    let beside = sources.len() > 1 && sources.keys().any(|source| REPORTS.contains(source));
    let names: Vec<&str> = sources.keys().map(|source| source.name()).collect();
    let message = format!(
        "reports and other sources are added up ({}): they may count the same calls",
        names.join(", ")
    );
    let hint = "attribute one of them; `llmcost reconcile` holds a log against a report";
    beside.then(|| Warning::new("reports-added-up", message, hint))
}
