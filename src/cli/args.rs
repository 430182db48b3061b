//! Commands and flags.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::chart::ChartArgs;
pub use super::check::CheckArgs;
use crate::catalog::KINDS;

/// What does it cost to call an LLM API, to fine-tune, or to host your own stack, with the engineers?
#[derive(Debug, Parser)]
#[command(
    name = "llmcost",
    version,
    propagate_version = true,
    max_term_width = 80
)]
#[command(
    after_help = "Exit codes: 0 answered, 1 a gate failed, 2 wrong input or usage, 3 with --strict: something was unpriced, stale or guessed."
)]
pub struct Cli {
    /// The question.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
}

/// Flags of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Everywhere")]
// each is a flag of its own
#[allow(clippy::struct_excessive_bools)]
pub struct Common {
    /// Format of the answer; the ending of -o decides when absent.
    #[arg(long, value_enum, global = true)]
    pub format: Option<Format>,
    /// Write the answer to a file instead of stdout.
    #[arg(short, long, value_name = "FILE", global = true)]
    pub output: Option<PathBuf>,
    /// Change an input: table, name and key, such as self_host.own.usd_per_gpu_hour=2.5.
    #[arg(long = "set", value_name = "PATH=VALUE", global = true)]
    pub set: Vec<String>,
    /// Show only these options.
    #[arg(long = "option", value_name = "NAME", global = true)]
    pub options: Vec<String>,
    /// Your own facts, which beat the catalog's everywhere.
    #[arg(long, value_name = "FILE", global = true)]
    pub catalog: Vec<PathBuf>,
    /// Refuse scenarios that no llmcost.lock.toml lies beside.
    #[arg(long, global = true, conflicts_with = "no_lock")]
    pub locked: bool,
    /// The present catalog although a lock lies beside the scenario.
    #[arg(long, global = true)]
    pub no_lock: bool,
    /// Look up every price at this date.
    #[arg(long, value_name = "DATE", global = true)]
    pub prices_as_of: Option<String>,
    /// Exit with 3 when something was unpriced, stale or guessed.
    #[arg(long, global = true)]
    pub strict: bool,
    /// No warnings on stderr.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Color: auto follows the terminal and `NO_COLOR`.
    #[arg(
        long,
        value_enum,
        default_value = "auto",
        value_name = "WHEN",
        global = true
    )]
    pub color: Color,
}

/// Formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal.
    #[value(alias = "text")]
    Table,
    /// One object with a schema name.
    Json,
    /// Tidy rows, US dollars with all digits.
    Csv,
    /// For a pull request.
    #[value(alias = "md")]
    Markdown,
    /// Of `check`: test cases in JUnit's XML.
    #[value(hide = true)]
    Junit,
    /// Of `check`: findings as SARIF 2.1.0.
    #[value(hide = true)]
    Sarif,
    /// Of `check`: annotations of GitHub.
    #[value(hide = true)]
    Github,
}

/// When to color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// What does each option cost at this volume, line by line; which is cheapest, and where they cross.
    Compare(CompareArgs),
    /// At which volume, or value of any other input, do the options cross?
    Breakeven(BreakevenArgs),
    /// Which input moves the answer, and at which value would it turn?
    Sensitivity(super::sensitivity::SensitivityArgs),
    /// At which value of an input is a goal reached, such as `own = luna`?
    Solve(super::solve::SolveArgs),
    /// The cost curves as data, over any input.
    Sweep(SweepArgs),
    /// Which GPUs, precision and number of them serve an own stack at the least cost, and why others do not.
    Size(super::size::SizeArgs),
    /// What changed between two scenarios or results, and what each cause makes of the difference.
    Diff(super::diff::DiffArgs),
    /// What is likely where inputs are ranges: how each option is spread, which is the cheapest how often,
    /// what a wrong choice costs, and what to find out first.
    Simulate(super::simulate::SimulateArgs),
    /// The arithmetic of each line: factors, units, inputs and sources.
    Explain(ExplainArgs),
    /// The six choices of an LLM in production, each with its figure, break-even and what would flip it.
    Choices(super::choices::ChoicesArgs),
    /// A picture for a planning document: cost against volume, with the break-evens, as PNG or SVG.
    Chart(ChartArgs),
    /// The budget gate: does a plan keep its limits? The exit code says it.
    Check(Box<CheckArgs>),
    /// What plans cost when somebody last agreed to it.
    Baseline(super::check::accept::BaselineArgs),
    /// Who spends what: usage logs of any source by tenant, feature, prompt, model, day.
    Attribute(Box<super::attribute::AttributeArgs>),
    /// The log against the bill: what is left per model and day, and which causes would explain it.
    Reconcile(Box<super::reconcile::ReconcileArgs>),
    /// A log becomes the workload of a scenario, with ranges where it supports no more.
    Calibrate(super::calibrate::CalibrateArgs),
    /// At the log's growth, when are the scenario's break-evens reached: a range, not reached, or cannot tell.
    Forecast(super::forecast::ForecastArgs),
    /// A report to hand over: verdict, pictures, tables and sources in one HTML or Markdown file.
    Report(super::report::ReportArgs),
    /// Prices, GPUs, models, wages: what is known, from where and when.
    Catalog(CatalogArgs),
    /// A commented scenario that runs as it is.
    Init(InitArgs),
    /// JSON Schema of scenario files for editors, or their reference as Markdown.
    Schema(SchemaArgs),
    /// Completions for a shell.
    Completions(CompletionsArgs),
    /// The manual page.
    Man(ManArgs),
}

