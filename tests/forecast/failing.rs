//! Logs with failures, days that are there more often than others, and models of two providers, as workloads.

use std::fmt::Write;

use serde_json::Value;

use super::{json, text, written};

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
