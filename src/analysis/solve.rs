//! At which values of an input is a goal reached? (`docs/model.md` section 7)

mod figures;
mod target;

use serde::Serialize;

use super::crossings::crossings;
use super::scan::{self, Change, Grid, Point};
use super::vary::Varied;
use crate::curve::Curve;
use crate::diagnostic::{Place, Problem};
pub use figures::of_side;
pub use target::{Figure, Relation, Side, Target};

/// The answer of `llmcost solve`.
#[derive(Clone, Debug, Serialize)]
pub struct Solved {
    /// `llmcost/solve/1`.
    pub schema: &'static str,
    /// The goal, as it was asked for.
    pub target: String,
    /// How its sides are to stand.
    pub relation: Relation,
    /// The input that is moved.
    pub by: String,
    /// Unit of the sides; empty for a share.
    pub unit: &'static str,
    /// Present value of the input, where it is a number of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<f64>,
    /// The sides at present.
    pub now: Sides,
    /// Whether the goal holds at present.
    pub holds_now: bool,
    /// Values searched.
    pub range: [f64; 2],
    /// Outcome.
    pub verdict: SolveVerdict,
    /// Every value at which the sides are equal, or one jumps past the other.
    pub solutions: Vec<Solution>,
    /// Stretches of the range in which the goal holds; for an equality the solutions alone.
    pub holds_in: Vec<[f64; 2]>,
    /// Stretches in which the scenario has no such figures.
    pub unsearched: Vec<[f64; 2]>,
    /// Where the sides come nearest to each other without a solution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
}

/// Outcome of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SolveVerdict {
    /// The sides meet at least once.
    Solved,
    /// One side jumps past the other, and they are nowhere equal.
    JumpsPast,
    /// The goal holds in the whole range.
    Always,
    /// The goal holds nowhere in the range.
    Never,
}

/// Both sides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sides {
    /// Left.
    pub left: f64,
    /// Right.
    pub right: f64,
}

/// One value at which the sides change places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// Value of the input.
    pub value: f64,
    /// `equal`, or `jump` where one side jumps past the other.
    pub kind: &'static str,
    /// Whether the left side is the smaller one above it.
    pub left_smaller_above: bool,
    /// Its factor to the present value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
}

/// Where a search without a solution came nearest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Nearest {
    /// Value of the input.
    pub value: f64,
    /// Left side there.
    pub left: f64,
    /// Right side there.
    pub right: f64,
}

/// What is asked: a goal, and the input that is moved.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The goal.
    pub target: &'a Target,
    /// Its text.
    pub text: &'a str,
    /// Path of the input.
    pub by: &'a str,
    /// Where that path stands.
    pub place: Place,
    /// Its present value.
    pub present: Option<f64>,
    /// Values to search.
    pub grid: Grid,
}

/// The volume, over which costs are known in closed form.
const VOLUME: &str = "workload.requests_per_day";

/// Searches every value of an input at which a goal is reached.
///
/// # Errors
/// What is wrong with the scenario as it is, or with all values of the range.
pub fn solve(varied: &Varied<'_>, question: &Question<'_>) -> Result<Solved, Vec<Problem>> {
    let now = sides(varied.scenario, question.target)?;
    let figures = |value: f64| {
        let scenario = varied.with(question.by, question.place, value).ok()?;
        let sides = sides(&scenario, question.target).ok()?;
        Some(vec![sides.left, sides.right])
    };
    let points = scan::points(&question.grid, &figures);
    if points.iter().all(Option::is_none) {
        // No value can be priced: the first one says why.
        let scenario = varied.with(question.by, question.place, question.grid.low)?;
        sides(&scenario, question.target)?;
    }
    let (first, mut changes) = scan::changes(&points, [0, 1], &question.grid, &figures);
    if let Some(exact) = over_volume(varied, question)? {
        changes = exact;
    }
    Ok(result(question, now, &points, first, &changes))
}

/// Both sides of a goal in a scenario.
fn sides(scenario: &crate::scenario::Scenario, target: &Target) -> Result<Sides, Vec<Problem>> {
    Ok(Sides {
        left: of_side(scenario, target.left)?,
        right: of_side(scenario, target.right)?,
    })
}

/// Monthly costs over the volume are exact curves: their crossings need no search.
fn over_volume(
    varied: &Varied<'_>,
    question: &Question<'_>,
) -> Result<Option<Vec<Change>>, Vec<Problem>> {
    let curve = |side: Side| -> Result<Option<Curve>, Vec<Problem>> {
        match side {
            Side::Number(value) => Ok(Some(Curve::constant(value))),
            Side::Figure {
                option,
                figure: Figure::Monthly,
            } => figures::curve(varied.scenario, option).map(Some),
            Side::Figure { .. } => Ok(None),
        }
    };
    if question.by != VOLUME {
        return Ok(None);
    }
    let (left, right) = (curve(question.target.left)?, curve(question.target.right)?);
    let (Some(left), Some(right)) = (left, right) else {
        return Ok(None);
    };
    let found = crossings(&left, &right, question.grid.low, question.grid.high);
    let change = |crossing: &super::crossings::Crossing| Change {
        value: crossing.volume,
        first_after: crossing.first_after,
        jump: crossing.cause != crate::curve::Cause::Slope,
    };
    Ok(Some(found.list.iter().map(change).collect()))
}

