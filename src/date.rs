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
}
