//! How long a whole run of `llmcost compare` takes beside a run that only parses its arguments.
//!
//! Both are the same binary, so size and linking cancel: `compare` on the largest shipped scenario against
//! `--version`. Runs are interleaved, and the result is the median of the ratios of neighbors, which a
//! busy machine disturbs least. `cargo bench --bench startup`.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What `compare` may take over the bare run.
const AT_MOST: f64 = 2.0;

fn main() {
    // `cargo bench` passes --bench; anything else only wants to see that it runs.
    let rounds = if std::env::args().any(|arg| arg == "--bench") {
        400
    } else {
        3
    };
    let scenario = largest_scenario();
    let scenario = scenario.to_str().expect("a path in UTF-8");
    for _ in 0..rounds / 10 {
        run(&["compare", scenario]);
        run(&["--version"]);
    }
    let mut compare = Vec::new();
    let mut bare = Vec::new();
    let mut ratios = Vec::new();
    for round in 0..rounds {
        let (mine, floor);
        if round % 2 == 0 {
            mine = run(&["compare", scenario]);
            floor = run(&["--version"]);
        } else {
            floor = run(&["--version"]);
            mine = run(&["compare", scenario]);
        }
        ratios.push(mine.as_secs_f64() / floor.as_secs_f64());
        compare.push(mine.as_secs_f64() * 1e3);
        bare.push(floor.as_secs_f64() * 1e3);
    }
    let ratio = median(&mut ratios);
    println!(
        "scenario          {}",
        scenario.rsplit('/').next().unwrap_or(scenario)
    );
    println!("rounds            {rounds}");
    println!("compare           {:.2} ms (median)", median(&mut compare));
    println!("--version         {:.2} ms (median)", median(&mut bare));
    println!(
        "median of ratios  {ratio:.2} ({AT_MOST} at most: {})",
        verdict(ratio)
    );
}

fn verdict(ratio: f64) -> &'static str {
    if ratio <= AT_MOST { "kept" } else { "exceeded" }
}

fn largest_scenario() -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let files = std::fs::read_dir(folder).expect("the shipped scenarios");
    files
        .filter_map(Result::ok)
        .filter(|file| {
            file.path()
                .extension()
                .is_some_and(|ending| ending == "toml")
        })
        .max_by_key(|file| file.metadata().map_or(0, |about| about.len()))
        .expect("at least one scenario")
        .path()
}

/// Wall time of one process, from before it is started until it has ended.
fn run(arguments: &[&str]) -> Duration {
    let begin = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the binary runs");
    let taken = begin.elapsed();
    assert!(status.success(), "{arguments:?} ended with {status}");
    taken
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
