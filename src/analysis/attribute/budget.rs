//! Limits on the spend of a calendar month: in all, per tenant, per feature; a month that has not ended is
//! projected to its end at the mean cost of its days so far.

use std::collections::BTreeMap;

use serde::Serialize;

use super::priced::Amounts;
use super::sums::{Overflow, fits};
use crate::date::Date;
use crate::usage::group::{CellKey, Grouping};
use crate::usage::key::Dimension;
use crate::usage::money::Money;

/// Limits, in USD a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// On everything.
    pub total: Option<f64>,
    /// On a tenant each.
    pub tenants: Vec<(String, f64)>,
    /// On a feature each.
    pub features: Vec<(String, f64)>,
}

/// Dimensions that limits are held against.
pub const DIMENSIONS: [Dimension; 3] = [Dimension::Tenant, Dimension::Feature, Dimension::Month];

/// Whether the limits are kept.
#[derive(Clone, Debug, Serialize)]
pub struct Budget {
    /// `pass`, `fail`, or `nothing-compared` where no cost is known.
    pub verdict: &'static str,
    /// One per limit and month.
    pub findings: Vec<Finding>,
}

/// A limit held against a month.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// `total`, `tenant`, `feature`.
    pub of: &'static str,
    /// Whose limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The month.
    pub month: String,
    /// The limit [USD/month].
    pub limit_usd: f64,
    /// Spent so far.
    pub spent_usd: Money,
    /// At the end of the month, at the mean cost of the days so far.
    pub projected_usd: f64,
    /// Days of the month that the log covers.
    pub days: u32,
    /// Days of the month.
    pub of_days: u32,
    /// `within`, `over`, `projected-over`.
    pub verdict: &'static str,
}

/// Holds limits against the months of a log.
pub fn check(
    grouping: &Grouping,
    cells: &[(CellKey, Amounts)],
    limits: &Limits,
) -> Result<Budget, Overflow> {
    let place = |wanted| grouping.plan.by.iter().position(|by| *by == wanted);
    let at = DIMENSIONS.map(place);
    let mut sums: BTreeMap<(&'static str, Option<String>, u32), Money> = BTreeMap::new();
    let mut months: Vec<u32> = Vec::new();
    for (key, amounts) in cells {
        let group = &grouping.groups[key.group as usize].key;
        let part = |index: usize| at[index].and_then(|place| group[place]);
        let Some(month) = part(2) else { continue };
        months.push(month);
        let name = |index: usize| part(index).map(|at| grouping.names.name(at).to_owned());
        for (of, name) in [("total", None), ("tenant", name(0)), ("feature", name(1))] {
            let sum = sums.entry((of, name, month)).or_default();
            *sum = fits(sum.plus(amounts.cost))?;
        }
    }
    months.sort_unstable();
    months.dedup();
    let covered = days(grouping);
    let told = limits.total.map(|usd| ("total", None, usd)).into_iter();
    let told = told.chain(
        limits
            .tenants
            .iter()
            .map(|(n, usd)| ("tenant", Some(n.clone()), *usd)),
    );
    let told = told.chain(
        limits
            .features
            .iter()
            .map(|(n, usd)| ("feature", Some(n.clone()), *usd)),
    );
    let mut findings = Vec::new();
    for (of, name, limit) in told {
        for month in &months {
            let spent = sums
                .get(&(of, name.clone(), *month))
                .copied()
                .unwrap_or_default();
            findings.push(finding(of, name.clone(), *month, limit, spent, covered));
        }
    }
    let unknown = cells.iter().all(|(_, amounts)| amounts.unknown);
    let fails = findings.iter().any(|finding| finding.verdict != "within");
    Ok(Budget {
        verdict: match (fails, unknown || findings.is_empty()) {
            (true, _) => "fail",
            (false, true) => "nothing-compared",
            (false, false) => "pass",
        },
        findings,
    })
}

/// First and last day of the log in its zone.
fn days(grouping: &Grouping) -> Option<(i32, i32)> {
    let (first, last) = grouping.span?;
    let day = |at| grouping.plan.zone.day_and_hour(at).0;
    Some((day(first), day(last)))
}

fn finding(
    of: &'static str,
    name: Option<String>,
    month: u32,
    limit: f64,
    spent: Money,
    covered: Option<(i32, i32)>,
) -> Finding {
    let number = month as i32;
    let first = Date {
        year: number.div_euclid(12),
        month: number.rem_euclid(12) as u32 + 1,
        day: 1,
    };
    let (begin, end) = (first.unix_day(), first.end_of_month().unix_day());
    let (from, to) = covered.unwrap_or((begin, end));
    let days = (to.min(end) - from.max(begin) + 1).max(1) as u32;
    let of_days = (end - begin + 1) as u32;
    let projected = spent.usd() * f64::from(of_days) / f64::from(days);
    let over = Money::of_usd(limit).is_some_and(|limit| spent > limit);
    Finding {
        of,
        name,
        month: first.month_text(),
        limit_usd: limit,
        spent_usd: spent,
        projected_usd: projected,
        days,
        of_days,
        verdict: match over {
            true => "over",
            false if projected > limit => "projected-over",
            false => "within",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_projected_from_the_days_that_the_log_covers() {
        let day = |text| Date::parse(text).unwrap().unix_day();
        let november = 2026 * 12 + 10;
        let spent = Money::parse("7").unwrap();
        let covered = Some((day("2026-10-20"), day("2026-11-14")));
        let found = |limit| finding("total", None, november, limit, spent, covered);
        // 7 USD in 14 of 30 days: 15 USD in the month.
        assert_eq!((found(20.0).days, found(20.0).of_days), (14, 30));
        assert_eq!(found(20.0).projected_usd, 15.0);
        let verdicts = [20.0, 14.9, 6.9].map(|limit| found(limit).verdict);
        assert_eq!(verdicts, ["within", "projected-over", "over"]);
    }

    #[test]
    fn a_month_that_has_ended_is_not_projected() {
        let day = |text| Date::parse(text).unwrap().unix_day();
        let covered = Some((day("2026-10-01"), day("2026-11-14")));
        let spent = Money::parse("7").unwrap();
        let found = finding(
            "tenant",
            Some("a".into()),
            2026 * 12 + 9,
            7.0,
            spent,
            covered,
        );
        assert_eq!(
            (found.days, found.projected_usd, found.verdict),
            (31, 7.0, "within")
        );
    }
}
