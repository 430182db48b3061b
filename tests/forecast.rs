//! From logs to plans: `calibrate` and `forecast` on logs of known shape, and on public traces.

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

/// Ten days from Sunday, 2026-11-01 on: each hour one call of 1,000 tokens in and 100 out; in odd hours, of feature `b`,
/// one that failed without tokens as well, and in every fourth hour, of feature `a`, one that failed and was billed.
fn failing(name: &str) -> String {
    let mut rows = String::from("time,feature,model,provider,input,output,status\n");
    for (day, hour) in (1..=10).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
        let feature = if hour % 2 == 0 { "a" } else { "b" };
        let provider = if hour % 3 == 0 { "azure" } else { "openai" };
        let mut row = |minute: u32, rest: &str| {
            writeln!(
                rows,
                "2026-11-{day:02}T{hour:02}:{minute:02}:00Z,{feature},gpt-5-mini,{provider},{rest}"
            )
            .expect("text");
        };
        row(0, "1000,100,200");
        if hour % 2 == 1 {
            row(30, ",,429");
        }
        if hour % 4 == 0 {
            row(40, "1000,100,500");
        }
    }
    written(name, &rows)
}

/// The columns of such a log.
const FAILING: [&str; 2] = [
    "--map",
    "time=time,feature=feature,model=model,provider=provider,input=input,output=output,status=status",
];

#[test]
fn calls_that_failed_without_tokens_have_no_size_and_are_told_by_feature() {
    let log = failing("calibrate-failing.csv");
    let found = json(&[&["calibrate", &log], &FAILING[..]].concat());
    assert_eq!(found["requests_per_day"]["value"], 30.0);
    let size = |mix: &Value| (mix["input"]["mean"].clone(), mix["output"]["p50"].clone());
    assert_eq!(size(&found["mix"]), (1_000.0.into(), 100.0.into()));
    let feature = |name: &str| {
        let mut all = found["features"].as_array().expect("features").iter();
        all.find(|feature| feature["name"] == name).expect(name)["mix"].clone()
    };
    let (a, b) = (feature("a"), feature("b"));
    assert_eq!(size(&b), (1_000.0.into(), 100.0.into()));
    // Of `a` 120 calls were answered and 60 failed, all of them billed; of `b` 120 and 120, none billed.
    assert_eq!(
        (&a["retry_share"], &b["retry_share"]),
        (&0.5.into(), &0.0.into())
    );
    assert_eq!(b["error_rate"], 0.5);
    let text = text(&[&["calibrate", &log], &FAILING[..]].concat());
    let told = "# 33 % of the calls failed; requests_per_day has 0.5 failed calls that were billed to each answered one";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("# 50 % of the calls failed\n"), "{text}");
}

#[test]
fn a_week_has_the_shape_of_its_days_however_often_the_log_has_each() {
    let log = failing("calibrate-weekdays.csv");
    let found = json(&[&["calibrate", &log], &FAILING[..]].concat());
    // Sunday, Monday and Tuesday are there twice, and every day is the same.
    for day in found["weekday_shape"].as_array().expect("a week") {
        assert!(
            (day.as_f64().expect("a number") - 1.0).abs() < 1e-9,
            "{day}"
        );
    }
    // From noon to noon, 8 days: every hour has 8 calls or nine.
    let log = written("calibrate-noon.csv", &{
        let mut rows = String::from("time,model,input,output\n");
        for hour in 12..12 + 8 * 24 + 8 {
            let (day, hour) = (1 + hour / 24, hour % 24);
            writeln!(rows, "2026-11-{day:02}T{hour:02}:00:00Z,gpt-5-mini,10,5").expect("text");
        }
        rows
    });
    let found = json(&[
        "calibrate",
        &log,
        "--map",
        "time=time,model=model,input=input,output=output",
    ]);
    for hour in found["day_shape"].as_array().expect("a day") {
        assert!(
            (hour.as_f64().expect("a number") - 1.0).abs() < 1e-9,
            "{hour}"
        );
    }
}

#[test]
fn a_model_of_two_providers_is_two_options_under_names_of_their_own() {
    let log = failing("calibrate-providers.csv");
    let path = written("calibrated-providers.toml", "");
    text(&[&["calibrate", &log, "-o", &path], &FAILING[..]].concat());
    let result = json(&["compare", &path]);
    let names: Vec<&str> = result["options"]
        .as_array()
        .expect("options")
        .iter()
        .filter_map(|option| option["name"].as_str())
        .collect();
    assert_eq!(names, ["gpt-5-mini", "azure/gpt-5-mini"]);
    // The same row of the catalog by two names is one option.
    let log = written(
        "calibrate-names.csv",
        "time,model,input,output\n2026-11-01,gpt-5-mini-2025-08-07,10,5\n2026-11-02,gpt-5-mini,10,5\n2026-11-03,gpt-5-mini,10,5\n2026-11-04,other,10,5\n",
    );
    let found = json(&[
        "calibrate",
        &log,
        "--map",
        "time=time,model=model,input=input,output=output",
    ]);
    assert_eq!(found["models"][0]["name"], "gpt-5-mini");
    assert_eq!(found["models"][0]["share"], 0.75);
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
