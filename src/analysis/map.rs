//! Which option is cheapest over two inputs at once? The data of a map: regions, borders, the present point.
//!
//! Where one of the inputs is the volume, its borders are those of the exact cost curves: for each value of
//! the other input the options are priced once, as functions of the volume. Of other inputs a grid is
//! priced, densely only where the cheapest option can change (`docs/charts.md`).

pub mod axes;

mod grid;
mod regions;

use serde::Serialize;

use super::compare;
use super::crossings::crossings;
use super::parallel;
use super::sweep::Axis;
use super::vary::Varied;
use crate::cost::{self, Month, OptionModel};
use crate::curve::Curve;
use crate::diagnostic::{Place, Problem};
use crate::real::Real;
use crate::scenario::Scenario;
use regions::{Row, Run};

/// The answer of `llmcost chart --kind map`.
#[derive(Clone, Debug, Serialize)]
pub struct Map {
    /// `llmcost/map/1`.
    pub schema: &'static str,
    /// The input along the horizontal axis.
    pub x: MapAxis,
    /// The input along the vertical axis.
    pub y: MapAxis,
    /// Names of the options.
    pub options: Vec<String>,
    /// Where each option is the cheapest.
    pub regions: Vec<Region>,
    /// Where two regions meet: values of both inputs.
    pub borders: Vec<Vec<[f64; 2]>>,
}

/// An input and its values.
#[derive(Clone, Debug, Serialize)]
pub struct MapAxis {
    /// Path of the input.
    pub path: String,
    /// First value.
    pub from: f64,
    /// Last value.
    pub to: f64,
    /// Whether equal ratios are equally far apart.
    pub log: bool,
    /// Its present value, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<f64>,
}

/// Where one option is the cheapest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Region {
    /// The option's number; absent where none can serve the volume.
    pub option: Option<usize>,
    /// Corners: values of both inputs.
    pub points: Vec<[f64; 2]>,
}

/// The path that cost curves are functions of.
pub const VOLUME: &str = "workload.requests_per_day";

/// What is asked of a map.
#[derive(Clone, Debug)]
pub struct MapAsk {
    /// Horizontal axis, with how many values are looked at.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Where the paths were given.
    pub places: [Place; 2],
    /// Present values of both inputs.
    pub present: [Option<f64>; 2],
}

/// Draws up the map of the options that are to be shown.
///
/// # Errors
/// What is wrong with a path, or with the scenario at one of the values.
pub fn map(
    varied: &Varied<'_>,
    ask: &MapAsk,
    shown: impl Fn(&str) -> bool,
) -> Result<Map, Vec<Problem>> {
    let options = varied.scenario.options.iter().enumerate();
    let kept: Vec<usize> = options
        .filter(|(_, spec)| shown(&spec.name))
        .map(|(at, _)| at)
        .collect();
    let search = Search { varied, ask, kept };
    // Runs lie along the volume, if one of the inputs is that.
    let upright = ask.y.path == VOLUME && ask.x.path != VOLUME;
    let rows = if upright || ask.x.path == VOLUME {
        search.rows_of_curves(upright)?
    } else {
        grid::rows(&search)?
    };
    let place = |[along, across]: [f64; 2]| {
        let [x, y] = if upright {
            [across, along]
        } else {
            [along, across]
        };
        [ask.x.at(x), ask.y.at(y)]
    };
    let (regions, borders) = regions::traced(&rows);
    let axis = |axis: &Axis, present| MapAxis {
        path: axis.path.clone(),
        from: axis.from,
        to: axis.to,
        log: axis.log,
        present,
    };
    Ok(Map {
        schema: "llmcost/map/1",
        x: axis(&ask.x, ask.present[0]),
        y: axis(&ask.y, ask.present[1]),
        options: search.names(),
        regions: regions
            .into_iter()
            .map(|(option, points)| Region {
                option,
                points: points.into_iter().map(place).collect(),
            })
            .collect(),
        borders: borders
            .into_iter()
            .map(|points| points.into_iter().map(place).collect())
            .collect(),
    })
}

