//! Free spots in the frame: where a label covers no line and no other label.

use crate::report::chart::scene::{Point, Rect};

/// Side of a cell (px): lines are known to this.
const CELL: f64 = 3.0;

/// What of the frame is taken.
pub struct Spots {
    frame: Rect,
    columns: usize,
    rows: usize,
    /// Cells that a line passes.
    cells: Vec<bool>,
    /// How many such cells lie above and to the left of each corner.
    sums: Vec<u32>,
    /// Boxes that no label may touch: other labels, marked points.
    taken: Vec<Rect>,
    /// The marked points.
    points: Vec<Point>,
}

/// Where a label may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Its box.
    pub rect: Rect,
    /// Cells of lines that it covers.
    pub covers: u32,
    /// Cells of lines that the way to it crosses.
    pub crosses: u32,
}

impl Spots {
    /// A free frame.
    pub fn new(frame: Rect) -> Self {
        let columns = (frame.width() / CELL).ceil().max(1.0) as usize;
        let rows = (frame.height() / CELL).ceil().max(1.0) as usize;
        Self {
            frame,
            columns,
            rows,
            cells: vec![false; columns * rows],
            sums: vec![0; (columns + 1) * (rows + 1)],
            taken: Vec::new(),
            points: Vec::new(),
        }
    }

    /// The frame.
    pub fn frame(&self) -> Rect {
        self.frame
    }

