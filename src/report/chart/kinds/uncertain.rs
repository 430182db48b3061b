//! Pictures of inputs that are ranges.

use super::{Ask, Missing, Subject};
use crate::analysis::draw::{self, Method};
use crate::analysis::sensitivity::{Unanswered, swings};
use crate::analysis::simulate::{self, SEED, pictured};
use crate::analysis::uncertain::Uncertainty;
use crate::report::chart::description::{Picture, Sheet};
use crate::report::chart::look::Look;
use crate::report::chart::{risk, tornado};

/// What to do about a scenario without ranges.
const RANGES: &str = "write what you are not sure of as an interval, such as requests_per_day = \"200_000 to 320_000\"";

/// What moves the answer, where a range does.
///
/// # Errors
/// No range, or none that moves it.
pub(super) fn tornado_picture(of: &Subject<'_>, look: &Look) -> Result<Picture, Missing> {
    let swings = swings(&of.varied, &|name| of.shows(name)).map_err(|why| match why {
        Unanswered::Problems(problems) => Missing::Problems(problems),
        Unanswered::Failed(at, problems) => Missing::Unpriced(at, problems),
    })?;
    if swings.inputs.is_empty() {
        return Err(Missing::Need(
            "a tornado needs inputs that are ranges, and every input of this scenario is a number"
                .into(),
            RANGES,
        ));
    }
    if !tornado::moves(&swings) {
        return Err(Missing::Need(
            match &swings.against {
                Some(next) => format!(
                    "a tornado would be empty: no range moves the lead of {} over {next}",
                    swings.option
                ),
                None => format!(
                    "a tornado would be empty: no range moves the cost of {}",
                    swings.option
                ),
            },
            RANGES,
        ));
    }
    Ok(tornado::describe(of.comparison, &swings, of.digest, look).into())
}

/// How the costs are distributed, as `llmcost simulate` finds it.
///
/// # Errors
/// No range, or none that moves a cost.
pub(super) fn risk_picture(of: &Subject<'_>, ask: &Ask, look: &Look) -> Result<Sheet, Missing> {
    let uncertain = Uncertainty::of(of.varied)?.keep(|name| of.shows(name));
    if uncertain.inputs.is_empty() {
        return Err(Missing::Need(
            "a picture of risk needs inputs that are ranges, and every input of this scenario is a number"
                .into(),
            RANGES,
        ));
    }
    let asked = draw::Ask {
        samples: ask.samples,
        seed: SEED,
        method: Method::Sobol,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let simulation = pictured(&uncertain, &asked).map_err(|why| match why {
        simulate::Unanswered::Problems(problems) => Missing::Problems(problems),
        simulate::Unanswered::Failed(at, problems) => Missing::Unpriced(at, problems),
        simulate::Unanswered::Imprecise(..) => Missing::Need(
            "no precision was asked for".into(),
            "this is a bug: report it",
        ),
    })?;
    if !risk::moves(&simulation) {
        return Err(Missing::Need(
            "a picture of risk would be empty: no range moves the cost of an option".into(),
            RANGES,
        ));
    }
    Ok(risk::describe(
        of.comparison,
        &simulation,
        ask.linear,
        of.digest,
        look,
    ))
}
