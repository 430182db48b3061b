//! From rows of runs to regions and the borders between them, in shares of both axes.

type Point = [f64; 2];

/// A stretch on which one option wins, up to the next one or the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// The option; none where nobody can serve.
    pub winner: Option<usize>,
    /// Where it begins.
    pub from: f64,
}

/// A line through the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it lies across.
    pub at: f64,
    /// What wins along it.
    pub runs: Vec<Run>,
}

impl Row {
    /// Whether the same options win in the same order.
    pub fn is_like(&self, other: &Self) -> bool {
        let winners = |row: &Self| row.runs.iter().map(|run| run.winner).collect::<Vec<_>>();
        winners(self) == winners(other)
    }

    /// Where the k-th run ends.
    fn end(&self, k: usize) -> f64 {
        self.runs.get(k + 1).map_or(1.0, |next| next.from)
    }

    fn winner(&self, place: f64) -> Option<usize> {
        let run = self.runs.iter().rfind(|run| run.from <= place);
        run.and_then(|run| run.winner)
    }
}

/// Regions with their winners, and borders.
pub type Traced = (Vec<(Option<usize>, Vec<Point>)>, Vec<Vec<Point>>);

/// Joins rows that are alike into one stretch of every region; between rows that are not, stretches meet
/// halfway.
pub fn traced(rows: &[Row]) -> Traced {
    let (mut regions, mut borders) = (Vec::new(), Vec::new());
    let mut first = 0;
    while first < rows.len() {
        let alike = rows[first..]
            .iter()
            .take_while(|row| row.is_like(&rows[first]));
        let next = first + alike.count();
        let below = match first {
            0 => 0.0,
            _ => f64::midpoint(rows[first - 1].at, rows[first].at),
        };
        let above = match rows.get(next) {
            Some(row) => f64::midpoint(rows[next - 1].at, row.at),
            None => 1.0,
        };
        let group = &rows[first..next];
        for k in 0..group[0].runs.len() {
            let left = side(group, [below, above], |row| row.runs[k].from);
            let right = side(group, [below, above], |row| row.end(k));
            if k > 0 {
                borders.push(left.clone());
            }
            let corners = left.into_iter().chain(right.into_iter().rev());
            regions.push((group[0].runs[k].winner, corners.collect()));
        }
        if let Some(after) = rows.get(next) {
            borders.extend(level(&rows[next - 1], after, above));
        }
        first = next;
    }
    (regions, borders)
}

/// One side of a run through rows that are alike, and on to where their stretch begins and ends.
fn side(rows: &[Row], [below, above]: [f64; 2], place: impl Fn(&Row) -> f64) -> Vec<Point> {
    let (first, last) = (&rows[0], &rows[rows.len() - 1]);
    let mut points = vec![[place(first), below]];
    points.extend(rows.iter().map(|row| [place(row), row.at]));
    points.push([place(last), above]);
    points.dedup();
    points
}

/// Borders along a row: where the rows on both sides of it differ.
fn level(below: &Row, above: &Row, at: f64) -> Vec<Vec<Point>> {
    let cuts = below.runs.iter().chain(&above.runs).map(|run| run.from);
    let mut cuts: Vec<f64> = cuts.chain([1.0]).collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let mut lines: Vec<Vec<Point>> = Vec::new();
    for pair in cuts.windows(2) {
        let middle = f64::midpoint(pair[0], pair[1]);
        if below.winner(middle) == above.winner(middle) {
            continue;
        }
        match lines.last_mut() {
            Some(line) if line[line.len() - 1] == [pair[0], at] => line.push([pair[1], at]),
            _ => lines.push(vec![[pair[0], at], [pair[1], at]]),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: f64, runs: &[(usize, f64)]) -> Row {
        let run = |(winner, from): &(usize, f64)| Run {
            winner: Some(*winner),
            from: *from,
        };
        Row {
            at,
            runs: runs.iter().map(run).collect(),
        }
    }

    fn area(points: &[Point]) -> f64 {
        let next = points.iter().cycle().skip(1);
        let cross = points
            .iter()
            .zip(next)
            .map(|(a, b)| a[0] * b[1] - b[0] * a[1]);
        cross.sum::<f64>().abs() / 2.0
    }

    #[test]
    fn regions_share_the_map_between_them() {
        // The border runs from 0.2 to 0.6; above it the first option is gone.
        let rows = [
            row(0.0, &[(0, 0.0), (1, 0.2)]),
            row(0.5, &[(0, 0.0), (1, 0.6)]),
            row(1.0, &[(1, 0.0)]),
        ];
        let (regions, borders) = traced(&rows);
        let of = |winner: usize| -> f64 {
            let own = regions.iter().filter(|(option, _)| *option == Some(winner));
            own.map(|(_, points)| area(points)).sum()
        };
        // Up to 0.5 a trapezoid of (0.2 + 0.6) / 2 x 0.5, then 0.6 x 0.25 up to the middle of the rows.
        assert!((of(0) - (0.2 + 0.15)).abs() < 1e-12, "{}", of(0));
        assert!((of(0) + of(1) - 1.0).abs() < 1e-12);
        assert_eq!(borders[0], [[0.2, 0.0], [0.6, 0.5], [0.6, 0.75]]);
        assert_eq!(borders[1], [[0.0, 0.75], [0.6, 0.75]]);
    }
}
