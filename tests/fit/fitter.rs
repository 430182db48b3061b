//! The fit: robust least squares over logarithms, groups weighed by the root of their size.

use std::collections::BTreeMap;

use llmcost::cost::capacity::Constants;
use llmcost::cost::measured::Case;

use super::scores::{Scores, scores};

/// Errors (of the logarithm) beyond this count by their size, smaller ones by their square.
const ROBUST: f64 = 0.1;
/// Weight of an error in time per token beside one in throughput.
const TPOT_WEIGHT: f64 = 0.3;
const STEPS: usize = 40;

/// A fitted constant.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    get: fn(&Constants) -> f64,
    set: fn(&mut Constants, f64),
}

impl Constant {
    pub fn of(self, constants: &Constants) -> f64 {
        (self.get)(constants)
    }
}

pub const NAMES: [&str; 9] = [
    "e_bw",
    "e_f",
    "gain",
    "tau",
    "tau_experts",
    "delta",
    "shard",
    "exchange",
    "unpack",
];

macro_rules! constants {
    ($($name:ident),*) => {
        [$(Constant { get: |it| it.$name, set: |it, value| it.$name = value }),*]
    };
}

/// The constants that are fitted, in the order of their names.
pub const FITTED: [Constant; 9] = constants!(
    e_bw,
    e_f,
    gain,
    tau,
    tau_experts,
    delta,
    shard,
    exchange,
    unpack
);

/// Where the search begins: round numbers of the right order.
const START: [f64; 9] = [0.85, 0.65, 0.75, 40e-6, 40e-6, 5e-6, 0.95, 0.2, 0.5];

/// Cases of the same model, GPU and engine.
pub struct Groups {
    of_case: Vec<usize>,
    sizes: Vec<f64>,
}

impl Groups {
    pub fn of(cases: &[Case]) -> Self {
        let name = |case: &Case| {
            let it = &case.deployment;
            format!("{}/{}/{}", it.model_id, it.gpu_id, it.engine.name())
        };
        let mut ids: BTreeMap<String, usize> = cases.iter().map(|case| (name(case), 0)).collect();
        for (at, id) in ids.values_mut().enumerate() {
            *id = at;
        }
        let of_case: Vec<usize> = cases.iter().map(|case| ids[&name(case)]).collect();
        let mut sizes = vec![0.0; ids.len()];
        for group in &of_case {
            sizes[*group] += 1.0;
        }
        Self { of_case, sizes }
    }

    /// Whether each case belongs to the half of the groups that a seed draws.
    pub fn half(&self, seed: u64) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.sizes.len()).collect();
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        for at in (1..order.len()).rev() {
            // splitmix64
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            order.swap(at, ((z ^ (z >> 31)) % (at as u64 + 1)) as usize);
        }
        let mut used = vec![false; order.len()];
        for group in &order[..order.len() / 2] {
            used[*group] = true;
        }
        self.of_case.iter().map(|group| used[*group]).collect()
    }
}

fn constants(logs: &[f64]) -> Constants {
    let mut constants = Constants::FITTED;
    for (constant, log) in FITTED.iter().zip(logs) {
        (constant.set)(&mut constants, log.exp());
    }
    constants
}

/// Errors of the logarithms of throughput and time, with their weights; `used` chooses the cases.
fn errors(cases: &[Case], groups: &Groups, used: &[bool], logs: &[f64]) -> Vec<(f64, f64)> {
    let constants = constants(logs);
    let mut list = Vec::with_capacity(2 * cases.len());
    for ((case, group), _) in cases
        .iter()
        .zip(&groups.of_case)
        .zip(used)
        .filter(|(_, used)| **used)
    {
        let weight = groups.sizes[*group].sqrt().recip();
        let Ok(estimated) = case.estimate(constants) else {
            continue;
        };
        if let Some(measured) = case.output_tokens_per_second {
            list.push(((estimated.output_tokens_per_second / measured).ln(), weight));
        }
        if let Some(measured) = case.tpot_s {
            list.push(((estimated.tpot_s / measured).ln(), TPOT_WEIGHT * weight));
        }
    }
    list
}

/// The pseudo-Huber loss.
fn loss(errors: &[(f64, f64)]) -> f64 {
    errors
        .iter()
        .map(|(error, weight)| weight * ((1.0 + (error / ROBUST).powi(2)).sqrt() - 1.0))
        .sum()
}

