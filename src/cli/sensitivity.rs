//! `llmcost sensitivity`.

use anyhow::{Result, bail};
use clap::Args;

use super::args::Common;
use super::input::{self, Inputs};
use super::progress::Progress;
use super::{Exit, output};
use crate::analysis::sensitivity::{
    Ask, Numbers, RANDOMIZATIONS, Unanswered, Verdict, sensitivity,
};
use crate::analysis::sweep::number;
use crate::report;

/// `sensitivity`.
#[derive(Args, Debug)]
pub struct SensitivityArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Figure by which the best option is chosen.
    #[arg(long, value_enum, default_value = "monthly", value_name = "FIGURE")]
    pub verdict: VerdictArg,
    /// Inputs that are shown; JSON and CSV have all.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,
    /// How far an input is moved to find where the verdict flips, as a factor to either side.
    #[arg(long, value_name = "FACTOR", default_value = "10")]
    pub within: String,
    /// Cases of the variance shares and rank correlations.
    #[arg(long, value_name = "N", default_value = "4096")]
    pub samples: String,
    /// The same seed draws the same cases.
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub seed: u64,
}

/// What an option is chosen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum VerdictArg {
    /// Cost of a steady month.
    Monthly,
    /// Present value of the plan.
    Npv,
}

/// Least and most cases.
const SAMPLES: (f64, f64) = (256.0, 1e7);
/// Greatest factor.
const MOST_WITHIN: f64 = 1e4;

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &SensitivityArgs, common: &Common) -> Result<Exit> {
    input::refuse(common, "sensitivity", &["--option"])?;
    let ask = ask(args)?;
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    let varied = inputs.varied(&loaded);
    let steps = 2 * Numbers::of(&loaded.tree).list.len() + RANDOMIZATIONS;
    let mut progress = Progress::new("steps", steps, common.quiet);
    let mut done = 0;
    let result = sensitivity(&varied, &ask, &mut || {
        done += 1;
        progress.at(done);
    });
    drop(progress);
    let result = match result {
        Ok(result) => result,
        Err(Unanswered::Problems(problems)) => return Err(inputs.rejected(&problems)),
        Err(Unanswered::Failed(at, problems)) => {
            return Err(inputs.unpriced(&at, &problems));
        }
    };
    let blocks = || report::sensitivity::blocks(&result, args.top, &loaded.scenario.currency);
    let tidy = || report::sensitivity::tidy(&result);
    output::write(&result, &blocks, &tidy, &result.warnings, common)
}

fn ask(args: &SensitivityArgs) -> Result<Ask> {
    if args.top == 0 {
        bail!("--top: at least 1 is needed");
    }
    let within = match number(&args.within) {
        Some(within) if within > 1.0 && within <= MOST_WITHIN => within,
        _ => bail!(
            "--within: `{}` is no factor\nhint: above 1 and at most {MOST_WITHIN}, such as 10",
            args.within
        ),
    };
    let samples = match number(&args.samples) {
        Some(n) if n.fract() == 0.0 && n >= SAMPLES.0 && n <= SAMPLES.1 => n as u64,
        _ => bail!(
            "--samples: `{}` is no number of samples\nhint: a whole number from {} to {}",
            args.samples,
            SAMPLES.0,
            SAMPLES.1
        ),
    };
    Ok(Ask {
        verdict: match args.verdict {
            VerdictArg::Monthly => Verdict::Monthly,
            VerdictArg::Npv => Verdict::Npv,
        },
        within,
        samples,
        seed: args.seed,
    })
}
