//! What an option costs: every line of its ledger as a function of the volume.
//!
//! [`model`] prices one option in one month. Totals, shares, curves and break-evens are all read off its
//! [`Line`]s; the formulas of each subject live in a file of their own and cite `docs/model.md`.

pub mod capacity;
pub mod measured;

pub mod choice;

mod api;
mod fine_tune;
mod fleet;
mod line;
mod load;
mod mix;
mod mixed;
mod paid;
mod provisioned;
mod quality;
mod self_host;
mod sizing;
mod staff;

pub use fleet::Fleet;
pub use line::{Behaviour, Category, Factor, Line};
pub use mix::scenario_tokens;
pub use paid::Paid;
pub use self_host::recovery_factor;
pub use sizing::{Bands, Basis, Fault, Figures, Nearest, Rate, Whose, gpu_peaks, model_shape};

use crate::curve::Curve;
use crate::date::Date;
use crate::diagnostic::Problem;
use crate::real::Real;
use crate::scenario::{Api, OptionSpec, Scenario, Serving, Supply, Volume};
use crate::warning::Warning;
use load::Load;

/// A month of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Month<'a> {
    /// The plan.
    pub scenario: &'a Scenario,
    /// Months since the start.
    pub index: u32,
    /// Day at which its prices are looked up.
    pub day: Date,
}

impl<'a> Month<'a> {
    /// The month `index` of a plan: the first at the start day, later ones at their first day, all at
    /// one date where prices are pinned.
    pub fn of(scenario: &'a Scenario, index: u32) -> Self {
        let own = match index {
            0 => scenario.start,
            _ => scenario.start.first_of_month_after(index),
        };
        Self {
            scenario,
            index,
            day: scenario.prices_as_of.unwrap_or(own),
        }
    }
}

/// An option priced in one month, over the volume of the scenario [requests/day].
#[derive(Clone, Debug, Default)]
pub struct OptionModel {
    /// Every line of the ledger.
    pub lines: Vec<Line>,
    /// GPUs in the busiest hour.
    pub gpus: Curve,
    /// Each own fleet behind it.
    pub capacity: Vec<Capacity>,
    /// Provisioned units.
    pub units: Option<UnitFigures>,
    /// Training figures.
    pub fine_tune: Option<FineTuneFigures>,
    /// Reviewers needed, not yet rounded up unless whole ones are paid.
    pub reviewers: Option<Curve>,
    /// Highest volume that can be served [requests/day], where hardware is fixed.
    pub max_volume: Option<Real>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// An own fleet.
#[derive(Clone, Debug)]
pub struct Capacity {
    /// GPU.
    pub gpu: String,
    /// Precision of the weights.
    pub precision: String,
    /// One replica.
    pub rate: Rate,
    /// Replicas and GPUs.
    pub fleet: Fleet,
    /// Billed requests a second on the mean of the hours of use.
    pub load: Curve,
    /// Requests a day that make one request a second.
    pub full_load_per_day: Real,
    /// Hours in which the machines run.
    pub hours_per_month: f64,
    /// Load that replicas are planned for.
    pub target_utilization: f64,
    /// Whether latency limits hold on the `mean` or at the `p99`.
    pub latency_percentile: String,
    /// Busiest moment over the mean of its hour.
    pub peak_inside_hour: f64,
    /// What replicas are taken to do over what is stated or estimated.
    pub throughput_error: f64,
}

impl Capacity {
    /// Mean load over the capacity that is paid for, whole nodes and spares included.
    pub fn utilization(&self, volume: f64) -> f64 {
        let replicas = self.fleet.paid_gpus.at(volume) / self.rate.gpus.get();
        let bought = replicas * self.rate.requests_per_second.get();
        if bought > 0.0 {
            self.load.at(volume) / bought
        } else {
            0.0
        }
    }
}

/// Figures of provisioned throughput.
#[derive(Clone, Debug)]
pub struct UnitFigures {
    /// Units bought.
    pub units: Curve,
    /// Units' worth of mean load.
    pub load: Curve,
    /// Price of a unit [USD/month].
    pub usd_per_unit_month: f64,
    /// Utilization from which a unit is cheaper than the same tokens at pay-as-you-go.
    pub break_even_utilization: Option<f64>,
}

/// Figures of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct FineTuneFigures {
    /// One run (USD).
    pub run_usd: f64,
    /// One (re)training with failed runs and evaluation (USD).
    pub training_usd: f64,
    /// GPU hours of a run, on own GPUs.
    pub gpu_hours: Option<f64>,
}

impl OptionModel {
    /// Sum of all lines [USD/month].
    pub fn total(&self) -> Curve {
        self.sum(&self.lines, |_| true)
    }

    /// Sum of a category's lines.
    pub fn of_category(&self, category: Category) -> Curve {
        self.sum(&self.lines, |line| line.category == category)
    }

    /// Cash paid at the start (USD).
    pub fn upfront(&self) -> Curve {
        let mut sum = Curve::default();
        for paid in self.lines.iter().filter_map(|line| line.upfront.as_ref()) {
            sum.add(paid, 1.0);
        }
        sum
    }

