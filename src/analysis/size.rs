//! Which hardware serves the workload of an own stack at the least cost?
//!
//! Every GPU of the catalog, in every precision and number of GPUs per replica that fits and keeps the
//! limits, is priced as `compare` would price it, staff and all; what does not serve says why.

mod alone;
mod pareto;
mod result;

use super::compare;
use super::vary::Varied;
use crate::catalog::AS_OF;
use crate::catalog::rows::GpuRow;
use crate::cost::{self, Fault, Month, capacity::SIZES};
use crate::diagnostic::Problem;
use crate::scenario::{Given, OptionSpec, Scenario, SelfHost, Supply};
pub use alone::{KEPT_OUT, of_hardware};
pub use result::{Failure, ParetoPoint, Row, Sized, Sizing};

/// What is asked for beside the scenario.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Ids of GPUs; all of the catalog where there are none.
    pub gpus: Vec<String>,
    /// Precisions; those below that of the published weights where there are none.
    pub precisions: Vec<String>,
    /// Whether the front of cost against speed is asked for.
    pub pareto: bool,
}

/// Sizes every own stack whose name passes.
///
/// # Errors
/// The problems of the scenario at its volume.
pub fn size(
    varied: &Varied<'_>,
    wanted: &Wanted,
    chosen: impl Fn(&str) -> bool,
) -> Result<Sizing, Vec<Problem>> {
    let scenario = varied.scenario;
    let volume: f64 = cost::volume(scenario).map_err(|problem| vec![problem])?;
    let gpus = gpus(varied, wanted);
    let mut options = Vec::new();
    for spec in scenario.options.iter().filter(|spec| chosen(&spec.name)) {
        if let Supply::SelfHost(own) = &spec.supply
            && own.model.is_some()
        {
            options.push(sized(varied, spec, own, &gpus, wanted, volume));
        }
    }
    Ok(Sizing {
        schema: "llmcost/size/1",
        scenario: scenario.name.clone(),
        requests_per_day: volume,
        options,
        catalog: AS_OF.to_string(),
    })
}

fn gpus(varied: &Varied<'_>, wanted: &Wanted) -> Vec<GpuRow> {
    let all = varied.catalog.all::<GpuRow>(|_| true).into_iter();
    let rows = all.map(|(row, _)| row);
    if wanted.gpus.is_empty() {
        return rows.collect();
    }
    let asked = wanted.gpus.iter();
    let found = asked.filter_map(|id| varied.catalog.find::<GpuRow>(id));
    found.map(|(row, _)| row).collect()
}

fn sized(
    varied: &Varied<'_>,
    spec: &OptionSpec,
    own: &SelfHost,
    gpus: &[GpuRow],
    wanted: &Wanted,
    volume: f64,
) -> Sized {
    let mut found = Found::default();
    for gpu in gpus {
        on_gpu(varied, spec, own, gpu, wanted, volume, &mut found);
    }
    found.rows.sort_by(|a, b| {
        let cost = a.monthly_usd.total_cmp(&b.monthly_usd);
        cost.then_with(|| a.key().cmp(&b.key()))
    });
    for (at, row) in found.rows.iter_mut().enumerate() {
        row.rank = at + 1;
    }
    Sized {
        name: spec.name.clone(),
        model: model_name(own),
        max_ttft_ms: own.max_ttft_ms.as_ref().map(|given| given.value.get()),
        max_tpot_ms: own.max_tpot_ms.as_ref().map(|given| given.value.get()),
        present: present(varied.scenario, spec, volume),
        ways: found.rows.len(),
        gpus_out: found.gpus_out(),
        pareto: wanted.pareto.then(|| pareto::front(found.points)),
        rows: found.rows,
        failures: found.failures,
    }
}

fn model_name(own: &SelfHost) -> String {
    let id = own.model.as_ref().and_then(|row| row.id.as_ref());
    id.map_or_else(String::new, |id| id.value.clone())
}

/// What was found so far.
#[derive(Default)]
struct Found {
    rows: Vec<Row>,
    failures: Vec<Failure>,
    points: Vec<ParetoPoint>,
}

impl Found {
    /// GPUs with failures and not one row, in the order of the catalog.
    fn gpus_out(&self) -> Vec<String> {
        let serves = |gpu: &str| self.rows.iter().any(|row| row.gpu == gpu);
        let failed = self.failures.iter().map(|it| it.gpu.clone());
        let mut out: Vec<String> = failed.filter(|gpu| !serves(gpu)).collect();
        out.dedup();
        out
    }
}

