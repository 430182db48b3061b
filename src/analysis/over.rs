//! At which value of any input do the options cross?
//!
//! The input is moved over a grid that is refined where a cost bends or jumps; every change of the
//! cheaper option between two neighbors is then closed in by halving (`docs/model.md` section 7).

use serde::Serialize;

use super::vary::Varied;
use crate::diagnostic::{Place, Problem};

/// The answer of `llmcost breakeven --over PATH`.
#[derive(Clone, Debug, Serialize)]
pub struct Over {
    /// `llmcost/breakeven/1`.
    pub schema: &'static str,
    /// The input.
    pub over: String,
    /// Its present value, where it is a number of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<f64>,
    /// Every pair of options.
    pub pairs: Vec<OverPair>,
}

/// Two options over an input.
#[derive(Clone, Debug, Serialize)]
pub struct OverPair {
    /// First option.
    pub a: String,
    /// Second option.
    pub b: String,
    /// Values searched.
    pub range: [f64; 2],
    /// `crosses`, or whether b is `never` or `always` the cheaper one.
    pub verdict: &'static str,
    /// Every change of the cheaper option.
    pub crossings: Vec<OverCrossing>,
}

/// One crossing.
#[derive(Clone, Debug, Serialize)]
pub struct OverCrossing {
    /// Value of the input.
    pub value: f64,
    /// The option that is cheaper above it.
    pub cheaper_after: String,
    /// `slope` where both cost the same, `jump` where one of them jumps past the other.
    pub cause: &'static str,
}

/// Cells of the first grid.
const CELLS: usize = 128;
/// How often a cell that is not straight is halved.
const DEPTH: u32 = 6;

/// A value of the input with every option's cost.
#[derive(Clone, Debug)]
struct Point {
    value: f64,
    costs: Vec<f64>,
}

/// Finds every crossing of every pair over an input's range.
///
/// # Errors
/// What is wrong with the path, or with the scenario at one of the values.
pub fn over(
    varied: &Varied<'_>,
    path: &str,
    place: Place,
    range: [f64; 2],
) -> Result<Over, Vec<Problem>> {
    let search = Search {
        varied,
        path,
        place,
    };
    let points = search.grid(range)?;
    let names: Vec<&str> = varied
        .scenario
        .options
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    let mut pairs = Vec::new();
    for a in 0..names.len() {
        for b in a + 1..names.len() {
            pairs.push(search.pair(&points, &names, a, b, range)?);
        }
    }
    Ok(Over {
        schema: "llmcost/breakeven/1",
        over: path.to_owned(),
        present: None,
        pairs,
    })
}

struct Search<'a> {
    varied: &'a Varied<'a>,
    path: &'a str,
    place: Place,
}

impl Search<'_> {
    fn point(&self, value: f64) -> Result<Point, Vec<Problem>> {
        let totals = self.varied.totals(self.path, self.place, value)?;
        Ok(Point {
            value,
            costs: totals.monthly_usd,
        })
    }

    fn grid(&self, [low, high]: [f64; 2]) -> Result<Vec<Point>, Vec<Problem>> {
        let log = low > 0.0 && high / low >= 100.0;
        let mut points = vec![self.point(low)?];
        for i in 1..=CELLS {
            let share = i as f64 / CELLS as f64;
            let value = match (i == CELLS, log) {
                (true, _) => high,
                (false, true) => low * (high / low).powf(share),
                (false, false) => low + (high - low) * share,
            };
            let next = self.point(value)?;
            self.refine(&mut points, next, DEPTH)?;
        }
        Ok(points)
    }

    /// Adds a point, and points before it where a cost is not straight in between.
    fn refine(&self, points: &mut Vec<Point>, next: Point, depth: u32) -> Result<(), Vec<Problem>> {
        let last = points[points.len() - 1].clone();
        let middle = self.point(f64::midpoint(last.value, next.value))?;
        let straight = (0..next.costs.len()).all(|at| {
            let expected = f64::midpoint(last.costs[at], next.costs[at]);
            (middle.costs[at] - expected).abs() <= 1e-3 * expected.abs()
        });
        if straight || depth == 0 {
            points.push(middle);
            points.push(next);
            return Ok(());
        }
        self.refine(points, middle, depth - 1)?;
        self.refine(points, next, depth - 1)
    }

    fn pair(
        &self,
        points: &[Point],
        names: &[&str],
        a: usize,
        b: usize,
        range: [f64; 2],
    ) -> Result<OverPair, Vec<Problem>> {
        let gap = |point: &Point| point.costs[a] - point.costs[b];
        let sign = |point: &Point| {
            let tiny = 1e-12 * point.costs[a].abs().max(point.costs[b].abs());
            if gap(point).abs() <= tiny {
                0.0
            } else {
                gap(point).signum()
            }
        };
        let mut crossings = Vec::new();
        let mut last: Option<&Point> = None;
        let mut first_sign = 0.0;
        for point in points.iter().filter(|point| sign(point) != 0.0) {
            if let Some(before) = last
                && sign(before) != sign(point)
            {
                let (value, jump) = self.close_in(before, point, a, b)?;
                crossings.push(OverCrossing {
                    value,
                    cheaper_after: names[if sign(point) < 0.0 { a } else { b }].to_owned(),
                    cause: if jump { "jump" } else { "slope" },
                });
            }
            if last.is_none() {
                first_sign = sign(point);
            }
            last = Some(point);
        }
        let verdict = match (crossings.is_empty(), first_sign > 0.0) {
            (false, _) => "crosses",
            (true, true) => "always",
            (true, false) => "never",
        };
        Ok(OverPair {
            a: names[a].to_owned(),
            b: names[b].to_owned(),
            range,
            verdict,
            crossings,
        })
    }

    /// Halves until both ends agree to 1e-12; whether the gap jumps over zero there.
    fn close_in(
        &self,
        before: &Point,
        after: &Point,
        a: usize,
        b: usize,
    ) -> Result<(f64, bool), Vec<Problem>> {
        let gap = |point: &Point| point.costs[a] - point.costs[b];
        let (mut low, mut high) = (before.clone(), after.clone());
        for _ in 0..200 {
            let middle = f64::midpoint(low.value, high.value);
            if high.value - low.value <= 1e-12 * high.value.abs().max(1e-300) || middle <= low.value
            {
                break;
            }
            let point = self.point(middle)?;
            let side = gap(&point);
            if side == 0.0 {
                return Ok((middle, false));
            }
            if (side > 0.0) == (gap(&low) > 0.0) {
                low = point;
            } else {
                high = point;
            }
        }
        let size = low.costs[a].abs().max(low.costs[b].abs());
        let jump = (gap(&high) - gap(&low)).abs() > 1e-6 * size;
        Ok((high.value, jump))
    }
}
