//! How far the cost curves spread where inputs are ranges: what a chart shows around its lines.
//!
//! Each option's cost at some volumes is read off the curves of a few hundred evenly spread draws. Whatever
//! a draw cannot serve costs more than anything there.

use serde::Serialize;

use super::bundle::Bundle;
use super::curves::{Curves, Window};
use super::draw::Draws;
use super::parallel;
use super::recorded::{Failed, Numbers, Recorded};
use super::simulate::SEED;
use super::uncertain::Uncertainty;
use super::vary::Varied;
use crate::cost::demand;
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Work};

/// The spread of every option over the volume.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// How many draws it is made of.
    pub draws: u64,
    /// Each option whose cost depends on a range.
    pub bands: Vec<Band>,
}

/// The spread of one option.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Band {
    /// The option.
    pub option: String,
    /// Volume (requests/day), and what a month there costs in all but a tenth of the draws at least and at
    /// most (USD/month).
    pub points: Vec<[f64; 3]>,
}

impl Band {
    /// Its edges at a volume (requests/day), in proportion between its points (USD/month).
    pub fn at(&self, volume: f64) -> Option<[f64; 2]> {
        let pair = self.points.windows(2);
        let mut pair = pair.filter(|pair| pair[0][0] <= volume && volume <= pair[1][0]);
        let [from, to] = pair.next()? else {
            return None;
        };
        let share = (volume - from[0]) / (to[0] - from[0]);
        Some([1, 2].map(|edge| from[edge] + (to[edge] - from[edge]) * share))
    }
}

/// Why there is no spread.
#[derive(Clone, Debug)]
pub enum Unspread {
    /// No input is a range.
    NoRange,
    /// The scenario has no price at some draws, or a distribution is not possible.
    Problems(Vec<Problem>),
}

