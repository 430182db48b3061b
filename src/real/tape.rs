//! The record of a computation: operations in order, comparisons with their outcome.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::Real;

/// What an operation does; its operands are nodes of the tape before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// A constant: its bits.
    Constant(u64),
    /// An uncertain input, by its number.
    Input(u32),
    /// a + b.
    Add,
    /// a - b.
    Sub,
    /// a x b.
    Mul,
    /// a / b.
    Div,
    /// The larger.
    Max,
    /// The smaller.
    Min,
    /// a to the power b.
    Pow,
    /// Rounded up to whole things: [`super::whole`].
    Whole,
    /// Rounded down.
    Floor,
    /// Square root.
    Sqrt,
    /// e to the power a.
    Exp,
    /// Natural logarithm.
    Ln,
    /// One of the results of a function that is not taken apart: its number on the tape, and which.
    Call(u32, u32),
}

/// How two numbers were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// a < b.
    Less,
    /// a <= b.
    AtMost,
    /// a = b.
    Equal,
}

impl Relation {
    /// Whether two numbers stand so.
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::Equal => a == b,
        }
    }
}

/// A comparison that the computation took a turn by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guard {
    /// How they were compared.
    pub relation: Relation,
    /// First node.
    pub a: u32,
    /// Second node.
    pub b: u32,
    /// What came out.
    pub outcome: bool,
}

/// A function of some numbers that gives several.
pub type Function = Arc<dyn Fn(&[f64], &mut [f64]) + Send + Sync>;

/// A call of a function that is not taken apart.
#[derive(Clone)]
pub struct Answer {
    /// What it is: calls of one name with the same arguments are one call.
    pub name: String,
    /// The function.
    pub function: Function,
    /// Nodes of its arguments.
    pub arguments: Vec<u32>,
    /// How many results it has.
    pub results: usize,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.name, self.arguments)
    }
}

/// A recorded computation. Node 0 stands for nothing; operands come before what uses them.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    /// Every operation with its operands (0 where there are fewer than two).
    pub nodes: Vec<(Op, u32, u32)>,
    /// Every comparison that a turn was taken by.
    pub guards: Vec<Guard>,
    /// Functions that are called.
    pub calls: Vec<Answer>,
    known: HashMap<(Op, u32, u32), u32>,
    known_calls: HashMap<(String, Vec<u32>), u32>,
}

thread_local! {
    static TAPE: RefCell<Option<Tape>> = const { RefCell::new(None) };
}

/// Runs a computation and writes down what depends on its [`input`]s.
///
/// Numbers of the result keep their places on the tape that is returned. Recording is per thread and is
/// not nested: an inner record would hide the outer one.
pub fn record<T>(run: impl FnOnce() -> T) -> (T, Tape) {
    /// Ends the record when the computation does, also by a panic.
    struct Ends(Option<Tape>);
    impl Drop for Ends {
        fn drop(&mut self) {
            TAPE.with_borrow_mut(|tape| *tape = self.0.take());
        }
    }
    let mut fresh = Tape::default();
    fresh.nodes.push((Op::Constant(0), 0, 0));
    let ends = Ends(TAPE.replace(Some(fresh)));
    let result = run();
    let tape = TAPE.take().unwrap_or_default();
    drop(ends);
    (result, tape)
}

/// Runs a computation without writing it down: for what is shown and enters no amount.
pub fn unrecorded<T>(run: impl FnOnce() -> T) -> T {
    let held = TAPE.take();
    let result = run();
    TAPE.set(held);
    result
}

/// An uncertain input at a value; a plain number where nothing is recorded.
pub fn input(number: u32, value: f64) -> Real {
    push(Op::Input(number), 0, 0, value)
}

/// The inputs of a computation at some values, in order.
pub fn inputs(values: &[f64]) -> Vec<Real> {
    (0..)
        .zip(values)
        .map(|(number, value)| input(number, *value))
        .collect()
}

/// The results of a function that is not taken apart: run now, and again for each sample.
///
/// `name` must say everything but the arguments that the results depend on.
pub fn answer(
    name: impl FnOnce() -> String,
    arguments: &[Real],
    results: usize,
    function: Function,
) -> Vec<Real> {
    let plain: Vec<f64> = arguments.iter().map(|real| real.value).collect();
    let mut values = vec![0.0; results];
    function(&plain, &mut values);
    let recorded = arguments.iter().any(|real| real.is_recorded());
    let call = recorded
        .then(|| {
            TAPE.with_borrow_mut(|tape| {
                tape.as_mut()
                    .map(|tape| tape.call(name(), arguments, results, function))
            })
        })
        .flatten();
    let result = |(at, value): (usize, f64)| match call {
        Some(call) => push(Op::Call(call, at as u32), 0, 0, value),
        None => Real::constant(value),
    };
    values.into_iter().enumerate().map(result).collect()
}

