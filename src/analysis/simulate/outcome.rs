//! From tallies, histograms and cases to the figures of the answer, each with its standard error.

use std::collections::BTreeMap;

use super::breaks::Case;
use super::distribution::Distribution;
use super::histogram::Histogram;
use super::result::{
    AxisPoint, BreakEvens, InputResult, MonthOutcome, OptionOutcome, PairOutcome, Quantiles,
    SHARES, Simulation,
};
use super::tally::Tally;
use crate::analysis::draw::Ask;
use crate::analysis::uncertain::Uncertainty;
use crate::scenario::{OptionSpec, Scenario};
use crate::warning::Warning;

/// Everything that was found.
pub struct Found<'a> {
    pub uncertain: &'a Uncertainty<'a>,
    pub scenario: &'a Scenario,
    pub tallies: &'a [Tally],
    pub spread: &'a [Histogram],
    pub cases: &'a [Case],
    pub axis: &'a [f64],
    pub volume: f64,
    pub months_samples: u64,
}

/// All randomizations that have samples, as one.
fn merged(tallies: &[Tally]) -> Tally {
    let mut all = tallies[0].clone();
    tallies[1..].iter().for_each(|tally| all.merge(tally));
    all
}

/// The randomizations that have samples.
fn filled(tallies: &[Tally]) -> Vec<&Tally> {
    tallies.iter().filter(|tally| tally.count > 0).collect()
}

/// Standard error of a mean over independent randomizations: their standard deviation over the root of
/// their number. None for a single one.
fn standard_error(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (count - 1.0) / count).sqrt())
}

/// Standard error of a figure that is no mean (a least of sums): the jackknife, from all randomizations
/// but one, each in turn.
fn jackknife(without: &[Tally], figure: impl Fn(&Tally) -> f64) -> Option<f64> {
    let count = without.len() as f64;
    let values: Vec<f64> = without.iter().map(figure).collect();
    standard_error(&values).map(|error| error * (count - 1.0))
}

/// Standard errors of the quantiles of an option's present value.
fn errors(tallies: &[&Tally], option: usize) -> Option<Quantiles> {
    let each: Vec<[f64; 5]> = tallies
        .iter()
        .map(|tally| tally.spread[option].quantiles(SHARES))
        .collect();
    let of = |at: usize| standard_error(&each.iter().map(|list| list[at]).collect::<Vec<_>>());
    let means: Vec<f64> = tallies.iter().map(|tally| tally.means()[option]).collect();
    let mean = standard_error(&means)?;
    let list = [of(0)?, of(1)?, of(2)?, of(3)?, of(4)?];
    Some(Quantiles::of(list, Some(mean)))
}

/// Mean regret of an option in each randomization.
fn regrets(tallies: &[&Tally], option: usize) -> Vec<f64> {
    let regret = |tally: &&Tally| (tally.sums[option] - tally.least) / tally.count as f64;
    tallies.iter().map(regret).collect()
}

/// The greatest standard error of a quantile over the quantile, of all options.
pub fn precision(tallies: &[Tally]) -> f64 {
    let (all, filled) = (merged(tallies), filled(tallies));
    let mut worst: f64 = 0.0;
    for (option, spread) in all.spread.iter().enumerate() {
        let Some(errors) = errors(&filled, option) else {
            return f64::INFINITY;
        };
        for (value, error) in spread.quantiles(SHARES).iter().zip(errors.list()) {
            worst = worst.max(error / value.abs().max(f64::MIN_POSITIVE));
        }
    }
    worst
}

fn quantiles(spread: &Histogram) -> Quantiles {
    Quantiles::of(spread.quantiles(SHARES), None)
}

