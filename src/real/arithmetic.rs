//! The operators of [`Real`]: with another, and with a plain number on either side.

use std::cmp::Ordering;
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::Real;
use super::tape::{self, Op, Relation};

macro_rules! operator {
    ($trait:ident, $method:ident, $assign:ident, $assign_method:ident, $op:expr, $plain:expr) => {
        impl $trait for Real {
            type Output = Real;
            fn $method(self, other: Real) -> Real {
                tape::binary($op, $plain, self, other)
            }
        }
        impl $trait<f64> for Real {
            type Output = Real;
            fn $method(self, other: f64) -> Real {
                tape::binary($op, $plain, self, Real::constant(other))
            }
        }
        impl $trait<Real> for f64 {
            type Output = Real;
            fn $method(self, other: Real) -> Real {
                tape::binary($op, $plain, Real::constant(self), other)
            }
        }
        impl $assign for Real {
            fn $assign_method(&mut self, other: Real) {
                *self = $trait::$method(*self, other);
            }
        }
        impl $assign<f64> for Real {
            fn $assign_method(&mut self, other: f64) {
                *self = $trait::$method(*self, other);
            }
        }
    };
}

operator!(Add, add, AddAssign, add_assign, Op::Add, |a, b| a + b);
operator!(Sub, sub, SubAssign, sub_assign, Op::Sub, |a, b| a - b);
operator!(Mul, mul, MulAssign, mul_assign, Op::Mul, |a, b| a * b);
operator!(Div, div, DivAssign, div_assign, Op::Div, |a, b| a / b);

impl Neg for Real {
    type Output = Self;
    fn neg(self) -> Self {
        tape::binary(Op::Mul, |a, b| a * b, self, Self::constant(-1.0))
    }
}

impl Sum for Real {
    fn sum<I: Iterator<Item = Self>>(list: I) -> Self {
        // An f64 sum begins at -0.0, so that a sum of nothing else stays it; so does this one.
        list.fold(Self::constant(-0.0), |sum, x| sum + x)
    }
}

impl<'a> Sum<&'a Real> for Real {
    fn sum<I: Iterator<Item = &'a Real>>(list: I) -> Self {
        list.copied().sum()
    }
}

impl Product for Real {
    fn product<I: Iterator<Item = Self>>(list: I) -> Self {
        list.fold(Self::ONE, |product, x| product * x)
    }
}

/// The same number, come about alike.
impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node && self.value == other.value
    }
}

/// The same value: a guard.
impl PartialEq<f64> for Real {
    fn eq(&self, other: &f64) -> bool {
        tape::compare(Relation::Equal, *self, Self::constant(*other))
    }
}

macro_rules! order {
    ($other:ty, $real:expr) => {
        impl PartialOrd<$other> for Real {
            fn partial_cmp(&self, other: &$other) -> Option<Ordering> {
                let (less, greater) = (self < other, self > other);
                if !(less || greater) && !(self.value == f64::from(*other)) {
                    return None;
                }
                Some(match (less, greater) {
                    (true, _) => Ordering::Less,
                    (_, true) => Ordering::Greater,
                    _ => Ordering::Equal,
                })
            }
            fn lt(&self, other: &$other) -> bool {
                tape::compare(Relation::Less, *self, $real(*other))
            }
            fn gt(&self, other: &$other) -> bool {
                tape::compare(Relation::Less, $real(*other), *self)
            }
            fn le(&self, other: &$other) -> bool {
                tape::compare(Relation::AtMost, *self, $real(*other))
            }
            fn ge(&self, other: &$other) -> bool {
                tape::compare(Relation::AtMost, $real(*other), *self)
            }
        }
    };
}

order!(Real, |other: Real| other);
order!(f64, Real::constant);
