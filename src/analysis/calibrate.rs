//! A log as the workload of a scenario: volume, growth, hours, sizes, caches, batch and failures, with
//! ranges where the log supports no more (`docs/forecast.md`).

mod daily;
mod models;
mod shape;

use serde::Serialize;

use super::forecast::growth::Trend;
use crate::scenario::{MAX_P95_RATIO, Size};
use crate::usage::ingest::{Dropped, Usage};
use crate::usage::price::Prices;
use crate::usage::profile::{Part, Profile, Sizes};
pub use daily::{daily, whole_days};

/// Days of a month in growth rates: 365.25/12.
const MONTH_DAYS: f64 = 30.4375;
/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Probability of the intervals that are written as ranges.
const INTERVAL: f64 = 0.90;
/// Days of a log from which the hours of a mean day are told.
const DAYS_FOR_HOURS: usize = 7;
/// Days from which growth is told.
pub const DAYS_FOR_GROWTH: usize = 28;
/// A busiest hour over the mean one: 1.7 to 3 were published (a public conversation trace and others), so
/// the rate of an hour or so may be a third or three times that of the day.
const HOUR_OVER_DAY: f64 = 3.0;
/// Features that get a table of their own.
const MOST_FEATURES: usize = 12;

/// The answer of `llmcost calibrate`.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    /// `llmcost/calibrate/1`.
    pub schema: &'static str,
    /// Calls that were answered and counted.
    pub requests: u64,
    /// First and last call (UTC).
    pub span: [String; 2],
    /// Days that the log covers wholly.
    pub whole_days: usize,
    /// Requests of a mean day.
    pub requests_per_day: Ranged,
    /// Growth a month; none where the log cannot tell.
    pub growth_per_month: Option<Ranged>,
    /// Why it cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth_unknown: Option<String>,
    /// Busiest interval over the mean one, for each size of interval.
    pub peak_to_mean: Peaks,
    /// Weights of the hours of a mean day (UTC or the zone that was asked for), mean 1; where the log has
    /// a week.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub day_shape: Vec<f64>,
    /// Requests of a mean day of the week over those of a mean day, from Monday on; where the log has a week.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekday_shape: Vec<f64>,
    /// The mix of all calls.
    pub mix: Mix,
    /// The mix of each feature, the largest first.
    pub features: Vec<Feature>,
    /// Share of the calls in features without a table of their own, or in none.
    pub other_share: f64,
    /// Models, the most used first.
    pub models: Vec<Model>,
    /// Rows that were not counted.
    pub dropped: Dropped,
}

/// A figure with what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ranged {
    /// The figure.
    pub value: f64,
    /// Ends of its interval of 90 %; equal where the log gives the figure itself.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Busiest over mean, by the interval that is counted; absent where the log is too short or too long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Peaks {
    /// Of seconds.
    pub second: Option<f64>,
    /// Of minutes.
    pub minute: Option<f64>,
    /// Of five minutes.
    pub five_minutes: Option<f64>,
    /// Of hours.
    pub hour: Option<f64>,
    /// Of days.
    pub day: Option<f64>,
    /// Of the hours of a mean day: what `peak_to_mean` of a scenario means.
    pub hour_of_day: Option<f64>,
}

/// What requests look like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mix {
    /// Whole prompt (tokens).
    pub input: Spread,
    /// Visible output (tokens).
    pub output: Spread,
    /// Hidden reasoning of a mean request (tokens).
    pub reasoning_mean: f64,
    /// Share of the prompt tokens read from a cache.
    pub cached_input_share: f64,
    /// Share of the prompt tokens written to a cache.
    pub cache_write_share: f64,
    /// Whether most of what is written lives an hour.
    pub long_cache: bool,
    /// Share of the calls in the batch tier.
    pub batch_share: f64,
    /// Calls that failed over all calls.
    pub error_rate: f64,
    /// Calls that failed and were billed over those that were answered.
    pub retry_share: f64,
}

/// How sizes of requests differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Half of the requests are not larger.
    pub p50: f64,
    /// 90 % are not larger.
    pub p90: f64,
    /// 95 % are not larger.
    pub p95: f64,
    /// 99 % are not larger.
    pub p99: f64,
}

/// A feature with its share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// Share of the calls.
    pub share: f64,
    /// Its mix.
    pub mix: Mix,
}

/// A model with its share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// Name in the log.
    pub name: String,
    /// Row of the catalog, where there is one.
    pub id: Option<String>,
    /// Share of the calls.
    pub share: f64,
}

impl Spread {
    fn of(sizes: &Sizes) -> Self {
        let at = |share| sizes.quantile(share);
        Self {
            mean: sizes.mean(),
            p50: at(0.5),
            p90: at(0.9),
            p95: at(0.95),
            p99: at(0.99),
        }
    }

    /// The p95 that a scenario can hold beside the mean: that of a lognormal distribution has limits.
    pub fn lognormal_p95(&self) -> Option<f64> {
        let ratio = self.p95 / self.mean;
        (self.mean > 0.0 && ratio <= MAX_P95_RATIO && Size::sigma_of_p95(ratio).is_some())
            .then_some(self.p95)
    }
}