impl Found<'_> {
    /// The answer.
    pub fn simulation(&self, ask: &Ask, complete: bool, warnings: Vec<Warning>) -> Simulation {
        let all = merged(self.tallies);
        let filled = filled(self.tallies);
        let options = self.options(&all, &filled);
        let name = |at: Option<&OptionOutcome>| at.map_or_else(String::new, |o| o.name.clone());
        let mean = |option: &OptionOutcome| option.npv_usd.mean.unwrap_or(f64::INFINITY);
        let best = options.iter().min_by(|a, b| mean(a).total_cmp(&mean(b)));
        let often = options
            .iter()
            .rev()
            .max_by(|a, b| a.probability_cheapest.total_cmp(&b.probability_cheapest));
        let without: Vec<Tally> = match &filled[..] {
            [_] => Vec::new(),
            many => many.iter().map(|tally| all.without(tally)).collect(),
        };
        let (values, value_errors) = self.of_inputs(&all, &without);
        Simulation {
            schema: "llmcost/simulate/1",
            scenario: self.scenario.name.clone(),
            samples: all.count,
            complete,
            seed: ask.seed,
            method: ask.method,
            horizon_months: self.scenario.horizon_months,
            requests_per_day: self.volume,
            currency: self.scenario.currency.code.clone(),
            currency_per_usd: self.scenario.currency.per_usd,
            inputs: self.inputs(),
            best_on_average: name(best),
            most_often_cheapest: name(often),
            volume_axis: self.along_the_volume(),
            break_even: BreakEvens {
                samples: self.cases.len() as u64,
                pairs: self.pairs(),
            },
            months_samples: self.months_samples,
            evpi_usd: all.evpi(),
            evpi_standard_error_usd: jackknife(&without, Tally::evpi),
            evppi_usd: values,
            evppi_standard_error_usd: value_errors,
            evppi_samples: all.parted,
            choices: Vec::new(),
            choices_samples: None,
            options,
            warnings,
        }
    }

    /// The options that are looked at.
    fn specs(&self) -> Vec<&OptionSpec> {
        let options = self.uncertain.options.iter();
        options.map(|at| &self.scenario.options[*at]).collect()
    }

    fn inputs(&self) -> Vec<InputResult> {
        let input = |input: &crate::analysis::uncertain::Uncertain| InputResult {
            path: input.path.clone(),
            distribution: input.text(),
            p5: input.input.quantile(0.05),
            p50: input.input.median(),
            p95: input.input.quantile(0.95),
        };
        self.uncertain.inputs.iter().map(input).collect()
    }

    fn options(&self, all: &Tally, filled: &[&Tally]) -> Vec<OptionOutcome> {
        let specs = self.specs().into_iter().enumerate();
        let results = self.spread.len() / self.uncertain.options.len().max(1);
        let months = self.spread.chunks(results.max(1));
        specs
            .zip(months)
            .map(|((at, spec), figures)| {
                let regret = all.sums[at] - all.least;
                let wrong = all.count - all.wins[at];
                let shares: Vec<f64> = filled
                    .iter()
                    .map(|tally| tally.wins[at] as f64 / tally.count as f64)
                    .collect();
                OptionOutcome {
                    name: spec.name.clone(),
                    kind: spec.kind(),
                    npv_usd: Quantiles::of(all.spread[at].quantiles(SHARES), Some(all.means()[at])),
                    npv_standard_error_usd: errors(filled, at),
                    probability_cheapest: all.wins[at] as f64 / all.count as f64,
                    probability_cheapest_standard_error: standard_error(&shares),
                    regret_usd: (regret / all.count as f64).max(0.0),
                    regret_standard_error_usd: standard_error(&regrets(filled, at)),
                    regret_where_wrong_usd: (wrong > 0).then(|| regret / wrong as f64),
                    monthly_usd: quantiles(&figures[0]),
                    months: self.months(&figures[1..]),
                    npv_distribution: Distribution::of(&all.spread[at]),
                    monthly_distribution: Distribution::of(&figures[0]),
                }
            })
            .collect()
    }

    fn months(&self, spread: &[Histogram]) -> Vec<MonthOutcome> {
        let month = |(index, spread): (u32, &Histogram)| MonthOutcome {
            month: self.scenario.start.first_of_month_after(index).month_text(),
            cash_usd: quantiles(spread),
            cash_standard_error_usd: Quantiles::of(spread.errors(SHARES), None),
        };
        (0..).zip(spread).map(month).collect()
    }

    /// The value of knowing each input, and its standard errors.
    fn of_inputs(
        &self,
        all: &Tally,
        without: &[Tally],
    ) -> (BTreeMap<String, f64>, BTreeMap<String, f64>) {
        let (mut values, mut errors) = (BTreeMap::new(), BTreeMap::new());
        for (at, input) in self.uncertain.inputs.iter().enumerate() {
            values.insert(input.path.clone(), all.evppi(at));
            if let Some(error) = jackknife(without, |tally| tally.evppi(at)) {
                errors.insert(input.path.clone(), error);
            }
        }
        (values, errors)
    }

    fn along_the_volume(&self) -> Vec<AxisPoint> {
        let options = self.uncertain.options.len();
        let point = |(at, volume): (usize, &f64)| {
            let mut counts = vec![0.0; options];
            for option in self.cases.iter().filter_map(|case| case.cheapest[at]) {
                counts[option] += 1.0 / self.cases.len() as f64;
            }
            AxisPoint {
                requests_per_day: *volume,
                probability_cheapest: counts,
            }
        };
        self.axis.iter().enumerate().map(point).collect()
    }

    fn pairs(&self) -> Vec<PairOutcome> {
        if self.cases.iter().all(|case| case.crossings.is_empty()) {
            return Vec::new();
        }
        let names: Vec<&str> = self.specs().iter().map(|o| o.name.as_str()).collect();
        let mut list = Vec::new();
        for a in 0..names.len() {
            for b in a + 1..names.len() {
                let at = list.len();
                let crossings: Vec<&[(f64, bool)]> = self
                    .cases
                    .iter()
                    .map(|case| &case.crossings[at][..])
                    .collect();
                list.push(pair(names[a], names[b], &crossings));
            }
        }
        list
    }
}

