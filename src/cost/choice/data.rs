//! What labeled examples are worth under noise, and where the next dollar for data goes
//! (`docs/model.md` section 10.3).
//!
//! The measure is a heuristic: symmetric label noise e leaves n (1 - 2e)^2 effective examples (the
//! squared correlation between a noisy and a true label). It holds for noise that is spread evenly, and
//! networks have been seen to bear far more of it; noise that is concentrated does more harm than it says.

use super::best_on;

/// Labeled examples and the share of them that is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Examples {
    /// How many.
    pub count: f64,
    /// Share of wrong labels, 0 to 0.5.
    pub noise: f64,
}

/// Looking labels over again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cleaning {
    /// Examples looked over in an hour.
    pub per_hour: f64,
    /// Share of the wrong labels among them that is put right.
    pub fixed_share: f64,
    /// Cost of an hour (USD).
    pub usd_per_hour: f64,
}

/// Collecting or labeling new examples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collecting {
    /// Examples of a day.
    pub per_day: f64,
    /// Share of wrong labels among them.
    pub noise: f64,
    /// Cost of a day (USD).
    pub usd_per_day: f64,
}

/// How a budget is spent best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Spent on collecting (USD); the rest goes into cleaning.
    pub collecting_usd: f64,
    /// Effective examples afterwards.
    pub effective: f64,
}

/// Effective examples: n (1 - 2e)^2, none from a noise of one half on.
pub fn effective(set: Examples) -> f64 {
    let signal = (1.0 - 2.0 * set.noise).max(0.0);
    set.count * signal * signal
}

/// Effective examples that the next hour of cleaning adds: with k examples looked over and a share c
/// of their errors fixed, de/dh = -e k c / n, so d(effective)/dh = 4 e k c (1 - 2e).
pub fn of_next_hour(set: Examples, cleaning: Cleaning) -> f64 {
    let signal = (1.0 - 2.0 * set.noise).max(0.0);
    4.0 * set.noise * cleaning.per_hour * cleaning.fixed_share * signal
}

/// Effective examples that the next day of collecting adds: with W = n e wrong labels the effective
/// number is (n - 2W)^2 / n, and its change per D new ones of noise e' is
/// D (1 - 2e) (2 (1 - 2e') - (1 - 2e)).
pub fn of_next_day(set: Examples, collecting: Collecting) -> f64 {
    let signal = (1.0 - 2.0 * set.noise).max(0.0);
    let fresh = 1.0 - 2.0 * collecting.noise;
    collecting.per_day * signal * (2.0 * fresh - signal)
}

/// The noise from which a dollar of cleaning adds more than a dollar of collecting, where new examples
/// are as noisy as the old: 4 e q = r (1 - 2e) with q examples fixed-over and r collected per dollar, so
/// e = r / (4q + 2r).
pub fn break_even_noise(cleaning: Cleaning, collecting: Collecting) -> f64 {
    let looked_over = cleaning.per_hour * cleaning.fixed_share / cleaning.usd_per_hour;
    let collected = collecting.per_day / collecting.usd_per_day;
    collected / (4.0 * looked_over + 2.0 * collected)
}

/// Effective examples after a budget is spent, `collecting_usd` of it on new examples.
///
/// Cleaning looks over every example at most once, the new ones included.
pub fn after(
    set: Examples,
    cleaning: Cleaning,
    collecting: Collecting,
    budget_usd: f64,
    collecting_usd: f64,
) -> f64 {
    let new = collecting.per_day * collecting_usd / collecting.usd_per_day;
    let count = set.count + new;
    if count <= 0.0 {
        return 0.0;
    }
    let wrong = set.count * set.noise + new * collecting.noise;
    let hours = (budget_usd - collecting_usd).max(0.0) / cleaning.usd_per_hour;
    let looked_over = (hours * cleaning.per_hour / count).min(1.0);
    let left = wrong * (1.0 - cleaning.fixed_share * looked_over);
    effective(Examples {
        count,
        noise: left / count,
    })
}

/// The split of a budget that leaves the most effective examples.
pub fn best_split(
    set: Examples,
    cleaning: Cleaning,
    collecting: Collecting,
    budget_usd: f64,
) -> Split {
    let loss = |usd: f64| -after(set, cleaning, collecting, budget_usd, usd);
    let (collecting_usd, least) = best_on(&loss, 0.0, budget_usd);
    // What differs from an end of the budget by rounding alone is that end.
    let end = [0.0, budget_usd]
        .into_iter()
        .find(|end| (collecting_usd - end).abs() <= 1e-9 * budget_usd);
    let collecting_usd = end.unwrap_or(collecting_usd);
    Split {
        collecting_usd,
        effective: -least,
    }
}

