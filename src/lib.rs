//! llmcost.
pub mod analysis;
pub mod catalog;
pub mod cli;
pub mod cost;
pub mod curve;
pub mod date;
pub mod diagnostic;
pub mod document;
pub mod input;
pub mod report;
pub mod scenario;
pub mod table;
pub mod units;
pub mod warning;