/// Two options, from their crossings in each case.
fn pair(a: &str, b: &str, cases: &[&[(f64, bool)]]) -> PairOutcome {
    let count = cases.len() as f64;
    let share = |which: &dyn Fn(usize) -> bool| {
        cases
            .iter()
            .filter(|crossings| which(crossings.len()))
            .count() as f64
            / count
    };
    let none = share(&|crossings| crossings == 0);
    let last: Vec<(f64, bool)> = cases.iter().filter_map(|c| c.last().copied()).collect();
    let mut volumes: Vec<f64> = last.iter().map(|(volume, _)| *volume).collect();
    volumes.sort_by(f64::total_cmp);
    let to_first = last.iter().filter(|(_, first)| *first).count();
    let first_wins = 2 * to_first >= last.len();
    let agreeing = if first_wins {
        to_first
    } else {
        last.len() - to_first
    };
    let some = !last.is_empty();
    PairOutcome {
        a: a.to_owned(),
        b: b.to_owned(),
        probability_none: none,
        probability_one: share(&|crossings| crossings == 1),
        probability_several: share(&|crossings| crossings > 1),
        probability_none_standard_error: (none * (1.0 - none) / count).sqrt(),
        requests_per_day: some.then(|| Quantiles::of(SHARES.map(|p| exact(&volumes, p)), None)),
        cheaper_after: some.then(|| if first_wins { a } else { b }.to_owned()),
        probability_cheaper_after: some.then(|| agreeing as f64 / last.len() as f64),
    }
}

/// A quantile of sorted values, between its neighbors in proportion.
fn exact(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (
        sorted[place.floor() as usize],
        sorted[place.ceil() as usize],
    );
    below + (above - below) * place.fract()
}
