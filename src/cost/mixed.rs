//! A mix of options: each part under its share of the load.

use super::load::Load;
use super::{Category, Month, OptionModel, quality, single, staff};
use crate::diagnostic::Problem;
use crate::real::Real;
use crate::scenario::{Hybrid, OptionSpec};

/// A mix: the lines of its parts under their share of the load, and what the mix itself adds.
pub(super) fn lines(
    hybrid: &Hybrid,
    spec: &OptionSpec,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) -> Result<(), Problem> {
    let parts: Vec<(usize, Load)> = match hybrid {
        Hybrid::Shares(shares) => shares
            .iter()
            .map(|(at, share)| (*at, load.share(share.value)))
            .collect(),
        Hybrid::Overflow {
            base,
            overflow,
            rate,
        } => {
            vec![
                (*base, load.below(rate.value)),
                (*overflow, load.above(rate.value)),
            ]
        }
    };
    for (at, load) in parts {
        let part = &month.scenario.options[at];
        let mut lines = OptionModel::default();
        single(part, &load, month, &mut lines)?;
        if spec.common.staff_given || spec.common.staff_share.is_some() {
            lines.lines.retain(|line| line.category != Category::Staff);
        }
        absorb(out, lines, &part.name);
    }
    staff::upkeep(&spec.common, month, out);
    staff::lines(&spec.common, month, out);
    if spec.common.switching_usd.value > 0.0 || spec.common.migration.is_some() {
        let nothing = Load::whole(&[Real::ONE; 24]).share(0.0);
        quality::lines(&spec.common, &nothing, month, out);
    }
    quality::amounts(&spec.common, load, month, out);
    quality::shares(&spec.common, out);
    staff::share(&spec.common, out);
    Ok(())
}

fn absorb(out: &mut OptionModel, part: OptionModel, name: &str) {
    for mut line in part.lines {
        line.label = format!("{name}: {}", line.label);
        line.part = Some(name.to_owned());
        out.lines.push(line);
    }
    out.gpus.add(&part.gpus, 1.0);
    out.capacity.extend(part.capacity);
    out.limit_volume(part.max_volume);
    out.fine_tune = out.fine_tune.take().or(part.fine_tune);
    out.units = out.units.take().or(part.units);
    out.reviewers = match (out.reviewers.take(), part.reviewers) {
        (Some(a), Some(b)) => Some(a.plus(&b)),
        (a, b) => a.or(b),
    };
    for warning in part.warnings {
        out.warn(warning);
    }
}
