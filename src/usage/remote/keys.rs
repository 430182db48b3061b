//! What groups are told apart by, in the terms of the engine.

use super::schema::{Column, Type};
use super::sql;
use super::time::DAY;

/// Where prices change: the union over all price lists, so that a cell of the engine lies within one cell of
/// every list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Lengths of prompts above which prices differ (tokens), ascending.
    pub above: Vec<u64>,
    /// Minutes of the UTC day at which peak hours begin or end, ascending.
    pub minutes: Vec<u32>,
    /// Parts of the names of models that have peak hours, in small letters.
    pub peaks: Vec<String>,
    /// Models that turned out to have them, as the table writes them.
    pub more: Vec<String>,
}

impl Bounds {
    /// How many of the lengths a prompt exceeds; of a row with several calls their mean.
    pub fn length(&self, prompt: &str, requests: &str) -> Option<String> {
        let whens: Vec<String> = self
            .above
            .iter()
            .enumerate()
            .rev()
            .map(|(at, above)| {
                let more = match requests {
                    "1" => (above + 1).to_string(),
                    many => format!("{} * greatest({many}, 1)", above + 1),
                };
                format!("WHEN {prompt} >= {more} THEN {}", at + 1)
            })
            .collect();
        (!whens.is_empty()).then(|| format!("CASE {} ELSE 0 END", whens.join(" ")))
    }

    /// A length that exceeds so many of the lengths and no more.
    pub fn prompt(&self, length: usize) -> u128 {
        let above = length.checked_sub(1).and_then(|at| self.above.get(at));
        above.map_or(0, |above| u128::from(*above) + 1)
    }

    /// The part of the day, for models with peak hours.
    pub fn part(&self, model: &str, time: &str) -> Option<String> {
        let mut named: Vec<String> = self
            .peaks
            .iter()
            .map(|name| format!("lower({model}) LIKE {}", sql::text(&like(name))))
            .collect();
        if !self.more.is_empty() {
            named.push(format!("{model} IN {}", sql::list(&self.more)));
        }
        if named.is_empty() || self.minutes.is_empty() {
            return None;
        }
        let minute = format!("pmod({time}, {DAY}) DIV 60000000");
        let whens: Vec<String> = self
            .minutes
            .iter()
            .enumerate()
            .rev()
            .map(|(at, from)| format!("WHEN {minute} >= {from} THEN {}", at + 1))
            .collect();
        Some(format!(
            "CASE WHEN {} THEN CASE {} ELSE 0 END END",
            named.join(" OR "),
            whens.join(" ")
        ))
    }

    /// A minute within a part of the day.
    pub fn minute(&self, part: usize) -> u32 {
        let begin = part.checked_sub(1).and_then(|at| self.minutes.get(at));
        begin.copied().unwrap_or(0)
    }
}

/// A pattern for texts that contain another.
fn like(part: &str) -> String {
    let escaped = part
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

/// Days since 1970 of a clock (µs).
pub fn day(clock: &str) -> String {
    format!("CAST(({clock} - pmod({clock}, {DAY})) DIV {DAY} AS INT)")
}

/// Hour of the day of a clock (µs).
pub fn hour(clock: &str) -> String {
    format!("CAST(pmod({clock}, {DAY}) DIV 3600000000 AS INT)")
}

/// The bucket of a time, 64 to each doubling: see `latency::buckets`.
pub fn bucket(time: &str) -> String {
    let doubling = format!("CAST(floor(log2({time} + 0.5D)) AS INT)");
    format!(
        "CASE WHEN {time} < 64 THEN {time} \
         ELSE ({doubling} - 6) * 64 + shiftright({time}, {doubling} - 6) END"
    )
}

/// The value of the first tag `key:value` or `key=value`, as `names::tag` finds it.
pub fn tagged(tags: &Column, key: &str) -> Option<String> {
    let list = match &tags.of {
        Type::List(of) if **of == Type::Text => tags.sql.clone(),
        Type::Text => format!("from_json({}, 'array<string>')", tags.sql),
        _ => return None,
    };
    let wanted = format!("t -> lower(t) RLIKE '^ *{key} *[:=] *[^ ]'");
    let first = format!("element_at(filter({list}, {wanted}), 1)");
    let any = format!("size(filter({list}, {wanted})) > 0");
    Some(format!(
        "CASE WHEN {any} THEN btrim(regexp_replace({first}, '^[^:=]*[:=]', '')) END"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_prompt_exceeds_a_length_where_the_sum_exceeds_it_so_often() {
        let bounds = Bounds {
            above: vec![100, 200],
            ..Bounds::default()
        };
        assert_eq!(
            bounds.length("p", "1").unwrap(),
            "CASE WHEN p >= 201 THEN 2 WHEN p >= 101 THEN 1 ELSE 0 END"
        );
        assert!(
            bounds
                .length("p", "n")
                .unwrap()
                .contains("p >= 201 * greatest(n, 1)")
        );
        assert_eq!([0, 1, 2].map(|length| bounds.prompt(length)), [0, 101, 201]);
    }

    #[test]
    fn only_models_with_peak_hours_are_told_apart_by_the_hour() {
        let mut bounds = Bounds {
            minutes: vec![60, 120],
            ..Bounds::default()
        };
        assert_eq!(bounds.part("m", "t"), None);
        bounds.peaks.push("deep_seek".into());
        let part = bounds.part("m", "t").unwrap();
        assert!(
            part.starts_with("CASE WHEN lower(m) LIKE '%deep\\\\_seek%' THEN"),
            "{part}"
        );
        assert_eq!([0, 1, 2].map(|part| bounds.minute(part)), [0, 60, 120]);
    }
}
