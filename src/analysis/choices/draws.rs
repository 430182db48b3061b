//! How sure the answers are where inputs are ranges: each choice is answered again in some hundred draws.
//!
//! The draws are those of `simulate` under the same seed. What a draw says does not depend on the thread
//! that made it, and counts and sorted values do not depend on the order of the draws.

use std::sync::mpsc;
use std::thread;

use super::super::draw::{Ask, Draws, RANDOMIZATIONS, part_of};
use super::super::uncertain::Uncertainty;
use super::result::{Choice, Choices, Held, Range, Sure};
use super::{Depth, answers, choice};
use crate::diagnostic::Problem;
use crate::real::{BLOCK, Column, Real};

/// Draws where nothing else is asked for: a share is then known to 3 %.
pub const SAMPLES: u64 = 256;
/// Most draws: the figures of each are kept.
pub const MOST: u64 = 1 << 20;

/// The figures of a choice whose spread is told, the most telling first.
pub fn main_figures(name: &str) -> &'static [&'static str] {
    match name {
        "complexity" => &["net_value_usd", "break_even_gain_points", "turns_in_month"],
        "data" => &[
            "of_cleaning_per_1000_usd",
            "of_collecting_per_1000_usd",
            "break_even_noise",
            "best_collecting_usd",
        ],
        "batch" => &[
            "best_share",
            "saved_usd_per_month",
            "break_even_usd_per_waiting_request",
        ],
        "prompt-or-tune" => &[
            "prompting_usd",
            "tuning_usd",
            "break_even_requests_per_day",
            "payback_months",
        ],
        "oversight" => &[
            "review_nothing_usd_per_month",
            "review_all_usd_per_month",
            "best_review_usd_per_month",
            "best_review_share",
            "automation_stops_at_usd",
            "reviewers",
        ],
        _ => &[
            "buy_usd_per_month",
            "build_usd_per_month",
            "build_pays_from_per_day",
        ],
    }
}

/// Fills in how sure each answer is; leaves a scenario without ranges as it is.
///
/// # Errors
/// Distributions that an input cannot have.
pub fn add_certainty(
    uncertain: &Uncertainty<'_>,
    ask: &Ask,
    result: &mut Choices,
    watch: &mut dyn FnMut(u64),
) -> Result<(), Vec<Problem>> {
    let scenario = uncertain.at_medians();
    if scenario.ranges.is_empty() {
        return Ok(());
    }
    let correlations = &scenario.correlations;
    let (draws, warnings) = Draws::new(&uncertain.inputs, correlations, ask.method, ask.seed)?;
    let answered = result.choices.iter().filter(|c| !c.answer.is_empty());
    let names: Vec<&'static str> = answered.map(|choice| choice.name).collect();
    let sampler = Sampler {
        uncertain,
        draws: &draws,
        names: &names,
    };
    let tallies = sampler.run(ask, watch);
    for tally in tallies {
        let place = result.choices.iter_mut().find(|c| c.name == tally.name);
        if let Some(choice) = place {
            choice.sure = Some(tally.sure(choice));
        }
    }
    result.samples = Some(ask.samples);
    result.seed = Some(ask.seed);
    result.uncertain_inputs = Some(uncertain.inputs.len());
    // What is said of medians is said of a scenario that is not drawn.
    result.warnings.retain(|w| w.code != "medians-used");
    result.warnings.extend(warnings);
    Ok(())
}

/// The choices that a scenario answers, with their main figures and how sure each is; none where no input
/// is a range.
///
/// # Errors
/// The options that cannot be priced; distributions that an input cannot have.
pub fn drawn(uncertain: &Uncertainty<'_>, ask: &Ask) -> Result<Vec<Choice>, Vec<Problem>> {
    let mut found = answers(uncertain.at_medians(), None, Depth::Figures)?;
    add_certainty(uncertain, ask, &mut found, &mut |_| ())?;
    found.choices.retain(|choice| choice.sure.is_some());
    Ok(found.choices)
}