/// Fits the constants on the chosen cases: Levenberg-Marquardt on reweighted squares.
pub fn fit(cases: &[Case], groups: &Groups, used: &[bool]) -> Constants {
    let mut logs: Vec<f64> = START.iter().map(|start| start.ln()).collect();
    let mut damping = 1e-2;
    let mut now = errors(cases, groups, used, &logs);
    for _ in 0..STEPS {
        let (matrix, gradient) = normal(cases, groups, used, &logs, &now);
        let before = loss(&now);
        loop {
            let step = solve(&matrix, &gradient, damping);
            let moved: Vec<f64> = logs
                .iter()
                .zip(&step)
                .map(|(a, b)| a - b.clamp(-0.5, 0.5))
                .collect();
            let then = errors(cases, groups, used, &moved);
            if loss(&then) < before {
                (logs, now) = (moved, then);
                damping = (damping * 0.3).max(1e-9);
                break;
            }
            damping *= 4.0;
            if damping > 1e6 {
                return constants(&logs);
            }
        }
        if before - loss(&now) < 1e-9 * before {
            break;
        }
    }
    constants(&logs)
}

type Matrix = Vec<Vec<f64>>;

/// Normal equations of the reweighted squares, from one-sided differences.
fn normal(
    cases: &[Case],
    groups: &Groups,
    used: &[bool],
    logs: &[f64],
    now: &[(f64, f64)],
) -> (Matrix, Vec<f64>) {
    const DIFFERENCE: f64 = 1e-5;
    let columns: Matrix = (0..logs.len())
        .map(|at| {
            let mut moved = logs.to_vec();
            moved[at] += DIFFERENCE;
            let then = errors(cases, groups, used, &moved);
            now.iter()
                .zip(&then)
                .map(|(a, b)| (b.0 - a.0) / DIFFERENCE)
                .collect()
        })
        .collect();
    let weights: Vec<f64> = now
        .iter()
        .map(|(error, weight)| weight / (1.0 + (error / ROBUST).powi(2)).sqrt())
        .collect();
    let dot = |a: &[f64], b: &dyn Fn(usize) -> f64| {
        let each = a.iter().zip(&weights).enumerate();
        each.map(|(at, (a, weight))| a * weight * b(at))
            .sum::<f64>()
    };
    let matrix = columns
        .iter()
        .map(|a| columns.iter().map(|b| dot(a, &|at| b[at])).collect())
        .collect();
    let gradient = columns.iter().map(|a| dot(a, &|at| now[at].0)).collect();
    (matrix, gradient)
}

/// `(A + damping diag A) x = b` by elimination.
fn solve(matrix: &Matrix, b: &[f64], damping: f64) -> Vec<f64> {
    let n = b.len();
    let mut a: Matrix = matrix.clone();
    let mut x = b.to_vec();
    for (at, row) in a.iter_mut().enumerate() {
        row[at] += damping * row[at] + 1e-12;
    }
    for i in 0..n {
        for j in i + 1..n {
            let (above, below) = a.split_at_mut(j);
            let (pivot, row) = (&above[i], &mut below[0]);
            let factor = row[i] / pivot[i];
            for (value, other) in row.iter_mut().zip(pivot).skip(i) {
                *value -= factor * other;
            }
            x[j] -= factor * x[i];
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            x[i] -= a[i][j] * x[j];
        }
        x[i] /= a[i][i];
    }
    x
}

/// The least and greatest value of a constant over fits.
pub fn spread(fits: &[Constants], constant: Constant) -> (f64, f64) {
    let values = fits.iter().map(|fit| constant.of(fit));
    values.fold((f64::INFINITY, 0.0), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

/// Errors on each source, with constants fitted without it.
pub fn without_each_source(cases: &[Case], groups: &Groups) -> Vec<(String, Scores)> {
    let source = |case: &Case| {
        let which = if case.shape.input_tokens.fract() > 0.0 {
            " (InferenceX)"
        } else {
            ""
        };
        format!("{}{which}", case.source)
    };
    let sources: std::collections::BTreeSet<String> = cases.iter().map(source).collect();
    sources
        .into_iter()
        .map(|name| {
            let used: Vec<bool> = cases.iter().map(|case| source(case) != name).collect();
            let constants = fit(cases, groups, &used);
            let left: Vec<&Case> = cases.iter().filter(|case| source(case) == name).collect();
            let found = scores(&left, constants);
            (name, found)
        })
        .collect()
}
