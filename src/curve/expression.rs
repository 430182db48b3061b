//! A curve as plain data, for whoever evaluates it elsewhere: a page with a slider.

use serde::Serialize;

use super::{Curve, Part};

/// `c + s r + sum of f x part(r)` over the volume r, the same sum as [`Curve::at`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expression {
    /// The constant.
    pub c: f64,
    /// The slope.
    pub s: f64,
    /// Parts with their factors.
    pub p: Vec<(f64, Term)>,
}

/// A part that is not straight.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Term {
    /// Rounded up to whole things ([`crate::real::whole`]).
    Whole(Box<Expression>),
    /// The larger one.
    Max(Box<[Expression; 2]>),
    /// The smaller one.
    Min(Box<[Expression; 2]>),
}

impl Curve {
    /// The curve as plain data.
    pub fn expression(&self) -> Expression {
        let of = |curve: &Self| curve.expression();
        let term = |part: &Part| match part {
            Part::Whole(_, inner) => Term::Whole(Box::new(of(inner))),
            Part::Max(a, b) => Term::Max(Box::new([of(a), of(b)])),
            Part::Min(a, b) => Term::Min(Box::new([of(a), of(b)])),
        };
        Expression {
            c: self.constant.get(),
            s: self.slope.get(),
            p: self
                .parts
                .iter()
                .map(|(factor, part)| (factor.get(), term(part)))
                .collect(),
        }
    }
}

impl Expression {
    /// Its value at a volume, evaluated as the page does it.
    pub fn at(&self, volume: f64) -> f64 {
        let parts: f64 = self
            .p
            .iter()
            .map(|(factor, term)| factor * term.at(volume))
            .sum();
        self.c + self.s * volume + parts
    }
}

impl Term {
    fn at(&self, volume: f64) -> f64 {
        match self {
            Self::Whole(inner) => crate::real::whole(inner.at(volume)),
            Self::Max(pair) => pair[0].at(volume).max(pair[1].at(volume)),
            Self::Min(pair) => pair[0].at(volume).min(pair[1].at(volume)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cause;
    use super::*;

    #[test]
    fn the_data_give_the_same_values_as_the_curve() {
        let stairs = Curve::linear(0.01).rounded_up(Cause::Replica).times(5.0);
        let curve = stairs.max(&Curve::constant(20.0)).plus(&Curve::linear(0.3));
        let data = curve.expression();
        for volume in [0.0, 1.0, 100.0, 399.0, 401.0, 1e6] {
            assert_eq!(data.at(volume), curve.at(volume));
        }
    }

    #[test]
    fn the_data_are_small_json() {
        let curve = Curve::linear(2.0).min(&Curve::constant(7.0));
        assert_eq!(
            serde_json::to_string(&curve.expression()).unwrap(),
            r#"{"c":0.0,"s":0.0,"p":[[1.0,{"min":[{"c":0.0,"s":2.0,"p":[]},{"c":7.0,"s":0.0,"p":[]}]}]]}"#
        );
    }
}