    /// Takes the cells of lines.
    pub fn take_lines<'a>(&mut self, paths: impl IntoIterator<Item = &'a [Point]>) {
        for path in paths {
            for pair in path.windows(2) {
                let length = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
                let parts = (2.0 * length / CELL).ceil().max(1.0);
                for k in 0..=parts as u32 {
                    let share = f64::from(k) / parts;
                    let [x, y] =
                        [0, 1].map(|axis| pair[0][axis] + share * (pair[1][axis] - pair[0][axis]));
                    let at = self.cell([x, y]);
                    self.cells[at] = true;
                }
            }
        }
        for row in 0..self.rows {
            let mut sum = 0;
            for column in 0..self.columns {
                sum += u32::from(self.cells[row * self.columns + column]);
                let above = self.sums[row * (self.columns + 1) + column + 1];
                self.sums[(row + 1) * (self.columns + 1) + column + 1] = above + sum;
            }
        }
    }

    /// Takes a box.
    pub fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Takes a marked point.
    pub fn take_point(&mut self, [x, y]: Point, radius: f64) {
        let point = Rect {
            left: x,
            top: y,
            right: x,
            bottom: y,
        };
        self.take(point.grown(radius));
        self.points.push([x, y]);
    }

    /// Whether a label could be read as that of another point: one that is nearly as near.
    fn misleads(&self, point: Point, rect: &Rect) -> bool {
        let away = |from: Point| {
            let near = rect.nearest(from);
            (near[0] - from[0]).hypot(near[1] - from[1])
        };
        let own = away(point);
        self.points
            .iter()
            .any(|other| *other != point && away(*other) < 2.0 * own + CELL)
    }

    /// A label's box as a spot, if it lies in the frame and touches nothing.
    pub fn spot(&self, rect: Rect) -> Option<Spot> {
        let free = self.frame.holds(&rect) && !self.taken.iter().any(|other| other.overlaps(&rect));
        free.then(|| Spot {
            rect,
            covers: self.covered(&rect),
            crosses: 0,
        })
    }

    fn covered(&self, rect: &Rect) -> u32 {
        let column =
            |x: f64| (((x - self.frame.left) / CELL).max(0.0) as usize).min(self.columns - 1);
        let row = |y: f64| (((y - self.frame.top) / CELL).max(0.0) as usize).min(self.rows - 1);
        let sum = |row: usize, column: usize| self.sums[row * (self.columns + 1) + column];
        let (left, right) = (column(rect.left), column(rect.right) + 1);
        let (top, bottom) = (row(rect.top), row(rect.bottom) + 1);
        sum(bottom, right) + sum(top, left) - sum(top, right) - sum(bottom, left)
    }

    /// The best spot for a label of some size around a point: near, covering as little as possible, its
    /// leader across no other label. Where a label that may cover no line finds none, boxes that stick out of
    /// the frame are pressed into it.
    pub fn around(&self, point: Point, size: [f64; 2], near: f64, demand: Demand) -> Option<Spot> {
        let pressed = |rect: Rect| self.pressed(rect);
        let first = self.best(point, size, near, demand, &|rect| rect);
        if first.is_none() && demand.bare {
            return self.best(point, size, near, demand, &pressed);
        }
        first
    }

    /// A box moved into the frame.
    fn pressed(&self, rect: Rect) -> Rect {
        let frame = self.frame;
        let x = (frame.left - rect.left).max(0.0) + (frame.right - rect.right).min(0.0);
        let y = (frame.top - rect.top).max(0.0) + (frame.bottom - rect.bottom).min(0.0);
        Rect {
            left: rect.left + x,
            right: rect.right + x,
            top: rect.top + y,
            bottom: rect.bottom + y,
        }
    }

    fn best(
        &self,
        point: Point,
        size: [f64; 2],
        near: f64,
        demand: Demand,
        moved: &dyn Fn(Rect) -> Rect,
    ) -> Option<Spot> {
        let mut best: Option<Spot> = None;
        let mut least = f64::INFINITY;
        for factor in DISTANCES {
            // What is further away cannot score less than its distance.
            if factor >= least {
                break;
            }
            for angle in ANGLES {
                let rect = moved(beside(point, size, factor * near, angle));
                let Some(spot) = self.candidate(point, rect, demand) else {
                    continue;
                };
                let misleads = f64::from(u8::from(self.misleads(point, &rect)));
                let score = factor
                    + 6.0 * misleads
                    + 2.5 * f64::from(spot.covers)
                    + 0.7 * f64::from(spot.crosses);
                if score < least && self.clear(point, &rect) {
                    least = score;
                    best = Some(spot);
                }
            }
        }
        best
    }

    /// A label's box as a spot that meets a demand.
    fn candidate(&self, point: Point, rect: Rect, demand: Demand) -> Option<Spot> {
        let near = rect.nearest(point);
        if (near[0] - point[0]).hypot(near[1] - point[1]) > demand.reach {
            return None;
        }
        let spot = self
            .spot(rect)
            .filter(|spot| spot.covers == 0 || !demand.bare)?;
        let crosses = self.crossed(point, near);
        (crosses <= MOST_CROSSED || !demand.bare).then_some(Spot { crosses, ..spot })
    }

    /// Cells of lines on the straight way between two points, but for those around its beginning.
    fn crossed(&self, from: Point, to: Point) -> u32 {
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        let parts = (length / CELL).floor() as u32;
        let on_way = |k: u32| {
            let share = f64::from(k) / f64::from(parts);
            [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]))
        };
        (5..=parts)
            .filter(|k| self.cells[self.cell(on_way(*k))])
            .count() as u32
    }

    /// Index of the cell at a point.
    fn cell(&self, [x, y]: Point) -> usize {
        let column = ((x - self.frame.left) / CELL).max(0.0) as usize;
        let row = ((y - self.frame.top) / CELL).max(0.0) as usize;
        row.min(self.rows - 1) * self.columns + column.min(self.columns - 1)
    }

    /// Whether the straight way from a point to a label's box meets no other label.
    fn clear(&self, from: Point, rect: &Rect) -> bool {
        let to = rect.nearest(from);
        let on_way = |share: f64| [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
        !(1..24).map(|k| on_way(f64::from(k) / 24.0)).any(|[x, y]| {
            self.taken.iter().any(|other| {
                // The point's own box is where the way begins.
                let own = other.left <= from[0]
                    && from[0] <= other.right
                    && other.top <= from[1]
                    && from[1] <= other.bottom;
                !own && other.left < x && x < other.right && other.top < y && y < other.bottom
            })
        })
    }
}

/// Two lines are crossed on the way to a label that may cover none, at most [cells].
const MOST_CROSSED: u32 = 5;

