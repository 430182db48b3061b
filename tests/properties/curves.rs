//! Laws of cost over volume, and of the volumes at which options cross.

use llmcost::analysis::breakeven::{BreakEven, Verdict};
use llmcost::curve::Curve;
use llmcost::scenario::{Hybrid, OptionSpec, Rent, Serving, Supply};
use proptest::prelude::*;

use super::contests::{contest, contested};
use super::run::{Run, near, spread};
use super::scenarios::{Draft, Draw, cases, scenario};

/// How far apart two costs must be to say which is less.
const ROUNDING: f64 = 1e-9;

/// An option with those that it mixes or is served by.
fn parts<'a>(run: &'a Run, spec: &'a OptionSpec) -> Vec<&'a OptionSpec> {
    let at: Vec<usize> = match &spec.supply {
        Supply::Hybrid(Hybrid::Shares(shares)) => shares.iter().map(|(at, _)| *at).collect(),
        Supply::Hybrid(Hybrid::Overflow { base, overflow, .. }) => vec![*base, *overflow],
        Supply::FineTune(tune) => match &tune.serving {
            Serving::Own(at) => vec![*at],
            Serving::Hosted { .. } => Vec::new(),
        },
        _ => Vec::new(),
    };
    at.into_iter()
        .map(|at| &run.scenario.options[at])
        .chain([spec])
        .collect()
}