impl Mix {
    fn of(part: &Part) -> Self {
        let per = |amount: u128, of: u128| {
            if of > 0 {
                amount as f64 / of as f64
            } else {
                0.0
            }
        };
        let calls = u128::from(part.answered + part.failed);
        let written = part.written + part.written_long;
        Self {
            input: Spread::of(&part.prompt),
            output: Spread::of(&part.visible),
            reasoning_mean: per(part.reasoning, u128::from(part.prompt.count)),
            cached_input_share: per(part.read, part.prompt.sum),
            cache_write_share: per(written, part.prompt.sum),
            long_cache: part.written_long > part.written,
            batch_share: per(u128::from(part.batch), calls),
            error_rate: per(u128::from(part.failed), calls),
            retry_share: per(part.billed_failures.into(), part.answered.into()),
        }
    }
}

/// Reads a workload off a log.
///
/// # Errors
/// A log without times, or whose rows sum calls, so that no request has a size.
pub fn calibrate(usage: &Usage, prices: &Prices<'_>) -> Result<Calibration, String> {
    let profile = usage
        .profile
        .as_ref()
        .ok_or("the log was read without its profile")?;
    let (first, last) = profile.clock.span.ok_or(
        "the rows have no times, so there is no volume\nhint: name their column with --map time=...",
    )?;
    if profile.all.prompt.count == 0 {
        return Err(
            "the rows sum many calls each, so no request has a size\nhint: calibrate from a log of calls; a report of sums goes into `attribute` and `reconcile`"
                .into(),
        );
    }
    let days = whole_days(
        &daily(&usage.grouping),
        first,
        last,
        &usage.grouping.plan.zone,
    );
    let (growth_per_month, growth_unknown) = growth(&days);
    let week = shape::week(profile, &usage.grouping.plan.zone);
    let week = week.filter(|_| days.len() >= DAYS_FOR_HOURS);
    let shape = week.as_ref().map(shape::hours).unwrap_or_default();
    let (features, other_share) = features(profile);
    Ok(Calibration {
        schema: "llmcost/calibrate/1",
        requests: profile.all.answered,
        span: [first, last].map(|at| at.to_string()),
        whole_days: days.len(),
        requests_per_day: volume(profile, &days),
        growth_per_month,
        growth_unknown,
        peak_to_mean: peaks(profile, &days, &shape),
        weekday_shape: week.as_ref().map(shape::days).unwrap_or_default(),
        day_shape: shape,
        mix: Mix::of(&profile.all),
        features,
        other_share,
        models: models::of(profile, prices),
        dropped: usage.dropped,
    })
}

/// Requests of a mean day: over the whole days with the interval of their mean, or from the rate of a
/// part of a day, which may be a third or three times that of the day.
fn volume(profile: &Profile, days: &[(i32, f64)]) -> Ranged {
    if days.is_empty() {
        let seconds = profile.clock.seconds().max(1.0);
        let value = (profile.all.answered + profile.all.failed) as f64 / seconds * DAY;
        return Ranged {
            value,
            low: value / HOUR_OVER_DAY,
            high: value * HOUR_OVER_DAY,
        };
    }
    let totals: Vec<f64> = days.iter().map(|(_, total)| *total).collect();
    let mean = totals.iter().sum::<f64>() / totals.len() as f64;
    if totals.len() < DAYS_FOR_HOURS {
        // Fewer days than a week has: the other days may be as far off as these are from each other, twice.
        let (least, most) = totals
            .iter()
            .fold((mean, mean), |(a, b), x| (a.min(*x), b.max(*x)));
        return Ranged {
            value: mean,
            low: (2.0 * least - mean).max(least / 2.0),
            high: 2.0 * most - mean,
        };
    }
    Ranged {
        value: mean,
        low: mean,
        high: mean,
    }
}

fn growth(days: &[(i32, f64)]) -> (Option<Ranged>, Option<String>) {
    if days.len() < DAYS_FOR_GROWTH {
        let why = format!(
            "the log has {} whole days, and growth takes at least {DAYS_FOR_GROWTH}",
            days.len()
        );
        return (None, Some(why));
    }
    let Some(trend) = Trend::fit(&daily::series(days)) else {
        return (None, Some("the days do not allow a trend".into()));
    };
    let [low, value, high] = trend.factor_over(MONTH_DAYS, INTERVAL).map(|x| x - 1.0);
    (Some(Ranged { value, low, high }), None)
}

fn peaks(profile: &Profile, days: &[(i32, f64)], shape: &[f64]) -> Peaks {
    let clock = &profile.clock;
    let most = days.iter().map(|(_, total)| *total).fold(0.0, f64::max);
    let sum: f64 = days.iter().map(|(_, total)| *total).sum();
    Peaks {
        second: clock.peak_to_mean(1),
        minute: clock.peak_to_mean(60),
        five_minutes: clock.peak_to_mean(300),
        hour: clock.peak_to_mean(3_600),
        day: (days.len() > 1).then(|| most * days.len() as f64 / sum),
        hour_of_day: (!shape.is_empty()).then(|| shape.iter().copied().fold(0.0, f64::max)),
    }
}

fn features(profile: &Profile) -> (Vec<Feature>, f64) {
    let calls = |part: &Part| (part.answered + part.failed) as f64;
    let all = calls(&profile.all).max(1.0);
    let mut named: Vec<Feature> = profile
        .features
        .iter()
        .filter_map(|(name, part)| {
            Some(Feature {
                name: name.clone()?,
                share: calls(part) / all,
                mix: Mix::of(part),
            })
        })
        .filter(|feature| feature.mix.input.mean > 0.0)
        .collect();
    named.sort_by(|a, b| {
        b.share
            .total_cmp(&a.share)
            .then_with(|| a.name.cmp(&b.name))
    });
    named.truncate(MOST_FEATURES);
    let told: f64 = named.iter().map(|feature| feature.share).sum();
    (named, (1.0 - told).max(0.0))
}
