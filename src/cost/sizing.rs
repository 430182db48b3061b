//! Throughput of one replica (`docs/model.md` section 5.2): what the scenario states, else the capacity
//! estimate, corrected by what the user measured.
//!
//! | file | what it holds |
//! |---|---|
//! | `basis` | where a rate comes from, and how far off it may be |
//! | `asked` | the numbers of a scenario that an estimate depends on |
//! | `serve` | the estimate as one function of plain numbers |
//! | `known` | what measurements say at the lengths that are asked for |
//! | `calibrate` | own points over the estimate |
//! | `published` | the catalog's points of the same deployment |
//! | `around` | a surface around points that differ in lengths and GPUs |
//! | `spread` | requests of different sizes in one memory |
//! | `rows` | rows of the catalog as the equations take them |

mod around;
mod asked;
mod basis;
mod calibrate;
mod known;
mod published;
mod rows;
mod serve;
mod spread;

use std::sync::Arc;

use super::capacity::Limit;
use super::mix::Mix;
use crate::diagnostic::{Place, Problem};
use crate::real::{Function, Real, answer};
use crate::scenario::{OptionSpec, SelfHost, Throughput, Workload};
use asked::{ASKED, Asked};
pub use basis::{Bands, Basis, Whose};
pub use published::Nearest;
pub use rows::{gpu_peaks, model_shape};
use serve::{SERVED, Served, Stack, serve};

/// What one replica does at full load.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Requests a second.
    pub requests_per_second: Real,
    /// GPUs in it.
    pub gpus: Real,
    /// Where the rate comes from.
    pub basis: Basis,
    /// What stands behind it, where it was estimated.
    pub figures: Option<Figures>,
    /// The published points that it stands on, where it does.
    pub published: Option<Nearest>,
}

/// What stands behind an estimated rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Requests in flight.
    pub batch: f64,
    /// Time per output token (s).
    pub tpot_s: f64,
    /// Time to first token (s); rough.
    pub ttft_s: f64,
    /// Bytes that the weights take.
    pub weights_bytes: f64,
    /// Bytes that the KV cache of the requests in flight takes.
    pub cache_bytes: f64,
    /// Bytes that both may take.
    pub usable_bytes: f64,
    /// GPUs that split each layer.
    pub tensor_parallel: f64,
    /// Nodes that the replica spans.
    pub nodes: f64,
    /// What keeps the batch from being larger.
    pub limit: Limit,
    /// Measured over estimated throughput at this batch; 1 without measurements.
    pub measured_ratio: f64,
    /// Throughput of the engine over the estimate's.
    pub engine_factor: f64,
    /// Share of the throughput that is left on several nodes; 1 on one.
    pub node_share: f64,
}

impl Rate {
    /// How sure the rate is, in words.
    pub fn band_text(&self) -> Option<String> {
        let bands = self.basis.bands()?;
        Some(format!(
            "80 % of such {} are within x/{} of a measurement",
            self.basis.plural(),
            bands.p80
        ))
    }
}

/// Why an option cannot be priced.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Its model does not run on its GPUs, in words.
    DoesNotRun(String),
    /// What is wrong with an input, at its place.
    Wrong(Box<Problem>),
}

impl From<String> for Fault {
    fn from(why: String) -> Self {
        Self::DoesNotRun(why)
    }
}

impl Fault {
    /// The problem of an option.
    pub fn problem(self, spec: &OptionSpec) -> Problem {
        match self {
            Self::Wrong(problem) => *problem,
            Self::DoesNotRun(why) => Problem::new(
                spec.place,
                format!("`{}` cannot serve this workload: {why}", spec.name),
            )
            .hint(
                "choose more gpus_per_replica, a larger gpu, a smaller precision, or looser limits",
            ),
        }
    }
}

