//! Session files of Claude Code (`~/.claude/projects/**/*.jsonl`).
//!
//! A message is written several times while it streams, with growing output; resumed sessions and sidechains
//! copy messages. Rule (as ccusage has it): a message is `message.id` with `requestId`; a line without a
//! `requestId` is a copy of any line of its message, and so is a line of a sidechain; the parent's lines win over
//! a sidechain's, then the largest one.

use std::collections::HashMap;

use super::super::fields::Fields;
use super::super::names;
use super::super::record::Record;
use super::super::semantics::Source;
use super::{End, Options, Reader, Row, anthropic, tokens};

/// The reader.
pub struct ClaudeCode {
    options: Options,
    /// Folder of the project, from the file's path.
    folder: Option<String>,
    /// Names of projects by folder, learned from `cwd`.
    projects: HashMap<String, String>,
    messages: HashMap<String, usize>,
    calls: Vec<Vec<Line>>,
    replaced: u64,
}

/// What is kept of a call.
struct Line {
    request: Option<String>,
    sidechain: bool,
    folder: Option<String>,
    record: Record,
}

impl ClaudeCode {
    /// A reader.
    pub fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            folder: None,
            projects: HashMap::new(),
            messages: HashMap::new(),
            calls: Vec::new(),
            replaced: 0,
        }
    }

    /// Learns a project's name: the last part of a working directory that is written as the folder.
    fn learn(&mut self, row: &Fields<'_>) -> Option<String> {
        let cwd = row.text("cwd")?;
        let name = cwd
            .rsplit(['/', '\\'])
            .find(|part| !part.is_empty())?
            .to_owned();
        let folder = self.folder.clone().unwrap_or_default();
        let written: String = cwd
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        if written == folder {
            self.projects.insert(folder, name.clone());
        }
        Some(name)
    }

    fn keep(&mut self, message: String, line: Line) {
        let at = *self.messages.entry(message).or_insert_with(|| {
            self.calls.push(Vec::new());
            self.calls.len() - 1
        });
        let calls = &mut self.calls[at];
        let copy = |kept: &&mut Line| {
            let either = kept.request.is_none() || line.request.is_none();
            either || kept.request == line.request || kept.sidechain || line.sidechain
        };
        let Some(kept) = calls.iter_mut().find(copy) else {
            calls.push(line);
            return;
        };
        self.replaced += 1;
        let began = kept
            .record
            .at
            .min(line.record.at)
            .or(kept.record.at)
            .or(line.record.at);
        let larger = line.record.tokens.total() > kept.record.tokens.total();
        let wins = if kept.sidechain == line.sidechain {
            larger
        } else {
            kept.sidechain
        };
        if wins {
            let request = kept.request.take();
            *kept = line;
            kept.request = kept.request.take().or(request);
        }
        kept.record.at = began;
    }
}

/// `/…/projects/-home-dev-acme/session.jsonl` lies in `-home-dev-acme`.
fn folder(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let projects = parts.iter().rposition(|part| *part == "projects");
    let at = projects.map_or(parts.len().checked_sub(2)?, |at| at + 1);
    (at + 1 < parts.len()).then(|| parts[at].to_owned())
}

impl Reader for ClaudeCode {
    fn file(&mut self, name: &str) {
        self.folder = folder(name);
    }

    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.has("type") && !row.has("message") {
            return Row::Foreign;
        }
        let cwd = self.learn(row);
        let message = row.at("message");
        let usage = message.at("usage");
        if !usage.is_object() {
            return Row::Other;
        }
        let model = message.text("model");
        if row.flag("isApiErrorMessage") || model.as_deref() == Some("<synthetic>") {
            return Row::NotBillable;
        }
        let counts = anthropic::counts(&usage);
        let Some(tokens) = tokens(Source::ClaudeCode.semantics(), &counts, row) else {
            return Row::Foreign;
        };
        let mut record = Record {
            at: row.time("timestamp"),
            tenant: self.options.tenant(row),
            feature: self.options.feature(row),
            model: model.map(|name| names::model(&name)),
            provider: Some("anthropic".into()),
            session: row.text("sessionId"),
            tokens,
            logged: row.money("costUSD"),
            ..Record::call()
        };
        anthropic::terms(&usage, &mut record);
        let folder = self.folder.clone();
        if record.tenant.is_none() && folder.is_none() {
            record.tenant = cwd;
        }
        let Some(id) = message.text("id") else {
            return record.into();
        };
        if row.is_wrong() {
            return Row::Foreign;
        }
        let line = Line {
            request: row.text("requestId"),
            sidechain: row.flag("isSidechain"),
            folder,
            record,
        };
        self.keep(id, line);
        Row::Part
    }

    fn end(&mut self) -> End {
        self.messages.clear();
        let lines = std::mem::take(&mut self.calls).into_iter().flatten();
        let records = lines.map(|line| {
            let mut record = line.record;
            if let (None, Some(folder)) = (&record.tenant, line.folder) {
                let last = folder.rsplit('-').next().unwrap_or_default();
                let name = self.projects.get(&folder).map_or(last, String::as_str);
                record.tenant = Some(name.to_owned()).filter(|name| !name.is_empty());
            }
            record
        });
        End {
            records: records.collect(),
            replaced: std::mem::take(&mut self.replaced),
            ..End::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fields::Trouble;
    use super::*;
    use serde_json::{Value, json};

    fn read(files: &[(&str, Vec<Value>)]) -> (Vec<Record>, u64) {
        let mut reader = ClaudeCode::new(&Options::default());
        for (name, lines) in files {
            reader.file(name);
            for line in lines {
                reader.row(&Fields::new(line, &Trouble::default()));
            }
        }
        let end = reader.end();
        (end.records, end.replaced)
    }

    fn line(request: Option<&str>, sidechain: bool, output: u64) -> Value {
        json!({"type": "assistant", "isSidechain": sidechain, "requestId": request,
            "message": {"id": "m", "model": "claude-x", "usage": {"input_tokens": 1, "output_tokens": output}}})
    }

    #[test]
    fn the_parent_wins_over_a_sidechain_and_then_the_largest_line() {
        let lines = vec![
            line(Some("a"), false, 9),
            line(Some("b"), true, 500),
            line(Some("a"), false, 159),
            line(None, false, 20),
        ];
        let (records, replaced) = read(&[("projects/-home-dev-acme/s.jsonl", lines)]);
        assert_eq!((records.len(), replaced), (1, 3));
        assert_eq!(records[0].tokens.total(), 160);
        assert_eq!(records[0].tenant.as_deref(), Some("acme"));
    }

    #[test]
    fn two_requests_of_one_message_are_two_calls() {
        let lines = vec![line(Some("a"), false, 9), line(Some("b"), false, 9)];
        assert_eq!(read(&[("x.jsonl", lines)]).0.len(), 2);
    }

    #[test]
    fn a_project_has_the_name_of_its_directory_where_a_line_tells_it() {
        let mut first = line(Some("a"), false, 9);
        first["cwd"] = json!("/home/dev/my-app");
        let (records, _) = read(&[("projects/-home-dev-my-app/s.jsonl", vec![first])]);
        assert_eq!(records[0].tenant.as_deref(), Some("my-app"));
    }
}