fn result(
    question: &Question<'_>,
    now: Sides,
    points: &[Option<Point>],
    first: f64,
    changes: &[Change],
) -> Solved {
    let Question { target, grid, .. } = *question;
    let solution = |change: &Change| Solution {
        value: change.value,
        kind: if change.jump { "jump" } else { "equal" },
        left_smaller_above: change.first_after,
        factor: question
            .present
            .filter(|present| *present != 0.0)
            .map(|present| change.value / present),
    };
    let solutions: Vec<Solution> = changes.iter().map(solution).collect();
    let holds_in = holds_in(target.relation, &grid, first, changes);
    let unit = match (target.left, target.right) {
        (Side::Figure { figure, .. }, _) | (_, Side::Figure { figure, .. }) => figure.unit(),
        _ => "",
    };
    let verdict = verdict(target.relation, first, changes);
    Solved {
        schema: "llmcost/solve/1",
        target: question.text.to_owned(),
        relation: target.relation,
        by: question.by.to_owned(),
        unit,
        present: question.present,
        holds_now: holds(target.relation, now),
        now,
        range: [grid.low, grid.high],
        verdict,
        nearest: (verdict == SolveVerdict::Never)
            .then(|| nearest(points))
            .flatten(),
        solutions,
        holds_in,
        unsearched: unsearched(points),
    }
}

/// Whether a goal holds at the sides; equal means but for rounding.
fn holds(relation: Relation, sides: Sides) -> bool {
    let point = Point {
        value: 0.0,
        figures: vec![sides.left, sides.right],
    };
    satisfied(relation, scan::sign(&point, [0, 1]))
}

fn satisfied(relation: Relation, sign: f64) -> bool {
    match relation {
        Relation::Equal => sign == 0.0,
        Relation::AtMost => sign <= 0.0,
        Relation::AtLeast => sign >= 0.0,
    }
}

fn verdict(relation: Relation, first: f64, changes: &[Change]) -> SolveVerdict {
    let all_jump = changes.iter().all(|change| change.jump);
    match changes {
        [] if satisfied(relation, first) => SolveVerdict::Always,
        [] => SolveVerdict::Never,
        _ if relation == Relation::Equal && all_jump => SolveVerdict::JumpsPast,
        _ => SolveVerdict::Solved,
    }
}

/// The stretches between changes in which an inequality holds.
fn holds_in(relation: Relation, grid: &Grid, first: f64, changes: &[Change]) -> Vec<[f64; 2]> {
    let mut list = Vec::new();
    let mut from = grid.low;
    let mut sign = first;
    for change in changes {
        if relation != Relation::Equal && satisfied(relation, sign) {
            list.push([from, change.value]);
        }
        if relation == Relation::Equal && !change.jump {
            list.push([change.value; 2]);
        }
        from = change.value;
        sign = if change.first_after { -1.0 } else { 1.0 };
    }
    if satisfied(relation, sign) {
        list.push([from, grid.high]);
    }
    list
}

/// The point at which the sides differ least, relative to their size.
fn nearest(points: &[Option<Point>]) -> Option<Nearest> {
    let gap = |point: &&Point| {
        let (a, b) = (point.figures[0], point.figures[1]);
        (a - b).abs() / a.abs().max(b.abs()).max(f64::MIN_POSITIVE)
    };
    let finite = |point: &&Point| point.figures.iter().all(|figure| figure.is_finite());
    let least = points
        .iter()
        .flatten()
        .filter(finite)
        .min_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    Some(Nearest {
        value: least.value,
        left: least.figures[0],
        right: least.figures[1],
    })
}

/// Stretches around values that have no figures.
fn unsearched(points: &[Option<Point>]) -> Vec<[f64; 2]> {
    let mut list = Vec::new();
    let mut before: Option<f64> = None;
    let mut open = false;
    for point in points {
        match point {
            None => open = true,
            Some(point) => {
                if open {
                    list.push([before.unwrap_or(f64::NEG_INFINITY), point.value]);
                }
                (before, open) = (Some(point.value), false);
            }
        }
    }
    if let (true, Some(before)) = (open, before) {
        list.push([before, f64::INFINITY]);
    }
    list
}

#[cfg(test)]
mod tests;
