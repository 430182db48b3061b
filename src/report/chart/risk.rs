//! `--kind risk`: how uncertain costs are, and how likely each option is the cheapest.

use super::axis::{Axis, Scale};
use super::description::{Chart, Digest, Line, Rule, Sheet};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::report::format::{money, percent, volume};
use crate::report::verdict;

/// The distribution of a figure of an option.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The option.
    pub option: String,
    /// Values (USD) with the probability that the figure is not above them, in order.
    pub points: Vec<[f64; 2]>,
}

/// What a simulation found.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// Draws.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Cost of a steady month.
    pub monthly: Vec<Distribution>,
    /// Present value of the plan.
    pub npv: Vec<Distribution>,
    /// Volumes, and the probability of each option to be the cheapest there, in the order of `monthly`.
    pub cheapest: Vec<(f64, Vec<f64>)>,
}

impl Distribution {
    /// The value that is not exceeded with a probability.
    fn quantile(&self, probability: f64) -> f64 {
        let at = self.points.iter().position(|point| point[1] >= probability);
        let Some(at) = at else {
            return self.points.last().map_or(0.0, |point| point[0]);
        };
        let [high, to] = self.points[at];
        let Some([low, from]) = at.checked_sub(1).map(|before| self.points[before]) else {
            return high;
        };
        if to > from {
            low + (high - low) * (probability - from) / (to - from)
        } else {
            high
        }
    }
}

/// Describes a simulation.
pub fn describe(comparison: &Comparison, risk: &Risk, digest: Digest, look: &Look) -> Sheet {
    let half = Look {
        width: look.width / 2,
        height: look.height / 2,
        ..look.clone()
    };
    let mut charts = vec![
        spread(comparison, &risk.monthly, "Cost of a month", &half),
        spread(comparison, &risk.npv, "Present value of the plan", &half),
    ];
    if risk.cheapest.len() > 1 && risk.monthly.len() > 1 {
        charts.push(chances(comparison, risk, look));
    }
    charts.retain(|chart| !chart.lines.is_empty());
    Sheet {
        kind: "risk",
        title: comparison.scenario.name.clone(),
        question: format!(
            "How sure is the answer? {} draws of the inputs that are ranges, seed {}.",
            crate::report::format::thousands(risk.samples as f64),
            risk.seed
        ),
        charts,
        columns: 2,
        footer: footer(comparison, digest),
        alt: alt(comparison, risk),
    }
}

/// The distribution of a figure: the probability that it is not exceeded.
fn spread(comparison: &Comparison, of: &[Distribution], title: &str, look: &Look) -> Chart {
    let currency = verdict::currency(comparison);
    let ends = |k: usize| of.iter().filter_map(move |one| one.points.get(if k == 0 { 0 } else { one.points.len() - 1 }));
    let low = ends(0).map(|point| point[0]).fold(f64::INFINITY, f64::min) * currency.per_usd;
    let high = ends(1).map(|point| point[0]).fold(f64::NEG_INFINITY, f64::max) * currency.per_usd;
    let room = if high > low { 0.03 * (high - low) } else { 0.05 * high.abs().max(1.0) };
    let span = if low > 0.0 { [(low - room).max(0.0), high + room] } else { [low - room, high + room] };
    // Costs of different options lie decades apart: equal ratios are equally wide then.
    let scale = if low > 0.0 && high / low > 20.0 { Scale::Log } else { Scale::Linear };
    let span = if scale == Scale::Log { [low / 1.1, high * 1.1] } else { span };
    let x = Axis::new(
        format!("{} [{}]", title.to_lowercase(), currency.code),
        scale,
        span,
        ticks_along(look.width, 90),
    );
    let y = Axis::of_shares(
        "probability that it is not exceeded".into(),
        [0.0, 1.0],
        ticks_along(look.height, 60),
    );
    let known = of.iter().filter(|one| !one.points.is_empty());
    let lines: Vec<Line> = known
        .map(|one| {
            let points = one.points.iter().map(|[usd, p]| [usd * currency.per_usd, *p]);
            let [p10, p50, p90] = [0.1, 0.5, 0.9].map(|p| money(one.quantile(p), &currency));
            Line {
                name: one.option.clone(),
                note: String::new(),
                points: points.collect(),
                ends: Some(format!("{p50}; 8 in 10: {p10} to {p90}")),
            }
        })
        .collect();
    let chart = Chart {
        lines,
        ..Chart::empty("risk", x, y)
    };
    chart.said(
        title,
        String::new(),
        String::new(),
        String::new(),
    )
}

