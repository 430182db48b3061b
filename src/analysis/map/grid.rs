//! Two inputs that are no volume: a grid of prices, dense only where the cheapest option can change.
//!
//! Blocks of 8 x 8 cells are priced at their corners and in the middle. A block is settled where one option
//! wins at all five by more than the gaps to the others move within it; others are divided, down to single
//! cells. An island of another winner that is narrower than a block and sends no sign to its corners can be
//! missed; along the volume, which is searched on exact curves, none can.

use super::regions::{Row, Run};
use super::{ROWS, Search, cheapest};
use crate::analysis::parallel;
use crate::diagnostic::Problem;

/// Side of the first blocks [cells].
const BLOCK: usize = 8;

/// What is known of the points of a grid.
struct Known {
    columns: usize,
    rows: usize,
    costs: Vec<Option<Vec<f64>>>,
    /// Winners of points that were settled without a price.
    settled: Vec<Option<usize>>,
}

/// What the points of a block tell.
enum Verdict {
    /// One option wins all of it, or nobody can serve anywhere in it.
    Settled(Option<usize>),
    /// It has to be divided.
    Open,
}

/// A block of cells by its first point and the one after its last.
#[derive(Clone, Copy)]
struct Block {
    left: usize,
    bottom: usize,
    right: usize,
    top: usize,
}

impl Block {
    fn middle(&self) -> [usize; 2] {
        [
            usize::midpoint(self.left, self.right),
            usize::midpoint(self.bottom, self.top),
        ]
    }

    /// Corners and middle.
    fn five(&self) -> [[usize; 2]; 5] {
        [
            [self.left, self.bottom],
            [self.right, self.bottom],
            [self.left, self.top],
            [self.right, self.top],
            self.middle(),
        ]
    }

    fn is_cell(&self) -> bool {
        self.right - self.left <= 1 && self.top - self.bottom <= 1
    }

    fn quarters(&self) -> Vec<Self> {
        let [x, y] = self.middle();
        let halves = |low: usize, middle: usize, high: usize| match high - low {
            0 | 1 => vec![(low, high)],
            _ => vec![(low, middle), (middle, high)],
        };
        let rows = halves(self.bottom, y, self.top);
        halves(self.left, x, self.right)
            .into_iter()
            .flat_map(|(left, right)| {
                rows.iter().map(move |(bottom, top)| Self {
                    left,
                    bottom: *bottom,
                    right,
                    top: *top,
                })
            })
            .collect()
    }
}

/// Rows along the horizontal axis.
///
/// # Errors
/// What is wrong with the scenario at one of the values.
pub fn rows(search: &Search<'_>) -> Result<Vec<Row>, Vec<Problem>> {
    let (columns, rows) = (search.ask.x.points, search.ask.y.points);
    let mut known = Known {
        columns,
        rows,
        costs: vec![None; columns * rows],
        settled: vec![None; columns * rows],
    };
    let mut blocks = blocks(columns, rows);
    while !blocks.is_empty() {
        known.price(&blocks, search)?;
        let mut smaller = Vec::new();
        for block in &blocks {
            match known.winner_of(block) {
                _ if block.is_cell() => {}
                Verdict::Settled(winner) => known.settle(block, winner),
                Verdict::Open => smaller.extend(block.quarters()),
            }
        }
        blocks = smaller;
    }
    Ok((0..rows).map(|row| known.row(row)).collect())
}

/// The first blocks.
fn blocks(columns: usize, rows: usize) -> Vec<Block> {
    let cuts = |count: usize| -> Vec<(usize, usize)> {
        let begins = (0..count - 1).step_by(BLOCK);
        begins
            .map(|low| (low, (low + BLOCK).min(count - 1)))
            .collect()
    };
    let across = cuts(rows);
    cuts(columns)
        .into_iter()
        .flat_map(|(left, right)| {
            across.iter().map(move |(bottom, top)| Block {
                left,
                bottom: *bottom,
                right,
                top: *top,
            })
        })
        .collect()
}

