//! The catalog's measurements as cases.

use super::names;
use super::surface::Place;
use super::{Case, Deployment};
use crate::catalog::Catalog;
use crate::catalog::rows::{GpuRow, MeasuredRow, ModelRow};
use crate::cost::capacity::{Constants, GpuPeaks, ModelShape, Shape};
use crate::cost::sizing::{gpu_peaks, model_shape};
use crate::table::{Num, Text};

/// The points of every measured deployment of the catalog, in the order of its files.
#[must_use]
pub fn cases(catalog: &Catalog) -> Vec<Case> {
    let mut list = Vec::new();
    for (row, _) in catalog.all::<MeasuredRow>(|_| true) {
        list.extend(cases_of(catalog, &row));
    }
    list
}

/// Where a case stands, and its measured over its estimated throughput.
#[must_use]
pub fn place_and_ratio(case: &Case) -> Option<(Place, f64)> {
    let estimated = case.estimate(Constants::FITTED).ok()?;
    let ratio = case.output_tokens_per_second? / estimated.output_tokens_per_second;
    let place = [
        case.shape.input_tokens,
        case.shape.output_tokens,
        estimated.batch,
        f64::from(case.deployment.gpus),
    ];
    Some((place, ratio))
}

fn text(text: Option<&Text>) -> &str {
    text.map_or("", |text| &text.value)
}

fn numbers(list: Option<&Vec<Num>>) -> Vec<f64> {
    list.map_or_else(Vec::new, |list| {
        list.iter().map(|num| num.input.median()).collect()
    })
}

fn cases_of(catalog: &Catalog, row: &MeasuredRow) -> Vec<Case> {
    let found = catalog.find::<ModelRow>(text(row.model.as_ref()));
    let (Some((model, _)), Some((gpu, _))) =
        (found, catalog.find::<GpuRow>(text(row.gpu.as_ref())))
    else {
        return Vec::new();
    };
    points(row, model_shape(&model), gpu_peaks(&gpu))
}

/// The points of a row of the catalog, whose model and GPU are these.
#[must_use]
pub fn points(row: &MeasuredRow, model: ModelShape, gpu: GpuPeaks) -> Vec<Case> {
    let Some(deployment) = deployment(row, model, gpu) else {
        return Vec::new();
    };
    let columns = [
        numbers(row.input_tokens.as_ref()),
        numbers(row.output_tokens.as_ref()),
        numbers(row.concurrency.as_ref()),
        numbers(row.output_tokens_per_second.as_ref()),
        numbers(row.tpot_ms.as_ref()),
    ];
    let above_zero = |number: f64| (number > 0.0).then_some(number);
    (0..columns[0].len())
        .filter_map(|at| {
            let cell = |column: usize| columns[column].get(at).copied();
            Some(Case {
                deployment: deployment.clone(),
                shape: Shape::new(cell(0)?, cell(1)?),
                concurrency: above_zero(cell(2)?),
                output_tokens_per_second: above_zero(cell(3)?),
                tpot_s: cell(4).and_then(above_zero).map(|ms| ms / 1e3),
                source: text(row.source.as_ref()).to_owned(),
                as_of: row.as_of.map_or_else(String::new, |day| day.to_string()),
                engine_version: text(row.engine_version.as_ref()).to_owned(),
            })
        })
        .collect()
}

fn deployment(row: &MeasuredRow, model: ModelShape, gpu: GpuPeaks) -> Option<Deployment> {
    let precision_name = names::precision(text(row.precision.as_ref()))?;
    let engine = names::engine(text(row.engine.as_ref()))?;
    let count = |num: Option<&Num>| num.map_or(1, |num| num.input.median() as u32);
    Some(Deployment {
        precision: Deployment::precision_of(precision_name, &model, &gpu, engine),
        model_id: text(row.model.as_ref()).to_owned(),
        gpu_id: text(row.gpu.as_ref()).to_owned(),
        model,
        gpu,
        precision_name,
        engine,
        gpus: count(row.gpus.as_ref()),
        tensor_parallel: count(row.tensor_parallel.as_ref()),
        data_parallel: count(row.data_parallel.as_ref()),
    })
}
