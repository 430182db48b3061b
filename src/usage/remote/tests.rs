//! Queries as text, and answers as groupings, without an engine.

use std::sync::Arc;

use super::super::group::{Grouping, Plan};
use super::super::ingest::{Rules, Usage};
use super::super::key::Dimension;
use super::super::map::Map;
use super::super::read::Options;
use super::super::record::{Bucket, Record, Tokens};
use super::super::semantics::Source;
use super::super::shape::{NoShapes, Shape, Shapes};
use super::super::time::{Instant, Zone};
use super::load::{Again, Field, Loader};
use super::profile::{Known, Profiled};
use super::query::{Out, Query};
use super::value::Width;
use super::{Asked, Bounds, Call, Schema, Type};

fn schema(columns: &[(&str, Type)]) -> Schema {
    let named = columns.iter().cloned();
    Schema(named.map(|(name, of)| (name.to_owned(), of)).collect())
}

fn own() -> Schema {
    schema(&[
        ("ts", Type::Instant),
        ("tenant", Type::Text),
        ("model", Type::Text),
        ("input_tokens", Type::Whole),
        ("cached_tokens", Type::Whole),
        ("output_tokens", Type::Whole),
        ("latency_ms", Type::Float),
    ])
}

fn mapped(map: &str) -> Options {
    Options {
        map: Map::parse(map).unwrap(),
        ..Options::default()
    }
}

fn call(schema: &Schema, options: &Options) -> Result<Call, String> {
    Call::new(&Asked {
        source: Source::Table,
        schema,
        options,
        width: Width::Narrow,
    })
}

fn plan() -> Plan {
    Plan {
        by: vec![Dimension::Tenant, Dimension::Model, Dimension::Day],
        zone: Zone::utc(),
        daily: true,
    }
}

fn query<'a>(plan: &'a Plan, rules: &'a Rules, bounds: Bounds) -> Query<'a> {
    let (schema, options) = (own(), Options::default());
    let asked = Asked {
        source: Source::Table,
        schema: &schema,
        options: &options,
        width: Width::Narrow,
    };
    Query::new(&asked, plan, rules, bounds, "logs".into()).unwrap()
}

#[test]
fn what_is_inside_is_subtracted_by_the_table_of_semantics() {
    let input = |map: &str| {
        let call = call(&own(), &mapped(map)).unwrap();
        let steps = call.steps.d.select();
        steps.contains("- coalesce(c")
    };
    assert!(input(""));
    assert!(!input("cache=outside"));
}

#[test]
fn a_column_that_is_not_there_or_cannot_hold_it_is_told() {
    let why = |schema: &Schema, map: &str| call(schema, &mapped(map)).unwrap_err();
    let missing = why(&own(), "input=tokens");
    assert!(
        missing.starts_with("no column is named `tokens` (input)"),
        "{missing}"
    );
    let lists = schema(&[("input_tokens", Type::List(Box::new(Type::Whole)))]);
    let wrong = why(&lists, "");
    assert!(
        wrong.starts_with("the column `input_tokens` (input) holds a list"),
        "{wrong}"
    );
    let nothing = why(&schema(&[("x", Type::Text)]), "");
    assert!(nothing.starts_with("no tokens or cost"), "{nothing}");
    let other = Call::new(&Asked {
        source: Source::Bedrock,
        schema: &own(),
        options: &Options::default(),
        width: Width::Narrow,
    });
    assert!(
        other
            .unwrap_err()
            .contains("does not know tables of bedrock")
    );
}

#[test]
fn bounds_conditions_and_parts_of_the_table_are_left_to_the_engine() {
    let (plan, rules) = (
        plan(),
        Rules {
            since: Instant::parse("2026-11-02"),
            until: Instant::parse("2026-11-03"),
            ..Rules::default()
        },
    );
    let mut query = query(&plan, &rules, Bounds::default());
    query.filter = Some("region = 'eu' OR region IS NULL".into());
    query.partition = Some("day".into());
    let sql = query.groups();
    for part in [
        "WHERE (region = 'eu' OR region IS NULL)",
        "(`ts` IS NULL OR `ts` >= CAST('2026-11-02 00:00:00' AS TIMESTAMP))",
        "(`ts` IS NULL OR `ts` < CAST('2026-11-03 00:00:00' AS TIMESTAMP))",
        "`day` >= '2026-11-01'",
        "`day` <= '2026-11-04'",
        "LIMIT 1000001",
    ] {
        assert!(sql.contains(part), "{part}: {sql}");
    }
    assert!(query.leaves_out());
}

/// An answer as an engine would give it to the records.
fn row(columns: &[Out], tenant: &str, model: &str, day: &str, input: i128) -> Vec<Field> {
    let at = Instant::parse(day).unwrap();
    let micros = Field::Number(i128::from(at.0 / 1_000));
    let value = |out: &Out| match out {
        Out::Tenant => Field::Text(tenant.into()),
        Out::Model => Field::Text(model.into()),
        Out::Day => Field::Number(at.utc_day().into()),
        Out::Rows => Field::Number(2),
        Out::Tokens(Bucket::InputUncached) => Field::Number(2 * input),
        Out::First | Out::Last => micros.clone(),
        // Twice the time of 64 tenths of a millisecond.
        Out::Times => Field::List(vec![64 * (1 << 50) + 2]),
        Out::Part => Field::Null,
        _ => Field::Number(0),
    };
    columns.iter().map(value).collect()
}

