//! Laws of the six choices, on random numbers: an optimum is no worse than any other point, at a break-even
//! both ways cost the same and beyond it the other one is cheaper, and reviews never add errors.

use llmcost::cost::choice::cascade::Cascade;
use llmcost::cost::choice::complexity::Extra;
use llmcost::cost::choice::confidence::{Confidence, Review, error_price};
use llmcost::cost::choice::data::{
    Cleaning, Collecting, Examples, after, best_split, break_even_noise, of_next_day, of_next_hour,
};
use llmcost::cost::choice::invest::{Way, break_even_per_month, payback_months};
use proptest::prelude::*;

/// Points of a grid that an optimum is held against.
const GRID: u32 = 64;

fn grid() -> impl DoubleEndedIterator<Item = f64> {
    (0..=GRID).map(|at| f64::from(at) / f64::from(GRID))
}

/// Equal but for rounding in sums of this size.
fn same(a: f64, b: f64, size: f64) -> bool {
    (a - b).abs() <= 1e-9 * size.abs().max(1e-9)
}

/// Over orders of magnitude.
fn amount(from: f64, to: f64) -> impl Strategy<Value = f64> {
    (from.ln()..to.ln()).prop_map(f64::exp)
}

fn confidence() -> impl Strategy<Value = Confidence> {
    (0.001..0.5_f64, amount(0.2, 50.0)).prop_map(|(error_rate, concentration)| Confidence {
        error_rate,
        concentration,
    })
}

fn review() -> impl Strategy<Value = Review> {
    (amount(0.01, 20.0), 0.1..1.0_f64, amount(0.01, 1e3)).prop_map(|(usd, caught, error_usd)| {
        Review {
            usd,
            caught,
            error_usd,
        }
    })
}

fn way() -> impl Strategy<Value = Way> {
    (amount(1.0, 1e5), amount(1.0, 1e5), amount(1e-6, 0.1)).prop_map(
        |(once_usd, monthly_usd, per_request_usd)| Way {
            once_usd,
            monthly_usd,
            per_request_usd,
        },
    )
}

fn cleaning() -> impl Strategy<Value = Cleaning> {
    (amount(1.0, 1e3), 0.1..1.0_f64, amount(5.0, 200.0)).prop_map(
        |(per_hour, fixed_share, usd_per_hour)| Cleaning {
            per_hour,
            fixed_share,
            usd_per_hour,
        },
    )
}

fn collecting() -> impl Strategy<Value = Collecting> {
    (amount(1.0, 1e4), 0.0..0.45_f64, amount(50.0, 2e3)).prop_map(
        |(per_day, noise, usd_per_day)| Collecting {
            per_day,
            noise,
            usd_per_day,
        },
    )
}

