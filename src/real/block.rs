//! Running a program on a block of samples: every step over all of them, in loops that a compiler turns
//! into vector instructions of the machine at hand.

// What is not inlined into the part that is compiled for each kind of machine, is compiled for the least.
#![allow(clippy::inline_always)]
// Registers are read and written in the same loop.
#![allow(clippy::needless_range_loop)]

use super::WHOLE_TOLERANCE;
use super::expression::{Binary, Unary};
use super::program::{Program, Step};

/// Samples that a step takes in its innermost loop.
const LANES: usize = 32;
/// Stretches of lanes in a block.
const STRETCHES: usize = 4;
/// Samples of a block.
pub const BLOCK: usize = LANES * STRETCHES;

type Lanes = [f64; LANES];

/// A number of each sample of a block.
pub type Column = [f64; BLOCK];

/// Room for the registers of a program.
#[derive(Clone, Debug, Default)]
pub struct Registers {
    list: Vec<[Lanes; STRETCHES]>,
    arguments: Vec<f64>,
    results: Vec<Vec<Column>>,
}

impl Registers {
    /// A register after a run.
    pub fn column(&self, register: u32) -> &Column {
        self.list[register as usize]
            .as_flattened()
            .try_into()
            .expect("lanes times stretches are a block")
    }

    /// Runs a program on the inputs of a block.
    pub fn run(&mut self, program: &Program, inputs: &[Column]) {
        if self.list.len() < program.registers {
            self.list
                .resize(program.registers, [[0.0; LANES]; STRETCHES]);
        }
        self.results.resize_with(program.calls.len(), Vec::new);
        let mut made = 0;
        let mut from = 0;
        // Steps between calls run in one go.
        for (at, (_, step)) in program.steps.iter().enumerate() {
            if let Step::Result(call, _) = step
                && *call as usize >= made
            {
                self.stretch(program, from..at, inputs);
                self.call(program, *call as usize);
                made = *call as usize + 1;
                from = at;
            }
        }
        self.stretch(program, from..program.steps.len(), inputs);
    }

    /// Which samples a program does not hold for.
    pub fn missed(&self, program: &Program) -> Vec<usize> {
        let mut missed = [false; BLOCK];
        for check in &program.checks {
            let (a, b) = (self.column(check.a), self.column(check.b));
            check.mark(a, b, &mut missed);
        }
        if !missed.contains(&true) {
            return Vec::new();
        }
        (0..BLOCK).filter(|at| missed[*at]).collect()
    }

    fn call(&mut self, program: &Program, call: usize) {
        let of = &program.calls[call];
        let mut out = vec![0.0; of.results];
        let mut results = vec![[0.0; BLOCK]; of.results];
        for sample in 0..BLOCK {
            self.arguments.clear();
            for argument in &of.arguments {
                let value = self.column(*argument)[sample];
                self.arguments.push(value);
            }
            (of.function)(&self.arguments, &mut out);
            for (column, value) in results.iter_mut().zip(&out) {
                column[sample] = *value;
            }
        }
        self.results[call] = results;
    }

    fn stretch(&mut self, program: &Program, steps: std::ops::Range<usize>, inputs: &[Column]) {
        pulp::Arch::new().dispatch(Run {
            registers: &mut self.list,
            results: &self.results,
            program,
            steps: &program.steps[steps],
            inputs,
        });
    }
}

/// Some steps of a program, to be compiled for each kind of machine.
struct Run<'a> {
    registers: &'a mut [[Lanes; STRETCHES]],
    results: &'a [Vec<Column>],
    program: &'a Program,
    steps: &'a [(u32, Step)],
    inputs: &'a [Column],
}

