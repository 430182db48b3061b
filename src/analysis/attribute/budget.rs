//! Limits on what a log spends: per calendar month and year, and per request; in all, per tenant, per feature. A
//! period that the log covers in part is projected to its end at the mean cost of its days so far.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::priced::Amounts;
use super::sums::{Overflow, fits};
use crate::date::Date;
use crate::usage::group::{Cell, CellKey, Grouping};
use crate::usage::key::Dimension;
use crate::usage::money::Money;

/// What a limit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Each calendar month.
    Month,
    /// Each calendar year.
    Year,
    /// Each request of the log, on average.
    Request,
}

/// A limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// `total`, `tenant`, `feature`.
    pub of: &'static str,
    /// Whose limit; none for the total.
    pub name: Option<String>,
    /// What it is on.
    pub per: Per,
    /// Amount (USD).
    pub usd: f64,
    /// Whether it only warns (`[budget.warn]`).
    pub warns: bool,
}

/// Dimensions that limits are held against.
pub const DIMENSIONS: [Dimension; 3] = [Dimension::Tenant, Dimension::Feature, Dimension::Month];

/// Whether the limits are kept.
#[derive(Clone, Debug, Serialize)]
pub struct Budget {
    /// `pass`, `warn`, `fail`, or `nothing-compared` where no cost is known.
    pub verdict: &'static str,
    /// One per limit and period.
    pub findings: Vec<Finding>,
}

/// A limit held against a period.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// `total`, `tenant`, `feature`.
    pub of: &'static str,
    /// Whose limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the limit is on.
    pub per: Per,
    /// The month or year; the whole log for a limit per request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The limit (USD per month, year or request).
    pub limit_usd: f64,
    /// Spent so far (USD).
    pub spent_usd: Money,
    /// At the end of the period, at the mean cost of the days so far (USD); of a limit per request the cost of one.
    pub projected_usd: f64,
    /// Days of the period that the log covers; zero for a limit per request.
    pub days: u32,
    /// Days of the period; zero for a limit per request.
    pub of_days: u32,
    /// `within`, `over`, `projected-over`, `unknown` where the log does not tell how many requests it sums.
    pub verdict: &'static str,
    /// Whether the limit only warns.
    pub warns: bool,
}

/// Whose spend: of everything, or of a tenant or feature by its name's index.
type Spender = (&'static str, Option<u32>);

/// A period: a month since the year 0, a year, or the whole log.
type Period = (Per, i32);

/// What was spent.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    usd: Money,
    requests: u64,
    /// Whether some rows do not tell their requests, or have no price.
    unknown: bool,
}

/// What was spent by whom in which period.
pub struct Spending {
    at: [Option<usize>; 3],
    sums: BTreeMap<(Spender, Period), Spent>,
    periods: BTreeSet<Period>,
    /// Whether no cost is known so far.
    unknown: bool,
}

impl Spending {
    /// Nothing yet, of this grouping.
    pub fn new(grouping: &Grouping) -> Self {
        let place = |wanted| grouping.plan.by.iter().position(|by| *by == wanted);
        Self {
            at: DIMENSIONS.map(place),
            sums: BTreeMap::new(),
            periods: BTreeSet::from([(Per::Request, 0)]),
            unknown: true,
        }
    }

    /// Adds a cell.
    ///
    /// # Errors
    /// An amount beyond any magnitude.
    pub fn add(
        &mut self,
        grouping: &Grouping,
        (key, cell): (&CellKey, &Cell),
        amounts: &Amounts,
    ) -> Result<(), Overflow> {
        self.unknown &= amounts.unknown;
        let group = key.group as usize;
        let part = |index: usize| self.at[index].and_then(|place| grouping.keys.part(group, place));
        let month = part(2).map(|month| month as i32);
        let calendar = month.map(|month| [(Per::Month, month), (Per::Year, month.div_euclid(12))]);
        let periods = [(Per::Request, 0)]
            .into_iter()
            .chain(calendar.into_iter().flatten());
        for period in periods {
            self.periods.insert(period);
            for spender in [("total", None), ("tenant", part(0)), ("feature", part(1))] {
                let sum = self.sums.entry((spender, period)).or_default();
                sum.usd = fits(sum.usd.plus(amounts.cost))?;
                sum.requests = sum.requests.saturating_add(cell.requests);
                sum.unknown |= cell.uncounted > 0 || amounts.unknown;
            }
        }
        Ok(())
    }

    /// What a limit is on, in a period.
    fn spent(&self, grouping: &Grouping, limit: &Limit, period: Period) -> Spent {
        let index = match &limit.name {
            None => Some(None),
            Some(name) => grouping.names.find(name.as_bytes()).map(Some),
        };
        let sum = index.and_then(|index| self.sums.get(&((limit.of, index), period)));
        sum.copied().unwrap_or_default()
    }

    /// Holds limits against the periods.
    pub fn check(&self, grouping: &Grouping, limits: &[Limit]) -> Budget {
        let covered = days(grouping);
        let mut findings = Vec::new();
        for limit in limits {
            let periods = self.periods.iter().filter(|(per, _)| *per == limit.per);
            for (per, period) in periods {
                let spent = self.spent(grouping, limit, (*per, *period));
                findings.push(match per {
                    Per::Request => per_request(limit, spent),
                    _ => finding(limit, *period, spent.usd, covered),
                });
            }
        }
        let unknown = self.unknown || findings.iter().all(|finding| finding.verdict == "unknown");
        let breaks = |warns| {
            let mut own = findings.iter().filter(|finding| finding.warns == warns);
            own.any(|finding| matches!(finding.verdict, "over" | "projected-over"))
        };
        Budget {
            verdict: match (breaks(false), unknown, breaks(true)) {
                (true, _, _) => "fail",
                (false, true, _) => "nothing-compared",
                (false, false, true) => "warn",
                (false, false, false) => "pass",
            },
            findings,
        }
    }
}

