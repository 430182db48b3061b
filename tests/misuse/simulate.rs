//! Simulations that are asked for wrongly.

use super::{command, folder, refused};

/// Two options, and a range that decides between them.
const RANGES: &str = "
[workload]
requests_per_day = \"10_000 to 90_000\"
input_tokens = 1_000
output_tokens = 200

[[api]]
name = \"small\"
input_usd_per_mtok = 0.1
output_usd_per_mtok = 0.5

[[api]]
name = \"flat\"
input_usd_per_mtok = 0
output_usd_per_mtok = 0
[[api.costs]]
label = \"fee\"
usd_per_month = 300
";

#[test]
fn no_samples_and_too_many_are_refused() {
    let folder = folder("samples");
    for wrong in ["0", "1.5", "many", "1e12", "-3"] {
        let asked = format!("--samples={wrong}");
        refused(
            &folder,
            &["simulate", "one.toml", &asked],
            &[
                &format!("error: --samples: `{wrong}` is no number of samples"),
                "hint: a whole number from 1 to",
            ],
        );
    }
}

#[test]
fn no_threads_are_refused() {
    refused(
        &folder("threads"),
        &["simulate", "one.toml", "--threads", "0"],
        &["error: --threads: at least 1 is needed"],
    );
}

#[test]
fn a_precision_that_is_no_share_is_refused() {
    let folder = folder("precision");
    for wrong in ["0", "100%", "x", "2"] {
        refused(
            &folder,
            &["simulate", "one.toml", "--precision", wrong],
            &["is no share", "hint: above 0 and below 1"],
        );
    }
}

#[test]
fn a_precision_that_is_not_reached_says_how_far_it_came() {
    let folder = folder("unreached");
    std::fs::write(folder.join("ranges.toml"), RANGES).unwrap();
    refused(
        &folder,
        &[
            "simulate",
            "ranges.toml",
            "--precision",
            "0.00001%",
            "--samples",
            "8192",
        ],
        &[
            "error: --precision:",
            "is reached with 8,192 samples",
            "hint: about",
        ],
    );
}

#[test]
fn a_range_whose_ends_are_swapped_is_refused() {
    let folder = folder("swapped");
    let swapped = RANGES.replace("10_000 to 90_000", "90_000 to 10_000");
    std::fs::write(folder.join("swapped.toml"), swapped).unwrap();
    refused(
        &folder,
        &["simulate", "swapped.toml"],
        &["the interval's low end is not below its high end"],
    );
}

#[test]
fn a_correlation_with_an_unknown_input_is_refused() {
    let folder = folder("correlation");
    let unknown = format!(
        "{RANGES}\n[[correlation]]\ninputs = [\"workload.requests_per_day\", \"api.small.usd\"]\nrank = 0.5\n"
    );
    std::fs::write(folder.join("unknown.toml"), unknown).unwrap();
    refused(
        &folder,
        &["simulate", "unknown.toml"],
        &["no such input in this file", "\"api.small.usd\""],
    );
}

/// A run that would take minutes is interrupted as by Ctrl-C: it answers with what it has.
#[cfg(unix)]
#[test]
fn an_interrupted_run_shows_what_was_finished_and_says_so() {
    let folder = folder("interrupted");
    std::fs::write(folder.join("ranges.toml"), RANGES).unwrap();
    let arguments = [
        "simulate",
        "ranges.toml",
        "--samples",
        "10_000_000_000",
        "--format",
        "json",
    ];
    let mut child = command(&folder, &arguments);
    let child = child.stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["complete"], false);
    assert!(answer["samples"].as_u64().unwrap() > 0);
}
