//! From logs to plans: `calibrate` and `forecast` on logs of known shape, and on public traces.

#[path = "forecast/failing.rs"]
mod failing;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use llmcost::analysis::forecast::growth::{Daily, Trend, theil_sen};
use serde_json::Value;

fn llmcost(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

fn text(arguments: &[&str]) -> String {
    let output = llmcost(arguments);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&[arguments, &["--format", "json", "-q"]].concat())).expect("JSON")
}

fn written(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}

/// A log of so many days from 2026-09-01 with calls at every full hour and `calls` of them on a day.
fn log(name: &str, days: u32, calls: impl Fn(u32) -> u32) -> String {
    let mut rows = String::from("time,feature,model,input,output\n");
    for day in 0..days {
        let (month, date) = match day {
            0..30 => (9, day + 1),
            30..61 => (10, day - 29),
            _ => (11, day - 60),
        };
        let calls = calls(day);
        for call in 0..calls {
            let second = u64::from(call) * 86_400 / u64::from(calls);
            let (hour, minute, rest) = (second / 3_600, second / 60 % 60, second % 60);
            let feature = if call % 4 == 0 { "search" } else { "chat" };
            let input = if call % 4 == 0 { 3_000 } else { 600 };
            writeln!(
                rows,
                "2026-{month:02}-{date:02}T{hour:02}:{minute:02}:{rest:02}Z,{feature},gpt-6-luna,{input},{}",
                100 + call % 2 * 100
            )
            .expect("text");
        }
    }
    written(name, &rows)
}

const COLUMNS: [&str; 2] = [
    "--map",
    "time=time,feature=feature,model=model,input=input,output=output",
];

/// 1 % more calls each day.
fn growing(name: &str, days: u32) -> String {
    log(name, days, |day| {
        (400.0 * 1.01f64.powi(day as i32)).round() as u32
    })
}

fn two_options(threshold: f64) -> String {
    // The own stack costs 2,190 a month whatever the volume; a request to the API 0.001 USD.
    let fee = 2_190.0 / (threshold * 365.0 / 12.0);
    format!(
        r#"
        [workload]
        requests_per_day = 500
        input_tokens = 1
        output_tokens = 1
        [[api]]
        name = "api"
        input_usd_per_mtok = 0
        output_usd_per_mtok = 0
        usd_per_request = {fee}
        [[self_host]]
        name = "own"
        gpu = "h100-sxm"
        usd_per_gpu_hour = 3
        gpus = 1
        throughput = {{ requests_per_second = 100 }}
        "#
    )
}

#[test]
fn a_percent_a_day_doubles_in_seventy_days_and_the_break_even_is_dated_so() {
    let log = growing("forecast-growing.csv", 60);
    // The level of the last day, 2026-10-30, is 400 x 1.01^59 = 719.5; twice that is 69.7 days off: 2027-01-08.
    let level = 400.0 * 1.01f64.powi(59);
    let scenario = written("forecast-two.toml", &two_options(2.0 * level));
    let found = json(&[&["forecast", &log, &scenario], &COLUMNS[..]].concat());
    assert_eq!(found["schema"], "llmcost/forecast/1");
    assert_eq!(found["whole_days"], 60);
    let growth = found["growth"]["per_month"].as_f64().expect("growth");
    assert!(
        (growth - (1.01f64.powf(30.4375) - 1.0)).abs() < 2e-3,
        "{growth}"
    );
    let threshold = &found["thresholds"][0];
    assert_eq!(threshold["option"], "own");
    assert_eq!(threshold["verdict"], "dated");
    let middle = threshold["middle"].as_str().expect("a date");
    assert!(("2027-01-05".."2027-01-12").contains(&middle), "{middle}");
    let (earliest, latest) = (&threshold["earliest"], &threshold["latest"]);
    assert!(earliest.as_str() <= Some(middle) && latest.as_str() >= Some(middle));
    assert!(found["backtest"]["median_error"].as_f64() < Some(0.02));
}

#[test]
fn a_volume_that_is_there_is_reached_and_one_that_shrinks_never_is() {
    let log = growing("forecast-there.csv", 40);
    let scenario = written("forecast-low.toml", &two_options(100.0));
    let found = json(&[&["forecast", &log, &scenario], &COLUMNS[..]].concat());
    assert_eq!(found["thresholds"][0]["verdict"], "reached");
    let falling = self::log("forecast-falling.csv", 40, |day| 900 - 15 * day);
    let scenario = written("forecast-high.toml", &two_options(5_000.0));
    let found = json(&[&["forecast", &falling, &scenario], &COLUMNS[..]].concat());
    assert_eq!(found["thresholds"][0]["verdict"], "not-reached");
}

#[test]
fn three_weeks_cannot_tell_and_say_why() {
    let log = growing("forecast-short.csv", 21);
    let scenario = written("forecast-short.toml", &two_options(5_000.0));
    let found = json(&[&["forecast", &log, &scenario], &COLUMNS[..]].concat());
    let threshold = &found["thresholds"][0];
    assert_eq!(threshold["verdict"], "cannot-tell");
    assert!(
        threshold["why"]
            .as_str()
            .expect("why")
            .contains("21 whole days")
    );
    assert!(found.get("growth").is_none());
}

