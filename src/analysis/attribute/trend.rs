//! Costs over days: the last period against the one before, and days that stand out.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Query;
use super::priced::Amounts;
use super::result::Spike;
use super::sums::{Overflow, fits};
use crate::date::Date;
use crate::usage::group::{CellKey, Grouping};
use crate::usage::key::Dimension;
use crate::usage::money::Money;

/// Days of a period, unless the log is too short or the user says otherwise.
const WEEK: u32 = 7;

/// Days of a period below which a change says nothing, unless the user asks for it.
const SHORTEST: u32 = 3;

/// Days with calls below which a tenant has no usual day.
const USUAL: usize = 7;

/// The two periods that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trend {
    /// Days of each.
    pub days: u32,
    /// Last day of the last one, since 1970.
    pub last: i32,
}

impl Trend {
    /// Whether a day lies in the last period.
    pub fn is_last(self, day: i32) -> bool {
        day > self.last - self.days as i32 && day <= self.last
    }

    /// Whether a day lies in the period before.
    pub fn is_previous(self, day: i32) -> bool {
        self.is_last(day + self.days as i32)
    }

    /// First day of the last period.
    pub fn from(self) -> Date {
        Date::of_unix_day(self.last - self.days as i32 + 1)
    }
}

impl Serialize for Trend {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let days = self.days as i32;
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("days", &self.days)?;
        map.serialize_entry(
            "previous_from",
            &Date::of_unix_day(self.last - 2 * days + 1).to_string(),
        )?;
        map.serialize_entry("from", &self.from().to_string())?;
        map.serialize_entry("to", &Date::of_unix_day(self.last).to_string())?;
        map.end()
    }
}

/// First and last day of the log, where cells are kept by day.
pub fn days(grouping: &Grouping) -> Option<(i32, i32)> {
    let cells = 0..grouping.cells.len();
    let days = cells.filter_map(|at| grouping.cells.place_of(at).2);
    days.fold(None, |span, day| {
        let (first, last) = span.unwrap_or((day, day));
        Some((first.min(day), last.max(day)))
    })
}

/// The periods to compare: a week each, or half of a shorter log; none where rows are times themselves.
pub fn window(days: Option<(i32, i32)>, asked: Option<u32>, timed: bool) -> Option<Trend> {
    let (first, last) = days.filter(|_| !timed)?;
    let half = (last - first + 1) as u32 / 2;
    let days = asked.unwrap_or(WEEK).min(half);
    (days >= asked.unwrap_or(SHORTEST).min(SHORTEST)).then_some(Trend { days, last })
}

/// Costs of each tenant (of each key, where tenants are not told apart) and day.
pub struct Days {
    place: Option<usize>,
    daily: HashMap<(u32, i32), Money, FixedState>,
}

impl Days {
    /// Nothing yet, of this grouping.
    pub fn new(grouping: &Grouping) -> Self {
        let by = &grouping.plan.by;
        let wanted = by.iter().position(|by| *by == Dimension::Tenant);
        Self {
            place: wanted.or_else(|| by.iter().position(|by| by.is_name())),
            daily: HashMap::default(),
        }
    }

    /// Adds a cell.
    pub fn add(
        &mut self,
        grouping: &Grouping,
        key: &CellKey,
        amounts: &Amounts,
    ) -> Result<(), Overflow> {
        let part = |place| grouping.keys.part(key.group as usize, place);
        if let (Some(name), Some(day)) = (self.place.and_then(part), key.day) {
            let sum = self.daily.entry((name, day)).or_default();
            *sum = fits(sum.plus(amounts.cost))?;
        }
        Ok(())
    }

    /// Days that cost more than so many medians of the days with calls.
    pub fn spikes(&self, grouping: &Grouping, query: &Query) -> Vec<Spike> {
        let Some(place) = self.place else {
            return Vec::new();
        };
        let by = grouping.plan.by[place];
        let mut by_name: BTreeMap<u32, BTreeMap<i32, Money>> = BTreeMap::new();
        for ((name, day), usd) in &self.daily {
            by_name.entry(*name).or_default().insert(*day, *usd);
        }
        let of = |(name, days): (&u32, &BTreeMap<i32, Money>)| {
            let name = by.text(Some(*name), &grouping.names).unwrap_or_default();
            above(by, &name, days, query.spike)
        };
        let mut spikes: Vec<Spike> = by_name.iter().flat_map(of).collect();
        spikes.sort_by(|a, b| (&a.day, &a.key).cmp(&(&b.day, &b.key)));
        spikes
    }
}

fn above(of: Dimension, name: &str, days: &BTreeMap<i32, Money>, multiple: f64) -> Vec<Spike> {
    let mut costs: Vec<f64> = days.values().map(|usd| usd.usd()).collect();
    costs.sort_by(f64::total_cmp);
    let middle = costs.len() / 2;
    let median = match costs.len() {
        count if count < USUAL => return Vec::new(),
        count if count % 2 == 0 => f64::midpoint(costs[middle - 1], costs[middle]),
        _ => costs[middle],
    };
    let stands_out = |usd: &Money| median > 0.0 && usd.usd() > multiple * median;
    days.iter()
        .filter(|(_, usd)| stands_out(usd))
        .map(|(day, usd)| Spike {
            of,
            key: name.to_owned(),
            day: Date::of_unix_day(*day).to_string(),
            usd: *usd,
            median_usd: median,
            times: usd.usd() / median,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_five_medians_stands_out_and_four_do_not() {
        let usd = |text| Money::parse(text).unwrap();
        let days = |last| {
            (0..7)
                .map(|day| (day, usd("2")))
                .chain([(7, usd(last))])
                .collect()
        };
        let found = above(Dimension::Tenant, "acme", &days("10"), 4.4);
        // 10 over a median of 2.
        assert_eq!((found.len(), found[0].times), (1, 5.0));
        assert_eq!(above(Dimension::Tenant, "acme", &days("8.8"), 4.4), []);
        let few: BTreeMap<i32, Money> = [(0, usd("1")), (1, usd("100"))].into();
        assert_eq!(above(Dimension::Tenant, "new", &few, 4.4), []);
    }

    #[test]
    fn periods_are_weeks_or_half_of_a_short_log() {
        let window = |days, asked| window(Some(days), asked, false);
        assert_eq!(window((0, 29), None), Some(Trend { days: 7, last: 29 }));
        assert_eq!(window((0, 5), None), Some(Trend { days: 3, last: 5 }));
        assert_eq!(
            window((0, 59), Some(28)),
            Some(Trend { days: 28, last: 59 })
        );
        assert_eq!(window((0, 3), None), None);
        assert_eq!(window((0, 3), Some(1)), Some(Trend { days: 1, last: 3 }));
        assert_eq!(window((3, 3), Some(1)), None);
        let trend = Trend { days: 3, last: 5 };
        assert_eq!(
            (0..7).filter(|day| trend.is_last(*day)).collect::<Vec<_>>(),
            [3, 4, 5]
        );
        assert_eq!(
            (0..7)
                .filter(|day| trend.is_previous(*day))
                .collect::<Vec<_>>(),
            [0, 1, 2]
        );
    }
}
