//! A number as a scenario may give it: exact, or as what is known about it.
//!
//! `"2.0 to 3.5"` is a 90 % interval (lognormal where positive, normal otherwise);
//! `{ dist = "triangular", min = 1, mode = 2, max = 4 }` names a distribution.

mod read;

use statrs::distribution::{Beta, ContinuousCDF, Normal};

use crate::diagnostic::{Problem, Problems};
use crate::document::{Node, Value};
pub use read::SHAPES;
use read::{interval, named, not_a_number};

/// A number or a distribution of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Known exactly.
    Exact(f64),
    /// Logarithm normal with mean `mu` and standard deviation `sigma`.
    Lognormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Equally likely between two ends.
    Uniform {
        /// Lower end.
        min: f64,
        /// Upper end.
        max: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower end.
        min: f64,
        /// Peak.
        mode: f64,
        /// Upper end.
        max: f64,
    },
    /// Beta on `min..max`; a PERT is one with alpha = 1 + 4 (mode - min)/(max - min).
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
        /// Lower end.
        min: f64,
        /// Upper end.
        max: f64,
    },
    /// Listed values with their weights, ordered by value.
    Discrete(Vec<(f64, f64)>),
}

/// The standard normal quantile of 95 %: ends of a 90 % interval lie this many sigmas from the middle.
const Z95: f64 = 1.644_853_626_951_472_2;

impl Input {
    /// The value that half of the cases stay below.
    pub fn median(&self) -> f64 {
        match self {
            Self::Exact(value) => *value,
            Self::Lognormal { mu, .. } => mu.exp(),
            Self::Normal { mean, .. } => *mean,
            _ => self.quantile(0.5),
        }
    }

    /// The value that a share `p` (0..1) of the cases stays below.
    pub fn quantile(&self, p: f64) -> f64 {
        match self {
            Self::Exact(value) => *value,
            Self::Lognormal { mu, sigma } => (mu + sigma * standard_normal(p)).exp(),
            Self::Normal { mean, sd } => mean + sd * standard_normal(p),
            Self::Uniform { min, max } => min + p * (max - min),
            Self::Triangular { min, mode, max } => triangular(*min, *mode, *max, p),
            Self::Beta {
                alpha,
                beta,
                min,
                max,
            } => min + (max - min) * Beta::new(*alpha, *beta).map_or(0.5, |d| d.inverse_cdf(p)),
            Self::Discrete(list) => discrete(list, p),
        }
    }

    /// Whether it is more than one value.
    pub fn is_uncertain(&self) -> bool {
        !matches!(self, Self::Exact(_))
    }

    /// Smallest and largest value that limits are checked against: the support where it is bounded,
    /// otherwise the 0.1 % and 99.9 % quantiles.
    pub fn span(&self) -> (f64, f64) {
        match self {
            Self::Exact(value) => (*value, *value),
            Self::Uniform { min, max }
            | Self::Triangular { min, max, .. }
            | Self::Beta { min, max, .. } => (*min, *max),
            Self::Discrete(list) => (list[0].0, list[list.len() - 1].0),
            Self::Lognormal { .. } | Self::Normal { .. } => {
                (self.quantile(0.001), self.quantile(0.999))
            }
        }
    }

    /// Reads a number, a `"low to high"` interval or a `{ dist = ... }` table.
    pub fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let result = match &node.value {
            Value::Number(number) if number.is_finite() => Ok(Self::Exact(*number)),
            Value::Number(number) => Err(Problem::new(node.place, "not a finite number")
                .found(number.to_string())
                .expected("a finite number")),
            Value::Text(text) => interval(node, text),
            Value::Table(_) => named(node),
            _ => Err(not_a_number(node)),
        };
        result.map_err(|problem| problems.push(problem)).ok()
    }
}

/// Standard normal quantile.
pub fn standard_normal(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

fn triangular(min: f64, mode: f64, max: f64, p: f64) -> f64 {
    if max <= min {
        return min;
    }
    let peak = (mode - min) / (max - min);
    if p < peak {
        min + (p * (max - min) * (mode - min)).sqrt()
    } else {
        max - ((1.0 - p) * (max - min) * (max - mode)).sqrt()
    }
}

fn discrete(list: &[(f64, f64)], p: f64) -> f64 {
    let total: f64 = list.iter().map(|(_, weight)| weight).sum();
    let mut sum = 0.0;
    for (value, weight) in list {
        sum += weight / total;
        if p <= sum + 1e-12 {
            return *value;
        }
    }
    list[list.len() - 1].0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    fn read(text: &str) -> Result<Input, Vec<Problem>> {
        let mut problems = Problems::default();
        let node = document::parse(&format!("x = {text}"), 0, &mut problems);
        let input = Input::read(node.get("x").unwrap(), &mut problems);
        input.ok_or_else(|| problems.sorted())
    }

    #[test]
    fn the_median_of_a_positive_interval_is_its_geometric_mean() {
        // sqrt(2.0 x 3.5) = sqrt 7 = 2.645751...
        let input = read("\"2.0 to 3.5\"").unwrap();
        assert!((input.median() - 7f64.sqrt()).abs() < 1e-12);
        assert!((input.quantile(0.05) - 2.0).abs() < 1e-9);
        assert!((input.quantile(0.95) - 3.5).abs() < 1e-9);
    }

    #[test]
    fn an_interval_around_zero_is_normal() {
        let input = read("\"-1 to 3\"").unwrap();
        assert!((input.median() - 1.0).abs() < 1e-12);
        assert!((input.quantile(0.05) + 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_triangular_median_is_where_half_of_the_area_lies() {
        // min 0, mode 1, max 4: F(x) = 1 - (4-x)^2/12 = 1/2 at x = 4 - sqrt 6.
        let input = read("{ dist = \"triangular\", min = 0, mode = 1, max = 4 }").unwrap();
        assert!((input.median() - (4.0 - 6f64.sqrt())).abs() < 1e-12);
    }

    #[test]
    fn a_symmetric_pert_has_its_median_at_the_mode() {
        let input = read("{ dist = \"pert\", min = 2, mode = 3, max = 4 }").unwrap();
        assert!((input.median() - 3.0).abs() < 1e-6);
    }

    #[test]
    fn quantiles_never_fall_as_the_share_grows() {
        for text in [
            "\"1 to 9\"",
            "{ dist = \"beta\", alpha = 2, beta = 5 }",
            "{ dist = \"discrete\", values = [3, 1, 2], weights = [1, 1, 2] }",
            "{ dist = \"uniform\", min = 1, max = 2 }",
        ] {
            let input = read(text).unwrap();
            let list: Vec<f64> = (1..100)
                .map(|i| input.quantile(f64::from(i) / 100.0))
                .collect();
            assert!(list.is_sorted(), "{text}");
        }
    }

    #[test]
    fn a_reversed_interval_and_a_missing_parameter_are_problems() {
        assert!(read("\"9 to 1\"").is_err());
        assert!(read("{ dist = \"normal\", mean = 1 }").is_err());
        assert!(read("{ dist = \"norml\", mean = 1 }").is_err());
        assert!(read("nan").is_err());
        assert!(read("{ dist = \"discrete\", values = [] }").is_err());
    }
}
