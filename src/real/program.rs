//! A tape made ready to run: the steps that give some of its numbers, on blocks of samples at a time.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::algebra::normal_form;
use super::expression::{Binary, Expression, Expressions, Id, Unary};
use super::powers::exponents;
use super::range::ranges;
use super::tape::Function;
use super::{BLOCK, Column, Guard, Real, Relation, Tape};

/// A register: a number of every sample of a block.
pub type Register = u32;

/// One step: what a register is set to, from registers that are set before.
#[derive(Clone, Debug)]
pub enum Step {
    /// A constant.
    Constant(f64),
    /// An input.
    Input(u32),
    /// A constant and registers times their weights: a stretch of [`Program::terms`].
    Sum(f64, Range<usize>),
    /// Registers multiplied.
    Product(Register, Register),
    /// One over a register.
    Reciprocal(Register),
    /// A register to a constant power.
    Power(Register, f64),
    /// A register rounded up to whole things, and at least a number that is not negative.
    Whole(Register, f64),
    /// Another operation on one.
    Unary(Unary, Register),
    /// Another operation on two.
    Binary(Binary, Register, Register),
    /// A result of a call.
    Result(u32, u32),
}

/// A call: made before the first step that uses it.
#[derive(Clone)]
pub struct Call {
    /// The function.
    pub function: Function,
    /// Registers of its arguments.
    pub arguments: Vec<Register>,
    /// How many results it has.
    pub results: usize,
}

/// A comparison of two registers with the outcome that it must have.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    relation: Relation,
    outcome: bool,
    /// First register.
    pub a: Register,
    /// Second register.
    pub b: Register,
}

impl Check {
    /// Marks the samples of two columns for which it does not come out as it must.
    pub fn mark(&self, a: &Column, b: &Column, missed: &mut [bool; BLOCK]) {
        fn each(
            columns: [&Column; 2],
            outcome: bool,
            missed: &mut [bool; BLOCK],
            holds: impl Fn(&f64, &f64) -> bool,
        ) {
            let [a, b] = columns;
            for ((missed, a), b) in missed.iter_mut().zip(a).zip(b) {
                *missed |= holds(a, b) != outcome;
            }
        }
        match self.relation {
            Relation::Less => each([a, b], self.outcome, missed, f64::lt),
            Relation::AtMost => each([a, b], self.outcome, missed, f64::le),
            Relation::Equal => each([a, b], self.outcome, missed, f64::eq),
        }
    }
}

/// Steps in order.
#[derive(Clone, Default)]
pub struct Program {
    /// Each step with the register that it sets.
    pub steps: Vec<(Register, Step)>,
    /// Weights and registers of all sums.
    pub terms: Vec<(f64, Register)>,
    /// Calls, in the order in which they are made.
    pub calls: Vec<Call>,
    /// What must hold.
    pub checks: Vec<Check>,
    /// Registers of the results.
    pub results: Vec<Register>,
    /// How many registers there are.
    pub registers: usize,
}

impl Program {
    /// Makes the results of a tape ready, for inputs within `limits`.
    pub fn new(tape: &mut Tape, results: &[Real], limits: &[(f64, f64)]) -> Self {
        let mut roots: Vec<u32> = results.iter().map(|real| tape.place(*real)).collect();
        let guards = tape.guards.clone();
        roots.extend(guards.iter().flat_map(|guard| [guard.a, guard.b]));
        let (expressions, places) = normal_form(tape, &roots);
        let (results, compared) = places.split_at(results.len());
        let mut build = Build {
            bounds: ranges(&expressions, limits),
            powers: exponents(&expressions),
            from: &expressions,
            steps: Vec::new(),
            terms: Vec::new(),
            calls: Vec::new(),
            places: HashMap::new(),
            chained: HashMap::new(),
        };
        let checks: Vec<Check> = guards
            .iter()
            .zip(compared.chunks(2))
            .filter_map(|(guard, pair)| build.check(guard, pair[0], pair[1]))
            .collect();
        let results: Vec<Register> = results.iter().map(|id| build.of(*id)).collect();
        let calls = build
            .calls
            .into_iter()
            .map(|(call, arguments)| {
                let call = &tape.calls[call as usize];
                Call {
                    function: call.function.clone(),
                    arguments,
                    results: call.results,
                }
            })
            .collect();
        let mut program = Self {
            registers: build.steps.len(),
            steps: (0..).zip(build.steps).collect(),
            terms: build.terms,
            calls,
            checks,
            results,
        };
        program.share_registers();
        program
    }

