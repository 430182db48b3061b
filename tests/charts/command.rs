//! The command: files and errors.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::drawn::{root, two_apis};

/// A folder of its own for a test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("charts")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder to write to");
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let scenario = root().join("scenarios/article-1m.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
    command
        .arg("chart")
        .arg(scenario)
        .args(arguments)
        .current_dir(folder);
    command
}

fn chart(folder: &Path, arguments: &[&str]) -> Output {
    let output = command(folder, arguments).output();
    output.expect("the command runs")
}

/// The message of a run that must fail, which leaves nothing behind.
fn refused(name: &str, arguments: &[&str]) -> String {
    let folder = folder(name);
    let output = chart(&folder, arguments);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0);
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn a_choice_that_is_not_answered_is_refused_with_those_that_are() {
    let said = refused(
        "choice",
        &["--kind", "choice", "--only", "data", "-o", "a.png"],
    );
    assert!(
        said.contains("error: nothing can be drawn of `data`: the scenario answers build-or-buy\n"),
        "{said}"
    );
    let said = refused("unknown", &["--kind", "choice", "--only", "date"]);
    assert!(
        said.contains(
            "[possible values: build-or-buy, complexity, data, batch, prompt-or-tune, oversight]"
        ),
        "{said}"
    );
    let said = refused("kind", &["--only", "data"]);
    assert!(said.contains("hint: say --kind choice"), "{said}");
}

#[test]
fn the_ending_decides_what_is_written() {
    let folder = folder("endings");
    for (file, begins) in [("a.png", "\u{89}PNG"), ("a.SVG", "<svg ")] {
        let output = chart(&folder, &["-q", "-o", file]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let bytes = fs::read(folder.join(file)).expect("a picture");
        let begin: String = bytes
            .iter()
            .take(begins.chars().count())
            .map(|b| char::from(*b))
            .collect();
        assert_eq!(begin, begins);
    }
    // The two pictures and nothing beside them.
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 2);
}

#[test]
fn without_a_file_the_picture_is_text() {
    let folder = folder("terminal");
    let drawn = |locale: &str, arguments: &[&str]| {
        let output = command(&folder, arguments).env("LC_ALL", locale).output();
        let output = output.expect("the command runs");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let braille = drawn("en_US.UTF-8", &["-q"]);
    assert!(
        braille.chars().any(|letter| ('⠁'..='⣿').contains(&letter)),
        "{braille}"
    );
    for plain in [
        drawn("C", &["-q"]),
        drawn("en_US.UTF-8", &["-q", "--ascii"]),
    ] {
        assert!(plain.is_ascii(), "{plain}");
    }
    for kind in ["curves", "breakdown", "staff", "cumulative", "map"] {
        let text = drawn("C", &["-q", "--kind", kind]);
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(text.contains("API") || text.contains("own"), "{text}");
    }
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0);
}

#[test]
fn alt_text_is_printed_beside_the_picture_or_alone() {
    let folder = folder("alt");
    let output = chart(&folder, &["-q", "--alt", "-o", "a.svg"]);
    let alt = String::from_utf8(output.stdout).expect("text");
    assert!(
        alt.starts_with("Monthly cost in USD against volume"),
        "{alt}"
    );
    let svg = fs::read_to_string(folder.join("a.svg")).expect("a picture");
    assert!(svg.contains(alt.trim_end()), "{svg}");
    let alone = chart(&folder, &["-q", "--alt"]);
    assert_eq!(String::from_utf8(alone.stdout).expect("text"), alt);
}

