//! Between which limits an expression lies when the inputs lie between theirs.

use super::expression::{Binary, Expression, Expressions, Id, Unary};
use super::{Relation, whole};

/// A least and a greatest value.
type Limits = (f64, f64);

const ANY: Limits = (f64::NEG_INFINITY, f64::INFINITY);

/// The limits of every expression.
pub fn ranges(expressions: &Expressions, inputs: &[Limits]) -> Vec<Limits> {
    let mut list: Vec<Limits> = Vec::with_capacity(expressions.list.len());
    for expression in &expressions.list {
        let found = limits(expression, &list, inputs);
        let known = !found.0.is_nan() && !found.1.is_nan();
        list.push(if known { found } else { ANY });
    }
    list
}

fn limits(expression: &Expression, known: &[Limits], inputs: &[Limits]) -> Limits {
    let of = |id: Id| known[id as usize];
    match expression {
        Expression::Constant(value) => (*value, *value),
        Expression::Input(number) => inputs.get(*number as usize).copied().unwrap_or(ANY),
        Expression::Sum(constant, terms) => {
            terms
                .iter()
                .fold((*constant, *constant), |(low, high), (weight, id)| {
                    let (a, b) = of(*id);
                    let (a, b) = (weight * a, weight * b);
                    (low + a.min(b), high + a.max(b))
                })
        }
        Expression::Product(factors) => factors
            .iter()
            .fold((1.0, 1.0), |product, id| times(product, of(*id))),
        Expression::Power(base, exponent) => power(of(*base), *exponent),
        Expression::Unary(op, a) => unary(*op, of(*a)),
        Expression::Binary(op, a, b) => {
            let (p, q) = (of(*a), of(*b));
            match op {
                Binary::Max => (p.0.max(q.0), p.1.max(q.1)),
                Binary::Min => (p.0.min(q.0), p.1.min(q.1)),
                Binary::Pow => ANY,
            }
        }
        Expression::Call(..) => ANY,
    }
}

fn times(p: Limits, q: Limits) -> Limits {
    let ends = [p.0 * q.0, p.0 * q.1, p.1 * q.0, p.1 * q.1];
    if ends.iter().any(|end| end.is_nan()) {
        return ANY;
    }
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    (low, ends.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

fn power(base: Limits, exponent: f64) -> Limits {
    if base.0 < 0.0 || (base.0 == 0.0 && exponent < 0.0) {
        return ANY;
    }
    let (a, b) = (base.0.powf(exponent), base.1.powf(exponent));
    (a.min(b), a.max(b))
}

fn unary(op: Unary, (low, high): Limits) -> Limits {
    // What is rounded up of infinity is no number.
    let up = |x: f64| if x == f64::INFINITY { x } else { whole(x) };
    match op {
        Unary::Whole => (up(low), up(high)),
        Unary::Floor => (low.floor(), high.floor()),
        Unary::Sqrt if low >= 0.0 => (low.sqrt(), high.sqrt()),
        Unary::Exp => (low.exp(), high.exp()),
        Unary::Ln if low > 0.0 => (low.ln(), high.ln()),
        Unary::Sqrt | Unary::Ln => ANY,
    }
}

/// Part by which limits must be apart to settle a comparison: rounding of what is compared is less.
const APART: f64 = 1e-12;

impl Relation {
    /// What a comparison comes to for all numbers within two limits, if they settle it.
    pub(super) fn settled(self, a: Limits, b: Limits) -> Option<bool> {
        let scale = [a.0, a.1, b.0, b.1]
            .iter()
            .fold(0.0f64, |x, y| x.max(y.abs()));
        let apart = if scale.is_finite() {
            APART * scale
        } else {
            f64::INFINITY
        };
        let below = a.1 < b.0 - apart;
        let above = a.0 > b.1 + apart;
        match (self, below, above) {
            (Self::Less | Self::AtMost, true, _) => Some(true),
            (Self::Equal, true, _) | (_, _, true) => Some(false),
            _ => None,
        }
    }
}
