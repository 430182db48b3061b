//! Measurements of a deployment: the user's own, and those that the catalog has.

use std::sync::Arc;

use super::super::file::SelfHostFile;
use super::super::{Measured, measured};
use super::context::Context;
use crate::catalog::Catalog;
use crate::catalog::rows::{GpuRow, MeasuredRow, ModelRow};
use crate::diagnostic::Problem;
use crate::table::Text;

/// The user's measurements of the deployment, which correct the estimate.
pub fn own(file: &SelfHostFile, cx: &mut Context<'_>) -> Vec<Measured> {
    let Some(given) = &file.measured else {
        return Vec::new();
    };
    if let Some(throughput) = &file.throughput {
        cx.problem(
            Problem::new(throughput.0.place, "a throughput beside measurements")
                .found("`throughput` and `measured`")
                .expected(
                    "throughput for the workload itself, or measured points to get there from",
                ),
        );
    }
    measured::read(given, cx.problems)
}

/// The catalog's measurements of a model on a GPU under an engine, in every precision.
///
/// Points of another engine are further off than the estimate (`docs/capacity.md`), so nothing is asked
/// where none is named. Whoever states `engine_factor` knows the engine better.
pub fn published(
    file: &SelfHostFile,
    model: Option<&ModelRow>,
    gpu: Option<&GpuRow>,
    catalog: &Catalog,
) -> Arc<[(MeasuredRow, bool)]> {
    let own = file.throughput.is_some() || file.engine_factor.is_some();
    let known = |id: Option<&Text>| id.map(|id| id.value.clone());
    let model = model.and_then(|row| known(row.id.as_ref()));
    let gpu = gpu.and_then(|row| known(row.id.as_ref()));
    let (Some(model), Some(gpu), Some(engine)) = (model, gpu, &file.engine) else {
        return Arc::default();
    };
    if own || file.model_config.is_some() {
        return Arc::default();
    }
    let engine = match engine.value.as_str() {
        "tensorrt-llm" => "trtllm",
        other => other,
    };
    let is = |text: &Option<Text>, asked: &str| text.as_ref().is_some_and(|it| it.value == asked);
    // The lines of a row stand in this order (tests/catalog.rs): only what matches is parsed.
    let lines = format!("\nmodel = \"{model}\"\ngpu = \"{gpu}\"\n");
    let named = format!("\nengine = \"{engine}\"\n");
    let rows = catalog.holding::<MeasuredRow>(&[&lines, &named]);
    let same =
        |row: &MeasuredRow| is(&row.model, &model) && is(&row.gpu, &gpu) && is(&row.engine, engine);
    rows.into_iter().filter(|(row, _)| same(row)).collect()
}
