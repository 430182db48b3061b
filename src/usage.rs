//! Usage logs: rows of any source become records of disjoint token buckets, records become sums, sums are priced.
//!
//! The three steps know little of each other. `read` turns a row into a [`record::Record`] by the table in
//! [`semantics`]; [`group`] sums records per key and price cell and can merge sums of parts of a log; [`price`]
//! gives cells their prices. Amounts are whole numbers of 1e-18 US dollars ([`money`]), so that rows add up to
//! totals exactly.

pub mod cells;
pub mod detect;
pub mod expand;
pub mod fast;
pub mod fields;
pub mod group;
pub mod ingest;
pub mod key;
pub mod latency;
pub mod map;
pub mod money;
pub mod names;
pub mod open;
pub mod parquet;
pub mod price;
pub mod profile;
pub mod quality;
pub mod read;
pub mod record;
pub mod remote;
pub mod semantics;
pub mod shape;
pub mod split;
pub mod time;
