//! Session files of Codex (`~/.codex/sessions/**/*.jsonl`): totals that run on within a session.
//!
//! `total_token_usage` grows; its growth is a call. The first event of a resumed session brings the totals of
//! the session before along, so there `last_token_usage` counts.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::Record;
use super::super::semantics::{Counts, Source};
use super::{Options, Reader, Row, tokens};

/// The reader.
pub struct Codex {
    options: Options,
    model: Option<String>,
    session: Option<String>,
    project: Option<String>,
    before: Option<Counts>,
}

impl Codex {
    /// A reader.
    pub fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            model: None,
            session: None,
            project: None,
            before: None,
        }
    }

    /// What an event adds; `None` where it repeats the one before.
    fn growth(&mut self, info: &Fields<'_>) -> Option<Counts> {
        let last = info.at("last_token_usage");
        let last = last.is_object().then(|| counts(&last));
        let total = info.at("total_token_usage");
        let Some(total) = total.is_object().then(|| counts(&total)) else {
            return last;
        };
        let before = self.before.replace(total);
        match before {
            None => last.or(Some(total)),
            Some(before) if before == total => None,
            Some(before) => minus(&total, &before).or(last),
        }
    }
}

fn counts(usage: &Fields<'_>) -> Counts {
    let count = |key: &str| usage.count(key).unwrap_or(0);
    Counts {
        input: count("input_tokens"),
        cache_read: count("cached_input_tokens"),
        output: count("output_tokens"),
        reasoning: count("reasoning_output_tokens"),
        ..Counts::default()
    }
}

/// The growth; none where a total fell: the count began anew.
fn minus(total: &Counts, before: &Counts) -> Option<Counts> {
    Some(Counts {
        input: total.input.checked_sub(before.input)?,
        cache_read: total.cache_read.checked_sub(before.cache_read)?,
        output: total.output.checked_sub(before.output)?,
        reasoning: total.reasoning.checked_sub(before.reasoning)?,
        ..Counts::default()
    })
}

impl Reader for Codex {
    fn file(&mut self, _name: &str) {
        (self.model, self.session, self.project, self.before) = (None, None, None, None);
    }

    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.has("payload") {
            return if row.has("type") || row.has("id") {
                Row::Other
            } else {
                Row::Foreign
            };
        }
        let payload = row.at("payload");
        if let Some(cwd) = payload.text("cwd") {
            self.project = cwd
                .rsplit(['/', '\\'])
                .find(|part| !part.is_empty())
                .map(str::to_owned);
        }
        match row.text("type").as_deref() {
            Some("session_meta") => self.session = payload.text("id"),
            Some("turn_context") => self.model = payload.text("model").or(self.model.take()),
            _ => {}
        }
        if payload.text("type").as_deref() != Some("token_count") {
            return Row::Other;
        }
        let info = payload.at("info");
        let Some(growth) = info.is_object().then(|| self.growth(&info)).flatten() else {
            return Row::Other;
        };
        let Some(tokens) = tokens(Source::Codex.semantics(), &growth, row) else {
            return Row::Foreign;
        };
        Record {
            at: row.time("timestamp"),
            tenant: self.options.tenant(row).or_else(|| self.project.clone()),
            feature: self.options.feature(row),
            model: self.model.as_deref().map(names::model),
            provider: Some("openai".into()),
            session: self.session.clone(),
            tokens,
            ..Record::call()
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fields::Trouble;
    use super::super::super::record::Bucket;
    use super::*;
    use serde_json::json;

    #[test]
    fn totals_count_by_their_growth_and_repeats_do_not() {
        let mut reader = Codex::new(&Options::default());
        let mut inputs = Vec::new();
        for (total, last) in [(1_100, 100), (1_100, 100), (1_350, 250), (30, 30)] {
            let usage = |n: u64| json!({"input_tokens": n, "cached_input_tokens": n / 2, "output_tokens": 0});
            let line = json!({"type": "event_msg", "payload": {"type": "token_count", "info": {
                "total_token_usage": usage(total), "last_token_usage": usage(last)}}});
            if let Row::Call(record) = reader.row(&Fields::new(&line, &Trouble::default())) {
                inputs.push((record.tokens.prompt(), record.tokens.get(Bucket::CacheRead)));
            }
        }
        // The session was resumed at 1,000: the first call is its own 100.
        assert_eq!(inputs, [(100, 50), (250, 125), (30, 15)]);
    }
}
