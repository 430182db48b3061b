//! Which answers a person, or a larger model, should look at (`docs/model.md` section 10.6).
//!
//! A calibrated model says for each answer the probability p that it is wrong. Over the answers p follows
//! a beta distribution whose mean is the error rate; its concentration says how little the confidence
//! tells: near 0 nearly every answer is known to be right or wrong, far above 1 all look alike.

use statrs::function::beta::beta_reg;

/// How the probability of an error is spread over the answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    /// Mean probability of an error: the error rate.
    pub error_rate: f64,
    /// alpha + beta of the distribution, above 0.
    pub concentration: f64,
}

impl Confidence {
    fn alpha(&self) -> f64 {
        (self.error_rate * self.concentration).max(1e-12)
    }

    fn beta(&self) -> f64 {
        ((1.0 - self.error_rate) * self.concentration).max(1e-12)
    }

    /// Share of the answers whose probability of an error is above a threshold.
    pub fn share_above(&self, threshold: f64) -> f64 {
        match threshold {
            t if t <= 0.0 => 1.0,
            t if t >= 1.0 => 0.0,
            t => 1.0 - beta_reg(self.alpha(), self.beta(), t),
        }
    }

    /// Errors among the answers at or below a threshold, per answer of all:
    /// E[p; p <= t] = mean x I_t(alpha + 1, beta).
    pub fn errors_below(&self, threshold: f64) -> f64 {
        match threshold {
            t if t <= 0.0 => 0.0,
            t if t >= 1.0 => self.error_rate,
            t => self.error_rate * beta_reg(self.alpha() + 1.0, self.beta(), t),
        }
    }
}

/// Prices of reviewing and of not reviewing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Review {
    /// One review (USD).
    pub usd: f64,
    /// Share of the errors that it catches.
    pub caught: f64,
    /// One error that nobody caught (USD).
    pub error_usd: f64,
}

impl Review {
    /// Cost per answer where everything above a threshold is reviewed (USD): review + errors left.
    pub fn cost(&self, confidence: &Confidence, threshold: f64) -> f64 {
        confidence.share_above(threshold) * self.usd
            + self.errors_left(confidence, threshold) * self.error_usd
    }

    /// Errors that nobody caught, per answer.
    pub fn errors_left(&self, confidence: &Confidence, threshold: f64) -> f64 {
        let kept = confidence.errors_below(threshold);
        kept + (1.0 - self.caught) * (confidence.error_rate - kept)
    }

    /// The best threshold: an answer is worth a review where p x caught x cost of an error exceeds the
    /// price of the review. 1 where none is.
    pub fn best_threshold(&self) -> f64 {
        let worth = self.caught * self.error_usd;
        if worth > 0.0 {
            (self.usd / worth).min(1.0)
        } else {
            1.0
        }
    }

    /// Price of an error at which reviewing everything costs what reviewing nothing does:
    /// price of a review / (error rate x caught). None where reviews catch nothing.
    pub fn all_or_nothing_usd(&self, error_rate: f64) -> Option<f64> {
        let caught = error_rate * self.caught;
        (caught > 0.0).then(|| self.usd / caught)
    }

    /// Price of an error up to which not even the least certain answer is worth a review.
    pub fn automation_stops_at_usd(&self) -> Option<f64> {
        (self.caught > 0.0).then(|| self.usd / self.caught)
    }
}

/// Price of an error at which a dearer, better option costs what a cheaper, worse one does:
/// (C2 - C1)/(e1 - e2) per answer (Zellinger and Thomson 2025, arXiv 2507.03834). None where the dearer
/// one is not better.
pub fn error_price(cheap: (f64, f64), better: (f64, f64)) -> Option<f64> {
    let (cost_gap, error_gap) = (better.0 - cheap.0, cheap.1 - better.1);
    (error_gap > 0.0 && cost_gap >= 0.0).then(|| cost_gap / error_gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REVIEW: Review = Review {
        usd: 0.5,
        caught: 0.8,
        error_usd: 5.0,
    };

    fn with(concentration: f64) -> Confidence {
        Confidence {
            error_rate: 0.1,
            concentration,
        }
    }

    #[test]
    fn a_beta_of_one_and_nine_by_hand() {
        // alpha 1, beta 9: P(p > t) = (1 - t)^9; at 0.2: 0.8^9 = 0.134218.
        let confidence = with(10.0);
        assert!((confidence.share_above(0.2) - 0.134_217_728).abs() < 1e-9);
        // E[p; p <= t] = 0.1 I_t(2, 9), I_t(2, 9) = 1 - (1-t)^9 (1 + 9t): 1 - 0.134218 x 2.8 = 0.624190.
        assert!((confidence.errors_below(0.2) - 0.062_419_04).abs() < 1e-8);
    }

    #[test]
    fn the_whole_and_the_empty_range_are_the_policies_all_and_nothing() {
        let confidence = with(4.0);
        // Nothing: 0.1 x 5. All: 0.5 + 0.1 x 0.2 x 5 = 0.6.
        assert!((REVIEW.cost(&confidence, 1.0) - 0.5).abs() < 1e-12);
        assert!((REVIEW.cost(&confidence, 0.0) - 0.6).abs() < 1e-12);
    }

    #[test]
    fn the_best_threshold_is_no_worse_than_any_other() {
        // 0.5/(0.8 x 5) = 0.125.
        let best = REVIEW.best_threshold();
        assert!((best - 0.125).abs() < 1e-12);
        for concentration in [0.2, 1.0, 5.0, 50.0] {
            let confidence = with(concentration);
            let least = REVIEW.cost(&confidence, best);
            for at in 0..=1000 {
                let cost = REVIEW.cost(&confidence, f64::from(at) / 1000.0);
                assert!(least <= cost + 1e-12, "{concentration} {at}");
            }
        }
    }

    #[test]
    fn more_review_never_leaves_more_errors() {
        let confidence = with(3.0);
        let left: Vec<f64> = (0..=100)
            .rev()
            .map(|at| REVIEW.errors_left(&confidence, f64::from(at) / 100.0))
            .collect();
        assert!(left.windows(2).all(|pair| pair[1] <= pair[0] + 1e-15));
    }

    #[test]
    fn the_price_of_an_error_at_which_all_or_nothing_cost_the_same() {
        // 0.5/(0.1 x 0.8) = 6.25.
        let price = REVIEW.all_or_nothing_usd(0.1).unwrap();
        assert!((price - 6.25).abs() < 1e-12);
        let even = Review {
            error_usd: price,
            ..REVIEW
        };
        let confidence = with(2.0);
        assert!((even.cost(&confidence, 0.0) - even.cost(&confidence, 1.0)).abs() < 1e-9);
    }

    #[test]
    fn below_the_price_of_a_review_over_what_it_catches_nothing_is_reviewed() {
        let price = REVIEW.automation_stops_at_usd().unwrap();
        assert!((price - 0.625).abs() < 1e-12);
        let at = |error_usd| {
            Review {
                error_usd,
                ..REVIEW
            }
            .best_threshold()
        };
        assert_eq!(at(price * 0.99), 1.0);
        assert!(at(price * 1.01) < 1.0);
    }

    #[test]
    fn the_error_price_between_two_models() {
        // (0.020 - 0.001)/(0.15 - 0.05) = 0.19 USD.
        let price = error_price((0.001, 0.15), (0.020, 0.05)).unwrap();
        assert!((price - 0.19).abs() < 1e-12);
        assert_eq!(error_price((0.001, 0.05), (0.020, 0.05)), None);
    }
}
