//! The commands around a comparison: catalog, init, completions, man; what they share is here.

mod catalog;
mod compared;
mod diff;
mod help;
mod import;
mod init;
mod lock;
mod overlap;
mod size;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn llmcost(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(arguments)
        .env_remove("NO_COLOR")
        .output()
        .expect("the binary runs")
}

/// What an answered command prints.
fn answer(arguments: &[&str]) -> String {
    let output = llmcost(arguments);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&answer(arguments)).expect("JSON")
}

/// What a refused command complains about; it prints nothing else.
fn complaint(arguments: &[&str]) -> String {
    let output = llmcost(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed an answer");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// An empty directory of a test.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a directory");
    path
}

fn written(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}
