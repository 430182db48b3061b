//! The speed of training against published runs: what ships, and what half of the groups tell of the
//! other half. Both need `../shared`.

use std::collections::BTreeMap;

use llmcost::cost::capacity::{
    Compute, GpuPeaks, TrainingMethod, TrainingRun, training_gpu_hours, training_peak_flops,
};

/// Half splits that are drawn.
const SPLITS: u64 = 60;
/// Beyond these the formula is not meant to hold.
const LONGEST: f64 = 8_192.0;
const SMALLEST: f64 = 2e9;

/// GB of memory and dense peaks [TFLOP/s] in BF16 and FP8 (0: no such units) that the runs count with.
const GPUS: [(&str, [f64; 3]); 8] = [
    ("A100-40G", [40.0, 312.0, 0.0]),
    ("A100-80G", [80.0, 312.0, 0.0]),
    ("H100", [80.0, 989.0, 1_979.0]),
    ("B200", [180.0, 2_250.0, 4_500.0]),
    ("GB200", [186.0, 2_500.0, 5_000.0]),
    ("GB300", [288.0, 2_500.0, 5_000.0]),
    ("RTX 4090", [24.0, 165.2, 0.0]),
    ("RTX A6000", [48.0, 154.8, 0.0]),
];

/// Widths of the models by the size in their names (Qwen2.5 7B is 3,584 wide).
const WIDTHS: [(&str, f64); 8] = [
    ("405b", 16_384.0),
    ("70b", 8_192.0),
    ("32b", 5_120.0),
    ("30b", 7_168.0),
    ("13b", 5_120.0),
    ("8b", 4_096.0),
    ("7b", 4_096.0),
    ("3b", 2_560.0),
];

/// A published run: what it is, and its tokens per second and GPU.
struct Run {
    group: String,
    gpu: GpuPeaks,
    compute: Compute,
    training: TrainingRun,
    measured: f64,
}

impl Run {
    /// Tokens per second and GPU that the formula gives.
    fn estimated(&self) -> f64 {
        self.training.tokens / (3_600.0 * training_gpu_hours(&self.training))
    }

    /// Logarithm of the speed over that of an MFU of 1.
    fn log_mfu(&self, measured: f64) -> f64 {
        (measured / self.estimated() * self.training.mfu).ln()
    }

    /// What the MFU depends on: a constant, memory, no FP8 units, adapters, FP4.
    fn row(&self) -> [f64; 5] {
        let flag = |yes: bool| f64::from(u8::from(yes));
        [
            1.0,
            self.gpu.memory_bytes / 80e9,
            flag(self.gpu.fp8_flops.is_none()),
            flag(self.training.method != TrainingMethod::Full),
            flag(self.compute == Compute::Fp4),
        ]
    }
}

fn gpu(name: &str) -> GpuPeaks {
    let (_, [memory, bf16, fp8]) = GPUS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a GPU");
    GpuPeaks {
        memory_bytes: memory * 1e9,
        bandwidth_bytes_per_s: 1.0,
        bf16_flops: bf16 * 1e12,
        fp8_flops: (*fp8 > 0.0).then_some(fp8 * 1e12),
        fp4_flops: None,
        link_bytes_per_s: 1.0,
    }
}

fn width(model: &str) -> f64 {
    let model = model.to_lowercase();
    let is = |(size, _): &&(&str, f64)| {
        let at = model.find(size);
        at.is_some_and(|at| !model[..at].ends_with(|c: char| c.is_ascii_digit()))
    };
    let (size, width) = WIDTHS.iter().find(is).expect("a size in the name");
    if model.starts_with("qwen") && *size == "7b" {
        3_584.0
    } else {
        *width
    }
}

fn runs() -> Option<Vec<Run>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/throughput/finetune.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("left out: no {}", path.display());
        return None;
    };
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    Some(rows.filter_map(|row| run(&row.expect("a row"))).collect())
}

fn run(row: &BTreeMap<String, String>) -> Option<Run> {
    let number = |column: &str| row[column].parse::<f64>().expect(column);
    let (params, sequence) = (number("n_params_active"), number("seq_len"));
    if params <= SMALLEST || sequence > LONGEST {
        return None;
    }
    let method = match row["method"].as_str() {
        "lora" => TrainingMethod::Lora,
        "qlora" => TrainingMethod::Qlora,
        _ => TrainingMethod::Full,
    };
    let compute = match row["precision"].as_str() {
        "fp8" => Compute::Fp8,
        "nvfp4" => Compute::Fp4,
        _ => Compute::Bf16,
    };
    let gpu = gpu(&row["gpu"]);
    Some(Run {
        group: [
            &row["framework"],
            &row["model"],
            &row["gpu"],
            &row["method"],
        ]
        .map(String::as_str)
        .join("|"),
        compute,
        training: TrainingRun {
            method,
            tokens: 1e9,
            epochs: 1.0,
            active_params: params,
            hidden: width(&row["model"]),
            sequence_tokens: sequence,
            peak_flops: training_peak_flops(&gpu, compute),
            mfu: method.published_mfu(&gpu),
            up: 1.0,
        },
        gpu,
        measured: number("tok_per_s_per_gpu"),
    })
}

