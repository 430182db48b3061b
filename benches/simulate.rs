//! How fast `llmcost simulate` is, and how its error falls with the samples.
//!
//! `cargo bench --bench simulate` times whole runs of a million samples of the shipped scenario with twelve
//! ranges, with one thread and with two, in turns; beside them the same model vectorised in numpy and in
//! squigglepy, where `../shared` has it and the Python named by `PYTHON` has these packages.
//! `cargo bench --bench simulate -- convergence` prints the error of a mean present value over the
//! number of samples, for Sobol points and for random ones.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use llmcost::analysis::draw::{Ask, Method};
use llmcost::analysis::simulate::{Simulation, simulate};
use llmcost::analysis::uncertain::Uncertainty;
use llmcost::analysis::vary::Varied;
use llmcost::catalog::Catalog;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Settings, load};

const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/twelve-ranges.toml");
const SAMPLES: &str = "1000000";

fn main() {
    let given: Vec<String> = std::env::args().collect();
    if given.iter().any(|arg| arg == "convergence") {
        convergence();
        return;
    }
    // `cargo bench` passes --bench; anything else only wants to see that it runs.
    let rounds = if given.iter().any(|arg| arg == "--bench") {
        9
    } else {
        1
    };
    speed(rounds);
}

/// A whole process and its wall time in seconds; none where it fails.
fn run(mut command: Command) -> Option<f64> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let begin = Instant::now();
    let status = command.status().ok()?;
    status.success().then(|| begin.elapsed().as_secs_f64())
}

fn own(threads: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
    command.args([
        "simulate",
        "-q",
        SCENARIO,
        "--samples",
        SAMPLES,
        "--threads",
        threads,
    ]);
    command
}

fn peer(script: &Path, mode: &str) -> Command {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command.arg(script).args([SAMPLES, mode]);
    command
}

fn speed(rounds: usize) {
    let shared = std::env::var("LLMCOST_SHARED").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let script = shared.join("bench/peers/mc_np.py");
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..rounds {
        let runs = [own("1"), own("2"), peer(&script, "np"), peer(&script, "sq")];
        for (times, command) in times.iter_mut().zip(runs) {
            times.extend(run(command));
        }
    }
    let names = ["one thread", "two threads", "numpy", "squigglepy"];
    for (name, times) in names.iter().zip(&times) {
        match median(times) {
            Some(seconds) => println!(
                "{name:<12} {:>8.1} ms (median of {})",
                1e3 * seconds,
                times.len()
            ),
            None => println!("{name:<12} left out: it does not run here"),
        }
    }
    let ratio = |of: usize, over: usize| {
        let pairs = times[of].iter().zip(&times[over]);
        median(&pairs.map(|(a, b)| a / b).collect::<Vec<f64>>())
    };
    for (what, of, over) in [
        ("one thread over two", 0, 1),
        ("numpy over one thread", 2, 0),
        ("numpy over two threads", 2, 1),
        ("squigglepy over one thread", 3, 0),
        ("squigglepy over two threads", 3, 1),
    ] {
        if let Some(ratio) = ratio(of, over) {
            println!("{what:<28} {ratio:.2} (median of ratios in turn)");
        }
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// The root mean square error of the mean present value of the second option, over seeds, against a run of
/// a million Sobol points.
fn convergence() {
    const SEEDS: u64 = 8;
    let mean = |samples, seed, method| {
        let of = answer(samples, seed, method);
        of.options[1].npv_usd.mean.unwrap_or_default()
    };
    let exact = mean(1 << 20, 99, Method::Sobol);
    println!("| samples | Sobol | random | ratio |\n|---|---|---|---|");
    for power in [8, 10, 12, 14, 16] {
        let error = |method| {
            let squares =
                (1..=SEEDS).map(|seed| (mean(1 << power, seed, method) / exact - 1.0).powi(2));
            (squares.sum::<f64>() / SEEDS as f64).sqrt()
        };
        let (sobol, random) = (error(Method::Sobol), error(Method::Random));
        println!(
            "| {} | {:.4} % | {:.4} % | {:.1} |",
            1 << power,
            100.0 * sobol,
            100.0 * random,
            random / sobol
        );
    }
}

fn answer(samples: u64, seed: u64, method: Method) -> Simulation {
    let text = std::fs::read_to_string(SCENARIO).expect("the shipped scenario");
    let (catalog, settings) = (Catalog::embedded(), Settings::default());
    let loaded = load(
        SCENARIO,
        &text,
        &settings,
        &catalog,
        &mut Sources::default(),
    );
    let loaded = loaded.expect("a right scenario");
    let varied = Varied {
        tree: &loaded.tree,
        scenario: &loaded.scenario,
        settings: &settings,
        catalog: &catalog,
    };
    let uncertain = Uncertainty::of(varied).expect("options that can be priced");
    let ask = Ask {
        samples,
        seed,
        method,
        threads: 2,
    };
    simulate(&uncertain, &ask, None, &mut |_| true).expect("an answer")
}
