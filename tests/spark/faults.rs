//! What goes wrong on the way: the right answer or a clear error, never a part of a total.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::sail::Sail;
use super::{data, llmcost, root, run, told};

/// The message of a question that cannot be answered.
fn refused(sail: &Sail, more: &[&str]) -> String {
    let address = sail.address();
    let output = run(&[&["attribute", "--remote", &address][..], more].concat());
    assert_eq!(output.status.code(), Some(2), "{more:?}: {}", told(&output));
    assert!(output.stdout.is_empty(), "{more:?}");
    told(&output)
}

#[test]
fn what_is_not_there_or_holds_something_else_is_told() {
    let Some(sail) = Sail::start() else { return };
    let place = data::folder("wrong");
    let told = refused(&sail, &["--table", "lake.logs"]);
    assert!(
        told.contains("lake.logs") && told.to_lowercase().contains("not found"),
        "{told}"
    );
    let told = refused(&sail, &["--path", "/not/there/*.parquet"]);
    assert!(told.contains("/not/there/*.parquet"), "{told}");
    let told = refused(&sail, &["--path", "/some/files"]);
    assert!(told.contains("--path-format"), "{told}");
    let list = place.join("list.jsonl");
    fs::write(
        &list,
        "{\"model\":\"m\",\"input_tokens\":[1,2],\"output_tokens\":1}\n",
    )
    .expect("a log");
    let list = list.to_str().expect("UTF-8");
    let told = refused(&sail, &["--path", list]);
    assert!(
        told.contains("`input_tokens` (input) holds a list"),
        "{told}"
    );
    let told = refused(&sail, &["--path", list, "--map", "input=tokens"]);
    assert!(
        told.contains("no column is named `tokens` (input)"),
        "{told}"
    );
    let days = root().join("examples/logs/days.csv").display().to_string();
    let told = refused(&sail, &["--path", &days, "--where", "no_such_column > 1"]);
    assert!(told.contains("no_such_column"), "{told}");
    let told = refused(
        &sail,
        &["--path", &days, "--by", "model,day", "--max-groups", "2"],
    );
    assert!(
        told.contains("more than 2 groups") && told.contains("--max-groups"),
        "{told}"
    );
    let told = refused(&sail, &["--path", &days, "--from", "bedrock"]);
    assert!(told.contains("does not know tables of bedrock"), "{told}");
}