impl From<Vec<Problem>> for Unspread {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl From<Failed> for Unspread {
    fn from(failed: Failed) -> Self {
        Self::Problems(failed.error)
    }
}

/// The shares of the draws that cost less than the lower and the upper edge.
const EDGES: [f64; 2] = [0.1, 0.9];

/// The spread around the lines of some curves.
///
/// # Errors
/// A scenario without ranges; ranges that it has no price for.
pub fn spread(varied: Varied<'_>, curves: &Curves, draws: u64) -> Result<Spread, Unspread> {
    let shown = |name: &str| curves.lines.iter().any(|line| line.option == name);
    let uncertain = Uncertainty::of(varied)?.keep(shown);
    if uncertain.inputs.is_empty() {
        return Err(Unspread::NoRange);
    }
    let window = &curves.window;
    let now = demand(varied.scenario).map_err(|problem| vec![problem])?;
    let curves = Recorded::new(&uncertain)?;
    let blocks = blocks(&uncertain, &curves, draws as usize)?;
    let names = uncertain.options.iter();
    let names = names.map(|at| &varied.scenario.options[*at].name);
    let names: Vec<(usize, &String)> = names.enumerate().collect();
    let bands = parallel::each(&names, 1, |(at, name)| {
        let mut bundle = Bundle::new(*at, &curves, &blocks);
        let mut costs = Vec::with_capacity(draws as usize);
        let mut edges = |volume: f64| {
            costs.clear();
            bundle.costs(volume, &mut costs);
            EDGES.map(|share| quantile(&mut costs, share))
        };
        band(name, window, now.get(), &mut edges)
    });
    Ok(Spread {
        draws,
        bands: bands.into_iter().flatten().collect(),
    })
}

/// The numbers of the curves in evenly spread draws.
fn blocks(
    uncertain: &Uncertainty<'_>,
    curves: &Recorded<'_>,
    draws: usize,
) -> Result<Vec<Numbers>, Unspread> {
    let correlations = &uncertain.at_medians().correlations;
    // One randomization alone: its points are spread more evenly than as many of several.
    let source = Draws::of_one(&uncertain.inputs, correlations, SEED)?;
    let inputs = uncertain.inputs.len();
    let mut shares = vec![[0.0; BLOCK]; inputs];
    let mut values = vec![[0.0; BLOCK]; inputs];
    let mut work = Work::default();
    let mut list = Vec::with_capacity(draws.div_ceil(BLOCK));
    for first in (0..draws).step_by(BLOCK) {
        source.fill(0, first as u32, &mut shares, &mut values);
        let samples = (draws - first).min(BLOCK);
        list.push(curves.block(&values, samples, &mut work)?);
    }
    Ok(list)
}

/// Volumes of a window at equal distances.
const EVEN: u32 = 64;
/// What cannot be seen, over a cost.
const UNSEEN: f64 = 5e-3;

/// Columns of a picture between two points of an edge: the edge of a band is no line, and each point costs as much as
/// all draws.
const COLUMNS: u32 = 3;

/// How often the stretch between two of them is halved: to about so many columns of a picture so wide.
fn depth(window: &Window) -> u32 {
    let wanted = window.columns.div_ceil(COLUMNS * EVEN);
    wanted.next_power_of_two().ilog2()
}

/// What is above and below a tenth of the draws at a volume.
type Edges<'a> = &'a mut dyn FnMut(f64) -> [f64; 2];

/// The band of an option over a window; none where nothing moves it. It ends where more than a tenth of the
/// draws does not serve the volume.
fn band(option: &str, window: &Window, now: f64, edges: Edges<'_>) -> Option<Band> {
    let ends = [window.low, window.high];
    let even = (0..=EVEN).map(|k| window.along(ends, f64::from(k) / f64::from(EVEN)));
    let mut volumes: Vec<f64> = even.chain([now]).collect();
    volumes.retain(|volume| (window.low..=window.high).contains(volume));
    volumes.sort_by(f64::total_cmp);
    volumes.dedup();
    let mut points: Vec<[f64; 3]> = Vec::new();
    for volume in volumes {
        let [low, high] = edges(volume);
        let next = [volume, low, high];
        if let Some(last) = points.last().copied() {
            refine(&mut points, [last, next], window, depth(window), edges);
        }
        if !high.is_finite() {
            break;
        }
        points.push(next);
    }
    let moves = points.iter().any(|[_, low, high]| high - low > 1e-9 * high);
    moves.then(|| Band {
        option: option.to_owned(),
        points,
    })
}

/// Adds points between two where an edge is not straight, as closely as can be seen.
fn refine(
    points: &mut Vec<[f64; 3]>,
    [from, to]: [[f64; 3]; 2],
    window: &Window,
    depth: u32,
    edges: Edges<'_>,
) {
    let volume = window.along([from[0], to[0]], 0.5);
    if depth == 0 {
        return;
    }
    let [low, high] = edges(volume);
    let middle = [volume, low, high];
    let straight = [1, 2].iter().all(|edge| {
        let expected = f64::midpoint(from[*edge], to[*edge]);
        // An end of the band, too, is closed in on: what is endless is not straight.
        (middle[*edge] - expected).abs() <= UNSEEN * expected && expected.is_finite()
    });
    if straight {
        return;
    }
    if high.is_finite() {
        refine(points, [from, middle], window, depth - 1, edges);
        points.push(middle);
        refine(points, [middle, to], window, depth - 1, edges);
    } else {
        refine(points, [from, middle], window, depth - 1, edges);
    }
}

/// A quantile of values, between its neighbors in proportion; the values are put into another order.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let (_, below, above) = values.select_nth_unstable_by(place as usize, f64::total_cmp);
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    match place.fract() {
        0.0 => *below,
        along => *below + (next - *below) * along,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_stands_between_its_neighbors() {
        // Of 0, 1, ..., 10 the shares are the values over ten; of 0 to 4 a tenth of four is 0.4.
        let mut values: Vec<f64> = (0..=10).rev().map(f64::from).collect();
        assert_eq!(EDGES.map(|share| quantile(&mut values, share)), [1.0, 9.0]);
        let mut values = [3.0, 0.0, 4.0, 1.0, 2.0];
        assert!((quantile(&mut values, 0.1) - 0.4).abs() < 1e-12);
        assert_eq!(quantile(&mut [7.0], 0.9), 7.0);
    }

    fn window() -> Window {
        Window {
            low: 1.0,
            high: 65.0,
            logarithmic: false,
            columns: 1_500,
        }
    }

    #[test]
    fn a_band_ends_where_more_than_a_tenth_of_the_draws_does_not_serve() {
        // Full beyond 40.3 requests a day: the last point is within 1/8 of a request before that.
        let full = |volume: f64| [5.0, if volume <= 40.3 { 6.0 } else { f64::INFINITY }];
        let mut edges = full;
        let found = band("own", &window(), 2.0, &mut edges).expect("a band");
        let last = found.points[found.points.len() - 1];
        assert!((40.3 - 1.0 / 8.0..=40.3).contains(&last[0]), "{last:?}");
        assert!(found.points.iter().all(|point| point[1..] == [5.0, 6.0]));
        assert_eq!((found.at(40.0), found.at(41.0)), (Some([5.0, 6.0]), None));
    }

    #[test]
    fn a_step_is_steep_and_what_is_straight_takes_no_points() {
        let mut edges = |volume: f64| [volume, if volume < 40.3 { 100.0 } else { 200.0 }];
        let found = band("own", &window(), 2.0, &mut edges).expect("a band");
        let jump = found.points.windows(2).find(|pair| pair[1][2] > pair[0][2]);
        let jump = jump.expect("a step");
        assert!(jump[0][0] < 40.3 && jump[1][0] >= 40.3);
        assert!(jump[1][0] - jump[0][0] <= 1.0 / 8.0);
        // 65 even ones, and 3 halvings around the step.
        assert_eq!(found.points.len(), 65 + 3);
        assert!(found.points.is_sorted_by(|a, b| a[0] < b[0]));
    }

    #[test]
    fn what_no_range_moves_has_no_band() {
        assert_eq!(band("api", &window(), 2.0, &mut |volume| [volume; 2]), None);
    }
}