/// A fleet that follows the day with a reserved share of its busiest hour that is cheaper than the rest:
/// one more replica at the peak moves GPUs of all other hours to the cheaper price, so cost may fall.
fn reserves_cheaply(spec: &OptionSpec) -> bool {
    let Supply::SelfHost(own) = &spec.supply else {
        return false;
    };
    let price = |rent: &Rent| {
        let lost = rent.interruption.as_ref().map_or(0.0, |x| x.value.get());
        rent.usd_per_gpu_hour.value.get() * (1.0 + lost)
    };
    let (reserved, rest): (Vec<&Rent>, Vec<&Rent>) = own
        .rents
        .iter()
        .partition(|rent| rent.tier.starts_with("reserved"));
    let cheapest = reserved
        .into_iter()
        .map(price)
        .fold(f64::INFINITY, f64::min);
    own.autoscale && rest.into_iter().any(|rent| price(rent) > cheapest)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn cost_never_falls_as_the_volume_grows(draft in scenario()) {
        let run = Run::of(&draft)?;
        for (spec, total) in run.scenario.options.iter().zip(&run.totals) {
            if parts(&run, spec).into_iter().any(reserves_cheaply) {
                continue;
            }
            let mut last = (0.0, total.at(0.0));
            for volume in spread(1e-3, 1e8, 600) {
                let cost = total.at(volume);
                prop_assert!(
                    cost >= last.1 * (1.0 - 1e-9),
                    "{}: {} at {}, {cost} at {volume}\n{}", spec.name, last.1, last.0, draft.text()
                );
                last = (volume, cost);
            }
        }
    }

    #[test]
    fn the_curve_at_a_volume_is_the_ledger_rebuilt_with_it(
        draft in scenario(),
        volume in (0.0f64..7.0).prop_map(|digits| 10f64.powf(digits)),
    ) {
        let run = Run::of(&draft)?;
        let set = [format!("workload.requests_per_day={volume}")];
        let again = Run::with(&draft.text(), &set)?.ledgers();
        for (total, option) in run.totals.iter().zip(&again.options) {
            let (curve, ledger) = (total.at(volume), option.monthly_usd);
            prop_assert!(
                near(curve, ledger, 1e-9),
                "{}: {curve}, {ledger} at {volume}\n{}", option.name, draft.text()
            );
        }
    }

    #[test]
    fn the_pieces_of_a_curve_agree_with_its_values(draft in scenario()) {
        let run = Run::of(&draft)?;
        let (low, high) = (1.0, 1e4);
        for total in run.totals.iter().filter(|total| total.breaks(low, high) < 2_000.0) {
            let pieces = total.pieces(low, high);
            prop_assert!(pieces.windows(2).all(|pair| pair[0].to == pair[1].from));
            prop_assert_eq!((pieces[0].from, pieces[pieces.len() - 1].to), (low, high));
            for piece in &pieces {
                // Thinner ones lie within the tolerance of a step.
                let thin = piece.to - piece.from <= 1e-8 * piece.to;
                for share in [0.01, 0.5, 0.99] {
                    let volume = piece.from + share * (piece.to - piece.from);
                    let (line, value) = (piece.at(volume), total.at(volume));
                    prop_assert!(
                        thin || near(line, value, ROUNDING),
                        "{line}, {value} at {volume}: {piece:?}\n{}", draft.text()
                    );
                }
            }
        }
    }

    #[test]
    fn crossings_lie_in_the_range_and_alternate(draft in scenario()) {
        let run = Run::of(&draft)?;
        for pair in run.compare().break_even {
            let volumes: Vec<f64> =
                pair.crossings.iter().map(|crossing| crossing.requests_per_day).collect();
            let [low, high] = pair.range;
            prop_assert!(low <= high && volumes.iter().all(|v| (low..=high).contains(v)));
            prop_assert!(
                volumes.windows(2).all(|two| two[0] < two[1] && !near(two[0], two[1], ROUNDING)),
                "{volumes:?}\n{}", draft.text()
            );
            let sides: Vec<&str> =
                pair.crossings.iter().map(|crossing| crossing.cheaper_after.as_str()).collect();
            prop_assert!(sides.windows(2).all(|two| two[0] != two[1]), "{sides:?}");
            let crosses = pair.verdict == Verdict::Crosses;
            prop_assert_eq!(crosses, !volumes.is_empty());
            prop_assert_eq!(crosses, pair.reason.is_none());
            if let (Some(last), Some(from)) = (pair.crossings.last(), &pair.cheaper_from) {
                prop_assert_eq!(&last.cheaper_after, &from.option);
                prop_assert_eq!(last.requests_per_day, from.requests_per_day);
            }
        }
    }

    #[test]
    fn both_options_cost_the_same_where_their_slopes_cross(draft in scenario()) {
        let run = Run::of(&draft)?;
        for pair in run.compare().break_even {
            let (a, b) = (&run.totals[run.at(&pair.a)], &run.totals[run.at(&pair.b)]);
            for crossing in pair.crossings.iter().filter(|crossing| crossing.cause == "slope") {
                let volume = crossing.requests_per_day;
                prop_assert!(
                    near(a.at(volume), b.at(volume), ROUNDING),
                    "{} and {} at {volume}: {}, {}\n{}",
                    pair.a, pair.b, a.at(volume), b.at(volume), draft.text()
                );
            }
        }
    }

    #[test]
    fn the_cheaper_option_changes_at_every_crossing(draft in scenario()) {
        let run = Run::of(&draft)?;
        for pair in run.compare().break_even {
            let (a, b) = (&run.totals[run.at(&pair.a)], &run.totals[run.at(&pair.b)]);
            for (at, crossing) in pair.crossings.iter().enumerate() {
                let volume = crossing.requests_per_day;
                let near_by = |at: usize| pair.crossings.get(at).map(|next| next.requests_per_day);
                let before = at.checked_sub(1).and_then(near_by).unwrap_or(pair.range[0]);
                let after = near_by(at + 1).unwrap_or(pair.range[1]);
                let first = crossing.cheaper_after == pair.a;
                for (point, first) in [(between(before, volume), !first), (between(volume, after), first)] {
                    let gap = a.at(point) - b.at(point);
                    let level = gap.abs() <= ROUNDING * a.at(point).abs();
                    prop_assert!(
                        level || (gap < 0.0) == first,
                        "{} and {}, crossing {volume}: {gap} at {point}\n{}",
                        pair.a, pair.b, draft.text()
                    );
                }
            }
        }
    }

    #[test]
    fn the_option_that_is_cheaper_from_a_volume_stays_so(draft in scenario()) {
        let run = Run::of(&draft)?;
        for pair in run.compare().break_even {
            let Some(from) = &pair.cheaper_from else { continue };
            let other = if from.option == pair.a { &pair.b } else { &pair.a };
            let (cheap, dear) = (&run.totals[run.at(&from.option)], &run.totals[run.at(other)]);
            for volume in spread(from.requests_per_day * (1.0 + 1e-8), pair.range[1], 200) {
                prop_assert!(
                    cheap.at(volume) <= dear.at(volume) * (1.0 + ROUNDING),
                    "{} and {other} at {volume}\n{}", from.option, draft.text()
                );
            }
        }
    }
}

