//! What must be told: prices, times, files and columns that a log lacks or has twice are never assumed in silence.

use std::fs;

use super::command::stderr;
use super::{answer, scratch};

/// A model that costs 1 USD/Mtok from 2026-11-10 and 10 from 2026-11-20 on.
const DATED: &str = "[[api]]\nid = \"m\"\nsource = \"test\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n\
    [[api.price]]\ntier = \"standard\"\nfrom = \"2026-11-10\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 1\n\
    source = \"test\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n\
    [[api.price]]\ntier = \"standard\"\nfrom = \"2026-11-20\"\ninput_usd_per_mtok = 10\noutput_usd_per_mtok = 10\n\
    source = \"test\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n";

#[test]
fn calls_that_are_older_than_the_first_price_are_told_and_strict_ends_with_3() {
    let path = scratch("older").join("prices.toml");
    fs::write(&path, DATED).unwrap();
    let prices = ["--prices", path.to_str().unwrap()];
    let log = |day: &str, cost: &str| {
        format!("day,tenant,model,input_tokens,cost_usd\n{day},a,m,1000000,{cost}\n").into_bytes()
    };
    let told = |more: &[&str], log: &[u8], code: i32| {
        let arguments = [&["-"], &prices[..], more].concat();
        stderr(&arguments, log, code).contains("older than the first known price of m")
    };
    assert!(told(&["--strict"], &log("2026-11-09", ""), 3));
    assert!(!told(&["--strict"], &log("2026-11-10", ""), 0));
    // A cost that is logged needs no price, unless the price list is asked for.
    assert!(!told(&["--strict"], &log("2026-11-09", "1"), 0));
    assert!(told(&["--cost", "both"], &log("2026-11-09", "1"), 0));
    let result = answer(&[&["-"], &prices[..]].concat(), &log("2026-11-09", ""));
    assert_eq!(result["total"]["cost_usd"], 1);
}

