//! `llmcost choices`.

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::args::Common;
use super::input::Inputs;
use super::progress::Progress;
use super::simulate::{samples, threads};
use super::{Exit, output};
use crate::analysis::choices::{Choices, MOST, QUESTIONS, SAMPLES, add_certainty, choices};
use crate::analysis::draw::{Ask, Method};
use crate::analysis::uncertain::Uncertainty;
use crate::analysis::vary::Varied;
use crate::report;

/// `choices`.
#[derive(Args, Debug)]
pub struct ChoicesArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// One choice in depth.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(QUESTIONS.map(|question| question.name)))]
    pub only: Option<String>,
    /// Cases to draw where inputs are ranges; 256 without it.
    #[arg(long, value_name = "N")]
    pub samples: Option<String>,
    /// The same seed draws the same cases.
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub seed: u64,
    /// Threads; all cores without it. The answer does not depend on it.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Runs the command.
///
/// # Errors
/// Wrong input.
pub fn run(args: &ChoicesArgs, common: &Common) -> Result<Exit> {
    if !common.options.is_empty() {
        bail!("`llmcost choices` has no use for --option: each choice names its options itself");
    }
    let ask = ask(args)?;
    let mut inputs = Inputs::new(common)?;
    let loaded = inputs.scenario(&args.scenario)?;
    let varied = inputs.varied(&loaded);
    let mut result =
        choices(&varied, args.only.as_deref()).map_err(|problems| inputs.rejected(&problems))?;
    draw(&inputs, varied, &ask, &mut result, common.quiet)?;
    let currency = &loaded.scenario.currency;
    report::choices::say(&mut result, currency);
    let blocks = || report::choices::blocks(&result, currency, args.only.is_some(), &args.scenario);
    let tidy = || report::choices::tidy(&result);
    output::write(&result, &blocks, &tidy, &result.warnings, common)
}

fn ask(args: &ChoicesArgs) -> Result<Ask> {
    let text = args.samples.as_deref();
    Ok(Ask {
        samples: text.map_or(Ok(SAMPLES), |text| samples(text, MOST))?,
        seed: args.seed,
        method: Method::Sobol,
        threads: threads(args.threads)?,
    })
}

/// Fills in how sure the answers are where the scenario has ranges.
fn draw(
    inputs: &Inputs,
    varied: Varied<'_>,
    ask: &Ask,
    result: &mut Choices,
    quiet: bool,
) -> Result<()> {
    if varied.scenario.ranges.is_empty() {
        return Ok(());
    }
    let rejected = |problems: Vec<_>| inputs.rejected(&problems);
    let uncertain = Uncertainty::of(varied).map_err(rejected)?;
    let mut progress = Progress::new("samples", ask.samples as usize, quiet);
    let mut done = 0;
    add_certainty(&uncertain, ask, result, &mut |more| {
        done += more;
        progress.at(done as usize);
    })
    .map_err(rejected)
}
