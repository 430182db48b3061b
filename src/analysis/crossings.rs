//! All volumes at which two cost curves cross, exactly (`docs/model.md` section 7).
//!
//! The range is halved until bounds prove one curve to be cheaper throughout, or few enough pieces are
//! left to solve each one in closed form. Nothing is sampled, so no crossing between grid points is lost.

use crate::curve::{Cause, Curve, Piece};

/// A change of the cheaper side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// Volume [requests/day].
    pub volume: f64,
    /// Whether the first curve is the cheaper one after it.
    pub first_after: bool,
    /// The slope or the jump that makes it.
    pub cause: Cause,
}

/// Which side is cheaper where.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossings {
    /// Whether the first curve is cheaper at the low end; `None` where both cost the same throughout.
    pub first_at_start: Option<bool>,
    /// Every change, in order of volume.
    pub list: Vec<Crossing>,
}

/// Intervals with at most this many jumps are solved piece by piece.
const FEW: f64 = 48.0;

/// Relative difference below which jumps coincide and costs are equal: twice the tolerance of whole things.
const THIN: f64 = 2e-9;

/// Finds all crossings of two curves on `low..=high`.
pub fn crossings(first: &Curve, second: &Curve, low: f64, high: f64) -> Crossings {
    let mut scan = Scan {
        gap: first.minus(second),
        scale: first.clone(),
        sign: 0,
        start: None,
        list: Vec::new(),
    };
    scan.range(low, high);
    Crossings {
        first_at_start: scan.start,
        list: scan.list,
    }
}

/// The search from left to right: the sign of first minus second, and what was found.
struct Scan {
    gap: Curve,
    scale: Curve,
    sign: i8,
    start: Option<bool>,
    list: Vec<Crossing>,
}

impl Scan {
    /// Solves a range: settled by bounds, taken to pieces, or halved. Envelopes that bounds cannot settle
    /// even at one point are no reason to halve.
    fn range(&mut self, a: f64, b: f64) {
        // Costs are at most so large here: a wider gap is not within their tolerance.
        let (least, most) = self.scale.bounds(a, b);
        let thin = THIN * least.abs().max(most.abs());
        if let Some(sign) = self.settled(a, b, thin) {
            self.meet(sign, a, None);
        } else if self.few(a, b) || b <= a * (1.0 + 1e-12) {
            // Thinner pieces lie between jumps that are one but for rounding.
            let pieces = self.gap.pieces(a, b);
            for piece in pieces.iter().filter(|p| p.to - p.from > THIN * p.to) {
                self.piece(piece, piece.from > a, thin);
            }
        } else {
            let middle = if a > 0.0 { (a * b).sqrt() } else { b / 2.0 };
            self.range(a, middle);
            self.range(middle, b);
        }
    }

    /// The sign of the gap on all of a range, where bounds say so, or lines below and above it that keep off
    /// by more than the tolerance.
    fn settled(&self, a: f64, b: f64, thin: f64) -> Option<i8> {
        let (low, high) = self.gap.bounds(a, b);
        if low > 0.0 || high < 0.0 {
            return Some(if low > 0.0 { 1 } else { -1 });
        }
        let hull = self.gap.hull(a, b);
        if hull.low.iter().all(|value| *value > thin) {
            return Some(1);
        }
        let below = hull.high.iter().all(|value| *value < -thin);
        below.then_some(-1)
    }

    /// Whether so few jumps lie in a range that they can be looked at one by one.
    fn few(&self, a: f64, b: f64) -> bool {
        let breaks = self.gap.breaks(a, b);
        breaks <= FEW || breaks <= FEW + self.gap.breaks(a, a)
    }

    fn piece(&mut self, piece: &Piece, begins_with_jump: bool, thin: f64) {
        let end = piece.at(piece.to);
        let (left, right) = (
            self.sign_of(piece.value, piece.from, thin),
            self.sign_of(end, piece.to, thin),
        );
        if left != 0 {
            self.meet(left, piece.from, begins_with_jump.then_some(piece.cause));
        }
        if right != 0 && right != self.sign {
            let root = piece.from - piece.value / piece.slope;
            let volume = if root.is_finite() {
                root.clamp(piece.from, piece.to)
            } else {
                piece.from
            };
            self.meet(right, volume, Some(Cause::Slope));
        }
    }

