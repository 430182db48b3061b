//! How long `llmcost check` takes for a thousand scenarios that extend a base: a whole process, from
//! before it is started until it has ended. `cargo bench --bench gate`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Scenarios.
const COUNT: usize = 1_000;
/// What they may take [s].
const AT_MOST: f64 = 1.5;

/// What every scenario shares: two API models and own GPUs with a rota, three limits.
const BASE: &str = r#"
start = "2026-12"

[workload]
input_tokens = { mean = 1_200, p95 = 4_000 }
output_tokens = 250
cached_input_share = 0.4

[[api]]
name = "luna"
model = "openai/gpt-6-luna"
staff = [{ role = "ml-engineer", fte = 0.25 }]

[[api]]
name = "sol"
model = "openai/gpt-6.1-sol"

[[self_host]]
name = "own"
model = "llama-3.3-70b"
gpu = "h100-sxm"
min_replicas = 2
staff = [{ role = "sre", fte = 1.0, per_gpus = 32, on_call_people = 4, on_call_share = 0.15 }]

[budget]
monthly_usd = 200_000
max_over_cheapest_share = 0.1

[budget.warn]
monthly_usd = 100_000
"#;

fn main() {
    // `cargo bench` passes --bench; anything else only wants to see that it runs.
    let (count, rounds) = if std::env::args().any(|arg| arg == "--bench") {
        (COUNT, 11)
    } else {
        (10, 1)
    };
    let folder = written(count);
    let mut seconds: Vec<f64> = (0..rounds).map(|_| run(&folder)).collect();
    seconds.sort_by(f64::total_cmp);
    let (least, median) = (seconds[0], seconds[seconds.len() / 2]);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let verdict = if median <= AT_MOST {
        "kept"
    } else {
        "exceeded"
    };
    println!("scenarios  {count}, on {cores} cores");
    println!(
        "check      {median:.2} s (median of {rounds}), {least:.2} s at least ({AT_MOST} s at most: {verdict})"
    );
}

fn written(count: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-gate");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("base.toml"), BASE).expect("a file");
    for at in 0..count {
        let volume = 1_000 + 1_999 * at;
        let text = format!("extends = \"base.toml\"\n[workload]\nrequests_per_day = {volume}\n");
        std::fs::write(folder.join(format!("plan-{at:04}.toml")), text).expect("a file");
    }
    folder
}

fn run(folder: &Path) -> f64 {
    let begin = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(["check", "--quiet"])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .expect("the binary runs");
    assert!(status.success(), "check ended with {status}");
    begin.elapsed().as_secs_f64()
}
