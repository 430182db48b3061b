//! Drawing the uncertain inputs of a scenario: evenly (Sobol) or at random, alone or together.
//!
//! Draws are made in several randomizations of the same size, each scrambled or seeded on its own: how
//! their results differ is the Monte Carlo error. Which point a sample is follows from the seed, its
//! randomization and its number alone, so that nothing depends on the number of threads.

mod correlated;
mod directions;
mod inverse;
mod random;
mod sobol;

pub use correlated::Copula;
pub use inverse::Inverse;
pub use random::Random;
pub use sobol::{MOST_DIMENSIONS, Sobol};

use super::uncertain::Uncertain;
use crate::diagnostic::Problem;
use crate::input::Input;
use crate::real::{BLOCK, Column};
use crate::scenario::Correlation;
use crate::warning::Warning;

/// How points are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Scrambled Sobol points, which fill the cube evenly.
    Sobol,
    /// Pseudo-random points.
    Random,
}

/// How much is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Samples; where a precision is to be reached, the most that may be drawn.
    pub samples: u64,
    /// Seed of the draws.
    pub seed: u64,
    /// How points are chosen.
    pub method: Method,
    /// Threads.
    pub threads: usize,
}

/// Randomizations of a run; with fewer samples each is one.
pub const RANDOMIZATIONS: usize = 16;

/// Samples of a randomization, of so many in all.
pub fn part_of(samples: u64, randomization: usize) -> u64 {
    let all = RANDOMIZATIONS as u64;
    samples / all + u64::from((randomization as u64) < samples % all)
}

/// The draws of a run.
#[derive(Clone, Debug)]
pub struct Draws {
    inverses: Vec<Inverse>,
    copula: Option<Copula>,
    points: Vec<Points>,
}

/// The points of one randomization.
#[derive(Clone, Debug)]
enum Points {
    /// Sobol points, and random ones for the inputs beyond their dimensions.
    Sobol(Sobol, Vec<Random>),
    Random(Vec<Random>),
}

/// Share of a distribution that may lie beyond the limits of its key without a word.
const UNSAID: f64 = 1e-3;

impl Draws {
    /// Gets ready to draw inputs under correlations, with what to know about it.
    ///
    /// # Errors
    /// Distributions that an input cannot have.
    pub fn new(
        inputs: &[Uncertain],
        correlations: &[Correlation],
        method: Method,
        seed: u64,
    ) -> Result<(Self, Vec<Warning>), Vec<Problem>> {
        let mut warnings = Vec::new();
        if method == Method::Sobol && inputs.len() > MOST_DIMENSIONS {
            warnings.push(too_many(inputs.len()));
        }
        let inverses = inverses(inputs, Inverse::of, &mut warnings)?;
        let copula = copula(inputs, correlations, &mut warnings);
        let points =
            (0..RANDOMIZATIONS as u64).map(|at| Points::of(method, seed, at, inputs.len()));
        let draws = Self {
            inverses,
            copula,
            points: points.collect(),
        };
        Ok((draws, warnings))
    }

    /// Gets ready to draw a few hundred evenly spread cases: the first randomization alone, and each value asked of
    /// its distribution, of which a table would take longer.
    ///
    /// # Errors
    /// Distributions that an input cannot have.
    pub fn of_one(
        inputs: &[Uncertain],
        correlations: &[Correlation],
        seed: u64,
    ) -> Result<Self, Vec<Problem>> {
        let mut unsaid = Vec::new();
        Ok(Self {
            inverses: inverses(inputs, Inverse::untabulated, &mut unsaid)?,
            copula: copula(inputs, correlations, &mut unsaid),
            points: vec![Points::of(Method::Sobol, seed, 0, inputs.len())],
        })
    }

