//! Tables of one's own by a column map, and traces: the counterpart of `read::mapped`.

use super::super::read::mapped::{COUNTS, Count, Mapped, NEEDED};
use super::super::semantics::{Part, Source};
use super::call::{Asked, Call, Counts, plus};
use super::schema::{Column, Type};
use super::value::{self, Read};
use super::{money, sql, time};

/// What a column may hold for a field.
fn suits(field: &str, of: &Type) -> bool {
    let number = matches!(
        of,
        Type::Whole | Type::Float | Type::Decimal | Type::Text | Type::Void
    );
    let scalar = number || matches!(of, Type::Truth | Type::Day | Type::Instant);
    match field {
        "time" => scalar && *of != Type::Truth,
        "cost" | "latency_ms" | "latency_s" | "ttft_ms" | "requests" => number,
        _ if COUNTS.iter().any(|(_, name)| *name == field) => number,
        _ => scalar,
    }
}

/// Columns of a field.
struct Found<'a> {
    asked: &'a Asked<'a>,
    mapped: Mapped,
}

impl Found<'_> {
    /// Those that may hold a field: the named one, else the usual ones.
    fn columns(&self, field: &str) -> Result<Vec<Column>, String> {
        let (map, _, _) = self.mapped.terms();
        let schema = self.asked.schema;
        let found = schema.all(&map.names(field));
        match (map.told(field), found.first()) {
            (Some(told), None) if schema.find(told).is_none() => Err(format!(
                "no column is named `{told}` ({field}); there are: {}",
                schema.names().join(", ")
            )),
            (_, Some(column)) if !suits(field, &column.of) => Err(format!(
                "the column `{}` ({field}) holds {}\nhint: --map {field}=NAME names another",
                column.path,
                column.of.says()
            )),
            _ => Ok(found),
        }
    }

    fn with_keys(&self, keys: &[String], field: &str) -> Result<Vec<Column>, String> {
        let mut found = self.asked.schema.all(keys);
        found.extend(self.columns(field)?);
        Ok(found)
    }
}

/// What a row means.
///
/// # Errors
/// Columns that are not there or hold something else.
pub fn call(asked: &Asked<'_>) -> Result<Call, String> {
    let found = Found {
        asked,
        mapped: Mapped::new(asked.source, asked.options),
    };
    let needed: Vec<Column> = NEEDED
        .iter()
        .map(|field| found.columns(field))
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    if needed.is_empty() {
        return Err(format!(
            "no tokens or cost; --map input=NAME,output=NAME says where they are; there are: {}",
            asked.schema.names().join(", ")
        ));
    }
    let mut call = Call::empty();
    when(&mut call, &found)?;
    who(&mut call, &found)?;
    tokens(&mut call, &found)?;
    outcome(&mut call, &found)?;
    if asked.source == Source::Jsonl {
        let nothing: Vec<String> = needed
            .iter()
            .map(|column| call.steps.a.put(format!("{} IS NULL", column.sql)))
            .collect();
        let foreign = format!("({} AND NOT {})", nothing.join(" AND "), call.failed);
        call.wrong.push(("not a row of jsonl".into(), foreign));
    }
    Ok(call)
}

fn when(call: &mut Call, found: &Found<'_>) -> Result<(), String> {
    let columns = found.columns("time")?;
    let (_, _, clock) = found.mapped.terms();
    let read = match clock {
        Some(unit) => time::clock(&columns, unit, &mut call.steps),
        None => time::instant(&columns, &mut call.steps),
    };
    let value = call.take("the time is not a time", read);
    call.time = match value.as_str() {
        "NULL" => "CAST(NULL AS BIGINT)".into(),
        _ => call.steps.d.put(value),
    };
    if let ([only], None) = (columns.as_slice(), clock) {
        call.dated = Some(only.clone());
    }
    Ok(())
}