/// First and last day of the log in its zone.
fn days(grouping: &Grouping) -> Option<(i32, i32)> {
    let (first, last) = grouping.span?;
    let day = |at| grouping.plan.zone.day_and_hour(at).0;
    Some((day(first), day(last)))
}

/// First and last day of a month or year, and its name.
fn calendar(per: Per, period: i32) -> (Date, Date, String) {
    let day = |year, month| Date {
        year,
        month,
        day: 1,
    };
    if per == Per::Year {
        let last = day(period, 12).end_of_month();
        return (day(period, 1), last, format!("{period:04}"));
    }
    let first = day(period.div_euclid(12), period.rem_euclid(12) as u32 + 1);
    (first, first.end_of_month(), first.month_text())
}

fn finding(limit: &Limit, period: i32, spent: Money, covered: Option<(i32, i32)>) -> Finding {
    let (first, last, name) = calendar(limit.per, period);
    let (begin, end) = (first.unix_day(), last.unix_day());
    let (from, to) = covered.unwrap_or((begin, end));
    let days = (to.min(end) - from.max(begin) + 1).max(1) as u32;
    let of_days = (end - begin + 1) as u32;
    let projected = spent.usd() * f64::from(of_days) / f64::from(days);
    let over = Money::of_usd(limit.usd).is_some_and(|limit| spent > limit);
    Finding {
        period: Some(name),
        spent_usd: spent,
        projected_usd: projected,
        days,
        of_days,
        verdict: match over {
            true => "over",
            false if projected > limit.usd => "projected-over",
            false => "within",
        },
        ..of(limit)
    }
}

/// The cost of a request: all that was spent over all requests.
fn per_request(limit: &Limit, spent: Spent) -> Finding {
    let cost = spent.usd.usd() / spent.requests as f64;
    Finding {
        spent_usd: spent.usd,
        projected_usd: if spent.requests > 0 { cost } else { 0.0 },
        verdict: match spent.unknown || spent.requests == 0 {
            true => "unknown",
            false if cost > limit.usd => "over",
            false => "within",
        },
        ..of(limit)
    }
}

/// What a finding has from its limit.
fn of(limit: &Limit) -> Finding {
    Finding {
        of: limit.of,
        name: limit.name.clone(),
        per: limit.per,
        period: None,
        limit_usd: limit.usd,
        spent_usd: Money::ZERO,
        projected_usd: 0.0,
        days: 0,
        of_days: 0,
        verdict: "within",
        warns: limit.warns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(per: Per, usd: f64) -> Limit {
        Limit {
            of: "total",
            name: None,
            per,
            usd,
            warns: false,
        }
    }

    fn day(text: &str) -> i32 {
        Date::parse(text).unwrap().unix_day()
    }

    #[test]
    fn a_month_is_projected_from_the_days_that_the_log_covers() {
        let november = 2026 * 12 + 10;
        let spent = Money::parse("7").unwrap();
        let covered = Some((day("2026-10-20"), day("2026-11-14")));
        let found = |usd| finding(&limit(Per::Month, usd), november, spent, covered);
        // 7 USD in 14 of 30 days: 15 USD in the month.
        assert_eq!((found(20.0).days, found(20.0).of_days), (14, 30));
        assert_eq!(found(20.0).projected_usd, 15.0);
        let verdicts = [20.0, 14.9, 6.9].map(|limit| found(limit).verdict);
        assert_eq!(verdicts, ["within", "projected-over", "over"]);
    }

    #[test]
    fn a_month_that_has_ended_is_not_projected() {
        let covered = Some((day("2026-10-01"), day("2026-11-14")));
        let spent = Money::parse("7").unwrap();
        let found = finding(&limit(Per::Month, 7.0), 2026 * 12 + 9, spent, covered);
        assert_eq!(
            (found.days, found.projected_usd, found.verdict),
            (31, 7.0, "within")
        );
    }

    #[test]
    fn a_year_is_projected_from_its_own_days() {
        // 2 USD on the last two days of 2026, 4 in the first four of the leap year 2028.
        let covered = Some((day("2026-12-30"), day("2028-01-04")));
        let found = |year, usd| {
            let spent = Money::parse(usd).unwrap();
            finding(&limit(Per::Year, 365.5), year, spent, covered)
        };
        let first = found(2026, "2");
        assert_eq!((first.days, first.of_days), (2, 365));
        assert_eq!((first.projected_usd, first.verdict), (365.0, "within"));
        assert_eq!(found(2027, "300").days, 365);
        let last = found(2028, "4");
        assert_eq!((last.period.as_deref(), last.of_days), (Some("2028"), 366));
        assert_eq!(
            (last.projected_usd, last.verdict),
            (366.0, "projected-over")
        );
    }

    #[test]
    fn a_request_costs_what_was_spent_over_all_requests() {
        let spent = Spent {
            usd: Money::parse("3").unwrap(),
            requests: 12,
            unknown: false,
        };
        let verdict = |usd, spent| per_request(&limit(Per::Request, usd), spent).verdict;
        assert_eq!(verdict(0.25, spent), "within");
        assert_eq!(verdict(0.24, spent), "over");
        let unknown = Spent {
            unknown: true,
            ..spent
        };
        assert_eq!(verdict(0.24, unknown), "unknown");
        assert_eq!(verdict(0.24, Spent::default()), "unknown");
    }
}
