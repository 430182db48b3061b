//! What does it cost to call an LLM API, to fine-tune a model, or to host your own, with the engineers?
//!
//! `llmcost` reads one TOML scenario and answers for every option in it: the cost of a month line by
//! line, the share of it that is staff, the volumes at which the options cross, and what would have to
//! change. The command line is a thin layer over this library.
//!
//! # Example
//!
//! Two options with prices of their own, so that the result follows from this text alone:
//!
//! ```
//! use llmcost::analysis::compare::compare;
//! use llmcost::catalog::Catalog;
//! use llmcost::diagnostic::Sources;
//! use llmcost::scenario::{Settings, load};
//!
//! let text = r#"
//! name = "assistant"
//! days_per_month = 30
//!
//! [workload]
//! requests_per_day = 100_000
//! input_tokens = 1_000
//! output_tokens = 200
//!
//! [[api]]
//! name = "small"
//! input_usd_per_mtok = 0.10
//! output_usd_per_mtok = 0.50
//!
//! [[self_host]]
//! name = "own"
//! gpus = 2
//! throughput = { requests_per_second = 20 }
//! usd_per_gpu_hour = 2.50
//! staff = [{ role = "sre", fte = 0.5, usd_per_year = 180_000 }]
//! "#;
//!
//! let (catalog, mut sources) = (Catalog::embedded(), Sources::default());
//! let loaded = load("assistant.toml", text, &Settings::default(), &catalog, &mut sources)
//!     .expect("every problem of the text, each with its place");
//! let result = compare(&loaded.scenario).expect("options that can be priced");
//!
//! // 3 M requests x (1,000 x 0.10 + 200 x 0.50) USD/Mtok = 600 USD a month.
//! let small = &result.options[0];
//! assert!((small.monthly_usd - 600.0).abs() < 1e-9);
//!
//! // 2 GPUs x 2.50 USD x 730 h = 3,650, and half of a person at 15,000 a month.
//! let own = &result.options[1];
//! assert!((own.monthly_usd - (3_650.0 + 7_500.0)).abs() < 1e-9);
//!
//! // A total is the sum of its lines, and nothing else.
//! for option in &result.options {
//!     let sum: f64 = option.lines.iter().map(|line| line.monthly_usd).sum();
//!     assert_eq!(option.monthly_usd, sum);
//! }
//! assert_eq!(result.cheapest, "small");
//! ```
//!
//! # Layers
//!
//! A module imports only from modules that stand before it, and data flows the same way: a file is
//! read, resolved to a value that is valid by construction, priced into ledgers, asked a question,
//! rendered, written (`docs/architecture.md`). The equations are in `docs/model.md`.

// A number that remembers, where it must, how it came about: one model for one case and for a million.
pub mod real;

// Units of measure, and which products of them make US dollars a month.
pub mod units;

// One problem in one file: its place, what was found, what was expected, a hint.
pub mod diagnostic;

// TOML text as a tree in which every value knows its place.
pub mod document;

// A number as a file gives it: exact, an interval, or a distribution.
pub mod input;

// Calendar days, for dated prices and the months of a plan.
pub mod date;

// What a user should know although the answer stands, each with a code and advice.
pub mod warning;

// Cost as an exact piecewise linear function of the volume.
pub mod curve;

// Tables of keys: from one declaration the struct, its reader, the reference and the JSON Schema.
pub mod table;

// Dated facts, embedded and the user's own: prices, GPUs, open models, wages, power.
pub mod catalog;

// A scenario file, read in two steps (shape, then meaning) into a value that is valid.
pub mod scenario;

// Usage logs of any source as one record, as sums, and priced.
pub mod usage;

// The ledger of an option: every cost line as a product of factors, and the equations behind it.
pub mod cost;

// One question each: compare, break-even, sweep, payback, explain.
pub mod analysis;

// Results as text: tables, sentences, Markdown, CSV, JSON.
pub mod report;

// The command line: load, analyze, render, write. The only place that prints.
pub mod cli;
