//! The workflows of `examples/ci`: their commands are taken out and run with bash in a repository, as far
//! as a shell can.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{PLAN, Repository, stderr, stdout};

/// A change of the plan's volume and how a gate ends on it.
const CHANGES: [(&str, i32); 4] = [
    // 3.3 % more; a third more and over budget; a slip; nothing.
    ("requests_per_day = 31_000", 0),
    ("requests_per_day = 40_000", 1),
    ("request_per_day = 30_000", 2),
    ("requests_per_day = 30_000", 0),
];

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/ci")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

/// A repository with `scenarios/plan.toml` and its baseline in a base commit named `base`.
fn repository(name: &str) -> Repository {
    let repository = Repository::folder(name);
    repository.git(&["init", "-q"]);
    let plan = PLAN.replace("max_increase_share = 0.15\n", "");
    repository.write("scenarios/plan.toml", &plan);
    repository.run(&[
        "check",
        "-q",
        "scenarios",
        "--save-baseline",
        "llmcost-baseline.json",
    ]);
    repository.commit("base");
    repository.git(&["tag", "base"]);
    repository
}

fn change(repository: &Repository, line: &str) {
    let plan = PLAN.replace("max_increase_share = 0.15\n", "");
    repository.write(
        "scenarios/plan.toml",
        &plan.replace("requests_per_day = 30_000", line),
    );
}

/// Runs a script as the runners do: bash, ending at the first command that fails.
fn bash(repository: &Repository, script: &str) -> Output {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_llmcost"));
    let path = std::env::var("PATH").unwrap();
    Command::new("bash")
        .args(["-e", "-c", script])
        .current_dir(&repository.0)
        .env(
            "PATH",
            format!("{}:{path}", binary.parent().unwrap().display()),
        )
        .env("BASE", "base")
        .env("GITHUB_STEP_SUMMARY", repository.0.join("step-summary.md"))
        .output()
        .unwrap()
}

/// The `run:` steps of a workflow by their names.
fn steps(workflow: &str) -> Vec<(String, String)> {
    let mut steps: Vec<(String, String)> = Vec::new();
    let mut inside = None;
    for line in workflow.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(least) = inside
            && (indent > least || line.trim().is_empty())
        {
            steps.last_mut().unwrap().1 += &format!("{}\n", line.trim_start());
            continue;
        }
        inside = None;
        if let Some(name) = line.trim().strip_prefix("- name: ") {
            steps.push((name.to_owned(), String::new()));
        } else if let Some(script) = line.trim().strip_prefix("run: ") {
            match script {
                "|" => inside = Some(indent),
                one => steps.last_mut().unwrap().1 = one.to_owned(),
            }
        }
    }
    steps
}

#[test]
fn the_workflow_of_github_ends_as_the_gate_does() {
    let steps = steps(&example("github-actions.yml"));
    let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Install llmcost",
            "What the plans cost before",
            "Gate",
            "Summary"
        ]
    );
    let scripts: Vec<&str> = steps.iter().map(|(_, script)| script.as_str()).collect();
    for (at, (line, code)) in CHANGES.into_iter().enumerate() {
        let repository = repository(&format!("github_{at}"));
        change(&repository, line);
        let before = bash(&repository, scripts[1]);
        assert_eq!(before.status.code(), Some(0), "{}", stderr(&before));
        let gate = bash(&repository, scripts[2]);
        assert_eq!(gate.status.code(), Some(code), "{line}: {}", stderr(&gate));
        assert!(
            stdout(&gate).lines().all(|line| line.starts_with("::")),
            "{}",
            stdout(&gate)
        );
        let summary = bash(&repository, scripts[3]);
        assert_eq!(summary.status.code(), Some(0), "{}", stderr(&summary));
        assert!(repository.read("step-summary.md").starts_with("## "));
    }
}

#[test]
fn the_workflow_of_github_without_a_base_is_not_green() {
    let steps = steps(&example("github-actions.yml"));
    let repository = repository("github_baseless");
    assert_eq!(bash(&repository, &steps[2].1).status.code(), Some(2));
}

#[test]
fn the_job_of_gitlab_ends_as_the_gate_does() {
    let job = example("gitlab-ci.yml");
    let script = job
        .split("  script:\n    - ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    for (at, (line, code)) in CHANGES.into_iter().enumerate() {
        let repository = repository(&format!("gitlab_{at}"));
        change(&repository, line);
        let output = bash(&repository, script);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{line}: {}",
            stderr(&output)
        );
        assert!(repository.read("llmcost.xml").contains("<testsuites>"));
        assert!(repository.read("llmcost.md").starts_with("## "));
    }
    // The way out that the comment of the file names.
    let accept = job
        .lines()
        .find_map(|line| line.strip_prefix("#   "))
        .unwrap();
    let repository = repository("gitlab_accept");
    change(&repository, "requests_per_day = 35_000");
    assert_eq!(bash(&repository, script).status.code(), Some(1));
    let accepted = bash(&repository, &format!("USER=ann {accept}"));
    assert_eq!(accepted.status.code(), Some(0), "{}", stderr(&accepted));
    assert_eq!(bash(&repository, script).status.code(), Some(0));
}

#[test]
fn the_hook_holds_every_plan_against_its_budget() {
    let hook = example("pre-commit-hooks.yaml");
    let entry = hook
        .lines()
        .find_map(|line| line.trim().strip_prefix("entry: "))
        .unwrap();
    for (at, (line, code)) in CHANGES.into_iter().enumerate() {
        let repository = repository(&format!("hook_{at}"));
        change(&repository, line);
        let output = bash(&repository, entry);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{line}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn the_plain_script_ends_as_the_gate_does_and_leaves_nothing_behind() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci/gate.sh");
    for (at, (line, code)) in CHANGES.into_iter().enumerate() {
        let repository = repository(&format!("script_{at}"));
        change(&repository, line);
        let output = bash(&repository, &format!("sh '{}' base", script.display()));
        assert_eq!(
            output.status.code(),
            Some(code),
            "{line}: {}",
            stderr(&output)
        );
        let trees = bash(&repository, "git worktree list");
        assert_eq!(stdout(&trees).lines().count(), 1, "{}", stdout(&trees));
    }
    let repository = repository("script_lost");
    let output = bash(&repository, &format!("sh '{}' nowhere", script.display()));
    assert_ne!(output.status.code(), Some(0));
}
