//! Growth of a daily series, with its uncertainty (`docs/forecast.md`).
//!
//! Log-linear regression on daily totals with an effect for each day of the week; the standard errors are
//! widened for what neighboring days have in common (first-order autocorrelation of the residuals).

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A day and its total.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Daily {
    /// Days since 1970.
    pub day: i32,
    /// Total, above 0.
    pub total: f64,
}

/// A fitted trend: ln total = level + rate x (day - origin) + effect of the day of the week.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Day that rates count from: the last of the series.
    pub origin: i32,
    /// Logarithm of the mean day's total at the origin.
    pub level: f64,
    /// Growth of the logarithm per day.
    pub rate: f64,
    /// Effects of the days of the week from Thursday, 1970-01-01 on; they sum to 0. All 0 where the series
    /// is too short to tell.
    pub weekday: [f64; 7],
    /// Standard deviation of the residuals.
    pub sigma: f64,
    /// Autocorrelation of neighboring residuals, 0 where it was negative.
    pub autocorrelation: f64,
    /// Days fitted.
    pub days: usize,
    /// Degrees of freedom left, for the quantiles of Student's t.
    pub freedom: f64,
    /// Variances of level and rate and their covariance, autocorrelation included.
    covariance: [f64; 3],
}

/// Days of a week.
const WEEK: i32 = 7;
/// Weeks from which effects of the days of the week can be told.
const WEEKS_FOR_WEEKDAYS: usize = 4;
/// Highest autocorrelation that standard errors are widened for.
const MOST_AUTOCORRELATION: f64 = 0.95;

impl Trend {
    /// Fits a series, in order of days; none with fewer than four days, or where no day differs in time.
    ///
    /// Ordinary least squares; the variance of the estimates is multiplied by (1 + r)/(1 - r), r the lag-1
    /// autocorrelation of the residuals (the variance inflation of an AR(1) process).
    pub fn fit(series: &[Daily]) -> Option<Self> {
        let last = series.last()?;
        if series.len() < 4 {
            return None;
        }
        let weekdays = series.len() >= WEEKS_FOR_WEEKDAYS * WEEK as usize;
        let columns = if weekdays { 8 } else { 2 };
        let rows: Vec<Vec<f64>> = series
            .iter()
            .map(|daily| row(daily.day, last.day, weekdays))
            .collect();
        let logs: Vec<f64> = series.iter().map(|daily| daily.total.ln()).collect();
        let inverse = inverse(&gram(&rows, columns))?;
        let solution = product(&inverse, &moments(&rows, &logs, columns));
        let residuals: Vec<f64> = rows
            .iter()
            .zip(&logs)
            .map(|(row, log)| log - dot(row, &solution))
            .collect();
        let freedom = (series.len() - columns) as f64;
        if freedom < 1.0 {
            return None;
        }
        let variance = dot(&residuals, &residuals) / freedom;
        let autocorrelation = autocorrelation(&residuals);
        let wider = (1.0 + autocorrelation) / (1.0 - autocorrelation);
        let of = |i: usize, j: usize| inverse[i][j] * variance * wider;
        let mut weekday = [0.0; 7];
        if weekdays {
            weekday[..6].copy_from_slice(&solution[2..8]);
            weekday[6] = -weekday[..6].iter().sum::<f64>();
        }
        Some(Self {
            origin: last.day,
            level: solution[0],
            rate: solution[1],
            weekday,
            sigma: variance.sqrt(),
            autocorrelation,
            days: series.len(),
            freedom,
            covariance: [of(0, 0), of(1, 1), of(0, 1)],
        })
    }

    /// Total of a mean day (days of the week evened out) so many days after the origin.
    pub fn mean_after(&self, days: f64) -> f64 {
        (self.level + self.rate * days).exp()
    }

    /// The band that holds that mean with a probability: low, high.
    pub fn band_after(&self, days: f64, probability: f64) -> (f64, f64) {
        let [level, rate, both] = self.covariance;
        let variance = (level + days * days * rate + 2.0 * days * both).max(0.0);
        let reach = self.quantile(probability) * variance.sqrt();
        let middle = self.level + self.rate * days;
        ((middle - reach).exp(), (middle + reach).exp())
    }

