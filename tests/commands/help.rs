//! Help, manual pages and completions.

use super::{answer, complaint};

/// Every command, as arguments.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["compare"],
    &["breakeven"],
    &["sensitivity"],
    &["solve"],
    &["sweep"],
    &["size"],
    &["diff"],
    &["simulate"],
    &["explain"],
    &["choices"],
    &["calibrate"],
    &["forecast"],
    &["chart"],
    &["report"],
    &["check"],
    &["baseline"],
    &["baseline", "accept"],
    &["baseline", "show"],
    &["attribute"],
    &["reconcile"],
    &["catalog"],
    &["catalog", "list"],
    &["catalog", "show"],
    &["catalog", "lock"],
    &["catalog", "diff"],
    &["catalog", "import"],
    &["init"],
    &["schema"],
    &["completions"],
    &["man"],
];

#[test]
fn help_of_every_command_stays_within_80_columns() {
    for &command in COMMANDS {
        for flag in ["-h", "--help"] {
            let text = answer(&[command, &[flag]].concat());
            let wide: Vec<&str> = text
                .lines()
                .filter(|line| line.chars().count() > 80)
                .collect();
            assert_eq!(wide, Vec::<&str>::new(), "{command:?} {flag}");
        }
    }
}

#[test]
fn every_command_of_the_help_is_in_this_test() {
    let help = answer(&["-h"]);
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let names = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    for name in names.map(|line| line.split_whitespace().next().unwrap()) {
        assert!(
            name == "help"
                || COMMANDS
                    .iter()
                    .any(|command| command.first() == Some(&name)),
            "{name}"
        );
    }
}

#[test]
fn every_command_has_a_manual_page_with_its_flags() {
    for &command in COMMANDS {
        let page = answer(&[&["man"], command].concat());
        let name = [&["llmcost"], command]
            .concat()
            .join("-")
            .replace('-', "\\-");
        assert!(
            page.contains(&format!(".SH NAME\n{name} \\- ")),
            "{command:?}: {page}"
        );
        assert!(page.contains("\\-\\-format"), "{command:?}");
    }
    assert!(complaint(&["man", "compar"]).contains("did you mean `compare`?"));
    assert!(complaint(&["man", "catalog", "zebra"]).contains("known: list, show"));
}

#[test]
fn completions_of_every_shell_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = answer(&["completions", shell]);
        for command in COMMANDS.concat() {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}
