//! DeepSeek: the console's export. `amount-*.csv` has a row per kind of token, and one of calls; `cost-*.csv` has what
//! was charged for the same. Where both are read the tokens count, and what they cost is not added once more.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Bucket, Record, Tokens};
use super::reports;
use super::{End, Options, Reader, Row};

/// The reader.
pub struct Deepseek {
    /// What the user says.
    pub options: Options,
    /// Charges, until it is known whether there are amounts.
    pub charged: Vec<Record>,
    /// Whether there are amounts.
    pub counted: bool,
}

impl Deepseek {
    /// A reader.
    pub fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            charged: Vec::new(),
            counted: false,
        }
    }

    fn record(&self, row: &Fields<'_>) -> Record {
        Record {
            at: row.time("start_time_iso"),
            tenant: self
                .options
                .tenant(row)
                .or_else(|| row.first(&["api_key_name", "user_id"])),
            feature: self.options.feature(row),
            model: row.text("model").map(|name| names::model(&name)),
            provider: Some("deepseek".into()),
            // Sums say nothing about the length of a prompt, and calls are told in rows of their own.
            prompt_length: Some(0),
            requests: Some(0),
            ..Record::default()
        }
    }
}

impl Reader for Deepseek {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        let mut record = self.record(row);
        let Some(kind) = row.text("type") else {
            if !row.knows("cost") {
                return Row::Foreign;
            }
            record.requests = None;
            record.logged = row.money("cost");
            reports::dollars(row, row.text("currency"), &record);
            if row.is_wrong() {
                return Row::Foreign;
            }
            self.charged.push(record);
            return Row::Part;
        };
        let Some(amount) = row.count("amount") else {
            row.wrong("no amount");
            return Row::Foreign;
        };
        let bucket = match kind.as_str() {
            "input_cache_hit_tokens" => Some(Bucket::CacheRead),
            "input_cache_miss_tokens" => Some(Bucket::InputUncached),
            "output_tokens" => Some(Bucket::OutputVisible),
            "request_count" => None,
            _ => {
                let known =
                    "input_cache_hit_tokens, input_cache_miss_tokens, output_tokens, request_count";
                row.wrong(format!("unknown type `{kind}`; known: {known}"));
                return Row::Foreign;
            }
        };
        self.counted |= !row.is_wrong();
        match bucket {
            Some(bucket) => record.tokens = Tokens::default().with(bucket, amount),
            None => record.requests = Some(amount),
        }
        record.into()
    }

    fn end(&mut self) -> End {
        let charged = std::mem::take(&mut self.charged);
        if self.counted {
            return End {
                repeated: charged.len() as u64,
                ..End::default()
            };
        }
        End {
            records: charged,
            ..End::default()
        }
    }
}