/// The option as the file has it, where it can be priced.
fn present(scenario: &Scenario, spec: &OptionSpec, volume: f64) -> Option<Row> {
    let at = scenario
        .options
        .iter()
        .position(|it| it.name == spec.name)?;
    row(scenario, at, volume).ok()
}

/// Everything that one GPU offers.
fn on_gpu(
    varied: &Varied<'_>,
    spec: &OptionSpec,
    own: &SelfHost,
    gpu: &GpuRow,
    wanted: &Wanted,
    volume: f64,
    found: &mut Found,
) {
    let id = gpu.id.as_ref().map_or("", |id| id.value.as_str());
    let mut scenario = match alone::scenario(varied, spec, own, id, volume) {
        Ok(scenario) => scenario,
        Err(problems) => {
            let why = problems.first().map_or("", |problem| &problem.message);
            found.failures.push(Failure {
                gpu: id.to_owned(),
                precision: None,
                gpus_per_replica: None,
                why: why.to_owned(),
            });
            return;
        }
    };
    for precision in precisions(varied, spec, own, gpu, wanted) {
        let mut served = false;
        for gpus in SIZES {
            // More than a node is for what no node serves.
            if gpus > cost::capacity::NODE_GPUS && served {
                break;
            }
            set(&mut scenario, own, &precision, gpus);
            match row(&scenario, 0, volume) {
                Ok(row) => {
                    served = true;
                    if wanted.pareto {
                        pareto::points(&mut scenario, volume, &mut found.points);
                    }
                    found.rows.push(row);
                }
                Err(why) => found.failures.push(Failure {
                    gpu: id.to_owned(),
                    precision: Some(precision.clone()),
                    gpus_per_replica: Some(gpus),
                    why,
                }),
            }
        }
    }
}

/// Precisions that are tried: the scenario's own, or that of the published weights and those below.
fn precisions(
    varied: &Varied<'_>,
    spec: &OptionSpec,
    own: &SelfHost,
    gpu: &GpuRow,
    wanted: &Wanted,
) -> Vec<String> {
    if !wanted.precisions.is_empty() {
        return wanted.precisions.clone();
    }
    if alone::states(varied, spec, "precision") {
        return vec![own.precision.clone()];
    }
    let four = if gpu.fp4_tflops.is_some() {
        "fp4"
    } else {
        "int4"
    };
    let below: &[&str] = match own.precision.as_str() {
        "bf16" => &["bf16", "fp8", four],
        "fp8" => &["fp8", four],
        _ => return vec![own.precision.clone()],
    };
    below.iter().map(|name| (*name).to_owned()).collect()
}

/// Gives the only option of a scenario a precision and a number of GPUs.
fn set(scenario: &mut Scenario, file: &SelfHost, precision: &str, gpus: u32) {
    let Supply::SelfHost(own) = &mut scenario.options[0].supply else {
        return;
    };
    own.gpus_per_replica = Some(Given::computed(gpus));
    if own.precision != precision {
        own.precision = precision.to_owned();
    }
    // A measurement is of the precision it was made in.
    let same = precision == file.precision && own.gpu_name == file.gpu_name;
    own.measured = if same {
        file.measured.clone()
    } else {
        Vec::new()
    };
}

/// Prices an option, or says why it cannot serve.
fn row(scenario: &Scenario, at: usize, volume: f64) -> Result<Row, String> {
    cost::replica_rate(scenario, at).map_err(why)?;
    let model = cost::model(&Month::of(scenario, 0), at).map_err(|problem| problem.message)?;
    let option = compare::option(scenario, at, &scenario.options[at], &model, volume);
    let mut row = result::row(&option).ok_or_else(|| "nothing runs on GPUs".to_owned())?;
    row.gpus_range = row.band_80.and_then(|band| {
        let gpus = |factor: f64| cost::gpus_at(scenario, at, factor, volume);
        Some([gpus(band)?, gpus(band.powi(-1))?])
    });
    Ok(row)
}

fn why(fault: Fault) -> String {
    match fault {
        Fault::DoesNotRun(why) => why,
        Fault::Wrong(problem) => match &problem.found {
            Some(found) => format!("{}: {found}", problem.message),
            None => problem.message,
        },
    }
}
