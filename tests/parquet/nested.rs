//! Exports of tools: objects and lists within columns, and bills.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListBuilder, MapBuilder, StringArray, StringBuilder,
    StructArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field};
use llmcost::usage::key::Dimension;
use llmcost::usage::time::Instant;
use serde_json::{Value, json};

use crate::made::{Column, Form};
use crate::same::same;
use crate::told::Reading;
use llmcost::usage::semantics::Source;

const ROWS: usize = 200;

fn json<T: Into<Value>>(cell: impl Fn(usize) -> T) -> Vec<Value> {
    (0..ROWS).map(|row| cell(row).into()).collect()
}

fn texts(cell: impl Fn(usize) -> String) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((0..ROWS).map(cell)))
}

fn text(name: &str, cell: impl Fn(usize) -> String) -> Column {
    Column::new(name, texts(&cell), json(cell))
}

fn count(name: &str, cell: impl Fn(usize) -> i64) -> Column {
    let array = Int64Array::from_iter_values((0..ROWS).map(&cell));
    Column::new(name, Arc::new(array) as ArrayRef, json(cell))
}

fn amount(name: &str, cell: impl Fn(usize) -> f64) -> Column {
    let array = Float64Array::from_iter_values((0..ROWS).map(&cell));
    Column::new(name, Arc::new(array) as ArrayRef, json(cell))
}

fn time(name: &str, ms: impl Fn(usize) -> i64) -> Column {
    let array = TimestampMillisecondArray::from_iter_values((0..ROWS).map(&ms));
    Column::new(
        name,
        Arc::new(array) as ArrayRef,
        json(|row| Instant(ms(row) * 1_000_000).to_string()),
    )
}

/// A struct with one field.
fn within(name: &str, inner: ArrayRef) -> ArrayRef {
    let field = Field::new(name, inner.data_type().clone(), true);
    Arc::new(StructArray::from(vec![(Arc::new(field), inner)]))
}

fn spend_logs() -> Vec<Column> {
    let begin = |row: usize| 1_790_838_732_460 + row as i64 * 60_000;
    vec![
        // Every tenth call is logged twice.
        text("request_id", |row| {
            format!("r{}", row - usize::from(row % 10 == 9))
        }),
        text("call_type", |_| "acompletion".into()),
        time("startTime", begin),
        time("endTime", |row| begin(row) + 900),
        text("model", |row| {
            ["gpt-5-mini", "claude-haiku-4-5"][row % 2].into()
        }),
        text("custom_llm_provider", |row| {
            ["openai", "anthropic"][row % 2].into()
        }),
        count("prompt_tokens", |row| 100 + row as i64),
        count("completion_tokens", |_| 50),
        count("total_tokens", |row| 150 + row as i64),
        amount("spend", |row| row as f64 * 1e-5),
        text("team_id", |row| format!("team-{}", row % 3)),
    ]
}

fn by_tenant_and_feature() -> Reading {
    Reading {
        from: None,
        by: vec![Dimension::Tenant, Dimension::Feature, Dimension::Model],
        ..Reading::of(Source::Jsonl)
    }
}

#[test]
fn spend_logs_tell_the_same_with_their_metadata_as_struct_or_as_text() {
    let cached = |row: usize| row as i64 % 60;
    let metadata = |row: usize| json!({"usage_object": {"prompt_tokens_details": {"cached_tokens": cached(row)}}});
    let counts: ArrayRef = Arc::new(Int64Array::from_iter_values((0..ROWS).map(cached)));
    let nested = within(
        "usage_object",
        within("prompt_tokens_details", within("cached_tokens", counts)),
    );
    let mut tags = ListBuilder::new(StringBuilder::new());
    for row in 0..ROWS {
        tags.values().append_value(format!("feature:f{}", row % 2));
        tags.append(true);
    }
    let tags = Column::new(
        "request_tags",
        Arc::new(tags.finish()) as ArrayRef,
        json(|row| vec![format!("feature:f{}", row % 2)]),
    );
    let reading = Reading {
        rules: llmcost::usage::ingest::Rules::default(),
        ..by_tenant_and_feature()
    };
    let as_struct = Column::new("metadata", nested, json(metadata));
    let answer = same(
        &[spend_logs(), vec![tags.clone(), as_struct]].concat(),
        &Form::default(),
        &reading,
    );
    assert!(
        answer.contains("\"litellm\"") && answer.contains("\"f1\""),
        "{answer}"
    );
    let as_text = text("metadata", |row| metadata(row).to_string());
    let other = same(
        &[spend_logs(), vec![tags, as_text]].concat(),
        &Form::default(),
        &reading,
    );
    assert_eq!(answer, other);
}

#[test]
fn a_name_within_a_column_is_found_by_its_path() {
    let owner = within("team", texts(|row| format!("team-{}", row % 4)));
    let columns = vec![
        text("model", |_| "gpt-5-mini".into()),
        count("input_tokens", |row| 100 + row as i64),
        count("output_tokens", |_| 50),
        Column::new(
            "owner",
            owner,
            json(|row| json!({"team": format!("team-{}", row % 4)})),
        ),
    ];
    let mut reading = Reading {
        map: "tenant=owner.team",
        ..Reading::of(Source::Jsonl)
    };
    let answer = same(&columns, &Form::default(), &reading);
    assert!(answer.contains("\"team-3\""), "{answer}");
    (reading.map, reading.keys) = ("", vec!["owner.team".into()]);
    assert_eq!(same(&columns, &Form::default(), &reading), answer);
}

#[test]
fn a_bill_of_focus_tells_the_same_with_its_tags_as_map() {
    let mut tags = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for row in 0..ROWS {
        tags.keys().append_value("team");
        tags.values().append_value(format!("team-{}", row % 3));
        tags.append(true).unwrap();
    }
    let tags = tags.finish();
    assert!(matches!(
        arrow::array::Array::data_type(&tags),
        DataType::Map(..)
    ));
    let columns = vec![
        text("ChargeCategory", |row| {
            if row % 50 == 49 {
                "Purchase".into()
            } else {
                "Usage".into()
            }
        }),
        time("ChargePeriodStart", |row| {
            1_790_812_800_000 + row as i64 / 20 * 86_400_000
        }),
        text("BillingCurrency", |_| "USD".into()),
        text("ConsumedUnit", |_| "1000 Tokens".into()),
        amount("ConsumedQuantity", |row| row as f64 + 0.5),
        text("SkuMeter", |row| ["input", "output"][row % 2].into()),
        text("x_Model", |_| "gpt-5-mini".into()),
        amount("EffectiveCost", |row| row as f64 * 0.001),
        Column::new(
            "Tags",
            Arc::new(tags) as ArrayRef,
            json(|row| json!({"team": format!("team-{}", row % 3)})),
        ),
    ];
    let answer = same(&columns, &Form::default(), &by_tenant_and_feature());
    assert!(
        answer.contains("\"focus\"") && answer.contains("\"team-2\""),
        "{answer}"
    );
}