/// What the draws are made with.
struct Sampler<'a> {
    uncertain: &'a Uncertainty<'a>,
    draws: &'a Draws,
    names: &'a [&'static str],
}

impl Sampler<'_> {
    /// The tallies of all draws, in the order of the names.
    fn run(&self, ask: &Ask, watch: &mut dyn FnMut(u64)) -> Vec<Tally> {
        let threads = ask.threads.clamp(1, RANDOMIZATIONS);
        thread::scope(|scope| {
            let (send, receive) = mpsc::channel();
            let workers: Vec<_> = (0..threads)
                .map(|first| {
                    let send = send.clone();
                    scope.spawn(move || {
                        let mine = (first..RANDOMIZATIONS).step_by(threads);
                        self.work(mine, ask.samples, &send)
                    })
                })
                .collect();
            drop(send);
            for done in receive {
                watch(done);
            }
            let mut all = self.tallies();
            for worker in workers {
                match worker.join() {
                    Ok(part) => merge(&mut all, part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        })
    }

    fn tallies(&self) -> Vec<Tally> {
        self.names.iter().map(|name| Tally::new(name)).collect()
    }

    /// The draws of some randomizations.
    fn work(
        &self,
        mine: impl Iterator<Item = usize>,
        samples: u64,
        send: &mpsc::Sender<u64>,
    ) -> Vec<Tally> {
        let inputs = self.uncertain.inputs.len();
        let mut shares: Vec<Column> = vec![[0.0; BLOCK]; inputs];
        let mut columns = shares.clone();
        let mut tallies = self.tallies();
        for randomization in mine {
            let end = part_of(samples, randomization);
            let mut first = 0;
            while first < end {
                self.draws
                    .fill(randomization, first as u32, &mut shares, &mut columns);
                let count = (end - first).min(BLOCK as u64);
                for at in 0..count as usize {
                    let values: Vec<Real> = columns.iter().map(|c| Real::from(c[at])).collect();
                    self.draw(&values, &mut tallies);
                }
                first += count;
                // Nobody may be watching any more.
                let _ = send.send(count);
            }
        }
        tallies
    }

    /// Answers every choice at these values.
    fn draw(&self, values: &[Real], tallies: &mut [Tally]) {
        let scenario = self.uncertain.scenario(values).ok();
        for tally in tallies {
            let found = scenario
                .as_ref()
                .and_then(|scenario| choice(scenario, tally.name, Depth::Figures).ok());
            match found.filter(|found| !found.answer.is_empty()) {
                Some(found) => tally.add(&found),
                None => tally.unanswered += 1,
            }
        }
    }
}

fn merge(all: &mut [Tally], part: Vec<Tally>) {
    for (tally, more) in all.iter_mut().zip(part) {
        tally.merge(more);
    }
}

/// What the draws say of one choice.
#[derive(Clone, Debug, PartialEq)]
struct Tally {
    name: &'static str,
    answers: Vec<(&'static str, u64)>,
    unanswered: u64,
    /// Values of each main figure in the draws in which it has one.
    values: Vec<Vec<f64>>,
}

impl Tally {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            answers: Vec::new(),
            unanswered: 0,
            values: vec![Vec::new(); main_figures(name).len()],
        }
    }

    fn add(&mut self, found: &Choice) {
        self.count(found.answer, 1);
        for (key, values) in main_figures(self.name).iter().zip(&mut self.values) {
            values.extend(found.figure(key).filter(|value| value.is_finite()));
        }
    }

    fn count(&mut self, answer: &'static str, times: u64) {
        match self.answers.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, count)) => *count += times,
            None => self.answers.push((answer, times)),
        }
    }

    fn merge(&mut self, more: Self) {
        for (answer, times) in more.answers {
            self.count(answer, times);
        }
        self.unanswered += more.unanswered;
        for (values, more) in self.values.iter_mut().zip(more.values) {
            values.extend(more);
        }
    }

    /// Whether a figure differs between draws.
    fn is_spread(&self, draws: u64) -> bool {
        self.values.iter().any(|values| {
            let there = values.len() as u64;
            values.iter().any(|value| *value != values[0]) || (there > 0 && there < draws)
        })
    }

    fn sure(mut self, choice: &Choice) -> Sure {
        let answered: u64 = self.answers.iter().map(|(_, times)| times).sum();
        let share = |times: u64| times as f64 / answered.max(1) as f64;
        self.answers
            .sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let same = self.answers.iter().find(|(a, _)| *a == choice.answer);
        let probability_same = same.map_or(0.0, |(_, times)| share(*times));
        let others: Vec<Held> = self
            .answers
            .iter()
            .filter(|(a, _)| *a != choice.answer)
            .map(|(answer, times)| Held {
                answer,
                probability: share(*times),
            })
            .collect();
        let moved = self.answers.len() != 1 || self.unanswered > 0 || self.is_spread(answered);
        let keys = main_figures(self.name).iter();
        let figures: Vec<Range> = keys
            .zip(self.values)
            .filter_map(|(key, values)| Range::of(key, values, answered))
            .collect();
        Sure {
            probability_same,
            flip_probability: others
                .iter()
                .fold(0.0, |sum, other| sum + other.probability),
            others,
            answered,
            unanswered: self.unanswered,
            moved,
            figures,
        }
    }
}

