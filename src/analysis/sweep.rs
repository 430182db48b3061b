//! The cost curves as data: every option's cost while one input moves.

use serde::Serialize;

use super::vary::Varied;
use crate::diagnostic::{Place, Problem};

/// Values of an input: from, to, how many, and whether they are spaced by a factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Path of the input.
    pub path: String,
    /// First value.
    pub from: f64,
    /// Last value.
    pub to: f64,
    /// Number of values.
    pub points: usize,
    /// Whether neighbors differ by a factor instead of a difference.
    pub log: bool,
}

impl Axis {
    /// Reads `PATH=FROM..TO[:log][,N]`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        const SHAPE: &str =
            "expected PATH=FROM..TO[:log][,N], such as workload.requests_per_day=1e3..1e7:log,41";
        let shape = || format!("`{text}`: {SHAPE}");
        let (path, range) = text.split_once('=').ok_or_else(shape)?;
        let (range, points) = match range.rsplit_once(',') {
            Some((range, points)) => (range, points.trim().parse().map_err(|_| shape())?),
            None => (range, 41),
        };
        let (range, log) = match range.trim().strip_suffix(":log") {
            Some(range) => (range, true),
            None => (range, false),
        };
        let (from, to) = range.split_once("..").ok_or_else(shape)?;
        let (from, to) = (
            number(from).ok_or_else(shape)?,
            number(to).ok_or_else(shape)?,
        );
        let axis = Self {
            path: path.trim().to_owned(),
            from,
            to,
            points,
            log,
        };
        axis.check().map_err(|why| format!("`{text}`: {why}"))?;
        Ok(axis)
    }

    fn check(&self) -> Result<(), &'static str> {
        const MOST: usize = 100_000;
        if self.from >= self.to {
            return Err("FROM must be below TO");
        }
        if !(2..=MOST).contains(&self.points) {
            return Err("N must be from 2 to 100,000");
        }
        if self.log && self.from <= 0.0 {
            return Err("a logarithmic axis begins above 0");
        }
        Ok(())
    }

    /// The values, ends included.
    pub fn values(&self) -> Vec<f64> {
        let last = (self.points - 1) as f64;
        (0..self.points).map(|i| self.at(i as f64 / last)).collect()
    }

    /// How far along a value lies: 0 at the first, 1 at the last.
    pub fn share(&self, value: f64) -> f64 {
        if self.log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        }
    }

    /// The value at a share of the way from first to last.
    pub fn at(&self, share: f64) -> f64 {
        if share <= 0.0 {
            self.from
        } else if share >= 1.0 {
            self.to
        } else if self.log {
            self.from * (self.to / self.from).powf(share)
        } else {
            self.from + (self.to - self.from) * share
        }
    }
}

/// A number that may hold underscores.
pub fn number(text: &str) -> Option<f64> {
    let plain: String = text.trim().chars().filter(|c| *c != '_').collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The answer of `llmcost sweep`.
#[derive(Clone, Debug, Serialize)]
pub struct Sweep {
    /// `llmcost/sweep/1`.
    pub schema: &'static str,
    /// The input.
    pub over: String,
    /// Names of the options.
    pub options: Vec<String>,
    /// One row for each value.
    pub rows: Vec<SweepRow>,
}

/// Costs at one value.
#[derive(Clone, Debug, Serialize)]
pub struct SweepRow {
    /// The value of the input.
    pub value: f64,
    /// Volume [requests/day].
    pub requests_per_day: f64,
    /// Total of each option [USD/month], in the order of `options`.
    pub monthly_usd: Vec<f64>,
    /// Staff share of each option.
    pub staff_share: Vec<f64>,
    /// The cheapest option.
    pub cheapest: String,
}

impl Sweep {
    /// Keeps some options, by name; the cheapest is then the cheapest of these.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        let kept: Vec<usize> = (0..self.options.len())
            .filter(|at| wanted(&self.options[*at]))
            .collect();
        let pick = |list: &[f64]| -> Vec<f64> { kept.iter().map(|at| list[*at]).collect() };
        self.options = kept.iter().map(|at| self.options[*at].clone()).collect();
        for row in &mut self.rows {
            row.monthly_usd = pick(&row.monthly_usd);
            row.staff_share = pick(&row.staff_share);
            row.cheapest = cheapest(&self.options, &row.monthly_usd);
        }
    }
}

fn cheapest(options: &[String], monthly_usd: &[f64]) -> String {
    let least = (0..options.len()).min_by(|a, b| monthly_usd[*a].total_cmp(&monthly_usd[*b]));
    least.map_or_else(String::new, |at| options[at].clone())
}

/// Prices the options at every value of an axis; `done` hears how many values are behind it.
///
/// # Errors
/// What is wrong with the path, or with the scenario at one of the values.
pub fn sweep(
    varied: &Varied<'_>,
    axis: &Axis,
    place: Place,
    done: &mut dyn FnMut(usize),
) -> Result<Sweep, Vec<Problem>> {
    let options: Vec<String> = varied
        .scenario
        .options
        .iter()
        .map(|spec| spec.name.clone())
        .collect();
    let mut rows = Vec::with_capacity(axis.points);
    for (at, value) in axis.values().into_iter().enumerate() {
        done(at);
        let totals = varied.totals(&axis.path, place, value)?;
        rows.push(SweepRow {
            value,
            requests_per_day: totals.volume,
            cheapest: cheapest(&options, &totals.monthly_usd),
            monthly_usd: totals.monthly_usd,
            staff_share: totals.staff_share,
        });
    }
    Ok(Sweep {
        schema: "llmcost/sweep/1",
        over: axis.path.clone(),
        options,
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_read_with_its_scale_and_points() {
        let axis = Axis::parse("workload.requests_per_day=1_000..1e5:log,3").unwrap();
        let values = axis.values();
        assert_eq!((values[0], values[2]), (1e3, 1e5));
        assert!((values[1] - 1e4).abs() < 1e-6);
        assert_eq!(Axis::parse("a.b=0..1,3").unwrap().values(), [0.0, 0.5, 1.0]);
    }

    #[test]
    fn an_axis_that_is_none_says_why() {
        for text in [
            "a.b",
            "a.b=1",
            "a.b=2..1",
            "a.b=0..1:log",
            "a.b=0..1,1",
            "a.b=0..x",
        ] {
            assert!(Axis::parse(text).is_err(), "{text}");
        }
    }
}
