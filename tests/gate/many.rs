//! Many scenarios: folders, patterns, bases, one table, every problem once, the same order always.

use super::{PLAN, Repository, stderr, stdout};

/// A folder with a base that is no scenario by itself, and so many plans that extend it.
fn folder(name: &str, count: usize) -> Repository {
    let repository = Repository::folder(name);
    let base = PLAN
        .replace("requests_per_day = 30_000\n", "")
        .replace("max_increase_share = 0.15\n", "");
    repository.write("plans/base.toml", &base);
    for at in 0..count {
        let text = format!(
            "extends = \"base.toml\"\n[workload]\nrequests_per_day = {}\n",
            20_000 + at
        );
        repository.write(&format!("plans/p{at:04}.toml"), &text);
    }
    repository
}

#[test]
fn a_folder_is_checked_without_the_base_that_its_plans_extend() {
    let repository = folder("base_left_out", 3);
    let whole = repository.run(&["check", "plans"]);
    assert_eq!(whole.status.code(), Some(0), "{}", stderr(&whole));
    let text = stdout(&whole);
    assert!(
        text.starts_with("PASS: 3 scenarios are within 6 limits\n"),
        "{text}"
    );
    assert!(
        text.contains("plans/base.toml is extended by others and is no scenario by itself"),
        "{text}"
    );
    let pattern = repository.run(&["check", "plans/*.toml"]);
    assert_eq!(text, stdout(&pattern));
    let compared = repository.run(&["compare", "-q", "plans"]);
    assert_eq!(compared.status.code(), Some(0), "{}", stderr(&compared));
}

#[test]
fn a_base_that_is_a_scenario_too_is_checked_as_one() {
    let repository = folder("base_kept", 1);
    repository.write("plans/base.toml", PLAN);
    let (result, _) = repository.json(&["plans", "--allow-missing-baseline"]);
    assert_eq!(result["scenarios"].as_array().unwrap().len(), 2);
    assert!(result.get("bases").is_none());
}

#[test]
fn a_base_that_nobody_extends_is_a_broken_scenario() {
    let repository = folder("base_alone", 0);
    let (result, code) = repository.json(&["plans"]);
    assert_eq!(
        (code, &result["unread"][0]["file"]),
        (2, &"plans/base.toml".into())
    );
}

#[test]
fn a_problem_of_a_base_is_told_once_and_every_file_that_has_it_is_named() {
    let repository = folder("broken_base", 5);
    let broken = repository
        .read("plans/base.toml")
        .replace("input_tokens", "input_token");
    repository.write("plans/base.toml", &broken);
    let output = repository.run(&["check", "--format", "json", "plans"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output)
            .matches("unknown field `input_token`")
            .count(),
        1,
        "{}",
        stderr(&output)
    );
    let result: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(result["unread"].as_array().unwrap().len(), 5);
}

#[test]
fn one_broken_file_leaves_the_others_checked_and_the_gate_closed() {
    let repository = folder("one_broken", 2);
    repository.write("plans/broken.toml", "name = 1\n");
    repository.write(
        "plans/dear.toml",
        "extends = \"base.toml\"\n[workload]\nrequests_per_day = 1e6\n",
    );
    let (result, code) = repository.json(&["plans"]);
    assert_eq!(
        (result["verdict"].as_str(), code),
        (Some("nothing-compared"), 2)
    );
    let verdicts: Vec<&str> = result["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| plan["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["fail", "pass", "pass"]);
}

#[test]
fn many_plans_come_in_the_order_of_their_files_every_time() {
    let repository = folder("ordered", 300);
    let first = stdout(&repository.run(&["check", "--format", "json", "plans"]));
    let result: serde_json::Value = serde_json::from_str(&first).unwrap();
    let names: Vec<&str> = result["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| plan["name"].as_str().unwrap())
        .collect();
    assert!(names.len() == 300 && names.is_sorted(), "{names:?}");
    for _ in 0..3 {
        assert_eq!(
            stdout(&repository.run(&["check", "--format", "json", "plans"])),
            first
        );
    }
}
