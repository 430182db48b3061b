//! Reports of providers: rows that sum calls over a bucket of time. Their numbers of tokens say nothing about the
//! length of a prompt; where a report splits long prompts off it says so itself.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Record, Tokens};
use super::super::semantics::{Counts, Source};
use super::super::time::Instant;
use super::{Options, Reader, Row, charge, tokens};

/// The reader of a report.
pub struct Report {
    /// Which report.
    pub source: Source,
    /// What the user says.
    pub options: Options,
}

/// A prompt length within the long-context class of Anthropic's reports (above 200k).
const LONG: u64 = 200_001;

impl Reader for Report {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        let mut record = Record {
            requests: None,
            ..Record::default()
        };
        let counted = match self.source {
            Source::AnthropicUsage => anthropic(row, &mut record),
            Source::AnthropicConsole => console(row, &mut record),
            Source::AnthropicCost => anthropic_cost(row, &mut record),
            Source::OpenaiCosts => openai_cost(row, &mut record),
            _ => openai(row, &mut record),
        };
        let Some(counts) = counted else {
            return Row::Foreign;
        };
        let Some(tokens) = tokens(self.source.semantics(), &counts, row) else {
            return Row::Foreign;
        };
        if tokens == Tokens::default()
            && record.logged.is_none()
            && record.requests.unwrap_or(0) == 0
        {
            return Row::Other;
        }
        record.tokens = tokens;
        record.tenant = self.options.tenant(row).or(record.tenant);
        record.feature = self.options.feature(row).or(record.feature);
        record.model = record.model.map(|name| names::model(&name));
        if self.options.bill && record.model.is_none() {
            // Web searches, code execution, storage.
            let kind = row.text("cost_type").filter(|kind| kind != "tokens");
            record.model = kind.map(|kind| charge(&kind));
        }
        record.into()
    }
}

/// Beginning of the bucket of a row.
fn begin(row: &Fields<'_>) -> Option<Instant> {
    let keys = [
        "bucket_start",
        "starting_at",
        "start_time",
        "start_time_iso",
    ];
    keys.iter()
        .find(|key| row.has(key))
        .and_then(|key| row.time(key))
}

fn anthropic(row: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    if !row.knows("uncached_input_tokens") {
        return None;
    }
    record.at = begin(row);
    record.model = row.text("model");
    record.provider = Some("anthropic".into());
    record.tenant = row
        .first(&["workspace_name", "workspace_id"])
        .map(|name| names::tenant(&name));
    terms(row, record, "service_tier");
    let mut counts = Counts {
        input: row.count("uncached_input_tokens").unwrap_or(0),
        cache_read: row.count("cache_read_input_tokens").unwrap_or(0),
        output: row.count("output_tokens").unwrap_or(0),
        ..Counts::default()
    };
    counts.write(
        row.count("cache_creation_input_tokens"),
        row.count("cache_creation.ephemeral_5m_input_tokens"),
        row.count("cache_creation.ephemeral_1h_input_tokens"),
    );
    Some(counts)
}

/// Tier, speed, place and class of prompt length.
fn terms(row: &Fields<'_>, record: &mut Record, tier: &str) {
    record.tier = names::tier(row.text(tier));
    if row.text("speed").as_deref() == Some("fast") {
        record.tier = Some("fast".into());
    }
    record.regional = row.text("inference_geo").as_deref() == Some("us");
    let window = row.text("context_window").unwrap_or_default();
    let long = window.starts_with("200k-") || window.contains('>');
    record.prompt_length = Some(if long { LONG } else { 0 });
}

fn console(row: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    if !row.knows("usage_date_utc") {
        return None;
    }
    record.at = row.time("usage_date_utc");
    record.model = row.text("model_version");
    record.provider = Some("anthropic".into());
    record.tenant = row
        .first(&["workspace", "api_key"])
        .map(|name| names::tenant(&name));
    terms(row, record, "usage_type");
    let count = |key: &str| row.count(key);
    let mut counts = Counts {
        input: count("usage_input_tokens_no_cache").unwrap_or(0),
        cache_read: count("usage_input_tokens_cache_read").unwrap_or(0),
        output: count("usage_output_tokens").unwrap_or(0),
        ..Counts::default()
    };
    counts.write(
        count("usage_input_tokens_cache_write"),
        count("usage_input_tokens_cache_write_5m"),
        count("usage_input_tokens_cache_write_1h"),
    );
    Some(counts)
}

/// The Usage API and the dashboard's CSV: splits by modality stand inside the totals.
fn openai(row: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    if !row.knows("input_tokens")
        && !row.knows("num_model_requests")
        && !row.knows("start_time_iso")
    {
        return None;
    }
    record.at = begin(row);
    record.model = row.text("model");
    record.provider = Some("openai".into());
    record.tenant = row
        .first(&["project_name", "project_id"])
        .map(|name| names::tenant(&name));
    record.requests = row.count("num_model_requests");
    record.tier = names::tier(row.text("service_tier"));
    if row.flag("batch") {
        record.tier = Some("batch".into());
    }
    let count = |key: &str| row.count(key).unwrap_or(0);
    Some(Counts {
        input: count("input_tokens"),
        cache_read: count("input_cached_tokens"),
        write_5m: count("input_cache_write_tokens"),
        output: count("output_tokens"),
        audio_input: count("input_audio_tokens"),
        audio_output: count("output_audio_tokens"),
        image_input: count("input_image_tokens"),
        image_output: count("output_image_tokens"),
        ..Counts::default()
    })
}

/// `amount` is a decimal text in cents: "123.45" is 1.2345 USD.
fn anthropic_cost(row: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    if !row.knows("amount") {
        return None;
    }
    record.at = begin(row);
    record.model = row.text("model");
    record.provider = Some("anthropic".into());
    record.tenant = row.text("workspace_id").map(|name| names::tenant(&name));
    record.tier = names::tier(row.text("service_tier"));
    record.logged = row.money("amount").and_then(|cents| cents.scaled(1, 100));
    dollars(row, row.text("currency"), record);
    Some(Counts::default())
}

fn openai_cost(row: &Fields<'_>, record: &mut Record) -> Option<Counts> {
    if !row.knows("amount") {
        return None;
    }
    record.at = begin(row);
    record.provider = Some("openai".into());
    record.tenant = row
        .first(&["project_name", "project_id"])
        .map(|name| names::tenant(&name));
    // `gpt-5-mini-2025-08-07, input`
    let item = row.text("line_item");
    record.model = item.and_then(|item| item.split(',').next().map(str::to_owned));
    record.logged = row.money("amount.value");
    dollars(row, row.text("amount.currency"), record);
    Some(Counts::default())
}

/// Only US dollars count: amounts of other currencies are not added to them.
pub fn dollars(row: &Fields<'_>, currency: Option<String>, record: &Record) {
    if currency
        .as_deref()
        .is_some_and(|code| !code.eq_ignore_ascii_case("usd"))
    {
        row.wrong(format!(
            "the currency is {}, not USD",
            currency.unwrap_or_default()
        ));
    }
    if record.logged.is_none() {
        row.wrong("no amount");
    }
}