#[test]
fn rows_that_are_wrong_are_counted_as_the_file_counts_them() {
    let Some(sail) = Sail::start() else { return };
    let place = data::folder("rows");
    let file = place.join("log.csv");
    let rows = [
        "ts,model,input_tokens,output_tokens,cost_usd,latency_ms",
        "2026-11-02T08:00:00Z,gpt-5-mini,100,10,0.5,12",
        "2026-11-02T08:00:00Z,gpt-5-mini,-1,10,,",
        "2026-11-02T08:00:00Z,gpt-5-mini,1.5,10,,",
        "2026-11-02T08:00:00Z,gpt-5-mini,3.0,1e2,,",
        "2026-11-02T08:00:00Z,gpt-5-mini,18446744073709551615,10,,",
        "2026-11-02T08:00:00Z,gpt-5-mini,18446744073709551616,10,,",
        "yesterday,gpt-5-mini,100,10,,",
        "2026-11-02T08:00:00+02:00,gpt-5-mini,many,10,,",
        "2026-11-02 08:00:00.123456,gpt-5-mini,7,10,3.2e-05,1.25",
        "2026-11-02,gpt-5-mini,7,10,0.00000000000000000051,x",
        ",gpt-5-mini,7,10,0.0000000000000000005,",
        "1793517132460,gpt-5-mini,7,10,1000000000,",
        "1793517132,gpt-5-mini,7,10,1000000001,",
        "2026-11-02T25:00:00Z,gpt-5-mini,7,10,1,",
    ];
    fs::write(&file, rows.join("\n")).expect("a log");
    let file = file.to_str().expect("UTF-8");
    let address = sail.address();
    let json = |arguments: &[&str]| -> Value {
        let end = ["--by", "model,day", "--format", "json", "--quiet"];
        let output = run(&[arguments, &end].concat());
        assert!(output.status.success(), "{}", told(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let embedded = json(&["attribute", file]);
    let remote = json(&[
        "attribute",
        "--remote",
        &address,
        "--path",
        file,
        "--exact-latency",
    ]);
    assert_eq!(embedded["dropped"]["rejected"], 8);
    for key in ["dropped", "total", "groups", "period"] {
        assert_eq!(embedded[key], remote[key], "{key}");
    }
    let strict = run(&[
        "attribute",
        "--remote",
        &address,
        "--path",
        file,
        "--strict",
    ]);
    assert_eq!(strict.status.code(), Some(2), "{}", told(&strict));
    assert!(told(&strict).contains("row(s)"), "{}", told(&strict));
}

#[test]
fn the_plan_shows_that_other_days_are_not_read_and_nothing_is_read_for_it() {
    let Some(sail) = Sail::start() else { return };
    let (place, csv) = data::log("plan", 500);
    let parquet = data::parquet(&sail.address(), &csv, &place);
    let address = sail.address();
    let shown = |more: &[&str]| {
        let at = [
            "attribute",
            "--remote",
            &address,
            "--path",
            &parquet,
            "--path-format",
            "parquet",
            "--by",
            "model",
        ];
        let output = run(&[&at[..], more].concat());
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let all = shown(&["--explain-plan"]);
    let some = shown(&[
        "--explain-plan",
        "--partition",
        "day",
        "--since",
        "2026-10-20",
        "--until",
        "2026-10-21",
    ]);
    let files = |plan: &str| plan.matches(".parquet").count();
    assert!(
        all.contains("WITH a AS") && files(&all) > 40,
        "{}",
        files(&all)
    );
    // The day, and one on either side: parts may be cut by the days of another zone.
    assert!((1..=4 * 4).contains(&files(&some)), "{some}");
    assert!(some.contains("not counted"), "{some}");
    assert!(shown(&["--dry-run"]).starts_with("500 rows, "));
}

/// A question that takes the engine a while.
fn slow(address: &str, numbers: &str) -> Child {
    let log = root().join("examples/logs/days.csv").display().to_string();
    let work = format!("(SELECT sum(id % 7) FROM range({numbers})) > 0");
    let at = [
        "attribute",
        "--remote",
        address,
        "--path",
        &log,
        "--where",
        &work,
    ];
    llmcost(&[&at[..], &["--by", "model", "--format", "json", "--quiet"]].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("llmcost runs")
}

/// More than any engine counts in the time of a test.
const ENDLESS: &str = "900000000000";

#[test]
fn an_interrupt_ends_the_query_there_too() {
    let Some(sail) = Sail::start() else { return };
    let asked = slow(&sail.address(), ENDLESS);
    thread::sleep(Duration::from_secs(4));
    let begun = Instant::now();
    let sent = Command::new("kill")
        .args(["-INT", &asked.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
    let output = asked.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(2));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(
        output.stdout.is_empty() && told(&output).contains("the query was canceled"),
        "{}",
        told(&output)
    );
    // The workers have time for others.
    let address = sail.address();
    let log = root().join("examples/logs/days.csv").display().to_string();
    let next = run(&["attribute", "--remote", &address, "--path", &log, "--quiet"]);
    assert!(next.status.success(), "{}", told(&next));
}

#[test]
fn a_server_that_dies_is_told_and_leaves_no_part_of_an_answer() {
    let Some(mut sail) = Sail::start() else {
        return;
    };
    let asked = slow(&sail.address(), ENDLESS);
    thread::sleep(Duration::from_secs(4));
    sail.kill();
    let output = asked.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(told(&output).contains("was lost"), "{}", told(&output));
}

#[test]
fn a_server_that_comes_back_is_asked_again() {
    let Some(mut sail) = Sail::start() else {
        return;
    };
    let mut asked = slow(&sail.address(), "600000000");
    thread::sleep(Duration::from_secs(2));
    assert!(asked.try_wait().expect("a state").is_none(), "too fast");
    sail.kill();
    let port = sail.port;
    let Some(again) = Sail::start_at(port) else {
        return;
    };
    let output = asked.wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", told(&output));
    let log = root().join("examples/logs/days.csv").display().to_string();
    let embedded = run(&[
        "attribute",
        &log,
        "--by",
        "model",
        "--format",
        "json",
        "--quiet",
    ]);
    let rows =
        |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("JSON")["groups"].clone();
    let named = |of: Value| {
        let list = of.as_array().expect("groups").clone();
        list.iter()
            .map(|group| group["usd"].to_string() + &group["requests"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(named(rows(&output.stdout)), named(rows(&embedded.stdout)));
    drop(again);
}
