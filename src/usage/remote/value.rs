//! Numbers, texts and truth values of columns, read as the fields of a row are (`usage::fields`): what is there
//! and wrong is told, never taken for nothing.

use super::schema::{Column, Type};
use super::sql::{self, Steps};

/// A number as text, as Rust reads it.
const FLOAT: &str = "'^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$'";

/// Beyond this many tokens in one count the sums of an engine's 64-bit numbers might overflow, and decimals have to be used.
pub const NARROW: u64 = 100_000_000;

/// How counts are summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// In 64 bits, as long as no count is above [`NARROW`].
    #[default]
    Narrow,
    /// In decimals: counts of up to 64 bits.
    Wide,
}

/// A value, whether it is there and wrong, and whether it is too large for narrow sums.
#[derive(Clone, Debug)]
pub struct Read {
    /// The value, or null.
    pub value: String,
    /// Whether it is there and wrong.
    pub wrong: String,
    /// Whether it is too large.
    pub huge: String,
}

impl Read {
    /// Nothing.
    pub fn none() -> Self {
        Self::plain("NULL".into())
    }

    /// A value that cannot be wrong.
    pub fn plain(value: String) -> Self {
        Self {
            value,
            wrong: "false".into(),
            huge: "false".into(),
        }
    }
}

/// A text without blanks around it; null where it is empty.
pub fn text(column: &Column, steps: &mut Steps) -> String {
    let sql = &column.sql;
    match column.of {
        Type::Text => steps
            .a
            .put(format!("nullif(btrim({sql}, ' \\t\\r\\n'), '')")),
        Type::Truth | Type::Whole | Type::Float | Type::Decimal | Type::Day | Type::Instant => {
            steps.a.put(format!("CAST({sql} AS STRING)"))
        }
        _ => "NULL".into(),
    }
}

/// The first text of several columns.
pub fn first_text(columns: &[Column], steps: &mut Steps) -> String {
    let each: Vec<String> = columns.iter().map(|column| text(column, steps)).collect();
    sql::first(&each)
}

/// Whether any of the columns is true: `true`, 1, `t`, `yes`.
pub fn flag(columns: &[Column], steps: &mut Steps) -> String {
    let each: Vec<String> = columns
        .iter()
        .map(|column| {
            let text = text(column, steps);
            format!("lower({text}) IN ('true', '1', 't', 'yes')")
        })
        .collect();
    sql::any(&each)
}

/// A count that is not negative.
fn count(column: &Column, width: Width, steps: &mut Steps) -> Read {
    let whole = |c: &str| match width {
        Width::Narrow => Read {
            value: format!("CASE WHEN {c} BETWEEN 0 AND {NARROW} THEN CAST({c} AS BIGINT) END"),
            wrong: format!("{c} < 0"),
            huge: format!("{c} > {NARROW}"),
        },
        Width::Wide => Read {
            value: format!("CASE WHEN {c} >= 0 THEN CAST({c} AS DECIMAL(20, 0)) END"),
            wrong: format!("{c} < 0"),
            huge: "false".into(),
        },
    };
    let sql = &column.sql;
    match column.of {
        Type::Whole => whole(&steps.a.put(format!("CAST({sql} AS BIGINT)"))),
        Type::Float | Type::Decimal => {
            let c = steps.a.put(sql.clone());
            let value = steps.b.put(format!(
                "CASE WHEN {c} >= 0 AND {c} <= 9007199254740992 AND {c} = floor({c}) \
                 THEN CAST({c} AS BIGINT) END"
            ));
            Read {
                wrong: format!("({c} IS NOT NULL AND {value} IS NULL)"),
                ..whole(&value)
            }
        }
        Type::Text => {
            let c = text(column, steps);
            let value = steps.b.put(whole_of_text(&c));
            let beyond = format!("{value} > 18446744073709551615");
            Read {
                wrong: format!("({c} IS NOT NULL AND ({value} IS NULL OR {beyond}))"),
                ..whole(&value)
            }
        }
        Type::Void => Read::none(),
        _ => {
            let c = steps.a.put(format!("{sql} IS NOT NULL"));
            Read {
                wrong: c,
                ..Read::none()
            }
        }
    }
}

