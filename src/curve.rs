//! Cost as a function of volume, kept exact: a straight line plus whole units, maxima and minima.
//!
//! Every cost line holds a [`Curve`] of the volume r [requests/day]. Such a function is piecewise
//! linear with jumps, so it can be evaluated at a volume *and* taken apart into its pieces, which is
//! what lets break-evens be solved without sampling (`docs/model.md` section 7).

mod expression;
mod hull;
mod pieces;

use std::sync::Arc;

use crate::real::{Real, WHOLE_TOLERANCE as TOLERANCE};

pub use crate::real::whole;
pub use expression::{Expression, Term};
pub use hull::Hull;
pub use pieces::Piece;
use pieces::{envelope, merge, stairs};

/// What a jump or bend of a curve stands for: the cause of a break-even.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// No jump: the slopes meet.
    Slope,
    /// A price tier, a minimum or a committed amount is reached.
    PriceTier,
    /// One more replica (or GPU).
    Replica,
    /// One more whole node.
    Node,
    /// One more provisioned unit.
    Unit,
    /// One more person.
    Staff,
}

/// constant + slope x r + the weighted sum of parts that are not straight.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Curve {
    constant: Real,
    slope: Real,
    parts: Vec<(Real, Arc<Part>)>,
}

#[derive(Debug, PartialEq)]
enum Part {
    /// Rounded up to whole things.
    Whole(Cause, Curve),
    Max(Curve, Curve),
    Min(Curve, Curve),
}

/// Where `whole` steps from n to n + 1.
fn step_after(n: f64) -> f64 {
    if n >= 1.0 {
        n / (1.0 - TOLERANCE)
    } else {
        n + TOLERANCE
    }
}

impl Curve {
    /// The same at every volume.
    pub fn constant(value: impl Into<Real>) -> Self {
        Self {
            constant: value.into(),
            slope: Real::ZERO,
            parts: Vec::new(),
        }
    }

    /// Proportional to the volume.
    pub fn linear(slope: impl Into<Real>) -> Self {
        Self {
            constant: Real::ZERO,
            slope: slope.into(),
            parts: Vec::new(),
        }
    }

    /// The volume itself.
    pub fn volume() -> Self {
        Self::linear(1.0)
    }

    /// The value, if it does not depend on the volume.
    pub fn as_constant(&self) -> Option<Real> {
        (self.slope.is_always(0.0) && self.parts.is_empty()).then_some(self.constant)
    }

    /// Whether it is 0 at every volume, whatever the inputs.
    pub fn is_nothing(&self) -> bool {
        self.as_constant().is_some_and(|value| value.is_always(0.0))
    }

    /// Whether whole things are bought somewhere in it.
    pub fn has_steps(&self) -> bool {
        self.parts.iter().any(|(_, part)| match &**part {
            Part::Whole(..) => true,
            Part::Max(p, q) | Part::Min(p, q) => p.has_steps() || q.has_steps(),
        })
    }

    /// Whether it is a straight line through zero; volumes are never negative.
    fn is_proportional(&self) -> bool {
        self.constant.is_always(0.0) && self.parts.is_empty()
    }

    /// The slope, if it is a straight line through zero.
    pub fn as_proportional(&self) -> Option<Real> {
        self.is_proportional().then_some(self.slope)
    }