    /// Draws the block of a randomization that begins with the sample `first`, a multiple of [`BLOCK`]: the
    /// share of cases below each value, and the values.
    pub fn fill(
        &self,
        randomization: usize,
        first: u32,
        shares: &mut [Column],
        values: &mut [Column],
    ) {
        let mut bits = [0u32; BLOCK];
        for (input, share) in shares.iter_mut().enumerate() {
            match &self.points[randomization] {
                Points::Sobol(sobol, _) if input < MOST_DIMENSIONS => {
                    sobol.fill(input, first, &mut bits);
                }
                Points::Sobol(_, random) | Points::Random(random) => {
                    for (at, bits) in bits.iter_mut().enumerate() {
                        *bits = random[input].bits_at(u64::from(first) + at as u64);
                    }
                }
            }
            for (share, bits) in share.iter_mut().zip(&bits) {
                // The middle of the 2^-32 that the bits stand for: never 0 and never 1.
                *share = (f64::from(*bits) + 0.5) / 4_294_967_296.0;
            }
        }
        if let Some(copula) = &self.copula {
            copula.apply(shares);
        }
        for ((inverse, share), value) in self.inverses.iter().zip(&*shares).zip(values) {
            inverse.fill(share, value);
        }
    }
}

impl Points {
    fn of(method: Method, seed: u64, at: u64, inputs: usize) -> Self {
        let of = |input| Random::of(seed, at, 1 + input);
        let random = (0..inputs as u64).map(of).collect();
        match method {
            Method::Sobol => {
                let dimensions = inputs.min(MOST_DIMENSIONS);
                let sobol = Sobol::scrambled(dimensions, &mut Random::of(seed, at, 0));
                Self::Sobol(sobol, random)
            }
            Method::Random => Self::Random(random),
        }
    }
}

/// How an inverse is made: with the shares of its distribution that are cut off below and above.
type Make = fn(&Input, (f64, f64)) -> (Inverse, f64, f64);

/// The inverses of inputs, with what to know about what is cut off.
fn inverses(
    inputs: &[Uncertain],
    make: Make,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Inverse>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut list = Vec::with_capacity(inputs.len());
    for input in inputs {
        let (inverse, below, above) = make(&input.input, input.limits);
        list.push(inverse);
        if below > UNSAID && input.limits.0 <= 0.0 {
            problems.push(negative(input, below));
        } else if below + above > UNSAID {
            warnings.push(cut_off(input, below + above));
        }
    }
    if problems.is_empty() {
        Ok(list)
    } else {
        Err(problems)
    }
}

fn too_many(inputs: usize) -> Warning {
    let message = format!(
        "Sobol points have {MOST_DIMENSIONS} dimensions: {} of {inputs} inputs are drawn at random",
        inputs - MOST_DIMENSIONS
    );
    let hint = "give numbers for the inputs that do not matter";
    Warning::new("sobol-dimensions", message, hint)
}

fn negative(input: &Uncertain, below: f64) -> Problem {
    let message = format!(
        "`{}` would be negative in {:.1} % of the cases",
        input.path,
        100.0 * below
    );
    Problem::new(input.place().unwrap_or_default(), message)
        .found(input.text())
        .expected("a distribution that stays at or above 0")
        .hint("an interval with a low end above 0 is lognormal and stays positive")
}

fn cut_off(input: &Uncertain, share: f64) -> Warning {
    let message = format!(
        "{:.1} % of the distribution of {} lie outside of what the key allows and are cut off",
        100.0 * share,
        input.path
    );
    Warning::new(
        "cut-off-distribution",
        message,
        "give a distribution with ends: uniform, triangular, pert or beta",
    )
}

/// The copula of the correlations between inputs that are ranges, with what to know about it.
pub fn copula(
    inputs: &[Uncertain],
    correlations: &[Correlation],
    warnings: &mut Vec<Warning>,
) -> Option<Copula> {
    let place = |path: &str| inputs.iter().position(|input| input.path == path);
    let mut pairs = Vec::new();
    for correlation in correlations {
        let [a, b] = &correlation.inputs;
        match (place(a), place(b)) {
            (Some(a), Some(b)) => pairs.push((a, b, correlation.rank)),
            (at, _) => {
                let known = if at.is_none() { a } else { b };
                let message = format!("a correlation has no effect: {known} is no range");
                let hint = "give it as an interval or a distribution";
                warnings.push(Warning::new("correlation-unused", message, hint));
            }
        }
    }
    if pairs.is_empty() {
        return None;
    }
    let copula = Copula::new(&pairs);
    if copula.repaired > 0.0 {
        let message = format!(
            "the rank correlations contradict each other: the nearest possible ones are used, which differ by up to {:.2}",
            copula.repaired
        );
        let hint =
            "check the [[correlation]] tables: what goes with a third thing must go together";
        warnings.push(Warning::new("correlations-repaired", message, hint));
    }
    Some(copula)
}
