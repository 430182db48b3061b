//! The constants of the capacity estimate: how they were fitted, and what they are worth on rows that
//! the fit has not seen.
//!
//! `cargo test --test fit -- --nocapture` fits anew on half splits and prints what
//! `docs/capacity.md` states. Both tests need `../shared`.

#[path = "fit/fitter.rs"]
mod fitter;
#[path = "fit/scores.rs"]
mod scores;

use llmcost::catalog::Catalog;
use llmcost::cost::capacity::Constants;
use llmcost::cost::measured::{Case, csv};

use fitter::{FITTED, Groups, fit, spread};
use scores::{Scores, calibrated, scores, tpot};

/// Half splits that are drawn.
const SPLITS: u64 = 20;

fn cases() -> Option<Vec<Case>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/throughput/measurements.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("left out: no {}", path.display());
        return None;
    };
    let table = csv::read(&text, &Catalog::embedded()).expect("a table of measurements");
    Some(table.cases.into_iter().map(|(_, case)| case).collect())
}

#[test]
fn the_shipped_constants_have_the_stated_error_on_the_measurements() {
    let Some(cases) = cases() else { return };
    let all: Vec<&Case> = cases.iter().collect();
    let found = scores(&all, Constants::FITTED);
    let tpot = tpot(&all, Constants::FITTED);
    println!("{found}\ntpot {tpot}");
    assert!(found.n >= 2_500);
    assert!(found.median <= 0.105 && found.p90 <= 0.385 && found.within_25 >= 0.82);
    assert!(tpot.median <= 0.125);
    assert!(calibrated(&all, Constants::FITTED).median <= 0.085);
    let published = scores(&all, Constants::PUBLISHED);
    assert!(found.median < published.median && found.p90 < published.p90);
}

#[test]
fn half_of_the_deployments_tells_of_the_other_half() {
    let Some(cases) = cases() else { return };
    let groups = Groups::of(&cases);
    let everything = vec![true; cases.len()];
    let whole = fit(&cases, &groups, &everything);
    let (mut held_out, mut times, mut by_one) = (Vec::new(), Vec::new(), Vec::new());
    let mut fits = Vec::new();
    for seed in 0..SPLITS {
        let used = groups.half(seed);
        let constants = fit(&cases, &groups, &used);
        let test: Vec<&Case> = cases
            .iter()
            .zip(&used)
            .filter(|(_, used)| !**used)
            .map(|(case, _)| case)
            .collect();
        let found = scores(&test, constants);
        println!("split {seed:2}: {found}");
        held_out.push(found);
        times.push(tpot(&test, constants));
        by_one.push(calibrated(&test, constants));
        fits.push(constants);
    }
    println!("held out, mean {}", Scores::mean(&held_out));
    println!("tpot, mean     {}", Scores::mean(&times));
    println!("calibrated     {}", Scores::mean(&by_one));
    for (constant, name) in FITTED.iter().zip(fitter::NAMES) {
        let (low, high) = spread(&fits, *constant);
        let value = constant.of(&whole);
        println!("{name:12} {value:.4e}   {low:.3e} to {high:.3e}");
    }
    println!("bands {:?}", scores::bands(&cases, &groups, &fits));
    for (source, found) in fitter::without_each_source(&cases, &groups) {
        println!("without {source}: {found}");
    }
    let mean = Scores::mean(&held_out);
    assert!(mean.median <= 0.13 && mean.p90 <= 0.40 && mean.within_25 >= 0.77);
    assert!(Scores::mean(&times).median <= 0.18);
    assert!(Scores::mean(&by_one).median <= 0.11);
}
