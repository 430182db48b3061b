//! How far the capacity estimate is from published measurements: overall, by GPU, model, engine and
//! kind of model.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cost::capacity::Constants;
use crate::cost::measured::Case;
use crate::cost::measured::csv::{LeftOut, Table};

/// `catalog accuracy`.
#[derive(Debug, Serialize)]
pub struct Accuracy {
    /// Name of this shape.
    pub schema: &'static str,
    /// What the estimate was held to.
    pub measurements: String,
    /// Whether the constants were fitted on these points or may have been.
    pub used_in_fit: &'static str,
    /// Errors of the output tokens a second.
    pub overall: Errors,
    /// The same by group.
    pub by: By,
    /// Errors of the time per output token.
    pub tpot: Errors,
    /// Errors of the output tokens a second once one point of each deployment is known.
    pub calibrated: Errors,
    /// Rows that were left out, by reason.
    pub left_out: Vec<Reason>,
    /// Each point.
    pub points: Vec<Point>,
}

/// Errors of estimates over measurements: each is |estimated / measured - 1|.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Errors {
    /// Points.
    pub n: usize,
    /// Half of the errors are below it.
    pub median_error: f64,
    /// Nine in ten are below it.
    pub p90_error: f64,
    /// Share of the errors up to 25 %.
    pub within_25: f64,
    /// Share of the errors up to 50 %.
    pub within_50: f64,
    /// Median of estimated / measured - 1: above 0 where the estimate is too high.
    pub bias: f64,
    /// Median of |ln(estimated / measured)|, which takes too high and too low alike.
    pub median_log_error: f64,
}

/// Errors by group.
#[derive(Debug, Serialize)]
pub struct By {
    /// By GPU.
    pub gpu: BTreeMap<String, Errors>,
    /// By model.
    pub model: BTreeMap<String, Errors>,
    /// By engine.
    pub engine: BTreeMap<String, Errors>,
    /// By kind of model: dense, mixture of experts, latent or hybrid attention.
    pub kind: BTreeMap<String, Errors>,
    /// By load: as many requests as fit, or a given number in flight.
    pub load: BTreeMap<String, Errors>,
}

/// Rows left out for one reason.
#[derive(Debug, PartialEq, Serialize)]
pub struct Reason {
    /// The reason.
    pub reason: String,
    /// How many.
    pub rows: usize,
    /// The first line, and what was found there.
    pub first_line: u64,
    /// What was found in that line.
    pub found: String,
}

/// One measurement and its estimate.
#[derive(Debug, Serialize)]
pub struct Point {
    /// Line of the file; none for the catalog's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Model.
    pub model: String,
    /// GPU.
    pub gpu: String,
    /// Engine.
    pub engine: &'static str,
    /// Kind of model.
    pub kind: &'static str,
    /// GPUs of the replica.
    pub gpus: u32,
    /// Mean input tokens.
    pub input_tokens: f64,
    /// Mean output tokens.
    pub output_tokens: f64,
    /// Requests in flight; none where the engine was given as many as it takes.
    pub concurrency: Option<f64>,
    /// Output tokens a second that were measured.
    pub measured: f64,
    /// Output tokens a second that are estimated.
    pub estimated: f64,
}

impl Point {
    fn log(&self) -> f64 {
        (self.estimated / self.measured).ln()
    }
}

impl Errors {
    /// Of logarithms of estimated over measured.
    #[must_use]
    pub fn of(logs: &[f64]) -> Self {
        if logs.is_empty() {
            return Self::default();
        }
        let signed: Vec<f64> = logs.iter().map(|log| log.exp_m1()).collect();
        let errors: Vec<f64> = signed.iter().map(|it| it.abs()).collect();
        let absolute = logs.iter().map(|log| log.abs()).collect();
        let share = |most: f64| {
            errors.iter().filter(|error| **error <= most).count() as f64 / errors.len() as f64
        };
        Self {
            n: logs.len(),
            within_25: share(0.25),
            within_50: share(0.5),
            median_error: quantile(errors.clone(), 0.5),
            p90_error: quantile(errors, 0.9),
            bias: quantile(signed, 0.5),
            median_log_error: quantile(absolute, 0.5),
        }
    }
}

