//! How long the exact solver takes for one pair of options, on curves that are easy and hard for it.
//!
//! `cargo bench --bench crossings`.

use std::hint::black_box;
use std::time::Instant;

use llmcost::analysis::crossings::crossings;
use llmcost::curve::{Cause, Curve};

/// A pair of curves with its name.
type Pair = (&'static str, Curve, Curve);

fn main() {
    let rounds = if std::env::args().any(|arg| arg == "--bench") {
        51
    } else {
        1
    };
    println!(
        "{:<44} {:>10} {:>14}",
        "pair, 1 to 1e9 requests a day", "crossings", "median"
    );
    for (name, a, b) in pairs() {
        let found = crossings(&a, &b, 1.0, 1e9).list.len();
        let mut times: Vec<f64> = (0..rounds)
            .map(|_| {
                let begin = Instant::now();
                black_box(crossings(black_box(&a), black_box(&b), 1.0, 1e9));
                begin.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{name:<44} {found:>10} {:>11.1} us", times[times.len() / 2]);
    }
}

/// Replicas of so many requests a day, at so much a month each, under a team that grows with them.
fn own(per_replica: f64, usd: f64, people: f64) -> Curve {
    let replicas = Curve::linear(1.0 / per_replica).rounded_up(Cause::Replica);
    let team = replicas
        .times(1.0 / 32.0)
        .rounded_up(Cause::Staff)
        .times(people);
    replicas.times(usd).plus(&team)
}

fn pairs() -> Vec<Pair> {
    let token = Curve::linear(0.0075);
    let stairs = own(1.1e6, 2_847.0, 20_000.0);
    let nodes = Curve::linear(1.0 / 1.4e6)
        .rounded_up(Cause::Replica)
        .times(1.0 / 8.0)
        .rounded_up(Cause::Node)
        .times(8.0 * 2_300.0)
        .plus(&Curve::constant(35_000.0));
    let committed = token.max(&Curve::constant(15_000.0));
    // As steep as the token price on the mean, so that every step crosses it.
    let along = Curve::linear(1.0 / 1e5)
        .rounded_up(Cause::Replica)
        .times(750.0);
    vec![
        ("two token prices", token.clone(), Curve::linear(0.009)),
        ("tokens, replicas with staff", token.clone(), stairs.clone()),
        (
            "committed tokens, replicas with staff",
            committed,
            stairs.clone(),
        ),
        ("replicas with staff, whole nodes", stairs, nodes),
        // The middle of each step: a slope crossing on it, and the jump at its end.
        (
            "tokens, 10,000 steps across them",
            token.plus(&Curve::constant(375.0)),
            along,
        ),
    ]
}
