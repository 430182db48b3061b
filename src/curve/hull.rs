//! Straight lines below and above a curve: bounds that stay close however many steps lie between them.
//!
//! Stairs are at most one step above the line that they round up. Over a wide range that says more than the
//! least and the greatest of them, and settles without counting steps which of two curves is the lower one.

use super::{Curve, Part, TOLERANCE, whole};

/// Two lines over a range by their values at its ends: nowhere is the curve below the one or above the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hull {
    /// The line below, at both ends.
    pub low: [f64; 2],
    /// The line above, at both ends.
    pub high: [f64; 2],
}

/// Of two lines the one that is higher in the middle.
fn higher(p: [f64; 2], q: [f64; 2]) -> [f64; 2] {
    if p[0] + p[1] >= q[0] + q[1] { p } else { q }
}

impl Curve {
    /// Lines below and above the curve on `a..=b`.
    pub fn hull(&self, a: f64, b: f64) -> Hull {
        let line = [a, b].map(|volume| self.constant.get() + self.slope.get() * volume);
        let mut sum = Hull {
            low: line,
            high: line,
        };
        for (factor, part) in &self.parts {
            let (factor, hull) = (factor.get(), part.hull(a, b));
            let (low, high) = if factor >= 0.0 {
                (hull.low, hull.high)
            } else {
                (hull.high, hull.low)
            };
            for end in 0..2 {
                sum.low[end] += factor * low[end];
                sum.high[end] += factor * high[end];
            }
        }
        sum
    }
}

impl Part {
    fn hull(&self, a: f64, b: f64) -> Hull {
        match self {
            Self::Whole(_, inner) => rounded_up(inner, a, b),
            // The larger of two lines bends upwards: the line between its ends is above it.
            Self::Max(p, q) => {
                let (p, q) = (p.hull(a, b), q.hull(a, b));
                Hull {
                    low: higher(p.low, q.low),
                    high: [0, 1].map(|end| p.high[end].max(q.high[end])),
                }
            }
            Self::Min(p, q) => {
                let (p, q) = (p.hull(a, b), q.hull(a, b));
                let negative = |line: [f64; 2]| line.map(|value| -value);
                Hull {
                    low: [0, 1].map(|end| p.low[end].min(q.low[end])),
                    high: negative(higher(negative(p.high), negative(q.high))),
                }
            }
        }
    }
}

/// x <= whole(x) < x + 1 but for the tolerance, and never below 0; exactly where only one step is taken.
fn rounded_up(inner: &Curve, a: f64, b: f64) -> Hull {
    let (least, most) = inner.bounds(a, b);
    let (least, most) = (whole(least), whole(most));
    if least == most {
        return Hull {
            low: [least; 2],
            high: [most; 2],
        };
    }
    let Hull { low, high } = inner.hull(a, b);
    Hull {
        low: low.map(|x| x - TOLERANCE * x.abs().max(1.0)),
        high: high.map(|x| (x + 1.0).max(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Cause;

    #[test]
    fn stairs_lie_between_the_line_and_one_step_above_it() {
        // 5 per started 100 from 1,000 to 9,050: the line from 50 to 452.5, and 5 above it.
        let stairs = Curve::linear(0.01).rounded_up(Cause::Replica).times(5.0);
        let hull = stairs.hull(1_000.0, 9_050.0);
        let near = |x: [f64; 2], y: [f64; 2]| (x[0] - y[0]).abs() + (x[1] - y[1]).abs() < 1e-5;
        assert!(near(hull.low, [50.0, 452.5]), "{hull:?}");
        assert!(near(hull.high, [55.0, 457.5]), "{hull:?}");
        // Taken off, they lie as far below.
        let less = Curve::constant(0.0).minus(&stairs).hull(1_000.0, 9_050.0);
        assert_eq!(less.low, hull.high.map(|x| -x));
    }

    #[test]
    fn within_one_step_it_is_the_step() {
        let stairs = Curve::linear(0.01).rounded_up(Cause::Replica).times(5.0);
        let hull = stairs.hull(120.0, 190.0);
        assert_eq!((hull.low, hull.high), ([10.0; 2], [10.0; 2]));
    }

    #[test]
    fn no_curve_leaves_its_hull() {
        let stairs = Curve::linear(0.013).rounded_up(Cause::Replica).times(3.0);
        let falling = Curve::constant(7.0).minus(&Curve::linear(0.01));
        let curves = [
            stairs.max(&Curve::constant(20.0)),
            stairs.min(&Curve::linear(0.05)),
            falling.rounded_up(Cause::Node).plus(&stairs),
            falling.max(&stairs).minus(&stairs.times(2.0)),
            Curve::constant(1.0).minus(&stairs.min(&falling)),
        ];
        for curve in &curves {
            for (a, b) in [(1.0, 10.0), (1.0, 1_000.0), (300.0, 5_000.0), (64.0, 65.0)] {
                let hull = curve.hull(a, b);
                for step in 0..=1_000 {
                    let along = f64::from(step) / 1_000.0;
                    let value = curve.at(a + (b - a) * along);
                    let on = |line: [f64; 2]| line[0] + (line[1] - line[0]) * along;
                    let slack = 1e-12 * value.abs().max(1.0);
                    assert!(on(hull.low) <= value + slack, "{curve:?} {a} {b} {along}");
                    assert!(on(hull.high) >= value - slack, "{curve:?} {a} {b} {along}");
                }
            }
        }
    }
}
