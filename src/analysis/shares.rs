//! What share of each option's cost is staff, over the volume? The data of a picture, on the stretch of
//! volumes that the cost curves show.

use serde::Serialize;

use super::curves::{Curves, Window};
use crate::cost::{Category, OptionModel};

/// Staff shares over the volume.
#[derive(Clone, Debug, Serialize)]
pub struct Shares {
    /// What is looked at.
    pub window: Window,
    /// Each option in the order of the comparison.
    pub lines: Vec<ShareLine>,
}

/// One option's staff share.
#[derive(Clone, Debug, Serialize)]
pub struct ShareLine {
    /// The option.
    pub option: String,
    /// Volume [requests/day] and staff over total; a step is two points at one volume.
    pub points: Vec<[f64; 2]>,
    /// Volume at which its fixed hardware is full.
    pub full_at: Option<f64>,
}

/// A share is looked up this much beside a volume, so that a step at it has two sides.
const BESIDE: f64 = 1e-8;

/// Draws up the staff shares of the options whose cost curves are known.
pub fn shares(curves: &Curves, models: &[(String, OptionModel)]) -> Shares {
    let lines = curves.lines.iter().filter_map(|line| {
        let (_, model) = models.iter().find(|(name, _)| *name == line.option)?;
        let (staff, total) = (model.of_category(Category::Staff), model.total());
        let share = |volume: f64| {
            let whole = total.at(volume);
            if whole > 0.0 {
                staff.at(volume) / whole
            } else {
                0.0
            }
        };
        let volumes: Vec<f64> = line.points.iter().map(|point| point[0]).collect();
        Some(ShareLine {
            option: line.option.clone(),
            points: along(&volumes, &curves.window, &share),
            full_at: line.full_at,
        })
    });
    Shares {
        lines: lines.collect(),
        window: curves.window,
    }
}

/// The share at the volumes of a cost curve, and between them where a share bends and a cost does not.
fn along(volumes: &[f64], window: &Window, share: &dyn Fn(f64) -> f64) -> Vec<[f64; 2]> {
    let mut points: Vec<[f64; 2]> = Vec::with_capacity(volumes.len());
    for (at, volume) in volumes.iter().copied().enumerate() {
        let before = at.checked_sub(1).map(|at| volumes[at]);
        let after = volumes.get(at + 1).copied();
        if let Some(before) = before.filter(|before| *before < volume) {
            let parts = (window.between([before, volume]) / 2.0).ceil().max(1.0) as u32;
            points.extend((1..parts).map(|k| {
                let part = f64::from(k) / f64::from(parts);
                let between = window.along([before, volume], part);
                [between, share(between)]
            }));
        }
        // Of the two points at a step the first ends the stretch before it.
        let beside = match (before, after) {
            (_, Some(after)) if after == volume => volume * (1.0 - BESIDE),
            (Some(before), _) if before == volume => volume * (1.0 + BESIDE),
            _ => volume,
        };
        points.push([volume, share(beside)]);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_bends_between_two_points_of_a_straight_cost() {
        // Staff 100 of 100 + r: 1 at nothing, 1/2 at 100, 1/3 at 200; on a hundred columns.
        let window = Window {
            low: 0.0,
            high: 200.0,
            logarithmic: false,
            columns: 100,
        };
        let points = along(&[0.0, 200.0], &window, &|r| 100.0 / (100.0 + r));
        assert_eq!(points.len(), 51);
        let middle = points.iter().find(|point| point[0] == 100.0).unwrap();
        assert_eq!(middle[1], 0.5);
        assert!((points[50][1] - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_step_has_a_share_on_either_side() {
        let window = Window {
            low: 1.0,
            high: 100.0,
            logarithmic: true,
            columns: 4,
        };
        let share = |r: f64| if r > 10.0 { 0.2 } else { 0.6 };
        let points = along(&[1.0, 10.0, 10.0, 100.0], &window, &share);
        let at_step: Vec<f64> = points
            .iter()
            .filter(|p| p[0] == 10.0)
            .map(|p| p[1])
            .collect();
        assert_eq!(at_step, [0.6, 0.2]);
    }
}