#[test]
fn a_calibrated_scenario_runs_and_gives_back_what_was_logged() {
    let log = log("calibrate-flat.csv", 35, |_| 480);
    let path = written("calibrated.toml", "");
    let arguments = [&["calibrate", &log, "-o", &path], &COLUMNS[..]].concat();
    assert_eq!(text(&arguments), "");
    let result = json(&["compare", &path]);
    let scenario = &result["scenario"];
    assert_eq!(scenario["requests_per_day"], 480.0);
    // A quarter of 3,000 and three of 600 are 1,200; outputs of 100 and 200 in turn, search always 100.
    let found = json(&[&["calibrate", &log], &COLUMNS[..]].concat());
    let mix = &found["mix"];
    assert_eq!(mix["input"]["mean"], 1_200.0);
    assert_eq!(mix["output"]["mean"], 150.0);
    assert_eq!(mix["input"]["p95"], 3_000.0);
    assert_eq!(found["features"][0]["name"], "chat");
    assert_eq!(found["features"][0]["share"], 0.75);
    assert_eq!(found["features"][1]["mix"]["input"]["mean"], 3_000.0);
    assert_eq!(found["models"][0]["id"], "openai/gpt-6-luna");
    // 480 x 365/12 requests of 1,200 tokens at 0.10 and 150 at 0.50 USD/Mtok.
    let monthly = result["options"][0]["monthly_usd"]
        .as_f64()
        .expect("a cost");
    let expected = 480.0 * 365.0 / 12.0 * (1_200.0 * 0.10 + 150.0 * 0.50) / 1e6;
    assert!(
        (monthly / expected - 1.0).abs() < 1e-3,
        "{monthly} {expected}"
    );
}

#[test]
fn a_log_of_less_than_a_week_gives_a_range_of_volumes() {
    let log = log("calibrate-short.csv", 4, |day| 400 + 40 * day);
    let text = text(&[&["calibrate", &log], &COLUMNS[..]].concat());
    let line = text
        .lines()
        .find(|line| line.starts_with("requests_per_day"))
        .expect("a volume");
    assert!(line.contains(" to "), "{line}");
    assert!(text.contains("# growth_per_month: cannot tell"));
}

#[test]
fn rows_without_times_have_no_volume() {
    let log = written(
        "calibrate-timeless.csv",
        "model,input,output\ngpt-6-luna,10,5\n",
    );
    let output = llmcost(&[
        "calibrate",
        &log,
        "--map",
        "model=model,input=input,output=output",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        complaint.contains("no times") && complaint.contains("--map time="),
        "{complaint}"
    );
}

/// A public trace, where it is at hand.
fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/logs/real")
        .join(name);
    if !path.exists() {
        eprintln!("left out: {name} is not at hand");
        return None;
    }
    Some(path)
}

/// Files with their statistics as published: mean, p50, p90 and p99 of prompts and answers, peak to mean by
/// the minute.
type Stats = (&'static str, [f64; 4], [f64; 4], f64);
const TRACES: [Stats; 3] = [
    (
        "AzureLLMInferenceTrace_code.csv",
        [2_047.8, 1_469.0, 5_188.0, 7_436.0],
        [27.9, 13.0, 55.0, 251.0],
        4.18,
    ),
    (
        "AzureLLMInferenceTrace_conv.csv",
        [1_154.7, 1_020.0, 2_734.0, 4_142.0],
        [211.1, 129.0, 424.0, 601.0],
        1.52,
    ),
    (
        "mooncake_conversation_trace.jsonl",
        [12_035.1, 6_909.0, 27_367.0, 85_400.0],
        [342.6, 350.0, 597.0, 1_119.0],
        1.21,
    ),
];

#[test]
fn public_traces_calibrate_to_their_published_statistics_within_a_percent() {
    for (name, input, output, peak) in TRACES {
        let Some(path) = real(name) else { continue };
        let found = json(&["calibrate", &path.display().to_string()]);
        let near = |figure: &Value, expected: f64| {
            let figure = figure.as_f64().expect("a figure");
            assert!(
                (figure / expected - 1.0).abs() < 0.01,
                "{name}: {figure} {expected}"
            );
        };
        for (part, expected) in [("input", input), ("output", output)] {
            for (quantile, expected) in ["mean", "p50", "p90", "p99"].iter().zip(expected) {
                near(&found["mix"][part][*quantile], expected);
            }
        }
        near(&found["peak_to_mean"]["minute"], peak);
    }
}

#[test]
fn growth_of_public_traces_has_the_published_intervals() {
    let Some(path) = real("servegen_model_10min.csv") else {
        return;
    };
    let mut days: BTreeMap<(String, i32), f64> = BTreeMap::new();
    for row in std::fs::read_to_string(path).expect("text").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let day = cells[1].parse::<f64>().expect("seconds") / 86_400.0;
        let requests: f64 = cells[2].parse().expect("requests");
        *days.entry((cells[0].to_owned(), day as i32)).or_default() += requests;
    }
    // Growth over seven days of log-linear fits to fourteen days, 95 % widened for autocorrelation, and by
    // Theil and Sen; two digits of the interval are published with another count of degrees of freedom.
    for (model, ols, low, high, median) in [
        ("m-large", 0.795, 0.621, 1.019, 0.759),
        ("m-mid", 1.299, 1.074, 1.571, 1.411),
        ("m-small", 1.175, 1.072, 1.288, 1.18),
    ] {
        let series: Vec<Daily> = days
            .iter()
            .filter(|((name, _), _)| name == model)
            .map(|((_, day), total)| Daily {
                day: *day,
                total: *total,
            })
            .collect();
        assert_eq!(series.len(), 14, "{model}");
        let trend = Trend::fit(&series).expect("a trend");
        let [least, middle, most] = trend.factor_over(7.0, 0.95);
        let close = |found: f64, published: f64, within: f64| {
            assert!(
                (found / published - 1.0).abs() < within,
                "{model}: {found} {published}"
            );
        };
        close(middle, ols, 1e-3);
        close(least, low, 0.03);
        close(most, high, 0.03);
        let slope = theil_sen(&series).expect("a slope");
        close((slope * 7.0).exp(), median, 5e-3);
    }
}