    /// Sum of two curves; equal parts are merged, so that a difference cancels what both share.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.add(other, Real::ONE);
        sum
    }

    /// This minus the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.add(other, Real::constant(-1.0));
        sum
    }

    /// Adds another curve times a weight in place.
    pub fn add(&mut self, other: &Self, weight: impl Into<Real>) {
        let weight = weight.into();
        self.constant += weight * other.constant;
        self.slope += weight * other.slope;
        for (factor, part) in &other.parts {
            match self
                .parts
                .iter_mut()
                .find(|(_, mine)| Arc::ptr_eq(mine, part) || mine == part)
            {
                Some((mine, _)) => *mine += weight * *factor,
                None => self.parts.push((weight * *factor, Arc::clone(part))),
            }
        }
        self.parts.retain(|(factor, _)| !factor.is_always(0.0));
    }

    /// Times a number.
    #[must_use]
    pub fn times(&self, factor: impl Into<Real>) -> Self {
        let mut product = Self::default();
        product.add(self, factor);
        product
    }

    /// Rounded up to whole things.
    #[must_use]
    pub fn rounded_up(&self, cause: Cause) -> Self {
        match self.as_constant() {
            Some(value) => Self::constant(value.whole()),
            None => Self::of(Part::Whole(cause, self.clone())),
        }
    }

    /// The larger of two curves at each volume.
    #[must_use]
    pub fn max(&self, other: &Self) -> Self {
        match (self.as_constant(), other.as_constant()) {
            (Some(a), Some(b)) => Self::constant(a.max(b)),
            _ if self == other => self.clone(),
            _ if self.is_proportional() && other.is_proportional() => {
                Self::linear(self.slope.max(other.slope))
            }
            _ => Self::of(Part::Max(self.clone(), other.clone())),
        }
    }

    /// The smaller of two curves at each volume.
    #[must_use]
    pub fn min(&self, other: &Self) -> Self {
        match (self.as_constant(), other.as_constant()) {
            (Some(a), Some(b)) => Self::constant(a.min(b)),
            _ if self == other => self.clone(),
            _ if self.is_proportional() && other.is_proportional() => {
                Self::linear(self.slope.min(other.slope))
            }
            _ => Self::of(Part::Min(self.clone(), other.clone())),
        }
    }

    fn of(part: Part) -> Self {
        Self {
            constant: Real::ZERO,
            slope: Real::ZERO,
            parts: vec![(Real::ONE, Arc::new(part))],
        }
    }

    /// Its numbers, in the order that [`Curve::with`] takes them.
    pub fn numbers(&self) -> Vec<Real> {
        let mut list = vec![self.constant, self.slope];
        for (factor, part) in &self.parts {
            list.push(*factor);
            list.extend(part.numbers());
        }
        list
    }

    /// The same curve with other numbers; the order of [`Curve::numbers`].
    #[must_use]
    pub fn with(&self, numbers: &mut impl Iterator<Item = f64>) -> Self {
        self.map(&mut |_| Real::constant(numbers.next().unwrap_or_default()))
    }

    /// The same curve with other numbers: what each of its own becomes, in the order of [`Curve::numbers`].
    #[must_use]
    pub fn map(&self, number: &mut impl FnMut(Real) -> Real) -> Self {
        let (constant, slope) = (number(self.constant), number(self.slope));
        let parts = self.parts.iter().map(|(factor, part)| {
            let factor = number(*factor);
            (factor, Arc::new(part.map(number)))
        });
        Self {
            constant,
            slope,
            parts: parts.collect(),
        }
    }

    /// Value at a volume: recorded where the volume is a [`Real`].
    pub fn at<N: Into<Real> + From<Real>>(&self, volume: N) -> N {
        self.value(volume.into()).into()
    }

    /// Value at a volume, never recorded: for curves whose numbers are constants, of which many values are wanted.
    pub fn plain(&self, volume: f64) -> f64 {
        let parts = self.parts.iter();
        let parts: f64 = parts
            .map(|(factor, part)| factor.get() * part.plain(volume))
            .sum();
        self.constant.get() + self.slope.get() * volume + parts
    }

    fn value(&self, volume: Real) -> Real {
        let parts: Real = self
            .parts
            .iter()
            .map(|(factor, part)| *factor * part.at(volume))
            .sum();
        self.constant + self.slope * volume + parts
    }

    /// Least and greatest value that the curve can take on `a..=b` (outer bounds).
    pub fn bounds(&self, a: f64, b: f64) -> (f64, f64) {
        let (constant, slope) = (self.constant.get(), self.slope.get());
        let (first, last) = (slope * a, slope * b);
        let mut low = constant + first.min(last);
        let mut high = constant + first.max(last);
        for (factor, part) in &self.parts {
            let (factor, (least, most)) = (factor.get(), part.bounds(a, b));
            low += (factor * least).min(factor * most);
            high += (factor * least).max(factor * most);
        }
        (low, high)
    }

    /// How many jumps and bends lie in `a..=b`, at most.
    pub fn breaks(&self, a: f64, b: f64) -> f64 {
        self.parts.iter().map(|(_, part)| part.breaks(a, b)).sum()
    }

    /// The pieces of the curve on `a..=b`, in order.
    pub fn pieces(&self, a: f64, b: f64) -> Vec<Piece> {
        let (constant, slope) = (self.constant.get(), self.slope.get());
        let line = Piece {
            from: a,
            to: b,
            value: constant + slope * a,
            slope,
            cause: Cause::Slope,
            jump: 0.0,
        };
        self.parts.iter().fold(vec![line], |sum, (factor, part)| {
            let (factor, part) = (factor.get(), part.pieces(a, b));
            merge(&sum, &part, |x, y| {
                (x.value + factor * y.value, x.slope + factor * y.slope)
            })
        })
    }
}

