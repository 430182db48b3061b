//! Pictures as text: what is asked for holds, however narrow the terminal.

use std::process::Command;

use llmcost::report::chart::terminal::{Terminal, draw};
use llmcost::report::chart::{Kind, Picture};

use super::drawn::{Read, look, root, shipped};

fn compare(locale: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(["compare", "-q", "--plot"])
        .args(arguments)
        .arg(root().join("scenarios/article-1m.toml"))
        .env("LC_ALL", locale)
        .env_remove("NO_COLOR")
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn compare_plots_its_curves_below_the_table() {
    let text = compare("en_US.UTF-8", &["--color=never"]);
    let (table, plot) = text.split_once("\ncost [USD a month]\n").expect("a plot");
    assert!(table.contains("gpt-4o-mini"), "{table}");
    assert!(
        plot.chars().any(|letter| ('⠁'..='⣿').contains(&letter)),
        "{plot}"
    );
    assert!(
        plot.contains("┊ now: 1 M a day") && plot.contains("● 858,182 a day"),
        "{plot}"
    );
    assert!(!text.contains('\u{1b}'));
    // The table is as it is without a plot, and colors are colors.
    assert!(compare("en_US.UTF-8", &["--color=always"]).contains("\u{1b}[38;5;32m"));
}

#[test]
fn a_plot_is_ascii_where_the_locale_or_the_user_says_so() {
    let plain = compare("C", &["--color=never"]);
    let (_, plot) = plain.split_once("\ncost [USD a month]\n").expect("a plot");
    assert!(plot.is_ascii(), "{plot}");
    assert!(
        plot.contains(": now: 1 M a day") && plot.contains("* 858,182 a day"),
        "{plot}"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (path, text) in shipped() {
        let read = Read::of(&text);
        for kind in Kind::ALL {
            let Ok(picture) = read.picture(kind, &look(1000, 600)) else {
                continue;
            };
            for (width, unicode) in [(80, true), (60, false), (40, true), (40, false)] {
                assert_narrow(
                    &picture,
                    width,
                    unicode,
                    &format!("{} {}", path.display(), kind.name()),
                );
            }
        }
    }
    let accuracy = super::accuracy::picture(&look(1000, 600)).into();
    assert_narrow(&accuracy, 40, false, "accuracy");
}

fn assert_narrow(picture: &Picture, width: usize, unicode: bool, what: &str) {
    let terminal = Terminal {
        width,
        height: 14,
        color: false,
        unicode,
    };
    let text = draw(picture, terminal);
    for line in text.lines() {
        assert!(
            line.chars().count() <= width,
            "{what} at {width}\n{line}\n{text}"
        );
        assert!(unicode || line.is_ascii(), "{line}");
    }
}