/// The probability of each option to be the cheapest, against volume.
fn chances(comparison: &Comparison, risk: &Risk, look: &Look) -> Chart {
    let ends = [risk.cheapest.first(), risk.cheapest.last()].map(|end| end.map_or(1.0, |(v, _)| *v));
    let x = Axis::new(
        "volume [requests a day]".into(),
        Scale::Log,
        ends,
        ticks_along(look.width, 110),
    );
    let y = Axis::of_shares(
        "probability of being the cheapest".into(),
        [0.0, 1.0],
        ticks_along(look.height / 2, 60),
    );
    let now = comparison.scenario.requests_per_day;
    let lines = risk.monthly.iter().enumerate().map(|(k, one)| Line {
        name: one.option.clone(),
        note: chance_at(risk, k, now).map_or_else(String::new, |p| format!("now {}", percent(p))),
        points: risk.cheapest.iter().map(|(volume, p)| [*volume, p[k]]).collect(),
        ends: None,
    });
    let lines = lines.collect();
    let on = (ends[0]..=ends[1]).contains(&now);
    let rule = on.then(|| Rule {
        x: now,
        label: vec![format!("now: {} a day", volume(now))],
    });
    let chart = Chart {
        lines,
        rules: rule.into_iter().collect(),
        ..Chart::empty("risk", x, y)
    };
    chart.said("Which is the cheapest, and how sure is that?", String::new(), String::new(), String::new())
}

/// The probability of an option to be the cheapest at a volume, between those that were looked at.
fn chance_at(risk: &Risk, option: usize, at: f64) -> Option<f64> {
    let pair = risk.cheapest.windows(2).find(|pair| pair[0].0 <= at && at <= pair[1].0)?;
    let share = (at / pair[0].0).ln() / (pair[1].0 / pair[0].0).ln();
    Some(pair[0].1[option] + share * (pair[1].1[option] - pair[0].1[option]))
}

fn alt(comparison: &Comparison, risk: &Risk) -> String {
    let currency = verdict::currency(comparison);
    let said = |of: &[Distribution]| {
        let each = of.iter().map(|one| {
            let [low, middle, high] = [0.1, 0.5, 0.9].map(|p| money(one.quantile(p), &currency));
            format!("{} {middle} ({low} to {high})", one.option)
        });
        each.collect::<Vec<_>>().join(", ")
    };
    let now = comparison.scenario.requests_per_day;
    let chances = risk.monthly.iter().enumerate();
    let chances: Vec<String> = chances
        .filter_map(|(k, one)| Some(format!("{} {}", one.option, percent(chance_at(risk, k, now)?))))
        .collect();
    let mut text = format!(
        "Distributions over {} draws, median and the range of 8 in 10 cases. A month: {}. Present value of the plan: {}.",
        risk.samples,
        said(&risk.monthly),
        said(&risk.npv)
    );
    if !chances.is_empty() {
        text.push_str(&format!(" Probability of being the cheapest at {} requests a day: {}.", volume(now), chances.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_the_points() {
        let one = Distribution {
            option: "own".into(),
            points: vec![[10.0, 0.0], [20.0, 0.5], [40.0, 1.0]],
        };
        // A tenth lies a fifth of the way to 20; nine tenths four fifths of the way from 20 to 40.
        assert!((one.quantile(0.1) - 12.0).abs() < 1e-12);
        assert!((one.quantile(0.9) - 36.0).abs() < 1e-12);
        assert_eq!(one.quantile(0.5), 20.0);
    }
}