/// The search for the cheapest option.
struct Search<'a> {
    varied: &'a Varied<'a>,
    ask: &'a MapAsk,
    /// Numbers of the options that are shown.
    kept: Vec<usize>,
}

/// An option as a function of the volume.
struct Priced {
    total: Curve,
    most: Option<f64>,
}

impl Priced {
    fn of(model: &OptionModel) -> Self {
        Self {
            total: model.total(),
            most: model.max_volume.map(Real::get),
        }
    }

    /// Cost at a volume; infinite where it cannot be served.
    fn at(&self, volume: f64) -> f64 {
        match self.most {
            Some(most) if volume > most * (1.0 + 1e-9) => f64::INFINITY,
            _ => self.total.plain(volume),
        }
    }
}

/// The first of the least costs; none where all are infinite.
fn cheapest(costs: &[f64]) -> Option<usize> {
    let least = (0..costs.len()).min_by(|a, b| costs[*a].total_cmp(&costs[*b]))?;
    costs[least].is_finite().then_some(least)
}

/// Rows, or points of a grid, for which a thread is worth its while.
const ROWS: usize = 8;

/// How often the gap between two rows that differ is halved.
const HALVED: u32 = 4;

impl Search<'_> {
    fn names(&self) -> Vec<String> {
        let options = &self.varied.scenario.options;
        self.kept
            .iter()
            .map(|at| options[*at].name.clone())
            .collect()
    }

    fn priced(&self, scenario: &Scenario) -> Result<Vec<Priced>, Vec<Problem>> {
        let models = compare::models(&Month::of(scenario, 0))?;
        Ok(self
            .kept
            .iter()
            .map(|at| Priced::of(&models[*at]))
            .collect())
    }

    /// Cost of each option at shares of both axes.
    fn costs(&self, [x, y]: [f64; 2]) -> Result<Vec<f64>, Vec<Problem>> {
        let [of_x, of_y] = self.ask.places;
        let scenario = self.varied.with_all(&[
            (&self.ask.x.path, of_x, self.ask.x.at(x)),
            (&self.ask.y.path, of_y, self.ask.y.at(y)),
        ])?;
        let volume = cost::volume(&scenario).map_err(|problem| vec![problem])?;
        let priced = self.priced(&scenario)?;
        Ok(priced.iter().map(|option| option.at(volume)).collect())
    }

    /// Rows along the volume, at each value of the other input and, where neighbors differ, between them.
    fn rows_of_curves(&self, upright: bool) -> Result<Vec<Row>, Vec<Problem>> {
        let across = if upright { &self.ask.x } else { &self.ask.y };
        let last = (across.points - 1) as f64;
        let places: Vec<f64> = (0..across.points).map(|k| k as f64 / last).collect();
        let rows = parallel::each(&places, ROWS, |place| self.row(upright, *place));
        let rows: Vec<Row> = rows.into_iter().collect::<Result<_, _>>()?;
        let pairs: Vec<[&Row; 2]> = rows.windows(2).map(|pair| [&pair[0], &pair[1]]).collect();
        let between = parallel::each(&pairs, ROWS, |[a, b]| self.between(upright, a, b, HALVED));
        let mut between = between.into_iter();
        let mut all = Vec::with_capacity(rows.len());
        for row in rows.iter().cloned() {
            all.push(row);
            if let Some(more) = between.next() {
                all.extend(more?);
            }
        }
        Ok(all)
    }

    fn between(
        &self,
        upright: bool,
        a: &Row,
        b: &Row,
        depth: u32,
    ) -> Result<Vec<Row>, Vec<Problem>> {
        if depth == 0 || a.is_like(b) {
            return Ok(Vec::new());
        }
        let middle = self.row(upright, f64::midpoint(a.at, b.at))?;
        let mut rows = self.between(upright, a, &middle, depth - 1)?;
        let after = self.between(upright, &middle, b, depth - 1)?;
        rows.push(middle);
        rows.extend(after);
        Ok(rows)
    }

    /// The cheapest option along the volume, at a share of the other axis.
    fn row(&self, upright: bool, place: f64) -> Result<Row, Vec<Problem>> {
        let [of_x, of_y] = self.ask.places;
        let (along, across, at) = if upright {
            (&self.ask.y, &self.ask.x, of_x)
        } else {
            (&self.ask.x, &self.ask.y, of_y)
        };
        let scenario = if across.path == VOLUME {
            self.varied.scenario.clone()
        } else {
            self.varied.with(&across.path, at, across.at(place))?
        };
        Ok(Row {
            at: place,
            runs: runs(along, &self.priced(&scenario)?),
        })
    }
}

