//! Instants of columns in microseconds since 1970, read as `usage::time` reads them, and days of a zone.

use super::super::time::{Instant, Zone};
use super::schema::{Column, Type};
use super::sql::{self, Steps};
use super::value::{self, Read};

/// A date, with or without a time of the day and a zone.
const CIVIL: &str = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]*)?)? *([Zz]|[Uu][Tt][Cc]|[+-][0-9]{2}(:?[0-9]{2})?)?)?$'";

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// Instants that nanoseconds of 64 bits can hold.
const MOST: i64 = i64::MAX / 1_000;

/// The instant (µs): of several columns the first that is there.
pub fn instant(columns: &[Column], steps: &mut Steps) -> Read {
    let each: Vec<(String, Read)> = columns.iter().map(|column| of(column, steps)).collect();
    value::first_there(&each)
}

/// The instant of a clock that begins at zero and counts in this unit (s).
pub fn clock(columns: &[Column], unit: f64, steps: &mut Steps) -> Read {
    let read = value::number(columns, steps);
    let micros = format!("CAST(floor(({}) * {unit:e} * 1e6) AS BIGINT)", read.value);
    Read {
        value: steps.c.put(micros),
        ..read
    }
}

fn of(column: &Column, steps: &mut Steps) -> (String, Read) {
    let sql = &column.sql;
    let (there, value) = match column.of {
        Type::Instant => {
            let micros = steps
                .a
                .put(format!("unix_micros(CAST({sql} AS TIMESTAMP))"));
            (micros.clone(), micros)
        }
        Type::Day => {
            let day = format!("CAST(unix_date({sql}) AS BIGINT) * {DAY}");
            let micros = steps.a.put(day);
            (micros.clone(), micros)
        }
        Type::Whole => {
            let number = steps.a.put(format!("CAST({sql} AS BIGINT)"));
            let micros = steps.b.put(of_number(&number, "DIV"));
            (number, micros)
        }
        Type::Float | Type::Decimal => {
            let number = steps.a.put(format!("CAST({sql} AS DOUBLE)"));
            let micros = format!("CAST(floor({} + 0.5D) AS BIGINT)", of_number(&number, "/"));
            let micros = steps.b.put(format!(
                "CASE WHEN {number} > -1e18 AND {number} < 1e19 THEN {micros} END"
            ));
            (number, micros)
        }
        Type::Text => {
            let text = value::text(column, steps);
            let micros = of_text(&text, steps);
            (text, micros)
        }
        Type::Void => ("NULL".into(), "NULL".into()),
        _ => (steps.a.put(format!("{sql} IS NOT NULL")), "NULL".into()),
    };
    let fits = format!("CASE WHEN {value} BETWEEN -{MOST} AND {MOST} THEN {value} END");
    let read = Read {
        wrong: format!("({there} IS NOT NULL AND {fits} IS NULL)"),
        ..Read::plain(fits)
    };
    (there, read)
}

/// A number since 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by its size.
fn of_number(number: &str, over: &str) -> String {
    format!(
        "CASE WHEN abs({number}) < 100000000000 THEN {number} * 1000000 \
         WHEN abs({number}) < 100000000000000 THEN {number} * 1000 \
         WHEN abs({number}) < 100000000000000000 THEN {number} \
         ELSE {number} {over} 1000 END"
    )
}

fn of_text(text: &str, steps: &mut Steps) -> String {
    let bare = steps
        .b
        .put(format!("regexp_replace({text}, '^\"+|\"+$', '')"));
    let number = format!("{bare} RLIKE '^-?[0-9]+([.][0-9]*)?$'");
    let whole = format!("try_cast(regexp_replace({bare}, '[.].*$', '') AS BIGINT)");
    let part = |digits: usize| {
        let part = format!("regexp_extract({bare}, '[.]([0-9]*)$', 1)");
        format!("CAST(rpad(substr({part}, 1, {digits}), {digits}, '0') AS BIGINT)")
    };
    let sign = format!("CASE WHEN {bare} LIKE '-%' THEN -1 ELSE 1 END");
    let of_number = format!(
        "CASE WHEN abs({whole}) < 100000000000 THEN {whole} * 1000000 + {sign} * {} \
         WHEN abs({whole}) < 100000000000000 THEN {whole} * 1000 + {sign} * {} \
         WHEN abs({whole}) < 100000000000000000 THEN {whole} ELSE {whole} DIV 1000 END",
        part(6),
        part(3)
    );
    let number_of = steps
        .c
        .put(format!("CASE WHEN {number} THEN {of_number} END"));
    let civil = civil(&bare);
    let civil = steps
        .c
        .put(format!("CASE WHEN {bare} RLIKE {CIVIL} THEN {civil} END"));
    format!("coalesce({number_of}, {civil})")
}

