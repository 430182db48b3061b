//! The query that is sent: rows as calls, the rules of which count, groups and their sums.

use super::super::group::Plan;
use super::super::ingest::Rules;
use super::super::money::Money;
use super::super::record::Bucket;
use super::call::{Asked, Call};
pub use super::keys::Bounds;
use super::value::Width;
use super::{sql, time};

/// Becomes of a row; from [`Fate::WRONG`] on it is wrong.
pub struct Fate;

impl Fate {
    /// It counts.
    pub const COUNTED: i32 = 0;
    /// It failed and was not billed.
    pub const FAILED: i32 = 1;
    /// It is outside of the times that are asked for.
    pub const OUTSIDE: i32 = 2;
    /// A proxy's own cache answered.
    pub const CACHE_HIT: i32 = 3;
    /// It is no call.
    pub const NOT_BILLABLE: i32 = 4;
    /// It is a copy of a call that counts.
    pub const DUPLICATE: i32 = 5;
    /// The first of the problems of [`Call::wrong`].
    pub const WRONG: i32 = 10;
}

/// A column of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// What became of the rows.
    Fate,
    /// Who is to pay.
    Tenant,
    /// What it was for.
    Feature,
    /// Name of the prompt.
    Prompt,
    /// Its version.
    PromptVersion,
    /// Conversation.
    Session,
    /// Whether the calls failed, where the status is asked for.
    Status,
    /// Model as the table writes it.
    Model,
    /// Who served it.
    Provider,
    /// Service tier as the table writes it.
    Tier,
    /// Day in the zone of the plan.
    Day,
    /// Hour of it.
    Hour,
    /// Day in UTC, where it is another.
    UtcDay,
    /// Lengths that the prompt exceeds.
    Length,
    /// Part of the day.
    Part,
    /// Whether the calls have a cost of their own.
    HasCost,
    /// Rows.
    Rows,
    /// Calls in the rows.
    Requests,
    /// Rows that failed and were billed.
    Failed,
    /// Tokens of a bucket.
    Tokens(Bucket),
    /// Cost as logged (1e-18 USD).
    Cost,
    /// Rows with a count that is too large for narrow sums.
    Huge,
    /// Rows that end before they begin.
    Backwards,
    /// Rows whose parts do not add up to their own total.
    Mismatched,
    /// First instant (µs).
    First,
    /// Last instant (µs).
    Last,
    /// Rows without an instant.
    Undated,
    /// Times as pairs of a bucket and a count.
    Times,
}

/// Times are sent as bucket times this plus their count.
pub fn packing(exact: bool) -> i64 {
    if exact { 1 << 30 } else { 1 << 50 }
}

/// What is asked of the engine.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// What a row means.
    pub call: Call,
    /// How counts are summed.
    pub width: Width,
    /// What is grouped by.
    pub plan: &'a Plan,
    /// Which rows count.
    pub rules: &'a Rules,
    /// Where prices change.
    pub bounds: Bounds,
    /// The table, as SQL names it.
    pub from: String,
    /// Conditions of the user.
    pub filter: Option<String>,
    /// A column of days by which the table is cut into parts.
    pub partition: Option<String>,
    /// Whether times are asked for one by one.
    pub exact_times: bool,
    /// Groups beyond which nothing is answered.
    pub most: u64,
}

impl<'a> Query<'a> {
    /// A query of a table.
    ///
    /// # Errors
    /// Columns that are not there or hold something else.
    pub fn new(
        asked: &Asked<'_>,
        plan: &'a Plan,
        rules: &'a Rules,
        bounds: Bounds,
        from: String,
    ) -> Result<Self, String> {
        Ok(Self {
            call: Call::new(asked)?,
            width: asked.width,
            plan,
            rules,
            bounds,
            from,
            filter: None,
            partition: None,
            exact_times: false,
            most: 1_000_000,
        })
    }

    /// Conditions that the engine can look at before it reads rows.
    fn conditions(&self) -> Vec<String> {
        let mut all: Vec<String> = self.filter.iter().map(|sql| format!("({sql})")).collect();
        for (sign, at) in [(">=", self.rules.since), ("<", self.rules.until)] {
            let Some(at) = at else { continue };
            let dated = self.call.dated.as_ref();
            all.extend(dated.and_then(|column| time::bound(column, sign, at)));
            if let Some(column) = &self.partition {
                // Whatever zone the parts were cut by: a day more on either side.
                let (day, sign) = match sign {
                    ">=" => (at.utc_day() - 1, ">="),
                    _ => (at.utc_day() + 1, "<="),
                };
                let day = crate::date::Date::of_unix_day(day).to_string();
                all.push(format!("{} {sign} {}", sql::name(column), sql::text(&day)));
            }
        }
        all
    }

    /// Whether rows outside of the times that are asked for are left out before they are counted.
    pub fn leaves_out(&self) -> bool {
        let bounded = self.rules.since.is_some() || self.rules.until.is_some();
        let dated = self.call.dated.as_ref();
        let at = super::super::time::Instant(0);
        bounded
            && (self.partition.is_some()
                || dated.is_some_and(|column| time::bound(column, "<", at).is_some()))
    }