/// Median and 90th percentile of |estimated / measured - 1|.
fn errors(logs: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut list: Vec<f64> = logs.map(|log| log.exp_m1().abs()).collect();
    list.sort_by(f64::total_cmp);
    let at = |share: f64| list[((list.len() - 1) as f64 * share).round() as usize];
    (at(0.5), at(0.9))
}

#[test]
fn the_shipped_constants_have_the_stated_error_on_the_published_runs() {
    let Some(runs) = runs() else { return };
    assert_eq!(runs.len(), 209);
    let logs = runs.iter().map(|run| (run.estimated() / run.measured).ln());
    let (median, p90) = errors(logs);
    println!("median {median:.3}, 90th percentile {p90:.3}");
    assert!(median <= 0.08 && p90 <= 0.25, "{median} {p90}");
}

#[test]
fn half_of_the_groups_tells_of_the_other_half() {
    let Some(runs) = runs() else { return };
    let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
    for run in &runs {
        *sizes.entry(&run.group).or_default() += 1.0;
    }
    // the speed at an MFU of 1, in FP4 that of FP8
    let target = |run: &Run| {
        let fp8 = training_peak_flops(&run.gpu, Compute::Fp8);
        let counted = if run.compute == Compute::Fp4 {
            (run.training.peak_flops / fp8).ln()
        } else {
            0.0
        };
        run.log_mfu(run.measured) + counted
    };
    let (mut medians, mut p90s) = (0.0, 0.0);
    for seed in 0..SPLITS {
        let used = half(&sizes, seed);
        let train: Vec<([f64; 5], f64, f64)> = runs
            .iter()
            .filter(|run| used[run.group.as_str()])
            .map(|run| {
                (
                    run.row(),
                    target(run),
                    sizes[run.group.as_str()].sqrt().recip(),
                )
            })
            .collect();
        let found = regression(&train);
        let held_out = runs.iter().filter(|run| !used[run.group.as_str()]);
        let (median, p90) = errors(held_out.map(|run| {
            let log: f64 = run.row().iter().zip(found).map(|(a, b)| a * b).sum();
            log - target(run)
        }));
        medians += median / SPLITS as f64;
        p90s += p90 / SPLITS as f64;
    }
    println!("held out: median {medians:.3}, 90th percentile {p90s:.3}");
    assert!(medians <= 0.09 && p90s <= 0.32, "{medians} {p90s}");
}

/// Whether each group is in the half that a seed draws.
fn half<'a>(sizes: &BTreeMap<&'a str, f64>, seed: u64) -> BTreeMap<&'a str, bool> {
    let mut keyed: Vec<(u64, &str)> = sizes
        .keys()
        .enumerate()
        .map(|(at, name)| {
            // splitmix64
            let mut z = (seed * 1_000 + at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31), *name)
        })
        .collect();
    keyed.sort_unstable();
    let most = keyed.len() / 2;
    let named = keyed.into_iter().enumerate();
    named.map(|(at, (_, name))| (name, at < most)).collect()
}

/// Robust regression: squares reweighted by the pseudo-Huber loss at 0.05, all but the constant held
/// lightly at 0.
fn regression(rows: &[([f64; 5], f64, f64)]) -> [f64; 5] {
    let mut found = [-1.0, 0.0, 0.0, 0.0, 0.0];
    for _ in 0..50 {
        let mut matrix = [[0.0; 6]; 5];
        for (at, row) in matrix.iter_mut().enumerate().skip(1) {
            row[at] = 1e-3;
        }
        for (row, target, weight) in rows {
            let error: f64 = row.iter().zip(found).map(|(a, b)| a * b).sum::<f64>() - target;
            let weight = weight / (1.0 + (error / 0.05).powi(2)).sqrt();
            for (line, a) in matrix.iter_mut().zip(row) {
                for (cell, b) in line.iter_mut().zip(row.iter().chain([target])) {
                    *cell += weight * a * b;
                }
            }
        }
        found = solved(matrix);
    }
    found
}

/// Gauss-Jordan elimination of five equations.
fn solved(mut matrix: [[f64; 6]; 5]) -> [f64; 5] {
    for at in 0..5 {
        let pivot = matrix[at];
        for (other, row) in matrix.iter_mut().enumerate() {
            let factor = row[at] / pivot[at];
            for (cell, value) in row.iter_mut().zip(pivot) {
                if other == at {
                    *cell = value / pivot[at];
                } else {
                    *cell -= factor * value;
                }
            }
        }
    }
    matrix.map(|row| row[5])
}
