//! `--remote`: the same questions to an engine that keeps the logs.

#[cfg(feature = "spark")]
mod address;
#[cfg(feature = "spark")]
mod answer;
#[cfg(feature = "spark")]
mod engine;
#[cfg(feature = "spark")]
mod run;
#[cfg(feature = "spark")]
mod watch;

use anyhow::{Result, bail};
use clap::Args;

use super::args::Common;
use super::logs::LogArgs;
use crate::usage::group::Plan;
use crate::usage::ingest::{Rules, Usage};
use crate::usage::read::Options;
use crate::usage::remote::Bounds;
use crate::usage::shape::Shapes;

/// Where the logs are, if they are not files.
#[derive(Args, Clone, Debug)]
pub struct RemoteArgs {
    /// Ask an engine that speaks Spark Connect in place of reading files: sc://host:port, sc://host:port/;use_ssl=true.
    #[arg(long, value_name = "ADDRESS", help_heading = "Remote")]
    pub remote: Option<String>,
    /// Table of the engine: catalog.schema.table.
    #[arg(
        long,
        value_name = "NAME",
        requires = "remote",
        help_heading = "Remote"
    )]
    pub table: Option<String>,
    /// Files that the engine can reach: s3://bucket/logs/*.parquet.
    #[arg(
        long,
        value_name = "PATTERN",
        requires = "remote",
        conflicts_with = "table",
        help_heading = "Remote"
    )]
    pub path: Option<String>,
    /// Format of these files, where their ending does not tell: parquet, json, csv, orc, delta.
    #[arg(
        long,
        value_name = "FORMAT",
        requires = "path",
        help_heading = "Remote"
    )]
    pub path_format: Option<String>,
    /// Only rows for which this SQL condition holds.
    #[arg(
        long = "where",
        value_name = "SQL",
        requires = "remote",
        help_heading = "Remote"
    )]
    pub filter: Option<String>,
    /// Column of days that the table is partitioned by: with --since and --until only these parts are read.
    #[arg(
        long,
        value_name = "COLUMN",
        requires = "remote",
        help_heading = "Remote"
    )]
    pub partition: Option<String>,
    /// Environment variable that holds the token.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "SPARK_CONNECT_AUTHENTICATE_TOKEN",
        help_heading = "Remote"
    )]
    pub token_env: String,
    /// Seconds within which the engine has to answer for the first time.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "60",
        value_parser = clap::value_parser!(u64).range(1..=86_400),
        help_heading = "Remote"
    )]
    pub connect_timeout: u64,
    /// Groups beyond which nothing is answered.
    #[arg(
        long,
        value_name = "N",
        default_value = "1000000",
        value_parser = clap::value_parser!(u64).range(1..=2_000_000_000),
        help_heading = "Remote"
    )]
    pub max_groups: u64,
    /// Exact latencies in place of buckets: more is sent back.
    #[arg(long, requires = "remote", help_heading = "Remote")]
    pub exact_latency: bool,
    /// Show what would be sent and the engine's plan for it, and read nothing.
    #[arg(long, requires = "remote", help_heading = "Remote")]
    pub explain_plan: bool,
    /// Count rows and groups, and collect nothing.
    #[arg(
        long,
        requires = "remote",
        conflicts_with = "explain_plan",
        help_heading = "Remote"
    )]
    pub dry_run: bool,
}

/// What is asked, apart from where.
#[cfg_attr(not(feature = "spark"), allow(dead_code))]
pub struct Question<'a> {
    /// What is grouped by.
    pub plan: Plan,
    /// Source of the rows, where the user forces it.
    pub from: Option<crate::usage::semantics::Source>,
    /// What the user says about it.
    pub options: Options,
    /// Which rows count.
    pub rules: Rules,
    /// Shapes of price lists.
    pub shapes: &'a dyn Shapes,
    /// Where prices change.
    pub bounds: Bounds,
    /// Whether it is asked what the workload looks like.
    pub profile: bool,
}

/// Asks an engine; `None` where it was only asked for its plan or for the size of the answer, which is shown.
///
/// # Errors
/// A wrong address, an engine that does not answer, a table that is not there or means something else.
pub fn usage(args: &LogArgs, question: &Question<'_>, common: &Common) -> Result<Option<Usage>> {
    if let [file, ..] = args.logs.as_slice() {
        bail!(
            "`{file}`: with --remote the logs are a --table or a --path of the engine, not files"
        );
    }
    if args.remote.table.is_none() && args.remote.path.is_none() {
        bail!(
            "--remote needs a table\nhint: --table catalog.schema.table, or --path 's3://bucket/logs/*.parquet'"
        );
    }
    ask(args, question, common)
}

#[cfg(feature = "spark")]
use run::ask;

#[cfg(not(feature = "spark"))]
fn ask(_: &LogArgs, _: &Question<'_>, _: &Common) -> Result<Option<Usage>> {
    bail!(
        "this build does not know --remote\nhint: cargo install --path . --features spark (its build needs `protoc`)"
    )
}
