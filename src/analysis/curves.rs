//! What does each option cost over the volume, and where does the cheapest one change? The data of a
//! picture: exact values of every piece, no denser than the picture can show.

use serde::Serialize;

use super::compare::Comparison;
use crate::cost::OptionModel;
use crate::curve::Curve;
use crate::real::Real;

/// The stretch of volumes that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Window {
    /// Lowest volume [requests/day].
    pub low: f64,
    /// Highest volume [requests/day].
    pub high: f64,
    /// Whether equal ratios are equally wide, rather than equal differences.
    pub logarithmic: bool,
    /// How many columns it is divided into: detail below a column cannot be seen.
    pub columns: u32,
}

/// What is asked of the curves.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Volumes between which break-evens were searched: nothing beyond them is shown.
    pub searched: (f64, f64),
    /// Whether equal ratios are equally wide.
    pub logarithmic: bool,
    /// How many columns there are to show detail in.
    pub columns: u32,
}

/// Every option over the volume.
#[derive(Clone, Debug, Serialize)]
pub struct Curves {
    /// What is looked at.
    pub window: Window,
    /// Each option in the order of the comparison.
    pub lines: Vec<CostLine>,
    /// Changes of the cheaper one of any two options inside the window, in order of volume.
    pub changes: Vec<Change>,
}

/// One option's cost.
#[derive(Clone, Debug, Serialize)]
pub struct CostLine {
    /// The option.
    pub option: String,
    /// Volume [requests/day] and cost [USD/month]; a step is two points at one volume.
    pub points: Vec<[f64; 2]>,
    /// Volume at which its fixed hardware is full.
    pub full_at: Option<f64>,
}

/// A break-even of two options.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Volume [requests/day].
    pub requests_per_day: f64,
    /// Cost there [USD/month].
    pub monthly_usd: f64,
    /// The option that is cheaper after it.
    pub to: String,
    /// The other one.
    pub from: String,
    /// Whether the cheaper one is the cheapest of all there.
    pub overall: bool,
    /// Whether no break-even of the cheapest follows in the range that was searched.
    pub last: bool,
}

/// Draws up the curves of a comparison's options; `models` are those of the whole scenario, by name.
pub fn curves(comparison: &Comparison, models: &[(String, OptionModel)], view: View) -> Curves {
    let shown: Vec<Shown<'_>> = comparison
        .options
        .iter()
        .filter_map(|option| models.iter().find(|(name, _)| *name == option.name))
        .map(|(name, model)| Shown {
            name,
            total: model.total(),
            full_at: model.max_volume.map(Real::get),
        })
        .collect();
    let changes = changes(comparison, &shown);
    let window = window(comparison, &shown, &changes, view);
    Curves {
        lines: shown.iter().map(|option| line(option, &window)).collect(),
        changes: changes
            .into_iter()
            .filter(|change| (window.low..=window.high).contains(&change.requests_per_day))
            .collect(),
        window,
    }
}

struct Shown<'a> {
    name: &'a str,
    total: Curve,
    full_at: Option<f64>,
}

impl Shown<'_> {
    /// Cost at a volume, if it can be served.
    fn at(&self, volume: f64) -> Option<f64> {
        let served = self
            .full_at
            .is_none_or(|most| volume <= most * (1.0 + 1e-9));
        served.then(|| self.total.at(volume))
    }
}