    /// Registers that are read no more are used again.
    fn share_registers(&mut self) {
        let mut last: Vec<usize> = (0..self.registers).collect();
        for (at, (_, step)) in self.steps.iter().enumerate() {
            for read in self.read(step) {
                last[read as usize] = at;
            }
        }
        let end = self.steps.len();
        let kept = self.checks.iter().flat_map(|check| [check.a, check.b]);
        for register in kept.chain(self.results.iter().copied()) {
            last[register as usize] = end;
        }
        let mut free: Vec<Register> = Vec::new();
        let mut place = vec![0; self.registers];
        let mut count = 0;
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); end + 1];
        for (register, at) in last.iter().enumerate() {
            ends[*at].push(register);
        }
        for ((register, _), ended) in self.steps.iter().zip(&ends) {
            // A step may be written where it reads from, but not before: what ends with it stays until after.
            place[*register as usize] = free.pop().unwrap_or_else(|| {
                count += 1;
                count - 1
            });
            free.extend(ended.iter().map(|register| place[*register]));
        }
        self.rename(&place);
        self.registers = count as usize;
    }

    /// The registers that a step reads.
    fn read(&self, step: &Step) -> Vec<Register> {
        match step {
            Step::Constant(_) | Step::Input(_) => Vec::new(),
            Step::Sum(_, terms) => self.terms[terms.clone()].iter().map(|t| t.1).collect(),
            Step::Reciprocal(a) | Step::Power(a, _) | Step::Whole(a, _) | Step::Unary(_, a) => {
                vec![*a]
            }
            Step::Product(a, b) | Step::Binary(_, a, b) => vec![*a, *b],
            Step::Result(call, _) => self.calls[*call as usize].arguments.clone(),
        }
    }

    fn rename(&mut self, place: &[Register]) {
        let to = |register: &mut Register| *register = place[*register as usize];
        for (register, step) in &mut self.steps {
            to(register);
            match step {
                Step::Constant(_) | Step::Input(_) | Step::Sum(..) | Step::Result(..) => {}
                Step::Reciprocal(a) | Step::Power(a, _) | Step::Whole(a, _) | Step::Unary(_, a) => {
                    to(a);
                }
                Step::Product(a, b) | Step::Binary(_, a, b) => {
                    to(a);
                    to(b);
                }
            }
        }
        self.terms.iter_mut().for_each(|(_, register)| to(register));
        self.calls
            .iter_mut()
            .flat_map(|call| &mut call.arguments)
            .for_each(to);
        for check in &mut self.checks {
            to(&mut check.a);
            to(&mut check.b);
        }
        self.results.iter_mut().for_each(to);
    }
}

/// Terms that are added up in one go; more are added to what is there, so that few wait for their turn.
const AT_ONCE: usize = 8;

/// Steps in the making: every step sets a register of its own.
pub(super) struct Build<'a> {
    from: &'a Expressions,
    bounds: Vec<(f64, f64)>,
    pub(super) powers: HashMap<Id, BTreeSet<u64>>,
    steps: Vec<Step>,
    terms: Vec<(f64, Register)>,
    calls: Vec<(u32, Vec<Register>)>,
    places: HashMap<Id, Register>,
    pub(super) chained: HashMap<(Register, u64), Register>,
}

