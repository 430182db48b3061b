//! How long `llmcost attribute` takes for a log of ten million calls by tenant, feature, model and day, as a table
//! and as lines of JSON: whole processes, in turns with DuckDB where a Python with it is named.
//! `cargo bench --bench usage`, `PEER=PYTHON cargo bench --bench usage -- ROWS`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Calls.
const ROWS: u64 = 10_000_000;

/// Days over which they are spread.
const DAYS: u64 = 60;

const MODELS: [&str; 6] = [
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-4.1-mini",
    "claude-haiku-4-5",
    "gemini-2.5-flash",
    "llama-3.3-70b-instruct",
];

/// The same question for DuckDB, with exact quantiles.
const PEER: &str = r#"
import duckdb, sys
source = {"csv": "read_csv", "jsonl": "read_json"}[sys.argv[1].rsplit(".", 1)[1]]
print(duckdb.sql(f"""select count(*), sum(n), sum(p50), sum(p95) from (
  select tenant, feature, model, substr(timestamp::varchar, 1, 10) as day, count(*) as n, sum(input_tokens),
  sum(cached_tokens), sum(output_tokens), quantile_cont(latency_ms, 0.5) as p50, quantile_cont(latency_ms, 0.95) as p95
  from {source}('{sys.argv[1]}') group by all)""").fetchone())
"#;

fn main() {
    let asked = std::env::args().find_map(|arg| arg.parse().ok());
    // `cargo bench` passes --bench; anything else only wants to see that it runs.
    let (rows, rounds) = if std::env::args().any(|arg| arg == "--bench") {
        (asked.unwrap_or(ROWS), 5)
    } else {
        (20_000, 1)
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("calls      {rows}, on {cores} cores");
    let peer = std::env::var("PEER").ok();
    for form in ["csv", "jsonl"] {
        let log = written(form, rows);
        let (mut own, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let seconds = attribute(&log);
            own.push(seconds);
            ratios.extend(peer.iter().map(|python| duckdb(python, &log) / seconds));
        }
        print!("{form:<10} {:.2} s (median of {rounds})", median(&mut own));
        match ratios.len() {
            0 => println!(),
            _ => println!(", DuckDB {:.2} times that", median(&mut ratios)),
        }
        let _ = std::fs::remove_file(log);
    }
}

fn median(list: &mut [f64]) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

fn attribute(log: &Path) -> f64 {
    let command = Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args([
            "attribute",
            "--by",
            "tenant,feature,model,day",
            "--top",
            "20",
            "--quiet",
        ])
        .arg(log)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn();
    waited(command)
}

fn duckdb(python: &str, log: &Path) -> f64 {
    let command = Command::new(python)
        .args(["-c", PEER])
        .arg(log)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn();
    waited(command)
}

fn waited(command: std::io::Result<std::process::Child>) -> f64 {
    let begin = Instant::now();
    let status = command.and_then(|mut child| child.wait());
    let status = status.expect("the program runs");
    assert!(status.success(), "it ended with {status}");
    begin.elapsed().as_secs_f64()
}

/// Numbers that look random (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below a number, the small ones more often.
    fn small(&mut self, below: u64) -> u64 {
        let share = (self.next() >> 40) as f64 / (1_u64 << 24) as f64;
        (share * share * share * below as f64) as u64
    }
}

/// A log of a platform: some tenants with most of the calls, names in quotes among them.
fn written(form: &str, rows: u64) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-usage.{form}"));
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    if form == "csv" {
        let heads = "timestamp,tenant,feature,model,input_tokens,cached_tokens,output_tokens,latency_ms,status";
        writeln!(file, "{heads}").expect("a line");
    }
    let (mut random, mut line) = (Random(42), String::new());
    for at in 0..rows {
        let millis = at * DAYS * 86_400_000 / rows;
        let (day, second) = (millis / 86_400_000, millis / 1_000 % 86_400);
        let (tenant, feature) = (random.small(500), random.small(40));
        let quote = if form == "csv" && tenant % 10 == 7 {
            "\""
        } else {
            ""
        };
        let name = if tenant % 10 == 7 { ", Inc." } else { "" };
        let input = 1 + random.small(8_000);
        let numbers = [
            input,
            random.small(input),
            1 + random.small(2_000),
            1 + random.small(9_000),
        ];
        let status = if random.next() % 40 == 0 { 429 } else { 200 };
        let model = MODELS[(feature + random.small(3)) as usize % MODELS.len()];
        let time = format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            9 + day / 30,
            1 + day % 30,
            second / 3_600,
            second / 60 % 60,
            second % 60,
            millis % 1_000
        );
        line.clear();
        let [input, cached, output, latency] = numbers;
        let written = if form == "csv" {
            writeln!(
                line,
                "{time},{quote}tenant-{tenant:03}{name}{quote},feature-{feature},{model},{input},{cached},{output},{latency},{status}"
            )
        } else {
            writeln!(
                line,
                "{{\"timestamp\":\"{time}\",\"tenant\":\"tenant-{tenant:03}{name}\",\"feature\":\"feature-{feature}\",\
                 \"model\":\"{model}\",\"input_tokens\":{input},\"cached_tokens\":{cached},\"output_tokens\":{output},\
                 \"latency_ms\":{latency},\"status\":{status}}}"
            )
        };
        written.expect("a line");
        file.write_all(line.as_bytes()).expect("a line");
    }
    file.flush().expect("a file");
    path
}