    /// Zero within the tolerance of whole things, relative to the amounts that are compared: a price that
    /// is exactly that of a full replica touches the stairs and does not cross them. The tolerance is at most
    /// `thin` around there.
    fn sign_of(&self, gap: f64, volume: f64, thin: f64) -> i8 {
        if gap.abs() <= thin && gap.abs() <= THIN * self.scale.at(volume).abs() {
            return 0;
        }
        if gap > 0.0 { 1 } else { -1 }
    }

    fn meet(&mut self, sign: i8, volume: f64, cause: Option<Cause>) {
        if self.sign == 0 {
            self.start = Some(sign < 0);
        } else if sign != self.sign {
            let cause = cause.unwrap_or_else(|| self.cause_at(volume));
            self.list.push(Crossing {
                volume,
                first_after: sign < 0,
                cause,
            });
        }
        self.sign = sign;
    }

    /// A crossing that falls between two intervals of the search: look just around it.
    fn cause_at(&self, volume: f64) -> Cause {
        let around = self
            .gap
            .pieces(volume * (1.0 - 1e-9), volume * (1.0 + 1e-9));
        let steps = around.iter().skip(1).filter(|piece| piece.jump != 0.0);
        let highest = steps.max_by(|p, q| p.jump.abs().total_cmp(&q.jump.abs()));
        highest.map_or(Cause::Slope, |piece| piece.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_straight_lines_cross_once() {
        // 100 + 1 r = 3 r at r = 50.
        let own = Curve::linear(1.0).plus(&Curve::constant(100.0));
        let found = crossings(&own, &Curve::linear(3.0), 1.0, 1e9);
        assert_eq!(found.first_at_start, Some(false));
        assert_eq!(found.list.len(), 1);
        assert!((found.list[0].volume - 50.0).abs() < 1e-9);
        assert_eq!(found.list[0].cause, Cause::Slope);
    }

    #[test]
    fn a_staircase_crosses_a_line_several_times() {
        // 100 per started 100 requests against 1.2 r: the stairs are cheaper from 83.33 to 100, from
        // 166.67 to 200, from 250 to 300, 333.33 to 400, 416.67 to 500 and from 500 on (6 x 100 = 1.2 x 500).
        let stairs = Curve::linear(0.01).rounded_up(Cause::Replica).times(100.0);
        let found = crossings(&stairs, &Curve::linear(1.2), 1.0, 1e9);
        let volumes: Vec<f64> = found
            .list
            .iter()
            .map(|crossing| crossing.volume.round())
            .collect();
        assert_eq!(
            volumes,
            [83.0, 100.0, 167.0, 200.0, 250.0, 300.0, 333.0, 400.0, 417.0]
        );
        assert_eq!(found.list[1].cause, Cause::Replica);
        assert_eq!(found.list[0].cause, Cause::Slope);
    }

    #[test]
    fn a_line_that_touches_the_stairs_does_not_cross_them() {
        // 100 per started 100 requests against 1 r: equal where a step is full, dearer everywhere else.
        let stairs = Curve::linear(0.01).rounded_up(Cause::Replica).times(100.0);
        let found = crossings(&stairs, &Curve::linear(1.0), 1.0, 1e6);
        assert_eq!((found.first_at_start, found.list.len()), (Some(false), 0));
    }

    #[test]
    fn curves_that_never_meet_name_the_cheaper_one() {
        let dear = Curve::linear(2.0).plus(&Curve::constant(10.0));
        let found = crossings(&dear, &Curve::linear(1.0), 1.0, 1e9);
        assert_eq!((found.first_at_start, found.list.len()), (Some(false), 0));
    }

    #[test]
    fn equal_curves_have_no_cheaper_side() {
        let curve = Curve::linear(0.3).rounded_up(Cause::Replica);
        assert_eq!(crossings(&curve, &curve, 1.0, 1e9).first_at_start, None);
    }

    #[test]
    fn parallel_stairs_with_a_fixed_difference_are_settled_at_once() {
        let stairs = Curve::linear(1e-2).rounded_up(Cause::Replica).times(100.0);
        let dearer = stairs.plus(&Curve::constant(1.0));
        let found = crossings(&dearer, &stairs, 1.0, 1e9);
        assert_eq!((found.first_at_start, found.list.len()), (Some(false), 0));
    }
}
