//! Answers of the APIs of OpenAI, Anthropic and Google as they came, in a line of one's own each.
//!
//! One log may hold all three: each row is read by the rules of the body that it holds.

use std::collections::HashSet;

use super::super::expand;
use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Id, Record, Status};
use super::super::semantics::{Counts, Source};
use super::anthropic::{self, Stream};
use super::held::Held;
use super::{End, Options, Reader, Row, envelope, gemini, openai, tokens};
use serde_json::Value;

/// The reader.
pub struct Bodies {
    source: Source,
    options: Options,
    held: Held,
    stream: Option<(Stream, Record)>,
    /// Streams of which no row told its usage yet.
    waiting: HashSet<Id>,
    /// The last chunk of a stream of Gemini whose chunks have no identity.
    nameless: Option<Record>,
}

/// What is wrong with a stream that does not tell its usage.
const NO_USAGE: &str = "a stream without usage (ask for it with stream_options.include_usage)";

/// Whose body a value is, where its usage says so.
pub fn kind(body: &Value) -> Option<Source> {
    let usage = body.get("usage").filter(|usage| usage.is_object());
    let has = |key: &str| usage.is_some_and(|usage| usage.get(key).is_some());
    if body.get("usageMetadata").is_some() || body.get("usage_metadata").is_some() {
        return Some(Source::Gemini);
    }
    if has("prompt_tokens") || has("input_tokens_details") {
        return Some(Source::Openai);
    }
    let is = |key: &str, text: &str| body.get(key).and_then(Value::as_str) == Some(text);
    let kind = body.get("type").and_then(Value::as_str).unwrap_or_default();
    if matches!(kind, "message_start" | "message_delta" | "message_stop")
        || (is("type", "message") && has("input_tokens"))
    {
        return Some(Source::Anthropic);
    }
    let object = body
        .get("object")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if matches!(
        object,
        "response" | "chat.completion" | "chat.completion.chunk" | "text_completion"
    ) {
        return Some(Source::Openai);
    }
    let claude = body
        .get("model")
        .and_then(Value::as_str)
        .is_some_and(|m| m.contains("claude"));
    match has("input_tokens") {
        true if claude || has("cache_read_input_tokens") || has("cache_creation_input_tokens") => {
            Some(Source::Anthropic)
        }
        true => Some(Source::Openai),
        false => None,
    }
}

/// Whose body a row holds, in whatever envelope.
pub fn source(row: &Value) -> Option<Source> {
    if let Some(events) = events(row) {
        return events.iter().map(told).find_map(kind);
    }
    kind(&expand::body(row))
}

/// The events of a stream that a row holds as a list.
fn events(row: &Value) -> Option<&Vec<Value>> {
    let keys = ["events", "chunks", "stream_events", "response"];
    keys.iter()
        .find_map(|key| row.get(key).and_then(Value::as_array))
}

/// The body that an event tells: the events of Responses have it within.
fn told(event: &Value) -> &Value {
    let is_around = |kind: &str| kind.starts_with("response.");
    let kind = event.get("type").and_then(Value::as_str);
    let within = event.get("response").filter(|within| within.is_object());
    within
        .filter(|_| kind.is_some_and(is_around))
        .unwrap_or(event)
}

/// Whether a row is an event of a stream of Responses, of which the last has the usage.
fn is_event_of_responses(row: &Fields<'_>) -> bool {
    row.text("type")
        .is_some_and(|kind| kind.starts_with("response."))
}

impl Bodies {
    /// A reader; rows whose body tells nothing are taken for this source.
    pub fn new(source: Source, options: &Options) -> Self {
        Self {
            source,
            options: options.clone(),
            held: Held::default(),
            stream: None,
            waiting: HashSet::new(),
            nameless: None,
        }
    }

    /// A stream in one row: of cumulative events the last counts, none is added.
    fn list(&self, row: &Fields<'_>, list: &[Value], record: Record) -> Row {
        let is_anthropic = list
            .iter()
            .any(|event| kind(event) == Some(Source::Anthropic));
        if is_anthropic {
            let mut stream = Stream::default();
            for event in list {
                stream.event(event);
            }
            let body = stream.body();
            return call(row, &body, Source::Anthropic, record);
        }
        let of_kind = |event: &&Value| {
            event.get("usage").is_some_and(Value::is_object) || event.get("usageMetadata").is_some()
        };
        let failed = |event: &Value| event.get("error").is_some_and(Value::is_object);
        match list.iter().map(told).rev().find(of_kind) {
            Some(last) => call(row, last, kind(last).unwrap_or(self.source), record),
            None if record.status == Status::Failed || list.iter().map(told).any(failed) => {
                Record {
                    status: Status::Failed,
                    ..record
                }
                .into()
            }
            None => {
                row.wrong(NO_USAGE);
                Row::Foreign
            }
        }
    }