fn who(call: &mut Call, found: &Found<'_>) -> Result<(), String> {
    let options = found.asked.options;
    let tenant = found.with_keys(&options.tenant_keys, "tenant")?;
    let feature = found.with_keys(&options.feature_keys, "feature")?;
    call.tenant = value::first_text(&tenant, &mut call.steps);
    call.feature = value::first_text(&feature, &mut call.steps);
    let mut text = |field: &str| -> Result<String, String> {
        Ok(value::first_text(&found.columns(field)?, &mut call.steps))
    };
    call.prompt = text("prompt")?;
    call.prompt_version = text("prompt_version")?;
    call.model = text("model")?;
    call.provider = text("provider")?;
    call.tier = text("tier")?;
    call.session = text("session")?;
    Ok(())
}

fn tokens(call: &mut Call, found: &Found<'_>) -> Result<(), String> {
    let (_, semantics, _) = found.mapped.terms();
    let mut values: Vec<Option<String>> = Vec::new();
    for (_, field) in COUNTS {
        let columns = found.columns(field)?;
        values.push(call.counted(field, &columns, found.asked.width, value::first_count));
    }
    let value = |what: Count| values[what as usize].clone();
    let or_zero = |part: Option<String>| {
        part.map_or_else(|| "0".to_owned(), |sql| format!("coalesce({sql}, 0)"))
    };
    let mut counts = Counts {
        cache_read: or_zero(value(Count::CacheRead)),
        reasoning: or_zero(value(Count::Reasoning)),
        ..Counts::default()
    };
    counts.write(
        value(Count::CacheWrite),
        value(Count::CacheWrite5m),
        value(Count::CacheWrite1h),
    );
    let cached = plus(&[&counts.cache_read, &counts.written()]);
    let whole = |whole: Option<String>, rest: Option<String>, part: Part, inside: &str| {
        let inside = if part == Part::Inside { inside } else { "0" };
        let rest = plus(&[&or_zero(rest), inside]);
        match whole {
            Some(whole) => format!("coalesce({whole}, {rest})"),
            None => rest,
        }
    };
    counts.input = whole(
        value(Count::Input),
        value(Count::InputUncached),
        semantics.cache_read,
        &cached,
    );
    counts.output = whole(
        value(Count::Output),
        value(Count::OutputVisible),
        semantics.reasoning,
        &counts.reasoning,
    );
    call.count(&semantics, &counts);
    Ok(())
}

fn outcome(call: &mut Call, found: &Found<'_>) -> Result<(), String> {
    let steps = &mut call.steps;
    let mut failed = vec![value::flag(&found.columns("failed")?, steps)];
    let status = found.columns("status")?;
    // The first status that is there counts.
    let each: Vec<(String, Read)> = status
        .iter()
        .map(|column| {
            let there = value::text(column, steps);
            (there, Read::plain(value::is_failure(column, steps)))
        })
        .collect();
    failed.push(value::first_there(&each).value);
    failed.retain(|sql| sql != "false" && sql != "NULL");
    call.failed = steps.c.put(sql::any(&failed));
    let requests = found.columns("requests")?;
    let width = found.asked.width;
    if let Some(value) = call.counted("requests", &requests, width, value::first_count) {
        call.requests = format!("coalesce({value}, 1)");
    }
    let read = money::amount(&found.columns("cost")?, &mut call.steps);
    let logged = call.take("the cost is not an amount", read);
    call.logged = logged;
    let read = value::number(&found.columns("latency_ms")?, &mut call.steps);
    let mut ms = vec![call.take("`latency_ms` is not a number", read)];
    let seconds = value::number(&found.columns("latency_s")?, &mut call.steps).value;
    if seconds != "NULL" {
        ms.push(format!("({seconds}) * 1e3"));
    }
    ms.retain(|sql| sql != "NULL");
    call.latency = call.tenths(&sql::first(&ms));
    let read = value::number(&found.columns("ttft_ms")?, &mut call.steps);
    call.take("`ttft_ms` is not a number", read);
    let id = found.columns("id")?;
    if !id.is_empty() {
        let id = value::first_text(&id, &mut call.steps);
        call.attempt(&[&id]);
    }
    Ok(())
}