/// Runs that are narrower than this share of the map are not seen: a pixel or two.
const NARROW: f64 = 1.0 / 1_000.0;

/// Stretches of one winner along the volume. The winner changes only where two costs cross or hardware is
/// full, and both are known exactly.
fn runs(along: &Axis, options: &[Priced]) -> Vec<Run> {
    let mut cuts: Vec<f64> = options.iter().filter_map(|option| option.most).collect();
    for (at, one) in options.iter().enumerate() {
        for other in &options[at + 1..] {
            let found = crossings(&one.total, &other.total, along.from, along.to);
            cuts.extend(found.list.iter().map(|crossing| crossing.volume));
        }
    }
    let mut cuts: Vec<f64> = cuts.into_iter().map(|volume| along.share(volume)).collect();
    cuts.retain(|cut| *cut > 0.0 && *cut < 1.0);
    cuts.extend([0.0, 1.0]);
    cuts.sort_by(f64::total_cmp);
    let mut runs: Vec<Run> = Vec::new();
    for pair in cuts.windows(2) {
        let last = runs.last().map(|run| run.winner);
        let first_or_wide = last.is_none() || pair[1] - pair[0] >= NARROW;
        if !first_or_wide {
            continue;
        }
        let volume = along.at(f64::midpoint(pair[0], pair[1]));
        let costs: Vec<f64> = options.iter().map(|option| option.at(volume)).collect();
        let winner = cheapest(&costs);
        if last != Some(winner) {
            runs.push(Run {
                winner,
                from: pair[0],
            });
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced(total: Curve, most: Option<f64>) -> Priced {
        Priced { total, most }
    }

    fn axis(from: f64, to: f64, log: bool) -> Axis {
        Axis {
            path: VOLUME.into(),
            from,
            to,
            points: 3,
            log,
        }
    }

    #[test]
    fn runs_end_where_costs_cross_and_where_hardware_is_full() {
        // 3 r against 100 + r: equal at 50; the second is full at 80, and the first costs 240 there.
        let api = priced(Curve::linear(3.0), None);
        let own = priced(Curve::linear(1.0).plus(&Curve::constant(100.0)), Some(80.0));
        let found = runs(&axis(0.0, 100.0, false), &[api, own]);
        let ends: Vec<(Option<usize>, f64)> = found
            .iter()
            .map(|run| (run.winner, (1e6 * run.from).round() / 1e6))
            .collect();
        assert_eq!(ends, [(Some(0), 0.0), (Some(1), 0.5), (Some(0), 0.8)]);
    }

    #[test]
    fn on_a_logarithmic_axis_runs_end_at_shares_of_it() {
        // Equal at 50, half a decade and a bit up of two decades: log10(50/1)/2.
        let api = priced(Curve::linear(3.0), None);
        let own = priced(Curve::linear(1.0).plus(&Curve::constant(100.0)), None);
        let found = runs(&axis(1.0, 100.0, true), &[api, own]);
        assert!((found[1].from - 50f64.log10() / 2.0).abs() < 1e-9);
    }

    #[test]
    fn where_nobody_can_serve_there_is_no_cheapest() {
        let full = priced(Curve::linear(1.0), Some(10.0));
        let found = runs(&axis(0.0, 20.0, false), &[full]);
        assert_eq!((found[0].winner, found[1].winner), (Some(0), None));
        assert_eq!(cheapest(&[f64::INFINITY, 5.0, 5.0]), Some(1));
    }
}