    /// A chunk of a stream that stands in a row of its own: the most complete one of a call counts.
    fn part(&mut self, row: &Fields<'_>, read: Row, id: Id) -> Row {
        match read {
            Row::Call(record) if !row.is_wrong() => {
                self.held.keep(id, *record);
                Row::Part
            }
            other => other,
        }
    }

    /// A chunk of a stream without an identity: it takes the place of the one before, which has the same prompt, and the
    /// one that finishes is the call.
    fn nameless(&mut self, read: Row, ends: bool) -> Row {
        let Row::Call(mut record) = read else {
            return read;
        };
        if let Some(before) = self.nameless.take() {
            if before.tokens.prompt() == record.tokens.prompt() {
                record.at = before.at.min(record.at).or(before.at).or(record.at);
            } else {
                // A stream that was cut off: what it had told so far counts.
                self.held.add(before);
            }
        }
        if ends {
            return Row::Call(record);
        }
        self.nameless = Some(*record);
        Row::Part
    }

    /// An event of a stream of Anthropic in a row of its own.
    fn event(&mut self, row: &Fields<'_>, event: &Value, record: Record) -> Row {
        let begins = event.get("type").and_then(Value::as_str) == Some("message_start");
        let before = if begins { self.stream.take() } else { None };
        let (stream, _) = self
            .stream
            .get_or_insert_with(|| (Stream::default(), record));
        stream.event(event);
        let ended = event.get("type").and_then(Value::as_str) == Some("message_stop");
        let whole = before.or_else(|| if ended { self.stream.take() } else { None });
        match whole {
            Some((stream, record)) => call(row, &stream.body(), Source::Anthropic, record),
            None => Row::Part,
        }
    }
}

/// A body with its usage.
fn call(row: &Fields<'_>, body: &Value, source: Source, mut record: Record) -> Row {
    let fields = row.of(body);
    let counts: Option<Counts> = match source {
        Source::Gemini => gemini::read(&fields, &mut record),
        Source::Anthropic => anthropic::read(&fields, &mut record),
        _ => openai::read(&fields, &mut record),
    };
    let model = record.model.take().or_else(|| row.text("model"));
    record.model = model.map(|name| names::model(&name));
    let failed = fields.at("error").is_object() || fields.text("type").as_deref() == Some("error");
    if failed {
        record.status = Status::Failed;
    }
    let Some(counts) = counts else {
        if record.status == Status::Failed {
            return record.into();
        }
        row.wrong("neither usage nor an error");
        return Row::Foreign;
    };
    let Some(tokens) = tokens(source.semantics(), &counts, row) else {
        return Row::Foreign;
    };
    record.tokens = tokens;
    record.into()
}

impl Reader for Bodies {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        // Output of a batch costs less: it is read by the reader of batches.
        let is_batch = row.has("custom_id") && row.knows("error");
        if !row.is_object() || is_batch {
            return Row::Foreign;
        }
        let record = envelope::record(row, &self.options);
        if let Some(list) = events(row.value()) {
            return self.list(row, list, record);
        }
        let body = expand::body(row.value());
        let kind_of = body.get("type").and_then(Value::as_str).unwrap_or_default();
        if matches!(
            kind_of,
            "message_start" | "message_delta" | "message_stop" | "ping" | "content_block_delta"
        ) || kind_of.starts_with("content_block_")
        {
            return self.event(row, &body, record);
        }
        let source = kind(&body).unwrap_or(self.source);
        let id = ["id", "responseId", "response_id"]
            .iter()
            .find_map(|key| body.get(*key)?.as_str());
        let id = id.map(|id| names::id(&[id]));
        let is_chunk = body.get("object").and_then(Value::as_str) == Some("chat.completion.chunk");
        let has_usage = body.get("usage").is_some_and(Value::is_object);
        let failed = body.get("error").is_some_and(Value::is_object);
        if !has_usage && (is_chunk || is_event_of_responses(row) && !failed) {
            self.waiting.extend(id);
            return Row::Part;
        }
        let read = call(row, &body, source, record);
        match id {
            Some(id) if is_chunk || (source == Source::Gemini && gemini::is_part(&body)) => {
                self.part(row, read, id)
            }
            Some(id) => {
                self.held.forget(id);
                self.waiting.remove(&id);
                read
            }
            None if source == Source::Gemini && !row.is_wrong() => {
                self.nameless(read, !gemini::is_part(&body))
            }
            None => read,
        }
    }

    fn end(&mut self) -> End {
        let silent = self
            .waiting
            .drain()
            .filter(|id| !self.held.has(*id))
            .count();
        let mut records = self.held.take();
        records.extend(self.nameless.take());
        if let Some((stream, record)) = self.stream.take() {
            let trouble = super::super::fields::Trouble::default();
            let body = stream.body();
            let row = Fields::new(&body, &trouble);
            if let Row::Call(record) = call(&row, &body, Source::Anthropic, record) {
                records.push(*record);
            }
        }
        End {
            records,
            complaints: vec![NO_USAGE.to_owned(); silent],
            ..End::default()
        }
    }
}