/// Accuracy lost or won by another number of effective examples, as a share of the present error: a
/// learning curve error ~ n^-alpha gives 1 - (n'/n)^-alpha.
pub fn error_cut(before: f64, after: f64, exponent: f64) -> f64 {
    1.0 - (after / before).powf(-exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: Examples = Examples {
        count: 10_000.0,
        noise: 0.1,
    };
    const CLEANING: Cleaning = Cleaning {
        per_hour: 50.0,
        fixed_share: 0.8,
        usd_per_hour: 40.0,
    };
    const COLLECTING: Collecting = Collecting {
        per_day: 400.0,
        noise: 0.1,
        usd_per_day: 800.0,
    };

    #[test]
    fn a_tenth_of_wrong_labels_leaves_64_of_100_examples() {
        // 100 (1 - 0.2)^2 = 64; half of them wrong is no information.
        let of = |noise| {
            effective(Examples {
                count: 100.0,
                noise,
            })
        };
        assert!((of(0.1) - 64.0).abs() < 1e-12);
        assert_eq!(of(0.5), 0.0);
        assert_eq!(of(0.0), 100.0);
    }

    #[test]
    fn the_next_hour_and_the_next_day_by_hand() {
        // 4 x 0.1 x 50 x 0.8 x 0.8 = 12.8 effective examples an hour;
        // 400 x 0.8 x (1.6 - 0.8) = 256 a day.
        assert!((of_next_hour(SET, CLEANING) - 12.8).abs() < 1e-12);
        assert!((of_next_day(SET, COLLECTING) - 256.0).abs() < 1e-12);
    }

    #[test]
    fn marginal_values_are_the_slopes_of_what_is_left_after_spending() {
        // An hour is 40 of the budget, a day 800: a ten thousandth of either is small enough.
        let small = 1e-4;
        let hour = after(SET, CLEANING, COLLECTING, 40.0 * small, 0.0) - effective(SET);
        assert!((hour / small - of_next_hour(SET, CLEANING)).abs() < 1e-2);
        let day = after(SET, CLEANING, COLLECTING, 800.0 * small, 800.0 * small) - effective(SET);
        assert!((day / small - of_next_day(SET, COLLECTING)).abs() < 1e-2);
    }

    #[test]
    fn at_the_break_even_noise_a_dollar_buys_the_same_either_way() {
        // q = 50 x 0.8/40 = 1, r = 0.5: 0.5/(4 + 1) = 0.1.
        let noise = break_even_noise(CLEANING, COLLECTING);
        assert!((noise - 0.1).abs() < 1e-12);
        let set = Examples { noise, ..SET };
        let collecting = Collecting {
            noise,
            ..COLLECTING
        };
        let hour = of_next_hour(set, CLEANING) / CLEANING.usd_per_hour;
        let day = of_next_day(set, collecting) / collecting.usd_per_day;
        assert!((hour - day).abs() < 1e-12);
    }

    #[test]
    fn the_best_split_is_no_worse_than_any_other() {
        for (noise, budget) in [(0.02, 5e3), (0.1, 2e4), (0.25, 2e4), (0.4, 1e5), (0.3, 0.0)] {
            let set = Examples { noise, ..SET };
            let best = best_split(set, CLEANING, COLLECTING, budget);
            for at in 0..=997 {
                let usd = budget * f64::from(at) / 997.0;
                let other = after(set, CLEANING, COLLECTING, budget, usd);
                assert!(
                    other <= best.effective * (1.0 + 1e-9),
                    "{noise} {budget} {usd}: {other} > {}",
                    best.effective
                );
            }
        }
    }

    #[test]
    fn little_noise_is_left_alone_and_much_noise_is_cleaned() {
        let clean = best_split(Examples { noise: 0.01, ..SET }, CLEANING, COLLECTING, 4e3);
        assert!((clean.collecting_usd - 4e3).abs() < 1.0, "{clean:?}");
        let noisy = best_split(Examples { noise: 0.3, ..SET }, CLEANING, COLLECTING, 4e3);
        assert!(noisy.collecting_usd < 1.0, "{noisy:?}");
    }

    #[test]
    fn twice_the_examples_cut_the_error_by_the_learning_curve() {
        // 1 - 2^-0.35 = 21.5 %.
        assert!((error_cut(1e3, 2e3, 0.35) - 0.215_416).abs() < 1e-6);
    }
}
