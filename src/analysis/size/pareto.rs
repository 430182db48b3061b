//! Cost against the speed that one user sees: fewer requests in flight are faster and dearer.

use super::result::ParetoPoint;
use super::row;
use crate::scenario::{Given, Scenario, Supply};

/// Requests in flight at which hardware is looked at.
const BATCHES: [u32; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/// The points of the only option of a scenario.
pub fn points(scenario: &mut Scenario, volume: f64, out: &mut Vec<ParetoPoint>) {
    let Some(most) = sequences(scenario).map(|given| given.value.get()) else {
        return;
    };
    let held = sequences(scenario).cloned();
    for batch in BATCHES.iter().filter(|batch| f64::from(**batch) <= most) {
        if let Some(given) = sequences(scenario) {
            *given = Given::computed(*batch);
        }
        if let Ok(row) = row(scenario, 0, volume) {
            out.extend(ParetoPoint::of(&row));
        }
    }
    if let (Some(given), Some(held)) = (sequences(scenario), held) {
        *given = held;
    }
}

fn sequences(scenario: &mut Scenario) -> Option<&mut Given> {
    match &mut scenario.options[0].supply {
        Supply::SelfHost(own) => Some(&mut own.max_sequences),
        _ => None,
    }
}

/// The points that no other one beats in both: from the fastest to the cheapest.
pub fn front(mut points: Vec<ParetoPoint>) -> Vec<ParetoPoint> {
    points.sort_by(|a, b| {
        let speed = b.tokens_per_second_per_user;
        let order = speed.total_cmp(&a.tokens_per_second_per_user);
        order.then_with(|| a.monthly_usd.total_cmp(&b.monthly_usd))
    });
    let mut front: Vec<ParetoPoint> = Vec::new();
    for point in points {
        let cheaper = front
            .last()
            .is_none_or(|last| point.monthly_usd < last.monthly_usd);
        if cheaper {
            front.push(point);
        }
    }
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(speed: f64, monthly_usd: f64) -> ParetoPoint {
        ParetoPoint {
            gpu: "g".into(),
            precision: "fp8".into(),
            gpus_per_replica: 1.0,
            gpus: 1.0,
            batch: 1.0,
            tokens_per_second_per_user: speed,
            monthly_usd,
            usd_per_mtok: 0.0,
        }
    }

    #[test]
    fn what_is_slower_and_dearer_is_left_out() {
        // 100 tok/s at 9, 80 at 5; 90 at 9 is slower at the same cost, 70 at 6 dearer than 80 at 5.
        let all = vec![
            point(70.0, 6.0),
            point(100.0, 9.0),
            point(90.0, 9.0),
            point(80.0, 5.0),
        ];
        let kept: Vec<f64> = front(all)
            .iter()
            .map(|it| it.tokens_per_second_per_user)
            .collect();
        assert_eq!(kept, [100.0, 80.0]);
    }
}
