//! What is wrong with logs and flags is told, and what is right is counted.

use std::fs;
#[cfg(unix)]
use std::io::Write as _;
#[cfg(unix)]
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::command::{log, stderr};
use super::{answer, scratch};

#[test]
fn bad_rows_are_counted_with_their_place_and_strict_stops_at_the_first() {
    let log = b"{\"tenant\":\"a\",\"input_tokens\":5,\"cost\":1}\n{\"tenant\":\"a\",\"input_tokens\":-5}\n\
        {\"tenant\":\"M\xfc\",\"input_tokens\":5}\n{\"tenant\":\"a\0\",\"input_tokens\":5}\n\
        {\"tenant\":\"a\",\"input_tokens\":99999999999999999999}\n{\"tenant\":\"a\",\"inp";
    let result = answer(&["-"], log);
    assert_eq!(
        (&result["dropped"]["torn"], &result["dropped"]["rejected"]),
        (&json!(1), &json!(4))
    );
    assert_eq!(result["total"]["requests"], 1);
    let told = stderr(&["-"], log, 0);
    for words in [
        "standard input:2: `input_tokens` is negative: `-5`",
        "standard input:3: not UTF-8 text",
        "standard input:4: contains NUL bytes",
        "standard input:5: `input_tokens` is not a count",
        "standard input:6: not valid JSON",
    ] {
        assert!(told.contains(words), "`{words}` is not in\n{told}");
    }
    assert!(
        stderr(&["-", "--strict"], log, 2).contains("standard input:2: `input_tokens` is negative")
    );
}

#[test]
fn a_day_sum_of_litellm_is_refused_with_what_to_do() {
    let log = br#"[{"startTime":"2026-11-01","spend":1.5,"users":{"a":1.5},"models":{"m":1.5}}]"#;
    let told = stderr(&["-"], log, 2);
    assert!(
        told.contains("a sum over a day, not a call: export with summarize=false"),
        "{told}"
    );
}

#[test]
fn a_table_without_tokens_is_refused_with_its_columns() {
    let told = stderr(&["-"], b"who,what\nacme,5\n", 2);
    assert!(
        told.contains("no tokens or cost; --map input=NAME,output=NAME")
            && told.contains("who, what")
    );
    let told = stderr(&["-", "--map", "input=in"], b"who,what\nacme,5\n", 2);
    assert!(
        told.contains("no column is named `in` (input); there are: who, what"),
        "{told}"
    );
}

#[test]
fn folders_patterns_and_packed_files_are_read_in_one_run() {
    let folder = scratch("folder");
    fs::create_dir_all(folder.join("2026/11")).unwrap();
    fs::write(
        folder.join("2026/11/a.jsonl"),
        "{\"tenant\":\"a\",\"input_tokens\":5,\"cost\":1}\n",
    )
    .unwrap();
    fs::write(
        folder.join("2026/b.csv"),
        "tenant,input_tokens,cost\nb,5,1\n",
    )
    .unwrap();
    fs::write(folder.join("2026/readme.md"), "# not a log\n").unwrap();
    let path = folder.display().to_string();
    let result = answer(&[&path], b"");
    assert_eq!(result["total"]["requests"], 2);
    assert_eq!(result["sources"], json!({"csv": 1, "jsonl": 1}));
    let pattern = format!("{path}/2026/*/*.jsonl");
    assert_eq!(answer(&[&pattern], b"")["total"]["requests"], 1);
    let empty = scratch("empty").display().to_string();
    assert!(stderr(&[&empty], b"", 2).contains("no log is in the folder"));
    assert!(stderr(&["no-such.log"], b"", 2).contains("cannot read `no-such.log`"));
}

/// A gigabyte without a line break, in an address space that cannot hold it.
#[cfg(unix)]
#[test]
fn a_line_of_a_gigabyte_is_left_out_without_being_held() {
    let mut child = Command::new("sh")
        .args([
            "-c",
            "ulimit -v 900000; exec \"$0\" attribute - --format json",
        ])
        .arg(env!("CARGO_BIN_EXE_llmcost"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = child.stdin.take().expect("a pipe");
    let row = b"{\"tenant\":\"a\",\"input_tokens\":5,\"cost\":1}\n";
    let chunk = vec![b'x'; 1 << 20];
    input.write_all(row).unwrap();
    input.write_all(b"{\"messages\":\"").unwrap();
    for _ in 0..1 << 10 {
        input.write_all(&chunk).unwrap();
    }
    input.write_all(b"\"}\n").unwrap();
    input.write_all(row).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{told}"));
    assert_eq!(result["total"]["requests"], 2);
    assert_eq!(result["dropped"]["rejected"], 1);
    assert!(
        told.contains("standard input:2: the line is longer than 64 MiB"),
        "{told}"
    );
}

#[test]
fn nothing_and_utf_16_are_refused() {
    assert!(stderr(&["-"], b"", 2).contains("no usage was found"));
    assert!(stderr(&["-"], &[0xff, 0xfe, b'a', 0], 2).contains("save it as UTF-8"));
}

#[test]
fn a_wrong_flag_is_refused_with_what_is_known() {
    for (arguments, words) in [
        (
            &["-", "--by", "tenants"][..],
            "no dimension is named `tenants`",
        ),
        (&["-", "--by", "day,day"], "stands twice"),
        (&["-", "--from", "litelm"], "did you mean `litellm`?"),
        (&["-", "--map", "tenants=x"], "did you mean `tenant`?"),
        (&["-", "--since", "yesterday"], "is no time"),
        (&["-", "--alias", "x"], "is not NAME=MODEL"),
    ] {
        let told = stderr(arguments, &log(), 2);
        assert!(told.contains(words), "{arguments:?}\n{told}");
    }
}

#[cfg(not(feature = "spark"))]
#[test]
fn a_build_without_an_engine_says_how_to_get_it() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(["attribute", "--remote", "sc://127.0.0.1:1", "--table", "t"])
        .output()
        .expect("llmcost runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("--features spark"), "{told}");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_file_in_parquet_is_refused_with_how_to_have_it_read() {
    let place = scratch("parquet");
    let file = place.join("usage.parquet");
    fs::write(&file, b"PAR1 and so on PAR1").expect("a file");
    let file = file.to_str().expect("a name");
    for (name, input) in [(file, &b""[..]), ("-", b"PAR1 and so on PAR1")] {
        let told = stderr(&[name], input, 2);
        assert!(
            told.contains(
                "is a Parquet file, and this build of llmcost reads none \
                 hint: cargo install llmcost --features parquet, or export it as CSV"
            ),
            "{told}"
        );
    }
}