fn loaded(
    query: &Query<'_>,
    rows: &[Vec<Field>],
    shapes: &dyn Shapes,
) -> Result<Result<Usage, Again>, String> {
    let options = Options::default();
    let mut loader = Loader::new(query, Source::Table, &options, shapes, "logs");
    for row in rows {
        loader.row(row)?;
    }
    loader.end()
}

#[test]
fn an_answer_becomes_the_grouping_that_its_rows_would_be() {
    let (plan, rules) = (plan(), Rules::default());
    let query = query(&plan, &rules, Bounds::default());
    let columns = query.columns();
    let calls = [
        ("acme", "openai/gpt-5-mini", "2026-11-02T08:00:00Z", 7),
        ("globex", "gpt-5-mini", "2026-11-03T08:00:00Z", 9),
    ];
    let rows: Vec<Vec<Field>> = calls
        .iter()
        .map(|(tenant, model, at, input)| row(&columns, tenant, model, at, *input))
        .collect();
    let usage = loaded(&query, &rows, &NoShapes).unwrap().unwrap();
    let mut grouping = Grouping::new(plan.clone());
    for (tenant, _, at, input) in calls {
        for _ in 0..2 {
            let record = Record {
                at: Instant::parse(at),
                tenant: Some(tenant.into()),
                model: Some("gpt-5-mini".into()),
                tokens: Tokens::default().with(Bucket::InputUncached, input as u64),
                latency_ms: Some(6.4),
                ..Record::call()
            };
            grouping.add(&record, Source::Table, &NoShapes);
        }
    }
    let cells = |of: &Grouping| {
        let list = of.cells.iter().map(|(key, cell)| (key.day, cell));
        list.collect::<Vec<_>>()
    };
    assert_eq!(cells(&usage.grouping), cells(&grouping));
    assert_eq!(usage.grouping.span, grouping.span);
    let p50 = |of: &Grouping| of.latencies.quantiles(0..2, [0.5]);
    assert_eq!(p50(&usage.grouping), p50(&grouping));
    assert_eq!(usage.rows(), 4);
}

#[test]
fn more_groups_than_were_asked_for_are_no_answer() {
    let (plan, rules) = (plan(), Rules::default());
    let mut query = query(&plan, &rules, Bounds::default());
    query.most = 1;
    let columns = query.columns();
    let one = row(&columns, "acme", "m", "2026-11-02", 1);
    let why = loaded(&query, &[one.clone(), one], &NoShapes).unwrap_err();
    assert!(
        why.starts_with("more than 1 groups") && why.contains("--max-groups"),
        "{why}"
    );
}

/// Prices that change at two in the morning, for every model.
struct Peaks;

impl Shapes for Peaks {
    fn shape(&self, _: Option<&str>, _: &str) -> Arc<Shape> {
        Arc::new(Shape {
            minutes: vec![120],
            ..Shape::default()
        })
    }
}

#[test]
fn a_query_is_sent_again_for_counts_that_are_too_large_and_models_that_turn_out_to_have_peak_hours()
{
    let (plan, rules) = (plan(), Rules::default());
    let narrow = query(&plan, &rules, Bounds::default());
    let columns = narrow.columns();
    let mut huge = row(&columns, "acme", "m", "2026-11-02", 1);
    let at = columns.iter().position(|out| *out == Out::Huge).unwrap();
    huge[at] = Field::Number(1);
    assert_eq!(
        loaded(&narrow, &[huge], &NoShapes).unwrap().err(),
        Some(Again::Wide)
    );
    let known = row(&columns, "acme", "m", "2026-11-02", 1);
    let again = loaded(&narrow, &[known], &Peaks).unwrap().err();
    assert_eq!(again, Some(Again::Peaks(vec!["m".into()])));
    let bounds = Bounds {
        minutes: vec![120],
        more: vec!["m".into()],
        ..Bounds::default()
    };
    let told = query(&plan, &rules, bounds);
    let columns = told.columns();
    let mut late = row(&columns, "acme", "m", "2026-11-02", 1);
    late[columns.iter().position(|out| *out == Out::Part).unwrap()] = Field::Number(1);
    let usage = loaded(&told, &[late], &Peaks).unwrap().unwrap();
    let (key, _) = usage.grouping.cells.iter().next().unwrap();
    assert_eq!(key.class.slot.part, 1);
}

#[test]
fn a_table_that_changes_between_the_queries_of_a_workload_is_no_answer() {
    let (plan, rules) = (plan(), Rules::default());
    let query = query(&plan, &rules, Bounds::default());
    let columns = query.columns();
    let one = row(&columns, "acme", "m", "2026-11-02", 1);
    let usage = loaded(&query, &[one], &NoShapes).unwrap().unwrap();
    let mut known = Known::default();
    known
        .take(&[Field::Number(2), Field::Number(0), Field::Number(0)])
        .unwrap();
    let options = Options::default();
    let mut profiled = Profiled::new(&query, &options, known);
    let text = |text: &str| Field::Text(text.into());
    let mut part = vec![
        Field::Null,
        text("m"),
        Field::Null,
        Field::Null,
        Field::Number(0),
    ];
    part.extend([3, 0, 0, 0, 0, 0, 3, 3].map(Field::Number));
    profiled.take(0, &part).unwrap();
    let why = profiled.end(&usage).unwrap_err();
    assert!(
        why.starts_with("the table changed while it was read"),
        "{why}"
    );
}
