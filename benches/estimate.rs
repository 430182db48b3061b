//! How long one capacity estimate takes: it is made anew in every sample of a simulation.
//!
//! `cargo bench --bench estimate`.

use std::hint::black_box;
use std::time::Instant;

use llmcost::catalog::Catalog;
use llmcost::cost::capacity::{
    Limits, Precision, PrecisionName, Replica, Shape, estimate, requests_per_second,
};
use llmcost::cost::{gpu_peaks, model_shape};

/// Estimates between two looks at the clock.
const BATCH: u32 = 1_000;

fn main() {
    let rounds = if std::env::args().any(|arg| arg == "--bench") {
        51
    } else {
        1
    };
    let catalog = Catalog::embedded();
    let shape = Shape::new(1_200.0, 250.0);
    let tight = Limits {
        max_tpot_s: Some(0.05),
        max_ttft_s: Some(1.0),
    };
    println!("{:<44} {:>12}", "one estimate", "median");
    for (id, gpus) in [("llama-3.1-8b", 1), ("gpt-oss-120b", 2), ("deepseek-r1", 8)] {
        let model = model_shape(&catalog.find(id).expect("a model").0);
        let gpu = gpu_peaks(&catalog.find("h200").expect("a GPU").0);
        let precision = Precision::named(PrecisionName::Fp8, model.is_moe(), true, false);
        let replica = Replica::new(&model, &gpu, precision, gpus);
        let name = |what: &str| format!("{id} on {gpus} x h200, {what}");
        time(&name("rate at a batch"), rounds, || {
            requests_per_second(black_box(&replica), black_box(&shape), 64.0)
        });
        for (what, limits) in [("no limits", Limits::default()), ("within limits", tight)] {
            time(&name(what), rounds, || {
                let found = estimate(black_box(&replica), black_box(&shape), limits);
                found.map_or(0.0, |found| found.requests_per_second)
            });
        }
    }
}

fn time(name: &str, rounds: u32, work: impl Fn() -> f64) {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..BATCH {
                black_box(work());
            }
            begin.elapsed().as_secs_f64() * 1e9 / f64::from(BATCH)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name:<44} {:>9.0} ns", times[times.len() / 2]);
}
