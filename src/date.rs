//! Calendar days, as far as dated prices and months of a plan need them.

use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year.
    pub year: i32,
    /// Month from 1.
    pub month: u32,
    /// Day from 1.
    pub day: u32,
}

impl Date {
    /// Parses `YYYY-MM-DD`, or `YYYY-MM` as the first of the month.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let year = digits(parts.next()?, 4)?;
        let month = digits(parts.next()?, 2)?;
        let day = parts.next().map_or(Some(1), |part| digits(part, 2))?;
        let date = Self {
            year: year as i32,
            month,
            day,
        };
        let valid = (1..=12).contains(&month) && (1..=days_in(year as i32, month)).contains(&day);
        (parts.next().is_none() && valid).then_some(date)
    }

    /// The first day of the month that lies `months` after this one's.
    #[must_use]
    pub fn first_of_month_after(self, months: u32) -> Self {
        let index = self.year * 12 + self.month as i32 - 1 + months as i32;
        Self {
            year: index.div_euclid(12),
            month: index.rem_euclid(12) as u32 + 1,
            day: 1,
        }
    }

    /// The last day of this date's month.
    #[must_use]
    pub fn end_of_month(self) -> Self {
        Self {
            day: days_in(self.year, self.month),
            ..self
        }
    }

    /// Days from another date to this one.
    pub fn days_since(self, other: Self) -> i64 {
        self.ordinal() - other.ordinal()
    }

    /// Days since 1970-01-01.
    pub fn unix_day(self) -> i32 {
        (self.ordinal() - UNIX_EPOCH) as i32
    }

    /// The day of such a number.
    pub fn of_unix_day(days: i32) -> Self {
        Self::after_1970(i64::from(days))
    }

    /// The day that lies so many days after 1970-01-01.
    pub fn after_1970(days: i64) -> Self {
        // Days are counted from 0000-03-01, so that leap days end their years (Howard Hinnant's
        // civil-from-days).
        let shifted = days + UNIX_EPOCH;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = (month_from_march + 2) % 12 + 1;
        Self {
            year: (era * 400 + year_of_era + i64::from(month <= 2)) as i32,
            month: month as u32,
            day: (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32,
        }
    }

    /// `YYYY-MM`.
    pub fn month_text(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// Days since a fixed day (Howard Hinnant's civil-from-days counting, inverted).
    fn ordinal(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
    }
}

/// 1970-01-01, counted from 0000-03-01.
const UNIX_EPOCH: i64 = 719_468;

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_between_dates_count_leap_days() {
        let day = |text| Date::parse(text).unwrap();
        assert_eq!(day("2027-01-01").days_since(day("2026-11-23")), 39);
        assert_eq!(day("2028-03-01").days_since(day("2028-02-01")), 29);
    }

    #[test]
    fn days_since_1970_come_back_as_the_same_day() {
        let day = |text| Date::parse(text).unwrap();
        assert_eq!(day("1970-01-01").unix_day(), 0);
        assert_eq!(day("2026-11-01").unix_day(), 20_758);
        for days in (-800_000..800_000).step_by(97) {
            assert_eq!(Date::of_unix_day(days).unix_day(), days);
        }
    }

    #[test]
    fn months_run_over_the_year() {
        let start = Date::parse("2026-11-23").unwrap();
        assert_eq!(start.first_of_month_after(2).to_string(), "2027-01-01");
        assert_eq!(start.end_of_month().to_string(), "2026-11-30");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "2026-13",
            "2026-02-30",
            "26-01-01",
            "2026",
            "2026-01-01-01",
            "2026-1-1",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_since_1970_are_counted_back_to_the_calendar() {
        let day = |days| Date::after_1970(days).to_string();
        assert_eq!(
            (day(0), day(59), day(-1)),
            (
                "1970-01-01".into(),
                "1970-03-01".into(),
                "1969-12-31".into()
            )
        );
        // 2000 was a leap year: 10,957 days to its first, 31 + 28 more to its leap day.
        assert_eq!(
            (day(10_957), day(10_957 + 59)),
            ("2000-01-01".into(), "2000-02-29".into())
        );
        let epoch = Date::parse("1970-01-01").unwrap();
        for days in (-800_000..800_000).step_by(997) {
            assert_eq!(Date::after_1970(days).days_since(epoch), days);
        }
    }
}