impl pulp::WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _machine: S) {
        for (to, step) in self.steps {
            let to = *to as usize;
            match step {
                Step::Constant(value) => self.registers[to] = [[*value; LANES]; STRETCHES],
                Step::Input(number) => {
                    copy(&mut self.registers[to], &self.inputs[*number as usize]);
                }
                Step::Result(call, result) => {
                    let column = &self.results[*call as usize][*result as usize];
                    copy(&mut self.registers[to], column);
                }
                Step::Sum(constant, terms) => {
                    sum(
                        self.registers,
                        to,
                        *constant,
                        &self.program.terms[terms.clone()],
                    );
                }
                Step::Product(a, b) => two(self.registers, to, *a, *b, |a, b| a * b),
                Step::Reciprocal(a) => one(self.registers, to, *a, |a| 1.0 / a),
                Step::Power(a, exponent) => one(self.registers, to, *a, |a| a.powf(*exponent)),
                Step::Whole(a, least) => whole_at_least(self.registers, to, *a, *least),
                Step::Unary(op, a) => unary(self.registers, to, *op, *a),
                Step::Binary(Binary::Max, a, b) => {
                    two(self.registers, to, *a, *b, |a, b| if a > b { a } else { b });
                }
                Step::Binary(Binary::Min, a, b) => {
                    two(self.registers, to, *a, *b, |a, b| if a < b { a } else { b });
                }
                Step::Binary(Binary::Pow, a, b) => two(self.registers, to, *a, *b, f64::powf),
            }
        }
    }
}

fn copy(to: &mut [Lanes; STRETCHES], column: &Column) {
    to.as_flattened_mut().copy_from_slice(column);
}

#[inline(always)]
fn unary(registers: &mut [[Lanes; STRETCHES]], to: usize, op: Unary, a: u32) {
    match op {
        Unary::Whole => whole_at_least(registers, to, a, 0.0),
        Unary::Floor => one(registers, to, a, f64::floor),
        Unary::Sqrt => one(registers, to, a, f64::sqrt),
        Unary::Exp => one(registers, to, a, f64::exp),
        Unary::Ln => one(registers, to, a, f64::ln),
    }
}

/// As `whole`, without its branches, and at least a number that is not negative.
#[inline(always)]
fn whole_at_least(registers: &mut [[Lanes; STRETCHES]], to: usize, a: u32, least: f64) {
    one(registers, to, a, |x| {
        let size = if x.abs() > 1.0 { x.abs() } else { 1.0 };
        let up = (x - WHOLE_TOLERANCE * size).ceil();
        if up > least { up } else { least }
    });
}

#[inline(always)]
fn one(registers: &mut [[Lanes; STRETCHES]], to: usize, a: u32, f: impl Fn(f64) -> f64) {
    for stretch in 0..STRETCHES {
        let mut lanes = registers[a as usize][stretch];
        for at in 0..LANES {
            lanes[at] = f(lanes[at]);
        }
        registers[to][stretch] = lanes;
    }
}

#[inline(always)]
fn two(
    registers: &mut [[Lanes; STRETCHES]],
    to: usize,
    a: u32,
    b: u32,
    f: impl Fn(f64, f64) -> f64,
) {
    for stretch in 0..STRETCHES {
        let mut lanes = registers[a as usize][stretch];
        let other = registers[b as usize][stretch];
        for at in 0..LANES {
            lanes[at] = f(lanes[at], other[at]);
        }
        registers[to][stretch] = lanes;
    }
}

#[inline(always)]
fn sum(registers: &mut [[Lanes; STRETCHES]], to: usize, constant: f64, terms: &[(f64, u32)]) {
    for stretch in 0..STRETCHES {
        let mut lanes = [constant; LANES];
        for (weight, register) in terms {
            let other = &registers[*register as usize][stretch];
            for at in 0..LANES {
                lanes[at] += weight * other[at];
            }
        }
        registers[to][stretch] = lanes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::real::whole;

    #[test]
    fn rounding_up_in_a_block_is_rounding_up() {
        for x in [
            -3.5,
            -0.0,
            0.0,
            1e-10,
            0.3,
            1.0,
            1.0 + 1e-10,
            2.000_1,
            3.0 * (1.0 + 1e-12),
            1e12,
        ] {
            let mut registers = [[[x; LANES]; STRETCHES]];
            unary(&mut registers, 0, Unary::Whole, 0);
            assert_eq!(registers[0][0][0], whole(x), "{x}");
        }
    }
}
