//! The shipped scenario answers all six, and every format says the same.

use std::path::Path;
use std::process::{Command, Output};

use llmcost::analysis::choices::{Depth, QUESTIONS, choice};

use super::answers::{BASIS, scenario};

pub(super) fn shipped() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/six-choices.toml");
    std::fs::read_to_string(path).expect("the shipped scenario")
}

#[test]
fn the_shipped_scenario_answers_all_six() {
    let scenario = scenario(&shipped());
    for question in QUESTIONS {
        let found = choice(&scenario, question.name, Depth::Whole).expect("a price");
        assert!(!found.answer.is_empty(), "{}", question.name);
        assert!(found.missing.is_empty(), "{}", question.name);
        let answer = choice(&scenario, question.name, Depth::Answer).expect("a price");
        assert_eq!(answer.answer, found.answer);
    }
}

#[test]
fn a_silent_scenario_is_asked_for_keys_and_nothing_is_invented() {
    let scenario = scenario(&format!(
        "{BASIS}\n[[api]]\nname = \"api\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 2\n"
    ));
    for question in QUESTIONS {
        let found = choice(&scenario, question.name, Depth::Whole).expect("a price");
        assert_eq!(found.answer, "", "{}", question.name);
        assert!(found.figures.is_empty());
        assert!((2..=3).contains(&found.missing.len()), "{}", question.name);
    }
}

pub(super) fn llmcost(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

#[test]
fn every_format_gives_the_same_verdict() {
    let json = llmcost(&[
        "choices",
        "scenarios/six-choices.toml",
        "--only",
        "data",
        "--format",
        "json",
        "-q",
    ]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let verdict = json["choices"][0]["verdict"]
        .as_str()
        .expect("a verdict")
        .to_owned();
    assert!(
        json["choices"][0]["flips_at"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    );
    for format in ["table", "markdown"] {
        let out = llmcost(&[
            "choices",
            "scenarios/six-choices.toml",
            "--only",
            "data",
            "--format",
            format,
            "-q",
        ]);
        let text = String::from_utf8(out.stdout).expect("UTF-8");
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(&verdict), "{format}: {text}");
    }
}

#[test]
fn an_unknown_choice_is_refused_with_the_known_ones() {
    let out = llmcost(&["choices", "scenarios/six-choices.toml", "--only", "sixth"]);
    assert_eq!(out.status.code(), Some(2));
    let text = String::from_utf8(out.stderr).expect("UTF-8");
    assert!(
        text.contains("build-or-buy") && text.contains("oversight"),
        "{text}"
    );
}