fn between(low: f64, high: f64) -> f64 {
    (low * high).sqrt().clamp(low, high)
}

proptest! {
    #![proptest_config(cases(10))]

    /// Ten scenarios of each sort, 50,000 volumes of each: a million.
    #[test]
    fn brute_force_finds_no_crossing_that_was_missed(
        any_scenario in scenario(),
        close_scenario in contested(),
    ) {
        brute_force(&any_scenario, 50_000)?;
        brute_force(&close_scenario, 50_000)?;
    }
}

proptest! {
    #![proptest_config(cases(1))]

    #[test]
    fn brute_force_over_a_million_volumes_of_one_scenario_finds_no_other_crossing(
        draft in contested(),
    ) {
        brute_force(&draft, 1_000_000)?;
    }
}

#[test]
fn own_gpus_at_nearly_the_price_of_an_api_cross_it_at_every_replica() {
    // Of what a replica carries the API asks x, own GPUs 0.97 for each started one: they become cheaper
    // at 0.97 n while 0.97 n > n - 1, for n to 33, and dearer at n while 0.97 (n + 1) > n, for n to 32.
    let draft = contest(0.97, 1.0, "", "");
    let run = Run::of(&draft).expect("a valid scenario");
    let pair = &run.compare().break_even[0];
    assert_eq!(pair.crossings.len(), 65);
    let full = 3_600.0 * 24.0;
    for (at, crossing) in pair.crossings.iter().enumerate() {
        let n = (at / 2 + 1) as f64;
        let (replicas, cheaper, cause) = if at % 2 == 0 {
            (0.97 * n, "own", "slope")
        } else {
            (n, "a", "replica")
        };
        assert!(
            near(crossing.requests_per_day, replicas * full, 1e-8),
            "{crossing:?}"
        );
        assert_eq!(
            (crossing.cheaper_after.as_str(), crossing.cause),
            (cheaper, cause)
        );
    }
    brute_force(&draft, 20_000).expect("no other crossing");
}

#[test]
fn jumps_that_are_one_but_for_rounding_make_no_crossings() {
    // 0.085 reviewed x 3 min / 8 h: one reviewer per 1,882.35 requests a day, at the API as in the mix
    // of 2 % and 98 %, where the first of one part and the 49th of the other end where the 50th starts.
    let mut draft = contest(1.5, 1.0, "", "");
    let keys = "parts = [{ option = \"own\", share = 0.02 }, { option = \"a\", share = 0.98 }]";
    draft.options.push(Draw::new("hybrid", "mix", &[keys]));
    draft
        .quality
        .push("review_share = 0.085\nwhole_reviewers = true".into());
    let run = Run::of(&draft).expect("a valid scenario");
    for pair in run.compare().break_even {
        let volumes: Vec<f64> = pair.crossings.iter().map(|c| c.requests_per_day).collect();
        let twice = volumes
            .windows(2)
            .find(|two| near(two[0], two[1], ROUNDING));
        assert_eq!(twice, None, "{} and {}", pair.a, pair.b);
    }
}