proptest! {
    #[test]
    fn no_threshold_beats_the_best_one(review in review(), confidence in confidence()) {
        let best = review.cost(&confidence, review.best_threshold());
        for threshold in grid() {
            let cost = review.cost(&confidence, threshold);
            prop_assert!(best <= cost + 1e-9 * cost, "{best} at best, {cost} at {threshold}");
        }
    }

    #[test]
    fn more_review_never_raises_what_errors_cost(review in review(), confidence in confidence()) {
        let mut last = (0.0, f64::INFINITY);
        for threshold in grid().rev() {
            let reviewed = confidence.share_above(threshold);
            let errors_usd = review.errors_left(&confidence, threshold) * review.error_usd;
            prop_assert!(reviewed >= last.0 - 1e-12);
            prop_assert!(errors_usd <= last.1 + 1e-9 * review.error_usd, "at {threshold}");
            last = (reviewed, errors_usd);
        }
    }

    #[test]
    fn at_the_price_of_an_error_all_and_nothing_cost_the_same(
        review in review(),
        confidence in confidence(),
    ) {
        let price = review.all_or_nothing_usd(confidence.error_rate).expect("reviews that catch");
        let [nothing, all] = [1.0, 0.0].map(|threshold| move |factor: f64| {
            let error_usd = factor * price;
            Review { error_usd, ..review }.cost(&confidence, threshold)
        });
        prop_assert!(same(nothing(1.0), all(1.0), all(1.0)));
        prop_assert!(nothing(0.9) < all(0.9) && all(1.1) < nothing(1.1));
    }

    #[test]
    fn at_the_error_price_of_two_models_both_cost_the_same(
        cost in amount(1e-5, 0.1),
        gap in amount(1e-5, 0.1),
        rate in 0.01..0.3_f64,
        better in 0.0..0.9_f64,
    ) {
        let (cheap, dear) = ((cost, rate), (cost + gap, rate * better));
        let price = error_price(cheap, dear).expect("a better model");
        let total = |(usd, errors): (f64, f64), price: f64| usd + errors * price;
        prop_assert!(same(total(cheap, price), total(dear, price), total(dear, price)));
        prop_assert!(total(cheap, 0.9 * price) < total(dear, 0.9 * price));
    }

    #[test]
    fn no_threshold_of_a_cascade_beats_the_best_one(
        small in confidence(),
        better in 0.0..1.0_f64,
        large_usd in amount(1e-5, 1.0),
        error_usd in amount(0.01, 1e3),
    ) {
        let cascade = Cascade { small, large_error_rate: better * small.error_rate };
        let cost = |t: f64| cascade.escalated(t) * large_usd + cascade.errors(t) * error_usd;
        let best = cost(cascade.best_threshold(large_usd, error_usd));
        for threshold in grid() {
            let other = cost(threshold);
            prop_assert!(best <= other + 1e-9 * other, "{best} at best, {other} at {threshold}");
        }
    }

    #[test]
    fn at_the_break_even_volume_both_ways_cost_the_same(
        first in way(),
        second in way(),
        months in 1.0..60.0_f64,
    ) {
        let Some(volume) = break_even_per_month(&first, &second, months) else {
            // Never: at no volume does the second cost less than the first by its price per request.
            prop_assert!(second.per_request_usd >= first.per_request_usd);
            return Ok(());
        };
        let [a, b] = [first, second].map(|way| move |volume: f64| way.after(months, volume));
        if volume > 0.0 {
            prop_assert!(same(a(volume), b(volume), a(volume)), "at {volume}");
            prop_assert!(a(0.9 * volume) < b(0.9 * volume));
        }
        prop_assert!(b(1.1 * volume + 1.0) < a(1.1 * volume + 1.0));
        if let Some(months) = payback_months(&first, &second, 2.0 * volume).filter(|m| *m > 0.0) {
            let [a, b] = [first, second].map(|way| way.after(months, 2.0 * volume));
            prop_assert!(same(a, b, a), "after {months} months");
        }
    }

    #[test]
    fn at_the_break_even_noise_a_dollar_buys_the_same(
        cleaning in cleaning(),
        collecting in collecting(),
    ) {
        let even = break_even_noise(cleaning, collecting);
        let gain = |noise: f64| {
            let set = Examples { count: 1e3, noise };
            let as_noisy = Collecting { noise, ..collecting };
            let cleaned = of_next_hour(set, cleaning) / cleaning.usd_per_hour;
            (cleaned, of_next_day(set, as_noisy) / collecting.usd_per_day)
        };
        let (cleaned, collected) = gain(even);
        prop_assert!(same(cleaned, collected, collected));
        let (cleaned, collected) = gain(0.9 * even);
        prop_assert!(cleaned < collected);
    }

    #[test]
    fn no_split_of_a_grid_beats_the_best_one(
        count in amount(10.0, 1e6),
        noise in 0.0..0.45_f64,
        cleaning in cleaning(),
        collecting in collecting(),
        budget in amount(100.0, 1e6),
    ) {
        let set = Examples { count, noise };
        let best = best_split(set, cleaning, collecting, budget);
        let of = |usd: f64| after(set, cleaning, collecting, budget, usd);
        prop_assert!(same(best.effective, of(best.collecting_usd), best.effective));
        for share in grid() {
            let other = of(share * budget);
            prop_assert!(best.effective >= other * (1.0 - 1e-12), "{other} at {share}");
        }
    }

    #[test]
    fn a_complex_variant_pays_above_its_break_even_gain_alone(
        points in 0.1..10.0_f64,
        usd_per_point_month in amount(10.0, 1e5),
        build_usd in amount(1.0, 1e6),
        debugging_hours in 0.0..100.0_f64,
        departures_per_year in 0.0..2.0_f64,
        months in 1.0..60.0_f64,
    ) {
        let extra = Extra {
            points,
            usd_per_point_month,
            build_usd,
            debugging_hours,
            usd_per_hour: 90.0,
            runs_per_year: 4.0,
            usd_per_run: 900.0,
            running_usd: 50.0,
            departures_per_year,
            relearning_hours: 160.0,
        };
        let even = extra.break_even_points(months).expect("points that are worth something");
        let net = |factor: f64| Extra { points: factor * even, ..extra }.net(months);
        prop_assert!(same(net(1.0), 0.0, build_usd + months * extra.upkeep()));
        prop_assert!(net(0.9) < 0.0 && net(1.1) > 0.0);
        if let Some(month) = extra.turns_in_month() {
            prop_assert!(extra.net(month) >= -1e-9 * build_usd);
            prop_assert!(extra.net(month - 1.0) < 1e-9 * build_usd);
        }
    }
}
