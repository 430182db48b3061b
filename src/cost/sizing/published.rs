//! Published points of the deployment that is asked about.

use std::sync::Arc;

use super::super::capacity::{GpuPeaks, ModelShape, NODE_GPUS};
use super::super::measured::{Case, Place, place_and_ratio, points};
use super::around::Around;
use super::basis::Whose;
use crate::catalog::rows::MeasuredRow;
use crate::catalog::{self, Fact};

/// A surface around published points, with the row that each of them stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The ratios.
    pub around: Arc<Around>,
    rows: Vec<usize>,
}

/// The published points behind a rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// How many points there are.
    pub points: usize,
    /// The row of the nearest.
    pub fact: Fact,
    /// Version of its engine.
    pub engine_version: String,
    /// Its input tokens, output tokens, requests in flight, GPUs.
    pub place: Place,
}

impl Published {
    /// Of the rows in this precision; none where no point of them runs as a replica does.
    pub fn new(
        rows: &[(MeasuredRow, bool)],
        precision: &str,
        model: &ModelShape,
        gpu: &GpuPeaks,
    ) -> Option<Self> {
        let (mut of, mut found) = (Vec::new(), Vec::new());
        for (at, (row, _)) in rows.iter().enumerate() {
            if row
                .precision
                .as_ref()
                .is_none_or(|text| text.value != precision)
            {
                continue;
            }
            for point in points(row, *model, *gpu).iter().filter_map(usable) {
                found.push(point);
                of.push(at);
            }
        }
        (!found.is_empty()).then(|| Self {
            around: Arc::new(Around::new(&found, 1.0, Whose::Published)),
            rows: of,
        })
    }

    /// The point nearest to a place.
    pub fn nearest(&self, rows: &[(MeasuredRow, bool)], place: Place) -> Nearest {
        let at = self.around.nearest(place);
        let (row, own) = &rows[self.rows[at]];
        let version = row.engine_version.as_ref();
        Nearest {
            points: self.around.points(),
            fact: catalog::fact(row, *own),
            engine_version: version.map_or_else(String::new, |text| text.value.clone()),
            place: self.around.place(at),
        }
    }
}

/// Where a case stands with its ratio, if its layers are split as those of a replica are and its rate is
/// one that the GPUs can have.
pub fn usable(case: &Case) -> Option<(Place, f64)> {
    let on = &case.deployment;
    let split = on.data_parallel == 1 && on.tensor_parallel == on.gpus.min(NODE_GPUS);
    let possible = case.output_tokens_per_second? <= case.bound();
    (split && possible).then(|| place_and_ratio(case)).flatten()
}
