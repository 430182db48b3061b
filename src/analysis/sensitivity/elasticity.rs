//! What a percent more of an input does to the cost, in percent: d ln(cost) / d ln(input) at the point.

use super::inputs::Numbers;
use super::result::Elasticity;
use crate::analysis::vary::Varied;
use crate::diagnostic::Place;

/// Step to either side, as a share: small beside the bends of a cost, large beside rounding.
const STEP: f64 = 1e-4;

/// Every number of a file that has an effect on some option, the largest effect first.
pub fn all(
    varied: &Varied<'_>,
    numbers: &Numbers,
    names: &[&str],
    watch: &mut dyn FnMut(),
) -> Vec<Elasticity> {
    let mut list = Vec::new();
    for number in &numbers.list {
        watch();
        let present = number.input.median();
        if number.whole || present == 0.0 {
            continue;
        }
        let at = |factor: f64| -> Option<Vec<f64>> {
            let value = present * factor;
            let scenario = varied.with(&number.path, Place::default(), value).ok()?;
            let figures = super::figures(&scenario).ok()?;
            Some(figures.iter().map(|real| real.get()).collect())
        };
        // At the limit of a key only one side exists.
        let (below, above) = (at(1.0 - STEP), at(1.0 + STEP));
        let (low, high) = (
            below.as_ref().map_or(1.0, |_| 1.0 - STEP),
            above.as_ref().map_or(1.0, |_| 1.0 + STEP),
        );
        let (Some(below), Some(above)) = (below.or_else(|| at(1.0)), above.or_else(|| at(1.0)))
        else {
            continue;
        };
        let log = (high / low).ln();
        let of =
            |(a, b): (&f64, &f64)| (*a > 0.0 && *b > 0.0 && log > 0.0).then(|| (b / a).ln() / log);
        let all: Vec<Option<f64>> = below.iter().zip(&above).map(of).collect();
        let effect = |value: &Option<f64>| value.is_some_and(|value| value.abs() > 1e-9);
        if all.iter().any(effect) {
            list.push(Elasticity {
                path: number.path.clone(),
                present,
                monthly: all[..names.len()].to_vec(),
                npv: all[names.len()..].to_vec(),
            });
        }
    }
    let size = |one: &Elasticity| {
        let values = one.monthly.iter().flatten();
        values.map(|value| value.abs()).fold(0.0, f64::max)
    };
    list.sort_by(|a, b| size(b).total_cmp(&size(a)));
    list
}