/// `compare`.
#[derive(Args, Debug)]
pub struct CompareArgs {
    /// Scenario files, patterns, or - for standard input.
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    /// Month by month over the whole plan: cumulated cost, present value, payback, and when to move.
    #[arg(long)]
    pub over_time: bool,
    /// The option that others are held against over time; without it the cheapest API.
    #[arg(long, value_name = "NAME", requires = "over_time")]
    pub base: Option<String>,
    /// Draw cost against volume below the table.
    #[arg(long)]
    pub plot: bool,
    /// With --plot: plain letters only.
    #[arg(long, requires = "plot")]
    pub ascii: bool,
}

/// `breakeven`.
#[derive(Args, Debug)]
pub struct BreakevenArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// The input: table, name and key. Volumes are solved exactly, anything else is closed in.
    #[arg(long, value_name = "PATH", default_value = "workload.requests_per_day")]
    pub over: String,
    /// Least value; without it a hundredth of the present one.
    #[arg(long, value_name = "NUMBER")]
    pub from: Option<String>,
    /// Greatest value; without it a hundred times the present one.
    #[arg(long, value_name = "NUMBER")]
    pub to: Option<String>,
}

/// `sweep`.
#[derive(Args, Debug)]
pub struct SweepArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// The input and its values, such as workload.requests_per_day=1e3..1e7:log,41.
    #[arg(long, value_name = "PATH=FROM..TO[:log][,N]")]
    pub vary: String,
}

/// `explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// Scenario file, or - for standard input.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Only lines whose name contains this, or of this category.
    #[arg(value_name = "LINE")]
    pub line: Option<String>,
}

/// `catalog`.
#[derive(Args, Debug)]
pub struct CatalogArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: CatalogAction,
}

/// What `catalog` does.
/// `catalog list`, `catalog show` and `catalog accuracy`.
#[derive(Debug, Subcommand)]
pub enum CatalogAction {
    /// Rows with their headline figures, the prices that are in force.
    List {
        /// Only this kind of row.
        #[arg(value_parser = PossibleValuesParser::new(KINDS))]
        kind: Option<String>,
        /// Only rows whose id, alias, GPU, provider or other text contains this.
        #[arg(long, value_name = "TEXT")]
        filter: Option<String>,
    },
    /// Every figure of a row, with unit, source, date and confidence, and all its dated prices.
    Show {
        /// Ids or aliases, of any kind.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// The rows that scenarios rely on, as a lock that gives the same answers for ever.
    Lock(super::catalog::LockArgs),
    /// What another catalog changes: figures, and the cost of scenarios.
    Diff(super::catalog::CatalogDiffArgs),
    /// A published price file as a catalog file of your own.
    Import(super::catalog::ImportArgs),
    /// How far the capacity estimate is from measured throughput, overall and by GPU, model, engine and
    /// kind of model.
    Accuracy(super::accuracy::AccuracyArgs),
}

/// `init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// File to write; stdout without it.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What to start from.
    #[arg(long, value_enum, default_value = "chat", value_name = "NAME")]
    pub preset: Preset,
    /// Replace a file that exists.
    #[arg(long)]
    pub force: bool,
}

/// Scenarios to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// A chat assistant: two API models and rented GPUs.
    Chat,
    /// Nightly documents: batch prices, a tuned model and rented GPUs.
    Batch,
    /// An API, rented GPUs and bought ones with power, room and payback.
    OnPrem,
}

/// `schema`.
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// Which files.
    #[arg(value_enum, default_value = "scenario")]
    pub of: SchemaOf,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Scenario files.
    Scenario,
    /// Your own facts, for --catalog.
    Catalog,
}

/// `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// Page of this command, such as compare, or catalog list; without it the page of llmcost.
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}
