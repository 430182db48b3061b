//! Causes with a number that fits any difference: they are told as possible, not as found.

use super::causes::Cause;
use super::price::{Change, Parts, cost, counts};
use super::sides::{Basis, Sides};
use crate::usage::money::Money;
use crate::usage::record::Bucket;

/// What might explain a difference that nothing computed explains.
pub fn possible(log: &Parts, bill: &Parts, sides: &Sides, basis: &Basis<'_>) -> Vec<Cause> {
    let (_, billed) = counts(bill);
    if !billed.is_zero() || sides.expected <= Money::ZERO {
        // The bill tells its tokens, and they do not explain it.
        return Vec::new();
    }
    if sides.residual > Money::ZERO {
        let more = [
            missing_calls(log, sides),
            missing_answers(log, sides, basis),
        ];
        more.into_iter().flatten().collect()
    } else {
        let less = [unbilled(log, sides), unknown_reads(log, sides, basis)];
        less.into_iter().flatten().collect()
    }
}

/// Calls of the mean cost that the log lacks.
pub fn missing_calls(log: &Parts, sides: &Sides) -> Option<Cause> {
    let requests = sides.calls_for(counts(log).0?)?;
    let mut cause = Cause::whole(
        "unlogged-calls",
        format!(
            "about {} calls of the mean cost are missing in the log",
            shown(requests)
        ),
        sides,
    );
    cause.requests = Some(requests);
    Some(cause)
}

fn unbilled(log: &Parts, sides: &Sides) -> Option<Cause> {
    let requests = sides.calls_for(counts(log).0?)?;
    let what = format!(
        "about {} calls of the mean cost are not on this bill, such as copies, failures or another account's",
        shown(requests)
    );
    let mut cause = Cause::whole("unbilled-calls", what, sides);
    cause.requests = Some(requests);
    Some(cause)
}

/// Tokens of answers that a log without reasoning lacks.
fn missing_answers(log: &Parts, sides: &Sides, basis: &Basis<'_>) -> Option<Cause> {
    let (_, tokens) = counts(log);
    if tokens.get(Bucket::Reasoning) > 0 || tokens.output() == 0 {
        return None;
    }
    let answers = cost(log, basis.prices, Change::OutputOnly)?.usd.usd();
    let missing = sides.residual.usd() / (answers / tokens.output() as f64);
    let what = format!(
        "about {} tokens of answers, such as reasoning, are missing in the log",
        shown(missing)
    );
    (answers > 0.0).then(|| Cause::whole("reasoning-not-logged", what, sides))
}

/// The share of input that was read from a cache, where the log tells none.
fn unknown_reads(log: &Parts, sides: &Sides, basis: &Basis<'_>) -> Option<Cause> {
    let (_, tokens) = counts(log);
    if tokens.get(Bucket::CacheRead) > 0 {
        return None;
    }
    let read = cost(log, basis.prices, Change::AllRead)?.usd;
    let most = sides.expected.minus(read)?;
    let share = -sides.residual.usd() / most.usd();
    let what = format!(
        "{:.0} % of the input was read from a cache that the log does not tell",
        share * 100.0
    );
    (most > Money::ZERO && share <= 1.0)
        .then(|| Cause::whole("cached-tokens-not-logged", what, sides))
}

/// A count with the digits that matter.
fn shown(count: f64) -> String {
    if count >= 10.0 {
        format!("{count:.0}")
    } else {
        format!("{count:.1}")
    }
}
