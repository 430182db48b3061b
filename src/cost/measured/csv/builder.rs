//! Rows of a table as cases, or why they are none.

use std::collections::HashMap;

use super::super::names::{Names, engine, precision};
use super::super::{Case, Constants, Deployment, GpuPeaks, ModelShape};
use super::notes::{OpenLoop, speculates, split};
use super::row::{Row, Why};
use crate::catalog::Catalog;
use crate::cost::capacity::Shape;
use crate::cost::sizing::{gpu_peaks, model_shape};

/// InferenceX draws lengths between 0.8 and 1 of the label.
const INFERENCEX_LENGTH: f64 = 0.9;

/// Makes cases of rows; a deployment's rows of the catalog are looked up once.
pub struct Builder<'a> {
    names: Names,
    catalog: &'a Catalog,
    rows: HashMap<(String, String), Option<(ModelShape, GpuPeaks)>>,
}

impl<'a> Builder<'a> {
    /// With the facts of a catalog.
    pub fn new(catalog: &'a Catalog) -> Self {
        Self {
            names: Names::of(catalog),
            catalog,
            rows: HashMap::new(),
        }
    }

    /// The case of a record with as many fields as the header.
    pub fn read(
        &mut self,
        record: &::csv::StringRecord,
        columns: &HashMap<String, usize>,
        width: usize,
    ) -> Result<Case, Why> {
        if record.len() == width {
            return self.case(&Row { record, columns });
        }
        let found = format!("{} fields where the header has {width}", record.len());
        Err(Why::new("torn row", found))
    }

    fn case(&mut self, row: &Row<'_>) -> Result<Case, Why> {
        let deployment = self.deployment(row)?;
        let note = row.text("note");
        let share = if note.contains("InferenceX") {
            INFERENCEX_LENGTH
        } else {
            1.0
        };
        let shape = Shape::new(share * row.needed("isl")?, share * row.needed("osl")?);
        let (mut rate, mut tpot) = (row.number("output_tok_per_s")?, row.number("tpot_ms")?);
        let mut concurrency = row.number("concurrency")?;
        if row.text("scenario") == "server" {
            let load = OpenLoop::of(note);
            concurrency = concurrency.or(load.requests);
            if load.offered.is_some() {
                tpot = None;
            }
            if !load.saturated() {
                rate = None;
            }
        }
        if speculates(note) {
            let why = "speculative decoding, whose accepted tokens a step are not published";
            return Err(Why::new(why, note));
        }
        if rate.is_none() && tpot.is_none() {
            let why = "no throughput that the GPUs set";
            return Err(Why::new(why, row.text("scenario")));
        }
        let case = Case {
            deployment,
            shape,
            concurrency,
            output_tokens_per_second: rate,
            tpot_s: tpot.map(|ms| ms / 1e3),
            source: row.text("source").to_owned(),
            as_of: row.text("date").to_owned(),
            engine_version: row.text("engine").to_owned(),
        };
        possible(case)
    }

    fn deployment(&mut self, row: &Row<'_>) -> Result<Deployment, Why> {
        let unknown = |what: &str, found: &str| Why::new(&format!("unknown {what}"), found);
        let name = row.text("model");
        let model_id = self.names.model(name);
        let model_id = model_id.ok_or_else(|| unknown("model", name))?.to_owned();
        let name = row.text("gpu");
        let gpu_id = self.names.gpu(name);
        let gpu_id = gpu_id.ok_or_else(|| unknown("GPU", name))?.to_owned();
        let precision_text = row.text("precision");
        let precision_name =
            precision(precision_text).ok_or_else(|| unknown("precision", precision_text))?;
        let engine =
            engine(row.text("engine")).ok_or_else(|| unknown("engine", row.text("engine")))?;
        let shapes = self.shapes(&model_id, &gpu_id);
        let (model, gpu) = shapes.ok_or_else(|| unknown("model", row.text("model")))?;
        let (gpus, tensor_parallel) = (row.count("n_gpus")?, row.count("tp")?);
        let (tensor_parallel, data_parallel) = split(gpus, tensor_parallel, row.text("note"));
        if tensor_parallel * data_parallel > gpus {
            let found = format!("{tensor_parallel} x {data_parallel} on {gpus} GPUs");
            return Err(Why::new("impossible number", found));
        }
        Ok(Deployment {
            precision: Deployment::precision_of(precision_name, &model, &gpu, engine),
            model_id,
            gpu_id,
            model,
            gpu,
            precision_name,
            engine,
            gpus,
            tensor_parallel,
            data_parallel,
        })
    }

    fn shapes(&mut self, model: &str, gpu: &str) -> Option<(ModelShape, GpuPeaks)> {
        let key = (model.to_owned(), gpu.to_owned());
        *self.rows.entry(key).or_insert_with(|| {
            let (model, gpu) = Names::rows(self.catalog, model, gpu)?;
            Some((model_shape(&model), gpu_peaks(&gpu)))
        })
    }
}

/// A case within what memory and the peaks of the data sheet allow.
fn possible(case: Case) -> Result<Case, Why> {
    if let Err(misfit) = case.estimate(Constants::FITTED) {
        return Err(Why::new("does not fit in memory", misfit.to_string()));
    }
    let bound = case.bound();
    match case.output_tokens_per_second {
        Some(rate) if rate > bound => Err(Why::new(
            "above what memory bandwidth and arithmetic allow",
            format!("{rate:.0} output tokens/s, at most {bound:.0}"),
        )),
        _ => Ok(case),
    }
}
