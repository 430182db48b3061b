//! `llmcost simulate`.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};
use clap::Args;

use super::args::Common;
use super::input::{self, Inputs};
use super::progress::Progress;
use super::{Exit, output};
use crate::analysis::draw::{Ask, Method};
use crate::analysis::simulate::{SEED, Unanswered, simulate};
use crate::analysis::uncertain::Uncertainty;
use crate::report;
use crate::report::format::{significant, thousands};

/// `simulate`.
#[derive(Args, Debug)]
pub struct SimulateArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Cases to draw; with --precision the most that may be drawn.
    #[arg(long, value_name = "N")]
    pub samples: Option<String>,
    /// The same seed draws the same cases.
    #[arg(long, value_name = "K", default_value_t = SEED)]
    pub seed: u64,
    /// Draw until every quantile of a present value has at most this standard error, such as 1%.
    #[arg(long, value_name = "SHARE")]
    pub precision: Option<String>,
    /// Points that fill the space of inputs evenly, or at random.
    #[arg(long, value_enum, default_value = "sobol")]
    pub method: MethodArg,
    /// Threads; all cores without it. The answer does not depend on it.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// How points are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MethodArg {
    /// Scrambled Sobol points.
    Sobol,
    /// Pseudo-random points.
    Random,
}

/// Samples without --samples.
const SAMPLES: u64 = 65_536;
/// Most samples: what the points of 16 randomizations have bits for.
const MOST: u64 = 1 << 34;
/// Most samples of a search for a precision, without --samples.
const MOST_SEARCHED: u64 = 1 << 24;

/// Whether the run was asked to end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Runs the command.
///
/// # Errors
/// Wrong input, or a precision that is not reached.
pub fn run(args: &SimulateArgs, common: &Common) -> Result<Exit> {
    let precision = args.precision.as_deref().map(precision).transpose()?;
    let ask = ask(args, precision.is_some())?;
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    input::check_options(common, &loaded.scenario)?;
    let uncertain = Uncertainty::of(inputs.varied(&loaded))
        .map_err(|problems| inputs.rejected(&problems))?
        .keep(|name| input::shown(common, name));
    // What was finished until then is an answer; without a handler the run simply ends.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    let mut progress = Progress::new("samples", ask.samples as usize, common.quiet);
    let mut done = 0;
    let result = simulate(&uncertain, &ask, precision, &mut |more| {
        done += more;
        progress.at(done as usize);
        !INTERRUPTED.load(Ordering::Relaxed)
    });
    drop(progress);
    let result = match result {
        Ok(result) => result,
        Err(Unanswered::Problems(problems)) => return Err(inputs.rejected(&problems)),
        Err(Unanswered::Failed(at, problems)) => {
            return Err(inputs.unpriced(&at, &problems));
        }
        Err(Unanswered::Imprecise(reached, samples, needed)) => bail!(
            "--precision: {} % is reached with {} samples, and {} % is asked for\nhint: about {} samples would do: say --samples, or ask for less",
            significant(100.0 * reached, 2),
            thousands(samples as f64),
            significant(100.0 * precision.unwrap_or_default(), 2),
            significant(needed, 1)
        ),
    };
    let blocks = || report::simulate::blocks(&result);
    let tidy = || report::simulate::tidy(&result);
    output::write(&result, &blocks, &tidy, &result.warnings, common)
}

fn ask(args: &SimulateArgs, searched: bool) -> Result<Ask> {
    let default = if searched { MOST_SEARCHED } else { SAMPLES };
    let samples = match &args.samples {
        Some(text) => samples(text, MOST)?,
        None => default,
    };
    Ok(Ask {
        samples,
        seed: args.seed,
        method: match args.method {
            MethodArg::Sobol => Method::Sobol,
            MethodArg::Random => Method::Random,
        },
        threads: threads(args.threads)?,
    })
}

/// Threads: those asked for, or all cores.
///
/// # Errors
/// None at all.
pub fn threads(asked: Option<usize>) -> Result<usize> {
    match asked {
        Some(0) => bail!("--threads: at least 1 is needed"),
        Some(threads) => Ok(threads),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// A number of samples.
///
/// # Errors
/// What is no whole number from 1 to the most.
pub fn samples(text: &str, most: u64) -> Result<u64> {
    let number = crate::analysis::sweep::number(text);
    match number {
        Some(number) if number.fract() == 0.0 && (1.0..=most as f64).contains(&number) => {
            Ok(number as u64)
        }
        _ => bail!(
            "--samples: `{text}` is no number of samples\nhint: a whole number from 1 to {}",
            thousands(most as f64)
        ),
    }
}

/// `1%`, `1 %` or `0.01`.
fn precision(text: &str) -> Result<f64> {
    let share = match text.trim().strip_suffix('%') {
        Some(percent) => crate::analysis::sweep::number(percent).map(|percent| percent / 100.0),
        None => crate::analysis::sweep::number(text),
    };
    match share {
        Some(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => bail!(
            "--precision: `{text}` is no share\nhint: above 0 and below 1, such as 1% or 0.01"
        ),
    }
}
