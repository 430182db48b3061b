//! Usage logs: the shared collection of synthetic and real logs where it is there, and samples of our own.

mod blocks;
mod command;
mod docs;
mod lines;
mod patterns;
mod real;
mod reconcile;
mod reconciled;
mod refused;
mod regression;
mod reports;
mod samples;
mod shared;
mod sources;
mod synthetic;
mod top;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
    let mut child = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .arg("attribute")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // A run that ends before it reads its input closes the pipe, which is none of our business.
    let _ = std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), input);
    child.wait_with_output().expect("an end")
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
