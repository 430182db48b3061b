//! Own points over the estimate: one corrects it everywhere, several between them.
//!
//! The ratio of measured to estimated throughput changes slowly with the load, far slower than the
//! throughput itself; so the ratio is interpolated. At the same lengths and on the same GPUs that is a
//! line over the logarithm of the requests in flight, held outside the points; where three or more points
//! differ in lengths or GPUs, it is a surface over all of them, around their mean.

use super::super::capacity::{Replica, Shape, max_batch, requests_per_second, throughput_bound};
use super::super::measured::Place;
use super::around::Around;
use super::basis::{Basis, Whose};
use super::serve::Contradiction;
use crate::scenario::Measured;

/// Lengths within this share of a measurement's count as the same.
const SAME_LENGTH: f64 = 0.1;
/// From so many points on a surface takes lengths and GPUs into account.
const ENOUGH: usize = 3;

/// A measured point, over the estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ratio {
    place: Place,
    value: f64,
    /// Whether it was measured at the lengths that are asked for.
    same_lengths: bool,
}

impl Ratio {
    fn concurrency(&self) -> f64 {
        self.place[2]
    }
}

/// The ratios of a deployment, in the order of their concurrency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ratios(Vec<Ratio>);

impl Ratios {
    /// Sets the points against the estimate of the same load, each on the GPUs it was measured on.
    ///
    /// # Errors
    /// A point above what the GPUs can do.
    pub fn new<'a>(
        points: &[Measured],
        replica: impl Fn(&Measured) -> Replica<'a>,
        asked: &Shape,
    ) -> Result<Self, Contradiction> {
        let mut ratios = Vec::with_capacity(points.len());
        for (at, point) in points.iter().enumerate() {
            ratios.push(ratio(at, point, &replica(point), asked)?);
        }
        Ok(Self(ratios))
    }

    /// Whether the ratio depends on the load.
    pub fn varies(&self) -> bool {
        self.0.len() > 1
    }

    /// The surface over the points, where they are enough and differ in more than their load.
    pub fn surface(&self) -> Option<Around> {
        let [first, others @ ..] = &self.0[..] else {
            return None;
        };
        let apart = |it: &Ratio| [0, 1, 3].iter().any(|at| it.place[*at] != first.place[*at]);
        if self.0.len() < ENOUGH || !others.iter().any(apart) {
            return None;
        }
        let logs: f64 = self.0.iter().map(|it| it.value.ln()).sum();
        let mean = (logs / self.0.len() as f64).exp();
        let points: Vec<(Place, f64)> = self.0.iter().map(|it| (it.place, it.value)).collect();
        Some(Around::new(&points, mean, Whose::Own))
    }

    /// Measured over estimated throughput with so many requests in flight; 1 without points.
    pub fn at(&self, batch: f64) -> f64 {
        let after = self.0.partition_point(|it| it.concurrency() <= batch);
        match (after.checked_sub(1).map(|at| self.0[at]), self.0.get(after)) {
            (Some(low), Some(high)) => between(low, *high, batch),
            (Some(one), None) => one.value,
            (None, Some(one)) => one.value,
            (None, None) => 1.0,
        }
    }

    /// What a rate at this load stands on.
    pub fn basis(&self, batch: f64) -> Basis {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else {
            return Basis::Estimated;
        };
        let inside = (first.concurrency()..=last.concurrency()).contains(&batch);
        let same = self.0.iter().all(|it| it.same_lengths);
        if self.varies() && inside && same {
            Basis::Measured(Whose::Own)
        } else {
            Basis::Calibrated(Whose::Own)
        }
    }
}

/// Between two points: straight in the logarithms of load and ratio.
fn between(low: Ratio, high: Ratio, batch: f64) -> f64 {
    if high.concurrency() <= low.concurrency() {
        return low.value;
    }
    let whole = (high.concurrency() / low.concurrency()).ln();
    let share = (batch / low.concurrency()).ln() / whole;
    low.value * (high.value / low.value).powf(share)
}

fn ratio(
    at: usize,
    point: &Measured,
    replica: &Replica<'_>,
    asked: &Shape,
) -> Result<Ratio, Contradiction> {
    let shape = Shape {
        input_tokens: point.input_tokens.unwrap_or(asked.input_tokens),
        output_tokens: point.output_tokens.unwrap_or(asked.output_tokens).max(1.0),
        ..*asked
    };
    // What does not fit in memory waits, whatever the client keeps in flight.
    let held = max_batch(replica, &shape).floor().max(1.0);
    let batch = point.concurrency.clamp(1.0, held);
    let measured = point.output_tokens_per_second;
    let bound = throughput_bound(replica, &shape, batch);
    if measured > bound {
        return Err(Contradiction {
            point: at,
            measured,
            bound,
            concurrency: point.concurrency,
            gpus: replica.gpus,
        });
    }
    let estimated = shape.output_tokens * requests_per_second(replica, &shape, batch);
    let same = |a: f64, b: f64| (a - b).abs() <= SAME_LENGTH * b;
    Ok(Ratio {
        place: [
            shape.input_tokens,
            shape.output_tokens,
            batch,
            f64::from(replica.gpus),
        ],
        value: measured / estimated,
        same_lengths: same(shape.input_tokens, asked.input_tokens)
            && same(shape.output_tokens, asked.output_tokens),
    })
}