#[test]
fn names_of_a_log_cannot_color_the_terminal() {
    let log = b"tenant,model,input_tokens,\x1b[31mred\n\x1b[32mgreen\nacme,\x1b[33mm,1,x\n";
    let output = super::attribute(&["-", "--by", "tenant,model"], log);
    for text in [output.stdout, output.stderr] {
        assert!(!text.contains(&0x1b), "{}", String::from_utf8_lossy(&text));
    }
    let output = super::attribute(&["-"], b"tenant,\x1b[31mred\nacme,1\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.contains(&0x1b));
}

/// The codes of the warnings of an answer.
fn codes(result: &serde_json::Value) -> Vec<&str> {
    let list = result["warnings"].as_array().unwrap().iter();
    list.map(|warning| warning["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_file_that_is_named_twice_is_read_once_and_told() {
    let folder = scratch("twice");
    let path = folder.join("log.csv");
    fs::write(
        &path,
        "day,tenant,model,input_tokens,output_tokens\n2026-11-01,a,gpt-5-mini,7,1\n",
    )
    .unwrap();
    let (folder, path) = (folder.to_str().unwrap(), path.to_str().unwrap());
    for arguments in [
        [path, path],
        [folder, path],
        [path, &format!("{folder}/*.csv")],
    ] {
        let result = answer(&arguments, b"");
        assert_eq!(result["total"]["requests"], 1, "{arguments:?}");
        assert_eq!(codes(&result), ["repeated-files"]);
    }
    assert_eq!(codes(&answer(&[path], b"")), Vec::<&str>::new());
}

#[test]
fn rows_without_a_time_are_told_where_a_period_is_cut_out() {
    let log = b"tenant,model,input_tokens,output_tokens\na,gpt-5-mini,7,1\n";
    let result = answer(&["-", "--since", "2026-11-01"], log);
    assert_eq!(codes(&result), ["rows-without-time"]);
    assert_eq!(codes(&answer(&["-"], log)), Vec::<&str>::new());
}

#[test]
fn a_report_without_its_last_page_is_told() {
    let page = |more: bool, day: u32| {
        format!(
            r#"{{"data":[{{"starting_at":"2026-11-{day:02}T00:00:00Z","results":[{{"uncached_input_tokens":5,"output_tokens":1,"model":"claude-sonnet-4-5","workspace_id":"w"}}]}}],"has_more":{more}}}"#
        )
    };
    let first = page(true, 1);
    assert_eq!(codes(&answer(&["-"], first.as_bytes())), ["missing-pages"]);
    let both = format!("{first}\n{}\n", page(false, 2));
    let result = answer(&["-"], both.as_bytes());
    assert_eq!(codes(&result), Vec::<&str>::new());
    assert_eq!(result["total"]["tokens"]["input_uncached"], 10);
}

#[test]
fn a_table_with_tokens_of_answers_alone_is_told() {
    let log = b"tenant,model,input_tokens_total,output_tokens\na,gpt-5-mini,7000,1\n";
    let result = answer(&["-"], log);
    assert_eq!(codes(&result), ["one-sided"]);
    let message = result["warnings"][0]["message"].as_str().unwrap();
    assert!(message.contains("--map input=NAME"), "{message}");
    let map = ["-", "--map", "input=input_tokens_total"];
    assert_eq!(codes(&answer(&map, log)), Vec::<&str>::new());
    // Keys may be missing in some lines.
    let lines = b"{\"tenant\":\"a\",\"model\":\"gpt-5-mini\",\"output_tokens\":1}\n{\"tenant\":\"a\",\"model\":\"gpt-5-mini\",\"input_tokens\":1}\n";
    assert_eq!(codes(&answer(&["-"], lines)), Vec::<&str>::new());
}

#[test]
fn a_name_of_two_columns_is_told() {
    let log = b"tenant,model,input_tokens,output_tokens,input_tokens\na,gpt-5-mini,7,1,9\n";
    let told = stderr(&["-"], log, 0);
    assert!(
        told.contains("standard input:1: two columns are named `input_tokens`"),
        "{told}"
    );
    stderr(&["-", "--strict"], log, 2);
}

#[test]
fn a_limit_on_a_name_that_the_log_does_not_have_is_told() {
    let path = scratch("unused").join("budget.toml");
    fs::write(
        &path,
        "[[budget.tenant]]\nname = \"acme\"\nmonthly_usd = 1\n[[budget.tenant]]\nname = \"Globex\"\nmonthly_usd = 0.001\n",
    )
    .unwrap();
    let log = b"day,tenant,model,input_tokens,output_tokens\n2026-11-01,acme,gpt-5-mini,7,1\n2026-11-01,globex,gpt-5-mini,900000,1\n";
    let budget = ["-", "--budget", path.to_str().unwrap()];
    let told = stderr(&budget, log, 0);
    assert!(
        told.contains("no calls of `Globex`, which has a limit"),
        "{told}"
    );
    let hidden = stderr(&[&budget[..], &["--redact"]].concat(), log, 0);
    assert!(
        hidden.contains("1 name(s)") && !hidden.contains("Globex"),
        "{hidden}"
    );
}

#[test]
fn a_table_without_names_of_columns_does_not_echo_its_cells() {
    let secret = "A prompt that somebody wrote, with the number of an account: 4711-0815";
    let log =
        format!("2026-11-01,acme,gpt-5-mini,7,1,\"{secret}\"\n2026-11-01,acme,gpt-5-mini,7,1,x\n");
    let told = stderr(&["-"], log.as_bytes(), 2);
    assert!(
        told.contains("A prompt that somebody wrote, with the n..."),
        "{told}"
    );
    assert!(!told.contains("4711"), "{told}");
}

#[test]
fn spans_of_unknown_operations_with_usage_are_told() {
    let span = |id: u32, operation: &str| {
        format!(
            r#"{{"traceId":"t","spanId":"{id}","startTimeUnixNano":"1793517132000000000","attributes":[{{"key":"gen_ai.operation.name","value":{{"stringValue":"{operation}"}}}},{{"key":"gen_ai.usage.input_tokens","value":{{"intValue":"7"}}}},{{"key":"gen_ai.response.model","value":{{"stringValue":"gpt-5-mini"}}}},{{"key":"tenant.id","value":{{"stringValue":"a"}}}}]}}"#
        )
    };
    let batch = |spans: &[String]| {
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
            spans.join(",")
        )
    };
    let known = batch(&[span(1, "chat"), span(2, "invoke_agent")]);
    assert_eq!(codes(&answer(&["-"], known.as_bytes())), Vec::<&str>::new());
    let unknown = batch(&[span(1, "chat"), span(2, "responses")]);
    let result = answer(&["-"], unknown.as_bytes());
    assert_eq!(codes(&result), ["unknown-operation"]);
    assert_eq!(
        (
            &result["total"]["requests"],
            &result["dropped"]["not_billable"]
        ),
        (&1.into(), &1.into())
    );
}

#[test]
fn a_report_that_is_added_to_another_source_is_told() {
    let folder = scratch("added");
    let bucket = |result: &str| {
        format!(
            r#"{{"data":[{{"starting_at":"2026-11-01T00:00:00Z","results":[{result}]}}],"has_more":false}}"#
        )
    };
    let usage = folder.join("usage.json");
    let tokens = r#"{"uncached_input_tokens":5,"output_tokens":1,"model":"claude-sonnet-4-5","workspace_id":"w"}"#;
    fs::write(&usage, bucket(tokens)).unwrap();
    let amount =
        r#"{"amount":"123.45","currency":"USD","model":"claude-sonnet-4-5","workspace_id":"w"}"#;
    fs::write(folder.join("costs.json"), bucket(amount)).unwrap();
    let both = answer(&[folder.to_str().unwrap()], b"");
    assert_eq!(codes(&both), ["reports-added-up"]);
    assert_eq!(
        codes(&answer(&[usage.to_str().unwrap()], b"")),
        Vec::<&str>::new()
    );
}

#[test]
fn times_that_are_none_are_told_and_do_not_count() {
    let log = "timestamp,tenant,input_tokens,output_tokens,latency_ms,latency_s\n\
        2026-11-01,a,1,1,-3,\n2026-11-01,a,1,1,1e12,\n2026-11-01,a,1,1,,-1\n2026-11-01,a,1,1,,inf\n\
        2026-11-01,a,1,1,70,\n2026-11-01,a,1,1,,0.07\n";
    let result = answer(&["-"], log.as_bytes());
    assert_eq!(codes(&result), ["clock-backwards", "unpriced"]);
    assert!(
        result["warnings"][0]["message"]
            .as_str()
            .unwrap()
            .starts_with("4 row(s)")
    );
    let times = &result["total"]["latency_ms"];
    assert_eq!((&times["calls"], &times["p50"]), (&2.into(), &70.0.into()));
    assert_eq!(result["total"]["requests"], 6);
}

#[test]
fn a_model_without_prices_is_named_once_whatever_it_lacks() {
    let log = "timestamp,tenant,model,tier,input_tokens,output_tokens\n\
        2026-11-01,a,gpt-4o,unheard-of,1,1\n2026-11-01,a,gpt-4o,never,1,1\n";
    let result = answer(&["-"], log.as_bytes());
    assert_eq!(codes(&result), ["unpriced"]);
    let message = result["warnings"][0]["message"].as_str().unwrap();
    assert_eq!(message.matches("gpt-4o").count(), 1, "{message}");
}
