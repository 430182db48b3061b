//! A tape brought into a normal form in which what months and options share is computed once.
//!
//! Sums and products of the tape are opened into weighted sums of products of powers, and what the terms
//! of a sum share is put before parentheses. Thirty-six months of one price then are one price times one
//! sum over the months. Results differ from those of the tape by rounding alone.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use super::expression::{Binary, Expression, Expressions, Id, Unary};
use super::{Op, Tape};

/// A product of powers: expressions with their exponents, in order of expressions.
type Product = Vec<(Id, f64)>;

/// A constant, and products times their weights: in order of products, none twice.
#[derive(Clone, Debug, Default, PartialEq)]
struct Form {
    constant: f64,
    terms: Vec<(u32, f64)>,
}

/// Every product that occurs, once.
#[derive(Debug, Default)]
struct Products {
    list: Vec<Product>,
    known: HashMap<Vec<(Id, u64)>, u32>,
}

impl Products {
    fn add(&mut self, product: Product) -> u32 {
        let key = product.iter().map(|(id, e)| (*id, e.to_bits())).collect();
        *self.known.entry(key).or_insert_with(|| {
            self.list.push(product);
            self.list.len() as u32 - 1
        })
    }
}

/// Brings a tape into normal form; the second list has the places of the `roots`.
pub fn normal_form(tape: &Tape, roots: &[u32]) -> (Expressions, Vec<Id>) {
    let mut algebra = Algebra {
        tape,
        out: Expressions::default(),
        products: Products::default(),
        forms: vec![Form::default(); tape.nodes.len()],
    };
    for node in needed(tape, roots) {
        algebra.forms[node as usize] = algebra.form(node);
    }
    let places = roots.iter().map(|node| algebra.value(*node)).collect();
    (algebra.out, places)
}

/// The nodes that some nodes are made of, in order.
fn needed(tape: &Tape, roots: &[u32]) -> Vec<u32> {
    let mut wanted = vec![false; tape.nodes.len()];
    for root in roots {
        wanted[*root as usize] = true;
    }
    for at in (0..tape.nodes.len()).rev() {
        if !wanted[at] {
            continue;
        }
        let (op, a, b) = tape.nodes[at];
        if let Op::Call(call, _) = op {
            for argument in &tape.calls[call as usize].arguments {
                wanted[*argument as usize] = true;
            }
        }
        wanted[a as usize] = true;
        wanted[b as usize] = true;
    }
    (1..tape.nodes.len() as u32)
        .filter(|at| wanted[*at as usize])
        .collect()
}

struct Algebra<'a> {
    tape: &'a Tape,
    out: Expressions,
    products: Products,
    forms: Vec<Form>,
}

