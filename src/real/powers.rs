//! Powers with constant exponents: many of one base from few, by products.

use std::collections::{BTreeSet, HashMap};

use super::expression::{Expression, Expressions, Id};
use super::program::{Build, Register, Step};

impl Build<'_> {
    /// A power. Where many exponents of one base go up by few different steps (months of growth, days of a
    /// trend), each is the one before times the power of the step.
    pub(super) fn power(&mut self, base: Id, exponent: f64) -> Register {
        let list: Vec<f64> = self.powers[&base]
            .iter()
            .map(|bits| f64::from_bits(*bits))
            .collect();
        let register = self.of(base);
        self.raised(register, exponent, &list)
    }

    fn raised(&mut self, base: Register, exponent: f64, list: &[f64]) -> Register {
        let key = (base, exponent.to_bits());
        if let Some(known) = self.chained.get(&key) {
            return *known;
        }
        let register = if exponent < 0.0 {
            let positive: Vec<f64> = list.iter().filter(|e| **e < 0.0).map(|e| -e).collect();
            if exponent == -1.0 {
                self.push(Step::Reciprocal(base))
            } else {
                let base = self.raised(base, -1.0, &[]);
                self.raised(base, -exponent, &positive)
            }
        } else if exponent == 1.0 {
            base
        } else if let Some(unit) = unit(list) {
            let root = self.raised(base, unit, &[]);
            let times: Vec<f64> = list.iter().map(|e| (e / unit).round()).collect();
            self.raised(root, (exponent / unit).round(), &times)
        } else {
            match before(list, exponent) {
                Some((0.0, step)) => self.raised(base, step, &[]),
                Some((smaller, step)) => {
                    let smaller = self.raised(base, smaller, list);
                    let step = self.raised(base, step, &[]);
                    self.push(Step::Product(smaller, step))
                }
                None => self.alone(base, exponent),
            }
        };
        self.chained.insert(key, register);
        register
    }

    fn alone(&mut self, base: Register, exponent: f64) -> Register {
        if exponent.fract() != 0.0 || exponent > 1024.0 {
            return self.push(Step::Power(base, exponent));
        }
        let half = self.raised(base, (exponent / 2.0).floor(), &[]);
        let square = self.push(Step::Product(half, half));
        if exponent % 2.0 == 0.0 {
            square
        } else {
            self.push(Step::Product(square, base))
        }
    }
}

/// The exponent of which many broken ones are whole multiples: a month of years, a day of years. One power
/// and products then make all of them.
fn unit(list: &[f64]) -> Option<f64> {
    const MOST: f64 = 1e4;
    let mut sorted: Vec<f64> = list.iter().copied().filter(|e| *e > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.len() < 4 || sorted.iter().all(|e| e.fract() == 0.0) {
        return None;
    }
    let apart = |list: &[f64]| -> Vec<f64> {
        let mut steps: Vec<f64> = list.windows(2).map(|pair| pair[1] - pair[0]).collect();
        steps.sort_by(f64::total_cmp);
        steps.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        steps.retain(|step| *step > 1e-9);
        steps
    };
    let steps = apart(&sorted);
    let unit = *apart(&steps).first().or(steps.first())?;
    let whole = |e: &f64| {
        let times = e / unit;
        (times - times.round()).abs() < 1e-6 && times < MOST
    };
    sorted.iter().all(whole).then_some(unit)
}

/// The next smaller exponent of a list and the step up from it, where the list goes up by few steps.
fn before(list: &[f64], exponent: f64) -> Option<(f64, f64)> {
    let mut positive: Vec<f64> = list.iter().copied().filter(|e| *e > 0.0).collect();
    positive.sort_by(f64::total_cmp);
    let rounded = |x: f64| (x * 1e9).round();
    let mut steps: Vec<f64> = positive.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    steps.dedup_by(|a, b| rounded(*a) == rounded(*b));
    if positive.len() < 4 || steps.len() * 2 > positive.len() {
        return None;
    }
    let at = positive.iter().position(|e| *e == exponent)?;
    let smaller = if at == 0 { 0.0 } else { positive[at - 1] };
    let step = steps
        .iter()
        .find(|step| rounded(**step) == rounded(exponent - smaller))?;
    (smaller > 0.0 || *step != exponent).then_some((smaller, *step))
}

/// Every exponent of every base.
pub(super) fn exponents(expressions: &Expressions) -> HashMap<Id, BTreeSet<u64>> {
    let mut powers: HashMap<Id, BTreeSet<u64>> = HashMap::new();
    for expression in &expressions.list {
        if let Expression::Power(base, exponent) = expression {
            let list = powers.entry(*base).or_default();
            list.insert(exponent.to_bits());
        }
    }
    // The first of whole powers is there without being written.
    for list in powers.values_mut() {
        if list.iter().all(|bits| f64::from_bits(*bits).fract() == 0.0) {
            list.insert(1f64.to_bits());
        }
    }
    powers
}
