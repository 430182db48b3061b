//! When has an option saved what it took more than the base option? (`docs/model.md` section 8)

use super::super::payback::annuity_months;
use super::super::plan::{Flows, discount};
use super::result::{PaybackTime, PaybackVerdict};
use crate::real::Real;

/// Share of the amounts below which nothing counts as taken.
const TINY: f64 = 1e-9;

/// Payback of an option against the base option, from the cash of both. What is left at the end is no cash
/// that has come back, so it plays no part.
pub fn payback(base: &Flows, option: &Flows, monthly_rate: f64) -> PaybackTime {
    let start: Vec<f64> = saved(&base.start, &option.start);
    let end: Vec<f64> = saved(&base.end, &option.end);
    let simple = course(&start, &end, 0.0);
    let discounted = course(&start, &end, monthly_rate);
    let verdict = match (simple.began, simple.months) {
        (false, _) => PaybackVerdict::NothingToEarnBack,
        (true, Some(_)) => PaybackVerdict::EarnedBack,
        (true, None) => PaybackVerdict::NotWithinThePlan,
    };
    PaybackTime {
        verdict,
        simple_months: simple.months,
        discounted_months: discounted.months,
        deepest_usd: simple.deepest,
        falls_back: simple.falls_back,
    }
}

fn saved(base: &[Real], option: &[Real]) -> Vec<f64> {
    let pairs = base.iter().zip(option);
    pairs
        .map(|(base, option)| (*base - *option).get())
        .collect()
}

/// The course of the cumulated saving.
#[derive(Default)]
struct Course {
    /// Whether it was ever below 0.
    began: bool,
    /// When it first came back to 0.
    months: Option<f64>,
    deepest: f64,
    falls_back: bool,
}

/// Follows the cumulated saving: by a jump at the start of a month, then evenly over it.
fn course(start: &[f64], end: &[f64], rate: f64) -> Course {
    let size: f64 = start.iter().chain(end).map(|usd| usd.abs()).sum();
    let mut course = Course::default();
    let mut sum = 0.0;
    for (month, (once, running)) in start.iter().zip(end).enumerate() {
        let worth = worth_of(rate, month);
        course.step(&mut sum, once * worth, size, |_| month as f64);
        let whole = running * worth_of(rate, month + 1);
        course.step(&mut sum, whole, size, |debt| {
            month as f64 + annuity_months(debt / worth, *running, rate)
        });
    }
    course
}

fn worth_of(rate: f64, months: usize) -> f64 {
    discount(rate.into(), months as i32).get()
}

impl Course {
    /// Adds an amount; `when` tells the time at which a debt before it is earned back.
    fn step(&mut self, sum: &mut f64, usd: f64, size: f64, when: impl Fn(f64) -> f64) {
        let before = *sum;
        *sum += usd;
        let below = |sum: f64| sum < -TINY * size;
        self.deepest = self.deepest.max(-*sum);
        if below(before) && !below(*sum) && self.months.is_none() {
            self.months = Some(when(-before));
        }
        self.falls_back |= self.months.is_some() && below(*sum);
        self.began |= below(*sum);
    }
}
