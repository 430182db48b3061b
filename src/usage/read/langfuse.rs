//! Langfuse: observations of the UI's export (CSV, JSON, JSONL) and of the public API.
//!
//! Source: langfuse @62751446. The keys of `usageDetails` are disjoint buckets, `total` is their sum. Users who send
//! an input that includes the cache besides the cache are a known trap (langfuse#10592): where the total is the
//! sum of input and output alone, the cache is inside.

use std::collections::HashSet;

use super::super::fields::Fields;
use super::super::money::Money;
use super::super::names;
use super::super::record::{Id, Record, Status, Tokens};
use super::super::semantics::{Counts, Part, Source};
use super::{End, Options, Reader, Row, tokens};

/// The reader.
pub struct Langfuse {
    /// What the user says.
    pub options: Options,
    /// Identities of counted observations with usage.
    with_usage: HashSet<Id>,
    /// Parents of counted observations with usage.
    parents: Vec<Id>,
}

impl Langfuse {
    /// A reader.
    pub fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            with_usage: HashSet::new(),
            parents: Vec::new(),
        }
    }

    /// Remembers an observation with usage; a copy of it is none of its own.
    fn remember(&mut self, row: &Fields<'_>) {
        let id = row.text("id").map(|id| names::id(&[&id]));
        if id.is_some_and(|id| self.with_usage.insert(id)) {
            let parent = row.first(&["parentObservationId", "parent_observation_id"]);
            self.parents
                .extend(parent.map(|parent| names::id(&[&parent])));
        }
    }
}

/// Keys of which an observation has at least one, beside its `id`.
pub const OWN: [&str; 6] = [
    "traceId",
    "trace_id",
    "usageDetails",
    "usage_details",
    "totalCost",
    "total_cost",
];

impl Reader for Langfuse {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.has("id") || !OWN.iter().any(|key| row.knows(key)) {
            return Row::Foreign;
        }
        match row
            .text("type")
            .as_deref()
            .map(str::to_ascii_uppercase)
            .as_deref()
        {
            Some("GENERATION" | "EMBEDDING") | None => {}
            Some(_) => return Row::NotBillable,
        }
        let model = row
            .first(&["model", "providedModelName"])
            .map(|name| names::model(&name));
        let Some(tokens) = usage(row, model.as_deref()) else {
            return Row::Foreign;
        };
        if tokens.total() > 0 {
            self.remember(row);
        }
        let (start, end) = (
            time(row, "startTime", "start_time"),
            time(row, "endTime", "end_time"),
        );
        let seconds = |key: &str| row.number(key).map(|seconds| seconds * 1e3);
        let failed = row.text("level").as_deref() == Some("ERROR");
        let (tenant, feature) = self.purpose(row);
        let version = row.first(&["promptVersion", "prompt_version"]);
        Record {
            at: start,
            tenant,
            feature,
            prompt: names::prompt(row.first(&["promptName", "prompt_name"]), version),
            model,
            tier: names::tier(row.at("modelParameters").text("service_tier")),
            session: row.first(&["sessionId", "session_id", "traceId", "trace_id"]),
            tokens,
            status: if failed {
                Status::Failed
            } else {
                Status::Success
            },
            latency_ms: seconds("latency").or_else(|| row.between(start, end)),
            ttft_ms: seconds("timeToFirstToken"),
            logged: logged(row, &tokens),
            id: row.text("id").map(|id| names::id(&[&id])),
            ..Record::call()
        }
        .into()
    }

    fn end(&mut self) -> End {
        let below = |parent: &&Id| self.with_usage.contains(*parent);
        End {
            nested: self.parents.iter().filter(below).count() as u64,
            ..End::default()
        }
    }
}

impl Langfuse {
    fn purpose(&self, row: &Fields<'_>) -> (Option<String>, Option<String>) {
        let (metadata, tags) = (row.at("metadata"), row.at("traceTags"));
        // Exports of the table of events have the tags of an observation under another name.
        let tags = if tags.each().next().is_some() {
            tags
        } else {
            row.at("tags")
        };
        let tag = |key| names::tag(tags.each().filter_map(|tag| tag.own_text()), key);
        let tenant = self.options.tenant(row).or_else(|| tag("tenant"));
        let tenant = tenant
            .or_else(|| metadata.text("tenant"))
            .or_else(|| row.first(&["userId", "user_id"]));
        let feature = self.options.feature(row).or_else(|| tag("feature"));
        let feature = feature.or_else(|| metadata.text("feature"));
        (
            tenant,
            feature.or_else(|| row.first(&["traceName", "trace_name", "name"])),
        )
    }
}