    /// The band that holds a single day's total with a probability: the band of the mean and the scatter.
    pub fn day_band(&self, day: i32, probability: f64) -> (f64, f64) {
        let days = f64::from(day - self.origin);
        let [level, rate, both] = self.covariance;
        let of_mean = (level + days * days * rate + 2.0 * days * both).max(0.0);
        let reach = self.quantile(probability) * (of_mean + self.sigma * self.sigma).sqrt();
        let middle = self.level + self.rate * days + self.weekday[weekday(day)];
        ((middle - reach).exp(), (middle + reach).exp())
    }

    /// Total expected on a day, its day of the week counted.
    pub fn on(&self, day: i32) -> f64 {
        let days = f64::from(day - self.origin);
        (self.level + self.rate * days + self.weekday[weekday(day)]).exp()
    }

    /// Growth over a number of days as a factor, with the ends of its interval.
    pub fn factor_over(&self, days: f64, probability: f64) -> [f64; 3] {
        let reach = self.quantile(probability) * self.covariance[1].sqrt();
        [self.rate - reach, self.rate, self.rate + reach].map(|rate| (rate * days).exp())
    }

    fn quantile(&self, probability: f64) -> f64 {
        StudentsT::new(0.0, 1.0, self.freedom)
            .map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + probability / 2.0))
    }
}

/// Median of the slopes between all pairs of days (Theil 1950, Sen 1968), per day of the logarithm: a
/// check that single days cannot move.
pub fn theil_sen(series: &[Daily]) -> Option<f64> {
    let mut slopes = Vec::new();
    for (at, a) in series.iter().enumerate() {
        for b in &series[at + 1..] {
            let days = f64::from(b.day - a.day);
            if days > 0.0 {
                slopes.push((b.total / a.total).ln() / days);
            }
        }
    }
    if slopes.is_empty() {
        return None;
    }
    slopes.sort_by(f64::total_cmp);
    let half = slopes.len() / 2;
    Some(if slopes.len() % 2 == 1 {
        slopes[half]
    } else {
        f64::midpoint(slopes[half - 1], slopes[half])
    })
}

/// Day of the week, 0 on Thursdays.
pub fn weekday(day: i32) -> usize {
    day.rem_euclid(WEEK) as usize
}

/// One, the time, and for each of six days of the week 1, on the seventh -1 for all of them.
fn row(day: i32, origin: i32, weekdays: bool) -> Vec<f64> {
    let mut row = vec![1.0, f64::from(day - origin)];
    if weekdays {
        let own = weekday(day);
        row.extend((0..6).map(|at| match own {
            6 => -1.0,
            own => f64::from(u8::from(own == at)),
        }));
    }
    row
}

fn gram(rows: &[Vec<f64>], columns: usize) -> Vec<Vec<f64>> {
    let entry = |i: usize, j: usize| rows.iter().map(|row| row[i] * row[j]).sum();
    (0..columns)
        .map(|i| (0..columns).map(|j| entry(i, j)).collect())
        .collect()
}

fn moments(rows: &[Vec<f64>], logs: &[f64], columns: usize) -> Vec<f64> {
    (0..columns)
        .map(|at| rows.iter().zip(logs).map(|(row, log)| row[at] * log).sum())
        .collect()
}

fn product(matrix: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Inverse by elimination with pivots; none where the columns depend on each other.
fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let mut wide: Vec<Vec<f64>> = matrix
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let unit = (0..size).map(|column| f64::from(u8::from(column == at)));
            row.iter().copied().chain(unit).collect()
        })
        .collect();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|a, b| wide[*a][column].abs().total_cmp(&wide[*b][column].abs()))?;
        if wide[pivot][column].abs() < 1e-9 {
            return None;
        }
        wide.swap(column, pivot);
        let scale = wide[column][column];
        wide[column].iter_mut().for_each(|entry| *entry /= scale);
        let own = wide[column].clone();
        for (at, row) in wide.iter_mut().enumerate() {
            if at != column {
                let factor = row[column];
                for (entry, part) in row.iter_mut().zip(&own) {
                    *entry -= factor * part;
                }
            }
        }
    }
    Some(wide.into_iter().map(|row| row[size..].to_vec()).collect())
}

