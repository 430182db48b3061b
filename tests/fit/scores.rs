//! Errors over cases.

use std::collections::BTreeMap;
use std::fmt;

use llmcost::cost::capacity::Constants;
use llmcost::cost::measured::Case;

use super::fitter::Groups;

/// Errors of estimates, all of estimated over measured less 1.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    pub n: usize,
    pub median: f64,
    pub p90: f64,
    pub within_25: f64,
    pub within_50: f64,
    pub bias: f64,
    /// Median of the logarithm's absolute value.
    pub median_log: f64,
}

impl Scores {
    /// Of logarithms of estimated over measured.
    pub fn of(logs: &[f64]) -> Self {
        let mut errors: Vec<f64> = logs.iter().map(|log| (log.exp() - 1.0).abs()).collect();
        let mut absolute: Vec<f64> = logs.iter().map(|log| log.abs()).collect();
        let mut signed: Vec<f64> = logs.iter().map(|log| log.exp() - 1.0).collect();
        let share =
            |most: f64| errors.iter().filter(|it| **it <= most).count() as f64 / logs.len() as f64;
        let (within_25, within_50) = (share(0.25), share(0.5));
        Self {
            n: logs.len(),
            median: quantile(&mut errors, 0.5),
            p90: quantile(&mut errors, 0.9),
            within_25,
            within_50,
            bias: quantile(&mut signed, 0.5),
            median_log: quantile(&mut absolute, 0.5),
        }
    }

    /// The mean of each figure.
    pub fn mean(list: &[Self]) -> Self {
        let mean = |of: &dyn Fn(&Self) -> f64| list.iter().map(of).sum::<f64>() / list.len() as f64;
        Self {
            n: list.iter().map(|it| it.n).sum::<usize>() / list.len(),
            median: mean(&|it| it.median),
            p90: mean(&|it| it.p90),
            within_25: mean(&|it| it.within_25),
            within_50: mean(&|it| it.within_50),
            bias: mean(&|it| it.bias),
            median_log: mean(&|it| it.median_log),
        }
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "n {}, median {:.1} % (|log| {:.1} %), p90 {:.1} %, within 25 % {:.1} %, within 50 % {:.1} %, bias {:+.1} %",
            self.n,
            100.0 * self.median,
            100.0 * self.median_log,
            100.0 * self.p90,
            100.0 * self.within_25,
            100.0 * self.within_50,
            100.0 * self.bias
        )
    }
}

pub fn quantile(list: &mut [f64], at: f64) -> f64 {
    list.sort_by(f64::total_cmp);
    list[((list.len() - 1) as f64 * at).round() as usize]
}

/// Logarithm of estimated over measured output, where it was measured.
pub fn log_error(case: &Case, constants: Constants) -> Option<f64> {
    let estimated = case.estimate(constants).ok()?;
    Some((estimated.output_tokens_per_second / case.output_tokens_per_second?).ln())
}

pub fn scores(cases: &[&Case], constants: Constants) -> Scores {
    let logs: Vec<f64> = cases
        .iter()
        .filter_map(|case| log_error(case, constants))
        .collect();
    Scores::of(&logs)
}

pub fn tpot(cases: &[&Case], constants: Constants) -> Scores {
    let logs = cases.iter().filter_map(|case| {
        let estimated = case.estimate(constants).ok()?;
        Some((estimated.tpot_s / case.tpot_s?).ln())
    });
    Scores::of(&logs.collect::<Vec<f64>>())
}

/// Errors after one measured point of each deployment (its middle row) has set the others right.
pub fn calibrated(cases: &[&Case], constants: Constants) -> Scores {
    let mut logs: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for case in cases {
        if let Some(log) = log_error(case, constants) {
            let key = format!("{} {}", case.deployment.key(), case.engine_version);
            logs.entry(key).or_default().push(log);
        }
    }
    let mut left = Vec::new();
    for list in logs.values() {
        let known = list.len() / 2;
        let others = list.iter().enumerate().filter(|(at, _)| *at != known);
        left.extend(others.map(|(_, log)| log - list[known]));
    }
    Scores::of(&left)
}

/// Factors within which 50, 68, 80 and 90 % of held-out estimates lie.
pub fn bands(cases: &[Case], groups: &Groups, fits: &[Constants]) -> [f64; 4] {
    let mut logs = Vec::new();
    for (seed, constants) in fits.iter().enumerate() {
        let used = groups.half(seed as u64);
        let held_out = cases.iter().zip(&used).filter(|(_, used)| !**used);
        logs.extend(
            held_out
                .filter_map(|(case, _)| log_error(case, *constants))
                .map(f64::abs),
        );
    }
    [0.5, 0.68, 0.8, 0.9].map(|at| quantile(&mut logs, at).exp())
}