fn civil(text: &str) -> String {
    let day = format!("CAST(unix_date(try_cast(substr({text}, 1, 10) AS DATE)) AS BIGINT)");
    let two = |at: usize, most: u32| {
        let part = format!("try_cast(substr({text}, {at}, 2) AS BIGINT)");
        format!("CASE WHEN {part} <= {most} THEN {part} END")
    };
    let seconds = format!(
        "CASE WHEN substr({text}, 17, 1) = ':' THEN {} ELSE 0 END",
        two(18, 60)
    );
    let rest = format!("substr({text}, 17)");
    let part = format!("regexp_extract({rest}, '[.,]([0-9]*)', 1)");
    let micros = format!("CAST(rpad(substr({part}, 1, 6), 6, '0') AS BIGINT)");
    let zone = format!(
        "regexp_replace(regexp_extract({rest}, '([+-][0-9]{{2}}:?[0-9]{{0,2}})$', 1), ':', '')"
    );
    let minutes = format!(
        "(CAST(substr({zone}, 2, 2) AS BIGINT) * 60 + coalesce(try_cast(nullif(substr({zone}, 4, 2), '') AS BIGINT), 0))"
    );
    let east = format!(
        "CASE WHEN {zone} = '' THEN 0 WHEN {zone} LIKE '-%' THEN -{minutes} ELSE {minutes} END"
    );
    format!(
        "({day} * {DAY} + CASE WHEN length({text}) = 10 THEN 0 ELSE \
         ({}) * 3600000000 + ({}) * 60000000 + ({seconds}) * 1000000 + {micros} - ({east}) * 60000000 END)",
        two(12, 23),
        two(15, 59)
    )
}

/// The instant as this zone's clock shows it (µs).
pub fn local(micros: &str, zone: &Zone) -> String {
    if zone.is_utc() {
        return micros.to_owned();
    }
    format!("{micros} + {}", east(micros, &zone.offsets()))
}

/// Microseconds east of UTC by halving the list of changes.
fn east(micros: &str, offsets: &[(i64, i32)]) -> String {
    match offsets {
        [] => "0".into(),
        [(_, only)] => (i64::from(*only) * 1_000_000).to_string(),
        many => {
            let (before, after) = many.split_at(many.len() / 2);
            format!(
                "CASE WHEN {micros} < {} THEN {} ELSE {} END",
                after[0].0 * 1_000_000,
                east(micros, before),
                east(micros, after)
            )
        }
    }
}

/// The first microsecond that is not before an instant.
pub fn micros(at: Instant) -> i64 {
    at.0.div_euclid(1_000) + i64::from(at.0.rem_euclid(1_000) > 0)
}

/// A bound of a column as the engine can compare it before it reads rows; none where it has to read them first.
pub fn bound(column: &Column, sign: &str, at: Instant) -> Option<String> {
    let sql = &column.sql;
    let text = at.to_string();
    let bound = match column.of {
        Type::Instant => {
            let micros = Instant(micros(at).checked_mul(1_000)?).to_string();
            let civil = micros.trim_end_matches('Z').replace('T', " ");
            format!("{sql} {sign} CAST({} AS TIMESTAMP)", sql::text(&civil))
        }
        // A day is the instant of its beginning.
        Type::Day => {
            let begins = at.0.rem_euclid(DAY * 1_000) == 0;
            let sign = match (sign, begins) {
                (_, true) => sign,
                (">=", false) => ">",
                (_, false) => "<=",
            };
            format!("{sql} {sign} CAST({} AS DATE)", sql::text(&text[..10]))
        }
        _ => return None,
    };
    Some(format!("({sql} IS NULL OR {bound})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(of: Type) -> Column {
        Column {
            path: "t".into(),
            sql: "`t`".into(),
            of,
        }
    }

    #[test]
    fn a_day_is_asked_for_by_the_day_that_an_instant_lies_in() {
        let at = |text: &str| Instant::parse(text).unwrap();
        let bound = |of, sign, text: &str| bound(&column(of), sign, at(text)).unwrap();
        let day = "(`t` IS NULL OR `t` >= CAST('2026-11-02' AS DATE))";
        assert_eq!(bound(Type::Day, ">=", "2026-11-02"), day);
        let later = "(`t` IS NULL OR `t` > CAST('2026-11-02' AS DATE))";
        assert_eq!(bound(Type::Day, ">=", "2026-11-02T01:00:00Z"), later);
        let before = "(`t` IS NULL OR `t` <= CAST('2026-11-02' AS DATE))";
        assert_eq!(bound(Type::Day, "<", "2026-11-02T01:00:00Z"), before);
        let instant = "(`t` IS NULL OR `t` < CAST('2026-11-02 00:00:00' AS TIMESTAMP))";
        assert_eq!(bound(Type::Instant, "<", "2026-11-02"), instant);
    }

    #[test]
    fn changes_of_a_zone_are_found_by_halving() {
        let sql = east("t", &[(i64::MIN, 3_600), (100, 7_200), (200, 3_600)]);
        let expected = "CASE WHEN t < 100000000 THEN 3600000000 ELSE \
                        CASE WHEN t < 200000000 THEN 7200000000 ELSE 3600000000 END END";
        assert_eq!(sql, expected);
    }
}
