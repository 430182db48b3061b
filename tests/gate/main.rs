//! The budget gate as a pipeline uses it: repositories with a base commit and a change, every exit code,
//! every format, baselines, many files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

mod baselines;
mod ci;
mod extends;
mod flags;
mod formats;
mod limits;
mod many;
mod repository;
mod risk;
mod verdicts;

/// A plan whose prices are its own: 30,000 requests a day on 30 days at 1,000 x 0.10 + 200 x 0.50
/// USD/Mtok are 180 dollars a month.
const PLAN: &str = include_str!("plan.toml");

/// A repository of a test.
struct Repository(PathBuf);

impl Repository {
    /// An empty folder of this name.
    fn folder(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("gate")
            .join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A repository of git whose base commit holds the plan and its baseline.
    fn new(name: &str) -> Self {
        let repository = Self::folder(name);
        repository.git(&["init", "-q"]);
        repository.write("plan.toml", PLAN);
        let saved = repository.run(&[
            "check",
            "-q",
            "plan.toml",
            "--save-baseline",
            "baseline.json",
        ]);
        assert_eq!(saved.status.code(), Some(0), "{}", stderr(&saved));
        repository.commit("base");
        repository
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.0.join(file)).unwrap()
    }

    /// A change of the plan: a text of it that is replaced.
    fn change(&self, from: &str, to: &str) {
        assert!(PLAN.contains(from), "{from}");
        self.write("plan.toml", &PLAN.replace(from, to));
        self.commit("change");
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        let who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        self.git(&[&who[..], &["commit", "-q", "-m", message]].concat());
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .current_dir(&self.0)
            .args(arguments)
            .status()
            .unwrap();
        assert!(status.success(), "git {arguments:?}");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
        command
            .current_dir(&self.0)
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that reads this from standard input.
    fn piped(&self, arguments: &[&str], input: &str) -> Output {
        use std::io::Write as _;
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs `check` on the plan with its baseline and further arguments.
    fn check(&self, more: &[&str]) -> Output {
        let base = ["check", "plan.toml", "--baseline", "baseline.json"];
        self.run(&[&base[..], more].concat())
    }

    /// The result of `check` with these arguments, and its exit code.
    fn json(&self, arguments: &[&str]) -> (Value, i32) {
        let output = self.run(&[&["check", "-q", "--format", "json"], arguments].concat());
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{}", stderr(&output)));
        (value, output.status.code().unwrap())
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Refuses with exit code 2, nothing on stdout, and these words on stderr.
#[track_caller]
fn refused(repository: &Repository, arguments: &[&str], words: &[&str]) {
    let output = repository.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(stdout(&output), "", "{arguments:?}");
    for word in words {
        assert!(
            stderr(&output).contains(word),
            "`{word}` is not in\n{}",
            stderr(&output)
        );
    }
}
