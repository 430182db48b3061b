//! Expressions in a normal form: sums of products of powers, and what cannot be taken apart.

use std::collections::HashMap;

use super::Tape;

/// Place of an expression in its list; operands come before what uses them.
pub type Id = u32;

/// One expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A constant.
    Constant(f64),
    /// An uncertain input.
    Input(u32),
    /// A constant and expressions times their weights.
    Sum(f64, Vec<(f64, Id)>),
    /// Product of expressions.
    Product(Vec<Id>),
    /// To a constant power.
    Power(Id, f64),
    /// Any other operation on one number.
    Unary(Unary, Id),
    /// Any other operation on two numbers.
    Binary(Binary, Id, Id),
    /// A result of a call: its number among those that are made, and which.
    Call(u32, u32),
}

/// Operations on one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// Rounded up to whole things.
    Whole,
    /// Rounded down.
    Floor,
    /// Square root.
    Sqrt,
    /// e to its power.
    Exp,
    /// Natural logarithm.
    Ln,
}

/// Operations on two numbers that are no sums or products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// The larger.
    Max,
    /// The smaller.
    Min,
    /// The first to the power of the second.
    Pow,
}

/// Weights that differ by less than this part of them are one: they differ by rounding.
const SAME: f64 = 1e-13;

/// Whether two numbers are the same but for rounding.
pub fn same(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= SAME * a.abs().max(b.abs())
}

/// What identifies an expression but for the weights of a sum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Bits(u64),
    Input(u32),
    Sum(Vec<Id>),
    Product(Vec<Id>),
    Power(Id, u64),
    Unary(Unary, Id),
    Binary(Binary, Id, Id),
    Call(u32, u32),
}

/// A list of expressions in which none stands twice.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    /// Every expression.
    pub list: Vec<Expression>,
    /// Calls: the call of the tape, and its arguments.
    pub calls: Vec<(u32, Vec<Id>)>,
    known: HashMap<Key, Vec<Id>>,
}

impl Expressions {
    /// The place of an expression, which is added if it is new.
    pub fn add(&mut self, expression: Expression) -> Id {
        let places = self.known.entry(key(&expression)).or_default();
        let alike = |id: &&Id| alike(&self.list[**id as usize], &expression);
        if let Some(id) = places.iter().find(alike) {
            return *id;
        }
        let id = self.list.len() as Id;
        places.push(id);
        self.list.push(expression);
        id
    }

    /// A call of the tape with these arguments.
    pub fn call(&mut self, tape: &Tape, call: u32, arguments: Vec<Id>) -> u32 {
        let name = |call: u32| &tape.calls[call as usize].name;
        let known = self
            .calls
            .iter()
            .position(|(other, given)| name(*other) == name(call) && *given == arguments);
        known.unwrap_or_else(|| {
            self.calls.push((call, arguments));
            self.calls.len() - 1
        }) as u32
    }
}

fn key(expression: &Expression) -> Key {
    match expression {
        Expression::Constant(value) => Key::Bits(value.to_bits()),
        Expression::Input(number) => Key::Input(*number),
        Expression::Sum(_, terms) => Key::Sum(terms.iter().map(|(_, id)| *id).collect()),
        Expression::Product(factors) => Key::Product(factors.clone()),
        Expression::Power(a, exponent) => Key::Power(*a, exponent.to_bits()),
        Expression::Unary(op, a) => Key::Unary(*op, *a),
        Expression::Binary(op, a, b) => Key::Binary(*op, *a, *b),
        Expression::Call(call, result) => Key::Call(*call, *result),
    }
}

/// Whether two expressions of one key are the same: the weights of sums are, but for rounding.
fn alike(a: &Expression, b: &Expression) -> bool {
    match (a, b) {
        (Expression::Sum(p, ps), Expression::Sum(q, qs)) => {
            same(*p, *q) && ps.iter().zip(qs).all(|((x, _), (y, _))| same(*x, *y))
        }
        _ => true,
    }
}
