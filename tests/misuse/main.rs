//! The command line in wrong hands: what is refused with exit code 2, what is only warned of, and what
//! never happens to a file.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

mod accuracy;
mod input;
mod output;
mod reconcile;
mod simulate;
mod time;

const ONE: &str = include_str!("one.toml");

/// An option whose price is an estimate: a reserved GPU of which the catalog knows no reserved price.
const GUESSED: &str = "
[[self_host]]
name = \"own\"
model = \"llama-3.1-8b\"
gpu = \"l40s\"
purchase = \"reserved-3y\"
";

/// A folder of its own for a test, empty, with `one.toml` and `guessed.toml` in it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("misuse")
        .join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("one.toml"), ONE).unwrap();
    std::fs::write(folder.join("guessed.toml"), format!("{ONE}{GUESSED}")).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs a command line that is wrong: exit code 2, nothing on stdout, and these words on stderr.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str], words: &[&str]) {
    let output = run(folder, arguments);
    let printed = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{printed}");
    assert!(output.stdout.is_empty(), "{arguments:?} writes to stdout");
    for word in words {
        assert!(printed.contains(word), "`{word}` is not in\n{printed}");
    }
    assert!(
        !printed.contains("panicked") && !printed.contains("backtrace"),
        "{printed}"
    );
}