/// A function of one number that is not taken apart.
pub fn apply(name: &'static str, x: Real, function: fn(f64) -> f64) -> Real {
    if x.node == 0 {
        return Real::constant(function(x.value));
    }
    let run: Function = Arc::new(move |given, out| out[0] = function(given[0]));
    answer(|| name.to_owned(), &[x], 1, run)[0]
}

impl Tape {
    fn node(&mut self, op: Op, a: u32, b: u32) -> u32 {
        let next = self.nodes.len() as u32;
        *self.known.entry((op, a, b)).or_insert_with(|| {
            self.nodes.push((op, a, b));
            next
        })
    }

    /// The node of a number; one that depends on no input gets its own.
    pub fn place(&mut self, real: Real) -> u32 {
        match real.node() {
            Some(node) => node,
            None => self.node(Op::Constant(real.value.to_bits()), 0, 0),
        }
    }

    fn call(&mut self, name: String, arguments: &[Real], results: usize, f: Function) -> u32 {
        let arguments: Vec<u32> = arguments.iter().map(|real| self.place(*real)).collect();
        let next = self.calls.len() as u32;
        let key = (name, arguments);
        if let Some(known) = self.known_calls.get(&key) {
            return *known;
        }
        self.calls.push(Answer {
            name: key.0.clone(),
            function: f,
            arguments: key.1.clone(),
            results,
        });
        self.known_calls.insert(key, next);
        next
    }
}

#[cold]
fn push(op: Op, a: u32, b: u32, value: f64) -> Real {
    let node = TAPE.with_borrow_mut(|tape| tape.as_mut().map(|tape| tape.node(op, a, b)));
    Real {
        value,
        node: node.unwrap_or(0),
    }
}

/// An operation on one number.
pub(super) fn unary(op: Op, plain: impl Fn(f64) -> f64, a: Real) -> Real {
    let value = plain(a.value);
    match a.node {
        0 => Real::constant(value),
        node => push(op, node, 0, value),
    }
}

/// An operation on two numbers; what leaves a number as it is, is not written down.
#[inline]
pub(super) fn binary(op: Op, plain: impl Fn(f64, f64) -> f64, a: Real, b: Real) -> Real {
    let value = plain(a.value, b.value);
    if a.node == 0 && b.node == 0 {
        return Real::constant(value);
    }
    recorded(op, a, b, value)
}

#[cold]
fn recorded(op: Op, a: Real, b: Real, value: f64) -> Real {
    let (zero, one) = (|x: Real| x.is_always(0.0), |x: Real| x.is_always(1.0));
    match op {
        Op::Add | Op::Sub if zero(b) => return a,
        Op::Mul | Op::Div | Op::Pow if one(b) => return a,
        Op::Add if zero(a) => return b,
        Op::Mul if one(a) => return b,
        Op::Mul if zero(a) || zero(b) => return Real::ZERO,
        Op::Pow if zero(b) => return Real::ONE,
        _ => {}
    }
    let node = TAPE.with_borrow_mut(|tape| {
        tape.as_mut().map(|tape| {
            let (a, b) = (tape.place(a), tape.place(b));
            tape.node(op, a, b)
        })
    });
    Real {
        value,
        node: node.unwrap_or(0),
    }
}

/// Compares two numbers; the outcome becomes a guard where one of them depends on an input.
pub(super) fn compare(relation: Relation, a: Real, b: Real) -> bool {
    let outcome = relation.holds(a.value, b.value);
    if a.node != 0 || b.node != 0 {
        guard(relation, a, b, outcome);
    }
    outcome
}

#[cold]
fn guard(relation: Relation, a: Real, b: Real, outcome: bool) {
    TAPE.with_borrow_mut(|tape| {
        if let Some(tape) = tape.as_mut() {
            let (a, b) = (tape.place(a), tape.place(b));
            let guard = Guard {
                relation,
                a,
                b,
                outcome,
            };
            if !tape.guards.contains(&guard) {
                tape.guards.push(guard);
            }
        }
    });
}
