//! Which inputs a map shows where nobody says: the volume against the length of answers.

use super::VOLUME;
use crate::analysis::sweep::Axis;
use crate::analysis::vary::Varied;
use crate::diagnostic::Place;
use crate::scenario::file::key_at;

/// An axis and where it was given.
pub type Given = (Axis, Place);

/// Inputs that are tried for the axis beside the volume.
const INPUTS: [&str; 5] = [
    "workload.output_tokens.mean",
    "workload.output_tokens",
    "workload.input_tokens.mean",
    "workload.input_tokens",
    "workload.peak_to_mean",
];

/// How far an axis reaches to both sides of the present value: the furthest that the scenario bears.
const FACTORS: [f64; 3] = [4.0, 2.0, 1.3];

/// Both axes: those that were asked for, and others beside them (`volumes` are those that cost curves show);
/// none where no input can be chosen.
pub fn chosen(
    varied: &Varied<'_>,
    asked: &[Option<Given>; 2],
    volumes: [f64; 2],
    points: usize,
) -> Option<[Given; 2]> {
    let place = varied.tree.place;
    let path = |at: usize| asked[at].as_ref().map(|(axis, _)| &axis.path[..]);
    let other = |at: usize| -> Option<Given> {
        let axis = if path(1 - at) == Some(VOLUME) || (at == 1 && path(0).is_none()) {
            other_input(varied, points)?
        } else {
            volume(volumes, points)
        };
        Some((axis, place))
    };
    let take = |at: usize| asked[at].clone().or_else(|| other(at));
    Some([take(0)?, take(1)?])
}

/// The volume, over the stretch that cost curves show.
fn volume([from, to]: [f64; 2], points: usize) -> Axis {
    Axis {
        path: VOLUME.into(),
        from,
        to,
        points,
        log: from > 0.0,
    }
}

/// The first input with a present value around which the scenario can be priced.
fn other_input(varied: &Varied<'_>, points: usize) -> Option<Axis> {
    INPUTS.into_iter().find_map(|path| {
        let now = varied.present(path).filter(|now| *now > 0.0)?;
        let (least, most) = key_at(path).map_or((0.0, f64::INFINITY), |key| key.limits);
        let priced = |value: &f64| varied.totals(path, varied.tree.place, *value).is_ok();
        let first = |ends: [f64; 3]| ends.into_iter().find(priced);
        let from = first(FACTORS.map(|factor| (now / factor).max(least)))?;
        let to = first(FACTORS.map(|factor| (now * factor).min(most)))?;
        if from >= to {
            return None;
        }
        Some(Axis {
            path: path.into(),
            from,
            to,
            points,
            log: true,
        })
    })
}