/// `12`, `3.0`, `1e3` as a whole number that is not negative.
fn whole_of_text(text: &str) -> String {
    let float = format!("try_cast({text} AS DOUBLE)");
    format!(
        "CASE WHEN {text} RLIKE '^[0-9]+$' THEN try_cast({text} AS DECIMAL(38, 0)) \
         WHEN {text} RLIKE {FLOAT} AND {float} >= 0 AND {float} <= 9007199254740992 \
         AND {float} = floor({float}) THEN CAST(CAST({float} AS BIGINT) AS DECIMAL(38, 0)) END"
    )
}

/// The first count of several columns.
pub fn first_count(columns: &[Column], width: Width, steps: &mut Steps) -> Read {
    together(columns, width, steps, sql::first)
}

/// The largest count of several columns.
pub fn most_count(columns: &[Column], width: Width, steps: &mut Steps) -> Read {
    together(columns, width, steps, |of| match of {
        [] => "NULL".into(),
        [one] => one.clone(),
        many => format!("greatest({})", many.join(", ")),
    })
}

fn together(
    columns: &[Column],
    width: Width,
    steps: &mut Steps,
    value: impl Fn(&[String]) -> String,
) -> Read {
    let each: Vec<Read> = columns
        .iter()
        .map(|column| count(column, width, steps))
        .collect();
    let of = |part: fn(&Read) -> &String| {
        let parts = each.iter().map(part);
        let parts: Vec<String> = parts.filter(|sql| *sql != "false").cloned().collect();
        sql::any(&parts)
    };
    let values: Vec<String> = each.iter().map(|read| read.value.clone()).collect();
    Read {
        value: value(&values),
        wrong: of(|read| &read.wrong),
        huge: of(|read| &read.huge),
    }
}

/// A number of any kind: of several columns the first that is there.
pub fn number(columns: &[Column], steps: &mut Steps) -> Read {
    let each: Vec<(String, Read)> = columns
        .iter()
        .map(|column| number_of(column, steps))
        .collect();
    first_there(&each)
}

fn number_of(column: &Column, steps: &mut Steps) -> (String, Read) {
    let sql = &column.sql;
    match column.of {
        Type::Whole | Type::Float | Type::Decimal => {
            let c = steps.a.put(format!("CAST({sql} AS DOUBLE)"));
            let finite = format!("({c} > -1e300 AND {c} < 1e300)");
            let read = Read {
                wrong: format!("({c} IS NOT NULL AND NOT {finite})"),
                ..Read::plain(format!("CASE WHEN {finite} THEN {c} END"))
            };
            (c, read)
        }
        Type::Text => {
            let c = text(column, steps);
            let value = steps.b.put(format!(
                "CASE WHEN {c} RLIKE {FLOAT} THEN try_cast({c} AS DOUBLE) END"
            ));
            let read = Read {
                wrong: format!("({c} IS NOT NULL AND {value} IS NULL)"),
                ..Read::plain(value)
            };
            (c, read)
        }
        Type::Void => ("NULL".into(), Read::none()),
        _ => {
            let wrong = steps.a.put(format!("{sql} IS NOT NULL"));
            let read = Read {
                wrong: wrong.clone(),
                ..Read::none()
            };
            (format!("nullif({wrong}, false)"), read)
        }
    }
}

/// Of values with what is there of them, the first that is there.
pub fn first_there(each: &[(String, Read)]) -> Read {
    if let [(_, one)] = each {
        return one.clone();
    }
    let pick = |part: fn(&Read) -> &String, none: &str| {
        let whens: Vec<String> = each
            .iter()
            .map(|(there, read)| format!("WHEN {there} IS NOT NULL THEN {}", part(read)))
            .collect();
        if whens.is_empty() {
            return none.to_owned();
        }
        format!("CASE {} ELSE {none} END", whens.join(" "))
    };
    Read {
        value: pick(|read| &read.value, "NULL"),
        wrong: pick(|read| &read.wrong, "false"),
        huge: "false".into(),
    }
}

/// Whether a status tells of a failure, as `read::is_failure` says.
pub fn is_failure(column: &Column, steps: &mut Steps) -> String {
    let c = text(column, steps);
    let code = format!("try_cast({c} AS BIGINT)");
    let words = sql::list(super::super::read::FAILURES);
    format!(
        "CASE WHEN {c} RLIKE '^[+-]?[0-9]+$' THEN coalesce({code} < 0 OR {code} >= 400, false) \
         ELSE lower({c}) IN {words} END"
    )
}
