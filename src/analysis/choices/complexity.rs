//! Complexity or maintainability (`docs/model.md` section 10.2).

use super::number;
use super::result::{Choice, Series, Written};
use crate::cost::choice::complexity::Extra;
use crate::scenario::{Complexity, Scenario};

/// Whether the complex variant is worth its upkeep.
pub fn answer(scenario: &Scenario) -> Choice {
    let Some(given) = &scenario.choices.complexity else {
        return Choice::without(
            "complexity",
            &[
                "choices.complexity.gain_points",
                "choices.complexity.usd_per_point_month",
                "choices.complexity.debugging_hours_per_month",
            ],
        );
    };
    let extra = extra(given);
    let life = number(&given.life_months);
    let mut choice = Choice::new("complexity");
    let net = extra.net(life);
    choice.answer = if net > 0.0 { "complex" } else { "simple" };
    choice.put(
        "net_value_usd",
        format!("net value of {} over {life} months", given.complex),
        net,
        Written::Usd,
    );
    let present = extra.net_present(life.round() as u32, number(&scenario.discount_rate));
    choice.put(
        "net_present_value_usd",
        "the same, discounted",
        present,
        Written::Usd,
    );
    choice.put(
        "value_usd_per_month",
        "value of the gain",
        extra.value(),
        Written::UsdPerMonth,
    );
    choice.put(
        "upkeep_usd_per_month",
        "upkeep",
        extra.upkeep(),
        Written::UsdPerMonth,
    );
    if given.unclear_owner {
        let label = "of it learning it again when people leave";
        choice.put(
            "relearning_usd_per_month",
            label,
            extra.relearning(),
            Written::UsdPerMonth,
        );
    }
    choice.put(
        "gain_points",
        "gain in accuracy",
        extra.points,
        Written::Of("points"),
    );
    choice.put(
        "break_even_gain_points",
        "gain at which it just pays",
        extra.break_even_points(life),
        Written::Of("points"),
    );
    choice.put(
        "turns_in_month",
        "month in which it has paid for itself",
        extra.turns_in_month(),
        Written::Of("months"),
    );
    choice.series.push(Series {
        plot: "months",
        label: given.complex.clone(),
        x: "month",
        y: "net value (USD)",
        points: (0..=shown_months(&extra, life))
            .map(|month| [f64::from(month), extra.net(f64::from(month))])
            .collect(),
    });
    choice.notes.push(
        "Arithmetic on your own figures: no study gives a cost of complexity in money (Sculley 2015 names its kinds)."
            .into(),
    );
    choice
}

/// The months of the picture: its life, and on to where it turns if that is not far.
fn shown_months(extra: &Extra, life: f64) -> u32 {
    let turns = extra.turns_in_month().filter(|turns| *turns <= 2.0 * life);
    let end = turns.map_or(life, |turns| life.max(turns + 2.0));
    end.round().max(1.0) as u32
}

fn extra(given: &Complexity) -> Extra {
    let departures = if given.unclear_owner {
        number(&given.departures_per_year)
    } else {
        0.0
    };
    Extra {
        points: number(&given.gain_points),
        usd_per_point_month: number(&given.usd_per_point_month),
        build_usd: number(&given.build_usd),
        debugging_hours: number(&given.debugging_hours_per_month),
        usd_per_hour: number(&given.engineer_usd_per_hour),
        runs_per_year: number(&given.retraining_runs_per_year),
        usd_per_run: number(&given.usd_per_retraining_run),
        running_usd: number(&given.running_usd_per_month),
        departures_per_year: departures,
        relearning_hours: number(&given.relearning_hours),
    }
}
