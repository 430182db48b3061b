//! llmcost.
pub mod units;
pub mod diagnostic;
pub mod document;
pub mod input;
pub mod date;
pub mod warning;
pub mod curve;
pub mod table;
pub mod catalog;
pub mod scenario;
pub mod cost;
pub mod analysis;
pub mod report;
pub mod cli;
