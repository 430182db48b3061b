//! Estimated against measured throughput, through the library and both commands.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use llmcost::analysis::accuracy::{Accuracy, of_catalog};
use llmcost::catalog::Catalog;
use llmcost::cost::measured::cases;
use llmcost::report::chart::accuracy::{Origin, describe};
use llmcost::report::chart::description::Sample;
use llmcost::report::chart::{Chart, Look, scene};

use super::command::folder;
use super::drawn::{look, root};
use super::overlap::faults;

/// What the catalog's measurements say of the estimate.
fn found() -> (Accuracy, Origin) {
    let catalog = Catalog::embedded();
    (
        of_catalog(cases(&catalog)),
        Origin::Catalog(catalog.as_of()),
    )
}

/// Their picture.
pub fn picture(look: &Look) -> Chart {
    let (accuracy, origin) = found();
    describe(&accuracy, origin, look)
}

#[test]
fn every_point_is_drawn_where_it_was_measured_and_estimated() {
    let (accuracy, origin) = found();
    let chart = describe(&accuracy, origin, &look(1600, 900));
    let mut drawn: Vec<[f64; 2]> = chart.dots.iter().flat_map(|s| s.points.clone()).collect();
    let points = accuracy.points.iter();
    let mut expected: Vec<[f64; 2]> = points.map(|p| [p.measured, p.estimated]).collect();
    let by_place = |a: &[f64; 2], b: &[f64; 2]| a.partial_cmp(b).expect("numbers");
    drawn.sort_by(by_place);
    expected.sort_by(by_place);
    assert_eq!(drawn, expected);
    // Both axes are one, so that the line of no error is the diagonal.
    assert_eq!((chart.x.low, chart.x.high), (chart.y.low, chart.y.high));
    for [x, y] in drawn {
        assert!(x > chart.x.low && x < chart.x.high && y > chart.y.low && y < chart.y.high);
    }
    // A color for each kind of model, in the key with its points and its error.
    let dots = chart
        .key
        .iter()
        .filter(|key| matches!(key.sample, Sample::Dot(_)));
    assert_eq!(dots.count(), accuracy.by.kind.len());
    for (series, key) in chart.dots.iter().zip(&chart.key) {
        let begin = format!(
            "{}: {} points, median error ",
            series.name,
            series.points.len()
        );
        assert!(key.text.starts_with(&begin), "{}", key.text);
    }
}

#[test]
fn nothing_overlaps_in_a_picture_of_accuracy() {
    for (width, height) in [
        (1600, 900),
        (1000, 562),
        (800, 450),
        (400, 300),
        (600, 1200),
    ] {
        let look = look(width, height);
        let faults = faults(&scene(&picture(&look).into(), &look), &look);
        assert!(faults.is_empty(), "{width}x{height}\n{}", faults.join("\n"));
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmcost"));
    command.args(arguments).current_dir(folder);
    command.output().expect("the command runs")
}

#[test]
fn it_is_drawn_by_either_command_with_a_scenario_or_without() {
    let folder = folder("accuracy");
    let scenario = root().join("scenarios/article-1m.toml");
    let scenario = scenario.to_str().expect("a path");
    for (file, arguments) in [
        ("a.svg", &["chart", "--kind=accuracy"][..]),
        ("b.svg", &["chart", scenario, "--kind=accuracy"]),
        ("c.svg", &["catalog", "accuracy"]),
    ] {
        let output = run(&folder, &[arguments, &["-o", file]].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(
            output.stdout.is_empty() && output.stderr.is_empty(),
            "{output:?}"
        );
    }
    let read = |file: &str| fs::read_to_string(folder.join(file)).expect("a picture");
    let svg = read("a.svg");
    assert!(
        svg.contains("llmcost-accuracy") && svg.contains("548 points"),
        "{svg}"
    );
    assert_eq!(svg, read("b.svg"));
    assert_eq!(svg, read("c.svg"));
    let text = run(&folder, &["chart", "--kind=accuracy", "--ascii"]);
    let text = String::from_utf8(text.stdout).expect("text");
    assert!(
        text.is_ascii() && text.contains("D hybrid-attention: 18 points"),
        "{text}"
    );
}

#[test]
fn a_table_of_measurements_is_drawn_with_its_name() {
    let folder = folder("table");
    let header = "engine,model,precision,gpu,n_gpus,tp,isl,osl,concurrency,output_tok_per_s\n";
    let row = "vllm,Qwen3-32B,fp8,H100,2,2,1000,500,8,390\n";
    fs::write(folder.join("own.csv"), format!("{header}{row}")).expect("a folder");
    let table = ["catalog", "accuracy", "--measurements=own.csv"];
    let output = run(&folder, &[&table[..], &["-o", "a.svg"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let svg = fs::read_to_string(folder.join("a.svg")).expect("a picture");
    assert!(
        svg.contains("measurements of own.csv ") && svg.contains("dense: 1 point, median"),
        "{svg}"
    );
    // The answer itself is as it was.
    let output = run(&folder, &[&table[..], &["-o", "a.json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn what_a_picture_of_accuracy_has_no_use_for_is_refused() {
    let folder = folder("accuracy_refused");
    let chart = ["chart", "--kind=accuracy", "-o", "a.png"];
    for (more, words) in [
        (
            "--set=workload.input_tokens=1",
            "error: `llmcost chart --kind accuracy` has no use for --set\n",
        ),
        (
            "--x=a=1..2",
            "error: --x and --y are the axes of a map\nhint: say --kind map\n",
        ),
    ] {
        let output = run(&folder, &[&chart[..], &[more]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&output.stderr), words);
    }
    let output = run(
        &folder,
        &["catalog", "accuracy", "-o", "a.png", "--format=csv"],
    );
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.starts_with("error: a chart has no --format"),
        "{error}"
    );
    let output = run(&folder, &["chart", "-o", "a.png"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.starts_with("error: a scenario is missing\nhint: "),
        "{error}"
    );
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0);
}