impl Algebra<'_> {
    fn of(&self, node: u32) -> &Form {
        &self.forms[node as usize]
    }

    fn form(&mut self, node: u32) -> Form {
        let (op, a, b) = self.tape.nodes[node as usize];
        match op {
            Op::Constant(bits) => Form::constant(f64::from_bits(bits)),
            Op::Input(number) => self.atom(Expression::Input(number)),
            Op::Add => self.of(a).plus(self.of(b), 1.0),
            Op::Sub => self.of(a).plus(self.of(b), -1.0),
            Op::Mul => self.product(a, b, 1.0),
            Op::Div => self.product(a, b, -1.0),
            Op::Pow => self.power(a, b),
            Op::Max => self.binary(Binary::Max, a, b),
            Op::Min => self.binary(Binary::Min, a, b),
            Op::Whole => self.unary(Unary::Whole, a),
            Op::Floor => self.unary(Unary::Floor, a),
            Op::Sqrt => self.unary(Unary::Sqrt, a),
            Op::Exp => self.unary(Unary::Exp, a),
            Op::Ln => self.unary(Unary::Ln, a),
            Op::Call(call, result) => {
                let given = self.tape.calls[call as usize].arguments.clone();
                let given = given.iter().map(|node| self.value(*node)).collect();
                let call = self.out.call(self.tape, call, given);
                self.atom(Expression::Call(call, result))
            }
        }
    }

    fn atom(&mut self, expression: Expression) -> Form {
        let id = self.out.add(expression);
        self.one(vec![(id, 1.0)], 1.0)
    }

    fn one(&mut self, product: Product, weight: f64) -> Form {
        if product.is_empty() {
            return Form::constant(weight);
        }
        Form {
            constant: 0.0,
            terms: vec![(self.products.add(product), weight)],
        }
    }

    fn unary(&mut self, op: Unary, a: u32) -> Form {
        let a = self.value(a);
        self.atom(Expression::Unary(op, a))
    }

    fn binary(&mut self, op: Binary, a: u32, b: u32) -> Form {
        let (a, b) = (self.value(a), self.value(b));
        self.atom(Expression::Binary(op, a, b))
    }

    /// a x b, or a / b.
    fn product(&mut self, a: u32, b: u32, exponent: f64) -> Form {
        let (left, right) = (self.of(a).clone(), self.of(b).clone());
        if right.terms.is_empty() {
            return left.times(right.constant.powf(exponent));
        }
        if left.terms.is_empty() && exponent > 0.0 {
            return right.times(left.constant);
        }
        let (p, q) = (self.single(left), self.single(right));
        self.one(multiplied(&p.0, &q.0, exponent), p.1 * q.1.powf(exponent))
    }

    fn power(&mut self, a: u32, b: u32) -> Form {
        let (base, exponent) = (self.of(a).clone(), self.of(b).clone());
        if exponent.terms.is_empty() && !base.terms.is_empty() {
            let (product, weight) = self.single(base);
            // A power of a product is opened only where it is one positive weight and one factor.
            if let ([(id, 1.0)], true) = (&product[..], weight > 0.0) {
                let exponent = exponent.constant;
                return self.one(vec![(*id, exponent)], weight.powf(exponent));
            }
        }
        self.binary(Binary::Pow, a, b)
    }

    /// A form as one product and its weight.
    fn single(&mut self, form: Form) -> (Product, f64) {
        if form.terms.is_empty() {
            return (Vec::new(), form.constant);
        }
        let form = self.factored(form);
        match form.terms[..] {
            [(product, weight)] if form.constant == 0.0 => {
                (self.products.list[product as usize].clone(), weight)
            }
            _ => self.closed(&form),
        }
    }

    /// A sum as one factor, brought to a scale so that sums in one proportion are one.
    fn closed(&mut self, form: &Form) -> (Product, f64) {
        let scale = if form.constant == 0.0 {
            form.terms[0].1
        } else {
            form.constant
        };
        let terms = form.terms.iter();
        let terms = terms
            .map(|(product, weight)| (weight / scale, self.multiplied_out(*product)))
            .collect();
        let id = self.out.add(Expression::Sum(form.constant / scale, terms));
        (vec![(id, 1.0)], scale)
    }

    /// What the terms of a sum share is put before parentheses, the most common factor first.
    fn factored(&mut self, mut form: Form) -> Form {
        while let Some(factor) = self.most_common(&form) {
            let list = &self.products.list;
            let has = |term: &(u32, f64)| list[term.0 as usize].contains(&factor);
            let (with, without): (Vec<_>, Vec<_>) = form.terms.into_iter().partition(has);
            let mut inner = Form::default();
            for (product, weight) in with {
                let rest = self.products.list[product as usize].iter();
                let rest = rest.copied().filter(|known| *known != factor).collect();
                inner = inner.plus(&self.one(rest, weight), 1.0);
            }
            let (product, weight) = self.single(inner);
            let term = self.one(multiplied(&product, &[factor], 1.0), weight);
            let outer = Form {
                constant: form.constant,
                terms: without,
            };
            form = outer.plus(&term, 1.0);
        }
        form
    }

    /// The factor that most terms have, if two have one.
    fn most_common(&self, form: &Form) -> Option<(Id, f64)> {
        if form.terms.len() < 2 {
            return None;
        }
        let mut counts: HashMap<(Id, u64), usize> = HashMap::new();
        for (product, _) in &form.terms {
            for (id, exponent) in &self.products.list[*product as usize] {
                *counts.entry((*id, exponent.to_bits())).or_default() += 1;
            }
        }
        let most = counts
            .into_iter()
            .filter(|(_, count)| *count >= 2)
            .max_by_key(|((id, bits), count)| (*count, Reverse((*id, *bits))));
        most.map(|((id, bits), _)| (id, f64::from_bits(bits)))
    }

    /// A product of powers as one expression; what varies from month to month is a factor of its own.
    fn multiplied_out(&mut self, product: u32) -> Id {
        let (mut still, mut moving) = (Vec::new(), Vec::new());
        for (id, exponent) in self.products.list[product as usize].clone() {
            if exponent == 1.0 {
                still.push(id);
                continue;
            }
            let power = self.out.add(Expression::Power(id, exponent));
            let list = if exponent == -1.0 {
                &mut still
            } else {
                &mut moving
            };
            list.push(power);
        }
        let parts = [still, moving].map(|ids| self.grouped(ids));
        let parts = parts.into_iter().flatten().collect();
        self.grouped(parts)
            .unwrap_or_else(|| self.out.add(Expression::Constant(1.0)))
    }

    fn grouped(&mut self, ids: Vec<Id>) -> Option<Id> {
        match ids[..] {
            [] => None,
            [one] => Some(one),
            _ => Some(self.out.add(Expression::Product(ids))),
        }
    }

    /// The expression of a node.
    fn value(&mut self, node: u32) -> Id {
        let form = self.of(node).clone();
        if form.terms.is_empty() {
            return self.out.add(Expression::Constant(form.constant));
        }
        let form = self.factored(form);
        if let ([(product, weight)], 0.0) = (&form.terms[..], form.constant) {
            return self.weighted(*product, *weight);
        }
        let terms = form.terms.iter();
        let terms = terms
            .map(|(product, weight)| (*weight, self.multiplied_out(*product)))
            .collect();
        self.out.add(Expression::Sum(form.constant, terms))
    }

    /// A product times a weight; the weight goes to what stays the same from month to month.
    fn weighted(&mut self, product: u32, weight: f64) -> Id {
        let id = self.multiplied_out(product);
        if weight == 1.0 {
            return id;
        }
        match self.out.list[id as usize].clone() {
            Expression::Product(parts) if parts.len() == 2 => {
                let still = self.out.add(Expression::Sum(0.0, vec![(weight, parts[0])]));
                self.out.add(Expression::Product(vec![still, parts[1]]))
            }
            _ => self.out.add(Expression::Sum(0.0, vec![(weight, id)])),
        }
    }
}

