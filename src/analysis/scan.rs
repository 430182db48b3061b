//! Where two figures cross while one input moves (`docs/model.md` section 7).
//!
//! The input is moved over a grid that is refined where a figure bends or jumps; every change of sign
//! between two neighbors is then closed in by halving. Values at which there are no figures end a stretch
//! of the search and make no crossing.

/// The figures at a value of the input; nothing where the scenario has none there.
pub type Figures<'a> = dyn Fn(f64) -> Option<Vec<f64>> + 'a;

/// A value of the input with its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The value.
    pub value: f64,
    /// The figures.
    pub figures: Vec<f64>,
}

/// A change of sign of the first figure minus the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Value of the input.
    pub value: f64,
    /// Whether the first figure is the smaller one after it.
    pub first_after: bool,
    /// Whether one of them jumps past the other there, so that they are nowhere equal.
    pub jump: bool,
}

/// The values at which a search looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
    /// Whether only whole numbers are values.
    pub whole: bool,
}

/// Cells of the first grid.
const CELLS: usize = 128;
/// How often a cell that is not straight is halved.
const DEPTH: u32 = 6;
/// Most whole numbers that are tried one by one.
const MOST_WHOLE: f64 = 2_000.0;

impl Grid {
    /// All numbers of a range.
    pub fn of([low, high]: [f64; 2]) -> Self {
        Self {
            low,
            high,
            whole: false,
        }
    }

    /// A share of the way from the low to the high end: by factors where the range spans a hundredfold.
    pub fn value(&self, share: f64) -> f64 {
        let Self { low, high, .. } = *self;
        let log = low > 0.0 && high / low >= 100.0;
        match share {
            0.0 => low,
            1.0 => high,
            _ if log => low * (high / low).powf(share),
            _ => low + (high - low) * share,
        }
    }

    /// The values of the first grid.
    fn values(&self) -> Vec<f64> {
        if !self.whole {
            let shares = (0..=CELLS).map(|i| i as f64 / CELLS as f64);
            return shares.map(|share| self.value(share)).collect();
        }
        let (low, high) = (self.low.ceil(), self.high.floor());
        let step = ((high - low) / MOST_WHOLE).ceil().max(1.0);
        let count = ((high - low) / step).floor().max(0.0) as usize;
        (0..=count).map(|i| low + step * i as f64).collect()
    }
}

/// Figures over a grid, refined where they are not straight; `None` stands for values without figures.
pub fn points(grid: &Grid, figures: &Figures<'_>) -> Vec<Option<Point>> {
    let point = |value: f64| figures(value).map(|figures| Point { value, figures });
    let mut list: Vec<Option<Point>> = Vec::new();
    for value in grid.values() {
        let next = point(value);
        match (list.last().cloned().flatten(), &next) {
            (Some(last), Some(next)) if !grid.whole => {
                refine(&mut list, &last, next, DEPTH, &point);
            }
            _ => list.push(next),
        }
    }
    list
}

/// Adds a point, and points before it where a figure is not straight in between.
fn refine(
    list: &mut Vec<Option<Point>>,
    last: &Point,
    next: &Point,
    depth: u32,
    point: &impl Fn(f64) -> Option<Point>,
) {
    let middle = point(f64::midpoint(last.value, next.value));
    let Some(middle) = middle else {
        list.push(None);
        list.push(Some(next.clone()));
        return;
    };
    let straight = (0..next.figures.len()).all(|at| {
        let (a, b) = (last.figures[at], next.figures[at]);
        let expected = f64::midpoint(a, b);
        a == b && middle.figures[at] == a
            || (middle.figures[at] - expected).abs() <= 1e-3 * expected.abs()
    });
    if straight || depth == 0 {
        list.push(Some(middle));
        list.push(Some(next.clone()));
        return;
    }
    refine(list, last, &middle, depth - 1, point);
    refine(list, &middle, next, depth - 1, point);
}

/// The sign of figure `a` minus figure `b`; 0 where they differ by less than rounding.
pub fn sign(point: &Point, [a, b]: [usize; 2]) -> f64 {
    let (first, second) = (point.figures[a], point.figures[b]);
    let tiny = 1e-12 * first.abs().max(second.abs());
    let alike = first == second || (tiny.is_finite() && (first - second).abs() <= tiny);
    if alike {
        0.0
    } else {
        (first - second).signum()
    }
}