/// What a label asks of its spot.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// How far it may stand off its point (px).
    pub reach: f64,
    /// Whether it may cover no line.
    pub bare: bool,
}

impl Demand {
    /// A spot wherever there is one.
    pub const ANY: Self = Self {
        reach: f64::INFINITY,
        bare: false,
    };
}

/// A box at some distance from a point, in some direction.
fn beside(point: Point, [width, height]: [f64; 2], distance: f64, angle: f64) -> Rect {
    let (up, right) = f64::to_radians(angle).sin_cos();
    let x = point[0] + right * (width / 2.0 + distance);
    let y = point[1] - up * (height / 2.0 + distance);
    Rect {
        left: x - width / 2.0,
        top: y - height / 2.0,
        right: x + width / 2.0,
        bottom: y + height / 2.0,
    }
}

/// Distances that are tried, over the least one.
const DISTANCES: [f64; 11] = [1.0, 1.8, 3.0, 4.5, 6.5, 9.0, 12.0, 16.0, 21.0, 27.0, 35.0];

/// Directions in the order of preference: above to the left and below to the right, away from rising lines.
const ANGLES: [f64; 16] = [
    135.0, 315.0, 112.5, 292.5, 157.5, 337.5, 90.0, 270.0, 180.0, 0.0, 45.0, 225.0, 67.5, 247.5,
    22.5, 202.5,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn spots() -> Spots {
        Spots::new(Rect {
            left: 0.0,
            top: 0.0,
            right: 300.0,
            bottom: 200.0,
        })
    }

    #[test]
    fn a_label_stands_off_the_line_through_its_point() {
        let mut spots = spots();
        spots.take_lines([&[[0.0, 200.0], [300.0, 0.0]][..]]);
        let spot = spots
            .around([150.0, 100.0], [80.0, 20.0], 8.0, Demand::ANY)
            .unwrap();
        assert_eq!(spot.covers, 0);
    }

    #[test]
    fn labels_never_share_a_spot() {
        let mut spots = spots();
        let mut placed = Vec::new();
        while let Some(spot) = spots.around([150.0, 100.0], [90.0, 24.0], 8.0, Demand::ANY) {
            assert!(
                placed
                    .iter()
                    .all(|other: &Rect| !other.overlaps(&spot.rect))
            );
            spots.take(spot.rect);
            placed.push(spot.rect);
        }
        assert!(placed.len() > 2, "{}", placed.len());
    }

    #[test]
    fn a_label_that_finds_nothing_is_pressed_into_the_frame() {
        // Under lines down to 174 px: a box of 22 px beside the point would stick out by 2 px below.
        let mut spots = spots();
        let lines: Vec<[Point; 2]> = (0..30)
            .map(|k| [0.0, 300.0].map(|x| [x, 6.0 * f64::from(k)]))
            .collect();
        spots.take_lines(lines.iter().map(|line| &line[..]));
        let bare = Demand {
            reach: 100.0,
            bare: true,
        };
        let around = |demand| spots.around([20.0, 191.0], [60.0, 22.0], 8.0, demand);
        let spot = around(bare).expect("a spot");
        assert_eq!((spot.covers, spot.rect.bottom), (0, 200.0));
        // What may cover lines finds a spot as it is.
        assert!(around(Demand::ANY).is_some_and(|spot| spot.covers > 0));
    }

    #[test]
    fn a_label_that_is_wider_than_the_frame_has_no_spot() {
        assert_eq!(
            spots().around([150.0, 100.0], [301.0, 24.0], 8.0, Demand::ANY),
            None
        );
    }

    #[test]
    fn cells_under_a_box_are_counted() {
        let mut spots = spots();
        spots.take_lines([&[[0.0, 100.0], [300.0, 100.0]][..]]);
        let rect = |top: f64| Rect {
            left: 30.0,
            top,
            right: 59.0,
            bottom: top + 10.0,
        };
        assert_eq!(spots.spot(rect(96.0)).unwrap().covers, 10);
        assert_eq!(spots.spot(rect(110.0)).unwrap().covers, 0);
    }
}