impl Build<'_> {
    pub(super) fn push(&mut self, step: Step) -> Register {
        self.steps.push(step);
        self.steps.len() as Register - 1
    }

    /// A comparison that the limits of the inputs do not settle.
    fn check(&mut self, guard: &Guard, a: Id, b: Id) -> Option<Check> {
        let (p, q) = (self.bounds[a as usize], self.bounds[b as usize]);
        if guard.relation.settled(p, q) == Some(guard.outcome) {
            return None;
        }
        Some(Check {
            relation: guard.relation,
            outcome: guard.outcome,
            a: self.of(a),
            b: self.of(b),
        })
    }

    /// The register of an expression, with the steps that set it.
    pub(super) fn of(&mut self, id: Id) -> Register {
        if let Some(known) = self.places.get(&id) {
            return *known;
        }
        let register = self.steps_of(id);
        self.places.insert(id, register);
        register
    }

    fn steps_of(&mut self, id: Id) -> Register {
        match self.from.list[id as usize].clone() {
            Expression::Constant(value) => self.push(Step::Constant(value)),
            Expression::Input(number) => self.push(Step::Input(number)),
            Expression::Sum(constant, terms) => self.sum(constant, &terms),
            Expression::Product(factors) => {
                let first = self.of(factors[0]);
                factors[1..].iter().fold(first, |product, factor| {
                    let factor = self.of(*factor);
                    self.push(Step::Product(product, factor))
                })
            }
            Expression::Power(base, exponent) => self.power(base, exponent),
            Expression::Unary(Unary::Whole, a) => {
                let a = self.of(a);
                self.push(Step::Whole(a, 0.0))
            }
            Expression::Unary(op, a) => {
                let a = self.of(a);
                self.push(Step::Unary(op, a))
            }
            Expression::Binary(op, a, b) => self.binary(op, a, b),
            Expression::Call(call, result) => {
                let (of_tape, arguments) = self.from.calls[call as usize].clone();
                let arguments: Vec<Register> = arguments.iter().map(|id| self.of(*id)).collect();
                let call = (of_tape, arguments);
                let at = self.calls.iter().position(|known| *known == call);
                let at = at.unwrap_or_else(|| {
                    self.calls.push(call);
                    self.calls.len() - 1
                });
                self.push(Step::Result(at as u32, result))
            }
        }
    }

    fn sum(&mut self, constant: f64, terms: &[(f64, Id)]) -> Register {
        let mut sum: Option<Register> = None;
        for part in terms.chunks(AT_ONCE) {
            let registers: Vec<(f64, Register)> = part
                .iter()
                .map(|(weight, id)| (*weight, self.of(*id)))
                .collect();
            let start = self.terms.len();
            self.terms.extend(sum.map(|sum| (1.0, sum)));
            self.terms.extend(registers);
            let constant = if sum.is_none() { constant } else { 0.0 };
            sum = Some(self.push(Step::Sum(constant, start..self.terms.len())));
        }
        sum.unwrap_or_else(|| self.push(Step::Constant(constant)))
    }

    /// A maximum or minimum that the limits of the inputs settle is the one of the two.
    fn binary(&mut self, op: Binary, a: Id, b: Id) -> Register {
        let (p, q) = (self.bounds[a as usize], self.bounds[b as usize]);
        let first = match op {
            Binary::Max if p.0 >= q.1 => Some(true),
            Binary::Max if q.0 >= p.1 => Some(false),
            Binary::Min if p.1 <= q.0 => Some(true),
            Binary::Min if q.1 <= p.0 => Some(false),
            _ => None,
        };
        if let Some(first) = first {
            return self.of(if first { a } else { b });
        }
        if op == Binary::Max
            && let Some((inner, least)) = self.whole_at_least(a, b).or(self.whole_at_least(b, a))
        {
            let inner = self.of(inner);
            return self.push(Step::Whole(inner, least));
        }
        let (a, b) = (self.of(a), self.of(b));
        self.push(Step::Binary(op, a, b))
    }

    /// What is rounded up to whole things but never below a constant: what, and the constant.
    fn whole_at_least(&self, a: Id, b: Id) -> Option<(Id, f64)> {
        match (&self.from.list[a as usize], &self.from.list[b as usize]) {
            (Expression::Unary(Unary::Whole, inner), Expression::Constant(least))
                if *least >= 0.0 =>
            {
                Some((*inner, *least))
            }
            _ => None,
        }
    }
}