impl Known {
    fn index(&self, [x, y]: [usize; 2]) -> usize {
        y * self.columns + x
    }

    /// Prices the points of blocks that are not priced yet.
    fn price(&mut self, blocks: &[Block], search: &Search<'_>) -> Result<(), Vec<Problem>> {
        let mut wanted: Vec<[usize; 2]> = blocks.iter().flat_map(Block::five).collect();
        wanted.retain(|point| self.costs[self.index(*point)].is_none());
        wanted.sort_unstable();
        wanted.dedup();
        let share = |at: usize, count: usize| at as f64 / (count - 1) as f64;
        let (columns, rows) = (self.columns, self.rows);
        let priced = parallel::each(&wanted, ROWS, |[x, y]| {
            search.costs([share(*x, columns), share(*y, rows)])
        });
        for (point, costs) in wanted.into_iter().zip(priced) {
            let at = self.index(point);
            self.costs[at] = Some(costs?);
        }
        Ok(())
    }

    /// The option that wins a whole block, as far as its points tell.
    fn winner_of(&self, block: &Block) -> Verdict {
        let points = block
            .five()
            .map(|point| self.costs[self.index(point)].as_deref().unwrap_or_default());
        let winner = cheapest(points[0]);
        if !points.iter().all(|costs| cheapest(costs) == winner) {
            return Verdict::Open;
        }
        let Some(best) = winner else {
            return Verdict::Settled(None);
        };
        let safe = (0..points[0].len()).filter(|k| *k != best).all(|k| {
            let gaps = || points.iter().map(|costs| costs[k] - costs[best]);
            let least = gaps().fold(f64::INFINITY, f64::min);
            let most = gaps().fold(f64::NEG_INFINITY, f64::max);
            // Infinite where the other cannot serve at any of the points.
            least == f64::INFINITY || least > 0.5 * (most - least)
        });
        if safe {
            Verdict::Settled(winner)
        } else {
            Verdict::Open
        }
    }

    fn settle(&mut self, block: &Block, winner: Option<usize>) {
        for y in block.bottom..=block.top {
            for x in block.left..=block.right {
                let at = self.index([x, y]);
                self.settled[at] = winner;
            }
        }
    }

    fn winner(&self, point: [usize; 2]) -> Option<usize> {
        let at = self.index(point);
        match &self.costs[at] {
            Some(costs) => cheapest(costs),
            None => self.settled[at],
        }
    }

    /// A row, its changes placed between points by the costs of both options there.
    fn row(&self, y: usize) -> Row {
        let last = (self.columns - 1) as f64;
        let mut runs = vec![Run {
            winner: self.winner([0, y]),
            from: 0.0,
        }];
        for x in 1..self.columns {
            let (before, after) = (self.winner([x - 1, y]), self.winner([x, y]));
            if before != after {
                let part = self.crossing([x - 1, y], [x, y], before, after);
                runs.push(Run {
                    winner: after,
                    from: ((x - 1) as f64 + part) / last,
                });
            }
        }
        Row {
            at: y as f64 / (self.rows - 1) as f64,
            runs,
        }
    }

    /// Where two costs are equal between two points, as a share of the way; halfway where it is not known.
    fn crossing(
        &self,
        a: [usize; 2],
        b: [usize; 2],
        before: Option<usize>,
        after: Option<usize>,
    ) -> f64 {
        let gap = |point: [usize; 2]| {
            let costs = self.costs[self.index(point)].as_ref()?;
            let gap = costs[before?] - costs[after?];
            gap.is_finite().then_some(gap)
        };
        let part = match (gap(a), gap(b)) {
            (Some(first), Some(second)) if first != second => first / (first - second),
            _ => 0.5,
        };
        part.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_every_point_and_their_quarters_cover_them() {
        let mut seen = [[false; 21]; 19];
        for block in blocks(21, 19) {
            for quarter in block.quarters() {
                for row in &mut seen[quarter.bottom..=quarter.top] {
                    row[quarter.left..=quarter.right].fill(true);
                }
            }
        }
        assert!(seen.iter().flatten().all(|point| *point));
    }
}
