//! Groups of calls: what they are told apart by, and what is summed.

use super::super::key::Dimension;
use super::super::record::{BUCKETS, is_output};
use super::keys;
use super::query::{Fate, Out, Query, packing};
use super::value::Width;

impl Query<'_> {
    /// Columns that groups are told apart by, with what they are.
    fn keys(&self) -> Vec<(Out, String)> {
        let call = &self.call;
        let by = |dimension| self.plan.by.contains(&dimension);
        let time = &call.time;
        let local = self.local();
        let mut keys = vec![
            (Out::Model, call.model.clone()),
            (Out::Provider, call.provider.clone()),
            (Out::Tier, call.tier.clone()),
            (Out::HasCost, "logged IS NOT NULL".into()),
        ];
        if by(Dimension::Tenant) {
            keys.push((Out::Tenant, call.tenant.clone()));
        }
        if by(Dimension::Feature) {
            keys.push((Out::Feature, call.feature.clone()));
        }
        if by(Dimension::Prompt) {
            keys.push((Out::Prompt, call.prompt.clone()));
            keys.push((Out::PromptVersion, call.prompt_version.clone()));
        }
        if by(Dimension::Session) {
            keys.push((Out::Session, call.session.clone()));
        }
        if by(Dimension::Status) {
            keys.push((Out::Status, call.failed.clone()));
        }
        keys.push((Out::Day, keys::day(local)));
        if by(Dimension::Hour) {
            keys.push((Out::Hour, keys::hour(local)));
        }
        if !self.plan.zone.is_utc() {
            keys.push((Out::UtcDay, keys::day(time)));
        }
        let prompt = call.tokens(|bucket| !is_output(bucket));
        let length = self.bounds.length(&prompt, &call.requests);
        keys.extend(length.map(|sql| (Out::Length, sql)));
        let part = self.bounds.part(&call.model, time);
        keys.extend(part.map(|sql| (Out::Part, sql)));
        keys.retain(|(_, sql)| sql != "NULL");
        for (_, sql) in &mut keys {
            *sql = format!("CASE WHEN becomes <= {} THEN {sql} END", Fate::FAILED);
        }
        keys.insert(0, (Out::Fate, "becomes".into()));
        keys
    }

    /// What is summed, and how.
    fn sums(&self) -> Vec<(Out, &'static str, String)> {
        let call = &self.call;
        let whole = |sql: &str| match self.width {
            Width::Narrow => format!("CAST({sql} AS BIGINT)"),
            Width::Wide => format!("CAST({sql} AS DECIMAL(28, 0))"),
        };
        let count = |sql: &str| format!("CASE WHEN {sql} THEN 1 ELSE 0 END");
        let counted = |sql: &str| format!("CASE WHEN becomes = {} THEN {sql} END", Fate::COUNTED);
        let mut sums = vec![(Out::Rows, "sum", "1".to_owned())];
        if call.requests != "1" {
            sums.push((Out::Requests, "sum", whole(&call.requests)));
        }
        if call.failed != "false" {
            sums.push((Out::Failed, "sum", count(&call.failed)));
        }
        for (bucket, _) in BUCKETS {
            let told = call.buckets.iter().find(|(known, _)| *known == bucket);
            sums.extend(told.map(|(_, sql)| (Out::Tokens(bucket), "sum", whole(sql))));
        }
        if call.logged != "NULL" {
            sums.push((Out::Cost, "sum", "logged".into()));
        }
        if self.width == Width::Narrow && !call.huge.is_empty() {
            sums.push((Out::Huge, "sum", count(&call.is_huge())));
        }
        for (out, told) in [
            (Out::Backwards, &call.backwards),
            (Out::Mismatched, &call.mismatched),
        ] {
            sums.extend(told.as_ref().map(|sql| (out, "sum", count(sql))));
        }
        sums.push((Out::First, "min", counted(&call.time)));
        sums.push((Out::Last, "max", counted(&call.time)));
        sums.push((
            Out::Undated,
            "sum",
            count(&format!("{} IS NULL", call.time)),
        ));
        sums
    }

    /// The bucket of the time of a call, where it has one that counts.
    fn times(&self) -> Option<String> {
        let time = &self.call.latency;
        let bucket = if self.exact_times {
            time.clone()
        } else {
            keys::bucket(time)
        };
        let counted = format!("CASE WHEN becomes = {} THEN {bucket} END", Fate::COUNTED);
        (time != "NULL").then_some(counted)
    }

    /// The columns of the answer to [`Query::groups`].
    pub fn columns(&self) -> Vec<Out> {
        let keys = self.keys().into_iter().map(|(out, _)| out);
        let sums = self.sums().into_iter().map(|(out, _, _)| out);
        let times = self.times().map(|_| Out::Times);
        keys.chain(sums).chain(times).collect()
    }

    /// Groups by their keys with the rows of each: within it the buckets of times.
    fn cells(&self) -> String {
        let keys = self.keys();
        let mut select: Vec<String> = keys
            .iter()
            .enumerate()
            .map(|(at, (_, sql))| format!("{sql} AS k{at}"))
            .collect();
        let sums = self.sums();
        let values = sums.iter().enumerate();
        select.extend(values.map(|(at, (_, _, sql))| format!("{sql} AS v{at}")));
        let mut names: Vec<String> = (0..keys.len()).map(|at| format!("k{at}")).collect();
        if let Some(bucket) = self.times() {
            select.push(format!("{bucket} AS h"));
            names.push("h".into());
        }
        let totals: Vec<String> = sums
            .iter()
            .enumerate()
            .map(|(at, (_, how, _))| format!("{how}(v{at}) AS s{at}"))
            .collect();
        format!(
            "{},\nvalues_of AS (\n  SELECT {}\n  FROM calls),\n\
             cells AS (\n  SELECT {names},\n    {}\n  FROM values_of\n  GROUP BY {names})",
            self.calls(),
            select.join(",\n    "),
            totals.join(", "),
            names = names.join(", ")
        )
    }

    /// The whole query.
    pub fn groups(&self) -> String {
        let keys: Vec<String> = (0..self.keys().len()).map(|at| format!("k{at}")).collect();
        let keys = keys.join(", ");
        let limit = self.most + 1;
        if self.times().is_none() {
            return format!("{}\nSELECT * FROM cells\nLIMIT {limit}", self.cells());
        }
        let sums = self.sums();
        let totals: Vec<String> = sums
            .iter()
            .enumerate()
            .map(|(at, (_, how, _))| format!("{how}(s{at})"))
            .collect();
        let pair = format!("h * {} + s0", packing(self.exact_times));
        format!(
            "{}\nSELECT {keys},\n  {},\n  \
             collect_list(CASE WHEN h IS NOT NULL THEN {pair} END)\nFROM cells\nGROUP BY {keys}\nLIMIT {limit}",
            self.cells(),
            totals.join(", ")
        )
    }

    /// How many rows there are and how many groups they make.
    pub fn size(&self) -> String {
        let keys = self.keys();
        let select: Vec<String> = keys
            .iter()
            .enumerate()
            .map(|(at, (_, sql))| format!("{sql} AS k{at}"))
            .collect();
        let names: Vec<String> = (0..keys.len()).map(|at| format!("k{at}")).collect();
        let names = names.join(", ");
        format!(
            "{},\nkeys_of AS (\n  SELECT {}\n  FROM calls),\n\
             sizes AS (\n  SELECT {names}, count(*) AS n\n  FROM keys_of\n  GROUP BY {names})\n\
             SELECT coalesce(sum(n), 0), count(*) FROM sizes",
            self.calls(),
            select.join(",\n    ")
        )
    }
}