/// Lag-1 autocorrelation, 0 where it is negative: luck must not narrow an interval.
fn autocorrelation(residuals: &[f64]) -> f64 {
    let all = dot(residuals, residuals);
    if all <= 0.0 {
        return 0.0;
    }
    let neighbors: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
    (neighbors / all).clamp(0.0, MOST_AUTOCORRELATION)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Days from 1970 on with these totals.
    pub fn series(days: i32, total: impl Fn(i32) -> f64) -> Vec<Daily> {
        (0..days)
            .map(|day| Daily {
                day,
                total: total(day),
            })
            .collect()
    }

    #[test]
    fn a_pure_growth_of_a_percent_a_day_is_found() {
        let trend = Trend::fit(&series(35, |day| 1_000.0 * 1.01f64.powi(day))).unwrap();
        assert!((trend.rate - 1.01f64.ln()).abs() < 1e-12);
        assert!((trend.mean_after(0.0) - 1_000.0 * 1.01f64.powi(34)).abs() < 1e-6);
        let [low, middle, high] = trend.factor_over(30.0, 0.95);
        assert!((middle - 1.01f64.powi(30)).abs() < 1e-9 && high - low < 1e-6);
    }

    #[test]
    fn weekends_are_no_growth() {
        // Half the traffic on two days of the week, no growth: the trend is flat and knows the weekend.
        let weekly = |day: i32| if weekday(day) < 5 { 100.0 } else { 50.0 };
        let trend = Trend::fit(&series(42, weekly)).unwrap();
        assert!(trend.rate.abs() < 1e-12);
        let gap = trend.weekday[0] - trend.weekday[6];
        assert!((gap - 2f64.ln()).abs() < 1e-9);
        assert!(trend.weekday.iter().sum::<f64>().abs() < 1e-9);
    }

    #[test]
    fn a_line_through_four_points_by_hand() {
        // ln totals 0, 1, 1, 2 at days 0 to 3: means 1.5 and 1; Sxy = (-1.5)(-1) + 0 + 0 + 1.5 x 1 = 3; Sxx = 5; slope 0.6,
        // level at day 3: 1 + 1.5 x 0.6 = 1.9.
        let logs = [0.0f64, 1.0, 1.0, 2.0];
        let trend = Trend::fit(&series(4, |day| logs[day as usize].exp())).unwrap();
        assert!((trend.rate - 0.6).abs() < 1e-12);
        assert!((trend.level - 1.9).abs() < 1e-12);
        // Residuals -0.1, 0.3, -0.3, 0.1: sum of squares 0.2, over 2 degrees of freedom 0.1.
        assert!((trend.sigma - 0.1f64.sqrt()).abs() < 1e-12);
        // Neighbors -0.03 - 0.09 - 0.03 < 0: not counted.
        assert_eq!(trend.autocorrelation, 0.0);
        // Var(rate) = 0.1/5; t(0.975, 2) = 4.302653.
        let [_, middle, high] = trend.factor_over(1.0, 0.95);
        let reach = 4.302_652_729_7 * 0.02f64.sqrt();
        assert!(((high / middle).ln() - reach).abs() < 1e-6);
    }

    #[test]
    fn neighbors_alike_widen_the_interval() {
        let wave = |day: i32| (1.0 + 0.5 * (f64::from(day) / 5.0).sin()) * 100.0;
        let trend = Trend::fit(&series(60, wave)).unwrap();
        assert!(trend.autocorrelation > 0.8);
        let [low, _, high] = trend.factor_over(30.0, 0.95);
        assert!(low < 1.0 && high > 1.0);
    }

    #[test]
    fn one_wild_day_does_not_move_the_median_slope() {
        let mut days = series(30, |day| 100.0 * 1.02f64.powi(day));
        days[29].total *= 50.0;
        let slope = theil_sen(&days).unwrap();
        assert!((slope - 1.02f64.ln()).abs() < 1e-6);
        assert!(Trend::fit(&days).unwrap().rate > 1.2 * slope);
    }

    #[test]
    fn too_few_days_have_no_trend() {
        assert_eq!(Trend::fit(&series(3, |_| 1.0)), None);
        assert_eq!(theil_sen(&series(1, |_| 1.0)), None);
    }

    #[test]
    fn the_band_of_a_day_holds_that_of_the_mean() {
        let noisy = |day: i32| 100.0 * (1.0 + 0.1 * f64::from(day % 3));
        let trend = Trend::fit(&series(40, noisy)).unwrap();
        let (low, high) = trend.band_after(0.0, 0.95);
        let own = trend.weekday[weekday(39)].exp();
        let (lowest, highest) = trend.day_band(39, 0.95);
        assert!(lowest < low * own && highest > high * own);
    }
}