    /// The instant as the clock of the plan's zone shows it (µs).
    pub(super) fn local(&self) -> &str {
        if self.plan.zone.is_utc() {
            &self.call.time
        } else {
            "local"
        }
    }

    /// What becomes of a row, before copies are looked for.
    fn fate(&self) -> String {
        let call = &self.call;
        let mut whens = Vec::new();
        if let Some(not) = &call.not_billable {
            whens.push(format!("WHEN {not} THEN {}", Fate::NOT_BILLABLE));
        }
        if !call.wrong.is_empty() {
            whens.push(format!(
                "WHEN wrong IS NOT NULL THEN {} + wrong",
                Fate::WRONG
            ));
        }
        for (sign, at) in [("<", self.rules.since), (">=", self.rules.until)] {
            if let Some(at) = at {
                let bound = time::micros(at);
                whens.push(format!(
                    "WHEN {} {sign} {bound} THEN {}",
                    call.time,
                    Fate::OUTSIDE
                ));
            }
        }
        if let (Some(hit), false) = (&call.cache_hit, self.rules.keep_cache_hits) {
            whens.push(format!("WHEN {hit} THEN {}", Fate::CACHE_HIT));
        }
        if whens.is_empty() {
            return Fate::COUNTED.to_string();
        }
        format!("CASE {} ELSE {} END", whens.join(" "), Fate::COUNTED)
    }

    /// The part of the query that makes rows calls: the table `calls`.
    pub fn calls(&self) -> String {
        let (call, steps) = (&self.call, &self.call.steps);
        let conditions = self.conditions();
        let filter = if conditions.is_empty() {
            String::new()
        } else {
            format!("\n  WHERE {}", conditions.join("\n    AND "))
        };
        let unbilled = if call.failed == "false" {
            "false".to_owned()
        } else {
            let used = call.tokens(|_| true);
            format!(
                "({} AND {used} = 0 AND coalesce(logged, 0) = 0)",
                call.failed
            )
        };
        let failed = match (unbilled.as_str(), self.rules.keep_failed) {
            ("false", _) | (_, true) => "fate".to_owned(),
            (unbilled, false) => format!(
                "CASE WHEN fate = {} AND {unbilled} THEN {} ELSE fate END",
                Fate::COUNTED,
                Fate::FAILED
            ),
        };
        // A zone has hundreds of changes: they are written once.
        let local = match self.local() {
            "local" => format!(
                ",\n    {} AS local",
                time::local(&call.time, &self.plan.zone)
            ),
            _ => String::new(),
        };
        let mut text = format!(
            "WITH a AS (\n  SELECT {}\n  FROM {}{filter}),\n\
             b AS (\n  SELECT *,\n    {}\n  FROM a),\n\
             c AS (\n  SELECT *,\n    {}\n  FROM b),\n\
             d AS (\n  SELECT *,\n    {}\n  FROM c),\n\
             e AS (\n  SELECT *,\n    {} AS wrong,\n    CAST({} AS DECIMAL(30, 0)) AS logged{}\n  FROM d),\n\
             f AS (\n  SELECT *,\n    {} AS fate\n  FROM e),\n",
            steps.a.select(),
            self.from,
            steps.b.select(),
            steps.c.select(),
            steps.d.select(),
            call.first_wrong(),
            call.logged,
            local,
            self.fate(),
        );
        match (&call.id, self.rules.keep_duplicates) {
            (Some(id), false) => {
                text.push_str(&self.without_copies(id, &unbilled, &failed));
            }
            _ => text.push_str(&format!(
                "calls AS (\n  SELECT *,\n    {failed} AS becomes\n  FROM f)"
            )),
        }
        text
    }

    /// Of copies of a call the earliest counts, of those at the same instant the largest.
    fn without_copies(&self, id: &str, unbilled: &str, failed: &str) -> String {
        let counts = format!(
            "fate = {} AND {id} IS NOT NULL AND NOT {unbilled}",
            Fate::COUNTED
        );
        let used = self.call.tokens(|_| true);
        // Rows without an identity are spread, so that they do not all meet in one place.
        let order = format!(
            "ORDER BY {} NULLS LAST, {used} DESC, logged DESC NULLS LAST",
            self.call.time
        );
        format!(
            "g AS (\n  SELECT *,\n    CASE WHEN {counts} THEN {id} END AS same,\n    \
             CASE WHEN {counts} THEN 0 ELSE pmod(coalesce({}, 0), 8191) END AS spread\n  FROM f),\n\
             calls AS (\n  SELECT *,\n    CASE WHEN same IS NOT NULL AND row_number() OVER \
             (PARTITION BY same, spread {order}) > 1 THEN {} ELSE {failed} END AS becomes\n  FROM g)",
            self.call.time,
            Fate::DUPLICATE
        )
    }

    /// What is wrong with rows of a fate.
    pub fn why(&self, fate: i32) -> &str {
        let at = usize::try_from(fate - Fate::WRONG).unwrap_or(usize::MAX);
        self.call.wrong.get(at).map_or("wrong", |(why, _)| why)
    }
}

/// An amount of an answer.
pub fn money(atoms: i128) -> Money {
    Money::of_words([atoms as u64, (atoms >> 64) as u64])
}
