//! Damaged files: a clear error or an answer, and never a panic.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMillisecondArray};
use parquet::basic::Compression;
use parquet::file::properties::WriterVersion;
use serde_json::Value;

use crate::made::{Column, Form, file};
use crate::told::{Reading, told};
use llmcost::usage::semantics::Source;

fn small(form: &Form) -> Vec<u8> {
    let rows = 0..150_i64;
    let nulls = |rows: usize| vec![Value::Null; rows];
    let tenants =
        StringArray::from_iter_values(rows.clone().map(|row| format!("tenant-{}", row % 7)));
    let counts = Int64Array::from_iter_values(rows.clone());
    let times = TimestampMillisecondArray::from_iter_values(
        rows.clone().map(|row| 1_790_838_732_460 + row),
    );
    let all = [
        ("tenant", Arc::new(tenants) as ArrayRef),
        ("input_tokens", Arc::new(counts)),
        ("timestamp", Arc::new(times)),
    ];
    let columns = all.map(|(name, array)| Column::new(name, array, nulls(150)));
    file(&columns, form)
}

/// Numbers from a seed (xorshift).
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

fn damaged(whole: &[u8], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=draw.below(3) {
        let at = draw.below(bytes.len());
        match draw.below(5) {
            0 => bytes[at] ^= 1 << draw.below(8),
            1 => bytes[at] = [0, 0xff, 0x7f, 0x80][draw.below(4)],
            2 => bytes[at] = draw.below(256) as u8,
            3 => drop(bytes.drain(at..(at + 1 + draw.below(20)).min(bytes.len()))),
            _ => {
                let piece = bytes[at..(at + 1 + draw.below(20)).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

#[test]
fn any_damage_gives_an_answer_or_an_error_that_names_the_file() {
    let forms = [
        Form {
            group: 60,
            ..Form::default()
        },
        Form {
            codec: Compression::UNCOMPRESSED,
            ..Form::default()
        },
        Form {
            version: WriterVersion::PARQUET_2_0,
            codec: Compression::LZ4_RAW,
            dictionary: false,
            ..Form::default()
        },
    ];
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let mut errors = 0;
    for form in forms {
        let whole = small(&form);
        for _ in 0..cases() {
            let bytes = damaged(&whole, &mut draw);
            // What no longer begins as Parquet is read as any other text.
            let (threads, block) = [(0, 0), (2, 64)][draw.below(2)];
            let told = told(
                [&bytes; 2],
                &Reading {
                    from: None,
                    ..Reading::of(Source::Jsonl)
                },
                threads,
                block,
            );
            if !told.starts_with('{') {
                assert!(told.starts_with("log:"), "{told}");
                errors += 1;
            }
        }
    }
    assert!(errors > 100, "{errors}");
}

/// Damaged files of each form; `LLMCOST_CASES` asks for more.
fn cases() -> usize {
    std::env::var("LLMCOST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(250)
}
