//! Amounts in whole numbers of 1e-18 US dollars, computed from their digits: an engine's own decimals round
//! otherwise, and each in its own way.

use super::schema::{Column, Type};
use super::sql::Steps;
use super::value::{self, Read};

/// Largest amount of one row, as `usage::money` has it: 1e9 USD.
const MOST: &str = "1000000000000000000000000000";

/// An amount: of several columns the first that is there.
pub fn amount(columns: &[Column], steps: &mut Steps) -> Read {
    let each: Vec<(String, Read)> = columns
        .iter()
        .map(|column| {
            let text = value::text(column, steps);
            let read = match column.of {
                Type::Text | Type::Whole | Type::Float | Type::Decimal => of_text(&text, steps),
                _ => Read {
                    wrong: format!("{text} IS NOT NULL"),
                    ..Read::none()
                },
            };
            (text, read)
        })
        .collect();
    value::first_there(&each)
}

/// The amount of a text: `0.0272928`, `3.2e-05`, `-1`.
fn of_text(text: &str, steps: &mut Steps) -> Read {
    let is_right =
        format!("{text} RLIKE '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{{1,3}})?$'");
    let mantissa = format!("regexp_replace(regexp_replace({text}, '[eE].*$', ''), '^[+-]', '')");
    let exponent = format!("regexp_extract({text}, '[eE]([+-]?[0-9]+)$', 1)");
    // Digits without zeros before them, and how many of them stand before the end of 1e-18 dollars.
    let digits = steps.b.put(format!(
        "CASE WHEN {is_right} THEN regexp_replace(replace({mantissa}, '.', ''), '^0+', '') END"
    ));
    let whole = format!("length(regexp_replace({mantissa}, '[.].*$', ''))");
    let zeros = format!("length(regexp_extract(replace({mantissa}, '.', ''), '^(0*)', 1))");
    let kept = steps.b.put(format!(
        "CAST({whole} - {zeros} + 18 + coalesce(try_cast(nullif({exponent}, '') AS INT), 0) AS INT)"
    ));
    let head = format!("rpad(substr({digits}, 1, {kept}), {kept}, '0')");
    let round = format!("CASE WHEN substr({digits}, {kept} + 1, 1) >= '5' THEN 1 ELSE 0 END");
    let size = format!(
        "CASE WHEN {digits} = '' OR {kept} < 0 THEN CAST(0 AS DECIMAL(30, 0)) \
         WHEN {kept} <= 28 THEN CAST(coalesce(try_cast(nullif({head}, '') AS DECIMAL(29, 0)), 0) + {round} \
         AS DECIMAL(30, 0)) END"
    );
    let size = steps.c.put(size);
    let value = format!(
        "CASE WHEN {size} <= {MOST} THEN CASE WHEN {text} LIKE '-%' THEN -{size} ELSE {size} END END"
    );
    Read {
        wrong: format!("({text} IS NOT NULL AND {value} IS NULL)"),
        ..Read::plain(value)
    }
}
