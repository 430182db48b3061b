//! Requests of each day, and which days the log covers wholly.

use std::collections::BTreeMap;

use crate::analysis::forecast::growth::Daily;
use crate::usage::group::Grouping;
use crate::usage::time::{Instant, Zone};

/// Nanoseconds of a day.
const DAY: i64 = 86_400 * 1_000_000_000;
/// Share of a day that a log may begin after or end before midnight and still cover it: what is idle then is
/// no gap.
const SLACK: f64 = 1.0 / 24.0;

/// Requests of each day in the plan's zone, days without any left out.
pub fn daily(grouping: &Grouping) -> BTreeMap<i32, f64> {
    let mut days: BTreeMap<i32, f64> = BTreeMap::new();
    for (key, cell) in grouping.cells.iter() {
        if let Some(day) = key.day {
            *days.entry(day).or_default() += cell.requests as f64;
        }
    }
    days
}

/// The days that lie wholly between the first and the last call, with 0 for those without calls.
pub fn whole_days(
    days: &BTreeMap<i32, f64>,
    first: Instant,
    last: Instant,
    zone: &Zone,
) -> Vec<(i32, f64)> {
    let slack = (SLACK * DAY as f64) as i64;
    let day = |at: i64| zone.day_and_hour(Instant(at)).0;
    // A first day counts where the log begins within an hour of its midnight, a last one where it ends so.
    let from = day(first.0.saturating_sub(slack)) + 1;
    let to = day(last.0.saturating_add(slack));
    (from..to)
        .map(|day| (day, days.get(&day).copied().unwrap_or(0.0)))
        .collect()
}

/// Days with calls as a series for a trend; a day without any has no logarithm and is left out.
pub fn series(days: &[(i32, f64)]) -> Vec<Daily> {
    days.iter()
        .filter(|(_, total)| *total > 0.0)
        .map(|(day, total)| Daily {
            day: *day,
            total: *total,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn days(first: &str, last: &str) -> usize {
        whole_days(&BTreeMap::new(), at(first), at(last), &Zone::utc()).len()
    }

    #[test]
    fn days_that_the_log_begins_or_ends_in_are_not_whole() {
        assert_eq!(days("2026-11-01T10:00:00Z", "2026-11-04T12:00:00Z"), 2);
        assert_eq!(days("2026-11-01T00:10:00Z", "2026-11-03T23:50:00Z"), 3);
        assert_eq!(days("2026-11-01T10:00:00Z", "2026-11-01T12:00:00Z"), 0);
    }

    #[test]
    fn a_day_without_calls_is_a_day_of_none() {
        let told = BTreeMap::from([(1, 5.0), (3, 7.0)]);
        let (first, last) = (Instant(DAY), Instant(4 * DAY - 1));
        let found = whole_days(&told, first, last, &Zone::utc());
        assert_eq!(found, [(1, 5.0), (2, 0.0), (3, 7.0)]);
        assert_eq!(series(&found).len(), 2);
    }
}
