//! A number that remembers, where it must, how it came about.
//!
//! A cost model is written once, over [`Real`]s. On plain constants a `Real` is an `f64` and nothing
//! more. While [`record`] runs, what is computed from an [`input`] is written down as well: a [`Tape`]
//! of operations that gives the same results for other values of the inputs without running the model
//! again. That is what simulation, sensitivity and goal-seek stand on: no formula has a second copy.
//!
//! Control flow stays honest. A maximum, a minimum or rounding up is an operation of the tape. A
//! comparison becomes a [`Guard`]: the tape holds for those values of the inputs for which every guard
//! comes out as it did when it was recorded; for others the model is recorded anew.
//!
//! Two `Real`s are `==` when they are the same number *and* came about alike; beside an `f64` it is the
//! value that is compared, which is a guard. [`Real::get`] forgets the record: it is for what is shown,
//! never for what is computed.

mod algebra;
mod arithmetic;
mod block;
mod expression;
mod powers;
mod program;
mod range;
mod replay;
mod tape;

use std::cmp::Ordering;
use std::fmt;

pub use block::{BLOCK, Column};
pub use replay::{Failure, Replay, Snapshot, Work};
pub use tape::{
    Answer, Function, Guard, Op, Relation, Tape, answer, apply, input, inputs, record, unrecorded,
};

/// A number, and its place on the tape if it depends on an input.
#[derive(Clone, Copy, Default)]
pub struct Real {
    value: f64,
    /// 0: a constant.
    node: u32,
}

/// The least whole number not below x; a hair above a whole number (1e-9 relative) counts as that
/// number, so that capacity equal to demand does not buy one more unit for a rounding error.
pub fn whole(x: f64) -> f64 {
    (x - WHOLE_TOLERANCE * x.abs().max(1.0)).ceil().max(0.0)
}

/// Relative amount by which a number may lie above a whole one and still count as it.
pub const WHOLE_TOLERANCE: f64 = 1e-9;

impl Real {
    /// The number 0.
    pub const ZERO: Self = Self::constant(0.0);
    /// The number 1.
    pub const ONE: Self = Self::constant(1.0);

    /// A number that depends on no input.
    pub const fn constant(value: f64) -> Self {
        Self { value, node: 0 }
    }

    /// The value at the point that is computed, without its record.
    pub const fn get(self) -> f64 {
        self.value
    }

    /// Whether it depends on an input.
    pub const fn is_recorded(self) -> bool {
        self.node != 0
    }

    /// Its place on the tape, if it depends on an input.
    pub const fn node(self) -> Option<u32> {
        if self.node == 0 {
            None
        } else {
            Some(self.node)
        }
    }

    /// Whether it is this constant, whatever the inputs; no guard is needed for the answer.
    pub fn is_always(self, value: f64) -> bool {
        self.node == 0 && self.value == value
    }

    /// The larger of two.
    #[must_use]
    pub fn max(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        tape::binary(Op::Max, f64::max, self, other)
    }

    /// The smaller of two.
    #[must_use]
    pub fn min(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        tape::binary(Op::Min, f64::min, self, other)
    }

    /// Within two limits.
    #[must_use]
    pub fn clamp(self, low: impl Into<Self>, high: impl Into<Self>) -> Self {
        self.max(low).min(high)
    }

    /// Rounded up to whole things: [`whole`].
    #[must_use]
    pub fn whole(self) -> Self {
        tape::unary(Op::Whole, whole, self)
    }

    /// Rounded down.
    #[must_use]
    pub fn floor(self) -> Self {
        tape::unary(Op::Floor, f64::floor, self)
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.node == 0 {
            return Self::constant(self.value.abs());
        }
        self.max(-self)
    }

    /// To a power.
    #[must_use]
    pub fn powf(self, exponent: impl Into<Self>) -> Self {
        tape::binary(Op::Pow, f64::powf, self, exponent.into())
    }

    /// To a whole power, at least 0; recorded as products, of which a chain of powers shares all but one.
    #[must_use]
    pub fn powi(self, exponent: i32) -> Self {
        if self.node == 0 {
            return Self::constant(self.value.powi(exponent));
        }
        match exponent {
            ..0 => Self::ONE / self.powi(-exponent),
            0 => Self::ONE,
            1 => self,
            _ => self.powi(exponent - 1) * self,
        }
    }

    /// Its square root.
    #[must_use]
    pub fn sqrt(self) -> Self {
        tape::unary(Op::Sqrt, f64::sqrt, self)
    }

    /// e to its power.
    #[must_use]
    pub fn exp(self) -> Self {
        tape::unary(Op::Exp, f64::exp, self)
    }

    /// Its natural logarithm.
    #[must_use]
    pub fn ln(self) -> Self {
        tape::unary(Op::Ln, f64::ln, self)
    }

    /// The order of two, as a guard.
    pub fn total_cmp(&self, other: &Self) -> Ordering {
        match (self < other, self > other) {
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }
}

impl From<f64> for Real {
    fn from(value: f64) -> Self {
        Self::constant(value)
    }
}

impl From<u32> for Real {
    fn from(value: u32) -> Self {
        Self::constant(f64::from(value))
    }
}

/// The value at the point that is computed.
impl From<Real> for f64 {
    fn from(real: Real) -> Self {
        real.value
    }
}

impl fmt::Debug for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}

impl fmt::Display for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)
    }
}

#[cfg(test)]
mod tests;