fn changes(comparison: &Comparison, shown: &[Shown<'_>]) -> Vec<Change> {
    let mut list: Vec<Change> = comparison
        .break_even
        .iter()
        .flat_map(|pair| pair.crossings.iter().map(move |crossing| (pair, crossing)))
        .filter_map(|(pair, crossing)| {
            let to = crossing.cheaper_after.as_str();
            let from = if to == pair.a { &pair.b } else { &pair.a };
            change(shown, crossing.requests_per_day, from, to)
        })
        .collect();
    list.sort_by(|a, b| a.requests_per_day.total_cmp(&b.requests_per_day));
    if let Some(last) = list.iter_mut().rfind(|change| change.overall) {
        last.last = true;
    }
    list
}

/// A break-even, seen from just after it: a step at the volume itself is behind it then.
fn change(shown: &[Shown<'_>], volume: f64, from: &str, to: &str) -> Option<Change> {
    let after = volume * (1.0 + 1e-8);
    let usd = shown
        .iter()
        .find(|option| option.name == to)?
        .total
        .at(after);
    let others = shown.iter().filter(|option| option.name != from);
    let overall = others
        .filter_map(|option| option.at(after))
        .all(|other| other >= usd * (1.0 - 1e-9));
    Some(Change {
        requests_per_day: volume,
        monthly_usd: usd,
        to: to.to_owned(),
        from: from.to_owned(),
        overall,
        last: false,
    })
}

/// Three decades to either side of the present volume are looked at, at most.
const REACH: f64 = 1e3;

/// The present volume, the break-evens around it and the end of fixed hardware, with room on either side;
/// round numbers at both ends, inside the range that break-evens are searched in.
fn window(comparison: &Comparison, shown: &[Shown<'_>], changes: &[Change], view: View) -> Window {
    let now = comparison.scenario.requests_per_day;
    let [low, high] = wanted(now, shown, changes);
    let (floor, roof) = view.searched;
    let (low, high) = if view.logarithmic {
        (round_down(low), round_up(high.max(low * 10.0)))
    } else {
        // From zero, unless the search begins far from it.
        let low = if floor <= 1.0 { 0.0 } else { floor };
        (low, round_up(linear_end(now, changes, high)))
    };
    let high = if high > floor { high.min(roof) } else { roof };
    let low = match low {
        low if low >= roof => floor,
        low if view.logarithmic => low.max(floor).max(1e-6),
        low => low,
    };
    Window {
        low,
        high,
        logarithmic: view.logarithmic,
        columns: view.columns,
    }
}

/// The volumes that are worth showing.
fn wanted(now: f64, shown: &[Shown<'_>], changes: &[Change]) -> [f64; 2] {
    let mut list = Vec::new();
    if now > 0.0 {
        list.extend([now / 10.0, now * 10.0]);
    }
    for change in changes.iter().filter(|change| change.overall) {
        let at = change.requests_per_day;
        if now <= 0.0 || (at >= now / REACH && at <= now * REACH) {
            list.extend([at / 3.0, at * 3.0]);
        }
    }
    // Some of each line can be seen.
    for full_at in shown.iter().filter_map(|option| option.full_at) {
        list.extend([full_at / 2.0, full_at * 1.2]);
    }
    let low = list.iter().copied().reduce(f64::min).unwrap_or(1.0);
    let high = list.iter().copied().reduce(f64::max).unwrap_or(1e6);
    [low.max(1e-6), high]
}

/// A linear axis shows the present volume and the break-evens up to ten times that, not the whole reach.
fn linear_end(now: f64, changes: &[Change], high: f64) -> f64 {
    let near = changes.iter().filter(|change| change.overall);
    let furthest = near
        .map(|change| change.requests_per_day * 1.25)
        .filter(|end| now <= 0.0 || *end <= now * 10.0)
        .fold(now * 2.0, f64::max);
    if furthest > 0.0 {
        furthest.min(high)
    } else {
        high
    }
}

const ROUND: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// The largest of 1, 2 and 5 times a power of ten that is not above a number.
fn round_down(number: f64) -> f64 {
    let power = decade(number);
    let fits = |factor: &&f64| **factor * power <= number * (1.0 + 1e-9);
    ROUND.iter().rev().find(fits).map_or(power, |f| f * power)
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below a number.
fn round_up(number: f64) -> f64 {
    let power = decade(number);
    let fits = |factor: &&f64| **factor * power >= number * (1.0 - 1e-9);
    ROUND.iter().find(fits).map_or(10.0 * power, |f| f * power)
}

fn decade(number: f64) -> f64 {
    10f64.powi(number.log10().floor() as i32)
}

fn line(option: &Shown<'_>, window: &Window) -> CostLine {
    let end = option
        .full_at
        .map_or(window.high, |most| most.min(window.high));
    let mut points = Vec::new();
    if end > window.low {
        stretch(&option.total, window, [window.low, end], &mut points);
    }
    points.dedup();
    CostLine {
        option: option.name.to_owned(),
        points,
        full_at: option.full_at,
    }
}

impl Window {
    /// Columns between two volumes.
    pub fn between(&self, [a, b]: [f64; 2]) -> f64 {
        let share = if self.logarithmic {
            (b / a).ln() / (self.high / self.low).ln()
        } else {
            (b - a) / (self.high - self.low)
        };
        share * f64::from(self.columns)
    }

    /// A share of the way from one volume to another.
    pub fn along(&self, [a, b]: [f64; 2], share: f64) -> f64 {
        if self.logarithmic {
            a * (b / a).powf(share)
        } else {
            a + (b - a) * share
        }
    }
}

/// A curve over a window, as a picture shows it.
pub fn traced(total: &Curve, window: &Window) -> Vec<[f64; 2]> {
    let mut points = Vec::new();
    stretch(total, window, [window.low, window.high], &mut points);
    points.dedup();
    points
}

/// Exact pieces where they can be told apart; where steps are denser than columns, the ends of each column.
fn stretch(total: &Curve, window: &Window, [a, b]: [f64; 2], points: &mut Vec<[f64; 2]>) {
    let columns = window.between([a, b]);
    if total.breaks(a, b) <= 4.0 + columns {
        for piece in total.pieces(a, b) {
            let ends = [piece.from, piece.to];
            // A straight line is bent on a logarithmic axis: it takes a point every other column.
            let parts = if window.logarithmic {
                (window.between(ends) / 2.0).ceil().max(1.0)
            } else {
                1.0
            };
            points.push([piece.from, piece.value]);
            points.extend((1..parts as u32).map(|k| {
                let volume = window.along(ends, f64::from(k) / parts);
                [volume, piece.at(volume)]
            }));
            points.push([piece.to, piece.at(piece.to)]);
        }
    } else if columns <= 1.0 {
        points.extend([[a, total.at(a)], [b, total.at(b)]]);
    } else {
        let middle = window.along([a, b], 0.5);
        stretch(total, window, [a, middle], points);
        stretch(total, window, [middle, b], points);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Cause;

    fn window(high: f64, columns: u32) -> Window {
        Window {
            low: 1.0,
            high,
            logarithmic: true,
            columns,
        }
    }

    fn drawn(total: Curve, window: &Window, full_at: Option<f64>) -> CostLine {
        let shown = Shown {
            name: "own",
            total,
            full_at,
        };
        line(&shown, window)
    }

    #[test]
    fn a_step_is_two_points_at_one_volume() {
        // 100 per started 10 requests a day: 100 up to 10, 200 up to 20.
        let stairs = Curve::linear(0.1).rounded_up(Cause::Replica).times(100.0);
        let points = drawn(stairs, &window(20.0, 100), None).points;
        let at_ten: Vec<f64> = points
            .iter()
            .filter(|point| (point[0] - 10.0).abs() < 1e-6)
            .map(|point| point[1])
            .collect();
        assert_eq!(at_ten, [100.0, 200.0]);
    }

    #[test]
    fn a_line_ends_where_its_hardware_is_full() {
        let points = drawn(Curve::linear(2.0), &window(1e3, 100), Some(40.0)).points;
        assert_eq!(points.last(), Some(&[40.0, 80.0]));
    }

    #[test]
    fn a_million_steps_take_a_few_points_per_column() {
        let stairs = Curve::linear(1.0).rounded_up(Cause::Replica);
        let points = drawn(stairs, &window(1e6, 500), None).points;
        assert!(points.len() < 8 * 500, "{} points", points.len());
        assert!(points.windows(2).all(|pair| pair[0][0] <= pair[1][0]));
        for point in &points {
            // A hair above a whole number counts as that number: 1e-9 of it.
            let off = (point[1] - point[0]) / point[0].max(1.0);
            assert!((-1.1e-9..=1.0).contains(&off), "{point:?}");
        }
    }

    #[test]
    fn ends_of_an_axis_are_round_numbers() {
        assert_eq!((round_down(37.0), round_up(37.0)), (20.0, 50.0));
        assert_eq!((round_down(1e5), round_up(1e5)), (1e5, 1e5));
        assert_eq!((round_down(0.7), round_up(6e8)), (0.5, 1e9));
    }
}