    /// Cash paid every month: what is neither paid once nor written off.
    pub fn running(&self) -> Curve {
        self.sum(&self.lines, |line| line.upfront.is_none())
    }

    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn limit_volume(&mut self, limit: Option<Real>) {
        self.max_volume = match (self.max_volume, limit) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// What one replica of an own stack does for its part of the workload.
///
/// # Errors
/// Why it does not serve; an option that is no own stack does not.
pub fn replica_rate(scenario: &Scenario, at: usize) -> Result<Rate, Fault> {
    let spec = &scenario.options[at];
    let Supply::SelfHost(own) = &spec.supply else {
        return Err("it runs on no GPUs of its own".to_owned().into());
    };
    let mix = mix::mean_mix(&scenario.workload, &spec.common);
    sizing::rate(own, &mix, &scenario.workload)
}

/// GPUs of an own stack in the busiest hour of a volume if its replicas do `factor` times their rate;
/// none for any other option.
pub fn gpus_at(scenario: &Scenario, at: usize, factor: f64, volume: f64) -> Option<f64> {
    let Supply::SelfHost(own) = &scenario.options[at].supply else {
        return None;
    };
    let mut rate = replica_rate(scenario, at).ok()?;
    rate.requests_per_second *= factor;
    let load = Load::whole(&scenario.workload.shape.weights);
    let fleet = fleet::fleet(own, &rate, &load, &Month::of(scenario, 0));
    Some(fleet.gpus.at(volume))
}

/// Prices an option of a scenario in a month.
///
/// # Errors
/// A problem at the option's place: its model does not run on its GPUs.
pub fn model(month: &Month<'_>, index: usize) -> Result<OptionModel, Problem> {
    let load = Load::whole(&month.scenario.workload.shape.weights);
    let spec = &month.scenario.options[index];
    let mut out = OptionModel::default();
    match &spec.supply {
        Supply::Hybrid(hybrid) => mixed::lines(hybrid, spec, &load, month, &mut out)?,
        _ => single(spec, &load, month, &mut out)?,
    }
    out.lines
        .sort_by_key(|line| (line.part.clone(), line.category));
    out.lines.sort_by_key(|line| line.category);
    Ok(out)
}

/// Lines of an option that is no mix.
fn single(
    spec: &OptionSpec,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) -> Result<(), Problem> {
    if let Supply::FineTune(tune) = &spec.supply {
        fine_tune::check_memory(tune)?;
    }
    supplied(spec, load, month, out).map_err(|fault| fault.problem(spec))?;
    staff::upkeep(&spec.common, month, out);
    staff::lines(&spec.common, month, out);
    quality::lines(&spec.common, load, month, out);
    quality::amounts(&spec.common, load, month, out);
    quality::shares(&spec.common, out);
    staff::share(&spec.common, out);
    Ok(())
}

fn supplied(
    spec: &OptionSpec,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) -> Result<(), Fault> {
    match &spec.supply {
        Supply::Api(api) => tokens(api, spec, load, month, out),
        Supply::SelfHost(own) => self_host::lines(own, &spec.common, load, month, out)?,
        Supply::FineTune(tune) => {
            fine_tune::lines(tune, month, out);
            match &tune.serving {
                Serving::Hosted {
                    api,
                    deployments,
                    hosting_usd_per_hour,
                } => fine_tune::hosted(
                    api,
                    deployments,
                    hosting_usd_per_hour,
                    &spec.common,
                    load,
                    month,
                    out,
                ),
                Serving::Own(at) => own_gpus(*at, spec, load, month, out)?,
            }
        }
        Supply::Hybrid(_) => {}
    }
    Ok(())
}

fn tokens(api: &Api, spec: &OptionSpec, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    match &api.provisioned {
        Some(units) => provisioned::lines(api, units, &spec.common, load, month, out),
        None => api::usage(api, &spec.common, load, month, out),
    }
}

/// A tuned model on the GPUs of a self-hosted option: its hardware, the tuned model's prompts; its
/// staff too, unless the tuned option names its own.
fn own_gpus(
    at: usize,
    spec: &OptionSpec,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) -> Result<(), Fault> {
    let host = &month.scenario.options[at];
    let Supply::SelfHost(own) = &host.supply else {
        return Ok(());
    };
    self_host::lines(own, &spec.common, load, month, out)?;
    if !spec.common.staff_given && spec.common.staff_share.is_none() {
        staff::lines(&host.common, month, out);
    }
    Ok(())
}

/// Volume of the first month [requests/day].
///
/// # Errors
/// The problem of the option whose capacity it is.
pub fn volume(scenario: &Scenario) -> Result<f64, Problem> {
    demand(scenario).map(Real::get)
}

/// Volume of the first month [requests/day], with its record.
///
/// # Errors
/// The problem of the option whose capacity it is.
pub fn demand(scenario: &Scenario) -> Result<Real, Problem> {
    match &scenario.workload.volume {
        Volume::PerDay(given) => Ok(given.value),
        Volume::AtCapacityOf(at) => {
            let model = model(&Month::of(scenario, 0), *at)?;
            // Demand equal to capacity means every hour is full: the peak of the day plays no part.
            let full = model.capacity.iter().map(|capacity| {
                let replicas = capacity.fleet.serving.at(Real::ONE);
                replicas * capacity.rate.requests_per_second * capacity.full_load_per_day
            });
            Ok(full.sum())
        }
    }
}

/// Billed requests of a month at a volume.
pub fn billed_requests<N: Into<Real> + From<Real>>(scenario: &Scenario, volume: N) -> N {
    let requests =
        volume.into() * scenario.days_per_month.value * (1.0 + scenario.workload.retry_share.value);
    requests.into()
}

#[cfg(test)]
mod tests;