impl Range {
    /// The spread of the values that a figure has in some of so many draws; none where it never has one.
    fn of(key: &'static str, mut values: Vec<f64>, draws: u64) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        values.sort_by(f64::total_cmp);
        Some(Self {
            key,
            p5: quantile(&values, 0.05),
            p50: quantile(&values, 0.5),
            p95: quantile(&values, 0.95),
            exists: values.len() as f64 / draws as f64,
        })
    }
}

/// A quantile of sorted values: the k-th of n stands for the share (k - 1/2)/n, between two it is straight.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = (sorted.len() - 1) as f64;
    let at = (share * sorted.len() as f64 - 0.5).clamp(0.0, last);
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_of_ten_values_stands_between_its_neighbors() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        // 0.05 x 10 - 0.5 = 0, the first; 0.5 x 10 - 0.5 = 4.5, between the fifth and the sixth.
        assert_eq!(quantile(&values, 0.05), 1.0);
        assert_eq!(quantile(&values, 0.5), 5.5);
        assert_eq!(quantile(&values, 0.95), 10.0);
        assert_eq!(quantile(&[7.0], 0.95), 7.0);
    }

    #[test]
    fn answers_are_counted_whatever_the_order() {
        let mut choice = Choice::new("batch");
        choice.answer = "batch";
        choice.put("best_share", "", 0.5, super::super::Written::Share);
        let (mut a, mut b) = (Tally::new("batch"), Tally::new("batch"));
        for _ in 0..3 {
            a.add(&choice);
        }
        choice.answer = "real-time";
        choice.figures[0].value = None;
        b.add(&choice);
        b.unanswered = 2;
        let mut other = b.clone();
        other.merge(a.clone());
        a.merge(b);
        choice.answer = "batch";
        let sure = a.sure(&choice);
        assert_eq!(sure, other.sure(&choice));
        // Three of four answered draws; the two without an answer stand apart.
        assert_eq!((sure.probability_same, sure.flip_probability), (0.75, 0.25));
        assert_eq!((sure.answered, sure.unanswered), (4, 2));
        assert_eq!(sure.others[0].answer, "real-time");
        // The share has a value in three of the four, the other figures in none.
        assert_eq!(sure.figures.len(), 1);
        assert_eq!((sure.figures[0].p50, sure.figures[0].exists), (0.5, 0.75));
    }
}
