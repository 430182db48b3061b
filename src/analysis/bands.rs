//! What the error of capacity estimates means for GPUs and break-evens: every own stack is priced once
//! more at the low and at the high end of the band in which 80 % of such rates lie.

use super::breakeven::{self, BreakEven};
use super::compare;
use super::crossings::Crossings;
use crate::cost::{Month, OptionModel};
use crate::scenario::{Hybrid, Scenario, Serving, Supply};

/// The options with all own stacks at the ends of their bands.
#[derive(Clone, Debug)]
pub struct Ends {
    slow: Vec<OptionModel>,
    fast: Vec<OptionModel>,
    /// Own stacks behind each option whose rate has a band, by index.
    stacks: Vec<Vec<usize>>,
}

impl Ends {
    /// Prices both ends; none where no rate has a band.
    pub fn of(scenario: &Scenario, models: &[OptionModel]) -> Option<Self> {
        let stacks: Vec<Vec<usize>> = (0..models.len())
            .map(|at| stacks(scenario, models, at))
            .collect();
        if stacks.iter().all(Vec::is_empty) {
            return None;
        }
        let price = |power: i32| {
            let moved = moved(scenario, models, power);
            compare::models(&Month::of(&moved, 0)).ok()
        };
        Some(Self {
            slow: price(-1)?,
            fast: price(1)?,
            stacks,
        })
    }

    /// GPUs of the first fleet of an option at both ends; none where its rate has no band.
    pub fn gpus(&self, at: usize, volume: f64) -> Option<[f64; 2]> {
        if self.stacks[at].is_empty() {
            return None;
        }
        let gpus =
            |models: &[OptionModel]| Some(models[at].capacity.first()?.fleet.gpus.at(volume));
        Some([gpus(&self.fast)?, gpus(&self.slow)?])
    }

    /// Gives every break-even of an option with a band its range.
    pub fn widen(&self, scenario: &Scenario, models: &[OptionModel], pairs: &mut [BreakEven]) {
        let mut pairs = pairs.iter_mut();
        for a in 0..models.len() {
            for b in a + 1..models.len() {
                let Some(pair) = pairs.next() else { return };
                if !(self.stacks[a].is_empty() && self.stacks[b].is_empty()) {
                    widen(pair, &self.outcomes(scenario, models, [a, b]));
                }
            }
        }
    }

    /// The crossings of a pair with its rates at the ends of their bands: each end of the one with each
    /// end of the other, unless both run on the same stack.
    fn outcomes(
        &self,
        scenario: &Scenario,
        models: &[OptionModel],
        [a, b]: [usize; 2],
    ) -> Vec<Crossings> {
        let ends = |at: usize| {
            if self.stacks[at].is_empty() {
                vec![&models[at]]
            } else {
                vec![&self.slow[at], &self.fast[at]]
            }
        };
        let shared = self.stacks[a].iter().any(|it| self.stacks[b].contains(it));
        if shared {
            let joint = ends(a).into_iter().zip(ends(b));
            return joint
                .map(|(a, b)| breakeven::crossings_of(scenario, [a, b]))
                .collect();
        }
        let others = ends(b);
        ends(a)
            .into_iter()
            .flat_map(|a| others.iter().map(move |b| (a, *b)))
            .map(|(a, b)| breakeven::crossings_of(scenario, [a, b]))
            .collect()
    }
}

/// The scenario with every rate that has a band moved to an end of it.
fn moved(scenario: &Scenario, models: &[OptionModel], power: i32) -> Scenario {
    let mut moved = scenario.clone();
    for (spec, model) in moved.options.iter_mut().zip(models) {
        if let Supply::SelfHost(own) = &mut spec.supply
            && let Some(band) = band(model)
        {
            own.throughput_error.value *= band.powi(power);
        }
    }
    moved
}

fn band(model: &OptionModel) -> Option<f64> {
    model.capacity.first()?.rate.basis.band_80()
}

/// Own stacks with a band that an option runs on.
fn stacks(scenario: &Scenario, models: &[OptionModel], at: usize) -> Vec<usize> {
    let banded = |at: usize| band(&models[at]).map(|_| at);
    match &scenario.options[at].supply {
        Supply::SelfHost(_) => banded(at).into_iter().collect(),
        Supply::FineTune(tune) => match tune.serving {
            Serving::Own(host) => banded(host).into_iter().collect(),
            Serving::Hosted { .. } => Vec::new(),
        },
        Supply::Hybrid(Hybrid::Shares(parts)) => {
            let parts = parts.iter();
            parts
                .flat_map(|(part, _)| stacks(scenario, models, *part))
                .collect()
        }
        Supply::Hybrid(Hybrid::Overflow { base, overflow, .. }) => [*base, *overflow]
            .into_iter()
            .flat_map(|part| stacks(scenario, models, part))
            .collect(),
        Supply::Api(_) => Vec::new(),
    }
}

fn widen(pair: &mut BreakEven, outcomes: &[Crossings]) {
    let first_is = |option: &str| option == pair.a;
    let sides: Vec<bool> = pair
        .crossings
        .iter()
        .map(|crossing| first_is(&crossing.cheaper_after))
        .collect();
    let alike = |found: &Crossings| {
        found
            .list
            .iter()
            .map(|it| it.first_after)
            .eq(sides.iter().copied())
    };
    if outcomes.iter().all(alike) {
        for (at, crossing) in pair.crossings.iter_mut().enumerate() {
            let volumes = outcomes.iter().map(|found| found.list[at].volume);
            crossing.range = Some(span(crossing.requests_per_day, volumes));
        }
    }
    let low = pair.range[0];
    if let Some(from) = &mut pair.cheaper_from {
        let first = from.option == pair.a;
        let ends: Vec<Option<f64>> = outcomes.iter().map(|it| last(it, first, low)).collect();
        let reached = ends.iter().copied().flatten();
        let [least, most] = span(from.requests_per_day, reached);
        let always = ends.iter().all(Option::is_some);
        from.range = Some([Some(least), always.then_some(most)]);
    }
}

/// From where one side stays cheaper; none where in the end it does not.
fn last(found: &Crossings, first: bool, low: f64) -> Option<f64> {
    match found.list.last() {
        Some(crossing) => (crossing.first_after == first).then_some(crossing.volume),
        None => (found.first_at_start? == first).then_some(low),
    }
}

fn span(middle: f64, ends: impl Iterator<Item = f64>) -> [f64; 2] {
    ends.fold([middle, middle], |[low, high], end| {
        [low.min(end), high.max(end)]
    })
}
