//! How well would the same forecast have done before? (`docs/forecast.md`)

use serde::Serialize;

use super::growth::{Daily, Trend};

/// Weeks that a fit begins with, and days that it is then asked for.
const FIRST_DAYS: usize = 28;
const AHEAD: usize = 7;

/// A forecast of each week from the days before it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    /// Weeks that were forecast.
    pub weeks: usize,
    /// Days that were forecast.
    pub days: usize,
    /// Median of |forecast/total - 1|.
    pub median_error: f64,
    /// The same of a forecast that repeats the day a week before.
    pub median_error_last_week: f64,
    /// Share of the days inside their interval of 90 %.
    pub within_90: f64,
}

/// Forecasts each week after the first four from what lies before it; none where there is no such week.
pub fn backtest(series: &[Daily]) -> Option<Backtest> {
    let mut weeks = 0;
    let (mut errors, mut naive, mut inside) = (Vec::new(), Vec::new(), 0usize);
    let mut cut = FIRST_DAYS;
    while cut + AHEAD <= series.len() {
        let trend = Trend::fit(&series[..cut])?;
        for (at, daily) in series.iter().enumerate().skip(cut).take(AHEAD) {
            errors.push((trend.on(daily.day) / daily.total - 1.0).abs());
            naive.push((series[at - AHEAD].total / daily.total - 1.0).abs());
            let (low, high) = trend.day_band(daily.day, 0.9);
            inside += usize::from((low..=high).contains(&daily.total));
        }
        weeks += 1;
        cut += AHEAD;
    }
    (weeks > 0).then(|| Backtest {
        weeks,
        days: errors.len(),
        within_90: inside as f64 / errors.len() as f64,
        median_error: median(errors),
        median_error_last_week: median(naive),
    })
}

fn median(mut list: Vec<f64>) -> f64 {
    list.sort_by(f64::total_cmp);
    let half = list.len() / 2;
    if list.len() % 2 == 1 {
        list[half]
    } else {
        f64::midpoint(list[half - 1], list[half])
    }
}

#[cfg(test)]
mod tests {
    use super::super::growth::tests::series;
    use super::*;

    #[test]
    fn steady_growth_is_forecast_and_last_week_is_not_enough() {
        let found = backtest(&series(56, |day| 100.0 * 1.03f64.powi(day))).unwrap();
        assert_eq!((found.weeks, found.days), (4, 28));
        assert!(found.median_error < 1e-9);
        // 1 - 1.03^-7 = 18.7 %.
        assert!((found.median_error_last_week - (1.0 - 1.03f64.powi(-7))).abs() < 1e-9);
        assert_eq!(found.within_90, 1.0);
    }

    #[test]
    fn less_than_five_weeks_cannot_be_tested() {
        assert_eq!(backtest(&series(34, |_| 1.0)), None);
    }
}