fn time(row: &Fields<'_>, camel: &str, snake: &str) -> Option<super::super::time::Instant> {
    let key = if row.has(camel) { camel } else { snake };
    row.time(key)
}

fn logged(row: &Fields<'_>, tokens: &Tokens) -> Option<Money> {
    let total = row.at("costDetails").money("total");
    let keys = ["totalCost", "total_cost", "calculatedTotalCost"];
    let cost = total.or_else(|| {
        keys.iter()
            .find(|key| row.has(key))
            .and_then(|key| row.money(key))
    });
    // A model without a price in Langfuse costs nothing there: that is no cost.
    cost.filter(|cost| *cost != Money::ZERO || tokens.total() == 0)
}

fn usage(row: &Fields<'_>, model: Option<&str>) -> Option<Tokens> {
    let details = ["usageDetails", "usage_details", "providedUsageDetails"]
        .map(|key| row.at(key))
        .into_iter()
        .find(Fields::is_object);
    let (mut counts, total) = match &details {
        Some(details) => (detailed(details, row), details.count("total")),
        None => (
            plain(row),
            row.first_count(&["totalUsage", "totalTokens", "usage.total"]),
        ),
    };
    if names::has_one_cache_write(None, model) {
        counts.one_kind_of_write();
    }
    let mut semantics = *Source::Langfuse.semantics();
    let outside = semantics.tokens(&counts).ok()?;
    let whole = u128::from(counts.input) + u128::from(counts.output);
    if outside.total() > whole && total.is_some_and(|total| u128::from(total) == whole) {
        semantics = semantics.told(true);
        semantics.reasoning = Part::Inside;
    }
    row.check_total(outside.total(), total);
    tokens(&semantics, &counts, row)
}

/// `input`, `input_cached_tokens`, `cache_read_input_tokens`, `output_reasoning_tokens`, ...
fn detailed(details: &Fields<'_>, row: &Fields<'_>) -> Counts {
    let mut counts = Counts::default();
    for (key, _) in details.entries().filter(|(key, _)| *key != "total") {
        let Some(tokens) = details.count(key) else {
            continue;
        };
        let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
        let input = has(&["input", "prompt"]);
        if let Some(apart) = apart(key, input, &mut counts) {
            // It is a part of the whole, as other sources have it.
            *apart = apart.saturating_add(tokens);
        }
        let place = if has(&["creation", "write"]) {
            match (has(&["5m"]), has(&["1h"])) {
                (true, _) => &mut counts.write_5m,
                (_, true) => &mut counts.write_1h,
                _ => &mut counts.write_unknown,
            }
        } else if has(&["cache"]) {
            &mut counts.cache_read
        } else if has(&["reasoning", "thought", "thinking"]) {
            &mut counts.reasoning
        } else if input {
            &mut counts.input
        } else if has(&["output", "completion"]) {
            &mut counts.output
        } else {
            continue;
        };
        match place.checked_add(tokens) {
            Some(sum) => *place = sum,
            None => row.wrong("more tokens than can be counted"),
        }
    }
    counts
}

/// The bucket of audio or images that a key counts, which has a price of its own; what a cache had has that of reads.
fn apart<'a>(key: &str, input: bool, counts: &'a mut Counts) -> Option<&'a mut u64> {
    let key = key.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if has(&[
        "cache",
        "creation",
        "write",
        "reasoning",
        "thought",
        "thinking",
    ]) {
        return None;
    }
    let output = !input && has(&["output", "completion"]);
    match (has(&["audio"]), has(&["image"])) {
        (true, _) if input => Some(&mut counts.audio_input),
        (true, _) if output => Some(&mut counts.audio_output),
        (_, true) if input => Some(&mut counts.image_input),
        (_, true) if output => Some(&mut counts.image_output),
        _ => None,
    }
}

fn plain(row: &Fields<'_>) -> Counts {
    let count = |keys: &[&str]| row.first_count(keys).unwrap_or(0);
    Counts {
        input: count(&["inputUsage", "promptTokens", "usage.input"]),
        output: count(&["outputUsage", "completionTokens", "usage.output"]),
        ..Counts::default()
    }
}
