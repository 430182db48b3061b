//! Logs on an engine: the same question to the embedded reader and to Sail, three workers on this machine.
//!
//! Sail is installed by the test itself, into the target folder; where Python is missing, or its packages cannot be
//! had, the tests say that they were left out, and fail where `REQUIRE_SAIL` is set.

mod data;
mod faults;
mod refuses;
mod sail;
mod same;

use std::path::Path;
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `llmcost` in the folder of the project.
fn llmcost(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
    command
        .args(arguments)
        .current_dir(root())
        .env_remove("RUST_BACKTRACE")
        .env_remove("SPARK_CONNECT_AUTHENTICATE_TOKEN");
    command
}

fn run(arguments: &[&str]) -> Output {
    llmcost(arguments).output().expect("llmcost runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