/// Throughput of a replica for a mix of requests of a workload.
///
/// # Errors
/// Why the model does not run on these GPUs, or what contradicts its measurements.
pub fn rate(own: &SelfHost, mix: &Mix, workload: &Workload) -> Result<Rate, Fault> {
    let mut rate = match &own.throughput {
        Some(throughput) => stated(own, throughput, mix),
        None => estimated(own, &Asked::of(own, mix, workload))?,
    };
    rate.requests_per_second *= own.throughput_error.value;
    Ok(rate)
}

/// The estimate, as one step of the record: it is made anew for each sample.
fn estimated(own: &SelfHost, asked: &[Real; ASKED]) -> Result<Rate, Fault> {
    let Some(stack) = Stack::of(own).map(Arc::new) else {
        let why = "the capacity cannot be estimated without a model and a GPU";
        return Err(why.to_owned().into());
    };
    let plain = Asked::from(&asked.map(Real::get)[..]);
    let served = serve(&stack, &plain).map_err(|why| fault(own, why))?;
    let rate = Rate {
        requests_per_second: served.requests_per_second.into(),
        gpus: served.gpus.into(),
        basis: served.basis,
        figures: Some(served.figures),
        published: nearest(own, &stack, &plain, &served),
    };
    if !asked.iter().any(|number| number.is_recorded()) {
        return Ok(rate);
    }
    let again = Arc::clone(&stack);
    let run: Function = Arc::new(move |asked, out| {
        let served = serve(&again, &Asked::from(asked)).map(|served| served.numbers());
        out.copy_from_slice(&served.unwrap_or([0.0; SERVED]));
    });
    let found = answer(|| format!("capacity {stack:?}"), asked, SERVED, run);
    // It serves here; for other values of the inputs the record has to ask again.
    if found[Served::SERVES] == 0.0 {
        return Err("its replica does not serve".to_owned().into());
    }
    Ok(Rate {
        requests_per_second: found[Served::RATE],
        gpus: found[Served::GPUS],
        ..rate
    })
}

/// The published points behind a rate that stands on them.
fn nearest(own: &SelfHost, stack: &Stack, asked: &Asked, served: &Served) -> Option<Nearest> {
    let published = stack.published.as_ref()?;
    served.basis.whose()?;
    let wanted = [asked.prompt, asked.output, f64::from(served.gpus)];
    let place = known::place(wanted, served.figures.batch);
    Some(published.nearest(&own.published, place))
}

fn fault(own: &SelfHost, why: serve::Why) -> Fault {
    match why {
        serve::Why::Misfit(misfit) => misfit.to_string().into(),
        serve::Why::Contradiction(found) => {
            let place = own
                .measured
                .get(found.point)
                .map_or(Place::default(), |it| it.place);
            let rate = |tokens: f64| format!("{tokens:.0} output tokens/s");
            Fault::Wrong(Box::new(
                Problem::new(place, "a measurement above what the GPUs can do")
                    .found(format!(
                        "{} with {} requests in flight on {} x {}",
                        rate(found.measured),
                        found.concurrency,
                        found.gpus,
                        own.gpu_name
                    ))
                    .expected(format!(
                        "at most {}, at the peak of memory bandwidth and arithmetic",
                        rate(found.bound)
                    ))
                    .hint("check concurrency, gpus and precision; speculative decoding is not counted"),
            ))
        }
    }
}

fn stated(own: &SelfHost, throughput: &Throughput, mix: &Mix) -> Rate {
    let requests_per_second = match throughput {
        Throughput::OutputTokens(rate) => rate.value / mix.output().max(f64::MIN_POSITIVE),
        Throughput::TotalTokens(rate) => rate.value / (mix.prompt + mix.output()),
        Throughput::Requests(rate) => rate.value,
    };
    // A fixed number of GPUs without replicas of its own is one replica.
    let whole = own.gpus.as_ref().map_or(Real::ONE, |gpus| gpus.value);
    let gpus = own
        .gpus_per_replica
        .as_ref()
        .map_or(whole, |gpus| gpus.value);
    Rate {
        requests_per_second,
        gpus,
        basis: Basis::Scenario,
        figures: None,
        published: None,
    }
}
