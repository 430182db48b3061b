//! A scenario with inputs that are ranges: which they are, and the scenario at any values of them.
//!
//! Simulation, sensitivity and goal-seek stand on this: `Replay::new(|values| { let scenario =
//! inputs.scenario(values)?; ... })` runs any function of the scenario for many values, with its formulas
//! recorded and not copied.

use super::compare;
use super::vary::Varied;
use crate::cost::Month;
use crate::diagnostic::{Place, Problem};
use crate::input::Input;
use crate::real::Real;
use crate::scenario::{Origin, Scenario, Settings, Supply, THROUGHPUT_ERROR, load_tree};

/// An input of which a range is known rather than a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// Its path: table, name, key.
    pub path: String,
    /// What is known of it.
    pub input: Input,
    /// Least and greatest value that it can take.
    pub limits: (f64, f64),
    from: Source,
}

/// Where an uncertain input enters.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    /// A place of the file.
    File(Place),
    /// The throughput of a self-hosted option.
    Throughput(usize),
}

impl Uncertain {
    /// What is known of it, in words: `lognormal, median 2.646, sigma 0.1701`.
    pub fn text(&self) -> String {
        let short = crate::table::short;
        let list = |name: &str, of: &[(&str, f64)]| {
            let of = of
                .iter()
                .map(|(key, value)| format!(", {key} {}", short(*value)));
            format!("{name}{}", of.collect::<String>())
        };
        match &self.input {
            Input::Exact(value) => list("exact", &[("value", *value)]),
            Input::Lognormal { mu, sigma } => {
                list("lognormal", &[("median", mu.exp()), ("sigma", *sigma)])
            }
            Input::Normal { mean, sd } => list("normal", &[("mean", *mean), ("sd", *sd)]),
            Input::Uniform { min, max } => list("uniform", &[("min", *min), ("max", *max)]),
            Input::Triangular { min, mode, max } => list(
                "triangular",
                &[("min", *min), ("mode", *mode), ("max", *max)],
            ),
            Input::Beta {
                alpha,
                beta,
                min,
                max,
            } => list(
                "beta",
                &[
                    ("alpha", *alpha),
                    ("beta", *beta),
                    ("min", *min),
                    ("max", *max),
                ],
            ),
            Input::Discrete(values) => format!("discrete, {} values", values.len()),
        }
    }

    /// Where it stands in a file; a band of the catalog stands in none.
    pub fn place(&self) -> Option<Place> {
        match self.from {
            Source::File(place) => Some(place),
            Source::Throughput(_) => None,
        }
    }
}

/// The uncertain inputs of a scenario.
#[derive(Clone, Debug)]
pub struct Uncertainty<'a> {
    varied: Varied<'a>,
    /// Numbers of the options that are looked at.
    pub options: Vec<usize>,
    /// The inputs: those of the file in its order, then the bands of estimates.
    pub inputs: Vec<Uncertain>,
}

/// The standard normal quantile of 90 %: the ends of a band that holds 80 % lie so many sigmas out.
const Z90: f64 = 1.281_551_565_544_600_4;

impl<'a> Uncertainty<'a> {
    /// The ranges of a scenario, and the bands of what is estimated in it.
    ///
    /// # Errors
    /// The options that cannot be priced at the medians.
    pub fn of(varied: Varied<'a>) -> Result<Self, Vec<Problem>> {
        let ranges = varied.scenario.ranges.iter();
        let mut inputs: Vec<Uncertain> = ranges
            .map(|range| Uncertain {
                path: range.path.clone(),
                input: range.input.clone(),
                limits: within(&range.input, range.limits),
                from: Source::File(range.place),
            })
            .collect();
        inputs.extend(bands(varied.scenario)?);
        Ok(Self {
            varied,
            options: (0..varied.scenario.options.len()).collect(),
            inputs,
        })
    }

    /// Looks at some options only, by name: the choice is between these.
    #[must_use]
    pub fn keep(mut self, wanted: impl Fn(&str) -> bool) -> Self {
        let options = &self.varied.scenario.options;
        self.options.retain(|at| wanted(&options[*at].name));
        self
    }

    /// The scenario at the medians.
    pub fn at_medians(&self) -> &'a Scenario {
        self.varied.scenario
    }

    /// The median of each input: what `compare` takes.
    pub fn medians(&self) -> Vec<f64> {
        self.inputs
            .iter()
            .map(|input| input.input.median())
            .collect()
    }

    /// The limits of each input.
    pub fn limits(&self) -> Vec<(f64, f64)> {
        self.inputs.iter().map(|input| input.limits).collect()
    }

    /// The number of an input, by its path.
    pub fn named(&self, path: &str) -> Option<usize> {
        self.inputs.iter().position(|input| input.path == path)
    }

    /// The scenario at these values of the inputs, in their order.
    ///
    /// # Errors
    /// What is wrong with the scenario at these values.
    pub fn scenario(&self, values: &[Real]) -> Result<Scenario, Vec<Problem>> {
        let mut settings = Settings {
            drawn: Vec::new(),
            ..self.varied.settings.clone()
        };
        let drawn = self.inputs.iter().zip(values);
        for (input, value) in drawn.clone() {
            if let Source::File(place) = input.from {
                settings.drawn.push((place, *value));
            }
        }
        let of = self.varied;
        let mut scenario = load_tree(of.tree, &of.scenario.name, &settings, of.catalog)?;
        for (input, value) in drawn {
            if let Source::Throughput(at) = input.from
                && let Supply::SelfHost(own) = &mut scenario.options[at].supply
            {
                own.throughput_error.value = *value;
            }
        }
        Ok(scenario)
    }
}

/// The limits of a key, or of the distribution where it is bounded.
fn within(input: &Input, limits: (f64, f64)) -> (f64, f64) {
    match input {
        Input::Lognormal { .. } => (limits.0.max(0.0), limits.1),
        Input::Normal { .. } => limits,
        _ => input.span(),
    }
}

/// The errors of estimated throughputs: lognormal around the estimate, 80 % within the band of its basis.
fn bands(scenario: &Scenario) -> Result<Vec<Uncertain>, Vec<Problem>> {
    let models = compare::models(&Month::of(scenario, 0))?;
    let mut list = Vec::new();
    for (at, (spec, model)) in scenario.options.iter().zip(&models).enumerate() {
        // What the scenario says of the error itself is not drawn again.
        let own = matches!(&spec.supply, Supply::SelfHost(own) if own.throughput_error.from == Origin::Default);
        let band = model
            .capacity
            .first()
            .and_then(|own| own.rate.basis.band_80());
        if let (true, Some(band)) = (own, band) {
            list.push(Uncertain {
                path: path(&spec.name),
                input: Input::Lognormal {
                    mu: 0.0,
                    sigma: band.ln() / Z90,
                },
                limits: (0.0, f64::INFINITY),
                from: Source::Throughput(at),
            });
        }
    }
    Ok(list)
}

/// The path of the error of an option's throughput.
fn path(option: &str) -> String {
    if option.contains(['.', ' ', '"']) {
        format!("self_host.\"{option}\".{THROUGHPUT_ERROR}")
    } else {
        format!("self_host.{option}.{THROUGHPUT_ERROR}")
    }
}
