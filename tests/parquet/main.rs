//! Logs in Parquet: every answer is that of the same table in JSON lines or CSV, whatever its types and encodings
//! are, however it is cut into groups of rows, and on any number of threads.

mod command;
mod damage;
mod draw;
mod made;
mod nested;
#[path = "../common/ran.rs"]
mod ran;
mod same;
#[path = "../common/told.rs"]
mod told;
mod types;
mod whole;
