//! A small model first, and a large one for the answers that are least certain (`docs/model.md` 10.6).

use super::confidence::Confidence;

/// Two models one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cascade {
    /// How certain the small model is of its answers.
    pub small: Confidence,
    /// Error rate of the large model on all answers.
    pub large_error_rate: f64,
}

impl Cascade {
    /// Share of the answers that go on to the large model.
    pub fn escalated(&self, threshold: f64) -> f64 {
        self.small.share_above(threshold)
    }

    /// Errors of the large model per error of the small one. A heuristic: where the small model errs
    /// with probability p, the large one is taken to err with p times this.
    pub fn relative_error(&self) -> f64 {
        if self.small.error_rate > 0.0 {
            (self.large_error_rate / self.small.error_rate).min(1.0)
        } else {
            1.0
        }
    }

    /// Errors per answer: those kept, and those that the large model makes on what it is given.
    pub fn errors(&self, threshold: f64) -> f64 {
        let kept = self.small.errors_below(threshold);
        kept + self.relative_error() * (self.small.error_rate - kept)
    }

    /// The best threshold where the large model costs the same for every answer (USD): an answer goes on
    /// where p x (1 - relative error) x cost of an error exceeds that cost. 1 where none does.
    pub fn best_threshold(&self, large_usd: f64, error_usd: f64) -> f64 {
        let worth = (1.0 - self.relative_error()) * error_usd;
        if worth > 0.0 {
            (large_usd / worth).min(1.0)
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASCADE: Cascade = Cascade {
        small: Confidence {
            error_rate: 0.1,
            concentration: 10.0,
        },
        large_error_rate: 0.02,
    };

    #[test]
    fn errors_of_a_cascade_by_hand() {
        // At 0.2 the small model keeps 0.062419 errors; of the other 0.037581 the large one makes a fifth.
        let errors = CASCADE.errors(0.2);
        assert!((errors - (0.062_419_04 + 0.2 * 0.037_580_96)).abs() < 1e-8);
        assert!((CASCADE.escalated(0.2) - 0.134_217_728).abs() < 1e-9);
    }

    #[test]
    fn the_ends_are_the_two_models_alone() {
        assert!((CASCADE.errors(0.0) - 0.02).abs() < 1e-12);
        assert!((CASCADE.errors(1.0) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn the_best_threshold_is_no_worse_than_any_other() {
        let (large, error) = (0.02, 0.5);
        let cost = |t: f64| CASCADE.escalated(t) * large + CASCADE.errors(t) * error;
        // 0.02/(0.8 x 0.5) = 0.05.
        let best = CASCADE.best_threshold(large, error);
        assert!((best - 0.05).abs() < 1e-12);
        for at in 0..=1000 {
            assert!(cost(best) <= cost(f64::from(at) / 1000.0) + 1e-12, "{at}");
        }
    }
}
