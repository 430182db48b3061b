//! `llmcost init`, and flags that a command has no use for.

use super::{answer, complaint, json, scratch, written};

#[test]
fn every_preset_compares_without_errors() {
    let directory = scratch("presets");
    for (preset, options) in [("chat", 3), ("batch", 3), ("on-prem", 3)] {
        let file = directory.join(preset).display().to_string();
        answer(&["init", &file, "--preset", preset]);
        let result = json(&["compare", &file, "--format", "json", "--quiet"]);
        let list = result["options"].as_array().unwrap();
        assert_eq!(list.len(), options, "{preset}");
        assert!(
            list.iter()
                .all(|option| option["monthly_usd"].as_f64().unwrap() > 0.0),
            "{preset}"
        );
    }
}

#[test]
fn without_a_file_the_default_preset_goes_to_stdout() {
    let text = answer(&["init"]);
    assert_eq!(text, answer(&["init", "--preset", "chat"]));
    assert!(text.starts_with("# A chat assistant"), "{text}");
}

#[test]
fn a_file_that_exists_is_only_replaced_with_force() {
    let directory = scratch("force");
    let file = written(&directory, "s.toml", "mine");
    for arguments in [vec!["init", &file], vec!["init", "-o", &file]] {
        assert!(complaint(&arguments).contains("exists already\nhint:"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    }
    answer(&["init", &file, "--force"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), answer(&["init"]));
}

#[test]
fn flags_without_a_use_are_refused() {
    for (arguments, flag) in [
        (vec!["init", "--format", "json"], "--format"),
        (vec!["man", "--set", "a=1"], "--set"),
        (vec!["completions", "bash", "--strict"], "--strict"),
        (
            vec!["catalog", "list", "role", "--option", "own"],
            "--option",
        ),
        (vec!["schema", "--catalog", "own.toml"], "--catalog"),
    ] {
        let text = complaint(&arguments);
        assert!(text.contains(&format!("has no use for {flag}")), "{text}");
    }
    assert!(complaint(&["schema", "--format", "csv"]).contains("say --format json"));
}
