//! Values of single inputs at which another option becomes the best one: each number is moved away from its
//! present value in steps until the verdict flips, and the step is closed in by halving.

use super::Ask;
use super::inputs::{NumberInput, Numbers};
use super::result::{Flip, FlipScan, Verdict};
use crate::analysis::vary::Varied;
use crate::diagnostic::{Place, Problem};
use crate::input::Input;

/// Steps to either side.
const STEPS: u32 = 24;

/// Moves every number of a file.
///
/// # Errors
/// The options that cannot be priced as the file is.
pub fn all(
    varied: &Varied<'_>,
    numbers: &Numbers,
    names: &[&str],
    ask: &Ask,
    watch: &mut dyn FnMut(),
) -> Result<FlipScan, Vec<Problem>> {
    let now = best(&costs(varied.scenario, ask.verdict)?);
    let mut scan = FlipScan {
        within: ask.within,
        searched: 0,
        left_out: numbers.ambiguous.clone(),
        list: Vec::new(),
    };
    for number in &numbers.list {
        watch();
        let sides = steps(number, ask.within);
        if sides.iter().all(Vec::is_empty) {
            scan.left_out.push(number.path.clone());
            continue;
        }
        scan.searched += 1;
        let winner = |value: f64| {
            let scenario = varied.with(&number.path, Place::default(), value).ok()?;
            costs(&scenario, ask.verdict).ok().map(|costs| best(&costs))
        };
        for side in sides {
            if let Some((value, other)) = flip(number, &side, now, &winner) {
                scan.list.push(found(number, value, names[other]));
            }
        }
    }
    scan.list.sort_by(|a, b| effort(a).total_cmp(&effort(b)));
    Ok(scan)
}

/// Costs of all options by the figure that decides.
fn costs(scenario: &crate::scenario::Scenario, verdict: Verdict) -> Result<Vec<f64>, Vec<Problem>> {
    if verdict == Verdict::Monthly {
        return Ok(crate::analysis::vary::totals(scenario)?.monthly_usd);
    }
    let all = super::figures(scenario)?;
    let options = scenario.options.len();
    Ok(all[options..].iter().map(|real| real.get()).collect())
}

/// The first of the least.
pub fn best(costs: &[f64]) -> usize {
    let list = costs.iter().enumerate();
    let least = list.min_by(|(_, a), (_, b)| a.total_cmp(b));
    least.map_or(0, |(at, _)| at)
}

/// Values below and above the present one, the nearest first. Positive numbers move by factors; others, of
/// which a factor says nothing, by differences of up to 1 within the limits of their key.
fn steps(number: &NumberInput, within: f64) -> [Vec<f64>; 2] {
    let now = number.input.median();
    let (least, most) = number.limits;
    let inside = |value: &f64| *value >= least && *value <= most;
    if number.whole {
        let most = most.min((now * within).max(now + 1.0)).min(now + 1_000.0);
        let range = |count: f64| (1..=count.max(0.0) as u32).map(f64::from);
        let down = range(now - least.max(now / within)).map(|step| now - step);
        return [
            down.collect(),
            range(most - now).map(|step| now + step).collect(),
        ];
    }
    let share = |step: u32| f64::from(step) / f64::from(STEPS);
    if now > 0.0 {
        let up = |sign: f64| (1..=STEPS).map(move |step| now * within.powf(sign * share(step)));
        return [
            clipped(up(-1.0), least.max(now / within), &inside),
            clipped(up(1.0), most.min(now * within), &inside),
        ];
    }
    if !most.is_finite() {
        return [Vec::new(), Vec::new()];
    }
    let (low, high) = (least.max(now - 1.0), most.min(now + 1.0));
    let towards = |end: f64| (1..=STEPS).map(move |step| now + (end - now) * share(step));
    let side = |end: f64| {
        if end == now {
            Vec::new()
        } else {
            towards(end).collect()
        }
    };
    [side(low), side(high)]
}

/// The steps within the limits, and the end itself.
fn clipped(steps: impl Iterator<Item = f64>, end: f64, inside: &impl Fn(&f64) -> bool) -> Vec<f64> {
    let mut list: Vec<f64> = steps.filter(inside).collect();
    if list.last().is_some_and(|last| *last != end) {
        list.push(end);
    }
    list
}

/// The value at which the winner changes along some steps, and the winner beyond it. Where the scenario cannot
/// be priced any more the search ends.
fn flip(
    number: &NumberInput,
    steps: &[f64],
    now: usize,
    winner: &impl Fn(f64) -> Option<usize>,
) -> Option<(f64, usize)> {
    let mut last = number.input.median();
    for step in steps {
        let other = winner(*step)?;
        if other == now {
            last = *step;
            continue;
        }
        let (mut near, mut far, mut beyond) = (last, *step, other);
        for _ in 0..200 {
            let middle = f64::midpoint(near, far);
            let middle = if number.whole { middle.trunc() } else { middle };
            let thin = (far - near).abs() <= 1e-12 * far.abs().max(near.abs());
            if thin || middle == near || middle == far {
                break;
            }
            match winner(middle) {
                Some(same) if same == now => near = middle,
                Some(other) => (far, beyond) = (middle, other),
                None => break,
            }
        }
        return Some((far, beyond));
    }
    None
}

fn found(number: &NumberInput, value: f64, becomes: &str) -> Flip {
    let present = number.input.median();
    let beyond = number.input.is_uncertain().then(|| {
        let below = share_below(&number.input, value);
        if value > present { 1.0 - below } else { below }
    });
    Flip {
        path: number.path.clone(),
        present,
        value,
        factor: (present * value > 0.0).then(|| value / present),
        becomes: becomes.to_owned(),
        probability: beyond,
    }
}

/// Share of the cases of a range that lie below a value: the quantiles are halved in on it.
fn share_below(input: &Input, value: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if input.quantile(middle) < value {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// How far an input has to move: the logarithm of its factor; a difference counts as it is.
fn effort(flip: &Flip) -> f64 {
    match flip.factor {
        Some(factor) => factor.ln().abs(),
        None => (flip.value - flip.present).abs(),
    }
}
