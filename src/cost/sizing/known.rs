//! What measurements say of a replica at the lengths that are asked for: own points first, then published
//! ones, else nothing.

use std::sync::Arc;

use super::super::measured::Place;
use super::around::Around;
use super::basis::{Basis, Whose};
use super::calibrate::Ratios;

/// Cached prompts beyond this share are none that published points have.
const CACHED: f64 = 0.1;

/// Measurements over the estimate, by the requests in flight.
#[derive(Clone, Debug)]
pub enum Known {
    /// None: the estimate stands.
    Nothing,
    /// Points of one load after the other.
    Line(Ratios),
    /// Points that differ in lengths and GPUs, too.
    Surface {
        /// The points.
        around: Arc<Around>,
        /// Input tokens, output tokens and GPUs that are asked for.
        asked: [f64; 3],
        /// Whether the load is one that the points may have been measured at.
        alike: bool,
    },
}

impl Known {
    /// Of the user's own points.
    pub fn own(ratios: Ratios, asked: [f64; 3]) -> Self {
        match ratios.surface() {
            Some(around) => Self::Surface {
                around: Arc::new(around),
                asked,
                alike: true,
            },
            None => Self::Line(ratios),
        }
    }

    /// Of published points, where they reach the lengths that are asked for.
    pub fn published(around: &Arc<Around>, asked: [f64; 3], cached_share: f64) -> Self {
        if !around.reaches(asked[0], asked[1]) {
            return Self::Nothing;
        }
        Self::Surface {
            around: Arc::clone(around),
            asked,
            alike: cached_share <= CACHED,
        }
    }

    /// Whether the ratio depends on the load.
    pub fn varies(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Line(ratios) => ratios.varies(),
            Self::Surface { .. } => true,
        }
    }

    /// Whether the points are of an engine of their own, whatever the scenario takes it for.
    pub fn is_published(&self) -> bool {
        matches!(self, Self::Surface { around, .. } if around.whose() == Whose::Published)
    }

    /// Measured over estimated throughput with so many requests in flight.
    pub fn at(&self, batch: f64) -> f64 {
        match self {
            Self::Nothing => 1.0,
            Self::Line(ratios) => ratios.at(batch),
            Self::Surface { around, asked, .. } => around.ratio(place(*asked, batch)),
        }
    }

    /// What a rate at this load stands on.
    pub fn basis(&self, batch: f64) -> Basis {
        match self {
            Self::Nothing => Basis::Estimated,
            Self::Line(ratios) => ratios.basis(batch),
            Self::Surface {
                around,
                asked,
                alike,
            } => match around.basis(place(*asked, batch)) {
                Basis::Measured(whose) if !alike => Basis::Calibrated(whose),
                basis => basis,
            },
        }
    }
}

/// A load as the points have theirs.
pub fn place([input, output, gpus]: [f64; 3], batch: f64) -> Place {
    [input, output, batch, gpus]
}
