//! The hours and days of a mean week: the rate of calls in each of its hours, so that a log that has some days of the
//! week once more than others does not take them for busier.

use crate::usage::profile::Profile;
use crate::usage::time::{Instant, Zone};

/// Nanoseconds of an hour.
const HOUR: i64 = 3_600 * 1_000_000_000;

/// Calls in each hour of a mean week of the zone, from Thursday midnight on, as days since 1970 begin.
pub type Week = [[f64; 24]; 7];

/// The mean week of a log; none where it has no times.
pub fn week(profile: &Profile, zone: &Zone) -> Option<Week> {
    let (first, last) = profile.clock.span?;
    let mut covered = [[0.0_f64; 24]; 7];
    let mut at = first.0 - first.0.rem_euclid(HOUR);
    while at <= last.0 {
        let (day, hour) = zone.day_and_hour(Instant(at));
        covered[day.rem_euclid(7) as usize][hour as usize] += 1.0;
        at = at.saturating_add(HOUR);
        if at == i64::MAX {
            break;
        }
    }
    let mut week = [[0.0; 24]; 7];
    for (at, calls) in profile.clock.week.iter().enumerate() {
        // Where a zone is off by half an hour the first hour may have calls and not be covered.
        week[at / 24][at % 24] = *calls as f64 / covered[at / 24][at % 24].max(1.0);
    }
    Some(week)
}

/// Weights of the hours of a mean day, mean 1; none where there are no calls.
pub fn hours(week: &Week) -> Vec<f64> {
    let of = |hour: usize| week.iter().map(|day| day[hour]).sum();
    weights((0..24).map(of).collect())
}

/// Weights of the days of a mean week, from Monday on, mean 1; none where there are no calls.
pub fn days(week: &Week) -> Vec<f64> {
    // 1970-01-01 was a Thursday: Monday is the fifth day from there.
    let of = |day: usize| week[(day + 4) % 7].iter().sum();
    weights((0..7).map(of).collect())
}

fn weights(sums: Vec<f64>) -> Vec<f64> {
    let mean = sums.iter().sum::<f64>() / sums.len() as f64;
    if mean == 0.0 {
        return Vec::new();
    }
    sums.into_iter().map(|sum| sum / mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_and_its_mean_is_one() {
        let mut week = [[1.0; 24]; 7];
        // Monday is the fifth day from Thursday on; its noon has 25 calls in place of one.
        week[4][12] = 25.0;
        // Monday has 48 calls, the others 24: of 192 in the week.
        assert!((days(&week)[0] - 48.0 * 7.0 / 192.0).abs() < 1e-12);
        // Noon has 31 calls, the other hours 7.
        assert!((hours(&week)[12] - 31.0 * 24.0 / 192.0).abs() < 1e-12);
        assert_eq!(hours(&[[0.0; 24]; 7]), Vec::<f64>::new());
    }
}
