//! Laws that hold for every scenario, on random ones.

#[path = "properties/answers.rs"]
mod answers;
#[path = "properties/bridges.rs"]
mod bridges;
#[path = "properties/choices.rs"]
mod choices;
#[path = "properties/contests.rs"]
mod contests;
#[path = "properties/curves.rs"]
mod curves;
#[path = "properties/keys.rs"]
mod keys;
#[path = "properties/ledgers.rs"]
mod ledgers;
#[path = "properties/options.rs"]
mod options;
#[path = "properties/replayed.rs"]
mod replayed;
#[path = "properties/run.rs"]
mod run;
#[path = "properties/scenarios.rs"]
mod scenarios;
#[path = "properties/time.rs"]
mod time;