impl Form {
    fn constant(constant: f64) -> Self {
        Self {
            constant,
            terms: Vec::new(),
        }
    }

    fn times(mut self, factor: f64) -> Self {
        if factor == 0.0 {
            return Self::default();
        }
        self.constant *= factor;
        for (_, weight) in &mut self.terms {
            *weight *= factor;
        }
        self
    }

    /// The sum with another times a weight; terms of one product are added up.
    fn plus(&self, other: &Self, weight: f64) -> Self {
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut left, mut right) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        while let (Some((p, x)), Some((q, y))) = (left.peek(), right.peek()) {
            match p.cmp(q) {
                Ordering::Less => terms.extend(left.next()),
                Ordering::Greater => terms.extend(right.next().map(|(q, y)| (*q, y * weight))),
                Ordering::Equal => {
                    terms.push((*p, x + y * weight));
                    left.next();
                    right.next();
                }
            }
        }
        terms.extend(left);
        terms.extend(right.map(|(q, y)| (*q, y * weight)));
        terms.retain(|(_, weight)| *weight != 0.0);
        Self {
            constant: self.constant + weight * other.constant,
            terms,
        }
    }
}

/// p x q^exponent.
fn multiplied(p: &[(Id, f64)], q: &[(Id, f64)], exponent: f64) -> Product {
    let mut product = p.to_vec();
    for (id, e) in q {
        match product.iter_mut().find(|(known, _)| known == id) {
            Some((_, sum)) => *sum += e * exponent,
            None => product.push((*id, e * exponent)),
        }
    }
    product.retain(|(_, e)| *e != 0.0);
    product.sort_by_key(|(id, _)| *id);
    product
}
