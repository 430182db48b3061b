//! Files that extend others: every command reads them alike, and problems point into the right file.

use super::{PLAN, Repository, refused, stdout};

/// The plan as two files: what both have in `base/plan.toml`, the volume in `own.toml`.
fn split(name: &str) -> Repository {
    let repository = Repository::folder(name);
    let base = PLAN
        .replace("requests_per_day = 30_000\n", "")
        .replace("name = \"assistant\"\n", "");
    repository.write("base/plan.toml", &base);
    let own = "extends = \"base/plan.toml\"\nname = \"assistant\"\n[workload]\nrequests_per_day = 30_000\n";
    repository.write("own.toml", own);
    repository.write("plan.toml", PLAN);
    repository
}

#[test]
fn a_plan_in_two_files_is_the_plan_in_one_for_every_command() {
    let repository = split("two_files");
    let commands: [&[&str]; 5] = [
        &["compare", "--format", "json"],
        &["breakeven"],
        &["sweep", "--vary", "workload.requests_per_day=1e3..1e5,5"],
        &["breakeven", "--over", "api.large.input_usd_per_mtok"],
        &[
            "compare",
            "--set",
            "api.small.input_usd_per_mtok=0.3",
            "--set",
            "workload.requests_per_day=5",
        ],
    ];
    for command in commands {
        let (one, two) = (
            [command, &["plan.toml"]].concat(),
            [command, &["own.toml"]].concat(),
        );
        let (one, two) = (repository.run(&one), repository.run(&two));
        assert_eq!(one.status.code(), Some(0), "{command:?}");
        assert_eq!(stdout(&one), stdout(&two), "{command:?}");
    }
}

#[test]
fn chains_are_followed_and_the_nearest_wins() {
    let repository = split("chain");
    repository.write(
        "a/b/far.toml",
        "extends = \"../../own.toml\"\n[workload]\nrequests_per_day = 60_000\n",
    );
    repository.write(
        "a/near.toml",
        "extends = \"b/far.toml\"\n[[api]]\nname = \"small\"\ninput_usd_per_mtok = 0.20\n",
    );
    let (result, _) = repository.json(&["a/near.toml", "--max-monthly", "1"]);
    // 60,000 x 30 x (1,000 x 0.20 + 200 x 0.50) / 1e6 = 540 dollars a month; a title is not inherited.
    let plan = &result["scenarios"][0];
    assert_eq!(
        (
            plan["name"].as_str(),
            plan["monthly_usd"].as_f64().map(f64::round)
        ),
        (Some("near"), Some(540.0))
    );
}

#[test]
fn a_limit_that_a_base_sets_is_broken_there() {
    let repository = split("inherited_limit");
    let (result, code) = repository.json(&[
        "own.toml",
        "--set",
        "workload.requests_per_day=50_000",
        "--allow-missing-baseline",
    ]);
    assert_eq!(
        (code, &result["findings"][0]["place"]),
        (1, &"base/plan.toml:23:15".into())
    );
}

#[test]
fn a_file_from_standard_input_extends_from_where_the_program_runs() {
    let repository = split("stdin_extends");
    let arguments = ["compare", "-q", "--format", "csv", "-"];
    let output = repository.piped(&arguments, &repository.read("own.toml"));
    assert_eq!(
        stdout(&output),
        stdout(&repository.run(&["compare", "-q", "--format", "csv", "plan.toml"]))
    );
}

#[test]
fn a_circle_through_a_linked_folder_ends() {
    let repository = Repository::folder("linked");
    repository.write("plan.toml", "extends = \"again/plan.toml\"\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink(".", repository.0.join("again")).unwrap();
    #[cfg(unix)]
    refused(
        &repository,
        &["compare", "plan.toml"],
        &["too many files extend each other"],
    );
}