/// Breaks of an envelope, of which `first` says whether bounds settle that one curve makes all of it.
fn breaks_of_two(first: Option<bool>, p: &Curve, q: &Curve, a: f64, b: f64) -> f64 {
    match first {
        Some(true) => p.breaks(a, b),
        Some(false) => q.breaks(a, b),
        None => p.breaks(a, b) + q.breaks(a, b) + 1.0,
    }
}

/// Pieces of an envelope: those of one curve where `first` says that it makes all of it.
fn pieces_of_two(
    first: Option<bool>,
    p: &Curve,
    q: &Curve,
    (a, b): (f64, f64),
    sign: f64,
) -> Vec<Piece> {
    match first {
        Some(true) => p.pieces(a, b),
        Some(false) => q.pieces(a, b),
        None => envelope(&p.pieces(a, b), &q.pieces(a, b), sign),
    }
}

/// Whether the first of two curves is the larger one on all of `a..=b`, if bounds settle it.
fn larger(p: &Curve, q: &Curve, a: f64, b: f64) -> Option<bool> {
    let (of_p, of_q) = (p.bounds(a, b), q.bounds(a, b));
    if of_p.0 >= of_q.1 {
        Some(true)
    } else {
        (of_q.0 >= of_p.1).then_some(false)
    }
}

impl Part {
    fn at(&self, volume: Real) -> Real {
        match self {
            Self::Whole(_, inner) => inner.at(volume).whole(),
            Self::Max(p, q) => p.at(volume).max(q.at(volume)),
            Self::Min(p, q) => p.at(volume).min(q.at(volume)),
        }
    }

    fn plain(&self, volume: f64) -> f64 {
        match self {
            Self::Whole(_, inner) => whole(inner.plain(volume)),
            Self::Max(p, q) => p.plain(volume).max(q.plain(volume)),
            Self::Min(p, q) => p.plain(volume).min(q.plain(volume)),
        }
    }

    fn numbers(&self) -> Vec<Real> {
        match self {
            Self::Whole(_, inner) => inner.numbers(),
            Self::Max(p, q) | Self::Min(p, q) => [p.numbers(), q.numbers()].concat(),
        }
    }

    fn map(&self, number: &mut impl FnMut(Real) -> Real) -> Self {
        match self {
            Self::Whole(cause, inner) => Self::Whole(*cause, inner.map(number)),
            Self::Max(p, q) => Self::Max(p.map(number), q.map(number)),
            Self::Min(p, q) => Self::Min(p.map(number), q.map(number)),
        }
    }

    fn bounds(&self, a: f64, b: f64) -> (f64, f64) {
        match self {
            Self::Whole(_, inner) => {
                let (low, high) = inner.bounds(a, b);
                (whole(low), whole(high))
            }
            Self::Max(p, q) => {
                let (p, q) = (p.bounds(a, b), q.bounds(a, b));
                (p.0.max(q.0), p.1.max(q.1))
            }
            Self::Min(p, q) => {
                let (p, q) = (p.bounds(a, b), q.bounds(a, b));
                (p.0.min(q.0), p.1.min(q.1))
            }
        }
    }

    fn breaks(&self, a: f64, b: f64) -> f64 {
        match self {
            Self::Whole(_, inner) => {
                let (low, high) = inner.bounds(a, b);
                inner.breaks(a, b) + whole(high) - whole(low)
            }
            Self::Max(p, q) => breaks_of_two(larger(p, q, a, b), p, q, a, b),
            Self::Min(p, q) => breaks_of_two(larger(q, p, a, b), p, q, a, b),
        }
    }

    fn pieces(&self, a: f64, b: f64) -> Vec<Piece> {
        match self {
            Self::Whole(cause, inner) => stairs(*cause, &inner.pieces(a, b)),
            Self::Max(p, q) => pieces_of_two(larger(p, q, a, b), p, q, (a, b), 1.0),
            Self::Min(p, q) => pieces_of_two(larger(q, p, a, b), p, q, (a, b), -1.0),
        }
    }
}

#[cfg(test)]
mod tests;