#[test]
fn the_search_ends_where_curves_bend_in_every_hour_and_jump_for_every_person() {
    // A base of 27 requests a day bends each hour; reviewers and their steps stand on the mean of them.
    let mut draft = contest(1.0, 1.0, "", "");
    let keys = "base = \"own\"\noverflow = \"a\"\nbase_requests_per_day = 27";
    draft.options.push(Draw::new("hybrid", "based", &[keys]));
    draft
        .quality
        .push("review_share = 0.1\nwhole_reviewers = true".into());
    let (done, answer) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let run = Run::of(&draft).expect("a valid scenario");
        done.send(run.compare().break_even.len())
    });
    let pairs = answer.recv_timeout(std::time::Duration::from_secs(20));
    assert_eq!(pairs, Ok(3), "the search for crossings does not end");
}

/// Compares every pair of options at many volumes with what the exact crossings say.
fn brute_force(draft: &Draft, count: usize) -> Result<(), TestCaseError> {
    let run = Run::of(draft)?;
    let pairs = run.compare().break_even;
    let mut walks: Vec<Walk> = pairs.iter().map(|pair| Walk::new(&run, pair)).collect();
    let (low, high) = run.scenario.volume_range;
    // Small whole volumes first, then all magnitudes.
    let whole = (count / 5).min(high as usize);
    let mut volumes: Vec<f64> = (1..=whole).map(|n| n as f64).collect();
    volumes.extend(spread(low, high, count - whole));
    volumes.sort_by(f64::total_cmp);
    for volume in volumes {
        let costs: Vec<f64> = run
            .totals
            .iter()
            .map(|total: &Curve| total.at(volume))
            .collect();
        for walk in &mut walks {
            if let Some(why) = walk.step(volume, &costs) {
                return Err(TestCaseError::fail(format!("{why}\n{}", draft.text())));
            }
        }
    }
    Ok(())
}

/// A walk over the volumes of a pair: which side the crossings passed so far make the cheaper one.
struct Walk<'a> {
    pair: &'a BreakEven,
    at: [usize; 2],
    passed: usize,
}

impl<'a> Walk<'a> {
    fn new(run: &Run, pair: &'a BreakEven) -> Self {
        Self {
            pair,
            at: [run.at(&pair.a), run.at(&pair.b)],
            passed: 0,
        }
    }

    /// Why the costs at a volume contradict the crossings, if they do.
    fn step(&mut self, volume: f64, costs: &[f64]) -> Option<String> {
        let crossings = &self.pair.crossings;
        while crossings
            .get(self.passed)
            .is_some_and(|next| next.requests_per_day <= volume)
        {
            self.passed += 1;
        }
        let [a, b] = self.at.map(|at| costs[at]);
        if volume > self.pair.range[1] || near(a, b, ROUNDING) || self.beside(volume) {
            return None;
        }
        let first_is_cheaper = match (self.passed, self.pair.verdict) {
            (0, Verdict::Never) => true,
            (0, Verdict::Always) => false,
            (0, Verdict::Crosses) => crossings[0].cheaper_after != self.pair.a,
            (n, _) => crossings[n - 1].cheaper_after == self.pair.a,
        };
        ((a < b) != first_is_cheaper).then(|| {
            format!(
                "{} costs {a} and {} {b} at {volume}, after {} of {} crossings",
                self.pair.a,
                self.pair.b,
                self.passed,
                crossings.len()
            )
        })
    }

    /// Within the tolerance of a step around a crossing.
    fn beside(&self, volume: f64) -> bool {
        let crossings = &self.pair.crossings;
        let around = [self.passed.checked_sub(1), Some(self.passed)];
        around
            .into_iter()
            .flatten()
            .filter_map(|at| crossings.get(at))
            .any(|crossing| near(crossing.requests_per_day, volume, 1e-8))
    }
}