/// Every change of sign of figure `a` minus figure `b`, in order, and its sign at the first point that has one.
pub fn changes(
    list: &[Option<Point>],
    pair: [usize; 2],
    grid: &Grid,
    figures: &Figures<'_>,
) -> (f64, Vec<Change>) {
    let mut changes = Vec::new();
    let (mut first, mut last): (f64, Option<&Point>) = (0.0, None);
    for point in list {
        let Some(point) = point else {
            last = None;
            continue;
        };
        let sign_here = sign(point, pair);
        if sign_here == 0.0 {
            continue;
        }
        if let Some(before) = last
            && sign(before, pair) != sign_here
        {
            changes.push(close_in(before, point, pair, grid, figures));
        }
        if first == 0.0 {
            first = sign_here;
        }
        last = Some(point);
    }
    (first, changes)
}

/// Halves until both ends agree to 1e-12, and says whether the gap jumps over zero there.
fn close_in(
    before: &Point,
    after: &Point,
    pair: [usize; 2],
    grid: &Grid,
    figures: &Figures<'_>,
) -> Change {
    let [a, b] = pair;
    let gap = |point: &Point| point.figures[a] - point.figures[b];
    let first_after = gap(after) < 0.0;
    let (mut low, mut high) = (before.clone(), after.clone());
    let found = |value: f64, jump: bool| Change {
        value,
        first_after,
        jump,
    };
    for _ in 0..200 {
        let middle = f64::midpoint(low.value, high.value);
        let middle = if grid.whole { middle.floor() } else { middle };
        let thin = high.value - low.value <= 1e-12 * high.value.abs().max(1e-300);
        if thin || middle <= low.value {
            break;
        }
        // Without figures in between it cannot be said where they cross: the upper end stands.
        let Some(values) = figures(middle) else {
            return found(high.value, true);
        };
        let point = Point {
            value: middle,
            figures: values,
        };
        let side = gap(&point);
        if side == 0.0 {
            return found(middle, false);
        }
        if (side > 0.0) == (gap(&low) > 0.0) {
            low = point;
        } else {
            high = point;
        }
    }
    // A leap that is large beside the figures around it, however close the two values are.
    let of = |point: &Point| point.figures[a].abs().max(point.figures[b].abs());
    let leap = (gap(&high) - gap(&low)).abs();
    found(
        high.value,
        leap > 1e-6 * of(before).max(of(after)) || leap.is_infinite(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossings(grid: Grid, figures: &Figures<'_>) -> Vec<Change> {
        changes(&points(&grid, figures), [0, 1], &grid, figures).1
    }

    #[test]
    fn every_root_of_a_cubic_is_found() {
        // (x - 1)(x - 2)(x - 3) against 0.
        let cubic = |x: f64| Some(vec![(x - 1.0) * (x - 2.0) * (x - 3.0), 0.0]);
        let found = crossings(Grid::of([0.1, 3.7]), &cubic);
        let values: Vec<f64> = found.iter().map(|change| change.value).collect();
        for (value, expected) in values.iter().zip([1.0, 2.0, 3.0]) {
            assert!((value - expected).abs() < 1e-9, "{values:?}");
        }
        assert_eq!((found.len(), found[0].first_after), (3, false));
        assert!(found.iter().all(|change| !change.jump));
    }

    #[test]
    fn a_jump_over_zero_is_told_from_a_root() {
        let step = |x: f64| Some(vec![if x < 5.0 { 1.0 } else { 9.0 }, 4.0]);
        let found = crossings(Grid::of([0.1, 100.0]), &step);
        assert_eq!(found.len(), 1);
        assert!((found[0].value - 5.0).abs() < 1e-9 && found[0].jump);
    }

    #[test]
    fn values_without_figures_end_a_stretch() {
        let broken = |x: f64| (x <= 2.0 || x >= 4.0).then(|| vec![x, 3.0]);
        assert!(crossings(Grid::of([1.0, 6.0]), &broken).is_empty());
    }

    #[test]
    fn of_whole_numbers_only_whole_ones_are_tried() {
        let figures = |x: f64| {
            assert_eq!(x.fract(), 0.0);
            Some(vec![x * x, 50.0])
        };
        let grid = Grid {
            low: 1.0,
            high: 240.0,
            whole: true,
        };
        let found = crossings(grid, &figures);
        assert_eq!((found.len(), found[0].value, found[0].jump), (1, 8.0, true));
    }

    #[test]
    fn an_endless_figure_crosses_where_it_becomes_finite() {
        let figures = |x: f64| Some(vec![if x < 3.0 { f64::INFINITY } else { 1.0 }, 2.0]);
        let found = crossings(Grid::of([1.0, 10.0]), &figures);
        assert_eq!((found.len(), found[0].first_after), (1, true));
        assert!(found[0].jump && (found[0].value - 3.0).abs() < 1e-9);
    }
}
