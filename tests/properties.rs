//! Laws that hold for every scenario, on random ones.

#[path = "properties/answers.rs"]
mod answers;
#[path = "properties/curves.rs"]
mod curves;
#[path = "properties/ledgers.rs"]
mod ledgers;
#[path = "properties/run.rs"]
mod run;
#[path = "properties/scenarios.rs"]
mod scenarios;