#[test]
fn axes_that_are_none_are_refused() {
    let map = |arguments: &[&str]| {
        let all = [&["-q", "-o", "a.png"], arguments].concat();
        refused("axes", &all)
    };
    let error = map(&["--x", "workload.requests_per_day=1..2"]);
    assert_eq!(
        error,
        "error: --x is an axis of a map\nhint: say --kind map\n"
    );
    let error = map(&["--kind=map", "--y", "workload.peak_to_mean=9"]);
    assert!(
        error.starts_with("error: --y: `workload.peak_to_mean=9`: expected PATH=FROM..TO"),
        "{error}"
    );
    let error = map(&["--kind=map", "--y", "workload.peak_to_men=1..2"]);
    assert!(
        error.contains("--y:1:1: error: ") && error.contains("did you mean `peak_to_mean`?"),
        "{error}"
    );
    let both = "workload.peak_to_mean=1..2";
    let error = map(&["--kind=map", "--x", both, "--y", both]);
    assert_eq!(
        error,
        "error: --x and --y are the same input: `workload.peak_to_mean`\n"
    );
    let error = map(&["--kind=map", "--y", "workload.peak_to_mean=1..2,5000"]);
    assert_eq!(
        error,
        "error: --y: 5000 values are more than a map can show (2000)\n"
    );
    let error = map(&["--kind=map", "--y", "workload.peak_to_mean=0.2..2"]);
    assert!(error.contains("`peak_to_mean` is out of range"), "{error}");
}

#[test]
fn unknown_endings_are_refused() {
    assert_eq!(
        refused("pdf", &["-o", "a.pdf"]),
        "error: `.pdf` is no picture that can be drawn (`a.pdf`)\nhint: say -o FILE.png or -o FILE.svg\n"
    );
    assert_eq!(
        refused("bare", &["-o", "picture"]),
        "error: `picture` has no ending that names a picture\nhint: say -o FILE.png or -o FILE.svg\n"
    );
    assert_eq!(
        refused("format", &["-o", "a.png", "--format", "json"]),
        "error: a chart has no --format: the ending of -o decides\nhint: say -o FILE.png or -o FILE.svg\n"
    );
}

#[test]
fn absurd_sizes_are_refused() {
    for (size, message) in [
        ("0x0", "--size: 0x0 is too small to be legible"),
        ("399x900", "--size: 399x900 is too small to be legible"),
        ("1600", "--size: `1600` is no size"),
        ("1600x-900", "--size: `1600x-900` is no size"),
        ("99999999999x900", "--size: `99999999999x900` is no size"),
        (
            "100000x100000",
            "--size: 100000x100000 at a scale of 1 has 10000 megapixels",
        ),
    ] {
        let error = refused("sizes", &["-o", "a.png", &format!("--size={size}")]);
        assert!(
            error.starts_with(&format!("error: {message}\nhint: ")),
            "{error}"
        );
    }
    for scale in ["0", "-1", "nan", "9", "two"] {
        let error = refused("scales", &["-o", "a.png", &format!("--scale={scale}")]);
        let begin = format!("error: --scale: `{scale}` is no factor between 0.5 and 8\n");
        assert!(error.starts_with(&begin), "{error}");
    }
    let error = refused("both", &["-o", "a.png", "--size=4000x3000", "--scale=4"]);
    assert!(error.contains("has 192 megapixels"), "{error}");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = refused("nowhere", &["-q", "-o", "nowhere/a.png"]);
    assert!(
        error.starts_with("error: cannot write `nowhere/a.png`: "),
        "{error}"
    );
}

#[test]
fn more_options_than_can_be_told_apart_are_refused_and_a_choice_is_drawn() {
    let folder = folder("many");
    let mut text = two_apis(1.0, 2.0);
    for k in 3..=13 {
        text.push_str(&format!(
            "[[api]]\nname = \"n{k}\"\ninput_usd_per_mtok = {k}\noutput_usd_per_mtok = {k}\n"
        ));
    }
    fs::write(folder.join("many.toml"), text).expect("a folder to write to");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
        command
            .args(["chart", "many.toml", "-o", "a.svg", "-q"])
            .args(arguments);
        command
            .current_dir(&folder)
            .output()
            .expect("the command runs")
    };
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: 13 options are more than a chart can tell apart (12)\nhint: choose some with --option NAME\n"
    );
    assert!(!folder.join("a.svg").exists());
    assert_eq!(
        run(&["--option", "first", "--option", "n9"]).status.code(),
        Some(0)
    );
    let svg = fs::read_to_string(folder.join("a.svg")).expect("a picture");
    assert!(svg.contains("\nn9\n") && svg.contains("\nfirst\n") && !svg.contains("\nn8\n"));
}
