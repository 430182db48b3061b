//! A log of our own making, as CSV for the embedded reader and as Parquet for the engine.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use spark_connect::SparkSession;

/// A folder of this test run.
pub fn folder(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("spark-{name}"));
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).expect("a folder");
    place
}

/// A log of so many calls in a folder of this test run.
pub fn log(name: &str, rows: u64) -> (PathBuf, PathBuf) {
    let place = folder(name);
    let csv = place.join("log.csv");
    std::fs::write(&csv, self::csv(rows)).expect("a log");
    (place, csv)
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// So many rows with what is hard about them: quotes and line ends in names, empty cells, models with peak hours and
/// with prices for long prompts, tiers, failures with and without tokens, costs with exponents.
pub fn csv(rows: u64) -> String {
    let mut dice = Dice(7);
    let tenants = [
        "acme",
        "\"globex, \"\"inc\"\"\"",
        "\"two\nlines\"",
        "",
        "日本",
        " initech ",
    ];
    let models = [
        "gpt-5-mini",
        "claude-haiku-4-5",
        "deepseek-v4-pro",
        "deepseek/deepseek-v4-flash",
        "openai/gpt-5.4",
        "in-house-7b",
    ];
    let mut text = String::from(
        "ts,tenant,feature,prompt_name,prompt_version,model,provider,service_tier,input_tokens,cached_tokens,cache_write_tokens,output_tokens,reasoning_tokens,latency_ms,status,cost_usd\n",
    );
    for row in 0..rows {
        let seconds = 1_790_000_000 + row * 5_400_000 / rows;
        let tenant = tenants[dice.below(6) as usize];
        let model = models[dice.below(6) as usize];
        let failed = dice.below(40) == 0;
        let input = if failed { 0 } else { 1 + dice.below(400_000) };
        let cached = dice.below(input / 2 + 1);
        let written = dice.below(input / 4 + 1);
        let output = if failed { 0 } else { dice.below(2_000) };
        let cost = match dice.below(4) {
            0 => format!("{}.{:09}", dice.below(3), dice.below(1_000_000_000)),
            1 => format!("{}e-{}", dice.below(1_000_000), 4 + dice.below(18)),
            _ => String::new(),
        };
        let cost = if failed { String::new() } else { cost };
        writeln!(
            text,
            "{seconds}.{:03},{tenant},feature-{},p{},{},{model},{},{},{input},{cached},{written},{output},{},{}.{},{},{cost}",
            dice.below(1_000),
            dice.below(5),
            dice.below(3),
            dice.below(2),
            ["openai", "", "deepseek"][dice.below(3) as usize],
            ["", "batch", "Flex", "standard"][dice.below(4) as usize],
            dice.below(output + 1),
            dice.below(20_000),
            dice.below(10),
            if failed { 500 } else { 200 },
        )
        .expect("text");
    }
    text
}

/// The same as Parquet with typed columns, in files cut by the day, written by the engine; gives their pattern.
pub fn parquet(address: &str, csv: &Path, place: &Path) -> String {
    let session = SparkSession::builder()
        .remote(address)
        .get_or_create()
        .expect("a session");
    let reader = session
        .read()
        .format("csv")
        .option("header", "true")
        .option("multiLine", "true");
    let rows = reader.option("escape", "\"").load(csv.to_str());
    rows.create_or_replace_temp_view("own_rows")
        .expect("a view");
    let typed = session
        .sql(
            "SELECT timestamp_micros(CAST(CAST(ts AS DECIMAL(20, 6)) * 1000000 AS BIGINT)) AS ts, tenant, feature, \
             prompt_name, CAST(prompt_version AS INT) AS prompt_version, model, provider, service_tier, \
             CAST(input_tokens AS BIGINT) AS input_tokens, CAST(cached_tokens AS INT) AS cached_tokens, \
             CAST(cache_write_tokens AS BIGINT) AS cache_write_tokens, CAST(output_tokens AS DOUBLE) AS output_tokens, \
             CAST(reasoning_tokens AS BIGINT) AS reasoning_tokens, CAST(latency_ms AS DOUBLE) AS latency_ms, \
             CAST(status AS SMALLINT) AS status, CAST(cost_usd AS DOUBLE) AS cost_usd, \
             CAST(timestamp_micros(CAST(CAST(ts AS DECIMAL(20, 6)) * 1000000 AS BIGINT)) AS DATE) AS day FROM own_rows",
        )
        .expect("SQL");
    let to = place.join("parquet");
    let writer = typed.write().mode("overwrite").partition_by(["day"]);
    writer
        .parquet(to.to_str().expect("UTF-8"))
        .expect("Parquet");
    to.display().to_string()
}

/// The same as spans with maps of attributes, as exporters of OpenTelemetry write them to a lakehouse.
pub fn spans(address: &str, csv: &Path, place: &Path) -> String {
    let session = SparkSession::builder()
        .remote(address)
        .get_or_create()
        .expect("a session");
    let reader = session.read().format("csv").option("header", "true");
    let rows = reader
        .option("multiLine", "true")
        .option("escape", "\"")
        .load(csv.to_str());
    rows.create_or_replace_temp_view("own_rows")
        .expect("a view");
    let spans = session
        .sql(
            "SELECT CAST(row_number() OVER (ORDER BY ts) AS STRING) AS span_id, \
             timestamp_micros(CAST(CAST(ts AS DECIMAL(20, 6)) * 1000000 AS BIGINT)) AS start_time, \
             CAST(latency_ms AS DOUBLE) AS duration_ms, status, map('service.name', feature) AS resource_attributes, \
             map('gen_ai.response.model', model, 'gen_ai.provider.name', provider, 'tenant.id', tenant, \
             'gen_ai.usage.input_tokens', input_tokens, 'gen_ai.usage.cache_read.input_tokens', cached_tokens, \
             'gen_ai.usage.cache_creation.input_tokens', cache_write_tokens, 'gen_ai.usage.output_tokens', \
             output_tokens, 'gen_ai.usage.reasoning.output_tokens', reasoning_tokens) AS attributes FROM own_rows",
        )
        .expect("SQL");
    let to = place.join("spans");
    let writer = spans.write().mode("overwrite");
    writer
        .parquet(to.to_str().expect("UTF-8"))
        .expect("Parquet");
    to.display().to_string()
}