/// The quantile of a list, straight between its neighbors.
fn quantile(mut list: Vec<f64>, share: f64) -> f64 {
    list.sort_by(f64::total_cmp);
    let at = share * (list.len() - 1) as f64;
    let (low, high) = (list[at.floor() as usize], list[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

/// Holds the estimate to the catalog's measurements.
#[must_use]
pub fn of_catalog(cases: Vec<Case>) -> Accuracy {
    let cases: Vec<_> = cases.into_iter().map(|case| (None, case)).collect();
    accuracy("the catalog's".into(), "yes", &cases, Vec::new())
}

/// Holds the estimate to a table of measurements.
#[must_use]
pub fn of_table(name: &str, table: Table) -> Accuracy {
    let cases = table.cases.into_iter();
    let cases: Vec<_> = cases.map(|(line, case)| (Some(line), case)).collect();
    accuracy(name.to_owned(), "unknown", &cases, table.left_out)
}

fn accuracy(
    measurements: String,
    used_in_fit: &'static str,
    cases: &[(Option<u64>, Case)],
    left_out: Vec<LeftOut>,
) -> Accuracy {
    let points: Vec<Point> = cases.iter().filter_map(point).collect();
    let logs: Vec<f64> = points.iter().map(Point::log).collect();
    Accuracy {
        schema: "llmcost/catalog-accuracy/1",
        measurements,
        used_in_fit,
        overall: Errors::of(&logs),
        by: By {
            gpu: grouped(&points, |point| point.gpu.clone()),
            model: grouped(&points, |point| point.model.clone()),
            engine: grouped(&points, |point| point.engine.to_owned()),
            kind: grouped(&points, |point| point.kind.to_owned()),
            load: grouped(&points, |point| {
                let given = point.concurrency.is_some();
                if given { "given" } else { "as many as fit" }.to_owned()
            }),
        },
        tpot: tpot(cases),
        calibrated: calibrated(cases),
        left_out: reasons(left_out),
        points,
    }
}

fn point((line, case): &(Option<u64>, Case)) -> Option<Point> {
    let estimated = case.estimate(Constants::FITTED).ok()?;
    let deployment = &case.deployment;
    Some(Point {
        line: *line,
        model: deployment.model_id.clone(),
        gpu: deployment.gpu_id.clone(),
        engine: deployment.engine.name(),
        kind: deployment.kind().name(),
        gpus: deployment.gpus,
        input_tokens: case.shape.input_tokens,
        output_tokens: case.shape.output_tokens,
        concurrency: case.concurrency,
        measured: case.output_tokens_per_second?,
        estimated: estimated.output_tokens_per_second,
    })
}

fn grouped(points: &[Point], name: impl Fn(&Point) -> String) -> BTreeMap<String, Errors> {
    let mut logs: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for point in points {
        logs.entry(name(point)).or_default().push(point.log());
    }
    let errors = logs.into_iter();
    errors
        .map(|(name, logs)| (name, Errors::of(&logs)))
        .collect()
}

fn tpot(cases: &[(Option<u64>, Case)]) -> Errors {
    let log = |(_, case): &(Option<u64>, Case)| {
        let measured = case.tpot_s?;
        let estimated = case.estimate(Constants::FITTED).ok()?;
        Some((estimated.tpot_s / measured).ln())
    };
    Errors::of(&cases.iter().filter_map(log).collect::<Vec<f64>>())
}

/// The middle point of each deployment (same model, GPUs, precision, engine and version) sets the
/// others right by its ratio; it does not count itself.
fn calibrated(cases: &[(Option<u64>, Case)]) -> Errors {
    let mut logs: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (_, case) in cases {
        let found = case.estimate(Constants::FITTED).ok();
        if let (Some(found), Some(measured)) = (found, case.output_tokens_per_second) {
            let key = format!("{} {}", case.deployment.key(), case.engine_version);
            let log = (found.output_tokens_per_second / measured).ln();
            logs.entry(key).or_default().push(log);
        }
    }
    let mut left = Vec::new();
    for list in logs.values() {
        let known = list.len() / 2;
        let others = list.iter().enumerate().filter(|(at, _)| *at != known);
        left.extend(others.map(|(_, log)| log - list[known]));
    }
    Errors::of(&left)
}

/// Rows by reason, the most frequent first.
fn reasons(left_out: Vec<LeftOut>) -> Vec<Reason> {
    let mut list: Vec<Reason> = Vec::new();
    for row in left_out {
        match list.iter_mut().find(|known| known.reason == row.reason) {
            Some(known) => known.rows += 1,
            None => list.push(Reason {
                reason: row.reason,
                rows: 1,
                first_line: row.line,
                found: row.found,
            }),
        }
    }
    list.sort_by_key(|reason| (std::cmp::Reverse(reason.rows), reason.first_line));
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::cost::measured::cases;

    #[test]
    fn errors_are_taken_of_estimated_over_measured() {
        // ratios 0.8, 1.0, 1.1, 1.25, 2: errors 0.2, 0, 0.1, 0.25, 1; median 0.2; 90th percentile
        // between 0.25 and 1 at 0.6: 0.7; bias 0.1; |ln| 0.2231, 0, 0.0953, 0.2231, 0.6931
        let logs = [0.8_f64, 1.0, 1.1, 1.25, 2.0].map(f64::ln);
        let found = Errors::of(&logs);
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(found.median_error, 0.2);
        close(found.p90_error, 0.7);
        close(found.within_50, 0.8);
        close(found.bias, 0.1);
        close(found.median_log_error, 1.25_f64.ln());
    }

    #[test]
    fn the_groups_hold_every_point_once() {
        let found = of_catalog(cases(&Catalog::embedded()));
        let by = &found.by;
        for groups in [&by.gpu, &by.model, &by.engine, &by.kind, &by.load] {
            let sum: usize = groups.values().map(|errors| errors.n).sum();
            assert_eq!(sum, found.overall.n);
        }
        assert_eq!(found.points.len(), found.overall.n);
    }

    #[test]
    fn one_point_of_a_deployment_says_more_than_none() {
        let found = of_catalog(cases(&Catalog::embedded()));
        assert!(found.calibrated.n < found.overall.n);
        assert!(found.calibrated.median_error < found.overall.median_error);
    }

    #[test]
    fn reasons_are_counted_with_their_first_line() {
        let row = |line, reason: &str| LeftOut {
            line,
            reason: reason.into(),
            found: line.to_string(),
        };
        let found = reasons(vec![row(2, "a"), row(3, "b"), row(5, "b")]);
        assert_eq!((found[0].reason.as_str(), found[0].rows), ("b", 2));
        assert_eq!((found[0].first_line, found[0].found.as_str()), (3, "3"));
    }
}
