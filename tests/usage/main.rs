//! Usage logs: the shared collection of synthetic and real logs where it is there, and samples of our own.

mod blocks;
mod buckets;
mod command;
mod docs;
mod lines;
mod patterns;
#[path = "../common/ran.rs"]
mod ran;
mod real;
mod reconcile;
mod reconciled;
mod refused;
mod regression;
mod reports;
mod samples;
mod shared;
mod silence;
mod sources;
mod synthetic;
#[path = "../common/told.rs"]
mod told;
mod top;

use std::path::{Path, PathBuf};
use std::process::Output;

use ran::ran;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The collection of logs beside the project; `LLMCOST_SHARED` names another place.
fn collection() -> Option<PathBuf> {
    let place =
        std::env::var_os("LLMCOST_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let logs = place.join("data/logs");
    if !logs.is_dir() {
        eprintln!("left out: no logs in {}", logs.display());
        return None;
    }
    Some(logs)
}

/// Runs `llmcost attribute` with a text as standard input.
fn attribute(arguments: &[&str], input: &[u8]) -> Output {
    ran(root(), &[&["attribute"], arguments].concat(), input)
}

/// The JSON of an answered run.
#[track_caller]
fn answer(arguments: &[&str], input: &[u8]) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    let output = attribute(&arguments, input);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {complaint}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// An empty folder of a test.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("usage")
        .join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}
